"""Syncs that run step by step: each stops before and after everything it does to the world outside.

A run is a thread that holds the only baton while it runs, so that one seed gives one order. It can be
killed wherever it stops; what it had done by then stays done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sheetdesk.desk.desk import Desk
from sheetdesk.errors import StoreMoved
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.synced import Synced
from sheetdesk.flows.syncing import sync
from sheetdesk.plan.machinery import KEY, read_stamp
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Drawn, Fetched, Sheet
from sheetdesk.store.bases import Agreement, BaseWrite
from sheetdesk.store.engine import make_engine
from sheetdesk.store.parsed import Parsed
from sheetdesk.store.store import SheetState, Store, Write
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.seed import with_tables
from tests.storm.ledger import Ledger
from tests.storm.places import StormPlace, grids_of

__all__ = ["Killed", "Run", "StormStore", "stamp_of", "storm_engine", "sync_once"]


class Killed(BaseException):
    """The process is gone."""


def stamp_of(fetched: Fetched) -> int:
    """The base that a version carries."""
    grid = fetched.grid(KEY)
    text = read_stamp(grid).get("base", "") if grid is not None else ""
    return int(text) if text.isdigit() else 0


def storm_engine(path: Path) -> sa.Engine:
    """The store's database; the one before is disposed of by then."""
    engine, at = _one_engine()
    at["path"] = path
    return engine


@cache
def _one_engine() -> tuple[sa.Engine, dict[str, Path]]:
    """One for all schedules of a process, and where it is to connect: it knows by then what to make of
    each statement.
    """
    at: dict[str, Path] = {}
    engine, _ = make_engine(Path("storm.sqlite"))

    @sa.event.listens_for(engine, "do_connect")
    def _here(_: Any, __: Any, arguments: list[Any], ___: Any) -> None:
        arguments[0] = str(at["path"])

    return engine, at


class Watch:
    """Sees one run: which version it is reading, and when what it read was kept."""

    def __init__(self, ledger: Ledger, pause: Callable[[str], None]) -> None:
        self.ledger = ledger
        self.pause = pause
        self.reading: tuple[str, str] | None = None

    def origin(self, origin: str) -> str:
        """The row of a version that a sync calls so, by the version's name in the ledger."""
        return origin

    def kept(self, agreement: Agreement | None) -> None:
        """A commit went through."""
        if self.reading is not None and not (agreement and agreement.held):
            self.ledger.seen.add(self.reading)


class StormStore(Store):
    """The store, with stops around every commit."""

    def __init__(self, engine: sa.Engine, watch: Watch, read: Parsed) -> None:
        super().__init__(engine, "storm", parsed=read)
        self._watch = watch

    def agree(self, agreement: Agreement, bases: Sequence[BaseWrite] = ()) -> Agreement:
        self._watch.pause("agree")
        made = super().agree(agreement, bases)
        self._watch.kept(agreement)
        self._watch.pause("agreed")
        return made

    def commit(self, version: int, writes: Sequence[Write], **facts: Any) -> int:
        self._watch.pause("commit")
        made = super().commit(version, writes, **facts)
        for origin, name in (facts.get("origins") or {}).items():
            self._watch.ledger.add_origin(self._watch.origin(origin), name)
        agreed = facts.get("agreed")
        self._watch.kept(agreed[0] if agreed else None)
        self._watch.pause("committed")
        return made


class StormSheet:
    """A sheet, with stops around everything that is done to it."""

    is_live = False

    def __init__(self, key: str, sheet: Sheet, watch: Watch) -> None:
        self._key = key
        self._sheet = sheet
        self._watch = watch

    def glance(self) -> str:
        self._watch.pause(f"glance at {self._key}")
        return self._sheet.glance()

    def fetch(self) -> Fetched | None:
        self._watch.pause(f"fetch {self._key}")
        found = self._sheet.fetch()
        self._watch.reading = None if found is None else (self._key, found.revision)
        self._watch.pause(f"fetched {self._key}")
        return found

    def waiting(self) -> Sequence[Fetched]:
        self._watch.pause(f"look beside {self._key}")
        self._watch.reading = None
        return self._sheet.waiting()

    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        made = self._sheet.write(found, edits, plan, drawn)
        if made.revision != found.revision:
            ledger = self._watch.ledger
            old = ledger.versions[self._key, found.revision]
            ledger.add_write(self._key, made.revision, old, grids_of(made), stamp_of(made))
        return made

    def replace(self, ready: Fetched) -> Fetched | None:
        self._watch.pause(f"replace {self._key}")
        self._watch.reading = None
        displaced = self._sheet.replace(ready)
        self._watch.ledger.arrivals.append((self._key, ready.revision))
        self._watch.pause(f"replaced {self._key}")
        # What it reads next is what it displaced, or its own version again.
        self._watch.reading = None if displaced is None else (self._key, displaced.revision)
        return displaced

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        self._watch.pause(f"put aside {self._key}")
        self._sheet.put_aside(seen, now, is_known=is_known)
        self._watch.ledger.seen.add((self._key, seen.revision))
        self._watch.reading = None
        self._watch.pause(f"has put aside {self._key}")

    def busy(self, now: datetime) -> str:
        return self._sheet.busy(now)


def sync_once(
    desk: Desk,
    engine: sa.Engine,
    ledger: Ledger,
    places: dict[str, StormPlace],
    now: datetime,
    read: Parsed,
    pause: Callable[[str], None] = lambda _: None,
) -> Synced:
    """One whole sync of all sheets. `read` are tables that an earlier one has parsed: it saves time alone."""
    watch = Watch(ledger, pause)
    store = StormStore(engine, watch, read)

    def open_sheet(opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
        return StormSheet(state.key, places[state.key].sheet(), watch)

    opened = OpenDesk(with_tables(desk, store.table(desk.table("choices"))), store, Path("storm"))
    return sync(opened, now=now, open_sheet=open_sheet, wait_s=None)


class Run:
    """One sync in the middle of others. `work` is called with the function that stops it."""

    def __init__(self, work: Callable[[Callable[[str], None]], Synced | None]) -> None:
        self._work = work
        # Each is let go by one side and taken by the other.
        self._go, self._stopped = threading.Lock(), threading.Lock()
        self._go.acquire()
        self._stopped.acquire()
        self._doomed = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.at = "the beginning"
        self.is_over = False
        self.synced: Synced | None = None
        self.error: BaseException | None = None
        self._thread.start()

    def _run(self) -> None:
        self._go.acquire()
        try:
            if not self._doomed:
                self.synced = self._work(self._pause)
        except (Killed, StoreMoved):
            # Both are mended by the next run.
            self.synced = None
        except BaseException as error:
            # It is the schedule's own: whoever steps the run raises it again.
            self.error = error
        self.is_over = True
        self._stopped.release()

    def _pause(self, where: str) -> None:
        self.at = where
        self._stopped.release()
        self._go.acquire()
        if self._doomed:
            raise Killed

    def step(self) -> None:
        """Let it run to its next stop."""
        self._go.release()
        self._stopped.acquire()
        if self.is_over:
            self._thread.join()
        if self.error is not None:
            raise self.error

    def kill(self) -> None:
        """End it where it stands."""
        self._doomed = True
        while not self.is_over:
            self.step()


@contextmanager
def ended(runs: Sequence[Run | None]) -> Iterator[None]:
    """No thread outlives a schedule, however that ends."""
    try:
        yield
    finally:
        for run in runs:
            if run is not None and not run.is_over:
                run.kill()
