"""Google's own description of its API fits what Google really received and answered."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from sheetdesk.sandbox import fieldmask, overlay
from sheetdesk.sandbox.schema import Document, document
from tests.sandbox.recordings import PACKED, exchanges

SHEETS, DRIVE = document("sheets"), document("drive")
pytestmark = pytest.mark.skipif(SHEETS is None, reason="google-api-python-client is not installed")


def sheets() -> Document:
    assert SHEETS is not None
    return SHEETS


def drive() -> Document:
    assert DRIVE is not None
    return DRIVE


def test_without_googles_client_there_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert document.__wrapped__("sheets") is None


@pytest.mark.parametrize(
    ("verb", "path", "method", "parts"),
    [
        ("POST", "/v4/spreadsheets", "create", {}),
        ("GET", "/v4/spreadsheets/k1", "get", {"spreadsheetId": "k1"}),
        ("POST", "/v4/spreadsheets/k1:batchUpdate", "batchUpdate", {"spreadsheetId": "k1"}),
        ("GET", "/v4/spreadsheets/k1/values/A1:B2", "values.get", {"spreadsheetId": "k1", "range": "A1:B2"}),
        (
            "POST",
            "/v4/spreadsheets/k1/values/My%20desk%21A1%3AB2:append",
            "values.append",
            {"spreadsheetId": "k1", "range": "My desk!A1:B2"},
        ),
        ("POST", "/v4/spreadsheets/k1/values:batchClear", "values.batchClear", {"spreadsheetId": "k1"}),
        (
            "POST",
            "/v4/spreadsheets/k1/sheets/7:copyTo",
            "sheets.copyTo",
            {"spreadsheetId": "k1", "sheetId": "7"},
        ),
        (
            "POST",
            "/v4/spreadsheets/k1/developerMetadata:search",
            "developerMetadata.search",
            {"spreadsheetId": "k1"},
        ),
    ],
)
def test_a_verb_and_a_path_call_a_method(verb: str, path: str, method: str, parts: dict[str, str]) -> None:
    assert sheets().route(verb, path) == (f"sheets.spreadsheets.{method}", parts)


def test_a_path_that_no_method_has_calls_none() -> None:
    assert sheets().route("DELETE", "/v4/spreadsheets/k1") is None
    assert sheets().route("GET", "/v4/spreadsheets/k1/values") is None
    assert sheets().route("GET", "/v4/spreadsheets/k1/values/A1/B2") is None
    assert drive().route("DELETE", "/drive/v3/files/k1") == ("drive.files.delete", {"fileId": "k1"})


def test_an_unknown_parameter_is_refused_by_sheets_and_passed_over_by_drive() -> None:
    query = [("alt", "json"), ("bogus", "1")]
    [wrong] = sheets().check_request("sheets.spreadsheets.get", query, b"")
    assert wrong.description == (
        'Invalid JSON payload received. Unknown name "bogus": Cannot bind query parameter. '
        "Field 'bogus' could not be found in request message."
    )
    assert drive().check_request("drive.files.get", query, b"") == []
    assert sheets().check_request("sheets.spreadsheets.get", [("include_grid_data", "t")], b"") == []


def test_parameters_are_read_as_what_they_are() -> None:
    query = [
        ("ranges", "A1"),
        ("include_grid_data", "Y"),
        ("comments_view_mode", "3"),
        ("alt", "json"),
        ("x", "1"),
    ]
    assert sheets().read_query("sheets.spreadsheets.get", query) == [
        ("ranges", "A1"),
        ("includeGridData", True),
        ("commentsViewMode", "COMMENTS_VIEW_MODE_INCLUDED"),
        ("alt", "json"),
        ("x", "1"),
    ]
    assert sheets().read_query("sheets.spreadsheets.values.get", [("majorDimension", "down")]) == [
        ("majorDimension", "down")
    ]
    assert drive().read_query("drive.files.list", [("pageSize", "+7")]) == [("pageSize", 7)]


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"spreadsheetId": 5}, "spreadsheetId"),
        ({"sheets": {}}, "sheets"),
        ({"sheets": [{"properties": {"titel": "x"}}]}, "sheets[0].properties.titel"),
        ({"sheets": [{"properties": {"sheet_id": 1}}]}, "sheets[0].properties.sheet_id"),
        ({"sheets": [{"properties": {"sheetType": "GRIDS"}}]}, "sheets[0].properties.sheetType"),
        ({"sheets": [{"properties": {"index": "1"}}]}, "sheets[0].properties.index"),
        ({"sheets": [{"properties": {"hidden": None}}]}, "sheets[0].properties.hidden"),
        ({"sheets": [{"properties": []}]}, "sheets[0].properties"),
        (
            {"sheets": [{"filterViews": [{"criteria": {"0": {"hidden": []}}}]}]},
            "sheets[0].filterViews[0].criteria.0.hidden",
        ),
        (
            {
                "sheets": [
                    {
                        "data": [
                            {
                                "rowData": [
                                    {"values": [{"effectiveValue": {"numberValue": 1, "boolValue": True}}]}
                                ]
                            }
                        ]
                    }
                ]
            },
            "sheets[0].data[0].rowData[0].values[0].effectiveValue.boolValue",
        ),
    ],
)
def test_an_answer_that_the_document_does_not_allow_is_told(answer: object, place: str) -> None:
    assert [wrong.field for wrong in sheets().check_answer("sheets.spreadsheets.get", answer)] == [place]


def test_masks_are_spelled_out_over_the_answer() -> None:
    mask = sheets().mask("sheets.spreadsheets.get", "*.title,sheets(*/rowData,data/start_row)")
    assert mask.paths == ("properties.title", "sheets.data.rowData", "sheets.data.startRow")
    with pytest.raises(fieldmask.BadMask) as caught:
        sheets().mask("sheets.spreadsheets.get", "sheets/title")
    why = "Error expanding 'fields' parameter. Cannot find matching fields for path 'sheets.title'."
    assert caught.value.body()["error"]["message"] == "Request contains an invalid argument."
    assert caught.value.body()["error"]["details"][0]["fieldViolations"] == [
        {"field": "sheets.title", "description": why}
    ]


def test_everything_the_overlay_names_is_in_the_document() -> None:
    kinds = sheets().types.fields("Request")
    assert overlay.REQUIRED.keys() | overlay.MASK_ROOTS.keys() <= kinds.keys()
    for kind, paths in overlay.REQUIRED.items():
        for path in "|".join(paths).split("|"):
            assert sheets().mask_of(kinds[kind].of, path).paths == (path,)
    masked = {kind for kind, field in kinds.items() if "fields" in sheets().types.fields(field.of)}
    assert {kinds[kind].name for kind in masked} == overlay.MASK_ROOTS.keys()
    for message, oneofs in overlay.ONEOFS.items():
        for members in oneofs.values():
            assert members == ("*",) or set(members) <= sheets().types.fields(message).keys()
    for message, names in [*overlay.READ_ONLY.items(), *overlay.WRAPPERS.items()]:
        assert names <= sheets().types.fields(message).keys()
    conditions = sheets().types.fields("BooleanCondition")["type"].values
    assert set(conditions) - {"CONDITION_TYPE_UNSPECIFIED"} == overlay.CONDITIONS.keys()


@pytest.mark.shared_data
@pytest.mark.skipif(not PACKED.exists(), reason=f"no shared file {PACKED.name}")
def test_every_recorded_request_and_answer_fits_the_document() -> None:
    counted: Counter[str] = Counter()
    wrong: list[object] = []
    for one in exchanges():
        api = sheets() if one.host == "sheets.googleapis.com" else drive()
        found = api.route(one.verb, one.path)
        if found is None:
            counted["not in these documents (uploads)"] += 1
            continue
        method, _ = found
        problems = api.check_request(method, one.query, one.body)
        message = one.answer.get("error", {}).get("message", "") if one.code >= 400 else ""
        if one.code < 400 or not problems:
            # What the words of a refusal are about beyond types is not the document's.
            is_right = not problems and (one.code != 400 or message.startswith("Invalid requests[0]."))
        else:
            is_right = "\n".join(problem.description for problem in problems) == message
        counted[f"requests answered {one.code}"] += 1
        if one.code < 400 and one.answer:
            problems = api.check_answer(method, one.answer)
            is_right = is_right and not problems
            counted["answers"] += 1
            mask = dict(one.query).get("fields")
            if mask:
                assert api.mask(method, mask).project(one.answer) == one.answer
                counted["answers kept whole by their own mask"] += 1
        if not is_right:
            wrong.append((one.recording, method, one.query, one.body, problems, message))
        if one.body and one.code < 400 and method.startswith("sheets."):
            assert api.read_request(method, one.query, one.body) == without_read_only(json.loads(one.body))
            counted["bodies read back as they were"] += 1
    print("", *(f"{amount:6} {what}" for what, amount in sorted(counted.items())), sep="\n")
    assert wrong == []
    assert counted["requests answered 200"] > 1000
    assert counted["answers"] > 1000


def without_read_only(body: object) -> object:
    """What recorded clients sent of fields that Google passes over, and empty ones, taken out."""
    if isinstance(body, dict):
        return {
            name: without_read_only(part)
            for name, part in body.items()
            if part is not None and name != "requestingUserCanEdit"
        }
    return (
        [without_read_only(item) if isinstance(item, dict) else item for item in body]
        if isinstance(body, list)
        else body
    )
