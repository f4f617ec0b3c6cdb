"""One of the desk's choices: its key is kept, its title shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sheetdesk.columns.base import (
    Cell,
    CellCheck,
    CellKind,
    Column,
    Problem,
    Reading,
    Setting,
    Values,
    blank,
    plain,
    without_unwritable,
)  # fmt: skip
from sheetdesk.columns.text import are_plain
from sheetdesk.errors import near

__all__ = ["KIND", "ChoiceType"]


class ChoiceType:
    """A choice by key, title, former key or a known other spelling, whatever its case."""

    cell_kind = CellKind.TEXT
    dtype = "object"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """Keys. A value that is no choice is a Problem that names the nearest one."""
        known = spellings(column, setting)
        collected = None
        if setting.new_choices is not None:
            collected = setting.new_choices.setdefault(column.key, {})
        problems: list[Problem] = []
        if not are_plain(list(dict.fromkeys(cells))):
            cells, problems = without_unwritable(cells, column, setting)
            # 1, 1.0 and TRUE are the same key of a dict and not the same word.
            cells = [plain(cell) if not isinstance(cell, str) and not blank(cell) else cell for cell in cells]
        words = [cell for cell in dict.fromkeys(cells) if not blank(cell)]
        meant = {word: _meaning(plain(word), known, collected) for word in words}
        values = list(map(meant.get, cells))
        unknown = {word for word, key in meant.items() if key is None}
        if unknown:
            titles = [choice.title for choice in column.choices]
            expected = setting.locale.text("expected.choice", choices=_some(titles))
            for row, cell in enumerate(cells):
                if cell in unknown:
                    typed = plain(cell)
                    hint = near(typed, titles) or ""
                    problems.append(Problem("unreadable", column.key, typed, expected, hint, row))
        return Reading(pd.Series(values, dtype=object), sorted(problems, key=lambda problem: problem.row))

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        """Titles; a key the desk no longer knows is shown as it is, never dropped."""
        titles: dict[Any, Cell] = {choice.key: choice.title for choice in column.choices}
        return [None if value is None else titles.get(value, value) for value in values.tolist()]

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("list", source=column.key, depends_on=column.depends_on)


def spellings(column: Column, setting: Setting) -> dict[str, str]:
    """Every way to write each choice, case-folded → its key; the desk's own words win."""
    known: dict[str, str] = {}
    synonyms = setting.synonyms.get(column.key, {})
    keys = column.by_key
    by_meaning: dict[str, str] = {}
    for choice in column.choices:
        if choice.meaning is not None:
            by_meaning.setdefault(choice.meaning.value, choice.key)
    for spelling, meant in synonyms.items():
        key = meant if meant in keys else by_meaning.get(meant)
        if key is not None:
            known[spelling.casefold()] = key
    # What is shown must be read back, so titles win over keys, and both over former words.
    for words in (lambda c: c.was, lambda c: (c.key,), lambda c: (c.title,)):
        for choice in reversed(column.choices):
            known |= {plain(word).casefold(): choice.key for word in words(choice)}
    return known


def _meaning(typed: str, known: dict[str, str], collected: dict[str, None] | None) -> str | None:
    key = known.get(typed.casefold())
    if key is None and collected is not None:
        collected.setdefault(typed)
        known[typed.casefold()] = typed
        return typed
    return key


def _some(titles: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(titles[:most])
    return f"{shown} …" if len(titles) > most else shown


KIND = ChoiceType()
