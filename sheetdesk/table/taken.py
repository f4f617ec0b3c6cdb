"""What a reading of one table is judged by, and what it comes to: values alone."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sheetdesk.columns.base import Column, Problem
from sheetdesk.desk.desk import Desk, Role, TableSpec
from sheetdesk.table.access import Refusal
from sheetdesk.table.change import CellChange, ChangeSet
from sheetdesk.table.merge import Clash, Merge
from sheetdesk.table.plain import PlainRows, decoded_one
from sheetdesk.table.reading import SheetReading
from sheetdesk.table.table import Table, stored

__all__ = [
    "Conflict",
    "Judge",
    "ReadTable",
    "TakenOver",
    "agreed_rows",
    "change_of",
    "of_a_copy",
    "refusal_of",
    "with_returned",
]


@dataclass(frozen=True)
class Conflict:
    """A cell that two sides changed apart, as plain values: the sheet shows `theirs`."""

    table: str
    row: str
    column: str
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class ReadTable:
    """One table of a sheet as read, beside what was agreed on and what the store holds.

    `base` is as in `now`, the store's table, in the columns that the sheet does not show; `missing`
    were not there at the last reading either, `retyped` have been typed or changed in this very file since
    it was written: who saved the version that is read need not have seen that. `archived` are rows of the
    sheet that the store has put away, as it holds them. `put_over` is what stood where the last write put its
    own without having seen it: row, column, plain value. `again` are cells, by id and column key, read as
    what people typed last into versions that this one was not made from.
    """

    spec: TableSpec
    columns: tuple[Column, ...]
    reading: SheetReading
    base: PlainRows
    missing: frozenset[str]
    now: Table
    retyped: frozenset[str] = frozenset()
    archived: PlainRows = field(default_factory=dict)
    put_over: Sequence[tuple[str, str, Any]] = ()
    again: frozenset[tuple[str, str]] = frozenset()

    @property
    def shown(self) -> frozenset[int]:
        """The positions of the stored columns that were found in the sheet."""
        present = {column.key for column in self.columns} & self.reading.headers.places.keys()
        return frozenset(place for place, key in enumerate(stored(self.spec)) if key in present)


@dataclass(frozen=True)
class Judge:
    """By what a sheet's changes are judged: its role (None: anything goes) and person, when they were
    seen, and whether rows that vanished from it mean anything. `answer` is what somebody said to rows
    that vanished in great number: `accept`, `restore` or nothing. `is_again`: the reading before was an
    earlier run's, so that what was missing then has been missing for a while.
    """

    desk: Desk
    role: Role | None
    person: str | None
    now: datetime
    shows_all: bool
    answer: str = ""
    is_again: bool = True


@dataclass
class TakenOver:
    """What to keep of one table. `people` and `machine` are changes to `table.now`, one after the other.

    `refused` cells hold what was typed, `waiting` ids were not there for the first time, `vanished` ids
    are archived, `restored` ones come back, since the role may not archive them, `naming` rows of the tab get
    an id before they are tickets; `held` counts rows that vanished at once, too many to believe. `after` is
    the table with all changes.
    """

    table: ReadTable
    merged: Merge
    people: ChangeSet = field(default_factory=ChangeSet)
    machine: tuple[CellChange, ...] = ()
    refusals: list[Refusal] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    naming: dict[int, str] = field(default_factory=dict)
    held: int = 0
    after: Table | None = None


def change_of(column: Column, row: str, before: Any, after: Any) -> CellChange:
    """A changed cell, from plain values."""
    return CellChange(row, column.key, decoded_one(before, column.type), decoded_one(after, column.type))


def refusal_of(column: Column, row: str, reason: str, judge: Judge, ours: Any, theirs: Any) -> Refusal:
    title = judge.role.title if judge.role else judge.desk.locale.text("words.sheet")
    change = change_of(column, row, ours, theirs)
    return Refusal(row, column.key, reason, f"{title}: {column.title}", change)


def agreed_rows(
    table: ReadTable,
    stored_base: PlainRows,
    clashes: Sequence[Clash],
    ids: Container[str],
    waiting: Sequence[str],
) -> PlainRows:
    """The base after a reading: what the sheet shows, but for cells that people still have to settle.

    `stored_base` is the base as kept; rows are in it for `ids` that the store has, for those that are
    `waiting`, and as they were for those that the store has no more. Columns that the sheet does not
    show are None.
    """
    shown = table.shown
    hidden = [place for place in range(len(stored(table.spec))) if place not in shown]
    open_cells: dict[str, dict[int, Any]] = {}
    for clash in clashes:
        if clash.column in shown:
            open_cells.setdefault(clash.row, {})[clash.column] = clash.base
    rows: PlainRows = {}
    for name, cells in table.reading.rows.items():
        if name not in ids:
            # Gone from the store, and still shown: until its row is cleared that is no new ticket.
            if name in stored_base:
                rows[name] = stored_base[name]
            continue
        if name in table.reading.identified.frozen:
            if name in stored_base:
                rows[name] = stored_base[name]
            continue
        was = stored_base.get(name)
        others = {place: None if was is None else was[place] for place in hidden}
        # Where nothing was agreed on before, what a person types over what the sheet shows now is an edit.
        if was is not None and name in open_cells:
            others |= open_cells[name]
        rows[name] = cells
        if others:
            rows[name] = tuple(others.get(place, cell) for place, cell in enumerate(cells))
    for name in waiting:
        if name in stored_base:
            rows[name] = stored_base[name]
    return rows


def of_a_copy(read: ReadTable, written: PlainRows) -> ReadTable:
    """The table of a version that may be older than the last reading of its file: a cell that is as it was
    read then, or as it was written first, is nobody's edit.
    """
    base = dict(read.base)
    for name, cells in read.reading.rows.items():
        was, first = base.get(name), written.get(name)
        if was is None or first is None or was in (first, cells):
            continue
        # What the sheet does not show stands in no base.
        base[name] = tuple(
            f if place in read.shown and cell != w else w
            for place, (cell, w, f) in enumerate(zip(cells, was, first, strict=True))
        )
    return replace(read, base=base)


def with_returned(
    base: PlainRows, written: PlainRows, found: Container[str], ours: Container[str]
) -> PlainRows:
    """The base with tickets that were deleted in the sheet, came back from elsewhere, and are `found` in a
    page of the version as it was `written`: whoever had that open saw them so.
    """
    again = [name for name in written if name not in base and name in found and name in ours]
    return base | {name: written[name] for name in again}
