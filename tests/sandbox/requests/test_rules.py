"""What lies over ranges: merges, borders, rules, protections, names, filters, tables, tags, charts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.world import World, grid


def test_borders_are_drawn_at_the_edge_and_taken_away() -> None:
    world = World()
    line = {"style": "SOLID", "color": {"red": 1}}
    world.batch({"updateBorders": {"range": grid(0, 2, 0, 2), "top": line, "innerVertical": line}})
    rows = world.get("sheets.data.rowData.values.userEnteredFormat.borders", "A1:B2")["sheets"][0]["data"][0][
        "rowData"
    ]
    sides = [[set(cell["userEnteredFormat"]["borders"]) for cell in row["values"]] for row in rows]
    assert sides == [[{"top", "right"}, {"top", "left"}], [{"right"}, {"left"}]]
    style = rows[0]["values"][0]["userEnteredFormat"]["borders"]["top"]
    assert style == {"style": "SOLID", "color": {"red": 1}, "colorStyle": {"rgbColor": {"red": 1}}}
    none = {"style": "NONE"}
    world.batch({"updateBorders": {"range": grid(0, 2, 0, 2), "top": none, "innerVertical": none}})
    assert world.get("sheets.data.rowData", "A1:B2") == {"sheets": [{"data": [{}]}]}


def test_merges_keep_the_first_value_and_are_not_cut_in_two() -> None:
    world = World()
    world.write("A1:B2", [["a", "b"], ["c", "d"]])
    world.batch({"mergeCells": {"range": grid(0, 2, 0, 2), "mergeType": "MERGE_ALL"}})
    assert world.read("A1:B2") == [["a"]]
    message = world.refused({"unmergeCells": {"range": grid(0, 1, 0, 2)}})
    expected = "You must select all cells in a merged range to merge or unmerge them."
    assert message == f"Invalid requests[0].unmergeCells: {expected}"


def rule(column: int, text: str) -> dict[str, Any]:
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
    boolean = {"condition": condition, "format": {"backgroundColor": {"green": 1}}}
    return {"ranges": [grid(0, 9, column, column + 1)], "booleanRule": boolean}


def names(world: World) -> list[str]:
    rules = world.sheet("conditionalFormats")
    return [one["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for one in rules]


def test_rules_have_an_order_that_can_be_changed() -> None:
    world = World()
    world.batch(*({"addConditionalFormatRule": {"rule": rule(0, text), "index": 0}} for text in "cba"))
    assert names(world) == ["a", "b", "c"]
    [reply] = world.batch({"updateConditionalFormatRule": {"sheetId": 0, "index": 0, "newIndex": 2}})
    assert reply["updateConditionalFormatRule"]["newIndex"] == 2
    assert names(world) == ["b", "c", "a"]
    world.batch({"updateConditionalFormatRule": {"index": 1, "rule": rule(1, "z")}})
    [reply] = world.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}})
    assert reply["deleteConditionalFormatRule"]["rule"]["ranges"] == [grid(0, 9, 0, 1)]
    assert names(world) == ["z", "a"]
    message = world.refused({"deleteConditionalFormatRule": {"sheetId": 0, "index": 2}})
    assert message.endswith("No conditional format on sheet: 0 at index: 2")
    form = world.sheet("conditionalFormats")[0]["booleanRule"]["format"]
    assert form["backgroundColorStyle"] == {"rgbColor": {"green": 1}}


def test_bands_do_not_overlap() -> None:
    world = World()
    colours = {"firstBandColor": {"red": 1}, "secondBandColor": {"blue": 1}}
    band = {"range": grid(0, 5, 0, 2), "rowProperties": colours}
    [reply] = world.batch({"addBanding": {"bandedRange": band}})
    number = reply["addBanding"]["bandedRange"]["bandedRangeId"]
    assert "already has alternating" in world.refused({"addBanding": {"bandedRange": band}})
    change = {"bandedRangeId": number, "range": grid(0, 9, 0, 2)}
    world.batch({"updateBanding": {"bandedRange": change, "fields": "range"}})
    assert world.sheet("bandedRanges")[0]["range"] == grid(0, 9, 0, 2)
    world.batch({"deleteBanding": {"bandedRangeId": number}})
    assert world.sheet("bandedRanges") is None


def shared(world: World, name: str) -> None:
    permission = {"role": "writer", "type": "user", "emailAddress": f"{name}@sandbox.local"}
    world.sandbox.drive.files[world.id].permissions[name] = permission


def test_a_protection_keeps_others_out_of_its_cells_alone() -> None:
    world = World()
    shared(world, "ann")
    shared(world, "bob")
    asked = {"range": grid(0, 1, 0, 26), "editors": {"users": ["bob@sandbox.local"]}}
    [reply] = world.batch({"addProtectedRange": {"protectedRange": asked}})
    number = reply["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    body = {"values": [["x"]]}
    path = f"/{world.id}/values/{{}}?valueInputOption=RAW"
    status, found = world.send("PUT", path.format("A1"), body, "ann")
    assert status == 400
    assert found["error"]["message"].startswith("Invalid data[0]: You are trying to edit a protected cell")
    assert world.send("PUT", path.format("A2"), body, "ann")[0] == 200
    assert world.send("PUT", path.format("A1"), body, "bob")[0] == 200
    assert world.send("POST", f"/{world.id}/values/A1:B2:clear", None, "ann")[0] == 400
    remove = {"deleteProtectedRange": {"protectedRangeId": number}}
    assert "protected cell" in world.refused(remove, who="ann")
    status, seen = world.send("GET", f"/{world.id}?fields=sheets.protectedRanges", None, "ann")
    assert seen["sheets"][0]["protectedRanges"] == [{"protectedRangeId": number, "range": grid(0, 1, 0, 26)}]
    change = {"protectedRangeId": number, "warningOnly": True}
    world.batch({"updateProtectedRange": {"protectedRange": change, "fields": "warningOnly"}})
    assert world.send("PUT", path.format("A1"), body, "ann")[0] == 200
    world.batch(remove)
    assert world.sheet("protectedRanges") is None


def test_a_reader_cannot_write_and_a_stranger_cannot_read() -> None:
    world = World()
    world.sandbox.drive.files[world.id].permissions["r"] = {
        "role": "reader",
        "type": "user",
        "emailAddress": "ann@sandbox.local",
    }
    requests = {
        "requests": [{"updateSpreadsheetProperties": {"properties": {"title": "x"}, "fields": "title"}}]
    }
    assert world.send("GET", f"/{world.id}", None, "ann")[0] == 200
    assert world.send("POST", f"/{world.id}:batchUpdate", requests, "ann")[0] == 403
    assert world.send("GET", f"/{world.id}", None, "eve")[0] == 403
    assert world.send("GET", "/nowhere")[0] == 404


def test_names_are_words_and_unique() -> None:
    world = World()
    world.batch({"addNamedRange": {"namedRange": {"name": "spot", "range": grid(0, 2, 0, 1)}}})
    world.write("spot", [["a"], ["b"]])
    assert world.read("spot") == [["a"], ["b"]]
    assert world.read("'Sheet1'!spot") == [["a"], ["b"]]
    for name in ("SPOT", "A1", "two words", "R1C1", "true"):
        message = world.refused({"addNamedRange": {"namedRange": {"name": name, "range": grid(0, 1, 0, 1)}}})
        assert message.startswith("Invalid requests[0].addNamedRange:")


def hidden(world: World, rows: int) -> list[int]:
    found = world.get("sheets.data.rowMetadata", f"A1:A{rows}")["sheets"][0]["data"][0]["rowMetadata"]
    return [at for at, row in enumerate(found) if row.get("hiddenByFilter")]


def test_a_basic_filter_hides_and_sorts_for_everyone() -> None:
    world = World()
    world.write("A1:B5", [["name", "n"], ["c", 3], ["a", 10], ["b", 2], ["d", 30]])
    specs = [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["b"]}}]
    order = [{"dimensionIndex": 1, "sortOrder": "ASCENDING"}]
    place = grid(0, 5, 0, 2)
    world.batch({"setBasicFilter": {"filter": {"range": place, "filterSpecs": specs, "sortSpecs": order}}})
    assert world.read("A1:A5") == [["name"], ["b"], ["c"], ["a"], ["d"]]
    assert hidden(world, 5) == [1]
    kept = world.sheet("basicFilter")
    assert kept["criteria"] == {"0": {"hiddenValues": ["b"]}}
    assert kept["filterSpecs"] == specs
    condition = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "5"}]}
    world.batch({"setBasicFilter": {"filter": {"range": place, "criteria": {"1": {"condition": condition}}}}})
    assert hidden(world, 5) == [1, 2]
    world.batch({"insertDimension": {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}})
    assert world.sheet("basicFilter")["criteria"].keys() == {"2"}
    world.batch({"clearBasicFilter": {"sheetId": 0}})
    world.batch({"setBasicFilter": {"filter": {"range": {"sheetId": 0, "startRowIndex": 4}}}})
    assert world.sheet("basicFilter")["range"] == {
        "startRowIndex": 4, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 27,
    }  # fmt: skip
    world.batch({"clearBasicFilter": {"sheetId": 0}})
    assert hidden(world, 5) == []
    odd = {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=A1>1"}]}}
    message = world.refused({"setBasicFilter": {"filter": {"range": place, "criteria": {"0": odd}}}})
    assert message.endswith("with the condition CUSTOM_FORMULA is not emulated by the sandbox.")


@pytest.mark.parametrize(
    ("kind", "given", "left"),
    [
        ("DATE_BEFORE", {"userEnteredValue": "3/4/2026"}, ["2/3/2026"]),
        ("DATE_EQ", {"userEnteredValue": "2026-03-04"}, ["3/4/2026"]),
        ("DATE_EQ", {"relativeDate": "TODAY"}, ["3/4/2026"]),
        ("DATE_AFTER", {"relativeDate": "PAST_WEEK"}, ["3/4/2026", "3/5/2026"]),
        ("DATE_AFTER", {"relativeDate": "PAST_MONTH"}, ["3/4/2026", "3/5/2026"]),
        ("DATE_AFTER", {"relativeDate": "PAST_YEAR"}, ["2/3/2026", "3/4/2026", "3/5/2026"]),
        ("DATE_EQ", {"relativeDate": "TOMORROW"}, ["3/5/2026"]),
        ("DATE_AFTER", {"relativeDate": "YESTERDAY"}, ["3/4/2026", "3/5/2026"]),
    ],
)
def test_a_filter_compares_dates_by_their_day(kind: str, given: dict[str, Any], left: list[str]) -> None:
    world = World()
    days = ["2/3/2026", "3/4/2026", "3/5/2026", "46085", "soon"]
    world.write("A1:A6", [["due"], *[[day] for day in days]])
    criteria = {"0": {"condition": {"type": kind, "values": [given]}}}
    world.batch({"setBasicFilter": {"filter": {"range": grid(0, 6, 0, 1), "criteria": criteria}}})
    assert [day for at, day in enumerate(days, start=1) if at not in hidden(world, 6)] == left


def test_a_day_nobody_can_read_is_not_filtered_by() -> None:
    world = World()
    world.write("A1:A2", [["due"], ["2/3/2026"]])
    condition = {"type": "DATE_BEFORE", "values": [{"userEnteredValue": "soon"}]}
    filtered = {"range": grid(0, 2, 0, 1), "criteria": {"0": {"condition": condition}}}
    message = world.refused({"setBasicFilter": {"filter": filtered}})
    assert message.endswith("with the condition a date that is soon is not emulated by the sandbox.")


def test_filter_views_are_kept_by_their_ids() -> None:
    world = World()
    asked = {"title": "mine", "range": grid(0, 9, 0, 2), "criteria": {"1": {"hiddenValues": ["x"]}}}
    [reply] = world.batch({"addFilterView": {"filter": asked}})
    view = reply["addFilterView"]["filter"]
    assert view["filterSpecs"] == [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["x"]}}]
    number = view["filterViewId"]
    change = {"filterViewId": number, "criteria": {"0": {"hiddenValues": ["y"]}}}
    world.batch({"updateFilterView": {"filter": change, "fields": "criteria"}})
    assert [spec["columnIndex"] for spec in world.sheet("filterViews")[0]["filterSpecs"]] == [0]
    world.batch({"duplicateFilterView": {"filterId": number}}, {"deleteFilterView": {"filterId": number}})
    assert [one["title"] for one in world.sheet("filterViews")] == ["Copy of mine"]
    assert hidden(world, 9) == []


def test_a_table_names_its_columns_and_grows_with_appended_rows() -> None:
    world = World()
    world.write("B2:C3", [["id", ""], ["t1", "open"]])
    given = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "open"}]}}
    column = {"columnIndex": 1, "columnName": "status", "columnType": "DROPDOWN", "dataValidationRule": given}
    table = {"name": "Tickets", "range": grid(1, 3, 1, 3), "columnProperties": [column]}
    [reply] = world.batch({"addTable": {"table": table}})
    made = reply["addTable"]["table"]
    assert [one["columnName"] for one in made["columnProperties"]] == ["id", "status"]
    assert world.read("B2:C2") == [["id", "status"]]
    rows = [{"values": [{"userEnteredValue": {"stringValue": "t2"}}]}]
    world.batch({"appendCells": {"tableId": made["tableId"], "rows": rows, "fields": "userEnteredValue"}})
    assert world.read("B2:B5") == [["id"], ["t1"], ["t2"]]
    assert world.sheet("tables")[0]["range"] == grid(1, 4, 1, 3)
    assert "overlap" in world.refused({"addTable": {"table": {"name": "X", "range": grid(3, 6, 0, 2)}}})
    rename = {"table": {"tableId": made["tableId"], "name": "T"}, "fields": "name"}
    world.batch({"updateTable": rename})
    assert world.sheet("tables")[0]["name"] == "T"
    world.batch({"deleteTable": {"tableId": made["tableId"]}})
    assert world.sheet("tables") is None
    assert world.read("Sheet1") == []


def located(**location: Any) -> dict[str, Any]:
    return {"metadataKey": "k", "metadataValue": "v", "visibility": "DOCUMENT", "location": location}


def row_of(at: int) -> dict[str, Any]:
    return {"dimension": "ROWS", "startIndex": at, "endIndex": at + 1}


def test_tags_are_found_by_key_place_and_id() -> None:
    world = World()
    create = "createDeveloperMetadata"
    world.batch(
        {create: {"developerMetadata": {**located(spreadsheet=True), "metadataId": 1}}},
        {create: {"developerMetadata": {**located(sheetId=0), "metadataId": 2}}},
        {create: {"developerMetadata": {**located(dimensionRange=row_of(3)), "metadataId": 3}}},
    )
    assert [one["metadataId"] for one in world.get("developerMetadata")["developerMetadata"]] == [1]
    assert [one["metadataId"] for one in world.sheet("developerMetadata")] == [2]

    def search(**lookup: Any) -> list[int]:
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        found = world.ask("POST", f"/{world.id}/developerMetadata:search", body)
        return [one["developerMetadata"]["metadataId"] for one in found.get("matchedDeveloperMetadata", [])]

    assert search(metadataKey="k") == [1, 2, 3]
    assert search(metadataKey="x") == []
    assert search(locationType="ROW") == [3]
    assert search(metadataLocation={"sheetId": 0}, locationMatchingStrategy="INTERSECTING_LOCATION") == [
        1,
        2,
        3,
    ]
    assert search(metadataLocation={"dimensionRange": row_of(3)}) == [3]
    lookup = {"developerMetadataLookup": {"metadataId": 3}}
    world.write("A4:B4", [["a", "b"]])
    found = world.ask("POST", f"/{world.id}/values:batchGetByDataFilter", {"dataFilters": [lookup]})
    [match] = found["valueRanges"]
    assert match["valueRange"]["values"] == [["a", "b"]]
    assert match["valueRange"]["range"] == "Sheet1!A4:Z4"
    data = {"dataFilter": lookup, "values": [["c", None]], "majorDimension": "ROWS"}
    body = {"valueInputOption": "RAW", "data": [data]}
    world.batch({"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}}})
    world.ask("POST", f"/{world.id}/values:batchUpdateByDataFilter", body)
    assert world.read("A6:B6") == [["c", "b"]]
    update = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": "w"}, "fields": "metadataValue"}
    world.batch({"updateDeveloperMetadata": update})
    assert world.ask("GET", f"/{world.id}/developerMetadata/3")["metadataValue"] == "w"
    [reply] = world.batch({"deleteDeveloperMetadata": {"dataFilter": lookup}})
    assert [one["metadataId"] for one in reply["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]] == [3]
    assert world.send("GET", f"/{world.id}/developerMetadata/3")[0] == 404


def test_a_taken_id_fences_a_whole_batch_off() -> None:
    world = World()
    fence = {"createDeveloperMetadata": {"developerMetadata": {**located(spreadsheet=True), "metadataId": 7}}}
    title = {"updateSpreadsheetProperties": {"properties": {"title": "x"}, "fields": "title"}}
    world.batch(fence)
    assert world.refused(title, fence).startswith("Invalid requests[1].createDeveloperMetadata:")
    assert world.get("properties.title") == {"properties": {"title": "World"}}


def test_tags_of_a_tab_hold_30000_characters() -> None:
    world = World()
    long = {**located(dimensionRange=row_of(0)), "metadataValue": "x" * 29_999}
    world.batch({"createDeveloperMetadata": {"developerMetadata": long}})
    more = {"createDeveloperMetadata": {"developerMetadata": located(dimensionRange=row_of(1))}}
    assert "30000" in world.refused(more)
    world.batch({"createDeveloperMetadata": {"developerMetadata": located(spreadsheet=True)}})


def overlay(row: int) -> dict[str, Any]:
    return {"overlayPosition": {"anchorCell": {"rowIndex": row, "columnIndex": 1}, "offsetXPixels": 5}}


def test_charts_and_slicers_are_kept_and_anchored() -> None:
    world = World()
    series = [{"series": {"sourceRange": {"sources": [grid(0, 5, 0, 1)]}}}]
    spec = {"title": "T", "basicChart": {"chartType": "COLUMN", "series": series}}
    slicer = {"spec": {"dataRange": grid(0, 5, 0, 2), "columnIndex": 1}, "position": overlay(8)}
    chart, other = world.batch(
        {"addChart": {"chart": {"spec": spec, "position": overlay(4)}}}, {"addSlicer": {"slicer": slicer}}
    )
    number = chart["addChart"]["chart"]["chartId"]
    world.batch({"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 2, "endIndex": 3}}})
    [kept] = world.sheet("charts")
    assert kept["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 5, "columnIndex": 1}
    assert kept["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"] == [grid(0, 6, 0, 1)]
    assert world.sheet("slicers")[0]["spec"]["dataRange"] == grid(0, 6, 0, 2)
    move = {
        "objectId": number,
        "newPosition": {"overlayPosition": {"offsetXPixels": 9}},
        "fields": "offsetXPixels",
    }
    [reply] = world.batch({"updateEmbeddedObjectPosition": move})
    position = reply["updateEmbeddedObjectPosition"]["position"]["overlayPosition"]
    assert (position["offsetXPixels"], position["anchorCell"]["rowIndex"]) == (9, 5)
    world.batch(
        {"updateChartSpec": {"chartId": number, "spec": {**spec, "title": "U"}}},
        {
            "updateSlicerSpec": {
                "slicerId": other["addSlicer"]["slicer"]["slicerId"],
                "spec": {"title": "S"},
                "fields": "title",
            }
        },
    )
    assert world.sheet("charts")[0]["spec"]["title"] == "U"
    assert world.sheet("slicers")[0]["spec"]["columnIndex"] == 1
    world.batch({"deleteEmbeddedObject": {"objectId": number}})
    assert world.sheet("charts") is None


def test_a_chart_may_have_a_tab_to_itself_which_goes_with_it() -> None:
    world = World()
    world.write("A1", [["n"]])
    series = [{"series": {"sourceRange": {"sources": [grid(0, 5, 0, 1)]}}}]
    spec = {"basicChart": {"chartType": "COLUMN", "series": series}}
    chart = {"addChart": {"chart": {"chartId": 7, "spec": spec, "position": {"newSheet": True}}}}
    [reply] = world.batch(chart)
    own = reply["addChart"]["chart"]["position"]["sheetId"]
    [_, tab] = world.get("sheets.properties")["sheets"]
    assert tab["properties"] == {"sheetId": own, "title": "Chart1", "index": 1, "sheetType": "OBJECT"}
    assert world.get("sheets(charts.position,data.rowData.values.formattedValue)")["sheets"] == [
        {"data": [{"rowData": [{"values": [{"formattedValue": "n"}]}]}]},
        {"charts": [{"position": {"sheetId": own}}]},
    ]
    status, answer = world.send("GET", f"/{world.id}/values/Chart1!A1")
    assert (status, answer["error"]["message"]) == (400, "Unable to parse range: Chart1!A1")
    cell = {"start": {"sheetId": own}, "rows": [], "fields": "*"}
    assert world.refused({"updateCells": cell}).endswith(f"No grid with id: {own}")
    resized = {"properties": {"sheetId": own, "gridProperties": {"rowCount": 1}}, "fields": "gridProperties"}
    assert world.refused({"updateSheetProperties": resized}).endswith(f"No grid with id: {own}")
    assert world.refused({"deleteSheet": {}}).endswith("You can't remove all the sheets in a document.")
    world.batch(
        {"updateSheetProperties": {"properties": {"sheetId": own, "title": "Hours"}, "fields": "title"}}
    )
    assert world.read("A1") == [["n"]]
    move = {"objectId": 7, "newPosition": overlay(3), "fields": "anchorCell"}
    world.batch({"updateEmbeddedObjectPosition": move})
    assert [one["properties"]["title"] for one in world.get("sheets.properties.title")["sheets"]] == [
        "Sheet1"
    ]
    assert world.sheet("charts")[0]["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 3
    world.batch({"updateEmbeddedObjectPosition": {"objectId": 7, "newPosition": {"newSheet": True}}})
    assert world.sheet("charts") is None
    world.batch({"deleteEmbeddedObject": {"objectId": 7}})
    assert len(world.get("sheets.properties")["sheets"]) == 1


def test_data_sources_are_refused_openly_wherever_they_are_named() -> None:
    world = World()
    spec = {"basicChart": {"chartType": "COLUMN"}, "dataSourceChartProperties": {"dataSourceId": "d"}}
    refused = [world.refused({"addChart": {"chart": {"spec": spec, "position": overlay(0)}}})]
    table = {"dataSourceTable": {"dataSourceId": "d"}}
    pivot = {"pivotTable": {"dataSourceId": "d"}}
    for cell in (table, pivot):
        update = {"start": {}, "rows": [{"values": [cell]}], "fields": "*"}
        refused.append(world.refused({"updateCells": update}))
    assert all(message.endswith("of a data source is not emulated by the sandbox.") for message in refused)


def test_a_name_has_all_the_ends_of_its_range() -> None:
    world = World()
    named = {"namedRangeId": "n", "name": "Head", "range": {"endRowIndex": 2}}
    [reply] = world.batch({"addNamedRange": {"namedRange": named}})
    assert reply["addNamedRange"]["namedRange"]["range"] == grid(0, 2, 0, 26)


def test_a_protection_that_gets_a_name_no_longer_stands_for_its_range() -> None:
    world = World()
    named = {"namedRangeId": "n", "name": "Head", "range": grid(0, 1, 0, 5)}
    world.batch(
        {"addNamedRange": {"namedRange": named}},
        {"addProtectedRange": {"protectedRange": {"protectedRangeId": 8, "range": grid(3, 4, 0, 5)}}},
    )
    change = {"protectedRange": {"protectedRangeId": 8, "namedRangeId": "n"}, "fields": "namedRangeId"}
    world.batch({"updateProtectedRange": change})
    [kept] = world.sheet("protectedRanges")
    assert kept["namedRangeId"] == "n"
    assert "range" not in kept


UNKNOWN = {
    "deleteBanding": {"bandedRangeId": 1},
    "deleteTable": {"tableId": "1"},
    "deleteFilterView": {"filterId": 1},
    "deleteEmbeddedObject": {"objectId": 1},
    "deleteNamedRange": {"namedRangeId": "1"},
    "deleteProtectedRange": {"protectedRangeId": 1},
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_what_is_not_there_cannot_be_deleted(kind: str) -> None:
    assert World().refused({kind: UNKNOWN[kind]}).startswith(f"Invalid requests[0].{kind}: No ")


def test_columns_of_filters_and_tables_are_no_places_of_a_copied_tab() -> None:
    world = World()
    column = {"columnIndex": 1, "columnName": "b", "columnType": "TEXT"}
    table = {"name": "T", "range": grid(0, 3, 0, 2), "columnProperties": [column]}
    view = {"range": grid(5, 9, 0, 2), "criteria": {"1": {"hiddenValues": ["x"]}}}
    world.batch({"addTable": {"table": table}}, {"addFilterView": {"filter": view}})
    world.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 4, "insertSheetIndex": 1}})
    copied = world.sheet("filterViews", 1)[0]
    assert copied["range"] == grid(5, 9, 0, 2, 4)
    assert copied["filterSpecs"] == [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["x"]}}]
    assert world.sheet("tables", 1)[0]["columnProperties"] == world.sheet("tables")[0]["columnProperties"]


def test_a_tables_columns_keep_their_types_when_others_come_and_go() -> None:
    world = World()
    columns = [{"columnIndex": at, "columnName": name, "columnType": "TEXT"} for at, name in enumerate("abc")]
    world.batch(
        {"addTable": {"table": {"name": "T", "range": grid(0, 3, 1, 4), "columnProperties": columns}}}
    )
    span = {"dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    world.batch(
        {"insertDimension": {"range": span}}, {"insertDimension": {"range": {**span, "startIndex": 0}}}
    )

    def named() -> dict[str, int]:
        [table] = world.sheet("tables")
        return {one["columnName"]: one.get("columnIndex", 0) for one in table["columnProperties"]}

    assert named() == {"a": 0, "b": 2, "c": 3}
    world.batch({"deleteDimension": {"range": {"dimension": "COLUMNS", "startIndex": 5, "endIndex": 7}}})
    assert named() == {"a": 0, "c": 1}
