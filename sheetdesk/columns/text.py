"""Text: kept to the letter. Only an empty cell is no value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sheetdesk.columns.base import (
    UNWRITABLE,
    Cell,
    CellCheck,
    CellKind,
    Column,
    Problem,
    Reading,
    Setting,
    blank,
)

__all__ = ["CELL_LIMIT", "KIND", "TextType", "whole_text"]

CELL_LIMIT = 32_767
"""Characters (UTF-16 units) one spreadsheet cell holds."""


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
            reason = self._reason(text, column, setting)
            if reason:
                problems.append(Problem("unreadable", column.key, text, reason, row=row))
                values.append(None)
            else:
                values.append(text)
        return Reading(pd.Series(values, dtype="object"), problems)

    def _reason(self, text: str, column: Column, setting: Setting) -> str:
        if UNWRITABLE.search(text):
            return setting.locale.text("expected.writable")
        limit = column.max_length or CELL_LIMIT
        # Only text that could be over the limit is worth counting in UTF-16 units.
        if len(text) * 2 > limit and len(text.encode("utf-16-le")) // 2 > limit:
            return setting.locale.text("expected.length", limit=limit)
        return ""

    def show(self, values: pd.Series[Any], column: Column, setting: Setting) -> list[Cell]:
        return values.tolist()

    def check(self, column: Column) -> CellCheck | None:
        if column.max_length is None:
            return None
        return CellCheck("length", minimum=0, maximum=column.max_length)


KIND = TextType()
