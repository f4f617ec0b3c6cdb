"""What choices are called in a sheet: by the titles that it was last written with, not by those of today.

Titles may be traded. A cell that shows what it showed then has not been touched, and what people typed
means what the sheet called it. Where the sheet calls it two things at once, nobody can say which was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheetdesk.columns.base import Choice, Column, plain
from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import kept_for

__all__ = ["TITLES", "Otherwise", "called", "otherwise", "retitled", "titles_listed", "titles_of"]

TITLES = TableSpec("titles", "", (Column("id", ""), Column("value", "")))
"""What is kept of a sheet's titles, as its tables are: a row a choice, by `table/column/key`."""

COMING = "\0"
"""How a key begins that no choice has: it stands for one that is to come."""


@dataclass(frozen=True)
class Otherwise:
    """Columns that the sheet calls otherwise at the same time. A cell that was `known` to hold a plain value,
    by id and column key, and still does is none to doubt.
    """

    columns: tuple[Column, ...]
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def titles_of(desk: Desk) -> PlainRows:
    """What a sheet calls the choices that is written now; worked out once a desk, so nobody changes it."""

    def titles() -> PlainRows:
        return {
            f"{spec.key}/{column.key}/{choice.key}": (choice.title,)
            for spec in desk.tables
            for column in spec.columns
            for choice in column.choices
        }

    return kept_for(desk, "titles", (), titles)


def titles_listed(titles: PlainRows, lists: PlainRows, new: Iterable[Sequence[Any]]) -> PlainRows:
    """The titles as a sheet's own Lists give them, by people who change them there: `lists` are its rows of
    plain (column, value, …), `new` those that have no id yet.
    """
    listed = dict(titles)
    rows = [(name, value) for name, (_, value, *_) in lists.items()]
    rows += [(f"{column}/{COMING}{place}", value) for place, (column, value, *_) in enumerate(new)
             if isinstance(column, str)]  # fmt: skip
    for name, value in rows:
        if isinstance(value, str):
            listed[f"tickets/{name}"] = (value,)
            if name.startswith("type/"):
                listed[f"cases/{name}"] = (value,)
    return listed


def called(
    columns: Sequence[Column], table: str, titles: PlainRows, *others: PlainRows
) -> tuple[Column, ...]:
    """The columns with their choices called so; the titles of today and the `others` are former ones."""
    return tuple(_called(column, table, titles, others) if column.choices else column for column in columns)


def _called(column: Column, table: str, titles: PlainRows, others: Sequence[PlainRows]) -> Column:
    keys = column.by_key
    made = []
    for choice in column.choices:
        former = (choice.key, *(key for key in choice.was if key not in keys))
        names = [f"{table}/{at}/{key}" for at in (column.key, *column.was) for key in former]
        title = next((titles[name][0] for name in names if name in titles), choice.title)
        words = [choice.title, *(other[names[0]][0] for other in others if names[0] in other)]
        was = (*choice.was, *(word for word in dict.fromkeys(words) if word not in (title, *choice.was)))
        made.append(replace(choice, title=title, was=was))
    start = f"{table}/{column.key}/{COMING}"
    coming = {name.rpartition("/")[2]: cells[0] for name, cells in titles.items() if name.startswith(start)}
    made += [Choice(key, title) for key, title in coming.items()]
    return column if tuple(made) == column.choices else replace(column, choices=tuple(made))


def otherwise(
    columns: Sequence[Column], table: str, titles: PlainRows, other: PlainRows,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Otherwise]:  # fmt: skip
    """What else the sheet calls the choices, where a title means another one there."""
    if titles == other:
        return []
    mine, theirs = (
        called(columns, table, first, second) for first, second in ((titles, other), (other, titles))
    )
    apart = tuple(b for a, b in zip(mine, theirs, strict=True) if _means(a) != _means(b))
    return [Otherwise(apart, known or {})] if apart else []


def _means(column: Column) -> dict[str, frozenset[str]]:
    """The choices of each title and former title, whatever its case."""
    found: dict[str, set[str]] = {}
    for words in (lambda c: c.was, lambda c: (c.title,)):
        titled: dict[str, set[str]] = {}
        for choice in column.choices:
            for word in words(choice):
                titled.setdefault(plain(word).casefold(), set()).add(choice.key)
        found |= titled
    return {word: frozenset(keys) for word, keys in found.items()}


def retitled(old: Column, new: Column) -> dict[str, str]:
    """The new title of each choice by its old one, where that changes and no other has the old one."""
    was: dict[str, list[str]] = {}
    for choice in old.choices:
        was.setdefault(choice.title, []).append(choice.key)
    now = {choice.key: choice.title for choice in new.choices}
    return {
        title: now[keys[0]]
        for title, keys in was.items()
        if len(keys) == 1 and now.get(keys[0], title) != title
    }
