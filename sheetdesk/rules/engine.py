"""All rules of a desk, run over the whole table once: what to change, whom to tell, what to remember.

The promises are reckoned first, and anew for the tickets that a rule moved; the rules have their turn in
order, each seeing what those before it did, then the flags are written. Running it again on what it left
gives nothing new where no rule looks at what a later one writes; else the next runs come to rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.policy import choose_policies
from sheetdesk.clock.sla import standings
from sheetdesk.columns.base import Problem
from sheetdesk.desk.actions import Notify
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.read_actions import parse_actions
from sheetdesk.desk.rule import rule_words
from sheetdesk.desk.tokens import LanguageInvalid
from sheetdesk.rules.acting import Acting
from sheetdesk.rules.assign import REASONS, RETURNED, Giver
from sheetdesk.rules.base import DeskRule, Notice, Outcome
from sheetdesk.rules.clocks import Clocks
from sheetdesk.rules.draft import RECKONED, Draft
from sheetdesk.rules.firing import fire
from sheetdesk.rules.histories import columns_told, tell_histories
from sheetdesk.rules.matching import Matching
from sheetdesk.rules.past import Past
from sheetdesk.rules.script import Told, call
from sheetdesk.rules.sla import doubtful_years, policies_now, sla_cells, sla_values
from sheetdesk.rules.team import Team
from sheetdesk.table.change import Entry, diff
from sheetdesk.table.table import Table, table_of

__all__ = ["Given", "run_rules"]

YEARS = "years"


@dataclass(frozen=True)
class Given:
    """What a run is worked out from.

    `entries` are the journal's of the tickets named by `live`, whose promises are reckoned; those of the
    others stand as they stand. `more` gives the entries of other tickets, when a rule comes to act on them.
    `states` is what rules remember, those that are `idle` too; `times` has every calendar of the desk.
    """

    desk: Desk
    tickets: Table
    entries: Sequence[Entry]
    live: frozenset[str]
    team: Team
    rules: Sequence[DeskRule]
    states: Mapping[tuple[str, str], Mapping[str, Any]]
    times: Mapping[str, WorkingTime]
    now: datetime
    more: Callable[[Collection[str]], Iterable[Entry]] = lambda _: ()
    idle: frozenset[str] = frozenset()


def run_rules(given: Given) -> Outcome:
    """What all rules come to; nothing is changed by it."""
    past = Past(given.entries, given.live, given.more)
    draft = Draft(given.desk, given.tickets, past, given.now)
    outcome = Outcome()
    clocks = _reckon(given, draft, given.entries)
    _warn(given, clocks, outcome)
    giver = Giver(draft, given.team, given.times, given.states)
    acting = Acting(draft, giver, clocks)
    matching = Matching(draft, given.rules)
    for rule in sorted(given.rules, key=lambda rule: rule.order):
        settled = len(draft.moved)
        if rule.script is not None:
            _run_script(rule, draft, outcome, given)
            acting.look_at(_reckon_again(given, draft, acting.clocks, draft.moved[settled:]))
        elif rule.spec is not None:
            mask = matching.of(rule)
            past.need(draft.whole.index[mask])
            fired = fire(rule, mask, draft, given.states, acting.clocks.lasted)
            acting.act(rule, fired)
            draft.settle()
            acting.look_at(_reckon_again(given, draft, acting.clocks, draft.moved[settled:]))
            fired.remember(draft)
            outcome.states |= fired.states
            outcome.fired[rule.key] = len(fired.firing)
            outcome.matching[rule.key] = fired.matching
    settled = len(draft.moved)
    giver.give_for_absent()
    draft.settle()
    acting.write_flags(_held(given.rules, draft, matching))
    draft.settle()
    _reckon_again(given, draft, acting.clocks, draft.moved[settled:])
    _forget(given, matching, draft, outcome)
    outcome.changes = draft.changes()
    outcome.left = draft.left
    outcome.notices += [*acting.notices, *giver.notices]
    outcome.states |= giver.remembered
    known = {rule.key for rule in given.rules} | given.idle | {RECKONED, REASONS, RETURNED, YEARS}
    outcome.states |= {key: None for key in given.states if key[0] not in known}
    outcome.states = {key: facts for key, facts in outcome.states.items() if facts != given.states.get(key)}
    return outcome


def _reckon(given: Given, draft: Draft, entries: Sequence[Entry]) -> Clocks:
    """How the promises of the live tickets stand, written into the draft."""
    desk = given.desk
    names = [str(name) for name in draft.tickets.frame.index if name in given.live]
    if not desk.sla:
        return Clocks(desk, {}, given.times, standings([], (), given.times, given.now), given.now)
    histories = tell_histories(desk, draft.tickets.frame.loc[names], entries, given.now)
    found = standings(histories, desk.sla, given.times, given.now, due_soon=desk.attention.due_soon_share)
    policies = policies_now(histories)
    values = sla_values(desk, found, policies, given.times)
    for cell in sla_cells(draft.tickets, values):
        draft.make(RECKONED, cell)
    draft.settle()

    def others() -> dict[str, str]:
        rows = draft.whole[~draft.whole.index.isin(names)]
        chosen = choose_policies(desk.sla, rows, desk.tickets.columns, zone=desk.zone)
        return {str(name): choice.policy for name, choice in chosen.items()}

    return Clocks(desk, policies, given.times, found, given.now, others)


def _warn(given: Given, clocks: Clocks, outcome: Outcome) -> None:
    """Years that promises reach into and whose working days are not all known: told once."""
    for calendar, years in doubtful_years(clocks.standings, given.times).items():
        told = given.states.get((YEARS, calendar), {}).get("years", [])
        new = tuple(year for year in years if year not in told)
        if new:
            outcome.years = {**outcome.years, calendar: new}
            outcome.states[YEARS, calendar] = {"years": sorted({*told, *years})}


def _reckon_again(given: Given, draft: Draft, clocks: Clocks, rows: Sequence[str]) -> Clocks:
    """The clocks after a rule moved these tickets."""
    if not rows or not given.desk.sla:
        return clocks
    told, here = columns_told(given.desk), given.live.intersection(rows)
    made = [r for r in draft.changes(here) if r.change.column in told and r.rule != RECKONED]
    if not made:
        return clocks
    moved = frozenset(ruled.change.row for ruled in made)
    entries = [entry for row in sorted(moved) for entry in draft.past.of(row)]
    for ruled in made:
        change = ruled.change
        entries.append(
            Entry("tickets", change.row, "changed", change.column, change.before, change.after,
                  given.now, given.now, f"rule:{ruled.rule}", "rule", "now")
        )  # fmt: skip
    again = _reckon(replace(given, live=moved), draft, entries)
    others = clocks.standings[~clocks.standings["ticket"].isin(moved)]
    found = pd.concat([others, again.standings], ignore_index=True) if len(others) else again.standings
    return replace(clocks, policies={**clocks.policies, **again.policies}, standings=found)


def _held(rules: Sequence[DeskRule], draft: Draft, matching: Matching) -> dict[str, set[str]]:
    """By rule the tickets that its condition still holds for, as the rules after it left them."""
    index = draft.whole.index
    return {rule.key: set(index[matching.of(rule)]) for rule in rules if rule.spec is not None}


def _forget(given: Given, matching: Matching, draft: Draft, outcome: Outcome) -> None:
    """What rules remember of tickets that the run took out of their conditions."""
    moved = set(draft.moved)
    for rule in given.rules if moved else ():
        if rule.spec is not None:
            still = {str(name) for name in draft.whole.index[matching.of(rule)]}
            gone = [key for key in outcome.states if key[0] == rule.key and key[1] in moved - still]
            outcome.states |= dict.fromkeys(gone)


def _run_script(rule: DeskRule, draft: Draft, outcome: Outcome, given: Given) -> None:
    """A function's turn: its cells are proposed as any rule's are."""
    assert rule.script is not None
    found = call(rule.script, draft.whole, given.desk)
    if isinstance(found, str):
        outcome.failures[rule.key] = found
        return
    frame, told = found
    spec, rows = draft.tickets.spec, draft.tickets.frame.loc[frame.index]
    wanted = table_of(spec, {**rows, **frame}, frame.index)
    outcome.fired[rule.key] = sum(
        draft.make(rule.key, cell) for cell in diff(Table(spec, rows), wanted).cells
    )
    draft.settle()
    for one in told:
        outcome.notices += _notices(rule, one, given, outcome)


def _notices(rule: DeskRule, told: Told, given: Given, outcome: Outcome) -> list[Notice]:
    words = rule_words(given.desk, [member.name for member in given.team.members],
                       [channel.key for channel in given.desk.channels])  # fmt: skip
    try:
        (action,) = parse_actions([f"notify {told.whom}"], words)
    except LanguageInvalid as error:
        outcome.problems.append(
            Problem("rule", "then", told.whom, error.say(given.desk.locale.code), ticket=rule.key)
        )
        return []
    assert isinstance(action, Notify)
    return [
        Notice(rule.key, told.ticket, whom, "script", told.text, told.is_urgent, {"text": told.text})
        for whom in action.whom
    ]
