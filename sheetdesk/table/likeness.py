"""How like a column of the desk what stands in a place of a tab is, where its title no longer tells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.table.grid import Area

__all__ = ["comparable", "share_of_cells", "share_of_ids"]

SAMPLE = 200


def share_of_ids(area: Area, known: Collection[str]) -> Callable[[str, int], float]:
    """Which share of the last known ids stands in a place of the tab."""
    sample = list(known)[-SAMPLE:]

    def likeness(_: str, place: int) -> float:
        there = {comparable(cell) for cell in area.grid.column(place)[area.header + 1 : area.last + 1]}
        return sum(name in there for name in sample) / len(sample) if sample else 0.0

    return likeness


def share_of_cells(
    area: Area, ids: int, at: Mapping[str, int], shown: Mapping[str, Sequence[Cell]]
) -> Callable[[str, int], float]:
    """In which share of the last rows whose id is known a place shows what the column showed there.

    Row by row: a column of people's own may well hold the same few words.
    """
    names = area.grid.column(ids)

    def likeness(key: str, place: int) -> float:
        there, showed = area.grid.column(place), shown.get(key, ())
        same = seen = 0
        for row in range(area.last, area.header, -1):
            position = at.get(comparable(names[row])) if showed else None
            if position is not None and showed[position] is not None:
                seen += 1
                same += comparable(there[row]) == comparable(showed[position])
            if seen == SAMPLE:
                break
        return same / seen if seen else 0.0

    return likeness


def comparable(cell: Cell) -> str:
    return "" if blank(cell) else plain(cell)
