"""What bringing a large spreadsheet at Google up to date costs, beside what one would otherwise pick.

    python -m benchmarks.google [--rows 100000] [--rounds 3]

1 % of the cells, all over the sheet, have another value now. A local Google Sheets (`sheetdesk sandbox`)
runs in a process of its own, and what it takes is not counted; neither is importing libraries. Each variant
runs in a new process: `sheetdesk` reads, diffs and writes as a sync does; gspread writes the whole sheet from
memory; gspread-dataframe reads it, diffs it and writes it. Bytes are bodies of requests, as they are sent.
Each variant and round meets a copy that nobody has written to; of the rounds the least is told, as what else
the machine does only adds to it.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import gspread
import gspread_dataframe
import pandas as pd
import requests
from google.auth.credentials import AnonymousCredentials

from sheetdesk.columns.base import CellKind
from sheetdesk.no_collection import no_collection
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, Style, TablePlan, TabPlan
from sheetdesk.sandbox.front import Front
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.server import Server
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.edits import differences, with_cells
from sheetdesk.sheets.google.opening import SandboxAdapter, sandbox_session
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.seen import SeenFile
from sheetdesk.sheets.google.sheet import GoogleSheet
from sheetdesk.sheets.google.turn import first_turn
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.grid import Grid

COLUMNS = 15
KEYS = ("id", "title", *map(str, range(2, COLUMNS)))
TICKETS, SYNC = 1_001, 1_002
SMALL = 60
EMPTY = 0.25
CHUNK = 5_000
Cells = list[list[Any]]


def cells(rows: int) -> Cells:
    """Tickets: an id, numbers and texts, one of them long. A fifth of all cells are empty, as in tables of
    real tickets (18 to 26 %).
    """
    chance = random.Random(7)
    titles = [f"问题 printer {n} on floor {n % 9} does not print" for n in range(500)]
    texts = [f"{title}, 请尽快处理" * (1 + n % 3) for n, title in enumerate(titles)]
    words = ["open", "waiting", "closed", "high", "low", "Ann Example", "Ben Example", "Hardware"]

    def mostly(cell: Any) -> Any:
        return None if chance.random() < EMPTY else cell

    return [
        [f"T-{row:06}", chance.choice(titles), round(chance.uniform(40_000, 47_000), 4),
         *(mostly(chance.choice(words)) for _ in range(8)), mostly(chance.randrange(10_000) / 4),
         mostly(chance.choice(texts)), chance.random() < 0.5, mostly(chance.choice(words))]
        for row in range(1, rows + 1)
    ]  # fmt: skip


def changed(rows: int, word: str = "") -> dict[tuple[int, int], str]:
    """New texts with this word for 1 % of the cells, ids aside, by row from 0 and column."""
    chance = random.Random(3)
    texts = (1, *range(3, 11), 14)
    wanted = max(1, rows * COLUMNS // 100)
    spots = {(chance.randrange(rows), chance.choice(texts)) for _ in range(wanted)}
    while len(spots) < wanted:
        spots.add((chance.randrange(rows), chance.choice(texts)))
    return {spot: f"{word} {spot[0]}" for spot in sorted(spots)}


class At(NamedTuple):
    """Where a spreadsheet is, and the folder in which syncs keep what they saw of it."""

    address: str
    sheet: str
    kept: Path


@dataclass(frozen=True)
class Wanted:
    """How many tickets there are, and which cells are to hold what."""

    rows: int
    changed: Mapping[tuple[int, int], str]


def titles() -> list[str]:
    return ["ID", *(f"Column {number}" for number in range(1, COLUMNS))]


def fill(sandbox: Sandbox, rows: int) -> str:
    """A spreadsheet of so many tickets, marked as a sync has to find it; its id."""

    def ask(path: str, body: Any) -> Any:
        url = f"https://sheets.googleapis.com/v4/spreadsheets{path}"
        answer = sandbox.handle("POST", url, {}, json.dumps(body).encode())
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())
        return json.loads(answer.body)

    grids = {TICKETS: ("Tickets", rows + 200, COLUMNS), SYNC: (OVERLAY_TAB, 1_000, 52)}
    sheets = [
        {
            "properties": {
                "sheetId": number,
                "title": title,
                "gridProperties": {"rowCount": high, "columnCount": wide},
            }
        }
        for number, (title, high, wide) in grids.items()
    ]
    found: str = ask("", {"properties": {"title": "bench"}, "sheets": sheets})["spreadsheetId"]
    whole = [titles(), *cells(rows)]
    for first in range(0, len(whole), CHUNK):
        lines = [
            {"values": [{} if cell is None else {"userEnteredValue": typed(cell)} for cell in line]}
            for line in whole[first : first + CHUNK]
        ]
        start = {"sheetId": TICKETS, "rowIndex": first, "columnIndex": 0}
        write = {"updateCells": {"start": start, "rows": lines, "fields": "userEnteredValue"}}
        ask(f"/{found}:batchUpdate", {"requests": [write]})
    block = {"sheetId": TICKETS, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": COLUMNS}
    named = {"namedRangeId": "tickets", "name": "tickets", "range": block}
    marks = [
        {"metadataId": 5_000 + place, "metadataKey": "sd", "metadataValue": f"tickets.{key}",
         "visibility": "DOCUMENT", "location": {"dimensionRange": {
             "sheetId": TICKETS, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}}}
        for place, key in enumerate(KEYS)
    ]  # fmt: skip
    requests_ = [{"createDeveloperMetadata": {"developerMetadata": mark}} for mark in marks]
    ask(
        f"/{found}:batchUpdate",
        {"requests": [{"addNamedRange": {"namedRange": named}}, *requests_, first_turn(SYNC)]},
    )
    return found


def typed(cell: Any) -> dict[str, Any]:
    if isinstance(cell, bool):
        return {"boolValue": cell}
    return {"numberValue": cell} if isinstance(cell, int | float) else {"stringValue": cell}


def plan() -> SheetPlan:
    """What the tickets are to be: no column is worked out."""
    columns = tuple(
        ColumnPlan(key, title, (), CellKind.TEXT, Style(), 10)
        for key, title in zip(KEYS, titles(), strict=True)
    )
    return SheetPlan("", (TabPlan("tickets", "Tickets", table=TablePlan("tickets", columns, 0)),))


@dataclass
class Counting:
    """The bodies that a session sends."""

    calls: int = 0
    sent: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self.calls += 1
        body = request.body or b""
        self.sent += len(body) if isinstance(body, bytes) else len(str(body).encode())
        return request


@no_collection()
def ours(at: At, wanted: Wanted, *, gzip: bool) -> dict[str, float]:
    """What a sync does, without the collection of circles as a sync is."""
    options: dict[str, Any] = {} if gzip else {"gzip_from_bytes": None}
    google = Google(sandbox_session(at.address), **options)
    place = GoogleSheet(google, at.sheet, SeenFile(at.kept / f"{at.sheet}.json"))
    found = place.fetch()
    assert found is not None
    there = next(grid for grid in found.grids if grid.title == "Tickets")
    ready = place.write(found, [TabEdits("Tickets", edited(there, wanted))], plan(), None)
    place.replace(ready)
    return {"calls": google.calls.reads + google.calls.writes, "sent": google.calls.sent_bytes}


def edited(there: Grid, wanted: Wanted) -> tuple[CellEdit, ...]:
    """Which cells are to be written, told by comparing the whole table as it is and as it is to be."""
    made = with_cells(there, {(row + 1, column): text for (row, column), text in wanted.changed.items()})
    return tuple(CellEdit(row, column, new) for row, column, _, new in differences(there, made, ()))


def opened(at: At) -> tuple[gspread.Worksheet, Counting]:
    """The tab as gspread has it; what opening it costs is not counted."""
    counting = Counting()
    tab = spreadsheet(at.address, at.sheet, counting.session).get_worksheet_by_id(TICKETS)
    counting.session.auth = counting
    return tab, counting


def spreadsheet(address: str, sheet: str, session: requests.Session) -> gspread.Spreadsheet:
    """A spreadsheet of the sandbox as gspread has it."""
    return client(address, session).open_by_key(sheet)


def client(address: str, session: requests.Session) -> gspread.Client:
    """What asks the sandbox there."""
    session.trust_env = False
    session.mount("https://", SandboxAdapter(address))
    return gspread.Client(auth=_nobody(), session=session)


def _nobody() -> AnonymousCredentials:
    return AnonymousCredentials()  # type: ignore[no-untyped-call]


def with_gspread(at: At, wanted: Wanted) -> dict[str, float]:
    tab, counting = opened(at)
    whole = [titles(), *cells(wanted.rows)]
    for (row, column), text in wanted.changed.items():
        whole[row + 1][column] = text
    tab.update(whole, "A1")
    return {"calls": counting.calls, "sent": counting.sent}


def with_dataframe(at: At, wanted: Wanted) -> dict[str, float]:
    tab, counting = opened(at)
    there = gspread_dataframe.get_as_dataframe(tab, nrows=wanted.rows)
    made = there.astype("object")
    for (row, column), text in wanted.changed.items():
        made.iat[row, column] = text
    if not there.astype("object").compare(made).empty:
        gspread_dataframe.set_with_dataframe(tab, made)
    return {"calls": counting.calls, "sent": counting.sent}


VARIANTS: dict[str, Callable[[At, Wanted], dict[str, float]]] = {
    "sheetdesk": partial(ours, gzip=True),
    "sheetdesk, not packed": partial(ours, gzip=False),
    "gspread, whole sheet": with_gspread,
    "gspread-dataframe": with_dataframe,
}


def measure(variant: str, small: At, large: At, rows: int, word: str) -> dict[str, float]:
    """CPU seconds, calls and bytes of one variant."""
    pd.DataFrame({"a": ["b"]}).compare(pd.DataFrame({"a": ["c"]}))
    # Once small, so that imports are not counted.
    VARIANTS[variant](small, Wanted(SMALL, changed(SMALL, word)))
    wanted = Wanted(rows, changed(rows, word))
    start = time.process_time()
    found = VARIANTS[variant](large, wanted)
    return found | {"cpu_s": time.process_time() - start}


@contextmanager
def served(rows: int) -> Iterator[tuple[str, str, str, str]]:
    """A sandbox in another process: its address, the ids of a small and a large spreadsheet, and a folder."""
    command = [sys.executable, "-m", "benchmarks.google", "--serve", "--rows", str(rows)]
    with (
        tempfile.TemporaryDirectory() as kept,
        subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            address, small, sheet = process.stdout.readline().split()
            yield address, small, sheet, kept
        finally:
            process.terminate()


def serve(rows: int) -> None:
    front = Front()
    small, sheet = fill(front.sandbox, SMALL), fill(front.sandbox, rows)
    server = Server(front)
    print(server.address, small, sheet, flush=True)
    server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--word", default="", help=argparse.SUPPRESS)
    parser.add_argument("--at", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.rows)
        return
    if asked.one:
        address, small, large, kept = asked.at
        once, then = (At(address, sheet, Path(kept)) for sheet in (small, large))
        print(json.dumps(measure(asked.one, once, then, asked.rows, asked.word)))
        return
    found: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    with served(asked.rows) as (address, small, large, kept):
        copying = client(address, requests.Session())
        for turn in range(asked.rounds):
            for variant, results in found.items():
                # Each meets the same spreadsheet, which none has written to before.
                at = (address, small, copying.copy(large).id, kept)
                word = f"{variant[-4:]} {turn}"
                command = [
                    sys.executable,
                    "-m",
                    "benchmarks.google",
                    "--one",
                    variant,
                    "--rows",
                    str(asked.rows),
                ]
                done = subprocess.run(
                    [*command, "--word", word, "--at", *at], capture_output=True, text=True, check=True
                )
                results.append(json.loads(done.stdout))
    print(
        f"{asked.rows:,} × {COLUMNS}, {len(changed(asked.rows)):,} cells changed; the least of {asked.rounds}"
    )
    first = {key: min(r[key] for r in found["sheetdesk"]) for key in ("cpu_s", "calls", "sent")}
    for variant, results in found.items():
        cpu, calls, sent = (min(r[key] for r in results) for key in ("cpu_s", "calls", "sent"))
        print(
            f"{variant:24} {sent / 1e6:8.2f} MB sent ({sent / first['sent']:6.1f} ×)  {cpu:6.2f} CPU-s "
            f"({cpu / first['cpu_s']:5.1f} ×)  {calls:.0f} calls"
        )
    count = len(changed(asked.rows))
    print(f"{'a call a cell':24} {count:,} calls, {count / 3600:.1f} hours at 60 a minute")


if __name__ == "__main__":
    main()
