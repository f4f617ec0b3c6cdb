"""The storm's desk with its main sheet at Google, published once a process and cut down to what counts."""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import requests

from sheetdesk.desk.desk import Desk
from sheetdesk.flows import build, open_desk
from sheetdesk.flows.publishing import publish
from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sandbox.book import Spreadsheet
from sheetdesk.sandbox.file import File
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.store.place import STORE_FILE
from sheetdesk.table.plain import PlainRows, plain_rows
from tests.storm.desk import START, TEXT, stocked

__all__ = ["NEEDED", "OnlineBeginning", "online_beginning", "sandbox_with"]

NEEDED = ("Tickets", "Team", "Lists", "Cases", "Rules", "_sheetdesk", OVERLAY_TAB)
"""The tabs that are read into a desk; a dashboard would only be calculated again and again."""

SPARE = 6
"""So many blank rows are left below the tickets."""


@dataclass(frozen=True)
class OnlineBeginning:
    """How a schedule starts: the desk, its store's bytes, the spreadsheet, the copy's file, the tickets."""

    desk: Desk
    store: bytes
    file: File
    copy: bytes
    rows: PlainRows


@cache
def online_beginning(count: int) -> OnlineBeginning:
    """A desk with so many tickets; made once a process."""
    sandbox = Sandbox(now=lambda: START, rng=random.Random(count))
    session = requests.Session()
    session.mount("https://", LoopAdapter(sandbox))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "desk.yaml").write_text(TEXT.replace("tickets.xlsx", '"google:"'), "utf-8")
        with open_desk(folder, START) as opened:
            tickets = stocked(opened, count)
            publish(opened, opened.desk.sheets[0], now=START, google=Google(session))
            copy = build(opened, now=START, role="agent").path
            desk = opened.desk
        [file] = sandbox.drive.files.values()
        _cut(sandbox, file)
        return OnlineBeginning(
            desk, (folder / STORE_FILE).read_bytes(), file, copy.read_bytes(), plain_rows(tickets)
        )


def _cut(sandbox: Sandbox, file: File) -> None:
    asked: list[dict[str, Any]] = [
        {"deleteSheet": {"sheetId": tab.id}} for tab in file.book.tabs if tab.title not in NEEDED
    ]
    for tab in file.book.tabs:
        if tab.title not in NEEDED or tab.title == OVERLAY_TAB:
            continue
        filled = [at for at, row in enumerate(tab.rows) if any("userEnteredValue" in c for c in _cells(row))]
        keep = max(filled, default=0) + 1 + SPARE
        if keep < tab.row_count:
            rows = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": keep, "endIndex": tab.row_count}
            asked.append({"deleteDimension": {"range": rows}})
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{file.id}:batchUpdate"
    answer = sandbox.handle("POST", url, {}, json.dumps({"requests": asked}).encode())
    assert answer.status == 200, answer.body
    shown = sandbox.shown(file.book)
    frozen = [
        (tab, row, column, shown.value(tab, row, column))
        for tab, row, column, _ in file.book.formulas()
        if tab.title != "Tickets"
    ]
    for tab, row, column, value in frozen:
        # What is never changed need not be worked out at each reading.
        tab.put(row, {column: {"userEnteredValue": value} if value and "errorValue" not in value else {}})


def _cells(row: dict[int, Any] | None) -> list[Any]:
    return list(row.values()) if row else []


def sandbox_with(begin: OnlineBeginning, rng: random.Random, now: Any) -> Sandbox:
    """A sandbox of its own with the spreadsheet in it."""
    sandbox = Sandbox(now=now, rng=rng)
    book: Spreadsheet = begin.file.book.copy()
    sandbox.drive.files[begin.file.id] = replace(begin.file, book=book)
    return sandbox
