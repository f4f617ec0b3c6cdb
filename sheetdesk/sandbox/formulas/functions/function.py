"""What a function is to the evaluation: how many arguments it takes, and whether as values or blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sheetdesk.sandbox.formulas.blocks import Value
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, to_number, to_text
from sheetdesk.sandbox.formulas.syntax import Node

__all__ = ["Evaluator", "Function", "as_int", "numeric", "textual"]


class Evaluator(Protocol):
    """What a function that works out its arguments itself may ask."""

    context: Context
    row: int
    column: int

    def value(self, node: Node, *, array: bool) -> Value: ...

    def referred(self, text: str) -> Value: ...

    def lift(self, function: Callable[..., Scalar], values: list[Value], *, array: bool) -> Value: ...


@dataclass(frozen=True)
class Function:
    """`takes` has a letter an argument, `s` a single value and `b` a block; its last `repeat` go on.

    A function of single values is given none that is an error, unless it `keeps_errors`; blocks may
    hold some. `is_array`: ranges inside its arguments are taken place by place. One that does not
    `spread` takes the first of an array where it wants a single value. `lazy` works out its arguments
    itself.
    """

    call: Callable[..., Value] | None
    takes: str
    least: int
    most: int | None = None
    repeat: int = 1
    is_array: bool = False
    keeps_errors: bool = False
    spreads: bool = True
    lazy: Callable[[Evaluator, tuple[Node, ...], bool], Value] | None = None

    def takes_at(self, place: int) -> str:
        if place < len(self.takes):
            return self.takes[place]
        return self.takes[len(self.takes) - self.repeat + (place - len(self.takes)) % self.repeat]


def numeric(compute: Callable[..., Scalar], least: int, most: int | None = None) -> Function:
    """A function of numbers; each argument is made one first."""

    def call(context: Context, *values: Scalar) -> Scalar:
        numbers = []
        for value in values:
            number = to_number(value, context)
            if isinstance(number, Error):
                return number
            numbers.append(number)
        try:
            return compute(*numbers)
        except ZeroDivisionError:
            return Error("DIVIDE_BY_ZERO", "A number here cannot be zero.")
        except ValueError:
            return Error("NUM", "The result is no number.")

    return Function(call, "s", least, least if most is None else most)


def textual(compute: Callable[..., Scalar], takes: str) -> Function:
    """A function of texts (`t`) and whole numbers (`n`); capitals may be left out."""

    def call(context: Context, *values: Scalar) -> Scalar:
        given: list[str | int] = []
        for kind, value in zip(takes.lower(), values, strict=False):
            part = to_text(value, context) if kind == "t" else as_int(value, context)
            if isinstance(part, Error):
                return part
            given.append(part)
        try:
            return compute(*given)
        except ValueError:
            return Error("NUM", "A number here is out of range.")

    return Function(call, "s", sum(kind.islower() for kind in takes), len(takes))


def as_int(value: Scalar, context: Context) -> int | Error:
    number = to_number(value, context)
    return number if isinstance(number, Error) else int(number)
