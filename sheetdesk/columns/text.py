"""Text: kept to the letter. Only an empty cell is no value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sheetdesk.columns.base import (
    CELL_LIMIT,
    Cell,
    CellCheck,
    CellKind,
    Column,
    Problem,
    Reading,
    Setting,
    Values,
    blank,
    unwritable,
)

__all__ = ["CELL_LIMIT", "KIND", "TextType", "are_plain", "whole_text"]

PLAIN_TYPES = {str, type(None)}
TOGETHER = 4_000
"""Texts that are looked at as one: many, and yet no more than the processor's cache takes."""


def whole_text(cell: Cell) -> str:
    """The cell as text, to the letter; a whole number loses its `.0`, a time is ISO."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def are_plain(cells: Sequence[Cell], limit: int = CELL_LIMIT) -> bool:
    """Whether the cells are texts, or nothing, that any cell of `limit` characters holds as they are.

    False does not mean that one of them is wrong. All at once: a search a text takes five times as long.
    """
    if not set(map(type, cells)) <= PLAIN_TYPES:
        return False
    texts: list[str] = list(filter(None, cells))  # type: ignore[arg-type]
    return all(_are_plain(texts[start : start + TOGETHER], limit) for start in range(0, len(texts), TOGETHER))


def _are_plain(texts: list[str], limit: int) -> bool:
    joined = "".join(texts)
    # Only text that could be over the limit is worth counting in UTF-16 units.
    if max(map(len, texts), default=0) * 2 > limit and any(_units(text) > limit for text in texts):
        return False
    if "\ufffe" in joined or "\uffff" in joined:
        return False
    try:
        units = np.frombuffer(joined.encode("utf-16-le"), dtype="<u2")
    except UnicodeEncodeError:
        return False
    # A carriage return is no wrong character, but it is not kept as it is.
    controls = units[units < 32]
    return bool(((controls == ord("\t")) | (controls == ord("\n"))).all())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class TextType:
    """Free text, on one line or many."""

    cell_kind = CellKind.TEXT
    dtype = "object"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """To the letter. What no cell can hold is a Problem: control characters, over-long text."""
        limit = column.max_length or CELL_LIMIT
        if are_plain(cells, limit):
            kept = [None if cell is None or not cell or cell.isspace() else cell for cell in cells]  # type: ignore[union-attr]
            return Reading(pd.Series(kept, dtype=object), [])
        values: list[str | None] = []
        problems = []
        for row, cell in enumerate(cells):
            if blank(cell):
                values.append(None)
                continue
            text = whole_text(cell)
            reason = unwritable(text, limit, setting)
            if reason:
                problems.append(Problem("unreadable", column.key, text, reason, row=row))
                values.append(None)
            else:
                values.append(text)
        return Reading(pd.Series(values, dtype=object), problems)

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        return values.tolist()

    def check(self, column: Column) -> CellCheck | None:
        if column.max_length is None:
            return None
        return CellCheck("length", minimum=0, maximum=column.max_length)


KIND = TextType()
