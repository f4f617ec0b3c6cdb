"""How a column's title is compared, and every title under which a desk's column may come.

Titles are compared folded: full-width and case gone, `camelCase` and `snake_case` parted, signs and
what stands in brackets dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.desk import Desk
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["KnownTitle", "fold_title", "known_titles", "letters"]

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class KnownTitle:
    """A desk's column under one of its titles; the lower `rank`, the better the evidence."""

    column: str
    how: str
    rank: int


def fold_title(title: Cell) -> str:
    """The title as it is compared; "" for none."""
    if blank(title):
        return ""
    text = unicodedata.normalize("NFKC", plain(title))
    bare = BRACKETS.sub(" ", text)
    parted = CAMEL.sub(" ", bare if SIGNS.sub("", bare) else text)
    return SIGNS.sub(" ", parted).strip().casefold()


def letters(place: int) -> str:
    """The name a spreadsheet gives the column at `place` (from 0): A, B … AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def known_titles(desk: Desk) -> Mapping[str, list[KnownTitle]]:
    """Each folded title → the desk's columns it may stand for, best evidence first."""
    known: dict[str, list[KnownTitle]] = {}

    def add(title: str, column: str, how: str, rank: int) -> None:
        places = known.setdefault(fold_title(title), [])
        if all(place.column != column for place in places):
            places.append(KnownTitle(column, how, rank))

    columns = desk.tickets.columns
    for column in columns:
        add(column.title, column.key, "title", 1)
    for column in columns:
        add(column.key, column.key, "key", 2)
        for word in column.was:
            add(word, column.key, "was", 3)
    for number, code in enumerate(sorted(locales(), key=lambda code: code != desk.locale.code)):
        for key, words in load_locale(code).section("synonyms.titles").items():
            if desk.tickets.has(key):
                for place, word in enumerate(words):
                    add(word, key, "synonym", 10 + 1000 * number + place)
    for places in known.values():
        places.sort(key=lambda place: place.rank)
    known.pop("", None)
    return known
