"""What the cells of one state of a book show: effective values and their texts.

The formula engine is asked only where a tab holds formulas: it is built on the first need.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sheetdesk.sandbox import a1, pivots, values
from sheetdesk.sandbox.book import Json, Row, Spreadsheet, Tab
from sheetdesk.sandbox.clock import wall_time
from sheetdesk.sandbox.dependence import Dependence
from sheetdesk.sandbox.ranges import Box

if TYPE_CHECKING:
    from sheetdesk.sandbox.formulas.engine import Engine

__all__ = ["Shown"]

DATE_CALL = re.compile(r"=\s*(TODAY|NOW|DATE)\([^()]*\)\s*", re.IGNORECASE)
CELL = r"(?:'(?:[^']|'')+'!|\w+!)?\$?[A-Za-z]{1,3}\$?[0-9]+"
ONE_CELL = re.compile(rf"=({CELL})")
SUMMED = re.compile(
    rf"=\s*(?:SUM|MIN|MAX|AVERAGE)\(\s*({CELL})(?::\$?[A-Za-z]{{1,3}}\$?[0-9]+)?\s*\)\s*", re.I
)

NOTHING: Json = {}
NO_CELLS: Row = {}


class Shown:
    """Reads one state of a book, which must not change meanwhile."""

    def __init__(self, book: Spreadsheet, now: datetime, log: Callable[[str], None]) -> None:
        self.book = book
        self.now = now
        self.log = log
        self.locale = str(book.properties.get("locale", "en_US"))
        self.with_formulas: dict[int, bool] = {}
        self.spilled_rows: dict[int, int] = {}
        self.pivot_cells: dict[int, dict[tuple[int, int], Json]] = {}

    @cached_property
    def engine(self) -> Engine:
        # Most books of a test hold no formula, and the functions take their time to load.
        from sheetdesk.sandbox.formulas.engine import Engine

        return Engine(self.book, self.now, self.log)

    @cached_property
    def dependence(self) -> Dependence:
        """Which cells its formulas and pivot tables read."""
        return Dependence(self.book)

    def is_touched(self, tab: Tab, area: Box) -> bool:
        """Whether other values there could show anywhere else, or what is shown there could be another's."""
        return self.has_formulas(tab) or bool(self.pivot(tab)) or self.dependence.reads(tab, area)

    def wall(self) -> datetime:
        """What the clocks say in the book's time zone."""
        return wall_time(self.now, self.book.properties.get("timeZone", "Etc/GMT"))

    def rows_used(self, tab: Tab) -> int:
        """How many rows hold or show anything, formulas that spill and pivot tables counted."""
        used = len(tab.rows)
        if self.has_formulas(tab):
            used = max(used, self.rows_spilled(tab))
        return max(used, max((row for row, _ in self.pivot(tab)), default=-1) + 1)

    def rows_spilled(self, tab: Tab) -> int:
        """How far down the formulas of a tab fill cells; they are all worked out for it, once."""
        found = self.spilled_rows.get(tab.id)
        if found is None:
            for row, cells in enumerate(tab.rows):
                for column, cell in (cells or NO_CELLS).items():
                    if "formulaValue" in cell.get("userEnteredValue", NOTHING):
                        self.engine.value(tab.title, row, column)
            spilled = self.engine.sheets[tab.title].spilled
            found = max((row + array.rows for (row, _), array in spilled.items()), default=0)
            self.spilled_rows[tab.id] = found
        return found

    def has_formulas(self, tab: Tab) -> bool:
        """Whether any cell of the tab holds a formula; looked for once."""
        found = self.with_formulas.get(tab.id)
        if found is None:
            found = any(
                "formulaValue" in cell.get("userEnteredValue", NOTHING)
                for cells in tab.rows
                if cells
                for cell in cells.values()
            )
            self.with_formulas[tab.id] = found
        return found

    def value(self, tab: Tab, row: int, column: int) -> Json | None:
        """The effectiveValue of a cell, None where it shows nothing."""
        entered = tab.cell(row, column).get("userEnteredValue")
        if entered is not None and "formulaValue" not in entered:
            typed: Json = entered
            return typed
        if self.has_formulas(tab):
            found: Json | None = self.engine.value(tab.title, row, column)
            if found is not None:
                return found
        pivot = self.pivot(tab)
        return pivot.get((row, column)) if pivot else None

    def brought(self, tab: Tab, box: Box) -> dict[int, dict[int, Json]]:
        """The effectiveValues of cells that hold nothing themselves, by row and column.

        Formulas and pivot tables elsewhere bring them.
        """
        found: dict[int, dict[int, Json]] = {}
        for (row, column), value in self.pivot(tab).items():
            if box.r0 <= row < box.r1 and box.c0 <= column < box.c1:
                found.setdefault(row, {})[column] = value
        if self.has_formulas(tab):
            rows, columns = range(box.r0, box.r1), range(box.c0, box.c1)
            for row, values in self.engine.spilled(tab.title, rows, columns).items():
                found[row] = {**found.get(row, NO_CELLS), **values}
        return found

    def pivot(self, tab: Tab) -> dict[tuple[int, int], Json]:
        """What the pivot tables of a tab write, by place; computed once."""
        found = self.pivot_cells.get(tab.id)
        if found is None:
            # A pivot that summarises the cells of another must not ask for itself.
            self.pivot_cells[tab.id] = {}
            found = pivots.drawn(self.book, tab, self.value, self.log)
            self.pivot_cells[tab.id] = found
        return found

    def number_format(self, tab: Tab, row: int, column: int) -> Json | None:
        """The number format that was set for a cell, else the one its formula brings."""
        cell = tab.cell(row, column)
        found: Json | None = cell.get("userEnteredFormat", NOTHING).get("numberFormat")
        if found is None and "userEnteredValue" in cell:
            formula = cell["userEnteredValue"].get("formulaValue")
            if formula is not None:
                return self.brought_format(tab, formula)
        return found

    def brought_format(self, tab: Tab, formula: str) -> Json | None:
        """The format of a formula that is a date, or that repeats or sums up cells: that of the first one.

        None for any other formula.
        """
        call = DATE_CALL.fullmatch(formula)
        if call is not None:
            return {"type": "DATE_TIME" if call[1].upper() == "NOW" else "DATE"}
        first = ONE_CELL.fullmatch(formula) or SUMMED.fullmatch(formula)
        if first is None:
            return None
        parsed = a1.parse(first[1].replace("$", ""))
        home = tab if parsed.tab is None else self.book.tab_titled(parsed.tab)
        if home is None or parsed.start_row is None or parsed.start_col is None:
            return None
        found: Json | None = home.cell(parsed.start_row, parsed.start_col).get("userEnteredFormat", NOTHING)
        return (found or NOTHING).get("numberFormat")

    def text(self, tab: Tab, row: int, column: int) -> str:
        """The cell as people see it, "" where it shows nothing."""
        value = self.value(tab, row, column)
        return "" if value is None else self.text_of(value, tab, row, column)

    def text_of(self, value: Json, tab: Tab, row: int, column: int) -> str:
        """A cell's effectiveValue as people see it there."""
        if "stringValue" in value and not self.number_format(tab, row, column):
            return str(value["stringValue"])
        return values.shown(value, self.number_format(tab, row, column), self.locale)
