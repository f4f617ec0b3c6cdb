"""Ids that were given: the last number of each period, and which ticket each imported row became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from sheetdesk.store import schema

__all__ = ["forget", "keep_counters", "keep_origins", "read_counters", "read_origins"]

_COUNTERS = sa.select(schema.counters.c.period, schema.counters.c.last).where(
    schema.counters.c.table_key == sa.bindparam("table")
)
_ORIGINS = sa.select(schema.origins.c.origin, schema.origins.c.row_id)
_ORIGINS_FROM = _ORIGINS.where(schema.origins.c.origin.like(sa.bindparam("pattern"), escape="/"))


def read_counters(connection: sa.Connection, table_key: str) -> dict[str, int]:
    """The last number used, by period."""
    return {str(period): int(last) for period, last in connection.execute(_COUNTERS, {"table": table_key})}


def keep_counters(connection: sa.Connection, counters: Mapping[str, int]) -> None:
    """The last numbers used for tickets, by period."""
    known = read_counters(connection, "tickets") if counters else {}
    for period, last in counters.items():
        if known.get(period) == last:
            continue
        key = (schema.counters.c.table_key == "tickets") & (schema.counters.c.period == period)
        connection.execute(schema.counters.delete().where(key))
        values = {"table_key": "tickets", "period": period, "last": last}
        connection.execute(schema.counters.insert().values(**values))


def read_origins(connection: sa.Connection, start: str = "") -> dict[str, str]:
    """The ticket that each imported row became, by the row's origin; of those alone that begin so."""
    literal = start.replace("/", "//").replace("%", "/%").replace("_", "/_")
    query = (_ORIGINS_FROM, {"pattern": f"{literal}%"}) if start else (_ORIGINS,)
    found = connection.execute(*query)
    return {str(origin): str(row) for origin, row in found}


def keep_origins(connection: sa.Connection, origins: Mapping[str, str]) -> None:
    """Remember where rows came from; what is remembered already stays."""
    if not origins:
        return
    known = set(connection.scalars(sa.select(schema.origins.c.origin)))
    come = [{"origin": origin, "row_id": row} for origin, row in origins.items() if origin not in known]
    if come:
        connection.execute(schema.origins.insert(), come)


def forget(connection: sa.Connection, rows: Sequence[str]) -> None:
    """These rows may be imported again, as if they had never been."""
    if rows:
        where = schema.origins.c.row_id == sa.bindparam("row")
        connection.execute(schema.origins.delete().where(where), [{"row": row} for row in rows])
