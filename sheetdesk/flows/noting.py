"""The journal's entries of one reading: what people did, what followed, what was refused or clashed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sheetdesk.flows.contested import open_conflicts
from sheetdesk.flows.places import Place
from sheetdesk.store.journal import entries_of
from sheetdesk.store.store import Store
from sheetdesk.table.change import ChangeSet, Entry
from sheetdesk.table.plain import encoded_one
from sheetdesk.table.table import stored
from sheetdesk.table.taken import TakenOver

__all__ = ["entries_clashed", "entries_told"]


def entries_told(
    place: Place, done: TakenOver, since: datetime, now: datetime, *, is_known: bool = False
) -> list[Entry]:
    """The journal's entries: what people did, seen between two readings, what followed, what was refused.

    `is_known`: this very version was read before, and what it shows was refused then.
    """
    spec = done.table.spec
    people = [
        replace(entry, seen_from=min(since, now))
        for entry in entries_of(spec, done.people, now, place.actor, "sync")
    ]
    machine = list(entries_of(spec, ChangeSet(done.machine), now, "rule:times", "rule"))
    added = set() if done.people.added is None else set(done.people.added.index)
    refused = [
        Entry(
            spec.key, refusal.row, "refused", refusal.column, encoded_one(refusal.change.before),
            encoded_one(refusal.change.after), min(since, now), now, place.actor, "sync",
        )
        for refusal in done.refusals
        if refusal.change is not None and (refusal.row in done.table.now.frame.index or refusal.row in added)
    ]  # fmt: skip
    pasted = [
        Entry(spec.key, name, "refused", "id", name, row.id, min(since, now), now, place.actor, "sync")
        for name, row in done.table.reading.identified.rows.items()
        if row.place in done.table.reading.identified.put_back
        and row.id
        and name in done.table.now.frame.index
    ]
    return [*people, *machine] if is_known else [*people, *machine, *refused, *pasted]


def entries_clashed(
    store: Store, place: Place, done: TakenOver, since: datetime, now: datetime
) -> list[Entry]:
    """What people have to settle, once for each value: the sheet that shows it may be written over."""
    spec = done.table.spec
    keys = stored(spec)
    rows = {clash.row for clash in done.merged.clashes}
    known = {
        (*spot, encoded_one(entry.after))
        for spot, entry in open_conflicts(store, spec, rows, place.actor).items()
    }
    return [
        Entry(
            spec.key, clash.row, "refused", keys[clash.column], clash.ours, clash.theirs,
            min(since, now), now, place.actor, "conflict",
        )
        for clash in done.merged.clashes
        if (clash.row, keys[clash.column], clash.theirs) not in known
    ]  # fmt: skip
