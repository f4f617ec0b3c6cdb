"""Whether a column's cells can be what its name says: `Resolution time` may be a date or a duration."""

from __future__ import annotations

from sheetdesk.columns.base import Cell, Column, Setting, blank, plain
from sheetdesk.columns.moment import parse_moment
from sheetdesk.desk.desk import Desk
from sheetdesk.intake.dates import clean_moment
from sheetdesk.intake.durations import parse_hours
from sheetdesk.intake.nulls import OFTEN_NULL, is_null, leftovers
from sheetdesk.intake.source import Source
from sheetdesk.intake.titles import fold_title
from sheetdesk.table.table import kind_of

__all__ = ["unfit"]

SAMPLE = 400
LONG_WORD = 60
# A column of this name that counts 1, 2, 3 … numbers the rows of this file, and of the next one again.
ORDINALS = frozenset(("no", "nr", "number", "row", "序号", "编号"))


def unfit(desk: Desk, source: Source, column: Column) -> str:
    """Why the source cannot be this column, in the desk's language; "" when it can."""
    option = leftovers(source.cells)
    pairs = [
        (cell, count)
        for place, (cell, count) in enumerate(zip(source.cells, source.counts, strict=True))
        if not is_null(cell, OFTEN_NULL) and place not in option
    ]
    cells = [cell for cell, _ in pairs]
    if not cells:
        return ""
    if column.key == "id" and fold_title(source.title) in ORDINALS:
        numbers = [plain(cell) for cell in source.cells]
        if len(numbers) > 2 and numbers == [str(place) for place in range(1, len(source.codes) + 1)]:
            return desk.locale.text("import.row_numbers")
    if column.type == "choice":
        filled = sum(count for _, count in pairs)
        length = sum(len(plain(cell)) for cell in cells[:SAMPLE]) / len(cells[:SAMPLE])
        many = len(cells) > 50 and len(cells) * 2 > filled
        return desk.locale.text("import.no_words", count=len(cells)) if many or length > LONG_WORD else ""
    if column.type in ("text", "person", "tags", "ticket"):
        return ""
    bad = [(cell, count) for cell, count in pairs[:SAMPLE] if not _reads(desk, cell, column)]
    wrong, all_of_them = sum(count for _, count in bad), sum(count for _, count in pairs[:SAMPLE])
    if 2 * wrong <= all_of_them:
        return ""
    share = round(100 * wrong / all_of_them)
    return desk.locale.text("import.unfit", share=share, sample=_short(bad[0][0]))


def _reads(desk: Desk, cell: Cell, column: Column) -> bool:
    if column.type in ("moment", "date"):
        cell = clean_moment(cell)
        if isinstance(cell, str):
            return any(parse_moment(plain(cell), order) is not None for order in (True, False))
    if column.type == "number" and isinstance(cell, str) and parse_hours(plain(cell)) is not None:
        return True
    setting = Setting(desk.locale, desk.zone)
    return not kind_of(column.type).read([cell], column, setting).problems


def _short(cell: Cell) -> str:
    text = "" if blank(cell) else " ".join(plain(cell).split())
    return text if len(text) <= 30 else f"{text[:29]}…"
