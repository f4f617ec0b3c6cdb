"""Rows and columns: insert, delete, append, move, their sizes and whether they are hidden."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import MAX_CELLS, Json, Row, Tab
from sheetdesk.sandbox.grid import DEFAULT_HEIGHT, DEFAULT_WIDTH
from sheetdesk.sandbox.ranges import Box
from sheetdesk.sandbox.shift import Axis, Shift, shift

__all__ = ["HANDLERS", "size", "span"]

PIXELS_A_CHARACTER = 7
PIXELS_BESIDE_TEXT = 7


def span(batch: Batch, written: Json | None) -> tuple[Tab, Axis, int, int]:
    """The tab, axis, start and end of a DimensionRange, an open end being the grid's. Raises ApiError."""
    if written is None or written.get("dimension") not in ("ROWS", "COLUMNS"):
        batch.refuse("range.dimension is required.")
    tab = batch.tab(written.get("sheetId"))
    axis: Axis = written["dimension"]
    start = written.get("startIndex") or 0
    end = written.get("endIndex")
    end = size(tab, axis) if end is None else end
    if start < 0 or end <= start:
        batch.refuse(f"range.endIndex[{end}] must be greater than range.startIndex[{start}].")
    return tab, axis, start, end


def size(tab: Tab, axis: Axis) -> int:
    return tab.row_count if axis == "ROWS" else tab.column_count


def resized(tab: Tab, axis: Axis, change: int) -> None:
    rows = tab.row_count + (change if axis == "ROWS" else 0)
    tab.resized(rows, tab.column_count + (change if axis == "COLUMNS" else 0))


def across(tab: Tab, axis: Axis, start: int, end: int) -> Box:
    """The cells of some rows or columns."""
    return Box(start, end, 0, tab.column_count) if axis == "ROWS" else Box(0, tab.row_count, start, end)


def insert_dimension(batch: Batch, body: Json) -> None:
    """Insert empty rows or columns, which take the formats of those before or after them."""
    tab, axis, start, end = span(batch, body.get("range"))
    inherits_before = bool(body.get("inheritFromBefore"))
    if start > size(tab, axis):
        batch.refuse(f"range.startIndex[{start}] must not be past the end of the grid[{size(tab, axis)}].")
    if inherits_before and start == 0:
        batch.refuse("inheritFromBefore cannot be true when inserting at the start.")
    # Who may write on both sides may write in between.
    batch.check(tab, [across(tab, axis, max(start - 1, 0), start)] if inherits_before else [])
    batch.check(
        tab, [across(tab, axis, start, min(start + 1, size(tab, axis)))] if not inherits_before else []
    )
    step = Shift("insert", tab.id, axis, start, end)
    frozen(tab, step)
    shift(batch.book, tab, step)
    resized(tab, axis, end - start)
    check_room(batch)
    inherit(tab, step, inherits_before=inherits_before)


def frozen(tab: Tab, step: Shift) -> None:
    """Rows inserted among or deleted from the frozen ones change their count."""
    name = "frozenRowCount" if step.axis == "ROWS" else "frozenColumnCount"
    grid = tab.properties["gridProperties"]
    count = grid.get(name, 0)
    if count:
        new = step.span(0, count)
        left = 0 if new is None else (new[1] or 0)
        grid = {key: part for key, part in grid.items() if key != name} | ({name: left} if left else {})
        tab.properties = {**tab.properties, "gridProperties": grid}


def inherit(tab: Tab, step: Shift, *, inherits_before: bool) -> None:
    """Formats come from the neighbour asked for; a validation only where both neighbours share it."""
    before, after = step.start - 1, step.end
    source = before if inherits_before else after
    if step.axis == "ROWS":
        if source < len(tab.rows) and (cells := tab.rows[source]):
            other = (tab.rows[after] if after < len(tab.rows) else None) or {}
            above = (tab.rows[before] if before >= 0 else None) or {}
            new: Row = {
                column: inherited(cell, above.get(column, {}), other.get(column, {}))
                for column, cell in cells.items()
            }
            for row in range(step.start, step.end):
                tab.put(row, new)
        return
    for row, line in enumerate(tab.rows):
        if line and source in line:
            cell = inherited(line[source], line.get(before, {}), line.get(after, {}))
            if cell:
                tab.rows[row] = {**line, **dict.fromkeys(range(step.start, step.end), cell)}


def inherited(cell: Json, before: Json, after: Json) -> Json:
    found: Json = {}
    if "userEnteredFormat" in cell:
        found["userEnteredFormat"] = cell["userEnteredFormat"]
    rule = before.get("dataValidation")
    if rule is not None and rule == after.get("dataValidation"):
        found["dataValidation"] = rule
    return found


def check_room(batch: Batch) -> None:
    if batch.book.cell_count() > MAX_CELLS:
        batch.refuse(
            "This action would increase the number of cells in the workbook above the limit of "
            f"{MAX_CELLS} cells."
        )


def delete_dimension(batch: Batch, body: Json) -> None:
    """Delete rows or columns; never all of them."""
    tab, axis, start, end = span(batch, body.get("range"))
    word, count = ("row" if axis == "ROWS" else "column"), size(tab, axis)
    if end > count:
        batch.refuse(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {max(start, count)} "
            f"but there are only {count} {word}s."
        )
    if end - start == count:
        batch.refuse(f"You can't delete all the {word}s on the sheet.")
    batch.check(tab, [across(tab, axis, start, end)])
    step = Shift("delete", tab.id, axis, start, end)
    frozen(tab, step)
    shift(batch.book, tab, step)
    resized(tab, axis, start - end)


def append_dimension(batch: Batch, body: Json) -> None:
    """Add rows or columns at the end."""
    tab = batch.tab(body.get("sheetId"))
    if body.get("dimension") not in ("ROWS", "COLUMNS") or (body.get("length") or 0) < 1:
        batch.refuse("dimension and a positive length are required.")
    resized(tab, body["dimension"], body["length"])
    check_room(batch)


def move_dimension(batch: Batch, body: Json) -> None:
    """Move rows or columns before another one, which is counted as before the move."""
    tab, axis, start, end = span(batch, body.get("source"))
    target, count = body.get("destinationIndex") or 0, size(tab, axis)
    if end > count or not 0 <= target <= count:
        batch.refuse(f"source and destinationIndex[{target}] must lie in the grid[{count}].")
    if start < target < end:
        batch.refuse(f"destinationIndex[{target}] must not lie within the source.")
    batch.check(tab, [across(tab, axis, min(start, target), max(end, target))])
    shift(batch.book, tab, Shift("move", tab.id, axis, start, end, target))


def update_dimension_properties(batch: Batch, body: Json) -> None:
    """Set a size, hide or show."""
    tab, axis, start, end = span(batch, body.get("range"))
    mask = batch.mask(body.get("fields"))
    properties = body.get("properties") or {}
    batch.check(tab, [across(tab, axis, start, end)])
    metadata = tab.row_metadata if axis == "ROWS" else tab.column_metadata
    for at in range(start, min(end, size(tab, axis))):
        merged = mask.merge(metadata.get(at), properties)
        merged = {name: part for name, part in merged.items() if part}
        if merged:
            metadata[at] = merged
        else:
            metadata.pop(at, None)


def auto_resize(batch: Batch, body: Json) -> None:
    """Make rows or columns fit their texts. Widths are guessed from the number of characters."""
    tab, axis, start, end = span(batch, body.get("dimensions"))
    batch.check(tab, [across(tab, axis, start, end)])
    if axis == "ROWS":
        for row in range(start, min(end, tab.row_count)):
            tab.row_metadata[row] = {**tab.row_metadata.get(row, {}), "pixelSize": DEFAULT_HEIGHT}
        return
    shown = batch.shown()
    for column in range(start, min(end, tab.column_count)):
        texts = (shown.text(tab, row, column) for row in range(shown.rows_used(tab)))
        longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
        width = longest * PIXELS_A_CHARACTER + PIXELS_BESIDE_TEXT if longest else DEFAULT_WIDTH
        tab.column_metadata[column] = {**tab.column_metadata.get(column, {}), "pixelSize": width}


HANDLERS: dict[str, Handler] = {
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "appendDimension": append_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize,
}
