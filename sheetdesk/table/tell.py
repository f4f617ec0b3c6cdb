"""Changes in words, for people who read a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Cell, Setting
from sheetdesk.columns.text import whole_text
from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.table.change import Entry
from sheetdesk.table.table import kind_of, series_of

__all__ = ["cell_of", "describe_change", "describe_entry", "shown"]

SIGNS = {"added": "+", "removed": "-", "changed": "~", "refused": "×"}


def shown(desk: Desk, spec: TableSpec, key: str, value: Any) -> str:
    """A typed value as the sheet shows it; `-` for none."""
    if value is None or value is pd.NaT or value != value:
        return "-"
    # What was typed and put back need not be a value of the column.
    if isinstance(value, str) and kind_of(spec.column(key).type).dtype != "object":
        return value
    cell = cell_of(desk, spec, key, value)
    if isinstance(cell, datetime):
        is_date = spec.column(key).type == "date"
        return f"{cell:%Y-%m-%d}" if is_date else f"{cell:%Y-%m-%d %H:%M}"
    return whole_text(cell)


def cell_of(desk: Desk, spec: TableSpec, key: str, value: Any) -> Cell:
    """A typed value as the sheet's cell holds it."""
    column = spec.column(key)
    kind = kind_of(column.type)
    return kind.show(series_of([value], column.type), column, Setting(desk.locale, desk.zone))[0]


def describe_entry(desk: Desk, entry: Entry) -> str:
    """`#7  2026-03-31 14:30  ~ T-00042  Status  New → In progress  (cli:ann, import)`, local time.

    Where the moment is known only as an interval both ends are given; the number only once there is one.
    """
    times = [f"{moment.astimezone(desk.zone):%Y-%m-%d %H:%M}" for moment in (entry.seen_from, entry.seen_to)]
    when = times[1] if times[0] == times[1] else f"{times[0]} – {times[1]}"
    number = f"#{entry.number}  " if entry.number else ""
    return f"{number}{when}  {describe_change(desk, entry)}  ({entry.by}, {entry.why})"


def describe_change(desk: Desk, entry: Entry) -> str:
    """`~ T-00042  Status  New → In progress`; of a whole row every cell."""
    spec = desk.table(entry.table)
    head = f"{SIGNS[entry.kind]} {entry.row}"
    if entry.column and spec.has(entry.column):
        title = spec.column(entry.column).title
        before, after = (shown(desk, spec, entry.column, v) for v in (entry.before, entry.after))
        return f"{head}  {title}  {before} → {after}"
    row = (entry.after if entry.kind == "added" else entry.before) or {}
    cells = [f"{spec.column(k).title}: {shown(desk, spec, k, v)}" for k, v in row.items() if spec.has(k)]
    return f"{head}  {' · '.join(cells)}"
