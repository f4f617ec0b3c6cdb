"""What a write really did, told from the rows it copied just before: which cells it hit that were not its
own or had changed by then, and how the tab would stand if it had hit what it was meant for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.google.journal import Copies, Copy, Planned, PlannedTab
from sheetdesk.table.grid import Grid, folded
from sheetdesk.table.touched import is_same_cell

__all__ = ["is_right", "resolved", "same"]


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same; an empty text is no content."""
    if blank(one) and blank(other):
        return True
    return type(one) is type(other) and is_same_cell(one, other, timed=True)


@dataclass(frozen=True)
class Hit:
    """What became of one planned row: the row that stood there, the columns whose cell was not its own or
    no longer as planned, and of these the columns of cells that did not get what they were meant to.
    """

    planned: Planned
    before: tuple[Cell, ...]
    wrong: tuple[int, ...]
    missed: tuple[int, ...]


def _hits(tab: PlannedTab, copy: Copy) -> list[Hit]:
    span = range(tab.left, tab.right + 1)
    moved = {
        column
        for column, title in zip(span, tab.titles, strict=True)
        if title is not None and folded(copy(tab.header, column)) != folded(title)
    }
    hits = []
    for planned in tab.rows:
        before = tuple(copy(planned.row, c) for c in span)
        is_row = tab.id_column not in moved and _is_row(tab, planned, before)
        missed = tuple(c for c in planned.cells if not is_row or c in moved)
        typed = (c for c, (old, _) in planned.cells.items() if not same(before[c - tab.left], old))
        hits.append(Hit(planned, before, tuple(dict.fromkeys((*missed, *typed))), missed))
    return hits


def _is_row(tab: PlannedTab, planned: Planned, before: Sequence[Cell]) -> bool:
    name = before[tab.id_column - tab.left]
    if not blank(planned.name) or not blank(name):
        return same(planned.name, name)
    return _is_like(planned.was, before)


def _is_like(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether two rows without ids are the same row: more than half of what stands in either is alike."""
    filled = [(a, b) for a, b in zip(one, other, strict=False) if not (blank(a) and blank(b))]
    return 2 * sum(same(a, b) for a, b in filled) > len(filled) or not filled


def is_right(tabs: Sequence[PlannedTab], at: Copies) -> bool:
    """Whether a write hit what it was meant for, and nothing that had changed since it was planned."""
    return not any(hit.wrong for tab in tabs for hit in _hits(tab, tab.copy_of(at)))


def resolved(tab: PlannedTab, at: Copies, grid: Grid) -> Grid:
    """The tab as it would stand if the write had hit what it was meant for, and nothing else.

    The grid itself where it did. A cell that people have changed since stays as they have it.
    """
    copy = tab.copy_of(at)
    hits = [hit for hit in _hits(tab, copy) if hit.wrong]
    if not hits:
        return grid
    work = _Undoing(tab, grid, [copy(tab.header, c) for c in range(tab.left, tab.right + 1)])
    for hit in hits:
        work.give_back(hit)
    work.know_rows()
    for hit in hits:
        work.put_right(hit)
    return replace(grid, rows=work.rows, columns=work.columns)


class _Undoing:
    """One tab while what was hit is given back, and what was missed put right.

    `titles_then` is the header as it stood when the write was applied.
    """

    def __init__(self, tab: PlannedTab, grid: Grid, titles_then: Sequence[Cell]) -> None:
        self.tab = tab
        self.rows = grid.rows
        self.columns: list[list[Cell]] = [list(column) for column in grid.columns]
        native = next((table for table in grid.tables if table.left <= tab.id_column <= table.right), None)
        self.header = native.top if native is not None else tab.header
        self.titles = [folded(c[self.header]) if self.header < self.rows else "" for c in self.columns]
        self.meant = self._places(tab.titles)
        self.hit = self._places(titles_then)
        name = folded(tab.titles[tab.id_column - tab.left])
        then = list(map(folded, titles_then))
        self.id_then = then.index(name) if then.count(name) == 1 else -1
        self.id_place = self.meant[tab.id_column - tab.left]
        self.know_rows()

    def know_rows(self) -> None:
        """Where each id stands, and the rows that have none but hold something."""
        self.named: dict[str, list[int]] = {}
        self.unnamed: list[int] = []
        for row in range(self.header + 1, self.rows):
            name = self._cell(row, self.id_place)
            if not blank(name):
                self.named.setdefault(plain(name), []).append(row)
            elif not all(map(blank, self._across(row, self.meant))):
                self.unnamed.append(row)

    def _places(self, titles: Sequence[Cell]) -> list[int]:
        """Where the columns of these titles are now; -1 where nobody can say."""
        found = []
        for column, title in enumerate(map(folded, titles), self.tab.left):
            if not title or (column < len(self.titles) and self.titles[column] == title):
                found.append(column)
            else:
                found.append(self.titles.index(title) if self.titles.count(title) == 1 else -1)
        return found

    def _cell(self, row: int, place: int) -> Cell:
        return self.columns[place][row] if 0 <= place < len(self.columns) and row < self.rows else None

    def _set(self, row: int, place: int, cell: Cell) -> None:
        while place >= len(self.columns):
            self.columns.append([None] * self.rows)
        if row >= self.rows:
            for column in self.columns:
                column.extend([None] * (row + 1 - self.rows))
            self.rows = row + 1
        self.columns[place][row] = cell

    def _across(self, row: int, places: Sequence[int]) -> list[Cell]:
        return [self._cell(row, place) for place in places]

    def give_back(self, hit: Hit) -> None:
        """What the write put into cells that were not its own, or that had changed, goes again."""
        after = list(hit.before)
        for column, (_, new) in hit.planned.cells.items():
            after[column - self.tab.left] = new
        row = self._row_of(after, hit.planned.row)
        if row < 0:
            return
        for column in hit.wrong:
            position = column - self.tab.left
            before, (_, new), place = hit.before[position], hit.planned.cells[column], self.hit[position]
            if place >= 0 and not same(before, new) and same(self._cell(row, place), new):
                self._set(row, place, before)

    def put_right(self, hit: Hit) -> None:
        """What the write was to put into cells that it missed stands there, unless people changed them."""
        row = self._planned_row(hit.planned) if hit.missed else -1
        for column in hit.missed if row >= 0 else ():
            old, new = hit.planned.cells[column]
            place = self.meant[column - self.tab.left]
            if place >= 0 and same(self._cell(row, place), old):
                self._set(row, place, new)

    def _planned_row(self, planned: Planned) -> int:
        """Where the row is that was meant; -1 where it is gone or nobody can tell."""
        if not blank(planned.name):
            found = self.named.get(plain(planned.name), [])
        elif all(map(blank, planned.was)):
            return self._free_row()
        else:
            found = [r for r in self.unnamed if _is_like(planned.was, self._across(r, self.meant))]
        return found[0] if len(found) == 1 else -1

    def _row_of(self, after: Sequence[Cell], expected: int) -> int:
        """Where the row stands now that looked like this after the write; -1 where nobody can tell."""
        name = after[self.id_then] if self.id_then >= 0 else None
        if not blank(name):
            found = self.named.get(plain(name), [])
            if len(found) == 1:
                return found[0]
        else:
            found = self.unnamed
        whole = [row for row in found if all(map(same, self._across(row, self.hit), after))]
        if expected in whole or len(whole) == 1:
            return expected if expected in whole else whole[0]
        return expected if expected in found and _is_like(after, self._across(expected, self.hit)) else -1

    def _free_row(self) -> int:
        """The first row below all that stands in the columns that were copied."""
        for row in range(self.rows - 1, self.header, -1):
            if not all(map(blank, self._across(row, self.meant))):
                return row + 1
        return self.header + 1
