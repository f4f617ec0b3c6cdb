"""A spreadsheet as spreadsheets.get answers it, and only what its field mask asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sheetdesk.sandbox.access import Caller, can_edit
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.formats import effective
from sheetdesk.sandbox.ranges import Area, Box
from sheetdesk.sandbox.shown import Shown

__all__ = ["DEFAULT_HEIGHT", "DEFAULT_WIDTH", "spreadsheet_json", "tab_json"]

DEFAULT_WIDTH = 100
DEFAULT_HEIGHT = 21

LISTS = {
    "merges": "merges",
    "conditionalFormats": "conditional_formats",
    "filterViews": "filter_views",
    "protectedRanges": "protected_ranges",
    "charts": "charts",
    "bandedRanges": "banded_ranges",
    "rowGroups": "row_groups",
    "columnGroups": "column_groups",
    "slicers": "slicers",
    "tables": "tables",
}

CELL_FIELDS = (
    "userEnteredValue",
    "effectiveValue",
    "formattedValue",
    "userEnteredFormat",
    "effectiveFormat",
    "hyperlink",
    "note",
    "textFormatRuns",
    "dataValidation",
    "pivotTable",
    "chipRuns",
)
STORED = frozenset(CELL_FIELDS) - {"effectiveValue", "formattedValue", "effectiveFormat"}


def spreadsheet_json(
    shown: Shown, caller: Caller, mask: Mask, areas: Sequence[Area], *, with_data: bool
) -> Json:
    """The Spreadsheet of an answer; `areas` narrow it to their tabs, and its data to their cells."""
    book = shown.book
    found: Json = {"spreadsheetId": book.id, "properties": book.properties}
    tabs = [tab for tab in book.tabs if not areas or any(area.tab is tab for area in areas)]
    if mask.reaches("sheets"):
        found["sheets"] = [
            tab_json(
                shown, caller, mask, tab, [area.box for area in areas if area.tab is tab], with_data=with_data
            )
            for tab in tabs
        ]
    if book.named_ranges:
        found["namedRanges"] = list(book.named_ranges.values())
    found["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    metadata = [one for one in book.developer_metadata.values() if one["location"].get("spreadsheet")]
    if metadata:
        found["developerMetadata"] = metadata
    return found


def tab_json(
    shown: Shown, caller: Caller, mask: Mask, tab: Tab, boxes: Sequence[Box], *, with_data: bool
) -> Json:
    """The Sheet of an answer."""
    found: Json = {"properties": tab.properties}
    if with_data and mask.reaches("sheets.data"):
        found["data"] = [grid_data(shown, mask, tab, box) for box in boxes or [whole(tab)]]
    for name, attribute in LISTS.items():
        items = getattr(tab, attribute)
        if items and mask.reaches(f"sheets.{name}"):
            found[name] = [protection(item, caller) for item in items] if name == "protectedRanges" else items
    if tab.basic_filter is not None:
        found["basicFilter"] = tab.basic_filter
    if shown.book.developer_metadata and mask.reaches("sheets.developerMetadata"):
        own = [
            one
            for one in shown.book.developer_metadata.values()
            if one["location"].get("locationType") == "SHEET" and one["location"].get("sheetId", 0) == tab.id
        ]
        if own:
            found["developerMetadata"] = own
    return found


def whole(tab: Tab) -> Box:
    return Box(0, tab.row_count, 0, tab.column_count)


def protection(kept: Json, caller: Caller) -> Json:
    """A protection as the caller sees it: whether they may edit, and who may only if they may."""
    found = {name: part for name, part in kept.items() if name not in ("requestingUserCanEdit", "editors")}
    if can_edit(kept, caller):
        found["requestingUserCanEdit"] = True
        found["editors"] = kept.get("editors", {})
    return found


def grid_data(shown: Shown, mask: Mask, tab: Tab, box: Box) -> Json:
    """A GridData of a rectangle: its start, cells that hold or show anything, sizes of rows and columns."""
    found: Json = {}
    if box.r0:
        found["startRow"] = box.r0
    if box.c0:
        found["startColumn"] = box.c0
    if mask.reaches("sheets.data.rowData"):
        rows = row_data(shown, mask, tab, box)
        if rows:
            found["rowData"] = rows
    for axis, name in (("ROWS", "rowMetadata"), ("COLUMNS", "columnMetadata")):
        if mask.reaches(f"sheets.data.{name}"):
            found[name] = dimensions(shown.book, tab, axis, box)
    return found


def dimensions(book: Spreadsheet, tab: Tab, axis: str, box: Box) -> list[Json]:
    first, last = (box.r0, box.r1) if axis == "ROWS" else (box.c0, box.c1)
    kept = tab.row_metadata if axis == "ROWS" else tab.column_metadata
    default = {"pixelSize": DEFAULT_HEIGHT if axis == "ROWS" else DEFAULT_WIDTH}
    found = [{**default, **kept[at]} if at in kept else default for at in range(first, last)]
    for metadata in book.developer_metadata.values():
        place = metadata["location"].get("dimensionRange")
        if place and place.get("sheetId", 0) == tab.id and place["dimension"] == axis:
            at = place.get("startIndex", 0) - first
            if 0 <= at < len(found):
                old = found[at]
                found[at] = {**old, "developerMetadata": [*old.get("developerMetadata", ()), metadata]}
    return found


def row_data(shown: Shown, mask: Mask, tab: Tab, box: Box) -> list[Json]:
    make = cell_maker(shown, mask, tab)
    shows_more = shown.has_formulas(tab) or bool(shown.pivot(tab))
    rows: list[Json] = []
    for row in range(box.r0, min(box.r1, shown.rows_used(tab))):
        cells = (tab.rows[row] if row < len(tab.rows) else None) or {}
        if not cells and not shows_more:
            rows.append({})
            continue
        line: list[Json] = []
        columns = range(box.c0, box.c1) if shows_more else sorted(cells)
        for column in columns:
            if not box.c0 <= column < box.c1:
                continue
            cell = make(row, column, cells.get(column, {}))
            if cell:
                line.extend([{}] * (column - box.c0 - len(line)))
                line.append(cell)
        rows.append({"values": line} if line else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


CellMaker = Callable[[int, int, Json], Json]


def cell_maker(shown: Shown, mask: Mask, tab: Tab) -> CellMaker:
    """Builds one CellData of an answer with no more in it than the mask asks for."""
    path = "sheets.data.rowData.values"
    wanted = [name for name in CELL_FIELDS if mask.reaches(f"{path}.{name}")]
    stored = [name for name in wanted if name in STORED]
    has_value, has_text, has_format = (
        name in wanted for name in ("effectiveValue", "formattedValue", "effectiveFormat")
    )
    default = shown.book.properties["defaultFormat"]
    narrow = has_format and not mask.is_all and only_number_format(mask, path)
    plain = not shown.has_formulas(tab) and not shown.pivot(tab)
    formats: dict[int, tuple[Any, Json]] = {}

    def format_of(row: int, column: int, cell: Json) -> Json:
        number_format = None if plain else shown.number_format(tab, row, column)
        entered = cell.get("userEnteredFormat")
        if number_format is not None and "numberFormat" not in (entered or {}):
            entered = {**(entered or {}), "numberFormat": number_format}
        if narrow:
            return {"numberFormat": entered["numberFormat"]} if entered and "numberFormat" in entered else {}
        known = formats.get(id(entered))
        # The format is kept beside its id, so that the id stays its own.
        if known is None or known[0] is not entered:
            known = formats[id(entered)] = (entered, effective(default, entered))
        return known[1]

    def make(row: int, column: int, cell: Json) -> Json:
        found = {name: cell[name] for name in stored if name in cell}
        value = cell.get("userEnteredValue") if plain else shown.value(tab, row, column)
        if value is not None:
            if has_value:
                found["effectiveValue"] = value
            if has_text:
                text = shown.text(tab, row, column)
                if text:
                    found["formattedValue"] = text
        if has_format and (value is not None or cell):
            form = format_of(row, column, cell)
            if form:
                found["effectiveFormat"] = form
        return found

    return make


def only_number_format(mask: Mask, path: str) -> bool:
    return not any(
        mask.reaches(f"{path}.effectiveFormat.{name}")
        for name in (
            "backgroundColor",
            "backgroundColorStyle",
            "padding",
            "textFormat",
            "verticalAlignment",
            "wrapStrategy",
            "horizontalAlignment",
            "borders",
            "hyperlinkDisplayType",
            "textDirection",
            "textRotation",
        )
    )
