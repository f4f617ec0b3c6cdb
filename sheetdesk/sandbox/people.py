"""What people do by hand in a spreadsheet, between any two requests of a program.

Each act is a function of the book, the time and its own facts that gives the batchUpdate requests
Google's own editor would cause; `Person.does` applies them as that person, so that a protection keeps
people out as it does there. Rows and columns count from 0; the first row of a tab is its header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheetdesk.sandbox import values
from sheetdesk.sandbox.access import Caller
from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.apply import apply
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.faults import Handles
from sheetdesk.sandbox.handle import Answer, Sandbox

__all__ = [
    "ACTS", "Act", "Crowd", "Person", "clear", "copy_row", "cut_and_paste", "delete_column",
    "delete_named_range", "delete_row", "edit", "fill_down", "filter_rows", "hide_rows", "insert_column",
    "insert_row", "move_row", "rename_header", "rename_tab", "set_time_zone", "sort", "type_below",
    "unfilter",
]  # fmt: skip

Act = Callable[..., list[Json]]
"""`act(book, now, **facts)`: the requests it causes, none where there is nothing to act on."""


@dataclass(frozen=True)
class Person:
    """Somebody who has a file open. They may do what an editor may, but for what a protection keeps."""

    sandbox: Sandbox
    file: str
    email: str

    def does(self, act: Act, **facts: Any) -> bool:
        """Do one act. False where it was refused, as by a protection; then nothing has changed.

        Raises KeyError for a tab that is not there.
        """
        book = self.sandbox.drive.files[self.file].book
        return self.tries(act(book, self.sandbox.now(), **facts)) is None

    def tries(self, requests: list[Json]) -> str | None:
        """Apply batchUpdate requests, all or none; why they were refused, None where they were not."""
        if not requests:
            return None
        with self.sandbox.lock:
            file = self.sandbox.drive.files[self.file]
            caller = Caller(self.email, self.email == file.owner)
            batch = self.sandbox.batch(file.book, caller)
            try:
                apply(batch, requests)
            except ApiError as error:
                return error.message
            self.sandbox.keep(file, batch.book, caller)
            return None


@dataclass
class Crowd:
    """A sandbox in which people act before and after each request; every hook is told its verb and URL."""

    inner: Handles
    before_request: list[Callable[[str, str], object]] = field(default_factory=list)
    after_request: list[Callable[[str, str], object]] = field(default_factory=list)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The inner answer, with people at work around it."""
        for hook in self.before_request:
            hook(method, url)
        answer = self.inner.handle(method, url, headers, body)
        for hook in self.after_request:
            hook(method, url)
        return answer


def edit(book: Spreadsheet, now: datetime, *, tab: str, row: int, column: int, text: str) -> list[Json]:
    """Type into one cell; "" empties it. The cell keeps its format unless the text brings one."""
    found = _tab(book, tab)
    return [*_room(found, row + 1), _typed(book, found, now, row, column, text)]


def clear(
    book: Spreadsheet, now: datetime, *, tab: str, row: int, column: int, rows: int = 1, columns: int = 1
) -> list[Json]:
    """Press Delete on a selection: values go, formats and validation stay."""
    found = _tab(book, tab)
    return [{"updateCells": {"range": _box(found, row, rows, column, columns), "fields": "userEnteredValue"}}]


def type_below(book: Spreadsheet, now: datetime, *, tab: str, texts: list[str]) -> list[Json]:
    """Write a new line under the last used row of the tab."""
    found = _tab(book, tab)
    row = _last(found) + 1
    typed = [_typed(book, found, now, row, column, text) for column, text in enumerate(texts) if text]
    return [*_room(found, row + 1), *typed]


def insert_row(book: Spreadsheet, now: datetime, *, tab: str, row: int, count: int = 1) -> list[Json]:
    """Insert empty rows above `row`; they look like the row above them."""
    inserted = {"range": _span(_tab(book, tab), "ROWS", row, count), "inheritFromBefore": row > 0}
    return [{"insertDimension": inserted}]


def insert_column(book: Spreadsheet, now: datetime, *, tab: str, column: int, count: int = 1) -> list[Json]:
    """Insert empty columns left of `column`."""
    inserted = {"range": _span(_tab(book, tab), "COLUMNS", column, count), "inheritFromBefore": column > 0}
    return [{"insertDimension": inserted}]


def delete_column(book: Spreadsheet, now: datetime, *, tab: str, column: int, count: int = 1) -> list[Json]:
    """Delete columns and what stands in them."""
    return [{"deleteDimension": {"range": _span(_tab(book, tab), "COLUMNS", column, count)}}]


def delete_row(book: Spreadsheet, now: datetime, *, tab: str, row: int, count: int = 1) -> list[Json]:
    """Delete whole rows; what is below moves up."""
    return [{"deleteDimension": {"range": _span(_tab(book, tab), "ROWS", row, count)}}]


def sort(
    book: Spreadsheet, now: datetime, *, tab: str, column: int, descending: bool = False, headed: bool = True
) -> list[Json]:
    """Sort all rows by a column; without `headed` the header is sorted in among them."""
    found = _tab(book, tab)
    first = 1 if headed else 0
    rows = _last(found) + 1 - first
    if rows < 1:
        return []
    spec = {"dimensionIndex": column, "sortOrder": "DESCENDING" if descending else "ASCENDING"}
    return [{"sortRange": {"range": _box(found, first, rows, 0, found.column_count), "sortSpecs": [spec]}}]


def move_row(book: Spreadsheet, now: datetime, *, tab: str, row: int, before: int) -> list[Json]:
    """Drag a row to stand above the one that is now `before`."""
    if before in (row, row + 1):
        return []
    return [{"moveDimension": {"source": _span(_tab(book, tab), "ROWS", row, 1), "destinationIndex": before}}]


def cut_and_paste(book: Spreadsheet, now: datetime, *, tab: str, row: int, to: int) -> list[Json]:
    """Cut the cells of a row and paste them over those of another."""
    found = _tab(book, tab)
    place = {"sheetId": found.id, "rowIndex": to, "columnIndex": 0}
    source = _box(found, row, 1, 0, found.column_count)
    pasted = {"source": source, "destination": place, "pasteType": "PASTE_NORMAL"}
    return [*_room(found, to + 1), {"cutPaste": pasted}]


def copy_row(book: Spreadsheet, now: datetime, *, tab: str, row: int, to: int | None = None) -> list[Json]:
    """Copy the cells of a row over another, under the last used row by default."""
    found = _tab(book, tab)
    to = _last(found) + 1 if to is None else to
    return [
        *_room(found, to + 1),
        _copied(found, (row, 1, 0, found.column_count), (to, 1, 0, found.column_count)),
    ]


def fill_down(book: Spreadsheet, now: datetime, *, tab: str, row: int, column: int, rows: int) -> list[Json]:
    """Repeat one cell in the `rows` cells below it."""
    found = _tab(book, tab)
    return [_copied(found, (row, 1, column, 1), (row + 1, rows, column, 1))]


def rename_header(book: Spreadsheet, now: datetime, *, tab: str, column: int, text: str) -> list[Json]:
    """Give a column another name in the first row."""
    return edit(book, now, tab=tab, row=0, column=column, text=text)


def rename_tab(book: Spreadsheet, now: datetime, *, tab: str, title: str) -> list[Json]:
    """Give a tab another title."""
    properties = {"sheetId": _tab(book, tab).id, "title": title}
    return [{"updateSheetProperties": {"properties": properties, "fields": "title"}}]


def filter_rows(book: Spreadsheet, now: datetime, *, tab: str, column: int, hidden: list[str]) -> list[Json]:
    """Set the tab's filter so that rows with one of these values in a column are not shown."""
    found = _tab(book, tab)
    place = _box(found, 0, _last(found) + 1, 0, found.column_count)
    spec = {"columnIndex": column, "filterCriteria": {"hiddenValues": hidden}}
    return [{"setBasicFilter": {"filter": {"range": place, "filterSpecs": [spec]}}}]


def unfilter(book: Spreadsheet, now: datetime, *, tab: str) -> list[Json]:
    """Take the tab's filter away."""
    found = _tab(book, tab)
    return [{"clearBasicFilter": {"sheetId": found.id}}] if found.basic_filter else []


def hide_rows(book: Spreadsheet, now: datetime, *, tab: str, row: int, count: int = 1) -> list[Json]:
    """Hide rows by hand."""
    hidden = {"range": _span(_tab(book, tab), "ROWS", row, count), "properties": {"hiddenByUser": True}}
    return [{"updateDimensionProperties": {**hidden, "fields": "hiddenByUser"}}]


def delete_named_range(book: Spreadsheet, now: datetime, *, name: str) -> list[Json]:
    """Delete a named range; its cells stay."""
    found = [one for one, named in book.named_ranges.items() if named["name"] == name]
    return [{"deleteNamedRange": {"namedRangeId": one}} for one in found]


def set_time_zone(book: Spreadsheet, now: datetime, *, time_zone: str) -> list[Json]:
    """Choose another time zone under File, Settings."""
    changed = {"properties": {"timeZone": time_zone}, "fields": "timeZone"}
    return [{"updateSpreadsheetProperties": changed}]


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        edit, clear, type_below, insert_row, insert_column, delete_row, delete_column, sort, move_row,
        cut_and_paste, copy_row, fill_down, rename_header, rename_tab, filter_rows, unfilter, hide_rows,
        delete_named_range, set_time_zone,
    )
}  # fmt: skip
"""Every act by its name, for scripts and routes."""


def _tab(book: Spreadsheet, title: str) -> Tab:
    found = book.tab_titled(title)
    if found is None:
        raise KeyError(f"no tab {title}")
    return found


def _typed(book: Spreadsheet, tab: Tab, now: datetime, row: int, column: int, text: str) -> Json:
    cell: Json = {}
    fields = "userEnteredValue"
    if text:
        locale = str(book.properties.get("locale", "en_US"))
        kept = tab.cell(row, column).get("userEnteredFormat", {}).get("numberFormat")
        if (kept or {}).get("type") == "TEXT":
            cell["userEnteredValue"], number_format = {"stringValue": text}, None
        else:
            cell["userEnteredValue"], number_format = values.entered(text, locale, now)
        if number_format and not kept:
            cell["userEnteredFormat"] = {"numberFormat": number_format}
            fields += ",userEnteredFormat.numberFormat"
    start = {"sheetId": tab.id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"rows": [{"values": [cell]}], "fields": fields, "start": start}}


def _last(tab: Tab) -> int:
    """The last row that holds a value, -1 in an empty tab; formats alone do not count."""
    for row in range(len(tab.rows) - 1, -1, -1):
        if any("userEnteredValue" in cell for cell in (tab.rows[row] or {}).values()):
            return row
    return -1


def _room(tab: Tab, rows: int) -> list[Json]:
    """Add rows where the grid is too short: the editor does so when asked for more."""
    if rows <= tab.row_count:
        return []
    more = {"sheetId": tab.id, "dimension": "ROWS", "length": rows - tab.row_count}
    return [{"appendDimension": more}]


def _box(tab: Tab, row: int, rows: int, column: int, columns: int) -> Json:
    return {
        "sheetId": tab.id, "startRowIndex": row, "endRowIndex": row + rows,
        "startColumnIndex": column, "endColumnIndex": column + columns,
    }  # fmt: skip


def _span(tab: Tab, dimension: str, start: int, count: int) -> Json:
    return {"sheetId": tab.id, "dimension": dimension, "startIndex": start, "endIndex": start + count}


def _copied(tab: Tab, source: tuple[int, ...], to: tuple[int, ...]) -> dict[str, Any]:
    pasted = {"source": _box(tab, *source), "destination": _box(tab, *to), "pasteType": "PASTE_NORMAL"}
    return {"copyPaste": pasted}
