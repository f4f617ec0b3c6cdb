"""Where a desk's tables, journal, id counters and sheets are kept: one database, one commit a run.

SQLite beside the desk file by default, PostgreSQL where several machines share it. A commit states the
version of the desk it was worked out from; when another run has committed since, nothing of it is kept
(`StoreMoved`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.errors import StoreMoved
from sheetdesk.store import bases, schema
from sheetdesk.store.audit import Audit, Head, audit, head_of
from sheetdesk.store.bases import Agreement, Base, BaseWrite, write_agreement
from sheetdesk.store.commits import Commit, add_commit, read_commits, table_at
from sheetdesk.store.engine import guarded, make_engine, reading
from sheetdesk.store.form import bring_to_form
from sheetdesk.store.ids import forget, keep_counters, keep_origins, read_counters, read_origins
from sheetdesk.store.journal import append_entries, entries_of, read_entries, typer
from sheetdesk.store.lease import Lease, hold
from sheetdesk.store.outbox import Outbox, add_notices
from sheetdesk.store.own_cells import OwnRows, read_own_cells
from sheetdesk.store.parsed import Parsed
from sheetdesk.store.rows import Write, write_rows
from sheetdesk.store.rule_states import RuleStates, keep_rule_states, read_rule_states
from sheetdesk.store.sheets import SheetState, drop_sheet, keep_sheet, read_sheets
from sheetdesk.store.troubles import Troubles
from sheetdesk.table.change import Entry
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import Table

__all__ = ["SheetState", "Store", "Write", "open_store"]

_DESK = sa.select(schema.desk.c.version, schema.desk.c.lineage)
_LOCK, _CHANGE = sa.select(schema.desk.c.version).with_for_update(), schema.desk.update()


def open_store(place: Path | str) -> Store:
    """The store at a file's path (SQLite) or a `postgresql://…?desk=NAME`; made when it is not there. One
    that may not be written can still be read. Raises StoreError.
    """
    engine, name = make_engine(place)
    store = Store(engine, name)
    try:
        with guarded(name):
            bring_to_form(engine, name)
    except BaseException:
        store.close()
        raise
    return store


class Store:
    """One desk's store. Make it with `open_store`; close it when done."""

    def __init__(
        self, engine: sa.Engine, name: str, held: sa.Connection | None = None, parsed: Parsed | None = None
    ) -> None:
        self._engine, self._name, self._held = engine, name, held
        self._parsed = Parsed() if parsed is None else parsed
        self._at: tuple[int, str] | None = None
        self._bases: bases.BaseRows | None = None if held is None else {}

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction to read in, at one moment; a snapshot's own where this store is one."""
        return nullcontext(self._held) if self._held is not None else self._read_now()

    @contextmanager
    def _read_now(self) -> Iterator[sa.Connection]:
        with guarded(self._name), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction to write in: one at a time, whoever writes, on whichever machine."""
        with guarded(self._name), self._engine.begin() as connection:
            # SQLite took its lock at the beginning; elsewhere the desk's one row is it.
            if connection.dialect.name != "sqlite":
                connection.execute(_LOCK)
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """The store as it stands at one moment: all that is read from it is of one version."""
        with self._reading() as connection:
            yield Store(self._engine, self._name, connection, self._parsed)

    @contextmanager
    def lease(self, wait_s: float) -> Iterator[Lease]:
        """What makes this run the only one to sync the desk, if got within `wait_s` seconds. Its `check`
        raises StoreUnreadable, out of the block, where the server has let go of it.
        """
        with guarded(self._name), hold(self._engine, wait_s) as got:
            yield got

    @property
    def version(self) -> int:
        """How many commits the desk has had."""
        with self._reading() as connection:
            return self._desk_in(connection)[0]

    def _desk_in(self, connection: sa.Connection) -> tuple[int, str]:
        """The desk's version and lineage in a transaction; a snapshot's are asked for once."""
        if self._at is not None:
            return self._at
        version, lineage = connection.execute(_DESK).one_or_none() or (0, "")
        self._at = (version, lineage) if self._held is not None else None
        return version, lineage

    @property
    def lineage(self) -> str:
        """What tells this store from every other."""
        with self._reading() as connection:
            return self._desk_in(connection)[1]

    @property
    def desk_text(self) -> str:
        """The desk file as of the last commit that took it over; "" before the first."""
        with self._reading() as connection:
            return str(connection.scalar(sa.select(schema.desk.c.text)))

    def table(self, spec: TableSpec) -> Table:
        """All rows of a table that are not archived, in the order they came."""
        with self._reading() as connection:
            return self._parsed.tables.table(connection, spec, self._desk_in(connection)[0], archived=False)

    def table_at(self, spec: TableSpec, version: int) -> Table:
        """The table as it stood at a version of the desk; see `commits.table_at`. Raises VersionUnknown."""
        with self._reading() as connection:
            return table_at(connection, spec, version)

    def commits(self) -> list[Commit]:
        """What each version came from, oldest first."""
        with self._reading() as connection:
            return read_commits(connection)

    def audit(self, specs: Sequence[TableSpec], heads: Sequence[Head] = ()) -> Audit:
        """Whether the journal is whole, the tables are what it says, and `heads` lie on its chain."""
        with self._reading() as connection:
            return audit(connection, specs, heads)

    def head(self) -> Head:
        """The journal's last entry, to be kept where nobody who can change the store can change it."""
        with self._reading() as connection:
            return head_of(connection)

    def counters(self, table_key: str = "tickets") -> dict[str, int]:
        """The last number used, by period."""
        with self._reading() as connection:
            return read_counters(connection, table_key)

    def origins(self, start: str = "") -> dict[str, str]:
        """The ticket that each imported row became, by the row's origin."""
        with self._reading() as connection:
            return read_origins(connection, start)

    def entries(
        self, specs: Sequence[TableSpec], *, row: str = "", run: str = "",
        rows: Collection[str] | None = None, after: int = 0, whys: Collection[str] = (),
    ) -> list[Entry]:  # fmt: skip
        """The journal's entries of these tables in order: of a row, run, `rows`, `whys`, behind a number."""
        if rows is not None and not rows:
            return []
        typers = {spec.key: typer(spec) for spec in specs}
        with self._reading() as connection:
            found = read_entries(connection, row=row, run=run, rows=rows, after=after, whys=whys)
            return [typers[entry.table](entry) for entry in found if entry.table in typers]

    def refused(self, spec: TableSpec, since: datetime) -> list[Entry]:
        """What was typed into a table since then and put back."""
        with self._reading() as connection:
            return [*map(typer(spec), read_entries(connection, table=spec.key, kind="refused", since=since))]

    def sheets(self) -> list[SheetState]:
        """Every sheet that was made, by key."""
        with self._reading() as connection:
            return read_sheets(connection)

    def agreement(self, sheet: str) -> Agreement:
        """How things stand with the sheet `sheet`."""
        with self._reading() as connection:
            return bases.read_agreement(connection, sheet)

    def base(self, sheet: str, spec: TableSpec, stamp: int) -> Base:
        """What was agreed on with a sheet when it got this stamp."""
        with self._reading() as connection:
            return bases.read_base(connection, sheet, spec, stamp, self._parsed.bases, self._bases)

    def later(self, sheet: str, spec: TableSpec, stamp: int) -> PlainRows:
        """The rows that a sheet got after a stamp, each as it was agreed on first."""
        with self._reading() as connection:
            return bases.read_later(connection, sheet, spec, stamp)

    def own_cells(self, sheet: str) -> OwnRows:
        """What people's own columns of a sheet held when it was last read, by table, id and title."""
        with self._reading() as connection:
            return read_own_cells(connection, sheet)

    def agree(self, agreement: Agreement, bases: Sequence[BaseWrite] = ()) -> Agreement:
        """Keep an agreement alone, where no table changes. Raises StoreMoved."""
        with self._writing() as connection:
            return write_agreement(connection, agreement, bases)

    @property
    def outbox(self) -> Outbox:
        """The notices of the desk."""
        return Outbox(self._reading, self._writing)

    @property
    def troubles(self) -> Troubles:
        """What keeps the desk's sheets from being synced."""
        return Troubles(self._reading, self._writing)

    def rule_states(self, row: str = "") -> dict[tuple[str, str], dict[str, Any]]:
        """What the rules remember of rows, or of one."""
        with self._reading() as connection:
            return read_rule_states(connection, row)

    def archived(self, spec: TableSpec) -> Table:
        """The rows of a table that were removed, in the order they came."""
        with self._reading() as connection:
            return self._parsed.tables.table(connection, spec, self._desk_in(connection)[0], archived=True)

    def record_sheet(self, state: SheetState) -> None:
        """Remember that there is a sheet."""
        with self._writing() as connection:
            keep_sheet(connection, state)

    def forget_sheet(self, key: str) -> None:
        """Forget a sheet and all that was agreed on with it; its file stays as it is."""
        with self._writing() as connection:
            drop_sheet(connection, key)

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
        agreed: tuple[Agreement, Sequence[BaseWrite]] | None = None,
        notices: Mapping[str, Mapping[str, Any]] | None = None,
        states: RuleStates | None = None,
    ) -> int:
        """Keep all of it or nothing, as the desk's next version, which is returned.

        `agreed` is what a sheet's reading settled, `notices` what people are to be told, by key, `states`
        what rules remember; all are kept in the same commit.
        `forget_origins`: the rows that are removed may be imported again, as if they had never been.
        `version` is the one the changes were worked out from. Raises StoreMoved, StoreUnreadable.
        """
        moment = now.astimezone(UTC)
        with self._writing() as connection:
            found = self._desk_in(connection)[0]
            if found != version:
                raise StoreMoved(expected=version, found=found)
            text = {"text": desk_text} if desk_text is not None else {}
            connection.execute(_CHANGE, {"version": version + 1, **text})
            for write in writes:
                write_rows(connection, write.table, write.changes)
                made = entries_of(write.table.spec, write.changes, moment, by, why)
                append_entries(connection, made if write.entries is None else write.entries, run)
            keep_counters(connection, counters or {})
            if forget_origins:
                gone = [w.changes.removed for w in writes if w.changes.removed is not None]
                forget(connection, [str(row) for rows in gone for row in rows.index])
            keep_origins(connection, origins or {})
            if agreed is not None:
                write_agreement(connection, *agreed)
            add_notices(connection, notices or {}, moment)
            keep_rule_states(connection, states or {})
            add_commit(connection, version + 1, run=run, by=by, why=why, moment=moment)
        return version + 1
