"""Writing values: update, clear and append, each on a copy of the book that its caller swaps in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sheetdesk.sandbox import values
from sheetdesk.sandbox.a1 import column_letters
from sheetdesk.sandbox.api import invalid
from sheetdesk.sandbox.book import MAX_CELLS, Json, Row, Spreadsheet, Tab
from sheetdesk.sandbox.ranges import Area, Box, echo
from sheetdesk.sandbox.shift import Shift, shift

__all__ = ["MAX_CHARS", "append_place", "clear_values", "entry", "grow", "write_values"]

MAX_CHARS = 50_000
INPUTS = ("RAW", "USER_ENTERED")


def write_values(
    book: Spreadsheet, place: Area, body: Json, mode: str, now: datetime, where: str
) -> tuple[Area, Json]:
    """Write a ValueRange's values from the corner of `place`; null leaves a cell, "" empties it.

    `where` names the range in errors, as `data[0]`. Gives the area written and the counts to answer.
    """
    if mode not in INPUTS:
        raise invalid("'valueInputOption' is required but not specified")
    rows = lines(body.get("values") or [], where)
    if body.get("majorDimension") == "COLUMNS":
        rows = turned(rows)
    tab, box = place.tab, place.box
    width = max((len(line) for line in rows), default=0)
    check_room(place, len(rows), width)
    locale = str(book.properties.get("locale", "en_US"))
    written = 0
    touched_rows: set[int] = set()
    touched_columns: set[int] = set()
    for offset, line in enumerate(rows):
        cells: Row = {}
        for at, given in enumerate(line):
            if given is None:
                continue
            column = box.c0 + at
            cells[column] = entered(tab.cell(box.r0 + offset, column), given, mode, locale, now, where)
            touched_columns.add(column)
        if cells:
            written += len(cells)
            touched_rows.add(offset)
            tab.put(box.r0 + offset, cells)
    area = Area(tab, Box(box.r0, box.r0 + max(len(rows), 1), box.c0, box.c0 + max(width, 1)))
    counts: Json = {
        "updatedRows": len(touched_rows),
        "updatedColumns": len(touched_columns),
        "updatedCells": written,
    }
    return area, {"updatedRange": echo(tab, area.box)} | {
        name: count for name, count in counts.items() if count
    }


def lines(given: Any, where: str) -> list[list[Any]]:
    if not isinstance(given, list) or not all(isinstance(line, list) for line in given):
        raise invalid(f"Invalid {where}: values must be a list of lists")
    return given


def turned(columns: list[list[Any]]) -> list[list[Any]]:
    height = max((len(column) for column in columns), default=0)
    return [[column[at] if at < len(column) else None for column in columns] for at in range(height)]


def check_room(place: Area, height: int, width: int) -> None:
    """A range that names more than a cell must hold all values; the grid must in any case."""
    tab, box = place.tab, place.box
    last_row, last_column = box.r0 + height, box.c0 + width
    if not place.is_cell and (last_row > box.r1 or last_column > box.c1):
        spelled = echo(tab, box)
        over = f"row [{box.r1 + 1}]" if last_row > box.r1 else f"column [{column_letters(box.c1)}]"
        raise invalid(f"Requested writing within range [{spelled}], but tried writing to {over}")
    if last_row > tab.row_count or last_column > tab.column_count:
        spelled = echo(tab, Box(box.r0, last_row, box.c0, last_column))
        raise invalid(
            f"Range ({spelled}) exceeds grid limits. "
            f"Max rows: {tab.row_count}, max columns: {tab.column_count}"
        )


def entered(cell: Json, given: Any, mode: str, locale: str, now: datetime, where: str) -> Json:
    """The CellData after a value was written into it; its format and note stay."""
    value, number_format = entry(given, mode, locale, now, where)
    found = {
        name: part
        for name, part in cell.items()
        if name not in ("userEnteredValue", "textFormatRuns", "chipRuns")
    }
    if value is not None:
        found["userEnteredValue"] = value
    old_format = cell.get("userEnteredFormat", {})
    if number_format is not None and "numberFormat" not in old_format:
        found["userEnteredFormat"] = {**old_format, "numberFormat": number_format}
    return found


def entry(given: Any, mode: str, locale: str, now: datetime, where: str) -> tuple[Json | None, Json | None]:
    """The ExtendedValue and number format that a JSON value becomes; None for "".

    Raises ApiError for what no cell can hold.
    """
    if isinstance(given, bool):
        return {"boolValue": given}, None
    if isinstance(given, int | float):
        return {"numberValue": given}, None
    if not isinstance(given, str):
        kind = "struct_value" if isinstance(given, dict) else "list_value"
        raise invalid(f"Invalid {where}: {kind} cannot be written into a cell")
    if len(given) > MAX_CHARS:
        raise invalid(
            f"Invalid {where}: Your input contains more than the maximum of {MAX_CHARS} characters "
            "in a single cell."
        )
    if given == "":
        return None, None
    if mode == "RAW":
        return {"stringValue": given}, None
    return values.entered(given, locale, now)


def clear_values(place: Area) -> None:
    """Take the values away, and leave formats, notes and validations."""
    tab, box = place.tab, place.box
    for row in range(box.r0, min(box.r1, len(tab.rows))):
        cells = tab.rows[row]
        if not cells:
            continue
        cleared = {
            column: {
                name: part
                for name, part in cell.items()
                if name not in ("userEnteredValue", "textFormatRuns", "pivotTable", "chipRuns")
            }
            for column, cell in cells.items()
            if box.c0 <= column < box.c1 and ("userEnteredValue" in cell or "pivotTable" in cell)
        }
        if cleared:
            tab.put(row, cleared)


def append_place(
    book: Spreadsheet, place: Area, height: int, width: int, *, inserts: bool
) -> tuple[Area, Box | None]:
    """Where appended rows go, and the table they follow: the block around the last filled cell in `place`.

    The grid grows where it must; with `inserts` rows are inserted below the table.
    """
    tab = place.tab
    table = table_at(tab, place.box)
    row, column = (place.box.r0, place.box.c0) if table is None else (table.r1, table.c0)
    if inserts and table is not None and row < tab.row_count:
        rows = tab.row_count + height
        shift(book, tab, Shift("insert", tab.id, "ROWS", row, row + height))
        tab.resized(rows, tab.column_count)
    grow(book, tab, row + height, column + width)
    return Area(tab, Box(row, row + height, column, column + width)), table


def grow(book: Spreadsheet, tab: Tab, rows: int, columns: int) -> None:
    """Make the grid at least that large. Raises ApiError where the book would hold too many cells."""
    if rows <= tab.row_count and columns <= tab.column_count:
        return
    tab.resized(max(rows, tab.row_count), max(columns, tab.column_count))
    if book.cell_count() > MAX_CELLS:
        raise invalid(
            "This action would increase the number of cells in the workbook above the limit of "
            f"{MAX_CELLS} cells."
        )


def table_at(tab: Tab, box: Box) -> Box | None:
    """The block of filled cells, touching at sides or corners, around the last filled one in the box.

    It is followed by runs of filled cells, row by row: a table may have a million cells.
    """
    start = next(
        (
            (row, run)
            for row in range(min(box.r1, len(tab.rows)) - 1, box.r0 - 1, -1)
            for run in reversed(runs(tab, row))
            if run[0] < box.c1 and run[1] > box.c0 and any(box.c0 <= at < box.c1 for at in range(*run))
        ),
        None,
    )
    if start is None:
        return None
    known: dict[int, list[tuple[int, int]]] = {}
    seen, waiting = {start}, [start]
    while waiting:
        row, (left, right) = waiting.pop()
        for near in (row - 1, row + 1):
            if near not in known:
                known[near] = runs(tab, near)
            for run in known[near]:
                if run[0] <= right and run[1] >= left and (near, run) not in seen:
                    seen.add((near, run))
                    waiting.append((near, run))
    rows = [row for row, _ in seen]
    return Box(
        min(rows), max(rows) + 1, min(left for _, (left, _) in seen), max(right for _, (_, right) in seen)
    )


def runs(tab: Tab, row: int) -> list[tuple[int, int]]:
    """The stretches of filled cells of a row, ends exclusive."""
    cells = tab.rows[row] if 0 <= row < len(tab.rows) else None
    found: list[tuple[int, int]] = []
    for column in sorted(cells or ()):
        if cells and "userEnteredValue" in cells[column]:
            if found and found[-1][1] == column:
                found[-1] = (found[-1][0], column + 1)
            else:
                found.append((column, column + 1))
    return found
