"""Tabs drawn as text, as people leave them, and what was agreed on before.

A line is a row, `|` stands between cells and `.` for nothing. A number or a time is one unless `'` stands
before it; `#N/A` is an error, `=5` a formula that shows 5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sheetdesk.columns.base import Cell, Column, Setting
from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.desk.ids import IdForm
from sheetdesk.table.grid import Area, Grid, GridTable, find_area, folded
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.reading import Known, SheetReading, read_grid
from sheetdesk.table.table import stored
from tests.table import DESK

NUMBER = re.compile(r"-?\d+(\.\d+)?$")
TIME = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d+)?)?)?$")
SETTING = Setting(DESK.locale, DESK.zone, people=frozenset(person.name for person in DESK.people))


def drawn_cell(text: str) -> Cell:
    """What a word of the drawing stands for."""
    if text in ("", "."):
        return None
    if NUMBER.match(text):
        return float(text)
    if TIME.match(text):
        return datetime.fromisoformat(text)
    return text.removeprefix("'").replace("\\s", " ")


def drawn(
    text: str,
    *,
    title: str = "Tickets",
    native: bool = False,
    last: int | None = None,
    totals: bool = False,
    numbers: tuple[int, ...] | None = None,
    merged: tuple[tuple[int, int, int, int], ...] = (),
) -> Grid:
    """A tab. `native`: its first row that has anything begins a table down to the row `last`."""
    lines = [[word.strip() for word in line.strip().split("|")] for line in text.strip("\n").split("\n")]
    width = max(map(len, lines))
    words = [line + ["."] * (width - len(line)) for line in lines]
    columns = [[drawn_cell(word.removeprefix("=")) for word in column] for column in zip(*words, strict=True)]
    formulas = {
        place: ["F" if word.startswith("=") else None for word in column]
        for place, column in enumerate(zip(*words, strict=True))
        if any(word.startswith("=") for word in column)
    }
    errors = frozenset(
        (row, place) for row, line in enumerate(words) for place, word in enumerate(line) if word == "#N/A"
    )
    tables: tuple[GridTable, ...] = ()
    if native:
        top = next(row for row, line in enumerate(lines) if any(word not in ("", ".") for word in line))
        bottom = len(lines) - 1 - totals if last is None else last
        tables = (
            GridTable("tickets", top, 0, bottom, width - 1, numbers or tuple(range(1, width + 1)), totals),
        )
    return Grid(title, len(lines), columns, formulas, errors, merged, tables)


def area_of(grid: Grid, spec: TableSpec = DESK.tickets) -> Area:
    """Where the table stands in it."""
    weights = {
        folded(column.title): 3 if column.key == "id" else 1 for column in spec.columns if column.key in SHOWN
    }
    area = find_area([grid], spec.key, [spec.title], weights)
    assert area is not None
    return area


SHOWN = ("id", "title", "status", "owner", "due", "satisfaction")


def columns_of(*keys: str, desk: Desk = DESK) -> list[Column]:
    """Columns of the tickets."""
    return [desk.column(key) for key in keys or SHOWN]


def agreed(*, desk: Desk = DESK, **tickets: Mapping[str, Any]) -> PlainRows:
    """Plain rows: `T_001={"title": "ink"}`; times are local texts."""
    keys = stored(desk.tickets)
    return {
        name.replace("_", "-"): tuple(_plain(desk, key, cells.get(key)) for key in keys)
        for name, cells in tickets.items()
    }


def _plain(desk: Desk, key: str, value: Any) -> Any:
    if desk.column(key).type == "moment" and isinstance(value, str):
        moment = datetime.fromisoformat(value).replace(tzinfo=desk.zone)
        return round(moment.timestamp() * 1_000_000)
    return value


def read_drawn(
    grid: Grid, base: PlainRows, *, ours: PlainRows | None = None, keys: tuple[str, ...] = SHOWN,
    desk: Desk = DESK, **more: Any,
) -> SheetReading:  # fmt: skip
    """The reading of a drawn tab."""
    form = IdForm(desk.ids)
    known = Known(base, base if ours is None else ours, is_valid=lambda text: form.parse(text) is not None)
    setting = replace(SETTING, locale=desk.locale, zone=desk.zone)
    return read_grid(
        area_of(grid, desk.tickets),
        desk.tickets,
        columns_of(*keys, desk=desk),
        setting,
        replace(known, **more),
    )


def told(reading: SheetReading, desk: Desk = DESK) -> dict[str, dict[str, Any]]:
    """What each ticket holds, without what is missing."""
    keys = stored(desk.tickets)
    return {
        name: {key: value for key, value in zip(keys, cells, strict=True) if value is not None}
        for name, cells in reading.rows.items()
    }
