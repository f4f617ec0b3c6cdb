"""A Google spreadsheet as a place people edit.

Google applies a batch of changes whole, but upon whatever stands there by then. So `replace` makes each
write the only one that can follow what was read, lets it copy what it is about to change, and looks at
these copies: where people were quicker, what it displaced is the sheet as they meant it, and sync goes on
from there. A write that nobody saw the answer of is found in the sheet by the next run.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sheetdesk.errors import (
    AnswerUnreadable,
    Cause,
    GoogleRefused,
    PatchRefused,
    SheetBusy,
    SheetUnanswered,
    SpreadsheetMissing,
)
from sheetdesk.no_collection import no_collection
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Drawn, Fetched
from sheetdesk.sheets.google.answer import Spreadsheet, spreadsheet_as
from sheetdesk.sheets.google.cells import parts_of
from sheetdesk.sheets.google.client import Echo, Google
from sheetdesk.sheets.google.digests import Digests
from sheetdesk.sheets.google.edits import edited
from sheetdesk.sheets.google.follow import following
from sheetdesk.sheets.google.hits import is_right
from sheetdesk.sheets.google.journal import FIRST_COPY, JOURNAL_COLUMN
from sheetdesk.sheets.google.publish import sync_tab_anew
from sheetdesk.sheets.google.read import FIELDS, LiveTab, Snapshot, snapshot
from sheetdesk.sheets.google.render.dialect import column_letters
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.turn import Turn
from sheetdesk.sheets.google.upgrade import FIELDS as UPGRADE_FIELDS
from sheetdesk.sheets.google.upgrade import Upgrade, Upgraded, batch
from sheetdesk.sheets.google.view import View, view
from sheetdesk.sheets.google.writing import after, write_turn
from sheetdesk.sheets.google.zones import Clock, Walls, walls_of
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.grid import Grid

__all__ = ["GoogleSheet", "Seen"]

ECHO_FIELDS = "sheets(properties/sheetId,data(startRow,startColumn,rowData/values/effectiveValue))"
ECHOED_ROWS = 200_000
"""So many copied rows come back with the answer to a write; after more, the whole is read again."""

TRIES = 5


class Seen(Protocol):
    """Where it is kept which version of a spreadsheet was read last, as what revision, and the turn of the
    last write that hit what it was meant for.
    """

    def load(self) -> tuple[str, str]: ...

    def save(self, version: str, revision: str) -> None: ...

    def right(self) -> str: ...

    def save_right(self, turn: str) -> None: ...


@dataclass
class _Version:
    """A spreadsheet as read and what it is to become: `grids` are our tabs in their order, `plan` is None
    where nothing waits to be written. `shown` is what `view` shows by the desk's clock, as `walls` tell.
    """

    view: View
    grids: tuple[Grid, ...]
    shown: tuple[Grid, ...]
    walls: Walls | None = None
    plan: SheetPlan | None = None
    digests: Digests = field(default_factory=Digests)

    def kept(self) -> tuple[Grid, ...]:
        """What it is to become, by the spreadsheet's own clock."""
        if self.walls is None:
            return self.grids
        tabs = self.view.snapshot.ours
        return tuple(
            self.walls.kept(tab, self.view.grids[tab.sheet_id], shown, now)
            for tab, shown, now in zip(tabs, self.shown, self.grids, strict=True)
        )


class GoogleSheet:
    """One spreadsheet. `dated` are the desk's columns that hold dates, `tickets.due`; `tag` gives what tells
    this writer from any other, anew for each write. Where it `is_tagged`, what is written into people's
    rows carries a tag until the next write has seen where it went. Without a `clock` the spreadsheet's is
    the desk's.
    """

    is_live = True

    def __init__(
        self,
        google: Google,
        spreadsheet_id: str,
        seen: Seen,
        dated: Collection[str] = (),
        *,
        is_tagged: bool = False,
        tag: Callable[[], str] = lambda: secrets.token_hex(4),
        clock: Clock | None = None,
    ) -> None:
        self.google = google
        self.spreadsheet_id = spreadsheet_id
        self._seen = seen
        self._dated = frozenset(dated)
        self._tag = tag
        self._is_tagged = is_tagged
        self._clock = clock
        # What Drive said last, until something is read or written.
        self._glanced = ""

    def glance(self) -> str:
        """The revision of what stands there, where that was read before and nobody has changed anything; ""
        where nothing stands.
        """
        if not self._glanced:
            try:
                self._glanced = self.google.version(self.spreadsheet_id)
            except SpreadsheetMissing:
                return ""
        version, revision = self._seen.load()
        return revision if version == self._glanced else f"version {self._glanced}"

    @no_collection()
    def fetch(self) -> Fetched | None:
        """What stands there now, by one read."""
        try:
            # Asked first: a change that comes in between makes the next glance look again.
            version = self._glanced or self.google.version(self.spreadsheet_id)
            self._glanced = ""
            found = snapshot(self.google.read(self.spreadsheet_id, FIELDS), self._dated)
        except SpreadsheetMissing:
            return None
        found = replace(found, right=self._seen.right())
        fetched = _fetched(found, walls_of(found, self._clock))
        self._seen.save(version, fetched.revision)
        return fetched

    def waiting(self) -> Sequence[Fetched]:
        """Nothing stands beside it: what a write displaced is in the sheet itself."""
        return ()

    @no_collection()
    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        """What the spreadsheet is to become. Raises PatchRefused."""
        version: _Version = found.content
        grids = {grid.title: grid for grid in version.grids}
        for edit in edits:
            if edit.tab not in grids:
                raise PatchRefused(part=edit.tab, reason=Cause("there is no such tab", "没有该工作表"))
            grids[edit.tab] = edited(grids[edit.tab], edit)
        new = tuple(
            following(version.view, tab, was, grids[was.title], version.walls)
            for tab, was in zip(version.view.snapshot.ours, version.grids, strict=True)
        )
        revision = version.digests.of(new)
        if revision == found.revision and not found.is_worn:
            return found
        return replace(
            found, revision=revision, grids=new, content=replace(version, grids=new, plan=plan), is_worn=False
        )

    @no_collection()
    def replace(self, ready: Fetched) -> Fetched | None:
        """Write it in one batch; where it hit what had changed since it was read, or could not be applied,
        what stands there instead. Raises GoogleError.
        """
        version: _Version = ready.content
        if version.plan is None:
            return None
        if version.view.snapshot.sync_tab is None:
            return self._with_sync_tab(version.view.snapshot, version.plan)
        turn = Turn(version.view.snapshot, self._tag(), self._is_tagged)
        kept = version.kept()
        requests = write_turn(turn, version.view, kept, version.plan)
        sync = version.view.snapshot.sync_tab
        echo, echoed = None, None
        if sync is not None and turn.planned and turn.copied_rows <= ECHOED_ROWS:
            first = column_letters(JOURNAL_COLUMN)
            area = f"{OVERLAY_TAB}!{first}{FIRST_COPY + 1}:{column_letters(JOURNAL_COLUMN + turn.widest - 1)}"
            echo = Echo(ECHO_FIELDS, (f"{area}{FIRST_COPY + turn.copied_rows}",))
        try:
            if echo is None:
                self.google.batch_update(self.spreadsheet_id, requests, once=True)
            else:
                echoed = self.google.batch_update_echoed(self.spreadsheet_id, requests, echo)
        except SheetUnanswered:
            return self.fetch()
        except GoogleRefused:
            now = self.fetch()
            if now is None or _turns(now) == version.view.snapshot.turns:
                raise
            return now
        self._glanced = ""
        if turn.planned:
            if echoed is None or sync is None or not _is_right(turn, echoed, sync):
                return self.fetch()
            self._seen.save_right(turn.name)
        # As far as anybody knows this is what stands there now; the next write starts from it.
        version.view, version.shown, version.plan = after(turn, version.view, kept), version.grids, None
        return None

    def _with_sync_tab(self, found: Snapshot, plan: SheetPlan) -> Fetched | None:
        """What stands there once the hidden tab is there again. Raises GoogleError."""
        self._glanced = ""
        try:
            self.google.batch_update(
                self.spreadsheet_id, sync_tab_anew(plan, [tab.sheet_id for tab in found.tabs]), once=True
            )
        except SheetUnanswered:
            return self.fetch()
        except GoogleRefused:
            # Another run may have been quicker.
            now = self.fetch()
            if now is None or now.content.view.snapshot.sync_tab is None:
                raise
            return now
        return self.fetch()

    def upgrade(self, upgrade: Upgrade, *, dry_run: bool = False) -> Upgraded:
        """Bring what stands there up to a changed desk by one batch; what that came to, nothing where it was
        done before. `dry_run`: nothing is written.

        Raises DeskUnfit, SheetUnrecognised, GoogleError; SheetBusy where others write all the time.
        """
        whole = replace(upgrade, owner=self.google.account)
        for _ in range(TRIES):
            answer = self.google.get(self.spreadsheet_id, UPGRADE_FIELDS)
            found = snapshot(spreadsheet_as(answer))
            walls = walls_of(found, self._clock)
            made = batch(answer, whole if walls is None else whole.by(walls), self._tag())
            if dry_run or not made.requests:
                return made
            self._glanced = ""
            try:
                self.google.batch_update(self.spreadsheet_id, made.requests, once=True)
            except SheetUnanswered:
                continue
            except GoogleRefused:
                if snapshot(self.google.read(self.spreadsheet_id, FIELDS)).turns == found.turns:
                    raise
                continue
            return made
        raise SheetBusy(path=self.spreadsheet_id)

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        """Google keeps the versions of a spreadsheet itself."""

    def busy(self, now: datetime) -> str:
        """Nobody: people and programs write to it together."""
        return ""


def _fetched(found: Snapshot, walls: Walls | None) -> Fetched:
    seen = view(found)
    grids = tuple(seen.grids[tab.sheet_id] for tab in found.ours)
    if walls is not None:
        grids = tuple(walls.shown(tab, grid) for tab, grid in zip(found.ours, grids, strict=True))
    others = tuple(tab.grid for tab in found.rest)
    version = _Version(seen, grids, grids, walls)
    moved = (found.meant_in, found.zone) if found.meant_in not in ("", found.zone) else None
    overtaken, put_over = seen.overtaken, seen.put_over
    if walls is not None:
        overtaken, put_over = walls.overtaken(found, overtaken), walls.put_over(found, put_over)
    return Fetched(
        version.digests.of(grids), grids, version, lambda: others, is_worn=seen.is_worn, moved_zone=moved,
        overtaken=overtaken, put_over=put_over,
    )  # fmt: skip


def _is_right(turn: Turn, echoed: Spreadsheet, sync: LiveTab) -> bool:
    """Whether what a write copied is what it was meant for; not where nobody can say."""
    try:
        copies = parts_of(echoed, sync.sheet_id)
        return bool(copies) and is_right(turn.planned, copies)
    except AnswerUnreadable:
        return False


def _turns(found: Fetched) -> tuple[str, ...]:
    version: _Version = found.content
    return version.view.snapshot.turns
