"""A spreadsheet that stands, brought up to a changed desk by one batch: what it is drawn like, the cells
that mean something else now, and the stamp that tells that it was done.

People may be at work meanwhile: cells that have changed since they were looked at stay as people have
them, and rows are copied before they are written, as by any other write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.desk import Desk
from sheetdesk.plan.draw import Audience
from sheetdesk.plan.machinery import KEY, read_stamp
from sheetdesk.plan.plan import ColumnPlan, SheetPlan
from sheetdesk.sheets.google.answer import spreadsheet_as
from sheetdesk.sheets.google.edits import differences, with_cells
from sheetdesk.sheets.google.hits import same
from sheetdesk.sheets.google.publish import Changes, changes
from sheetdesk.sheets.google.read import LiveTab, Snapshot, snapshot
from sheetdesk.sheets.google.remarked import Marks, desk_with_keys, remarked, with_keys
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB, OVERLAY_WIDTH, overlay_blocks
from sheetdesk.sheets.google.render.table import draw_overlay
from sheetdesk.sheets.google.turn import Put, Turn
from sheetdesk.sheets.google.view import View, place_of, spilled_in, table_of, view
from sheetdesk.sheets.google.writing import date_format, planned
from sheetdesk.sheets.google.zones import Walls
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["FIELDS", "Due", "Upgrade", "Upgraded", "batch"]

FIELDS = (
    "spreadsheetId,properties(title,locale,timeZone),namedRanges,developerMetadata,sheets(properties,merges,"
    "protectedRanges,filterViews,conditionalFormats,basicFilter,bandedRanges.bandedRangeId,charts.chartId,"
    "slicers.slicerId,data(startRow,startColumn,columnMetadata(pixelSize,hiddenByUser,developerMetadata),"
    "rowData.values(effectiveValue,userEnteredValue,pivotTable)))"
)
"""What both a sync and a drawing have to know, as of one moment."""

FIRST = ("addSheet", "appendDimension")


@dataclass(frozen=True)
class Due:
    """A cell that means something else now: its table, the id in its row, its column's new key, what it
    shows and what it is to show.
    """

    table: str
    row: str
    column: str
    was: Cell
    now: Cell


@dataclass(frozen=True)
class Upgrade:
    """From what to what. `renamed` are new keys of the tickets' columns by their old ones; `owner` is the
    mail of who writes, `lost` are columns of the tickets that people deleted and that come back.
    """

    old_plan: SheetPlan
    plan: SheetPlan
    old_desk: Desk
    desk: Desk
    whom: Audience
    dated: frozenset[str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    dues: Sequence[Due] = ()
    owner: str = ""
    lost: Sequence[str] = ()

    def by(self, walls: Walls) -> Upgrade:
        """The same by the clock of a spreadsheet in another zone."""
        dues = [
            replace(due, was=walls.to_sheet(due.was), now=walls.to_sheet(due.now))
            if f"{due.table}.{due.column}" in walls.clock.columns
            else due
            for due in self.dues
        ]
        return replace(self, plan=walls.planned(self.plan), dues=dues)


@dataclass(frozen=True)
class Upgraded:
    """What a batch comes to: its requests, how many cells of tables it writes, the titles of tabs left alone
    because people changed them, and the numbers of our columns by table and key.
    """

    requests: tuple[Request, ...]
    written: int
    left: tuple[str, ...]
    numbers: Mapping[str, Mapping[str, int]]


def batch(answer: Mapping[str, Any], upgrade: Upgrade, tag: str) -> Upgraded:
    """The batch for a spreadsheet of which `answer` tells, which was asked for FIELDS: no request where it
    was applied already, as the stamp says, which no sync changes, and no table's tab and no lost column is
    gone.

    Raises DeskUnfit for what Google has no word for, SheetUnrecognised.
    """
    answer, marks = remarked(answer, upgrade.plan, upgrade.renamed)
    found = snapshot(spreadsheet_as(answer), upgrade.dated)
    machinery = found.tab(KEY)
    is_done = machinery is not None and read_stamp(machinery.grid).get("desk", "") == upgrade.desk.source
    tabs = {tab.sheet_id for tab in found.tabs}
    is_done &= all(marks.ids.tab(tab.key) in tabs for tab in upgrade.plan.tabs if tab.table is not None)
    if is_done and marks.places("tickets", marks.ids.tab("tickets")).keys() >= set(upgrade.lost):
        return Upgraded((), 0, (), marks.numbers)
    made = changes(
        answer, with_keys(upgrade.old_plan, upgrade.renamed), upgrade.plan, upgrade.desk,
        old_desk=desk_with_keys(upgrade.old_desk, upgrade.renamed), whom=upgrade.whom,
        owner=upgrade.owner, renamed=upgrade.renamed,
    )  # fmt: skip
    work = _Work(found, upgrade, marks.with_made(made.requests), made, tag)
    requests = work.requests()
    return Upgraded(tuple(requests), work.written, made.left, work.marks.numbers)


class _Work:
    """One batch while it is put together."""

    def __init__(self, found: Snapshot, upgrade: Upgrade, marks: Marks, made: Changes, tag: str) -> None:
        self.found, self.upgrade, self.marks = found, upgrade, marks
        self.view: View = view(found)
        self.drawn = list(made.requests)
        self.turn = Turn(found, tag)
        self.written = 0
        self.blocks = overlay_blocks(upgrade.plan)
        self.is_kept_anew = self._is_kept_anew()

    def requests(self) -> list[Request]:
        """All of it, in the order in which it has to be applied."""
        turn, sync = self.turn, self.found.sync_tab
        clearing: list[Request] = []
        for tab in self.found.ours:
            table = table_of(tab)
            if table is not None:
                clearing += self._table(tab, table)
        sync_id = self.marks.ids.tab(OVERLAY_TAB) if sync is None else sync.sheet_id
        if sync is not None:
            turn.put(sync, turn.kept.values())
            turn.make_room(sync)
        first = [request for request in self.drawn if FIRST[0] in request or FIRST[1] in request]
        rest = [request for request in self.drawn if request not in first]
        return [
            *first, *turn.grown, *turn.hand_on(sync_id), *turn.copied(sync_id), *self.marks.requests,
            *clearing, *rest, *turn.requests, *chain.from_iterable(turn.written),
        ]  # fmt: skip

    def _is_kept_anew(self) -> bool:
        """Whether what rules write is written anew as a whole, as where its columns have other keys."""
        sheet = self.marks.ids.tab(OVERLAY_TAB)
        if any(
            request.get("updateCells", {}).get("start", {}).get("sheetId") == sheet for request in self.drawn
        ):
            return True
        if not any(
            key in block.columns for block in self.blocks.values() for key in self.upgrade.renamed.values()
        ):
            return False
        block = {"sheetId": sheet, "startColumnIndex": 0, "endColumnIndex": OVERLAY_WIDTH}
        self.drawn.append({"updateCells": {"range": block, "fields": "userEnteredValue"}})
        self.drawn += draw_overlay(Book(self.upgrade.plan, self.marks.ids))
        return True

    def _table(self, tab: LiveTab, table: GridTable) -> list[Request]:
        """The cells of one table; what is to be cleared before its headers are written."""
        seen = self.view.grids[tab.sheet_id]
        plan = self.upgrade.plan.table(table.name)[1]
        columns = {column.key: column for column in plan.columns}
        places = self.marks.places(table.name, tab.sheet_id)
        spilled = spilled_in(tab)
        filled = {places[key] for key, column in columns.items() if key in places and _is_filled(column)}
        ids = seen.column(place_of(tab, table.name, "id"))
        rows = {plain(ids[row]): row for row in range(table.top + 1, len(ids)) if not blank(ids[row])}
        cells: dict[tuple[int, int], Cell] = {}
        for due in self.upgrade.dues:
            column, row = columns.get(due.column), rows.get(due.row)
            if due.table != table.name or column is None or row is None or due.column not in places:
                continue
            if _is_filled(column):
                self._keep(due, column)
            elif same(seen.cell(row, places[due.column]), due.was):
                cells[row, places[due.column]] = due.now
        freed = {
            key: places[key]
            for key, column in columns.items()
            if places.get(key, -1) in spilled and not _is_filled(column)
        }
        self._write(tab, table, with_cells(seen, cells), spilled | filled)
        self._free(tab, plan.columns, freed, rows)
        return [
            {"updateCells": {"range": _below(tab, table, place), "fields": "userEnteredValue"}}
            for place in sorted(filled - spilled)
            if place < len(tab.grid.columns)
        ]

    def _write(self, tab: LiveTab, table: GridTable, grid: Grid, without: set[int]) -> None:
        """Cells that people may change: each row is copied before."""
        puts: list[Put] = []
        rows: dict[int, dict[int, tuple[Cell, Cell]]] = {}
        for row, column, old, new in differences(tab.grid, grid, without):
            rows.setdefault(row, {})[column] = (old, new)
            form = date_format(tab, self.upgrade.plan, column, old, new)
            puts.append(Put(row, column, new, number_format=form))
        self.written += len(puts)
        if rows and self.found.sync_tab is not None:
            self.turn.planned.append(planned(self.turn, tab, table, rows, {}))
        self.turn.put(tab, puts)

    def _free(
        self, tab: LiveTab, columns: Iterable[ColumnPlan], freed: Mapping[str, int], rows: Mapping[str, int]
    ) -> None:
        """Columns that a formula filled and that are people's now: what they showed is written into them."""
        columns = list(columns)
        ids = [plain(name) for name in next(column for column in columns if column.key == "id").cells]
        puts = [
            Put(rows[name], freed[column.key], cell)
            for column in columns
            if column.key in freed
            for name, cell in zip(ids, column.cells, strict=True)
            if name in rows
        ]
        self.written += len(puts)
        self.turn.put(tab, puts)

    def _keep(self, due: Due, column: ColumnPlan) -> None:
        """What rules write stands in rows of its own."""
        block = self.view.blocks.get(due.table)
        if (
            self.is_kept_anew
            or column.formula is not None
            or block is None
            or due.column not in block.columns
        ):
            return
        row = block.rows.get(due.row)
        if row is not None and not same(block.grid.cell(row, block.place(due.column)), due.now):
            self.turn.keep(Put(row, block.place(due.column), due.now))
            self.written += 1


def _is_filled(column: ColumnPlan) -> bool:
    """Whether a formula in the header fills the column."""
    return column.is_ours or column.formula is not None


def _below(tab: LiveTab, table: GridTable, place: int) -> Request:
    return {
        "sheetId": tab.sheet_id,
        "startRowIndex": table.top + 1,
        "startColumnIndex": place,
        "endColumnIndex": place + 1,
    }
