"""Rows of an answer as cells that lie below each other.

There may be a million cells, and nearly all say the same few words. So a row is cut where one cell ends and
the next begins, and what stands between is looked up; only what was not seen before is decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.google.answer import CellValue, ErrorValue, FormulaCell, ValueCell

__all__ = [
    "FORMULA", "NEXT_CELL", "TOGETHER", "WORDS", "Found", "Reader", "Run", "Unread", "cell_of", "row_of",
    "taken_apart",
]  # fmt: skip

FORMULA = b'"formulaValue"'
NEXT_CELL = b"},{"
NOTHING_SAID = b""

TOGETHER = 256
"""So many rows are turned into columns at a time: few enough to stay in the processor's cache."""

WORDS = 2_000
"""A column with more different cells than this is none of a few words that come again and again."""

NO_VALUE = ValueCell().effective_value
"""The value of each cell that holds nothing is this one object."""

SIGNS = {
    "NULL_VALUE": "NULL!", "DIVIDE_BY_ZERO": "DIV/0!", "VALUE": "VALUE!", "REF": "REF!", "NAME": "NAME?",
    "NUM": "NUM!", "N_A": "N/A", "LOADING": "LOADING",
}  # fmt: skip

BEGINNINGS = frozenset({b'"effectiveValue":{', b'"userEnteredValue":{},"effectiveValue":{'})
"""What is said before the value of a cell that is no formula."""

KINDS: tuple[tuple[bytes, Callable[[bytes], list[Any]]], ...] = (
    (b'"stringValue":', msgspec.json.Decoder(list[str]).decode),
    (b'"numberValue":', msgspec.json.Decoder(list[float]).decode),
)
"""How texts and numbers begin, and what reads many of one kind."""

_raw_cells = msgspec.json.Decoder(list[msgspec.Raw]).decode
_value_cell = msgspec.json.Decoder(ValueCell).decode
_value_cells = msgspec.json.Decoder(list[ValueCell]).decode
_formula_cells = msgspec.json.Decoder(list[FormulaCell]).decode


@dataclass
class Found:
    """Cells that lie below each other, which of them are errors, and the formulas of others."""

    cells: list[Any]
    errors: list[int] = field(default_factory=list)
    formulas: dict[int, str] = field(default_factory=dict)


@dataclass
class Run:
    """Rows that lie below each other, by column; all columns have a cell in each."""

    rows: int
    columns: list[Found]

    def row(self, at: int) -> Sequence[Any]:
        """The cells of one of its rows."""
        return [column.cells[at] for column in self.columns]

    def add(self, below: Run) -> None:
        """Have the rows of another one, which lie below these."""
        for _ in range(len(below.columns) - len(self.columns)):
            self.columns.append(Found([None] * self.rows))
        for own, more in zip(self.columns, below.columns, strict=False):
            own.cells += more.cells
            if more.errors:
                own.errors += (self.rows + at for at in more.errors)
            if more.formulas:
                own.formulas.update((self.rows + at, text) for at, text in more.formulas.items())
        for own in self.columns[len(below.columns) :]:
            own.cells += [None] * below.rows
        self.rows += below.rows


@dataclass(frozen=True)
class Unread:
    """Rows that lie below each other, of which hardly any will be asked for: of each what stands between the
    beginning of its first cell and the end of its last one.
    """

    said: Sequence[bytes]

    @property
    def rows(self) -> int:
        return len(self.said)

    def row(self, at: int) -> Sequence[ValueCell]:
        """One of its rows, of which `cell_of` makes cells. Raises ValueError where it is none."""
        return row_of(self.cells(at))

    def cells(self, at: int) -> msgspec.Raw:
        """One of its rows as it came."""
        return msgspec.Raw(b"[{" + self.said[at] + b"}]")


class Reader:
    """Reads rows, and knows the words of those that it has read."""

    def __init__(self) -> None:
        self._known: list[_Known] = []

    def read(self, lines: Sequence[Sequence[bytes]]) -> Run:
        """The rows of whose cells this is said: of each what stands between its braces. Raises ValueError
        where that is not said of one cell.
        """
        by_place = list(zip_longest(*lines, fillvalue=NOTHING_SAID))
        while len(self._known) < len(by_place):
            self._known.append(_Known())
        columns = [known.read(said) for said, known in zip(by_place, self._known, strict=False)]
        return Run(len(lines), columns)


class _Known(dict[bytes, Any]):
    """The cells of one column by what is said of them: few words come again and again, and there is one
    object of each. Formulas and errors are none of them.
    """

    are_few = True

    def __missing__(self, said: bytes) -> Any:
        cell, is_plain = _cell_in(said)
        self.are_few = self.are_few and len(self) < WORDS and is_plain
        self[said] = cell
        return cell

    def read(self, said: Sequence[bytes]) -> Found:
        if self.are_few:
            # Three of four cells need no more than this.
            cells = [*map(self.__getitem__, said)]
            if self.are_few:
                return Found(cells)
            self.clear()
        return _found(said)


def taken_apart(cells: msgspec.Raw) -> list[bytes]:
    """What is said of each cell of a row. Raises ValueError where they are none."""
    found = [bytes(cell).strip() for cell in _raw_cells(cells)]
    # Between braces, what had none is no JSON.
    return [cell[1:-1] if cell.startswith(b"{") else cell for cell in found]


def row_of(cells: msgspec.Raw) -> Sequence[ValueCell]:
    """One row, of which `cell_of` makes cells. Raises ValueError where it is none."""
    return _value_cells(cells)


def cell_of(found: ValueCell) -> Cell:
    """A cell out of what is said of it."""
    value = found.effective_value
    cell: Cell = value.string_value or value.number_value
    return cell if cell or value is NO_VALUE else _cells([found])[0][0]


def _cell_in(said: bytes) -> tuple[Any, bool]:
    """One cell, and whether it is neither a formula nor an error. Raises ValueError where it is none."""
    if FORMULA not in said:
        cell = _value_cell(b"{" + said + b"}").effective_value.string_value
        if cell:
            # Nearly all words are texts.
            return cell, True
    found = _found([said])
    return found.cells[0], not (found.errors or found.formulas)


def _found(said: Sequence[bytes]) -> Found:
    alike = _alike(said)
    if alike is not None:
        return Found(alike)
    text = b"[{" + NEXT_CELL.join(said) + b"}]"
    if FORMULA in text:
        told = _formula_cells(text)
        entered = ((at, cell.user_entered_value.formula_value) for at, cell in enumerate(told))
        formulas = {at: formula for at, formula in entered if formula is not None}
        found: Sequence[ValueCell] = told
    else:
        found, formulas = _value_cells(text), {}
    if len(found) != len(said):
        raise ValueError(f"{len(found)} cells of {len(said)}")
    return Found(*_cells(found), formulas)


def _alike(said: Sequence[bytes]) -> list[Any] | None:
    """The cells of which the same is said but for their value, a text of each or a number, or nothing at all;
    None for any others. Such are most, and read in a third of the time.
    """
    held = [*filter(None, said)]
    for sign, decode in KINDS:
        beginning, sign_too, _ = held[0].partition(sign) if held else (b"", b"", b"")
        if not sign_too or beginning not in BEGINNINGS or not held[-1].endswith(b"}"):
            continue
        beginning += sign
        # It cannot stand in a text: no quote there has a brace before it.
        values = NEXT_CELL.join(held)[len(beginning) : -1].split(b"}" + NEXT_CELL + beginning)
        try:
            found = decode(b"[" + b",".join(values) + b"]")
        except ValueError:
            return None
        # Of a text that looks like the end of a cell there are fewer; one that is empty is no content.
        if len(found) != len(held) or "" in found:
            return None
        if len(held) == len(said):
            return found
        value = iter(found)
        return [next(value) if one else None for one in said]
    return None


def _cells(found: Sequence[ValueCell]) -> tuple[list[Any], list[int]]:
    """Cells, and which of them are errors."""
    values = [cell.effective_value for cell in found]
    texts = [value.string_value for value in values]
    if all(texts):
        return texts, []
    others = [value for value in values if not value.string_value and value is not NO_VALUE]
    if not others:
        return texts, []
    if len(others) == len(values):
        numbers = [value.number_value for value in values]
        if None not in numbers:
            return numbers, []
    cells: list[Any] = [
        None if value is NO_VALUE
        else value.string_value or (value.number_value if value.number_value is not None else _seldom(value))
        for value in values
    ]  # fmt: skip
    if ErrorValue not in map(type, cells):
        return cells, []
    wrong = [at for at, cell in enumerate(cells) if cell.__class__ is ErrorValue]
    for at in wrong:
        cells[at] = f"#{SIGNS.get(cells[at].type, 'ERROR!')}"
    return cells, wrong


def _seldom(value: CellValue) -> bool | ErrorValue | None:
    return value.bool_value if value.bool_value is not None else value.error_value
