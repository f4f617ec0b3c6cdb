"""The rules of a desk as they run: the *Rules* tab as people left it, and the scripts beside the desk.

A rule that nobody can read is a Problem and does not run; the others do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Problem
from sheetdesk.desk.actions import RuleWords
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.rule import RuleSpec, parse_rule, parse_rule_line, rule_words
from sheetdesk.desk.tokens import LanguageInvalid
from sheetdesk.rules.base import DeskRule
from sheetdesk.rules.script import Script

__all__ = ["PLAIN_ORDER", "read_rules"]

PLAIN_ORDER = 100.0


def read_rules(
    desk: Desk, rules: pd.DataFrame, people: Collection[str], scripts: Sequence[Script] = ()
) -> tuple[list[DeskRule], list[Problem]]:
    """The rules that are active, in the order in which they have their turn, and what is wrong with others.

    `rules` is the frame of the rules table, indexed by key; what only a desk file can say of a rule
    (mode, order) is taken from there. A cell may hold a whole `when … then …`.
    """
    words = rule_words(desk, sorted(people), [channel.key for channel in desk.channels])
    known = {rule.key: rule for rule in desk.rules}
    found: list[DeskRule] = []
    problems: list[Problem] = []
    for key, cells in zip(rules.index, rules.to_dict("records"), strict=True):
        if cells.get("active") is False or str(cells.get("active")) == "False":
            continue
        when, then = _text(cells.get("when")), _text(cells.get("then"))
        if not when and not then:
            continue
        try:
            spec = _spec(when, then, words)
        except LanguageInvalid as error:
            column = "then" if then and error.text != when else "when"
            typed, said = then if column == "then" else when, error.say(desk.locale.code)
            problems.append(Problem("rule", column, typed, said, ticket=str(key)))
            continue
        setting = known.get(str(key))
        title = _text(cells.get("title")) or str(key)
        mode, order = ("selective", PLAIN_ORDER) if setting is None else (setting.mode, setting.order)
        found.append(DeskRule(str(key), title, spec, None, mode, order, "Rules"))  # type: ignore[arg-type]
    found += [
        DeskRule(script.key, script.title, None, script, order=script.order, place=script.place)
        for script in scripts
    ]
    return sorted(found, key=lambda rule: rule.order), problems


def _spec(when: str, then: str, words: RuleWords) -> RuleSpec:
    if not then or not when:
        return parse_rule_line(when or then, words)
    return parse_rule(when, then, words)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
