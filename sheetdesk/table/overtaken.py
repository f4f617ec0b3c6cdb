"""Cells into which people typed after a sheet was read and before it was written: they never saw what was
written there.

What the sheet shows in such a cell is to be merged with what it showed before both, not with what was
written, or one of two edits would pass for a change of the other.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.columns.base import Cell, Column, Setting, blank, plain
from sheetdesk.table.plain import PlainRows, encoded
from sheetdesk.table.table import kind_of

__all__ = ["Overtaken", "PutOver", "before_writing", "typed_under"]


@dataclass(frozen=True)
class Overtaken:
    """One cell: its tab's title, the id of its row, its column's place (from 0); what it showed `before`,
    and what was `written`. `is_added`: its whole row was to stand where nothing did.
    """

    tab: str
    row: str
    place: int
    before: Cell
    written: Cell
    is_added: bool = False


@dataclass(frozen=True)
class PutOver:
    """What stood in a cell when a write that had not seen it put its own there: its tab's title, the id of
    its row, its column's place (from 0), and the content.
    """

    tab: str
    row: str
    place: int
    cell: Cell


def before_writing(
    base: PlainRows,
    there: Container[str],
    cells: Sequence[Overtaken],
    columns: Mapping[int, Column],
    earlier: Mapping[int, Column],
    keys: Sequence[str],
    setting: Setting,
) -> PlainRows:
    """The base with such cells as they were before; those that were read since stay as they were read. A row
    that was to be added and is not `there` is none that people took away.

    `columns` are the table's by place in the tab, and what they were `earlier`, before that write; `keys` are
    those whose cells the base has, in its order.
    """
    rows: dict[str, list[Any]] = {}
    lost = {cell.row for cell in cells if cell.is_added and cell.row not in there}
    for cell in cells:
        column = columns.get(cell.place)
        if column is None or column.key not in keys or cell.row not in base:
            continue
        position = keys.index(column.key)
        try:
            before = _plain(cell.before, earlier[cell.place], setting)
            written = _plain(cell.written, column, setting)
        except ValueError:
            continue
        if base[cell.row][position] == written:
            rows.setdefault(cell.row, list(base[cell.row]))[position] = before
    kept = {name: row for name, row in base.items() if name not in lost} if lost else base
    return {**kept, **{name: tuple(row) for name, row in rows.items() if name not in lost}}


def typed_under(
    cells: Sequence[PutOver], columns: Mapping[int, Column], keys: Sequence[str], setting: Setting
) -> list[tuple[str, str, Any]]:
    """What was put over, as (row, column, plain value); what cannot be read is as it was typed. `columns` and
    `keys` as in `before_writing`.
    """
    found = []
    for cell in cells:
        column = columns.get(cell.place)
        if column is None or column.key not in keys:
            continue
        try:
            found.append((cell.row, column.key, _plain(cell.cell, column, setting)))
        except ValueError:
            found.append((cell.row, column.key, plain(cell.cell)))
    return found


def _plain(cell: Cell, column: Column, setting: Setting) -> Any:
    """Raises ValueError for what cannot be read."""
    if blank(cell):
        return None
    reading = kind_of(column.type).read([cell], column, setting)
    if reading.problems:
        raise ValueError(cell)
    return encoded(reading.values, column.type)[0]
