"""The choices of a column that a team already fills: those of its drop-down, then those in its cells.

The order of the drop-down is kept. A status gets a meaning by the words of every language; one that
nobody recognises counts as being worked on, and is said to be a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sheetdesk.columns.base import Cell, Meaning, blank, plain
from sheetdesk.desk.propose_cells import can_be_choice
from sheetdesk.desk.propose_seen import SeenColumn
from sheetdesk.desk.standard import MEANINGS
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["ChoiceDraft", "ChoiceList", "choice_list", "meaning_of", "words_of"]

MOST_CHOICES = 200
ENDS_OPEN = "中"


@dataclass(frozen=True)
class ChoiceDraft:
    """A choice to propose. `parent` is the key of the choice above it; a `guess` is a meaning unproven."""

    key: str
    title: str
    color: str = ""
    meaning: Meaning | None = None
    parent: str = ""
    is_guess: bool = False


@dataclass(frozen=True)
class ChoiceList:
    """`added` are the words found in cells only, `refused` those of a list that no drop-down can offer."""

    choices: tuple[ChoiceDraft, ...]
    added: tuple[str, ...]
    refused: tuple[str, ...]


def words_of(cells: Iterable[Cell]) -> Counter[str]:
    """How often each word stands in the cells, spelled as most often, in the order met."""
    counts: Counter[str] = Counter(_word(cell) for cell in cells if not blank(cell))
    spelled: dict[str, str] = {}
    total: Counter[str] = Counter()
    for word, count in counts.items():
        key = _folded(word)
        if key not in spelled or count > counts[spelled[key]]:
            spelled[key] = word
        total[key] += count
    return Counter({spelled[key]: count for key, count in total.items()})


def choice_list(
    column: SeenColumn, *, is_status: bool, above: tuple[Sequence[Cell], Sequence[ChoiceDraft]] | None
) -> ChoiceList | None:
    """The column's choices, or None where a word in its cells can be none, or they are too many.

    `above` are the cells and the choices of the column it depends on.
    """
    found: dict[tuple[str, str], str] = {}
    refused: list[str] = []
    for parent, word in _listed(column, above):
        if can_be_choice(word):
            found.setdefault((parent, _folded(word)), word)
        else:
            refused.append(word)
    listed = len(found)
    for parent, word in _in_cells(column, above):
        if not can_be_choice(word):
            return None
        found.setdefault((parent, _folded(word)), word)
    if not found or len(found) > MOST_CHOICES:
        return None
    colors = {_folded(word): color for word, color in column.colors}
    taken: set[str] = set()
    choices = []
    for (parent, folded), word in found.items():
        meaning, is_guess = meaning_of(word) if is_status else (None, False)
        key = _key(word, parent, taken)
        choices.append(ChoiceDraft(key, word, colors.get(folded, ""), meaning, parent, is_guess))
    added = tuple(list(found.values())[listed:]) if listed else ()
    return ChoiceList(tuple(choices), added, tuple(refused))


def _listed(
    column: SeenColumn, above: tuple[Sequence[Cell], Sequence[ChoiceDraft]] | None
) -> Iterable[tuple[str, str]]:
    rule = column.rule
    if rule is None:
        return
    if not above:
        yield from (("", _word(word)) for word in rule.values)
    keys = {_folded(choice.title): choice.key for choice in above[1]} if above else {}
    for parent, words in rule.below:
        if not above:
            yield from (("", _word(word)) for word in words)
        elif _folded(parent) in keys:
            yield from ((keys[_folded(parent)], _word(word)) for word in words)


def _in_cells(
    column: SeenColumn, above: tuple[Sequence[Cell], Sequence[ChoiceDraft]] | None
) -> Iterable[tuple[str, str]]:
    if above is None:
        yield from (("", word) for word in words_of(column.cells))
        return
    keys = {_folded(choice.title): choice.key for choice in above[1]}
    for cell, parent in zip(column.cells, above[0], strict=True):
        if not blank(cell) and not blank(parent) and _folded(_word(parent)) in keys:
            yield keys[_folded(_word(parent))], _word(cell)


def _word(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else plain(cell)


def _folded(word: str) -> str:
    return plain(word).casefold()


def _key(title: str, parent: str, taken: set[str]) -> str:
    """A key of its own: the title in small letters and `_`, and the title itself where that is nothing."""
    slug = re.sub(r"[^a-z0-9]+", "_", plain(title).lower()).strip("_")
    key = slug if title.isascii() and slug else title
    for option in (
        key,
        f"{key}_{parent}" if parent else "",
        *(f"{key}_{number}" for number in range(2, 999)),
    ):
        if option and option.casefold() not in taken and len(option) <= 100:
            taken.add(option.casefold())
            return option
    raise ValueError(title)


@cache
def _meanings() -> Mapping[str, Meaning]:
    found: dict[str, Meaning] = {}
    for code in locales():
        locale = load_locale(code)
        for word, meaning in locale.section("propose.status").items():
            found |= {_folded(str(spelled)): Meaning(word.replace("_", " ")) for spelled in meaning}
        found |= {_folded(word): Meaning(meant) for word, meant in locale.section("synonyms.status").items()}
        found |= {_folded(title): MEANINGS[key] for key, title in locale.section("choices.status").items()}
    return found


def meaning_of(word: str) -> tuple[Meaning, bool]:
    """What a status means, and whether that is a guess.

    A word inside the status speaks for it (`Waiting for info`), the longest one first.
    """
    known = _meanings()
    folded = _folded(word)
    if folded in known:
        return known[folded], False
    spaced = f" {re.sub(r'[^a-z0-9]+', ' ', folded).strip()} "
    inside = [
        other
        for other in known
        if (f" {other} " in spaced if other.isascii() else len(other) > 1 and _says(folded, other))
    ]
    if inside:
        return known[max(inside, key=lambda other: (len(other), other))], False
    return Meaning.OPEN, not folded.endswith(ENDS_OPEN)


def _says(status: str, word: str) -> bool:
    """The word stands in the status, and no "not" before it."""
    start = status.find(word)
    return start >= 0 and status[max(start - 1, 0) : start] not in ("未", "不", "没", "非")
