"""Day numbers as the dates and times they mean.

A moment is rounded to the millisecond, the finest that spreadsheets show; one within a millisecond of
a whole second is that second, since 45000.99999999 is how a program keeps midnight, not 23:59:59.999.
What shows no date in a spreadsheet either stays a number: a time of day alone, the days before
1 March 1900 (where 29 February stands among them, as no calendar has it), and those after 9999.
Source: ECMA-376 part 1, 18.17.4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from sheetdesk.columns.base import Cell

__all__ = ["iso_moment", "moment", "moments"]

DAY_MS = 86_400_000
EPOCH = datetime(1899, 12, 30)
# 1 March 1900, and the first day without a four-digit year.
FIRST_DAY, LAST_DAY = 61, 2_958_466
# 1 January 1904 as a day number of the usual epoch.
SHIFT_1904 = 1_462


def moments(serials: Sequence[float], epoch_1904: bool) -> list[Cell]:
    """Many finite day numbers as naive datetimes; those that mean no date stay as they are."""
    days = np.asarray(serials, dtype="float64")
    low, high = _bounds(epoch_1904)
    fits = (days >= low) & (days < high)
    ms = np.rint(np.where(fits, days, low) * DAY_MS).astype("int64")
    ms += np.select([ms % 1000 == 999, ms % 1000 == 1], [1, -1], 0)
    fits &= ms < high * DAY_MS
    ms[~fits] = low * DAY_MS
    ms += SHIFT_1904 * DAY_MS * epoch_1904
    found: list[Cell] = (np.datetime64(EPOCH, "ms") + ms.astype("timedelta64[ms]")).tolist()
    if not fits.all():
        for place in np.flatnonzero(~fits).tolist():
            found[place] = serials[place]
    return found


def moment(serial: float, epoch_1904: bool) -> Cell:
    """One finite day number as a naive datetime, or itself."""
    low, high = _bounds(epoch_1904)
    if not low <= serial < high:
        return serial
    ms = _whole_second(round(serial * DAY_MS))
    if ms >= high * DAY_MS:
        return serial
    return EPOCH + timedelta(days=SHIFT_1904 if epoch_1904 else 0, milliseconds=ms)


def iso_moment(text: str) -> Cell:
    """What a cell of type `d` holds; the text itself where it is no date, None where it is empty."""
    try:
        found = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return text or None
    second = found.replace(microsecond=0)
    ms = _whole_second(round(found.microsecond / 1000))
    try:
        return second + timedelta(milliseconds=ms)
    except OverflowError:
        return second


def _whole_second(ms: int) -> int:
    return ms + {999: 1, 1: -1}.get(ms % 1000, 0)


def _bounds(epoch_1904: bool) -> tuple[int, int]:
    return (0, LAST_DAY - SHIFT_1904) if epoch_1904 else (FIRST_DAY, LAST_DAY)
