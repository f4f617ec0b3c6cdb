"""Conflicts that nobody has settled, although by now only one side seems to have changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from sheetdesk.desk.desk import TableSpec
from sheetdesk.flows.looking import Before
from sheetdesk.flows.places import Place
from sheetdesk.store.bases import as_written
from sheetdesk.store.store import Store
from sheetdesk.table.change import Entry
from sheetdesk.table.plain import encoded_one, plain_rows
from sheetdesk.table.table import stored
from sheetdesk.table.taken import ReadTable, TakenOver

__all__ = ["Contested", "contested_after", "open_conflicts", "shown_again"]

MOST_TYPED = 8
"""So many values of a cell that is not settled are remembered."""

Facts = dict[str, dict[str, dict[str, Mapping[str, Any]]]]


class Contested:
    """Whether a cell of a sheet still shows what was a conflict that nobody has settled since: the store's
    value came back to what both began with, or there was no such value and the sheet's counts as seen. Asked
    only where it matters.
    """

    def __init__(self, store: Store, place: Place, read: ReadTable) -> None:
        self._store = store
        self._actor = place.actor
        self._read = read

    def __contains__(self, cell: object) -> bool:
        return cell in self._open

    @cached_property
    def _open(self) -> frozenset[tuple[str, int]]:
        spec, base, theirs = self._read.spec, self._read.base, self._read.reading.rows
        ours = plain_rows(self._read.now)
        apart = {row for row, cells in theirs.items() if row in base and cells != ours.get(row, cells)}
        places = {key: position for position, key in enumerate(stored(spec))}
        found = set()
        for (row, key), entry in open_conflicts(self._store, spec, apart, self._actor).items():
            at = places.get(key)
            if at is None or encoded_one(entry.after) != theirs[row][at]:
                continue
            if encoded_one(entry.before) != base[row][at]:
                found.add((row, at))
        return frozenset(found)


def open_conflicts(
    store: Store, spec: TableSpec, rows: Collection[str], actor: str
) -> dict[tuple[str, str], Entry]:
    """The last conflict of each cell (row, column) that a sheet was told to have, as far as the journal
    knows of no end: that it was settled, or that the ticket came to hold what the sheet shows.
    """
    rows = {entry.row for entry in store.entries([spec], rows=rows, whys=["conflict"])}
    found: dict[tuple[str, str], Entry] = {}
    for entry in store.entries([spec], rows=rows):
        spot = entry.row, entry.column
        known = found.get(spot)
        if entry.why == "conflict" and entry.by == actor:
            found[spot] = entry
        elif known is None:
            continue
        elif entry.why == "settle" or (entry.kind != "refused" and entry.after == known.after):
            del found[spot]
    return found


def shown_again(before: Before, read: ReadTable) -> ReadTable:
    """The table as if cells that people have yet to settle showed what was typed last, where its version was
    not made from one that does and nobody typed in them: whoever saved it had not seen that.
    """
    spec, rows = read.spec, read.reading.rows
    places = {key: position for position, key in enumerate(stored(spec))}
    newest, written = before.newest[spec.key].rows, before.written[spec.key].rows
    base, again = dict(read.base), set()
    for row, cells in before.agreement.contested.get(spec.key, {}).items():
        for key, facts in cells.items():
            at, shown = places.get(key, -1), rows.get(row)
            # Of rows that nobody can tell apart none is shown anything.
            if shown is None or row not in read.reading.places or at not in read.shown:
                continue
            if row not in base or row not in newest:
                continue
            if before.stamp > facts["since"] or (before.is_live and before.stamp == facts["read"]):
                continue
            *earlier, last = facts["typed"]
            if shown[at] == last or shown[at] not in (
                base[row][at],
                written.get(row, base[row])[at],
                *earlier,
            ):
                continue
            rows[row] = _with(shown, at, last)
            # By what both began with it stays open; a write may have agreed on the store's value since.
            base[row] = _with(base[row], at, facts.get("was", newest[row][at]))
            again.add((row, key))
    return replace(read, base=base, again=frozenset(again)) if again else read


def contested_after(before: Before, tables: Mapping[str, TakenOver], *, is_replica: bool) -> Facts:
    """The cells that people have yet to settle after a reading; one beside the file settles none."""
    known = before.agreement.contested
    made: Facts = {}
    for table in known.keys() | tables.keys():
        if is_replica or table not in tables:
            made[table] = {row: dict(cells) for row, cells in known.get(table, {}).items()}
        for clash in tables[table].merged.clashes if table in tables else ():
            key = stored(tables[table].table.spec)[clash.column]
            facts = known.get(table, {}).get(clash.row, {}).get(key, {})
            earlier = facts.get("typed", [])
            if earlier[-1:] != [clash.theirs]:
                typed = [*(value for value in earlier if value != clash.theirs), clash.theirs][-MOST_TYPED:]
                since = as_written(before.agreement.stamp)
                facts = {"typed": typed, "read": before.stamp, "since": since, "was": clash.base}
            made.setdefault(table, {}).setdefault(clash.row, {})[key] = facts
    return {table: rows for table, rows in made.items() if rows}


def _with(cells: tuple[Any, ...], at: int, value: Any) -> tuple[Any, ...]:
    return (*cells[:at], value, *cells[at + 1 :])
