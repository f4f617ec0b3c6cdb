"""A desk whose rules run in memory: what people type and what rules write, journalled as a store does it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.rule import parse_rule_line, rule_words
from sheetdesk.desk.template import parse_desk
from sheetdesk.rules.base import DeskRule, Notice, Outcome
from sheetdesk.rules.engine import Given, run_rules
from sheetdesk.rules.script import Script
from sheetdesk.rules.script import rule as script_rule
from sheetdesk.rules.team import Member, Team
from sheetdesk.table.change import CellChange, ChangeSet, Entry, apply, plain_value
from sheetdesk.table.table import Table, stored, table_of
from tests.clock.stories import moment

HEAD = """
name: Help
zone: Asia/Shanghai
ids: "T-{n:02}"
"""
COLUMNS = """
columns:
  - id
  - created
  - updated
  - title
  - {key: type, choices: [{key: net, title: Network}, {key: db, title: Database}]}
  - priority
  - status
  - owner
  - requester
  - {key: due, owner: rules}
  - respond_by
  - update_by
  - sla_left
  - sla_state
  - sla
  - first_response
  - resolved
  - closed
  - flags
  - escalated
  - assigned_because
  - link
  - notes
  - {key: age, title: Age, type: number, formula: "age_days(created)"}
"""
PEOPLE = """
roles:
  boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}
  agent: {title: Agent, edits: all}
people:
  - {name: Ann, role: boss}
  - {name: Bo, role: agent}
  - {name: Cai, role: agent}
"""
CALENDARS = """
calendars:
  office: {zone: Asia/Shanghai, week: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}
"""
SLA = """
sla:
  - {key: fast, when: priority = p1, first_response: 1h, resolution: 2h, calendar: office}
  - {key: slow, when: priority >= p3, first_response: 4h, next_update: 6h, resolution: 16h, calendar: office}
"""
PLAIN = HEAD + COLUMNS + PEOPLE + CALENDARS
WHOLE = PLAIN + SLA


@cache
def desk_of(text: str) -> Desk:
    return parse_desk(text)


@cache
def times_of(text: str) -> dict[str, WorkingTime]:
    return {calendar.key: WorkingTime(calendar) for calendar in desk_of(text).calendars}


def rules_of(desk: Desk, lines: Iterable[str | DeskRule], people: Sequence[str]) -> list[DeskRule]:
    """`when … then …` each, with keys r1, r2 … in this order; `always: when …` for that mode."""
    words = rule_words(desk, people, [channel.key for channel in desk.channels])
    found = []
    for number, line in enumerate(lines, 1):
        if isinstance(line, DeskRule):
            found.append(line)
            continue
        mode, colon, rest = line.partition("always: ")
        spec = parse_rule_line(rest if colon else mode, words)
        found.append(
            DeskRule(f"r{number}", line, spec, mode="always" if colon else "selective", order=number)
        )
    return found


def scripted(
    function: Callable[[pd.DataFrame, Desk], Any],
    *,
    reads: Sequence[str],
    writes: Sequence[str] = (),
    key: str = "script",
    order: float = 50,
) -> DeskRule:
    """A rule that is a function."""
    script: Script = script_rule(reads=reads, writes=writes, order=order, key=key)(function).__sheetdesk__  # type: ignore[attr-defined]
    return DeskRule(key, key, None, script, order=order, place="help.py")


@dataclass(repr=False)
class World:
    """The tickets, the journal and what rules remember. Times are as `moment` takes them."""

    text: str
    lines: Sequence[str | DeskRule] = ()
    members: tuple[Member, ...] = (Member("Ann"), Member("Bo"))
    table: Table = None  # type: ignore[assignment]
    entries: list[Entry] = field(default_factory=list)
    states: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    read_at: datetime = field(default_factory=lambda: moment("Mon 00:00"))

    def __repr__(self) -> str:
        return f"{self.lines}\n{self.table.frame.T.to_string()}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def __post_init__(self) -> None:
        if self.table is None:
            self.table = table_of(self.desk.tickets, {}, [])

    @property
    def desk(self) -> Desk:
        return desk_of(self.text)

    def ticket(self, when: str | datetime, name: str = "T-01", **cells: Any) -> World:
        """A ticket comes; it is new and was created when it came, unless said otherwise."""
        at = moment(when) if isinstance(when, str) else when
        cells = {"status": "new", "title": f"ticket {name}", "created": at, **cells}
        typed = {key: self.typed(key, value) for key, value in cells.items()}
        row = table_of(self.desk.tickets, {key: [value] for key, value in typed.items()}, [name])
        self.table = apply(self.table, ChangeSet(added=row.frame))
        after = {key: value for key, value in typed.items() if value is not None}
        self._note(name, "added", "", None, after, at, "sync")
        return self

    def types(self, when: str, name: str = "T-01", why: str = "sync", **cells: Any) -> World:
        """Somebody types into a ticket's cells; read at this time."""
        at = moment(when)
        for column, raw in cells.items():
            value = self.typed(column, raw)
            before = self.table.frame.at[name, column]
            change = CellChange(name, column, before, value)
            self.table = apply(self.table, ChangeSet((change,)))
            self._note(name, "changed", column, before, value, at, why)
        self.read_at = at
        return self

    def typed(self, column: str, value: Any) -> Any:
        if self.desk.column(column).type == "moment" and isinstance(value, str | datetime):
            at = moment(value) if isinstance(value, str) else value
            return pd.Timestamp(at).tz_convert("UTC").as_unit("us")
        return value

    def _note(
        self, row: str, kind: Any, column: str, before: Any, after: Any, at: datetime, why: str
    ) -> None:
        by = "sheet:main" if why == "sync" else f"cli:{why}"
        since = at if kind == "added" else min(self.read_at, at)
        self.entries.append(
            Entry("tickets", row, kind, column, before, after, since, at, by, why, f"run{at}")
        )

    def given(self, when: str | datetime, **more: Any) -> Given:
        now = moment(when) if isinstance(when, str) else when
        team = Team(self.members)
        rules = rules_of(self.desk, self.lines, [one.name for one in self.members])
        settings: dict[str, Any] = {"live": frozenset(map(str, self.table.frame.index)), **more}
        return Given(
            desk=self.desk, tickets=self.table, entries=list(self.entries), team=team, rules=rules,
            states=copy.deepcopy(self.states), times=times_of(self.text), now=now, **settings,
        )  # fmt: skip

    def run(self, when: str | datetime, **more: Any) -> Outcome:
        """The rules run, and what they came to is kept."""
        given = self.given(when, **more)
        outcome = run_rules(given)
        self.keep(outcome, given.now)
        return outcome

    def keep(self, outcome: Outcome, now: datetime) -> None:
        self.table = apply(self.table, ChangeSet(tuple(ruled.change for ruled in outcome.changes)))
        for ruled in outcome.changes:
            c = ruled.change
            self.entries.append(
                Entry("tickets", c.row, "changed", c.column, c.before, c.after, now, now,
                      f"rule:{ruled.rule}", "rule", f"rules{now}")
            )  # fmt: skip
        for key, facts in copy.deepcopy(outcome.states).items():
            if facts is None:
                self.states.pop(key, None)
            else:
                self.states[key] = facts

    def cell(self, column: str, name: str = "T-01") -> Any:
        return plain_value(self.table.frame.at[name, column])


def changed(outcome: Outcome) -> dict[tuple[str, str], Any]:
    """What became of which cell."""
    return {(ruled.change.row, ruled.change.column): ruled.change.after for ruled in outcome.changes}


def told(outcome: Outcome) -> list[str]:
    """`r1 T-01 Ann` for each notice."""
    return [_told(notice) for notice in outcome.notices]


def _told(notice: Notice) -> str:
    return f"{notice.rule} {notice.ticket} {notice.whom.key or notice.whom.kind}"


def why_left(outcome: Outcome) -> dict[tuple[str, str], str]:
    """`rule column: why` of what rules would have changed."""
    return {(left.rule, left.change.column): left.why for left in outcome.left}


def columns_without(*keys: str) -> str:
    """The desk's columns but these."""
    return "\n".join(
        line
        for line in COLUMNS.splitlines()
        if line.strip(" -") not in keys and not any(f"key: {key}," in line for key in keys)
    )


def rows(desk: Desk, cells: Mapping[str, Mapping[str, Any]]) -> Table:
    """A table by id and column."""
    keys = stored(desk.tickets)
    return table_of(desk.tickets, {key: [row.get(key) for row in cells.values()] for key in keys}, cells)
