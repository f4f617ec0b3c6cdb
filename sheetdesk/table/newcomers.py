"""New rows: who may add them, what they have by themselves, and the ids they get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sheetdesk.columns.base import Problem, blank, plain
from sheetdesk.table.access import Refusal, may_edit
from sheetdesk.table.fill import first_values, moved_on
from sheetdesk.table.grid import cell_name, is_covered
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import stored
from sheetdesk.table.taken import Judge, TakenOver, refusal_of

__all__ = ["added_rows", "name_row"]


def added_rows(done: TakenOver, judge: Judge, came: Mapping[str, tuple[Any, ...]]) -> PlainRows:
    """The new rows that the role may add, completed; what it may not fill is left out and reported."""
    spec = done.table.spec
    keys = stored(spec)
    if spec.key != "tickets":
        return _other_first(done, came)
    role = judge.role
    rows: PlainRows = {}
    for name, cells in came.items():
        if role is not None and "add" not in role.may:
            done.refusals.append(
                Refusal(name, "", "add", f"{role.title}: {judge.desk.locale.text('refusal.add')}")
            )
            continue
        given = dict(zip(keys, cells, strict=True))
        # Of a ticket that comes back only what differs from before is the people's.
        was = dict(zip(keys, done.table.archived.get(name, ()), strict=False))
        for column in spec.columns:
            value, before = given.get(column.key), was.get(column.key)
            if value == before or column.key == "created":
                continue
            if column.owner == "rules":
                given[column.key] = before
            elif role is not None and column.owner == "people" and not may_edit(role, column):
                done.refusals.append(refusal_of(column, name, "edit", judge, before, value))
                given[column.key] = before
        if _skips_review(judge, given.get("status")):
            status = spec.column("status")
            done.refusals.append(refusal_of(status, name, "transition", judge, None, given["status"]))
            given["status"] = None
        given |= first_values(judge.desk, given, judge.now)
        given |= moved_on(judge.desk, was, given, judge.now) if was else {}
        rows[name] = tuple(given[key] for key in keys)
    return rows


def _skips_review(judge: Judge, status: Any) -> bool:
    """Whether a new ticket starts where only a review leads, and the role may not approve."""
    review, choice = judge.desk.review, judge.desk.column("status").choice(status)
    if review is None or choice is None or choice.meaning is not review.before:
        return False
    return judge.role is not None and "approve" not in judge.role.may


def _other_first(done: TakenOver, came: Mapping[str, tuple[Any, ...]]) -> PlainRows:
    """New rows of people, lists, rules or cases with what they have by themselves."""
    spec, keys = done.table.spec, stored(done.table.spec)
    last: dict[Any, float] = {}
    if spec.key == "choices":
        last = done.table.now.frame.groupby("column")["position"].max().dropna().to_dict()
    rows: PlainRows = {}
    for name, cells in came.items():
        given = dict(zip(keys, cells, strict=True))
        if spec.key == "choices":
            if given["position"] is None:
                # Behind the others of its column, one after the other.
                given["position"] = last[given["column"]] = float(last.get(given["column"], 0) + 1)
            if given["active"] is None:
                given["active"] = True
        for column in spec.columns:
            if column.key in keys and given[column.key] is None and isinstance(column.default, float):
                given[column.key] = column.default
        rows[name] = tuple(given[key] for key in keys)
    return rows


def name_row(
    done: TakenOver,
    judge: Judge,
    place: int,
    cells: Mapping[str, Any],
    new_id: Callable[[Mapping[str, Any]], str],
    name: str,
) -> None:
    """An id for a row that has none; where there can be none, a Problem or a Refusal."""
    reading, spec = done.table.reading, done.table.spec
    column = reading.headers.places["id"]
    where = cell_name(place, column)
    role = judge.role
    if spec.key == "tickets" and role is not None and "add" not in role.may:
        text = f"{role.title}: {judge.desk.locale.text('refusal.add')} ({where})"
        done.refusals.append(Refusal("", "", "add", text))
        return
    if is_covered(reading.area.grid, place, column):
        expected = judge.desk.locale.text("expected.unmerged")
        done.problems.append(Problem("merged", "id", "", expected, row=place, cell=where))
        return
    name = name or new_id(cells)
    if name:
        done.naming[place] = name
        return
    raw = reading.area.grid.cell(place, column)
    expected = judge.desk.locale.text("expected.unique_id" if not blank(raw) else "expected.filled")
    typed = "" if blank(raw) else plain(raw)
    done.problems.append(Problem("required", "id", typed, expected, row=place, cell=where))
