"""Copying, cutting and sorting."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.world import World, grid


def copy(source: dict[str, int], destination: dict[str, int], **more: str) -> dict[str, Any]:
    return {"copyPaste": {"source": source, "destination": destination, **more}}


def test_a_copy_takes_formats_notes_and_relative_references_along() -> None:
    world = World()
    world.write("A1:B1", [[2, "=A1*2"]])
    world.batch(
        {"updateCells": {"range": grid(0, 1, 1, 2), "rows": [{"values": [{"note": "n"}]}], "fields": "note"}},
        copy(grid(0, 1, 0, 2), grid(2, 3, 0, 2)),
    )
    assert world.formulas("A3:B3") == [[2, "=A3*2"]]
    found = world.get("sheets.data.rowData.values.note", "B3")["sheets"][0]["data"][0]["rowData"]
    assert found == [{"values": [{"note": "n"}]}]


def test_a_copy_fills_a_multiple_and_reaches_past_a_smaller_destination() -> None:
    world = World()
    world.write("A1:A2", [["a"], ["b"]])
    world.batch(copy(grid(0, 2, 0, 1), grid(0, 4, 1, 3)), copy(grid(0, 2, 0, 1), grid(6, 7, 0, 1)))
    assert world.read("B1:C4") == [["a", "a"], ["b", "b"], ["a", "a"], ["b", "b"]]
    assert world.read("A7:A8") == [["a"], ["b"]]


def test_values_alone_are_pasted_without_their_formulas_and_formats() -> None:
    world = World()
    world.write("A1", [["=1+1"]])
    cell = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    world.batch(
        {"repeatCell": {"range": grid(0, 1, 0, 1), "cell": cell, "fields": "userEnteredFormat"}},
        copy(grid(0, 1, 0, 1), grid(0, 1, 1, 2), pasteType="PASTE_VALUES"),
        copy(grid(0, 1, 0, 1), grid(0, 1, 2, 3), pasteType="PASTE_FORMULA"),
        copy(grid(0, 1, 0, 1), grid(0, 1, 3, 4), pasteType="PASTE_FORMAT"),
    )
    fields = "sheets.data.rowData.values(userEnteredValue,userEnteredFormat)"
    [row] = world.get(fields, "B1:D1")["sheets"][0]["data"][0]["rowData"]
    value = {"userEnteredValue": {"numberValue": 2}}
    assert row["values"] == [value, {"userEnteredValue": {"formulaValue": "=1+1"}}, cell]


def test_values_are_those_that_formulas_show_which_came_in_the_middle_of_the_same_batch() -> None:
    world = World()
    world.batch({"addSheet": {"properties": {"sheetId": 2, "title": "Other"}}})
    world.write("A1:A2", [[1], [2]])
    formula = {"values": [{"userEnteredValue": {"formulaValue": "=A1+A2"}}]}
    values = {"pasteType": "PASTE_VALUES"}
    world.batch(
        copy(grid(0, 2, 0, 1), grid(0, 2, 0, 1, 2), **values),
        copy(grid(0, 2, 0, 1, 2), grid(4, 6, 0, 1), **values),
        {"updateCells": {"range": grid(0, 1, 1, 2), "rows": [formula], "fields": "userEnteredValue"}},
        copy(grid(0, 1, 1, 2), grid(7, 8, 0, 1), **values),
    )
    assert world.formulas("A5:A8") == [[1], [2], [], [3]]
    world.batch(
        copy(grid(0, 2, 0, 1, 2), grid(9, 11, 0, 1), **values),
        copy(grid(0, 1, 1, 2), grid(0, 1, 1, 2, 2)),
        copy(grid(0, 1, 1, 2, 2), grid(8, 9, 0, 1), **values),
    )
    assert world.formulas("A9") == [[3]]


READERS = {
    "a range": "=SUM(Other!F1:F2)",
    "whole columns": "=SUM(other!$E:$G)",
    "a name": "=SUM(those)",
    "a text": '=SUM(INDIRECT("Other!F1:F2"))',
    "a range that is further away": "=SUM(OFFSET(Other!E1,0,1,2,1))",
    "another formula": "=B5",
}


@pytest.mark.parametrize("formula", READERS.values(), ids=READERS)
def test_values_are_those_that_formulas_show_of_what_the_batch_has_just_copied(formula: str) -> None:
    world = World()
    name = {"name": "those", "range": grid(0, 2, 5, 6, 2)}
    world.batch(
        {"addSheet": {"properties": {"sheetId": 2, "title": "Other"}}},
        {"addNamedRange": {"namedRange": name}},
    )
    world.write("A1:A2", [[1], [2]])
    world.write("B5", [["=Other!F1+Other!F2"]])
    world.write("C1", [[formula]])
    values = {"pasteType": "PASTE_VALUES"}
    world.batch(
        copy(grid(0, 1, 2, 3), grid(8, 9, 0, 1, 2), **values),
        copy(grid(0, 2, 0, 1), grid(0, 2, 5, 6, 2), **values),
        copy(grid(0, 1, 2, 3), grid(9, 10, 0, 1, 2), **values),
    )
    assert world.formulas("Other!A9:A10") == [[0], [3]]


def test_values_are_those_that_a_pivot_table_shows_of_what_the_batch_has_just_copied() -> None:
    world = World()
    world.batch({"addSheet": {"properties": {"sheetId": 2, "title": "Other"}}})
    world.write("A1:B2", [["who", "how many"], ["Ann", 3]])
    pivot = {
        "source": grid(0, 2, 0, 2),
        "rows": [{"sourceColumnOffset": 0, "showTotals": False, "sortOrder": "ASCENDING"}],
        "values": [{"sourceColumnOffset": 1, "summarizeFunction": "SUM"}],
    }
    cell = {"rows": [{"values": [{"pivotTable": pivot}]}], "fields": "pivotTable"}
    values = {"pasteType": "PASTE_VALUES"}
    world.batch(
        {"updateCells": {"range": grid(0, 1, 0, 1, 2), **cell}},
        copy(grid(1, 2, 0, 2, 2), grid(5, 6, 0, 2), **values),
        copy(grid(5, 6, 1, 2), grid(6, 7, 1, 2), **values),
        copy(grid(0, 1, 0, 1), grid(7, 8, 0, 1), **values),
        copy(grid(7, 8, 0, 1), grid(1, 2, 0, 1), **values),
        copy(grid(1, 2, 0, 2, 2), grid(8, 9, 0, 2), **values),
    )
    assert world.formulas("A6:B9") == [["Ann", 3], ["", 3], ["who"], ["who", 3]]


def test_a_copy_can_be_turned() -> None:
    world = World()
    world.write("A1:C1", [["a", "b", "c"]])
    world.batch(copy(grid(0, 1, 0, 3), grid(2, 3, 0, 1), pasteOrientation="TRANSPOSE"))
    assert world.read("A3:C5") == [["a"], ["b"], ["c"]]


def test_a_cut_leaves_nothing_and_references_follow() -> None:
    world = World()
    world.write("A1:B2", [["a", "x"], ["b", "y"]])
    world.write("D1", [["=A1&A2&B1"]])
    cut = {"source": grid(0, 2, 0, 1), "destination": {"rowIndex": 4, "columnIndex": 1}}
    world.batch({"cutPaste": cut})
    assert world.read("A1:B6") == [["", "x"], ["", "y"], [], [], ["", "a"], ["", "b"]]
    assert world.formulas("D1") == [["=B5&B6&B1"]]


def test_a_name_goes_with_the_cells_that_were_cut() -> None:
    world = World()
    world.batch(
        {"addNamedRange": {"namedRange": {"name": "inside", "range": grid(0, 1, 0, 1)}}},
        {"addNamedRange": {"namedRange": {"name": "half", "range": grid(0, 5, 0, 1)}}},
        {"cutPaste": {"source": grid(0, 2, 0, 1), "destination": {"rowIndex": 4, "columnIndex": 1}}},
    )
    found = {one["name"]: one["range"] for one in world.get("namedRanges")["namedRanges"]}
    assert found == {"inside": grid(4, 5, 1, 2), "half": grid(0, 5, 0, 1)}


def test_rows_tags_stay_where_their_cells_were_cut() -> None:
    world = World()
    world.write("A1:A3", [["a"], ["b"], ["c"]])
    tag(world, 0)
    cut = {"source": grid(0, 1, 0, 26), "destination": {"rowIndex": 5, "columnIndex": 0}}
    world.batch({"cutPaste": cut})
    assert tagged(world) == 0


def tag(world: World, row: int) -> None:
    place = {"dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    metadata = {
        "metadataId": 5,
        "metadataKey": "k",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": place},
    }
    world.batch({"createDeveloperMetadata": {"developerMetadata": metadata}})


def tagged(world: World) -> int:
    found = world.ask("GET", f"/{world.id}/developerMetadata/5")
    return int(found["location"]["dimensionRange"]["startIndex"])


def sort(place: dict[str, int], *columns: tuple[int, str]) -> dict[str, Any]:
    specs = [{"dimensionIndex": column, "sortOrder": order} for column, order in columns]
    return {"sortRange": {"range": place, "sortSpecs": specs}}


def test_numbers_come_before_texts_and_empty_cells_last_either_way() -> None:
    world = World()
    world.write("A1:A6", [["b"], [10], [""], [True], ["A"], [9]], "RAW")
    world.batch(sort(grid(0, 6, 0, 1), (0, "ASCENDING")))
    assert world.read("A1:A6") == [["9"], ["10"], ["A"], ["b"], ["TRUE"]]
    world.batch(sort(grid(0, 6, 0, 1), (0, "DESCENDING")))
    assert world.read("A1:A6") == [["TRUE"], ["b"], ["A"], ["10"], ["9"]]


def test_equal_rows_keep_their_order_and_later_columns_decide() -> None:
    world = World()
    world.write("A1:C4", [["x", 1, "p"], ["y", 2, "q"], ["x", 2, "r"], ["x", 1, "s"]])
    world.batch(sort(grid(0, 4, 0, 3), (0, "ASCENDING"), (1, "DESCENDING")))
    assert world.read("C1:C4") == [["r"], ["p"], ["s"], ["q"]]
    world.batch(sort(grid(0, 4, 0, 3), (0, "DESCENDING")))
    assert world.read("C1:C4") == [["q"], ["r"], ["p"], ["s"]]


def test_a_sort_moves_its_columns_only_and_formulas_follow_their_row() -> None:
    world = World()
    world.write("A1:C2", [[2, "=A1*10", "left"], [1, "=A2*10", "right"]])
    world.batch(sort(grid(0, 2, 0, 2), (0, "ASCENDING")))
    assert world.formulas("A1:C2") == [[1, "=A1*10", "left"], [2, "=A2*10", "right"]]


@pytest.mark.parametrize(("follows", "row"), [(True, 2), (False, 0)])
def test_whether_tags_follow_a_sort_is_a_switch(follows: bool, row: int) -> None:
    world = World(metadata_follows_sort=follows)
    world.write("A1:A3", [["c"], ["a"], ["b"]])
    tag(world, 0)
    world.batch(sort(grid(0, 3, 0, 26), (0, "ASCENDING")))
    assert tagged(world) == row
