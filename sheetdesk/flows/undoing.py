"""A run or a single change taken back by a new change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sheetdesk.flows.opening import OpenDesk, actor, new_run
from sheetdesk.store.store import Write
from sheetdesk.table.change import ChangeSet, Entry
from sheetdesk.table.mentioned import with_retold
from sheetdesk.table.undo import undo_of

__all__ = ["Undone", "undo", "undo_entry"]


@dataclass(frozen=True)
class Undone:
    """What was taken back: cells and rows changed, and the (row, column) left because they moved."""

    count: int
    moved: tuple[tuple[str, str], ...]


def undo_entry(opened: OpenDesk, number: int, *, now: datetime, dry_run: bool = False) -> Undone:
    """Take one change of a cell or a row back, by its number in the journal, as `undo` does a run."""
    return _take_back(opened, lambda entry: entry.number == number, now=now, dry_run=dry_run)


def undo(opened: OpenDesk, run: str, *, now: datetime, dry_run: bool = False) -> Undone:
    """Take a run back by a new change; what has changed since is left alone and named."""
    return _take_back(opened, lambda entry: entry.run == run, now=now, dry_run=dry_run)


def _take_back(opened: OpenDesk, is_own: Callable[[Entry], bool], *, now: datetime, dry_run: bool) -> Undone:
    store = opened.store
    version = store.version
    tables = opened.tables()
    specs = [table.spec for table in tables.values()]
    whole = store.entries(specs)
    own = [entry for entry in whole if is_own(entry)]
    changes: dict[str, ChangeSet] = {}
    moved: list[tuple[str, str]] = []
    count = 0
    for spec in specs:
        entries = [entry for entry in own if entry.table == spec.key]
        if not entries:
            continue
        later = [e for e in whole if e.table == spec.key and e.number > entries[0].number and not is_own(e)]
        undoing = undo_of(tables[spec.key], entries, later)
        moved += undoing.moved
        count += undoing.count
        changes[spec.key] = undoing.changes
    if count and not dry_run:
        asked = with_retold(opened.desk, tables, changes)
        writes = [Write(tables[key], change) for key, change in asked.items()]
        run_name = new_run("undo", now)
        store.commit(version, writes, by=actor(), why="undo", run=run_name, now=now, forget_origins=True)
    return Undone(count, tuple(moved))
