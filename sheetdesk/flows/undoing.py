"""A run taken back by a new change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sheetdesk.flows.opening import (
    TABLES,
    OpenDesk,
    actor,
    new_run,
)
from sheetdesk.store.store import Write
from sheetdesk.table.undo import undo_of

__all__ = ["Undone", "undo"]


@dataclass(frozen=True)
class Undone:
    """A run taken back: cells and rows changed, and the (row, column) left because they moved."""

    count: int
    moved: tuple[tuple[str, str], ...]


def undo(opened: OpenDesk, run: str, *, now: datetime, dry_run: bool = False) -> Undone:
    """Take a run back by a new change; what has changed since is left alone and named."""
    store = opened.store
    version = store.version
    specs = [opened.desk.table(key) for key in ("tickets", *TABLES)]
    whole = store.entries(specs)
    own = [entry for entry in whole if entry.run == run]
    writes: list[Write] = []
    moved: list[tuple[str, str]] = []
    count = 0
    for spec in specs:
        entries = [entry for entry in own if entry.table == spec.key]
        if not entries:
            continue
        later = [e for e in whole if e.table == spec.key and e.number > entries[0].number and e.run != run]
        table = store.table(spec)
        undoing = undo_of(table, entries, later)
        moved += undoing.moved
        count += undoing.count
        writes.append(Write(table, undoing.changes))
    if count and not dry_run:
        run_name = new_run("undo", now)
        store.commit(version, writes, by=actor(), why="undo", run=run_name, now=now, forget_origins=True)
    return Undone(count, tuple(moved))
