"""Brings a database's tables to the form this version knows: made where missing, upgraded where older."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from sheetdesk.errors import Cause, StoreUnreadable
from sheetdesk.store import schema
from sheetdesk.store.bases import Agreement, write_agreement
from sheetdesk.store.engine import reading, schema_of

__all__ = ["bring_to_form"]

MAKING = 7_361_946_115
"""Any number that two who make the same desk's tables at once agree on, and nobody else locks."""


def bring_to_form(engine: sa.Engine, name: str) -> None:
    """Make or upgrade the tables, in one transaction; write nothing where they are as they should be.

    Raises StoreUnreadable for a form of a later version.
    """
    with reading(engine) as connection:
        if _form(connection) == schema.FORM:
            return
    with engine.begin() as connection:
        own = schema_of(connection)
        if own is not None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MAKING)))
            connection.execute(sa.schema.CreateSchema(own, if_not_exists=True))
        form = _form(connection)
        if form is not None and form > schema.FORM:
            reason = Cause(
                f"it has form {form}, and this sheetdesk knows form {schema.FORM}",
                f"其格式为 {form}，而本版 sheetdesk 只认识格式 {schema.FORM}",
            )
            raise StoreUnreadable(path=name, reason=reason)
        sheets = [] if form is None or form > 1 else _take_sheets(connection)
        schema.metadata.create_all(connection)
        if form is None:
            first = {"one": 1, "version": 0, "lineage": uuid.uuid4().hex, "form": schema.FORM, "text": ""}
            connection.execute(schema.desk.insert().values(**first))
            return
        if form < 2:
            _to_form_2(connection, sheets)
        _drop_outbox(connection)
        connection.execute(schema.desk.update().values(form=schema.FORM))


def _form(connection: sa.Connection) -> int | None:
    """The form of the tables that are there; None where there are none."""
    if not sa.inspect(connection).has_table(schema.desk.name, schema=schema_of(connection)):
        return None
    form = connection.scalar(sa.select(schema.desk.c.form))
    return None if form is None else int(form)


def _take_sheets(connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    """The sheets that the first form knew; their table goes, to be made anew.

    Not altered in place: older SQLite cannot drop a column.
    """
    names = ("key", "address", "digest", "version", "role", "person")
    first = sa.Table("sheets", sa.MetaData(), *(sa.Column(name) for name in names))
    found = connection.execute(sa.select(first)).all()
    first.drop(connection)
    return found


def _to_form_2(connection: sa.Connection, sheets: Sequence[sa.Row[Any]]) -> None:
    """The first form did not say which commit an entry belongs to: what came before is one commit. Of a
    sheet it knew the digests that its file may have, which now are part of what was agreed on.
    """
    for sheet in sheets:
        values = {"key": sheet.key, "address": sheet.address, "role": sheet.role, "person": sheet.person}
        connection.execute(schema.sheets.insert().values(**values))
        made = tuple(sheet.digest.split())
        write_agreement(connection, Agreement(sheet.key, made=made, drawn=sheet.version))
    version = int(connection.scalar(sa.select(schema.desk.c.version)) or 0)
    facts = schema.entries.c
    last = connection.execute(sa.select(facts.number, facts.seen_to).order_by(facts.number.desc()).limit(1))
    number, moment = last.one_or_none() or (0, 0)
    connection.execute(
        schema.commits.insert().values(
            version=version, run="", by="", why="", moment=moment, last_entry=number
        )
    )


def _drop_outbox(connection: sa.Connection) -> None:
    """Until the third form notices had a table that nothing ever wrote to."""
    name = "outbox"
    if sa.inspect(connection).has_table(name, schema=schema_of(connection)):
        sa.Table(name, sa.MetaData(), sa.Column("key")).drop(connection)
