"""A schedule: people, syncs and accidents in an order that one seed decides."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from sheetdesk.flows import bringing
from sheetdesk.flows.synced import Synced
from sheetdesk.plan.draw import draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Fetched
from sheetdesk.store.journal import read_entries
from sheetdesk.store.parsed import Parsed
from sheetdesk.store.place import STORE_FILE
from sheetdesk.store.store import Store
from sheetdesk.table.plain import PlainRows, plain_rows
from tests.storm.desk import COPY, MAIN, START, Beginning, beginning
from tests.storm.ledger import Ledger, Version
from tests.storm.naive import Naive
from tests.storm.oracle import Rest, Violation, lost, violations
from tests.storm.page import Page
from tests.storm.people import DEEDS, Hands
from tests.storm.places import FilePlace, MemoryPlace, StormPlace, grids_of
from tests.storm.workers import Run, ended, stamp_of, storm_engine, sync_once

__all__ = ["STORM", "Outcome", "Weather", "storm"]

TABLES = ("tickets", "people", "choices", "rules", "cases")
NAMES = (("Ann", MAIN), ("Ben", MAIN), ("Cy", COPY))


@dataclass(frozen=True)
class Weather:
    """How hard it blows: `events` in a schedule, the chance of a kill at a stop, of an old copy that comes
    back, of a conflicted copy instead of a save, of a lock; how many syncs run at a time. `is_hasty`: who
    opens a sheet does something there at once, and half of what is done is saved at once.
    """

    events: int = 70
    kill: float = 0.02
    old_copy: float = 0.03
    conflicted: float = 0.04
    lock: float = 0.12
    workers: int = 2
    is_hasty: bool = False


STORM = Weather()


@dataclass
class Session:
    """A person who has a version open: what he opened, and the page as he has it now."""

    opened: Fetched
    version: Version
    page: Page
    is_locked: bool


@dataclass
class Outcome:
    """How a schedule ended, and its story line by line."""

    seed: int
    violations: list[Violation]
    counts: Counter[str]
    story: list[str]


@dataclass
class Storm:
    """One schedule while it runs."""

    seed: int
    chance: random.Random
    engine: sa.Engine
    ledger: Ledger
    places: dict[str, StormPlace]
    weather: Weather
    naive: Naive | None
    began: PlainRows
    now: datetime = START
    sessions: dict[str, Session] = field(default_factory=dict)
    runs: list[Run | None] = field(init=False)
    old: dict[str, list[Fetched]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)
    number: int = 0
    read: Parsed = field(default_factory=Parsed)

    def __post_init__(self) -> None:
        self.runs = [None] * self.weather.workers

    def count(self) -> int:
        self.number += 1
        return self.number

    def tell(self, text: str) -> None:
        self.story.append(text)

    def go(self) -> None:
        """People, syncs and accidents."""
        for _ in range(self.weather.events):
            self.now += timedelta(minutes=self.chance.randrange(1, 90))
            if self.chance.random() < 0.55:
                self.act(*self.chance.choice(NAMES))
            elif self.chance.random() < 2 * self.weather.old_copy:
                self.put_old()
            else:
                self.sync(self.chance.randrange(len(self.runs)))

    def act(self, name: str, sheet: str) -> None:
        """A person opens, does something, or saves."""
        session = self.sessions.get(name)
        if session is None:
            self.open(name, sheet)
            session = self.sessions.get(name)
            if session is None or not self.weather.is_hasty:
                return
        if self.weather.is_hasty or self.chance.random() < 0.62:
            self.do(name, sheet, session)
            if not self.weather.is_hasty or self.chance.random() < 0.5:
                return
        if self.chance.random() < 0.9:
            self.save(name, sheet, session)
        if self.chance.random() < 0.7:
            self.close(name, sheet, session)

    def open(self, name: str, sheet: str) -> None:
        found = self.places[sheet].look()
        if found is None:
            return
        version = self.ledger.versions[sheet, found.revision]
        is_locked = self.chance.random() < self.weather.lock
        if is_locked:
            self.places[sheet].lock(name, self.now)
        self.sessions[name] = Session(found, version, version.page(), is_locked)
        self.tell(f"{name} opens {sheet} {found.revision[:6]}{' and locks it' if is_locked else ''}")

    def do(self, name: str, sheet: str, session: Session) -> None:
        hands = Hands(self.chance, self.ledger, session.page, self.count, sheet == MAIN)
        for _ in range(self.chance.choice([1, 1, 2, 3])):
            [deed] = self.chance.choices(list(DEEDS), list(DEEDS.values()))
            told = deed(hands)
            if told:
                self.counts["deeds"] += 1
                self.tell(f"{name} {told}")

    def save(self, name: str, sheet: str, session: Session) -> None:
        place = self.places[sheet]
        made = place.saved(session.opened, session.page)
        if made.revision == session.opened.revision:
            return
        version = self.ledger.add_save(
            sheet, made.revision, session.version, session.page, grids_of(made), name
        )
        session.opened, session.version = made, version
        self.counts["saves"] += 1
        if self.chance.random() < self.weather.conflicted:
            place.put_beside(made)
            self.counts["conflicted copies"] += 1
            self.tell(f"{name} saves {made.revision[:6]} beside {sheet}")
            return
        place.put(made)
        self.ledger.put_in_place(sheet, made.revision)
        self.old.setdefault(sheet, []).append(made)
        self.tell(f"{name} saves {sheet} as {made.revision[:6]} over what he had opened {version.parent[:6]}")

    def close(self, name: str, sheet: str, session: Session) -> None:
        if session.is_locked:
            self.places[sheet].lock("", self.now)
        del self.sessions[name]
        self.tell(f"{name} closes {sheet}")

    def put_old(self) -> None:
        """Somebody puts an old copy of a file back."""
        sheet = self.chance.choice([MAIN, COPY])
        if self.chance.random() < 0.5 or not self.old.get(sheet):
            now = self.places[sheet].look()
            if now is not None:
                self.old.setdefault(sheet, []).append(now)
            return
        old = self.chance.choice(self.old[sheet])
        self.places[sheet].put(old)
        self.ledger.put_in_place(sheet, old.revision)
        self.counts["old copies"] += 1
        self.tell(f"an old copy {old.revision[:6]} of {sheet} comes back")

    def sync(self, number: int) -> None:
        """A sync begins, goes on for some steps, or dies."""
        run = self.runs[number]
        if run is None or run.is_over:
            self.runs[number] = run = Run(self.work())
            self.counts["syncs"] += 1
            self.tell(f"sync {number} begins")
        steps = self.chance.choice([1, 2, 3, 5, 8, 13, 40])
        for _ in range(steps):
            run.step()
            if run.is_over:
                self.tell(f"sync {number} ends{_told(run.synced)}")
                return
            self.tell(f"sync {number}: {run.at}")
            if self.chance.random() < self.weather.kill:
                self.tell(f"sync {number} is killed at: {run.at}")
                self.counts["kills"] += 1
                run.kill()
                return

    def work(self) -> Callable[[Callable[[str], None]], Synced | None]:
        """What a sync that begins now does, given what stops it."""
        now = self.now

        def work(pause: Callable[[str], None]) -> Synced | None:
            if self.naive is not None:
                self.naive.sync(self.ledger, self.places, pause)
                return None
            return sync_once(self.ledger.desk, self.engine, self.ledger, self.places, now, self.read, pause)

        return work

    def rest(self) -> Outcome:
        """Everybody stops; some more syncs, and what then stands."""
        for number, run in enumerate(self.runs):
            while run is not None and not run.is_over:
                run.step()
            if run is not None:
                self.tell(f"sync {number} ends{_told(run.synced)}")
        for name, sheet in NAMES:
            session = self.sessions.get(name)
            if session is not None:
                if self.chance.random() < 0.5:
                    self.save(name, sheet, session)
                self.close(name, sheet, session)
        rest = self.naive_rest(self.naive) if self.naive is not None else self.settled_rest()
        self.counts["typed"] += len(self.ledger.typed)
        self.counts["lost before read"] += len(lost(rest))
        self.counts["conflicts"] += sum(len(found) for found in rest.conflicts.values())
        return Outcome(self.seed, violations(rest), self.counts, self.story)

    def settled_rest(self) -> Rest:
        """After some syncs and what they need people for, one more that must find nothing to do."""
        store = Store(self.engine, "storm")
        for _ in range(5):
            synced = self.quiet_sync()
            held = [sheet for sheet in synced.sheets if sheet.state == "held"]
            for sheet in held:
                answer = self.chance.choice(["accept", "restore"])
                store.agree(replace(store.agreement(sheet.key), answer=answer))
                self.tell(f"{sheet.key}: {sheet.vanished} vanished rows: {answer}")
            if not held:
                break
        # A row that one sheet's people copied is named, goes to the other, and loses its tags there, where
        # more may be refused; that is told to people for some days.
        refused = -1
        for _ in range(4):
            told, refused = refused, len(store.refused(self.ledger.desk.tickets, START))
            if told == refused:
                break
            self.now += timedelta(days=15 if refused else 0)
            last, noise = self.last_sync()
        desk = self.ledger.desk
        specs = [desk.table(key) for key in TABLES]
        with self.engine.connect() as connection:
            entries = list(read_entries(connection))
        return Rest(
            desk=desk,
            ledger=self.ledger,
            sheets=self.live(),
            rows=plain_rows(store.table(desk.tickets)),
            archived=plain_rows(store.archived(desk.tickets)),
            entries=entries,
            conflicts={s.key: frozenset((c.row, c.column) for c in s.conflicts) for s in last.sheets},
            problems={s.key: s.problems for s in last.sheets},
            began=self.began,
            is_whole=store.audit(specs).is_whole,
            noise=noise,
            failed={s.key: str(s.error) for s in last.sheets if s.state == "failed"},
            told=Counter(notice.facts["ticket"] for notice in store.outbox.notices()),
        )

    def last_sync(self) -> tuple[Synced, str]:
        """One that finds nothing to do, after some that may; what it did all the same."""
        for _ in range(4):
            before = {key: _revision(place.look()) for key, place in self.places.items()}
            synced = self.quiet_sync()
            noise = [
                f"{sheet.key} is not quiet: {sheet.state}, {sheet.entries}, {sheet.error}"
                for sheet in synced.sheets
                if sheet.state not in ("quiet", "failed") or sheet.entries
            ]
            after = {key: _revision(place.look()) for key, place in self.places.items()}
            noise += [f"{key} was written" for key in before if before[key] != after[key]]
            if not noise:
                break
        return synced, "; ".join(noise)

    def naive_rest(self, naive: Naive) -> Rest:
        """What the naive sync has come to after two more of its own."""
        for _ in range(2):
            self.naive_sync(naive)
        return Rest(
            desk=self.ledger.desk, ledger=self.ledger, sheets=self.live(), rows=naive.plain(), archived={},
            entries=naive.entries, conflicts={}, problems={}, began=self.began, is_whole=True, noise="",
            failed={},
        )  # fmt: skip

    def naive_sync(self, naive: Naive) -> None:
        """A sync of the naive kind that nothing disturbs."""
        naive.sync(self.ledger, self.places, lambda _: None)

    def live(self) -> dict[str, Version]:
        """What stands in each place."""
        found = {key: place.look() for key, place in self.places.items()}
        return {key: self.ledger.versions[key, f.revision] for key, f in found.items() if f is not None}

    def quiet_sync(self) -> Synced:
        """A sync that nothing disturbs."""
        self.now += timedelta(hours=1)
        synced = sync_once(self.ledger.desk, self.engine, self.ledger, self.places, self.now, self.read)
        self.told(synced)
        return synced

    def told(self, synced: Synced) -> None:
        self.tell(f"a quiet sync{_told(synced)}")


@contextmanager
def _tables_alone() -> Iterator[None]:
    """A book in memory that was read from a file takes no tabs that are drawn anew: none is drawn."""

    def tables(*given: Any, tables_alone: bool, **more: Any) -> SheetPlan:
        return draw(*given, tables_alone=True, **more)

    with patch.object(bringing, "draw", tables):
        yield


_READ: dict[int, Parsed] = {}


def _read(begin: Beginning, engine: sa.Engine) -> Parsed:
    """What the store holds at the beginning, read once a process: each schedule begins with a copy."""
    if id(begin) not in _READ:
        read = _READ[id(begin)] = Parsed()
        with Store(engine, "storm", parsed=read).snapshot() as at:
            for key in TABLES:
                at.table(begin.desk.table(key))
                at.archived(begin.desk.table(key))
    return Parsed(*(_copied(kept) for kept in (_READ[id(begin)].tables, _READ[id(begin)].bases)))


def _copied(kept: Any) -> Any:
    made = copy(kept)
    made.__dict__.update({name: copy(part) for name, part in vars(kept).items()})
    return made


def _revision(found: Fetched | None) -> str:
    return "" if found is None else found.revision


def _told(synced: Synced | None) -> str:
    """What a sync came to, on one line."""
    if synced is None:
        return " without an end of its own"
    parts = []
    for sheet in synced.sheets:
        facts = {
            "entries": [(e.row, e.column or e.kind, e.after, e.why) for e in sheet.entries],
            "conflicts": sheet.conflicts,
            "waiting": sheet.waiting,
            "named": sheet.named,
            "written": sheet.written,
            "refused": [(r.row, r.column, r.reason) for r in sheet.refusals],
            "problems": [(p.kind, p.column, p.ticket, p.raw) for p in sheet.problems],
            "error": sheet.error,
        }
        told = " ".join(f"{what}={fact}" for what, fact in facts.items() if fact)
        parts.append(f"{sheet.key} {sheet.state} {told}")
    return ": " + "\n      ".join(parts)


def storm(
    seed: int,
    weather: Weather = STORM,
    *,
    on_files: bool = False,
    is_naive: bool = False,
    is_telling: bool = False,
) -> Outcome:
    """One schedule from its beginning to what stands at last; the desk may have a rule that tells."""
    begin = beginning(4 + seed % 5, is_telling=is_telling)
    folder = Path(tempfile.mkdtemp(prefix="storm"))
    try:
        (folder / STORE_FILE).write_bytes(begin.store)
        engine = storm_engine(folder / STORE_FILE)
        try:
            chance = random.Random(seed)
            places: dict[str, StormPlace] = {}
            for key, data in begin.files.items():
                path = folder / begin.names[key]
                known = [folder / name for name in begin.names.values()]
                places[key] = FilePlace(path, data, known, chance) if on_files else MemoryPlace(data)
            ledger = Ledger(begin.desk)
            for key, place in places.items():
                found = place.look()
                if found is None:
                    raise FileNotFoundError(key)
                ledger.add_start(key, found.revision, grids_of(found), stamp_of(found))
            naive = Naive(begin.desk) if is_naive else None
            work = Storm(
                seed, chance, engine, ledger, places, weather, naive, begin.rows, read=_read(begin, engine)
            )
            with ended(work.runs), nullcontext() if on_files else _tables_alone():
                work.go()
                return work.rest()
        finally:
            engine.dispose()
    finally:
        shutil.rmtree(folder)
