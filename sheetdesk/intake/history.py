"""A log with one row a change, as tickets in their last state and the journal of how they came to it.

Events are put in order for each ticket by their time, ties as in the file. The first event is how a
ticket came; each later one is an entry for each cell that differs from the event before. Importing a
longer log again adds only what is newer, and leaves alone what people changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from sheetdesk.desk.desk import Desk
from sheetdesk.intake.complete import Values, complete_times, complete_words
from sheetdesk.intake.events import (
    Events,
    Places,
    carry,
    events_of,
    hide_future,
    is_missing,
    is_sparse,
    status_times,
)  # fmt: skip
from sheetdesk.intake.read_rows import RowReading
from sheetdesk.table.change import CellChange, Entry
from sheetdesk.table.table import Table, table_of

__all__ = ["History", "fold_history"]

# The time of the last change is that of the last entry: it is no change of its own.
NOT_JOURNALLED = ("updated",)


@dataclass
class History:
    """What a log does: new tickets in their last state, cells of others, and entries, oldest first."""

    added: pd.DataFrame
    cells: list[CellChange] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tickets: int = 0


def fold_history(
    desk: Desk,
    tickets: Table,
    reading: RowReading,
    *,
    rows: Sequence[int],
    ids: Sequence[str],
    times: pd.Series[Any],
    known: Mapping[str, datetime],
    now: datetime,
    file: str,
) -> History:
    """The history in these `rows` of the file; `ids` and `times` are theirs, in the same order.

    `known` is the time of each ticket's latest imported entry; a ticket that is there without one is
    left alone. Entries hold typed values, missing ones left
    out; replaying them over the tickets gives the tickets after the import, `updated` aside.
    """
    values = {key: series.take(np.array(rows)) for key, series in reading.values.items() if key != "id"}
    events = events_of(values, ids, times)
    notes = []
    if is_sparse(events):
        notes.append(desk.locale.text("import.history_sparse"))
        events = carry(events, tuple(events.values))
    required = tuple(c.key for c in desk.tickets.columns if c.required and c.key in events.values)
    events = hide_future(carry(events, required))
    events, derived = status_times(desk, events)
    for key, count in derived.items():
        title = desk.column(key).title
        notes.append(desk.locale.text("import.derived_from_history", column=title, count=count))
    stored = set(tickets.frame.columns)
    there = set(tickets.frame.index)
    new = [code for code, ticket in enumerate(events.tickets) if ticket not in there and ticket not in known]
    events, opening, more = _completed(desk, events, np.array(new, dtype=np.int64), reading, now)
    history = History(_last_state(tickets, events, opening, new))
    history.tickets = len(events.tickets)
    journal = _Journal(tickets, events, known, f"import:{file}")
    opening = {key: series for key, series in opening.items() if key in stored}
    found = [*journal.came(new, opening), *journal.changed(frozenset(new))]
    found.sort(key=lambda item: item[:2])
    history.entries = [entry for _, _, entry in found]
    history.cells = journal.cells()
    history.notes = [*notes, *more] if found else []
    return history


def _completed(
    desk: Desk, events: Events, new: Places, reading: RowReading, now: datetime
) -> tuple[Events, Values, list[str]]:
    """The events with each new ticket's first state made whole, and that state."""
    starts = events.starts[new]
    opening = {key: series.take(starts).reset_index(drop=True) for key, series in events.values.items()}
    missing = opening.get("created", pd.Series([pd.NaT] * len(new), dtype="datetime64[us, UTC]"))
    opening["created"] = missing.where(missing.notna(), events.times.take(starts).reset_index(drop=True))
    opening, notes = complete_times(desk, opening, len(new), now)
    ids = [events.tickets[code] for code in new.tolist()]
    opening, more = complete_words(desk, opening, ids, reading.new_choices) if ids else (opening, [])
    rank = np.full(len(events.tickets), -1)
    rank[new] = np.arange(len(new))
    values = dict(events.values)
    for key, series in events.values.items():
        # A default holds until the log says something else.
        leading = (events.count(series.notna().to_numpy()) == 0) & (rank[events.codes] >= 0)
        if leading.any():
            filled = opening[key].take(np.maximum(rank[events.codes], 0)).set_axis(series.index)
            values[key] = series.where(~leading, filled)
    return events.with_values(values), opening, [*notes, *more]


def _last_state(tickets: Table, events: Events, opening: Values, new: Sequence[int]) -> pd.DataFrame:
    last = {key: series for key, series in opening.items() if key not in events.values}
    for key, series in events.values.items():
        last[key] = series.take(events.ends[list(new)]).reset_index(drop=True)
    return table_of(tickets.spec, last, [events.tickets[code] for code in new]).frame


class _Journal:
    """Makes the entries of a log, and remembers what they do to tickets that were there before."""

    def __init__(self, tickets: Table, events: Events, known: Mapping[str, datetime], by: str) -> None:
        self._tickets = tickets
        self._events = events
        self._known = known
        self._by = by
        self._times: list[datetime] = events.times.dt.to_pydatetime().tolist()
        self._after: dict[tuple[str, str], Any] = {}

    def came(self, new: Sequence[int], opening: Values) -> Iterator[tuple[datetime, int, Entry]]:
        """An entry for each new ticket, with its first state."""
        columns = {key: series.tolist() for key, series in opening.items()}
        for place, code in enumerate(new):
            start = int(self._events.starts[code])
            at = self._times[start]
            cells = {key: cells[place] for key, cells in columns.items() if not is_missing(cells[place])}
            since = min(cells["created"].to_pydatetime(), at)
            yield at, start, self._entry(code, "", None, cells, since=since, at=at)

    def changed(self, new: frozenset[int]) -> Iterator[tuple[datetime, int, Entry]]:
        """An entry for each cell that an event changed; of a ticket that was there, the newer ones."""
        for row, key, before, after in self._events.changes(self._tickets.frame.columns, new):
            code, at = int(self._events.codes[row]), self._times[row]
            since = self._times[row - 1] if row and self._events.codes[row - 1] == code else at
            if code not in new:
                ticket = self._events.tickets[code]
                known = self._known.get(ticket)
                if known is None or at <= known or ticket not in self._tickets.frame.index:
                    continue
                before = self._after.get((ticket, key), self._held(ticket, key))
                if before == after:
                    continue
                self._after[ticket, key] = after
                since = max(since, known)
            if key not in NOT_JOURNALLED:
                yield at, row, self._entry(code, key, before, after, since=since, at=at)

    def cells(self) -> list[CellChange]:
        """What the entries of tickets that were there come to."""
        changes = (CellChange(t, k, self._held(t, k), after) for (t, k), after in self._after.items())
        return [change for change in changes if change.before != change.after]

    def _held(self, ticket: str, key: str) -> Any:
        held = self._tickets.frame.at[ticket, key]
        return None if is_missing(held) else held

    def _entry(
        self, code: int, column: str, before: Any, after: Any, *, since: datetime, at: datetime
    ) -> Entry:
        kind: Literal["added", "changed"] = "changed" if column else "added"
        ticket = self._events.tickets[code]
        return Entry(
            self._tickets.spec.key, ticket, kind, column, before, after, since, at, self._by, "import"
        )
