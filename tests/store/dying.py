"""A process whose children commit and are killed: `python -m tests.store.dying`.

It reads one order a line, with the store's place behind it: `at N`, a child that kills itself before the Nth
statement or commit of it that changes anything; `agree N`, one that does so while it keeps an agreement
alone; and `after S`, one that commits without end and is killed S seconds after its first commit. It answers
how the child ended. Children are forks, so that only the first pays for the imports.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sheetdesk.store.bases import Agreement, Base, BaseWrite
from sheetdesk.store.store import Store, Write, open_store
from sheetdesk.table.change import diff
from sheetdesk.table.plain import plain_rows
from sheetdesk.table.table import Table
from tests.store import Place
from tests.table import TICKETS, tickets

__all__ = ["agree_next", "base_at", "commit_next", "own_at", "wanted"]

ROWS = 7
CHANGES_NOTHING = ("SELECT", "PRAGMA", "SET")


def wanted(version: int) -> Table:
    """The tickets at a version: each comes, changes, goes and comes back."""
    there = [number for number in range(ROWS) if version and (number + version) % 3]
    return tickets(**{
        f"T_{number:03}": {"title": f"v{version // (number + 1)}" * 200, "vip": version % 2 == 0}
        for number in there
    })  # fmt: skip


def base_at(stamp: int) -> Base:
    """What is agreed on with a sheet at a stamp: the tickets of that version, one of them missing there."""
    rows = plain_rows(wanted(stamp))
    return Base(rows, frozenset(list(rows)[:1]))


def own_at(stamp: int) -> dict[str, dict[str, str]]:
    """What people's own column holds then."""
    return {"T-000": {"mine": f"v{stamp}"}} if stamp else {}


def _next_agreement(store: Store, sheet: str) -> tuple[Agreement, Sequence[BaseWrite]]:
    known = store.agreement(sheet)
    stamp = known.stamp + 1
    before = store.base(sheet, TICKETS, known.stamp)
    write = BaseWrite(TICKETS, stamp, before, base_at(stamp), own_at(stamp))
    return replace(known, stamp=stamp, seen=f"v{stamp}"), [write]


def agree_next(store: Store) -> None:
    """Agree on the next stamp with a sheet, where nothing else changes."""
    store.agree(*_next_agreement(store, "copy"))


def commit_next(store: Store) -> None:
    """Commit the tickets of the next version, with all else that a commit can hold."""
    version = store.version
    before = store.table(TICKETS)
    store.commit(
        version,
        [Write(before, diff(before, wanted(version + 1)))],
        by="test",
        why="import",
        run=f"r{version}",
        now=datetime.now(UTC),
        counters={"": version + 1},
        origins={f"row {version}": "T-000"},
        desk_text=f"v{version + 1}",
        forget_origins=version % 5 == 0,
        agreed=_next_agreement(store, "main"),
        notices={f"n{version + 1}": {"text": f"v{version + 1}"}},
        states={("rule", "T-000"): {"version": version + 1}, ("rule", f"T-{version}"): None},
    )


def _die_at(count: int) -> None:
    """Be killed before the `count`th statement or commit of this process that changes anything."""
    left = count
    has_changed = False

    def one() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def asked(_: Any, __: Any, statement: str, *___: Any) -> None:
        nonlocal has_changed
        if not statement.lstrip().upper().startswith(CHANGES_NOTHING):
            has_changed = True
            one()

    def committed(_: Any) -> None:
        nonlocal has_changed
        if has_changed:
            has_changed = False
            one()

    sa.event.listen(sa.Engine, "before_cursor_execute", asked)
    sa.event.listen(sa.Engine, "commit", committed)


def _child(place: Place, order: str, begun: int) -> None:
    if order != "after":
        with open_store(place) as store:
            (commit_next if order == "at" else agree_next)(store)
        return
    with open_store(place) as store:
        commit_next(store)
        os.write(begun, b"!")
        while True:
            commit_next(store)


def _main() -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        order, amount, where = line.rstrip("\n").split(" ", 2)
        place: Place = where if "://" in where else Path(where)
        come, begun = os.pipe()
        pid = os.fork()
        if pid == 0:
            if order != "after":
                _die_at(int(amount))
            _child(place, order, begun)
            os._exit(0)
        os.close(begun)
        if order == "after":
            os.read(come, 1)
            threading.Timer(float(amount), os.kill, (pid, signal.SIGKILL)).start()
        _, status = os.waitpid(pid, 0)
        os.close(come)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _main()
