"""A spreadsheet as people left it, told by `spreadsheets.get`; and a plan laid out the same way.

Our columns are known again by their marks, tabs and objects by their ids, wherever they are now and
whatever they are called.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sheetdesk.columns.base import CellKind
from sheetdesk.errors import SheetUnrecognised
from sheetdesk.plan.plan import ColumnPlan, Style, TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.ids import KEY, Ids

__all__ = ["FIELDS", "TORN", "Standing", "as_it_stands", "own_mark", "places_of", "read_standing"]

FILLER = "#"
TORN = "#REF!"
"""What stands in a formula for a column or tab that is gone."""

FIELDS = (
    "spreadsheetId,namedRanges,developerMetadata,sheets(properties,protectedRanges,filterViews,conditionalFormats,basicFilter,"
    "bandedRanges.bandedRangeId,charts.chartId,slicers.slicerId,data(startRow,startColumn,"
    "columnMetadata(pixelSize,hiddenByUser,developerMetadata),rowData.values(userEnteredValue,pivotTable)))"
)
"""What to ask `spreadsheets.get` for, of the whole spreadsheet or of the header rows of tables and all of
the other tabs: without it the answer has every format of every cell."""


@dataclass(frozen=True)
class Standing:
    """What was found: tabs by sheetId, columns by their marks as (sheetId, place), named ranges by id.

    `ids` are those that the spreadsheet was made with.
    """

    spreadsheet_id: str
    sheets: Mapping[int, Request]
    columns: Mapping[str, tuple[int, int]]
    names: Mapping[str, Request]
    ids: Ids

    def has(self, book: Book, key: str) -> bool:
        """Whether the tab of this key is still there."""
        return book.sheet(key) in self.sheets

    def grid(self, sheet: int) -> tuple[int, int]:
        """(rows, columns) of a tab."""
        grid = self.sheets[sheet]["properties"]["gridProperties"]
        return grid["rowCount"], grid["columnCount"]

    def cells(self, sheet: int) -> dict[tuple[int, int], Request]:
        """The cells of a tab that were asked for and hold something, by place."""
        found = {}
        for block in self.sheets[sheet].get("data", ()):
            top, left = block.get("startRow", 0), block.get("startColumn", 0)
            for row, line in enumerate(block.get("rowData", ()), top):
                for column, cell in enumerate(line.get("values", ()), left):
                    if cell:
                        found[row, column] = cell
        return found

    def is_torn(self, book: Book, key: str) -> bool:
        """Whether a formula on a tab speaks of what is gone."""
        cells = self.cells(book.sheet(key)).values()
        return any(TORN in cell.get("userEnteredValue", {}).get("formulaValue", "") for cell in cells)

    def torn(self, book: Book) -> set[int]:
        """The tabs on which a column that the plan has is gone."""
        tables = [(tab.key, tab.table) for tab in book.plan.tabs if tab.table is not None]
        return {
            book.sheet(key)
            for key, table in tables
            if self.has(book, key)
            and any(f"{table.name}.{c.key}" not in self.columns for c in table.columns if c.key[0] != FILLER)
        }

    def of(self, sheet: int, kind: str, number: str) -> dict[int, Request]:
        """Objects of a tab by id: `of(sheet, "charts", "chartId")`."""
        return {found[number]: found for found in self.sheets[sheet].get(kind, ()) if number in found}

    def widths(self, sheet: int) -> dict[int, Request]:
        """The properties of the columns that were asked for, by place."""
        found: dict[int, Request] = {}
        for block in self.sheets[sheet].get("data", ()):
            found |= dict(enumerate(block.get("columnMetadata", ()), block.get("startColumn", 0)))
        return found


def read_standing(found: Mapping[str, Any]) -> Standing:
    """What an answer of `spreadsheets.get` with these FIELDS says."""
    sheets = {sheet["properties"]["sheetId"]: sheet for sheet in found.get("sheets", ())}
    columns = {}
    for sheet_id, sheet in sheets.items():
        for block in sheet.get("data", ()):
            for place, column in enumerate(block.get("columnMetadata", ()), block.get("startColumn", 0)):
                for mark in column.get("developerMetadata", ()):
                    if mark.get("metadataKey") == KEY:
                        columns[mark.get("metadataValue", "")] = (sheet_id, place)
    names = {named["namedRangeId"]: named for named in found.get("namedRanges", ())}
    return Standing(
        found.get("spreadsheetId", ""), sheets, columns, names, Ids(str(own_mark(found)[1].get("seed", "")))
    )


def own_mark(found: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The number of the spreadsheet's own mark, and what it says; 0 where it has none."""
    for mark in found.get("developerMetadata", ()):
        if mark.get("metadataKey") == KEY and mark.get("metadataValue", "").startswith("{"):
            return int(mark.get("metadataId", 0)), dict(json.loads(mark["metadataValue"]))
    return 0, {}


def places_of(standing: Standing, sheet: int, table: str, keys: list[str]) -> dict[str, int]:
    """Where each column of a table stands; those that do not stand yet come right of all that does.

    Raises SheetUnrecognised when no column of the table is marked: all of them would be made again.
    """
    marked = {key: standing.columns.get(f"{table}.{key}") for key in keys}
    places = {key: mark[1] for key, mark in marked.items() if mark is not None and mark[0] == sheet}
    if not places:
        title = standing.sheets[sheet]["properties"]["title"]
        raise SheetUnrecognised(path=standing.spreadsheet_id, what=title)
    _, columns = standing.grid(sheet)
    cells = standing.cells(sheet)
    # Where nothing was asked about the cells, everything may hold something.
    free = 1 + max((column for _, column in cells), default=columns - 1)
    free = max(free, *(place + 1 for place in places.values()), 0)
    for key in keys:
        if key not in places:
            places[key] = free
            free += 1
    return places


def as_it_stands(book: Book, standing: Standing, tables: Mapping[str, dict[str, int]]) -> Book:
    """The same plan with its tabs called and its columns placed as they are; `tables` has the places.

    Between our columns stand fillers for people's own, which nothing is drawn for.
    """
    tabs = []
    sizes = {}
    for tab in book.plan.tabs:
        sheet = book.sheet(tab.key)
        if sheet in standing.sheets:
            tab = replace(tab, title=standing.sheets[sheet]["properties"]["title"])
            rows, columns = standing.grid(sheet)
            if tab.table is not None:
                places = tables[tab.table.name]
                tab = replace(tab, table=_laid_out(book, standing, tab, tab.table, places))
                columns = max(columns, *(place + 1 for place in places.values()))
            sizes[tab.key] = rows, columns
        tabs.append(tab)
    return Book(replace(book.plan, tabs=tuple(tabs)), book.ids, sizes, book.overlay)


def _laid_out(
    book: Book, standing: Standing, tab: TabPlan, table: TablePlan, places: Mapping[str, int]
) -> TablePlan:
    named = standing.names.get(str(book.ids.of("name", table.name)))
    top = named["range"].get("startRowIndex", 0) if named else table.top
    at = {places[column.key]: column for column in table.columns}
    left = min(at)
    columns = tuple(at.get(place) or _filler(place) for place in range(left, max(at) + 1))
    return replace(table, columns=columns, top=top, left=left)


def _filler(place: int) -> ColumnPlan:
    return ColumnPlan(f"{FILLER}{place}", "", (), CellKind.TEXT, Style(), 9.0)
