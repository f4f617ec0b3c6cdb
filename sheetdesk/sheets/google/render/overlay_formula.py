"""The columns that only rules write, shown beside people's by one formula each.

What rules work out stands on the hidden tab `_sheetdesk_sync`, one row a ticket in any order; the header
cell of such a column looks every ticket up there by its id. So whatever people sort, move or delete,
nothing of ours is written into a row of theirs.

The tab holds one block a table, side by side from column A, tickets first: the id, then the table's
columns in the plan's order; row 1 has the heads `id` and `<table>.<column>`. A table without such
columns has no block. The blocks end before column AH, where what else sync keeps begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sheetdesk.errors import Cause, DeskUnfit
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, TablePlan
from sheetdesk.sheets.google.render.dialect import text_literal
from sheetdesk.table.grid import column_letters, quoted_tab

__all__ = [
    "OVERLAY_TAB",
    "OVERLAY_WIDTH",
    "OverlayBlock",
    "filling",
    "is_filling",
    "overlay_blocks",
    "overlay_formula",
]

OVERLAY_TAB = "_sheetdesk_sync"
OVERLAY_WIDTH = 33
"""Columns A to AG belong to the overlay; what is right of them does not."""


@dataclass(frozen=True)
class OverlayBlock:
    """One table's block: `left` is the column of its ids, `columns` follow it in order."""

    table: str
    left: int
    columns: tuple[str, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands in row 1 of the block."""
        return ("id", *(f"{self.table}.{column}" for column in self.columns))

    def place(self, column: str) -> int:
        """Which column of the block, its ids being the first, holds this one. Raises ValueError."""
        return self.columns.index(column) + 2


def shown_by_overlay(table: TablePlan) -> list[ColumnPlan]:
    """The columns that only rules write, of a table whose rows have ids."""
    if all(column.key != "id" for column in table.columns):
        return []
    return [column for column in table.columns if column.is_ours and column.formula is None]


def overlay_blocks(plan: SheetPlan) -> dict[str, OverlayBlock]:
    """The blocks of a plan, by table. Raises DeskUnfit when there are more columns than room."""
    blocks: dict[str, OverlayBlock] = {}
    left = 0
    tables: Sequence[TablePlan] = [tab.table for tab in plan.tabs if tab.table is not None]
    for table in sorted(tables, key=lambda table: table.name != "tickets"):
        columns = tuple(column.key for column in shown_by_overlay(table))
        if columns:
            blocks[table.name] = OverlayBlock(table.name, left, columns)
            left += 1 + len(columns)
    if left > OVERLAY_WIDTH:
        raise DeskUnfit(
            reason=Cause(
                f"Rules keep {left} columns with ids; the overlay has room for {OVERLAY_WIDTH}.",
                f"规则维护的列连同编号共 {left} 列，隐藏工作表只容得下 {OVERLAY_WIDTH} 列。",
            )
        )
    return blocks


def filling(title: str, column: str, below: str) -> str:
    """The formula of a header cell that shows its title, and `below` it an array as high as `column`.

    `column` begins in the header's row, `$A$1:$A`: rows that people insert or move to stand right below the
    header are in it then, while the beginning of `$A$2:$A` would be pushed down, and all values with it.
    """
    header = column.partition(":")[0]
    return f"=ARRAYFORMULA(IF(ROW({column})=ROW({header}),{text_literal(title)},{below}))"


def is_filling(formula: str) -> bool:
    """Whether a header's formula, ours or people's, fills its column, or only makes a title."""
    return re.match(r"\s*(\{|ARRAYFORMULA\s*\()", formula, re.IGNORECASE) is not None


def overlay_formula(title: str, id_column_letters: str, header: int, place: int, block_left: int = 0) -> str:
    """The formula of a header cell: the title, and below it the column as the overlay has it.

    `header` is the number, from 1, of the header's row; `place` counts the columns of the block that starts
    at column `block_left`, its ids being 1. What is blank there stays blank, and a row whose id is not there
    shows nothing.
    """
    ids = f"${id_column_letters}${header}:${id_column_letters}"
    left, right = column_letters(block_left), column_letters(OVERLAY_WIDTH - 1)
    block = f"{quoted_tab(OVERLAY_TAB)}!${left}$2:${right}"
    return filling(title, ids, f"IFNA(VLOOKUP({ids},{block},{place},FALSE))")
