"""All rows of one table, typed: one row an id, one column a Column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sheetdesk.columns.base import ColumnType
from sheetdesk.desk.desk import TableSpec
from sheetdesk.families import member

__all__ = ["Table", "empty_table", "kind_of", "stored", "table_of"]


@dataclass(frozen=True)
class Table:
    """`frame` is indexed by id (unique text, named `id`) and has a column a stored Column, in order.

    Columns that the sheet works out (`owner == "formula"`) are not stored. Nobody changes a frame
    that is in a Table: `apply` makes a new one. `kept` is what was worked out from it, for others to use.
    """

    spec: TableSpec
    frame: pd.DataFrame
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.frame)


def kind_of(type_name: str) -> ColumnType:
    """The ColumnType a column's `type` names."""
    kind: ColumnType = member("columns", type_name).KIND
    return kind


def stored(spec: TableSpec) -> tuple[str, ...]:
    """The keys of the columns a table keeps, id aside."""
    return tuple(c.key for c in spec.columns if c.owner != "formula" and c.key != "id")


def empty_table(spec: TableSpec) -> Table:
    """A table without rows."""
    return table_of(spec, {}, [])


def table_of(spec: TableSpec, columns: Mapping[str, Iterable[Any]], ids: Iterable[str]) -> Table:
    """A table from typed values by column key; a column that is not given is missing throughout."""
    index = pd.Index(list(ids), dtype="object", name="id")
    made = {}
    for key in stored(spec):
        dtype: Any = kind_of(spec.column(key).type).dtype
        given = columns.get(key)
        values = [None] * len(index) if given is None else given
        if isinstance(values, pd.Series):
            values = values.array
        series = pd.Series(values, index=index, dtype=dtype)
        made[key] = _with_none(series) if dtype == "object" else series
    return Table(spec, pd.DataFrame(made, index=index))


def _with_none(series: pd.Series[Any]) -> pd.Series[Any]:
    """The same values, whatever stands for a missing one replaced by None."""
    values = series.to_numpy()
    missing = pd.isna(values)
    if not missing.any():
        return series
    filled = values.copy()
    filled[missing] = None
    return pd.Series(filled, index=series.index, dtype="object")
