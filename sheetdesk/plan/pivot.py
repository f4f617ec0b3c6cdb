"""Pivot tables as values: what to count, by what, and the cells a refresh would leave.

A PivotPlan names columns of one table by key. `pivot_cells` works out the block that stands in the
sheet, so that a viewer that never refreshes shows the same numbers as one that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["PivotPlan", "PivotValue", "SlicerPlan"]


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

    `rows`, `columns` (at most one) and `pages` are keys of the source table's columns; `order` gives
    the shown values of a column in display order, others follow sorted.
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
    """Buttons, one a value of a column, that steer every pivot over the same table."""

    name: str
    title: str
    table: str
    column: str
    row: int
    left: int
    width_px: int = 160
    height_px: int = 190
