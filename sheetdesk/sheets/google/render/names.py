"""Named ranges, and the marks by which sheetdesk knows its columns again wherever they were moved."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sheetdesk.plan.plan import Span, TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.ids import KEY

__all__ = ["column_mark", "draw_marks", "draw_names", "spreadsheet_mark"]

FORM = 1


def draw_names(book: Book) -> list[Request]:
    """Each table's block, header included, under the table's name; and the plan's names that are blocks."""
    found = []
    for tab in book.plan.tabs:
        if tab.table is not None:
            found.append(_named(book, tab.table.name, book.table_block(tab, tab.table)))
    for name in book.plan.names:
        if isinstance(name.source, Span):
            found.append(_named(book, name.name, book.span(name.source)))
    return found


def _named(book: Book, name: str, block: Request) -> Request:
    named = {"namedRangeId": str(book.ids.of("name", name)), "name": name, "range": block}
    return {"addNamedRange": {"namedRange": named}}


def draw_marks(book: Book, people: Mapping[str, str]) -> list[Request]:
    """The mark of the spreadsheet, and one of each column of each table."""
    found = [spreadsheet_mark(book, people)]
    for tab in book.plan.tabs:
        if tab.table is not None:
            found += [column_mark(book, tab, tab.table, column.key) for column in tab.table.columns]
    return found


def spreadsheet_mark(book: Book, people: Mapping[str, str]) -> Request:
    """What the ids in this spreadsheet are worked out from, the zone in which its moments are kept, and the
    mails of whom it is shared with, as `shared` has them.
    """
    zone = {"zone": book.zone} if book.zone else {}
    facts = {"form": FORM, "seed": book.ids.seed} | zone | {"people": dict(people)}
    value = json.dumps(facts, separators=(",", ":"))
    return _mark(book.ids.of("mark"), value, {"spreadsheet": True})


def column_mark(book: Book, tab: TabPlan, table: TablePlan, key: str) -> Request:
    """The mark of one column: `<table>.<column>`, which moves with the column."""
    place = table.left + table.index(key)
    column = {
        "sheetId": book.sheet(tab.key),
        "dimension": "COLUMNS",
        "startIndex": place,
        "endIndex": place + 1,
    }
    return _mark(book.ids.column(table.name, key), f"{table.name}.{key}", {"dimensionRange": column})


def _mark(number: int, value: str, location: Request) -> Request:
    mark = {
        "metadataId": number,
        "metadataKey": KEY,
        "metadataValue": value,
        "location": location,
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": mark}}
