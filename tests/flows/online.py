"""A desk whose sheets stand at Google, or one there and one in a workbook, against a sandbox in process."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Self

import requests

from sheetdesk.flows import OpenDesk, build, sync
from sheetdesk.flows.places import google_sheet, spreadsheet_id
from sheetdesk.flows.publishing import publish
from sheetdesk.flows.upgrading import Upgraded, upgrade
from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sandbox.faults import Handles
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.people import Act, Crowd, Person, edit
from sheetdesk.sandbox.schema import document
from sheetdesk.sandbox.state import dumped, restored
from sheetdesk.sheets.base import Sheet
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.read import FIELDS, snapshot
from sheetdesk.store.sheets import SheetState
from sheetdesk.table.grid import Grid
from sheetdesk.table.plain import decoded_one
from tests.flows.folder import COLUMNS, LIFE, START, STEP, DeskFolder, xlsx_at_once

__all__ = ["DESK", "ME", "Online"]

ME = "owner@sandbox.local"
DESK = f"""{COLUMNS}\
  - {{key: risk, title: Risk, owner: rules}}
{LIFE}\
people:
  - {{name: Ann Example, role: boss, mail: ann@example.org}}
  - {{name: Ben Example, role: agent, mail: ben@example.org}}
sheets:
  - {{key: online, file: "google:", role: boss}}
"""
BOTH = """sheets:
  - {key: main, file: tickets.xlsx, role: boss}
  - {key: online, file: "google:", role: boss}
"""


@dataclass
class Online(DeskFolder):
    """A desk in `folder`. `crowd` stands between the desk and the sandbox, for people and faults."""

    folder: Path
    text: str = DESK
    now: datetime = START
    tags: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        # Whatever a sync asks, and whatever it is told, fits what Google says of its API.
        self.sandbox = Sandbox(
            now=lambda: self.now, rng=random.Random(7), document=document("sheets"), checks_answers=True
        )
        self.crowd = Crowd(self.sandbox)
        self.open_sheet = self.opened_sheet
        self.google = self.client(self.crowd)
        # Nobody waits for a turn to look.
        self.looking = self.client(self.sandbox)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write(self.text)

    def twin(self, folder: Path) -> Self:
        """The same desk in another folder, with its spreadsheets as they stand in this one's sandbox."""
        shutil.copytree(self.folder, folder)
        other = type(self)(folder, self.text, self.now, count(1000))
        restored(dumped(self.sandbox.drive), other.sandbox.drive)
        other.sandbox.rng.setstate(self.sandbox.rng.getstate())
        return other

    def client(self, handles: Handles) -> Google:
        session = requests.Session()
        session.mount("https://", LoopAdapter(handles))
        return Google(session, sleep=lambda _: None)

    def write(self, text: str) -> None:
        self.text = text
        (self.folder / "desk.yaml").write_text(text, "utf-8")

    def opened_sheet(self, opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
        if spreadsheet_id(state.address) is None:
            return xlsx_at_once(opened, state, states)
        tag = f"{next(self.tags):x}"
        return google_sheet(opened, state, self.google, tag=lambda: tag)

    def given(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Tickets, by column key, in the store and in every sheet of the desk."""
        with self.desk() as opened:
            whole = [{"created": self.now, "status": "new"} | dict(row) for row in rows]
            typed = [{key: _typed(opened, key, value) for key, value in row.items()} for row in whole]
            self.put_in(opened, [f"T-{n:03}" for n in range(1, len(rows) + 1)], typed)
            for place in opened.desk.sheets:
                if spreadsheet_id(place.address) is None:
                    build(opened, now=self.now, sheet=place.key)
                else:
                    publish(opened, place, now=self.now, google=self.google)
            sync(opened, now=self.now, open_sheet=self.open_sheet)

    def upgrade(self, **options: Any) -> Upgraded:
        self.now += STEP
        return upgrade(self.folder, now=self.now, open_sheet=self.open_sheet, **options)

    @property
    def id(self) -> str:
        """The one spreadsheet's id."""
        [found] = self.sandbox.drive.files
        return str(found)

    def person(self, mail: str = "ann@example.org") -> Person:
        return Person(self.sandbox, self.id, mail)

    def does(self, act: Act, mail: str = "ann@example.org", **facts: Any) -> bool:
        """A person does something, in Tickets where no tab is named."""
        return self.person(mail).does(act, **{"tab": "Tickets", **facts})

    def before_batch(self, act: Callable[[], object]) -> None:
        """Do something once, just before the next batch is applied."""

        def hook(method: str, url: str) -> None:
            if url.partition("?")[0].endswith(":batchUpdate"):
                self.crowd.before_request.remove(hook)
                act()

        self.crowd.before_request.append(hook)

    def tab(self, title: str = "Tickets") -> Any:
        """A tab as it stands: a grid."""
        found = snapshot(self.looking.read(self.id, FIELDS, [f"'{title}'!A1:AZ40"]))
        return next(tab.grid for tab in found.tabs if tab.title == title)

    def place(self, title: str, tab: str = "Tickets") -> int:
        return _place(self.tab(tab), title)

    def row(self, ticket: str) -> int:
        return _row(self.tab(), ticket)

    def row_titled(self, title: str) -> int:
        """Where the one row with this title stands, with an id or without."""
        grid = self.tab()
        titles = list(grid.column(_place(grid, "Title")))
        assert titles.count(title) == 1, titles
        return titles.index(title)

    def cell(self, ticket: str, title: str) -> Any:
        grid = self.tab()
        return grid.cell(_row(grid, ticket), _place(grid, title))

    def types(self, ticket: str, title: str, text: str, mail: str = "ann@example.org") -> bool:
        """A person types into one cell."""
        grid = self.tab()
        return self.does(edit, mail, row=_row(grid, ticket), column=_place(grid, title), text=text)


def _place(grid: Grid, title: str) -> int:
    titles = [grid.cell(0, at) for at in range(len(grid.columns))]
    assert titles.count(title) == 1, titles
    return titles.index(title)


def _row(grid: Grid, ticket: str) -> int:
    ids = list(grid.column(_place(grid, "ID")))
    assert ids.count(ticket) == 1, ids
    return ids.index(ticket)


def _typed(opened: OpenDesk, key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    return decoded_one(value, opened.desk.column(key).type)
