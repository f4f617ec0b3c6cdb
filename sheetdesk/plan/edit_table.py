"""What to write so that a tab's table, as people left it, shows what the plan says.

Only cells that differ; rows where they stand, columns wherever they were moved; nothing that is held:
a cell nobody can read, one that people have to settle, a person's own formula.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sheetdesk.columns.base import Cell, CellKind, blank, plain
from sheetdesk.plan.formula import inputs_of
from sheetdesk.plan.plan import ColumnPlan, TablePlan
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.grid import Area
from sheetdesk.table.reading import SheetReading
from sheetdesk.table.touched import is_same_cell

__all__ = ["FormulaText", "TableEdits", "edit_list", "edit_table", "formula_titles"]

FormulaText = Callable[[ColumnPlan], str]
"""The text of a column's formula, without `=`."""


Means = Callable[[str, str], bool]
"""Whether a ticket's cell, by column key, was read as what the store holds."""


@dataclass(frozen=True)
class TableEdits:
    """The edits, and what they do: ids at the rows of the tab where they then stand, ids for which
    there is no room, ids whose row was cleared.
    """

    edits: TabEdits
    places: dict[str, int]
    no_room: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()


def formula_titles(table: TablePlan, reading: SheetReading) -> TablePlan:
    """The table with its columns called what they are called in the sheet, for formulas to name them."""
    places, titles = reading.headers.places, reading.area.titles
    columns = tuple(
        replace(column, title=titles.get(places[column.key]) or column.title)
        if column.key in places
        else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def edit_table(
    table: TablePlan,
    reading: SheetReading,
    skip: Collection[tuple[str, str]],
    formula: FormulaText,
    *,
    means: Means = lambda row, column: False,
    without: Collection[str] = (),
    fills_gaps: bool = False,
) -> TableEdits:
    """The edits that bring the reading's tab to the plan.

    `skip` are (id, column key) that people have to settle, `without` ids whose rows are neither added
    nor cleared. A number, time or truth value that `means` what the store holds stays as it is; a text
    is spelled as the desk spells it. `fills_gaps`: rows left empty anywhere in the table are used
    again; else only those at its end.
    """
    work = _Work(table, reading, skip, formula, means)
    ids = [str(name) for name in work.column("id").cells]
    wanted = set(ids)
    cleared = tuple(name for name in reading.places if name not in wanted and name not in without)
    for name in cleared:
        work.clear(reading.places[name])
    places: dict[str, int] = {}
    waiting: list[int] = []
    differing = work.differing(ids)
    for position, name in enumerate(ids):
        if name in reading.places:
            places[name] = reading.places[name]
            if position in differing:
                work.bring_up(position, name, places[name])
        elif name not in reading.identified.frozen and name not in without:
            waiting.append(position)
    rows = work.free_rows(len(waiting), fills_gaps=fills_gaps) if waiting else []
    for position, row in zip(waiting, rows, strict=False):
        places[ids[position]] = row
        work.fill(position, row)
    no_room = tuple(ids[position] for position in waiting[len(rows) :])
    tables = work.reach(places.values())
    edits = TabEdits(reading.area.grid.title, tuple(work.edits), tables, begun=work.begun())
    return TableEdits(edits, places, no_room, cleared)


class _Work:
    """One table's edits while they are gathered."""

    def __init__(
        self,
        table: TablePlan,
        reading: SheetReading,
        skip: Collection[tuple[str, str]],
        formula: FormulaText,
        means: Means,
    ) -> None:
        self.means = means
        self.reading = reading
        self.area = reading.area
        self.skip = skip
        self.edits: list[CellEdit] = []
        # Rows of the table, also those that have no id yet or that nobody can tell apart.
        identified = reading.identified
        self.rows = {*reading.places.values(), *(row.place for row in reading.new)}
        self.rows.update(place for places in identified.frozen.values() for place in places)
        places = reading.headers.places
        # Structured references mean nothing where there is no native table any more.
        self._has_formulas = self.area.table is not None
        self.columns = [
            (column, list(column.cells), places[column.key])
            for column in table.columns
            if column.key in places and self._can_stand(column)
        ]
        self._table = table
        self._texts = {c.key: formula(c) for c in table.columns if c.formula is not None}

    def _can_stand(self, column: ColumnPlan) -> bool:
        """Not a formula that speaks of a column which is gone: it would be an error, or break the file."""
        if column.formula is None or not self._has_formulas:
            return True
        return all(key in self.reading.headers.places for key in inputs_of(column.formula))

    def column(self, key: str) -> ColumnPlan:
        return self._table.columns[self._table.index(key)]

    def differing(self, ids: Sequence[str]) -> set[int]:
        """The positions of rows in which a cell may differ that is a reason to write: whole columns compared,
        which is quick.
        """
        there = [
            (position, self.reading.places[n]) for position, n in enumerate(ids) if n in self.reading.places
        ]
        found: set[int] = set()
        for column, cells, place in self.columns:
            if column.key not in self._texts:
                if column.is_kept:
                    standing = self.area.grid.column(place)
                    last = len(standing)
                    found.update(p for p, row in there if row >= last or standing[row] != cells[p])
            elif self._has_formulas:
                texts = self.area.grid.formulas.get(place, ())
                found.update(p for p, row in there if row >= len(texts) or texts[row] is None)
        return found

    def bring_up(self, position: int, name: str, row: int) -> None:
        """The cells of a row that differ from the plan."""
        made: list[CellEdit] = []
        worked_out: list[CellEdit] = []
        for column, cells, place in self.columns:
            found, want = self.area.grid.cell(row, place), cells[position]
            if (row, column.key) in self.reading.held or (name, column.key) in self.skip:
                continue
            timed = column.kind in (CellKind.MOMENT, CellKind.DATE)
            same = is_same_cell(found, want, timed=timed)
            if not same and found is not None and not isinstance(found, str):
                same = plain(found) == want if column.key == "id" else self.means(name, column.key)
            if column.key in self._texts:
                if not self._has_formulas:
                    continue
                if self.area.grid.formula(row, place) is None:
                    made.append(CellEdit(row, place, want, self._texts[column.key]))
                elif not same:
                    worked_out.append(CellEdit(row, place, want, keeps_formula=True))
            elif not same:
                (made if column.is_kept else worked_out).append(CellEdit(row, place, want))
        # What moves with the clock alone is no reason to write.
        if made:
            self.edits += made + worked_out

    def fill(self, position: int, row: int) -> None:
        """A whole new row."""
        for column, cells, place in self.columns:
            want = cells[position]
            if column.key in self._texts and self._has_formulas:
                self.edits.append(CellEdit(row, place, want, self._texts[column.key]))
            elif want is not None:
                self.edits.append(CellEdit(row, place, want))

    def clear(self, row: int) -> None:
        """A row that is to show nothing any more; formulas stay, they show nothing then, and stand again
        where they were typed over.
        """
        for column, _, place in self.columns:
            if (row, column.key) in self.reading.held or blank(self.area.grid.cell(row, place)):
                continue
            text = self._texts.get(column.key)
            if text is None or self.area.grid.formula(row, place) is None:
                self.edits.append(CellEdit(row, place, None, text if self._has_formulas else None))

    def free_rows(self, count: int, *, fills_gaps: bool) -> list[int]:
        """Rows for so many new tickets, or for as many as there is room for."""
        worked_out = {place for column, _, place in self.columns if column.key in self._texts}
        columns = [
            self.area.grid.columns[place]
            for place in self.area.titles
            if place not in worked_out and place < len(self.area.grid.columns)
        ]
        bottom = self._bottom()
        merged = [(top, last) for top, _, last, _ in self.area.grid.merged]

        def is_empty(row: int) -> bool:
            if any(top <= row <= last for top, last in merged):
                return False
            return row >= self.area.grid.rows or all(blank(column[row]) for column in columns)

        free: list[int] = []
        for row in range(bottom, self.area.header, -1):
            if is_empty(row):
                free.append(row)
            elif not fills_gaps:
                break
        free.reverse()
        free = free[:count]
        table = self.area.table
        below = bottom + 1
        first_foreign = below + (1 if table is not None and table.totals else 0)
        while len(free) < count:
            if not is_empty(first_foreign):
                break
            free.append(below)
            below += 1
            first_foreign += 1
        return free

    def begun(self) -> frozenset[int]:
        """The rows that people began below the native table."""
        table = self.area.table
        return frozenset() if table is None else frozenset(row for row in self.rows if row > table.bottom)

    def _bottom(self) -> int:
        """The last row that the table has, or that people began below it."""
        table = self.area.table
        last = table.bottom if table is not None else self.area.header
        if table is not None and table.totals:
            return last
        return max([last, *self.rows])

    def reach(self, rows: Collection[int]) -> dict[str, int]:
        """The native table's new last row, where rows stand below it and nothing foreign between."""
        table = self.area.table
        if table is None or not rows:
            return {}
        lowest = max(rows)
        taken = {*rows, *self.rows}
        # The row of totals moves below the last one.
        between = range(table.bottom + 1, lowest + (2 if table.totals else 1))
        if lowest <= table.bottom:
            return {}
        columns = [self.area.grid.columns[p] for p in self.area.titles if p < len(self.area.grid.columns)]
        for row in between:
            is_totals = table.totals and row == table.bottom + 1
            in_grid = row < self.area.grid.rows
            if row not in taken and in_grid and not is_totals and any(not blank(c[row]) for c in columns):
                return {}
        return {table.name: lowest}


def edit_list(table: TablePlan, area: Area, places: dict[str, int]) -> TabEdits:
    """The edits that make a table without ids, which only sheetdesk writes, show the plan's rows in
    their order; `places` are its columns by key.
    """
    edits: list[CellEdit] = []
    first = area.header + 1
    bottom = area.table.bottom if area.table is not None else area.last
    for column in table.columns:
        place = places.get(column.key)
        if place is None:
            continue
        cells: Sequence[Cell] = list(column.cells)
        for row in range(first, max(first + len(cells), bottom + 1)):
            want = cells[row - first] if row - first < len(cells) else None
            if not is_same_cell(area.grid.cell(row, place), want, timed=False):
                edits.append(CellEdit(row, place, want))
    last = first + max(table.rows, 1) - 1
    tables = {}
    if area.table is not None and area.table.bottom != last:
        tables = {area.table.name: last}
    return TabEdits(area.grid.title, tuple(edits), tables)
