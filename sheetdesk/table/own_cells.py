"""What people keep in columns of their own beside a table of the desk: told by title, kept for the row.

The desk has no such column. Whoever deletes a row deletes its cells there too, and they are to stand there
again when the row comes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from sheetdesk.columns.base import Cell, blank
from sheetdesk.table.edits import CellEdit
from sheetdesk.table.grid import Area, folded
from sheetdesk.table.reading import SheetReading

__all__ = ["OwnCells", "own_changes", "own_columns", "own_edits"]

OwnCells = Mapping[str, Mapping[str, Cell]]
"""What stands in people's own columns, by the row's id and the column's folded title."""


def own_columns(reading: SheetReading) -> dict[str, int]:
    """Where people's own columns stand, by folded title; without those that nobody can tell by it, those
    that a formula fills, and those of another table beside.
    """
    area, headers = reading.area, reading.headers
    taken = {*headers.places.values(), *(place for places in headers.doubled.values() for place in places)}
    others = (table for table in area.grid.tables if table != area.table)
    taken.update(place for table in others for place in range(table.left, table.right + 1))
    titles = Counter(map(folded, area.titles.values()))
    found: dict[str, int] = {}
    spills = -1
    for place, title in sorted(area.titles.items()):
        if place in taken:
            continue
        # What a formula spills into the columns beside it shows in cells that hold nothing.
        if _spills(area, place) or (spills == place - 1 and not _formulas(area, place)):
            spills = place
        elif folded(title) and titles[folded(title)] == 1:
            found[folded(title)] = place
    return found


def _spills(area: Area, place: int) -> bool:
    """Whether a formula fills more cells of a column than its own: fewer have one than show something."""
    formulas = _formulas(area, place)
    if not formulas:
        return False
    shown = sum(not blank(cell) for cell in area.grid.column(place)[area.header + 1 :])
    return formulas < shown or area.grid.formula(area.header, place) is not None


def _formulas(area: Area, place: int) -> int:
    return sum(text is not None for text in area.grid.formulas.get(place, ()))


def own_changes(
    known: OwnCells, reading: SheetReading, ids: Container[str], fresh: Container[str]
) -> dict[str, dict[str, Cell]]:
    """What is to be kept of rows from now on, of those where it is not as `known`; {}: nothing.

    Kept is what stands in the rows of tickets, of which `ids` are all, and what stood in rows that are gone:
    not where the same was left in a row that is no ticket's, or came to another while its own vanished, as
    `fresh` ones have just done.
    """
    columns = own_columns(reading)
    if not columns and not known:
        return {}
    owners = {row: name for name, row in reading.places.items()}
    begun = {row.place for row in reading.new}
    changed: dict[str, dict[str, Cell]] = {}
    left: Counter[frozenset[tuple[str, Cell]]] = Counter()
    moved: Counter[frozenset[tuple[str, Cell]]] = Counter()
    for row in range(reading.area.header + 1, reading.area.last + 1):
        name = owners.get(row, "")
        cells = _cells_of(reading, columns, row)
        if cells == known.get(name, {}):
            continue
        (moved if name or row in begun else left)[frozenset(cells.items())] += bool(cells)
        if name in ids:
            changed[name] = cells
    for name, was in known.items():
        then = frozenset(was.items())
        if name in reading.places and name not in ids:
            # Its row is to be emptied, but for what is people's own.
            changed[name] = {}
        elif name not in reading.rows and (left[then] or (name in fresh and moved[then])):
            (left if left[then] else moved)[then] -= 1
            changed[name] = {}
    return changed


def own_edits(known: OwnCells, reading: SheetReading, places: Mapping[str, int]) -> list[CellEdit]:
    """The cells of people's own columns that rows get which come back, `places` by id."""
    columns = own_columns(reading)
    grid = reading.area.grid
    return [
        CellEdit(row, columns[title], cell)
        for name, row in places.items()
        for title, cell in known.get(name, {}).items()
        if title in columns
        and blank(grid.cell(row, columns[title]))
        and grid.formula(row, columns[title]) is None
    ]


def _cells_of(reading: SheetReading, columns: Mapping[str, int], row: int) -> dict[str, Cell]:
    """What stands in a row's own columns and is no formula."""
    grid = reading.area.grid
    return {
        title: cell
        for title, place in columns.items()
        if not blank(cell := grid.cell(row, place)) and grid.formula(row, place) is None
    }
