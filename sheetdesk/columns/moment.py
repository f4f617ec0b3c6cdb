"""A point in time: kept in UTC to the microsecond, shown as wall time in the desk's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetdesk.columns.base import (
    Cell,
    CellCheck,
    CellKind,
    Column,
    Problem,
    Reading,
    Setting,
    Values,
    blank,
    plain,
)  # fmt: skip

__all__ = [
    "EARLIEST",
    "KIND",
    "LATEST",
    "MomentCells",
    "MomentType",
    "moment_in",
    "moment_problem",
    "parse_moment",
    "serial",
]

# Excel's day numbers start on 1900-01-01 and are off by one before March; later is safe anywhere.
EARLIEST = datetime(1900, 3, 1)
LATEST = datetime(9999, 12, 31, 23, 59, 59)
EPOCH = datetime(1899, 12, 30)

YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})$")
NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
CLOCK = re.compile(
    r"[T\s,]*(上午|下午|凌晨|中午|晚上)?\s*(\d{1,2})[:时点](\d{1,2})?分?"
    r"(?:(?::|(?<=分))(\d{1,2})(?:[.,](\d{1,9}))?秒?)?\s*"
    r"([AaPp]\.?[Mm]\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)


def moment_in(value: datetime, zone: Any) -> pd.Timestamp:
    """The moment, in UTC; a wall time that clocks skip or show twice is read as a cell's is."""
    at = pd.Timestamp(value)
    if at.tzinfo is None:
        at = at.tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
    return at.tz_convert("UTC").as_unit("us")


def parse_moment(text: str, day_first: bool | None) -> datetime | None:
    """The date and time a person wrote, naive unless they gave an offset; None when it is none.

    `03/04/2026` needs `day_first`; where one reading is impossible the other is taken.
    """
    found = _date(text, day_first)
    if found is None:
        return None
    (year, month, day), rest = found
    clock = _clock(rest)
    if clock is None:
        return None
    (hour, minute, second, micro), offset = clock
    try:
        # 24:00 is how some teams write the end of a day.
        extra = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
        moment = datetime(year, month, day, 0 if extra else hour, minute, second, micro) + extra
        return moment if offset is None else moment.replace(tzinfo=timezone(offset))
    except (ValueError, OverflowError):
        return None


def _date(text: str, day_first: bool | None) -> tuple[tuple[int, int, int], str] | None:
    if match := YEAR_FIRST.match(text) or DIGITS.match(text):
        year, month, day = map(int, match.groups())
        return (year, month, day), text[match.end() :]
    if match := YEAR_LAST.match(text):
        first, second, year = map(int, match.groups())
        if first > 12 or second > 12:
            day_first = first > 12
        if day_first is None:
            return None if first != second else ((year, first, second), text[match.end() :])
        day, month = (first, second) if day_first else (second, first)
        return (year, month, day), text[match.end() :]
    if match := NAMED.match(text):
        a_day, a_month, a_year, b_month, b_day, b_year = match.groups()
        name = (a_month or b_month).lower().replace("sept", "september", 1)[:9]
        for month, whole in enumerate(MONTHS, 1):
            if whole.startswith(name):
                return (int(a_year or b_year), month, int(a_day or b_day)), text[match.end() :]
    return None


def _clock(rest: str) -> tuple[tuple[int, int, int, int], timedelta | None] | None:
    if not rest.strip():
        return (0, 0, 0, 0), None
    match = CLOCK.match(rest)
    if match is None:
        return None
    han, hour_text, minute, second, fraction, half, zone = match.groups()
    hour = int(hour_text)
    half = (half or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif han:
        of_day = _han_hour(han, hour)
        if of_day is None:
            return None
        hour = of_day
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    offset = None
    if zone:
        sign = -1 if zone.startswith("-") else 1
        digits = zone.lstrip("+-").replace(":", "")
        minutes = 0 if zone == "Z" else int(digits[:2]) * 60 + int(digits[2:])
        offset = sign * timedelta(minutes=minutes)
    return (hour, int(minute or 0), int(second or 0), micro), offset


class MomentCells(Sequence[Cell]):
    """Naive datetimes, None where there is none, kept as one array of microseconds.

    Making a hundred thousand datetimes costs more than writing them into a sheet.
    """

    def __init__(self, array: npt.NDArray[np.datetime64]) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> Cell: ...

    @overload
    def __getitem__(self, place: slice) -> MomentCells: ...

    def __getitem__(self, place: int | slice) -> Cell | MomentCells:
        if isinstance(place, slice):
            return MomentCells(self.array[place])
        cell: datetime | None = self.array[place].item()
        return cell

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.array.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def _han_hour(part: str, hour: int) -> int | None:
    """The hour of the day; None where the words contradict themselves, or can mean noon and midnight."""
    if part == "上午":
        return hour if hour < 12 else None
    if part == "凌晨":
        return hour % 12 if hour <= 12 else None
    if part == "中午":
        return hour if 11 <= hour <= 13 else hour + 12 if hour in (1, 2) else None
    if part == "晚上" and (hour < 5 or hour == 12):
        return 24 if hour == 12 else None
    return hour + 12 if 0 < hour < 12 else hour or None


class MomentType:
    """Moments as datetime64[us, UTC], missing as NaT."""

    cell_kind = CellKind.MOMENT
    dtype = "datetime64[us, UTC]"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """Wall time in the setting's zone, unless an offset was written.

        An hour that DST skips is moved forward, one that it doubles is taken the first time.
        """
        naive, unread = self._walls(cells, setting)
        problems = [moment_problem(cells[row], column, setting, row) for row in unread]
        # An array of True: "it is DST", which is the first of two equal wall times.
        first = np.full(len(naive), fill_value=True)
        local = pd.DatetimeIndex(naive.array).tz_localize(
            setting.zone, nonexistent="shift_forward", ambiguous=first
        )
        return Reading(pd.Series(local.tz_convert("UTC").array), problems)

    def _walls(self, cells: Sequence[Cell], setting: Setting) -> tuple[pd.Series[Any], list[int]]:
        """The wall time of each cell as datetime64[us], and the rows of those that mean none.

        Cells that are naive times, as nearly all are, cost nothing each.
        """
        walls: list[Any] = list(cells)
        unread = []
        if not _are_naive(walls):
            for row, cell in enumerate(walls):
                if type(cell) is datetime and cell.tzinfo is None:
                    continue
                walls[row] = None if blank(cell) else self._wall(cell, setting)
                if walls[row] is None and not blank(cell):
                    unread.append(row)
        naive = pd.Series(walls, dtype="datetime64[us]")
        array = naive.to_numpy()
        # West of Greenwich the last evening of the last year lies in a year that UTC does not have.
        ahead = min(setting.zone.utcoffset(LATEST) or timedelta(), timedelta())
        outside = (array < np.datetime64(EARLIEST)) | (array > np.datetime64(LATEST + ahead))
        if outside.any():
            naive[outside] = None
            unread = sorted([*unread, *np.flatnonzero(outside).tolist()])
        return naive, unread

    def _wall(self, cell: Cell, setting: Setting) -> datetime | None:
        if isinstance(cell, datetime):
            moment: datetime | None = cell
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            # A serial day number whose cell lost its date format; small numbers are no dates.
            moment = _from_serial(float(cell)) if 20_000 <= cell < 2_958_466 else None
        else:
            moment = parse_moment(plain(cell), setting.day_first)
        if moment is not None and moment.tzinfo is not None:
            try:
                return moment.astimezone(setting.zone).replace(tzinfo=None)
            except OverflowError:
                return None
        return moment

    def show(self, values: Values, column: Column, setting: Setting) -> Sequence[Cell]:
        """Naive local datetimes."""
        local = pd.DatetimeIndex(values.array).tz_convert(setting.zone).tz_localize(None)
        return MomentCells(local.to_numpy().astype("datetime64[us]"))

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("moment")


def _are_naive(cells: list[Any]) -> bool:
    """Whether the cells are times without a zone, or nothing."""
    if not set(map(type, cells)) <= {datetime, type(None)}:
        return False
    times = list(filter(None, cells))
    return list(map(attrgetter("tzinfo"), times)).count(None) == len(times)


def serial(moment: datetime) -> float:
    """A naive time as spreadsheets keep it: days since 30 December 1899."""
    return (moment - EPOCH).total_seconds() / 86_400


def _from_serial(days: float) -> datetime:
    # A double holds a day number to about a microsecond; people type no finer than that.
    return EPOCH + timedelta(microseconds=round(days * 86_400_000_000, -1))


def moment_problem(cell: Cell, column: Column, setting: Setting, row: int) -> Problem:
    """What is said of a cell that is no date or time."""
    typed = plain(cell)
    numeric = YEAR_LAST.match(typed)
    if setting.day_first is None and numeric and max(int(numeric[1]), int(numeric[2])) <= 12:
        expected = setting.locale.text("expected.unambiguous_date")
    else:
        expected = setting.locale.text(f"expected.{column.type if column.type == 'date' else 'moment'}")
    return Problem("unreadable", column.key, typed, expected, row=row)


KIND = MomentType()
