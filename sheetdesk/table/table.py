"""All rows of one table, typed: one row an id, one column a Column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import is_
from typing import Any, TypeVar

import pandas as pd

from sheetdesk.columns.base import ColumnType
from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.families import member

__all__ = ["Table", "dtype_of", "empty_table", "kept_for", "kind_of", "series_of", "stored", "table_of"]

Made = TypeVar("Made")


@dataclass(frozen=True)
class Table:
    """`frame` is indexed by id (unique text, named `id`) and has a column a stored Column, in order.

    Columns that the sheet works out (`owner == "formula"`) are not stored. Nobody changes a frame
    that is in a Table: `apply` makes a new one. `kept` is what was worked out from it, for others to use.
    """

    spec: TableSpec
    frame: pd.DataFrame
    kept: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.frame)


def kind_of(type_name: str) -> ColumnType:
    """The ColumnType a column's `type` names."""
    kind: ColumnType = member("columns", type_name).KIND
    return kind


def stored(spec: TableSpec) -> tuple[str, ...]:
    """The keys of the columns a table keeps, id aside."""
    return spec.stored


def kept_for(source: Table | Desk, name: str, given: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What `make` works out from a table or desk and what is `given`: once, while these are the same values.

    `name` tells it from all else that is worked out from the source. Nobody changes what is given or made.
    """
    known: tuple[tuple[object, ...], Made] | None = source.kept.get(name)
    is_known = known is not None and len(known[0]) == len(given)
    if known is None or not is_known or not all(map(is_, known[0], given)):
        known = source.kept[name] = given, make()
    return known[1]


def empty_table(spec: TableSpec) -> Table:
    """A table without rows."""
    return table_of(spec, {}, [])


def table_of(spec: TableSpec, columns: Mapping[str, Iterable[Any]], ids: Iterable[str]) -> Table:
    """A table from typed values by column key; a column that is not given is missing throughout."""
    index = pd.Index(list(ids), dtype=object, name="id")
    made = {}
    for key in stored(spec):
        dtype = dtype_of(spec.column(key).type)
        given = columns.get(key)
        values: Any = [None] * len(index) if given is None else given
        if isinstance(values, pd.Series | pd.Index):
            values = values.array
        series = pd.Series(values, index=index, dtype=dtype)
        made[key] = _with_none(series) if dtype == "object" else series
    return Table(spec, pd.DataFrame(made, index=index))


def series_of(values: Any, type_name: str) -> pd.Series[Any]:
    """Typed values of one ColumnType as a column of their own."""
    made: pd.Series[Any] = pd.Series(values, dtype=dtype_of(type_name))
    return made


@cache
def dtype_of(type_name: str) -> Any:
    """pandas' own form of a ColumnType's dtype: finding it by its name costs more than a short column."""
    return pd.api.types.pandas_dtype(kind_of(type_name).dtype)


def _with_none(series: pd.Series[Any]) -> pd.Series[Any]:
    """The same values, whatever stands for a missing one replaced by None."""
    values = series.to_numpy()
    missing = pd.isna(values)
    if not missing.any():
        return series
    filled = values.copy()
    filled[missing] = None
    return pd.Series(filled, index=series.index, dtype=object)
