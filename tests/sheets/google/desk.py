"""A small desk at a local Google Sheets: published once a process, its book copied for each test."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote

import requests

from sheetdesk.columns.base import Cell
from sheetdesk.flows.places import dated_columns
from sheetdesk.plan.machinery import KEY
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sandbox.book import Spreadsheet
from sheetdesk.sandbox.faults import Fault, Faulty, Kind
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.people import Act, Person
from sheetdesk.sandbox.schema import document
from sheetdesk.sheets.base import Fetched
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.publish import publication
from sheetdesk.sheets.google.read import FIELDS, Snapshot, snapshot
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.sheet import GoogleSheet
from sheetdesk.sheets.google.turn import first_turn
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.grid import Grid
from tests.sheets.contract import DESK, NOW, planned
from tests.sheets.google.scripted import Time

__all__ = [
    "CREATED", "DATED", "DUE", "ID", "OWNER", "SPARE", "STATUS", "SYNC", "TAB", "TITLE", "UPDATED",
    "GoogleDesk", "Noted", "blank_desk", "desk", "grid_of", "published",
]  # fmt: skip

TAB, TEAM, SYNC = "Tickets", "Team", OVERLAY_TAB
ID, CREATED, TITLE, STATUS, OWNER, DUE, UPDATED, MONTH, OPEN = range(9)
DATED = dated_columns(DESK)
SPARE = 10
"""Empty rows below the tickets: as few as a person leaves who tidies up."""


@dataclass
class Noted:
    """What was seen of a spreadsheet last, in memory."""

    seen: tuple[str, str] = ("", "")
    turn: str = ""

    def load(self) -> tuple[str, str]:
        return self.seen

    def save(self, version: str, revision: str) -> None:
        self.seen = (version, revision)

    def right(self) -> str:
        return self.turn

    def save_right(self, turn: str) -> None:
        self.turn = turn


@dataclass
class GoogleDesk:
    """One spreadsheet of the desk and who works on it. Rows and columns count from 0."""

    sandbox: Sandbox
    line: Faulty
    adapter: LoopAdapter
    google: Google
    session: requests.Session
    file: str
    plan: SheetPlan
    noted: Noted = field(default_factory=Noted)
    tags: Any = field(default_factory=lambda: count(1))

    @property
    def book(self) -> Spreadsheet:
        return self.sandbox.drive.files[self.file].book

    @property
    def sheet(self) -> GoogleSheet:
        """A sheet as another run opens it; what it saw last is shared."""
        return GoogleSheet(self.google, self.file, self.noted, DATED, tag=lambda: f"w{next(self.tags)}")

    def fetch(self) -> Fetched:
        found = self.sheet.fetch()
        assert found is not None
        return found

    def snapshot(self) -> Snapshot:
        return snapshot(self.google.read(self.file, FIELDS), DATED)

    def do(self, act: Act, **facts: Any) -> None:
        """The owner of the file acts: no protection stops them."""
        person = Person(self.sandbox, self.file, self.sandbox.drive.files[self.file].owner)
        assert person.does(act, **{"tab": TAB} | facts if "name" not in facts else facts)

    def ask(self, *requests: dict[str, Any]) -> None:
        """What a person's menu or another program does."""
        person = Person(self.sandbox, self.file, self.sandbox.drive.files[self.file].owner)
        assert person.tries(list(requests)) is None

    def enter(self, row: int, column: int, formula: str) -> None:
        """A formula that people paste, whatever format the cell has."""
        start = {"sheetId": self.tab_id(), "rowIndex": row, "columnIndex": column}
        rows = [{"values": [{"userEnteredValue": {"formulaValue": formula}}]}]
        self.ask({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})

    def fault(self, kind: Kind, nth: int = 1) -> None:
        """The `nth` batch from now on goes wrong so."""
        self.line.faults = [Fault(kind, nth, "POST", ":batchUpdate")]

    def values(self, tab: str = TAB) -> list[list[Any]]:
        """What a tab shows, row by row, without the empty rows at its end."""
        url = f"https://sheets.googleapis.com/v4/spreadsheets/{self.file}/values/{quote(tab)}!A1:ZZ"
        answer = self.session.get(url, params={"valueRenderOption": "UNFORMATTED_VALUE"})
        rows: list[list[Any]] = answer.json().get("values", [])
        while rows and all(cell == "" for cell in rows[-1]):
            rows.pop()
        width = max(map(len, rows), default=0)
        return [row + [""] * (width - len(row)) for row in rows]

    def column(self, place: int, tab: str = TAB) -> list[Any]:
        """What a column shows below its header."""
        return [row[place] for row in self.values(tab)[1:]]

    def tab_id(self, title: str = TAB) -> int:
        return next(tab.id for tab in self.book.tabs if tab.title == title)

    def entered(self, row: int, column: int, tab: str = TAB) -> dict[str, Any]:
        """What the cell itself holds, as the API has it."""
        found = self.book.tab_titled(tab)
        assert found is not None
        return dict(found.cell(row, column))

    def ready(
        self,
        found: Fetched,
        cells: Mapping[tuple[int, int], Cell],
        bottom: int | None = None,
        sheet: GoogleSheet | None = None,
    ) -> Fetched:
        """What the spreadsheet is to become."""
        edits = tuple(CellEdit(row, column, value) for (row, column), value in cells.items())
        edit = TabEdits(TAB, edits, {} if bottom is None else {"tickets": bottom})
        return (sheet or self.sheet).write(found, [edit] if edit else [], self.plan, None)

    def write(
        self, found: Fetched, cells: Mapping[tuple[int, int], Cell], bottom: int | None = None
    ) -> Fetched | None:
        """Write, and what it displaced."""
        return self.sheet.replace(self.ready(found, cells, bottom))

    def settle(self, most: int = 4) -> Fetched:
        """Go on as sync does until nothing is to be mended; what is read then."""
        for _ in range(most):
            found = self.fetch()
            ready = self.ready(found, {})
            if ready.revision == found.revision and not found.is_worn:
                return found
            self.sheet.replace(ready)
        raise AssertionError("it is mended for ever")

    def calls(self) -> tuple[int, int, int]:
        """How often was read, written and asked of Drive so far."""
        counts = self.adapter.counts
        return counts["read"].calls, counts["write"].calls, counts["drive"].calls


def _open(sandbox: Sandbox, file: str, plan: SheetPlan) -> GoogleDesk:
    line = Faulty(sandbox, random.Random(3))
    adapter = LoopAdapter(line)
    session = requests.Session()
    session.mount("https://", adapter)
    time = Time()
    google = Google(session, clock=time, sleep=time.sleep)
    return GoogleDesk(sandbox, line, adapter, google, session, file, plan)


@cache
def published(tickets: int, *, whole: bool = False) -> tuple[Spreadsheet, str, SheetPlan]:
    """A book as it is published, who owns it, and its plan; not `whole`: its tickets and its team."""
    plan = planned(tickets)
    found = _open(_checked(2), "", plan)
    ids = Ids()
    made = publication(plan, DESK, ids=ids)
    found.file = found.google.create_from(made.create_body)
    found.google.batch_update(found.file, [*made.requests, first_turn(ids.tab(SYNC))], once=True)
    if not whole:
        # Lists that are worked out anew with each read would be most of what a test costs.
        cells = {"sheetId": found.tab_id(KEY)}
        found.ask({"copyPaste": {"source": cells, "destination": cells, "pasteType": "PASTE_VALUES"}})
    for tab in found.book.tabs:
        if plan_has_table(plan, tab.title) and (whole or tab.title in (TAB, TEAM)):
            first = 1 + (tickets if tab.title == TAB else 10) + SPARE
            rows = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": first, "endIndex": tab.row_count}
            found.ask({"deleteDimension": {"range": rows}})
        elif not whole and tab.title not in (KEY, SYNC):
            found.ask({"deleteSheet": {"sheetId": tab.id}})
    return found.book, found.sandbox.drive.files[found.file].owner, plan


def _checked(seed: int) -> Sandbox:
    """A local Google Sheets that takes and gives nothing that Google says nothing of."""
    rng = random.Random(seed)
    return Sandbox(now=lambda: NOW, rng=rng, document=document("sheets"), checks_answers=True)


def plan_has_table(plan: SheetPlan, title: str) -> bool:
    return any(tab.title == title and tab.table is not None for tab in plan.tabs)


def blank_desk(plan: SheetPlan) -> GoogleDesk:
    """A Google without any spreadsheet yet."""
    return _open(_checked(4), "", plan)


def desk(tickets: int = 5, *, whole: bool = False) -> GoogleDesk:
    """A desk of its own for a test, with tickets T-001 and so on, one below the other."""
    book, owner, plan = published(tickets, whole=whole)
    sandbox = _checked(4)
    file = sandbox.drive.add(book.copy(), owner)
    return _open(sandbox, file.id, plan)


def grid_of(found: Fetched, tab: str = TAB) -> Grid:
    grid = found.grid(tab)
    assert grid is not None
    return grid
