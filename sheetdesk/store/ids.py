"""Ids that were given: the last number of each period, and which ticket each imported row became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from sheetdesk.store import schema

__all__ = ["forget", "keep_counters", "keep_origins", "read_counters", "read_origins"]


def read_counters(connection: sa.Connection, table_key: str) -> dict[str, int]:
    """The last number used, by period."""
    counters = schema.counters.c
    query = sa.select(counters.period, counters.last).where(counters.table_key == table_key)
    return {str(period): int(last) for period, last in connection.execute(query)}


def keep_counters(connection: sa.Connection, counters: Mapping[str, int]) -> None:
    """The last numbers used for tickets, by period."""
    for period, last in counters.items():
        key = (schema.counters.c.table_key == "tickets") & (schema.counters.c.period == period)
        connection.execute(schema.counters.delete().where(key))
        values = {"table_key": "tickets", "period": period, "last": last}
        connection.execute(schema.counters.insert().values(**values))


def read_origins(connection: sa.Connection, start: str = "") -> dict[str, str]:
    """The ticket that each imported row became, by the row's origin; of those alone that begin so."""
    origin = schema.origins.c.origin
    query = sa.select(origin, schema.origins.c.row_id)
    if start:
        query = query.where(origin.startswith(start, autoescape=True))
    return {str(origin): str(row) for origin, row in connection.execute(query)}


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
