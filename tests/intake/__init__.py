"""Imports, on small desks and on the shared ticket files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.csv import cut
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.plan import ImportPlan, plan_import
from sheetdesk.table.change import apply
from sheetdesk.table.table import Table, empty_table

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

ENGLISH = """
name: Desk
locale: en
zone: UTC
ids: "T-{n:05}"
columns:
  - id
  - created
  - updated
  - title
  - description
  - {key: type, choices: [Hardware, Software]}
  - {key: subtype, depends_on: type, choices: [{title: Laptop, parent: Hardware}]}
  - impact
  - urgency
  - priority
  - status
  - owner
  - requester
  - channel
  - due
  - first_response
  - resolved
  - closed
  - satisfaction
  - tags
  - notes
  - {key: group, title: Assignment group, choices: [Help desk]}
  - {key: spent, title: Time spent, type: number}
  - {key: vip, title: VIP, type: flag}
  - {key: bought, title: Date bought, type: date}
"""

CHINESE = """
name: 工单
locale: zh
zone: Asia/Shanghai
ids: "{yyyymm}-{n:04}"
columns:
  - id
  - created
  - title
  - description
  - {key: type, choices: [合租, 整租]}
  - priority
  - status
  - owner
  - requester
  - first_response
  - resolved
  - satisfaction
  - {key: deal, title: 是否成交, type: flag}
  - {key: price, title: 需求价位}
  - {key: spent, title: 工时, type: number}
"""


def desk_of(text: str = ENGLISH) -> Desk:
    return parse_desk(text)


def grid_of(text: str, name: str = "tickets.csv") -> RawGrid:
    """The grid of a CSV text; lines may be indented to stand well in a test."""
    lines = "\n".join(line.strip() for line in text.strip("\n").splitlines())
    rows, _, first = cut(lines)
    return RawGrid(name, rows, first=first)


def plan_of(
    text: str | RawGrid,
    desk: Desk | None = None,
    tickets: Table | None = None,
    before: ImportPlan | None = None,
    **options: Any,
) -> ImportPlan:
    """The plan of importing a CSV text, after the plan `before` was carried out."""
    desk = desk or desk_of()
    if tickets is None:
        tickets = empty_table(desk.tickets)
        if before is not None:
            tickets = apply(tickets, before.changes)
    origins = before.origins if before is not None else {}
    counters = before.counters if before is not None else {}
    known: dict[str, datetime] = {}
    for entry in before.entries if before is not None else ():
        known[entry.row] = max(entry.seen_to, known.get(entry.row, entry.seen_to))
    grid = grid_of(text) if isinstance(text, str) else text
    return plan_import(
        desk, tickets, origins, counters, grid, ImportOptions(**options), NOW, known_history=known
    )


def added(plan: ImportPlan) -> dict[str, dict[str, Any]]:
    """The new tickets by id, each as its values by column, missing ones left out."""
    if plan.changes.added is None:
        return {}
    frame = plan.changes.added
    columns = {key: (frame[key].tolist(), frame[key].isna().tolist()) for key in frame.columns}
    return {
        str(ticket): {key: cells[place] for key, (cells, gone) in columns.items() if not gone[place]}
        for place, ticket in enumerate(frame.index)
    }


def reasons(plan: ImportPlan) -> list[tuple[int, str, str]]:
    """(row number, column, what stands there) of every problem of the rows set aside."""
    return [(row.number, problem.column, problem.raw) for row in plan.aside for problem in row.problems]


def matched(plan: ImportPlan) -> dict[str, str]:
    """Their title → our column, for what was matched."""
    return {match.title: match.column for match in plan.matching if match.column}


def notes(plan: ImportPlan) -> str:
    """Everything that was said aloud."""
    return "\n".join([*plan.notes, *(note for match in plan.matching for note in match.notes)])


def shared(name: str) -> Path:
    """A shared ticket file; the test is skipped where it is not there."""
    root = Path(os.environ.get("SHEETDESK_SHARED") or Path(__file__).parents[3] / "shared")
    for path in (root / "data" / "tickets" / name, root / "tickets" / name):
        if path.is_file():
            return path
    pytest.skip(f"no shared ticket files at {root}: set SHEETDESK_SHARED")
