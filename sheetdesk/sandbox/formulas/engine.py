"""The values of a book's cells, worked out when they are asked for and then remembered.

An engine belongs to one state of a book: after a change, make another. It reads `tab.properties`,
`tab.rows` and `tab.tables`, `book.properties` and `book.named_ranges`, and changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sheetdesk.sandbox.clock import wall_time
from sheetdesk.sandbox.formulas.blocks import Area, Array, Value
from sheetdesk.sandbox.formulas.evaluate import Evaluation
from sheetdesk.sandbox.formulas.lexer import Unparsable
from sheetdesk.sandbox.formulas.parser import parse
from sheetdesk.sandbox.formulas.reach import columns_wide, may_spill, might_spill
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar
from sheetdesk.sandbox.formulas.sheet import Sheet, Tab, extended, literal
from sheetdesk.sandbox.formulas.syntax import Name, Range, Slot
from sheetdesk.sandbox.locales import locale

__all__ = ["Book", "Engine", "Tab"]

# Formulas that wait for one another, before the innermost is worked out on its own.
DEEPEST = 12
# Arrays that are kept for other formulas; those of one column of a dashboard lie this close together.
MOST_SHARED = 64
CIRCLE = Error("REF", "Circular dependency detected.")
BROKEN = Error("ERROR", "Formula parse error.")
TOO_LONG = Error("ERROR", "The formula is too long for the sandbox to compute.")
Place = tuple[str, int, int]


class Book(Protocol):
    """What an engine reads of a spreadsheet."""

    properties: dict[str, Any]
    named_ranges: dict[str, dict[str, Any]]

    @property
    def tabs(self) -> Sequence[Tab]: ...


class _TooDeep(Exception):
    """A cell to work out first: too many formulas wait for it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


class Engine:
    """`now` is an instant (a naive one is UTC); `log` hears of what is not computed, once a function."""

    def __init__(self, book: Book, now: datetime, log: Callable[[str], object] | None = None) -> None:
        self.sheets = {str(tab.properties["title"]): Sheet(tab) for tab in book.tabs}
        self.by_id = {tab.properties.get("sheetId"): str(tab.properties["title"]) for tab in book.tabs}
        self.names = {str(named["name"]).casefold(): named for named in book.named_ranges.values()}
        self.context = Context(
            locale(book.properties.get("locale", "en_US")),
            wall_time(now, book.properties.get("timeZone", "Etc/GMT")),
        )
        self.log = log
        self._logged: set[str] = set()
        self._values: dict[Place, Scalar] = {}
        self._deepest = DEEPEST
        self._waiting: dict[Place, None] = {}
        self._peeked: dict[Place, list[tuple[int, int, int]]] = {}
        self._circle: set[Place] = set()
        self._areas: dict[tuple[str, int, int, int, int], Area] = {}
        self._shared: dict[Hashable, Array] = {}

    def value(self, tab: str, row: int, column: int) -> dict[str, Any] | None:
        """The effectiveValue of a cell, counted from 0; None where there is nothing.

        Raises KeyError for a tab that the book does not have.
        """
        typed = self.sheets[tab].typed(row, column)
        if typed and "formulaValue" not in typed:
            return typed
        return extended(self._settled(tab, row, column))

    def spilled(self, tab: str, rows: range, columns: range) -> dict[int, dict[int, dict[str, Any]]]:
        """The effectiveValues that formulas bring into other cells of a rectangle, by row and column.

        Raises KeyError for a tab that the book does not have.
        """
        sheet = self.sheets[tab]
        found: dict[int, dict[int, dict[str, Any]]] = {}
        # A cell that two arrays reach shows the first: it is put down last.
        for top, left, wide in reversed(self._anchors(sheet)):
            if top >= rows.stop or left >= columns.stop or left + wide <= columns.start:
                continue
            self._settled(tab, top, left)
            array = sheet.spilled.get((top, left))
            if array is not None:
                for row, column, value in array.within(top, left, rows, columns):
                    shown = extended(value)
                    if shown is not None:
                        found.setdefault(row, {})[column] = shown
                    elif row in found:
                        found[row].pop(column, None)
        return found

    def _settled(self, tab: str, row: int, column: int) -> Scalar:
        """A cell's value, long chains of formulas worked out from their far end."""
        waiting: dict[Place, None] = {(tab, row, column): None}
        while True:
            place = next(reversed(waiting))
            try:
                value = self.cell(*place)
            except _TooDeep as deep:
                if deep.place in waiting:
                    self._values[deep.place] = CIRCLE
                else:
                    waiting[deep.place] = None
                continue
            except RecursionError:
                if self._deepest == 1:
                    return TOO_LONG
                self._deepest = 1
                continue
            del waiting[place]
            if not waiting:
                return value

    def cell(self, tab: str, row: int, column: int) -> Scalar:
        """The value of one cell while a formula is worked out."""
        sheet = self.sheets[tab]
        typed = sheet.typed(row, column)
        if not typed:
            return self._spilled_at(sheet, row, column)
        if "formulaValue" not in typed:
            return literal(typed)
        place = (tab, row, column)
        if place in self._values:
            return self._values[place]
        if place in self._waiting:
            waiting = list(self._waiting)
            self._circle.update(waiting[waiting.index(place) :])
            return CIRCLE
        if len(self._waiting) >= self._deepest:
            raise _TooDeep(place)
        self._waiting[place] = None
        try:
            value = self._formula(sheet, row, column, typed["formulaValue"])
        finally:
            del self._waiting[place]
        if place in self._circle:
            self._circle.discard(place)
            value = CIRCLE
        self._values[place] = value
        return value

    def column(self, tab: str, column: int, start: int, end: int) -> list[Scalar]:
        """The values of a stretch of a column, `end` exclusive."""
        sheet = self.sheets[tab]
        typed, formulas = sheet.column(column)
        values = typed[start:end]
        values += [None] * (end - start - len(values))
        for row in formulas[bisect_left(formulas, start) : bisect_left(formulas, end)]:
            values[row - start] = self.cell(tab, row, column)
        for top, left, array in self._spills(sheet, start, end, column):
            if left <= column < left + array.columns:
                for offset, value in enumerate(array.column(column - left)):
                    row = top + offset
                    if start <= row < end and (offset or column > left):
                        values[row - start] = value
        return values

    def _spilled_at(self, sheet: Sheet, row: int, column: int) -> Scalar:
        for top, left, array in self._spills(sheet, row, row + 1, column):
            if row < top + array.rows and column < left + array.columns:
                return array.at(row - top, column - left)
        return None

    def _spills(self, sheet: Sheet, start: int, end: int, column: int) -> list[tuple[int, int, Array]]:
        """The arrays that begin above or left of a stretch of a column and might reach it.

        One that is being worked out has no cells yet: what was read there is kept for `_reads_itself`.
        """
        found = []
        for top, left, wide in self._anchors(sheet):
            if top < end and left <= column < left + wide:
                place = (sheet.title, top, left)
                if place in self._waiting:
                    self._peeked.setdefault(place, []).append((start, end, column))
                    continue
                self.cell(*place)
                if (top, left) in sheet.spilled:
                    found.append((top, left, sheet.spilled[top, left]))
        return found

    def _anchors(self, sheet: Sheet) -> list[tuple[int, int, int]]:
        """Row and column of the formulas that may fill more than their cell, and how many columns."""
        if sheet.anchors is None:
            sheet.anchors = []
            for row, cells in enumerate(sheet.rows):
                for column, cell in (cells or {}).items():
                    typed = cell.get("userEnteredValue")
                    if typed and "formulaValue" in typed:
                        wide = self._reach(typed["formulaValue"], sheet)
                        if wide:
                            sheet.anchors.append((row, column, wide))
        return sheet.anchors

    def _reach(self, text: str, sheet: Sheet) -> int:
        """How many columns a formula may fill at most; 0 for its own cell alone."""
        if not might_spill(text):
            return 0
        try:
            node, slots = parse(text, self.context.facts)
        except Unparsable:
            return 0

        def where(part: Slot | Name) -> Range | None:
            return slots[part.number] if isinstance(part, Slot) else self.range_named(part.name)

        return (columns_wide(node, where) or sheet.column_count) if may_spill(node, where) else 0

    def _formula(self, sheet: Sheet, row: int, column: int, text: str) -> Scalar:
        try:
            node, slots = parse(text, self.context.facts)
        except Unparsable:
            return BROKEN
        result = Evaluation(self, slots, sheet.title, row, column).result(node)
        if not isinstance(result, Array):
            return result
        if self._reads_itself(sheet, row, column, result):
            return CIRCLE
        blocked = sheet.blocked(row, column, result)
        if blocked is not None:
            return blocked
        sheet.spilled[row, column] = result
        return result.at(0, 0)

    def _reads_itself(self, sheet: Sheet, row: int, column: int, array: Array) -> bool:
        """Whether an array would fill cells that were read for it."""
        return any(
            start < row + array.rows and end > row and column <= read < column + array.columns
            for start, end, read in self._peeked.pop((sheet.title, row, column), ())
        )

    def area(self, where: Range, own: str) -> Area | Error:
        """The cells of a reference in a formula of the tab `own`, clipped to the grid."""
        sheet = self.sheets.get(own if where.tab is None else where.tab)
        if sheet is None:
            folded = (where.tab or "").casefold()
            sheet = next((s for title, s in self.sheets.items() if title.casefold() == folded), None)
        if sheet is None:
            return Error("REF", f"Unresolved sheet name '{where.tab}'.")
        top, left = where.start_row or 0, where.start_col or 0
        bottom = sheet.row_count if where.end_row is None else min(where.end_row, sheet.row_count)
        right = sheet.column_count if where.end_col is None else min(where.end_col, sheet.column_count)
        if top >= bottom or left >= right:
            return Error("REF", "Reference does not exist.")
        key = (sheet.title, top, bottom, left, right)
        area = self._areas.get(key)
        if area is None:
            area = Area(self, sheet.title, top, bottom - top, left, right - left)
            if area.rows * area.columns > 64:
                # What a lookup sorts out about a long range serves every formula that reads it.
                self._areas[key] = area
        return area

    def shared(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """An array that several formulas work out alike; `key` says all that it depends on but the cells."""
        if key in self._shared:
            return self._shared[key]
        value = compute()
        if isinstance(value, Array):
            self._shared[key] = value
            if len(self._shared) > MOST_SHARED:
                del self._shared[next(iter(self._shared))]
        return value

    def range_named(self, name: str) -> Range | None:
        """Where a named range lies."""
        named = self.names.get(name.casefold())
        if named is None:
            return None
        grid = named.get("range", {})
        tab = self.by_id.get(grid.get("sheetId", 0))
        ends = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
        return Range(tab, *(grid.get(end) for end in ends))

    def not_computed(self, function: str) -> Error:
        """The value of a function that the sandbox does not know, which `log` is told once."""
        words = f"Unknown function: '{function}'. The sandbox does not compute it."
        if self.log is not None and function not in self._logged:
            self._logged.add(function)
            self.log(words)
        return Error("NAME", words)
