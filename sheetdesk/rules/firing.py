"""For which tickets a rule fires: those that match it, have long enough, and did not fire as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from sheetdesk.clock.policy import compared
from sheetdesk.desk.desk import Desk, Duration
from sheetdesk.desk.holds import Mask
from sheetdesk.rules.base import DeskRule
from sheetdesk.rules.draft import Draft
from sheetdesk.rules.histories import stored_inputs
from sheetdesk.table.change import plain_value
from sheetdesk.table.plain import encoded_one, micros_of, moment_at

__all__ = ["Fired", "fire", "follows_the_clock"]

States = Mapping[tuple[str, str], Mapping[str, Any]]
BY_CLOCK = ("late", "age_days")
FRESH = ("updated", "sla_left", "sla_state", "sla")
"""Columns that change by themselves: no reason to fire again."""
FOLLOWING = ("first_response", "resolved", "closed")
"""Times that follow a status: it tells of the change."""


@dataclass
class Fired:
    """`matching` tickets meet the condition and have for long enough, `firing` do it anew.

    `states` are what the rule now remembers of each ticket; None of those that no longer match.
    `watched` are the columns whose change lets it fire again.
    """

    rule: str
    watched: Sequence[str]
    matching: list[str] = field(default_factory=list)
    firing: list[str] = field(default_factory=list)
    states: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)

    def remember(self, draft: Draft) -> None:
        """The rule fired for the tickets as it left them: its own changes are no reason to fire again."""
        for name in self.matching:
            facts = self.states.get((self.rule, name))
            if facts is not None:
                facts["fired"] = _digest(draft, name, self.watched)


def fire(
    rule: DeskRule,
    mask: Mask,
    draft: Draft,
    known: States,
    lasted: Callable[[str, datetime, Duration], bool],
) -> Fired:
    """What of the tickets under `mask` the rule acts on.

    `lasted(ticket, since, time)` says whether that time has passed on the ticket's clock. How long a
    condition has held is told from when the cells that it looks at last changed; where it looks at what
    changes with time alone, from the run that first saw it hold.
    """
    assert rule.spec is not None
    asked = compared(rule.spec.when)
    inputs = sorted(stored_inputs(draft.desk, asked))
    found = Fired(rule.key, _watched(draft.desk, rule, inputs))
    ids = [str(name) for name in draft.whole.index[np.asarray(mask)]]
    here = set(ids)
    # One that was archived may come back, and is then told of no second time.
    present = draft.whole.index
    found.states = {
        key: None for key in known if key[0] == rule.key and key[1] not in here and key[1] in present
    }
    by_clock = follows_the_clock(draft.desk, asked)
    for name in ids:
        before = known.get((rule.key, name), {})
        since = before.get("since")
        if rule.spec.lasting is not None:
            changed = None if by_clock else draft.changed_at(name, inputs)
            start = changed or (draft.now if since is None else moment_at(since))
            since = micros_of(start)
            if not lasted(name, start, rule.spec.lasting):
                found.states[rule.key, name] = {**before, "since": since}
                continue
        found.matching.append(name)
        state = _digest(draft, name, found.watched)
        if before.get("fired") != state:
            found.firing.append(name)
        found.states[rule.key, name] = {**before, "fired": state} | (
            {} if since is None else {"since": since}
        )
    return found


def follows_the_clock(desk: Desk, keys: Collection[str]) -> bool:
    """Whether what these columns hold changes with time alone."""
    return any(key in FRESH or desk.column(key).formula.startswith(BY_CLOCK) for key in keys if desk.has(key))


def _watched(desk: Desk, rule: DeskRule, inputs: Collection[str]) -> list[str]:
    if rule.mode == "always":
        theirs = [c.key for c in desk.tickets.columns if c.owner == "people" and c.key != "id"]
        return [key for key in theirs if key not in FOLLOWING]
    steady = {"id", *FRESH}
    return [key for key in inputs if key not in steady and desk.column(key).owner != "formula"]


def _digest(draft: Draft, name: str, columns: Collection[str]) -> str:
    values = [encoded_one(plain_value(draft.tickets.frame.at[name, key])) for key in columns]
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()[:16]
