"""Asking what a value is: ISBLANK and its like, T, N, NA, TYPE."""

from __future__ import annotations

from collections.abc import Callable

from sheetdesk.sandbox.formulas.blocks import Value, first
from sheetdesk.sandbox.formulas.functions.function import Function
from sheetdesk.sandbox.formulas.scalars import NOT_AVAILABLE, Context, Error, Scalar

__all__ = ["FUNCTIONS"]


def _asks(holds: Callable[[Scalar], bool]) -> Function:
    return Function(lambda context, value: holds(value), "s", 1, 1, keeps_errors=True)


def _t(context: Context, value: Scalar) -> Scalar:
    return value if isinstance(value, str | Error) else ""


def _n(context: Context, value: Scalar) -> Scalar:
    if isinstance(value, bool | float):
        return float(value)
    return value if isinstance(value, Error) else 0.0


def _type(context: Context, value: Value) -> Value:
    kinds = {float: 1.0, type(None): 1.0, str: 2.0, bool: 4.0, Error: 16.0}
    return kinds[type(first(value))]


def _error_type(context: Context, value: Scalar) -> Scalar:
    order = ("NULL_VALUE", "DIVIDE_BY_ZERO", "VALUE", "REF", "NAME", "NUM", "N_A", "ERROR")
    return float(order.index(value.kind) + 1) if isinstance(value, Error) else NOT_AVAILABLE


FUNCTIONS: dict[str, Function] = {
    "ISBLANK": _asks(lambda value: value is None),
    "ISNUMBER": _asks(lambda value: type(value) is float),
    "ISTEXT": _asks(lambda value: isinstance(value, str)),
    "ISNONTEXT": _asks(lambda value: not isinstance(value, str)),
    "ISLOGICAL": _asks(lambda value: isinstance(value, bool)),
    "ISERROR": _asks(lambda value: isinstance(value, Error)),
    "ISERR": _asks(lambda value: isinstance(value, Error) and value.kind != "N_A"),
    "ISNA": _asks(lambda value: isinstance(value, Error) and value.kind == "N_A"),
    "T": Function(_t, "s", 1, 1),
    "N": Function(_n, "s", 1, 1),
    "NA": Function(lambda context: NOT_AVAILABLE, "", 0, 0),
    "TYPE": Function(_type, "b", 1, 1, keeps_errors=True),
    "ERROR.TYPE": Function(_error_type, "s", 1, 1, keeps_errors=True),
}
