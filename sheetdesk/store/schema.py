"""The tables of the store, and how a typed value stands in them.

Rows are JSON by column key, so that a desk's columns can change without altering the database.
Moments are whole microseconds since 1970 UTC, days ISO text.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec

__all__ = [
    "FORM",
    "counters", "decoded", "decoded_one", "desk", "encoded", "encoded_one", "entries", "entry_values",
    "metadata", "origins", "row_texts", "rows", "sheets",
]  # fmt: skip

FORM = 1
"""The form of these tables; a store of another form is not opened by mistake."""

metadata = sa.MetaData()

desk = sa.Table(
    "desk",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("lineage", sa.Text, nullable=False),
    sa.Column("form", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
rows = sa.Table(
    "rows",
    metadata,
    sa.Column("table_key", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("cells", sa.Text, nullable=False),
)
counters = sa.Table(
    "counters",
    metadata,
    sa.Column("table_key", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("table_key", sa.Text, nullable=False),
    sa.Column("row_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("column_key", sa.Text, nullable=False),
    sa.Column("seen_from", sa.BigInteger, nullable=False),
    sa.Column("seen_to", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.Column("values_digest", sa.LargeBinary, nullable=False),
    sa.Column("chain", sa.LargeBinary, nullable=False),
    sa.Index("entries_of_row", "table_key", "row_id"),
    sa.Index("entries_of_run", "run"),
)
# Apart from the entries, so that what a person asks to be erased can go while the chain still holds.
entry_values = sa.Table(
    "entry_values",
    metadata,
    sa.Column("number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
)
# Where an imported row came from, so that the same import again updates instead of doubling.
origins = sa.Table(
    "origins",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, nullable=False),
)
sheets = sa.Table(
    "sheets",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
)

# Plain datetimes reach to the year 9999; pandas' nanoseconds end in 2262.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encoded(values: pd.Series[Any], type_name: str) -> list[Any]:
    """A column of typed values as JSON values, None where missing."""
    missing = values.isna()
    if type_name == "moment":
        micros = values.dt.as_unit("us").astype("int64")
        return [None if gone else m for m, gone in zip(micros.tolist(), missing, strict=True)]
    if type_name == "date":
        days = values.dt.strftime("%Y-%m-%d")
        return [None if gone else day for day, gone in zip(days, missing, strict=True)]
    return [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]


def encoded_one(value: Any) -> Any:
    """One typed value as a JSON value."""
    if isinstance(value, pd.Timestamp):
        if value.tzinfo is None:
            return value.strftime("%Y-%m-%d")
        return (value.to_pydatetime() - EPOCH) // timedelta(microseconds=1)
    return value


def decoded_one(value: Any, type_name: str) -> Any:
    """One JSON value as a typed value."""
    if value is None or type_name not in ("moment", "date"):
        return value
    if type_name == "moment":
        return pd.Timestamp(EPOCH + timedelta(microseconds=int(value)))
    return pd.Timestamp(value)


def decoded(values: list[Any], type_name: str) -> Any:
    """JSON values as a column's typed values, in something a Series can be made of."""
    if type_name == "moment":
        micros = pd.array(values, dtype="Int64")
        naive = pd.Series(micros.to_numpy("int64", na_value=pd.NaT.value)).astype("datetime64[us]")
        return naive.dt.tz_localize("UTC")
    if type_name == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d")).dt.as_unit(
            "us"
        )
    return values


def row_texts(spec: TableSpec, frame: pd.DataFrame) -> list[str]:
    """Each row's cells as JSON text; what is missing is left out."""
    columns = {key: encoded(frame[key], spec.column(key).type) for key in frame.columns}
    keys = list(columns)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [
        dump({key: value for key, value in zip(keys, row, strict=True) if value is not None})
        for row in zip(*columns.values(), strict=True)
    ]
