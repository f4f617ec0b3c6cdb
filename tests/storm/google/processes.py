"""Real processes: a sandbox served on this machine, syncs that are killed at any moment, people by HTTP.

A title is typed once and never changed: it tells which row is which however people sort. People take turns,
so that no edit of one hits the row that another just moved; the syncs know nothing of their turns.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from sheetdesk.flows import open_desk
from sheetdesk.flows.publishing import publish
from sheetdesk.sheets.google.opening import open_google
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from tests.storm.desk import START, TEXT, stocked
from tests.storm.google.start import NEEDED

__all__ = ["Tally", "run"]

ROOT = Path(__file__).parents[3]
ID, TITLE, OWNER, LAST = 0, 2, 5, "K"
ROWS = 80


@dataclass
class Tally:
    """Deeds of people, syncs by how they ended (-9: killed), and what is wrong when all is quiet."""

    deeds: Counter[str] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def served() -> Iterator[str]:
    """The address of a sandbox that is a process of its own."""
    line = [sys.executable, "-m", "sheetdesk", "sandbox", "--port", "0"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            yield next(word.rstrip("/.,;") for word in words if word.startswith("http://"))
        finally:
            process.terminate()


@dataclass
class People:
    """Those who have the spreadsheet open: `owners` is who they typed last beside each title, `gone` are the
    titles of rows that they deleted.
    """

    url: str
    chance: random.Random
    sheet_id: int = 0
    count: int = 0
    owners: dict[str, str] = field(default_factory=dict)
    typed: dict[str, list[str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def rows(self) -> list[list[Any]]:
        """What they see, the header first."""
        asked = {"valueRenderOption": "UNFORMATTED_VALUE"}
        answer = requests.get(f"{self.url}/values/Tickets!A1:{LAST}", params=asked, timeout=30)
        found: list[list[Any]] = answer.json()["values"]
        return [[*row, *[""] * (11 - len(row))] for row in found]

    def act(self) -> str:
        """One deed, in one batch."""
        rows = self.rows()
        filled = [at for at, row in enumerate(rows) if at and row[TITLE]]
        deeds = {"owner": 10, "clear": 2, "new": 3, "insert": 2, "delete": 1, "sort": 2, "move": 1}
        deed = self.chance.choices([*deeds], [*deeds.values()])[0]
        self.count += 1
        at = self.chance.choice(filled)
        if deed in ("owner", "clear"):
            title, name = str(rows[at][TITLE]), f"owner {self.count}" if deed == "owner" else ""
            asked = [self.put(at, OWNER, name)]
            self.owners[title] = name
            self.typed.setdefault(title, []).append(name)
        elif deed == "delete":
            asked = [{"deleteDimension": {"range": self.span(at)}}]
            self.owners.pop(str(rows[at][TITLE]), None)
            self.gone.add(str(rows[at][TITLE]))
        elif deed in ("new", "insert"):
            if len(self.owners) > 60:
                return ""
            title = f"title {self.count}"
            to = at if deed == "insert" else max(filled) + 1
            span = {"range": self.span(to), "inheritFromBefore": to > 1}
            asked = [*([{"insertDimension": span}] if deed == "insert" else []), self.put(to, TITLE, title)]
            self.owners[title] = ""
        elif deed == "sort":
            box = {"sheetId": self.sheet_id, "startRowIndex": 1, "endRowIndex": max(filled) + 1}
            spec = {"dimensionIndex": self.chance.choice([TITLE, OWNER]), "sortOrder": "DESCENDING"}
            asked = [{"sortRange": {"range": {**box, "startColumnIndex": 0}, "sortSpecs": [spec]}}]
        else:
            asked = [{"moveDimension": {"source": self.span(at), "destinationIndex": 1}}]
        answer = requests.post(f"{self.url}:batchUpdate", json={"requests": asked}, timeout=30)
        assert answer.status_code == 200, answer.text
        return deed

    def put(self, row: int, column: int, text: str) -> dict[str, Any]:
        start = {"sheetId": self.sheet_id, "rowIndex": row, "columnIndex": column}
        cells = [{"values": [{"userEnteredValue": {"stringValue": text}} if text else {}]}]
        return {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}

    def span(self, row: int) -> dict[str, Any]:
        return {"sheetId": self.sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}


def run(folder: Path, seconds: float, seed: int, *, syncs: int = 2, is_tagged: bool = False) -> Tally:
    """Let people and syncs at a desk for so long, then see what stands."""
    found = Tally()
    with served() as address:
        file = '"google:", safety: tagged' if is_tagged else '"google:"'
        (folder / "desk.yaml").write_text(TEXT.replace("tickets.xlsx", file), "utf-8")
        with open_desk(folder, START) as opened:
            stocked(opened, 6)
            publish(opened, opened.desk.sheets[0], now=START, google=open_google({}, sandbox=address))
            [state] = opened.store.sheets()
        url = f"{address}/v4/spreadsheets/{state.address.removeprefix('google:')}"
        chance = random.Random(seed)
        people = People(url, chance, _cut(url))
        people.owners = {str(row[TITLE]): str(row[OWNER]) for row in people.rows()[1:] if row[TITLE]}
        until = time.monotonic() + seconds
        children: list[tuple[subprocess.Popen[bytes], float]] = []
        while time.monotonic() < until:
            for child, dies in list(children):
                if child.poll() is None and time.monotonic() > dies:
                    child.send_signal(signal.SIGKILL)
                    child.wait()
                if child.poll() is not None:
                    found.ended[child.returncode] += 1
                    children.remove((child, dies))
            while len(children) < syncs:
                life = chance.uniform(1, 9) if chance.random() < 0.7 else 600
                children.append((_sync(folder, address), time.monotonic() + life))
            found.deeds[people.act()] += 1
            time.sleep(chance.uniform(0, 0.4))
        for child, _ in children:
            child.kill()
            child.wait()
        for _ in range(4):
            last = _sync(folder, address).wait()
        if last not in (0, 1):
            found.wrong.append(f"the last sync ends with {last}")
        found.wrong += _wrong(folder, people)
    return found


def _cut(url: str) -> int:
    """Leave a spreadsheet what a sync reads, in few rows; the id of the tickets' tab."""
    found = requests.get(url, params={"fields": "sheets.properties"}, timeout=30).json()
    tabs = {sheet["properties"]["title"]: sheet["properties"] for sheet in found["sheets"]}
    asked: list[dict[str, Any]] = []
    for title, tab in tabs.items():
        rows = tab["gridProperties"]["rowCount"]
        if title not in NEEDED:
            asked.append({"deleteSheet": {"sheetId": tab["sheetId"]}})
        elif title != OVERLAY_TAB and rows > ROWS:
            span = {"sheetId": tab["sheetId"], "dimension": "ROWS", "startIndex": ROWS, "endIndex": rows}
            asked.append({"deleteDimension": {"range": span}})
    answer = requests.post(f"{url}:batchUpdate", json={"requests": asked}, timeout=60)
    assert answer.status_code == 200, answer.text
    return int(tabs["Tickets"]["sheetId"])


def _sync(folder: Path, address: str) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "sheetdesk", "sync", str(folder)]
    environment = {**os.environ, "SHEETDESK_GOOGLE_SANDBOX": address}
    return subprocess.Popen(
        line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _wrong(folder: Path, people: People) -> list[str]:
    """What does not stand as people meant it, in the sheet, the store or the journal."""
    wrong = []
    rows = [row for row in people.rows()[1:] if row[ID] or row[TITLE]]
    with open_desk(folder) as opened:
        frame = opened.store.table(opened.desk.tickets).frame
        kept = {str(title): owner for title, owner in zip(frame["title"], frame["owner"], strict=True)}
        told = {str(entry.after) for entry in opened.store.entries([opened.desk.tickets])}
        told |= {str(entry.before) for entry in opened.store.entries([opened.desk.tickets])}
        if not opened.store.audit([opened.desk.tickets]).is_whole:
            wrong.append("the journal does not play to the store")
    counts = Counter(str(row[TITLE]) for row in rows)
    ids = Counter(str(row[ID]) for row in rows)
    wrong += [f"the id {name!r} stands {times} times" for name, times in ids.items() if times > 1 or not name]
    if len(frame) != len(people.owners):
        wrong.append(f"{len(people.owners)} rows are {len(frame)} tickets")
    back = people.gone & (counts.keys() | kept.keys())
    wrong += [f"{title!r}, whose row was deleted, is there again" for title in sorted(back)]
    for title, owner in people.owners.items():
        here = [str(row[OWNER]) for row in rows if row[TITLE] == title]
        if counts[title] != 1 or title not in kept:
            wrong.append(f"{title!r} stands {counts[title]} times, {title in kept}")
        elif here != [owner]:
            last = people.typed.get(title, [""])[-1]
            lost = "" if any(last in text for text in told) else ", and is not in the journal"
            wrong.append(f"{title!r} has the owner {here}, typed was {owner!r}{lost}")
    return wrong
