"""Cells out of the rows that Google answered with: of a whole tab, and of parts of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.errors import AnswerUnreadable, Cause
from sheetdesk.sheets.google.answer import (
    Block,
    CellValue,
    ErrorValue,
    FormulaCell,
    RawRow,
    Row,
    Spreadsheet,
    ValueCell,
)
from sheetdesk.sheets.moments import moments
from sheetdesk.table.grid import Grid

__all__ = ["Parts", "as_moments", "grid_of", "parts_of", "without_copies"]

FORMULA = b'"formulaValue"'
FIRST_CELL, NEXT_CELL, LAST_CELL = b'{"values":[{', b"},{", b"}]}"
NOTHING_SAID = b""
NO_ROW = msgspec.Raw(b"{}")
TOGETHER = 256
"""So many rows are turned into columns at a time: few enough to stay in the processor's cache."""

WORDS = 2_000
"""A column with more different cells than this is none of a few words that come again and again."""

NO_CELLS: Sequence[ValueCell] = ()
NO_VALUE = ValueCell().effective_value
"""The value of each cell that holds nothing is this one object."""

SIGNS = {
    "NULL_VALUE": "NULL!", "DIVIDE_BY_ZERO": "DIV/0!", "VALUE": "VALUE!", "REF": "REF!", "NAME": "NAME?",
    "NUM": "NUM!", "N_A": "N/A", "LOADING": "LOADING",
}  # fmt: skip

_row = msgspec.json.Decoder(Row).decode
_raw_row = msgspec.json.Decoder(RawRow).decode
_value_cells = msgspec.json.Decoder(list[ValueCell]).decode
_formula_cells = msgspec.json.Decoder(list[FormulaCell]).decode


def grid_of(
    title: str,
    blocks: Sequence[Block],
    merged: tuple[tuple[int, int, int, int], ...] = (),
    dated: Collection[int] = (),
) -> Grid:
    """The cells of a tab, column by column; a tab may come in several blocks. Columns that are `dated` hold
    moments. Raises AnswerUnreadable.
    """
    rows = max((block.start_row + len(block.row_data) for block in blocks), default=0)
    columns: list[_Column] = []
    for block in blocks:
        for start in range(0, len(block.row_data), TOGETHER):
            read = _read(block.row_data[start : start + TOGETHER], columns[block.start_column :])
            if read:
                columns.extend(_Column() for _ in range(block.start_column + len(read) - len(columns)))
            for column, found in zip(columns[block.start_column :], read, strict=False):
                column.take(block.start_row + start, found)
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
        nothing = b'{"values":[' + b"{}," * max(left - block.start_column, 0)
        rows = list(block.row_data)
        for at in range(max(top - block.start_row, 0), len(rows)):
            row = bytes(rows[at])
            if row.startswith(nothing) and FORMULA not in row:
                rows[at] = NO_ROW
        found.append(msgspec.structs.replace(block, row_data=rows))
    return found


@dataclass
class _Found:
    """Cells that lie below each other, which of them are errors, and the formulas of others."""

    cells: Sequence[Any]
    errors: Sequence[int] = ()
    formulas: Mapping[int, str] = field(default_factory=dict)


class _Known(dict[bytes, Any]):
    """The cells of one column by what is said of them: few words come again and again, and there is one
    object of each. Formulas and errors are none of them.
    """

    are_few = True

    def __missing__(self, said: bytes) -> Any:
        found = _found([said])
        self.are_few = self.are_few and len(self) < WORDS and not (found.errors or found.formulas)
        self[said] = found.cells[0]
        return found.cells[0]


class _Column:
    """One column of a tab, as far as it is read."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.errors: set[int] = set()
        self.formulas: dict[int, str] = {}
        self._known = _Known()

    def read(self, said: Sequence[bytes]) -> _Found:
        """The cells of which this is said. Raises ValueError where something is not said of one cell."""
        if self._known.are_few:
            # Three of four cells need no more than this.
            cells = [*map(self._known.__getitem__, said)]
            if self._known.are_few:
                return _Found(cells)
            self._known.clear()
        return _found(said)

    def take(self, top: int, found: _Found) -> None:
        """Have these from the row `top` on."""
        self.cells.extend([None] * (top - len(self.cells)))
        self.cells[top : top + len(found.cells)] = found.cells
        self.errors.update(top + at for at in found.errors)
        self.formulas.update((top + at, text) for at, text in found.formulas.items())

    def filled(self, rows: int) -> list[Cell]:
        return [*self.cells, *([None] * (rows - len(self.cells)))]

    def texts(self, rows: int) -> list[str | None]:
        return [self.formulas[row].removeprefix("=") if row in self.formulas else None for row in range(rows)]


def _read(rows: Sequence[msgspec.Raw], columns: Sequence[_Column]) -> list[_Found]:
    """The cells of these rows by column, more of which may come than there were. Raises AnswerUnreadable."""
    try:
        return _by_column([_cut(row) for row in rows], columns)
    except ValueError:
        # A text looks like the end of a cell, or there are blanks between cells.
        try:
            return _by_column([_taken_apart(row) for row in rows], columns)
        except ValueError as error:
            raise AnswerUnreadable(reason=_no_row(error)) from error


def _by_column(lines: Sequence[Sequence[bytes]], columns: Sequence[_Column]) -> list[_Found]:
    by_place = list(zip_longest(*lines, fillvalue=NOTHING_SAID))
    new = [_Column() for _ in range(len(by_place) - len(columns))]
    return [column.read(said) for said, column in zip(by_place, [*columns, *new], strict=False)]


def _cut(row: msgspec.Raw) -> list[bytes]:
    """What is said of each cell of a row, if no text in it looks like the end of a cell; where one does, the
    string before is cut short, and no JSON."""
    said = bytes(row)
    if said.startswith(FIRST_CELL) and said.endswith(LAST_CELL):
        return said[len(FIRST_CELL) : -len(LAST_CELL)].split(NEXT_CELL)
    return _taken_apart(row)


def _taken_apart(row: msgspec.Raw) -> list[bytes]:
    """What is said of each cell of a row. Raises ValueError."""
    cells = [bytes(cell).strip() for cell in _raw_row(row).values]
    if any(not cell.startswith(b"{") for cell in cells):
        raise ValueError("a cell is none")
    return [cell[1:-1] for cell in cells]


def _found(said: Sequence[bytes]) -> _Found:
    """The cells of which this is said. Raises ValueError."""
    text = b"[{" + NEXT_CELL.join(said) + b"}]"
    if FORMULA in text:
        told = _formula_cells(text)
        entered = ((at, cell.user_entered_value.formula_value) for at, cell in enumerate(told))
        formulas = {at: formula for at, formula in entered if formula is not None}
        found: Sequence[ValueCell] = told
    else:
        found, formulas = _value_cells(text), {}
    # A string that is cut short ends in a later cell, if it does.
    if len(found) != len(said):
        raise ValueError(f"{len(found)} cells of {len(said)}")
    return _Found(*_cells(found), formulas)


def _no_row(error: ValueError) -> Cause:
    return Cause(f"a row of its answer is none: {error}", f"应答中有一行无法识别：{error}")


def _cells(found: Sequence[ValueCell]) -> tuple[Sequence[Any], Sequence[int]]:
    """Cells, and which of them are errors."""
    # Millions of cells come this way, most of them texts or empty.
    values = [cell.effective_value for cell in found]
    texts = [value.string_value for value in values]
    if all(texts):
        return texts, ()
    others = [value for value in values if not value.string_value and value is not NO_VALUE]
    if not others:
        return texts, ()
    if len(others) == len(values):
        numbers = [value.number_value for value in values]
        if None not in numbers:
            return numbers, ()
    cells: list[Any] = [
        None if value is NO_VALUE
        else value.string_value or (value.number_value if value.number_value is not None else _seldom(value))
        for value in values
    ]  # fmt: skip
    if ErrorValue not in map(type, cells):
        return cells, ()
    wrong = [at for at, cell in enumerate(cells) if cell.__class__ is ErrorValue]
    for at in wrong:
        cells[at] = f"#{SIGNS.get(cells[at].type, 'ERROR!')}"
    return cells, wrong


def _seldom(value: CellValue) -> bool | ErrorValue | None:
    return value.bool_value if value.bool_value is not None else value.error_value


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
        self._rows = {
            at: (block.start_column, row)
            for block in blocks
            for at, row in enumerate(block.row_data, block.start_row)
        }
        # Whoever asks for a cell of a row mostly asks for others of it next.
        self._row, self._left, self._cells = -1, 0, NO_CELLS

    def __bool__(self) -> bool:
        return bool(self._rows)

    def get(self, spot: tuple[int, int], /) -> Cell:
        """The cell there, None where nothing stands. Raises AnswerUnreadable."""
        row, column = spot
        if row != self._row:
            left, said = self._rows.get(row, (0, NO_ROW))
            try:
                self._row, self._left, self._cells = row, left, _row(said).values
            except ValueError as error:
                raise AnswerUnreadable(reason=_no_row(error)) from error
        place = column - self._left
        if not 0 <= place < len(self._cells):
            return None
        cell = self._cells[place]
        found: Cell = cell.effective_value.string_value or _cells([cell])[0][0]
        return found


def parts_of(answer: Spreadsheet, sheet_id: int) -> Parts:
    """What an answer tells of one tab."""
    tabs = answer.sheets or []
    return Parts(block for tab in tabs if tab.properties.sheet_id == sheet_id for block in tab.data)
