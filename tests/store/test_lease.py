"""The lease: one sync of a desk at a time, and none for a holder that has died."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa

from sheetdesk.errors import StoreUnreadable
from sheetdesk.store.engine import make_engine
from sheetdesk.store.store import open_store
from tests.store import Place

HOLD = """
import sys
from pathlib import Path
from sheetdesk.store.store import open_store
place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
with open_store(place) as store, store.lease(5) as got:
    print(bool(got), flush=True)
    sys.stdin.read()
"""


def test_a_lease_is_had_once_and_again_when_it_was_given_back(place: Place) -> None:
    with open_store(place) as store, open_store(place) as other:
        with store.lease(1) as got, other.lease(0.05) as second:
            assert (bool(got), bool(second)) == (True, False)
        with other.lease(1) as got:
            assert got


def test_a_lease_does_not_keep_anybody_from_the_store(place: Place) -> None:
    with open_store(place) as store, open_store(place) as other, store.lease(1):
        assert other.version == 0


def test_a_holder_that_is_killed_leaves_no_lease_behind(place: Place) -> None:
    with open_store(place) as store:
        command = [sys.executable, "-c", HOLD, str(place)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "True\n"
            with store.lease(0.05) as got:
                assert not got
            holder.kill()
        with store.lease(10) as got:
            assert got


def end_sessions(place: Place) -> None:
    """Make a server end the sessions that hold a lease; a file has none."""
    engine, _ = make_engine(place)
    if engine.dialect.name == "postgresql":
        of_leases = "pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        with engine.begin() as connection:
            assert connection.scalar(sa.text(f"select pg_terminate_backend(pid) from {of_leases}"))
    engine.dispose()


def check_after_end(place: Place) -> None:
    with open_store(place) as store, store.lease(1) as got:
        assert got
        end_sessions(place)
        got.check()


def test_a_lease_that_a_server_let_go_of_is_told_and_a_files_stays(place: Place) -> None:
    if "://" in str(place):
        with pytest.raises(StoreUnreadable):
            check_after_end(place)
    else:
        check_after_end(place)
    with open_store(place) as other, other.lease(1) as second:
        assert second
