"""The rows of the desk's tables in the database: read, added, changed, archived."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.store import schema
from sheetdesk.table.change import ChangeSet, Entry, apply
from sheetdesk.table.former import former_choices, former_columns, under_current_keys
from sheetdesk.table.plain import decoded, row_texts
from sheetdesk.table.table import Table, stored, table_of

__all__ = [
    "TICKETS", "Cells", "Write", "cells_of", "kept_texts", "read_cells", "small_texts", "table_of_cells",
    "write_rows",
]  # fmt: skip

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

_ROW = (schema.rows.c.table_key == sa.bindparam("table")) & (schema.rows.c.id == sa.bindparam("row"))
_ARCHIVE = schema.rows.update().where(_ROW).values(archived=True)
_CHANGE = schema.rows.update().where(_ROW).values(cells=sa.bindparam("text"))
_ADD = schema.rows.insert()
_DROP_ARCHIVED = schema.rows.delete().where(_ROW, schema.rows.c.archived.is_(True))
_ARCHIVED_IDS = sa.select(schema.rows.c.id).where(
    schema.rows.c.table_key == sa.bindparam("table"), schema.rows.c.archived.is_(True)
)
_LAST = sa.select(sa.func.max(schema.rows.c.number)).where(schema.rows.c.table_key == sa.bindparam("table"))


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


def read_cells(connection: sa.Connection, spec: TableSpec, *, archived: bool = False) -> dict[str, Cells]:
    """The rows of a table that are (or are not) archived, by id, in the order they came.

    What was kept under a column's former key stands under the one it has now.
    """
    return cells_of(spec, kept_texts(connection, spec, archived=archived), archived=archived)


def kept_texts(connection: sa.Connection, spec: TableSpec, *, archived: bool) -> list[tuple[str, str]]:
    """Each row's id and cells as they are kept, in the order the rows came."""
    query = _ARCHIVED if archived else _PRESENT
    return [(row[0], row[1]) for row in connection.execute(query, {"table": spec.key})]


def small_texts(connection: sa.Connection) -> dict[tuple[str, bool], list[tuple[str, str]]]:
    """The same of all tables but the tickets, by table and whether they are archived."""
    found: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for key, archived, row, cells in connection.execute(_SMALL):
        found.setdefault((key, archived), []).append((row, cells))
    return found


def cells_of(spec: TableSpec, found: Sequence[tuple[str, str]], *, archived: bool) -> dict[str, Cells]:
    """The rows that are kept as these texts, by id."""
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
    spec = table.spec
    if changes.removed is not None and len(changes.removed):
        gone = [{"table": spec.key, "row": str(row)} for row in changes.removed.index]
        connection.execute(_ARCHIVE, gone)
    changed = list(dict.fromkeys(cell.row for cell in changes.cells))
    if changed:
        few = table.frame[table.frame.index.isin(changed)]
        after = apply(Table(spec, few), ChangeSet(changes.cells)).frame.loc[changed]
        texts = _with_lost(connection, spec, changed, row_texts(spec, after))
        made = [{"table": spec.key, "row": r, "text": t} for r, t in zip(changed, texts, strict=True)]
        connection.execute(_CHANGE, made)
    if changes.added is not None and len(changes.added):
        _add_rows(connection, spec, changes.added)


def _add_rows(connection: sa.Connection, spec: TableSpec, added: pd.DataFrame) -> None:
    table = {"table": spec.key}
    last = connection.scalar(_LAST, table) or 0
    ids = [str(row) for row in added.index]
    back = set(connection.scalars(_ARCHIVED_IDS, table)).intersection(ids)
    lost = _lost(connection, spec, back)
    if back:
        connection.execute(_DROP_ARCHIVED, [table | {"row": row} for row in back])
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        texts = _joined(part, row_texts(spec, added.iloc[start : start + BATCH]), lost)
        connection.execute(
            _ADD,
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
