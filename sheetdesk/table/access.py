"""Who may see and do what: the part of a table a role gets, and what of its changes stands.

Rights come from the desk file alone. Whatever a role may not change is a Refusal, a value that is
reported; the rest of its changes goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Column
from sheetdesk.desk.condition import Condition
from sheetdesk.desk.desk import Desk, Role
from sheetdesk.desk.holds import Mask, holds
from sheetdesk.table.change import CellChange, ChangeSet
from sheetdesk.table.derive import derive
from sheetdesk.table.problems import find_transition_problems
from sheetdesk.table.table import Table

__all__ = ["Refusal", "Screened", "matrix_rows", "may_edit", "screen", "visible"]


@dataclass(frozen=True)
class Refusal:
    """A change that the role may not make. `reason` is edit, owner, formula, transition,
    forward, add, archive or retitled.
    """

    row: str
    column: str
    reason: str
    text: str
    change: CellChange | None = None


@dataclass(frozen=True)
class Screened:
    """What a role's changes come to."""

    changes: ChangeSet
    refusals: tuple[Refusal, ...]


def may_edit(role: Role, column: Column) -> bool:
    """Whether a role may change this column at all; the machine's own columns nobody may."""
    if column.owner != "people" or column.key not in role.edits:
        return False
    if column.edit and role.key not in column.edit:
        return False
    return column.key != "owner" or "assign" in role.may


def visible(desk: Desk, condition: Condition | None, frame: pd.DataFrame, person: str | None) -> Mask:
    """Row by row whether a ticket meets a role's or view's condition, `me` being `person`.

    `frame` has the worked-out columns too (`derive`).
    """
    if condition is None:
        return np.ones(len(frame), dtype=bool)
    return holds(condition, frame, desk.tickets.columns, me=person, zone=desk.zone)


def screen(
    desk: Desk, role: Role, tickets: Table, changes: ChangeSet, now: datetime, person: str | None = None
) -> Screened:
    """The changes that the role may make to `tickets`, and a Refusal for each other.

    A whole row may be added or archived only by a role that `may` do so; what a role does to a ticket
    that it does not see is refused too.
    """
    refusals: list[Refusal] = []
    seen = set(tickets.frame.index)
    if role.tickets is not None:
        frame = derive(desk, tickets, now)
        seen = set(frame.index[visible(desk, role.tickets, frame, person)])
    columns = {column.key: column for column in tickets.spec.columns}
    jumps = {problem.ticket for problem in find_transition_problems(desk, changes.cells, role)}
    kept = []
    for change in changes.cells:
        column = columns[change.column]
        reason = ""
        if change.row not in seen or not may_edit(role, column):
            reason = "owner" if column.owner != "people" else "edit"
        elif change.column == "status" and change.row in jumps:
            reason = "transition"
        if reason:
            text = f"{role.title}: {column.title}"
            refusals.append(Refusal(change.row, change.column, reason, text, change))
        else:
            kept.append(change)
    added = _whole_rows(role, "add", changes.added, None, refusals)
    removed = _whole_rows(role, "archive", changes.removed, seen, refusals)
    return Screened(replace(changes, cells=tuple(kept), added=added, removed=removed), tuple(refusals))


def _whole_rows(
    role: Role,
    permission: str,
    rows: pd.DataFrame | None,
    seen: Collection[str] | None,
    refusals: list[Refusal],
) -> pd.DataFrame | None:
    """The rows that may be added or archived; `seen` None: no row needs to be seen before."""
    if rows is None:
        return None
    granted = permission in role.may
    allowed = np.array([granted and (seen is None or row in seen) for row in rows.index], dtype=bool)
    text = f"{role.title}: {permission}"
    refusals += [Refusal(str(row), "", permission, text) for row in rows.index[~allowed]]
    return rows[allowed] if allowed.any() else None


def matrix_rows(desk: Desk, roles: Sequence[Role]) -> list[tuple[str, list[str]]]:
    """What each role may do, a line a right: (right, one of `edit`, `see`, `yes`, `-` a role)."""
    lines = []
    for column in desk.tickets.columns:
        marks = []
        for role in roles:
            sees = column.key in role.sees
            marks.append("edit" if may_edit(role, column) and sees else "see" if sees else "-")
        lines.append((f"column {column.key}", marks))
    lines.append(("tickets", [role.tickets_text or "all" for role in roles]))
    for permission in ("add", "archive", "assign", "approve"):
        lines.append((f"may {permission}", ["yes" if permission in role.may else "-" for role in roles]))
    steps = dict.fromkeys((step.source, step.target) for step in desk.transitions)
    for source, target in steps:
        change = [CellChange("", "status", source, target)]
        marks = ["-" if find_transition_problems(desk, change, role) else "yes" for role in roles]
        editable = ["status" in role.edits for role in roles]
        marks = [mark if can else "-" for mark, can in zip(marks, editable, strict=True)]
        lines.append((f"status {source} → {target}", marks))
    return lines
