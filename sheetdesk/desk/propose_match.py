"""Which of a tab's columns is which standard column: by its title, where its cells can be that.

The team's own title stays; what is found out is the meaning. A title counts as written, with its words
in another order (`Date created`), and behind a word for a ticket (`Bug title`, `缺陷标题`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.propose_cells import can_be_choices, is_moment, is_number, share
from sheetdesk.desk.propose_choices import choice_list
from sheetdesk.desk.propose_seen import SeenColumn, SeenTab
from sheetdesk.desk.standard import STANDARD
from sheetdesk.desk.titles import fold_title, numbering_titles, standard_titles
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["match_standard", "named_columns"]

OTHER_ORDER = 3_000
BEHIND_NOUN = 5_000
NUMBERING = 50_000
LONGEST_NAME = 40
MOST_CHOICES = 40
LONGEST_CHOICE = 60
FITTING = 0.9
KNOWN_LINKS = 0.5
ENOUGH_TEXT = 0.8
TELLS_APART = 0.5
LONGEST_TITLE = 300


def named_columns(tab: SeenTab, code: str) -> list[tuple[int, int, str]]:
    """(rank, place, standard column) for every title that may stand for one, likeliest first."""
    known = standard_titles(code)
    found = []
    for column in tab.columns:
        title = fold_title(column.title)
        for more, words in ((0, known.get(title, {})), (OTHER_ORDER, _any_order(code).get(_bag(title), {})),
                            (BEHIND_NOUN, _behind_noun(title, known))):  # fmt: skip
            found += [(rank + more, column.place, key) for key, rank in words.items()]
        if title in numbering_titles():
            found.append((NUMBERING, column.place, "id"))
    return sorted(found)


def match_standard(tab: SeenTab, code: str) -> dict[int, str]:
    """The standard column of each place that has one. The id is left to `propose_ids`.

    A column of formulas is nobody's; one whose cells mostly cannot be what its title says is the
    team's own. Where no column is called a title, the one that tells tickets apart best is it.
    """
    found: dict[int, str] = {}
    columns = {column.place: column for column in tab.columns if not column.is_formula}
    ids: Sequence[Cell] = ()
    for _, place, key in named_columns(tab, code):
        if place not in columns or place in found or key in found.values():
            continue
        if key == "id":
            ids = columns[place].cells
        if _can_be(columns[place], key, ids):
            found[place] = key
    if "title" not in found.values():
        best = _best_title(columns, found)
        if best is not None:
            found[best] = "title"
    return found


@cache
def _any_order(code: str) -> dict[str, dict[str, int]]:
    """The titles of several words, by their sorted words."""
    found: dict[str, dict[str, int]] = {}
    for title, words in standard_titles(code).items():
        if " " in title:
            for key, rank in words.items():
                places = found.setdefault(_bag(title), {})
                places[key] = min(rank, places.get(key, rank))
    return found


def _bag(title: str) -> str:
    return " ".join(sorted(title.split())) if " " in title else ""


@cache
def _nouns() -> tuple[str, ...]:
    words = {str(word) for code in locales() for word in load_locale(code).section("propose")["nouns"]}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _behind_noun(title: str, known: Mapping[str, dict[str, int]]) -> dict[str, int]:
    for noun in _nouns():
        rest = title.removeprefix(noun)
        # In English a word ends with a blank; `bugs` is not `bug` + `s`.
        if rest != title and rest.strip() in known and (rest.startswith(" ") or not rest[:1].isascii()):
            return known[rest.strip()]
    return {}


def _can_be(column: SeenColumn, key: str, ids: Sequence[Cell]) -> bool:
    standard = STANDARD[key]
    cells = [cell for cell in column.cells if not blank(cell)]
    if standard.owner == "formula" or key == "case":
        return False
    if key in ("id", "title"):
        return True
    if standard.type == "choice":
        return _chooses(column, cells, has_own=key not in ("type", "subtype"))
    if not cells:
        return True
    if standard.type == "moment":
        return share(cells, is_moment) >= FITTING
    if standard.type == "number":
        return share(cells, is_number) >= FITTING
    if standard.type == "person":
        named = share(cells, lambda cell: isinstance(cell, str) and len(plain(cell)) <= LONGEST_NAME)
        return named >= ENOUGH_TEXT
    if standard.type == "ticket":
        known = {plain(cell) for cell in ids if not blank(cell)}
        return share(cells, lambda cell: plain(cell) in known) >= KNOWN_LINKS
    return share(cells, lambda cell: isinstance(cell, str | int | float)) >= ENOUGH_TEXT


def _chooses(column: SeenColumn, cells: Sequence[Cell], *, has_own: bool) -> bool:
    """Whether its cells are few words of a list; without any cell and list the standard ones may do."""
    rule = column.rule
    words = Counter(plain(cell) for cell in cells)
    if not can_be_choices(words):
        return False
    if rule is not None and (rule.values or rule.below):
        return choice_list(column, is_status=False, above=None) is not None
    if not words:
        return has_own
    few = len(words) <= 12 or len(words) * 2 <= len(cells)
    return few and len(words) <= MOST_CHOICES and max(map(len, words)) <= LONGEST_CHOICE


def _best_title(columns: Mapping[int, SeenColumn], found: Mapping[int, str]) -> int | None:
    """The description, else the free text that is nearly always filled and seldom the same."""
    described = next((place for place, key in found.items() if key == "description"), None)
    if described is not None and _tells_apart(columns[described]):
        return described
    free = [column for place, column in columns.items() if place not in found and column.rule is None]
    good = [column for column in free if _tells_apart(column)]
    # People write what it is about before they write the rest.
    return min((column.place for column in good), default=None)


def _tells_apart(column: SeenColumn) -> bool:
    texts = [cell.strip() for cell in column.cells if isinstance(cell, str) and not blank(cell)]
    if not texts or len(texts) < ENOUGH_TEXT * len(column.cells):
        return False
    words = sum("://" not in text and any(char.isalpha() for char in text) for text in texts)
    return (
        len(set(texts)) >= TELLS_APART * len(texts)
        and words >= ENOUGH_TEXT * len(texts)
        and sum(map(len, texts)) <= LONGEST_TITLE * len(texts)
        and share(texts, is_moment) < TELLS_APART
        and share(texts, is_number) < TELLS_APART
    )
