"""Who typed what: every value with the cell it was meant for, every version, and who had seen which."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from sheetdesk.columns.base import Cell
from sheetdesk.desk.desk import Desk
from sheetdesk.table.grid import Grid
from tests.storm.desk import HUMAN
from tests.storm.page import Page, page_of, tickets_grid, values_of

__all__ = ["NONSENSE", "Gone", "Ledger", "Typed", "Version"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
Spot = tuple[str, str]


class _Nonsense:
    def __repr__(self) -> str:
        return "NONSENSE"


NONSENSE: Final = _Nonsense()
"""What a cell means that nobody can read."""

GIVEN = ("id", "created", "status")
"""What a write puts into a new row that somebody has typed."""


@dataclass(frozen=True)
class Typed:
    """A value that a person meant for a cell. `over` are those that had stood there when it was typed,
    `instead` is what the cell meant then, `NONSENSE` where there was none.
    """

    number: int
    who: str
    column: str
    value: Cell
    meaning: Any
    sheet: str
    person: str
    over: frozenset[int]
    instead: Any


@dataclass(frozen=True)
class Gone:
    """A row that a person deleted; `over` are the values that had stood in it."""

    who: str
    sheet: str
    revision: str
    over: frozenset[int]


@dataclass
class Version:
    """One content of one sheet: who its rows and columns are, which typed values stand in its cells.

    `parent` is the revision it was made from, `maker` a person's name, or sync; `stamp` the base it has.
    `also` are those from which syncs made the very same content.
    """

    revision: str
    sheet: str
    parent: str
    maker: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    sources: dict[Spot, frozenset[int]]
    grids: tuple[Grid, ...]
    stamp: int = 0
    also: list[str] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        return tickets_grid(self.grids)

    def page(self) -> Page:
        """What somebody sees who opens it, to type in it."""
        return page_of(self.grid, self.columns, self.rows)

    @cached_property
    def shown(self) -> Page:
        """The same, for those who only look."""
        return self.page()


@dataclass
class Ledger:
    """All that was typed, all versions by (sheet, revision), and which of them sync has taken in; in which
    order they came into their places, and which of these people `put` there: `by_people` are their places in
    that order.

    `names` says which row an id belongs to, as of the last version that sync wrote. `twins` groups
    rows that began as copies of one another, `retagged` are rows whose id somebody typed over. `displaced`
    are values that a sync wrote over, whether it knew them or not. In the sheet `moving` rows move
    under a write: what it put where tells nothing of whose id it is. `doubled` are the ids that a sync saw
    at several rows of a version of that sheet, once what a write had missed was put right. `strays` are
    values that nobody typed: a write had put them into a row astray, and somebody copied that row.
    """

    desk: Desk
    typed: list[Typed] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    versions: dict[tuple[str, str], Version] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    arrivals: list[tuple[str, str]] = field(default_factory=list)
    put: list[tuple[str, str]] = field(default_factory=list)
    by_people: set[int] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)
    began: dict[Spot, Any] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    retagged: set[str] = field(default_factory=set)
    displaced: set[int] = field(default_factory=set)
    doubled: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    moving: str = ""
    strays: set[int] = field(default_factory=set)

    def add_start(self, sheet: str, revision: str, grids: tuple[Grid, ...], stamp: int) -> None:
        """A sheet as it was built: its rows are who their ids say."""
        grid = tickets_grid(grids)
        keys = {column.title: column.key for column in self.desk.tickets.columns}
        columns = tuple(keys[str(grid.cell(0, place))] for place in range(len(grid.columns)))
        rows = []
        for at in range(1, grid.rows):
            name = grid.cell(at, columns.index("id"))
            rows.append(f"start {name}" if name else "")
            if name:
                self.names[str(name)] = rows[-1]
                self.ids.setdefault(rows[-1], set()).add(str(name))
        self.versions[sheet, revision] = Version(
            revision, sheet, "", "build", columns, tuple(rows), {}, grids, stamp
        )

    def add_save(
        self,
        sheet: str,
        revision: str,
        opened: Version,
        page: Page,
        grids: tuple[Grid, ...],
        person: str,
        tagged: Container[Spot] = frozenset(),
    ) -> Version:
        """A person's save: what differs from what he opened is what he typed. In `tagged` cells stands what a
        sync wrote, still to be settled.
        """
        known = self.versions.get((sheet, revision))
        if known is not None:
            return known
        was, now = values_of(opened.shown), values_of(page)
        rows = tuple(row.who for row in page.rows)
        before = {name for name in opened.rows if name}
        there = {name for name in rows if name}
        # What stood in a column that somebody deleted stands there no longer.
        kept = {*page.columns}
        sources = {
            spot: found for spot, found in opened.sources.items() if spot[0] in there and spot[1] in kept
        }
        for spot in dict.fromkeys([*was, *now]):
            who, column = spot
            if who not in there or column not in page.columns or was.get(spot) == now.get(spot):
                continue
            if column == "id":
                self.retagged |= {who} if who in before or self._has_anothers(who, now.get(spot)) else set()
                continue
            is_seen = who in before and column in opened.columns
            made = Typed(
                len(self.typed), who, column, now.get(spot), meaning(self.desk, column, now.get(spot)),
                sheet, person, sources.get(spot, frozenset()),
                meaning(self.desk, column, was.get(spot)) if is_seen else NONSENSE,
            )  # fmt: skip
            if spot in tagged and who not in before and not self._behind(spot, made.value):
                self.strays.add(made.number)
            self.typed.append(made)
            sources[spot] = frozenset({made.number})
        for who in there - before:
            self.created.setdefault(who, sheet)
        for who in before - there:
            over = frozenset().union(*(f for (w, _), f in opened.sources.items() if w == who))
            self.gone.append(Gone(who, sheet, revision, over))
        made_version = Version(
            revision, sheet, opened.revision, person, tuple(page.columns), rows, sources, grids, opened.stamp
        )
        self.versions[sheet, revision] = made_version
        return made_version

    def add_write(
        self, sheet: str, revision: str, found: Version, grids: tuple[Grid, ...], stamp: int
    ) -> Version:
        """What sync wrote upon a version. Rows do not move under it; what it fills is who the id says."""
        known = self.versions.get((sheet, revision))
        if known is not None:
            known.also.append(found.revision)
            return known
        old, new = found.grid, tickets_grid(grids)
        columns = found.columns
        id_place = columns.index("id") if "id" in columns else -1
        rows = list(found.rows) + [""] * max(0, new.rows - 1 - len(found.rows))
        sources = dict(found.sources)
        for at in range(1, len(rows) + 1):
            name = new.cell(at, id_place) if id_place >= 0 else None
            if id_place >= 0 and old.cell(at, id_place) is not None and _is_empty(new, at, columns):
                # Sync has cleared it: what is filled in there later is another.
                rows[at - 1] = ""
            if name is not None and (
                not rows[at - 1] or _is_empty(old, at, columns) or self._is_astray(found, at, name)
            ):
                who = self.who(str(name))
                # An id that missed its row, with what that was to get besides, stands in a blank one, which
                # is not that row.
                others = (place for place, column in enumerate(columns) if column not in GIVEN)
                is_alone = all(new.cell(at, place) is None for place in others)
                is_elsewhere = who in rows or self._went_nameless(who, sheet)
                is_miss = sheet == self.moving and is_alone and is_elsewhere
                stands = new.cell(found.rows.index(who) + 1, id_place) if who in found.rows else None
                if not is_miss and stands not in (None, name):
                    who = self._twin(who, found.rows, str(stands))
                rows[at - 1] = f"nobody's {name}" if is_miss else who
            # What a write astray had put into a row before it was this one is meant for it now.
            is_same = at <= len(found.rows) and rows[at - 1] == found.rows[at - 1]
            for place, column in enumerate(columns):
                value = new.cell(at, place)
                if value == old.cell(at, place) and is_same:
                    continue
                spot = rows[at - 1], column
                sources[spot] = self._behind(spot, value)
        if id_place >= 0 and sheet != self.moving:
            self._learn([new.cell(at, id_place) for at in range(1, len(rows) + 1)], rows)
        made = Version(revision, sheet, found.revision, "sync", columns, tuple(rows), sources, grids, stamp)
        self.versions[sheet, revision] = made
        return made

    def _is_astray(self, found: Version, at: int, name: Cell) -> bool:
        """Whether a write had put an id, and what goes with it, into a blank row, whose own row stands
        elsewhere, or what is no ticket's id into one that nobody filled, and the next puts another there.
        """
        who, stood = found.rows[at - 1], found.grid.cell(at, found.columns.index("id"))
        if found.sheet != self.moving or stood in (None, name):
            return False
        if who == f"nobody's {stood}" == self.names.get(str(stood)):
            return all(typed.who != who for typed in self.typed)
        others = tuple("" if column in GIVEN else column for column in found.columns)
        is_left = found.rows.count(who) > 1 or who == f"nobody's {stood}"
        return is_left and _is_empty(found.grid, at, others)

    def _went_nameless(self, who: str, sheet: str) -> bool:
        """Whether somebody deleted the row there before it had an id: then none is to come back."""
        gone = [
            self.versions[sheet, one.revision] for one in self.gone if (one.who, one.sheet) == (who, sheet)
        ]
        last = (self.versions[sheet, version.parent].shown.row(who) for version in gone)
        return any(row is not None and row.cells.get("id") is None for row in last)

    def _twin(self, who: str, rows: tuple[str, ...], name: str) -> str:
        """The twin of a row that stands among these with another id, `name`: in another sheet, the row and
        its copy were taken the other way round.
        """
        missing = sorted(self.group(who) - {*rows})
        called = [one for one in missing if name in self.ids.get(one, ())]
        found = called if len(called) == 1 else missing
        return found[0] if len(found) == 1 else who

    def put_in_place(self, sheet: str, revision: str) -> None:
        """A person's save, or an old version that comes back, is what stands there."""
        self.by_people.add(len(self.arrivals))
        self.arrivals.append((sheet, revision))
        self.put.append((sheet, revision))

    def add_origin(self, origin: str, name: str) -> None:
        """A row of a version got an id before any sheet shows it."""
        revision, table, place = origin.split(":")
        for version in self.versions.values():
            if version.revision == revision and table == "tickets":
                who = version.rows[int(place) - 1] if int(place) <= len(version.rows) else ""
                if not who:
                    continue
                self.names.setdefault(name, who)
                self.ids.setdefault(who, set()).add(name)

    def _behind(self, spot: Spot, value: Cell) -> frozenset[int]:
        """The typed values that a value which sync wrote stands for; none for one that nobody typed."""
        group = self.group(spot[0])
        mine = [t for t in self.typed if t.who in group and t.column == spot[1]]
        if spot[1] == "notes" and isinstance(value, str):
            lines = value.split("\n")
            return frozenset(t.number for t in mine if _lines(t.value) and set(_lines(t.value)) <= {*lines})
        meant = meaning(self.desk, spot[1], value)
        same = [t for t in mine if t.meaning == meant and (meant is not NONSENSE or t.value == value)]
        own = [t for t in same if t.who == spot[0]] or same
        # Several may have typed the same in several sheets: it stands for all of it that was read.
        read = (t.number for t in own if t.who == spot[0] and self.is_read(t.number))
        return frozenset({own[-1].number, *read}) if own else frozenset()

    def _learn(self, ids: Iterable[Cell], rows: list[str]) -> None:
        named = [(str(name), who) for name, who in zip(ids, rows, strict=True) if name is not None and who]
        counts: dict[str, int] = {}
        for name, _ in named:
            counts[name] = counts.get(name, 0) + 1
        for name, who in named:
            if counts[name] == 1:
                self.names[name] = who
                self.ids.setdefault(who, set()).add(name)

    def who(self, name: str) -> str:
        """Whose id this is. Where it stands twice, somebody has pasted it over another."""
        if name not in self.names:
            holders = []
            for version in reversed(list(self.versions.values())):
                place = version.columns.index("id") if "id" in version.columns else -1
                rows = enumerate(version.rows, 1) if place >= 0 else ()
                holders.append([who for at, who in rows if who and version.grid.cell(at, place) == name])
            one = next((found for found in holders if len(found) == 1), None)
            found = one or next(filter(None, holders), [f"nobody's {name}"])
            self.names[name] = found[0]
        return self.names[name]

    def copy(self, who: str, original: str) -> None:
        """A row began as a copy of another."""
        self.twins[who] = self.twins.get(original, original)

    def group(self, who: str) -> frozenset[str]:
        """The row and all that began as the same."""
        first = self.twins.get(who, who)
        return frozenset({first, who, *(twin for twin, one in self.twins.items() if one == first)})

    def _has_anothers(self, who: str, name: Cell) -> bool:
        """Whether a row that began as a copy has the id of one that it is no copy of."""
        is_copy = name is not None and who in self.twins
        return is_copy and self.names.get(str(name), who) not in self.group(who)

    def is_tangled(self, who: str) -> bool:
        """Whether people changed both the id and the title of a row: nothing tells for sure whose it is."""
        return who in self.retagged and any(t.who == who and t.column == "title" for t in self.typed)

    def holding(self, number: int) -> list[tuple[str, str]]:
        """The versions in whose cell a typed value stands."""
        one = self.typed[number]
        spot = one.who, one.column
        return [key for key, v in self.versions.items() if number in v.sources.get(spot, ())]

    def is_read(self, number: int) -> bool:
        """Whether a sync has read a typed value, or wrote over it, which counts as much."""
        return number in self.displaced or any(key in self.seen for key in self.holding(number))

    def behind(self, numbers: Iterable[int]) -> set[int]:
        """These and all that they were typed over."""
        found: set[int] = set()
        todo = list(numbers)
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo += self.typed[number].over
        return found

    def line(self, sheet: str, revision: str) -> list[Version]:
        """A version and what it was made from, step by step back to the beginning."""
        found: dict[str, Version] = {}
        todo = [revision]
        while todo:
            name = todo.pop(0)
            if name and name not in found:
                found[name] = version = self.versions[sheet, name]
                todo += [version.parent, *version.also]
        return list(found.values())


def _is_empty(grid: Grid, row: int, columns: tuple[str, ...]) -> bool:
    """Whether nothing stands in a row, in the columns that have names, but what formulas show."""
    return all(
        not column or grid.cell(row, place) is None or grid.formula(row, place) is not None
        for place, column in enumerate(columns)
    )


def _lines(value: Cell) -> list[str]:
    return value.split("\n") if isinstance(value, str) else []


def meaning(desk: Desk, column: str, value: Cell) -> Any:
    """What a cell of a human column means, as a plain value."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = " ".join(unicodedata.normalize("NFKC", str(value)).split())
    if column in ("type", "status"):
        words = {
            word.casefold(): choice.key
            for choice in desk.column(column).choices
            for word in (choice.key, choice.title)
        }
        return words.get(text.casefold(), NONSENSE)
    if column in ("due", "created", "updated"):
        if not isinstance(value, datetime):
            return NONSENSE
        return (value.replace(tzinfo=ZONE) - EPOCH) // timedelta(microseconds=1)
    if column == "owner":
        return text
    return value if column in HUMAN else text
