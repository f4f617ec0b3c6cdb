"""Rows and columns, their groups, and cells that give way."""

from __future__ import annotations

from typing import Any

from tests.sandbox.world import World, grid


def span(axis: str, start: int, end: int) -> dict[str, Any]:
    return {"dimension": axis, "startIndex": start, "endIndex": end}


def test_new_rows_look_like_their_neighbour() -> None:
    world = World()
    for row, size in ((0, 8), (1, 20)):
        cell = {"userEnteredFormat": {"textFormat": {"fontSize": size}}}
        world.batch(
            {"repeatCell": {"range": grid(row, row + 1, 0, 1), "cell": cell, "fields": "userEnteredFormat"}}
        )
    rule = {"condition": {"type": "BOOLEAN"}}
    world.batch(
        {"setDataValidation": {"range": grid(0, 2, 0, 1), "rule": rule}},
        {"insertDimension": {"range": span("ROWS", 1, 2), "inheritFromBefore": True}},
    )
    fields = "sheets.data.rowData.values(userEnteredFormat.textFormat.fontSize,dataValidation)"
    rows = world.get(fields, "A1:A3")["sheets"][0]["data"][0]["rowData"]
    sizes = [row["values"][0]["userEnteredFormat"]["textFormat"]["fontSize"] for row in rows]
    assert sizes == [8, 8, 20]
    assert all(row["values"][0]["dataValidation"] == rule for row in rows)
    world.batch({"insertDimension": {"range": span("ROWS", 2, 3)}})
    rows = world.get(fields, "A1:A4")["sheets"][0]["data"][0]["rowData"]
    assert [row["values"][0]["userEnteredFormat"]["textFormat"]["fontSize"] for row in rows] == [8, 8, 20, 20]


def test_rows_that_are_not_there_cannot_be_deleted_nor_all_of_them() -> None:
    world = World()
    message = world.refused({"deleteDimension": {"range": span("ROWS", 1000, 1001)}})
    tried = "Tried to delete row index 1000 but there are only 1000 rows."
    assert message == f"Invalid requests[0].deleteDimension: Cannot delete a row that doesn't exist. {tried}"
    message = world.refused({"deleteDimension": {"range": span("COLUMNS", 0, 26)}})
    assert message == "Invalid requests[0].deleteDimension: You can't delete all the columns on the sheet."


def test_rows_are_moved_before_another_one() -> None:
    world = World()
    world.write("A1:A5", [["a"], ["b"], ["c"], ["d"], ["e"]])
    world.batch({"moveDimension": {"source": span("ROWS", 0, 2), "destinationIndex": 4}})
    assert world.read("A1:A5") == [["c"], ["d"], ["a"], ["b"], ["e"]]
    world.batch({"moveDimension": {"source": span("ROWS", 4, 5), "destinationIndex": 0}})
    assert world.read("A1:A5") == [["e"], ["c"], ["d"], ["a"], ["b"]]
    assert "must not lie within" in world.refused(
        {"moveDimension": {"source": span("ROWS", 0, 3), "destinationIndex": 1}}
    )


def test_the_grid_grows_at_its_end() -> None:
    world = World()
    world.batch({"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 2}})
    assert world.sheet("properties")["gridProperties"] == {"rowCount": 1000, "columnCount": 28}


def test_frozen_rows_come_and_go() -> None:
    world = World()
    frozen = {"gridProperties": {"frozenRowCount": 2}}
    world.batch(
        {"updateSheetProperties": {"properties": frozen, "fields": "gridProperties.frozenRowCount"}},
        {"insertDimension": {"range": span("ROWS", 1, 2)}},
    )
    assert world.sheet("properties")["gridProperties"]["frozenRowCount"] == 3
    world.batch({"deleteDimension": {"range": span("ROWS", 0, 3)}})
    assert "frozenRowCount" not in world.sheet("properties")["gridProperties"]


def test_sizes_go_along_and_are_answered_for_every_row() -> None:
    world = World()
    change = {"range": span("ROWS", 1, 2), "properties": {"pixelSize": 60, "hiddenByUser": True}}
    world.batch({"updateDimensionProperties": {**change, "fields": "pixelSize,hiddenByUser"}})
    world.batch({"insertDimension": {"range": span("ROWS", 0, 1)}})
    found = world.get("sheets.data.rowMetadata", "A1:A4")["sheets"][0]["data"][0]["rowMetadata"]
    assert found == [
        {"pixelSize": 21},
        {"pixelSize": 21},
        {"pixelSize": 60, "hiddenByUser": True},
        {"pixelSize": 21},
    ]


def test_groups_nest_and_fold() -> None:
    world = World()
    world.batch({"addDimensionGroup": {"range": span("ROWS", 1, 6)}})
    [reply] = world.batch({"addDimensionGroup": {"range": span("ROWS", 2, 4)}})
    outer = {"range": span("ROWS", 1, 6), "depth": 1}
    inner = {"range": span("ROWS", 2, 4), "depth": 2}
    assert reply == {"addDimensionGroup": {"dimensionGroups": [outer, inner]}}
    fold = {"dimensionGroup": {**inner, "collapsed": True}, "fields": "collapsed"}
    world.batch({"updateDimensionGroup": fold}, {"insertDimension": {"range": span("ROWS", 0, 1)}})
    assert world.sheet("rowGroups") == [
        {"range": span("ROWS", 2, 7), "depth": 1},
        {"range": span("ROWS", 3, 5), "depth": 2, "collapsed": True},
    ]
    found = world.get("sheets.data.rowMetadata", "A1:A6")["sheets"][0]["data"][0]["rowMetadata"]
    assert [bool(row.get("hiddenByUser")) for row in found] == [False, False, False, True, True, False]
    assert "There are no groups" in world.refused({"deleteDimensionGroup": {"range": span("ROWS", 20, 22)}})


def test_inserted_and_deleted_cells_move_only_their_columns() -> None:
    world = World()
    world.write("A1:B3", [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]])
    world.write("D1:D2", [["=A3"], ["=B3"]])
    world.batch({"insertRange": {"range": grid(1, 2, 0, 1), "shiftDimension": "ROWS"}})
    assert world.read("A1:B4") == [["a1", "b1"], ["", "b2"], ["a2", "b3"], ["a3"]]
    assert world.formulas("D1:D2") == [["=A4"], ["=B3"]]
    world.batch({"deleteRange": {"range": grid(0, 1, 0, 1), "shiftDimension": "COLUMNS"}})
    assert world.read("A1:B1") == [["b1"]]


def test_rows_are_protected_from_others_when_inserted_between() -> None:
    world = World()
    permission = {"role": "writer", "type": "user", "emailAddress": "ann@sandbox.local"}
    world.sandbox.drive.files[world.id].permissions["1"] = permission
    world.batch({"addProtectedRange": {"protectedRange": {"range": grid(2, 5, 0, 26)}}})
    insert = {"insertDimension": {"range": span("ROWS", 3, 4), "inheritFromBefore": True}}
    message = world.refused(insert, who="ann")
    assert message.startswith("Invalid requests[0].insertDimension: You are trying to edit a protected cell")
    world.batch(insert)
    assert world.sheet("protectedRanges")[0]["range"] == grid(2, 6, 0, 26)
