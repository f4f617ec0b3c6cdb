"""Cells out of the rows that Google answered with: of a whole tab, and of parts of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import zip_longest
from operator import attrgetter
from typing import Any

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.errors import AnswerUnreadable, Cause
from sheetdesk.sheets.google.answer import Block, CellValue, ErrorValue, Row, RowWithFormulas, Spreadsheet
from sheetdesk.sheets.moments import moments
from sheetdesk.table.grid import Grid

__all__ = ["Parts", "as_moments", "grid_of", "parts_of"]

FORMULA = b'"formulaValue"'
NO_ROW = msgspec.Raw(b"{}")
SIGNS = {
    "NULL_VALUE": "NULL!", "DIVIDE_BY_ZERO": "DIV/0!", "VALUE": "VALUE!", "REF": "REF!", "NAME": "NAME?",
    "NUM": "NUM!", "N_A": "N/A", "LOADING": "LOADING",
}  # fmt: skip

Shown = str | CellValue | None
"""A text, or else all that is said of a cell's value."""

_row = msgspec.json.Decoder(Row).decode
_row_with_formulas = msgspec.json.Decoder(RowWithFormulas).decode
_value = attrgetter("effective_value")


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
    formulas: dict[int, list[str | None]] = {}
    errors: set[tuple[int, int]] = set()
    for block in blocks:
        texts: dict[tuple[int, int], str] = {}
        lines = _lines(block.row_data, texts)
        for (row, place), text in texts.items():
            known = formulas.setdefault(block.start_column + place, [None] * rows)
            known[block.start_row + row] = text.removeprefix("=")
        for place, shown in enumerate(zip_longest(*lines), block.start_column):
            cells, wrong = _cells(shown)
            errors.update((block.start_row + row, place) for row in wrong)
            while place >= len(columns):
                columns.append([None] * rows)
            columns[place][block.start_row : block.start_row + len(cells)] = cells
    for column in dated:
        if column < len(columns):
            columns[column] = as_moments(columns[column])
    return Grid(title, rows, columns, formulas, frozenset(errors), merged)


def _lines(rows: Iterable[msgspec.Raw], texts: dict[tuple[int, int], str]) -> list[list[Shown]]:
    """What each row shows; formulas are put into `texts` by row and column."""
    lines: list[list[Shown]] = []
    try:
        for at, row in enumerate(rows):
            found: Sequence[Any]
            if FORMULA in bytes(row):
                found = _row_with_formulas(row).values
                for place, cell in enumerate(found):
                    if cell.user_entered_value.formula_value is not None:
                        texts[at, place] = cell.user_entered_value.formula_value
            else:
                found = _row(row).values
            # Millions of cells come this way, most of them texts.
            lines.append([value and (value.string_value or value) for value in map(_value, found)])
    except ValueError as error:
        raise AnswerUnreadable(reason=_no_row(error)) from error
    return lines


def _no_row(error: ValueError) -> Cause:
    return Cause(f"a row of its answer is none: {error}", f"应答中有一行无法识别：{error}")


def _cells(shown: Sequence[Shown]) -> tuple[list[Cell], list[int]]:
    """Cells, and which of them are errors."""
    if CellValue not in map(type, shown):
        return list(shown), []  # type: ignore[arg-type]
    cells: list[Any] = [
        one
        if one.__class__ is not CellValue
        else one.number_value if one.number_value is not None else _seldom(one)
        for one in shown
    ]  # fmt: skip
    if ErrorValue not in map(type, cells):
        return cells, []
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
        self._read: dict[int, tuple[int, Sequence[Any]]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def get(self, spot: tuple[int, int], /) -> Cell:
        """The cell there, None where nothing stands. Raises AnswerUnreadable."""
        row, column = spot
        if row not in self._read:
            left, found = self._rows.get(row, (0, NO_ROW))
            try:
                self._read[row] = left, _row(found).values
            except ValueError as error:
                raise AnswerUnreadable(reason=_no_row(error)) from error
        left, cells = self._read[row]
        if not left <= column < left + len(cells):
            return None
        value = cells[column - left].effective_value
        return value and (value.string_value or _cells([value])[0][0])


def parts_of(answer: Spreadsheet, sheet_id: int) -> Parts:
    """What an answer tells of one tab."""
    tabs = answer.sheets or []
    return Parts(block for tab in tabs if tab.properties.sheet_id == sheet_id for block in tab.data)
