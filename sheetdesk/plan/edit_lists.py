"""The tables that only sheetdesk writes, brought up to a plan: the problems, and in a copy the cases."""

from __future__ import annotations

from collections.abc import Sequence

from sheetdesk.plan.edit_table import edit_list
from sheetdesk.plan.plan import SheetPlan, TabPlan
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.grid import Grid, find_area, folded

__all__ = ["edit_lists"]


def edit_lists(plan: SheetPlan, grids: Sequence[Grid]) -> list[TabEdits]:
    """The edits that make such tables show what the plan's do, where their tabs are there."""
    edits = []
    for tab in plan.tabs:
        if tab.table is None or not _is_list(tab):
            continue
        weights = {folded(column.title): 1 for column in tab.table.columns}
        area = find_area(grids, tab.table.name, [tab.title], weights)
        if area is None:
            continue
        at = {folded(title): place for place, title in area.titles.items()}
        known = {c.key: at[folded(c.title)] for c in tab.table.columns if folded(c.title) in at}
        edits.append(edit_list(tab.table, area, known))
    return edits


def _is_list(tab: TabPlan) -> bool:
    """Whether nobody but sheetdesk may change the tab's table."""
    return tab.key == "problems" or (tab.protected and tab.key != "tickets")
