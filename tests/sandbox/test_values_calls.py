"""Reading and writing values by ranges."""

from __future__ import annotations

import pytest

from tests.sandbox.world import World, grid


def test_values_are_read_formatted_raw_or_as_formulas() -> None:
    world = World()
    world.write("A1:D1", [["2024-01-02", 0.5, "=B1*2", True]])
    assert world.read("A1:D1") == [["2024-01-02", "0.5", "1", "TRUE"]]
    assert world.read("A1:D1", valueRenderOption="UNFORMATTED_VALUE") == [[45293, 0.5, 1, True]]
    assert world.formulas("A1:D1") == [[45293, 0.5, "=B1*2", True]]
    text = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"}
    assert world.read("A1:D1", **text) == [["2024-01-02", 0.5, 1, True]]


def test_columns_can_be_read_and_written() -> None:
    world = World()
    body = {"values": [["a", "b"], ["c"]], "majorDimension": "COLUMNS"}
    found = world.ask("PUT", f"/{world.id}/values/B2?valueInputOption=RAW", body)
    assert (found["updatedRange"], found["updatedCells"]) == ("Sheet1!B2:C3", 3)
    assert world.read("B2:C3") == [["a", "c"], ["b"]]
    assert world.read("B2:C3", majorDimension="COLUMNS") == [["a", "b"], ["c"]]


def test_raw_values_are_kept_as_they_are() -> None:
    world = World()
    world.write("A1:C1", [["=1+1", "0042", "2024-01-02"]], "RAW")
    assert world.read("A1:C1", valueRenderOption="UNFORMATTED_VALUE") == [["=1+1", "0042", "2024-01-02"]]


def test_null_leaves_a_cell_and_an_empty_text_clears_it() -> None:
    world = World()
    world.write("A1:C1", [["a", "b", "c"]])
    found = world.write("A1:C1", [[None, "", "x"]])
    assert found["updatedCells"] == 2
    assert world.read("A1:C1") == [["a", "", "x"]]


def test_a_range_must_hold_what_is_written_but_one_cell_is_a_corner() -> None:
    world = World()
    world.write("B2", [["a", "b"], ["c", "d"]])
    status, found = world.send(
        "PUT", f"/{world.id}/values/B2:B3?valueInputOption=RAW", {"values": [["a", "b"]]}
    )
    expected = "Requested writing within range [Sheet1!B2:B3], but tried writing to column [C]"
    assert (status, found["error"]["message"]) == (400, expected)


@pytest.mark.parametrize("where", ["A1001", "Sheet1!AA1"])
def test_a_range_that_starts_outside_the_grid_is_refused(where: str) -> None:
    world = World()
    status, found = world.send("GET", f"/{world.id}/values/{where}")
    spelled = where if "!" in where else f"Sheet1!{where}"
    expected = f"Range ({spelled}) exceeds grid limits. Max rows: 1000, max columns: 26"
    assert (status, found["error"]["message"]) == (400, expected)


def test_values_come_back_with_a_write_where_asked_for() -> None:
    world = World()
    path = f"/{world.id}/values/A1?valueInputOption=USER_ENTERED&includeValuesInResponse=true"
    path += "&responseValueRenderOption=UNFORMATTED_VALUE"
    found = world.ask("PUT", path, {"values": [["1", "=A1+1"]]})
    assert found["updatedData"] == {"range": "Sheet1!A1:B1", "majorDimension": "ROWS", "values": [[1, 2]]}


def test_rows_are_appended_below_the_table_in_a_range() -> None:
    world = World()
    world.write("B2:C3", [["a", "b"], ["c", "d"]])
    world.write("F9", [["far"]])
    found = world.ask(
        "POST", f"/{world.id}/values/A1:D5:append?valueInputOption=RAW", {"values": [["e", "f"]]}
    )
    assert (found["tableRange"], found["updates"]["updatedRange"]) == ("Sheet1!B2:C3", "Sheet1!B4:C4")
    path = f"/{world.id}/values/B2:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS"
    found = world.ask("POST", path, {"values": [["g"]]})
    assert found["updates"]["updatedRange"] == "Sheet1!B5"
    assert world.read("F10") == [["far"]]
    assert world.sheet("properties")["gridProperties"]["rowCount"] == 1001


def test_the_grid_grows_for_appended_rows() -> None:
    world = World()
    world.write("A1000", [["last"]])
    world.ask("POST", f"/{world.id}/values/A1000:append?valueInputOption=RAW", {"values": [["x"], ["y"]]})
    assert world.read("A1000:A1002") == [["last"], ["x"], ["y"]]


def test_several_ranges_are_read_written_and_cleared_at_once() -> None:
    world = World()
    data = [{"range": "A1:B1", "values": [["a", "b"]]}, {"range": "A3", "values": [["c"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    found = world.ask("POST", f"/{world.id}/values:batchUpdate", body)
    counts = {name: found[f"totalUpdated{name}"] for name in ("Rows", "Columns", "Cells", "Sheets")}
    assert counts == {"Rows": 2, "Columns": 2, "Cells": 3, "Sheets": 1}
    assert [one["updatedRange"] for one in found["responses"]] == ["Sheet1!A1:B1", "Sheet1!A3"]
    found = world.ask("GET", f"/{world.id}/values:batchGet?ranges=A3&ranges=A1:B1&ranges=C:C")
    assert [one.get("values") for one in found["valueRanges"]] == [[["c"]], [["a", "b"]], None]
    found = world.ask("POST", f"/{world.id}/values:batchClear", {"ranges": ["A1", "A3"]})
    assert found["clearedRanges"] == ["Sheet1!A1", "Sheet1!A3"]
    assert world.read("Sheet1") == [["", "b"]]


def test_spilled_values_are_read_like_others() -> None:
    world = World()
    world.write("A1:A3", [["b"], ["a"], ["c"]])
    world.write("C1", [["=SORT(A1:A3)"]])
    assert world.read("C1:C9") == [["a"], ["b"], ["c"]]
    found = world.get("sheets.data.rowData.values(userEnteredValue,effectiveValue)", "C2:C9")
    rows = found["sheets"][0]["data"][0]["rowData"]
    assert rows == [{"values": [{"effectiveValue": {"stringValue": word}}]} for word in "bc"]


def test_a_spreadsheet_is_read_by_data_filters() -> None:
    world = World()
    world.write("A1:B2", [["a", "b"], ["c", "d"]])
    body = {"dataFilters": [{"gridRange": grid(1, 2, 0, 2)}], "includeGridData": True}
    [data] = world.ask("POST", f"/{world.id}:getByDataFilter", body)["sheets"][0]["data"]
    assert [cell["formattedValue"] for cell in data["rowData"][0]["values"]] == ["c", "d"]
    assert data["startRow"] == 1


def test_an_effective_format_lies_over_the_default() -> None:
    world = World()
    world.write("A1", [["50%"]])
    [row] = world.get("sheets.data.rowData.values(effectiveFormat)", "A1")["sheets"][0]["data"][0]["rowData"]
    form = row["values"][0]["effectiveFormat"]
    assert form["numberFormat"]["type"] == "PERCENT"
    assert form["textFormat"]["fontSize"] == 10
    fields = "sheets(data(rowData(values(userEnteredValue/formulaValue,effectiveFormat/numberFormat/type))))"
    [row] = world.get(fields, "A1")["sheets"][0]["data"][0]["rowData"]
    assert row["values"] == [
        {"userEnteredValue": {}, "effectiveFormat": {"numberFormat": {"type": "PERCENT"}}}
    ]


def test_cells_that_touch_at_a_corner_are_one_table_and_a_gap_ends_it() -> None:
    world = World()
    world.write("A1:E4", [["a", "", "", "", "x"], ["", "b", "", "", ""], ["", "", "c", "", "y"], []])
    path = f"/{world.id}/values/A1:C9:append?valueInputOption=RAW"
    assert world.ask("POST", path, {"values": [["d"]]})["tableRange"] == "Sheet1!A1:C3"
    path = f"/{world.id}/values/E1:E2:append?valueInputOption=RAW"
    assert world.ask("POST", path, {"values": [["z"]]})["tableRange"] == "Sheet1!E1"


def test_a_formula_that_is_a_date_shows_as_one() -> None:
    world = World()
    world.write("A1:A2", [["2024-01-02"], ["50%"]])
    world.write("C1:C4", [["=A1"], ["=Sheet1!$A$2"], ["=TODAY()"], ["=A1+1"]])
    assert world.read("C1:C4") == [["2024-01-02"], ["50%"], ["3/4/2026"], ["45294"]]
    fields = "sheets.data.rowData.values.effectiveFormat.numberFormat.type"
    rows = world.get(fields, "C1:C3")["sheets"][0]["data"][0]["rowData"]
    types = [row["values"][0]["effectiveFormat"]["numberFormat"]["type"] for row in rows]
    assert types == ["DATE", "PERCENT", "DATE"]


def test_a_formula_that_sums_up_shows_as_the_first_of_its_cells() -> None:
    world = World()
    world.write("A1:C3", [["$1.50", "3/1/2016", "50%"], ["$2", "3/4/2016", "7"], ["4", "", ""]])
    world.write(
        "E1:E5", [["=SUM(A1:A3)"], ["=MAX(B1:B2)"], ["=average( $C$1 )"], ["=SUM(A3:A3)"], ["=SUM(1,2)"]]
    )
    assert world.read("E1:E5") == [["$7.50"], ["3/4/2016"], ["50%"], ["4"], ["3"]]


def test_what_a_filter_chose_is_shown_whole_after_a_write() -> None:
    world = World()
    world.write("A7:C7", [["W-24", "74", "kept"]])
    rows = {"dimension": "ROWS", "startIndex": 6, "endIndex": 7}
    tag = {
        "metadataId": 4,
        "metadataKey": "k",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": rows},
    }
    world.batch({"createDeveloperMetadata": {"developerMetadata": tag}})
    one = {"dataFilter": {"developerMetadataLookup": {"metadataId": 4}}, "values": [["W-24", "84"]]}
    body = {"data": [one], "includeValuesInResponse": True, "valueInputOption": "USER_ENTERED"}
    answer = world.ask("POST", f"/{world.id}/values:batchUpdateByDataFilter", body)
    [response] = answer["responses"]
    assert response["updatedRange"] == "Sheet1!A7:B7"
    assert response["updatedData"]["range"] == "Sheet1!A7:Z7"
    assert response["updatedData"]["values"] == [["W-24", "84", "kept"]]
    assert answer["totalUpdatedColumns"] == 2
