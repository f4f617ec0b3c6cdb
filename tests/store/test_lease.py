"""The lease: one sync of a desk at a time, and none for a holder that has died."""

from __future__ import annotations

import subprocess
import sys

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
            assert (got.is_held(), second.is_held()) == (True, False)
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
