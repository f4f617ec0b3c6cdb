"""What the journal says about cells: when one last changed, who did it, whether it is a person's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from sheetdesk.table.change import Entry

__all__ = ["Past"]

BY_MACHINE = ("rule", "seed", "upgrade")
FOLLOWS = "rule:times"
"""Who stamps what follows from a person's change: no rule that decides anything."""


class Past:
    """The entries of the tickets `known`, in the journal's order; `more` gives those of others."""

    def __init__(
        self,
        entries: Iterable[Entry],
        known: Collection[str] = (),
        more: Callable[[Collection[str]], Iterable[Entry]] = lambda _: (),
    ) -> None:
        self._by_row: dict[str, list[Entry]] = {}
        self._known = set(known)
        self._more = more
        self._add(entries)

    def need(self, rows: Iterable[str]) -> None:
        """These tickets are going to be asked for."""
        missing = set(rows) - self._known
        if missing:
            self._known |= missing
            self._add(self._more(missing))

    def _add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.kind in ("added", "changed"):
                self._by_row.setdefault(entry.row, []).append(entry)

    def of(self, row: str) -> Sequence[Entry]:
        """All of one ticket's."""
        self.need((row,))
        return self._by_row.get(row, ())

    def changed_at(self, row: str, columns: Collection[str]) -> datetime | None:
        """When one of these cells was last seen to change, or the row to come."""
        found = self._last(row, columns)
        return None if found is None else found.seen_to

    def changed_by(self, row: str, columns: Collection[str]) -> str:
        """Who did that, as far as it was proved; "" where nothing is known."""
        found = self._last(row, columns)
        return "" if found is None else found.by

    def is_peoples(self, row: str, column: str) -> bool:
        """Whether a person changed the cell after a rule had written it."""
        was_rule = False
        is_peoples = False
        for entry in self.of(row):
            if entry.kind == "changed" and entry.column == column and entry.by != FOLLOWS:
                is_rule = entry.why in BY_MACHINE
                is_peoples = was_rule and not is_rule
                was_rule |= is_rule
        return is_peoples

    def is_rules(self, row: str, column: str) -> bool:
        """Whether a rule wrote what the cell holds."""
        for entry in reversed(self.of(row)):
            if entry.kind == "changed" and entry.column == column:
                return entry.why in BY_MACHINE
        return False

    def _last(self, row: str, columns: Collection[str]) -> Entry | None:
        for entry in reversed(self.of(row)):
            if entry.kind == "added" or entry.column in columns:
                return entry
        return None
