"""Cells out of the rows that Google answered with: of a whole tab, and of parts of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import zip_longest
from typing import Any

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.errors import AnswerUnreadable, Cause
from sheetdesk.sheets.google.answer import (
    Block,
    CellValue,
    ErrorValue,
    Row,
    RowWithFormulas,
    Spreadsheet,
    ValueCell,
)
from sheetdesk.sheets.moments import moments
from sheetdesk.table.grid import Grid

__all__ = ["Parts", "as_moments", "grid_of", "parts_of", "without_copies"]

FORMULA = b'"formulaValue"'
NO_ROW = msgspec.Raw(b"{}")
TOGETHER = 64
"""So many rows are turned into columns at a time: few enough to stay in the processor's cache."""

WORDS = 2_000
"""A column with more different texts than this is none of a few words that come again and again."""

NO_CELLS: Sequence[ValueCell] = ()
NOTHING = ValueCell()
NO_VALUE = NOTHING.effective_value
"""The value of each cell that holds nothing is this one object."""

SIGNS = {
    "NULL_VALUE": "NULL!", "DIVIDE_BY_ZERO": "DIV/0!", "VALUE": "VALUE!", "REF": "REF!", "NAME": "NAME?",
    "NUM": "NUM!", "N_A": "N/A", "LOADING": "LOADING",
}  # fmt: skip

_rows = msgspec.json.Decoder(list[Row]).decode
_row = msgspec.json.Decoder(Row).decode
_row_with_formulas = msgspec.json.Decoder(RowWithFormulas).decode


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
    columns: list[list[Cell]] = []
    words: list[_Words] = []
    texts: dict[tuple[int, int], str] = {}
    errors: set[tuple[int, int]] = set()
    for block in blocks:
        for start in range(0, len(block.row_data), TOGETHER):
            top = block.start_row + start
            lines = _lines(block.row_data[start : start + TOGETHER], top, block.start_column, texts)
            for place, found in enumerate(zip_longest(*lines, fillvalue=NOTHING), block.start_column):
                while place >= len(columns):
                    columns.append([])
                    words.append(_Words())
                column = columns[place]
                column.extend([None] * (top - len(column)))
                cells, wrong = _cells(found, words[place])
                column[top : top + len(found)] = cells
                if wrong:
                    errors.update((top + row, place) for row in wrong)
    for column in columns:
        column.extend([None] * (rows - len(column)))
    formulas: dict[int, list[str | None]] = {}
    for (row, place), text in texts.items():
        formulas.setdefault(place, [None] * rows)[row] = text.removeprefix("=")
    for place in dated:
        if place < len(columns):
            columns[place] = as_moments(columns[place])
    return Grid(title, rows, columns, formulas, frozenset(errors), merged)


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


def _lines(
    rows: Sequence[msgspec.Raw], top: int, left: int, texts: dict[tuple[int, int], str]
) -> list[Sequence[ValueCell]]:
    """The cells of each row; formulas are put into `texts` by row and column, which count from `top` and
    `left`.
    """
    try:
        # One search in many rows takes half as long as one in each.
        together = b"[" + b",".join(rows) + b"]"
        if FORMULA not in together:
            return [row.values for row in _rows(together)]
        lines: list[Sequence[ValueCell]] = []
        for at, row in enumerate(rows, top):
            if FORMULA not in bytes(row):
                lines.append(_row(row).values)
                continue
            found = _row_with_formulas(row).values
            lines.append(found)
            for place, cell in enumerate(found, left):
                if cell.user_entered_value.formula_value is not None:
                    texts[at, place] = cell.user_entered_value.formula_value
    except ValueError as error:
        raise AnswerUnreadable(reason=_no_row(error)) from error
    return lines


def _no_row(error: ValueError) -> Cause:
    return Cause(f"a row of its answer is none: {error}", f"应答中有一行无法识别：{error}")


class _Words:
    """The texts of one column: of those that come again and again there is one object each. It takes a third
    of the memory, and all that looks at the cells later finds them in the processor's cache.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._are_few = True

    def of(self, texts: Sequence[Any]) -> Iterable[Any]:
        """The same texts."""
        if not self._are_few:
            return texts
        self._are_few = len(self._known) <= WORDS
        return map(self._known.setdefault, texts, texts)


def _cells(found: Sequence[ValueCell], words: _Words) -> tuple[Iterable[Any], Sequence[int]]:
    """Cells, and which of them are errors."""
    # Millions of cells come this way, most of them texts or empty.
    values = [cell.effective_value for cell in found]
    texts = [value.string_value for value in values]
    if all(texts):
        return words.of(texts), ()
    others = [value for value in values if not value.string_value and value is not NO_VALUE]
    if not others:
        return words.of(texts), ()
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
        found: Cell = cell.effective_value.string_value or next(iter(_cells([cell], _Words())[0]))
        return found


def parts_of(answer: Spreadsheet, sheet_id: int) -> Parts:
    """What an answer tells of one tab."""
    tabs = answer.sheets or []
    return Parts(block for tab in tabs if tab.properties.sheet_id == sheet_id for block in tab.data)
