"""Where the header of what was planned stands by now, and each column under it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.google.journal import PlannedTab
from sheetdesk.table.grid import Grid, folded

__all__ = ["beside", "header_of", "looks_elsewhere", "titles_in"]

PLACE = re.compile(r"\$[A-Z]{1,3}\$\d+(?::\$[A-Z]{1,3}(?![A-Z0-9$]))?", re.IGNORECASE)
"""A cell or column as a header's formula names one of its own tab: `$B$1`, `$B$1:$B`."""


def header_of(tab: PlannedTab, grid: Grid) -> int:
    """The row of the header of what was planned, as the tab stands now."""
    native = next((table for table in grid.tables if table.left <= tab.id_column <= table.right), None)
    return native.top if native is not None else tab.header


def titles_in(columns: Sequence[Sequence[Cell]], header: int) -> list[str]:
    """The folded titles in a row of a tab."""
    return [folded(column[header]) if header < len(column) else "" for column in columns]


def beside(places: Sequence[int | None], left: int) -> list[int]:
    """Where columns are that were at `left` and behind it, those of unknown title (None) moved as the one
    before them has: a value that goes back into the wrong one of two is seen there, and not lost.
    """
    moved = [None if at is None or at < 0 else at - column for column, at in enumerate(places, left)]
    known = [shift for shift in moved if shift is not None]
    shift = known[0] if known else 0
    found = []
    for column, (at, seen) in enumerate(zip(places, moved, strict=True), left):
        shift = shift if seen is None else seen
        found.append(column + shift if at is None else at)
    return found


def looks_elsewhere(found: str, wanted: str) -> bool:
    """Whether a header's formula is the wanted one but for the places that it names. One that says anything
    else is a person's.
    """
    texts = ["".join(text.removeprefix("=").split()).upper() for text in (found, wanted)]
    said, meant = (PLACE.sub("$", text) for text in texts)
    return said == meant and texts[0] != texts[1]
