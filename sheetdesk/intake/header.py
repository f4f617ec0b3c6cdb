"""Which row is the header, and which rows below it are tickets: people put much else into a table.

Above the header stand titles and remarks; below the tickets totals, page numbers and empty rows. A
header may come again on every printed page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.header import find_header, find_totals
from sheetdesk.desk.titles import letters
from sheetdesk.intake.base import RawGrid

__all__ = ["Layout", "find_layout"]


@dataclass(frozen=True)
class Layout:
    """Where a grid's tickets stand: `titles` by column, the `rows` and their `numbers`.

    Every title is filled and unique: a column without one is called by its letter. `width` is how
    many cells the header itself has; `blank`, `totals` and `repeated` count what was dropped.
    """

    titles: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    width: int
    blank: int
    totals: int
    repeated: int


def find_layout(grid: RawGrid, known: Collection[str]) -> Layout:
    """The layout of a grid; `known` are folded titles that a header is likely to have."""
    rows = grid.rows
    place = grid.header if grid.header is not None else find_header(rows, known)
    header = tuple(rows[place]) if place < len(rows) else ()
    filled = [sum(not blank(cell) for cell in row) for row in rows[place + 1 :]]
    last = max((index for index, count in enumerate(filled) if count), default=-1)
    totals = set() if grid.header is not None else find_totals(rows[place + 1 :], filled, last)
    folded = [plain(cell) for cell in header if not blank(cell)]
    kept, numbers = [], []
    repeated = 0
    for index, row in enumerate(rows[place + 1 :]):
        if not filled[index] or index in totals:
            continue
        if filled[index] == len(folded) and [plain(cell) for cell in row if not blank(cell)] == folded:
            repeated += 1
            continue
        kept.append(row)
        numbers.append(grid.first + place + 1 + index)
    width = max((len(row) for row in (header, *kept)), default=0)
    empties = 0 if grid.first <= 0 else sum(not count for count in filled)
    return Layout(_titles(header, width), kept, numbers, len(header), empties, len(totals), repeated)


def _titles(header: Sequence[Cell], width: int) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    titles = []
    for place in range(width):
        cell = header[place] if place < len(header) else None
        title = f"({letters(place)})" if blank(cell) else " ".join(plain(cell).split())
        seen[title] += 1
        titles.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return tuple(titles)
