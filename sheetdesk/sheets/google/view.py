"""A spreadsheet as sync is to see it: what the last write missed is put right, what rules write is filled
in from where it is kept, and what is to be mended there is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sheetdesk.columns.base import Cell, blank
from sheetdesk.sheets.google.apart import told_apart
from sheetdesk.sheets.google.astray import astray, with_titles
from sheetdesk.sheets.google.edits import with_cells
from sheetdesk.sheets.google.headers import header_of, titles_in
from sheetdesk.sheets.google.hits import missed_by_tags
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN, Copies, Plan, decoded
from sheetdesk.sheets.google.overlay import Block, blocks_in
from sheetdesk.sheets.google.overtaken import overtaken, put_over
from sheetdesk.sheets.google.read import LiveTab, Snapshot, last_named
from sheetdesk.sheets.google.render.overlay_formula import is_filling
from sheetdesk.sheets.google.resolve import resolved
from sheetdesk.sheets.google.tags import settled, tag_in
from sheetdesk.table.grid import Grid, GridTable
from sheetdesk.table.overtaken import Overtaken, PutOver

__all__ = ["View", "place_of", "planned_in", "spilled_in", "table_of", "view"]

TORN_LOOKUP = re.compile(r"IFNA\(VLOOKUP\([^,]*,#REF!")
"""What is in the formula of a header that shows what rules write, once the tab that it looks at is gone."""

UNDONE = 300
"""So many tags that missed are remembered: undoing and pasting can bring one back."""


@dataclass(frozen=True)
class View:
    """`grids` are our tabs by sheet id; `in_the_way` are cells that people typed where rules write, by sheet
    id; `broken` are headers whose formula is gone, as (sheet id, column). `settling` are the formulas of
    tagged values with what takes their place, `undone` tags that missed with what had stood there,
    `overtaken` cells that the last write put over what people had just typed, `put_over` what they had typed;
    `titles` by (sheet id, column) are to stand in headers again, where it put a formula over them.
    """

    snapshot: Snapshot
    grids: Mapping[int, Grid]
    in_the_way: Mapping[int, Sequence[tuple[int, int]]]
    broken: frozenset[tuple[int, int]]
    settling: Mapping[str, str] = field(default_factory=dict)
    undone: Mapping[str, Cell] = field(default_factory=dict)
    overtaken: tuple[Overtaken, ...] = ()
    put_over: tuple[PutOver, ...] = ()
    titles: Mapping[tuple[int, int], Cell] = field(default_factory=dict)

    @cached_property
    def blocks(self) -> dict[str, Block]:
        """What rules write, by table."""
        return blocks_in(self.snapshot.sync_tab.grid if self.snapshot.sync_tab else None)

    @property
    def is_worn(self) -> bool:
        """Whether anything is to be mended although no cell of the desk has changed."""
        moved = any(
            tab.grid is not self.grids[tab.sheet_id] for tab in self.snapshot.ours if _is_hit(self, tab)
        )
        is_torn = bool(self.snapshot.ours) and self.snapshot.sync_tab is None
        mended = bool(self.broken or self.settling or self.titles)
        return moved or any(self.in_the_way.values()) or mended or is_torn


def _is_hit(view: View, tab: LiveTab) -> bool:
    spilled = spilled_in(tab)
    seen = view.grids[tab.sheet_id]
    if seen.rows != tab.grid.rows or len(seen.columns) != len(tab.grid.columns):
        return True
    pairs = enumerate(zip(seen.columns, tab.grid.columns, strict=True))
    return any(mine != theirs for place, (mine, theirs) in pairs if place not in spilled)


def planned_in(sync: LiveTab | None, right: str = "") -> Plan:
    """What the last write was meant to do, as the sync tab has it; without rows where its turn is `right`."""
    if sync is None:
        return Plan("")
    texts: list[str] = []
    for cell in sync.grid.column(JOURNAL_COLUMN)[1:]:
        if not isinstance(cell, str):
            break
        texts.append(cell)
    return decoded(texts, right)


def table_of(tab: LiveTab) -> GridTable | None:
    """The table of the desk that stands on a tab, if its rows have ids."""
    for table in tab.grid.tables:
        if any(value == f"{table.name}.id" for _, value in tab.marks.values()):
            return table
    return None


def place_of(tab: LiveTab, table: str, column: str) -> int:
    """Where a column of the desk stands; -1 where its mark is gone."""
    mark = f"{table}.{column}"
    return next((place for place, (_, value) in tab.marks.items() if value == mark), -1)


def spilled_in(tab: LiveTab) -> set[int]:
    """The columns that a formula in their header fills, whether or not their marks are there."""
    table = next(iter(tab.grid.tables), None)
    if table is None:
        return set()
    return {place for place in tab.grid.formulas if _filling(tab.grid, table.top, place) is not None}


def _filling(grid: Grid, header: int, place: int) -> str | None:
    """The formula in a header that fills its column; None where one only makes a title."""
    text = grid.formula(header, place)
    return text if text is not None and is_filling(text) else None


def view(found: Snapshot) -> View:
    """The spreadsheet as sync is to see it."""
    plan = planned_in(found.sync_tab, found.right)
    by_id = {tab.sheet_id: tab.grid for tab in found.tabs}
    # A tab that is gone keeps its place: tags are counted through all of them.
    tabs = (told_apart(p, by_id[p.sheet_id]) if p.sheet_id in by_id else p for p in plan.tabs)
    plan = replace(plan, tabs=tuple(tabs))
    at: Copies = {} if found.sync_tab is None else found.sync_tab.copies
    undone = dict(plan.undone)
    if plan.is_tagged:
        here = {
            planned.sheet_id: titles_in(grid.columns, header_of(planned, grid))
            for planned in plan.tabs
            if (grid := by_id.get(planned.sheet_id)) is not None
        }
        undone = dict(list((undone | missed_by_tags(plan, at, here)).items())[-UNDONE:])
    untagged = [without_tags(tab, undone) for tab in found.tabs]
    titles = {
        (tab.sheet_id, place): title
        for tab, _ in untagged
        for planned in plan.tabs
        if planned.sheet_id == tab.sheet_id and tab.grid.tables
        for place, title in astray(tab, planned, at).items()
    }
    # The copies are looked at here and not again, and hold on to the whole answer.
    now = replace(found, tabs=tuple(replace(_titled(tab, titles), copies={}) for tab, _ in untagged))
    settling = {find: text for _, texts in untagged for find, text in texts.items()}
    blocks = blocks_in(now.sync_tab.grid if now.sync_tab is not None else None)
    grids: dict[int, Grid] = {}
    in_the_way: dict[int, list[tuple[int, int]]] = {}
    broken = set()
    hit: list[Overtaken] = []
    over: list[PutOver] = []
    for tab in now.ours:
        grid = tab.grid
        for planned in plan.tabs:
            if planned.sheet_id == tab.sheet_id:
                right = resolved(planned, at, grid, tab.dated, is_tagged=plan.is_tagged)
                if right is not grid:
                    # Else the write hit what it was meant for.
                    hit += overtaken(tab, planned, at)
                    over += put_over(tab, planned, at)
                grid = right
        table = table_of(tab)
        if table is not None:
            filled = _Filling(tab, table, grid, blocks.get(table.name))
            grid = filled.grid()
            in_the_way[tab.sheet_id] = filled.in_the_way
            broken |= {(tab.sheet_id, place) for place in filled.broken}
        grids[tab.sheet_id] = _ended(tab, grid)
    return View(now, grids, in_the_way, frozenset(broken), settling, undone, tuple(hit), tuple(over), titles)


def _titled(tab: LiveTab, titles: Mapping[tuple[int, int], Cell]) -> LiveTab:
    mine = {place: title for (sheet, place), title in titles.items() if sheet == tab.sheet_id}
    return with_titles(tab, mine)


def _ended(tab: LiveTab, grid: Grid) -> Grid:
    """The tab with its tables as long as its ids say: one that had come to stand lower made them longer."""
    tables = []
    for table in grid.tables:
        place = place_of(tab, table.name, "id")
        bottom = last_named(grid, place if place >= 0 else table.left, table.top)
        tables.append(table if bottom == table.bottom else replace(table, bottom=bottom))
    return grid if tuple(tables) == grid.tables else replace(grid, tables=tuple(tables))


def without_tags(tab: LiveTab, undone: Mapping[str, Cell]) -> tuple[LiveTab, dict[str, str]]:
    """The tab as it is once tagged values are settled, and by which replacements they become so."""
    settling: dict[str, str] = {}
    cells: dict[tuple[int, int], Cell] = {}
    formulas = {place: list(texts) for place, texts in tab.grid.formulas.items()}
    for place, texts in formulas.items():
        for row, text in enumerate(texts):
            tag = tag_in(text) if text else ""
            if text and tag:
                value = undone[tag] if tag in undone else tab.grid.cell(row, place)
                settling[f"={text}"] = settled(value)
                cells[row, place] = value
                texts[row] = None
    if not cells:
        return tab, {}
    kept = {place: texts for place, texts in formulas.items() if any(text is not None for text in texts)}
    return replace(tab, grid=with_cells(replace(tab.grid, formulas=kept), cells)), settling


def _without(table: GridTable, places: Collection[int]) -> GridTable:
    """The table with nothing by which these columns are known."""
    ids = (0 if place in places else number for place, number in enumerate(table.column_ids, table.left))
    return replace(table, column_ids=tuple(ids)) if places else table


class _Filling:
    """One tab's columns that rules write, filled in; people's typing in them is kept to be seen."""

    def __init__(self, tab: LiveTab, table: GridTable, grid: Grid, block: Block | None) -> None:
        self.tab, self.table, self.found, self.block = tab, table, grid, block
        self.in_the_way: list[tuple[int, int]] = []
        self.broken: list[int] = []

    def grid(self) -> Grid:
        columns = list(self.found.columns)
        formulas = dict(self.found.formulas)
        errors = set(self.found.errors)
        ids = self.found.column(place_of(self.tab, self.table.name, "id"))
        beside, nameless = set[int](), set[int]()
        for place, (_, mark) in self.tab.marks.items():
            key = mark.split(".", 1)[-1]
            is_kept = self.block is not None and key in self.block.columns
            if not mark.startswith(f"{self.table.name}.") or place >= len(columns):
                continue
            text = _filling(self.found, self.table.top, place)
            header = (self.table.top, place)
            is_torn = text is not None and TORN_LOOKUP.search(text) is not None
            if is_torn:
                # The tab that it looks at was deleted; there is a new one by now, or not.
                text = None
                if not is_kept:
                    # Nobody knows what stood there: for now the column is none of the desk's.
                    columns[place] = [None] * len(columns[place])
                    errors = {spot for spot in errors if spot[1] != place}
                    nameless.add(place)
            if text is None and not is_kept:
                continue
            beside.add(place)
            is_blocked = text is None or header in self.found.errors
            cells = list(columns[place])
            typed = self._typed(cells, place, is_torn=is_torn) if is_blocked else {}
            if text is None:
                self.broken.append(place)
            elif header in errors:
                errors.discard(header)
                cells[self.table.top] = _title(text)
            if is_kept and self.block is not None:
                below = range(self.table.top + 1, self.found.rows)
                shown = self.block.shown(key, [ids[row] for row in below], dated=place in self.tab.dated)
                cells[self.table.top + 1 :] = [
                    typed.get(row, cell) for row, cell in zip(below, shown, strict=True)
                ]
                formulas.pop(place, None)
                errors = {spot for spot in errors if spot[1] != place or spot[0] in typed}
            else:
                # Each row has its formula, which stands in the header, but where people typed over it.
                formulas[place] = [None if row in typed else "" for row in range(self.found.rows)]
            columns[place] = cells
        return replace(
            self.found, columns=columns, formulas=formulas, errors=frozenset(errors),
            beside=frozenset(beside), tables=tuple(_without(table, nameless) for table in self.found.tables),
        )  # fmt: skip

    def _typed(self, cells: Sequence[Cell], place: int, *, is_torn: bool) -> dict[int, Cell]:
        """What people typed below a header whose formula can fill nothing because of it; one that `is_torn`
        fills all with errors.
        """
        spots = range(self.table.top + 1, len(cells))
        filled = self.found.errors if is_torn else ()
        typed = {row: cells[row] for row in spots if not blank(cells[row]) and (row, place) not in filled}
        self.in_the_way += [(row, place) for row in typed]
        return typed


def _title(formula: str) -> str:
    """The title that a header's formula shows: the first text in it."""
    start = formula.find('"') + 1
    text = ""
    while start and start < len(formula):
        end = formula.find('"', start)
        if end < 0:
            return ""
        text += formula[start:end]
        if formula[end + 1 : end + 2] != '"':
            return text
        text += '"'
        start = end + 2
    return text
