"""Every kind of batchUpdate request is taken when it is right, and refused in Google's words when wrong."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.requests import HANDLERS
from sheetdesk.sandbox.schema import Document, document
from tests.sandbox.samples import OVERLAY, RED, SAMPLES, TICKETS, box, span

SHEETS = document("sheets")
pytestmark = pytest.mark.skipif(SHEETS is None, reason="google-api-python-client is not installed")

BATCH = "sheets.spreadsheets.batchUpdate"
URL = "type.googleapis.com/google.apps.sheets.v4"
KINDS = [kind for kind, _ in SAMPLES]


def sheets() -> Document:
    assert SHEETS is not None
    return SHEETS


def refusals(kind: str, content: Any) -> list[str]:
    body = json.dumps({"requests": [{kind: content}]}).encode()
    return [wrong.description for wrong in sheets().check_request(BATCH, [], body)]


def test_there_is_a_sample_of_every_kind() -> None:
    assert sorted(KINDS) == sorted({field.name for field in sheets().types.fields("Request").values()})


@pytest.mark.parametrize(("kind", "content"), SAMPLES, ids=KINDS)
def test_a_right_request_fits(kind: str, content: Any) -> None:
    assert refusals(kind, content) == []


def test_right_requests_are_applied_or_refused_openly_and_answers_fit_the_document() -> None:
    sandbox = Sandbox(
        now=lambda: datetime(2027, 3, 1, 9, tzinfo=UTC),
        rng=random.Random(1),
        document=sheets(),
        checks_answers=True,
    )

    def call(path: str, body: Any) -> tuple[int, Any]:
        answer = sandbox.handle(
            "POST", f"https://sheets.googleapis.com/v4/spreadsheets{path}", {}, json.dumps(body).encode()
        )
        return answer.status, json.loads(answer.body)

    _, made = call("", {"properties": {"title": "Desk"}})
    applied: list[str] = []
    refused: list[str] = []
    wrong: list[Any] = []
    for kind, content in SAMPLES:
        status, answer = call(f"/{made['spreadsheetId']}:batchUpdate", {"requests": [{kind: content}]})
        if kind in HANDLERS:
            applied.append(kind)
            if status != 200:
                wrong.append((kind, status, answer))
        else:
            refused.append(kind)
            if status != 501:
                wrong.append((kind, status, answer))
    print(f"\n{len(applied)} kinds applied, {len(refused)} refused as not emulated: {' '.join(refused)}")
    for row in wrong:
        print("  ", row)
    assert wrong == []


def without(content: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: part for name, part in content.items() if name not in names}


RIGHT = dict(SAMPLES)


def validation(**rule: Any) -> dict[str, Any]:
    return {"range": box(1, 9, 2, 3), "rule": rule}


def condition(kind: str, *values: str) -> dict[str, Any]:
    return {"condition": {"type": kind, "values": [{"userEnteredValue": value} for value in values]}}


def rule(**parts: Any) -> dict[str, Any]:
    return {"rule": {"ranges": [box(0, 9, 0, 1)]} | parts}


def unknown(name: str, at: str) -> str:
    return f"Invalid JSON payload received. Unknown name \"{name}\" at 'requests[0]{at}': Cannot find field."


def unfit(at: str, kind: str, value: str) -> str:
    return f"Invalid value at 'requests[0].{at}' ({kind}), {value}"


SEEN = "seen"
OURS = "ours"
NEEDS_MASK = "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
WRONG: list[tuple[str, str, Any, str]] = [
    # Names and types: the front end's words, measured over other fields.
    (
        SEEN,
        "setDataValidation",
        validation(**condition("BOOLEAN"), showCustomUI=True),
        unknown("showCustomUI", ".set_data_validation.rule"),
    ),
    (
        SEEN,
        "setDataValidation",
        validation(**condition("ONE_OF_LISTS", "a")),
        unfit("set_data_validation.rule.condition.type", f"{URL}.ConditionType", '"ONE_OF_LISTS"'),
    ),
    (
        SEEN,
        "repeatCell",
        {
            "range": box(0, 1, 0, 1),
            "cell": {"userEnteredFormat": {"textFormat": {"bold": "really"}}},
            "fields": "*",
        },
        unfit("repeat_cell.cell.user_entered_format.text_format.bold", "TYPE_BOOL", '"really"'),
    ),
    (
        SEEN,
        "addProtectedRange",
        {"protectedRange": {"range": box(0, 1, 0, 1), "editor": {}}},
        unknown("editor", ".add_protected_range.protected_range"),
    ),
    (
        SEEN,
        "updateDimensionProperties",
        {"range": span("COLUMNS", 0, 1), "properties": {"pixelSize": "60px"}, "fields": "pixelSize"},
        unfit("update_dimension_properties.properties.pixel_size", "TYPE_INT32", '"60px"'),
    ),
    (
        SEEN,
        "addFilterview",
        {},
        unknown("addFilterview", ""),
    ),
    (
        SEEN,
        "deleteSheet",
        {"sheetId": 1.5},
        unfit("delete_sheet.sheet_id", "TYPE_INT32", "1.5"),
    ),
    (
        SEEN,
        "mergeCells",
        {"range": [box(0, 1, 0, 1)]},
        "Invalid JSON payload received. Unknown name \"range\" at 'requests[0].merge_cells': "
        "Proto field is not repeating, cannot start list.",
    ),
    (
        SEEN,
        "mergeCells",
        "A1:B2",
        f"Invalid value at 'requests[0].merge_cells' ({URL}.MergeCellsRequest), \"A1:B2\"",
    ),
    (
        SEEN,
        "addChart",
        {"chart": {"spec": {"pieChart": {"legendPosition": "NONE"}}, "position": OVERLAY}},
        "Invalid value at 'requests[0].add_chart.chart.spec.pie_chart.legend_position' "
        f'({URL}.PieChartSpec.PieChartLegendPosition), "NONE"',
    ),
    # Two of one.
    (
        SEEN,
        "addConditionalFormatRule",
        rule(booleanRule=condition("BLANK"), gradientRule={}),
        "Invalid value at 'requests[0].add_conditional_format_rule.rule' (oneof), "
        "oneof field 'rule' is already set. Cannot set 'gradientRule'",
    ),
    (
        SEEN,
        "updateCells",
        {
            "range": box(0, 1, 0, 1),
            "rows": [{"values": [{"userEnteredValue": {"numberValue": 1, "stringValue": "1"}}]}],
            "fields": "*",
        },
        "Invalid value at 'requests[0].update_cells.rows[0].values[0].user_entered_value' (oneof), "
        "oneof field 'value' is already set. Cannot set 'stringValue'",
    ),
    (
        SEEN,
        "updateSheetProperties",
        {"properties": {"tabColorStyle": RED | {"themeColor": "TEXT"}}, "fields": "tabColorStyle"},
        "Invalid value at 'requests[0].update_sheet_properties.properties.tab_color_style' (oneof), "
        "oneof field 'kind' is already set. Cannot set 'themeColor'",
    ),
    # Masks.
    (SEEN, "repeatCell", without(RIGHT["repeatCell"], "fields"), NEEDS_MASK),
    (SEEN, "updateCells", without(RIGHT["updateCells"], "fields"), NEEDS_MASK),
    (
        OURS,
        "repeatCell",
        RIGHT["repeatCell"] | {"fields": "userEnteredFormat.textFormat.bolt"},
        "Invalid field: userEnteredFormat.textFormat.bolt",
    ),
    (
        OURS,
        "updateEmbeddedObjectPosition",
        RIGHT["updateEmbeddedObjectPosition"] | {"fields": "overlayPosition"},
        "Invalid field: overlayPosition",
    ),
    (
        OURS,
        "updateCells",
        RIGHT["updateCells"] | {"fields": "effectiveValue"},
        "Field is read-only: effectiveValue",
    ),
    (
        OURS,
        "updateSpreadsheetProperties",
        {"properties": {"defaultFormat": {}}, "fields": "defaultFormat"},
        "Field is read-only: defaultFormat",
    ),
    # Conditions.
    (
        SEEN,
        "setDataValidation",
        validation(**condition("ONE_OF_RANGE", "a", "b", "c", "d", "e")),
        "ConditionType 'ONE_OF_RANGE' requires exactly one ConditionValue, but 5 values were supplied.",
    ),
    (
        SEEN,
        "setBasicFilter",
        {
            "filter": {
                "range": box(0, 9, 0, 3),
                "filterSpecs": [{"columnIndex": 0, "filterCriteria": condition("ONE_OF_LIST", "a")}],
            }
        },
        "ConditionType 'ONE_OF_LIST' is not supported in filters.",
    ),
    (
        OURS,
        "setDataValidation",
        validation(**condition("NOT_BLANK")),
        "ConditionType 'NOT_BLANK' is not supported in data validation.",
    ),
    (
        OURS,
        "addConditionalFormatRule",
        rule(booleanRule=condition("BOOLEAN")),
        "ConditionType 'BOOLEAN' is not supported in conditional formatting.",
    ),
    (
        OURS,
        "addConditionalFormatRule",
        rule(booleanRule=condition("NUMBER_BETWEEN", "1")),
        "ConditionType 'NUMBER_BETWEEN' requires exactly two ConditionValues, but 1 values were supplied.",
    ),
    (
        OURS,
        "setDataValidation",
        validation(**condition("BOOLEAN", "a", "b", "c")),
        "ConditionType 'BOOLEAN' requires at most two ConditionValues, but 3 values were supplied.",
    ),
    (OURS, "setDataValidation", validation(condition={"values": []}), "No condition type specified."),
    (
        SEEN,
        "updateCells",
        {
            "start": {"rowIndex": 1},
            "rows": [{"values": [{}, {"dataValidation": condition("ONE_OF_RANGE")}]}],
            "fields": "dataValidation",
        },
        "ConditionType 'ONE_OF_RANGE' requires exactly one ConditionValue, but 0 values were supplied.",
    ),
    # Colour scales.
    (
        SEEN,
        "addConditionalFormatRule",
        rule(gradientRule={"minpoint": {"type": "MIN"}}),
        "No interpolationPointType specified.",
    ),
    (
        SEEN,
        "addConditionalFormatRule",
        rule(gradientRule={"minpoint": {"type": "MIN"}, "maxpoint": {"type": "NUMBER"}}),
        "InterpolationPoint.value is required.",
    ),
    (OURS, "addConditionalFormatRule", rule(), "No booleanRule or gradientRule specified."),
    # What is missing.
    *[
        (OURS, kind, without(RIGHT[kind], *names.split("|")), f"No {names.replace('|', ' or ')} specified.")
        for kind, names in (
            ("addBanding", "bandedRange"),
            ("appendDimension", "length"),
            ("copyPaste", "destination"),
            ("cutPaste", "destination"),
            ("deleteDimension", "range"),
            ("findReplace", "range|sheetId|allSheets"),
            ("insertRange", "shiftDimension"),
            ("mergeCells", "range"),
            ("setDataValidation", "range"),
            ("sortRange", "sortSpecs"),
            ("updateCells", "start|range"),
            ("updateNamedRange", "namedRange"),
        )
    ],
    (OURS, "addNamedRange", {"namedRange": {"name": "Status"}}, "No namedRange.range specified."),
]


@pytest.mark.parametrize(("known", "kind", "content", "words"), WRONG)
def test_a_wrong_request_is_refused(known: str, kind: str, content: Any, words: str) -> None:
    is_typed = words.startswith(("Invalid value at", "Invalid JSON"))
    assert refusals(kind, content) == [words if is_typed else f"Invalid requests[0].{kind}: {words}"]


def test_refusals_whose_words_were_seen_from_google_are_counted() -> None:
    seen = sum(known == SEEN for known, *_ in WRONG)
    print(f"\n{len(WRONG)} wrong requests refused, {seen} of them in words seen from Google")
    assert seen >= 18


def test_a_batch_without_a_request_or_with_two_kinds_in_one_is_refused() -> None:
    def first(body: Any) -> str:
        return sheets().check_request(BATCH, [], body)[0].description

    assert first({"requests": []}) == "Must specify at least one request."
    assert first({}) == "Must specify at least one request."
    assert first({"requests": [{"deleteSheet": {}}, {}]}) == "Invalid requests[1]: No request set."
    assert first({"requests": [{"deleteSheet": {}, "addSheet": {}}]}) == (
        "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set 'addSheet'"
    )
    assert first({"requests": [{"deleteSheet": {}}, {"mergeCells": {}}]}) == (
        "Invalid requests[1].mergeCells: No range specified."
    )


def test_names_and_types_are_refused_before_what_is_missing() -> None:
    body = {"requests": [{"mergeCells": {}}, {"deleteSheet": {"sheet": 1}}]}
    [wrong] = sheets().check_request(BATCH, [], body)
    assert "Unknown name \"sheet\" at 'requests[1].delete_sheet'" in wrong.description


def test_fields_that_only_google_writes_are_passed_over() -> None:
    cell = TICKETS[0]["values"][0] | {"formattedValue": "x", "effectiveValue": {"stringValue": "x"}}
    body = {"requests": [{"appendCells": {"rows": [{"values": [cell]}], "fields": "userEnteredValue"}}]}
    message = sheets().read_request(BATCH, [], body)
    assert message["requests"][0]["appendCells"]["rows"] == [{"values": [TICKETS[0]["values"][0]]}]
