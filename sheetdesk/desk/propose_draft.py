"""What kind of column each of the team's columns is, by its validation, its format and its cells.

The order of evidence: a drop-down, the bounds of a validation, the cells, the number format. Thresholds
stand here as constants: a kind is taken where nearly all cells can be read as it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.propose_cells import can_be_choices, has_clock, is_moment, is_number, is_tagged, share
from sheetdesk.desk.propose_choices import ChoiceDraft, ChoiceList, choice_list, words_of
from sheetdesk.desk.propose_seen import SeenColumn
from sheetdesk.desk.standard import STANDARD, standard_column
from sheetdesk.locales.locale import Locale

__all__ = ["ColumnDraft", "draft_own", "draft_standard"]

NEARLY_ALL = 0.9
"""Of the cells must be readable as a time or a number; the others will be told as problems."""
FEWEST_CELLS = 6
MOST_WORDS = 20
REPEATS = 3
LONGEST_WORD = 40
"""Cells alone make a list where at least six hold at most twenty short words, each three times on average."""
FEWEST_ROWS = 10
"""A column without a blank in so many rows is required."""
SAME_PEOPLE = 0.5
LONG_TEXT = 60
LONGEST_CELL = 32_767
LONGEST_NOTE = 200
LONGEST_KEY = 40
OTHER_SIGNS = re.compile(
    "[^a-z0-9_\u00df-\u00f6\u00f8-\u024f\u03b1-\u03c9\u0430-\u045f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+"
)
"""Letters that every library counts as such: which the rarer ones are differs by version."""
TAKEN_KEYS = frozenset((
    *STANDARD, "all", "and", "or", "not", "in", "is", "me", "contains", "open", "no", "yes_no", "people",
    "cases", "matrix", "matrix_rows", "matrix_across", "none", "now", "today",
))  # fmt: skip
"""Words of conditions, and names that the workbook uses for its own lists."""


@dataclass(frozen=True)
class ColumnDraft:
    """A column to propose; `place` None: the team's sheet has none. `why` are sentences for people."""

    key: str
    title: str
    type: str
    place: int | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[ChoiceDraft, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Around:
    """What a column is judged beside: the words, the team's names, the columns drafted before it.

    `people` are case-folded; `by_title` are (place, standard column) that titles speak for.
    """

    locale: Locale
    people: frozenset[str]
    by_title: frozenset[tuple[int, str]]
    drafts: dict[int, ColumnDraft] = field(default_factory=dict)
    columns: dict[int, SeenColumn] = field(default_factory=dict)


def draft_standard(column: SeenColumn, key: str, around: Around) -> ColumnDraft:
    """The standard column `key` as this team has it."""
    standard, text = STANDARD[key], around.locale.text
    reason = "propose.known" if (column.place, key) in around.by_title else "propose.promoted"
    draft = ColumnDraft(key, column.title, standard.type, column.place, why=(text(reason),))
    cells = _filled(column)
    if standard.type == "choice":
        return _required(_chosen(draft, column, around), column)
    settings: dict[str, object] = {}
    if standard.type == "text" and standard.max_length is not None:
        longest = max((len(plain(cell)) for cell in cells), default=0)
        if longest > standard.max_length:
            settings["max_length"] = min(-(-longest // 500) * 500, LONGEST_CELL)
    if key == "satisfaction":
        settings |= _scale(cells)
    return _required(replace(draft, settings=settings), column)


def draft_own(column: SeenColumn, taken: set[str], around: Around) -> ColumnDraft:
    """A column of the team's own. Its key is added to `taken`."""
    draft = ColumnDraft(_key(column, taken), column.title, "text", column.place)
    return _required(_kind(draft, column, around), column)


def _kind(draft: ColumnDraft, column: SeenColumn, around: Around) -> ColumnDraft:
    rule, cells, text = column.rule, _filled(column), around.locale.text
    words = words_of(cells)
    if cells and (all(isinstance(cell, bool) for cell in cells) or _is_yes_no(column, words, around.locale)):
        return replace(draft, type="flag", why=(text("propose.flag"),))
    if rule is not None and (rule.values or rule.below):
        chosen = _chosen(draft, column, around)
        return chosen if chosen.type == "choice" else _free(chosen, column)
    if (
        rule is not None
        and rule.kind in ("whole", "number")
        and share(cells, is_number) >= NEARLY_ALL * bool(cells)
    ):
        bounds = {"minimum": rule.minimum, "maximum": rule.maximum}
        settings: dict[str, object] = {name: bound for name, bound in bounds.items() if bound is not None}
        if rule.kind == "whole":
            settings["decimals"] = 0
        return replace(draft, type="number", settings=settings, why=(text("propose.by_rule"),))
    dated = rule is not None and rule.kind == "date" and share(cells, is_moment) >= NEARLY_ALL * bool(cells)
    if dated or (cells and share(cells, is_moment) >= NEARLY_ALL):
        kind = "moment" if any(map(has_clock, cells)) or column.format == "moment" else "date"
        return replace(draft, type=kind, why=(text(f"propose.{kind}"),))
    numbers = [cell for cell in cells if not isinstance(cell, str)]
    if cells and len(numbers) >= NEARLY_ALL * len(cells) and share(cells, is_number) >= NEARLY_ALL:
        return _number(draft, column, numbers, around)
    if not cells and column.format in ("date", "moment"):
        return replace(draft, type=column.format, why=(text("propose.by_format"),))
    if (
        around.people
        and words
        and sum(words[w] for w in words if _name(w) in around.people) >= SAME_PEOPLE * words.total()
    ):
        return replace(draft, type="person", why=(text("propose.person"),))
    if is_tagged(cells):
        return replace(draft, type="tags", why=(text("propose.tags"),))
    few = 2 <= len(words) <= MOST_WORDS and words.total() >= max(FEWEST_CELLS, REPEATS * len(words))
    if few and can_be_choices(words) and max(map(len, words)) <= LONGEST_WORD:
        return _chosen(draft, column, around)
    why = (text("propose.open_list", source=rule.source),) if rule is not None and _is_open(column) else ()
    return _free(replace(draft, why=why), column)


def _chosen(draft: ColumnDraft, column: SeenColumn, around: Around) -> ColumnDraft:
    """The column with its choices; text where a word in it can be none."""
    text, rule = around.locale.text, column.rule
    above = _above(draft, column, around)
    seen = None if above is None else (around.columns[above.place or 0].cells, above.choices)
    is_status = draft.key == "status"
    found = choice_list(column, is_status=is_status, above=seen)
    settings = dict(draft.settings)
    if above is not None and found is not None:
        settings["depends_on"] = above.key
    else:
        # What does not follow the column above is a list of its own.
        found = found or choice_list(column, is_status=is_status, above=None)
        settings |= {"depends_on": ""} if draft.key == "subtype" else {}
    if found is None and draft.key in STANDARD:
        return replace(draft, settings=settings, why=(*draft.why, text("propose.standard_choices")))
    if found is None:
        shown = ", ".join(list(words_of(column.cells))[:3])
        return replace(draft, why=(*draft.why, text("propose.no_choices", words=shown)))
    why = [*draft.why, *_why_choices(found, column, around.locale)]
    if rule is not None and _is_open(column):
        why.append(text("propose.open_list", source=rule.source))
    choices = _ended(found.choices, why, around.locale) if is_status else found.choices
    return replace(draft, type="choice", settings=settings, choices=choices, why=tuple(why))


def _ended(choices: tuple[ChoiceDraft, ...], why: list[str], locale: Locale) -> tuple[ChoiceDraft, ...]:
    """The statuses and, where none of them ends a ticket, the usual one that does."""
    if any(choice.meaning is not None and not choice.meaning.is_open for choice in choices):
        return choices
    usual = standard_column("status", locale).by_key["closed"]
    why.append(locale.text("propose.ended", title=usual.title))
    taken = {choice.key for choice in choices}
    key = usual.key if usual.key not in taken else f"{usual.key}_2"
    return (*choices, ChoiceDraft(key, usual.title, usual.color, usual.meaning))


def _why_choices(found: ChoiceList, column: SeenColumn, locale: Locale) -> list[str]:
    rule = column.rule
    if rule is not None and (rule.values or rule.below):
        why = [locale.text("propose.by_list", count=len(found.choices) - len(found.added))]
    else:
        filled = len(_filled(column))
        why = [locale.text("propose.by_cells", count=len(found.choices), filled=filled)]
        if filled < max(FEWEST_CELLS, REPEATS * len(found.choices)):
            why.append(locale.text("propose.few_cells"))
    if found.added:
        words = ", ".join(found.added[:8])
        why.append(locale.text("propose.added", count=len(found.added), words=words))
    if found.refused:
        why.append(locale.text("propose.refused", words=", ".join(found.refused[:8])))
    guessed = [choice.title for choice in found.choices if choice.is_guess]
    if guessed:
        why.append(locale.text("propose.guessed", words=", ".join(guessed)))
    return why


def _above(draft: ColumnDraft, column: SeenColumn, around: Around) -> ColumnDraft | None:
    """The drafted column that this one's list depends on."""
    rule = column.rule
    above = around.drafts.get(rule.parent) if rule is not None and rule.parent is not None else None
    return above if above is not None and above.type == "choice" and above.choices else None


def _number(draft: ColumnDraft, column: SeenColumn, numbers: Sequence[Cell], around: Around) -> ColumnDraft:
    text = around.locale.text
    if column.format == "time":
        return replace(draft, type="number", why=(text("propose.clock"),))
    settings: dict[str, object] = {}
    if all(isinstance(cell, int | float) and float(cell).is_integer() for cell in numbers):
        settings["decimals"] = 0
    elif column.decimals:
        settings["decimals"] = min(column.decimals, 9)
    return replace(draft, type="number", settings=settings, why=(text("propose.number"),))


def _free(draft: ColumnDraft, column: SeenColumn) -> ColumnDraft:
    settings: dict[str, object] = {}
    texts = [cell for cell in column.cells if isinstance(cell, str)]
    longest = max(map(len, texts), default=0)
    rule = column.rule
    limit = rule.maximum if rule is not None and rule.kind == "length" else None
    if limit is not None and longest <= limit and 1 <= limit <= LONGEST_CELL:
        settings["max_length"] = int(limit)
    if longest > LONG_TEXT or any("\n" in text for text in texts):
        settings["wrap"] = True
    return replace(draft, type="text", settings=settings)


def _required(draft: ColumnDraft, column: SeenColumn) -> ColumnDraft:
    """The column with what holds for every kind: whether it is required, hidden, and its note."""
    settings = dict(draft.settings)
    blanks = sum(blank(cell) for cell in column.cells)
    standard = STANDARD.get(draft.key)
    if blanks and standard is not None and standard.required and draft.key != "id":
        settings["required"] = False
    elif len(column.cells) >= FEWEST_ROWS and not blanks and not (standard and standard.required):
        settings["required"] = True
    if column.hidden:
        settings["hidden"] = True
    note = column.comment or (column.rule.prompt if column.rule else "")
    if note:
        settings["note"] = note[:LONGEST_NOTE]
    return replace(draft, settings=settings)


def _scale(cells: Sequence[Cell]) -> dict[str, object]:
    """A satisfaction that is not counted from one to five."""
    numbers = [float(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    settings: dict[str, object] = {}
    if numbers and (min(numbers) < 1 or max(numbers) > 5):
        settings |= {"minimum": min(0.0, *numbers), "maximum": max(numbers)}
    if any(not number.is_integer() for number in numbers):
        settings["decimals"] = 2
    return settings


def _is_yes_no(column: SeenColumn, words: Mapping[str, int], locale: Locale) -> bool:
    """Its words are to the letter those that a flag shows in this language."""
    own = {locale.text("words.yes"), locale.text("words.no")}
    listed = set(column.rule.values) if column.rule else set()
    return (listed or words.keys()) == own and words.keys() <= own


def _is_open(column: SeenColumn) -> bool:
    """It has a drop-down, and nothing was found in it."""
    rule = column.rule
    return rule is not None and rule.kind == "list" and not rule.values and not rule.below


def _filled(column: SeenColumn) -> list[Cell]:
    return [cell for cell in column.cells if not blank(cell)]


def _name(word: str) -> str:
    return " ".join(plain(word).split()).casefold()


def _key(column: SeenColumn, taken: set[str]) -> str:
    """A key that people can read: the title in small letters, a short title that is no English itself."""
    bare = re.sub(r"[(\[【（][^)\]】）]*[)\]】）]", " ", column.title)
    title = plain(bare).strip() or plain(column.title)
    slug = OTHER_SIGNS.sub("_", title.lower()).strip("_")[:LONGEST_KEY].strip("_")
    if not slug or slug[0].isdigit():
        slug = f"column_{column.place + 1}"
    options = chain((slug, f"own_{slug}"), (f"{slug}_{number}" for number in count(2)))
    key = next(option for option in options if option not in taken and option not in TAKEN_KEYS)
    taken.add(key)
    return key
