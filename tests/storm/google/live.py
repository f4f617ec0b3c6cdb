"""The spreadsheet while a schedule runs: each change that anybody makes is a version in the ledger.

A row is known by a note in a cell that stands far right of everything: notes travel with whatever people
do to a row, and no sync reads or writes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetdesk.columns.base import Cell
from sheetdesk.plan.machinery import KEY, read_stamp
from sheetdesk.sandbox.book import Spreadsheet, Tab
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.people import Person
from sheetdesk.sheets.google.answer import spreadsheet_as
from sheetdesk.sheets.google.cells import as_moments
from sheetdesk.sheets.google.read import FIELDS, snapshot
from sheetdesk.sheets.google.tags import tag_in
from sheetdesk.sheets.google.view import view
from sheetdesk.table.grid import Grid, GridTable
from tests.storm.desk import MAIN
from tests.storm.ledger import Ledger, Version
from tests.storm.page import Page, page_of

__all__ = ["Live", "Stands"]

DATED = ("created", "due", "updated")
TABLE = "tickets"
WHO = "who: "


@dataclass(frozen=True)
class Stands:
    """What a place says of itself when all is quiet."""

    revision: str


@dataclass
class Live:
    """The tickets' tab at Google, in step with the ledger. `columns` are who its columns are."""

    sandbox: Sandbox
    file: str
    ledger: Ledger
    dated: frozenset[str]
    columns: list[str] = field(default_factory=list)
    number: int = 0
    seen: tuple[str, str] = ("", "")
    seen_right: str = ""
    stale: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """The first version: its rows are who their ids say."""
        keys = {column.title: column.key for column in self.ledger.desk.tickets.columns}
        tab = self.tab
        width = self._area()[1]
        self.columns = [keys[_shown(tab.cell(0, place))] for place in range(width)]
        self.ledger.add_start(MAIN, self.revision, self.grids(), self.stamp())
        self.mark(self.version.rows)

    @property
    def book(self) -> Spreadsheet:
        return self.sandbox.drive.files[self.file].book

    @property
    def tab(self) -> Tab:
        return next(tab for tab in self.book.tabs if tab.title == "Tickets")

    @property
    def revision(self) -> str:
        return f"online {self.number}"

    @property
    def version(self) -> Version:
        return self.ledger.versions[MAIN, self.revision]

    def look(self) -> Stands:
        """What stands there now."""
        return Stands(self.revision)

    def load(self) -> tuple[str, str]:
        """What syncs keep of what they read last."""
        return self.seen

    def save(self, version: str, revision: str) -> None:
        self.seen = version, revision

    def right(self) -> str:
        """The last turn that they found to be right."""
        return self.seen_right

    def save_right(self, turn: str) -> None:
        self.seen_right = turn

    def page(self) -> Page:
        """What somebody sees who looks at it."""
        return self.version.page()

    def who(self) -> tuple[str, ...]:
        """Who the rows below the header are, by their notes."""
        return tuple(_noted(row) for row in self.tab.rows[1:])

    def mark(self, rows: Sequence[str]) -> None:
        """Note at each row who it is."""
        tab = self.tab
        for at, who in enumerate(rows, 1):
            noted = tab.rows[at] if at < len(tab.rows) else None
            if who == _noted(noted):
                continue
            cells = {c: {k: v for k, v in cell.items() if k != "note"} for c, cell in _marks(noted).items()}
            if who:
                last = tab.column_count - 1
                cells[last] = {**tab.cell(at, last), "note": WHO + who}
            tab.put(at, cells)

    def does(self, person: str, asked: list[dict[str, Any]]) -> str | None:
        """Let a person do something; why it was refused, or None."""
        owner = self.sandbox.drive.files[self.file].owner
        return Person(self.sandbox, self.file, owner).tries(asked)

    def saved(self, person: str) -> Version:
        """The version that a person's deed made."""
        opened = self.version
        self.number += 1
        grids = self.grids()
        page = page_of(grids[0], tuple(self.columns), self.who())
        made = self.ledger.add_save(MAIN, self.revision, opened, page, grids, person, self._tagged())
        self.ledger.put_in_place(MAIN, self.revision)
        return made

    def _tagged(self) -> set[tuple[str, str]]:
        """The cells whose values a sync wrote and has yet to settle, by row and column."""
        tab, found = self.tab, set()
        for at, who in enumerate(self.who(), 1):
            for place, name in enumerate(self.columns):
                value = tab.cell(at, place).get("userEnteredValue", {})
                if tag_in(str(value.get("formulaValue", "")).removeprefix("=")):
                    found.add((who, name))
        return found

    def written(self) -> bool:
        """The version that a batch of a sync made; whether it changed anything that people see."""
        old = self.version
        grids, stamp = self.grids(), self.stamp()
        if _same(grids[0], old.grid) and stamp == old.stamp:
            return False
        self.number += 1
        made = self.ledger.add_write(MAIN, self.revision, old, grids, stamp)
        self.ledger.arrivals.append((MAIN, self.revision))
        self.mark(made.rows)
        for spot, numbers in old.sources.items():
            lost = numbers - made.sources.get(spot, frozenset())
            self.ledger.displaced |= lost
        return True

    def grids(self) -> tuple[Grid, ...]:
        """The tickets' tab as what was entered there."""
        tab, (bottom, width) = self.tab, self._area()
        rows = max((at for at, row in enumerate(tab.rows) if _is_used(row)), default=0) + 1
        columns = []
        for place, name in enumerate(self.columns):
            cells: list[Cell] = [_entered(tab.cell(at, place)) for at in range(rows)]
            cells[0] = _shown(tab.cell(0, place)) or None
            columns.append(as_moments(cells) if name in DATED else cells)
        ids = columns[self.columns.index("id")] if "id" in self.columns else []
        filled = [at for at in range(1, min(rows, bottom + 1)) if ids and ids[at] is not None]
        last = max(filled, default=1)
        numbers = tuple(range(1, width + 1))
        table = GridTable(TABLE, 0, 0, last, width - 1, numbers)
        return (Grid(tab.title, rows, columns, tables=(table,)),)

    def seen_as(self) -> Grid:
        """The tickets' tab as a sync sees it, with all that formulas show."""
        person = Person(self.sandbox, self.file, self.sandbox.drive.files[self.file].owner)
        found = snapshot(spreadsheet_as(answer_of(person, FIELDS)), self.dated)
        grids = view(found).grids
        tab = next(tab for tab in found.tabs if tab.title == "Tickets")
        return grids[tab.sheet_id]

    def stamp(self) -> int:
        """The base that the spreadsheet carries."""
        tab = self.book.tab_titled(KEY)
        if tab is None:
            return 0
        cells = [[_entered(tab.cell(at, place)) for at in range(len(tab.rows))] for place in range(4)]
        text = read_stamp(Grid(tab.title, len(tab.rows), cells)).get("base", "")
        return int(text) if text.isdigit() else 0

    def _area(self) -> tuple[int, int]:
        """The last row and the width of the block that is called as the table."""
        tab = self.tab
        for named in self.book.named_ranges.values():
            if named["name"] == TABLE:
                area = named["range"]
                right = area.get("endColumnIndex", tab.column_count)
                return area.get("endRowIndex", tab.row_count) - 1, right
        return tab.row_count - 1, len(self.columns)


def answer_of(person: Person, fields: str) -> dict[str, Any]:
    """The whole spreadsheet, as a program reads it."""
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{person.file}?fields={fields}"
    answer = person.sandbox.handle("GET", url, {}, b"")
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _marks(row: dict[int, Any] | None) -> dict[int, Any]:
    return {c: cell for c, cell in (row or {}).items() if cell.get("note", "").startswith(WHO)}


def _noted(row: dict[int, Any] | None) -> str:
    return next((str(cell["note"])[len(WHO) :] for cell in _marks(row).values()), "")


def _is_used(row: dict[int, Any] | None) -> bool:
    return any("userEnteredValue" in c or c.get("note", "").startswith(WHO) for c in (row or {}).values())


def _entered(cell: dict[str, Any]) -> Cell:
    """What was entered into a cell; what a formula shows counts for nothing."""
    value = cell.get("userEnteredValue")
    if not value:
        return None
    if "formulaValue" in value:
        return _tagged(value["formulaValue"].removeprefix("="))
    [found] = value.values()
    if "numberValue" in value:
        return float(found)
    return None if found == "" else found


def _tagged(formula: str) -> Cell:
    """What a sync's tagged formula shows; nothing for any other."""
    if not tag_in(formula):
        return None
    if formula.startswith('"'):
        return formula[1 : formula.rindex('"&T(N(')].replace('""', '"')
    if formula.startswith("IF("):
        return "TRUE" in formula
    return float(formula[: formula.rindex("+N(")])


def _shown(cell: dict[str, Any]) -> str:
    """The title in a header, that of a formula too."""
    value = cell.get("userEnteredValue", {})
    formula = value.get("formulaValue")
    if formula is not None:
        return str(formula.split('"')[1]) if '"' in formula else ""
    return str(next(iter(value.values()), ""))


def _same(one: Grid, other: Grid) -> bool:
    return one.rows == other.rows and list(map(list, one.columns)) == list(map(list, other.columns))
