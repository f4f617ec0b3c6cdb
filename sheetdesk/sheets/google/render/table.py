"""A table on its tab: header, formats of whole columns, and the rows as typed values."""

from __future__ import annotations

from sheetdesk.plan import looks
from sheetdesk.plan.formula import Expr, This, inputs_of
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, Style, TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.cells import typed, without_tail
from sheetdesk.sheets.google.render.dialect import Writer, column_letters
from sheetdesk.sheets.google.render.overlay_formula import (
    OVERLAY_TAB,
    filling,
    overlay_formula,
    shown_by_overlay,
)
from sheetdesk.sheets.google.render.styles import color_style, format_of

__all__ = [
    "banding", "column_formats", "draw_overlay", "draw_table", "header_cell", "is_machine",
    "worked_out",
]  # fmt: skip

BANDS = ("FFFFFF", "F7F9FB")


def is_machine(column: ColumnPlan) -> bool:
    """Whether nobody types into the column."""
    return column.is_ours


def draw_table(book: Book, tab: TabPlan, table: TablePlan) -> list[Request]:
    """Header, formats, rows and bands."""
    header = [header_cell(book, table, column) for column in table.columns]
    found = column_formats(book, tab, table, [column.key for column in table.columns])
    found.append(
        _cells(book, tab, table.top, table.left, [header], "userEnteredValue,userEnteredFormat,note")
    )
    rows = [without_tail(row) for row in _rows(table)]
    if rows:
        found.append(_cells(book, tab, table.top + 1, table.left, rows, "userEnteredValue"))
    return [*found, *banding(book, tab, table)]


def _cells(
    book: Book, tab: TabPlan, row: int, column: int, rows: list[list[Request]], fields: str
) -> Request:
    start = {"sheetId": book.sheet(tab.key), "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": line} for line in rows], "fields": fields}}


def _rows(table: TablePlan) -> list[list[Request]]:
    spilled = _spilled(table)
    rows: list[list[Request]] = [[] for _ in range(table.rows)]
    for column in table.columns:
        if column.key in spilled:
            # A value below such a header would stand in the way of all of its column.
            for row in rows:
                row.append({})
            continue
        for row, cell in zip(rows, column.cells, strict=True):
            value = typed(cell, column.kind)
            row.append({} if value is None else {"userEnteredValue": value})
    return rows


def _spilled(table: TablePlan) -> set[str]:
    ours = {column.key for column in shown_by_overlay(table)}
    return ours | {column.key for column in table.columns if column.formula is not None}


def header_cell(book: Book, table: TablePlan, column: ColumnPlan) -> Request:
    """A column's header: its title, or the formula that shows the title and all below it."""
    blocks = book.overlay
    value: Request = {"stringValue": column.title}
    if column.formula is not None:
        value = {"formulaValue": worked_out(book.plan, table, column.title, column.formula)}
    elif table.name in blocks and column.key in blocks[table.name].columns:
        block = blocks[table.name]
        letters = column_letters(table.left + table.index("id"))
        place = block.place(column.key)
        value = {"formulaValue": overlay_formula(column.title, letters, table.top + 1, place, block.left)}
    found: Request = {"userEnteredValue": value, "userEnteredFormat": format_of(_header_style(column))}
    note = _note(column)
    return found | {"note": note} if note else found


def _note(column: ColumnPlan) -> str:
    """The column's note and, where no check can say it, its prompt."""
    prompt = column.prompt.strip() if column.check is None else ""
    if column.note and column.note.strip() in prompt:
        return prompt
    return "\n".join(part for part in (column.note.strip(), prompt) if part)


def _header_style(column: ColumnPlan) -> Style:
    if is_machine(column):
        return looks.HEADER_MACHINE
    return looks.HEADER_REQUIRED if column.required else looks.HEADER


def worked_out(plan: SheetPlan, table: TablePlan, title: str, formula: Expr) -> str:
    """One formula for a worked-out column of a table as it stands, with its title; a row that has nothing
    to work it out from stays empty.
    """
    writer = Writer(plan, table, "spilled")
    inputs = [writer.of(This(key)) for key in inputs_of(formula)]
    nothing = f'{"&".join(inputs)}=""'
    return filling(title, inputs[0], f'IF({nothing},"",{writer.of(formula)})')


def column_formats(
    book: Book, tab: TabPlan, table: TablePlan, keys: list[str], fields: str = "userEnteredFormat"
) -> list[Request]:
    """The format of each column's cells down to the end, or some `fields` of it; neighbours that look alike
    share a request.
    """
    found: list[Request] = []
    last: Style | None = None
    for column in table.columns:
        if column.key not in keys:
            last = None
            continue
        if column.style == last:
            found[-1]["repeatCell"]["range"]["endColumnIndex"] += 1
            continue
        last = column.style
        block = book.column_block(tab, table, column.key)
        cell = {"userEnteredFormat": format_of(column.style)}
        found.append({"repeatCell": {"range": block, "cell": cell, "fields": fields}})
    return found


def banding(book: Book, tab: TabPlan, table: TablePlan) -> list[Request]:
    """Every other row in a shade."""
    if not table.banded:
        return []
    colors = {"firstBandColorStyle": color_style(BANDS[0]), "secondBandColorStyle": color_style(BANDS[1])}
    band = {
        "bandedRangeId": book.ids.of("bands", table.name),
        "range": book.table_block(tab, table, header=False),
        "rowProperties": colors,
    }
    return [{"addBanding": {"bandedRange": band}}]


def draw_overlay(book: Book) -> list[Request]:
    """What rules have worked out, on the tab that sync goes on writing: a block a table, all cells."""
    sheet = book.sheet(OVERLAY_TAB)
    found: list[Request] = []
    for block in book.overlay.values():
        _, table = book.plan.table(block.table)
        columns = [table.columns[table.index(key)] for key in ("id", *block.columns)]
        rows = [[{"userEnteredValue": {"stringValue": head}} for head in block.heads]]
        for place in range(table.rows):
            values = [typed(column.cells[place], column.kind) for column in columns]
            rows.append(without_tail([{"userEnteredValue": value} if value else {} for value in values]))
        start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": block.left}
        written = {"start": start, "rows": [{"values": row} for row in rows], "fields": "userEnteredValue"}
        found.append({"updateCells": written})
        # An id such as 0042 stays a text.
        ids = {"sheetId": sheet, "startRowIndex": 1, "startColumnIndex": block.left,
               "endColumnIndex": block.left + 1}  # fmt: skip
        cell = {"userEnteredFormat": {"numberFormat": {"type": "TEXT", "pattern": "@"}}}
        fields = "userEnteredFormat.numberFormat"
        found.append({"repeatCell": {"range": ids, "cell": cell, "fields": fields}})
    return found
