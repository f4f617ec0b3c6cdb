"""A tab's raw cells as found, and where in it a table of the desk stands.

Nothing here knows what a cell means. Rows and columns count from 0 at the tab's first cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sheetdesk.columns.base import Cell, blank, plain

__all__ = [
    "Area",
    "Grid",
    "GridTable",
    "cell_name",
    "column_letters",
    "covered_cells",
    "find_area",
    "folded",
    "is_covered",
    "quoted_tab",
]

DEEPEST_HEADER = 30


@dataclass(frozen=True)
class GridTable:
    """A native table: header at `top`, last data row at `bottom`, both included; `totals` below it.

    `column_ids` are the program's own numbers of the columns, which survive a renaming.
    """

    name: str
    top: int
    left: int
    bottom: int
    right: int
    column_ids: tuple[int, ...] = ()
    totals: bool = False


@dataclass(frozen=True)
class Grid:
    """One tab. `columns[c][r]` has `rows` cells a column, None where nothing stands.

    `formulas` has the columns that hold any: a text a row, None where there is none. `errors` are
    cells that show an error, `merged` blocks as (first row, first column, last row, last column). What the
    columns `beside` show is kept elsewhere by id: it goes with the id, not with the row.
    """

    title: str
    rows: int
    columns: Sequence[Sequence[Cell]]
    formulas: Mapping[int, Sequence[str | None]] = field(default_factory=dict)
    errors: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    tables: tuple[GridTable, ...] = ()
    beside: frozenset[int] = frozenset()

    def cell(self, row: int, column: int) -> Cell:
        """The cell there; None outside what was found."""
        if column < len(self.columns) and row < self.rows:
            return self.columns[column][row]
        return None

    def column(self, place: int) -> Sequence[Cell]:
        """A whole column; empty cells outside what was found."""
        return self.columns[place] if place < len(self.columns) else [None] * self.rows

    def formula(self, row: int, column: int) -> str | None:
        """The formula there, "" for one whose text stands elsewhere, None where there is none."""
        texts = self.formulas.get(column)
        return texts[row] if texts is not None and row < len(texts) else None


@dataclass(frozen=True)
class Area:
    """Where a table stands: its tab, header row and columns, and the last row that belongs to it.

    `titles` are the header's texts by column, "" for an empty one; `table` is the native table, where
    it still is one.
    """

    grid: Grid
    header: int
    last: int
    titles: Mapping[int, str]
    table: GridTable | None = None


@cache
def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def quoted_tab(title: str) -> str:
    """A tab's title as it stands before `!` in a formula."""
    return "'" + title.replace("'", "''") + "'"


def cell_name(row: int, column: int) -> str:
    """`F12`, as people see it."""
    return f"{column_letters(column)}{row + 1}"


def is_covered(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell lies under a merged one, and can hold nothing itself."""
    return any(
        top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
        for top, left, bottom, right in grid.merged
    )


def folded(title: Cell) -> str:
    """A title for comparing: trimmed, full-width folded, white space and case alike."""
    return "" if blank(title) else " ".join(plain(title).split()).casefold()


def find_area(
    grids: Sequence[Grid], name: str, tab_titles: Sequence[str], known: Mapping[str, int]
) -> Area | None:
    """Where the table is, or None.

    First the native table called `name`; then, in the tabs with one of `tab_titles` in their order and
    after them in all others, the row among the first with the most of the `known` titles (folded, with a
    weight each); at least half of all weight must be there.
    """
    for grid in grids:
        for table in grid.tables:
            if table.name.casefold() == name.casefold():
                return _native(grid, table)
    wanted = [folded(title) for title in tab_titles]

    def order(grid: Grid) -> int:
        title = folded(grid.title)
        return wanted.index(title) if title in wanted else len(wanted)

    for grid in sorted(grids, key=order):
        header = _best_header(grid, known)
        if header is not None:
            return Area(grid, header, grid.rows - 1, _titles(grid, header, 0, len(grid.columns) - 1))
    return None


def _native(grid: Grid, table: GridTable) -> Area:
    titles = _titles(grid, table.top, table.left, max(table.right, len(grid.columns) - 1))
    return Area(grid, table.top, grid.rows - 1, titles, table)


def _titles(grid: Grid, row: int, first: int, last: int) -> dict[int, str]:
    cells = {column: grid.cell(row, column) for column in range(first, last + 1)}
    # To the letter: formulas and pivots name a column by it.
    return {column: _title(cell) for column, cell in cells.items()}


def _title(cell: Cell) -> str:
    if blank(cell):
        return ""
    return cell if isinstance(cell, str) else plain(cell)


def _best_header(grid: Grid, known: Mapping[str, int]) -> int | None:
    best, score = None, 0
    for row in range(min(DEEPEST_HEADER, grid.rows)):
        titles = {folded(column[row]) for column in grid.columns}
        weight = sum(known.get(title, 0) for title in titles)
        if weight > score:
            best, score = row, weight
    return best if 2 * score >= sum(known.values()) else None


def covered_cells(area: Area) -> set[tuple[int, int]]:
    """Cells that lie under a merged one."""
    return {
        (row, column)
        for top, left, bottom, right in area.grid.merged
        if bottom > area.header
        for row in range(max(top, area.header), min(bottom, area.last) + 1)
        for column in range(left, min(right, len(area.grid.columns) - 1) + 1)
        if (row, column) != (top, left)
    }
