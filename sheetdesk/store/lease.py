"""One sync of a desk at a time, on one machine or on several: a lock that dies with its holder.

Every commit states what it was worked out from, so that two syncs at once lose nothing; but each could
take one new row of a shared file for its own, and it would become two tickets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

__all__ = ["Lease", "hold"]

SYNC = 7_361_946_116
"""Any number that all who sync a desk on one server agree on; the desk's own schema tells desks apart."""


class Lease:
    """The desk's lock: true where it was got."""

    def __init__(self, session: sa.Connection | None = None, *, got: bool = True) -> None:
        self._session = session
        self._got = got

    def __bool__(self) -> bool:
        return self._got

    def check(self) -> None:
        """Nothing, while it is this run's. A file's is as long as the process lives; a server lets go of it
        when it loses the session, which waits long while a run does other work. Raises sa.exc.DBAPIError.
        """
        if self._session is not None and self._got:
            self._got = False
            self._session.execute(sa.select(1))
            self._got = True


def hold(engine: sa.Engine, wait_s: float) -> AbstractContextManager[Lease]:
    """The desk's lock, if it was got within `wait_s` seconds; held until the block ends."""
    if engine.dialect.name == "postgresql":
        return _hold_row(engine, engine.get_execution_options()["schema_translate_map"][None], wait_s)
    return _hold_file(Path(str(engine.url.database)), wait_s)


@contextmanager
def _hold_file(database: Path, wait_s: float) -> Iterator[Lease]:
    """The lock beside a SQLite file."""
    lock = FileLock(f"{database}.sync", timeout=wait_s)
    try:
        lock.acquire()
    except Timeout:
        yield Lease(got=False)
        return
    try:
        yield Lease()
    finally:
        lock.release()


@contextmanager
def _hold_row(engine: sa.Engine, schema: str, wait_s: float) -> Iterator[Lease]:
    """A lock on the PostgreSQL server, in a session of its own."""
    with engine.connect() as connection:
        limit = sa.func.set_config("lock_timeout", f"{int(wait_s * 1000) + 1}ms", False)
        connection.execute(sa.select(limit))
        key = sa.func.hashtext(schema)
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(SYNC % 2**31, key)))
        except sa.exc.OperationalError:
            connection.rollback()
            yield Lease(got=False)
            return
        lease = Lease(connection)
        try:
            yield lease
        finally:
            if lease:
                connection.rollback()
                connection.execute(sa.select(sa.func.pg_advisory_unlock(SYNC % 2**31, key)))
