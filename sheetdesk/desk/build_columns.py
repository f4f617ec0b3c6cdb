"""The columns of a desk file, made whole: standard ones filled in, references checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sheetdesk.columns.base import Cell, Choice, Column, Meaning, Setting, plain
from sheetdesk.desk.complaints import Complaints
from sheetdesk.desk.file import ChoiceFile, ColumnFile, DeskFile
from sheetdesk.desk.standard import ALWAYS, CLOSING, FORMULAS, STANDARD, parse_formula, standard_column
from sheetdesk.desk.tree import Path
from sheetdesk.families import member, members
from sheetdesk.locales.locale import load_locale, locales

__all__ = ["build_columns"]

LIKE_STANDARD = ("required", "default", "owner", "merge", "formula", "depends_on", "pii", "keep", "note",
                 "minimum", "maximum", "max_length", "decimals", "wrap", "hidden")  # fmt: skip
# Only choices have an order to go forward in, and only text has lines to append.
MERGES_ONLY = {"forward": "choice", "append": "text"}
# In COUNTIFS criteria these mean something else, and a leading sign would be an operator.
WILD = ("*", "?", "~")
SIGNS = ("=", "<", ">", "+", "-", "@", "'")


def build_columns(file: DeskFile, complaints: Complaints) -> tuple[Column, ...]:
    """The columns of the tickets, in order."""
    named = {column.key for column in file.columns}
    columns = [standard_column(key, complaints.locale) for key in ALWAYS if key not in named]
    for index, setting in enumerate(file.columns):
        columns.append(_column(setting, ("columns", index), complaints))
    if file.sla and not any(setting.key == "due" and setting.owner for setting in file.columns):
        # What is promised is reckoned; who wants to type due times says `owner: people`.
        columns = [replace(c, owner="rules") if c.key == "due" else c for c in columns]
    present = {column.key for column in columns}
    for key in CLOSING:
        needed = parse_formula(STANDARD[key].formula)[1]
        if key not in present and present.issuperset(needed):
            columns.append(standard_column(key, complaints.locale))
    places = {column.key: index for index, column in enumerate(file.columns)}
    _check_unique(columns, places, complaints)
    _check_references(columns, places, complaints)
    return tuple(_with_parents(column, columns) for column in columns)


def _column(setting: ColumnFile, path: Path, complaints: Complaints) -> Column:
    if setting.key in STANDARD:
        column = standard_column(setting.key, complaints.locale)
        if setting.type is not None and setting.type != column.type:
            complaints.add((*path, "type"), "standard_type", key=setting.key, type=column.type)
    else:
        kind = setting.type or ("choice" if setting.choices else "text")
        column = Column(setting.key, setting.title or setting.key, kind)
        if kind not in members("columns"):
            complaints.unknown((*path, "type"), kind, members("columns"))
            column = replace(column, type="text")
    changes: dict[str, Any] = {
        name: getattr(setting, name) for name in LIKE_STANDARD if getattr(setting, name) is not None
    }
    if setting.title is not None:
        changes["title"] = setting.title
    if setting.width is not None:
        changes["width_chars"] = setting.width
    if setting.formula is not None and setting.owner is None:
        changes["owner"] = "formula"
    changes |= {"edit": tuple(setting.edit), "was": tuple(setting.was)}
    if setting.choices is not None:
        changes["choices"] = _choices(setting, column, path, complaints)
    fitting = MERGES_ONLY.get(setting.merge or "", column.type)
    if column.type != fitting:
        complaints.add((*path, "merge"), "merge", policy=setting.merge, type=fitting)
    return replace(column, **changes)


def _choices(setting: ColumnFile, column: Column, path: Path, complaints: Complaints) -> tuple[Choice, ...]:
    standard = {choice.key: choice for choice in column.choices}
    choices = [
        _choice(choice, standard, column.key, (*path, "choices", index), complaints)
        for index, choice in enumerate(setting.choices or [])
    ]
    seen: dict[str, str] = {}
    for index, choice in enumerate(choices):
        # A title may stand once below each parent; a key is what is stored, and stands once.
        above = choice.parent if column.depends_on or setting.depends_on else ""
        for scope in dict.fromkeys((choice.key.casefold(), f"{above}\0{plain(choice.title).casefold()}")):
            if scope in seen:
                complaints.add((*path, "choices", index), "twice", word=choice.title)
                break
            seen[scope] = choice.key
    return tuple(choices)


def _choice(
    setting: ChoiceFile, standard: dict[str, Choice], column: str, path: Path, complaints: Complaints
) -> Choice:
    word = setting.key or setting.title
    if word is None:
        complaints.add(path, "missing", name="title")
        word = "…"
    like = standard.get(word) or next((c for c in standard.values() if c.title == word), None)
    title = setting.title if setting.title is not None else like.title if like else word
    key = setting.key or (like.key if like else word)
    for text in (title, key):
        if any(sign in text for sign in WILD) or text.startswith(SIGNS) or text != text.strip():
            complaints.add(path, "choice_text", text=text)
            break
    meaning = Meaning(setting.meaning) if setting.meaning else like.meaning if like else None
    if column == "status" and meaning is None:
        meaning = _guess_meaning(title) or _guess_meaning(key)
        if meaning is None:
            known = ", ".join(m.value for m in Meaning)
            complaints.add(path, "meaning", title=title, known=known)
    return Choice(
        key,
        title,
        setting.color.lstrip("#").upper() or (like.color if like else ""),
        meaning,
        setting.parent,
        tuple(setting.was),
        setting.note,
    )


def _guess_meaning(word: str) -> Meaning | None:
    for code in locales():
        synonyms = load_locale(code).section("synonyms.status")
        meant = synonyms.get(plain(word).casefold())
        if meant is not None:
            return Meaning(meant)
    return None


def _check_unique(columns: list[Column], places: dict[str, int], complaints: Complaints) -> None:
    keys: set[str] = set()
    titles: dict[str, str] = {}
    for column in columns:
        folded = column.title.casefold()
        # A standard column that was added is not in the file; the one that has its title is.
        path = ("columns", places.get(column.key, places.get(titles.get(folded, ""), 0)))
        if column.key in keys:
            complaints.add(path, "twice", word=column.key)
        elif folded in titles:
            complaints.add(path, "title_twice", title=column.title, other=titles[folded])
        keys.add(column.key)
        titles.setdefault(folded, column.key)


def _check_references(columns: list[Column], places: dict[str, int], complaints: Complaints) -> None:
    by_key = {column.key: column for column in columns}
    for column in columns:
        path: Path = ("columns", places.get(column.key, 0))
        if column.depends_on:
            _check_parent(column, by_key, path, complaints)
        if column.owner == "formula":
            _check_formula(column, by_key, path, complaints)
        elif column.formula:
            complaints.add((*path, "formula"), "formula_owner", key=column.key)
        if (
            column.type == "choice"
            and not column.choices
            and column.owner != "formula"
            and not column.depends_on
        ):
            complaints.add(path, "no_choices", key=column.key)
        if column.default is not None:
            default: Cell = column.default
            setting = Setting(complaints.locale, ZoneInfo("UTC"))
            problems = member("columns", column.type).KIND.read([default], column, setting).problems
            if problems:
                complaints.add(
                    (*path, "default"), "default", typed=column.default, expected=problems[0].expected
                )


def _with_parents(column: Column, columns: list[Column]) -> Column:
    """The column with each choice's parent by key, also where the desk file names it by title."""
    parent = next((c for c in columns if c.key == column.depends_on), None)
    if parent is None:
        return column
    keys = {word: choice.key for choice in parent.choices for word in (choice.title, choice.key)}
    choices = (replace(choice, parent=keys.get(choice.parent, choice.parent)) for choice in column.choices)
    return replace(column, choices=tuple(choices))


def _check_parent(column: Column, by_key: dict[str, Column], path: Path, complaints: Complaints) -> None:
    parent = by_key.get(column.depends_on)
    if parent is None or parent.type != "choice":
        choices = [c.key for c in by_key.values() if c.type == "choice"]
        complaints.unknown((*path, "depends_on"), column.depends_on, choices)
        return
    known = {word: choice.key for choice in parent.choices for word in (choice.key, choice.title)}
    for index, choice in enumerate(column.choices):
        if choice.parent not in known:
            complaints.unknown((*path, "choices", index, "parent"), choice.parent, known)


def _check_formula(column: Column, by_key: dict[str, Column], path: Path, complaints: Complaints) -> None:
    try:
        name, arguments = parse_formula(column.formula)
    except ValueError:
        complaints.add((*path, "formula"), "formula", known=", ".join(FORMULAS))
        return
    if name not in FORMULAS:
        complaints.unknown((*path, "formula"), name, FORMULAS)
        return
    types = FORMULAS[name]
    if len(arguments) != len(types):
        complaints.add((*path, "formula"), "arguments", name=name, count=len(types))
        return
    for argument, kind in zip(arguments, types, strict=True):
        fitting = [c.key for c in by_key.values() if c.type == kind and c.owner != "formula"]
        if argument not in fitting:
            complaints.unknown((*path, "formula"), argument, fitting)
    if name == "matrix" and "matrix" not in complaints.tree.value:
        complaints.add((*path, "formula"), "no_matrix")
