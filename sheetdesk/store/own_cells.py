"""What people's own columns of a sheet held in each row when it was last read there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sheetdesk.columns.base import Cell
from sheetdesk.store import schema
from sheetdesk.table.own_cells import OwnCells

__all__ = ["OwnRows", "read_own_cells", "write_own_cells"]

OwnRows = dict[str, dict[str, dict[str, Cell]]]
"""Cells by table, the row's id and the column's title."""

_OF_SHEET = sa.select(
    schema.own_cells.c.table_key, schema.own_cells.c.row_id, schema.own_cells.c.cells
).where(schema.own_cells.c.sheet == sa.bindparam("sheet"))


def read_own_cells(connection: sa.Connection, sheet: str) -> OwnRows:
    """All that is kept of a sheet."""
    found: OwnRows = {}
    for table, row, cells in connection.execute(_OF_SHEET, {"sheet": sheet}):
        known = {title: _cell(cell) for title, cell in json.loads(cells).items()}
        found.setdefault(table, {})[row] = known
    return found


def write_own_cells(connection: sa.Connection, sheet: str, table: str, rows: OwnCells) -> None:
    """Keep these rows in place of what was kept of them; one without cells is kept no longer."""
    if not rows:
        return
    own = schema.own_cells
    mine = (own.c.sheet == sheet) & (own.c.table_key == table) & (own.c.row_id == sa.bindparam("of_row"))
    connection.execute(own.delete().where(mine), [{"of_row": row} for row in rows])
    made = [
        {"sheet": sheet, "table_key": table, "row_id": row, "cells": _text(cells)}
        for row, cells in rows.items()
        if cells
    ]
    if made:
        connection.execute(own.insert(), made)


def _text(cells: Mapping[str, Cell]) -> str:
    plain = {
        title: {"at": cell.isoformat()} if isinstance(cell, datetime) else cell
        for title, cell in cells.items()
    }
    return json.dumps(plain, ensure_ascii=False)


def _cell(found: Any) -> Cell:
    return datetime.fromisoformat(found["at"]) if isinstance(found, dict) else found
