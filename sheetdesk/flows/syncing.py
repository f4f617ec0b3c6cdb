"""Sync: every sheet read, merged, journalled, the rules run, and all brought up to what the store then holds.

How one sheet is dealt with stands in `work`. Two syncs of a desk wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.errors import CountryUnknown, SheetError, SyncRunning
from sheetdesk.flows.finishing import finish_left
from sheetdesk.flows.listing import ticket_problems
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import OpenSheet, places, sheet_at
from sheetdesk.flows.running import run
from sheetdesk.flows.synced import Synced
from sheetdesk.flows.trouble import note_failure, note_sync
from sheetdesk.flows.work import Work
from sheetdesk.no_collection import no_collection

__all__ = ["sync"]

LEASE_S = 60.0


@no_collection()
def sync(
    opened: OpenDesk,
    *,
    now: datetime,
    sheets: Sequence[str] = (),
    dry_run: bool = False,
    open_sheet: OpenSheet = sheet_at,
    progress: Callable[[str], None] | None = None,
    wait_s: float | None = LEASE_S,
    ids_only: bool = False,
    ruled: bool = True,
) -> Synced:
    """Sync the sheets named, or all. What people did is taken in from every sheet before any is written.

    Another sync of the same desk is waited for `wait_s` seconds; None: the caller sees to that.
    `ids_only`: nothing is written but the ids of tickets that have none, as for a sheet just adopted.
    `ruled`: the rules run, where nothing is dry and the desk has any.
    An upgrade that died is finished first. Raises SheetUnknown, SyncRunning, CountryUnknown, StoreError,
    and SheetError where that cannot be finished; else what is wrong with one sheet stands in its `error` and
    stops no other. What lasts is told by notices (`trouble`).
    """
    if dry_run:
        return _run(Work(opened, now, dry_run, ids_only), sheets, open_sheet, progress, ruled=ruled)
    try:
        if wait_s is None:
            synced = _run(Work(opened, now, dry_run, ids_only), sheets, open_sheet, progress, ruled=ruled)
        else:
            with opened.store.lease(wait_s) as got:
                if not got:
                    raise SyncRunning(wait=f"{wait_s:g}")
                _finish(opened, open_sheet, now)
                work = Work(opened, now, dry_run, ids_only, got.check)
                synced = _run(work, sheets, open_sheet, progress, ruled=ruled)
    except (SyncRunning, CountryUnknown) as error:
        note_failure(opened, error, now)
        raise
    note_sync(opened, synced, now)
    return synced


def _finish(opened: OpenDesk, open_sheet: OpenSheet, now: datetime) -> None:
    try:
        finish_left(opened, open_sheet, now)
    except SheetError as error:
        note_failure(opened, error, now)
        raise


def _run(
    work: Work,
    sheets: Sequence[str],
    open_sheet: OpenSheet,
    progress: Callable[[str], None] | None,
    *,
    ruled: bool,
) -> Synced:
    """The whole run: everything is read before anything is written."""
    opened, dry_run = work.opened, work.dry_run
    if ruled and not dry_run:
        for calendar in opened.desk.calendars:
            # Before anything is read: the rules cannot run without it.
            WorkingTime(calendar)
    found = places(opened, sheets, open_sheet)
    if sheets and not dry_run:
        asked = {place.key for place in found}
        work.look_at([place for place in places(opened, (), open_sheet) if place.key not in asked])
    for place in found:
        if progress is not None:
            progress(place.key)
        work.guarded(place, work.take)
    ran = None
    if ruled and not dry_run and not work.ids_only and _is_automated(opened):
        ran = run(opened, now=work.now)
    for place in found:
        if not dry_run:
            work.guarded(place, partial(work.write, until_named=ran is not None))
    if ran is not None and any(result.named for result in work.results.values()):
        # New rows are tickets only since they were written: they need not wait for the next sync.
        ran = ran.then(run(opened, now=work.now))
        for place in found:
            work.guarded(place, work.write)
    return Synced(work.run, list(work.results.values()), ticket_problems(opened), ran)


def _is_automated(opened: OpenDesk) -> bool:
    """Whether there is anything that could run: without it a sync costs nothing more."""
    desk = opened.desk
    return bool(desk.sla or desk.scripts or len(opened.store.table(desk.table("rules"))))
