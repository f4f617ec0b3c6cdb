"""Text: kept to the letter. Only an empty cell is no value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    blank,
    unwritable,
)

__all__ = ["CELL_LIMIT", "KIND", "TextType", "whole_text"]


def whole_text(cell: Cell) -> str:
    """The cell as text, to the letter; a whole number loses its `.0`, a time is ISO."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


class TextType:
    """Free text, on one line or many."""

    cell_kind = CellKind.TEXT
    dtype = "object"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """To the letter. What no cell can hold is a Problem: control characters, over-long text."""
        values: list[str | None] = []
        problems = []
        for row, cell in enumerate(cells):
            if blank(cell):
                values.append(None)
                continue
            text = whole_text(cell)
            reason = unwritable(text, column.max_length or CELL_LIMIT, setting)
            if reason:
                problems.append(Problem("unreadable", column.key, text, reason, row=row))
                values.append(None)
            else:
                values.append(text)
        return Reading(pd.Series(values, dtype="object"), problems)

    def show(self, values: pd.Series[Any], column: Column, setting: Setting) -> list[Cell]:
        return values.tolist()

    def check(self, column: Column) -> CellCheck | None:
        if column.max_length is None:
            return None
        return CellCheck("length", minimum=0, maximum=column.max_length)


KIND = TextType()
