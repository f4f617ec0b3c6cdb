"""A spreadsheet as CSV and back: what Drive exports, and what an uploaded CSV turns a file into."""

from __future__ import annotations

import csv
import io
import random
from datetime import datetime

from sheetdesk.sandbox import values
from sheetdesk.sandbox.access import Caller
from sheetdesk.sandbox.api import not_emulated
from sheetdesk.sandbox.book import Json, Row, Spreadsheet, Tab, new_tab_properties
from sheetdesk.sandbox.drive_errors import DriveError, required
from sheetdesk.sandbox.file import MIME, File, stamp
from sheetdesk.sandbox.shown import Shown

__all__ = ["FORMATS", "as_v2", "export", "imported", "shown_rows"]

FORMATS = ("text/csv", "text/tab-separated-values")
"""What a spreadsheet can be exported as here."""

OTHER_FORMATS = (
    "application/pdf", "application/zip", "application/vnd.oasis.opendocument.spreadsheet",
    "application/x-vnd.oasis.opendocument.spreadsheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip

IMPORT_ZONE = "America/Los_Angeles"
"""The time zone an imported spreadsheet gets, whatever it had before."""


def export(file: File, mime: str, now: datetime) -> tuple[int, dict[str, str], bytes]:
    """The first tab as text, without a line end after the last row, as Google writes it."""
    if not mime:
        raise required("mimeType")
    if mime in OTHER_FORMATS:
        raise not_emulated(f"Export as {mime}")
    if mime not in FORMATS:
        text = "The requested conversion is not supported."
        raise DriveError(400, "badRequest", text, "convertTo")
    text_file = io.StringIO()
    tab_separated = mime == "text/tab-separated-values"
    writer = csv.writer(text_file, delimiter="\t" if tab_separated else ",", lineterminator="\r\n")
    writer.writerows(shown_rows(file.book, next(tab for tab in file.book.tabs if tab.has_grid), now))
    headers = {"Content-Type": mime, "Content-Disposition": "attachment"}
    return 200, headers, text_file.getvalue().removesuffix("\r\n").encode()


def shown_rows(book: Spreadsheet, tab: Tab, now: datetime) -> list[list[str]]:
    """The tab as people see it, up to its last used row and column, each row as long as the longest."""
    shown = Shown(book, now, lambda _: None)
    rows = [
        [shown.text(tab, row, column) for column in range(tab.column_count)]
        for row in range(shown.rows_used(tab))
    ]
    width = max((column + 1 for row in rows for column, text in enumerate(row) if text), default=0)
    return [row[:width] for row in rows]


def imported(book: Spreadsheet, text: bytes, rng: random.Random, now: datetime) -> Spreadsheet:
    """The spreadsheet a CSV makes of a file: one tab, named as the file, in another time zone.

    Fields are read as if typed. Raises DriveError with 400 where the text is no UTF-8.
    """
    try:
        read = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DriveError(400, "badRequest", "Bad Request") from error
    locale = str(book.properties.get("locale", "en_US"))
    rows = [{column: _typed(word, locale, now) for column, word in enumerate(line) if word} for line in read]
    columns = max((len(line) for line in read), default=0)
    properties = new_tab_properties(
        rng.randrange(1, 2**31), book.title, 0, max(1000, len(rows)), max(26, columns)
    )
    kept: list[Row | None] = [row or None for row in rows]
    tab = Tab(properties, kept)
    tab.trim()
    return Spreadsheet(book.id, {**book.properties, "timeZone": IMPORT_ZONE}, [tab])


def _typed(text: str, locale: str, now: datetime) -> Json:
    value, number_format = values.entered(text, locale, now)
    cell: Json = {"userEnteredValue": value}
    if number_format:
        cell["userEnteredFormat"] = {"numberFormat": number_format}
    return cell


def as_v2(file: File, caller: Caller) -> Json:
    """The v2 File that an upload answers with: what clients read of it, not all its links."""
    return {
        "kind": "drive#file",
        "ownerNames": [file.owner],
        "lastModifyingUserName": file.modified_by,
        "editable": True,
        "mimeType": MIME,
        "id": file.id,
        "title": file.book.title,
        "labels": {"viewed": True, "restricted": False, "starred": False, "hidden": False, "trashed": False},
        "createdDate": stamp(file.created),
        "modifiedDate": stamp(file.modified),
        "version": str(file.version),
        "shared": len(file.permissions) > 1,
        "capabilities": {"canEdit": True, "canCopy": True},
        "userPermission": {"kind": "drive#permission", "id": "me", "type": "user"}
        | {"role": "owner" if caller.email == file.owner else "writer"},
    }
