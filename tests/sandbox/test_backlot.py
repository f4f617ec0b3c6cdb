"""The sandbox against tables of what Google really answered: ranges, their spelling, typed values, masks."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetdesk.sandbox import fieldmask
from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.book import Spreadsheet, new_spreadsheet
from sheetdesk.sandbox.filter_rules import check, check_values_read
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.protojson import BadBody
from sheetdesk.sandbox.ranges import echo, resolve
from sheetdesk.sandbox.schema import Document, document
from tests.sandbox import backlot
from tests.sandbox.world import ROOT

pytestmark = backlot.needs_backlot

SHEETS = document("sheets")
needs_document = pytest.mark.skipif(SHEETS is None, reason="google-api-python-client is not installed")

PROBE = ("Sheet1", "Data", "R1C1", "RC", "A")
BOOK = ("Summary", "Second Sheet", "has!bang", "A1", "AB", "Ragged", "Blank")
VALUES = "sheets.spreadsheets.values.batchGetByDataFilter"
SHEET = "sheets.spreadsheets.getByDataFilter"


def book(*titles: str) -> Spreadsheet:
    """A spreadsheet with these tabs of 1000 rows and 26 columns."""
    made = new_spreadsheet("k1", "Probe")
    first = made.tabs[0]
    made.tabs = []
    for place, title in enumerate(titles):
        tab = first.copy()
        tab.properties = first.properties | {"title": title, "sheetId": place, "index": place}
        made.tabs.append(tab)
    return made


def answered(made: Spreadsheet, text: str) -> tuple[int, str]:
    try:
        area = resolve(made, text)
    except ApiError as error:
        return error.code, error.message
    return 200, echo(area.tab, area.box)


def tally(what: str, rows: int, wrong: list[Any]) -> None:
    print(f"\n{what}: {rows - len(wrong)} of {rows} rows as Google answered")
    for row in wrong:
        print("  ", row)
    assert wrong == []


def test_ranges_in_both_notations_are_read_as_google_read_them() -> None:
    rows = backlot.table("MEASURED_R1C1")
    probe = book(*PROBE)
    wrong = [(*row, answered(probe, row[0])) for row in rows if answered(probe, row[0]) != tuple(row[1:])]
    assert len(rows) > 200
    tally("A1 and R1C1 ranges", len(rows), wrong)


def test_ranges_are_spelled_as_google_spelled_them() -> None:
    one, many = book("Sheet1"), book(*BOOK)
    rows = [(one, *row) for row in backlot.table("MEASURED_ECHO")]
    rows += [
        (many, *row)
        for row in backlot.cases("test_an_a1_range_resolves_and_echoes_the_way_the_real_api_does")
    ]
    wrong = [
        (sent, shown, answered(made, sent))
        for made, sent, shown in rows
        if answered(made, sent) != (200, shown)
    ]
    assert len(rows) > 25
    tally("spelled ranges", len(rows), wrong)


def test_ranges_are_refused_in_googles_words() -> None:
    one, many = book("Sheet1"), book(*BOOK)
    rows = [(one, sent) for sent in backlot.cases("test_sheets_values_get_rejects_an_unusable_range")]
    rows += [
        (many, sent)
        for sent in backlot.cases("test_an_unknown_sheet_gets_the_same_message_unparseable_garbage_gets")
    ]
    wrong = [
        (sent, answered(made, sent))
        for made, sent in rows
        if answered(made, sent) != (400, f"Unable to parse range: {sent}")
    ]
    assert len(rows) > 15
    tally("refused ranges", len(rows), wrong)


def sheets() -> Document:
    assert SHEETS is not None
    return SHEETS


def refused(method: str, query: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    try:
        sheets().read_request(method, query, body)
    except BadBody as error:
        return [(violation.field, violation.description) for violation in error.violations]
    except ApiError as error:
        return [("", error.message)]
    return []


@needs_document
def test_typed_values_and_names_of_bodies_are_refused_in_googles_words() -> None:
    rows = [row for row in backlot.table("MEASURED_BY_FILTER") if row[1] == "probe"]
    typed, wrong = 0, []
    for route, _, body, _, shown in rows:
        body = with_ids(body)
        message = shown[0] if isinstance(shown, tuple) else shown
        is_typed = isinstance(message, str) and message.startswith(
            ("Invalid value at", "Invalid value (", "Invalid JSON payload")
        )
        typed += is_typed
        got = refused(VALUES if route == "values" else SHEET, [], body)
        if "\n".join(text for _, text in got) != (message if is_typed else ""):
            wrong.append((body, message, got))
    assert typed > 100
    tally(f"data-filter bodies, {typed} of them ill-typed", len(rows), wrong)


@needs_document
def test_data_filters_are_refused_in_googles_words_and_order() -> None:
    probe = book(*PROBE)
    rows = [row for row in backlot.table("MEASURED_BY_FILTER") if row[1] == "probe"]
    refusals, wrong = 0, []
    for route, _, sent, code, shown in rows:
        body = with_ids(sent)
        expected = shown[0] if isinstance(shown, tuple) else shown
        if isinstance(expected, str):
            expected = with_ids(expected.encode()).decode()
        refusals += code != 200
        got: tuple[int, str | None] = 200, None
        try:
            message = sheets().read_request(VALUES if route == "values" else SHEET, [], body)
            if route == "values":
                check_values_read(probe, message)
            else:
                check(probe, message.get("dataFilters", []), names_the_filter=False)
        except ApiError as error:
            got = error.code, error.message
        if got != (code, None if code == 200 else expected):
            wrong.append((route, body, code, expected, got))
    assert refusals > 300
    tally(f"data filters, {refusals} of them refused", len(rows), wrong)


@needs_document
def test_data_filters_choose_what_google_chose() -> None:
    """The same rows whole, over requests: what is answered, block by block, and every refusal."""
    sandbox = Sandbox(document=sheets(), rng=random.Random(1), now=lambda: datetime(2027, 3, 1, tzinfo=UTC))

    def ask(verb: str, path: str, body: bytes) -> tuple[int, Any]:
        answer = sandbox.handle(verb, ROOT + path, {}, body)
        return answer.status, json.loads(answer.body)

    tabs = [{"properties": {"title": title, "sheetId": place}} for place, title in enumerate(PROBE)]
    key = ask("POST", "", json.dumps({"sheets": tabs}).encode())[1]["spreadsheetId"]
    for title in PROBE[:2]:
        values = json.dumps({"values": [["a", "b"], ["c", "d"], ["e", "f"]]}).encode()
        assert ask("PUT", f"/{key}/values/{title}!A1?valueInputOption=RAW", values)[0] == 200
    rows = [row for row in backlot.table("MEASURED_BY_FILTER") if row[1] != "anon"]
    wrong = []
    for route, target, sent, code, shown in rows:
        where = "/values:batchGetByDataFilter" if route == "values" else ":getByDataFilter"
        status, found = ask("POST", f"/{key if target == 'probe' else target}{where}", with_ids(sent))
        got = blocks(route, found) if status == 200 else found["error"]["message"]
        expected = by_id(shown[0] if isinstance(shown, tuple) else shown)
        if (status, got) != (code, expected):
            wrong.append((route, sent, code, expected, status, got))
    assert len(rows) > 500
    tally("answers to data filters", len(rows), wrong)


def blocks(route: str, found: Any) -> Any:
    """An answer as the table tells it: ranges with their filters, or tabs with the sizes of their data."""
    if route == "values":
        ranges = [(one["valueRange"], one["dataFilters"]) for one in found.get("valueRanges", ())]
        return [(one["range"], one["majorDimension"], *filters) for one, filters in ranges] or None
    return [
        (sheet["properties"]["title"], [sizes(one) for one in sheet["data"]] if "data" in sheet else None)
        for sheet in found["sheets"]
    ]


def sizes(block: dict[str, Any]) -> dict[str, int]:
    kept = {name: part for name, part in block.items() if name != "rowData"}
    return {name: len(part) if isinstance(part, list) else part for name, part in kept.items()}


def by_id(shown: Any) -> Any:
    """What a row of the table expects, with the probe's ids."""
    if isinstance(shown, str):
        place = shown.removeprefix("ID_")
        titles = [title.upper() for title in PROBE]
        return (
            titles.index(place) if place in titles and shown != place else with_ids(shown.encode()).decode()
        )
    if isinstance(shown, list | tuple):
        return type(shown)(by_id(part) for part in shown)
    return {name: by_id(part) for name, part in shown.items()} if isinstance(shown, dict) else shown


def with_ids(text: bytes) -> bytes:
    """The ids of the probe's tabs in place of their names."""
    for place, title in enumerate(PROBE):
        text = text.replace(f"ID_{title.upper()}".encode(), str(place).encode())
    return text


@needs_document
def test_what_is_no_json_is_refused() -> None:
    rows = backlot.cases("test_a_body_that_does_not_parse_is_refused_before_the_lookup", 1)
    wrong = [
        (body, refused(VALUES, [], body))
        for body, message in rows
        if refused(VALUES, [], body) != [("", message)]
    ]
    tally("bodies that are no JSON", len(rows), wrong)


@needs_document
def test_query_values_are_read_and_refused_as_google_does() -> None:
    get, values = "sheets.spreadsheets.get", "sheets.spreadsheets.values.get"
    rows: list[tuple[str, list[tuple[str, str]], bytes, list[tuple[str, str]]]] = []
    for given, field, enum in backlot.cases("test_sheets_values_get_rejects_a_bad_enum"):
        name, text = next(iter(given.items()))
        why = f"Invalid value at '{field}' (type.googleapis.com/google.apps.sheets.v4.{enum}), \"{text}\""
        rows.append((values, [(name, text)], b"", [(field, why)]))
    for given in backlot.cases("test_sheets_read_enums_take_a_name_in_any_case_or_its_number"):
        rows.append((values, list(given.items()), b"", []))
    for text in backlot.cases("test_a_boolean_query_param_refuses_what_is_not_a_boolean", 1):
        why = f"Invalid value at 'include_grid_data' (TYPE_BOOL), \"{text}\""
        rows.append((get, [("includeGridData", text)], b"", [("include_grid_data", why)]))
    for text, _ in backlot.cases("test_include_grid_data_takes_every_boolean_spelling_the_real_api_takes"):
        rows.append((get, [("includeGridData", text)], b"", []))
    methods = {"values": values, "book": get, "by_filter": SHEET, "values_by_filter": VALUES}
    for _, path, query, body, found in backlot.cases(
        "test_every_typed_value_is_parsed_and_every_one_refused_is_named"
    ):
        if path in methods:
            rows.append((methods[path], query, json.dumps(body).encode() if body else b"", found))
    wrong = [
        (method, query, body, found, refused(method, query, body))
        for method, query, body, found in rows
        if sorted(refused(method, query, body)) != sorted(found)
    ]
    assert len(rows) > 60
    tally("typed values of queries and bodies", len(rows), wrong)


@needs_document
def test_enums_of_queries_are_read_by_their_words() -> None:
    rows = backlot.cases("test_sheets_values_get_echoes_the_major_dimension_by_its_name", 1)
    wrong = []
    for sent, echoed in rows:
        [(_, word)] = sheets().read_query("sheets.spreadsheets.values.get", [("majorDimension", sent)])
        if (word if word != "DIMENSION_UNSPECIFIED" else "ROWS") != echoed:
            wrong.append((sent, echoed, word))
    tally("enums of queries", len(rows), wrong)


@needs_document
def test_field_masks_are_refused_in_googles_words() -> None:
    methods = {"{book}": "Spreadsheet", "values/": "ValueRange", "values:batchGet": "BatchGetValuesResponse"}
    rows: list[tuple[str, str, tuple[str, str]]] = []
    for url, text, field, path in backlot.cases("test_a_fields_mask_naming_no_field_is_refused"):
        schema = next(name for part, name in reversed(methods.items()) if part in url)
        why = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
        rows.append((schema, text, (field or text, why)))
    for text, bracket in backlot.cases("test_a_fields_mask_with_an_unpaired_bracket_is_refused"):
        dotted, pair = text.replace("/", "."), ")" if bracket == "(" else "("
        why = f"Invalid FieldMask '{dotted}'. Cannot find matching '{pair}' for all '{bracket}'."
        rows.append(("Spreadsheet", text, (dotted, why)))
    wrong = []
    for schema, text, expected in rows:
        try:
            got: Any = sheets().mask_of(schema, text)
        except fieldmask.BadMask as error:
            got = error.field, error.description
        if got != expected:
            wrong.append((text, expected, got))
    assert len(rows) > 25
    tally("refused field masks", len(rows), wrong)


RAGGED: list[dict[str, Any]] = [
    {"userEnteredValue": {"stringValue": text}, "effectiveValue": {"stringValue": text}} for text in "aczw"
]
SPREADSHEET: dict[str, Any] = {
    "spreadsheetId": "k1",
    "properties": {"title": "Q3 pipeline", "locale": "en_US"},
    "sheets": [
        {
            "properties": {"sheetId": 5, "title": "Ragged", "index": 5},
            "data": [
                {
                    "rowData": [
                        {"values": [RAGGED[0], {}, RAGGED[1]]},
                        {},
                        {"values": [RAGGED[2]]},
                        {"values": [{}, {}, RAGGED[3]]},
                    ],
                    "rowMetadata": [{"pixelSize": 21}] * 4,
                }
            ],
        }
    ],
    "spreadsheetUrl": "https://example.org",
    "commentsViewMode": "COMMENTS_VIEW_MODE_OMITTED",
}


@needs_document
def test_field_masks_keep_what_google_kept() -> None:
    rows = backlot.cases("test_fields_narrows_a_spreadsheet")
    wrong = []
    for text, expected in rows:
        kept = sheets().mask_of("Spreadsheet", text).project(SPREADSHEET)
        got = kept if isinstance(expected, dict) else list(kept)
        # Google itself leaves the comments mode out where the mask does not ask for it.
        if isinstance(expected, list) and "commentsViewMode" not in expected:
            got = [name for name in got if name != "commentsViewMode"]
        if got != expected:
            wrong.append((text, expected, got))
    assert len(rows) > 25
    tally("projected field masks", len(rows), wrong)


@needs_document
def test_a_field_mask_decides_whether_the_grid_is_answered() -> None:
    rows = backlot.cases("test_a_field_mask_decides_the_grid_when_one_is_set")
    wrong = []
    for text, included, expected in rows:
        mask = sheets().mask_of("Spreadsheet", text)
        got = included == "true" if mask.is_all else mask.reaches("sheets.data")
        if got != expected:
            wrong.append((text, included, expected))
    tally("masks that decide on the grid", len(rows), wrong)
