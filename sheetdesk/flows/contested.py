"""Conflicts that nobody has settled, although by now only one side seems to have changed."""

from __future__ import annotations

from functools import cached_property

from sheetdesk.flows.places import Place
from sheetdesk.store.store import Store
from sheetdesk.table.plain import encoded_one
from sheetdesk.table.table import stored
from sheetdesk.table.taken import ReadTable

__all__ = ["Contested"]


class Contested:
    """Whether a cell of a sheet still shows what was a conflict, while the store's value, which it was in
    conflict with, has come back to what both began with: somebody typed that knowingly. Asked only where it
    matters.
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
        changed = {row for row, cells in theirs.items() if row in base and cells != base[row]}
        places = {key: position for position, key in enumerate(stored(spec))}
        found = set()
        for entry in self._store.entries([spec], rows=changed, whys=["conflict", "settle"]):
            if entry.column not in places:
                continue
            spot = entry.row, places[entry.column]
            found.discard(spot)
            if entry.why == "conflict" and entry.by == self._actor:
                was, now = base[spot[0]][spot[1]], theirs[spot[0]][spot[1]]
                if encoded_one(entry.after) == now and encoded_one(entry.before) != was:
                    found.add(spot)
        return frozenset(found)
