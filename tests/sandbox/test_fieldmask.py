"""A field mask keeps of an answer, and replaces in an update, what it names and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sandbox import fieldmask

BOOK: dict[str, Any] = {
    "spreadsheetId": "k1",
    "properties": {"title": "Desk", "locale": "en_US"},
    "sheets": [
        {"properties": {"title": "Tickets", "index": 0}, "data": [{"rowMetadata": [{}, {"pixelSize": 3}]}]},
        {"properties": {"title": "Team"}},
    ],
}
TITLES = {"sheets": [{"properties": {"title": "Tickets"}}, {"properties": {"title": "Team"}}]}


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("*", BOOK),
        ("", BOOK),
        ("a()", BOOK),
        ("spreadsheetId,*", {"spreadsheetId": "k1"}),
        ("spreadsheet_id", {"spreadsheetId": "k1"}),
        ("spreadsheetId.*.*", {"spreadsheetId": "k1"}),
        ("namedRanges", {}),
        ("sheets.properties.title", TITLES),
        ("sheets/properties/title", TITLES),
        ("sheets(properties(title))", TITLES),
        ("sheets/properties(title),", TITLES),
        ("sheets.*.title", TITLES),
        ("sheets,sheets.properties.title", TITLES),
        ("sheets.*,sheets.properties.title", TITLES),
        ("*.title", {"properties": {"title": "Desk"}}),
        ("*.title,spreadsheetId", {"spreadsheetId": "k1", "properties": {"title": "Desk"}}),
        ("sheets(merges)", {"sheets": [{}, {}]}),
        (
            "sheets.data.rowMetadata.pixelSize",
            {"sheets": [{"data": [{"rowMetadata": [{}, {"pixelSize": 3}]}]}, {}]},
        ),
    ],
)
def test_a_mask_keeps_what_it_names(mask: str, kept: dict[str, Any]) -> None:
    before = copy.deepcopy(BOOK)
    assert fieldmask.parse(mask).project(BOOK) == kept
    assert before == BOOK


def test_the_order_is_the_answers_and_not_the_masks() -> None:
    assert list(fieldmask.parse("properties.title,spreadsheetId").project(BOOK)) == [
        "spreadsheetId",
        "properties",
    ]


def test_cells_and_rows_that_a_mask_leaves_empty_at_an_end_are_cut() -> None:
    rows = [
        {"values": [{"note": "a"}, {"note": "b", "formattedValue": "b"}, {"note": "c"}]},
        {"values": [{"note": "d"}]},
        {"values": [{"formattedValue": "e"}, {}]},
        {},
        {"values": [{"note": "f"}]},
    ]
    project = fieldmask.parse("rowData.values.formattedValue").project
    assert project({"rowData": rows, "startRow": 4}) == {
        "rowData": [{"values": [{}, {"formattedValue": "b"}]}, {}, {"values": [{"formattedValue": "e"}]}]
    }
    assert project({"rowData": rows[3:]}) == {}
    assert len(rows) == 5
    assert len(rows[0]["values"]) == 3


@pytest.mark.parametrize(
    ("mask", "answer"),
    [
        ("*", True),
        ("sheets", True),
        ("sheets.*", True),
        ("*.data", True),
        ("sheets.data.rowData.values.note", True),
        ("sheets.properties", False),
        ("sheets,sheets.properties", False),
        ("spreadsheetId", False),
        ("properties,*.data.rowData", True),
    ],
)
def test_a_mask_tells_whether_it_reaches_the_grid(mask: str, answer: bool) -> None:
    assert fieldmask.parse(mask).reaches("sheets.data") is answer


def test_a_mask_of_everything_says_so() -> None:
    assert [fieldmask.parse(mask).is_all for mask in ("*", "", "a()", "(*)", "sheets", "sheets,*")] == [
        *[True] * 4,
        *[False] * 2,
    ]
    assert fieldmask.parse("").paths == ()
    assert fieldmask.parse("*").paths == ("*",)


@pytest.mark.parametrize("mask", ["(", "sheets(", "sheets(data(rowData)", "sheets/data)", "sheets(data))"])
def test_a_bracket_without_its_pair_is_refused_in_googles_words(mask: str) -> None:
    with pytest.raises(fieldmask.BadMask) as caught:
        fieldmask.parse(mask)
    dotted = mask.replace("/", ".")
    pair, lone = ("(", ")") if mask.endswith(")") and mask.count(")") > mask.count("(") else (")", "(")
    assert caught.value.field == dotted
    assert (
        caught.value.description
        == f"Invalid FieldMask '{dotted}'. Cannot find matching '{pair}' for all '{lone}'."
    )


CELL = {
    "userEnteredValue": {"stringValue": "open"},
    "userEnteredFormat": {"textFormat": {"bold": True, "italic": True}, "wrapStrategy": "CLIP"},
    "note": "mind",
}


@pytest.mark.parametrize(
    ("mask", "source", "merged"),
    [
        ("note", {"note": "new"}, CELL | {"note": "new"}),
        ("note", {"userEnteredValue": {}}, {name: CELL[name] for name in CELL if name != "note"}),
        ("*", {"note": "new"}, {"note": "new"}),
        ("note,*", {"note": "new"}, {"note": "new"}),
        (
            "userEnteredFormat.textFormat.bold",
            {"note": "ignored"},
            CELL | {"userEnteredFormat": {"textFormat": {"italic": True}, "wrapStrategy": "CLIP"}},
        ),
        (
            "userEnteredFormat(textFormat(bold,italic),wrapStrategy)",
            {},
            {name: CELL[name] for name in CELL if name != "userEnteredFormat"},
        ),
        (
            "user_entered_format.text_format.bold,userEnteredFormat",
            {"userEnteredFormat": {"wrapStrategy": "WRAP"}},
            CELL | {"userEnteredFormat": {"wrapStrategy": "WRAP"}},
        ),
        (
            "dataValidation.condition.type",
            {"dataValidation": {"condition": {"type": "BLANK", "values": []}}},
            CELL | {"dataValidation": {"condition": {"type": "BLANK"}}},
        ),
    ],
)
def test_an_update_replaces_what_the_mask_names(
    mask: str, source: dict[str, Any], merged: dict[str, Any]
) -> None:
    before = copy.deepcopy(CELL)
    assert fieldmask.parse(mask).merge(CELL, source) == merged
    assert before == CELL


def test_an_update_of_a_cell_never_written_makes_one() -> None:
    assert fieldmask.parse("note").merge(None, {"note": "new"}) == {"note": "new"}
    assert fieldmask.parse("userEnteredFormat.borders").merge(None, None) == {}


NAMES = st.sampled_from(["a", "b", "c"])
MESSAGES = st.recursive(
    st.integers(),
    lambda below: st.dictionaries(NAMES, below, max_size=3) | st.lists(below, max_size=2),
    max_leaves=9,
).filter(lambda value: isinstance(value, dict))
MASKS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(".".join), min_size=1, max_size=3).map(",".join)


@given(MESSAGES, MASKS)
def test_projecting_twice_is_projecting_once(message: dict[str, Any], mask: str) -> None:
    project = fieldmask.parse(mask).project
    assert project(project(message)) == project(message)


@given(MASKS)
def test_a_mask_reads_back_from_its_paths(mask: str) -> None:
    assert ",".join(fieldmask.parse(mask).paths) == mask
