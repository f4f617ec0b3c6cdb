"""Where a desk's columns stand in a sheet, and what people call them there, before and after an upgrade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sheetdesk.columns.base import CellKind, Column
from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.flows.places import Place
from sheetdesk.flows.taking import TakenIn
from sheetdesk.plan.draw import shown_columns
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Fetched
from sheetdesk.table.grid import folded
from sheetdesk.table.touched import is_same_cell

__all__ = ["Layout", "agreed_layout", "as_read", "check_titles", "in_order", "laid_out", "unsettled"]


@dataclass(frozen=True)
class Layout:
    """Where a table's columns stand: places by their new keys, those to come behind all others in `new`;
    `taken` were people's own columns and have the title of one of the desk's; `titles` are those in the
    sheet that are not the desk's.
    """

    places: dict[str, int]
    new: tuple[str, ...]
    taken: tuple[str, ...]
    titles: dict[str, str]
    rows: int
    name: str


def laid_out(
    taken: TakenIn, desk: Desk, columns: Mapping[str, str], place: Place
) -> tuple[Desk, dict[str, Layout]]:
    """The layout of every table in the sheet, and the desk with the titles that people see there."""
    layouts: dict[str, Layout] = {}
    tables = {table.key: table for table in desk.tables}
    for key, done in taken.tables.items():
        reading = done.table.reading
        area = reading.area
        spec = desk.table(key)
        renamed = columns if key == "tickets" else {}
        shown = shown_columns(desk, place.whom) if key == "tickets" else spec.columns
        wanted = {column.key for column in shown}
        standing = {renamed.get(name, name): at for name, at in reading.headers.places.items()}
        places = {name: at for name, at in standing.items() if name in wanted}
        # What people took out of the tickets comes back, but for a title that stands twice: it is there.
        there = reading.headers.doubled if key == "tickets" else [c.key for c in done.table.columns]
        before = {renamed.get(name, name) for name in there}
        coming = [column for column in shown if column.key not in before and column.key not in places]
        own = {folded(title): at for at, title in area.titles.items() if at not in standing.values()}
        taken_over = {c.key: own[folded(c.title)] for c in coming if folded(c.title) in own}
        new = tuple(column.key for column in coming if column.key not in taken_over)
        places |= taken_over
        filled = [at for at, title in area.titles.items() if title]
        right = area.table.right if area.table is not None else max(filled)
        titles = {
            name: area.titles[at]
            for name, at in places.items()
            if area.titles.get(at) and folded(area.titles[at]) != folded(spec.column(name).title)
        }
        places |= {name: right + offset for offset, name in enumerate(new, 1)}
        bottom = area.table.bottom if area.table is not None else area.last
        native = area.table.name if area.table is not None else key
        layouts[key] = Layout(places, new, tuple(taken_over), titles, bottom - area.header, native)
        tables[key] = replace(spec, columns=_as_seen(spec, places, titles))
    return replace(desk, tables=tuple(tables[table.key] for table in desk.tables)), layouts


def _as_seen(spec: TableSpec, places: Mapping[str, int], titles: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns in the order in which they stand in the sheet, pivots need it so, by the titles there."""
    last = max(places.values())
    ordered = sorted(spec.columns, key=lambda column: places.get(column.key, last + 1))
    return tuple(replace(column, title=titles.get(column.key, column.title)) for column in ordered)


def check_titles(taken: TakenIn, desk: Desk, layouts: Mapping[str, Layout]) -> None:
    """Raises PatchRefused where a column of the new `desk` has the title of another one in the sheet.

    Headers keep their titles there, so the next reading would take that other one for it.
    """
    for key, layout in layouts.items():
        area = taken.tables[key].table.reading.area
        there = {folded(title): at for at, title in area.titles.items() if title}
        for column in desk.table(key).columns:
            at = there.get(folded(column.title))
            if column.key in layout.places and at not in (None, layout.places[column.key]):
                raise PatchRefused(part=area.grid.title, reason=_taken_title(column.title))


def _taken_title(title: str) -> Cause:
    return Cause(
        f"the desk file gives a column the title {title}, which another column has there; rename that one in "
        "the sheet first, or write `was:` where it is the same column",
        f"工单台文件中有一列改用标题“{title}”，而表中另一列已用此标题；"
        "请先在表中给那一列改名；若是同一列，请用 was: 注明",
    )


def as_read(taken: TakenIn, old: Desk) -> Desk:
    """The old desk with the titles that people see."""
    tables = []
    for spec in old.tables:
        done = taken.tables.get(spec.key)
        if done is not None:
            places, titles = done.table.reading.headers.places, done.table.reading.area.titles
            columns = tuple(
                replace(c, title=titles.get(places.get(c.key, -1)) or c.title) for c in spec.columns
            )
            spec = replace(spec, columns=columns)
        tables.append(spec)
    return replace(old, tables=tuple(tables))


def in_order(taken: TakenIn, desk: Desk) -> Desk:
    """The desk with the columns of its tables in the order in which they stand in the sheet."""
    tables = []
    for spec in desk.tables:
        done = taken.tables.get(spec.key)
        places = done.table.reading.headers.places if done is not None else {}
        tables.append(replace(spec, columns=_as_seen(spec, places, {})) if places else spec)
    return replace(desk, tables=tuple(tables))


def unsettled(plan: SheetPlan, key: str, layout: Layout, taken: TakenIn) -> list[tuple[str, str, str]]:
    """Where a column that was people's own shows something else than the store holds."""
    reading, planned = taken.tables[key].table.reading, plan.tab(key).table
    if planned is None or not layout.taken:
        return []
    ids = [str(name) for name in planned.columns[planned.index("id")].cells]
    found = []
    for name in layout.taken:
        column = planned.columns[planned.index(name)]
        timed = column.kind in (CellKind.MOMENT, CellKind.DATE)
        for row, want in zip(ids, column.cells, strict=True):
            there = reading.area.grid.cell(reading.places.get(row, -1), layout.places[name])
            if row in reading.places and not is_same_cell(there, want, timed=timed):
                found.append((key, row, name))
    return found


def agreed_layout(
    layouts: Mapping[str, Layout], places: Mapping[str, int], desk: Desk, ready: Fetched
) -> dict[str, Any]:
    """What an agreement says of columns, by their new keys."""
    numbers: dict[str, dict[str, int]] = {}
    columns: dict[str, list[str]] = {}
    for key, layout in layouts.items():
        at = places if key == "tickets" else layout.places
        columns[key] = [column.key for column in desk.table(key).columns if column.key in at]
        native = next(
            (table for grid in ready.grids for table in grid.tables if table.name == layout.name), None
        )
        if native is not None:
            numbers[key] = {
                name: native.column_ids[place - native.left]
                for name, place in at.items()
                if 0 <= place - native.left < len(native.column_ids)
            }
    learned = {key: layout.titles for key, layout in layouts.items()}
    return {"learned": learned, "numbers": numbers, "columns": columns}
