"""The tickets' tab as a person sees it, where each row and column has an identity that no cell holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.memory import MemoryTab
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["Page", "Row", "page_of", "tab_of_page"]

TABLE = "tickets"


@dataclass
class Row:
    """A row below the header: `who` it is, "" while nothing was ever meant to stand there."""

    who: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Nothing was put there; what a formula shows does not count."""
        return all(value is None for key, value in self.cells.items() if key not in self.formulas)

    def copied(self, who: str) -> Row:
        """The same cells in another row."""
        return Row(who, dict(self.cells), dict(self.formulas))


@dataclass
class Page:
    """All of the tab. `columns` are who they are from left to right, the first `width` in the table.

    `depth` rows are in the native table, which there is while `is_table`.
    """

    title: str
    columns: list[str]
    titles: dict[str, str]
    numbers: dict[str, int]
    rows: list[Row]
    width: int
    depth: int
    is_table: bool = True

    def row(self, who: str) -> Row | None:
        """The row that is this, or None."""
        return next((row for row in self.rows if row.who == who), None)

    def copied(self) -> Page:
        """A page that can be changed while this one stays."""
        return replace(
            self,
            columns=list(self.columns),
            titles=dict(self.titles),
            numbers=dict(self.numbers),
            rows=[row.copied(row.who) for row in self.rows],
        )


def tickets_grid(grids: tuple[Grid, ...]) -> Grid:
    """The tab with the tickets: where their table is, or the first that has the header it had."""
    for grid in grids:
        if any(table.name == TABLE for table in grid.tables):
            return grid
    return next(grid for grid in grids if grid.title == "Tickets")


def page_of(grid: Grid, columns: tuple[str, ...], rows: tuple[str, ...]) -> Page:
    """The page of a tab of which is known who its columns and rows are; beyond the known is blank."""
    native = next((table for table in grid.tables if table.name == TABLE), None)
    titles = {name: str(grid.cell(0, place) or "") for place, name in enumerate(columns)}
    made = []
    last = max(grid.rows - 1, native.bottom if native else 0, len(rows))
    for at in range(1, last + 1):
        row = Row(rows[at - 1] if at <= len(rows) else "")
        for place, name in enumerate(columns):
            value, text = grid.cell(at, place), grid.formula(at, place)
            if value is not None:
                row.cells[name] = value
            if text is not None:
                row.formulas[name] = text
        made.append(row)
    numbers: dict[str, int] = {}
    if native is not None:
        numbers = dict(zip(columns, native.column_ids, strict=False))
    width = native.right + 1 if native is not None else len(columns)
    depth = native.bottom if native is not None else len(made)
    return Page(grid.title, list(columns), titles, numbers, made, width, depth, native is not None)


def tab_of_page(page: Page, drawn: str = "") -> MemoryTab:
    """What a program saves of a page."""
    cells: dict[tuple[int, int], Cell] = {}
    formulas: dict[tuple[int, int], str] = {}
    for place, name in enumerate(page.columns):
        if page.titles[name]:
            cells[0, place] = page.titles[name]
        for at, row in enumerate(page.rows, 1):
            value = row.cells.get(name)
            if value is not None:
                cells[at, place] = value
            if name in row.formulas:
                formulas[at, place] = row.formulas[name]
    tables: tuple[GridTable, ...] = ()
    if page.is_table:
        numbers = tuple(page.numbers[name] for name in page.columns[: page.width])
        tables = (GridTable(TABLE, 0, 0, max(page.depth, 1), page.width - 1, numbers),)
    return MemoryTab(page.title, cells, formulas, tables, drawn)


def values_of(page: Page) -> Mapping[tuple[str, str], Cell]:
    """Every filled cell by (who its row is, who its column is), worked-out ones aside."""
    return {
        (row.who, name): value
        for row in page.rows
        if row.who
        for name, value in row.cells.items()
        if value is not None and name in page.columns and name not in row.formulas
    }
