"""A batch is carried out as a whole or not at all, and what is not emulated is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sheetdesk.sandbox.requests import HANDLERS
from tests.sandbox.world import ROOT, World, grid

CHANGES: list[dict[str, Any]] = [
    {"updateSpreadsheetProperties": {"properties": {"title": "Other"}, "fields": "title"}},
    {"addSheet": {"properties": {"title": "New"}}},
    {
        "updateCells": {
            "range": grid(0, 1, 0, 1),
            "rows": [{"values": [{"note": "n"}]}],
            "fields": "note",
        }
    },
    {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}}},
    {"mergeCells": {"range": grid(3, 5, 0, 2), "mergeType": "MERGE_ALL"}},
    {"addNamedRange": {"namedRange": {"name": "spot", "range": grid(0, 1, 0, 1)}}},
    {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": 4,
                "metadataKey": "k",
                "visibility": "DOCUMENT",
                "location": {"spreadsheet": True},
            }
        }
    },
    {"addProtectedRange": {"protectedRange": {"range": grid(0, 1, 0, 1)}}},
    {"setBasicFilter": {"filter": {"range": grid(0, 3, 0, 2)}}},
    {
        "updateDimensionProperties": {
            "range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
            "properties": {"pixelSize": 50},
            "fields": "pixelSize",
        }
    },
    {
        "sortRange": {
            "range": grid(0, 4, 0, 2),
            "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}],
        }
    },
]


def everything(world: World) -> bytes:
    url = f"{ROOT}/{world.id}"
    found = world.sandbox.handle("GET", f"{url}?includeGridData=true", {}, b"").body
    version = world.sandbox.drive.files[world.id].version
    return found + str(version).encode()


def test_a_failing_last_request_leaves_nothing_behind() -> None:
    world = World()
    world.write("A1:B4", [["b", 1], ["a", 2], ["c", 3], ["d", 4]])
    before = everything(world)
    assert "No sheet with id: 77" in world.refused(*CHANGES, {"deleteSheet": {"sheetId": 77}})
    assert everything(world) == before
    world.batch(*CHANGES)
    assert everything(world) != before


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_each_change_alone_is_undone_too(change: dict[str, Any]) -> None:
    world = World()
    world.write("A1:B4", [["b", 1], ["a", 2], ["c", 3], ["d", 4]])
    before = everything(world)
    world.refused(change, {"deleteSheet": {"sheetId": 77}})
    assert everything(world) == before
    world.batch(change)
    assert everything(world) != before


def test_an_error_names_the_request_it_is_about() -> None:
    message = World().refused(CHANGES[0], {"deleteSheet": {"sheetId": 77}})
    assert message == "Invalid requests[1].deleteSheet: No sheet with id: 77"


def test_several_ranges_of_values_are_written_together_or_not_at_all() -> None:
    world = World()
    data = [{"range": "A1", "values": [["x"]]}, {"range": "Nowhere!A1", "values": [["y"]]}]
    status, found = world.send(
        "POST", f"/{world.id}/values:batchUpdate", {"valueInputOption": "RAW", "data": data}
    )
    assert (status, found["error"]["message"]) == (
        400,
        "Invalid data[1]: Unable to parse range: Nowhere!A1",
    )
    assert world.read("Sheet1") == []


@pytest.mark.parametrize(
    "kind", ["autoFill", "insertComment", "deleteComment", "refreshDataSource", "addDataSource"]
)
def test_what_is_not_emulated_is_refused_and_never_looks_done(kind: str) -> None:
    assert kind not in HANDLERS
    world = World(checked=False)
    status, found = world.send("POST", f"/{world.id}:batchUpdate", {"requests": [CHANGES[0], {kind: {}}]})
    assert status == 501
    assert found["error"]["message"] == f"requests[1].{kind} is not emulated by the sandbox."
    assert world.get("properties.title") == {"properties": {"title": "World"}}


def test_an_empty_batch_is_refused() -> None:
    assert World().refused() == "Must specify at least one request."


def test_the_answer_to_a_batch_can_hold_what_came_of_it() -> None:
    world = World()
    world.write("A1:B2", [["id", "n"], ["t1", 5]])
    body = {
        "requests": [
            {
                "updateCells": {
                    "start": {"rowIndex": 1, "columnIndex": 1},
                    "rows": [{"values": [{"userEnteredValue": {"numberValue": 6}}]}],
                    "fields": "userEnteredValue",
                }
            }
        ],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Sheet1!B1:B2"],
        "responseIncludeGridData": True,
    }
    found = world.ask("POST", f"/{world.id}:batchUpdate", body)
    [data] = found["updatedSpreadsheet"]["sheets"][0]["data"]
    assert data["startColumn"] == 1
    assert data["rowData"][1]["values"][0]["effectiveValue"] == {"numberValue": 6}
    fields = "replies,updatedSpreadsheet.sheets.data.rowData.values.formattedValue"
    status, found = world.send("POST", f"/{world.id}:batchUpdate?fields={fields}", body)
    assert status == 200
    rows = [{"values": [{"formattedValue": "n"}]}, {"values": [{"formattedValue": "6"}]}]
    assert found == {"replies": [{}], "updatedSpreadsheet": {"sheets": [{"data": [{"rowData": rows}]}]}}


def test_answers_are_json_even_with_strange_texts() -> None:
    world = World()
    strange = 'a"b\\c\n\u0000\u2028é🌵'
    world.write("A1", [[strange]], "RAW")
    found = world.sandbox.handle("GET", f"{ROOT}/{world.id}?includeGridData=true", {}, b"").body
    [row] = json.loads(found)["sheets"][0]["data"][0]["rowData"]
    assert row["values"][0]["userEnteredValue"] == {"stringValue": strange}
