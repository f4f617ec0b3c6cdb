"""Rules, run: what they decide kept in one commit with the notices that it causes.

Store ─tables, entries→ rules.engine → Outcome ─commit→ Store ─notices→ outbox
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.errors import StoreMoved
from sheetdesk.flows.addressing import notices_for
from sheetdesk.flows.opening import OpenDesk, new_run
from sheetdesk.flows.scripts import load_scripts
from sheetdesk.rules.base import DeskRule, Left, Notice, Outcome, Ruled
from sheetdesk.rules.book import read_rules
from sheetdesk.rules.draft import RECKONED, open_mask
from sheetdesk.rules.engine import Given, run_rules
from sheetdesk.rules.team import read_team
from sheetdesk.store.journal import entries_of, typer
from sheetdesk.store.rule_states import RuleStates
from sheetdesk.store.store import Store, Write
from sheetdesk.table.change import ChangeSet, Entry, apply
from sheetdesk.table.plain import encoded_one
from sheetdesk.table.seed import with_tables
from sheetdesk.table.table import Table, kept_for

__all__ = ["Ran", "as_ruled", "given_of", "rule_problems", "run"]

TRIES = 8


@dataclass(frozen=True)
class Ran:
    """What a run of the rules came to, or would. `told` are the notices to be sent, by key.

    `years` are those whose working days are not all known, by calendar.
    """

    run: str
    outcome: Outcome
    rules: tuple[DeskRule, ...] = ()
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def changes(self) -> list[Ruled]:
        return self.outcome.changes

    @property
    def left(self) -> list[Left]:
        return self.outcome.left

    @property
    def notices(self) -> list[Notice]:
        return self.outcome.notices

    def then(self, later: Ran) -> Ran:
        """Both runs as one."""
        first, second = self.outcome, later.outcome
        outcome = replace(
            second,
            changes=[*first.changes, *second.changes],
            left=[*first.left, *second.left],
            notices=[*first.notices, *second.notices],
            fired={key: first.fired.get(key, 0) + count for key, count in second.fired.items()},
        )
        return Ran(later.run, outcome, later.rules, {**self.told, **later.told})

    @property
    def needs_people(self) -> bool:
        """Whether somebody must act: a rule cannot be read, or a script failed."""
        return bool(self.outcome.problems or self.outcome.failures)


def run(opened: OpenDesk, *, now: datetime, dry_run: bool = False, whole: bool = False) -> Ran:
    """Run the desk's rules and keep what they decide. `whole`: the promises of all tickets anew.

    Raises StoreMoved, CountryUnknown.
    """
    for left in reversed(range(TRIES)):
        try:
            return _run(opened, now, dry_run=dry_run, whole=whole)
        except StoreMoved:
            if not left:
                raise
    raise AssertionError


def _run(opened: OpenDesk, now: datetime, *, dry_run: bool, whole: bool) -> Ran:
    with opened.snapshot() as at:
        given, problems, failures = given_of(at, now, whole=whole)
        version, head = at.store.version, at.store.head().number
        outcome = run_rules(given)
        told = dict(notices_for(given, outcome, at.store.sheets()))
        # What a script says at every run is told once.
        for key in at.store.outbox.known(told):
            del told[key]
    outcome.problems = [*problems, *outcome.problems]
    outcome.failures = failures | outcome.failures
    name = new_run("rules", now)
    rules = tuple(given.rules)
    if dry_run:
        return Ran(name, outcome, rules, told)
    writes = []
    if outcome.changes:
        changes = ChangeSet(tuple(ruled.change for ruled in outcome.changes))
        writes.append(Write(given.tickets, changes, _entries(outcome.changes, now)))
    # What the run itself writes is nothing to look at again, but for tickets that it did not reckon.
    is_own = all(ruled.change.row in given.live for ruled in outcome.changes)
    seen = {"entry": head + (len(outcome.changes) if is_own else 0), "source": given.desk.source}
    states = {**outcome.states, (RECKONED, ""): seen}
    if writes or told or outcome.states or given.states.get((RECKONED, "")) != seen:
        opened.store.commit(
            version, writes, by="rules", why="rule", run=name, now=now, notices=told, states=states
        )
    return Ran(name, outcome, rules, told)


def given_of(
    at: OpenDesk, now: datetime, *, whole: bool = False
) -> tuple[Given, list[Problem], dict[str, str]]:
    """What a run is worked out from, as the store stands; what is wrong with rules and team; and with
    scripts, by name.
    """
    store, tables = at.store, at.tables()
    # People may have changed Lists since the desk was opened.
    desk = with_tables(at.desk, tables["choices"])
    team, problems = read_team(desk, tables["people"].frame)
    taken = [str(key) for key in tables["rules"].frame.index]
    scripts, broken = load_scripts(at.folder, desk.scripts, taken)
    names = [member.name for member in team.members]
    rules, wrong = read_rules(desk, tables["rules"].frame, names, scripts)
    states = store.rule_states()
    tickets = tables["tickets"]
    live = _live(store, desk, tickets, states, whole=whole)

    def more(rows: Collection[str]) -> Iterable[Entry]:
        return store.entries([desk.tickets], rows=rows)

    entries = store.entries([desk.tickets]) if len(live) * 3 > len(tickets) else list(more(live))
    given = Given(
        desk, tickets, entries, live, team, rules, states,
        {calendar.key: WorkingTime(calendar) for calendar in desk.calendars}, now, more, frozenset(taken),
    )  # fmt: skip
    failures = {str(error.facts["key"]): error.say(desk.locale.code) for error in broken}
    return given, [*problems, *wrong], failures


def as_ruled(at: OpenDesk, tickets: Table, now: datetime) -> tuple[Table, RuleStates]:
    """Tickets that are nowhere yet as the rules leave them, and what these remember. Nobody is told."""
    given, _, _ = given_of(at, now)
    added = ChangeSet(added=tickets.frame)
    spec = tickets.spec
    entries = map(typer(spec), entries_of(spec, added, now, "", "import"))
    live = frozenset(str(name) for name in tickets.frame.index)
    outcome = run_rules(replace(given, tickets=tickets, entries=list(entries), live=live))
    changes = ChangeSet(tuple(ruled.change for ruled in outcome.changes))
    return apply(tickets, changes), outcome.states


def rule_problems(desk: Desk, tables: Mapping[str, Table]) -> list[Problem]:
    """What is wrong with the rules and the team as their tabs stand."""
    people, rules = tables["people"].frame, tables["rules"]

    def found() -> list[Problem]:
        team, problems = read_team(desk, people)
        names = [member.name for member in team.members]
        return [*problems, *read_rules(desk, rules.frame, names)[1]]

    return list(kept_for(rules, "problems", (desk, people), found))


def _live(
    store: Store,
    desk: Desk,
    tickets: Table,
    states: Mapping[tuple[str, str], Mapping[str, Any]],
    *,
    whole: bool,
) -> frozenset[str]:
    """The tickets whose promises may stand otherwise than they did: open ones, and what has changed.

    All of them when the desk file changed, or none was ever looked at.
    """
    frame = tickets.frame
    marks = states.get((RECKONED, ""), {})
    if whole or marks.get("source") != desk.source:
        return frozenset(str(name) for name in frame.index)
    changed = {entry.row for entry in store.entries([desk.tickets], after=int(marks["entry"]))}
    still = frame.index[open_mask(desk, frame)]
    return frozenset(str(name) for name in still) | (changed & set(frame.index))


def _entries(changes: Iterable[Ruled], now: datetime) -> list[Entry]:
    """The journal's entries: each by the rule that made it."""
    return [
        Entry(
            "tickets", ruled.change.row, "changed", ruled.change.column, encoded_one(ruled.change.before),
            encoded_one(ruled.change.after), now, now, f"rule:{ruled.rule}", "rule",
        )
        for ruled in changes
    ]  # fmt: skip
