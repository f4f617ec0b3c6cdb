"""What was last agreed on with each sheet: its rows by stamp, and what its columns were called.

A sheet carries a stamp, the number of the base that it was last made equal to. A base's row holds from
the stamp `since` on and until another takes its place, so that an old copy of a file that comes back
still finds its own base; what is then agreed on with the old copy holds for its stamp alone.

A file carries an even stamp: its base is what was written. The odd number behind it is what was last
read of that file since; people's copies of it may be older than that reading. A number that no file
carries has rows of versions beside it as they were typed, before the file shows them as tickets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.errors import StoreMoved
from sheetdesk.store import schema
from sheetdesk.store.own_cells import write_own_cells
from sheetdesk.store.parsed import KeptRows
from sheetdesk.table.own_cells import OwnCells
from sheetdesk.table.plain import PlainRows, micros_of, moment_at
from sheetdesk.table.table import stored

__all__ = [
    "Agreement",
    "Base",
    "BaseRows",
    "BaseWrite",
    "as_read",
    "as_written",
    "next_stamp",
    "read_agreement",
    "read_base",
    "read_later",
    "write_agreement",
]

BATCH = 2_000
FOR_EVER = 2**31 - 1

# Statements that every sync asks many times are made once: making one costs as much as carrying it out.
_AGREEMENT = sa.select(schema.agreements).where(schema.agreements.c.sheet == sa.bindparam("sheet"))
_SERIAL = sa.select(schema.agreements.c.serial).where(schema.agreements.c.sheet == sa.bindparam("sheet"))
_FIRST = schema.agreements.insert()
_CHANGE = schema.agreements.update().where(
    schema.agreements.c.sheet == sa.bindparam("of_sheet"),
    schema.agreements.c.serial == sa.bindparam("of_serial"),
)
_ROWS = (
    sa.select(schema.bases.c.row_id, schema.bases.c.cells, schema.bases.c.missing, schema.bases.c.table_key)
    .where(
        schema.bases.c.sheet == sa.bindparam("sheet"),
        schema.bases.c.since <= sa.bindparam("stamp"),
        schema.bases.c.until > sa.bindparam("stamp"),
    )
    .order_by(schema.bases.c.place)
)
_ROWS_OF_ONE = _ROWS.where(schema.bases.c.table_key == sa.bindparam("table"))
_THERE = (
    (schema.bases.c.sheet == sa.bindparam("of_sheet"))
    & (schema.bases.c.table_key == sa.bindparam("of_table"))
    & (schema.bases.c.since <= sa.bindparam("at"))
    & (schema.bases.c.until > sa.bindparam("at"))
)
_ROW_THERE = _THERE & (schema.bases.c.row_id == sa.bindparam("of_row"))
_BEGUN_HERE = schema.bases.delete().where(_ROW_THERE & (schema.bases.c.since == sa.bindparam("at")))
_ENDED_HERE = schema.bases.update().where(_ROW_THERE).values(until=sa.bindparam("at"))
_MADE = schema.bases.insert()


@dataclass(frozen=True)
class Agreement:
    """How things stand with one sheet. `serial` counts its changes, `stamp` its newest base.

    `seen` is the digest of the file last read and `seen_at` when, `made` the digests of files that
    sheetdesk may have put in place since, `sources` what each was made from, and made to replace. `learned`
    are titles that people gave, `numbers` the program's column numbers, by table and column key. `held`
    says why nothing is written to the sheet until somebody says how to go on; `answer` is what they said.
    `drawn` is the desk's version that its dashboard and pivots show. `level` is the digest of a file that
    shows all the store holds at that version and leaves nothing open, `listed` that of the problems which
    it lists. `tabs` has the title of the tab in which each table was last found, `columns` the keys of
    those that were ever found in it. `promised` are rows that have ids which nobody has seen in the file:
    those that got them in the newest one made, which are no tickets until it is read, and those of copies
    beside it; by table and id, the plain cells by column key. `begun` are such that were read, in a file with
    the stamp `begun_at` (0 where that was an old one), and are in none that was made. `contested` are cells
    that people have yet to settle, by table, id and column key: plain values as they were `typed`, the last
    of them `read` at a stamp, and what it `was` on both sides; versions with one above `since` show it.
    `left` are cells that the last write left as people typed them, as it read them, `unsure` what they
    showed where nobody could tell which choice was meant, and what is yet to be put back, both by table, id
    and column key.
    """

    sheet: str
    serial: int = 0
    stamp: int = 0
    seen: str = ""
    seen_at: datetime | None = None
    made: tuple[str, ...] = ()
    learned: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    held: str = ""
    answer: str = ""
    drawn: int = 0
    level: str = ""
    listed: str = ""
    tabs: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    promised: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    begun: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    begun_at: int = 0
    contested: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]] = field(default_factory=dict)
    left: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    unsure: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Base:
    """The rows of one table as agreed on at a stamp, and which were not there at the last reading."""

    rows: PlainRows = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BaseWrite:
    """A table's base at a stamp: `now`, where the store has `before`. For a new stamp, which the
    agreement then has, `before` is the newest base there is. `own` are rows of which people's own columns
    hold something else than is kept.
    """

    spec: TableSpec
    stamp: int
    before: Base
    now: Base
    own: OwnCells = field(default_factory=dict)


def as_read(stamp: int) -> int:
    """The base of what was last read of the file with this stamp."""
    return stamp | 1


def as_written(stamp: int) -> int:
    """The base of what was written into the file that this base belongs to: the stamp it carries."""
    return stamp & ~1


def next_stamp(stamp: int) -> int:
    """The stamp of the next file to be written."""
    return as_read(stamp) + 1


def read_agreement(connection: sa.Connection, sheet: str) -> Agreement:
    """How things stand with a sheet; a new one that nothing was agreed on with."""
    found = connection.execute(_AGREEMENT, {"sheet": sheet}).one_or_none()
    if found is None:
        return Agreement(sheet)
    facts = json.loads(found.facts)
    seen_at = None if found.seen_at is None else moment_at(found.seen_at)
    made = tuple(facts.pop("made"))
    return Agreement(sheet, found.serial, found.stamp, found.seen, seen_at, made, **facts)


BaseRows = dict[tuple[str, int], dict[str, list[tuple[str, str, bool]]]]
"""Bases as they are kept, by sheet and stamp: the rows of each table, with their cells as text."""


def read_base(
    connection: sa.Connection,
    sheet: str,
    spec: TableSpec,
    stamp: int,
    kept: KeptRows,
    at: BaseRows | None = None,
) -> Base:
    """What the sheet and the store agreed on when the sheet got this stamp, by the keys of today.

    `at`: what this very transaction has read, of all tables of a sheet at once.
    """
    place = {"sheet": sheet, "stamp": stamp}
    if at is None:
        rows = connection.execute(_ROWS_OF_ONE, {**place, "table": spec.key})
        found = [(row, cells, gone) for row, cells, gone, _ in rows]
    else:
        if (sheet, stamp) not in at:
            by_table = at[sheet, stamp] = {}
            for row, cells, gone, key in connection.execute(_ROWS, place):
                by_table.setdefault(key, []).append((row, cells, gone))
        found = at[sheet, stamp].get(spec.key, [])
    cells_of = kept.rows(sheet, spec, [cells for _, cells, _ in found])
    names = (row for row, _, _ in found)
    return Base(
        dict(zip(names, cells_of, strict=True)), frozenset(row for row, _, is_missing in found if is_missing)
    )


def read_later(connection: sa.Connection, sheet: str, spec: TableSpec, stamp: int) -> PlainRows:
    """The rows that a sheet got after this stamp, each as it was agreed on first."""
    bases = schema.bases.c
    mine = (bases.sheet == sheet) & (bases.table_key == spec.key)
    there = sa.select(bases.row_id).where(mine, bases.since <= stamp, bases.until > stamp)
    query = (
        sa.select(bases.row_id, bases.cells)
        .where(mine, bases.since > stamp, bases.row_id.not_in(there))
        .order_by(bases.since)
    )
    rows: PlainRows = {}
    for row_id, cells in connection.execute(query):
        if row_id not in rows:
            rows[row_id] = tuple(map(json.loads(cells).get, stored(spec)))
    return rows


def write_agreement(
    connection: sa.Connection,
    agreement: Agreement,
    bases: Iterable[BaseWrite] = (),
) -> Agreement:
    """Keep the agreement and the bases; the agreement as it stands then.

    Raises StoreMoved when another run changed the agreement since it was read.
    """
    made = replace(agreement, serial=agreement.serial + 1)
    facts = {
        "made": made.made, "sources": made.sources, "learned": made.learned, "numbers": made.numbers,
        "held": made.held, "answer": made.answer, "drawn": made.drawn, "level": made.level,
        "listed": made.listed, "tabs": made.tabs, "columns": made.columns, "promised": made.promised,
        "begun": made.begun, "begun_at": made.begun_at, "contested": made.contested,
        "left": made.left, "unsure": made.unsure,
    }  # fmt: skip
    values = {
        "sheet": made.sheet,
        "serial": made.serial,
        "stamp": made.stamp,
        "seen": made.seen,
        "seen_at": None if made.seen_at is None else micros_of(made.seen_at),
        "facts": json.dumps(facts, ensure_ascii=False),
    }
    # Compared and set in one statement, which waits for whoever is changing it.
    change = {"of_sheet": made.sheet, "of_serial": agreement.serial, **values}
    if not agreement.serial:
        try:
            connection.execute(_FIRST, values)
        except sa.exc.IntegrityError as error:
            raise StoreMoved(expected=0, found=1) from error
    elif not connection.execute(_CHANGE, change).rowcount:
        found = connection.scalar(_SERIAL, {"sheet": agreement.sheet})
        raise StoreMoved(expected=agreement.serial, found=found or 0)
    for write in bases:
        _write_base(connection, made.sheet, write, made.stamp)
        write_own_cells(connection, made.sheet, write.spec.key, write.own)
    return made


def _write_base(connection: sa.Connection, sheet: str, write: BaseWrite, newest: int) -> None:
    """Only the rows that differ: the old one ends at this stamp, the new one starts there.

    At a stamp before the `newest` it holds for that stamp alone: what later versions of the sheet show
    has not changed because an old one was read.
    """
    spec, stamp, before, now = write.spec, write.stamp, write.before, write.now
    changed = {row: None for row, cells in now.rows.items() if before.rows.get(row) != cells}
    changed |= {row: None for row in now.missing ^ before.missing if row in now.rows}
    touched = [*changed, *(row for row in before.rows if row not in now.rows)]
    if not touched:
        return
    place = {"of_sheet": sheet, "of_table": spec.key, "at": stamp}
    after = []
    if stamp < newest:
        bases = schema.bases
        for start in range(0, len(touched), BATCH):
            part = bases.c.row_id.in_(touched[start : start + BATCH])
            query = sa.select(bases).where(_THERE, part, bases.c.until > stamp + 1)
            found = connection.execute(query, place)
            after += [dict(row._mapping) | {"since": stamp + 1} for row in found]
    rows = [place | {"of_row": row} for row in touched]
    connection.execute(_BEGUN_HERE, rows)
    connection.execute(_ENDED_HERE, rows)
    keys = stored(spec)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    places = {row: place for place, row in enumerate(now.rows)}
    made = [
        {
            "sheet": sheet, "table_key": spec.key, "row_id": row, "since": stamp,
            "until": stamp + 1 if stamp < newest else FOR_EVER,
            "place": places[row], "missing": row in now.missing,
            "cells": dump({k: v for k, v in zip(keys, now.rows[row], strict=True) if v is not None}),
        }
        for row in changed
    ]  # fmt: skip
    if made or after:
        connection.execute(_MADE, [*made, *after])
