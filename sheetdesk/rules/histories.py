"""What each ticket went through, as its clocks take it, told from the journal of every cell change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

import pandas as pd

from sheetdesk.clock.history import Change, TicketHistory, in_order
from sheetdesk.clock.policy import choose_policies, compared
from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.standard import parse_formula
from sheetdesk.table.change import Entry, plain_value
from sheetdesk.table.derive import derive
from sheetdesk.table.table import Table, table_of

__all__ = ["columns_told", "stored_inputs", "tell_histories"]

ENDED = (Meaning.RESOLVED, Meaning.CLOSED)
BY_PEOPLE = ("sync", "import", "settle", "restore")
TIMES = ("resolved", "closed")


@dataclass
class _Reading:
    """What one reading, or one run, changed of a ticket."""

    seen_from: datetime
    seen_to: datetime
    cells: dict[str, Any] = field(default_factory=dict)
    is_by_people: bool = False


def stored_inputs(desk: Desk, keys: Iterable[str]) -> frozenset[str]:
    """The stored columns that these columns are worked out from, themselves where they are stored."""
    found: set[str] = set()
    for key in keys:
        column = desk.column(key)
        found |= set(parse_formula(column.formula)[1]) if column.owner == "formula" else {key}
        if column.formula.startswith("matrix") and desk.matrix is not None:
            found |= {desk.matrix.rows, desk.matrix.across}
    return frozenset(found)


def columns_told(desk: Desk) -> frozenset[str]:
    """The columns whose changes decide how the promises stand."""
    conditions = chain.from_iterable(compared(policy.when) for policy in desk.sla)
    named = {"status", "created", "first_response", *TIMES, *desk.updates}
    return stored_inputs(desk, conditions) | {key for key in named if desk.tickets.has(key)}


def tell_histories(
    desk: Desk, tickets: pd.DataFrame, entries: Iterable[Entry], now: datetime
) -> list[TicketHistory]:
    """A history for each ticket of the frame, in its order; `entries` are typed, in the journal's order.

    A ticket of which the journal knows nothing has been as it is since it was created. Which policy
    held is asked for every state that it was in; of a column that follows the clock, as of `now`.
    """
    by_row: dict[str, list[Entry]] = {str(name): [] for name in tickets.index}
    for entry in entries:
        if entry.row in by_row and entry.kind in ("added", "changed"):
            by_row[entry.row].append(entry)
    told = columns_told(desk)
    readings = {name: _readings(found, told) for name, found in by_row.items()}
    for name, found in readings.items():
        if not found:
            cells = {key: plain_value(tickets.at[name, key]) for key in told if key in tickets.columns}
            found.append(_Reading(now, now, cells))
    created = _created(tickets, readings)
    policies = _policies(desk, readings, now)
    return [_history(desk, name, created[name], found, policies[name]) for name, found in readings.items()]


def _readings(entries: Sequence[Entry], told: Collection[str]) -> list[_Reading]:
    found: list[_Reading] = []
    last: tuple[str, datetime] | None = None
    for entry in entries:
        after = entry.after or {} if entry.kind == "added" else {entry.column: entry.after}
        cells = {key: plain_value(value) for key, value in after.items() if key in told}
        if not cells:
            continue
        # What followed from a change stands beside it, seen at one moment.
        this = (entry.run, entry.seen_to)
        if this != last:
            found.append(_Reading(entry.seen_from, entry.seen_to))
            last = this
        reading = found[-1]
        reading.seen_from = min(reading.seen_from, entry.seen_from)
        reading.cells |= cells
        reading.is_by_people |= entry.why in BY_PEOPLE and entry.kind == "changed"
    return found


def _created(tickets: pd.DataFrame, readings: dict[str, list[_Reading]]) -> dict[str, datetime]:
    typed = dict(zip(tickets.index, tickets["created"], strict=True))
    return {
        name: found[0].seen_to if pd.isna(typed[name]) else typed[name].to_pydatetime()
        for name, found in readings.items()
    }


def _policies(
    desk: Desk, readings: dict[str, list[_Reading]], now: datetime
) -> dict[str, tuple[Change[str], ...]]:
    """Which policy held from when on, by ticket: every state that any of their conditions looks at."""
    wanted = stored_inputs(desk, chain.from_iterable(compared(policy.when) for policy in desk.sla))
    places: list[tuple[str, _Reading]] = []
    rows: list[dict[str, Any]] = []
    for name, found in readings.items():
        state: dict[str, Any] = {}
        for place, reading in enumerate(found):
            changed = {key: value for key, value in reading.cells.items() if key in wanted}
            if not place or any(state.get(key) != value for key, value in changed.items()):
                state = state | changed
                places.append((name, reading))
                rows.append(state)
    columns = {key: [row.get(key) for row in rows] for key in wanted}
    table = table_of(desk.tickets, columns, [str(place) for place in range(len(rows))])
    chosen = choose_policies(desk.sla, _whole(desk, table, now), desk.tickets.columns, zone=desk.zone)
    changes: dict[str, list[Change[str]]] = {name: [] for name in readings}
    for (name, reading), choice in zip(places, chosen, strict=True):
        known = changes[name]
        if not known or known[-1].value != choice.policy:
            known.append(Change(choice.policy, reading.seen_from, reading.seen_to))
    return {name: in_order(found) for name, found in changes.items()}


def _whole(desk: Desk, table: Table, now: datetime) -> pd.DataFrame:
    asked = frozenset().union(*(compared(policy.when) for policy in desk.sla))
    if not any(desk.column(key).owner == "formula" for key in asked):
        return table.frame
    return derive(desk, table, now)


def _history(
    desk: Desk, name: str, created: datetime, readings: Sequence[_Reading], policies: tuple[Change[str], ...]
) -> TicketHistory:
    meanings = {choice.key: choice.meaning for choice in desk.column("status").choices}
    moved: list[tuple[int, Meaning]] = []
    for place, reading in enumerate(readings):
        meaning = meanings.get(str(reading.cells.get("status")))
        if meaning is not None and (not moved or moved[-1][1] is not meaning):
            moved.append((place, meaning))
    statuses = []
    for number, (place, meaning) in enumerate(moved):
        following = moved[number + 1][0] if number + 1 < len(moved) else len(readings)
        reading = readings[place]
        was_open = number == 0 or moved[number - 1][1].is_open
        typed = _typed(readings[place:following], created) if meaning in ENDED and was_open else None
        statuses.append(Change(meaning, reading.seen_from, reading.seen_to, typed))
    told = in_order(statuses)
    response = _last(readings, "first_response")
    if response is None and desk.first_response == "left_new":
        left = [c.at for c in told if c.value not in (Meaning.NEW, Meaning.CANCELLED)]
        response = left[0] if left else None
    updates = tuple(
        reading.seen_to
        for reading in readings
        if reading.is_by_people and any(key in reading.cells for key in desk.updates)
    )
    return TicketHistory(name, created, told, policies, response, updates)


def _typed(readings: Sequence[_Reading], created: datetime) -> datetime | None:
    """When the work was done, as it was typed while the status stood: not before creation, and not later
    than it was seen.
    """
    seen = readings[0].seen_to
    for key in TIMES:
        given = _last(readings, key)
        if given is not None and created <= given <= seen:
            return given
    return None


def _last(readings: Sequence[_Reading], key: str) -> datetime | None:
    for reading in reversed(readings):
        if key in reading.cells:
            value = reading.cells[key]
            return value.to_pydatetime() if isinstance(value, pd.Timestamp) else None
    return None
