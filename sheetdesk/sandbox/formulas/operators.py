"""The signs between values: arithmetic, comparison, joining of texts."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, compare, to_number, to_text

__all__ = ["BINARY", "UNARY"]

Sign = Callable[[Context, Scalar, Scalar], Scalar]


def _arithmetic(name: str, compute: Callable[[float, float], float]) -> Sign:
    def sign(context: Context, left: Scalar, right: Scalar) -> Scalar:
        if type(left) is not float or type(right) is not float:
            for place, side in enumerate((left, right), 1):
                number = to_number(side, context)
                if isinstance(number, Error):
                    return side if isinstance(side, Error) else _no_number(name, place, side)
            left, right = to_number(left, context), to_number(right, context)
        if isinstance(left, float) and isinstance(right, float):
            try:
                result = float(compute(left, right))
            except ZeroDivisionError:
                return Error("DIVIDE_BY_ZERO", f"Function {name} parameter 2 cannot be zero.")
            except (OverflowError, TypeError):
                return Error("NUM", f"The result of {name} is no number.")
            return result if math.isfinite(result) else Error("NUM", f"The result of {name} is too large.")
        return None

    return sign


def _no_number(name: str, place: int, side: Scalar) -> Error:
    words = f"But '{side}' is a text and cannot be coerced to a number."
    return Error("VALUE", f"Function {name} parameter {place} expects number values. {words}")


def _comparison(holds: Callable[[int, int], bool]) -> Sign:
    def sign(context: Context, left: Scalar, right: Scalar) -> Scalar:
        if isinstance(left, Error):
            return left
        if isinstance(right, Error):
            return right
        return holds(compare(left, right), 0)

    return sign


def _joined(context: Context, left: Scalar, right: Scalar) -> Scalar:
    first, second = to_text(left, context), to_text(right, context)
    if isinstance(first, Error):
        return first
    return second if isinstance(second, Error) else first + second


def _negative(context: Context, value: Scalar) -> Scalar:
    number = to_number(value, context)
    return number if isinstance(number, Error) else 0.0 - number


def _same(context: Context, value: Scalar) -> Scalar:
    return value


def _percent(context: Context, value: Scalar) -> Scalar:
    number = to_number(value, context)
    return number if isinstance(number, Error) else number / 100


BINARY: dict[str, Sign] = {
    "+": _arithmetic("ADD", operator.add),
    "-": _arithmetic("MINUS", operator.sub),
    "*": _arithmetic("MULTIPLY", operator.mul),
    "/": _arithmetic("DIVIDE", operator.truediv),
    "^": _arithmetic("POW", operator.pow),
    "&": _joined,
    "=": _comparison(operator.eq),
    "<>": _comparison(operator.ne),
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
}

UNARY: dict[str, Callable[[Context, Scalar], Scalar]] = {"-": _negative, "+": _same, "%": _percent}
