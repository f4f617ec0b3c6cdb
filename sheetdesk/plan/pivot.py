"""Pivot tables as values: what to count, by what, and the cells a refresh would leave.

A PivotPlan names columns of one table by key; a PivotLayout is the block that it leaves in the
sheet (`plan/pivot_layout.py` works it out), so that a viewer that never refreshes shows the same
numbers as one that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sheetdesk.columns.base import Cell

__all__ = [
    "PivotCell",
    "PivotLayout",
    "PivotLine",
    "PivotPlan",
    "PivotRole",
    "PivotValue",
    "PivotWords",
    "SlicerPlan",
]


@dataclass(frozen=True)
class PivotValue:
    """One figure: `how` over the column, under `title`; `number_format` as in a Style."""

    column: str
    title: str
    how: Literal["count", "sum", "average", "min", "max"] = "count"
    number_format: str = "0"


@dataclass(frozen=True)
class PivotPlan:
    """A native pivot table at (row, column) of its tab, page filters standing above that corner.

    `rows` (one to three), `columns` (at most one) and `pages` are keys of the source table's columns;
    in which order their values stand is the PivotSource's to say.
    """

    name: str
    title: str
    table: str
    row: int
    column: int
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    values: tuple[PivotValue, ...] = ()


@dataclass(frozen=True)
class SlicerPlan:
    """Buttons, one a value of a column, that steer every pivot over the same table.

    `hint` is what programs without slicers show in their place.
    """

    name: str
    title: str
    table: str
    column: str
    row: int
    left: int
    width_px: int = 160
    height_px: int = 190
    hint: str = ""


@dataclass(frozen=True)
class PivotWords:
    """The words a pivot writes by itself. `total_of` names the grand total of one of many values."""

    blank: str = "(blank)"
    everything: str = "(All)"
    grand_total: str = "Grand Total"
    total_of: str = "Total {value}"


PivotRole = Literal[
    "header",
    "label",
    "group_label",
    "value",
    "subtotal",
    "grand_label",
    "grand_value",
    "page_label",
    "page_value",
]


@dataclass(frozen=True)
class PivotCell:
    """One cell to write, counted from 0 on its tab. `value` None: empty, but with its format.

    `group_label` and `subtotal` stand on the line of an outer row column; `indent` is that line's
    depth; `number_format` is set on figures only.
    """

    row: int
    column: int
    value: Cell
    role: PivotRole
    number_format: str = ""
    indent: int = 0


@dataclass(frozen=True)
class PivotLine:
    """A row or column of figures: positions of its items, less those `repeated` from the line before.

    `value` is which of the pivot's values a column shows.
    """

    positions: tuple[int, ...] = ()
    repeated: int = 0
    value: int = 0
    is_grand: bool = False


@dataclass(frozen=True)
class PivotLayout:
    """A pivot worked out. The rectangle at (top, left) leaves out the page filters above it.

    `rows` and `columns` are 0, and there are no cells, when the table has no rows. `body` says where
    the labelled figures stand, without grand totals: what a chart over the pivot draws.
    """

    plan: PivotPlan
    words: PivotWords
    top: int
    left: int
    rows: int = 0
    columns: int = 0
    header_rows: int = 0
    cells: tuple[PivotCell, ...] = ()
    row_lines: tuple[PivotLine, ...] = ()
    column_lines: tuple[PivotLine, ...] = ()
    value_titles: tuple[str, ...] = ()
    row_caption: str = ""
    column_caption: str = ""

    @property
    def body(self) -> tuple[int, int, int, int]:
        """(row, column, rows, columns) of the figures, header, labels and grand totals aside."""
        columns = sum(not line.is_grand for line in self.column_lines)
        rows = sum(not line.is_grand for line in self.row_lines)
        return self.top + self.header_rows, self.left + 1, rows, columns
