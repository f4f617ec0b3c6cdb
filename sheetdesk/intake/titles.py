"""Every title under which a desk's column may come in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.titles import fold_title, letters
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["KnownTitle", "fold_title", "known_titles", "letters"]


@dataclass(frozen=True)
class KnownTitle:
    """A desk's column under one of its titles; the lower `rank`, the better the evidence."""

    column: str
    how: str
    rank: int


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
