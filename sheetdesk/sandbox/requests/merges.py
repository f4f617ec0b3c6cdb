"""Merging cells and drawing borders around them."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.formats import kept
from sheetdesk.sandbox.ranges import Box, contains, grid_range, overlap
from sheetdesk.sandbox.ranges import box as box_of

__all__ = ["HANDLERS"]

SIDES = ("top", "bottom", "left", "right")
PARTIAL = "You must select all cells in a merged range to merge or unmerge them."


def merge_cells(batch: Batch, body: Json) -> None:
    """Merge a range as a whole, by rows or by columns; merges inside it are replaced."""
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    kind = body.get("mergeType") or "MERGE_ALL"
    if kind not in ("MERGE_ALL", "MERGE_ROWS", "MERGE_COLUMNS"):
        batch.refuse(f"mergeType {kind} is unknown.")
    take_away(batch, tab, place)
    if kind == "MERGE_ROWS":
        parts = [place._replace(r0=row, r1=row + 1) for row in range(place.r0, place.r1)]
    elif kind == "MERGE_COLUMNS":
        parts = [place._replace(c0=column, c1=column + 1) for column in range(place.c0, place.c1)]
    else:
        parts = [place]
    for part in parts:
        if (part.r1 - part.r0) * (part.c1 - part.c0) > 1:
            tab.merges.append(grid_range(tab.id, part))
            keep_first(tab, part)


def take_away(batch: Batch, tab: Tab, place: Box) -> None:
    """Undo the merges in a rectangle. Raises ApiError for one that lies across its edge."""
    kept_merges = []
    for merge in tab.merges:
        found = box_of(merge, tab)
        if not overlap(found, place):
            kept_merges.append(merge)
        elif not contains(place, found):
            batch.refuse(PARTIAL)
    tab.merges = kept_merges


def keep_first(tab: Tab, place: Box) -> None:
    """Of the values in a merge only the first cell's stays."""
    for row in range(place.r0, min(place.r1, len(tab.rows))):
        line = {
            column: {name: part for name, part in cell.items() if name != "userEnteredValue"}
            for column, cell in (tab.rows[row] or {}).items()
            if place.c0 <= column < place.c1
            and "userEnteredValue" in cell
            and (row, column) != (place.r0, place.c0)
        }
        if line:
            tab.put(row, line)


def unmerge_cells(batch: Batch, body: Json) -> None:
    """Undo all merges in a range."""
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    take_away(batch, tab, place)


def update_borders(batch: Batch, body: Json) -> None:
    """Draw or take away the borders of a range; a side that is not named stays."""
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    asked = {
        name: kept(body[name]) for name in (*SIDES, "innerHorizontal", "innerVertical") if body.get(name)
    }
    for row in range(place.r0, place.r1):
        line = {}
        for column in range(place.c0, place.c1):
            sides = {
                "top": "top" if row == place.r0 else "innerHorizontal",
                "bottom": "bottom" if row == place.r1 - 1 else "innerHorizontal",
                "left": "left" if column == place.c0 else "innerVertical",
                "right": "right" if column == place.c1 - 1 else "innerVertical",
            }
            cell = tab.cell(row, column)
            changed = bordered(cell, {side: asked[name] for side, name in sides.items() if name in asked})
            if changed is not cell:
                line[column] = changed
        if line:
            tab.put(row, line)


def bordered(cell: Json, sides: Json) -> Json:
    """The cell with some borders set; the style NONE takes one away."""
    if not sides:
        return cell
    form = cell.get("userEnteredFormat", {})
    borders = {**form.get("borders", {}), **sides}
    borders = {side: border for side, border in borders.items() if border.get("style", "NONE") != "NONE"}
    form = {name: part for name, part in form.items() if name != "borders"} | (
        {"borders": borders} if borders else {}
    )
    rest = {name: part for name, part in cell.items() if name != "userEnteredFormat"}
    return rest | ({"userEnteredFormat": form} if form else {})


HANDLERS: dict[str, Handler] = {
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "updateBorders": update_borders,
}
