"""A desk whose main sheet is a workbook, with a copy for a role, as people have both open."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sheetdesk.flows import build
from sheetdesk.flows.upgrading import Upgraded, upgrade
from tests.flows.book import Book
from tests.flows.folder import COLUMNS, LIFE, START, STEP, DeskFolder, xlsx_at_once

__all__ = ["AGENT_COPY", "WORKBOOK_DESK", "WorkbookDesk"]

AGENT_COPY = "copy:agent"
WORKBOOK_DESK = f"""{COLUMNS}{LIFE}\
people:
  - {{name: Ann Example, role: boss, mail: ann@example.org}}
"""


@dataclass
class WorkbookDesk(DeskFolder):
    """A desk in `folder`, whose main sheet is a workbook; the agents have a copy."""

    folder: Path
    text: str = WORKBOOK_DESK
    now: datetime = START

    def __post_init__(self) -> None:
        self.open_sheet = xlsx_at_once

    def write(self, text: str) -> None:
        self.text = text
        (self.folder / "desk.yaml").write_text(text, "utf-8")

    def given(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.folder.mkdir(parents=True)
        self.write(self.text)
        with self.desk() as opened:
            ids = [f"T-{n:03}" for n in range(1, len(rows) + 1)]
            self.put_in(opened, ids, [{"created": self.now, "status": "new"} | dict(row) for row in rows])
            build(opened, now=self.now)
            build(opened, now=self.now, role="agent")

    def twin(self, folder: Path) -> Self:
        return type(self)(Path(shutil.copytree(self.folder, folder)), self.text, self.now)

    def upgrade(self, **options: Any) -> Upgraded:
        self.now += STEP
        return upgrade(self.folder, now=self.now, open_sheet=self.open_sheet, **options)

    def book(self, name: str = "tickets") -> Book:
        return Book(self.folder / f"{name}.xlsx")

    def cell(self, ticket: str, title: str, name: str = "tickets") -> Any:
        tab = self.book(name).tab()
        return tab.value(tab.row_of(ticket), tab.column(title))

    def types(self, ticket: str, title: str, text: str, name: str = "tickets") -> bool:
        book = self.book(name)
        tab = book.tab()
        tab.type(tab.row_of(ticket), title, text)
        book.save()
        return True
