"""The database behind a store: SQLite in a file, or PostgreSQL with a schema for each desk.

A transaction that reads sees one moment of the database; only one that writes holds up others.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sheetdesk.errors import Cause, StoreDriverMissing, StoreOnNetwork, StoreUnreadable
from sheetdesk.store.complaints import said
from sheetdesk.store.network import network_kind
from sheetdesk.store.place import database_url

__all__ = ["guarded", "make_engine", "reading", "schema_of"]

WAIT_S = 30
AGAIN_S = 0.02
CONNECT_WAIT_S = 10
DEAD_S = 300
MOST_ENGINES = 16
SYNCHRONOUS = "FULL"
"""What is committed to SQLite outlives a power failure."""
WRITTEN = Cause("it was written while it was read; run this again", "读取期间被另一个程序写入，请重新运行")


def make_engine(place: Path | str) -> tuple[sa.Engine, str]:
    """An engine for the database at a path or URL, and what to call it in words, without a password.

    Raises StoreAddressInvalid, StoreDriverMissing, StoreOnNetwork; connects to nothing yet.
    """
    if isinstance(place, str) and "://" in place:
        return _postgres(place)
    path = Path(place)
    return _sqlite(path), str(path)


def _postgres(address: str) -> tuple[sa.Engine, str]:
    url, schema = database_url(address)
    try:
        engine = sa.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_WAIT_S, "application_name": "sheetdesk"},
            # Not the session's search_path, which a connection pooler may hand to somebody else.
            execution_options={"schema_translate_map": {None: schema}},
        )
    except ModuleNotFoundError as error:
        raise StoreDriverMissing from error

    @sa.event.listens_for(engine, "begin")
    def _limits(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("postgresql_readonly"):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_S}s'")
            # A machine that lost its power must not hold up the others until its line is given up.
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{DEAD_S}s'")

    where = f"{url.host or url.query.get('host', '')}{f':{url.port}' if url.port else ''}"
    return engine, f"postgresql://{where}/{url.database or ''}?desk={schema.removeprefix('sheetdesk_')}"


def _sqlite(path: Path) -> sa.Engine:
    kind = network_kind(path)
    if kind is not None:
        raise StoreOnNetwork(path=path, kind=kind)
    if not path.is_file():
        return _new_engine(path.absolute(), is_frozen=False)
    is_frozen = not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    facts = path.stat()
    return _engine_of(path.absolute(), (facts.st_dev, facts.st_ino), is_frozen=is_frozen)


@lru_cache(maxsize=MOST_ENGINES)
def _engine_of(path: Path, file: tuple[int, int], *, is_frozen: bool) -> sa.Engine:
    """One for each `file` that stood at a path, however often it is opened: it knows by then what to make of
    each statement. Closing a store closes its connections.
    """
    return _new_engine(path, is_frozen=is_frozen)


def _new_engine(path: Path, *, is_frozen: bool) -> sa.Engine:
    # Not as text: a `?` in a folder's name would end the path.
    address = sa.URL.create("sqlite", database=str(path))
    if is_frozen:
        engine = sa.create_engine(
            address,
            creator=lambda: _connect_frozen(path),
            poolclass=sa.NullPool,
            hide_parameters=True,
            execution_options={"frozen": path},
        )
    else:
        engine = sa.create_engine(address, connect_args={"timeout": WAIT_S}, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _settings(connection: Any, _: Any) -> None:
        # SQLAlchemy starts transactions itself; the driver must not start its own.
        connection.isolation_level = None
        if not is_frozen:
            _write_ahead(connection)
        connection.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        only_reads = connection.get_execution_options().get("reads")
        driver: Any = connection.connection.driver_connection
        begin = "BEGIN" if only_reads else "BEGIN IMMEDIATE"
        try:
            # Not by way of SQLAlchemy, which takes ten times as long: it is said with every question.
            driver.execute(begin)
        except sqlite3.Error as error:
            raise sa.exc.OperationalError(begin, None, error) from error

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let the file have a write-ahead log. SQLite itself does not wait where another writes to a new file,
    as one does that opens it at the same moment. Raises sqlite3.OperationalError.
    """
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(AGAIN_S)


def _connect_frozen(path: Path) -> sqlite3.Connection:
    """A connection to a file that may not be written.

    A write-ahead log that lies there is read along; without one SQLite would want to make it.
    """
    is_logged = path.with_name(f"{path.name}-wal").exists()
    address = f"{path.resolve().as_uri()}?mode=ro{'' if is_logged else '&immutable=1'}"
    return sqlite3.connect(address, uri=True, timeout=WAIT_S, check_same_thread=False)


def schema_of(connection: sa.Connection) -> str | None:
    """The PostgreSQL schema that holds the desk; None in SQLite."""
    translated: dict[None, str] = connection.get_execution_options().get("schema_translate_map", {})
    return translated.get(None)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction in which everything read belongs to one moment; it cannot be counted on to write."""
    frozen: Path | None = engine.get_execution_options().get("frozen")
    before = None if frozen is None else _stamp(frozen)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        else:
            options = {"reads": True}
        with connection.execution_options(**options).begin():
            yield connection
    if frozen is not None and _stamp(frozen) != before:
        # Whoever may write did so, and this side could take no lock against it.
        raise StoreUnreadable(path=frozen, reason=WRITTEN)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """The database's own errors as ours; `name` is what they call the store."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise StoreUnreadable(path=name, reason=said(error)) from error
    except UnicodeEncodeError as error:
        raise StoreUnreadable(path=name, reason=_no_unicode(error)) from error


def _no_unicode(error: UnicodeEncodeError) -> Cause:
    return Cause(f"a text that is no Unicode ({error.reason})", f"有文本不是 Unicode（{error.reason}）")
