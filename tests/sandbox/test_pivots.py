"""Pivot tables are kept, answered, moved and drawn."""

from __future__ import annotations

from typing import Any

from tests.sandbox.world import World, grid


def tickets() -> World:
    world = World()
    lines: list[list[Any]] = [
        ["team", "status", "hours"],
        ["A", "open", 2],
        ["B", "open", 3],
        ["A", "done", 5],
        ["A", "open", 1],
    ]
    world.write("A1:C5", lines)
    return world


def put(world: World, pivot: dict[str, Any]) -> None:
    rows = [{"values": [{"pivotTable": {"source": grid(0, 5, 0, 3), **pivot}}]}]
    world.batch(
        {"updateCells": {"start": {"rowIndex": 0, "columnIndex": 5}, "rows": rows, "fields": "pivotTable"}}
    )


def group(column: int, **more: Any) -> dict[str, Any]:
    return {"sourceColumnOffset": column, "showTotals": True, "sortOrder": "ASCENDING", **more}


def test_rows_are_counted_and_summed() -> None:
    world = tickets()
    values = [
        {"sourceColumnOffset": 1, "summarizeFunction": "COUNTA"},
        {"sourceColumnOffset": 2, "summarizeFunction": "SUM", "name": "Hours"},
    ]
    put(world, {"rows": [group(0)], "values": values})
    assert world.read("F1:H4") == [
        ["team", "COUNTA of status", "Hours"],
        ["A", "3", "8"],
        ["B", "1", "3"],
        ["Grand Total", "4", "11"],
    ]


def test_groups_go_across_too_and_filters_leave_rows_out() -> None:
    world = tickets()
    values = [{"sourceColumnOffset": 2, "summarizeFunction": "AVERAGE"}]
    put(world, {"rows": [group(0)], "columns": [group(1)], "values": values})
    assert world.read("F1:I5") == [
        ["AVERAGE of hours", "status"],
        ["team", "done", "open", "Grand Total"],
        ["A", "5", "1.5", "2.666666667"],
        ["B", "", "3", "3"],
        ["Grand Total", "5", "2", "2.75"],
    ]
    put(
        world,
        {
            "rows": [group(0, showTotals=False)],
            "values": values,
            "criteria": {"1": {"visibleValues": ["done"]}},
        },
    )
    assert world.read("F1:I5") == [["team", "AVERAGE of hours"], ["A", "5"]]


def test_a_pivot_table_follows_its_source() -> None:
    world = tickets()
    put(world, {"rows": [group(0)], "values": [{"sourceColumnOffset": 2, "summarizeFunction": "SUM"}]})
    world.batch({"insertDimension": {"range": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}})
    [row] = world.get("sheets.data.rowData.values.pivotTable", "G1")["sheets"][0]["data"][0]["rowData"]
    pivot = row["values"][0]["pivotTable"]
    assert pivot["source"] == grid(0, 5, 0, 4)
    assert pivot["values"][0]["sourceColumnOffset"] == 3
    assert world.read("G2:H2") == [["A", "8"]]


def test_what_cannot_be_drawn_is_logged_and_left_blank() -> None:
    world = tickets()
    put(world, {"rows": [group(0)], "values": [{"sourceColumnOffset": 2, "summarizeFunction": "MEDIAN"}]})
    assert world.read("F1:H5") == []
    assert world.logged == ["The pivot table at Sheet1!F1 is not drawn: it summarises by another function."]


def test_a_column_outside_the_source_is_not_drawn() -> None:
    world = tickets()
    put(world, {"rows": [group(7)], "values": [{"sourceColumnOffset": 2, "summarizeFunction": "SUM"}]})
    assert world.read("F1:H5") == []
    assert world.logged == [
        "The pivot table at Sheet1!F1 is not drawn: a column of it lies outside its source."
    ]
