"""Cells of which nobody can tell what choice was meant: their title means one by what the sheet calls the
choices, and another by what it calls them besides, or did when they may have been typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetdesk.columns.base import Cell, Column, Problem, Setting, plain
from sheetdesk.table.candidates import UNKNOWN
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import kind_of
from sheetdesk.table.titles import Otherwise
from sheetdesk.table.touched import mend_dependents, read_touched

__all__ = ["ColumnCells", "Doubts", "Rows", "doubtful"]


@dataclass(frozen=True)
class Doubts:
    """What may make a cell doubtful. `otherwise` is what else the sheet may call the choices, `unsure` what
    stood in doubtful cells that are yet to be put back, by id and column. `put_over` is what a write put its
    own over before its titles were read, as (id, place of the column, cell). `in_texts` says of what was
    typed, by id, column key and plain value, whether it names choices by titles that are those of several.
    """

    otherwise: Sequence[Otherwise] = ()
    unsure: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    put_over: Sequence[tuple[str, int, Cell]] = ()
    in_texts: Callable[[str, str, Any], bool] | None = None


@dataclass(frozen=True)
class ColumnCells:
    """A column's cells as they stand at its `place`, what they showed when they were agreed on, and what that
    meant; those that are `bad` hold nothing of their own.
    """

    place: int
    raw: Sequence[Cell]
    showed: Sequence[Any]
    old: list[Any]
    bad: dict[int, Problem]


@dataclass(frozen=True)
class Rows:
    """The rows that are read, by their ids, and the positions of these in the `base`, -1 for none."""

    ids: Sequence[str]
    was: Sequence[int]
    base: PlainRows


def doubtful(
    columns: Sequence[Column],
    read: Mapping[str, list[Any]],
    cells: Mapping[str, ColumnCells],
    doubts: Doubts,
    rows: Rows,
    keys: Sequence[str],
    setting: Setting,
) -> list[tuple[int, str]]:
    """The cells, by position and column key; `read` is what they mean by the `columns`."""
    found: dict[tuple[int, str], None] = {}
    for other in doubts.otherwise:
        now = _read_by(other, columns, read, cells, rows, keys, setting)
        for key, values in now.items():
            for position, (one, two) in enumerate(zip(read[key], values, strict=True)):
                if one is UNKNOWN or one == two:
                    continue
                if other.known.get(rows.ids[position], {}).get(key, UNKNOWN) != one:
                    found[position, key] = None
    for position, name in enumerate(rows.ids) if doubts.unsure else ():
        for key, raw in doubts.unsure.get(name, {}).items():
            if key in cells and plain(cells[key].raw[position]) == raw:
                found[position, key] = None
    if doubts.in_texts is not None:
        for key, own in cells.items():
            for position, name in enumerate(rows.ids):
                is_typed = own.raw[position] != own.showed[position]
                if is_typed and doubts.in_texts(name, key, read[key][position]):
                    found[position, key] = None
    return list(found | dict.fromkeys(_typed_under(columns, cells, doubts, rows, setting)))


def _read_by(
    other: Otherwise,
    columns: Sequence[Column],
    read: Mapping[str, list[Any]],
    cells: Mapping[str, ColumnCells],
    rows: Rows,
    keys: Sequence[str],
    setting: Setting,
) -> dict[str, list[Any]]:
    """What the cells mean by what else the sheet calls the choices."""
    theirs = {column.key: column for column in other.columns if column.key in read}
    now = {key: list(values) for key, values in read.items()}
    for key, column in theirs.items():
        own = cells[key]
        now[key], _ = read_touched(column, own.raw, own.showed, list(own.old), own.bad, setting)
    mend_dependents([theirs.get(column.key, column) for column in columns], now, rows.base, rows.was, keys)
    return now


def _typed_under(
    columns: Sequence[Column],
    cells: Mapping[str, ColumnCells],
    doubts: Doubts,
    rows: Rows,
    setting: Setting,
) -> Iterator[tuple[int, str]]:
    """Cells into which a write put the very word that somebody had just typed there."""
    by_place = {cells[column.key].place: column for column in columns if column.key in cells}
    at = {name: position for position, name in enumerate(rows.ids)} if doubts.put_over else {}
    for name, place, cell in doubts.put_over:
        mine, position = by_place.get(place), at.get(name)
        if mine is None or position is None or plain(cells[mine.key].raw[position]) != plain(cell):
            continue
        theirs = [c for other in doubts.otherwise for c in other.columns if c.key == mine.key]
        meant = [kind_of(c.type).read([cell], c, setting).values.tolist() for c in (mine, *theirs)]
        if any(one != meant[0] for one in meant):
            yield position, mine.key
