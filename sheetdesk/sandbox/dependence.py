"""Which cells of a book its formulas and pivot tables read."""

from __future__ import annotations

import re

from sheetdesk.sandbox.book import EMPTY_ROW, Json, Spreadsheet, Tab
from sheetdesk.sandbox.ranges import Box, box, overlap
from sheetdesk.sandbox.references import named

__all__ = ["Dependence"]

ANYWHERE = re.compile(r"\b(INDIRECT|OFFSET)\s*\(|\[", re.IGNORECASE)
"""What reads cells that the text of a formula does not name; tables are named by their columns."""

ALL = Box(0, 1 << 60, 0, 1 << 60)


class Dependence:
    """What the formulas and pivot tables of one state of a book read, by the sheetId of the tab."""

    def __init__(self, book: Spreadsheet) -> None:
        self._boxes: dict[int, set[Box]] = {tab.id: set() for tab in book.tabs}
        self._titles = {tab.title.casefold(): tab.id for tab in book.tabs}
        self._names = [
            (str(name["name"]).casefold(), name.get("range", {})) for name in book.named_ranges.values()
        ]
        self._book = book
        for tab, _, _, formula in book.formulas():
            self._add(tab, formula)
        for tab in book.tabs:
            for cell in (cell for cells in tab.rows for cell in (cells or EMPTY_ROW).values()):
                if "pivotTable" in cell:
                    self._add_range(cell["pivotTable"].get("source", {}))

    def _add(self, home: Tab, formula: str) -> None:
        if ANYWHERE.search(formula):
            for boxes in self._boxes.values():
                boxes.add(ALL)
            return
        for title, top, bottom, left, right in named(formula):
            tab = home.id if title is None else self._titles.get(title.casefold())
            if tab is not None:
                end = ALL.r1 if bottom is None else bottom
                self._boxes[tab].add(Box(top, end, left, ALL.c1 if right is None else right))
        folded = formula.casefold()
        for name, place in self._names:
            if name in folded:
                self._add_range(place)

    def _add_range(self, place: Json) -> None:
        tab = self._book.tab(place.get("sheetId", 0))
        if tab is not None:
            self._boxes[tab.id].add(box(place, tab))

    def reads(self, tab: Tab, area: Box) -> bool:
        """Whether any of them reads a cell there."""
        return any(overlap(one, area) for one in self._boxes.get(tab.id, ()))
