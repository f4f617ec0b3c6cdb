"""What a Google spreadsheet holds, out of one answer: tabs as grids, and what sync keeps beside them.

The answer is one `spreadsheets.get` with `FIELDS`: values as they show and which cells are formulas, so
that cells and what tells whose they are stem from one moment. Which columns hold dates is known of the
desk: formats would make an answer many times as long.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sheetdesk.columns.base import Cell, blank
from sheetdesk.errors import SheetUnrecognised
from sheetdesk.plan.machinery import KEY
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB, is_filling
from sheetdesk.sheets.moments import moments
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["FIELDS", "TURN", "LiveTab", "Snapshot", "as_moments", "cells_of", "digest", "snapshot"]

FIELDS = (
    "spreadsheetId,properties(title,locale,timeZone),namedRanges,developerMetadata(metadataKey,metadataValue),"
    "sheets(properties(sheetId,title,index,sheetType,hidden,gridProperties(rowCount,columnCount)),merges,"
    "data(startRow,startColumn,columnMetadata/developerMetadata(metadataId,metadataKey,metadataValue),"
    "rowData/values(effectiveValue,userEnteredValue/formulaValue)))"
)
TURN = "sd_turn_"
"""How the name of the range begins that one write hands on to the next."""

MARK = "sd"
"""The key of the metadata that says which column of the desk a column is."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class LiveTab:
    """One tab as it stands. `marks` are metadata ids and desk columns (`tickets.owner`) by column, `dated`
    the columns that hold dates, `ends` the last row of each table's named block.
    """

    sheet_id: int
    rows: int
    columns: int
    grid: Grid
    marks: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    dated: frozenset[int] = frozenset()
    ends: Mapping[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.grid.title


@dataclass(frozen=True)
class Snapshot:
    """A whole spreadsheet at one moment. `turns` are the ranges handed on from write to write, mostly one.

    `zone` is what its clock shows now, `meant_in` the zone in which its moments are kept; "" where that was
    not recorded.
    """

    spreadsheet_id: str
    zone: str
    locale: str
    tabs: tuple[LiveTab, ...]
    turns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    table_names: Mapping[str, str] = field(default_factory=dict)
    meant_in: str = ""

    def tab(self, title: str) -> LiveTab | None:
        """The tab of this title, or None."""
        return next((tab for tab in self.tabs if tab.title == title), None)

    @cached_property
    def sync_tab(self) -> LiveTab | None:
        """The hidden tab that holds what sync keeps."""
        return self.tab(OVERLAY_TAB)

    @property
    def ours(self) -> tuple[LiveTab, ...]:
        """The tabs that sheetdesk may have made: those with a table of the desk, and the machinery."""
        return tuple(tab for tab in self.tabs if tab.grid.tables or tab.title == KEY)

    @property
    def rest(self) -> tuple[LiveTab, ...]:
        return tuple(tab for tab in self.tabs if tab not in self.ours and tab.title != OVERLAY_TAB)


def snapshot(answer: Json, dated: Collection[str] = ()) -> Snapshot:
    """The spreadsheet that an answer with `FIELDS` tells of; `dated` are the desk's columns that hold dates.

    Raises SheetUnrecognised for any other answer.
    """
    if "sheets" not in answer:
        raise SheetUnrecognised(path=str(answer.get("spreadsheetId", "")), what="sheets")
    properties = answer.get("properties", {})
    named = answer.get("namedRanges", ())
    blocks: dict[int, list[Json]] = {}
    for name in named:
        blocks.setdefault(name.get("range", {}).get("sheetId", 0), []).append(name)
    tabs = tuple(
        _tab(sheet, blocks.get(sheet["properties"].get("sheetId", 0), ()), dated)
        for sheet in answer["sheets"]
        if sheet["properties"].get("sheetType", "GRID") == "GRID"
    )
    turns = sorted(n["namedRangeId"] for n in named if str(n.get("name", "")).startswith(TURN))
    return Snapshot(
        answer["spreadsheetId"],
        properties.get("timeZone", "Etc/GMT"),
        properties.get("locale", "en_US"),
        tabs,
        tuple(turns),
        tuple(n["namedRangeId"] for n in named),
        {n["name"]: n["namedRangeId"] for n in named},
        _meant_in(answer.get("developerMetadata", ())),
    )


def _meant_in(marks: Sequence[Json]) -> str:
    for mark in marks:
        if mark.get("metadataKey") == MARK and str(mark.get("metadataValue", "")).startswith("{"):
            try:
                return str(json.loads(mark["metadataValue"]).get("zone", ""))
            except ValueError:
                continue
    return ""


def _tab(sheet: Json, named: Sequence[Json], dated: Collection[str]) -> LiveTab:
    properties = sheet["properties"]
    size = properties.get("gridProperties", {})
    data = sheet.get("data", ())
    marks: dict[int, tuple[int, str]] = {}
    for block in data:
        for offset, column in enumerate(block.get("columnMetadata", ()), block.get("startColumn", 0)):
            for mark in column.get("developerMetadata", ()):
                if mark.get("metadataKey") == MARK:
                    marks[offset] = (mark.get("metadataId", 0), mark.get("metadataValue", ""))
    title = properties.get("title", "")
    days = frozenset(column for column, (_, value) in marks.items() if value in dated)
    grid = _grid(title, data, tuple(map(_block, sheet.get("merges", ()))), days)
    tables = tuple(_tables(grid, named, marks, size))
    if tables:
        grid = replace(grid, tables=tables)
    # A name whose cells were deleted has no range.
    ends = {
        name["name"]: name["range"].get("endRowIndex", size.get("rowCount", 1)) - 1
        for name in named
        if name.get("range")
    }
    return LiveTab(
        properties.get("sheetId", 0), size.get("rowCount", 0), size.get("columnCount", 0), grid, marks,
        days, ends,
    )  # fmt: skip


def _block(merge: Json) -> tuple[int, int, int, int]:
    return (
        merge.get("startRowIndex", 0),
        merge.get("startColumnIndex", 0),
        merge["endRowIndex"] - 1,
        merge["endColumnIndex"] - 1,
    )


def _tables(
    grid: Grid, named: Sequence[Json], marks: Mapping[int, tuple[int, str]], size: Json
) -> list[GridTable]:
    """The blocks that are called as a table of the desk is, with the ids of its columns' marks.

    People insert and delete columns, and Google moves the block along; a column that they moved out of it
    is told by its mark. The block reaches further down than the table, which ends with its last id.
    """
    keys = {value.split(".")[0] for _, value in marks.values()}
    found = []
    for name in named:
        area = name.get("range")
        if name["name"] not in keys or not area:
            continue
        top, left = area.get("startRowIndex", 0), area.get("startColumnIndex", 0)
        right = area.get("endColumnIndex", size.get("columnCount", 1)) - 1
        own = [column for column, (_, value) in marks.items() if value.split(".")[0] == name["name"]]
        left, right = min(left, *own), max(right, *own)
        top = _header(grid, marks, top)
        name_of = next((c for c, (_, value) in marks.items() if value == f"{name['name']}.id"), left)
        ids = grid.column(name_of)
        bottom = next((row for row in range(len(ids) - 1, top, -1) if not blank(ids[row])), top + 1)
        numbers = tuple(marks.get(column, (0, ""))[0] for column in range(left, right + 1))
        found.append(GridTable(name["name"], top, left, bottom, right, numbers))
    return found


def _header(grid: Grid, marks: Mapping[int, tuple[int, str]], top: int) -> int:
    """The row whose formulas fill columns of the desk, else the block's first: a row that somebody moves to
    stand above the header pushes the block's beginning down.
    """
    filling = Counter(
        row
        for place in marks
        for row, text in enumerate(grid.formulas.get(place, ()))
        if text is not None and is_filling(text)
    )
    return filling.most_common(1)[0][0] if filling else top


def _grid(
    title: str, data: Sequence[Json], merged: tuple[tuple[int, int, int, int], ...], dated: Collection[int]
) -> Grid:
    """The cells of a tab, column by column; a tab may come in several blocks."""
    rows = width = 0
    for block in data:
        lines = block.get("rowData", ())
        rows = max(rows, block.get("startRow", 0) + len(lines))
        widths = [len(line.get("values", ())) for line in lines]
        width = max(width, block.get("startColumn", 0) + max(widths, default=0))
    columns: list[list[Cell]] = [[None] * rows for _ in range(width)]
    formulas: dict[int, list[str | None]] = {}
    errors = set()
    for block in data:
        left = block.get("startColumn", 0)
        for row, line in enumerate(block.get("rowData", ()), block.get("startRow", 0)):
            for place, cell in enumerate(line.get("values", ()), left):
                if "effectiveValue" in cell:
                    # Millions of cells come this way: what most of them are is asked first.
                    ((kind, found),) = cell["effectiveValue"].items()
                    if kind == "stringValue":
                        if found:
                            columns[place][row] = found
                    elif kind == "numberValue":
                        columns[place][row] = float(found)
                    elif kind == "errorValue":
                        errors.add((row, place))
                        columns[place][row] = f"#{_SIGNS.get(found.get('type', ''), 'ERROR!')}"
                    else:
                        columns[place][row] = found
                if "userEnteredValue" in cell and "formulaValue" in cell["userEnteredValue"]:
                    text = cell["userEnteredValue"]["formulaValue"].removeprefix("=")
                    formulas.setdefault(place, [None] * rows)[row] = text
    for column in dated:
        if column < width:
            columns[column] = as_moments(columns[column])
    return Grid(title, rows, columns, formulas, frozenset(errors), merged)


def as_moments(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a column that holds dates: numbers are days."""
    found = list(cells)
    places = [row for row, cell in enumerate(found) if isinstance(cell, float)]
    days: Any = [found[row] for row in places]
    for row, moment in zip(places, moments(days, False), strict=True):
        found[row] = moment
    return found


_SIGNS = {
    "NULL_VALUE": "NULL!", "DIVIDE_BY_ZERO": "DIV/0!", "VALUE": "VALUE!", "REF": "REF!", "NAME": "NAME?",
    "NUM": "NUM!", "N_A": "N/A", "LOADING": "LOADING",
}  # fmt: skip


def cells_of(answer: Json, sheet_id: int) -> dict[tuple[int, int], Cell]:
    """The cells of one tab in an answer that holds parts of it, by (row, column)."""
    found: dict[tuple[int, int], Cell] = {}
    for sheet in answer.get("sheets", ()):
        if sheet.get("properties", {}).get("sheetId", 0) != sheet_id:
            continue
        for block in sheet.get("data", ()):
            grid = _grid("", [block], (), ())
            for column, cells in enumerate(grid.columns):
                found |= {(row, column): cell for row, cell in enumerate(cells) if cell is not None}
    return found


def digest(grids: Sequence[Grid]) -> str:
    """What tells this content of our tabs from every other."""
    parts = hashlib.sha256()
    for grid in grids:
        parts.update(repr((grid.title, grid.tables, sorted(grid.errors), grid.merged)).encode())
        for place, column in enumerate(grid.columns):
            parts.update(repr(column).encode("utf-8", "surrogatepass"))
            if place in grid.formulas:
                parts.update(repr([text is not None for text in grid.formulas[place]]).encode())
    return parts.hexdigest()
