"""Upgrade: the store and every sheet brought up to a changed desk file, nothing of anybody's lost.

    sync under the old desk → migrate, redraw in memory → keep copies → commit → put in place

Until the commit nothing is changed; what hinders one sheet hinders all. A run that dies after it is
finished by running it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import read_desk
from sheetdesk.desk.upgrade import Step, renamed_columns
from sheetdesk.errors import RoleUnknown, SheetError, SyncRunning
from sheetdesk.flows.finishing import copied, finish, finish_left, keep_for_later, kept_for_later
from sheetdesk.flows.listing import TOLD
from sheetdesk.flows.migrating import Migration, guessed_before, hindrances, migrate
from sheetdesk.flows.opening import (
    TABLES,
    OpenDesk,
    actor,
    desk_before,
    desk_path,
    new_run,
    open_desk,
    steps_between,
)
from sheetdesk.flows.places import (
    OpenSheet,
    Place,
    online_places,
    place_of,
    places,
    sheet_at,
    spreadsheet_id,
)
from sheetdesk.flows.redrawing import Redrawn, redraw
from sheetdesk.flows.returning import lost_steps
from sheetdesk.flows.synced import Synced
from sheetdesk.flows.syncing import sync
from sheetdesk.flows.taking import take_in
from sheetdesk.plan.draw import shown_columns
from sheetdesk.table.seed import with_tables
from sheetdesk.whole_file import write_text

if TYPE_CHECKING:
    from sheetdesk.flows.following import Following

__all__ = ["Upgraded", "UpgradedSheet", "upgrade"]

LEASE_S = 60.0
State = Literal["upgraded", "rebuilt", "current", "absent", "forgotten", "stopped"]


@dataclass
class UpgradedSheet:
    """What became of one sheet. `reason` says why it was stopped; `backup` is the file as it was.

    `as_they_are` are drawn tabs that people have changed, `own_titles` columns whose title in the sheet
    stays what it is. `unshared` says why it is not shared as the desk file has it.
    """

    key: str
    address: str
    state: State = "current"
    reason: str = ""
    written: int = 0
    backup: Path | None = None
    as_they_are: list[str] = field(default_factory=list)
    own_titles: list[str] = field(default_factory=list)
    unshared: str = ""


@dataclass
class Upgraded:
    """A whole upgrade. `refused` says what cannot be done at all (`kind title`); then, and where a sheet
    was stopped, nothing was changed. `kept` are tickets that keep a value which is none any more, `synced`
    is what the sync before it came to, under the desk `before`.
    """

    run: str
    steps: tuple[Step, ...]
    sheets: list[UpgradedSheet] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    migrated: int = 0
    kept: list[Problem] = field(default_factory=list)
    synced: Synced | None = None
    before: Desk | None = None
    is_done: bool = False

    @property
    def is_stopped(self) -> bool:
        return bool(self.refused) or any(sheet.state == "stopped" for sheet in self.sheets)


def upgrade(
    place: Path, *, now: datetime, dry_run: bool = False, open_sheet: OpenSheet = sheet_at
) -> Upgraded:
    """Bring the desk at `place` up to its desk file. `dry_run`: only say what would be done.

    Raises DeskNotFound, DeskInvalid, StoreError, SyncRunning.
    """
    path = desk_path(place)
    with open_desk(place, now, upgrading=True) as opened:
        work = _Upgrade(opened, path, read_desk(path), now, open_sheet)
        if dry_run:
            return work.run(dry_run=True)
        with opened.store.lease(LEASE_S) as got:
            if not got:
                raise SyncRunning(wait=f"{LEASE_S:g}")
            return work.run(dry_run=False)


class _Upgrade:
    """One run."""

    def __init__(
        self, opened: OpenDesk, path: Path, desk: Desk, now: datetime, open_sheet: OpenSheet
    ) -> None:
        self.path = path
        self.text = path.read_text("utf-8-sig")
        self.store = opened.store
        self.folder = opened.folder
        self.new = desk
        self.now = now
        self.open_sheet = open_sheet
        self.results: dict[str, UpgradedSheet] = {}
        self.online: list[Following] = []

    def run(self, *, dry_run: bool) -> Upgraded:
        if not dry_run:
            finish_left(self._opened(desk_before(self.store) or self.new), self.open_sheet, self.now)
        found = (*steps_between(self.store, self.new), *self._unasked())
        done = Upgraded(new_run("upgrade", self.now), found)
        if not found:
            if not dry_run:
                with open_desk(self.path, self.now):
                    done.is_done = True
            return done
        old = desk_before(self.store) or guessed_before(self.store, self.new)
        done.refused = hindrances(self.store, old, self.new)
        if done.refused:
            return done
        before = self._opened(old)
        for state in self.store.sheets():
            self.results[state.key] = UpgradedSheet(state.key, state.address)
        done.sheets = list(self.results.values())
        done.before, done.synced = before.desk, self._sync(before, dry_run=dry_run)
        made = migrate(self.store, old, self.new)
        done.migrated, done.kept = made.count, made.kept
        if done.is_stopped:
            return done
        redrawn = self._redrawn(before, old, made)
        if dry_run or done.is_stopped:
            return done
        self._keep(redrawn, made.version + 1)
        self.store.commit(
            made.version, made.writes, by=actor(), why="upgrade", run=done.run, now=self.now,
            desk_text=self.text, origins=made.origins,
        )  # fmt: skip
        self._finish()
        for place in online_places(self._opened(self.new), self.open_sheet):
            from sheetdesk.flows.sharing import share

            self.results[place.key].unshared = share(self._opened(self.new), place, self.now)
        done.is_done = True
        return done

    def _unasked(self) -> list[Step]:
        """What is to be done though the desk file is as it was: what people took out of a sheet comes back,
        and who came or went gets or loses what stands at Google.
        """
        old = desk_before(self.store)
        if old is None:
            return []
        steps = lost_steps(self._opened(old), self.new, self.open_sheet, self.now)
        online = online_places(now := self._opened(self.new), self.open_sheet)
        if online:
            from sheetdesk.flows.sharing import share_steps

            is_all = not steps_between(self.store, self.new)
            steps += share_steps(now, online, self.now, is_all=is_all and not steps)
        return steps

    def _opened(self, desk: Desk) -> OpenDesk:
        return OpenDesk(with_tables(desk, self.store.table(desk.table("choices"))), self.store, self.folder)

    def _sync(self, before: OpenDesk, *, dry_run: bool) -> Synced:
        """Take in what people did, under the desk they did it under."""
        synced = sync(
            before, now=self.now, open_sheet=self.open_sheet, wait_s=None, ruled=False, dry_run=dry_run
        )
        for sheet in synced.sheets:
            result = self.results[sheet.key]
            if sheet.state == "absent":
                result.state = "absent"
            elif sheet.state in ("pending", "held", "failed"):
                result.state = "stopped"
                result.reason = (
                    sheet.error.say(self.new.locale.code) if sheet.error else f"{sheet.state} {sheet.who}"
                )
            elif sheet.conflicts:
                result.state, result.reason = "stopped", f"conflicts {len(sheet.conflicts)}"
        return synced

    def _redrawn(self, before: OpenDesk, old: Desk, made: Migration) -> list[Redrawn]:
        """The next version of every file that is patched in place; what is to be done online is kept."""
        redrawn = []
        for place in places(before, (), self.open_sheet):
            result = self.results[place.key]
            if result.state != "current":
                continue
            try:
                one = self._redraw(place, before, old, made, result)
            except SheetError as error:
                result.state, result.reason = "stopped", error.say(self.new.locale.code)
                continue
            if isinstance(one, Redrawn):
                redrawn.append(one)
                result.state, result.written = "upgraded", one.written
                result.as_they_are, result.own_titles = one.as_they_are, one.own_titles
            elif one is not None:
                self.online.append(one)
                result.state, result.written = "upgraded", one.upgraded.written
                result.as_they_are, result.own_titles = list(one.upgraded.left), list(one.own_titles)
        return redrawn

    def _redraw(
        self, place: Place, before: OpenDesk, old: Desk, made: Migration, result: UpgradedSheet
    ) -> Redrawn | Following | None:
        """One sheet's next version; None where there is none, as `result` then says."""
        found = place.sheet.fetch()
        if found is None:
            result.state = "absent"
            return None
        who = place.sheet.busy(self.now)
        if who:
            result.state, result.reason = "stopped", f"pending {who}"
            return None
        try:
            now_place = place_of(self._opened(self.new), place.state, self.open_sheet)
        except RoleUnknown:
            result.state = "forgotten"
            return None
        is_online = spreadsheet_id(place.state.address) is not None
        if not is_online and not _goes_on_showing(before.desk, place, self.new, now_place):
            result.state = "rebuilt"
            return None
        taken = take_in(before, place, found, now=self.now, run="", dry_run=True)
        tables = {key: self.store.table(old.table(key)) for key in ("tickets", *TABLES)}
        if is_online:
            from sheetdesk.flows.following import following

            return following(now_place, taken, (before.desk, tables), made, self.store.lineage, self.now)
        columns = renamed_columns(old, self.new)
        refused = self.store.refused(self.new.tickets, self.now - TOLD)
        return redraw(
            now_place, taken, (before.desk, tables), made, columns, refused, self.store.lineage, self.folder,
            self.now,
        )  # fmt: skip

    def _keep(self, redrawn: list[Redrawn], version: int) -> None:
        """Keep every file and the desk file as they were, and what is to be put in place."""
        for state in self.store.sheets():
            result, path = self.results[state.key], self.folder / state.address
            # Google keeps the versions of a spreadsheet itself.
            is_file = spreadsheet_id(state.address) is None
            if is_file and result.state in ("upgraded", "rebuilt"):
                result.backup = copied(self.folder, path, self.now)
        desks = self.folder / "kept" / "desks"
        desks.mkdir(parents=True, exist_ok=True)
        write_text(desks / f"desk.before-{self.now.astimezone(UTC):%Y%m%d-%H%M%S}.yaml", self.store.desk_text)
        copies = [key for key, result in self.results.items() if result.state in ("rebuilt", "forgotten")]
        online = [one.as_facts() for one in self.online]
        keep_for_later(self.folder, redrawn, copies, version, online, self.store.desk_text)

    def _finish(self) -> None:
        kept = kept_for_later(self.folder)
        if kept is not None:
            finish(self._opened(desk_before(self.store) or self.new), kept, self.open_sheet, self.now)


def _goes_on_showing(old: Desk, was: Place, new: Desk, now: Place) -> bool:
    """Whether a sheet is to show the same tickets as before, and all that it did of what there still is: what
    a role may see no longer is not to stay in its copy.
    """
    renamed = renamed_columns(old, new)
    shown = {renamed.get(column.key, column.key) for column in shown_columns(old, was.whom)}
    left = {column.key for column in shown_columns(new, now.whom)}
    chosen = [
        (whom.role.tickets if whom.role else None, whom.view.tickets if whom.view else None)
        for whom in (was.whom, now.whom)
    ]
    return shown & {column.key for column in new.tickets.columns} <= left and chosen[0] == chosen[1]
