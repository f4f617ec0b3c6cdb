"""What each version of the desk came from, and a table as it was at one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.errors import VersionUnknown
from sheetdesk.store import schema
from sheetdesk.store.journal import read_entries
from sheetdesk.store.rows import read_cells, table_of_cells
from sheetdesk.table.former import former_columns, under_current_keys
from sheetdesk.table.plain import micros_of, moment_at
from sheetdesk.table.table import Table

__all__ = ["Commit", "add_commit", "read_commits", "table_at"]

_LAST = sa.select(sa.func.max(schema.entries.c.number))
_MADE = schema.commits.insert()


@dataclass(frozen=True)
class Commit:
    """The commit that made `version`; `count` entries end with the journal's `last_entry`.

    `run` is "" for all that was committed before the store told commits apart.
    """

    version: int
    run: str
    by: str
    why: str
    moment: datetime
    last_entry: int
    count: int


def add_commit(
    connection: sa.Connection, version: int, *, run: str, by: str, why: str, moment: datetime
) -> None:
    """Remember what made this version; its entries are in the journal already."""
    last = connection.scalar(_LAST) or 0
    micros = micros_of(moment)
    values = {"version": version, "run": run, "by": by, "why": why, "moment": micros, "last_entry": last}
    connection.execute(_MADE, values)


def read_commits(connection: sa.Connection) -> list[Commit]:
    """Every commit that is known, oldest first."""
    commits: list[Commit] = []
    last = 0
    for found in connection.execute(sa.select(schema.commits).order_by(schema.commits.c.version)):
        moment = moment_at(found.moment)
        count = found.last_entry - last
        last = found.last_entry
        commits.append(Commit(found.version, found.run, found.by, found.why, moment, last, count))
    return commits


def table_at(connection: sa.Connection, spec: TableSpec, version: int) -> Table:
    """The table as it stood at a version: the journal played backwards from now.

    Values that were erased since are missing. Rows that have gone since come last. What an event log
    did to `updated` is in no entry, so that column is as the log left it. Raises VersionUnknown.
    """
    commits = schema.commits.c
    now = int(connection.scalar(sa.select(schema.desk.c.version)) or 0)
    first = connection.scalar(sa.select(sa.func.min(commits.version)))
    until = connection.scalar(sa.select(commits.last_entry).where(commits.version == version))
    if until is None:
        # Before the first commit there was nothing.
        if version != 0 or first not in (None, 1):
            raise VersionUnknown(version=version, first=0 if first in (None, 1) else first, last=now)
        until = 0
    former = former_columns(spec)
    rows = {row: dict(cells) for row, cells in read_cells(connection, spec).items()}
    for entry in reversed(list(read_entries(connection, table=spec.key, after=until))):
        if entry.kind == "refused":
            continue
        if entry.kind == "added":
            rows.pop(entry.row, None)
        elif entry.kind == "removed":
            rows[entry.row] = dict(under_current_keys(entry.before or {}, former))
        elif entry.row in rows:
            rows[entry.row][former.get(entry.column, entry.column)] = entry.before
    return table_of_cells(spec, list(rows), list(rows.values()))
