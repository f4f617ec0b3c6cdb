"""Row by row whether a condition holds over a frame of tickets: whole columns at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetdesk.columns.base import Column, blank
from sheetdesk.desk.condition import ME, All, Any_, Condition, Not, Test

__all__ = ["Mask", "holds"]

Mask = npt.NDArray[np.bool_]


def holds(
    condition: Condition, frame: pd.DataFrame, columns: Sequence[Column], *, me: str | None, zone: Any
) -> Mask:
    """Row by row whether the condition holds, as an array of the frame's length.

    A missing value holds only `!=`, `not in`, `lacks` and `is empty`. `me` None is nobody.
    """
    by_key = {column.key: column for column in columns}

    def of(part: Condition) -> Mask:
        if isinstance(part, All):
            return np.asarray(np.all([of(p) for p in part.parts], axis=0))
        if isinstance(part, Any_):
            return np.asarray(np.any([of(p) for p in part.parts], axis=0))
        if isinstance(part, Not):
            return ~of(part.part)
        return _holds_test(part, frame[part.column], by_key[part.column], me, zone)

    return of(condition)


def _holds_test(test: Test, values: pd.Series[Any], column: Column, me: str | None, zone: Any) -> Mask:
    missing: Mask = values.isna().to_numpy(dtype=bool)
    if test.sign in ("empty", "filled"):
        empty = missing | _mask(isinstance(value, str) and blank(value) for value in values)
        return empty if test.sign == "empty" else ~empty
    if test.sign in ("contains", "lacks"):
        wanted_text = str(test.value).casefold()
        # People search for what they see.
        values = values.replace({choice.key: choice.title for choice in column.choices})
        found = ~missing & _mask(wanted_text in str(value).casefold() for value in values)
        return found if test.sign == "contains" else ~found
    if test.sign in ("in", "not in"):
        several = [_comparable(value, column, me, zone) for value in test.value]
        found = values.isin(several).to_numpy(dtype=bool) & ~missing
        return found if test.sign == "in" else ~found
    wanted = _comparable(test.value, column, me, zone)
    if test.sign in ("=", "!="):
        equal = values.isin([wanted]).to_numpy(dtype=bool) & ~missing
        return equal if test.sign == "=" else ~equal
    if column.type == "choice":
        # Highest first: the earlier in the list, the greater.
        ranks = {choice.key: -float(rank) for rank, choice in enumerate(column.choices)}
        values, wanted = values.map(ranks).astype("float64"), ranks[test.value]
    compare: dict[str, Callable[[Any, Any], Any]] = {
        "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    }  # fmt: skip
    if values.dtype == object:
        sides = zip(values, missing, strict=True)
        return _mask(not gone and bool(compare[test.sign](str(v), str(wanted))) for v, gone in sides)
    answer: Mask = compare[test.sign](values, wanted).fillna(False).to_numpy(dtype=bool) & ~missing
    return answer


def _mask(truths: Iterable[object]) -> Mask:
    return np.array([bool(truth) for truth in truths], dtype=np.bool_)


def _comparable(value: Any, column: Column, me: str | None, zone: Any) -> Any:
    if value is ME:
        return me if me is not None else object()
    if isinstance(value, datetime) and column.type == "moment":
        # A wall time that DST skips or doubles is read as a cell's is.
        at = pd.Timestamp(value)
        return at if at.tzinfo else at.tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
    return value
