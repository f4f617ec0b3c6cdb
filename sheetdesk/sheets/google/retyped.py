"""New rows whose people typed over all that stood in them just before a write gave them their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetdesk.columns.base import Cell, blank
from sheetdesk.sheets.google.headers import header_of, titles_in
from sheetdesk.sheets.google.hits import dated_cell, is_still, moved_from
from sheetdesk.sheets.google.journal import Copies, Planned, PlannedTab
from sheetdesk.table.grid import Grid, folded

__all__ = ["retyped"]


def retyped(tab: PlannedTab, at: Copies, grid: Grid) -> PlannedTab:
    """What was planned, with those rows as they were hit that held something else and were to get an id.

    One without an id that stood in the place of another without one is that other row, if nothing in the tab
    looks like that any more: had it been moved away, it would stand somewhere.
    """
    begun = [row for row in tab.rows if _is_begun(tab, row)]
    if not begun:
        return tab
    copy = tab.copy_of(at)
    span = range(tab.left, tab.right + 1)
    if moved_from(tab, tab.titles, [copy(tab.header, column) for column in span]).difference(tab.filled):
        return tab
    title = tab.title - tab.left
    hit: dict[int, tuple[Cell, ...]] = {}
    for row in begun:
        cells = (dated_cell(copy(row.row, c)) if c in tab.dated else copy(row.row, c) for c in span)
        now = _telling(tab, tuple(cells))
        if is_still(_telling(tab, row.was), now, title) or all(map(blank, now)):
            continue
        is_other = any(is_still(_telling(tab, other.was), now, title) for other in begun)
        if blank(now[tab.id_column - tab.left]) and not is_other:
            hit[row.row] = now
    standing = _lines(tab, grid) if hit else []
    was = {row.row: _telling(tab, row.was) for row in begun if row.row in hit}
    gone = {at for at, cells in was.items() if not any(is_still(cells, line, title) for line in standing)}
    rows = (row._replace(was=hit[row.row]) if row.row in gone else row for row in tab.rows)
    return replace(tab, rows=tuple(rows)) if gone else tab


def _is_begun(tab: PlannedTab, row: Planned) -> bool:
    """Whether a row held something and was to get its id."""
    _, given = row.cells.get(tab.id_column, (None, None))
    return blank(row.name) and not blank(given) and not all(map(blank, _telling(tab, row.was)))


def _telling(tab: PlannedTab, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of a row, without what formulas show."""
    return tuple(None if c in tab.filled else cell for c, cell in enumerate(cells, tab.left))


def _lines(tab: PlannedTab, grid: Grid) -> list[tuple[Cell, ...]]:
    """The rows of the tab as it stands now, by the columns of what was planned."""
    header = header_of(tab, grid)
    titles = titles_in(grid.columns, header)
    wanted = [folded(title) for title in tab.titles]
    places = [titles.index(name) if name and titles.count(name) == 1 else -1 for name in wanted]
    places[tab.id_column - tab.left] = -1
    return [
        _telling(tab, [grid.cell(row, place) if place >= 0 else None for place in places])
        for row in range(header + 1, grid.rows)
    ]
