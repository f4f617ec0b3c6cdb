"""Which choice a word of the source means.

The desk's import mapping wins, then the desk's own words, then the synonyms of every language, then
a word behind its number (`3 - Moderate`), last its rank among as many levels as the desk has. A
status is never invented; other words become new choices where that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sheetdesk.columns.base import Cell, Choice, Column, Problem, Setting, blank, plain
from sheetdesk.columns.choice import spellings
from sheetdesk.desk.build_columns import SIGNS, WILD
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.standard import MEANINGS
from sheetdesk.errors import near
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["WordReading", "read_words", "synonyms_of"]

RANKED = ("priority", "impact", "urgency")
NUMBERED = re.compile(r"[a-z]{0,3}(\d)\s*[-–—.:)、]\s*(\S.*)", re.IGNORECASE)
LONGEST_CHOICE = 100


@dataclass(frozen=True)
class WordReading:
    """By position of a distinct value: its choice's key, or None; and why not.

    `new` are the choices that have to be added for it; `ranked` says that numbers decided.
    """

    keys: list[str | None]
    problems: dict[int, Problem]
    new: tuple[Choice, ...]
    ranked: bool


def synonyms_of(desk: Desk) -> dict[str, dict[str, str]]:
    """Other words for standard choices in every language, by column; the desk's language wins.

    Nobody changes them.
    """
    return _synonyms(desk.locale.code)


@cache
def _synonyms(winner: str) -> dict[str, dict[str, str]]:
    """Once a language: the languages that ship do not change while a process lives."""
    found: dict[str, dict[str, str]] = {}
    for code in sorted(locales(), key=lambda code: code == winner):
        tree = load_locale(code).tree
        for key, titles in tree["choices"].items():
            words = found.setdefault(key, {})
            for choice, title in titles.items():
                meant = MEANINGS[choice].value if key == "status" else choice
                words |= {plain(title).casefold(): meant, choice.casefold(): meant}
        for key, spelled in tree["synonyms"].items():
            if key != "titles":
                found.setdefault(key, {}).update({plain(w).casefold(): meant for w, meant in spelled.items()})
    return found


def read_words(
    values: Sequence[Cell],
    parents: Sequence[str | None],
    column: Column,
    mapped: Mapping[str, str],
    setting: Setting,
    *,
    add: bool,
) -> WordReading:
    """What distinct values mean. `parents` are the keys of the choices that each stands below.

    The same word may be one choice below one parent and another below the next.
    """
    by_hand = {plain(word).casefold(): key for word, key in mapped.items()}
    known = spellings(column, setting)
    below = {
        (choice.parent, plain(word).casefold()): choice.key
        for choice in reversed(column.choices)
        for word in (*choice.was, choice.key, choice.title)
        if choice.parent
    }
    loose = add and any(choice.parent for choice in column.choices)
    ranks = _ranks(values, column)
    added: dict[tuple[str, str], Choice] = {}
    taken = {word for choice in column.choices for word in (choice.key, choice.title)}
    keys: list[str | None] = []
    problems: dict[int, Problem] = {}
    ranked = False
    for place, (value, parent) in enumerate(zip(values, parents, strict=True)):
        if blank(value):
            keys.append(None)
            continue
        title = " ".join(plain(value).split())
        word = title.casefold()
        if word in by_hand:
            keys.append(by_hand[word] or None)
            continue
        key = below.get((parent or "", word))
        if key is None and not (loose and parent):
            key = known.get(word) or _numbered(word, known)
        if key is None and word in ranks:
            key, ranked = ranks[word], True
        if key is None and add and column.key != "status" and _can_be_choice(title):
            choice = added.get((parent or "", word))
            if choice is None:
                name = title if title not in taken else f"{title} ({parent})"
                choice = added[parent or "", word] = Choice(name, title, parent=parent or "")
                taken.add(name)
            key = choice.key
        keys.append(key)
        if key is None:
            problems[place] = _problem(title, column, setting)
    return WordReading(keys, problems, tuple(added.values()), ranked)


def _numbered(word: str, known: Mapping[str, str]) -> str | None:
    match = NUMBERED.fullmatch(word)
    return known.get(match.group(2).strip()) if match else None


def _ranks(values: Sequence[Cell], column: Column) -> dict[str, str]:
    """Numbered words → choices by rank, where both sides have the same levels."""
    if column.key not in RANKED:
        return {}
    words = [" ".join(plain(value).split()).casefold() for value in values if not blank(value)]
    found = {word: match.group(1) for word in words if (match := NUMBERED.fullmatch(word))}
    levels = sorted(set(found.values()))
    if len(found) != len(words) or levels != [str(n) for n in range(1, len(column.choices) + 1)]:
        return {}
    return {word: column.choices[int(level) - 1].key for word, level in found.items()}


def _can_be_choice(title: str) -> bool:
    wild = any(sign in title for sign in WILD) or title.startswith(SIGNS)
    return not wild and len(title) <= LONGEST_CHOICE and title.isprintable()


def _problem(title: str, column: Column, setting: Setting) -> Problem:
    titles = [choice.title for choice in column.choices]
    shown = ", ".join(titles[:8]) + (" …" if len(titles) > 8 else "")
    expected = setting.locale.text("expected.choice", choices=shown)
    return Problem("unreadable", column.key, title, expected, near(title, titles) or "")
