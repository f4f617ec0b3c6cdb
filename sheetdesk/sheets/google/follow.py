"""What rules write follows its id: it is kept beside, and shows wherever the id stands."""

from __future__ import annotations

from dataclasses import replace

from sheetdesk.sheets.google.edits import differences
from sheetdesk.sheets.google.read import LiveTab
from sheetdesk.sheets.google.view import View, place_of, table_of
from sheetdesk.sheets.google.zones import Walls
from sheetdesk.table.grid import Grid

__all__ = ["following"]


def following(view: View, tab: LiveTab, was: Grid, now: Grid, walls: Walls | None) -> Grid:
    """A tab's grid as it shows once the ids of `now` stand where `was` had others: what is kept of each in
    its new row. What `now` has a new value for stays. Moments are by the desk's clock.
    """
    table = table_of(tab)
    block = view.blocks.get(table.name) if table is not None else None
    if table is None or block is None:
        return now
    name = place_of(tab, table.name, "id")
    others = set(range(max(len(was.columns), len(now.columns)))) - {name}
    changed = {row: new for row, _, _, new in differences(was, now, others) if row > table.top}
    columns = list(now.columns)
    for key in block.columns if changed else ():
        place = place_of(tab, table.name, key)
        if not 0 <= place < len(columns):
            continue
        kept = block.shown(key, list(changed.values()), dated=place in tab.dated)
        if walls is not None and tab.marks[place][1] in walls.clock.columns:
            kept = list(map(walls.to_desk, kept))
        cells = list(columns[place])
        for row, cell in zip(changed, kept, strict=True):
            if cells[row] is was.cell(row, place):
                cells[row] = cell
        columns[place] = cells
    return replace(now, columns=columns) if changed else now
