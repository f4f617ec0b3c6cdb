"""Typed values as plain ones: what JSON can hold, what a store keeps, what two sides are compared by.

Moments are whole microseconds since 1970 UTC, days ISO text, what is missing is None. Two plain values
of one column are equal exactly when the typed ones are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.desk.desk import TableSpec
from sheetdesk.table.table import Table, dtype_of, kept_for, stored, table_of

__all__ = [
    "EPOCH",
    "PlainRows",
    "decoded",
    "decoded_one",
    "encoded",
    "encoded_one",
    "micros_of",
    "moment_at",
    "plain_rows",
    "row_texts",
    "table_of_rows",
    "typed_of",
]

PlainRows = dict[str, tuple[Any, ...]]
"""Rows by id: one plain value a stored column, in the order of `stored(spec)`."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Plain datetimes reach to the year 9999; pandas' nanoseconds end in 2262.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_MOMENT = int(pd.NaT.value)
"""What stands among whole microseconds for no moment."""


def micros_of(moment: datetime) -> int:
    """An aware moment as microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_at(micros: int) -> datetime:
    """Microseconds as a moment in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def encoded(values: pd.Series[Any], type_name: str) -> list[Any]:
    """A column of typed values as plain values, None where missing."""
    if type_name == "moment":
        micros = pd.DatetimeIndex(values.array).as_unit("us").asi8.tolist()
        return [None if m == NO_MOMENT else m for m in micros]
    missing = pd.isna(values.array)
    plain = values.dt.strftime("%Y-%m-%d").tolist() if type_name == "date" else values.tolist()
    if not missing.any():
        return plain
    return [None if gone else value for value, gone in zip(plain, missing.tolist(), strict=True)]


def encoded_one(value: Any) -> Any:
    """One typed value as a plain value."""
    if isinstance(value, pd.Timestamp):
        if value.tzinfo is None:
            return value.strftime("%Y-%m-%d")
        return micros_of(value.to_pydatetime())
    return value


def decoded_one(value: Any, type_name: str) -> Any:
    """One plain value as a typed value."""
    if value is None or type_name not in ("moment", "date"):
        return value
    # What was typed into such a cell and put back may be any text.
    if isinstance(value, str) and (type_name == "moment" or not DAY.fullmatch(value)):
        return value
    if type_name == "moment":
        return pd.Timestamp(moment_at(int(value)))
    return pd.Timestamp(value)


def decoded(values: list[Any], type_name: str) -> Any:
    """Plain values as a column's typed values, in something a Series can be made of."""
    if type_name == "moment":
        micros = np.array([NO_MOMENT if value is None else value for value in values], dtype="int64")
        return pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC")
    if type_name == "date":
        days = pd.to_datetime(pd.Series(values, dtype=object), format="%Y-%m-%d")
        return pd.Series(days).dt.as_unit("us")
    return values


def typed_of(values: list[Any], type_name: str) -> pd.Index[Any]:
    """Plain values as a column's typed values, to be shown: a Series of a few takes as long as all else."""
    made: pd.Index[Any]
    if type_name in ("moment", "date"):
        made = pd.Index(decoded(values, type_name))
    else:
        made = pd.Index(values, dtype=dtype_of(type_name), tupleize_cols=False)
    return made


def row_texts(spec: TableSpec, frame: pd.DataFrame) -> list[str]:
    """Each row's cells as JSON text; what is missing is left out."""
    columns = {key: encoded(frame[key], spec.column(key).type) for key in frame.columns}
    keys = list(columns)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [
        dump({key: value for key, value in zip(keys, row, strict=True) if value is not None})
        for row in zip(*columns.values(), strict=True)
    ]


def plain_rows(table: Table) -> PlainRows:
    """A table's rows by id, as plain values; worked out once a table, so nobody changes them."""
    spec, frame = table.spec, table.frame

    def rows() -> PlainRows:
        columns = [encoded(frame[key], spec.column(key).type) for key in stored(spec)]
        return dict(zip(frame.index, zip(*columns, strict=True), strict=True))

    return kept_for(table, "plain rows", (), rows)


def table_of_rows(spec: TableSpec, rows: Mapping[str, Iterable[Any]]) -> Table:
    """The table with these plain rows, each in the order of `stored(spec)`."""
    keys = stored(spec)
    columns = list(zip(*rows.values(), strict=True)) or [()] * len(keys)
    typed = {
        key: decoded(list(values), spec.column(key).type) for key, values in zip(keys, columns, strict=True)
    }
    return table_of(spec, typed, rows)
