"""What rules do to the tickets for which they fire, action by action."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.columns.moment import moment_in
from sheetdesk.desk.actions import (
    Assign,
    Close,
    Escalate,
    Flag,
    LinkDuplicates,
    Notify,
    Return,
    Set,
    Whom,
)  # fmt: skip
from sheetdesk.rules.assign import RETURNED, Giver
from sheetdesk.rules.base import DeskRule, Notice
from sheetdesk.rules.clocks import Clocks
from sheetdesk.rules.draft import Draft, is_open
from sheetdesk.rules.duplicates import duplicates
from sheetdesk.rules.firing import Fired

__all__ = ["Acting"]

FLAGS = "flags"


@dataclass
class Acting:
    """The hands of a run. `flags` collects by ticket and mark the rules that set it while they hold."""

    draft: Draft
    giver: Giver
    clocks: Clocks
    notices: list[Notice] = field(default_factory=list)
    flags: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _promised: dict[str, Any] | None = None

    def look_at(self, clocks: Clocks) -> None:
        """How the promises stand by now."""
        if clocks is not self.clocks:
            self.clocks, self._promised = clocks, None

    def act(self, rule: DeskRule, fired: Fired) -> None:
        """All of a rule's actions, in order."""
        assert rule.spec is not None
        level = 0
        for action in rule.spec.actions:
            match action:
                case Assign():
                    self._assign(rule, action, fired.matching)
                case Flag(text):
                    for name in fired.matching:
                        self.flags.setdefault(name, {}).setdefault(text, []).append(rule.key)
                case Escalate():
                    level += 1
                    self._escalate(rule, action, level, fired)
                case Notify():
                    self._notify(rule, action, fired)
                case Set(column, value):
                    self._set(rule.key, column, value, fired.firing)
                case Close(status):
                    self._set(rule.key, "status", status, fired.firing)
                case Return():
                    self._return(rule, fired.firing)
                case LinkDuplicates():
                    self._link(rule, action, fired.matching)

    def write_flags(self, held: Mapping[str, Collection[str]]) -> None:
        """The flags of all tickets: those of rules that hold, and none else; `held` tells by rule where."""
        if not self.draft.desk.has(FLAGS):
            return
        column = self.draft.tickets.frame[FLAGS]
        marked = [str(name) for name in column.index[column.notna()]]
        for name in dict.fromkeys([*marked, *self.flags]):
            marks = self.flags.get(name, {})
            found = {text: key for text, keys in marks.items() for key in keys if name in held[key]}
            text = ", ".join(found) or None
            self.draft.propose(next(iter(found.values()), FLAGS), name, FLAGS, text)

    def _assign(self, rule: DeskRule, action: Assign, names: Sequence[str]) -> None:
        # What has an owner keeps it, whatever the rule's condition says.
        free = [name for name in names if self.draft.value(name, "owner") is None]
        self.giver.give(rule.key, action, free)

    def _notify(self, rule: DeskRule, action: Notify, fired: Fired) -> None:
        for name in fired.firing:
            by = self.draft.changed_by(name, fired.watched)
            self.notices += [
                Notice(rule.key, name, whom, "fired", self._occasion, action.is_urgent, by=by)
                for whom in action.whom
            ]

    @property
    def _occasion(self) -> str:
        """What tells this firing from another: a run fires for a ticket once."""
        return f"{self.draft.now:%Y%m%dT%H%M%S}"

    def _escalate(self, rule: DeskRule, action: Escalate, level: int, fired: Fired) -> None:
        if self._promised is None:
            self._promised = self.clocks.promised()
        for name in fired.matching:
            if not is_open(self.draft.desk, self.draft.value(name, "status")):
                continue
            promise = self._promised.get(name)
            if action.level is not None and (
                promise is None or not self.clocks.reached(promise, action.level)
            ):
                continue
            facts = fired.states.get((rule.key, name)) or {}
            cycle = "" if promise is None else f"{promise.started:%Y%m%dT%H%M%S}/{promise.cycle}"
            told = facts["levels"] = dict(facts.get("levels", {}))
            if told.get(str(level)) == cycle and (action.level is not None or name not in fired.firing):
                continue
            told[str(level)] = cycle
            self._raise(rule.key, name, level)
            state = f"{level}/{cycle}/{self._occasion}"
            self.notices.append(
                Notice(rule.key, name, action.whom, "escalated", state, is_urgent=True,
                       facts={"level": str(level)})
            )  # fmt: skip

    def _raise(self, rule: str, name: str, level: int) -> None:
        if self.draft.desk.has("escalated"):
            before = self.draft.value(name, "escalated") or 0
            self.draft.propose(rule, name, "escalated", max(float(before), float(level)))

    def _set(self, rule: str, column: str, value: Any, names: Sequence[str]) -> None:
        if isinstance(value, datetime) and self.draft.desk.column(column).type == "moment":
            value = moment_in(value, self.draft.desk.zone)
        elif isinstance(value, datetime):
            value = pd.Timestamp(value).as_unit("us")
        for name in names:
            self.draft.propose(rule, name, column, value)

    def _return(self, rule: DeskRule, names: Sequence[str]) -> None:
        """Ownership handed back: only what a rule gave, and the next to get it is somebody else."""
        for name in names:
            owner = self.draft.value(name, "owner")
            if owner is None or not self.draft.past.is_rules(name, "owner"):
                continue
            if self.draft.propose(rule.key, name, "owner", None):
                before = self.giver.returned(name)
                self.giver.remembered[RETURNED, name] = {"not_to": sorted({*before, owner})}
                self.notices.append(Notice(rule.key, name, Whom("person", owner), "fired", self._occasion))

    def _link(self, rule: DeskRule, action: LinkDuplicates, names: Sequence[str]) -> None:
        if not self.draft.desk.has("link"):
            return
        found = duplicates(self.draft.whole, action.within)
        for name in names:
            if name in found and self.draft.value(name, "link") is None:
                self.draft.propose(rule.key, name, "link", found[name])
