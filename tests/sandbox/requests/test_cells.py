"""Writing cells by updateCells, repeatCell, appendCells and setDataValidation."""

from __future__ import annotations

from typing import Any

from tests.sandbox.world import World, grid

BOLD = {"userEnteredFormat": {"textFormat": {"bold": True}}}


def text(word: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": word}}


def cells(world: World, where: str, fields: str) -> list[list[dict[str, Any]]]:
    found = world.get(f"sheets.data.rowData.values({fields})", where)["sheets"][0]["data"][0]
    return [row.get("values", []) for row in found.get("rowData", [])]


def test_a_mask_says_what_of_a_cell_is_written_and_what_is_emptied() -> None:
    world = World()
    world.write("A1", [["x"]])
    update = {"range": grid(0, 1, 0, 1), "rows": [{"values": [{**BOLD, "note": "n"}]}]}
    world.batch({"updateCells": {**update, "fields": "userEnteredFormat.textFormat.bold,note"}})
    assert cells(world, "A1", "userEnteredValue,note,userEnteredFormat") == [
        [{**text("x"), **BOLD, "note": "n"}]
    ]
    world.batch({"updateCells": {"range": grid(0, 1, 0, 1), "fields": "userEnteredFormat"}})
    assert cells(world, "A1", "userEnteredValue,note,userEnteredFormat") == [[{**text("x"), "note": "n"}]]
    world.batch({"updateCells": {**update, "fields": "*"}})
    assert cells(world, "A1", "userEnteredValue,note,userEnteredFormat") == [[{**BOLD, "note": "n"}]]


def test_a_range_is_written_as_a_whole_and_a_start_only_as_far_as_cells_are_given() -> None:
    world = World()
    world.write("A1:B2", [["a", "b"], ["c", "d"]])
    given = {"rows": [{"values": [text("x")]}], "fields": "userEnteredValue"}
    world.batch({"updateCells": {"start": {"rowIndex": 0, "columnIndex": 0}, **given}})
    assert world.read("A1:B2") == [["x", "b"], ["c", "d"]]
    world.batch({"updateCells": {"range": grid(0, 2, 0, 2), **given}})
    assert world.read("A1:B2") == [["x"]]


def test_cells_beyond_the_range_or_the_grid_are_refused() -> None:
    world = World()
    rows = [{"values": [text("a"), text("b")]}]
    message = world.refused({"updateCells": {"range": grid(0, 1, 0, 1), "rows": rows, "fields": "*"}})
    expected = "Attempting to write column: 1, beyond the last requested column of: 0"
    assert message == f"Invalid requests[0].updateCells: {expected}"
    start = {"rowIndex": 1000, "columnIndex": 0}
    message = world.refused({"updateCells": {"start": start, "rows": rows, "fields": "*"}})
    assert (
        message
        == "Invalid requests[0].updateCells: GridCoordinate.rowIndex[1000] is after last row in grid[999]"
    )


def test_a_cell_holds_50000_characters() -> None:
    world = World()
    update = {"range": grid(0, 1, 0, 1), "fields": "userEnteredValue"}
    world.batch({"updateCells": {**update, "rows": [{"values": [text("x" * 50_000)]}]}})
    message = world.refused({"updateCells": {**update, "rows": [{"values": [text("x" * 50_001)]}]}})
    assert "more than the maximum of 50000 characters in a single cell" in message
    status, found = world.send(
        "PUT", f"/{world.id}/values/A1?valueInputOption=RAW", {"values": [["x" * 50_001]]}
    )
    assert status == 400
    assert "Invalid data[0]: Your input contains more than the maximum" in found["error"]["message"]


def test_a_repeated_formula_goes_along() -> None:
    world = World()
    cell = {"userEnteredValue": {"formulaValue": "=A1*$B$1"}}
    world.batch({"repeatCell": {"range": grid(0, 2, 2, 4), "cell": cell, "fields": "userEnteredValue"}})
    assert world.formulas("C1:D2") == [["=A1*$B$1", "=B1*$B$1"], ["=A2*$B$1", "=B2*$B$1"]]


def test_repeating_a_format_keeps_values_and_notes() -> None:
    world = World()
    world.write("A1:A2", [["a"], ["b"]])
    cell = {"userEnteredFormat": {"backgroundColor": {"red": 0.5}}}
    world.batch({"repeatCell": {"range": grid(0, 3, 0, 1), "cell": cell, "fields": "userEnteredFormat"}})
    color = {"red": 0.49803922}
    form = {"backgroundColor": color, "backgroundColorStyle": {"rgbColor": color}}
    found = cells(world, "A1:A3", "userEnteredValue,userEnteredFormat")
    assert found == [
        [{**text("a"), "userEnteredFormat": form}],
        [{**text("b"), "userEnteredFormat": form}],
        [{"userEnteredFormat": form}],
    ]


def test_a_colour_written_alone_takes_its_style_along() -> None:
    world = World()
    for red in (1, 0):
        cell = {"userEnteredFormat": {"backgroundColor": {"red": red, "blue": 1}}}
        fields = "userEnteredFormat.backgroundColor"
        world.batch({"repeatCell": {"range": grid(0, 1, 0, 1), "cell": cell, "fields": fields}})
    [[found]] = cells(world, "A1", "userEnteredFormat")
    assert found["userEnteredFormat"]["backgroundColorStyle"] == {"rgbColor": {"blue": 1}}


def test_appended_cells_come_after_the_last_row_with_values_and_the_grid_grows() -> None:
    world = World()
    world.batch(
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"rowCount": 3, "columnCount": 2}},
                "fields": "gridProperties(rowCount,columnCount)",
            }
        }
    )
    world.write("B2", [["x"]])
    rows = [{"values": [text("a")]}, {"values": [text("b"), text("c"), text("d")]}]
    world.batch({"appendCells": {"rows": rows, "fields": "userEnteredValue"}})
    assert world.read("Sheet1") == [[], ["", "x"], ["a"], ["b", "c", "d"]]
    assert world.sheet("properties")["gridProperties"] == {"rowCount": 4, "columnCount": 3}


def test_a_validation_is_set_and_taken_away() -> None:
    world = World()
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]}, "strict": True}
    world.batch({"setDataValidation": {"range": grid(0, 2, 0, 1), "rule": rule}})
    assert cells(world, "A1:A2", "dataValidation") == [[{"dataValidation": rule}]] * 2
    world.batch({"setDataValidation": {"range": grid(0, 1, 0, 1)}})
    assert cells(world, "A1:A2", "dataValidation") == [[], [{"dataValidation": rule}]]


def test_find_and_replace_counts_what_it_did() -> None:
    world = World()
    world.write("A1:B2", [["red car", "RED"], ["=1+1", "blue"]])
    [reply] = world.batch({"findReplace": {"find": "red", "replacement": "green", "allSheets": True}})
    expected = {"valuesChanged": 2, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 2}
    assert reply == {"findReplace": expected}
    assert world.read("A1:B1") == [["green car", "green"]]
    replace = {"find": "^(b)lue$", "replacement": "$1lack", "searchByRegex": True, "sheetId": 0}
    world.batch({"findReplace": replace})
    assert world.read("B2") == [["black"]]
    formulas = {"find": "1+1", "replacement": "1+2", "includeFormulas": True, "range": grid(1, 2, 0, 1)}
    assert world.batch({"findReplace": formulas})[0]["findReplace"]["formulasChanged"] == 1
    assert world.formulas("A2") == [["=1+2"]]


def test_spaces_are_trimmed() -> None:
    world = World()
    world.write("A1:A2", [["  a  b "], ["c"]], "RAW")
    assert world.batch({"trimWhitespace": {"range": grid(0, 2, 0, 1)}}) == [
        {"trimWhitespace": {"cellsChangedCount": 1}}
    ]
    assert world.read("A1:A2") == [["a b"], ["c"]]
