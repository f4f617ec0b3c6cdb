"""Which column of a tab is which column of the desk: by title, by what it was called, by what it holds.

An exact title beats a learned one, that beats the program's own column number, that beats content. A
column that cannot be told for sure is frozen: neither read nor written. Columns that are no column of
the desk are people's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetdesk.columns.base import Column
from sheetdesk.table.grid import Area, folded

__all__ = ["Headers", "find_columns"]

ENOUGH = 0.6


@dataclass
class Headers:
    """`places` by column key. `renamed` has the titles people gave, `doubled` the places of a title
    that stands twice, `lost` the columns that are not there.
    """

    places: dict[str, int] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def find_columns(
    area: Area,
    columns: Sequence[Column],
    learned: Mapping[str, str],
    numbers: Mapping[str, int],
    likeness: Callable[[str, int], float],
) -> Headers:
    """Where each of the desk's `columns` stands in the area.

    `learned` are titles that people gave before, `numbers` the program's column numbers, both by key;
    `likeness` says which share of a key's last known values stands in a place (0 where unknown).
    """
    found = Headers()
    by_title: dict[str, list[int]] = {}
    for place, title in area.titles.items():
        if title:
            by_title.setdefault(folded(title), []).append(place)
    ids = _numbered(area)
    left = list(columns)
    for words in (
        lambda c: (c.title,),
        lambda c: (learned.get(c.key, ""),),
        lambda c: c.was,
        lambda c: (c.key,),
    ):
        for column in list(left):
            taken = _taken(found)
            places = [p for w in dict.fromkeys(map(folded, words(column))) for p in by_title.get(w, [])]
            places = [place for place in places if place not in taken]
            if len(places) == 1:
                found.places[column.key] = places[0]
            elif places:
                _choose(found, column.key, places, ids.get(numbers.get(column.key, -1)), likeness)
            if places:
                left.remove(column)
    taken = _taken(found)
    free = [place for place in area.titles if place not in taken]
    for column in left:
        numbered = ids.get(numbers.get(column.key, -1))
        there = numbered if numbered in free else _alike(column.key, free, likeness)
        if there is None:
            found.lost.append(column.key)
        else:
            free.remove(there)
            found.places[column.key] = there
            found.renamed[column.key] = area.titles[there]
    return found


def _taken(found: Headers) -> set[int]:
    """The places that are some column's already, or frozen."""
    return {*found.places.values(), *(place for places in found.doubled.values() for place in places)}


def _numbered(area: Area) -> dict[int, int]:
    """The place of each of the program's column numbers."""
    table = area.table
    if table is None:
        return {}
    return {number: table.left + offset for offset, number in enumerate(table.column_ids)}


def _choose(
    found: Headers, key: str, places: list[int], numbered: int | None, likeness: Callable[[str, int], float]
) -> None:
    if numbered in places and numbered is not None:
        found.places[key] = numbered
        return
    place = _alike(key, places, likeness)
    if place is None:
        found.doubled[key] = places
    else:
        found.places[key] = place


def _alike(key: str, places: Sequence[int], likeness: Callable[[str, int], float]) -> int | None:
    """The one place that holds enough of the column's last known values."""
    enough = [place for place in places if likeness(key, place) >= ENOUGH]
    return enough[0] if len(enough) == 1 else None
