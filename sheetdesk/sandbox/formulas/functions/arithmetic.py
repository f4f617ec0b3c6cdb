"""Single numbers: ROUND, INT, MOD, ABS and the like."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal

from sheetdesk.sandbox.formulas.functions.function import Function, numeric
from sheetdesk.sandbox.formulas.scalars import Scalar

__all__ = ["FUNCTIONS"]


def _rounding(mode: str) -> Callable[..., Scalar]:
    def round_to(number: float, places: float = 0) -> Scalar:
        unit = Decimal(1).scaleb(-int(places))
        return float((Decimal(repr(number)) / unit).quantize(Decimal(1), mode) * unit)

    return round_to


def _multiple(mode: str) -> Callable[..., Scalar]:
    def to_multiple(number: float, factor: float = 1) -> Scalar:
        if factor == 0:
            return 0.0
        unit = Decimal(repr(factor))
        return float((Decimal(repr(number)) / unit).quantize(Decimal(1), mode) * unit)

    return to_multiple


def _mod(number: float, divisor: float) -> Scalar:
    """The rest has the divisor's sign."""
    return number - divisor * math.floor(number / divisor)


def _sign(number: float) -> Scalar:
    return float((number > 0) - (number < 0))


FUNCTIONS: dict[str, Function] = {
    "ROUND": numeric(_rounding(ROUND_HALF_UP), 1, 2),
    "ROUNDUP": numeric(_rounding(ROUND_UP), 1, 2),
    "ROUNDDOWN": numeric(_rounding(ROUND_DOWN), 1, 2),
    "TRUNC": numeric(_rounding(ROUND_DOWN), 1, 2),
    "CEILING": numeric(_multiple(ROUND_CEILING), 1, 2),
    "FLOOR": numeric(_multiple(ROUND_FLOOR), 1, 2),
    "INT": numeric(lambda number: float(math.floor(number)), 1),
    "MOD": numeric(_mod, 2),
    "QUOTIENT": numeric(lambda number, divisor: float(math.trunc(number / divisor)), 2),
    "ABS": numeric(abs, 1),
    "SIGN": numeric(_sign, 1),
    "SQRT": numeric(math.sqrt, 1),
    "POWER": numeric(lambda number, power: float(number**power), 2),
    "EXP": numeric(math.exp, 1),
    "LN": numeric(math.log, 1),
    "LOG10": numeric(math.log10, 1),
    "LOG": numeric(lambda number, base=10.0: math.log(number, base), 1, 2),
    "PI": numeric(lambda: math.pi, 0),
}
