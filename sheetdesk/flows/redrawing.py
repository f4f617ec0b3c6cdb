"""A sheet's next version under a changed desk: worked out whole in memory, before anything is changed.

Where people left columns, rows and tabs is taken from a reading under the old desk; what shall stand
there comes from a drawing under the new one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.errors import PackageBroken
from sheetdesk.flows.layouts import Layout, agreed_layout, as_read, check_titles, laid_out, unsettled
from sheetdesk.flows.listing import problems_of
from sheetdesk.flows.migrating import Migration
from sheetdesk.flows.opening import TABLES
from sheetdesk.flows.places import Place, stamp_of
from sheetdesk.flows.taking import TakenIn
from sheetdesk.plan.draw import draw
from sheetdesk.plan.edit_lists import edit_lists
from sheetdesk.plan.edit_table import edit_table
from sheetdesk.plan.lay_out import lay_out
from sheetdesk.plan.machinery import KEY, read_stamp, stamp_places
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, TabPlan
from sheetdesk.sheets.base import Fetched
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.dialect import Writer
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.patch.columns import NewColumn, add_columns
from sheetdesk.sheets.xlsx.patch.upgrade import TabUpgrade, upgrade_tab
from sheetdesk.sheets.xlsx.patch.whole import patch
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.sheets.xlsx.transplant.whole import drawn_alone, transplant
from sheetdesk.sheets.xlsx.transplant.workbook import Workbook
from sheetdesk.store.bases import next_stamp
from sheetdesk.table.change import Entry
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.headers import Headers
from sheetdesk.table.reading import SheetReading
from sheetdesk.table.table import Table

__all__ = ["Redrawn", "redraw"]

SAID = ("guide", "definitions")
DRAWN = ("dashboard", "pivots", *SAID)
"""Tabs that only sheetdesk draws; where people have changed one it stays as it is."""


@dataclass
class Redrawn:
    """A sheet's next version. `layout` is what is to be agreed on about its columns, `as_they_are` the
    titles of drawn tabs that people have changed, `own_titles` columns that keep people's title.
    `unsettled` are cells (table, row, column) of a column that was people's own until now, which show
    something else than the store holds: the next sync decides on them.
    """

    place: Place
    taken: TakenIn
    ready: Fetched
    stamp: int
    version: int
    fresh: Package
    layout: dict[str, Any]
    written: int = 0
    as_they_are: list[str] = field(default_factory=list)
    own_titles: list[str] = field(default_factory=list)
    unsettled: list[tuple[str, str, str]] = field(default_factory=list)


def redraw(
    place: Place,
    taken: TakenIn,
    old: tuple[Desk, Mapping[str, Table]],
    made: Migration,
    columns: Mapping[str, str],
    refused: Collection[Entry],
    lineage: str,
    folder: Path,
    now: datetime,
) -> Redrawn:
    """The next version of the sheet at `place` (as the new desk has it), read as `taken` under the `old`.

    `columns` are the new keys of renamed columns, `refused` what was put back lately. Raises PatchRefused,
    TabTangled, PackageBroken.
    """
    version, number = made.version + 1, next_stamp(taken.agreement.stamp)
    archive: Archive = taken.found.content.archive
    titled, layouts = laid_out(taken, made.desk, columns, place)
    check_titles(taken, made.desk, layouts)
    stamp = stamp_of(titled, lineage, place.state, place.whom, base=number, version=version, now=now)
    problems = problems_of(made.desk, made.tables, refused, [_renamed(taken, made.desk, columns)])
    plan = draw(titled, made.tables, now, audience=place.whom, problems=problems, stamp=stamp)
    was = draw(as_read(taken, old[0]), old[1], now, audience=taken.place.whom)
    is_drawn = _is_drawn(archive)
    layout = layouts["tickets"]
    new = [key for key in layout.new if is_drawn or not _is_worked_out(plan, key)]
    places = {key: at for key, at in layout.places.items() if key in new or key not in layout.new}
    table = plan.tab("tickets").table
    if is_drawn and table is not None:
        reading = taken.tables["tickets"].table.reading
        area = reading.area
        laid = partial(lay_out, key="tickets", tab=area.grid.title, header=area.header, rows=layout.rows)
        change = TabUpgrade(
            area.grid.title,
            area.header,
            laid(was, places=reading.headers.places),
            laid(plan, places=places),
            {key: _formula(plan, key, layout.name) for key in new},
        )
        archive = upgrade_tab(archive, change)
    elif new:
        archive = _plain_columns(archive, taken, plan, new)
    found = _in_memory(archive)
    edits = []
    left_open: list[tuple[str, str, str]] = []
    for key, one in layouts.items():
        at = places if key == "tickets" else one.places
        edits.append(_edits(plan, key, one, at, taken, found, made))
        left_open += unsettled(plan, key, one, taken)
    edits += edit_lists(plan, found.grids)
    if not is_drawn:
        edits += _stamp_edits(found, stamp)
    archive = patch(archive, [edit for edit in edits if edit])
    # What nobody may change in a copy is not taken in from there, and is lost only where its tab is.
    there = {grid.title for grid in found.grids}
    listed = {tab.key for tab in plan.tabs if tab.protected and tab.title in there}
    lost = {tab.key for tab in plan.tabs if tab.key in TABLES} - taken.tables.keys() - listed
    fresh = render_package(plan, lost)
    left: list[str] = []
    if is_drawn:
        drawn = read_stamp(grid).get("drawn", "") if (grid := found.grid(KEY)) is not None else ""
        kept = folder / "kept" / "drawn" / f"{Path(place.state.address).stem}.{drawn or '-'}.xlsx"
        archive, left = _with_drawn(archive, plan, was, fresh, kept, lost)
    return Redrawn(
        place,
        taken,
        _in_memory(archive),
        number,
        version,
        fresh,
        agreed_layout(layouts, places, made.desk, _in_memory(archive)),
        sum(len(edit.cells) for edit in edits if edit.tab != KEY),
        left,
        sorted(set(layout.titles) & {c.key for c in made.desk.tickets.columns}),
        left_open,
    )


def _renamed(taken: TakenIn, desk: Desk, columns: Mapping[str, str]) -> TakenIn:
    """The reading with its problems by the new keys, but for those in columns that are the desk's no more or
    come back.
    """
    lost = {columns.get(key, key) for key in taken.tables["tickets"].table.reading.headers.lost}
    keys = {column.key for table in desk.tables for column in table.columns} - lost | {""}
    named = [replace(p, column=columns.get(p.column, p.column)) for p in taken.problems]
    return replace(taken, problems=[p for p in named if p.column in keys])


def _is_drawn(archive: Archive) -> bool:
    """Whether sheetdesk drew the workbook; one that was only adopted has none of its names."""
    book = Workbook.of(_package(archive))
    return any((node.get("name") or "").startswith("sd_") for node in book.names())


def _package(archive: Archive) -> Package:
    def part(name: str) -> Any:
        return lambda: [archive.bytes(name)]

    return Package({name: part(name) for name in archive.names()})


def _is_worked_out(plan: SheetPlan, key: str) -> bool:
    table = plan.tab("tickets").table
    return table is not None and table.columns[table.index(key)].formula is not None


def _formula(plan: SheetPlan, key: str, name: str) -> str:
    """A worked-out column's formula, without `=`, as it reads in the sheet's own table."""
    table = plan.tab("tickets").table
    if table is None:
        return ""
    column = table.columns[table.index(key)]
    writer = Writer(plan, replace(table, name=name))
    return writer.text(column.formula)[1:] if column.formula is not None else ""


def _plain_columns(archive: Archive, taken: TakenIn, plan: SheetPlan, new: list[str]) -> Archive:
    """The new columns of a sheet that was adopted: titles only, people give them their looks."""
    area = taken.tables["tickets"].table.reading.area
    table = plan.tab("tickets").table
    titles = {column.key: column.title for column in table.columns} if table is not None else {}
    return add_columns(archive, area.grid.title, area.header, [NewColumn(titles[key]) for key in new])


def _edits(
    plan: SheetPlan,
    key: str,
    layout: Layout,
    places: Mapping[str, int],
    taken: TakenIn,
    found: Fetched,
    made: Migration,
) -> TabEdits:
    """The cells of one table that differ from the plan."""
    done = taken.tables[key]
    reading = done.table.reading
    planned = plan.tab(key).table
    title = reading.area.grid.title
    grid = next((grid for grid in (*found.grids, *found.rest()) if grid.title == title), None)
    if planned is None or grid is None:
        return TabEdits(title)
    native = next((table for table in grid.tables if table.name == layout.name), None)
    back = {at: name for name, at in places.items()}
    held = {(row, back[_at(reading, name)]) for row, name in reading.held if _at(reading, name) in back}
    held |= {(row, name) for name in layout.taken for row in range(grid.rows)}
    renamed = made.lists if key == "choices" else {}
    now = replace(
        reading,
        area=replace(reading.area, grid=grid, table=native),
        headers=Headers(dict(places)),
        places={renamed.get(name, name): row for name, row in reading.places.items()},
        held=held,
    )
    writer = Writer(plan, replace(planned, name=layout.name))

    def formula(column: ColumnPlan) -> str:
        return writer.text(column.formula)[1:] if column.formula is not None else ""

    is_copy = taken.place.whom.is_copy
    return edit_table(planned, now, (), formula, without=done.waiting, fills_gaps=is_copy).edits


def _at(reading: SheetReading, name: str) -> int:
    return reading.headers.places.get(name, -1)


def _stamp_edits(found: Fetched, stamp: Mapping[str, Any]) -> list[TabEdits]:
    """The whole stamp, in a sheet whose hidden tab holds nothing else."""
    grid = found.grid(KEY)
    if grid is None:
        return []
    cells = [
        CellEdit(row, 1, str(stamp[key]) if isinstance(was, str) or was is None else float(stamp[key]))
        for key, (row, was) in stamp_places(grid).items()
        if key in stamp
    ]
    return [TabEdits(KEY, tuple(cells))]


def _with_drawn(
    archive: Archive, plan: SheetPlan, was: SheetPlan, fresh: Package, kept: Path, lost: Collection[str]
) -> tuple[Archive, list[str]]:
    """The drawn tabs anew, `lost` ones too, and the titles of those that people have changed, which stay."""
    live = _package(archive)
    there = {tab.title.casefold() for tab in Workbook.of(live).tabs}
    had = {tab.key for tab in was.tabs}
    titles = {KEY: KEY}
    left = []
    for tab in plan.tabs:
        if tab.key not in DRAWN and tab.key not in lost:
            continue
        # A drawn one that was there and is gone, people have removed.
        is_there = tab.title.casefold() in there
        comes = tab.key in lost or tab.key not in had
        if is_there:
            # What shows no tickets a sync left as it was, and keeps it as it would draw it by now.
            comes = _is_alone(live, lambda: Package.read(kept), tab) or (
                tab.key in SAID and _is_alone(live, lambda: render_package(was), tab)
            )
        if comes:
            titles[tab.title] = tab.title
        elif is_there:
            left.append(tab.title)
    return archive.with_parts(transplant(live, fresh, titles)), left


def _is_alone(live: Package, drawn: Callable[[], Package], tab: TabPlan) -> bool:
    try:
        return drawn_alone(live, drawn(), (tab.title, tab.title))
    except (FileNotFoundError, PackageBroken):
        return False


def _in_memory(archive: Archive) -> Fetched:
    buffer = io.BytesIO()
    archive.write(buffer)
    return fetched_of(buffer.getvalue())
