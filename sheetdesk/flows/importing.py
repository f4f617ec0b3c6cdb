"""Tickets from elsewhere, into the store in one commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.flows.opening import (
    OpenDesk,
    actor,
    new_run,
)
from sheetdesk.intake.base import read_file
from sheetdesk.intake.describe import aside_csv
from sheetdesk.intake.frame import grid_of_frame
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.plan import ImportPlan, plan_import
from sheetdesk.store.store import Write
from sheetdesk.table.change import ChangeSet, diff
from sheetdesk.table.problems import find_transition_problems
from sheetdesk.table.seed import choices_of
from sheetdesk.table.table import Table, table_of
from sheetdesk.whole_file import write_text

__all__ = ["Imported", "import_tickets"]


@dataclass(frozen=True)
class Imported:
    """An import that was carried out or, for a dry run, would be.

    `aside` holds unread rows; `jumps` are status changes that the desk's life cycle does not know,
    taken over all the same: they happened.
    """

    plan: ImportPlan
    run: str
    aside: Path | None = None
    jumps: tuple[Problem, ...] = ()


def import_tickets(
    opened: OpenDesk,
    source: Path | pd.DataFrame,
    options: ImportOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    tab: str = "",
    by: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Take tickets over from a file or frame. Rows that cannot be read go into a file beside the desk.

    Raises FileUnreadable, ColumnsUnmatched, StoreMoved.
    """
    store, desk = opened.store, opened.desk
    version = store.version
    tables = opened.tables()
    grid = read_file(source, tab) if isinstance(source, Path) else grid_of_frame(source)
    options = replace(options, people=frozenset(str(name) for name in tables["people"].frame.index))
    plan = plan_import(
        desk,
        tables["tickets"],
        store.origins(),
        store.counters(),
        grid,
        options,
        now,
        known_history=_known_history(opened) if options.history else None,
        progress=progress,
    )
    run = new_run("import", now)
    jumps = tuple(find_transition_problems(desk, plan.changes.cells, None))
    if dry_run:
        return Imported(plan, run, jumps=jumps)
    aside = _write_aside(opened, plan, run)
    writes = [
        Write(tables["choices"], _new_choices(desk, tables["choices"], plan)),
        Write(tables["people"], _new_people(tables["people"], plan)),
        Write(tables["tickets"], plan.changes, plan.entries or None),
    ]
    writes = [write for write in writes if write.changes or write.entries]
    if writes:
        store.commit(
            version, writes, by=by or actor(), why="import", run=run, now=now, counters=plan.counters,
            origins=plan.origins,
        )  # fmt: skip
    return Imported(plan, run, aside, jumps)


def _known_history(opened: OpenDesk) -> dict[str, datetime]:
    """Up to when each ticket's imported history goes. What people changed since does not count."""
    known: dict[str, datetime] = {}
    for entry in opened.store.entries([opened.desk.tickets]):
        if entry.why == "import":
            known[entry.row] = max(known.get(entry.row, entry.seen_to), entry.seen_to)
    return known


def _write_aside(opened: OpenDesk, plan: ImportPlan, run: str) -> Path | None:
    if not plan.aside:
        return None
    path = opened.folder / "aside" / f"{run}.csv"
    path.parent.mkdir(exist_ok=True)
    # With a byte order mark, without which Excel takes UTF-8 for the machine's old code page.
    write_text(path, aside_csv(plan, opened.desk), "utf-8-sig")
    return path


def _new_choices(desk: Desk, choices: Table, plan: ImportPlan) -> ChangeSet:
    """The drop-down values that an import adds, behind those that are there."""
    for key, added in plan.new_choices.items():
        if added:
            desk = desk.with_choices(key, [*desk.column(key).choices, *added])
    whole = diff(choices, choices_of(desk))
    return ChangeSet(added=whole.added)


def _new_people(people: Table, plan: ImportPlan) -> ChangeSet:
    names = [name for name in plan.new_people if name not in people.frame.index]
    if not names:
        return ChangeSet()
    return ChangeSet(added=table_of(people.spec, {"share": [1.0] * len(names)}, names).frame)
