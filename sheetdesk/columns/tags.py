"""Several short words, kept in the order they were written: `vpn, laptop`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from sheetdesk.columns.base import (
    Cell,
    CellCheck,
    CellKind,
    Column,
    Reading,
    Setting,
    Values,
    blank,
    plain,
    without_unwritable,
)

__all__ = ["KIND", "TagsType"]

# NFKC has already folded the full-width comma; the ideographic one and semicolons part tags too.
PARTING = re.compile(r"[,、;\n]+")


class TagsType:
    """Tags as one text, parted by a comma and a blank."""

    cell_kind = CellKind.TEXT
    dtype = "object"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """Trimmed, repeats dropped. Only what no cell can hold is a Problem."""
        cells, problems = without_unwritable(cells, column, setting)
        return Reading(pd.Series([self._tags(cell) for cell in cells], dtype=object), problems)

    def _tags(self, cell: Cell) -> str | None:
        if blank(cell):
            return None
        words = (" ".join(word.split()) for word in PARTING.split(plain(cell)))
        return ", ".join(dict.fromkeys(word for word in words if word)) or None

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        return values.tolist()

    def check(self, column: Column) -> CellCheck | None:
        return None


KIND = TagsType()
