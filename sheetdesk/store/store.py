"""Where a desk's tables, journal, id counters and sheets are kept: one database, one commit a run.

SQLite beside the desk file by default. A commit states the version of the desk it was worked out
from; when another run has committed since, nothing of it is kept (`StoreMoved`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.errors import StoreMoved, StoreUnreadable
from sheetdesk.store import schema
from sheetdesk.store.journal import append_entries, entries_of, read_entries, typed
from sheetdesk.table.change import ChangeSet, Entry, apply
from sheetdesk.table.table import Table, table_of

__all__ = ["SheetState", "Store", "Write", "open_store"]

BATCH = 5_000


@dataclass(frozen=True)
class Write:
    """Changes to one table, made from the `table` they belong to.

    `entries` replaces the journal entries that the changes would give, for imports that bring their
    own history.
    """

    table: Table
    changes: ChangeSet
    entries: Sequence[Entry] | None = None


@dataclass(frozen=True)
class SheetState:
    """What was last written to a sheet: `digest` of the file, desk `version` it was made from.

    While a file is being replaced `digest` has two, parted by a blank: the old file's and the new one's.
    """

    key: str
    address: str
    digest: str
    version: int
    role: str = ""
    person: str = ""


def open_store(path: Path) -> Store:
    """The store in the SQLite file at `path`, made when it is not there. Raises StoreUnreadable."""
    # Not as text: a `?` in a folder's name would end the path.
    address = sa.URL.create("sqlite", database=str(path))
    engine = sa.create_engine(address, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _settings(connection: Any, _: Any) -> None:
        # SQLAlchemy starts transactions itself; the driver must not start its own.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    store = Store(engine, str(path))
    try:
        with store._guarded(), engine.begin() as connection:
            _make(connection, str(path))
    except BaseException:
        store.close()
        raise
    return store


def _make(connection: sa.Connection, name: str) -> None:
    """The tables where they are missing."""
    schema.metadata.create_all(connection)
    form = connection.scalar(sa.select(schema.desk.c.form))
    if form is None:
        first = {"one": 1, "version": 0, "lineage": uuid.uuid4().hex, "form": schema.FORM, "text": ""}
        connection.execute(schema.desk.insert().values(**first))
    elif form != schema.FORM:
        reason = f"it has form {form}, and this sheetdesk knows form {schema.FORM}"
        raise StoreUnreadable(path=name, reason=reason)


class Store:
    """One desk's store. Make it with `open_store`; close it when done."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """The database's own errors as ours."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreUnreadable(path=self._name, reason=error.orig) from error

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._guarded(), self._engine.begin() as connection:
            yield connection

    @property
    def version(self) -> int:
        """How many commits the desk has had."""
        with self._reading() as connection:
            return int(connection.scalar(sa.select(schema.desk.c.version)) or 0)

    @property
    def lineage(self) -> str:
        """What tells this store from every other."""
        with self._reading() as connection:
            return str(connection.scalar(sa.select(schema.desk.c.lineage)))

    @property
    def desk_text(self) -> str:
        """The desk file as of the last commit that took it over; "" before the first."""
        with self._reading() as connection:
            return str(connection.scalar(sa.select(schema.desk.c.text)))

    def table(self, spec: TableSpec) -> Table:
        """All rows of a table that are not archived, in the order they came."""
        rows = schema.rows
        query = (
            sa.select(rows.c.id, rows.c.cells)
            .where(rows.c.table_key == spec.key, rows.c.archived.is_(False))
            .order_by(rows.c.number)
        )
        with self._reading() as connection:
            found = connection.execute(query).all()
        ids = [row[0] for row in found]
        whole: list[dict[str, Any]] = json.loads(f"[{','.join(row[1] for row in found)}]")
        columns: dict[str, Any] = {}
        for column in spec.columns:
            if column.owner != "formula" and column.key != "id":
                raw = [cells.get(column.key) for cells in whole]
                columns[column.key] = schema.decoded(raw, column.type)
        return table_of(spec, columns, ids)

    def counters(self, table_key: str = "tickets") -> dict[str, int]:
        """The last number used, by period."""
        query = sa.select(schema.counters.c.period, schema.counters.c.last)
        with self._reading() as connection:
            found = connection.execute(query.where(schema.counters.c.table_key == table_key)).all()
        return {str(period): int(last) for period, last in found}

    def origins(self) -> dict[str, str]:
        """The ticket that each imported row became, by the row's origin."""
        query = sa.select(schema.origins.c.origin, schema.origins.c.row_id)
        with self._reading() as connection:
            return {str(origin): str(row) for origin, row in connection.execute(query)}

    def entries(self, specs: Sequence[TableSpec], *, row: str = "", run: str = "") -> list[Entry]:
        """The journal's entries of these tables in order, of one row or run where given."""
        by_key = {spec.key: spec for spec in specs}
        with self._reading() as connection:
            found = read_entries(connection, row=row, run=run)
            return [typed(entry, by_key[entry.table]) for entry in found if entry.table in by_key]

    def sheet(self, key: str) -> SheetState | None:
        """What was last written to the sheet `key`."""
        with self._reading() as connection:
            found = connection.execute(sa.select(schema.sheets).where(schema.sheets.c.key == key)).first()
        return None if found is None else SheetState(*found)

    def record_sheet(self, state: SheetState) -> None:
        """Remember what was written to a sheet."""
        values = vars(state)
        with self._reading() as connection:
            connection.execute(schema.sheets.delete().where(schema.sheets.c.key == state.key))
            connection.execute(schema.sheets.insert().values(**values))

    def commit(
        self,
        version: int,
        writes: Sequence[Write],
        *,
        by: str,
        why: str,
        run: str,
        now: datetime,
        counters: Mapping[str, int] | None = None,
        origins: Mapping[str, str] | None = None,
        desk_text: str | None = None,
        forget_origins: bool = False,
    ) -> int:
        """Keep all of it or nothing, as the desk's next version, which is returned.

        `forget_origins`: the rows that are removed may be imported again, as if they had never been.
        `version` is the one the changes were worked out from. Raises StoreMoved, StoreUnreadable.
        """
        moment = now.astimezone(UTC)
        with self._guarded(), self._engine.begin() as connection:
            found = int(connection.scalar(sa.select(schema.desk.c.version)) or 0)
            if found != version:
                raise StoreMoved(expected=version, found=found)
            connection.execute(schema.desk.update().values(version=version + 1))
            if desk_text is not None:
                connection.execute(schema.desk.update().values(text=desk_text))
            for write in writes:
                self._write_rows(connection, write)
                given = write.entries
                made = entries_of(write.table.spec, write.changes, moment, by, why)
                append_entries(connection, made if given is None else given, run)
            for period, last in (counters or {}).items():
                key = (schema.counters.c.table_key == "tickets") & (schema.counters.c.period == period)
                connection.execute(schema.counters.delete().where(key))
                connection.execute(
                    schema.counters.insert().values(table_key="tickets", period=period, last=last)
                )
            if forget_origins:
                gone = [
                    row for w in writes if w.changes.removed is not None for row in w.changes.removed.index
                ]
                forget = schema.origins.delete().where(schema.origins.c.row_id == sa.bindparam("row"))
                if gone:
                    connection.execute(forget, [{"row": str(row)} for row in gone])
            known = set(connection.scalars(sa.select(schema.origins.c.origin))) if origins else set()
            come = [{"origin": o, "row_id": row} for o, row in (origins or {}).items() if o not in known]
            if come:
                connection.execute(schema.origins.insert(), come)
        return version + 1

    def _write_rows(self, connection: sa.Connection, write: Write) -> None:
        after = apply(write.table, write.changes)
        spec, changes = write.table.spec, write.changes
        rows = schema.rows
        if changes.removed is not None:
            for row in changes.removed.index:
                where = (rows.c.table_key == spec.key) & (rows.c.id == row)
                connection.execute(rows.update().where(where).values(archived=True))
        changed = list(dict.fromkeys(cell.row for cell in changes.cells))
        if changed:
            update = (
                rows.update()
                .where(rows.c.table_key == spec.key, rows.c.id == sa.bindparam("row"))
                .values(cells=sa.bindparam("text"))
            )
            texts = schema.row_texts(spec, after.frame.loc[changed])
            connection.execute(update, [{"row": r, "text": t} for r, t in zip(changed, texts, strict=True)])
        if changes.added is not None and len(changes.added):
            self._add_rows(connection, spec, changes.added)

    def _add_rows(self, connection: sa.Connection, spec: TableSpec, added: pd.DataFrame) -> None:
        rows = schema.rows
        last = (
            connection.scalar(sa.select(sa.func.max(rows.c.number)).where(rows.c.table_key == spec.key)) or 0
        )
        ids = [str(row) for row in added.index]
        archived = (rows.c.table_key == spec.key) & rows.c.archived.is_(True)
        back = set(connection.scalars(sa.select(rows.c.id).where(archived))).intersection(ids)
        for row in back:
            connection.execute(rows.delete().where(archived & (rows.c.id == row)))
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            texts = schema.row_texts(spec, added.iloc[start : start + BATCH])
            connection.execute(
                rows.insert(),
                [
                    {"table_key": spec.key, "id": row, "number": last + start + offset + 1,
                     "archived": False, "cells": text}
                    for offset, (row, text) in enumerate(zip(part, texts, strict=True))
                ],
            )  # fmt: skip
