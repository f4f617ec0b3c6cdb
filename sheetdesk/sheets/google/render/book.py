"""One spreadsheet while it is drawn: its plan, its ids, how large its tabs are, and its ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheetdesk.plan.plan import SheetPlan, Span, TablePlan, TabPlan
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.overlay_formula import OverlayBlock, overlay_blocks

__all__ = ["Book", "Request", "runs"]

Request = dict[str, Any]
"""One request of a batchUpdate, or a part of one, as the API has it."""

# Room for people's own columns beside a table, and for more of everything elsewhere.
SPARE_COLUMNS, SPARE_ROWS = 6, 200
LEAST_COLUMNS, LEAST_ROWS = 26, 100


@dataclass(frozen=True)
class Book:
    """A plan and the ids of what comes of it. `sizes`: (rows, columns) of tabs that stand, by key.

    `blocks` are the overlay's where the plan was laid out anew and its order is not the plan's any more.
    `zone` is the one in which moments are kept.
    """

    plan: SheetPlan
    ids: Ids = field(default_factory=Ids)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    blocks: Mapping[str, OverlayBlock] | None = None
    zone: str = ""

    @property
    def overlay(self) -> Mapping[str, OverlayBlock]:
        """The blocks of the overlay, by table: in the plan's order, wherever people moved columns."""
        return overlay_blocks(self.plan) if self.blocks is None else self.blocks

    def size(self, tab: TabPlan) -> tuple[int, int]:
        """(rows, columns) of a tab's grid: all that is drawn and guided, and room to go on."""
        if tab.key in self.sizes:
            return self.sizes[tab.key]
        rows = max((cell.row + cell.rows for cell in tab.cells), default=0)
        columns = max((cell.column + cell.columns for cell in tab.cells), default=0)
        if tab.table is not None:
            table = tab.table
            rows = max(rows, table.top + 1 + max(table.rows, 1) + max(table.reach, SPARE_ROWS))
            return rows, max(columns, table.left + len(table.columns)) + SPARE_COLUMNS
        columns = max(columns, *(place + 1 for place in tab.widths), 0)
        grown = LEAST_ROWS if tab.pivots else 0
        return max(rows + grown, LEAST_ROWS), max(columns + SPARE_COLUMNS, LEAST_COLUMNS)

    def sheet(self, key: str) -> int:
        """The sheetId of a tab."""
        return self.ids.tab(key)

    def block(self, key: str, row: int, column: int, rows: int | None, columns: int | None) -> Request:
        """A GridRange; without `rows` or `columns` it goes on to the edge of the tab."""
        found: Request = {"sheetId": self.sheet(key), "startRowIndex": row, "startColumnIndex": column}
        if rows is not None:
            found["endRowIndex"] = row + rows
        if columns is not None:
            found["endColumnIndex"] = column + columns
        return found

    def span(self, span: Span) -> Request:
        return self.block(span.tab, span.row, span.column, span.rows, span.columns)

    def table_block(self, tab: TabPlan, table: TablePlan, *, header: bool = True) -> Request:
        """A table down to the last row of its tab, where new rows are typed."""
        rows, _ = self.size(tab)
        top = table.top + (not header)
        return self.block(tab.key, top, table.left, rows - top, len(table.columns))

    def column_block(
        self, tab: TabPlan, table: TablePlan, key: str, columns: int = 1, *, header: bool = False
    ) -> Request:
        """The cells below a column's header, down to the last row of its tab."""
        rows, _ = self.size(tab)
        top = table.top + (not header)
        return self.block(tab.key, top, table.left + table.index(key), rows - top, columns)


def runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring places in order as (first, how many)."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
