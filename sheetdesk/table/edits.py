"""What to write into a sheet: cells of its tabs, and how far its tables reach.

Values only, in nobody's dialect but for a formula's text. Rows and columns count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetdesk.columns.base import Cell

__all__ = ["CellEdit", "TabEdits"]


@dataclass(frozen=True)
class CellEdit:
    """One cell to write. `value` None clears it; its format stays.

    `formula` (without `=`) makes it a formula that shows `value`; `keeps_formula` leaves the formula
    that stands there and changes only what it shows. `differs`: whoever asks has read another text there.
    """

    row: int
    column: int
    value: Cell
    formula: str | None = None
    keeps_formula: bool = False
    differs: bool = False


@dataclass(frozen=True)
class TabEdits:
    """All that is to be written to the tab titled `tab`.

    `tables` gives native tables, by name, their new last data row; `header` gives columns of a native
    table, by name and index in it, a new title. `begun` are rows that people began below one and that become
    part of it: what they typed there may be written over.
    """

    tab: str
    cells: tuple[CellEdit, ...] = ()
    tables: Mapping[str, int] = field(default_factory=dict)
    header: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    begun: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.cells or self.tables or self.header)
