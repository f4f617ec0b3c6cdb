"""What was seen of a workbook that a team already has: a tab, its columns, what their cells accept.

Places of columns count from 0 at the tab's first column; rows count from 1, as people see them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sheetdesk.columns.base import Cell

__all__ = ["SeenColumn", "SeenRule", "SeenTab"]

Format = Literal["general", "text", "number", "percent", "date", "moment", "time"]


@dataclass(frozen=True)
class SeenRule:
    """The data validation of most of a column's cells. Bounds are inclusive; times are day numbers.

    A list has its `values`, or, where it depends on the column at place `parent`, those `below` each
    of that column's values. `source` is the formula as it stands in the file; `is_open` says that its
    values could not be found. `blocks` False only warns.
    """

    kind: Literal["list", "whole", "number", "date", "time", "length", "custom"]
    values: tuple[str, ...] = ()
    below: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parent: int | None = None
    source: str = ""
    is_open: bool = False
    minimum: float | None = None
    maximum: float | None = None
    blocks: bool = True
    prompt: str = ""


@dataclass(frozen=True)
class SeenColumn:
    """One column of a tab: its title, and of every ticket's row the cell.

    `formulas` counts the cells that hold one. `locked` is what the cells' style says; it holds only
    where the tab is protected. `colors` are (value, RRGGBB) of the conditional formats that colour one
    value; `decimals` are those its number format shows, None where it shows none of its own.
    """

    place: int
    title: str
    cells: tuple[Cell, ...] = ()
    rule: SeenRule | None = None
    format: Format = "general"
    decimals: int | None = None
    colors: tuple[tuple[str, str], ...] = ()
    formulas: int = 0
    locked: bool = True
    hidden: bool = False
    width_chars: float | None = None
    comment: str = ""

    @property
    def is_formula(self) -> bool:
        """More than a tenth of its cells are worked out by the sheet, so that it is not people's."""
        return 10 * self.formulas > len(self.cells)


@dataclass(frozen=True)
class SeenTab:
    """A tab and the table of tickets in it; `columns` are empty where it has none.

    `table` is the native table's name, "" for none. The header's titles stand in `header_row`, or
    for cells merged over several rows above it. `rows` are the numbers of the tickets' rows. `merged`
    counts merged blocks among them, `totals` rows of totals, headers that come again and remarks
    below the tickets that were left out, `beside` the titles of columns outside the table.
    """

    file: str
    title: str
    visible: bool = True
    protected: bool = False
    table: str = ""
    header_row: int = 0
    rows: tuple[int, ...] = ()
    columns: tuple[SeenColumn, ...] = ()
    merged: int = 0
    totals: int = 0
    beside: tuple[str, ...] = ()
    tables: tuple[tuple[str, str], ...] = field(default=())
    """Every native table of the tab: (name, range)."""

    def at(self, place: int) -> SeenColumn | None:
        """The column at this place, or None."""
        return next((column for column in self.columns if column.place == place), None)
