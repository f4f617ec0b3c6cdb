"""The events of a log as columns: each ticket's together, oldest first."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Desk
from sheetdesk.intake.complete import Values

__all__ = [
    "Events",
    "Places",
    "carry",
    "events_of",
    "hide_future",
    "is_missing",
    "is_sparse",
    "status_times",
]

Places = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
ENDS = ("first_response", "resolved", "closed")


@dataclass(frozen=True)
class Events:
    """Event `i` is of ticket `tickets[codes[i]]`, at `times[i]`; `starts` and `ends` are each ticket's
    first and last event. `values` hold a ticket's whole state after each event.
    """

    tickets: tuple[str, ...]
    codes: Places
    times: pd.Series[Any]
    values: Values
    starts: Places
    ends: Places

    @property
    def opens(self) -> Mask:
        """Which events are a ticket's first."""
        return np.isin(np.arange(len(self.codes)), self.starts)

    def with_values(self, values: Values) -> Events:
        return replace(self, values=values)

    def count(self, mask: Mask) -> Places:
        """For each event how many of its ticket's, up to and with it, are in `mask`."""
        seen = np.cumsum(mask)
        return np.asarray(seen - (seen - mask)[self.starts][self.codes])

    def latest(self, mask: Mask) -> Places:
        """For each event the latest one of its ticket, itself included, where `mask` holds, else -1."""
        places = np.where(mask, np.arange(len(mask)), -1)
        latest = np.maximum.accumulate(places) if len(places) else places
        return np.where(latest >= self.starts[self.codes], latest, -1)

    def changes(self, keys: Collection[str], new: Collection[int]) -> Iterator[tuple[int, str, Any, Any]]:
        """(event, column, before, after) of each cell that differs from the ticket's event before.

        The first event of a ticket that is not `new` (by code) differs in all it says from nothing.
        """
        inner = ~self.opens
        known = ~inner & ~np.isin(self.codes, list(new))
        found: list[tuple[int, int, str, Any, Any]] = []
        for number, (key, series) in enumerate(self.values.items()):
            if key not in keys:
                continue
            gone = series.isna().tolist()
            cells = [None if empty else cell for cell, empty in zip(series.tolist(), gone, strict=True)]
            for row in np.flatnonzero(inner).tolist():
                if cells[row] != cells[row - 1]:
                    found.append((row, number, key, cells[row - 1], cells[row]))
            for row in np.flatnonzero(known).tolist():
                if cells[row] is not None:
                    found.append((row, number, key, None, cells[row]))
        found.sort(key=lambda change: change[:2])
        for row, _, key, before, after in found:
            yield row, key, before, after


def is_missing(value: Any) -> bool:
    """A value that is none, whatever its column calls it."""
    return (
        value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    )


def events_of(values: Values, ids: Sequence[str], times: pd.Series[Any]) -> Events:
    """The events put in order: tickets as they are met, each one's events by time, ties as given."""
    met: dict[str, int] = {}
    codes = np.array([met.setdefault(ticket, len(met)) for ticket in ids], dtype=np.int64)
    micros = times.dt.as_unit("us").astype("int64").to_numpy()
    order = np.lexsort((np.arange(len(codes)), micros, codes))
    codes = codes[order]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = np.append(starts[1:], len(codes)) - 1 if len(codes) else starts
    placed = {key: series.take(order).reset_index(drop=True) for key, series in values.items()}
    return Events(tuple(met), codes, times.take(order).reset_index(drop=True), placed, starts, ends)


def is_sparse(events: Events) -> bool:
    """Whether later events only fill what changed: then a blank cell keeps the value before it."""
    filled = blank = 0
    for series in events.values.values():
        here = series.notna().to_numpy()
        after = (events.count(here) > here) & ~events.opens
        filled += int((after & here).sum())
        blank += int((after & ~here).sum())
    return blank > filled / 4


def carry(events: Events, keys: Sequence[str]) -> Events:
    """The events with blank cells of these columns filled from the event before."""
    values = dict(events.values)
    for key in keys:
        latest = events.latest(values[key].notna().to_numpy())
        kept = np.where(latest < 0, np.arange(len(latest)), latest)
        values[key] = values[key].take(kept).reset_index(drop=True)
    return events.with_values(values)


def hide_future(events: Events) -> Events:
    """The events without times that had not come when they happened; the last event keeps its own.

    Exports often write how a ticket ended into each of its rows.
    """
    values = dict(events.values)
    last = np.isin(np.arange(len(events.codes)), events.ends)
    for key in ENDS:
        if key in values:
            future = (values[key] > events.times).to_numpy(dtype=bool) & ~last
            values[key] = values[key].where(~future, pd.NaT)
    return events.with_values(values)


def status_times(desk: Desk, events: Events) -> tuple[Events, dict[str, int]]:
    """The events with first response, resolved and closed taken from the status, for tickets whose
    log never gives them; and how many tickets that was, by column.
    """
    if "status" not in events.values:
        return events, {}
    meanings = {choice.key: choice.meaning for choice in desk.column("status").choices}
    status = [meanings.get(key) for key in events.values["status"].tolist()]
    new = np.array([meaning is Meaning.NEW for meaning in status], dtype=bool)
    closed = np.array([meaning is Meaning.CLOSED for meaning in status], dtype=bool)
    solved = np.array([meaning is Meaning.RESOLVED for meaning in status], dtype=bool) | closed
    opens = events.opens
    left = ~new & ~opens & np.roll(new, 1)
    first_left = left & (events.count(left) == 1)
    wanted = {"resolved": _entered(events, solved), "closed": _entered(events, closed)}
    if desk.first_response == "left_new":
        wanted["first_response"] = events.latest(first_left)
    values = dict(events.values)
    derived = {}
    for key, places in wanted.items():
        if not desk.has(key) or desk.column(key).owner == "formula":
            continue
        taken = events.times.take(np.maximum(places, 0)).reset_index(drop=True).where(places >= 0, pd.NaT)
        given = values.get(key)
        if given is not None:
            has = np.zeros(len(events.tickets), dtype=bool)
            np.logical_or.at(has, events.codes, given.notna().to_numpy())
            taken = given.where(has[events.codes], taken)
            count = int((~has & taken.take(events.ends).notna().to_numpy()).sum())
        else:
            count = int(taken.take(events.ends).notna().sum())
        if count:
            values[key] = taken
            derived[key] = count
    return events.with_values(values), derived


def _entered(events: Events, mask: Mask) -> Places:
    """For each event within a run of `mask` the run's first event, else -1."""
    entry = mask & (events.opens | ~np.roll(mask, 1))
    return np.where(mask, events.latest(entry), -1)
