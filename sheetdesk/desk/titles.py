"""How a column's title is compared, and every title under which a standard column may come.

Titles are compared folded: full-width and case gone, `camelCase` and `snake_case` parted, signs and
what stands in brackets dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["fold_title", "letters", "numbering_titles", "standard_titles"]

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
SIGNS = re.compile(r"[\W_]+")


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


@cache
def standard_titles(code: str) -> dict[str, dict[str, int]]:
    """Each folded title, of every language, → the standard columns it may stand for, each with a rank.

    The lower the rank, the likelier: a column's own title goes before its synonyms, and the language
    `code` before the others.
    """
    ranked: dict[str, dict[str, int]] = {}

    def add(word: str, key: str, rank: int) -> None:
        places = ranked.setdefault(fold_title(word), {})
        places[key] = min(rank, places.get(key, rank))

    for number, other in enumerate(sorted(locales(), key=lambda other: other != code)):
        locale = load_locale(other)
        for key, words in locale.section("columns").items():
            add(words["title"], key, 10_000 * number)
            add(key, key, 10_000 * number + 1)
        for key, synonyms in locale.section("synonyms.titles").items():
            for place, word in enumerate(synonyms):
                add(word, key, 10_000 * number + 10 + place)
    ranked.pop("", None)
    return ranked


@cache
def numbering_titles() -> frozenset[str]:
    """The folded titles, of every language, of columns that number rows."""
    words = (word for code in locales() for word in load_locale(code).section("propose")["numbering"])
    return frozenset(fold_title(word) for word in words)
