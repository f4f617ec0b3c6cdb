"""The rows of the desk's tables in the database: read, added, changed, archived."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.store import schema
from sheetdesk.table.change import ChangeSet, Entry, apply
from sheetdesk.table.former import former_choices, former_columns, under_current_keys
from sheetdesk.table.plain import decoded, row_texts
from sheetdesk.table.table import Table, stored, table_of

__all__ = ["KeptTables", "Write", "read_cells", "read_table", "table_of_cells", "write_rows"]

BATCH = 5_000
IN_ONE_QUERY = 500
TICKETS = "tickets"

# Statements that every sync asks many times are made once: making one costs as much as carrying it out.
_OF_TABLE = (
    sa.select(schema.rows.c.id, schema.rows.c.cells)
    .where(schema.rows.c.table_key == sa.bindparam("table"))
    .order_by(schema.rows.c.number)
)
_ARCHIVED, _PRESENT = (_OF_TABLE.where(schema.rows.c.archived.is_(there)) for there in (True, False))
_SMALL = (
    sa.select(schema.rows.c.table_key, schema.rows.c.archived, schema.rows.c.id, schema.rows.c.cells)
    .where(schema.rows.c.table_key != TICKETS)
    .order_by(schema.rows.c.number)
)


@dataclass(frozen=True)
class Write:
    """Changes to one table, made from the `table` they belong to.

    `entries` replaces the journal entries that the changes would give, for imports that bring their
    own history.
    """

    table: Table
    changes: ChangeSet
    entries: Sequence[Entry] | None = None


Cells = dict[str, Any]
"""One row's plain values by column key; what is missing is left out."""


def read_table(connection: sa.Connection, spec: TableSpec, *, archived: bool = False) -> Table:
    """All rows of a table that are (or are not) archived, in the order they came."""
    cells = read_cells(connection, spec, archived=archived)
    return table_of_cells(spec, list(cells), list(cells.values()))


def read_cells(connection: sa.Connection, spec: TableSpec, *, archived: bool = False) -> dict[str, Cells]:
    """The rows of a table that are (or are not) archived, by id, in the order they came.

    What was kept under a column's former key stands under the one it has now.
    """
    return _cells(spec, _texts(connection, spec, archived=archived), archived=archived)


def _texts(connection: sa.Connection, spec: TableSpec, *, archived: bool) -> list[tuple[str, str]]:
    """Each row's id and cells as they are kept, in the order the rows came."""
    query = _ARCHIVED if archived else _PRESENT
    return [(row[0], row[1]) for row in connection.execute(query, {"table": spec.key})]


def _small_texts(connection: sa.Connection) -> dict[tuple[str, bool], list[tuple[str, str]]]:
    """The same of all tables but the tickets, by table and whether they are archived."""
    found: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for key, archived, row, cells in connection.execute(_SMALL):
        found.setdefault((key, archived), []).append((row, cells))
    return found


def _cells(spec: TableSpec, found: Sequence[tuple[str, str]], *, archived: bool) -> dict[str, Cells]:
    whole: list[Cells] = json.loads(f"[{','.join(row[1] for row in found)}]")
    former = former_columns(spec)
    by_id = {row[0]: under_current_keys(cells, former) for row, cells in zip(found, whole, strict=True)}
    for key, words in former_choices(spec).items() if archived else ():
        # What is archived is not rewritten when a choice gets another key.
        for cells in by_id.values():
            if key in cells:
                cells[key] = words.get(cells[key], cells[key])
    return by_id


def table_of_cells(spec: TableSpec, ids: Iterable[str], cells: Sequence[Cells]) -> Table:
    """The table with these rows; cells of columns that the desk lost are left out."""
    columns = {key: decoded([row.get(key) for row in cells], spec.column(key).type) for key in stored(spec)}
    return table_of(spec, columns, ids)


def write_rows(connection: sa.Connection, table: Table, changes: ChangeSet) -> None:
    """Carry out the changes of a table on its rows; what is removed is archived.

    What a row holds in columns that the desk lost stays: such a column may come back.
    """
    after = apply(table, changes)
    spec, rows = table.spec, schema.rows
    if changes.removed is not None and len(changes.removed):
        archive = (
            rows.update()
            .where(rows.c.table_key == spec.key, rows.c.id == sa.bindparam("row"))
            .values(archived=True)
        )
        connection.execute(archive, [{"row": str(row)} for row in changes.removed.index])
    changed = list(dict.fromkeys(cell.row for cell in changes.cells))
    if changed:
        update = (
            rows.update()
            .where(rows.c.table_key == spec.key, rows.c.id == sa.bindparam("row"))
            .values(cells=sa.bindparam("text"))
        )
        texts = _with_lost(connection, spec, changed, row_texts(spec, after.frame.loc[changed]))
        connection.execute(update, [{"row": r, "text": t} for r, t in zip(changed, texts, strict=True)])
    if changes.added is not None and len(changes.added):
        _add_rows(connection, spec, changes.added)


def _add_rows(connection: sa.Connection, spec: TableSpec, added: pd.DataFrame) -> None:
    rows = schema.rows
    last = connection.scalar(sa.select(sa.func.max(rows.c.number)).where(rows.c.table_key == spec.key)) or 0
    ids = [str(row) for row in added.index]
    archived = (rows.c.table_key == spec.key) & rows.c.archived.is_(True)
    back = set(connection.scalars(sa.select(rows.c.id).where(archived))).intersection(ids)
    lost = _lost(connection, spec, back)
    for row in back:
        connection.execute(rows.delete().where(archived & (rows.c.id == row)))
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        texts = _joined(part, row_texts(spec, added.iloc[start : start + BATCH]), lost)
        connection.execute(
            rows.insert(),
            [
                {"table_key": spec.key, "id": row, "number": last + start + offset + 1,
                 "archived": False, "cells": text}
                for offset, (row, text) in enumerate(zip(part, texts, strict=True))
            ],
        )  # fmt: skip


def _with_lost(connection: sa.Connection, spec: TableSpec, ids: Sequence[str], texts: list[str]) -> list[str]:
    """The rows' texts with what they hold already in columns that the desk lost."""
    return _joined(ids, texts, _lost(connection, spec, ids))


def _lost(connection: sa.Connection, spec: TableSpec, ids: Iterable[str]) -> dict[str, Cells]:
    """What the rows hold in columns that the desk lost; rows that hold nothing there are left out."""
    rows = schema.rows
    known = {*stored(spec), *former_columns(spec)}
    wanted = list(ids)
    found: dict[str, Cells] = {}
    for start in range(0, len(wanted), IN_ONE_QUERY):
        part = wanted[start : start + IN_ONE_QUERY]
        query = sa.select(rows.c.id, rows.c.cells).where(rows.c.table_key == spec.key, rows.c.id.in_(part))
        for row, text in connection.execute(query):
            lost = {key: value for key, value in json.loads(text).items() if key not in known}
            if lost:
                found[row] = lost
    return found


def _joined(ids: Sequence[str], texts: list[str], lost: Mapping[str, Cells]) -> list[str]:
    if not lost:
        return texts
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [
        dump(json.loads(text) | lost[row]) if row in lost else text
        for row, text in zip(ids, texts, strict=True)
    ]


@dataclass(frozen=True)
class _Kept:
    """A table as it was read for some columns, from rows of these ids and texts."""

    columns: object
    found: Sequence[tuple[str, str]]
    table: Table


class KeptTables:
    """Tables as last read, each parsed once while its rows stay as they are: a sync asks for each many
    times, and most commits change one table.
    """

    def __init__(self) -> None:
        self._version = -1
        self._read: set[tuple[str, bool]] = set()
        self._small: dict[tuple[str, bool], list[tuple[str, str]]] | None = None
        self._kept: dict[tuple[str, bool], _Kept] = {}

    def table(self, connection: sa.Connection, spec: TableSpec, version: int, *, archived: bool) -> Table:
        """The table as it stands in the connection's transaction, in which the desk has this version."""
        if version != self._version:
            self._version, self._read, self._small = version, set(), None
        place = spec.key, archived
        kept = self._kept.get(place)
        if kept is not None and kept.table.spec is spec and place in self._read:
            return kept.table
        former = former_choices(spec) if archived else None
        columns = [*((c.key, c.type, c.owner, c.was) for c in spec.columns), former]
        if kept is None or kept.columns != columns or place not in self._read:
            found = self._texts(connection, spec, archived=archived)
            if kept is None or kept.columns != columns or kept.found != found:
                cells = _cells(spec, found, archived=archived)
                kept = _Kept(columns, found, table_of_cells(spec, list(cells), list(cells.values())))
            self._read.add(place)
        if kept.table.spec is not spec:
            # What a choice is called may have changed; what was kept has not.
            kept = replace(kept, table=replace(kept.table, spec=spec))
        self._kept[place] = kept
        return kept.table

    def _texts(
        self, connection: sa.Connection, spec: TableSpec, *, archived: bool
    ) -> Sequence[tuple[str, str]]:
        """Of the small tables, which nearly every run needs, all at once."""
        if spec.key == TICKETS:
            return _texts(connection, spec, archived=archived)
        if self._small is None:
            self._small = _small_texts(connection)
        return self._small.get((spec.key, archived), [])
