"""Which conditional formats hold in a cell, for the page: colour scales aside.

A rule's own formula is worked out in a copy of the book, in columns to the right of the tab's grid.
"""

from __future__ import annotations

from functools import cached_property

from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.conditions import UnknownCondition, lets_through
from sheetdesk.sandbox.formulas.engine import Engine
from sheetdesk.sandbox.references import copied
from sheetdesk.sandbox.shown import Shown

__all__ = ["RuleLooks"]


class RuleLooks:
    """The conditional formats of a tab in one state of its book."""

    def __init__(self, shown: Shown, tab: Tab) -> None:
        self.shown = shown
        self.tab = tab
        self.rules = [rule for rule in tab.conditional_formats if "booleanRule" in rule]
        # By row and formula: cells of a row whose formulas read alike share one answer.
        self.truths: dict[int, dict[str, bool]] = {}
        # The page asks for the same cells every few seconds.
        self.formats: dict[tuple[int, int], Json] = {}

    def cell_format(self, row: int, column: int) -> Json:
        """The format the rules give a cell; where two give the same, the earlier one's."""
        known = self.formats.get((row, column))
        if known is None:
            known = self.formats[row, column] = self._format(row, column)
        return known

    def _format(self, row: int, column: int) -> Json:
        found: Json = {}
        for rule in reversed(self.rules):
            if any(_covers(place, row, column) for place in rule["ranges"]) and self.holds(rule, row, column):
                given = rule["booleanRule"].get("format", {})
                text = {**found.get("textFormat", {}), **given.get("textFormat", {})}
                found = {**found, **given} | ({"textFormat": text} if text else {})
        return found

    def holds(self, rule: Json, row: int, column: int) -> bool:
        """Whether a rule's condition holds in a cell; one that is not known here never does."""
        condition = rule["booleanRule"]["condition"]
        if condition.get("type") == "CUSTOM_FORMULA":
            first = rule["ranges"][0]
            rows = row - first.get("startRowIndex", 0)
            columns = column - first.get("startColumnIndex", 0)
            return self.is_true(row, copied(condition["values"][0]["userEnteredValue"], rows, columns))
        try:
            return lets_through(self.shown, self.tab, row, column, {"condition": condition})
        except UnknownCondition:
            return False

    @cached_property
    def scratch(self) -> tuple[Tab, Engine]:
        """A copy of the tab to write formulas into, and what works them out."""
        book: Spreadsheet = self.shown.book.copy()
        tab = next(one for one in book.tabs if one.id == self.tab.id)
        tab.resized(tab.row_count, tab.column_count + 1_000)
        return tab, Engine(book, self.shown.now, self.shown.log)

    def is_true(self, row: int, formula: str) -> bool:
        """Whether a formula that stands in a row comes to TRUE, or to a number other than 0."""
        known = self.truths.setdefault(row, {})
        if formula not in known:
            tab, engine = self.scratch
            column = self.tab.column_count + len(known)
            tab.put(row, {column: {"userEnteredValue": {"formulaValue": formula}}})
            value = engine.value(tab.title, row, column) or {}
            known[formula] = bool(value.get("boolValue") or value.get("numberValue"))
        return known[formula]


def _covers(place: Json, row: int, column: int) -> bool:
    rows = range(place.get("startRowIndex", 0), place.get("endRowIndex", row + 1))
    return row in rows and column in range(
        place.get("startColumnIndex", 0), place.get("endColumnIndex", column + 1)
    )
