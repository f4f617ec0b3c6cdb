"""When each change of a log happened: the column the mapping names, else that of the last change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.standard import standard_column
from sheetdesk.errors import HistoryUnmatched
from sheetdesk.intake.match import ColumnMatch
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.read_rows import RowReading, read_column
from sheetdesk.intake.source import Source
from sheetdesk.intake.titles import fold_title
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["event_times"]


def event_times(
    desk: Desk,
    sources: Sequence[Source],
    matching: Sequence[ColumnMatch],
    reading: RowReading,
    *,
    options: ImportOptions,
    file: str,
) -> pd.Series[Any]:
    """The time of each row, in UTC; missing where there is none. Unreadable ones are in the reading.

    Raises HistoryUnmatched when the file has no column for it, or none for the id.
    """
    if not any(match.column == "id" for match in matching):
        raise HistoryUnmatched(path=file, missing=desk.column("id").title, key="id")
    column = standard_column("updated", desk.locale)
    place = _place(sources, options.mapping.event_time)
    if place is None:
        if "updated" in reading.values:
            return reading.values["updated"]
        words = {
            fold_title(word)
            for code in locales()
            for word in (*load_locale(code).tree["synonyms"]["titles"]["updated"], column.title)
        }
        place = next((s.place for s in sources if fold_title(s.title) in words), None)
    if place is None:
        raise HistoryUnmatched(path=file, missing=column.title, key="updated")
    matched = matching[place].column
    if matched and desk.column(matched).type == "moment":
        return reading.values[matched]
    return read_column(desk, column, sources[place], options, reading)


def _place(sources: Sequence[Source], title: str) -> int | None:
    folded = fold_title(title)
    found = (s.place for s in sources if folded and fold_title(s.title) == folded)
    return next(found, None)
