"""A desk whose choices people call otherwise in Lists: in a workbook and at Google."""

from __future__ import annotations

from collections.abc import Mapping

from sheetdesk.sandbox.people import edit
from tests.flows.book import Tab
from tests.flows.online import ME, Online
from tests.flows.workbook_desk import WorkbookDesk

__all__ = ["REACH", "SWAPPED", "TITLES", "TRADED", "TYPES", "AnyDesk", "AtGoogle", "Files"]

TITLES = {"hard": "Hardware", "soft": "Software"}
TRADED = {"hard": "Software", "soft": "Hardware"}
TYPES = "choices: [{key: hard, title: Hardware}, {key: soft, title: Software}]"
SWAPPED = "choices: [{key: hard, title: Software}, {key: soft, title: Hardware}]"
REACH = 20
"""How many rows of the tickets to draw: the sandbox works all of them out."""


class Files(WorkbookDesk):
    """The desk in a workbook."""

    def calls(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        """Somebody gives the choices of the types other titles in Lists."""
        book = self.book()
        tab = book.tab("Lists")
        at = tab.column("Key")
        for key, title in new.items():
            row = next(r for r in sorted(tab.rows()) if tab.value(r, at) == f"type/{key}")
            assert tab.value(row, tab.column("Value")) == old[key]
            tab.type(row, "Value", title)
        book.save()

    def said(self, tab: str, row: str, title: str) -> object:
        """A cell of another tab, by what stands first in its row."""
        there = self.book().tab(tab)
        return there.value(_row(there, row), there.column(title))

    def says(self, tab: str, row: str, title: str, text: str) -> None:
        """Somebody types into a cell of another tab; a row that is not there is begun below the others."""
        book = self.book()
        there = book.tab(tab)
        try:
            at = _row(there, row)
        except StopIteration:
            at = next(n for n in range(2, 50) if there.value(n, 0) is None)
            there.type_at(at, 0, row)
            there.reach(max(at, there.bottom()))
        there.type(at, title, text)
        book.save()

    def adds(self, last: str, title: str, kind: str) -> None:
        """A new row below the `last` ticket's."""
        book = self.book()
        tab = book.tab()
        row = tab.row_of(last) + 1
        tab.type(row, "Title", title)
        tab.type(row, "Type", kind)
        tab.reach(row)
        book.save()


def _row(tab: Tab, first: str) -> int:
    return next(row for row in sorted(tab.rows()) if tab.value(row, 0) == first)


class AtGoogle(Online):
    """The same desk at Google."""

    def said(self, tab: str, row: str, title: str) -> object:
        grid = self.tab(tab)
        return grid.cell(list(grid.column(0)).index(row), self.place(title, tab))

    def says(self, tab: str, row: str, title: str, text: str) -> None:
        column, ids = self.place(title, tab), list(self.tab(tab).column(0))
        if row not in ids:
            ids = [name for name in ids if name is not None] + [row]
            assert self.does(edit, ME, tab=tab, row=len(ids) - 1, column=0, text=row)
        assert self.does(edit, ME, tab=tab, row=ids.index(row), column=column, text=text)

    def adds(self, last: str, title: str, kind: str) -> None:
        row = self.row(last) + 1
        for column, text in (("Title", title), ("Type", kind)):
            assert self.does(edit, row=row, column=self.place(column), text=text)

    def calls(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        grid = self.tab("Lists")
        column = self.place("Value", "Lists")
        ids = list(grid.column(self.place("Key", "Lists")))
        for key, title in new.items():
            row = ids.index(f"type/{key}")
            assert grid.cell(row, column) == old[key]
            assert self.does(edit, ME, tab="Lists", row=row, column=column, text=title)


AnyDesk = Files | AtGoogle
