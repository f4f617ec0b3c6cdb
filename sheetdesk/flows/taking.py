"""What people did to a sheet, taken into the store: read, merged, screened, journalled in one commit."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.mentions import TEXTS
from sheetdesk.errors import StoreMoved
from sheetdesk.flows.agreeing import base_writes, layout_of, unlanded_writes, unsure_after
from sheetdesk.flows.by_rules import ByRules
from sheetdesk.flows.contested import Contested, contested_after, shown_again
from sheetdesk.flows.lineage import never_landed
from sheetdesk.flows.looking import (
    Before,
    begun_rows,
    listed_in,
    look_before,
    origin_of,
    promised_rows,
    read_table,
    table_keys,
)
from sheetdesk.flows.naming import counted, new_ids
from sheetdesk.flows.noting import (
    RETOLD,
    entries_clashed,
    entries_left,
    entries_overtaken,
    entries_told,
    entries_unread,
)  # fmt: skip
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import Place
from sheetdesk.flows.promising import as_promised, begun_in, continued, origins_of, promised_after
from sheetdesk.sheets.base import Fetched
from sheetdesk.store.bases import Agreement, as_read
from sheetdesk.store.journal import entries_of
from sheetdesk.store.store import Write
from sheetdesk.table.access import Refusal
from sheetdesk.table.candidates import UNKNOWN
from sheetdesk.table.change import ChangeSet, Entry, apply
from sheetdesk.table.mentioned import retold_base, retold_cells, retold_parents
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.seed import with_tables
from sheetdesk.table.table import Table, stored
from sheetdesk.table.taken import Conflict, Judge, ReadTable, TakenOver, of_a_copy
from sheetdesk.table.takeover import take_over

__all__ = ["TakenIn", "take_in"]


@dataclass
class TakenIn:
    """What one reading of a sheet came to.

    `counters` are as they will be when the ids of new rows, so far only chosen, are reserved; `counted`
    as they are. `origins` tell a replica's new rows again. `waiting` are ids that were not in the sheet
    for the first time. `retold` are cells, by table, that name choices by titles which are others now; what
    people did comes after it. `held` counts rows that vanished at once, too many to
    believe: then nothing was taken over.
    """

    place: Place
    found: Fetched
    desk: Desk
    agreement: Agreement
    version: int
    now: datetime
    tables: dict[str, TakenOver] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    retold: dict[str, ChangeSet] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    held: int = 0


def take_in(
    opened: OpenDesk,
    place: Place,
    found: Fetched,
    *,
    now: datetime,
    run: str,
    dry_run: bool = False,
    is_replica: bool = False,
    serial: int | None = None,
) -> TakenIn:
    """Read a version of a sheet and commit what its people did to the store.

    `is_replica`: it is not the live version, so rows that are missing there mean nothing. `serial`: nothing
    else may have been agreed on with the sheet since it was that of the agreement.
    Raises SheetForeign, SheetUnrecognised, StoreMoved.
    """
    before = look_before(opened, place, found)
    if serial not in (None, before.agreement.serial):
        raise StoreMoved(expected=serial, found=before.agreement.serial)
    desk = with_tables(opened.desk, before.tables["choices"])
    taken = TakenIn(place, found, desk, before.agreement, before.version, now)
    if found.moved_zone is not None:
        meant, chosen = found.moved_zone
        expected = opened.desk.locale.text("expected.zone_moved", zone=meant)
        taken.problems.append(Problem("zone_moved", "", chosen, expected))
    tables = dict(before.tables)
    counters = dict(before.counters)
    whom = place.whom
    shows_all = (whom.role is None or whom.role.tickets is None) and whom.view is None
    is_live = (before.is_live or never_landed(place, found, before)) and not is_replica
    # Where all work in one sheet, what stands there is never older than what was read of it.
    may_be_old = not is_live and (is_replica or not place.sheet.is_live)
    listed: PlainRows | None = None
    for key in table_keys(place):
        read = read_table(place, found, taken.desk, key, before, tables, listed=listed)
        if key == "choices" and read is not None and listed_in(before, read) != before.titles:
            # What stands under another names it as the sheet did, or does already.
            read = read_table(place, found, desk, key, before, tables, listed=listed_in(before, read))
        if read is None:
            if before.agreement.columns and key not in before.agreement.columns:
                continue
            title = opened.desk.table(key).title
            taken.problems.append(
                Problem("lost_tab", "", title, opened.desk.locale.text("expected.lost_tab"))
            )
            continue
        read = retold_base(read, taken.retold.get(key, ChangeSet()).cells)
        if may_be_old:
            read = of_a_copy(read, before.written[key].rows)
        if not place.sheet.is_live:
            read = shown_again(before, read)
        judge = Judge(
            taken.desk, whom.role, whom.person, now, shows_all and is_live, before.agreement.answer,
            is_again=before.agreement.seen_at != now,
        )  # fmt: skip
        rows = ((row.place, before.named.get(origin_of(found, key, row.place))) for row in read.reading.new)
        named = {place: name for place, name in rows if name is not None}
        if not (is_replica or place.sheet.is_live):
            # Whoever saved this one may have written over the file in which they stood.
            promised = (promised_rows if may_be_old else begun_rows)(before, read.spec)
            lost = {name: cells for name, cells in promised.items() if name not in read.now.frame.index}
            read.reading.rows = lost | read.reading.rows
        if not is_replica:
            named = continued(place, before, read, named) | named
        used = {*before.archived[key], *tables[key].frame.index, *read.reading.rows}
        new_id = new_ids(taken.desk, key, counters, used, now)
        if is_replica:
            _add_at_once(taken, read, named, before.archived[key], new_id)
        by_rules, contested = ByRules(opened.store, read), Contested(opened.store, place, read)
        done = take_over(read, judge, by_rules, contested, new_id, named)
        taken.tables[key] = done
        taken.problems += [replace(problem, tab=read.reading.area.grid.title) for problem in done.problems]
        if done.held:
            taken.held = done.held
            return _held(opened, taken, now, dry_run=dry_run)
        taken.conflicts += done.conflicts
        taken.refusals += done.refusals
        taken.waiting |= set(done.waiting) if key == "tickets" else set()
        tables[key] = done.after if done.after is not None else tables[key]
        if key == "choices":
            listed = listed_in(before, read)
            taken.desk = with_tables(opened.desk, tables[key])
            done.machine += retold_parents(desk, taken.desk, read.now, tables[key])
            done.after = tables[key] = apply(tables[key], ChangeSet(done.machine))
            taken.desk = with_tables(opened.desk, tables[key])
            others = {name: tables[name] for name in TEXTS if name != key}
            taken.retold = {name: ChangeSet(retold_cells(desk, taken.desk, t)) for name, t in others.items()}
            tables |= {name: apply(t, taken.retold[name]) for name, t in others.items()}
    taken.counters = counters
    return _commit(
        opened, taken, before, tables, now, run, dry_run=dry_run, is_live=is_live, is_replica=is_replica
    )


def _add_at_once(
    taken: TakenIn,
    read: ReadTable,
    named: Mapping[int, str],
    archived: Container[str],
    new_id: Callable[[Mapping[str, Any]], str],
) -> None:
    """New rows of a version that nobody will write to get their ids in the store alone.

    Where each came from is remembered: the same version read again, after a crash, adds nothing.
    """
    keys = stored(read.spec)
    names: dict[int, str] = {}
    for row in read.reading.new:
        cells = tuple(None if cell is UNKNOWN else cell for cell in row.cells)
        name = named.get(row.place) or new_id(dict(zip(keys, cells, strict=True)))
        # One that was only reserved may stand in the sheet with this id, or in none.
        if name and name not in archived and name not in read.now.frame.index:
            taken.origins[origin_of(taken.found, read.spec.key, row.place)] = name
            read.reading.rows[name] = cells
        names[row.place] = name
    read.reading.new.clear()
    read.reading.problems = [
        replace(problem, ticket=problem.ticket or names.get(problem.row, ""))
        for problem in read.reading.problems
    ]


def _held(opened: OpenDesk, taken: TakenIn, now: datetime, *, dry_run: bool) -> TakenIn:
    """Keep that the sheet waits for somebody to say how to go on; take nothing over."""
    reason = f"{taken.held}"
    if not dry_run and taken.agreement.held != reason:
        taken.agreement = opened.store.agree(replace(taken.agreement, held=reason, answer=""))
    return taken


def _commit(
    opened: OpenDesk,
    taken: TakenIn,
    before: Before,
    tables: Mapping[str, Table],
    now: datetime,
    run: str,
    *,
    dry_run: bool,
    is_live: bool,
    is_replica: bool,
) -> TakenIn:
    store, place = opened.store, taken.place
    since = before.agreement.seen_at or now
    is_known = is_live and before.agreement.seen == taken.found.revision
    agreement, writes = before.agreement, []
    retold = {
        key: list(entries_of(before.tables[key].spec, asked, now, RETOLD, "rule"))
        for key, asked in taken.retold.items() if asked
    }  # fmt: skip
    for key, done in taken.tables.items():
        entries = [
            *retold.get(key, ()),
            *entries_told(place, done, since, now, is_known=is_known),
            *entries_clashed(store, place, done, since, now),
            *entries_unread(store, place, done, since, now),
        ]
        entries += entries_overtaken(store, place, done, entries, since, now)
        known = {**agreement.promised.get(key, {}), **agreement.begun.get(key, {})}
        if is_replica:
            # Who saved beside the file need not have seen the others.
            known = {name: known[name] for name in done.merged.came if name in known}
        entries += entries_left(place, known, done, since, now)
        taken.entries += entries
        first = taken.retold.get(key, ChangeSet()).cells
        cells = (*first, *done.people.cells, *done.machine)
        changes = ChangeSet(cells, done.people.added, done.people.removed)
        if changes or entries:
            writes.append(Write(before.tables[key], changes, entries))
    for key in retold.keys() - taken.tables.keys():
        taken.entries += retold[key]
        writes.append(Write(before.tables[key], taken.retold[key], retold[key]))
    if is_live:
        layout = layout_of(agreement, taken.tables)
        agreement = replace(agreement, seen=taken.found.revision, held="", answer="", **layout)
    agreement = replace(
        agreement,
        promised=promised_after(before, taken.tables, is_replica=is_replica),
        unsure=unsure_after(taken.tables) if is_live else agreement.unsure,
        left={} if is_live else agreement.left,
        contested={} if place.sheet.is_live else contested_after(before, taken.tables, is_replica=is_replica),
    )
    begun = begun_in(taken.tables) if not is_replica else {}
    if not is_replica:
        agreement = replace(agreement, begun=begun, begun_at=before.stamp if is_live else 0)
    agreement = replace(agreement, seen_at=now if is_live else agreement.seen_at)
    # The live version may carry the same stamp as one beside it: what that shows is not agreed with it.
    stamp = as_read(before.stamp)
    agreement = replace(agreement, stamp=max(agreement.stamp, stamp) if is_live else agreement.stamp)
    own = before.own if is_live else None
    bases = [] if is_replica else base_writes(taken.tables, before.bases, stamp, tables, own)
    if dry_run:
        return taken
    if is_live and place.sheet.is_live and not before.is_live:
        bases += unlanded_writes(before, bases)
    if is_live:
        bases = [*as_promised(before, taken.tables), *bases]
    tickets = taken.tables.get("tickets")
    added = tickets.people.added if tickets is not None else None
    given = [*(() if added is None else added.index), *begun.get("tickets", ())]
    taken.counted = counted(taken.desk, before.counters, given)
    origins = dict(taken.origins)
    if begun:
        origins |= origins_of(taken.found, taken.tables)
    if writes or begun != before.agreement.begun:
        taken.version = store.commit(
            before.version, writes, by=place.actor, why="sync", run=run, now=now,
            counters=taken.counted, origins=origins, agreed=(agreement, bases),
        )  # fmt: skip
        taken.agreement = replace(agreement, serial=agreement.serial + 1)
    else:
        taken.agreement = store.agree(agreement, bases)
    return taken
