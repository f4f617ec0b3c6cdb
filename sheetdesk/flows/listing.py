"""What the *Problems* tab lists: what could not be read, taken over or settled, and what was put back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.running import rule_problems
from sheetdesk.flows.taking import TakenIn
from sheetdesk.table.change import Entry
from sheetdesk.table.grid import cell_name
from sheetdesk.table.plain import decoded_one
from sheetdesk.table.problems import find_problems
from sheetdesk.table.seed import with_tables
from sheetdesk.table.table import Table, kept_for
from sheetdesk.table.taken import Conflict
from sheetdesk.table.tell import shown

__all__ = ["TOLD", "digest_of", "list_problems", "problems_of", "ticket_problems"]

TOLD = timedelta(days=1)
"""So long it is told what was put back."""


def list_problems(opened: OpenDesk, sheets: Collection[TakenIn], now: datetime) -> list[Problem]:
    """Of every sheet that was read, then what was put back lately, then of the tickets themselves."""
    with opened.snapshot() as at:
        refused = at.store.refused(opened.desk.tickets, now - TOLD)
        tables = at.tables()
    # People may have changed Lists since the desk was opened.
    return problems_of(with_tables(opened.desk, tables["choices"]), tables, refused, sheets)


def problems_of(
    desk: Desk, tables: Mapping[str, Table], refused: Collection[Entry], sheets: Collection[TakenIn]
) -> list[Problem]:
    """The list for these tables, where `refused` was put back lately."""
    found = [problem for taken in sheets for problem in taken.problems]
    found += [_as_problem(taken, conflict) for taken in sheets for conflict in taken.conflicts]
    for entry in refused:
        if desk.has(entry.column) and entry.why not in ("conflict", "settle", "unread", "overtaken"):
            typed, was = (shown(desk, desk.tickets, entry.column, v) for v in (entry.after, entry.before))
            found.append(Problem("refused", entry.column, typed, was, ticket=entry.row))
    return found + _placed(desk, rule_problems(desk, tables), sheets) + _ticket_problems(desk, tables)


def _placed(desk: Desk, problems: Collection[Problem], sheets: Collection[TakenIn]) -> list[Problem]:
    """Problems of rules and team, with the cells in which they stand."""
    found = []
    titles = {key: {c.key: c.title for c in desk.table(key).columns} for key in ("rules", "people")}
    for problem in problems:
        key = "rules" if problem.kind == "rule" else "people"
        title = titles[key].get(problem.column, problem.column)
        for taken in sheets:
            done = taken.tables.get(key)
            if done is None or problem.ticket not in done.table.reading.places:
                continue
            reading = done.table.reading
            row, column = reading.places[problem.ticket], reading.headers.places.get(problem.column)
            if column is not None:
                problem = replace(problem, cell=cell_name(row, column), tab=reading.area.grid.title)
            break
        found.append(replace(problem, column=title))
    return found


def digest_of(problems: Collection[Problem]) -> str:
    """What tells this list from every other."""
    return hashlib.sha256(repr(list(problems)).encode("utf-8", "surrogatepass")).hexdigest()


def ticket_problems(opened: OpenDesk) -> list[Problem]:
    """What does not hold together in the tickets themselves."""
    return _ticket_problems(opened.desk, opened.tables())


def _ticket_problems(desk: Desk, tables: Mapping[str, Table]) -> list[Problem]:
    tickets, cases = tables["tickets"], tables["cases"].frame
    found = kept_for(tickets, "problems", (desk, cases), lambda: find_problems(desk, tickets, cases.index))
    return list(found)


def _as_problem(taken: TakenIn, conflict: Conflict) -> Problem:
    """A conflict: what the sheet shows, and what stands elsewhere."""
    spec = taken.desk.table(conflict.table)
    kind = spec.column(conflict.column).type
    theirs, ours = (
        shown(taken.desk, spec, conflict.column, decoded_one(value, kind))
        for value in (conflict.theirs, conflict.ours)
    )
    expected = taken.desk.locale.text("expected.settled")
    return Problem("conflict", conflict.column, theirs, expected, near=ours, ticket=conflict.row)
