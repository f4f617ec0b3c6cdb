"""Writing cells: updateCells, repeatCell, appendCells, setDataValidation."""

from __future__ import annotations

from typing import Any

from sheetdesk.sandbox.api import not_emulated
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Row, Tab
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.formats import kept_cell
from sheetdesk.sandbox.ranges import Box, box
from sheetdesk.sandbox.references import copied
from sheetdesk.sandbox.writes import MAX_CHARS, grow

__all__ = ["HANDLERS"]

NO_ROW: Row = {}
NO_CELL: Json = {}


def update_cells(batch: Batch, body: Json) -> None:
    """With `range` every cell of it is written, missing ones emptied; with `start` only what is given."""
    mask = batch.mask(body.get("fields"))
    rows: list[list[Json]] = [row.get("values") or [] for row in body.get("rows") or ()]
    if body.get("range") is not None:
        tab, place = batch.area(body["range"])
        if len(rows) > place.r1 - place.r0:
            last = place.r1 - 1
            batch.refuse(f"Attempting to write row: {last + 1}, beyond the last requested row of: {last}")
        if any(len(line) > place.c1 - place.c0 for line in rows):
            last = place.c1 - 1
            batch.refuse(
                f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}"
            )
        batch.check(tab, [place])
        write_box(batch, tab, place, rows, mask)
        return
    start = body.get("start") or {}
    tab = batch.tab(start.get("sheetId"))
    place = start_box(batch, tab, start, rows)
    batch.check(tab, [place])
    for offset, line in enumerate(rows):
        write_line(batch, tab, place.r0 + offset, place.c0, line, mask)


def start_box(batch: Batch, tab: Tab, start: Json, rows: list[list[Json]]) -> Box:
    row, column = start.get("rowIndex") or 0, start.get("columnIndex") or 0
    if row >= tab.row_count:
        batch.refuse(f"GridCoordinate.rowIndex[{row}] is after last row in grid[{tab.row_count - 1}]")
    if column >= tab.column_count:
        last = tab.column_count - 1
        batch.refuse(f"GridCoordinate.columnIndex[{column}] is after last column in grid[{last}]")
    place = Box(row, row + len(rows), column, column + max((len(line) for line in rows), default=0))
    if place.r1 > tab.row_count:
        last = tab.row_count - 1
        batch.refuse(f"Attempting to write row: {last + 1}, beyond the last requested row of: {last}")
    if place.c1 > tab.column_count:
        last = tab.column_count - 1
        batch.refuse(f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}")
    return place


def write_box(batch: Batch, tab: Tab, place: Box, rows: list[list[Json]], mask: Mask) -> None:
    width = place.c1 - place.c0
    for row in range(place.r0, place.r1):
        line = rows[row - place.r0] if row - place.r0 < len(rows) else []
        if line:
            write_line(batch, tab, row, place.c0, [*line, *[NO_CELL] * (width - len(line))], mask)
        elif row < len(tab.rows) and tab.rows[row]:
            held = [column for column in tab.rows[row] or () if place.c0 <= column < place.c1]
            if held:
                tab.put(row, {column: mask.merge(tab.cell(row, column), NO_CELL) for column in held})


def write_line(batch: Batch, tab: Tab, row: int, column: int, line: list[Json], mask: Mask) -> None:
    old = (tab.rows[row] if row < len(tab.rows) else None) or NO_ROW
    cells: Row = {}
    for at, source in enumerate(line, start=column):
        cell = checked(batch, kept_cell(source or NO_CELL))
        cells[at] = mask.merge(old.get(at), cell)
    tab.put(row, cells)


def checked(batch: Batch, cell: Json) -> Json:
    """The cell, if it holds no more than a cell can, and nothing of a data source."""
    pivot = cell.get("pivotTable") or NO_CELL
    if any(cell.get(name) for name in ("dataSourceTable", "dataSourceFormula")) or pivot.get("dataSourceId"):
        raise not_emulated(f"requests[{batch.index}].{batch.kind} of a data source")
    value = cell.get("userEnteredValue")
    if value:
        if len(value) > 1:
            batch.refuse("A cell holds one value only.")
        text = value.get("stringValue") or value.get("formulaValue")
        if text is not None and len(text) > MAX_CHARS:
            batch.refuse(
                f"Your input contains more than the maximum of {MAX_CHARS} characters in a single cell."
            )
        if "stringValue" in value and not value["stringValue"]:
            return {name: part for name, part in cell.items() if name != "userEnteredValue"}
        if "errorValue" in value:
            batch.refuse("errorValue cannot be written.")
    return cell


def repeat_cell(batch: Batch, body: Json) -> None:
    """Write one cell all over a range; a formula's references go along, as if it were copied."""
    mask = batch.mask(body.get("fields"))
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    cell = checked(batch, kept_cell(body.get("cell") or {}))
    formula = cell.get("userEnteredValue", NO_CELL).get("formulaValue")
    if formula is None:
        repeat(tab, place, cell, mask)
        return
    for row in range(place.r0, place.r1):
        cells: Row = {}
        for column in range(place.c0, place.c1):
            text = copied(formula, row - place.r0, column - place.c0)
            cells[column] = mask.merge(
                tab.cell(row, column), {**cell, "userEnteredValue": {"formulaValue": text}}
            )
        tab.put(row, cells)


def repeat(tab: Tab, place: Box, cell: Json, mask: Mask) -> None:
    """Cells that were the same dict before are the same dict after."""
    merged: dict[int, tuple[Any, Json]] = {}

    def of(old: Json | None) -> Json:
        known = merged.get(id(old))
        if known is None:
            known = merged[id(old)] = (old, mask.merge(old, cell))
        return known[1]

    for row in range(place.r0, place.r1):
        old = (tab.rows[row] if row < len(tab.rows) else None) or NO_ROW
        tab.put(row, {column: of(old.get(column)) for column in range(place.c0, place.c1)})


def append_cells(batch: Batch, body: Json) -> None:
    """Write rows below the last row with values, of the tab or of a table; the grid grows where it must."""
    mask = batch.mask(body.get("fields"))
    rows: list[list[Json]] = [row.get("values") or [] for row in body.get("rows") or ()]
    width = max((len(line) for line in rows), default=0)
    if body.get("tableId"):
        append_to_table(batch, body["tableId"], rows, mask)
        return
    tab = batch.tab(body.get("sheetId"))
    first = last_row(tab, Box(0, len(tab.rows), 0, tab.column_count)) + 1
    place = Box(first, first + len(rows), 0, width)
    batch.check(tab, [place])
    grow(batch.book, tab, place.r1, place.c1)
    for offset, line in enumerate(rows):
        write_line(batch, tab, first + offset, 0, line, mask)


def append_to_table(batch: Batch, table_id: str, rows: list[list[Json]], mask: Mask) -> None:
    for tab in batch.book.tabs:
        for at, table in enumerate(tab.tables):
            if table["tableId"] != table_id:
                continue
            place = box(table["range"], tab)
            first = max(last_row(tab, place) + 1, place.r0 + 1)
            batch.check(tab, [Box(first, first + len(rows), place.c0, place.c1)])
            grow(batch.book, tab, first + len(rows), place.c1)
            for offset, line in enumerate(rows):
                write_line(batch, tab, first + offset, place.c0, line[: place.c1 - place.c0], mask)
            end = max(place.r1, first + len(rows))
            tab.tables[at] = {**table, "range": {**table["range"], "endRowIndex": end}}
            return
    batch.refuse(f"No table with id: {table_id}")


def last_row(tab: Tab, place: Box) -> int:
    """The last row of the box with a value in it; -1 for none."""
    for row in range(min(place.r1, len(tab.rows)) - 1, place.r0 - 1, -1):
        cells = tab.rows[row] or NO_ROW
        if any("userEnteredValue" in cell for column, cell in cells.items() if place.c0 <= column < place.c1):
            return row
    return place.r0 - 1


def set_data_validation(batch: Batch, body: Json) -> None:
    """Set or, without a rule, take away the validation of every cell in a range."""
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    mask = batch.mask("dataValidation")
    rule = body.get("rule")
    repeat(tab, place, {"dataValidation": rule} if rule else {}, mask)


HANDLERS: dict[str, Handler] = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "appendCells": append_cells,
    "setDataValidation": set_data_validation,
}
