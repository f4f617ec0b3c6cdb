"""What people typed in the moment of a write, told from the rows that it copied just before: which cells it
had not seen as they stood, and what it put its own over.
"""

from __future__ import annotations

from collections.abc import Sequence

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.google.headers import header_of, titles_in
from sheetdesk.sheets.google.hits import dated_cell, hits, is_whole, moved_from, renamed
from sheetdesk.sheets.google.journal import Copies, PlannedTab
from sheetdesk.sheets.google.read import LiveTab
from sheetdesk.table.grid import folded
from sheetdesk.table.overtaken import Overtaken, PutOver

__all__ = ["overtaken", "put_over"]


def overtaken(tab: LiveTab, planned: PlannedTab, at: Copies) -> list[Overtaken]:
    """The cells that were written, or were meant to be, by a write that had not seen what people typed there;
    a row with no id, or another's, goes by the one that the write gives.
    """
    titles, places = _now(tab, planned)
    found = []
    for hit in hits(planned, planned.copy_of(at), titles):
        _, name = hit.planned.cells.get(planned.id_column, (None, hit.planned.name))
        is_added = is_whole(planned, hit.planned)
        for column in hit.wrong if not blank(name) else ():
            place = places.get(folded(planned.titles[column - planned.left]), -1)
            if place >= 0:
                old, new = (_dated(tab, cell, place) for cell in hit.planned.cells[column])
                found.append(Overtaken(tab.title, plain(name), place, old, new, is_added))
    return found


def put_over(tab: LiveTab, planned: PlannedTab, at: Copies) -> list[PutOver]:
    """What stood in the cells that a write put its own into without having seen that. Rows of which nobody
    knows the id are left out.
    """
    copy = planned.copy_of(at)
    header = [copy(planned.header, column) for column in range(planned.left, planned.right + 1)]
    titles, places = _now(tab, planned)
    moved = moved_from(planned, renamed(planned.titles, header, titles), header)
    found = []
    for hit in hits(planned, copy, titles):
        name = hit.before[planned.id_column - planned.left] if planned.id_column not in moved else None
        if blank(name) and not hit.missed:
            _, name = hit.planned.cells.get(planned.id_column, (None, None))
        for column in hit.wrong if not blank(name) else ():
            cell = hit.before[column - planned.left]
            place = places.get(folded(header[column - planned.left]), -1)
            if place >= 0 and column != planned.id_column and not blank(cell):
                found.append(PutOver(tab.title, plain(name), place, _dated(tab, cell, place)))
    return found


def _now(tab: LiveTab, planned: PlannedTab) -> tuple[Sequence[str], dict[str, int]]:
    """The folded titles in the header now, and where columns of these and of the planned titles are."""
    header = header_of(planned, tab.grid)
    titles = titles_in(tab.grid.columns, header)
    places = {title: place for place, title in enumerate(titles) if title and titles.count(title) == 1}
    there = [tab.grid.cell(header, place) for place in range(planned.left, planned.right + 1)]
    called = zip(
        map(folded, planned.titles), map(folded, renamed(planned.titles, there, titles)), strict=True
    )
    return titles, places | {was: places[now] for was, now in called if now in places}


def _dated(tab: LiveTab, cell: Cell, place: int) -> Cell:
    return dated_cell(cell) if place in tab.dated else cell
