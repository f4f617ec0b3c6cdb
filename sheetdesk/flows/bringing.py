"""A sheet brought up to the store: what to write into it after its people's edits were taken in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sheetdesk.columns.base import Cell, Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.flows.layouts import as_read, in_order
from sheetdesk.flows.opening import TABLES, OpenDesk
from sheetdesk.flows.places import stamp_of
from sheetdesk.flows.retitling import retitled_cells
from sheetdesk.flows.taking import TakenIn
from sheetdesk.plan.draw import draw
from sheetdesk.plan.edit_lists import edit_lists
from sheetdesk.plan.edit_table import edit_table, formula_titles
from sheetdesk.plan.machinery import KEY, read_stamp, stale_lists, stamp_places
from sheetdesk.plan.plan import ColumnPlan, SheetPlan
from sheetdesk.sheets.base import Drawn
from sheetdesk.sheets.xlsx.dialect import Writer
from sheetdesk.store.bases import as_written, next_stamp
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.grid import cell_name
from sheetdesk.table.own_cells import OwnCells, own_edits
from sheetdesk.table.plain import decoded_one, plain_rows
from sheetdesk.table.seed import with_tables
from sheetdesk.table.table import Table, stored
from sheetdesk.table.tell import cell_of

__all__ = ["Writing", "bring_up"]

DRAWN = ("dashboard", "pivots")
"""The tabs that show what the tickets come to: drawn anew when the tickets have changed."""


@dataclass
class Writing:
    """What is to be written to a sheet, as of the desk's `version`; `stamp` is the base it will carry, `desk`
    the one by which it is drawn.

    `drawing` is what tabs are drawn anew by where columns stand in another order than in `plan`, None
    elsewhere. `no_room` are tickets for which there is no row. `is_stale`: the tickets have changed since the
    dashboard and pivots were drawn, as of version `drawn`.
    """

    desk: Desk
    plan: SheetPlan
    version: int
    stamp: int
    edits: list[TabEdits] = field(default_factory=list)
    no_room: list[str] = field(default_factory=list)
    drawn: int = 0
    is_stale: bool = False
    drawing: SheetPlan | None = None

    @property
    def count(self) -> int:
        """How many cells of tables it writes."""
        return sum(len(edits.cells) for edits in self.edits if edits.tab != KEY)

    @property
    def redrawn(self) -> Drawn | None:
        """The tabs to draw anew, None where they show what the tickets come to."""
        present = {tab.key for tab in self.plan.tabs}
        tabs = tuple(key for key in DRAWN if key in present)
        return Drawn(tabs, self.drawn, self.version) if self.is_stale else None


def bring_up(
    opened: OpenDesk, taken: TakenIn, problems: Sequence[Problem], now: datetime, *, ids_only: bool = False
) -> Writing:
    """What to write so that the sheet shows what the store holds, but for what people must settle.

    `ids_only`: only the ids of rows that have none.
    """
    with opened.store.snapshot() as at:
        version, lineage = at.version, at.lineage
        desk = with_tables(opened.desk, at.table(opened.desk.table("choices")))
        tables = {key: at.table(desk.table(key)) for key in ("tickets", *TABLES)}
        own = at.own_cells(taken.place.key)
    place = taken.place
    number = next_stamp(taken.agreement.stamp)
    if taken.agreement.promised and not place.sheet.is_live:
        # In the base that is left out, which no file carries, are rows of copies as they were typed.
        number = next_stamp(number)
    stamp = stamp_of(
        desk,
        lineage,
        place.state,
        place.whom,
        base=number,
        version=version,
        now=now,
    )
    # An old copy that returned shows older ones than were drawn last.
    shown = min(_drawn(taken) or version, taken.agreement.drawn)
    is_stale = shown < version and not ids_only and not place.sheet.is_live
    # What is drawn speaks of columns as people call them there.
    seen = as_read(taken, desk)
    drawn = partial(draw, tables=tables, now=now, audience=place.whom, problems=problems, stamp=stamp)
    plan = drawn(desk if seen == desk else seen, tables_alone=not is_stale)
    writing = Writing(desk, plan, version, number, is_stale=is_stale)
    ordered = in_order(taken, seen) if is_stale else seen
    if ordered != seen:
        writing.drawing = drawn(ordered, tables_alone=False)
    for key in taken.tables:
        if ids_only:
            writing.edits.append(_names(taken, key))
        else:
            _edit_one(writing, taken, key, tables, own.get(key, {}))
    if not ids_only:
        grid = taken.found.grid(KEY)
        called = stale_lists(writing.plan, grid) if grid is not None else ()
        writing.edits.append(TabEdits(KEY, tuple(CellEdit(*cell) for cell in called)))
        writing.edits += edit_lists(writing.plan, taken.found.grids)
    writing.edits = [edits for edits in writing.edits if edits]
    # One that carries another base than the newest could not be told from an old copy for ever.
    if writing.edits or writing.is_stale or taken.found.is_worn or _stamp_is_old(taken):
        facts = ("base", "version", "drawn") if writing.is_stale else ("base", "version")
        writing.edits += _stamp_edits(taken, {key: str(stamp[key]) for key in facts})
        writing.drawn = _drawn(taken)
    return writing


def _edit_one(writing: Writing, taken: TakenIn, key: str, tables: dict[str, Table], own: OwnCells) -> None:
    """One table's cells; `own` is what people's own columns held."""
    done = taken.tables[key]
    reading = done.table.reading
    planned = writing.plan.tab(key).table
    if planned is None:
        return
    table = formula_titles(planned, reading)
    native = reading.area.table
    writer = Writer(writing.plan, replace(table, name=native.name if native else table.name))

    def formula(column: ColumnPlan) -> str:
        return writer.text(column.formula)[1:] if column.formula is not None else ""

    skip = {(conflict.row, conflict.column) for conflict in taken.conflicts if conflict.table == key}
    # A row that may not be added stays as it was typed; its cells are nobody's to clear.
    kept = {name for name in reading.places if name not in tables[key].frame.index} & _refused(taken)
    ours = plain_rows(tables[key])
    spec = done.table.spec
    positions = {name: position for position, name in enumerate(stored(spec))}

    def means(row: str, column: str) -> bool:
        if column not in positions or row not in ours:
            return False
        return bool(reading.rows[row][positions[column]] == ours[row][positions[column]])

    found = edit_table(
        table, reading, skip, formula, means=means, without={*done.waiting, *kept},
        fills_gaps=taken.place.whom.is_copy,
    )  # fmt: skip
    named = _names(taken, key)
    come = {name: row for name, row in found.places.items() if name in own and name not in reading.places}
    again = [
        CellEdit(
            reading.places[row], reading.headers.places[column], cell_of(taken.desk, spec, column, value)
        )
        for row, column in sorted(done.table.again & skip)
        for value in [decoded_one(reading.rows[row][positions[column]], spec.column(column).type)]
    ]
    called = [] if key == "choices" else retitled_cells(writing.desk, taken, key, kept)
    cells = (*named.cells, *found.edits.cells, *again, *called, *own_edits(own, reading, come))
    writing.edits.append(replace(found.edits, cells=cells))
    writing.no_room += found.no_room


def _names(taken: TakenIn, key: str) -> TabEdits:
    """The ids of rows that are new; those that stand alone and are another row's go."""
    done = taken.tables[key]
    reading = done.table.reading
    column = reading.headers.places["id"]
    cells = [CellEdit(place, column, name) for place, name in done.naming.items()]
    cells += [CellEdit(place, column, None) for place in reading.identified.stray]
    return TabEdits(reading.area.grid.title, tuple(cells))


def _refused(taken: TakenIn) -> set[str]:
    return {refusal.row for refusal in taken.refusals if refusal.reason == "add"}


def _stamp_edits(taken: TakenIn, stamp: dict[str, str]) -> list[TabEdits]:
    """The stamp in the hidden tab; a sheet that lost the tab goes without."""
    grid = taken.found.grid(KEY)
    if grid is None:
        return []
    cells = [
        CellEdit(row, 1, _typed(was, stamp[key]))
        for key, (row, was) in stamp_places(grid).items()
        if key in stamp
    ]
    return [TabEdits(KEY, tuple(cells))]


def _stamp_is_old(taken: TakenIn) -> bool:
    grid = taken.found.grid(KEY)
    base = read_stamp(grid).get("base", "") if grid is not None else ""
    return bool(base) and base != str(as_written(taken.agreement.stamp)) and not taken.held


def _drawn(taken: TakenIn) -> int:
    """The version whose dashboard and pivots the sheet shows, as its stamp says."""
    grid = taken.found.grid(KEY)
    number = read_stamp(grid).get("drawn", "") if grid is not None else ""
    return int(number) if number.isdigit() and len(number) < 10 else 0


def _typed(was: Cell, text: str) -> Cell:
    return float(text) if isinstance(was, int | float) and text.isdigit() else text


def room_problems(taken: TakenIn, ids: Collection[str]) -> list[Problem]:
    """Tickets that wait in the store because there is no row for them."""
    done = taken.tables["tickets"]
    area = done.table.reading.area
    below = area.table.bottom if area.table is not None else area.last
    expected = taken.desk.locale.text("expected.room")
    where = cell_name(below + 1, done.table.reading.headers.places["id"])
    return [
        Problem("no_room", "id", "", expected, ticket=name, cell=where, tab=area.grid.title) for name in ids
    ]
