"""What a Google spreadsheet holds, out of one answer: tabs as grids, and what sync keeps beside them.

The answer is one `spreadsheets.get` with `FIELDS`: values as they show and which cells are formulas, so
that cells and what tells whose they are stem from one moment. Which columns hold dates is known of the
desk: formats would make an answer many times as long.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sheetdesk.columns.base import Cell, blank
from sheetdesk.errors import SheetUnrecognised
from sheetdesk.plan.machinery import KEY
from sheetdesk.sheets.google.answer import Area, GridSize, Mark, NamedRange, Spreadsheet, Tab
from sheetdesk.sheets.google.cells import Parts, grid_of, without_copies
from sheetdesk.sheets.google.journal import FIRST_COPY, JOURNAL_COLUMN, Copies
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB, is_filling
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["FIELDS", "TURN", "LiveTab", "Snapshot", "last_named", "snapshot"]

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


@dataclass(frozen=True)
class LiveTab:
    """One tab as it stands. `marks` are metadata ids and desk columns (`tickets.owner`) by column, `dated`
    the columns that hold dates, `ends` the last row of each table's named block. `copies` are what a write
    copied into the sync tab; its grid may lack them.
    """

    sheet_id: int
    rows: int
    columns: int
    grid: Grid
    marks: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    dated: frozenset[int] = frozenset()
    ends: Mapping[str, int] = field(default_factory=dict)
    copies: Copies = field(default_factory=dict[tuple[int, int], Cell], compare=False)

    @property
    def title(self) -> str:
        return self.grid.title


@dataclass(frozen=True)
class Snapshot:
    """A whole spreadsheet at one moment. `turns` are the ranges handed on from write to write, mostly one.

    `zone` is what its clock shows now, `meant_in` the zone in which its moments are kept; "" where that was
    not recorded. `right` is a turn whose write is known to have hit what it was meant for.
    """

    spreadsheet_id: str
    zone: str
    locale: str
    tabs: tuple[LiveTab, ...]
    turns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    table_names: Mapping[str, str] = field(default_factory=dict)
    meant_in: str = ""
    right: str = ""

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


def snapshot(answer: Spreadsheet, dated: Collection[str] = ()) -> Snapshot:
    """The spreadsheet that an answer with `FIELDS` tells of; `dated` are the desk's columns that hold dates.

    Raises SheetUnrecognised for any other answer, AnswerUnreadable where its cells are none.
    """
    if answer.sheets is None:
        raise SheetUnrecognised(path=answer.spreadsheet_id, what="sheets")
    names = answer.named_ranges
    tabs = tuple(
        _tab(tab, [name for name in names if name.range.sheet_id == tab.properties.sheet_id], dated)
        for tab in answer.sheets
        if tab.properties.sheet_type == "GRID"
    )
    return Snapshot(
        answer.spreadsheet_id,
        answer.properties.time_zone,
        answer.properties.locale,
        tabs,
        tuple(sorted(name.named_range_id for name in names if name.name.startswith(TURN))),
        tuple(name.named_range_id for name in names),
        {name.name: name.named_range_id for name in names},
        _meant_in(answer.developer_metadata),
    )


def _meant_in(marks: Sequence[Mark]) -> str:
    for mark in marks:
        if mark.metadata_key == MARK and mark.metadata_value.startswith("{"):
            try:
                return str(json.loads(mark.metadata_value).get("zone", ""))
            except ValueError:
                continue
    return ""


def _tab(tab: Tab, named: Sequence[NamedRange], dated: Collection[str]) -> LiveTab:
    size = tab.properties.grid_properties
    marks: dict[int, tuple[int, str]] = {}
    for block in tab.data:
        for place, column in enumerate(block.column_metadata, block.start_column):
            for mark in column.developer_metadata:
                if mark.metadata_key == MARK:
                    marks[place] = (mark.metadata_id, mark.metadata_value)
    days = frozenset(column for column, (_, value) in marks.items() if value in dated)
    merged = tuple(_block(merge, size) for merge in tab.merges)
    copies: Copies = {}
    blocks = tab.data
    if tab.properties.title == OVERLAY_TAB:
        copies, blocks = Parts(blocks), without_copies(blocks, FIRST_COPY, JOURNAL_COLUMN)
    # Of the sync tab's rows some are looked at by themselves as well.
    are_used_up = tab.properties.title != OVERLAY_TAB
    grid = grid_of(tab.properties.title, blocks, merged, days, are_used_up=are_used_up)
    there = [name for name in named if name.range != Area()]
    tables = tuple(_tables(grid, there, marks, size))
    if tables:
        grid = replace(grid, tables=tables)
    ends = {name.name: _block(name.range, size)[2] for name in there}
    return LiveTab(
        tab.properties.sheet_id, size.row_count, size.column_count, grid, marks, days, ends, copies
    )  # fmt: skip


def _block(area: Area, size: GridSize) -> tuple[int, int, int, int]:
    """The first and last row and column of a range."""
    bottom = size.row_count if area.end_row_index is None else area.end_row_index
    right = size.column_count if area.end_column_index is None else area.end_column_index
    return area.start_row_index, area.start_column_index, bottom - 1, right - 1


def _tables(
    grid: Grid, named: Sequence[NamedRange], marks: Mapping[int, tuple[int, str]], size: GridSize
) -> list[GridTable]:
    """The blocks that are called as a table of the desk is, with the ids of its columns' marks.

    People insert and delete columns, and Google moves the block along; a column that they moved out of it
    is told by its mark. The block reaches further down than the table, which ends with its last id.
    """
    keys = {value.split(".")[0] for _, value in marks.values()}
    found = []
    for name in named:
        if name.name not in keys:
            continue
        top, left, _, right = _block(name.range, size)
        own = [column for column, (_, value) in marks.items() if value.split(".")[0] == name.name]
        left, right = min(left, *own), max(right, *own)
        top = _header(grid, marks, top)
        name_of = next((c for c, (_, value) in marks.items() if value == f"{name.name}.id"), left)
        bottom = last_named(grid, name_of, top)
        numbers = tuple(marks.get(column, (0, ""))[0] for column in range(left, right + 1))
        found.append(GridTable(name.name, top, left, bottom, right, numbers))
    return found


def last_named(grid: Grid, place: int, top: int) -> int:
    """The row of the last id in a column below a header: there a table ends, which has one row at least."""
    ids = grid.column(place)
    return next((row for row in range(len(ids) - 1, top, -1) if not blank(ids[row])), top + 1)


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
