"""A formula in nobody's dialect: a small tree that each kind of sheet writes in its own way.

Nothing here computes: whoever plans a formula also gives its value (`Formula.value`), worked out
from the table, so that a viewer that never calculates shows the right number. A spreadsheet that
recalculates it must come to the same value; tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "Call",
    "Expr",
    "Field",
    "Formula",
    "Literal",
    "Name",
    "Op",
    "Place",
    "This",
    "both",
    "call",
    "compare",
    "count_where",
    "inputs_of",
]


@dataclass(frozen=True)
class Literal:
    """A text, number or truth value. Only from the desk file or the program, never from a cell."""

    value: str | float | bool


@dataclass(frozen=True)
class Field:
    """A whole column of a table, header aside; it grows with the table."""

    table: str
    column: str


@dataclass(frozen=True)
class This:
    """The value of a column in the formula's own row of the table."""

    column: str


@dataclass(frozen=True)
class Place:
    """One cell or a block of a tab, counted from 0. `tab` empty: the formula's own tab.

    `fixed_row` and `fixed_column` say what does not move when the formula is repeated elsewhere.
    """

    row: int
    column: int
    tab: str = ""
    rows: int = 1
    columns: int = 1
    fixed_row: bool = True
    fixed_column: bool = True


@dataclass(frozen=True)
class Name:
    """A defined name."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function every spreadsheet program has, by its English name."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True)
class Op:
    """Two sides with one of `+ - * / & = <> < <= > >=` between them."""

    sign: str
    left: Expr
    right: Expr


Expr = Literal | Field | This | Place | Name | Call | Op


@dataclass(frozen=True)
class Formula:
    """An expression and the value it has now. `is_array`: it must see whole columns at once.

    For a column of a table `value` is unused: its cells carry one value a row.
    """

    expr: Expr
    value: Any = None
    is_array: bool = False


def _expr(value: Expr | str | float | bool) -> Expr:
    return Literal(value) if isinstance(value, str | float | int | bool) else value


def call(function: str, *arguments: Expr | str | float | bool) -> Call:
    """`call("IF", test, 1, 0)`: plain values become literals."""
    return Call(function, tuple(_expr(argument) for argument in arguments))


def compare(left: Expr | str | float, sign: str, right: Expr | str | float) -> Op:
    return Op(sign, _expr(left), _expr(right))


def both(*conditions: Expr) -> Call:
    return Call("AND", conditions)


def count_where(*pairs: tuple[Expr, Expr | str | float]) -> Call:
    """How many rows have every (column, criterion); a criterion is a value or a text like `>5`."""
    arguments: list[Expr] = []
    for column, criterion in pairs:
        arguments += [column, _expr(criterion)]
    return Call("COUNTIFS", tuple(arguments))


def inputs_of(expr: Expr) -> dict[str, None]:
    """The columns of the row itself that an expression speaks of, in order."""
    if isinstance(expr, This):
        return {expr.column: None}
    parts = (
        expr.arguments if isinstance(expr, Call) else (expr.left, expr.right) if isinstance(expr, Op) else ()
    )
    return {key: None for part in parts for key in inputs_of(part)}
