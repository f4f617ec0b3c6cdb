"""Conflicts that nobody has settled, although by now only one side seems to have changed."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from sheetdesk.desk.desk import TableSpec
from sheetdesk.flows.places import Place
from sheetdesk.store.store import Store
from sheetdesk.table.change import Entry
from sheetdesk.table.plain import encoded_one, plain_rows
from sheetdesk.table.table import stored
from sheetdesk.table.taken import ReadTable

__all__ = ["Contested", "open_conflicts"]


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
