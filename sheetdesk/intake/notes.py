"""What an import found out and decided, in sentences: nothing is derived or dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sheetdesk.columns.base import Choice
from sheetdesk.desk.desk import Desk
from sheetdesk.intake.header import Layout
from sheetdesk.intake.match import ColumnMatch
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.read_rows import RowReading

__all__ = ["new_people", "noted", "notes_of", "used_choices"]

SHOWN = 6


def used_choices(reading: RowReading, rows: Sequence[int]) -> dict[str, tuple[Choice, ...]]:
    """The new choices that tickets of these rows need."""
    places = np.array(rows, dtype=np.int64)
    found = {}
    for key, choices in reading.new_choices.items():
        used = set(reading.values[key].take(places))
        kept = tuple(choice for choice in choices if choice.key in used)
        if kept:
            found[key] = kept
    return found


def new_people(
    desk: Desk, reading: RowReading, rows: Sequence[int], options: ImportOptions
) -> tuple[str, ...]:
    """The names in these rows that the team does not know yet, in the order met."""
    places = np.array(rows, dtype=np.int64)
    names: dict[str, None] = {}
    for key, values in reading.values.items():
        if desk.column(key).type == "person":
            names |= dict.fromkeys(values.take(places).dropna())
    return tuple(name for name in names if name not in options.people)


def noted(
    desk: Desk,
    matching: Sequence[ColumnMatch],
    reading: RowReading,
    choices: dict[str, tuple[Choice, ...]],
) -> tuple[ColumnMatch, ...]:
    """The matching with what was found out while reading."""
    done = []
    for match in matching:
        notes = list(reading.notes.get(match.column, ())) if match.column else []
        if match.column in choices:
            new = choices[match.column]
            titles = _some([choice.title for choice in new])
            notes.append(desk.locale.text("import.new_choices", count=len(new), titles=titles))
        done.append(match.noted(*notes))
    return tuple(done)


def notes_of(
    desk: Desk, layout: Layout, matching: Sequence[ColumnMatch], reading: RowReading
) -> tuple[str, ...]:
    """The sentences about the whole file."""
    locale = desk.locale
    notes = []
    if layout.repeated:
        notes.append(locale.text("import.repeated", count=layout.repeated))
    for key, words in reading.unknown.items():
        ranked = sorted(words.items(), key=lambda pair: -pair[1])
        shown = _some([f"{word} × {count}" for word, count in ranked])
        path = "import.unknown_status" if key == "status" else "import.unknown_choices"
        notes.append(locale.text(path, column=desk.column(key).title, count=len(words), words=shown))
    free = [match.title for match in matching if not match.column and not match.how and match.filled]
    if free:
        notes.append(locale.text("import.unmatched", count=len(free), titles=_some(free)))
    return tuple(notes)


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:SHOWN]) + (" …" if len(words) > SHOWN else "")
