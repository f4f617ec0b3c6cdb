"""What is to be written for a spreadsheet to become as sync wants it: the batch, tab by tab."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import starmap
from typing import Any

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.plan.formula import inputs_of
from sheetdesk.plan.plan import SheetPlan, TablePlan
from sheetdesk.sheets.google.edits import differences, with_cells
from sheetdesk.sheets.google.headers import looks_elsewhere
from sheetdesk.sheets.google.hits import same
from sheetdesk.sheets.google.journal import Planned, PlannedTab
from sheetdesk.sheets.google.read import LiveTab
from sheetdesk.sheets.google.render.dialect import column_letters
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB, overlay_formula
from sheetdesk.sheets.google.render.styles import number_format
from sheetdesk.sheets.google.render.table import worked_out
from sheetdesk.sheets.google.tags import settled, tagged
from sheetdesk.sheets.google.turn import Batch, Put, Turn, blocks_of, turn_number
from sheetdesk.sheets.google.view import View, place_of, planned_in, spilled_in, table_of
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["after", "date_format", "planned", "write_turn"]

SPARE_ROWS = 100
"""So many rows are added at a time where a tab or the sync tab is full."""


def write_turn(turn: Turn, view: View, grids: Sequence[Grid], plan: SheetPlan) -> Batch:
    """The requests that make our tabs show `grids`, where the sync tab is there."""
    sync = view.snapshot.sync_tab
    assert sync is not None
    if not view.snapshot.turns:
        turn.last = turn_number(planned_in(sync).turn)
    for tab, grid in zip(view.snapshot.ours, grids, strict=True):
        table = table_of(tab)
        if table is None:
            puts = [Put(row, column, new) for row, column, _, new in differences(tab.grid, grid, ())]
            _grow(turn, tab, puts)
            turn.pending.append((tab, puts))
            continue
        _write_table(turn, view, tab, table, grid, plan)
        _write_overlay(turn, view, tab, table, grid)
    turn.undone = view.undone
    tags = {(t.sheet_id, row.row, c): tag for t, row, c, tag in turn.plan.tags()} if turn.is_tagged else {}
    for tab, puts in turn.pending:
        tag_of = ((put, tags.get((tab.sheet_id, put.row, put.column), "")) for put in puts)
        turn.put(tab, starmap(_tagged, tag_of) if tags else puts)
    turn.put(sync, turn.kept.values())
    turn.make_room(sync)
    settling = [_settling(find, text) for find, text in view.settling.items()]
    first = [*turn.grown, *turn.hand_on(sync.sheet_id), *settling]
    return Batch((first, turn.copied(sync.sheet_id), turn.requests, *turn.written))


def _tagged(put: Put, tag: str) -> Put:
    return put._replace(formula=tagged(put.value, tag)) if tag and not put.formula else put


def _settling(find: str, text: str) -> dict[str, Any]:
    """A tagged value becomes a plain one, wherever it stands by now."""
    sought = {"find": find, "replacement": text, "allSheets": True, "includeFormulas": True}
    return {"findReplace": {**sought, "matchCase": True, "matchEntireCell": True}}


def _grow(turn: Turn, tab: LiveTab, puts: Sequence[Put]) -> None:
    rows = max((put.row for put in puts), default=-1) + 1
    if rows > tab.rows:
        turn.grow(tab, rows + SPARE_ROWS)


def _write_table(turn: Turn, view: View, tab: LiveTab, table: GridTable, grid: Grid, plan: SheetPlan) -> None:
    """People's and shared columns: each row that is changed is copied before, and the header with it."""
    spilled = spilled_in(tab) | {place for sheet, place in view.broken if sheet == tab.sheet_id}
    puts: list[Put] = []
    rows: dict[int, dict[int, tuple[Cell, Cell]]] = {}
    for row, column, old, new in differences(tab.grid, grid, spilled):
        rows.setdefault(row, {})[column] = (old, new)
        form = date_format(tab, plan, column, old, new)
        puts.append(Put(row, column, new, number_format=form) if form else Put(row, column, new))
    for row, column in view.in_the_way.get(tab.sheet_id, ()):
        rows.setdefault(row, {})[column] = (tab.grid.cell(row, column), None)
        puts.append(Put(row, column, None))
    for place in sorted(place for sheet, place in view.broken if sheet == tab.sheet_id):
        puts.append(_header(view, tab, table, place))
    puts += _worked_out(tab, table, plan)
    restored = {place: title for (sheet, place), title in view.titles.items() if sheet == tab.sheet_id}
    puts += [Put(table.top, place, title) for place, title in restored.items()]
    if not puts:
        return
    _grow(turn, tab, puts)
    if rows or any(put.row == table.top for put in puts):
        turn.planned.append(planned(turn, tab, table, rows, restored))
    turn.pending.append((tab, puts))
    bottom = next((t.bottom for t in grid.tables if t.name == table.name), table.bottom)
    if bottom > table.bottom:
        turn.reach(tab, table, bottom)


def planned(
    turn: Turn,
    tab: LiveTab,
    table: GridTable,
    rows: dict[int, dict[int, tuple[Cell, Cell]]],
    restored: Mapping[int, Cell],
) -> PlannedTab:
    """What is to be done to these rows of a table, each with its cells as they are and are to be, and to its
    header, in which titles come back.
    """
    name = place_of(tab, table.name, "id")
    columns = {column for cells in rows.values() for column in cells}
    left, right = min(table.left, name, *columns), max(table.right, name, *columns)
    span = range(left, right + 1)
    title = place_of(tab, table.name, "title")
    ids, called_by = tab.grid.column(name), tab.grid.column(title) if title in span else ()
    found = []
    for row, cells in sorted(rows.items()):
        own = ids[row] if row < len(ids) else None
        if own is None or name in cells or blank(own):
            found.append(Planned(row, own, cells, tuple(tab.grid.cell(row, column) for column in span)))
            continue
        called = called_by[row] if title not in cells and row < len(called_by) else None
        found.append(Planned(row, own, cells, (), None if blank(called) else called))
    blocks = [(table.top, table.top), *(blocks_of(sorted(rows)) if rows else ())]
    at = [(first, last, turn.place_for(last + 1 - first)) for first, last in blocks]
    # A title that a formula could not show says nothing about where its column is.
    header = ((table.top, column) for column in span)
    titles = tuple(None if spot in tab.grid.errors else tab.grid.cell(*spot) for spot in header)
    dated = tuple(sorted(tab.dated))
    filled = tuple(sorted(spilled_in(tab)))
    known = {row.was[title - left] if row.was and title in span else row.called for row in found} - {None}
    below = tab.grid.columns[title][table.top + 1 :] if known else ()
    counts = Counter(filter(known.__contains__, below))
    common = tuple(cell for cell, count in counts.items() if count > 1)
    return PlannedTab(
        tab.sheet_id,
        table.top,
        left,
        right,
        name,
        dated,
        titles,
        tuple(found),
        tuple(at),
        filled,
        title,
        common,
        tuple((place, tab.marks[place][1], name) for place, name in restored.items() if place in tab.marks),
    )


def date_format(tab: LiveTab, plan: SheetPlan, column: int, old: Cell, new: Cell) -> dict[str, Any] | None:
    """The format of a date that is written where none may be."""
    if not isinstance(new, datetime) or isinstance(old, datetime):
        return None
    mark = tab.marks.get(column, (0, ""))[1]
    if "." not in mark:
        return None
    name, key = mark.split(".", 1)
    try:
        planned = plan.table(name)[1]
        return number_format(planned.columns[planned.index(key)].style.number_format)
    except (KeyError, ValueError):
        return None


def _header(view: View, tab: LiveTab, table: GridTable, place: int) -> Put:
    """The formula of a header that lost it; what people typed over it is its title."""
    block = view.blocks[table.name]
    key = tab.marks[place][1].split(".", 1)[1]
    letters = column_letters(place_of(tab, table.name, "id"))
    typed = tab.grid.cell(table.top, place)
    title = key if blank(typed) else plain(typed)
    number = block.columns.index(key) + 2
    return Put(table.top, place, None, overlay_formula(title, letters, table.top + 1, number, block.left))


def _worked_out(tab: LiveTab, table: GridTable, plan: SheetPlan) -> Iterator[Put]:
    """The formulas of worked-out columns whose header lost its own, or has one that looks at other columns:
    they may have been moved in the moment in which that was written.
    """
    planned = plan.table(table.name)[1]
    places = {column.key: place_of(tab, table.name, column.key) for column in planned.columns}
    filled = spilled_in(tab)
    for column in planned.columns:
        place, formula = places[column.key], column.formula
        if formula is None or any(places[key] < 0 for key in (column.key, *inputs_of(formula))):
            continue
        typed = tab.grid.cell(table.top, place)
        title = column.title if blank(typed) else plain(typed)
        put = Put(table.top, place, None, worked_out(plan, _standing(tab, table, plan), title, formula))
        if place not in filled or looks_elsewhere(tab.grid.formula(table.top, place) or "", put.formula):
            yield put


def _standing(tab: LiveTab, table: GridTable, plan: SheetPlan) -> TablePlan:
    """The table as people have moved its columns, with columns of their own in between."""
    planned = plan.table(table.name)[1]
    found = ((place_of(tab, table.name, column.key), column) for column in planned.columns)
    by_place = {place: column for place, column in found if place >= 0}
    left = min(by_place)
    own = replace(planned.columns[0], key="")
    columns = tuple(by_place.get(place, own) for place in range(left, max(by_place) + 1))
    return replace(planned, top=table.top, left=left, columns=columns)


def _write_overlay(turn: Turn, view: View, tab: LiveTab, table: GridTable, grid: Grid) -> None:
    """What rules write goes into rows of its own, by id; ids that are gone from the sheet make room."""
    block = view.blocks.get(table.name)
    if block is None:
        return
    seen = view.grids[tab.sheet_id]
    name = place_of(tab, table.name, "id")
    ids = grid.column(name)
    rows = dict(block.rows)
    below = range(table.top + 1, grid.rows)
    if ids is not seen.column(name):
        there = {plain(ids[row]) for row in below if not blank(ids[row])}
        for gone in rows.keys() - there:
            place = rows.pop(gone)
            for column in range(block.left, block.left + 1 + len(block.columns)):
                if not blank(block.grid.cell(place, column)):
                    turn.keep(Put(place, column, None))
    taken = set(rows.values())
    free = deque(row for row in range(1, block.end) if row not in taken)
    end = block.end
    for key in block.columns:
        place = place_of(tab, table.name, key)
        if place < 0 or grid.column(place) is seen.column(place):
            continue
        was, now = seen.column(place), grid.column(place)
        for row in below:
            value = now[row] if row < len(now) else None
            if value is (was[row] if row < len(was) else None) or blank(ids[row]):
                continue
            own = plain(ids[row])
            at = rows.get(own)
            if at is None:
                at = free.popleft() if free else end
                end = max(end, at + 1)
                rows[own] = at
            id_spot = at, block.left
            known = turn.kept[id_spot].value if id_spot in turn.kept else block.grid.cell(*id_spot)
            if not same(known, ids[row]):
                # As it stands in its row: the sheet's formulas find no number by a text.
                turn.keep(Put(*id_spot, ids[row]))
            spot = at, block.place(key)
            # What stood there may go with an id that is gone.
            kept = turn.kept[spot].value if spot in turn.kept else block.grid.cell(*spot)
            if not same(kept, value):
                turn.keep(Put(*spot, value))


def after(turn: Turn, view: View, grids: Sequence[Grid]) -> View:
    """The spreadsheet as it is once the batch was applied and hit what it was meant for."""
    found = view.snapshot
    tabs = []
    by_id = dict(zip((tab.sheet_id for tab in found.ours), grids, strict=True))
    for tab in found.tabs:
        grid = by_id.get(tab.sheet_id, tab.grid)
        if tab.title == OVERLAY_TAB:
            grid = with_cells(grid, {(put.row, put.column): put.value for put in turn.kept.values()})
        elif tab.sheet_id in by_id:
            # Which columns a header's formula fills is told by the formula.
            grid = replace(grid, formulas={**grid.formulas, **_headers(tab, view)})
        rows, columns = turn.sizes.get(tab.sheet_id, (tab.rows, tab.columns))
        tabs.append(replace(tab, grid=grid, rows=rows, columns=columns))
    names = (*(name for name in found.names if name not in found.turns), turn.name)
    now = replace(found, tabs=tuple(tabs), turns=(turn.name,), names=names)
    settling = {}
    for _, row, column, tag in turn.plan.tags() if turn.is_tagged else ():
        new = row.cells[column][1]
        settling[tagged(new, tag)] = settled(new)
    settling.pop("", None)
    grids_now = {tab.sheet_id: tab.grid for tab in now.ours}
    return View(now, grids_now, {}, frozenset(), settling, dict(turn.undone))


def _headers(tab: LiveTab, view: View) -> dict[int, list[str | None]]:
    table = table_of(tab)
    if table is None:
        return {}
    mended = {place for sheet, place in view.broken if sheet == tab.sheet_id}
    texts: dict[int, list[str | None]] = {}
    for place in spilled_in(tab) | mended:
        texts[place] = [None] * (table.top + 1)
        texts[place][table.top] = tab.grid.formula(table.top, place) or ""
    return texts
