"""Choices that other cells of a sheet name by their titles: skills in Team, what a choice stands under in
Lists, the texts of Rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from sheetdesk.columns.base import plain
from sheetdesk.desk.actions import RuleWords
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.read_actions import parse_actions
from sheetdesk.desk.rule import parse_rule_line, parse_when, rule_words
from sheetdesk.desk.skills import SkillWords
from sheetdesk.desk.tokens import LanguageInvalid, Named
from sheetdesk.desk.value import choice_names

__all__ = ["TEXTS", "Mentions", "retold"]

TEXTS = {"people": ("skills",), "choices": ("parent",), "rules": ("when", "then")}
"""The columns of such cells, by table."""

QUOTES = "\"'“「"

Meant = tuple[str, str]
"""A choice: its column's key and its own."""


class Mentions:
    """What a desk's cells name, as it calls its choices."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @cached_property
    def _skills(self) -> SkillWords:
        return SkillWords(self.desk)

    @cached_property
    def _words(self) -> RuleWords:
        return rule_words(self.desk, None)

    def named(self, column: str, text: str, above: str = "") -> list[Named]:
        """The choices that a cell names, in order; none where nobody can read it. `column` is one of TEXTS,
        `above` the column of which a parent is one.
        """
        if column == "skills":
            return list(self._in_skills(text))
        if column == "parent":
            return list(self._in_parent(text, above))
        named: list[Named] = []
        for read in (parse_when if column == "when" else parse_actions, parse_rule_line):
            named.clear()
            try:
                read(text, replace(self._words, named=named))
            except LanguageInvalid:
                continue
            return sorted(named, key=lambda one: one.start)
        return []

    def meant(self, column: str, text: str, above: str = "") -> list[Meant]:
        """Which choices these are."""
        return [(one.column, one.choice) for one in self.named(column, text, above)]

    def _in_skills(self, text: str) -> Sequence[Named]:
        found, start = [], 0
        for skill in self._skills.read(text):
            at = text.find(skill.word, start)
            if skill.key is not None and at >= 0:
                start = at + len(skill.word)
                found.append(Named(at, start, "type", skill.key))
        return found

    def _in_parent(self, text: str, above: str) -> Sequence[Named]:
        column = self.desk.column(above) if self.desk.has(above) else None
        choice = choice_names(column).get(_folded(text)) if column is not None else None
        return [Named(0, len(text), above, choice.key)] if choice is not None else []

    def titled(self, meant: Meant) -> str:
        """What the choice is called."""
        choice = self.desk.column(meant[0]).choice(meant[1])
        return choice.title if choice is not None else meant[1]


def retold(text: str, column: str, old: Mentions, new: Mentions, above: str = "") -> str:
    """The text as it names the same choices by what `new` calls them; as it is where it does so already, and
    where no words can. `above` is the key that the parent's column has in the new desk.
    """
    named = old.named(column, text, _before(old.desk, new.desk, above))
    meant = [_same(new.desk, one) for one in named]
    for spell in (_as_typed, _by_title, _quoted, _by_key):
        made = text
        for one, choice in zip(reversed(named), reversed(meant), strict=True):
            if choice is None:
                return text
            typed = text[one.start : one.end]
            titles = old.titled((one.column, one.choice)), new.titled(choice)
            made = made[: one.start] + spell(typed, *titles, choice[1]) + made[one.end :]
        if new.meant(column, made, above) == meant:
            return made
    return text


def _as_typed(typed: str, old: str, new: str, key: str) -> str:
    """In the same quotes; what is no title stays."""
    bare = typed[1:-1] if typed[0] in QUOTES else typed
    if old == new or _folded(bare) != _folded(old):
        return typed
    return f"{typed[0]}{new}{typed[-1]}" if typed[0] in QUOTES else new


def _by_title(typed: str, old: str, new: str, key: str) -> str:
    return new


def _quoted(typed: str, old: str, new: str, key: str) -> str:
    return f'"{new}"'


def _by_key(typed: str, old: str, new: str, key: str) -> str:
    return key


def _same(desk: Desk, one: Named) -> Meant | None:
    """The choice in a later desk: by its key, or the one that it has become."""
    columns = [column for column in desk.tickets.columns if one.column in (column.key, *column.was)]
    column = desk.column(one.column) if desk.has(one.column) else next(iter(columns), None)
    if column is None:
        return None
    became = (choice for choice in column.choices if one.choice in choice.was)
    choice = column.choice(one.choice) or next(became, None)
    return (column.key, choice.key) if choice is not None else None


def _before(old: Desk, new: Desk, above: str) -> str:
    """The key that a column of the new desk had in the old one."""
    if not new.has(above) or old.has(above):
        return above
    return next((key for key in new.column(above).was if old.has(key)), above)


def _folded(text: str) -> str:
    return " ".join(plain(text).split()).casefold()
