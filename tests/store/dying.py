"""A process whose children commit and are killed: `python -m tests.store.dying PLACE`.

It reads one order a line: `at N`, a child that kills itself before its Nth statement or commit, and
`after S`, one that commits without end and is killed S seconds after its first commit. It answers how
the child ended. Children are forks, so that only the first pays for the imports.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sheetdesk.store.store import Store, Write, open_store
from sheetdesk.table.change import diff
from sheetdesk.table.table import Table
from tests.store import Place
from tests.table import TICKETS, tickets

__all__ = ["commit_next", "wanted"]

ROWS = 7


def wanted(version: int) -> Table:
    """The tickets at a version: each comes, changes, goes and comes back."""
    there = [number for number in range(ROWS) if version and (number + version) % 3]
    return tickets(**{
        f"T_{number:03}": {"title": f"v{version // (number + 1)}" * 200, "vip": version % 2 == 0}
        for number in there
    })  # fmt: skip


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
    )


def _die_at(count: int) -> None:
    """Be killed before the `count`th statement or commit of this process."""
    left = [count]

    def one(*_: Any, **__: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", one)
    sa.event.listen(sa.Engine, "commit", one)


def _child(place: Place, order: str, begun: int) -> None:
    if order == "at":
        with open_store(place) as store:
            commit_next(store)
        return
    with open_store(place) as store:
        commit_next(store)
        os.write(begun, b"!")
        while True:
            commit_next(store)


def _main() -> None:
    place: Place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        order, amount = line.split()
        come, begun = os.pipe()
        pid = os.fork()
        if pid == 0:
            if order == "at":
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
