"""The parts of a formula, as the parser builds them."""

from __future__ import annotations

from dataclasses import dataclass

from sheetdesk.sandbox.formulas.scalars import Scalar

__all__ = [
    "ArrayLiteral",
    "Binary",
    "Call",
    "Constant",
    "Name",
    "Node",
    "Range",
    "Slot",
    "TableColumn",
    "Unary",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; None is an argument that was left out. TRUE is not 1, though Python has it so."""

    value: Scalar

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Constant):
            return NotImplemented
        return type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True, slots=True)
class Slot:
    """The reference with this number in a formula; formulas that differ only in those share a tree."""

    number: int


@dataclass(frozen=True, slots=True)
class Range:
    """Cells, half open and counted from 0; None is unbounded. `tab` None: the formula's own."""

    tab: str | None
    start_row: int | None
    end_row: int | None
    start_col: int | None
    end_col: int | None


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`Tickets[Due]`: part of a table, by what stands in its brackets."""

    table: str
    part: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its name in capitals."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before, or `%` after."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides with one of `+ - * / ^ & = <> < <= > >= :` between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    rows: tuple[tuple[Node, ...], ...]


Node = Constant | Slot | Name | TableColumn | Call | Unary | Binary | ArrayLiteral
