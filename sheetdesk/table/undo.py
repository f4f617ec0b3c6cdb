"""What takes a run back: a new change that plays the inverse, and what it must leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.table.change import CellChange, ChangeSet, Entry, plain_value, same_value
from sheetdesk.table.table import Table, table_of

__all__ = ["Undoing", "undo_of"]


@dataclass(frozen=True)
class Undoing:
    """The change that takes a run back; `moved` are (row, column) that have changed since."""

    changes: ChangeSet
    moved: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How many cells and rows it changes."""
        rows = sum(len(part) for part in (self.changes.added, self.changes.removed) if part is not None)
        return len(self.changes.cells) + rows


def undo_of(table: Table, entries: Sequence[Entry], later: Sequence[Entry]) -> Undoing:
    """What takes back `entries`, one run's in order, from the table as it stands now.

    `later` are the entries of other runs that came after: a row added by the run and changed since
    stays, and so does a cell whose value is no longer what the run made it, or whose row has gone.
    """
    touched = {entry.row for entry in later}
    present = set(table.frame.index)
    moved: dict[tuple[str, str], None] = {}
    gone: list[str] = []
    back: dict[str, dict[str, Any]] = {}
    cells: dict[tuple[str, str], CellChange] = {}
    added = {entry.row for entry in entries if entry.kind == "added"}
    for entry in reversed(entries):
        if entry.kind == "refused":
            continue
        key = (entry.row, entry.column)
        if entry.kind == "added":
            if entry.row in touched:
                moved[key] = None
            elif entry.row in present:
                gone.append(entry.row)
        elif entry.kind == "removed":
            if entry.row in present and entry.row not in gone:
                moved[key] = None
            else:
                back[entry.row] = dict(entry.before or {})
        elif entry.row in back:
            # The run changed the row before it removed it.
            back[entry.row][entry.column] = entry.before
        elif entry.row in added:
            continue
        elif entry.row in present and entry.column in table.frame.columns:
            now = cells[key].after if key in cells else plain_value(table.frame.at[key])
            if same_value(now, entry.after):
                first = cells[key].before if key in cells else now
                cells[key] = CellChange(entry.row, entry.column, first, entry.before)
            else:
                moved[key] = None
        else:
            moved[key] = None
    frame = None
    if back:
        columns = {c.key: [row.get(c.key) for row in back.values()] for c in table.spec.columns}
        frame = table_of(table.spec, columns, back).frame
    removed = table.frame.loc[gone] if gone else None
    return Undoing(ChangeSet(tuple(cells.values()), frame, removed), tuple(moved))
