"""Many numbers at once: SUM, AVERAGE, MIN, MAX, SMALL, LARGE, MEDIAN, SUMPRODUCT.

In ranges only numbers count; a text or truth value counts where it is an argument of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from statistics import median

from sheetdesk.sandbox.formulas.blocks import Block, Value, flat
from sheetdesk.sandbox.formulas.functions.function import Function
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, to_number

__all__ = ["FUNCTIONS", "numbers"]

NONE = Error("DIVIDE_BY_ZERO", "Evaluation of function AVERAGE caused a divide by zero error.")


def numbers(context: Context, values: Iterable[Value]) -> list[float] | Error:
    """Every number among arguments, or the first error."""
    found: list[float] = []
    for value in values:
        if not isinstance(value, Block):
            number = to_number(value, context)
            if isinstance(number, Error):
                return number
            found.append(number)
            continue
        for one in value.by_row():
            if type(one) is float:
                found.append(one)
            elif type(one) is Error:
                return one
    return found


def _over(compute: Callable[[list[float]], Scalar]) -> Function:
    def call(context: Context, *values: Value) -> Value:
        found = numbers(context, values)
        return found if isinstance(found, Error) else compute(found)

    return Function(call, "b", 1)


def _average(found: list[float]) -> Scalar:
    return math.fsum(found) / len(found) if found else NONE


def _ranked(sign: int) -> Function:
    """SMALL and LARGE."""

    def call(context: Context, block: Value, place: Scalar) -> Value:
        found, rank = numbers(context, [block]), to_number(place, context)
        if isinstance(found, Error):
            return found
        if isinstance(rank, Error):
            return rank
        if not 1 <= rank <= len(found):
            return Error("NUM", f"There is no number {rank:g} among {len(found)}.")
        return sorted(found, reverse=sign < 0)[int(rank) - 1]

    return Function(call, "bs", 2, 2)


def _sumproduct(context: Context, *values: Value) -> Value:
    columns = [list(flat(value)) for value in values]
    if len({len(column) for column in columns}) > 1:
        return Error("VALUE", "SUMPRODUCT has mismatched range sizes.")
    total = 0.0
    for row in zip(*columns, strict=True):
        product = 1.0
        for one in row:
            if type(one) is Error:
                return one
            # As a factor a text counts as 0, and so does a truth value that no sign made a number.
            product *= one if type(one) is float else float(one is True and len(columns) == 1)
        total += product
    return total


def _deviation(found: list[float]) -> Scalar:
    if len(found) < 2:
        return Error("DIVIDE_BY_ZERO", "STDEV needs at least two numbers.")
    mean = math.fsum(found) / len(found)
    return math.sqrt(math.fsum((number - mean) ** 2 for number in found) / (len(found) - 1))


FUNCTIONS: dict[str, Function] = {
    "SUM": _over(math.fsum),
    "PRODUCT": _over(lambda found: math.prod(found) if found else 0.0),
    "AVERAGE": _over(_average),
    "MIN": _over(lambda found: min(found, default=0.0)),
    "MAX": _over(lambda found: max(found, default=0.0)),
    "MEDIAN": _over(lambda found: float(median(found)) if found else Error("NUM", "MEDIAN of no numbers.")),
    "STDEV": _over(_deviation),
    "SMALL": _ranked(1),
    "LARGE": _ranked(-1),
    "SUMPRODUCT": Function(_sumproduct, "b", 1, is_array=True),
}
