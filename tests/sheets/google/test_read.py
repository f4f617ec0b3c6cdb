"""One answer of Google's is a whole spreadsheet: cells, tables, marks and turns."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pytest

from sheetdesk.errors import SheetUnrecognised
from sheetdesk.sandbox import people
from sheetdesk.sheets.google.answer import spreadsheet_as
from sheetdesk.sheets.google.read import FIELDS, Snapshot, snapshot
from sheetdesk.table.grid import GridTable
from tests.sheets.google.desk import CREATED, DUE, ID, OWNER, TAB, TITLE, UPDATED, GoogleDesk, desk


def value(cell: Any) -> dict[str, Any]:
    kind = {bool: "boolValue", float: "numberValue", int: "numberValue", str: "stringValue"}.get(type(cell))
    return {} if kind is None else {"effectiveValue": {kind: cell}}


def answer(rows: list[list[Any]], marks: list[str] = [], **more: Any) -> dict[str, Any]:  # noqa: B006
    """A spreadsheet with one tab, with these cells and marks of columns, and the table `tickets` on it."""
    data = {
        "rowData": [{"values": [value(cell) for cell in row]} for row in rows],
        "columnMetadata": [
            {"developerMetadata": [{"metadataId": 10 + place, "metadataKey": "sd", "metadataValue": mark}]}
            if mark
            else {}
            for place, mark in enumerate(marks)
        ],
    }
    area = {"endRowIndex": 20, "endColumnIndex": 3}
    size = {"rowCount": 20, "columnCount": 5}
    return {
        "spreadsheetId": "id",
        "properties": {"timeZone": "Europe/Berlin", "locale": "de_DE"},
        "sheets": [{"properties": {"sheetId": 0, "title": "T", "gridProperties": size}, "data": [data]}],
        "namedRanges": [{"namedRangeId": "1", "name": "tickets", "range": area}],
    } | more  # fmt: skip


def read(answer: dict[str, Any], dated: Collection[str] = ()) -> Snapshot:
    return snapshot(spreadsheet_as(answer), dated)


ROWS: list[list[Any]] = [["ID", "Title", "Due"], ["T-1", "ink", 46000.5], ["T-2", "", 3], [], ["", "line"]]
MARKS = ["tickets.id", "tickets.title", "tickets.due"]


def test_what_is_no_spreadsheet_is_not_taken_for_one() -> None:
    with pytest.raises(SheetUnrecognised):
        read({"spreadsheetId": "id"})


def test_cells_are_read_by_column_and_an_empty_text_is_nothing() -> None:
    [tab] = read(answer(ROWS, MARKS), {"tickets.due"}).tabs
    assert tab.grid.columns == [
        ["ID", "T-1", "T-2", None, None],
        ["Title", "ink", None, None, "line"],
        ["Due", datetime(2025, 12, 9, 12), 3.0, None, None],
    ]  # fmt: skip


def test_a_table_stands_where_its_name_says_down_to_its_last_id() -> None:
    found = read(answer(ROWS, MARKS))
    [tab] = found.ours
    assert tab.grid.tables == (GridTable("tickets", 0, 0, 2, 2, (10, 11, 12)),)
    assert (tab.rows, tab.columns, tab.ends) == (20, 5, {"tickets": 19})
    assert (found.zone, found.locale) == ("Europe/Berlin", "de_DE")


def test_a_table_without_rows_has_one_all_the_same() -> None:
    [tab] = read(answer(ROWS[:1], MARKS)).ours
    assert tab.grid.tables[0].bottom == 1


def test_ids_that_people_moved_still_say_where_the_table_ends() -> None:
    rows: list[list[Any]] = [["Title", "Due", "ID"], ["a", 1, "T-1"], ["b", 1, "T-2"], ["c", 1, ""]]
    [tab] = read(answer(rows, ["tickets.title", "tickets.due", "tickets.id"])).ours
    assert tab.grid.tables[0].bottom == 2


def test_a_name_without_marks_is_nobodys_table() -> None:
    found = read(answer(ROWS, []))
    assert found.ours == ()
    assert [tab.title for tab in found.rest] == ["T"]


def test_marks_without_the_name_are_no_table() -> None:
    assert read(answer(ROWS, MARKS, namedRanges=[])).ours == ()


@pytest.mark.parametrize("broken", [{}, {"range": {}}])
def test_a_name_whose_cells_are_gone_is_no_hindrance(broken: dict[str, Any]) -> None:
    names = [{"namedRangeId": "9", "name": "old list", **broken}]
    [tab] = read(answer(ROWS, MARKS, namedRanges=[*answer([])["namedRanges"], *names])).ours
    assert [table.name for table in tab.grid.tables] == ["tickets"]


def test_a_page_that_is_one_chart_is_no_tab() -> None:
    chart = {"properties": {"sheetId": 5, "title": "Chart", "sheetType": "OBJECT"}}
    assert "sheetType" in FIELDS
    assert [tab.title for tab in read(answer(ROWS, MARKS, sheets=[*answer(ROWS)["sheets"], chart])).tabs] == [
        "T"
    ]


def test_turns_are_found_by_their_ids_whoever_made_them() -> None:
    names = [
        {"namedRangeId": "sd_turn_4_ab", "name": "sd_turn_4_ab", "range": {}},
        {"namedRangeId": "77", "name": "sd_turn_9_theirs", "range": {}},
        {"namedRangeId": "sd_armed_3", "name": "sd_armed_3", "range": {}},
    ]
    found = read(answer(ROWS, namedRanges=names))
    assert found.turns == ("77", "sd_turn_4_ab")
    assert found.names == ("sd_turn_4_ab", "77", "sd_armed_3")


def test_a_tab_that_comes_in_blocks_is_one() -> None:
    whole = answer([])
    whole["sheets"][0]["data"] = [
        {"rowData": [{"values": [value("a")]}]},
        {"startRow": 2, "startColumn": 1, "rowData": [{"values": [value(True), value(7)]}]},
    ]
    [tab] = read(whole).tabs
    assert tab.grid.columns == [["a", None, None], [None, None, True], [None, None, 7.0]]


@pytest.mark.parametrize(
    ("kind", "text"), [("DIVIDE_BY_ZERO", "#DIV/0!"), ("N_A", "#N/A"), ("REF", "#REF!"), ("NEW", "#ERROR!")]
)
def test_an_error_is_told_from_a_text_that_looks_like_one(kind: str, text: str) -> None:
    found = answer([["ID"], ["T-1"], [text]], MARKS)
    values = found["sheets"][0]["data"][0]["rowData"][1]["values"]
    values[0] = {
        "effectiveValue": {"errorValue": {"type": kind}},
        "userEnteredValue": {"formulaValue": "=1/0"},
    }
    [tab] = read(found).tabs
    assert [tab.grid.cell(row, 0) for row in (1, 2)] == [text, text]
    assert tab.grid.errors == {(1, 0)}
    assert (tab.grid.formula(1, 0), tab.grid.formula(2, 0)) == ("1/0", None)


def marks_of(found: GoogleDesk) -> list[str]:
    tab = found.snapshot().tab(TAB)
    assert tab is not None
    return [tab.marks.get(place, (0, ""))[1] for place in range(tab.columns)]


def test_marks_and_table_go_with_columns_that_people_insert() -> None:
    found = desk()
    found.do(people.insert_column, column=TITLE)
    assert marks_of(found)[: OWNER + 2] == [
        "tickets.id", "tickets.created", "", "tickets.title", "tickets.status", "tickets.owner",
    ]  # fmt: skip
    tab = found.snapshot().tab(TAB)
    assert tab is not None
    assert tab.dated == {CREATED, DUE + 1, UPDATED + 1}
    assert tab.grid.tables[0].right == 9


def test_merged_cells_are_known() -> None:
    found = desk()
    block = {"sheetId": found.tab_id(), "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": ID}
    found.ask({"mergeCells": {"range": block | {"endColumnIndex": 2}, "mergeType": "MERGE_ALL"}})
    tab = found.snapshot().tab(TAB)
    assert tab is not None
    assert tab.grid.merged == ((1, 0, 2, 1),)
