"""Cells by their kind: nothing is guessed from a text, and no cell's text ever becomes a formula."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.columns.moment import serial
from sheetdesk.plan.formula import Formula
from sheetdesk.plan.plan import CellPlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request, runs
from sheetdesk.sheets.google.render.dialect import Writer
from sheetdesk.sheets.google.render.styles import format_of

__all__ = ["draw_cells", "merged", "typed", "without_tail"]

CELL_LIMIT = 50_000


def typed(content: Cell, kind: CellKind = CellKind.TEXT) -> Request | None:
    """A cell's value as an ExtendedValue, None for nothing: never a formula.

    A time is a day number, local to the spreadsheet. Source: spreadsheets.values.dateTimeRenderOption.
    """
    if isinstance(content, str):
        return {"stringValue": content[:CELL_LIMIT]} if content else None
    if content is None:
        return None
    if isinstance(content, bool):
        return {"boolValue": content}
    if isinstance(content, datetime):
        return {"numberValue": serial(content)}
    if isinstance(content, int | float) and kind is not CellKind.FLAG:
        return {"numberValue": content} if content == content else None
    return {"stringValue": str(content)[:CELL_LIMIT]}


def without_tail(cells: list[Request]) -> list[Request]:
    """The cells of a row up to the last that says something."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def draw_cells(book: Book, tab: TabPlan, *, without: Collection[tuple[int, int]] = ()) -> list[Request]:
    """A free-form tab's cells and merges; those at places in `without` are somebody else's."""
    cells = [cell for cell in tab.cells if (cell.row, cell.column) not in without]
    if not cells:
        return []
    writer = Writer(book.plan)
    first = min(cell.row for cell in cells)
    rows: list[list[Request]] = [[] for _ in range(first, max(cell.row + cell.rows for cell in cells))]
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            line = rows[row - first]
            line.extend({} for _ in range(cell.column + cell.columns - len(line)))
            for column in range(cell.column, cell.column + cell.columns):
                line[column] = {"userEnteredFormat": format_of(cell.style)}
        value = _content(cell, writer)
        if value is not None:
            rows[cell.row - first][cell.column]["userEnteredValue"] = value
    start = {"sheetId": book.sheet(tab.key), "rowIndex": first, "columnIndex": 0}
    written = {
        "start": start,
        "rows": [{"values": without_tail(row)} for row in rows],
        "fields": "userEnteredValue,userEnteredFormat",
    }
    return [*merged(book, tab.key, cells), {"updateCells": written}]


def _content(cell: CellPlan, writer: Writer) -> Request | None:
    if isinstance(cell.content, Formula):
        return {"formulaValue": writer.text(cell.content.expr, is_array=cell.content.is_array)}
    return typed(cell.content, cell.kind)


def merged(book: Book, tab: str, cells: Iterable[CellPlan]) -> list[Request]:
    """The merges of the cells; rows below each other that are merged alike share a request."""
    alike: dict[tuple[int, int], list[int]] = {}
    found: list[Request] = []
    for cell in cells:
        if cell.rows > 1:
            block: dict[str, Any] = book.block(tab, cell.row, cell.column, cell.rows, cell.columns)
            found.append({"mergeCells": {"range": block, "mergeType": "MERGE_ALL"}})
        elif cell.columns > 1:
            alike.setdefault((cell.column, cell.columns), []).append(cell.row)
    for (column, columns), places in alike.items():
        for row, rows in runs(sorted(places)):
            block = book.block(tab, row, column, rows, columns)
            found.append({"mergeCells": {"range": block, "mergeType": "MERGE_ROWS"}})
    return found
