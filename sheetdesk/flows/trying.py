"""Rules tried without keeping anything: on written cases, and on the tickets as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pandas as pd

from sheetdesk.desk.rule import parse_rule_line, rule_words
from sheetdesk.desk.tokens import LanguageInvalid
from sheetdesk.errors import SheetdeskError, near
from sheetdesk.flows.addressing import notices_for
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.running import given_of
from sheetdesk.rules.base import DeskRule, Outcome
from sheetdesk.rules.cases import Case, failures, read_cases
from sheetdesk.rules.engine import Given, run_rules
from sheetdesk.table.tell import shown

__all__ = ["RuleInvalid", "RuleUnknown", "preview_rule", "try_cases"]


class RuleUnknown(SheetdeskError):
    """Not the key of a rule."""

    exit_code = 2
    words: ClassVar = {
        "en": "No rule '{name}' in this desk{hint}. `sheetdesk rules` lists them.",
        "zh": "本工单台没有规则“{name}”{hint}。`sheetdesk rules` 可列出全部规则。",
    }

    def __init__(self, name: str, known: Iterable[str]) -> None:
        like = near(name, known)
        super().__init__(name=name, hint=f" ({like}?)" if like else "")


class RuleInvalid(SheetdeskError):
    """A text that is no rule; `reason` shows where."""

    exit_code = 2
    words: ClassVar = {
        "en": "This is no rule: {reason}",
        "zh": "这不是一条规则：{reason}",
    }


def try_cases(opened: OpenDesk, text: str, path: object) -> list[tuple[Case, list[str]]]:
    """Each case with what does not come about, [] where all does. Raises DeskInvalid."""
    cases = read_cases(text, opened.desk, path)
    with opened.snapshot() as at:
        given, _, _ = given_of(at, datetime.now(UTC))

    def addressed(tried: Given, outcome: Outcome) -> list[str]:
        return [notice["to"]["key"] for notice in notices_for(tried, outcome, ()).values()]

    return [(case, failures(case, given, addressed)) for case in cases]


def preview_rule(
    opened: OpenDesk, rule: str, *, now: datetime
) -> tuple[pd.DataFrame, Mapping[str, list[str]]]:
    """The tickets that match a rule, by its key or as it is written, and what it would do to each.

    Raises RuleUnknown; RuleInvalid for a text that is no rule.
    """
    with opened.snapshot() as at:
        given, _, _ = given_of(at, now)
    known = {one.key: one for one in given.rules}
    wanted = known.get(rule)
    if wanted is None:
        if " " not in rule.strip():
            raise RuleUnknown(rule, known)
        words = rule_words(opened.desk, [member.name for member in given.team.members],
                           [channel.key for channel in opened.desk.channels])  # fmt: skip
        try:
            wanted = DeskRule("preview", rule, parse_rule_line(rule, words))
        except LanguageInvalid as error:
            raise RuleInvalid(reason=error.cause) from error
    # As if it had never fired, with nothing else running.
    alone = replace(given, rules=[wanted], states={})
    outcome = run_rules(alone)
    desk = opened.desk
    told: dict[str, list[str]] = {}
    for ruled in outcome.changes:
        if ruled.rule == wanted.key:
            change = ruled.change
            value = shown(desk, desk.tickets, change.column, change.after)
            told.setdefault(change.row, []).append(f"{desk.column(change.column).title} → {value}")
    for notice in notices_for(alone, outcome, ()).values():
        if notice["rule"] == wanted.key:
            told.setdefault(notice["ticket"], []).append(f"→ {notice['to']['key']}")
    matching = outcome.matching.get(wanted.key, list(told))
    return given.tickets.frame.loc[matching], told
