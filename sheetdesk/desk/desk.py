"""What a desk is: columns, roles, life cycle, policies, reports; read from a desk file, frozen.

Everything here is a value. A desk file's short forms are gone: every column is whole, every
reference resolved, so nobody downstream asks twice what a missing setting means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sheetdesk.columns.base import Choice, Column, Meaning
from sheetdesk.desk.automation import Assignment, ChannelSpec, Telling
from sheetdesk.desk.condition import Condition
from sheetdesk.errors import RoleUnknown
from sheetdesk.locales.locale import Locale

__all__ = [
    "Attention",
    "Calendar",
    "Desk",
    "Duration",
    "Figure",
    "ImportMapping",
    "Matrix",
    "Person",
    "Report",
    "Review",
    "Role",
    "RuleText",
    "SheetPlace",
    "SlaPolicy",
    "TableSpec",
    "Transition",
    "ViewSpec",
]

Permission = Literal["add", "archive", "assign", "approve"]


@dataclass(frozen=True)
class Duration:
    """`amount` of a unit; a working day is a day of the calendar that has opening hours."""

    amount: float
    unit: Literal["minutes", "hours", "days", "working days"]

    @property
    def hours(self) -> float:
        """In hours of the clock; a working day counts as 24."""
        return self.amount * {"minutes": 1 / 60, "hours": 1, "days": 24, "working days": 24}[self.unit]


@dataclass(frozen=True)
class TableSpec:
    """One keyed table of the desk: tickets, people, choices, cases, rules."""

    key: str
    title: str
    columns: tuple[Column, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in reversed(self.columns)}

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """The keys of the columns that are kept, id aside; the sheet works out the others."""
        return tuple(c.key for c in self.columns if c.owner != "formula" and c.key != "id")

    def column(self, key: str) -> Column:
        """The column with this key. Raises KeyError."""
        return self.by_key[key]

    def has(self, key: str) -> bool:
        return key in self.by_key


@dataclass(frozen=True)
class Role:
    """What its holders may see and do. `tickets` None: all of them."""

    key: str
    title: str
    sees: frozenset[str]
    edits: frozenset[str]
    tickets: Condition | None = None
    tickets_text: str = ""
    may: frozenset[Permission] = frozenset()
    duties: str = ""


@dataclass(frozen=True)
class Transition:
    """A status may go from one choice to another, for `roles` only where given."""

    source: str
    target: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Review:
    """Only a role that may approve moves a ticket to a status of meaning `before`."""

    before: Meaning
    status: str


@dataclass(frozen=True)
class Matrix:
    """Priority by impact and urgency, all as choice keys."""

    column: str
    rows: str
    across: str
    cells: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class SlaPolicy:
    """Targets for the tickets that match `when`; the most specific policy wins.

    `pauses`: in statuses of these meanings the clocks stand; `pauses_by` is that of single targets.
    `reopen`: a ticket opened again goes on with the time it had used, or gets its target anew.
    """

    key: str
    when: Condition | None
    when_text: str
    first_response: Duration | None = None
    next_update: Duration | None = None
    resolution: Duration | None = None
    calendar: str = ""
    clock: Literal["business", "calendar"] = "business"
    pauses: frozenset[Meaning] = frozenset()
    reopen: Literal["resumes", "restarts"] = "resumes"
    pauses_by: Mapping[str, frozenset[Meaning]] = field(default_factory=dict)

    def pauses_of(self, target: str) -> frozenset[Meaning]:
        """In statuses of which meanings this target's clock stands."""
        return self.pauses_by.get(target, self.pauses)


@dataclass(frozen=True)
class Calendar:
    """Opening hours: `week` has, per weekday from Monday, (open, close) wall times in order.

    `close` not after `open` is on the next day. `settled` are years whose working days are all given.
    """

    key: str
    zone: ZoneInfo
    week: tuple[tuple[tuple[time, time], ...], ...]
    country: str = ""
    subdivision: str = ""
    closed: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    partial: Mapping[date, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()


@dataclass(frozen=True)
class RuleText:
    """A rule as a team writes it; `then` has one action each. `mode` and `order` as `DeskRule` has them."""

    key: str
    title: str
    when: str
    then: tuple[str, ...]
    active: bool = True
    mode: Literal["selective", "always"] = "selective"
    order: float = 100


@dataclass(frozen=True)
class Figure:
    """One number a report works out: `how` over a column, shown under `title`."""

    column: str
    title: str
    how: Literal["count", "sum", "average", "min", "max"] = "count"
    number_format: str = "0"


@dataclass(frozen=True)
class Report:
    """A report the desk asks for; for a pivot, what stands where."""

    key: str
    title: str
    kind: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    values: tuple[Figure, ...] = ()
    slicers: tuple[str, ...] = ()
    chart: str = ""


@dataclass(frozen=True)
class ViewSpec:
    """A named selection of tickets and columns."""

    key: str
    title: str
    tickets: Condition | None
    tickets_text: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SheetPlace:
    """A spreadsheet of the desk and the one role its people have. `is_tagged`: see GoogleSheet."""

    key: str
    address: str
    role: str
    is_tagged: bool = False


@dataclass(frozen=True)
class Person:
    """A member of the team; `skills` are levels 1–5 by choice key of the type column."""

    name: str
    role: str = ""
    mail: str = ""
    chat: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    share: float = 1.0
    cap: int | None = None
    shift: str = ""
    backup: str = ""


@dataclass(frozen=True)
class Attention:
    """When a row asks to be looked at: hours before due, days without a change, or less than this share
    of a promise left.
    """

    due_soon_hours: float = 4
    stale_days: float = 5
    due_soon_share: float = 0.25


@dataclass(frozen=True)
class ImportMapping:
    """How one source's columns and words are those of the desk."""

    key: str
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    day_first: bool | None = None
    event_time: str = ""


@dataclass(frozen=True)
class Desk:
    """One team's desk. `source` is the desk file's text digest, to notice that it changed. `store` is where
    it is kept, as the file says it: nothing of the environment is filled in. `updates` are the columns in
    which people keep the requester informed, `scripts` files of rules beside it, `named_cases` the ids that
    the file gives cases. `kept` is what was worked out from it, for others to use.
    """

    name: str
    locale: Locale
    zone: ZoneInfo
    ids: str
    tables: tuple[TableSpec, ...]
    roles: tuple[Role, ...]
    transitions: tuple[Transition, ...]
    sheets: tuple[SheetPlace, ...]
    people: tuple[Person, ...]
    views: tuple[ViewSpec, ...] = ()
    sla: tuple[SlaPolicy, ...] = ()
    rules: tuple[RuleText, ...] = ()
    reports: tuple[Report, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    imports: tuple[ImportMapping, ...] = ()
    cases: tuple[Mapping[str, str], ...] = ()
    named_cases: frozenset[str] = frozenset()
    matrix: Matrix | None = None
    review: Review | None = None
    attention: Attention = Attention()
    first_response: Literal["typed", "left_new"] = "left_new"
    updates: tuple[str, ...] = ("status", "notes")
    scripts: tuple[str, ...] = ()
    channels: tuple[ChannelSpec, ...] = ()
    telling: Telling = field(default_factory=Telling)
    assignment: Assignment = field(default_factory=Assignment)
    source: str = ""
    store: str = ""
    kept: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def tickets(self) -> TableSpec:
        """The table of tickets."""
        return self.table("tickets")

    @cached_property
    def _tables(self) -> Mapping[str, TableSpec]:
        return {table.key: table for table in reversed(self.tables)}

    def table(self, key: str) -> TableSpec:
        """The table with this key. Raises KeyError."""
        return self._tables[key]

    def column(self, key: str) -> Column:
        """The column of the tickets with this key. Raises KeyError."""
        return self.tickets.column(key)

    def has(self, *keys: str) -> bool:
        """Whether the tickets have all these columns."""
        return all(self.tickets.has(key) for key in keys)

    def role(self, key: str) -> Role:
        """The role with this key or title. Raises RoleUnknown."""
        for role in self.roles:
            if key in (role.key, role.title):
                return role
        raise RoleUnknown(self.locale.text("words.role"), key, [role.key for role in self.roles])

    def person(self, name: str) -> Person:
        """The member with this name. Raises RoleUnknown."""
        for person in self.people:
            if person.name.casefold() == name.casefold():
                return person
        raise RoleUnknown(self.locale.text("words.person"), name, [p.name for p in self.people])

    def with_choices(self, column: str, choices: Sequence[Choice]) -> Desk:
        """The same desk with other choices for a column of tickets and cases; itself where it has them."""
        if self.tickets.has(column) and self.column(column).choices == tuple(choices):
            return self
        made = {
            t.key: tuple(replace(c, choices=tuple(choices)) if c.key == column else c for c in t.columns)
            for t in self.tables if t.key == "tickets" or (t.key, column) == ("cases", "type")
        }  # fmt: skip
        tables = (replace(t, columns=made[t.key]) if t.key in made else t for t in self.tables)
        return replace(self, tables=tuple(tables))

    def status_keys(self, *meanings: Meaning) -> tuple[str, ...]:
        """The statuses with one of these meanings, in the desk's order."""
        return tuple(c.key for c in self.column("status").choices if c.meaning in meanings)

    def open_statuses(self) -> tuple[Choice, ...]:
        """The statuses that count as backlog, in the desk's order."""
        return tuple(c for c in self.column("status").choices if c.meaning and c.meaning.is_open)

    def import_mapping(self, key: str) -> ImportMapping:
        """The mapping with this key; an empty one for "". Raises RoleUnknown."""
        if not key:
            return ImportMapping("")
        for mapping in self.imports:
            if mapping.key == key:
                return mapping
        raise RoleUnknown(self.locale.text("words.mapping"), key, [m.key for m in self.imports])
