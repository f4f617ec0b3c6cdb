"""Row by row whether a condition holds over a frame of tickets: whole columns at once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetdesk.columns.base import Column, blank, plain
from sheetdesk.columns.moment import moment_in
from sheetdesk.desk.condition import ME, All, Condition, Not, Test

__all__ = ["Mask", "holds", "holds_all"]

Mask = npt.NDArray[np.bool_]

ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
DENIES = {"!=": "=", "not in": "in", "lacks": "contains", "filled": "empty"}
"""A sign that holds just where the other does not."""


def holds(
    condition: Condition, frame: pd.DataFrame, columns: Sequence[Column], *, me: str | None, zone: Any
) -> Mask:
    """Row by row whether the condition holds, as an array of the frame's length.

    A missing value holds only `!=`, `not in`, `lacks` and `is empty`. `me` None is nobody.
    """
    return holds_all([condition], frame, columns, me=me, zone=zone)[0]


def holds_all(
    conditions: Sequence[Condition],
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    me: str | None,
    zone: Any,
) -> list[Mask]:
    """`[holds(condition, …) for condition in conditions]`; what they share is worked out once."""
    by_key = {column.key: column for column in columns}
    cells: dict[str, _Cells] = {}
    known: dict[Test, Mask] = {}

    def of_test(test: Test) -> Mask:
        if test.sign in DENIES:
            return ~of(Test(test.column, DENIES[test.sign], test.value))  # type: ignore[arg-type]
        if test.column not in cells:
            # A table's ids are its index.
            values = frame[test.column] if test.column in frame else frame.index.to_series()
            cells[test.column] = _Cells(values, by_key[test.column], zone)
        return _holds_test(test, cells[test.column], me)

    def of(part: Condition) -> Mask:
        if isinstance(part, Not):
            return ~of(part.part)
        if isinstance(part, Test):
            if part not in known:
                known[part] = of_test(part)
            return known[part]
        join = np.logical_and if isinstance(part, All) else np.logical_or
        answer = np.full(len(frame), isinstance(part, All))
        for inner in part.parts:
            join(answer, of(inner), out=answer)
        return answer

    # A caller may change its own mask, never one that another shares.
    return [of(condition).copy() for condition in conditions]


@dataclass(frozen=True)
class _Cells:
    """One column of the frame; what several tests ask of it is worked out when first asked."""

    values: pd.Series[Any]
    column: Column
    zone: Any

    @cached_property
    def missing(self) -> Mask:
        return self.values.isna().to_numpy(dtype=bool)

    @cached_property
    def distinct(self) -> tuple[npt.NDArray[np.intp], list[Any]]:
        """Which of the different values each row has, -1 for none, and these values."""
        codes, different = pd.factorize(self.values.astype(object))
        return codes, different.tolist()

    @cached_property
    def shown(self) -> list[str]:
        """The different values as people see them, in one case: so they are searched."""
        titles = {choice.key: choice.title for choice in self.column.choices}
        return [titles.get(v, self._shown(v)).casefold() for v in self.distinct[1]]

    def _shown(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, datetime) and self.column.type == "moment" and value.tzinfo is not None:
            value = pd.Timestamp(value).tz_convert(self.zone).tz_localize(None)
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d" if self.column.type == "date" else "%Y-%m-%d %H:%M")
        return plain(bool(value) if self.column.type == "flag" else value)

    @cached_property
    def numbers(self) -> npt.NDArray[Any]:
        """The values as numbers that compare as the column does: a choice's rank, a moment's microsecond.

        NaN, which is neither more nor less than anything, for what is missing or has no rank.
        """
        kind = self.column.type
        if kind == "choice":
            ranks = {choice.key: -float(rank) for rank, choice in enumerate(self.column.choices)}
            return self.spread([ranks.get(value, np.nan) for value in self.distinct[1]], np.nan)
        if kind in ("moment", "date"):
            moments = pd.to_datetime(self.values, utc=True, errors="coerce")
            return moments.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
        # Categories compare by their values here, not by their own order.
        plain_values = self.values.astype(object) if self.values.dtype.kind == "O" else self.values
        numbers = pd.to_numeric(plain_values, errors="coerce")
        return numbers.to_numpy(dtype="float64", na_value=np.nan)

    def spread(self, answers: Sequence[Any], of_missing: Any) -> npt.NDArray[Any]:
        """An answer for each different value, and one for none, laid out by row."""
        return np.array([*answers, of_missing])[self.distinct[0]]


def _holds_test(test: Test, cells: _Cells, me: str | None) -> Mask:
    column = cells.column
    if test.sign == "empty":
        if cells.values.dtype.kind in "biufM":
            return cells.missing
        return cells.spread([blank(value) for value in cells.distinct[1]], of_missing=True)
    if test.sign == "contains":
        wanted_text = str(test.value).casefold()
        return cells.spread([wanted_text in shown for shown in cells.shown], of_missing=False)
    several = test.value if test.sign == "in" else (test.value,)
    if column.type in ("number", "moment", "date", "flag"):
        wanted = [_number(value, column, cells.zone) for value in several]
        if test.sign in ORDER:
            return np.asarray(ORDER[test.sign](cells.numbers, wanted[0]), dtype=np.bool_)
        return np.asarray(np.logical_or.reduce([cells.numbers == value for value in wanted]), dtype=np.bool_)
    if test.sign in ("=", "in"):
        meant = {me if value is ME else value for value in several} - {None}
        return cells.spread([value in meant for value in cells.distinct[1]], of_missing=False)
    if column.type == "choice" and column.choices:
        ranks = {choice.key: -float(rank) for rank, choice in enumerate(column.choices)}
        return np.asarray(ORDER[test.sign](cells.numbers, ranks.get(test.value, np.nan)), dtype=np.bool_)
    compare = ORDER[test.sign]
    answers = [bool(compare(str(value), str(test.value))) for value in cells.distinct[1]]
    return cells.spread(answers, of_missing=False)


def _number(value: Any, column: Column, zone: Any) -> Any:
    """A value of the condition as `_Cells.numbers` has those of the cells."""
    if not isinstance(value, datetime):
        return float(value)
    at = moment_in(value, zone).tz_localize(None) if column.type == "moment" else pd.Timestamp(value)
    return at.as_unit("us").to_datetime64()
