"""A tab's cells with edits applied, and what differs between two states of a tab."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import compress, count
from operator import is_not

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.google.hits import same
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.grid import Grid

__all__ = ["differences", "edited", "with_cells"]


def edited(grid: Grid, edits: TabEdits) -> Grid:
    """The grid with the edits. What a formula shows is left to the formula. Raises PatchRefused."""
    tables = {table.name: table for table in grid.tables}
    unknown = {*edits.tables, *edits.header} - tables.keys()
    if unknown:
        raise PatchRefused(
            part=grid.title,
            reason=Cause(f"it has no table {sorted(unknown)[0]}", f"其中没有表 {sorted(unknown)[0]}"),
        )
    cells = {
        (edit.row, edit.column): edit.value
        for edit in edits.cells
        if edit.formula is None and not edit.keeps_formula
    }
    for name, titles in edits.header.items():
        table = tables[name]
        cells |= {(table.top, table.left + offset): title for offset, title in titles.items()}
    for name, bottom in edits.tables.items():
        tables[name] = replace(tables[name], bottom=bottom)
    return replace(with_cells(grid, cells), tables=tuple(tables.values()))


def with_cells(grid: Grid, cells: dict[tuple[int, int], Cell]) -> Grid:
    """The grid with these cells by (row, column); columns that none lies in are the same objects."""
    if not cells:
        return grid
    rows = max(grid.rows, 1 + max(row for row, _ in cells))
    width = max(len(grid.columns), 1 + max(column for _, column in cells))
    touched = {column for _, column in cells}
    columns = [
        list(grid.column(place)) if place in touched or rows > grid.rows else grid.column(place)
        for place in range(width)
    ]
    more: list[Cell] = [None] * (rows - grid.rows)
    if more:
        columns = [[*column, *more] for column in columns]
    for (row, column), cell in cells.items():
        columns[column][row] = cell  # type: ignore[index]
    formulas = grid.formulas
    if more:
        formulas = {place: [*texts, *([None] * len(more))] for place, texts in formulas.items()}
    return replace(grid, rows=rows, columns=columns, formulas=formulas)


def differences(was: Grid, now: Grid, without: Collection[int]) -> Iterator[tuple[int, int, Cell, Cell]]:
    """The cells that differ, as (row, column, was, now); columns `without` are not looked at."""
    for place in range(max(len(was.columns), len(now.columns))):
        if place in without:
            continue
        old, new = was.column(place), now.column(place)
        if old is new:
            continue
        rows = max(len(old), len(new))
        old, new = (
            column if len(column) == rows else [*column, *([None] * (rows - len(column)))]
            for column in (old, new)
        )
        # Nearly all cells are the same objects.
        for row in compress(count(), map(is_not, old, new)):
            before, after = old[row], new[row]
            if not same(before, after):
                yield row, place, before, after
