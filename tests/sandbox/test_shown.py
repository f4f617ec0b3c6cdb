"""What cells show is kept between reads, and no longer than it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.world import NOW, World, grid


def shown(world: World, where: str, part: str = "effectiveValue") -> list[list[Any]]:
    """What spreadsheets.get tells of each cell of a rectangle; None for no such part."""
    data = world.get(f"sheets(data(rowData(values({part}))))", where)["sheets"][0]["data"][0]
    rows = [row.get("values", []) for row in data.get("rowData", [])]
    return [[plain(cell.get(part)) for cell in row] for row in rows]


def plain(value: Any) -> Any:
    return next(iter(value.values())) if isinstance(value, dict) else value


def test_a_changed_cell_changes_what_formulas_show() -> None:
    world = World()
    world.write("A1:A3", [[1], [2], [3]])
    world.write("B1", [["=ARRAYFORMULA(A1:A3*10)"]])
    world.write("C1", [["=SUM(B:B)"]])
    assert shown(world, "B1:C3") == [[10, 60], [20], [30]]
    world.write("A3", [[5]])
    assert shown(world, "B1:C3") == [[10, 80], [20], [50]]
    assert world.read("B1:C3") == [["10", "80"], ["20"], ["50"]]


def test_a_batch_that_fails_leaves_what_was_shown() -> None:
    world = World()
    world.write("A1:A2", [[1], [2]])
    world.write("B1", [["=SUM(A1:A2)"]])
    assert shown(world, "B1") == [[3]]
    cell = {"values": [{"userEnteredValue": {"numberValue": 9}}]}
    world.refused(
        {"updateCells": {"start": {"rowIndex": 0, "columnIndex": 0}, "rows": [cell], "fields": "*"}},
        {"deleteSheet": {"sheetId": 404}},
    )
    assert shown(world, "A1:B1") == [[1, 3]]


def test_two_spreadsheets_show_each_their_own() -> None:
    world = World()
    first = world.id
    world.write("A1:B1", [[1, "=A1+1"]])
    world.id = second = world.ask("POST", "", {"properties": {"title": "Other"}})["spreadsheetId"]
    world.write("A1:B1", [[7, "=A1+1"]])
    for _ in range(2):
        world.id = first
        assert shown(world, "B1") == [[2]]
        world.id = second
        assert shown(world, "B1") == [[8]]


@pytest.mark.parametrize(("zone", "later"), [("Etc/GMT", 19), ("Asia/Shanghai", 11)])
def test_today_goes_on_with_the_clock_of_the_spreadsheet(zone: str, later: int) -> None:
    world = World()
    properties = {"properties": {"timeZone": zone}, "fields": "timeZone"}
    world.batch({"updateSpreadsheetProperties": properties})
    world.write("A1", [["=TODAY()"]])
    [[before]] = shown(world, "A1")
    world.sandbox.now = lambda: NOW + timedelta(hours=later - 1)
    midnight_is_near = shown(world, "A1")
    assert midnight_is_near == [[before]]
    world.sandbox.now = lambda: NOW + timedelta(hours=later)
    assert shown(world, "A1") == [[before + 1]]


def test_a_rectangle_shows_what_comes_from_outside_of_it() -> None:
    world = World()
    world.write("A1", [["={1,2,3;4,5,6;7,8,9}"]])
    assert shown(world, "B2:C3") == [[5, 6], [8, 9]]
    assert shown(world, "A1:A3") == [[1], [4], [7]]
    assert shown(world, "D4:E5") == []


def test_a_cell_in_the_way_is_shown_instead_of_an_array() -> None:
    world = World()
    world.write("A1:A3", [["={1;2;3}"], [None], ["mine"]])
    assert shown(world, "A1:A3", "formattedValue") == [["#REF!"], [], ["mine"]]


def test_looks_are_told_with_and_without_a_value() -> None:
    world = World()
    cell = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    world.batch({"repeatCell": {"range": grid(0, 3, 0, 2), "cell": cell, "fields": "userEnteredFormat"}})
    world.write("A1", [["={1;2}"]])
    data = world.get(
        "sheets(data(rowData(values(effectiveFormat(textFormat(bold)),effectiveValue))))", "A1:C4"
    )
    [block] = data["sheets"][0]["data"]
    bold = {"effectiveFormat": {"textFormat": {"bold": True}}}
    assert [row["values"] for row in block["rowData"]] == [
        [{"effectiveValue": {"numberValue": 1}, **bold}, bold],
        [{"effectiveValue": {"numberValue": 2}, **bold}, bold],
        [bold, bold],
    ]
