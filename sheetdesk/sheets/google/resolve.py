"""What a write really did, told from the rows it copied just before: which cells it hit that were not its
own or had changed by then, and how the tab would stand if it had hit what it was meant for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.google.journal import Copies, Copy, Plan, Planned, PlannedTab
from sheetdesk.sheets.moments import moment
from sheetdesk.table.grid import Grid, folded
from sheetdesk.table.touched import is_same_cell

__all__ = ["is_right", "missed_by_tags", "overtaken", "resolved", "same"]


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same; an empty text is no content."""
    if blank(one) and blank(other):
        return True
    return type(one) is type(other) and is_same_cell(one, other, timed=True)


def _alike(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same, a date in one of them being the number of its day in the other."""
    if isinstance(one, datetime) != isinstance(other, datetime):
        return same(_dated(one), _dated(other))
    return same(one, other)


def _dated(cell: Cell) -> Cell:
    return moment(cell, False) if type(cell) is float else cell


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
    """What became of the rows of which not everything went as it was planned."""
    span = range(tab.left, tab.right + 1)
    moved = {
        column
        for column, title in zip(span, tab.titles, strict=True)
        if title is not None and folded(copy(tab.header, column)) != folded(title)
    }
    dated = set(tab.dated) - moved
    # A line without an id is known by all of its cells: none may have moved out of what was copied.
    then = {folded(copy(tab.header, c)) for c in span}
    is_whole = all(folded(title) in then for title in tab.titles if title is not None)
    hits = []
    for planned in tab.rows:
        if tab.id_column not in moved and _is_as_planned(tab, planned, copy, dated, moved):
            continue
        # Whether a column that has moved holds dates is not known here.
        raw = {c: copy(planned.row, c) for c in span}
        before = tuple(_dated(raw[c]) if c in dated else raw[c] for c in span)
        is_row = tab.id_column not in moved and _is_row(tab, planned, before, is_whole=is_whole)
        missed = tuple(c for c in planned.cells if not is_row or c in moved)
        typed = (c for c, (old, _) in planned.cells.items() if not same(before[c - tab.left], old))
        hits.append(Hit(planned, before, tuple(dict.fromkeys((*missed, *typed))), missed))
    return hits


def _is_as_planned(tab: PlannedTab, planned: Planned, copy: Copy, dated: Set[int], moved: Set[int]) -> bool:
    """Whether a row with an id stood there with nothing changed that was written to: nearly all do."""
    if blank(planned.name) or not moved.isdisjoint(planned.cells):
        return False

    def was(column: int) -> Cell:
        cell = copy(planned.row, column)
        return _dated(cell) if column in dated else cell

    return same(was(tab.id_column), planned.name) and all(
        same(was(column), old) for column, (old, _) in planned.cells.items()
    )


def _is_row(tab: PlannedTab, planned: Planned, before: Sequence[Cell], *, is_whole: bool) -> bool:
    name = before[tab.id_column - tab.left]
    if not blank(planned.name) or not blank(name):
        return same(planned.name, name)
    told = [c - tab.left for c in range(tab.left, tab.right + 1) if c not in tab.filled]
    return is_whole and _is_like([planned.was[at] for at in told], [before[at] for at in told])


def _is_like(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether two rows without ids are the same row: more than half of what stands in either is alike."""
    filled = [(a, b) for a, b in zip(one, other, strict=False) if not (blank(a) and blank(b))]
    return 2 * sum(_alike(a, b) for a, b in filled) > len(filled) or not filled


def is_right(tabs: Sequence[PlannedTab], at: Copies) -> bool:
    """Whether a write hit what it was meant for, and nothing that had changed since it was planned."""
    return not any(hit.wrong for tab in tabs for hit in _hits(tab, tab.copy_of(at)))


def missed_by_tags(plan: Plan, at: Copies) -> dict[str, Cell]:
    """The tags of values that were put into cells not meant for them or changed by then, with what had
    stood there.
    """
    wrong: dict[tuple[int, int, int], Cell] = {}
    for tab in plan.tabs:
        for hit in _hits(tab, tab.copy_of(at)):
            for column in hit.wrong:
                wrong[tab.sheet_id, hit.planned.row, column] = hit.before[column - tab.left]
    return {
        tag: wrong[tab.sheet_id, row.row, column]
        for tab, row, column, tag in plan.tags()
        if (tab.sheet_id, row.row, column) in wrong
    }


def overtaken(tab: PlannedTab, at: Copies, places: Mapping[str, int]) -> list[tuple[str, int, Cell, Cell]]:
    """The cells of rows with ids that were written, or were meant to be, by a write that had not seen what
    people typed there: id, place of the column now (`places` by folded title), what stood there when the
    write was planned, and what it wrote.
    """
    found = []
    for hit in _hits(tab, tab.copy_of(at)):
        for column in hit.wrong if not blank(hit.planned.name) else ():
            place = places.get(folded(tab.titles[column - tab.left]), -1)
            old, new = hit.planned.cells[column]
            if place >= 0:
                found.append((plain(hit.planned.name), place, old, new))
    return found


def resolved(
    tab: PlannedTab,
    at: Copies,
    grid: Grid,
    dated: Collection[int] = (),
    *,
    is_tagged: bool = False,
) -> Grid:
    """The tab as it would stand if the write had hit what it was meant for, and nothing else.

    The grid itself where it did. A cell that people have changed since stays as they have it. `dated` are the
    columns that hold dates now. Where the write `is_tagged`, its values are known by their tags and have been
    given back.
    """
    copy = tab.copy_of(at)
    hits = [hit for hit in _hits(tab, copy) if hit.wrong]
    if not hits:
        return grid
    work = _Undoing(tab, grid, dated, [copy(tab.header, c) for c in range(tab.left, tab.right + 1)])
    for hit in hits:
        work.give_back(hit, is_tagged=is_tagged)
    work.look()
    for hit in hits:
        work.put_right(hit)
    return replace(grid, rows=work.rows, columns=work.columns)


class _Undoing:
    """One tab while what was hit is given back, and what was missed put right.

    `titles_then` is the header as it stood when the write was applied.
    """

    def __init__(
        self, tab: PlannedTab, grid: Grid, dated: Collection[int], titles_then: Sequence[Cell]
    ) -> None:
        self.tab = tab
        self.dated = dated
        self.rows = grid.rows
        self.columns: list[list[Cell]] = [list(column) for column in grid.columns]
        native = next((table for table in grid.tables if table.left <= tab.id_column <= table.right), None)
        self.header = native.top if native is not None else tab.header
        # What formulas show changes with what is written beside it: it tells nothing of a row.
        self.shown = {c for c in grid.formulas if grid.formula(self.header, c) is not None}
        self.titles = self._titles()
        self.hit = self._places(titles_then)
        name = folded(tab.titles[tab.id_column - tab.left])
        then = list(map(folded, titles_then))
        self.id_then = then.index(name) if then.count(name) == 1 else -1
        self.look()

    def look(self) -> None:
        """Where each column and each id stands, and the rows that have no id but hold something."""
        self.titles = self._titles()
        self.meant = self._places(self.tab.titles)
        self.id_place = self.meant[self.tab.id_column - self.tab.left]
        self.named: dict[str, list[int]] = {}
        self.unnamed: list[int] = []
        for row in range(self.header + 1, self.rows):
            name = self._cell(row, self.id_place)
            if not blank(name):
                self.named.setdefault(plain(name), []).append(row)
            elif self._is_filled(row):
                self.unnamed.append(row)

    def _titles(self) -> list[str]:
        return [folded(c[self.header]) if self.header < self.rows else "" for c in self.columns]

    def _is_filled(self, row: int) -> bool:
        """Whether anything stands in the columns that were written to, or were meant to be."""
        return not all(map(blank, self._across(row, [*self.meant, *self.hit])))

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
        cell = _dated(cell) if place in self.dated else cell
        while place >= len(self.columns):
            self.columns.append([None] * self.rows)
        if row >= self.rows:
            for column in self.columns:
                column.extend([None] * (row + 1 - self.rows))
            self.rows = row + 1
        self.columns[place][row] = cell

    def _across(self, row: int, places: Sequence[int]) -> list[Cell]:
        return self._told([self._cell(row, place) for place in places], places)

    def _told(self, cells: Sequence[Cell], places: Sequence[int]) -> list[Cell]:
        """The cells, those at places of what formulas show left out."""
        shown = self.shown
        return [None if at in shown else cell for cell, at in zip(cells, places, strict=False)]

    def give_back(self, hit: Hit, *, is_tagged: bool) -> None:
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
            if is_tagged and not blank(new):
                continue
            if place >= 0 and not _alike(before, new) and _alike(self._cell(row, place), new):
                self._set(row, place, before)

    def put_right(self, hit: Hit) -> None:
        """What the write was to put into cells that it missed stands there, unless people changed them."""
        row = self._planned_row(hit.planned) if hit.missed else -1
        for column in hit.missed if row >= 0 else ():
            old, new = hit.planned.cells[column]
            place = self.meant[column - self.tab.left]
            if place >= 0 and _alike(self._cell(row, place), old):
                self._set(row, place, new)

    def _planned_row(self, planned: Planned) -> int:
        """Where the row is that was meant; -1 where it is gone or nobody can tell."""
        _, given = planned.cells.get(self.tab.id_column, (None, None))
        if not blank(planned.name):
            found = self.named.get(plain(planned.name), [])
        elif not blank(given) and plain(given) in self.named:
            # Its id hit the right row, though other columns had moved.
            found = self.named[plain(given)]
        elif all(map(blank, was := self._told(planned.was, self.meant))):
            return self._free_row()
        else:
            found = [r for r in self.unnamed if _is_like(was, self._across(r, self.meant))]
        return found[0] if len(found) == 1 else -1

    def _row_of(self, after: Sequence[Cell], expected: int) -> int:
        """Where the row stands now that looked like this after the write; -1 where nobody can tell."""
        after = self._told(after, self.hit)
        if all(map(blank, after)):
            # All of a line that people had just typed was emptied: no row tells of it any more.
            return expected if all(map(blank, self._across(expected, self.hit))) else self._free_row()
        name = after[self.id_then] if self.id_then >= 0 else None
        if not blank(name):
            found = self.named.get(plain(name), [])
            if len(found) == 1:
                return found[0]
        else:
            # Where the ids were is not known when the header itself had moved: then any row may be it.
            found = self.unnamed if self.id_then >= 0 else list(range(self.rows))
        whole = [row for row in found if all(map(_alike, self._across(row, self.hit), after))]
        if whole:
            # Rows that are alike in all that was copied may stand for one another.
            return expected if expected in whole else whole[0]
        return expected if expected in found and _is_like(after, self._across(expected, self.hit)) else -1

    def _free_row(self) -> int:
        """The first row below the last id in which nothing stands in the columns that were copied: people's
        notes further down are none of the table.
        """
        row = 1 + max((row for rows in self.named.values() for row in rows), default=self.header)
        while row < self.rows and self._is_filled(row):
            row += 1
        return row
