"""The desk of the storm: eight columns, a life cycle, a main sheet and a copy for a role."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sheetdesk.desk.desk import Desk
from sheetdesk.flows import build, open_desk
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.store.place import STORE_FILE
from sheetdesk.store.store import Write
from sheetdesk.table.change import diff
from sheetdesk.table.plain import PlainRows, plain_rows
from sheetdesk.table.table import Table, table_of

__all__ = ["COPY", "HUMAN", "LOCKED", "MAIN", "START", "TEXT", "Beginning", "beginning", "stocked"]

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MAIN, COPY = "main", "copy:agent"

TEXT = """
name: Storm
zone: Europe/Berlin
ids: "T-{n:03}"
columns:
  - id
  - created
  - title
  - key: type
    choices: [{key: hard, title: Hardware}, {key: soft, title: Software}, {key: net, title: Network}]
  - status
  - owner
  - due
  - updated
  - {key: notes, title: Notes, merge: append}
lifecycle:
  - {from: new, to: [open, resolved]}
  - {from: open, to: [new, resolved]}
  - {from: resolved, to: [closed, open]}
  - {from: closed, to: open}
roles:
  boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}
  agent: {title: Agent, edits: all, locks: [due], may: [add, assign]}
sheets:
  - {key: main, file: tickets.xlsx, role: boss}
"""

TELLING = """
channels:
  ops: {kind: webhook, url: "https://ops.example.com/hook"}
rules:
  - {key: told, title: A ticket is told of, when: id is not empty, then: "notify channel:ops"}
"""
"""What a desk has besides that tells of each ticket."""

HUMAN = ("created", "title", "type", "status", "owner", "due", "notes")
"""The columns that people fill."""

LOCKED = {MAIN: frozenset[str](), COPY: frozenset({"due"})}
"""The human columns that a sheet's people may not change."""


@dataclass(frozen=True)
class Beginning:
    """How a schedule starts: the desk, its store's bytes, the sheets' files and the tickets, by id."""

    desk: Desk
    store: bytes
    files: dict[str, bytes]
    names: dict[str, str]
    rows: PlainRows


@cache
def beginning(count: int, *, is_telling: bool = False) -> Beginning:
    """A desk with so many tickets; made once a process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "desk.yaml").write_text(TEXT + TELLING * is_telling, "utf-8")
        with open_desk(folder, START) as opened:
            tickets = stocked(opened, count)
            paths = {MAIN: build(opened, now=START).path, COPY: build(opened, now=START, role="agent").path}
            desk = opened.desk
        return Beginning(
            desk,
            (folder / STORE_FILE).read_bytes(),
            {key: path.read_bytes() for key, path in paths.items()},
            {key: path.name for key, path in paths.items()},
            plain_rows(tickets),
        )


def stocked(opened: OpenDesk, count: int) -> Table:
    """Put so many tickets into a new desk; the tickets."""
    spec = opened.desk.tickets
    places = range(1, count + 1)
    words = [choice.key for choice in opened.desk.column("type").choices]
    made: dict[str, list[Any]] = {
        "created": [pd.Timestamp(START - timedelta(days=place, minutes=7 * place)) for place in places],
        "title": [f"First words {place}" for place in places],
        "type": [words[place % len(words)] for place in places],
        "status": ["new" if place % 2 else "open" for place in places],
        "owner": [f"Keeper{place}" if place % 3 else None for place in places],
        "due": [pd.Timestamp(START + timedelta(days=place)) if place % 2 else pd.NaT for place in places],
        "notes": [f"noted {place}" if place % 4 == 0 else None for place in places],
    }
    empty = opened.store.table(spec)
    tickets = table_of(spec, made, [f"T-{place:03}" for place in places])
    opened.store.commit(
        opened.store.version, [Write(empty, diff(empty, tickets))], by="demo", why="import",
        run="start", now=START, counters={"": count},
    )  # fmt: skip
    return tickets
