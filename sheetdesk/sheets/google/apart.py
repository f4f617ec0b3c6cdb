"""Which planned rows are told apart by what they are called: those whose ids stand at several rows by now."""

from __future__ import annotations

from dataclasses import replace

from sheetdesk.columns.base import Cell, plain
from sheetdesk.sheets.google.hits import alike
from sheetdesk.sheets.google.journal import Planned, PlannedTab
from sheetdesk.sheets.google.resolve import header_of, titles_in
from sheetdesk.table.grid import Grid, folded

__all__ = ["told_apart"]


def told_apart(tab: PlannedTab, grid: Grid) -> PlannedTab:
    """What was planned, with the titles of those rows only whose ids stand at several rows by now, one of
    which is called so: people may have pasted an id over another, and the write hit that row.
    """
    names = {plain(row.name) for row in tab.rows if row.called is not None}
    if not names:
        return tab
    header = header_of(tab, grid)
    titles = titles_in(grid.columns, header)
    ids, called = (folded(tab.titles[at - tab.left]) if at >= 0 else "" for at in (tab.id_column, tab.title))
    standing: dict[str, list[Cell]] = {}
    if titles.count(ids) == titles.count(called) == 1:
        below = slice(header + 1, grid.rows)
        columns = (grid.columns[titles.index(title)][below] for title in (ids, called))
        for cell, title in zip(*columns, strict=True):
            name = cell if isinstance(cell, str) else plain(cell)
            if name in names:
                standing.setdefault(name, []).append(title)

    def is_apart(planned: Planned) -> bool:
        there = standing.get(plain(planned.name), ()) if planned.called is not None else ()
        return len(there) > 1 and any(alike(planned.called, title) for title in there)

    rows = (row if row.called is None or is_apart(row) else row._replace(called=None) for row in tab.rows)
    return replace(tab, rows=tuple(rows))
