"""What does not hold together in a table, and status jumps: found and reported, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Column, Problem
from sheetdesk.desk.desk import Desk, Role
from sheetdesk.table.change import CellChange
from sheetdesk.table.table import Table

__all__ = ["find_problems", "find_transition_problems"]

ORDERS = (("created", "first_response"), ("created", "resolved"), ("resolved", "closed"))


def find_problems(desk: Desk, tickets: Table, case_ids: Iterable[str] = ()) -> list[Problem]:
    """Every cell of the tickets that the desk does not allow, by column, then in the table's order."""
    frame = tickets.frame
    columns = {column.key: column for column in tickets.spec.columns if column.key in frame.columns}
    problems: list[Problem] = []
    for column in columns.values():
        if column.required:
            problems += _missing(desk, column, frame)
        if column.depends_on in columns:
            problems += _mismatched(desk, column, columns[column.depends_on], frame)
    if "link" in columns:
        text = desk.locale.text("expected.known_ticket")
        known = set(frame.index)
        problems += _unknown(frame["link"], known, "link", "unknown_ticket", text)
    if "case" in columns:
        text = desk.locale.text("expected.known_case")
        problems += _unknown(frame["case"], set(case_ids), "case", "unknown_case", text)
    for first, second in ORDERS:
        if first in columns and second in columns:
            problems += _disordered(desk, columns[first], columns[second], frame)
    return problems


def _missing(desk: Desk, column: Column, frame: pd.DataFrame) -> list[Problem]:
    ids = frame.index[frame[column.key].isna()]
    expected = desk.locale.text("expected.filled")
    return [Problem("required", column.key, "", expected, ticket=row) for row in ids]


def _mismatched(desk: Desk, column: Column, parent: Column, frame: pd.DataFrame) -> list[Problem]:
    keys = {word: choice.key for choice in parent.choices for word in (choice.title, choice.key)}
    parents = {choice.key: keys.get(choice.parent, choice.parent) for choice in column.choices}
    belongs = frame[column.key].map(parents)
    wrong = belongs.notna() & (belongs != frame[parent.key])
    problems = []
    for row, child, above in zip(
        frame.index[wrong], frame.loc[wrong, column.key], frame.loc[wrong, parent.key], strict=True
    ):
        shown, over = column.choice(child), parent.choice(above)
        expected = desk.locale.text("expected.child", parent=over.title if over else above or "")
        raw = shown.title if shown else str(child)
        problems.append(Problem("mismatch", column.key, raw, expected, ticket=row))
    return problems


def _unknown(values: pd.Series[Any], known: set[str], key: str, kind: str, expected: str) -> list[Problem]:
    wrong = values[values.notna() & ~values.isin(list(known))]
    return [Problem(kind, key, str(raw), expected, ticket=str(row)) for row, raw in wrong.items()]


def _disordered(desk: Desk, first: Column, second: Column, frame: pd.DataFrame) -> list[Problem]:
    wrong = frame[second.key] < frame[first.key]
    expected = desk.locale.text("expected.after", other=first.title)
    local = frame.loc[wrong, second.key].dt.tz_convert(desk.zone)
    return [
        Problem("order", second.key, f"{at:%Y-%m-%d %H:%M}", expected, ticket=str(row))
        for row, at in local.items()
    ]


def find_transition_problems(desk: Desk, changes: Sequence[CellChange], role: Role | None) -> list[Problem]:
    """The status changes that the life cycle, the review or the role does not allow.

    `role` None: who made it is not known; only jumps that nobody may make are found. A desk without
    a life cycle allows every change but those its review step guards.
    """
    column = desk.column("status")
    titles = {choice.key: choice.title for choice in column.choices}
    problems = []
    for change in changes:
        if change.column != "status" or change.before is None or change.after is None:
            continue
        reason = _review_reason(desk, change, role) or _jump_reason(desk, change, role, titles)
        if reason:
            raw = f"{titles.get(change.before, change.before)} → {titles.get(change.after, change.after)}"
            problems.append(Problem("transition", "status", raw, reason, ticket=change.row))
    return problems


def _review_reason(desk: Desk, change: CellChange, role: Role | None) -> str:
    review = desk.review
    after = desk.column("status").choice(change.after)
    if review is None or after is None or after.meaning is not review.before:
        return ""
    approved = role is None or "approve" in role.may
    if change.before == review.status and approved:
        return ""
    status = desk.column("status").choice(review.status)
    approvers = ", ".join(r.title for r in desk.roles if "approve" in r.may)
    title = status.title if status else review.status
    return desk.locale.text("expected.review", review=title, roles=approvers)


def _jump_reason(desk: Desk, change: CellChange, role: Role | None, titles: dict[str, str]) -> str:
    if not desk.transitions:
        return ""
    onward = [step for step in desk.transitions if step.source == change.before]
    steps = [step for step in onward if step.target == change.after]
    if not steps:
        targets = ", ".join(dict.fromkeys(titles.get(step.target, step.target) for step in onward))
        return desk.locale.text(
            "expected.transition",
            source=titles.get(change.before, change.before),
            targets=targets or desk.locale.text("words.none"),
        )
    if role is None or any(not step.roles or role.key in step.roles for step in steps):
        return ""
    allowed = sorted({key for step in steps for key in step.roles})
    roles = ", ".join(desk.role(key).title for key in allowed)
    return desk.locale.text("expected.transition_role", roles=roles)
