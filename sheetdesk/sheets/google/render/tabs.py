"""Tabs: their names, sizes, colours, and how wide and high their columns and rows are."""

from __future__ import annotations

from collections.abc import Mapping

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.plan import SheetPlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.dialect import LOCALES
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.render.styles import color_style

__all__ = [
    "dimensions",
    "overlay_sheet",
    "pixels_wide",
    "sheet_of",
    "spreadsheet_properties",
    "table_dimensions",
]

HEADER_HEIGHT = 34.0
# Sync keeps its journal to the right of the overlay.
SYNC_ROWS, SYNC_COLUMNS = 1_000, 52


def pixels_wide(chars: float) -> int:
    """A width in characters of the body font."""
    return int(chars * 7 + 5)


def pixels_high(points: float) -> int:
    return round(points * 4 / 3)


def spreadsheet_properties(plan: SheetPlan, desk: Desk) -> Request:
    """Title, language and time zone of a spreadsheet."""
    return {
        "title": plan.title,
        "locale": LOCALES[plan.locale],
        "timeZone": desk.zone.key,
        # Overdue is a matter of hours; what people change is worked out at once anyway.
        "autoRecalc": "HOUR",
    }


def sheet_of(book: Book, tab: TabPlan, index: int) -> Request:
    """A tab as `spreadsheets.create` and `addSheet` take it."""
    rows, columns = book.size(tab)
    grid: Request = {"rowCount": rows, "columnCount": columns}
    frozen_rows, frozen_columns = tab.frozen
    if frozen_rows:
        grid["frozenRowCount"] = frozen_rows
    if frozen_columns:
        grid["frozenColumnCount"] = frozen_columns
    if not tab.gridlines:
        grid["hideGridlines"] = True
    found: Request = {
        "sheetId": book.sheet(tab.key),
        "title": tab.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid,
    }
    if tab.visibility != "shown":
        found["hidden"] = True
    if tab.color:
        found["tabColorStyle"] = color_style(tab.color)
    return {"properties": found}


def overlay_sheet(book: Book, index: int) -> Request:
    """The hidden tab that sync writes into."""
    most = max((tab.table.rows for tab in book.plan.tabs if tab.table is not None), default=0)
    grid = {"rowCount": 1 + most + SYNC_ROWS, "columnCount": SYNC_COLUMNS, "frozenRowCount": 1}
    found = {
        "sheetId": book.sheet(OVERLAY_TAB),
        "title": OVERLAY_TAB,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid,
        "hidden": True,
    }
    return {"properties": found}


def dimensions(book: Book, tab: TabPlan) -> list[Request]:
    """Widths and heights of a free-form tab."""
    widths = {place: pixels_wide(chars) for place, chars in tab.widths.items()}
    heights = {place: pixels_high(points) for place, points in tab.heights.items()}
    sheet = book.sheet(tab.key)
    return [*_sized(sheet, "COLUMNS", widths), *_sized(sheet, "ROWS", heights)]


def table_dimensions(book: Book, tab: TabPlan) -> list[Request]:
    """Widths of a table's columns, the height of its header and rows, and which columns are hidden."""
    table = tab.table
    if table is None:
        return []
    sheet = book.sheet(tab.key)
    rows, _ = book.size(tab)
    widths = {
        place: pixels_wide(column.width_chars) for place, column in enumerate(table.columns, table.left)
    }
    found = _sized(sheet, "COLUMNS", widths)
    found += _sized(sheet, "ROWS", {table.top: pixels_high(HEADER_HEIGHT)})
    if table.row_height is not None:
        found.append(_dimension(sheet, "ROWS", table.top + 1, rows, pixelSize=pixels_high(table.row_height)))
    for place, column in enumerate(table.columns, table.left):
        if column.hidden:
            found.append(_dimension(sheet, "COLUMNS", place, place + 1, hiddenByUser=True))
    return found


def _sized(sheet: int, dimension: str, sizes: Mapping[int, int]) -> list[Request]:
    """One request for each run of neighbours of one size."""
    runs: list[tuple[int, int, int]] = []
    for place, size in sorted(sizes.items()):
        if runs and runs[-1][1] == place and runs[-1][2] == size:
            runs[-1] = (runs[-1][0], place + 1, size)
        else:
            runs.append((place, place + 1, size))
    return [_dimension(sheet, dimension, start, end, pixelSize=size) for start, end, size in runs]


def _dimension(sheet: int, dimension: str, start: int, end: int, **properties: int | bool) -> Request:
    block = {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}
    fields = ",".join(properties)
    return {"updateDimensionProperties": {"range": block, "properties": properties, "fields": fields}}
