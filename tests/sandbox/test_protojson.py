"""Bodies are read as leniently, and refused in the same words, as Google's front end does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.message_types import Types
from sheetdesk.sandbox.protojson import BadBody, omit_defaults, parse, read

SCHEMAS: dict[str, Any] = {
    "Update": {
        "properties": {
            "requests": {"type": "array", "items": {"$ref": "Request"}},
            "ranges": {"type": "array", "items": {"type": "string"}},
            "includeAll": {"type": "boolean"},
            "length": {"type": "integer", "format": "int32"},
            "size": {"type": "string", "format": "int64"},
            "width": {"type": "number", "format": "double"},
            "sortOrder": {"type": "string", "enum": ["SORT_ORDER_UNSPECIFIED", "ASCENDING", "DESCENDING"]},
            "criteria": {"type": "object", "additionalProperties": {"$ref": "GridRange"}},
            "values": {"type": "array", "items": {"type": "array", "items": {"type": "any"}}},
            "cell": {"$ref": "CellData"},
        }
    },
    "Request": {"properties": {"unmergeCells": {"$ref": "Unmerge"}, "sortRange": {"$ref": "Unmerge"}}},
    "Unmerge": {"properties": {"range": {"$ref": "GridRange"}}},
    "GridRange": {
        "properties": {
            "sheetId": {"type": "integer", "format": "int32"},
            "startRowIndex": {"type": "integer", "format": "int32"},
        }
    },
    "CellData": {"properties": {"note": {"type": "string"}, "formattedValue": {"type": "string"}}},
}
TYPES = Types(SCHEMAS, "google.apps.sheets.v4")
URL = "type.googleapis.com/google.apps.sheets.v4"


def refusals(body: Any, root: str = "") -> list[tuple[str, str]]:
    with pytest.raises(BadBody) as caught:
        read("Update", json.dumps(body).encode(), TYPES, root)
    return [(violation.field, violation.description) for violation in caught.value.violations]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"include_all": "Y", "length": "7"}, {"includeAll": True, "length": 7}),
        ({"length": 7.0, "width": "1e3"}, {"length": 7, "width": 1000.0}),
        ({"size": 12}, {"size": "12"}),
        ({"sortOrder": "descending"}, {"sortOrder": "DESCENDING"}),
        ({"sortOrder": 1}, {"sortOrder": "ASCENDING"}),
        ({"sortOrder": "+2"}, {"sortOrder": "DESCENDING"}),
        ({"sortOrder": 9}, {"sortOrder": 9}),
        ({"length": None, "ranges": [None, "A1"]}, {"ranges": ["A1"]}),
        ({"ranges": "A1"}, {"ranges": ["A1"]}),
        ({"requests": {"unmergeCells": {}}}, {"requests": [{"unmergeCells": {}}]}),
        ({"requests": [[{"unmergeCells": {}}], {}]}, {"requests": [{"unmergeCells": {}}, {}]}),
        ({"requests": [{"unmergeCells": None, "sortRange": {}}]}, {"requests": [{"sortRange": {}}]}),
        ({"criteria": {"3": {"sheet_id": 1}}}, {"criteria": {"3": {"sheetId": 1}}}),
        ({"criteria": {"3": {"startRowIndex": {"value": 0}}}}, {"criteria": {"3": {"startRowIndex": 0}}}),
        ({"criteria": {"3": {"startRowIndex": {}}}}, {"criteria": {"3": {"startRowIndex": 0}}}),
        ({"values": [["a", None, 3, True], []]}, {"values": [["a", None, 3, True], []]}),
        ({"cell": {"note": "n", "formattedValue": "ignored"}}, {"cell": {"note": "n"}}),
    ],
)
def test_a_body_becomes_a_message(body: Any, message: Any) -> None:
    assert read("Update", body, TYPES) == message
    assert read("Update", json.dumps(body).encode(), TYPES) == message


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"note": 1}, "", 'Invalid JSON payload received. Unknown name "note": Cannot find field.'),
        (
            {"requests": [{}, {"unmergeCells": {"rnge": {}}}]},
            "requests[1].unmerge_cells",
            "Invalid JSON payload received. Unknown name \"rnge\" at 'requests[1].unmerge_cells': "
            "Cannot find field.",
        ),
        (
            {"requests": ["repeatCell"]},
            "requests[0]",
            f"Invalid value at 'requests[0]' ({URL}.BatchUpdateSpreadsheetRequest.Request), \"repeatCell\"",
        ),
        (
            {"requests": [{"unmergeCells": {}, "sortRange": {}}]},
            "requests[0]",
            "Invalid value at 'requests[0]' (oneof), "
            "oneof field 'kind' is already set. Cannot set 'sortRange'",
        ),
        (
            {"length": []},
            "",
            'Invalid JSON payload received. Unknown name "length": '
            "Proto field is not repeating, cannot start list.",
        ),
        ({"length": "x"}, "length", "Invalid value at 'length' (TYPE_INT32), \"x\""),
        ({"length": 2**31}, "length", "Invalid value at 'length' (TYPE_INT32), 2147483648"),
        ({"length": 1.5}, "length", "Invalid value at 'length' (TYPE_INT32), 1.5"),
        ({"length": True}, "length", "Invalid value at 'length' (TYPE_INT32), true"),
        ({"width": "wide"}, "width", "Invalid value at 'width' (TYPE_DOUBLE), \"wide\""),
        ({"includeAll": "on"}, "include_all", "Invalid value at 'include_all' (TYPE_BOOL), \"on\""),
        ({"includeAll": {}}, "", "Invalid value (include_all), Starting an object on a scalar field"),
        ({"sortOrder": "UP"}, "sort_order", f"Invalid value at 'sort_order' ({URL}.SortOrder), \"UP\""),
        ({"ranges": ["A1", 5]}, "ranges[1]", "Invalid value at 'ranges[1]' (TYPE_STRING), 5"),
        ({"criteria": 3}, "criteria", f"Invalid value at 'criteria' ({URL}.GridRange), 3"),
        (
            {"criteria": {"3": {"startRowIndex": "x"}}},
            "criteria[3].start_row_index.value",
            "Invalid value at 'criteria[3].start_row_index.value' (TYPE_INT32), \"x\"",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_googles_words(body: Any, field: str, words: str) -> None:
    assert refusals(body) == [(field, words)]


def test_everything_that_does_not_fit_is_told_at_once_in_the_order_of_the_body() -> None:
    with pytest.raises(BadBody) as caught:
        read("Update", b'{"length": "x", "bogus": 1, "includeAll": 2}', TYPES)
    lines = [
        "Invalid value at 'length' (TYPE_INT32), \"x\"",
        'Invalid JSON payload received. Unknown name "bogus": Cannot find field.',
        "Invalid value at 'include_all' (TYPE_BOOL), 2",
    ]
    assert caught.value.body()["error"] == {
        "code": 400,
        "message": "\n".join(lines),
        "status": "INVALID_ARGUMENT",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [
                    {"field": "length", "description": lines[0]},
                    {"description": lines[1]},
                    {"field": "include_all", "description": lines[2]},
                ],
            }
        ],
    }


def test_a_root_starts_the_paths() -> None:
    values = "type.googleapis.com/google.protobuf.ListValue"
    assert refusals({"values": "A1:D4"}, "data") == [
        ("data.values", f"Invalid value at 'data.values' ({values}), \"A1:D4\"")
    ]
    assert refusals({"values": [["a"], "b"]}, "data")[0][0] == "data.values[1]"


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"3", b"null"])
def test_a_body_is_an_object(body: bytes) -> None:
    with pytest.raises(BadBody, match="Root element must be a message"):
        read("Update", body, None)


def test_without_types_nothing_is_checked() -> None:
    body = b'{"requests": [{"anything": null, "values": [[null, 1]]}], "gone": null}'
    assert read("Update", body, None) == {"requests": [{"values": [[None, 1]]}]}


@pytest.mark.parametrize("body", [b"abc", b'{"a": 1', b'{"a": NaN}', b'{"a": 1e999}', b"{" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError, match=r"^Invalid JSON payload received. Unexpected token.$"):
        parse(body)


def test_bytes_that_are_no_text_are_read_as_spaces() -> None:
    assert parse(b"") == {}
    assert parse(b'\xef\xbb\xbf{"a": "x\xff\xfey"}') == {"a": "x  y"}


def test_an_answer_leaves_out_what_is_nothing() -> None:
    answer = {
        "properties": {"sheetId": 0, "title": "Desk", "index": 0, "sheetType": "GRID", "hidden": False},
        "merges": [{"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2}],
        "values": [["", 0, False], []],
        "charts": [],
        "note": "",
        "editors": {},
        "backgroundColor": {"red": 0, "green": 1},
        "userEnteredValue": {"numberValue": 0},
        "textFormat": {"bold": False},
        "textFormatRuns": [{"startIndex": 0, "format": {}}],
    }
    assert omit_defaults("Sheet", answer) == {
        "properties": {"sheetId": 0, "title": "Desk", "index": 0, "sheetType": "GRID"},
        "merges": [{"startRowIndex": 0, "endRowIndex": 2}],
        "values": [["", 0, False], []],
        "editors": {},
        "backgroundColor": {"green": 1},
        "userEnteredValue": {"numberValue": 0},
        "textFormat": {"bold": False},
        "textFormatRuns": [{"format": {}}],
    }
    assert omit_defaults("SheetProperties", {"sheetId": 0}) == {"sheetId": 0}
