"""Rectangles of values: a range that is read when it is asked for, or an array that was worked out.

Both are kept by column, and remember what a lookup sorted out about a column, so that 100,000 lookups
in it cost one pass.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any, Protocol

from sheetdesk.sandbox.formulas.scalars import NOT_AVAILABLE, Key, Scalar, key_of

__all__ = ["Area", "Array", "Block", "Reader", "Value", "first", "flat", "lifted"]


class Block:
    """`rows` × `columns` values, each at least 1."""

    rows: int
    columns: int
    _places: dict[int, dict[Key, list[int]]]
    _sorted: dict[tuple[int, type], tuple[list[Any], list[int]]]

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self._places, self._sorted = {}, {}

    def column(self, column: int) -> list[Scalar]:
        """All values of a column; the list is not to be changed."""
        raise NotImplementedError

    def at(self, row: int, column: int) -> Scalar:
        return self.column(column)[row]

    def row(self, row: int) -> list[Scalar]:
        return [self.at(row, column) for column in range(self.columns)]

    def by_row(self) -> Iterator[Scalar]:
        """Every value, row by row."""
        if self.columns == 1:
            return iter(self.column(0))
        return chain.from_iterable(zip(*(self.column(c) for c in range(self.columns)), strict=True))

    def places(self, column: int) -> dict[Key, list[int]]:
        """The rows of each value of a column, by `key_of`."""
        if column not in self._places:
            places: dict[Key, list[int]] = {}
            for row, value in enumerate(self.column(column)):
                places.setdefault(key_of(value), []).append(row)
            self._places[column] = places
        return self._places[column]

    def last_up_to(self, column: int, value: Scalar) -> int | None:
        """The last row whose value is at most `value`, in a column sorted upwards."""
        kind = str if isinstance(value, str) else bool if isinstance(value, bool) else float
        if (column, kind) not in self._sorted:
            pairs = [(v, row) for row, v in enumerate(self.column(column)) if type(v) is kind]
            folded = [v.casefold() if isinstance(v, str) else v for v, _ in pairs]
            self._sorted[column, kind] = folded, [row for _, row in pairs]
        values, rows = self._sorted[column, kind]
        place = bisect_right(values, value.casefold() if isinstance(value, str) else value or 0.0)
        return rows[place - 1] if place else None


class Array(Block):
    """Values that were worked out, given by column."""

    def __init__(self, columns: list[list[Scalar]]) -> None:
        super().__init__(len(columns[0]), len(columns))
        self._columns = columns

    def column(self, column: int) -> list[Scalar]:
        return self._columns[column]

    def within(self, top: int, left: int, rows: range, columns: range) -> Iterator[tuple[int, int, Scalar]]:
        """Row, column and value of what lies in a rectangle when it is put at a place, but for its first."""
        for column in range(max(left, columns.start), min(left + self.columns, columns.stop)):
            values = self._columns[column - left]
            for row in range(max(top, rows.start), min(top + self.rows, rows.stop)):
                if row > top or column > left:
                    yield row, column, values[row - top]

    @classmethod
    def of_rows(cls, rows: Iterable[Iterable[Scalar]]) -> Array:
        return cls([list(column) for column in zip(*rows, strict=True)])


class Reader(Protocol):
    """Who reads the cells of a tab."""

    def column(self, tab: str, column: int, start: int, end: int) -> list[Scalar]: ...

    def cell(self, tab: str, row: int, column: int) -> Scalar: ...


class Area(Block):
    """Cells of a tab: rows and columns from a start on, counted from 0."""

    def __init__(self, reader: Reader, tab: str, row: int, rows: int, left: int, columns: int) -> None:
        super().__init__(rows, columns)
        self.reader, self.tab, self.top, self.left = reader, tab, row, left
        self._read: dict[int, list[Scalar]] = {}

    def column(self, column: int) -> list[Scalar]:
        if column not in self._read:
            end = self.top + self.rows
            self._read[column] = self.reader.column(self.tab, self.left + column, self.top, end)
        return self._read[column]

    def at(self, row: int, column: int) -> Scalar:
        if column in self._read:
            return self._read[column][row]
        return self.reader.cell(self.tab, self.top + row, self.left + column)


Value = Scalar | Block


def first(value: Value) -> Scalar:
    """A value, or the upper left one of a block."""
    return value.at(0, 0) if isinstance(value, Block) else value


def flat(value: Value) -> Iterable[Scalar]:
    """Every value of a block, or the one value."""
    return value.by_row() if isinstance(value, Block) else (value,)


def lifted(function: Callable[..., Scalar], arguments: list[Value]) -> Value:
    """A function of single values over blocks, place by place.

    One row or column stands beside every row or column; where a longer one goes on, the answer is #N/A.
    """
    blocks = [argument for argument in arguments if isinstance(argument, Block)]
    if not blocks:
        return function(*arguments)
    rows, columns = max(block.rows for block in blocks), max(block.columns for block in blocks)
    return Array([_line(function, arguments, rows, column) for column in range(columns)])


def _line(function: Callable[..., Scalar], arguments: list[Value], rows: int, column: int) -> list[Scalar]:
    """One column of `lifted`.

    Where every argument goes on as one value to the end, as below the last row in use, so does the result.
    """
    stretches = [_stretched(argument, rows, column) for argument in arguments]
    used = max(len(values) for values, _ in stretches)
    lines = (chain(values, repeat(rest, used - len(values))) for values, rest in stretches)
    found = list(map(function, *lines))
    return found + [function(*(rest for _, rest in stretches))] * (rows - used) if used < rows else found


def _stretched(argument: Value, rows: int, column: int) -> tuple[list[Scalar], Scalar]:
    """The values of an argument in a column, and the one that goes on below them."""
    if not isinstance(argument, Block):
        return [], argument
    if argument.columns > 1 and column >= argument.columns:
        return [], NOT_AVAILABLE
    values = argument.column(column if argument.columns > 1 else 0)
    if len(values) == 1:
        return [], values[0]
    rest = values[-1] if len(values) == rows else NOT_AVAILABLE
    used = len(values)
    while used and values[used - 1] is rest:
        used -= 1
    return values[:used], rest
