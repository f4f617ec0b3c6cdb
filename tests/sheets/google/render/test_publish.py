"""A whole spreadsheet in two calls: bodies that the API takes, and cells that only ever hold values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from sheetdesk.plan.draw import Audience, draw
from sheetdesk.sheets.google.publish import Publication, publication
from sheetdesk.sheets.google.render.dialect import column_letters
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB, overlay_blocks
from tests.books import LANGUAGES, NOW, TRADES, Book, book_of, demo_book, desk_named
from tests.sheets.google.render.discovery import complaints

FILE_LIMIT = 2_000_000
Request = dict[str, Any]


@cache
def small() -> Book:
    return demo_book("it-service", "en", 40)


@pytest.fixture(scope="module")
def made() -> Publication:
    return publication(small().plan, small().desk)


def test_a_desk_without_tickets_is_published_too() -> None:
    book = book_of(desk_named("it-service", "zh"), {}, [])
    made = publication(book.plan, book.desk)
    assert complaints({"requests": made.requests}, "BatchUpdateSpreadsheetRequest") == []


def of_kind(made: Publication, kind: str) -> list[Request]:
    return [request[kind] for request in made.requests if kind in request]


def sheet_ids(made: Publication) -> dict[str, int]:
    return {
        sheet["properties"]["title"]: sheet["properties"]["sheetId"] for sheet in made.create_body["sheets"]
    }


def cells(made: Publication, title: str) -> dict[str, Request]:
    """What is written into a tab's cells, by place; later requests add to earlier ones."""
    found: dict[str, Request] = {}
    for written in of_kind(made, "updateCells"):
        start = written["start"]
        if start["sheetId"] != sheet_ids(made)[title]:
            continue
        for row, line in enumerate(written["rows"], start["rowIndex"]):
            for column, cell in enumerate(line["values"], start["columnIndex"]):
                if cell:
                    found.setdefault(f"{column_letters(column)}{row + 1}", {}).update(cell)
    return found


def formulas(part: Any) -> Iterator[str]:
    """Every formulaValue anywhere in a body."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "formulaValue":
                yield value
            yield from formulas(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from formulas(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", TRADES)
def test_the_api_takes_the_bodies_of_every_template(trade: str, language: str) -> None:
    desk = desk_named(trade, language)
    book = book_of(desk, {"title": ["A", "B"], "status": ["open", None]}, ["T-1", "T-2"])
    made = publication(book.plan, book.desk)
    assert complaints(made.create_body, "Spreadsheet") == []
    assert complaints({"requests": made.requests}, "BatchUpdateSpreadsheetRequest") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copies_of_roles_are_bodies_too(language: str) -> None:
    book = book_of(desk_named("it-service", language), {"title": ["A"]}, ["IT-1"])
    for role in book.desk.roles[:2]:
        whom = Audience(role=role, is_copy=True)
        plan = draw(book.desk, book.tables, NOW, audience=whom)
        made = publication(plan, book.desk, whom=whom)
        assert complaints({"requests": made.requests}, "BatchUpdateSpreadsheetRequest") == []


def test_a_thousand_tickets_are_one_create_and_one_batch_of_moderate_size(
    record_property: Any,
) -> None:
    book = demo_book("it-service", "zh", 1_000)
    made = publication(book.plan, book.desk)
    body = json.dumps({"requests": made.requests}, ensure_ascii=False, separators=(",", ":")).encode()
    record_property("requests", len(made.requests))
    record_property("bytes", len(body))
    print(f"{len(made.requests)} requests, {len(body):,} bytes")
    assert len(body) < FILE_LIMIT


def test_tabs_have_the_ids_that_their_names_give(made: Publication) -> None:
    book = small()
    wanted = {tab.title: Ids().tab(tab.key) for tab in book.plan.tabs} | {OVERLAY_TAB: Ids().tab(OVERLAY_TAB)}
    assert sheet_ids(made) == wanted
    hidden = [s["properties"]["title"] for s in made.create_body["sheets"] if s["properties"].get("hidden")]
    assert hidden == ["_sheetdesk", OVERLAY_TAB]


def test_no_two_things_share_an_id(made: Publication) -> None:
    found: Counter[tuple[str, Any]] = Counter()
    for request in made.requests:
        for kind, body in request.items():
            for part in body.values():
                if isinstance(part, dict):
                    found.update((kind, value) for key, value in part.items() if key.endswith("Id") and value)
    ids = [key for key in found if key[0].startswith(("add", "create"))]
    assert len(ids) > 100
    assert [key for key in ids if found[key] > 1] == []


def test_a_ticket_s_text_never_becomes_a_formula() -> None:
    texts = ['=HYPERLINK("http://a.example","x")', "+1", "@x", "'x", "-2+3", "{=1}"]
    desk = desk_named("it-service", "en")
    ids = [f"IT-{number}" for number in range(len(texts))]
    keys = ("title", "owner", "description", "flags")
    made, plain = (
        publication(book_of(desk, dict.fromkeys(keys, words), ids).plan, desk)
        for words in (texts, ["A", "B", "C", "D", "E", "F"])
    )
    columns = [column.key for column in desk.tickets.columns]
    for row, text in enumerate(texts, 2):
        for key in keys[:3]:
            place = f"{column_letters(columns.index(key))}{row}"
            assert cells(made, desk.tickets.title)[place] == {"userEnteredValue": {"stringValue": text}}
    shown = [cell.get("userEnteredValue") for cell in cells(made, OVERLAY_TAB).values()]
    assert [text for text in texts if {"stringValue": text} not in shown] == []
    assert list(formulas(made.requests)) == list(formulas(plain.requests))


def test_times_are_day_numbers_in_columns_that_show_them_as_times(made: Publication) -> None:
    book = small()
    _, table = book.plan.table("tickets")
    place = table.index("created")
    assert isinstance(
        cells(made, "Tickets")[f"{column_letters(place)}2"]["userEnteredValue"]["numberValue"], float
    )
    shown = [
        repeated["cell"]["userEnteredFormat"].get("numberFormat")
        for repeated in of_kind(made, "repeatCell")
        if repeated["range"]["sheetId"] == sheet_ids(made)["Tickets"]
        and repeated["range"]["startColumnIndex"] <= place < repeated["range"]["endColumnIndex"]
    ]
    assert shown == [{"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"}]


def test_columns_of_rules_are_shown_from_the_overlay_and_hold_nothing_themselves(made: Publication) -> None:
    book = small()
    _, table = book.plan.table("tickets")
    placed = cells(made, "Tickets")
    block = overlay_blocks(book.plan)["tickets"]
    assert set(block.columns) == {
        column.key for column in table.columns if column.is_ours and column.formula is None
    }
    for key in block.columns:
        letters = column_letters(table.index(key))
        place = block.place(key)
        lookup = f"VLOOKUP($A$1:$A,'_sheetdesk_sync'!$A$2:$AG,{place},FALSE)"
        title = table.columns[table.index(key)].title
        header = placed[f"{letters}1"]["userEnteredValue"]["formulaValue"]
        assert header == f'=ARRAYFORMULA(IF(ROW($A$1:$A)=ROW($A$1),"{title}",IFNA({lookup})))'
        assert [f"{letters}{row}" for row in range(2, table.rows + 2) if f"{letters}{row}" in placed] == []
    shown = cells(made, OVERLAY_TAB)
    heads = [
        shown[f"{column_letters(i)}1"]["userEnteredValue"]["stringValue"] for i in range(len(block.heads))
    ]
    assert heads == ["id", *(f"tickets.{key}" for key in block.columns)]
    assert shown["A2"]["userEnteredValue"] == {"stringValue": table.columns[0].cells[0]}
    due = column_letters(block.place("due") - 1)
    dues = [cell for cell in table.columns[table.index("due")].cells if cell is not None]
    assert len([place for place in shown if place.strip("0123456789") == due]) == len(dues) + 1


def test_every_column_of_a_table_is_marked(made: Publication) -> None:
    marks = [mark["developerMetadata"] for mark in of_kind(made, "createDeveloperMetadata")]
    placed = {mark["metadataValue"]: mark["location"] for mark in marks}
    book = small()
    for tab in book.plan.tabs:
        for place, column in enumerate(tab.table.columns if tab.table else ()):
            assert placed[f"{tab.key}.{column.key}"]["dimensionRange"] == {
                "sheetId": sheet_ids(made)[tab.title],
                "dimension": "COLUMNS",
                "startIndex": place,
                "endIndex": place + 1,
            }
    assert {mark["metadataKey"] for mark in marks} == {"sd"}
    # What a spreadsheet and each of its tabs may hold in marks.
    assert sum(len(mark["metadataKey"]) + len(mark["metadataValue"]) for mark in marks) < 30_000
