"""The sheets of a desk that were made: where each is, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sheetdesk.store import schema

__all__ = ["SheetState", "drop_sheet", "keep_sheet", "read_sheets"]


@dataclass(frozen=True)
class SheetState:
    """A sheet that was built or adopted: where it is, and for which role, person or view.

    `address` is a path from the desk's folder, or a whole one.
    """

    key: str
    address: str
    role: str = ""
    person: str = ""
    view: str = ""


def read_sheets(connection: sa.Connection) -> list[SheetState]:
    """Every sheet that was made, by key."""
    found = connection.execute(sa.select(schema.sheets).order_by(schema.sheets.c.key))
    return [SheetState(**row) for row in found.mappings()]


def keep_sheet(connection: sa.Connection, state: SheetState) -> None:
    """Remember that there is a sheet."""
    connection.execute(schema.sheets.delete().where(schema.sheets.c.key == state.key))
    connection.execute(schema.sheets.insert().values(**vars(state)))


def drop_sheet(connection: sa.Connection, key: str) -> None:
    """Forget a sheet and all that was agreed on with it."""
    connection.execute(schema.bases.delete().where(schema.bases.c.sheet == key))
    connection.execute(schema.own_cells.delete().where(schema.own_cells.c.sheet == key))
    connection.execute(schema.agreements.delete().where(schema.agreements.c.sheet == key))
    connection.execute(schema.troubles.delete().where(schema.troubles.c.sheet == key))
    connection.execute(schema.sheets.delete().where(schema.sheets.c.key == key))
