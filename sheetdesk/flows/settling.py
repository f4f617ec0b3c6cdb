"""What people decide where sync would not: conflicts, rows that vanished, tickets that were archived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import pandas as pd

from sheetdesk.errors import ConflictUnknown, SheetUnknown
from sheetdesk.flows.noting import RETOLD
from sheetdesk.flows.opening import OpenDesk, actor, new_run
from sheetdesk.flows.places import OpenSheet, Place, places, sheet_at
from sheetdesk.flows.taking import TakenIn, take_in
from sheetdesk.store.bases import BaseWrite, as_read
from sheetdesk.store.journal import entries_of
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet, Entry, apply
from sheetdesk.table.fill import moved_on
from sheetdesk.table.mentioned import with_retold
from sheetdesk.table.plain import decoded_one, plain_rows
from sheetdesk.table.table import Table, stored
from sheetdesk.table.taken import Conflict

__all__ = ["Settled", "answer", "archived", "forget", "restore", "settle"]


@dataclass(frozen=True)
class Settled:
    """A conflict that was settled: the sheet it was found in, the value that holds and the one that goes."""

    sheet: str
    conflict: Conflict
    holds: object
    goes: object


def settle(
    opened: OpenDesk,
    row: str,
    column: str,
    take: Literal["sheet", "other"],
    *,
    now: datetime,
    sheet: str = "",
    open_sheet: OpenSheet = sheet_at,
) -> Settled:
    """Settle the cell `column` (key or title) of `row`: what the sheet shows holds, or what stands elsewhere.

    The next sync brings every sheet to it. Raises ConflictUnknown, SheetUnknown, StoreMoved.
    """
    run = new_run("settle", now)
    for place in places(opened, [sheet] if sheet else [], open_sheet):
        fetched = place.sheet.fetch()
        if fetched is None:
            continue
        taken = take_in(opened, place, fetched, now=now, run=run, dry_run=True)
        for conflict in taken.conflicts:
            title = taken.desk.table(conflict.table).column(conflict.column).title
            if conflict.row == row and column in (conflict.column, title):
                return _settle(opened, place, taken, conflict, take, now, run)
    raise ConflictUnknown(row=row, column=column)


def _settle(
    opened: OpenDesk,
    place: Place,
    taken: TakenIn,
    conflict: Conflict,
    take: Literal["sheet", "other"],
    now: datetime,
    run: str,
) -> Settled:
    store = opened.store
    spec = opened.desk.table(conflict.table)
    kind = spec.column(conflict.column).type
    theirs, ours = decoded_one(conflict.theirs, kind), decoded_one(conflict.ours, kind)
    if take == "sheet":
        changes = ChangeSet((CellChange(conflict.row, conflict.column, ours, theirs),))
        tables = opened.tables()
        follows = {spec.key: changes}
        if spec.key == "tickets":
            more = _followed(opened, tables[spec.key], changes, now)
            follows[spec.key] = ChangeSet((*changes.cells, *more.cells))
        writes = []
        for key, asked in with_retold(opened.desk, tables, follows).items():
            by = "rule:times" if key == "tickets" else RETOLD
            own = changes if key == spec.key else ChangeSet()
            others = ChangeSet(asked.cells[len(own.cells) :])
            entries = (
                *entries_of(tables[key].spec, own, now, actor(), "settle"),
                *entries_of(tables[key].spec, others, now, by, "rule"),
            )
            writes.append(Write(tables[key], asked, entries))
        store.commit(taken.version, writes, by=actor(), why="settle", run=run, now=now)
        return Settled(place.key, conflict, theirs, ours)
    # As if both sides had agreed on the sheet's value, and the other one had come later.
    agreement = store.agreement(place.key)
    base = store.base(place.key, spec, agreement.stamp)
    cells = list(base.rows[conflict.row])
    cells[stored(spec).index(conflict.column)] = conflict.theirs
    moved = replace(base, rows={**base.rows, conflict.row: tuple(cells)})
    stamp = as_read(agreement.stamp)
    entry = Entry(
        spec.key, conflict.row, "refused", conflict.column, conflict.ours, conflict.theirs, now, now,
        actor(), "settle",
    )  # fmt: skip
    store.commit(
        taken.version, [Write(store.table(spec), ChangeSet(), (entry,))],
        by=actor(), why="settle", run=run, now=now,
        agreed=(replace(agreement, stamp=stamp), [BaseWrite(spec, stamp, base, moved)]),
    )  # fmt: skip
    return Settled(place.key, conflict, ours, theirs)


def _followed(opened: OpenDesk, table: Table, changes: ChangeSet, now: datetime) -> ChangeSet:
    """What the ticket gets by itself when its cell is settled, as after any other change."""
    (cell,) = changes.cells
    after = apply(table, changes)
    keys = stored(table.spec)
    rows = [plain_rows(Table(t.spec, t.frame.loc[[cell.row]]))[cell.row] for t in (table, after)]
    was, is_now = (dict(zip(keys, row, strict=True)) for row in rows)
    made = []
    for key, value in moved_on(opened.desk, was, is_now, now).items():
        kind = table.spec.column(key).type
        made.append(CellChange(cell.row, key, decoded_one(is_now[key], kind), decoded_one(value, kind)))
    return ChangeSet(tuple(made))


def answer(
    opened: OpenDesk,
    word: Literal["accept", "restore"],
    *,
    sheet: str = "",
    open_sheet: OpenSheet = sheet_at,
) -> list[str]:
    """Say of sheets from which many rows vanished that it was meant, or that the rows shall come back.

    The keys of those sheets; the next sync carries it out. Raises SheetUnknown.
    """
    told = []
    for place in places(opened, [sheet] if sheet else [], open_sheet):
        agreement = opened.store.agreement(place.key)
        if agreement.held:
            opened.store.agree(replace(agreement, answer=word))
            told.append(place.key)
    return told


def forget(opened: OpenDesk, sheet: str, *, open_sheet: OpenSheet = sheet_at) -> str:
    """Sync a copy no more; its key. The main sheet cannot be forgotten. Raises SheetUnknown."""
    (place, *_) = places(opened, [sheet], open_sheet)
    if place.key == opened.desk.sheets[0].key:
        raise SheetUnknown(sheet, [p.key for p in places(opened, [], open_sheet) if p.key != place.key])
    opened.store.forget_sheet(place.key)
    return place.key


def archived(opened: OpenDesk) -> pd.DataFrame:
    """The archived tickets, as the store has them."""
    return opened.store.archived(opened.desk.tickets).frame


def restore(opened: OpenDesk, tickets: Sequence[str], *, now: datetime) -> tuple[list[str], list[str]]:
    """Bring archived tickets back; which came back, and which are not archived. The next sync shows them."""
    store = opened.store
    spec = opened.desk.tickets
    with store.snapshot() as at:
        version, table, gone = at.version, at.table(spec), at.archived(spec).frame
    known = [name for name in dict.fromkeys(tickets) if name in gone.index]
    if known:
        write = Write(table, ChangeSet(added=gone.loc[known]))
        store.commit(version, [write], by=actor(), why="restore", run=new_run("restore", now), now=now)
    return known, [name for name in dict.fromkeys(tickets) if name not in gone.index]
