"""Which planned rows are told apart by what they are called: those whose ids stand at several rows by now, or
beside another row than theirs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

from sheetdesk.columns.base import Cell, plain
from sheetdesk.sheets.google.headers import header_of, titles_in
from sheetdesk.sheets.google.hits import alike
from sheetdesk.sheets.google.journal import Planned, PlannedTab
from sheetdesk.table.grid import Grid, folded

__all__ = ["told_apart"]


def told_apart(tab: PlannedTab, grid: Grid) -> PlannedTab:
    """What was planned, with the titles of those rows only whose ids stand at several rows by now, one of
    which is called so, or at one that is not, while one other is: people may have pasted an id over another,
    or sorted all but the ids, and the write hit that row.
    """
    names = {plain(row.name) for row in tab.rows if row.called is not None}
    if not names:
        return tab
    header = header_of(tab, grid)
    titles = titles_in(grid.columns, header)
    ids, called = (folded(tab.titles[at - tab.left]) if at >= 0 else "" for at in (tab.id_column, tab.title))
    standing: dict[str, list[Cell]] = {}
    below = slice(header + 1, grid.rows)
    if titles.count(ids) == titles.count(called) == 1:
        columns = (grid.columns[titles.index(title)][below] for title in (ids, called))
        for cell, title in zip(*columns, strict=True):
            name = cell if isinstance(cell, str) else plain(cell)
            if name in names:
                standing.setdefault(name, []).append(title)

    common = {*tab.common}

    @cache
    def counts() -> Counter[Cell]:
        """How many rows are called what."""
        return Counter(grid.columns[titles.index(called)][below])

    def is_apart(planned: Planned) -> bool:
        there = standing.get(plain(planned.name), ()) if planned.called is not None else ()
        is_called = any(alike(planned.called, title) for title in there)
        if len(there) != 1:
            return is_called
        return not is_called and planned.called not in common and counts()[planned.called] == 1

    rows = (row if row.called is None or is_apart(row) else row._replace(called=None) for row in tab.rows)
    return replace(tab, rows=tuple(rows))
