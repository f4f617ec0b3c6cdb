"""Whose value the store holds in a cell: a person's, or what rules and a ticket's beginning put there."""

from __future__ import annotations

from sheetdesk.store.store import Store
from sheetdesk.table.table import stored
from sheetdesk.table.taken import ReadTable

__all__ = ["ByRules"]


class ByRules:
    """Whether what the store holds in a cell is no person's: it was last written by a rule, or the row got it
    by itself when it became a ticket, and the sheet never showed it. Asked only where it matters.
    """

    def __init__(self, store: Store, read: ReadTable) -> None:
        self._store = store
        self._spec = read.spec
        self._keys = stored(read.spec)
        self._base = read.base
        self._known: dict[str, dict[str, str]] = {}

    def __contains__(self, cell: object) -> bool:
        if not isinstance(cell, tuple):
            return False
        row, position = cell
        if row not in self._known:
            entries = self._store.entries([self._spec], row=row)
            self._known[row] = {entry.column: entry.why for entry in entries if entry.kind == "changed"}
        why = self._known[row].get(self._keys[position])
        was = self._base.get(row)
        return why == "rule" or (why is None and was is not None and was[position] is None)
