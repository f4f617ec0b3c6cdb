"""Processes killed in the middle of committing: the store is at one version or the next, and whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sheetdesk.store.bases import Base
from sheetdesk.store.store import Store, open_store
from tests.store import Place
from tests.store.dying import agree_next, base_at, commit_next, own_at, wanted
from tests.table import TICKETS, assert_same

ROOT = Path(__file__).parents[2]

Order = Callable[[str], int]


@pytest.fixture(scope="module")
def mother() -> Iterator[Order]:
    """Gives a child an order with a place, and says how the child ended."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.dying"],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        def give(line: str) -> int:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield give
        process.stdin.close()


@pytest.fixture
def order(mother: Order, place: Place) -> Order:
    """The same, for this place."""
    return lambda line: mother(f"{line} {place}")


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
            assert agreed(found, "main") == version
            assert {notice.key for notice in found.outbox.notices()} == {f"n{n + 1}" for n in range(version)}
            assert found.rule_states() == ({("rule", "T-000"): {"version": version}} if version else {})
            audit = found.audit([TICKETS])
            assert (audit.broken, audit.differing, audit.erased) == (None, (), 0)
        commit_next(store)
        assert_same(store.table(TICKETS), wanted(version + 1))
        return version + 1


def agreed(found: Store, sheet: str) -> int:
    """The stamp that was last agreed on with a sheet; all that was agreed on is of it."""
    agreement = found.agreement(sheet)
    stamp = agreement.stamp
    assert (agreement.serial, agreement.seen) == (stamp, f"v{stamp}" if stamp else "")
    assert found.base(sheet, TICKETS, stamp) == (base_at(stamp) if stamp else Base())
    # What was agreed on before still is what an older file has.
    assert stamp < 2 or found.base(sheet, TICKETS, stamp - 1) == base_at(stamp - 1)
    assert found.own_cells(sheet) == ({"tickets": own_at(stamp)} if stamp else {})
    return stamp


def test_a_process_killed_before_any_change_leaves_one_version_or_the_next(
    place: Place, order: Order
) -> None:
    version, point, killed = 0, 1, 0
    # A server's answers take longer; what is left out differs from what is tried by the statement alone.
    step = 1 if isinstance(place, Path) else 2
    while True:
        point += step
        ended = order(f"at {point}")
        version = check(place, version)
        if ended != -signal.SIGKILL:
            break
        killed += 1
    assert ended == 0
    # The statements of one commit that change anything, at least.
    assert killed * step > 16
    with open_store(place) as store:
        now = store.version
        for past in (0, 1, now // 2, now):
            assert_same(store.table_at(TICKETS, past), wanted(past))


def test_a_process_killed_while_it_agrees_leaves_what_was_agreed_on_before_or_all_of_the_next(
    place: Place, order: Order
) -> None:
    with open_store(place) as store:
        agree_next(store)
    stamp, point = 1, 0
    while order(f"agree {(point := point + 1)}") == -signal.SIGKILL:
        with open_store(place) as store:
            with store.snapshot() as found:
                assert agreed(found, "copy") == stamp
            agree_next(store)
        stamp += 1
    # The agreement, its bases and people's own cells, and the commit.
    assert point > 6
    with open_store(place) as store:
        assert agreed(store, "copy") == stamp + 1


def test_processes_killed_at_any_moment_leave_one_version_or_the_next(place: Place, order: Order) -> None:
    moments = random.Random()
    version = 0
    for _ in range(12 if isinstance(place, Path) else 6):
        assert order(f"after {moments.uniform(0, 0.1)}") == -signal.SIGKILL
        # The child's first commit is there for sure, and the one of the check before.
        version = check(place, version + 1)
