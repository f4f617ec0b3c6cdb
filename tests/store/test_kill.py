"""Processes killed in the middle of committing: the store is at one version or the next, and whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sheetdesk.store.store import open_store
from tests.store import Place
from tests.store.dying import commit_next, wanted
from tests.table import TICKETS, assert_same

ROOT = Path(__file__).parents[2]

Order = Callable[[str], int]


@pytest.fixture
def order(place: Place) -> Iterator[Order]:
    """Gives a child an order and says how the child ended."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.dying", str(place)],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as mother:  # fmt: skip
        assert mother.stdin is not None
        assert mother.stdout is not None
        assert mother.stdout.readline() == "ready\n"

        def give(line: str) -> int:
            assert mother.stdin is not None
            assert mother.stdout is not None
            mother.stdin.write(f"{line}\n")
            mother.stdin.flush()
            return int(mother.stdout.readline())

        yield give
        mother.stdin.close()


def check(place: Place, least: int) -> int:
    """Everything in the store is of one version, at least this one, and the next commit works."""
    with open_store(place) as store:
        with store.snapshot() as found:
            version = found.version
            assert version >= least
            assert_same(found.table(TICKETS), wanted(version))
            assert found.counters() == ({"": version} if version else {})
            assert found.desk_text == (f"v{version}" if version else "")
            assert [commit.version for commit in found.commits()] == list(range(1, version + 1))
            audit = found.audit([TICKETS])
            assert (audit.broken, audit.differing, audit.erased) == (None, (), 0)
        commit_next(store)
        assert_same(store.table(TICKETS), wanted(version + 1))
        return version + 1


def test_a_process_killed_before_any_statement_leaves_one_version_or_the_next(
    place: Place, order: Order
) -> None:
    version, point, killed = 0, 1, 0
    # A server's answers take longer; what is left out differs from what is tried by the statement alone.
    step = 1 if isinstance(place, Path) else 3
    while True:
        point += step
        ended = order(f"at {point}")
        version = check(place, version)
        if ended != -signal.SIGKILL:
            break
        killed += 1
    assert ended == 0
    # The statements of opening and of one commit, at least those that write.
    assert killed * step > 20
    with open_store(place) as store:
        now = store.version
        for past in (0, 1, now // 2, now):
            assert_same(store.table_at(TICKETS, past), wanted(past))


def test_processes_killed_at_any_moment_leave_one_version_or_the_next(place: Place, order: Order) -> None:
    moments = random.Random()
    version = 0
    for _ in range(12 if isinstance(place, Path) else 6):
        assert order(f"after {moments.uniform(0, 0.1)}") == -signal.SIGKILL
        # The child's first commit is there for sure, and the one of the check before.
        version = check(place, version + 1)
