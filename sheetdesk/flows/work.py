"""One sync at work: what it knows of each sheet while it reads them all, and then writes them.

For each sheet: fetch → read → merge → commit, then edit → write beside → put in place → look at what
that displaced. What it displaced, when somebody saved in between, is read and merged the same way, and
written upon. A crash anywhere is mended by running the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sheetdesk.columns.base import Problem
from sheetdesk.errors import GoogleRefused, SheetBusy, SheetError, SheetForeign, SheetUnrecognised, StoreMoved
from sheetdesk.flows.agreeing import agree_on, are_retitled
from sheetdesk.flows.bringing import Writing, bring_up, room_problems
from sheetdesk.flows.level import is_level, note_level
from sheetdesk.flows.lineage import came_late, is_unfinished
from sheetdesk.flows.listing import digest_of, list_problems
from sheetdesk.flows.noting import entries_begun
from sheetdesk.flows.opening import OpenDesk, new_run
from sheetdesk.flows.places import Place
from sheetdesk.flows.promising import begun_in, reserve
from sheetdesk.flows.synced import SyncedSheet
from sheetdesk.flows.taking import TakenIn, take_in
from sheetdesk.sheets.base import Fetched

__all__ = ["Work"]

TRIES = 8
ROUNDS = 12


class Work:
    """One run over some sheets."""

    def __init__(
        self, opened: OpenDesk, now: datetime, dry_run: bool, ids_only: bool = False,
        check_alone: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.opened = opened
        self.now = now
        self.run = new_run("sync", now)
        self.dry_run = dry_run
        self.ids_only = ids_only
        self.check_alone = check_alone
        self.results: dict[str, SyncedSheet] = {}
        self.taken: dict[str, TakenIn] = {}
        # The revision that stands in each place as far as this run knows.
        self.standing: dict[str, str] = {}
        # What this run put in place last, where it has not been read yet.
        self.written: dict[str, Fetched] = {}
        self.others: list[TakenIn] = []
        # The serial of what was agreed on with a sheet in which all work when it was read, where that is not
        # taken in yet.
        self.serials: dict[str, int] = {}

    def guarded(self, place: Place, step: Callable[[Place], None]) -> None:
        """One step for one sheet; what is wrong with it is kept for the report."""
        result = self.results.setdefault(place.key, SyncedSheet(place.key, place.state.address))
        try:
            step(place)
        except SheetBusy as error:
            result.state, result.error = "pending", error
        except (SheetError, OSError) as error:
            result.fail(error)
            self.taken.pop(place.key, None)

    def look_at(self, others: Sequence[Place]) -> None:
        """See what is open in sheets that this run leaves alone: it is listed all the same. What is wrong
        with one is told when it is synced.
        """
        for place in others:
            try:
                fetched = place.sheet.fetch()
                if fetched is not None:
                    self.others.append(
                        take_in(self.opened, place, fetched, now=self.now, run=self.run, dry_run=True)
                    )
            except (SheetError, OSError):
                continue

    def listing(self, place: Place) -> tuple[list[Problem], str]:
        """What is to be listed in the sheet, of all sheets, and its digest; a copy lists nothing."""
        if place.whom.is_copy:
            return [], ""
        problems = list_problems(self.opened, [*self.taken.values(), *self.others], self.now)
        return problems, digest_of(problems)

    def take(self, place: Place, *, even_if_level: bool = False) -> None:
        """Read the sheet, and what stands beside it unread."""
        if not self.dry_run:
            unfinished = self.look_beside(place)
            if unfinished is not None:
                self.take_version(place, unfinished)
                return
            if not even_if_level and is_level(self.opened.store, place, self.now):
                return
        fetched = self.fetch(place)
        if fetched is None:
            self.results[place.key].state = "absent"
            return
        self.take_version(place, fetched)

    def fetch(self, place: Place) -> Fetched | None:
        """What stands there now."""
        if place.sheet.is_live:
            self.serials[place.key] = self.opened.store.agreement(place.key).serial
        fetched = place.sheet.fetch()
        if fetched is not None:
            self.standing[place.key] = fetched.revision
        return fetched

    def look_beside(self, place: Place) -> Fetched | None:
        """Read versions that were displaced and never read, and copies that a cloud folder made.

        What was displaced last and not written upon, where nobody saved since, is returned unread: it holds
        all that is people's own, and the next version is made from it.
        """
        waiting = place.sheet.waiting()
        standing = place.sheet.glance() if any(version.is_sure for version in waiting) else ""
        self.standing[place.key] = standing
        if not waiting:
            return None
        # Read last: whatever stands there by now was noted before it was put in place.
        agreement = self.opened.store.agreement(place.key)
        unfinished = next((v for v in reversed(waiting) if is_unfinished(agreement, v, standing)), None)
        for version in [version for version in waiting if version is not unfinished]:
            is_known = version.revision in (agreement.seen, *agreement.made)
            if not is_known:
                try:
                    self.take_version(place, version, is_replica=True)
                except (SheetForeign, SheetUnrecognised):
                    if not version.is_sure:
                        continue
                    raise
                self.results[place.key].merged_copies += 1
            place.sheet.put_aside(version, self.now, is_known=is_known)
        return unfinished

    def take_version(self, place: Place, fetched: Fetched, *, is_replica: bool = False) -> TakenIn:
        """Take one version in; another run's commit in between only means to look again: where all work in
        one sheet, at what stands there by then, for that run may have read something newer.
        """
        known = self.taken.get(place.key)
        for left in reversed(range(TRIES)):
            serial = None
            if place.sheet.is_live:
                serial = self.serials.get(place.key, known.agreement.serial if known is not None else None)
            try:
                taken = take_in(
                    self.opened, place, fetched, now=self.now, run=self.run, dry_run=self.dry_run,
                    is_replica=is_replica, serial=serial,
                )  # fmt: skip
                break
            except StoreMoved:
                if not left:
                    raise
                if place.sheet.is_live:
                    fetched = self.fetch(place) or fetched
        self.serials.pop(place.key, None)
        self.note(place, taken)
        if not is_replica:
            self.taken[place.key] = taken
        return taken

    def note(self, place: Place, taken: TakenIn) -> None:
        """Add what was taken in to the report."""
        result = self.results[place.key]
        result.entries += taken.entries
        if self.dry_run:
            since = taken.agreement.seen_at or self.now
            result.entries += entries_begun(place, begun_in(taken.tables), since, self.now)
        result.refusals += taken.refusals
        result.conflicts = taken.conflicts
        result.problems = taken.problems
        result.waiting = sorted(taken.waiting)
        if result.entries:
            result.state = "synced"
        if taken.held:
            result.state, result.vanished = "held", taken.held

    def write(self, place: Place, *, until_named: bool = False) -> None:
        """Bring the sheet up to the store, until it shows what the store holds; `until_named`: or until rows
        that had none got ids, since the rules have their turn before the rest is written.
        """
        written = self.written.pop(place.key, None)
        if written is not None:
            self.take_version(place, written)
        result = self.results[place.key]
        for _ in range(ROUNDS):
            named = result.named
            try:
                newer = self.write_once(place)
            except StoreMoved:
                # Another run came first: look again at what stands there now.
                self.take(place)
                continue
            if newer is None:
                return
            self.take_version(place, newer)
            if until_named and result.named > named:
                return

    def write_once(self, place: Place) -> Fetched | None:
        """Write what is to be written; what is to be read next, or None when all is done."""
        store, result, taken = self.opened.store, self.results[place.key], self.taken.get(place.key)
        problems, listed = self.listing(place)
        if taken is None and result.state == "quiet" and not is_level(store, place, self.now, listed):
            # It was level before another sheet changed the store, or what there is to list.
            self.take(place, even_if_level=True)
            taken, (problems, listed) = self.taken.get(place.key), self.listing(place)
        if taken is None or taken.held:
            return None
        writing = bring_up(self.opened, taken, problems, self.now, ids_only=self.ids_only)
        if writing.no_room:
            result.problems = [*taken.problems, *room_problems(taken, writing.no_room)]
        if not writing.edits and not writing.is_stale:
            if self.standing.get(place.key, taken.found.revision) != taken.found.revision:
                return self.put_back(place, taken)
            if not writing.no_room and not self.ids_only:
                note_level(store, taken, taken.found.revision, listed, writing.version)
            return None
        result.who = place.sheet.busy(self.now)
        if result.who:
            result.state = "pending"
            return None
        return self.put(place, taken, writing, listed)

    def put_back(self, place: Place, taken: TakenIn) -> Fetched | None:
        """Put a version that this run displaced in its place again: another run's, which lacks nothing. What
        is to be read next, or None when all is done.
        """
        self.results[place.key].who = place.sheet.busy(self.now)
        if self.results[place.key].who:
            self.results[place.key].state = "pending"
            return None
        self.check_alone()
        displaced = place.sheet.replace(taken.found)
        place.sheet.put_aside(taken.found, self.now, is_known=True)
        expected, self.standing[place.key] = self.standing[place.key], taken.found.revision
        if displaced is not None and displaced.revision == expected:
            place.sheet.put_aside(displaced, self.now, is_known=True)
            return None
        return displaced

    def put(self, place: Place, taken: TakenIn, writing: Writing, listed: str) -> Fetched | None:
        """Write a new version and put it in place; what is to be read next, or None when all is done."""
        store, result = self.opened.store, self.results[place.key]
        named = sum(len(done.naming) for done in taken.tables.values())
        if named:
            reserve(self.opened, taken)
        ready = place.sheet.write(
            taken.found, writing.edits, writing.drawing or writing.plan, writing.redrawn
        )
        if ready.revision == taken.found.revision:
            taken.agreement = store.agree(replace(taken.agreement, drawn=writing.version))
            return None
        begun, known = taken.agreement.begun, taken.agreement.stamp
        is_retitled = place.sheet.is_live and are_retitled(store, place.key, known, writing.desk)
        taken.agreement = agree_on(
            self.opened, place, writing.desk, taken.agreement, taken.tables, ready,
            sources=[taken.found.revision, self.standing.get(place.key, "")],
            stamp=writing.stamp, version=writing.version,
        )  # fmt: skip
        self.check_alone()
        try:
            displaced = place.sheet.replace(ready)
        except (SheetBusy, GoogleRefused):
            # Nothing was put in place: the rows that were to get ids are still as their people have them.
            taken.agreement = store.agree(replace(taken.agreement, promised={}, begun=begun))
            raise
        result.state = "synced"
        result.written += writing.count
        result.named += named
        expected, self.standing[place.key] = self.standing[place.key], ready.revision
        is_other = displaced is not None and displaced.revision != expected
        if displaced is not None and is_other and came_late(store, place, displaced, ready):
            place.sheet.put_aside(displaced, self.now, is_known=True)
            return ready
        # Where it was one that had been displaced: it has been read, and this one is made from it.
        place.sheet.put_aside(taken.found, self.now, is_known=False)
        if is_other:
            # Somebody saved in between, or put an old copy back, or another run wrote: that is the newer one,
            # and is written upon next. Rows that had no id are tickets first, or nothing would tell that they
            # are missing there. Where all work in one sheet, it lacks only what they deleted.
            if named and not place.sheet.is_live:
                self.take_version(place, ready)
            return displaced
        if displaced is not None:
            place.sheet.put_aside(displaced, self.now, is_known=True)
        if named or is_retitled:
            return place.sheet.fetch() if is_retitled else ready
        self.written[place.key] = ready
        if not writing.no_room:
            note_level(store, taken, ready.revision, listed, writing.version)
        return None
