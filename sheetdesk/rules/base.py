"""What rules are and what they come to: values alone.

A rule looks at the whole table and says what to change and whom to tell; it changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sheetdesk.columns.base import Problem
from sheetdesk.desk.actions import Whom
from sheetdesk.desk.rule import RuleSpec
from sheetdesk.rules.script import Script
from sheetdesk.table.change import CellChange

__all__ = ["DeskRule", "Left", "Notice", "Outcome", "Ruled"]

Mode = Literal["selective", "always"]


@dataclass(frozen=True)
class DeskRule:
    """A rule as it runs: `spec` of the rule language, or a `script`.

    `selective`: it fires for a ticket that comes to match, and again when a cell that it looks at has
    changed; `always`: again when any cell that people fill has changed. `place` tells where it is written.
    """

    key: str
    title: str
    spec: RuleSpec | None = None
    script: Script | None = None
    mode: Mode = "selective"
    order: float = 100
    place: str = ""


@dataclass(frozen=True)
class Notice:
    """Somebody is to be told that a rule fired for a ticket.

    `about` is the kind of message; `state` tells one occasion from the next, so that nobody is told
    twice of one; `facts` are words for the message. `by` is who made the change that brought it about.
    """

    rule: str
    ticket: str
    whom: Whom
    about: Literal["fired", "assigned", "unassigned", "escalated", "script"]
    state: str = ""
    is_urgent: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True)
class Ruled:
    """A change that a rule made."""

    rule: str
    change: CellChange


@dataclass(frozen=True)
class Left:
    """A change that a rule would have made and did not: the cell is a person's, another rule had written
    it in the same run, or the desk does not allow it.
    """

    rule: str
    change: CellChange
    why: Literal["people", "written", "lifecycle", "review"]
    by: str = ""


@dataclass
class Outcome:
    """What a run of all rules comes to. `states` are what rules remember, by rule and ticket.

    `problems` are of the rules and the team themselves, `failures` the tracebacks of scripts by rule,
    `years` those whose working days are not all known, by calendar, told once. `fired` counts tickets,
    `matching` names those that held, by rule.
    """

    changes: list[Ruled] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    states: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    years: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    fired: dict[str, int] = field(default_factory=dict)
    matching: dict[str, list[str]] = field(default_factory=dict)
