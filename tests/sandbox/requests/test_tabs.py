"""Tabs: adding, deleting, copying, renaming, moving and resizing them."""

from __future__ import annotations

from typing import Any

from tests.sandbox.world import World, grid


def titles(world: World) -> list[str]:
    return [sheet["properties"]["title"] for sheet in world.get("sheets.properties")["sheets"]]


def add(title: str, sheet_id: int, **more: Any) -> dict[str, Any]:
    return {"addSheet": {"properties": {"title": title, "sheetId": sheet_id, **more}}}


def test_a_title_or_an_id_is_given_once() -> None:
    world = World()
    world.batch(add("A", 1))
    message = (
        'Invalid requests[0].addSheet: A sheet with the name "a" already exists. Please enter another name.'
    )
    assert world.refused(add("a", 2)) == message
    assert "already exists" in world.refused(add("B", 1))


def test_tabs_are_placed_by_the_order_before_the_move() -> None:
    world = World()
    world.batch(add("A", 1), add("B", 2), add("C", 3, index=0))
    assert titles(world) == ["C", "Sheet1", "A", "B"]
    for index, order in ((2, ["Sheet1", "C", "A", "B"]), (1, ["Sheet1", "C", "A", "B"])):
        move = {"properties": {"sheetId": 3, "index": index}, "fields": "index"}
        world.batch({"updateSheetProperties": move})
        assert titles(world) == order
    assert [s["properties"]["index"] for s in world.get()["sheets"]] == [0, 1, 2, 3]


def test_the_last_tab_stays_and_one_stays_visible() -> None:
    world = World()
    gone = "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document."
    assert world.refused({"deleteSheet": {"sheetId": 0}}) == gone
    hide = {"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}}
    assert "You can't hide all the sheets in a document." in world.refused(hide)
    world.batch(add("A", 1), hide)
    assert world.sheet("properties")["hidden"] is True
    show = {"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": False}, "fields": "hidden"}}
    world.batch(show)
    assert "hidden" not in world.sheet("properties")


def test_a_renamed_tab_is_renamed_in_formulas_and_a_deleted_one_is_missed() -> None:
    world = World()
    world.batch(add("Data", 1))
    world.write("Sheet1!A1", [["=Data!A1+1"]])
    world.batch(
        {"updateSheetProperties": {"properties": {"sheetId": 1, "title": "My data"}, "fields": "title"}}
    )
    assert world.formulas("Sheet1!A1") == [["='My data'!A1+1"]]
    world.batch({"deleteSheet": {"sheetId": 1}})
    assert world.formulas("Sheet1!A1") == [["=#REF!+1"]]


def test_a_deleted_tab_takes_its_names_and_tags() -> None:
    world = World()
    tag = {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 1}}
    world.batch(
        add("A", 1),
        {"addNamedRange": {"namedRange": {"name": "spot", "range": grid(0, 1, 0, 1, 1)}}},
        {"createDeveloperMetadata": {"developerMetadata": tag}},
        {"deleteSheet": {"sheetId": 1}},
    )
    assert world.get("namedRanges") == {}
    assert world.sandbox.drive.files[world.id].book.developer_metadata == {}


def test_a_copied_tab_has_its_cells_and_rules_but_no_tags() -> None:
    world = World()
    world.write("A1", [["x"]])
    tag = {"dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    metadata = {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"dimensionRange": tag}}
    world.batch(
        {"mergeCells": {"range": grid(2, 4, 0, 2)}},
        {"addProtectedRange": {"protectedRange": {"range": grid(0, 1, 0, 1)}}},
        {"createDeveloperMetadata": {"developerMetadata": metadata}},
    )
    copy = {"sourceSheetId": 0, "newSheetId": 8, "insertSheetIndex": 1, "newSheetName": "Copy"}
    [reply] = world.batch({"duplicateSheet": copy})
    assert reply["duplicateSheet"]["properties"]["title"] == "Copy"
    assert world.read("Copy!A1") == [["x"]]
    assert world.sheet("merges", 1) == [grid(2, 4, 0, 2, 8)]
    first, second = world.sheet("protectedRanges"), world.sheet("protectedRanges", 1)
    assert second[0]["range"] == grid(0, 1, 0, 1, 8)
    assert second[0]["protectedRangeId"] != first[0]["protectedRangeId"]
    assert len(world.sandbox.drive.files[world.id].book.developer_metadata) == 1
    world.write("Copy!A1", [["y"]])
    assert world.read("Sheet1!A1") == [["x"]]


def test_a_tab_is_copied_to_another_spreadsheet() -> None:
    world = World()
    world.write("A1", [["x"]])
    other = world.ask("POST", "", {"properties": {"title": "Other"}})["spreadsheetId"]
    found = world.ask("POST", f"/{world.id}/sheets/0:copyTo", {"destinationSpreadsheetId": other})
    assert (found["title"], found["index"]) == ("Copy of Sheet1", 1)
    world.id = other
    assert world.read("Copy of Sheet1!A1") == [["x"]]


def size(rows: int, columns: int) -> dict[str, Any]:
    properties = {"gridProperties": {"rowCount": rows, "columnCount": columns}}
    return {
        "updateSheetProperties": {"properties": properties, "fields": "gridProperties(rowCount,columnCount)"}
    }


def test_a_smaller_grid_loses_what_lies_outside() -> None:
    world = World()
    world.write("A1:C3", [["a", "b", "c"]] * 3)
    world.batch({"mergeCells": {"range": grid(1, 3, 0, 1)}}, size(2, 2))
    assert world.read("Sheet1") == [["a", "b"], ["a", "b"]]
    assert world.sheet("merges") is None
    world.batch(size(5, 5))
    assert world.read("Sheet1") == [["a", "b"], ["a", "b"]]


def test_a_spreadsheet_holds_ten_million_cells() -> None:
    world = World()
    world.batch(size(100_000, 100))
    text = "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
    assert world.refused(size(100_001, 100)) == f"Invalid requests[0].updateSheetProperties: {text}"
    assert world.refused(add("A", 1)) == f"Invalid requests[0].addSheet: {text}"
    one = {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 1, "endIndex": 2}}}
    assert world.refused(one) == f"Invalid requests[0].insertDimension: {text}"


def test_a_spreadsheet_is_made_with_tabs_and_cells() -> None:
    world = World()
    body = {
        "properties": {"title": "T", "locale": "de_DE", "timeZone": "Europe/Berlin"},
        "sheets": [
            {
                "properties": {"title": "One"},
                "data": [{"rowData": [{"values": [{"userEnteredValue": {"numberValue": 1.5}}]}]}],
            },
            {
                "properties": {
                    "title": "Two",
                    "sheetId": 7,
                    "gridProperties": {"rowCount": 3, "columnCount": 4},
                }
            },
        ],
    }
    found = world.ask("POST", "", body)
    world.id = found["spreadsheetId"]
    assert (found["properties"]["locale"], found["properties"]["timeZone"]) == ("de_DE", "Europe/Berlin")
    assert titles(world) == ["One", "Two"]
    assert world.read("One!A1") == [["1,5"]]
    status, refusal = world.send("POST", "", {"namedRanges": [{"name": "x"}]})
    assert (status, refusal["error"]["status"]) == (501, "UNIMPLEMENTED")


def test_a_time_zone_must_be_one_and_other_properties_stay() -> None:
    world = World()
    change = {"properties": {"title": "T", "timeZone": "Asia/Shanghai"}, "fields": "*"}
    world.batch({"updateSpreadsheetProperties": change})
    found = world.get("properties(timeZone,locale,title,spreadsheetTheme.primaryFontFamily)")["properties"]
    theme = {"primaryFontFamily": "Arial"}
    assert found == {"title": "T", "locale": "en_US", "timeZone": "Asia/Shanghai", "spreadsheetTheme": theme}
    wrong = {"properties": {"timeZone": "Mars/Base"}, "fields": "timeZone"}
    message = "Invalid requests[0].updateSpreadsheetProperties: Invalid time zone: Mars/Base"
    assert world.refused({"updateSpreadsheetProperties": wrong}) == message


def test_only_tabs_with_a_grid_are_made() -> None:
    message = World().refused({"addSheet": {"properties": {"sheetType": "OBJECT"}}})
    assert message == "requests[0].addSheet with the sheetType OBJECT is not emulated by the sandbox."
