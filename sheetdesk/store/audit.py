"""Whether the journal is whole and the tables are what it says: the chain, the values, the rows, the heads.

Nobody can take an entry out of the middle unseen. Whoever may write the database could still cut off
its end or write all of it anew: against that a head is kept elsewhere and must still lie on the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.store import schema
from sheetdesk.store.journal import broken_entry, read_entries
from sheetdesk.store.rows import Cells, read_cells
from sheetdesk.table.former import former_columns, under_current_keys
from sheetdesk.table.table import stored

__all__ = ["Audit", "Head", "audit", "head_of"]

NOT_JOURNALLED = ("updated",)
"""An event log's own entries leave this column out: it is the time of the last of them."""


@dataclass(frozen=True)
class Head:
    """The journal's end at some moment: the last entry's `number`, its chain as hex, the store's lineage.

    Number 0 and digest "" for a journal without entries.
    """

    number: int
    digest: str
    lineage: str


@dataclass(frozen=True)
class Audit:
    """What was found. `broken` is the first entry that does not hold; `differing` are (table, row, column)
    that stand otherwise than the journal says, column "" for a whole row; `strange` are heads off the chain.
    """

    entries: int
    erased: int
    broken: int | None
    differing: tuple[tuple[str, str, str], ...]
    strange: tuple[Head, ...]

    @property
    def is_whole(self) -> bool:
        return self.broken is None and not self.differing and not self.strange


def head_of(connection: sa.Connection) -> Head:
    """The journal's head as it is now."""
    facts = schema.entries.c
    lineage = str(connection.scalar(sa.select(schema.desk.c.lineage)))
    newest = sa.select(facts.number, facts.chain).order_by(facts.number.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    return Head(0, "", lineage) if last is None else Head(int(last[0]), bytes(last[1]).hex(), lineage)


def audit(connection: sa.Connection, specs: Sequence[TableSpec], heads: Sequence[Head]) -> Audit:
    """Hold the journal against itself, against the tables of these specs, and against earlier heads."""
    erased = _erased(connection)
    now = head_of(connection)
    strange = tuple(head for head in heads if not _lies_on(connection, head, now))
    differing = [found for spec in specs for found in _differing(connection, spec, erased)]
    return Audit(now.number, len(erased), broken_entry(connection), tuple(differing), strange)


def _erased(connection: sa.Connection) -> frozenset[int]:
    facts, values = schema.entries, schema.entry_values
    gone = sa.select(facts.c.number).outerjoin(values).where(values.c.number.is_(None))
    return frozenset(int(number) for number in connection.scalars(gone))


def _lies_on(connection: sa.Connection, head: Head, now: Head) -> bool:
    if head.lineage != now.lineage:
        return False
    chain = connection.scalar(sa.select(schema.entries.c.chain).where(schema.entries.c.number == head.number))
    return head.digest == ("" if chain is None else bytes(chain).hex()) and (
        chain is not None or head.number == 0
    )


def _differing(
    connection: sa.Connection, spec: TableSpec, erased: frozenset[int]
) -> list[tuple[str, str, str]]:
    """Where the rows are not what the journal, played from its beginning, comes to.

    What was erased cannot be played, so it is not compared.
    """
    played, unknown = _played(connection, spec, erased)
    there = read_cells(connection, spec)
    found: list[tuple[str, str, str]] = []
    keys = [key for key in stored(spec) if key not in NOT_JOURNALLED]
    for row in dict.fromkeys([*there, *played]):
        if (row, "") in unknown:
            continue
        if row not in there or row not in played:
            found.append((spec.key, row, ""))
            continue
        found += [
            (spec.key, row, key)
            for key in keys
            if there[row].get(key) != played[row].get(key) and (row, key) not in unknown
        ]
    return found


def _played(
    connection: sa.Connection, spec: TableSpec, erased: frozenset[int]
) -> tuple[dict[str, Cells], set[tuple[str, str]]]:
    """The rows the journal comes to, and the (row, column) it no longer can tell; "" is a whole row."""
    rows: dict[str, Cells] = {}
    unknown: set[tuple[str, str]] = set()
    former = former_columns(spec)
    for entry in read_entries(connection, table=spec.key):
        known = entry.number not in erased
        if entry.kind == "refused":
            continue
        if entry.kind == "removed":
            rows.pop(entry.row, None)
            # Even when its own values are gone: the row is, too.
            unknown.discard((entry.row, ""))
        elif entry.kind == "added":
            rows[entry.row] = dict(under_current_keys(entry.after or {}, former))
            unknown = {place for place in unknown if place[0] != entry.row}
            if not known:
                unknown.add((entry.row, ""))
        elif entry.row in rows:
            column = former.get(entry.column, entry.column)
            rows[entry.row][column] = entry.after
            (unknown.discard if known else unknown.add)((entry.row, column))
    return rows, unknown
