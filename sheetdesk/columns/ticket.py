"""The id of a ticket: of this row, or of another one that it doubles or belongs to."""

from __future__ import annotations

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
from sheetdesk.columns.text import are_plain

__all__ = ["KIND", "TicketType"]


class TicketType:
    """Ids as text, trimmed and folded. Whether the ticket exists is not for a cell to say."""

    cell_kind = CellKind.TEXT
    dtype = "object"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """Ids. Only what no cell can hold is a Problem."""
        if are_plain(cells):
            # Folding leaves ASCII alone, and ids are little else.
            ids = [_id(cell) for cell in cells]  # type: ignore[arg-type]
            return Reading(pd.Series(ids, dtype=object), [])
        cells, problems = without_unwritable(cells, column, setting)
        values = [None if blank(cell) else plain(cell) for cell in cells]
        return Reading(pd.Series(values, dtype=object), problems)

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        return values.tolist()

    def check(self, column: Column) -> CellCheck | None:
        return None


def _id(cell: str | None) -> str | None:
    if cell is None or cell.isascii():
        return cell.strip() or None if cell else None
    return None if blank(cell) else plain(cell)


KIND = TicketType()
