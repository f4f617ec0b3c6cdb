"""The journal of one reading: what people did, what followed, what was refused, clashed or not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sheetdesk.flows.contested import open_conflicts
from sheetdesk.flows.places import Place
from sheetdesk.store.journal import entries_of
from sheetdesk.store.store import Store
from sheetdesk.table.candidates import UNKNOWN
from sheetdesk.table.change import ChangeSet, Entry
from sheetdesk.table.plain import encoded_one, plain_rows
from sheetdesk.table.table import stored
from sheetdesk.table.taken import TakenOver

__all__ = [
    "RETOLD", "entries_begun", "entries_clashed", "entries_left", "entries_overtaken", "entries_told",
    "entries_unread",
]  # fmt: skip

RETOLD = "rule:titles"
"""Who changes cells that name choices by titles which are others now."""


def entries_told(
    place: Place, done: TakenOver, since: datetime, now: datetime, *, is_known: bool = False
) -> list[Entry]:
    """The journal's entries: what people did, seen between two readings, what followed, what was refused.

    `is_known`: this very version was read before, and what it shows was refused then, but for the rows that
    are tickets only now.
    """
    spec = done.table.spec
    people = [
        replace(entry, seen_from=min(since, now))
        for entry in entries_of(spec, done.people, now, place.actor, "sync")
    ]
    follows = "rule:times" if spec.key == "tickets" else RETOLD
    machine = list(entries_of(spec, ChangeSet(done.machine), now, follows, "rule"))
    added = set() if done.people.added is None else set(done.people.added.index)
    refused = [
        Entry(
            spec.key, refusal.row, "refused", refusal.column, encoded_one(refusal.change.before),
            encoded_one(refusal.change.after), min(since, now), now, place.actor, "sync",
        )
        for refusal in done.refusals
        if refusal.change is not None
        and (refusal.row in added or (refusal.row in done.table.now.frame.index and not is_known))
    ]  # fmt: skip
    pasted = [
        Entry(spec.key, name, "refused", "id", name, row.id, min(since, now), now, place.actor, "sync")
        for name, row in done.table.reading.identified.rows.items()
        if not is_known
        and row.place in done.table.reading.identified.put_back
        and row.id
        and name in done.table.now.frame.index
    ]
    return [*people, *machine, *refused, *pasted]


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


def entries_unread(
    store: Store, place: Place, done: TakenOver, since: datetime, now: datetime
) -> list[Entry]:
    """What people typed and nobody can read, once for each value: a save made from an older page may write
    over it, and the store never has it. In a new row of a file too, by the id that it is to get.
    """
    spec = done.table.spec
    ours = plain_rows(done.table.now if done.after is None else done.after)
    begun = {} if place.sheet.is_live else done.naming
    typed = {
        (problem.ticket or begun.get(problem.row, ""), problem.column, problem.raw): None
        for problem in done.problems
        if problem.raw and problem.column in stored(spec)
    }
    named = {*begun.values()}
    found = [spot for spot in typed if spot[0] in ours or spot[0] in named]
    known = {
        (entry.row, entry.column, entry.after)
        for entry in store.entries([spec], rows={row for row, _, _ in found}, whys=["unread"])
    }
    places = {key: position for position, key in enumerate(stored(spec))}
    return [
        Entry(
            spec.key, row, "refused", key, ours[row][places[key]] if row in ours else None, raw,
            min(since, now), now, place.actor, "unread",
        )
        for row, key, raw in found
        if (row, key, raw) not in known
    ]  # fmt: skip


def entries_overtaken(
    store: Store, place: Place, done: TakenOver, told: Sequence[Entry], since: datetime, now: datetime
) -> list[Entry]:
    """What people typed in the moment of a write that put its own over it, where it does not stand there
    again and the journal does not have it: somebody typed on before it could be given back. `told` are this
    reading's other entries.
    """
    spec = done.table.spec
    ours = plain_rows(done.table.now if done.after is None else done.after)
    base = ours | done.table.base
    places = {key: position for position, key in enumerate(stored(spec))}
    lost = [
        (row, key, typed)
        for row, key, typed in done.table.put_over
        if row in ours and typed not in (ours[row][places[key]], base[row][places[key]])
    ]
    known = set()
    for entry in [*store.entries([spec], rows={row for row, _, _ in lost}), *told] if lost else ():
        cells = {entry.column: entry.after} if entry.column else entry.after or {}
        known |= {(entry.row, key, encoded_one(cell)) for key, cell in cells.items()}
    return [
        Entry(
            spec.key, row, "refused", key, ours[row][places[key]], typed, min(since, now), now, place.actor,
            "overtaken",
        )
        for row, key, typed in dict.fromkeys(lost)
        if (row, key, typed) not in known
    ]  # fmt: skip


def entries_left(
    place: Place, known: Mapping[str, Mapping[str, Any]], done: TakenOver, since: datetime, now: datetime
) -> list[Entry]:
    """What stood in new rows when they were read before, `known` by the ids they were to get, and does not
    any more: whoever saved since need not have seen it, and no ticket had it yet.
    """
    reading, spec = done.table.reading, done.table.spec
    fresh = {done.naming.get(row.place, ""): row.cells for row in reading.new}
    fresh |= {name: reading.rows[name] for name in done.merged.came}
    # A row that is none of these any more may be another, by another name.
    anywhere = [set(cells) for cells in zip(*fresh.values(), strict=True)]
    left = []
    for name in [name for name in known if name not in done.table.now.frame.index]:
        row = fresh.get(name) or reading.rows.get(name)
        for position, key in enumerate(stored(spec)):
            typed = known[name].get(key)
            there = [row[position]] if row is not None else anywhere[position] if anywhere else ()
            if typed is not None and typed not in there:
                stands = None if row is None or row[position] is UNKNOWN else row[position]
                left.append(
                    Entry(
                        spec.key, name, "refused", key, stands, typed, min(since, now), now, place.actor,
                        "overtaken",
                    )
                )  # fmt: skip
    return left


def entries_begun(
    place: Place, begun: Mapping[str, Mapping[str, Mapping[str, Any]]], since: datetime, now: datetime
) -> list[Entry]:
    """What there is to tell of new rows as they were read, by table and the ids that they are to get, where
    nothing is written by which they would come in.
    """
    rows = [(key, name, cells) for key, found in begun.items() for name, cells in found.items()]
    return [
        Entry(
            key, name, "added", "", None, {name: cell for name, cell in cells.items() if cell is not None},
            min(since, now), now, place.actor, "sync",
        )
        for key, name, cells in rows
    ]  # fmt: skip
