"""A schedule over a spreadsheet at Google and a copy in memory: people act there at once, seen by all."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import dated_columns
from sheetdesk.flows.synced import Synced
from sheetdesk.flows.syncing import sync
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sheets.base import Drawn, Fetched, Sheet
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.sheet import GoogleSheet
from sheetdesk.store.bases import Agreement
from sheetdesk.store.place import STORE_FILE
from sheetdesk.store.store import SheetState
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.seed import with_tables
from tests.storm.desk import COPY, MAIN
from tests.storm.google.hands import act
from tests.storm.google.line import Line, Wind
from tests.storm.google.live import Live
from tests.storm.google.opponents import OPPONENTS, Opponent
from tests.storm.google.start import online_beginning, sandbox_with
from tests.storm.ledger import Ledger, Version
from tests.storm.naive import Naive
from tests.storm.people import Hands
from tests.storm.places import MemoryPlace, grids_of
from tests.storm.simulator import Outcome, Storm, Weather
from tests.storm.workers import StormSheet, StormStore, Watch, ended, stamp_of, storm_engine

__all__ = ["GALE", "ONLINE", "ONLINE_ALONE", "ONLINE_CALM", "STILL", "online_storm"]

GALE = Wind(spent=0.03, lost=0.02, unanswered=0.03, late=0.04, stale=0.05)
STILL = Wind()
ONLINE = Weather(events=70, kill=0.015, old_copy=0.02, conflicted=0.0, lock=0.0)
ONLINE_ALONE = replace(ONLINE, workers=1)
ONLINE_CALM = Weather(events=36, kill=0, old_copy=0, conflicted=0, lock=0, workers=1)


class OnlineWatch(Watch):
    """Sees which version of the spreadsheet each reading was, and when it was taken in."""

    def __init__(self, ledger: Ledger, pause: Callable[[str], None]) -> None:
        super().__init__(ledger, pause)
        self.known: dict[str, str] = {}
        self.last = ""

    def read(self, revision: str) -> None:
        """The spreadsheet was read as this version."""
        self.last = revision

    def fetched(self, found: Fetched | None) -> None:
        """What was read is called so by the sync."""
        if found is not None:
            self.known[found.revision] = self.last
            self.ledger.doubled[MAIN, self.last] = self._doubled(found)

    def _doubled(self, found: Fetched) -> frozenset[str]:
        """The ids that stand at several rows of what was read."""
        columns, grid = self.ledger.versions[MAIN, self.last].columns, found.grid("Tickets")
        if grid is None or "id" not in columns:
            return frozenset()
        names = Counter(str(name) for name in grid.column(columns.index("id"))[1:] if name is not None)
        return frozenset(name for name, count in names.items() if count > 1)

    def origin(self, origin: str) -> str:
        revision, rest = origin.split(":", 1)
        return f"{self.known.get(revision, revision)}:{rest}"

    def kept(self, agreement: Agreement | None) -> None:
        super().kept(agreement)
        if agreement is not None and agreement.sheet == MAIN and agreement.seen in self.known:
            self.ledger.seen.add((MAIN, self.known[agreement.seen]))


class OnlineSheet:
    """A Google sheet whose readings are watched; its requests stop by themselves."""

    is_live = True

    def __init__(self, sheet: GoogleSheet, watch: OnlineWatch) -> None:
        self._sheet, self._watch = sheet, watch

    def glance(self) -> str:
        return self._sheet.glance()

    def fetch(self) -> Fetched | None:
        self._watch.reading = None
        found = self._sheet.fetch()
        self._watch.fetched(found)
        return found

    def waiting(self) -> Sequence[Fetched]:
        self._watch.reading = None
        return self._sheet.waiting()

    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        return self._sheet.write(found, edits, plan, drawn)

    def replace(self, ready: Fetched) -> Fetched | None:
        self._watch.reading = None
        displaced = self._sheet.replace(ready)
        self._watch.fetched(displaced)
        return displaced

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        self._sheet.put_aside(seen, now, is_known=is_known)

    def busy(self, now: datetime) -> str:
        return self._sheet.busy(now)


@dataclass
class OnlineStorm(Storm):
    """One schedule while it runs. `late` are requests that nobody waits for any more."""

    live_sheet: Live = field(kw_only=True)
    wind: Wind = field(kw_only=True)
    opponent: Opponent | None = field(kw_only=True, default=None)
    late: list[Any] = field(default_factory=list, kw_only=True)
    clock: float = field(default=0.0, kw_only=True)
    is_tagged: bool = field(default=False, kw_only=True)

    def act(self, name: str, sheet: str) -> None:
        if sheet == COPY:
            super().act(name, sheet)
            return
        live = self.live_sheet
        hands = Hands(self.chance, self.ledger, live.page(), self.count, True)
        told = act(live, hands, name)
        if told:
            self.counts["deeds"] += 1
            self.counts["saves"] += 1
            self.tell(f"{name} {told}: {live.revision}")

    def put_old(self) -> None:
        place = self.places[COPY]
        if self.chance.random() < 0.5 or not self.old.get(COPY):
            now = place.look()
            if now is not None:
                self.old.setdefault(COPY, []).append(now)
            return
        old = self.chance.choice(self.old[COPY])
        place.put(old)
        self.ledger.put_in_place(COPY, old.revision)
        self.counts["old copies"] += 1
        self.tell(f"an old copy {old.revision[:6]} of {COPY} comes back")

    def sync(self, number: int) -> None:
        if self.late and self.chance.random() < 0.3:
            self.arrive()
        super().sync(number)

    def arrive(self) -> None:
        """A request arrives of which nobody waits for the answer."""
        request = self.late.pop(0)
        self.tell("a late request arrives")
        self.line(lambda _: None, STILL).deliver(request)

    def line(self, pause: Callable[[str], None], wind: Wind) -> Line:
        return Line(self.live_sheet, self.chance, wind, self.counts, self.late, pause, tell=self.tell)

    def work(self) -> Callable[[Callable[[str], None]], Synced | None]:
        now = self.now
        return lambda pause: self.sync_once(now, pause, self.wind)

    def sync_once(self, now: datetime, pause: Callable[[str], None], wind: Wind) -> Synced | None:
        line = self.line(pause, wind)
        if self.opponent is not None:
            self.opponent.meets(self.ledger, self.places, pause, line, self.live_sheet)
            return None
        watch = OnlineWatch(self.ledger, pause)
        line.read = watch.read
        session = requests.Session()
        session.mount("https://", LoopAdapter(line))
        google = Google(session, clock=self.tick, sleep=self.sleep, random=self.chance.random)
        store = StormStore(self.engine, watch, self.read)
        desk = self.ledger.desk

        def open_sheet(opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
            if state.key != MAIN:
                return StormSheet(state.key, self.places[state.key].sheet(), watch)
            live = self.live_sheet
            sheet = GoogleSheet(
                google, live.file, live, dated_columns(desk), is_tagged=self.is_tagged, tag=self.tag
            )
            return OnlineSheet(sheet, watch)

        opened = OpenDesk(with_tables(desk, store.table(desk.table("choices"))), store, Path("storm"))
        return sync(opened, now=now, open_sheet=open_sheet, wait_s=None)

    def tick(self) -> float:
        self.clock += 0.01
        return self.clock

    def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def tag(self) -> str:
        return f"{self.chance.randrange(16**8):08x}"

    def quiet_sync(self) -> Synced:
        while self.late:
            self.arrive()
        self.now += timedelta(hours=1)
        synced = self.sync_once(self.now, lambda _: None, STILL)
        assert synced is not None
        self.told(synced)
        return synced

    def naive_sync(self, naive: Naive) -> None:
        assert self.opponent is not None
        while self.late:
            self.arrive()
        line = self.line(lambda _: None, STILL)
        self.opponent.meets(self.ledger, self.places, lambda _: None, line, self.live_sheet)

    def live(self) -> dict[str, Version]:
        found = super().live()
        found[MAIN] = replace(found[MAIN], grids=(self.live_sheet.seen_as(),))
        return found


class _MainPlace:
    """The spreadsheet where the storm asks only what stands there."""

    def __init__(self, live: Live) -> None:
        self.look = live.look


def online_storm(
    seed: int, weather: Weather = ONLINE, wind: Wind = GALE, *, opponent: str = "", is_tagged: bool = False
) -> Outcome:
    """One schedule from its beginning to what stands at last."""
    begin = online_beginning(4 + seed % 5)
    folder = Path(tempfile.mkdtemp(prefix="storm"))
    try:
        (folder / STORE_FILE).write_bytes(begin.store)
        engine: sa.Engine = storm_engine(folder / STORE_FILE)
        try:
            chance = random.Random(seed)
            ledger = Ledger(begin.desk, moving=MAIN)
            work: OnlineStorm
            sandbox = sandbox_with(begin, random.Random(seed), lambda: work.now)
            live = Live(sandbox, begin.file.id, ledger, dated_columns(begin.desk))
            copy = MemoryPlace(begin.copy)
            found = copy.look()
            assert found is not None
            places: Mapping[str, Any] = {MAIN: _MainPlace(live), COPY: copy}
            naive = OPPONENTS[opponent](begin.desk) if opponent else None
            work = OnlineStorm(
                seed, chance, engine, ledger, dict(places), weather, naive, begin.rows,
                live_sheet=live, wind=wind, opponent=naive, is_tagged=is_tagged,
            )  # fmt: skip
            live.begin()
            ledger.add_start(COPY, found.revision, grids_of(found), stamp_of(found))
            with ended(work.runs):
                work.go()
                return work.rest()
        finally:
            engine.dispose()
    finally:
        shutil.rmtree(folder)
