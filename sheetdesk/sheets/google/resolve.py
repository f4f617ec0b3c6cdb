"""How a tab would stand if the last write had hit what it was meant for, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.google.headers import beside, header_of, titles_in
from sheetdesk.sheets.google.hits import Hit, alike, dated_cell, hits, is_half, is_like, is_still, renamed
from sheetdesk.sheets.google.journal import Copies, Planned, PlannedTab
from sheetdesk.table.grid import Grid, folded

__all__ = ["resolved"]

FILLED = -2
"""The place of a column that a formula filled, where cells are to tell rows apart."""


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
    header = header_of(tab, grid)
    here = titles_in(grid.columns, header)
    wrong = [hit for hit in hits(tab, copy, here) if hit.wrong]
    if not wrong:
        return grid
    work = _Undoing(tab, grid, header, dated, [copy(tab.header, c) for c in range(tab.left, tab.right + 1)])
    for hit in wrong:
        work.give_back(hit, is_tagged=is_tagged)
    work.look()
    for hit in wrong:
        work.put_right(hit)
    return replace(grid, rows=work.rows, columns=work.columns)


class _Undoing:
    """One tab while what was hit is given back, and what was missed put right.

    `titles_then` is the header as it stood when the write was applied.
    """

    def __init__(
        self,
        tab: PlannedTab,
        grid: Grid,
        header: int,
        dated: Collection[int],
        titles_then: Sequence[Cell],
    ) -> None:
        self.tab = tab
        self.dated = dated
        self.title = tab.title - tab.left
        self.rows = grid.rows
        self.columns: list[list[Cell]] = [list(column) for column in grid.columns]
        self.header = header
        # What formulas show changes with what is written beside it: it tells nothing of a row.
        self.shown = {FILLED} | {c for c in grid.formulas if grid.formula(self.header, c) is not None}
        self.titles = titles_in(self.columns, self.header)
        self.hit = self._places(titles_then)
        self.titles_meant = renamed(tab.titles, titles_then, self.titles)
        meant, then = list(map(folded, self.titles_meant)), list(map(folded, titles_then))
        filled = {name for column, name in enumerate(meant, tab.left) if column in tab.filled}
        self.hit_telling = [
            FILLED if name in filled or (column in tab.filled and name not in meant) else at
            for column, name, at in zip(range(tab.left, tab.right + 1), then, self.hit, strict=True)
        ]
        name = meant[tab.id_column - tab.left]
        self.id_then = then.index(name) if then.count(name) == 1 else -1
        self.look()

    def look(self) -> None:
        """Where each column and each id stands, and the rows that have no id but hold something."""
        self.titles = titles_in(self.columns, self.header)
        self.meant = self._places(self.titles_meant)
        span = range(self.tab.left, self.tab.right + 1)
        filled = self.tab.filled
        # What formulas filled when the write was planned tells nothing.
        self.telling = [FILLED if c in filled else at for c, at in zip(span, self.meant, strict=True)]
        self.id_place = self.meant[self.tab.id_column - self.tab.left]
        self.named: dict[str, list[int]] = {}
        self.unnamed: list[int] = []
        for row in range(self.header + 1, self.rows):
            name = self._cell(row, self.id_place)
            if not blank(name):
                self.named.setdefault(plain(name), []).append(row)
            elif self._is_filled(row):
                self.unnamed.append(row)

    def _is_filled(self, row: int) -> bool:
        """Whether anything stands in the columns that were written to, or were meant to be."""
        return not all(map(blank, self._across(row, [*self.telling, *self.hit_telling])))

    def _places(self, titles: Sequence[Cell]) -> list[int]:
        """Where the columns of these titles are now; -1 where nobody can say."""
        found = list[int | None]()
        now = [self._cell(self.header, column) for column in range(self.tab.left, self.tab.right + 1)]
        for column, title in enumerate(map(folded, renamed(titles, now, self.titles)), self.tab.left):
            if not title:
                found.append(None)
            elif column < len(self.titles) and self.titles[column] == title:
                found.append(column)
            else:
                found.append(self.titles.index(title) if self.titles.count(title) == 1 else -1)
        return beside(found, self.tab.left)

    def _cell(self, row: int, place: int) -> Cell:
        return self.columns[place][row] if 0 <= place < len(self.columns) and row < self.rows else None

    def _set(self, row: int, place: int, cell: Cell) -> None:
        cell = dated_cell(cell) if place in self.dated else cell
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
            # Tagged values have gone again by now.
            after[column - self.tab.left] = (
                after[column - self.tab.left] if is_tagged and not blank(new) else new
            )
        row = self._row_of(after, hit.planned.row)
        if row < 0:
            return
        for column in hit.wrong:
            position = column - self.tab.left
            before, (_, new), place = hit.before[position], hit.planned.cells[column], self.hit[position]
            if is_tagged and not blank(new):
                continue
            if place >= 0 and not alike(before, new) and alike(self._cell(row, place), new):
                self._set(row, place, before)

    def put_right(self, hit: Hit) -> None:
        """What the write was to put into cells that it missed stands there, unless people changed them."""
        row = self._planned_row(hit) if hit.missed else -1
        for column in hit.missed if row >= 0 else ():
            old, new = hit.planned.cells[column]
            place = self.meant[column - self.tab.left]
            if place >= 0 and alike(self._cell(row, place), old):
                self._set(row, place, new)

    def _planned_row(self, hit: Hit) -> int:
        """Where the row is that was meant; -1 where it is gone or nobody can tell."""
        planned = hit.planned
        if not blank(planned.name):
            found = self.named.get(plain(planned.name), [])
            if planned.was:
                # Its id is another's as well, of which it may be a copy. Where somebody had just changed it,
                # a row that is as it was may be the one that it was copied from.
                was = self._told(planned.was, self.telling)
                rows = {row: self._across(row, self.telling) for row in found}
                found = [row for row, now in rows.items() if all(map(alike, was, now))]
                found = [] if self._is_changed(hit) else found or self._only_called(was, rows)
            elif planned.called is not None:
                place = self.meant[self.title]
                # The titles of those that are meant here stand once, some beside another's id.
                standing = found if len(found) > 1 else range(self.header + 1, self.rows)
                found = [row for row in standing if alike(planned.called, self._cell(row, place))]
        elif found := self._given(hit):
            # Its id hit the right row, though other columns had moved.
            pass
        elif all(map(blank, was := self._told(planned.was, self.telling))):
            return self._row_to_add()
        else:
            rows = {row: self._across(row, self.telling) for row in self.unnamed}
            found = [row for row, now in rows.items() if is_like(was, now)]
            found = found or [row for row, now in rows.items() if is_still(was, now, self.title)]
            if not found and self._is_in_place(planned, was):
                return planned.row
        return found[0] if len(found) == 1 else -1

    def _only_called(self, was: Sequence[Cell], rows: Mapping[int, Sequence[Cell]]) -> list[int]:
        """The only one of these rows with a row's title and half of the rest: a copy that people go on in."""
        if self.title < 0 or blank(was[self.title]) or was[self.title] in self.tab.common:
            return []
        called = [row for row, now in rows.items() if alike(was[self.title], now[self.title])]
        return called if len(called) == 1 and is_half(was, rows[called[0]]) else []

    def _is_changed(self, hit: Hit) -> bool:
        """Whether a row with another's id may have stood in its place, with some cells changed."""
        # Each cell is held against that of its own column: others may have come in between since.
        then = {place: at for at, place in enumerate(self.hit) if place >= 0}
        meant = [at for at, place in enumerate(self.meant) if place in then]
        position, title = self.tab.id_column - self.tab.left, self.title
        if position not in meant or title not in meant:
            return False
        before = {at: hit.before[then[self.meant[at]]] for at in meant}
        if not (alike(before[position], hit.planned.name) and alike(before[title], hit.planned.was[title])):
            return False
        places = [self.telling[at] for at in meant]
        was = self._told([hit.planned.was[at] for at in meant], places)
        now = self._told(list(before.values()), places)
        return not all(map(alike, was, now)) and is_half(was, now)

    def _is_in_place(self, planned: Planned, was: Sequence[Cell]) -> bool:
        """Whether a row without an id that is found nowhere got another title, maybe all it has, in place."""
        if planned.row not in self.unnamed:
            return False
        now, title = self._across(planned.row, self.telling), self.title
        others = (row.was for row in self.tab.rows if row is not planned and blank(row.name))
        told = (self._told(other, self.telling) for other in others)
        is_title = all(blank(cell) == (at != title) for one in (was, now) for at, cell in enumerate(one))
        return (is_title or is_half(was, now)) and not any(is_still(other, now, title) for other in told)

    def _given(self, hit: Hit) -> list[int]:
        """The rows that have the id a planned row was to get, and are like it in what was not written; the
        one that has it, whatever was typed there since, where the id hit the planned row.
        """
        planned = hit.planned
        _, given = planned.cells.get(self.tab.id_column, (None, None))
        if blank(given):
            return []
        rows = self.named.get(plain(given), [])
        if len(rows) == 1 and self.tab.id_column not in hit.missed:
            return rows
        span = range(self.tab.left, self.tab.right + 1)
        left = [at for at, column in enumerate(span) if column not in planned.cells]
        was, places = [planned.was[at] for at in left], [self.telling[at] for at in left]
        return [row for row in rows if is_like(self._told(was, places), self._across(row, places))]

    def _row_of(self, after: Sequence[Cell], expected: int) -> int:
        """Where the row stands now that looked like this after the write; -1 where nobody can tell."""
        places = self.hit_telling
        after = self._told(after, places)
        if all(map(blank, after)):
            # All of a line that people had just typed was emptied: no row tells of it any more, but by what
            # stands in columns that were not copied, for another had come in between.
            pushed = [at for at in self.meant if at >= 0 and at not in self.hit]
            left = [row for row in self._nameless(pushed) if all(map(blank, self._across(row, places)))]
            if len(left) == 1:
                return left[0]
            return expected if all(map(blank, self._across(expected, places))) else self._free_row()
        name = after[self.id_then] if self.id_then >= 0 else None
        if not blank(name):
            found = self.named.get(plain(name), [])
            if len(found) == 1:
                return found[0]
        else:
            # Where the ids were is not known when the header itself had moved: then any row may be it.
            found = self.unnamed if self.id_then >= 0 else list(range(self.rows))
        whole = [row for row in found if all(map(alike, self._across(row, places), after))]
        if whole:
            # Rows that are alike in all that was copied may stand for one another.
            return expected if expected in whole else whole[0]
        is_here = expected in found or not found  # Another's id may stand over its own.
        return expected if is_here and is_like(after, self._across(expected, places)) else -1

    def _nameless(self, places: Sequence[int]) -> list[int]:
        """The rows without an id in which something stands in one of these columns."""
        below = range(self.header + 1, self.rows) if places else ()
        rows = (row for row in below if blank(self._cell(row, self.id_place)))
        return [row for row in rows if not all(map(blank, self._across(row, places)))]

    def _row_to_add(self) -> int:
        """Where a whole new row may stand; -1 where that is below a note, which would come to stand in the
        table: a line that people begin there has a title.
        """
        free = self._free_row()
        place = self.meant[self.title] if self.title >= 0 else -1
        last = self._last_named()
        above = (row for row in self.unnamed if last < row < free)
        return -1 if place >= 0 and any(blank(self._cell(row, place)) for row in above) else free

    def _last_named(self) -> int:
        return max((row for rows in self.named.values() for row in rows), default=self.header)

    def _free_row(self) -> int:
        """The first row below the last id in which nothing stands in the columns that were copied: people's
        notes further down are none of the table.
        """
        row = 1 + self._last_named()
        while row < self.rows and self._is_filled(row):
            row += 1
        return row
