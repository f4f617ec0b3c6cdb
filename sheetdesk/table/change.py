"""What alters a table, as a value: `apply(a, diff(a, b)) == b`, `apply(b, diff(a, b).inverse()) == a`.

What people typed, what a rule proposes, what an import brings and what undo plays back are all
ChangeSets; only `apply` makes a new table. Source: Grist's actions with their inverses
(sandbox/grist/actions.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from sheetdesk.table.table import Table

__all__ = ["CellChange", "ChangeSet", "Entry", "apply", "diff", "plain_value", "same_value"]


@dataclass(frozen=True)
class CellChange:
    """One cell: its row's id, its column's key, and the typed values before and after."""

    row: str
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ChangeSet:
    """Changes to one table. `added` and `removed` are frames of whole rows, indexed by id."""

    cells: tuple[CellChange, ...] = ()
    added: pd.DataFrame | None = None
    removed: pd.DataFrame | None = None

    def __bool__(self) -> bool:
        return bool(self.cells) or self.added is not None or self.removed is not None

    def inverse(self) -> ChangeSet:
        """The change that undoes this one."""
        return ChangeSet(
            tuple(replace(c, before=c.after, after=c.before) for c in reversed(self.cells)),
            self.removed,
            self.added,
        )


@dataclass(frozen=True)
class Entry:
    """One journalled change. `column` "" with kind added/removed: `after`/`before` is a whole row.

    Kind refused: somebody typed `after` over `before`, and it was put back, stands there unread, was put over
    in the moment of a write, or was gone before its row was a ticket; the table never had it.

    `seen_from`/`seen_to` (UTC) bound when it happened; both equal where the moment is known. `by` is
    what was proved (`cli:ann`, `sheet:tickets.xlsx`), `why` one of rule, import, sync, undo, seed, upgrade,
    settle, restore, conflict, unread, overtaken.
    """

    table: str
    row: str
    kind: Literal["changed", "added", "removed", "refused"]
    column: str
    before: Any
    after: Any
    seen_from: datetime
    seen_to: datetime
    by: str
    why: str
    run: str = ""
    number: int = 0


def diff(before: Table, after: Table) -> ChangeSet:
    """What turns `before` into `after`: tables of one spec, rows in any order.

    Cells come by column in the table's order, then by row in `after`'s order.
    """
    old, new = before.frame, after.frame
    gone = ~old.index.isin(new.index)
    come = ~new.index.isin(old.index)
    shared = new.index[~come]
    cells: list[CellChange] = []
    left, right = old.loc[shared], new.loc[shared]
    for key in new.columns:
        a, b = left[key], right[key]
        differs = _differs(a, b)
        if differs.any():
            ids = shared[differs]
            pairs = zip(ids, a[differs], b[differs], strict=True)
            cells += [CellChange(row, key, plain_value(x), plain_value(y)) for row, x, y in pairs]
    return ChangeSet(
        tuple(cells),
        new[come] if come.any() else None,
        old[gone] if gone.any() else None,
    )


def _differs(a: pd.Series[Any], b: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    none_a, none_b = a.isna().to_numpy(), b.isna().to_numpy()
    same = (a.array == b.array) if a.dtype != "object" else (a.to_numpy() == b.to_numpy())
    equal = pd.array(same, dtype="boolean").fillna(False).to_numpy(dtype=bool)
    differs: np.ndarray[Any, np.dtype[np.bool_]] = ~(equal | (none_a & none_b)) | (none_a != none_b)
    return differs


def plain_value(value: Any) -> Any:
    """A missing value as None, whatever the dtype calls it; numpy's scalars as Python's."""
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if isinstance(value, np.generic) else value


def same_value(left: Any, right: Any) -> bool:
    """Whether two typed values are equal; missing is equal to missing."""
    left, right = plain_value(left), plain_value(right)
    if left is None or right is None:
        return left is right
    return bool(left == right)


def apply(table: Table, changes: ChangeSet) -> Table:
    """The table after the changes, itself where there are none. Raises ValueError when a row or column to
    change is not there, or a row to add is: a ChangeSet belongs to the table it was made for.
    """
    if not changes:
        return table
    frame = table.frame
    if changes.removed is not None:
        missing = changes.removed.index.difference(frame.index)
        if len(missing):
            raise ValueError(f"cannot remove {missing[0]!r}: no such row")
        frame = frame.drop(index=changes.removed.index)
    if changes.cells:
        frame = _with_cells(frame, changes.cells)
    if changes.added is not None:
        twice = changes.added.index.intersection(frame.index)
        if len(twice):
            raise ValueError(f"cannot add {twice[0]!r}: it is there")
        added = changes.added[list(frame.columns)]
        # An empty frame in a concat would decide the dtypes, and ids would become pandas' own strings.
        if frame.empty:
            frame = added
        elif len(added):
            frame = pd.concat([frame, added])
            frame.index = frame.index.astype("object")
    return Table(table.spec, frame)


def _with_cells(frame: pd.DataFrame, cells: Sequence[CellChange]) -> pd.DataFrame:
    by_column: dict[str, list[CellChange]] = {}
    for cell in cells:
        by_column.setdefault(cell.column, []).append(cell)
    made = frame.copy()
    for key, changed in by_column.items():
        if key not in frame.columns:
            raise ValueError(f"cannot change {key!r}: no such column")
        rows = [cell.row for cell in changed]
        places = frame.index.get_indexer(pd.Index(rows, dtype=object))
        if (places < 0).any():
            raise ValueError(f"cannot change {rows[int(places.argmin())]!r}: no such row")
        values = frame[key].copy()
        after = pd.Series([cell.after for cell in changed], dtype=values.dtype)
        if values.dtype == "object":
            after = after.where(after.notna(), None)
        values.iloc[places] = after.array
        made[key] = values
    return made
