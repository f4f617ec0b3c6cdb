"""What an import would do, worked out before anything is written: start reading intake here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Choice, Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.ids import IdForm
from sheetdesk.errors import ColumnsUnmatched
from sheetdesk.intake.aside import (
    AsideRow,
    aside_rows,
    brought_ids,
    left_out,
    row_problems,
    sets_aside,
)  # fmt: skip
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.complete import Values, complete_times, complete_words
from sheetdesk.intake.event_time import event_times
from sheetdesk.intake.fit import unfit
from sheetdesk.intake.header import Layout, find_layout
from sheetdesk.intake.history import fold_history
from sheetdesk.intake.identity import Identity, identify, new_ids, repeated_ids
from sheetdesk.intake.match import ColumnMatch, match_columns
from sheetdesk.intake.notes import new_people, noted, notes_of, used_choices
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.read_rows import RowReading, read_rows
from sheetdesk.intake.source import sources_of
from sheetdesk.intake.titles import known_titles
from sheetdesk.intake.update import changed_cells
from sheetdesk.table.change import ChangeSet, Entry
from sheetdesk.table.table import Table, table_of

__all__ = ["ImportCounts", "ImportPlan", "plan_import"]


@dataclass(frozen=True)
class ImportCounts:
    """What became of the rows: `read == added + updated + unchanged + aside`, without a history.

    With one, `read` and `aside` count its events, the others tickets.
    """

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    aside: int = 0
    blank: int = 0
    totals: int = 0


@dataclass(frozen=True)
class ImportPlan:
    """What to write, and what to tell. `notes` are sentences in the desk's language.

    `counters` and `origins` are to be kept with the changes; of `origins` only the new ones are here.
    `entries` are the journal's, where the file brought a history. `problems` are the cells left out
    of tickets that were taken without them; `titles` the file's header.
    """

    file: str
    titles: tuple[str, ...]
    matching: tuple[ColumnMatch, ...]
    changes: ChangeSet
    counters: Mapping[str, int]
    origins: Mapping[str, str]
    new_choices: Mapping[str, tuple[Choice, ...]]
    new_people: tuple[str, ...]
    aside: tuple[AsideRow, ...]
    counts: ImportCounts
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    entries: tuple[Entry, ...] = ()


def plan_import(
    desk: Desk,
    tickets: Table,
    origins: Mapping[str, str],
    counters: Mapping[str, int],
    grid: RawGrid,
    options: ImportOptions,
    now: datetime,
    *,
    known_history: Mapping[str, datetime] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ImportPlan:
    """What importing the grid's rows does to the tickets. Pure: nothing is written.

    `origins` are the tickets by origin, `counters` the last id numbers, `now` is aware.
    `known_history` is, for a file with history, the time of each ticket's latest imported entry:
    older events are known already. Raises ColumnsUnmatched, MapUnknown, HistoryUnmatched.
    """
    known = known_titles(desk)
    layout = find_layout(grid, known)
    sources = sources_of(layout)
    matching = match_columns(
        desk,
        sources,
        known,
        options,
        unfit=lambda source, column: unfit(desk, source, column),
        file=grid.name,
    )
    if not any(match.column for match in matching):
        raise ColumnsUnmatched(path=grid.name, found=", ".join(layout.titles))
    reading = read_rows(desk, sources, matching, options, progress)
    context = _Context(desk, tickets, origins, counters, grid, layout, options, now)
    if options.history:
        times = event_times(desk, sources, matching, reading, options=options, file=grid.name)
        return _plan_history(context, matching, reading, times, known_history or {})
    return _plan_tickets(context, matching, reading)


@dataclass(frozen=True)
class _Context:
    desk: Desk
    tickets: Table
    origins: Mapping[str, str]
    counters: Mapping[str, int]
    grid: RawGrid
    layout: Layout
    options: ImportOptions
    now: datetime


@dataclass(frozen=True)
class _Sorted:
    """Row positions by what becomes of them; `gone` are tickets that left the desk since."""

    added: list[int]
    updated: list[int]
    again: list[int]
    gone: list[int]


def _plan_tickets(context: _Context, matching: Sequence[ColumnMatch], reading: RowReading) -> ImportPlan:
    desk, tickets, layout = context.desk, context.tickets, context.layout
    values = {key: series for key, series in reading.values.items() if key != "id"}
    brought = brought_ids(reading, len(layout.rows))
    problems = row_problems(desk, layout, reading, brought)
    for row, problem in repeated_ids(brought, desk.locale).items():
        problems.setdefault(row, []).append(problem)
    aside = {row for row, found in problems.items() if sets_aside(desk, found, context.options)}
    identity = identify(layout, brought, context.origins)
    rows = _sort(identity, aside, set(tickets.frame.index))
    ids = [ticket or "" for ticket in identity.ids]
    cells = (
        *changed_cells(tickets, values, rows.updated, [ids[row] for row in rows.updated], only_blank=False),
        *changed_cells(tickets, values, rows.again, [ids[row] for row in rows.again], only_blank=True),
    )
    frame, moved, derived = _added(context, values, rows.added, identity, reading)
    for row, ticket in zip(rows.added, frame.index, strict=True):
        ids[row] = ticket
    altered = len({cell.row for cell in cells})
    broken = len(context.grid.broken)
    counts = ImportCounts(
        read=len(layout.rows) + broken,
        added=len(rows.added),
        updated=altered,
        unchanged=len(rows.updated) + len(rows.again) + len(rows.gone) - altered,
        aside=len(aside) + broken,
        blank=layout.blank,
        totals=layout.totals,
    )
    taken = [*rows.added, *rows.updated]
    choices = used_choices(reading, taken)
    return ImportPlan(
        context.grid.name,
        layout.titles,
        noted(desk, matching, reading, choices),
        ChangeSet(cells, frame if len(frame) else None),
        moved,
        {identity.origins[row]: ids[row] for row in rows.added if row in identity.origins},
        choices,
        new_people(desk, reading, taken, context.options),
        aside_rows(desk, layout, context.grid, problems, aside),
        counts,
        (*notes_of(desk, layout, matching, reading), *derived),
        left_out(layout, problems, aside, ids),
    )


def _plan_history(
    context: _Context,
    matching: Sequence[ColumnMatch],
    reading: RowReading,
    times: pd.Series[Any],
    known: Mapping[str, datetime],
) -> ImportPlan:
    desk, layout = context.desk, context.layout
    ids = brought_ids(reading, len(layout.rows))
    problems = row_problems(desk, layout, reading, ids)
    for row, ticket in enumerate(ids):
        for key, missing in (("id", ticket is None), ("updated", pd.isna(times.iloc[row]))):
            if missing:
                expected = desk.locale.text("expected.filled" if key == "id" else "import.no_time")
                problems.setdefault(row, []).append(Problem("required", key, "", expected, row=row))
    aside = {row for row, found in problems.items() if sets_aside(desk, found, context.options)}
    rows = [row for row in range(len(layout.rows)) if row not in aside]
    events = [ids[row] or "" for row in rows]
    history = fold_history(
        desk,
        context.tickets,
        reading,
        rows=rows,
        ids=events,
        times=times.take(rows),
        known=known,
        now=context.now,
        file=context.grid.name,
    )
    _, moved = new_ids(IdForm(desk.ids), context.counters, events, [], set())
    altered = len({cell.row for cell in history.cells})
    broken = len(context.grid.broken)
    counts = ImportCounts(
        read=len(layout.rows) + broken,
        added=len(history.added),
        updated=altered,
        unchanged=history.tickets - len(history.added) - altered,
        aside=len(aside) + broken,
        blank=layout.blank,
        totals=layout.totals,
    )
    choices = used_choices(reading, rows)
    return ImportPlan(
        context.grid.name,
        layout.titles,
        noted(desk, matching, reading, choices),
        ChangeSet(tuple(history.cells), history.added if len(history.added) else None),
        moved,
        {},
        choices,
        new_people(desk, reading, rows, context.options),
        aside_rows(desk, layout, context.grid, problems, aside),
        counts,
        (*notes_of(desk, layout, matching, reading), *history.notes),
        left_out(layout, problems, aside, [ticket or "" for ticket in ids]),
        tuple(history.entries),
    )


def _sort(identity: Identity, aside: set[int], there: set[str]) -> _Sorted:
    rows = _Sorted([], [], [], [])
    taken: set[str] = set()
    for row, ticket in enumerate(identity.ids):
        if row in aside:
            continue
        if row in identity.again and (ticket not in there or ticket in taken):
            rows.gone.append(row)
        elif ticket is None or ticket not in there:
            rows.added.append(row)
        else:
            (rows.again if row in identity.again else rows.updated).append(row)
            taken.add(ticket)
    return rows


def _added(
    context: _Context, values: Values, rows: Sequence[int], identity: Identity, reading: RowReading
) -> tuple[pd.DataFrame, dict[str, int], list[str]]:
    """The new tickets in the file's order, the counters moved on, and what was derived."""
    desk = context.desk
    places = np.array(rows, dtype=np.int64)
    mine: Values = {key: series.take(places).reset_index(drop=True) for key, series in values.items()}
    mine, notes = complete_times(desk, mine, len(rows), context.now)
    without = [place for place, row in enumerate(rows) if identity.ids[row] is None]
    moments: list[datetime] = []
    if without:
        created = mine["created"].take(np.array(without))
        moments = created.dt.tz_convert(desk.zone).dt.tz_localize(None).dt.to_pydatetime().tolist()
    brought = [ticket for ticket in identity.ids if ticket is not None]
    taken = {*brought, *context.tickets.frame.index}
    made, moved = new_ids(IdForm(desk.ids), context.counters, brought, moments, taken)
    new = dict(zip(without, made, strict=True))
    ids = [new.get(place) or str(identity.ids[row]) for place, row in enumerate(rows)]
    mine, more = complete_words(desk, mine, ids, reading.new_choices)
    return table_of(context.tickets.spec, mine, ids).frame, moved, [*notes, *more]
