"""Cells out of the rows that Google answered with: of a whole tab, and of parts of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count, islice, repeat
from typing import Any

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.errors import AnswerUnreadable, Cause
from sheetdesk.sheets.google.answer import Block, RowData, Spreadsheet, ValueCell
from sheetdesk.sheets.google.rows import (
    FORMULA,
    TOGETHER,
    Found,
    Reader,
    Run,
    Unread,
    cell_of,
    row_of,
    taken_apart,
)
from sheetdesk.sheets.moments import moments
from sheetdesk.table.grid import Grid

__all__ = ["Parts", "as_moments", "grid_of", "parts_of", "without_copies"]

NO_ROW = 0, RowData(), 0
NO_CELLS: Sequence[Cell | ValueCell] = ()


def grid_of(
    title: str,
    blocks: Sequence[Block],
    merged: tuple[tuple[int, int, int, int], ...] = (),
    dated: Collection[int] = (),
    *,
    are_used_up: bool = False,
) -> Grid:
    """The cells of a tab, column by column; a tab may come in several blocks. Columns that are `dated` hold
    moments. Blocks that `are_used_up` by it are nobody else's: a long column of theirs becomes the grid's.
    Raises AnswerUnreadable.
    """
    columns: list[_Column] = []
    rows = 0
    for block in blocks:
        for top, run in _runs(block):
            rows = max(rows, top + run.rows)
            if run.columns:
                missing = block.start_column + len(run.columns) - len(columns)
                columns.extend(_Column() for _ in range(missing))
            for column, found in zip(columns[block.start_column :], run.columns, strict=False):
                column.take(top, found, is_used_up=are_used_up)
    formulas = {place: column.texts(rows) for place, column in enumerate(columns) if column.formulas}
    errors = frozenset((row, place) for place, column in enumerate(columns) for row in column.errors)
    cells = [column.filled(rows) for column in columns]
    for place in dated:
        if place < len(cells):
            cells[place] = as_moments(cells[place])
    return Grid(title, rows, cells, formulas, errors, merged)


def without_copies(blocks: Iterable[Block], top: int, left: int) -> list[Block]:
    """The blocks with nothing in the rows from `top` on that hold no formula, and nothing left of the column
    `left`. There may be more of these than of all others, and hardly any are looked at: `Parts` has them.
    """
    found = []
    for block in blocks:
        nothing = b"[" + b"{}," * max(left - block.start_column, 0)
        rows: list[RowData] = []
        at = block.start_row
        for row in block.row_data:
            if isinstance(row.run, Unread):
                above, copied = max(top - at, 0), row.run.said[max(top - at, 0) :]
                is_copy = not any(FORMULA in said for said in copied)
                parted = _spread([row])
                rows += islice(parted, above)
                rows += [RowData(run=Run(len(copied), []))] if is_copy else parted
                at += row.height
                continue
            said = bytes(row.values)
            is_copy = at >= top and row.run is None and said.startswith(nothing) and FORMULA not in said
            rows.append(RowData() if is_copy else row)
            at += row.height
        found.append(msgspec.structs.replace(block, row_data=rows))
    return found


class _Column:
    """One column of a tab, as far as it is read."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.errors: set[int] = set()
        self.formulas: dict[int, str] = {}

    def take(self, top: int, found: Found, *, is_used_up: bool) -> None:
        """Have these from the row `top` on."""
        self.cells.extend([None] * (top - len(self.cells)))
        if is_used_up and len(self.cells) == top and len(found.cells) > top:
            # Those few above them move, instead of a hundred thousand.
            found.cells[:0] = self.cells
            self.cells, found.cells = found.cells, []
        else:
            self.cells[top : top + len(found.cells)] = found.cells
        if found.errors:
            self.errors.update(top + at for at in found.errors)
        if found.formulas:
            self.formulas.update((top + at, text) for at, text in found.formulas.items())

    def filled(self, rows: int) -> list[Cell]:
        self.cells.extend([None] * (rows - len(self.cells)))
        return self.cells

    def texts(self, rows: int) -> list[str | None]:
        return [self.formulas[row].removeprefix("=") if row in self.formulas else None for row in range(rows)]


def _runs(block: Block) -> Iterator[tuple[int, Run]]:
    """The rows of a block in runs, each with the row it begins in. Raises AnswerUnreadable."""
    reader, at = Reader(), block.start_row
    waiting: list[RowData] = []
    for row in _spread(block.row_data):
        if row.run is None and len(waiting) < TOGETHER:
            waiting.append(row)
            continue
        if waiting:
            yield at, _read(waiting, reader)
            at += len(waiting)
            waiting = []
        if row.run is None:
            waiting.append(row)
        else:
            yield at, row.run
            at += row.height
    if waiting:
        yield at, _read(waiting, reader)


def _spread(rows: Iterable[RowData]) -> Iterator[RowData]:
    """The rows, those that are unread one by one."""
    for row in rows:
        if isinstance(row.run, Unread):
            yield from (RowData(row.run.cells(at)) for at in range(row.height))
        else:
            yield row


def _read(rows: Sequence[RowData], reader: Reader) -> Run:
    try:
        return reader.read([taken_apart(row.values) for row in rows])
    except ValueError as error:
        raise AnswerUnreadable(reason=_no_row(error)) from error


def _no_row(error: ValueError) -> Cause:
    return Cause(f"a row of its answer is none: {error}", f"应答中有一行无法识别：{error}")


def as_moments(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a column that holds dates: numbers are days."""
    found = list(cells)
    places = [row for row, cell in enumerate(found) if isinstance(cell, float)]
    days: Any = [found[row] for row in places]
    for row, moment in zip(places, moments(days, False), strict=True):
        found[row] = moment
    return found


class Parts:
    """Parts of one tab, by (row, column): too much to make anything of but what is asked for."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._rows: dict[int, tuple[int, RowData, int]] = {}
        for block in blocks:
            rows, below = block.row_data, [0] * len(block.row_data)
            if any(row.run is not None for row in rows):
                rows = [row for row in rows for _ in range(row.height)]
                below = [at for row in block.row_data for at in range(row.height)]
            found = zip(repeat(block.start_column), rows, below, strict=False)
            self._rows.update(zip(count(block.start_row), found, strict=False))
        # Whoever asks for a cell of a row mostly asks for others of it next.
        self._row, self._left, self._cells = -1, 0, NO_CELLS

    def __bool__(self) -> bool:
        return bool(self._rows)

    def get(self, spot: tuple[int, int], /) -> Cell:
        """The cell there, None where nothing stands. Raises AnswerUnreadable."""
        row, column = spot
        if row != self._row:
            left, said, below = self._rows.get(row, NO_ROW)
            try:
                self._cells = row_of(said.values) if said.run is None else said.run.row(below)
            except ValueError as error:
                raise AnswerUnreadable(reason=_no_row(error)) from error
            self._row, self._left = row, left
        place = column - self._left
        if not 0 <= place < len(self._cells):
            return None
        found = self._cells[place]
        if not isinstance(found, ValueCell):
            return found
        # Most are texts, and asked for by the ten thousand.
        return found.effective_value.string_value or cell_of(found)


def parts_of(answer: Spreadsheet, sheet_id: int) -> Parts:
    """What an answer tells of one tab."""
    tabs = answer.sheets or []
    return Parts(block for tab in tabs if tab.properties.sheet_id == sheet_id for block in tab.data)
