"""The batch that makes a spreadsheet what sync wants: what it holds, and what it leaves alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sandbox import people
from sheetdesk.sheets.base import Fetched
from sheetdesk.sheets.google.overlay import blocks_in
from sheetdesk.sheets.google.turn import Turn
from sheetdesk.sheets.google.writing import write_turn
from tests.sheets.google.desk import (
    ID,
    OWNER,
    STATUS,
    SYNC,
    TITLE,
    UPDATED,
    GoogleDesk,
    desk,
    grid_of,
)  # fmt: skip

DAY, OTHER = datetime(2026, 4, 1, 9, 30), datetime(2026, 4, 2)


def batch(found: GoogleDesk, cells: dict[tuple[int, int], Cell], seen: Fetched | None = None) -> list[Any]:
    """The requests of a write, not sent."""
    ready = found.ready(seen or found.fetch(), cells)
    version = ready.content
    return [*write_turn(Turn(version.view.snapshot, "t"), version.view, version.grids, found.plan)]


def kept(found: GoogleDesk) -> dict[str, Cell]:
    """What the overlay keeps of each id."""
    snapshot = found.snapshot()
    assert snapshot.sync_tab is not None
    block = blocks_in(snapshot.sync_tab.grid)["tickets"]
    return dict(zip(block.rows, block.shown("updated", list(block.rows), dated=True), strict=True))


def written(requests: list[Any]) -> list[tuple[int, int, int]]:
    """(sheet, row, column) of each cell that is written."""
    return [
        (one["updateCells"]["start"]["sheetId"], row, column)
        for one in requests
        if "rows" in one.get("updateCells", ())
        for row, line in enumerate(one["updateCells"]["rows"], one["updateCells"]["start"]["rowIndex"])
        for column, _ in enumerate(line["values"], one["updateCells"]["start"]["columnIndex"])
    ]


def test_only_cells_that_differ_are_written() -> None:
    found = desk()
    cells: dict[tuple[int, int], Cell] = {(1, TITLE): "ours", (2, TITLE): "ink T-002", (3, OWNER): None}
    assert [spot for spot in written(batch(found, cells)) if spot[0] == found.tab_id()] == [
        (found.tab_id(), 1, TITLE)
    ]


def test_nothing_of_rules_is_written_into_a_row_of_peoples() -> None:
    found = desk()
    requests = batch(found, {(row, UPDATED): DAY for row in range(1, 6)})
    assert all(sheet != found.tab_id() for sheet, _, _ in written(requests))
    assert not any("copyPaste" in one for one in requests)


def test_every_row_that_is_changed_is_copied_before_with_its_header() -> None:
    found = desk()
    requests = batch(found, {(1, TITLE): "a", (5, STATUS): "b"})
    kinds = [next(iter(one)) for one in requests]
    assert max(i for i, kind in enumerate(kinds) if kind == "copyPaste") < kinds.index(
        "updateCells", kinds.index("copyPaste")
    )
    sources = [one["copyPaste"]["source"] for one in requests if "copyPaste" in one]
    rows = {row for area in sources for row in range(area["startRowIndex"], area["endRowIndex"])}
    assert {0, 1, 5} <= rows


@pytest.mark.parametrize(("title", "expected"), [("ink T-001", ("ink T-001",)), ("its own", ())])
def test_a_plan_says_which_titles_of_rows_that_get_another_id_are_others_too(
    title: str, expected: tuple[str, ...]
) -> None:
    found = desk()
    found.write(found.fetch(), {(2, TITLE): title})
    version = found.ready(found.fetch(), {(2, ID): "T-009"}).content
    turn = Turn(version.view.snapshot, "t")
    write_turn(turn, version.view, version.grids, found.plan)
    assert [tab.common for tab in turn.planned] == [expected]


def test_what_is_planned_is_in_order_of_columns_that_people_moved() -> None:
    found = desk()
    found.do(people.insert_column, column=0)
    assert found.write(found.fetch(), {(1, TITLE + 1): "ours", (2, UPDATED + 1): DAY}) is None
    assert found.column(TITLE + 1)[0] == "ours"
    assert kept(found)["T-002"] == DAY


@pytest.mark.parametrize("value", [DAY, "the same"])
def test_ids_that_are_gone_make_room_for_others_with_the_same_value(value: Cell) -> None:
    found = desk()
    assert found.write(found.fetch(), {(row, UPDATED): value for row in range(1, 6)}) is None
    # One ticket leaves the sheet and another one comes, of which rules say the very same.
    cells: dict[tuple[int, int], Cell] = {(2, ID): "T-006", (2, TITLE): "new", (2, UPDATED): value}
    assert found.write(found.fetch(), cells) is None
    assert kept(found) == dict.fromkeys(("T-001", "T-003", "T-004", "T-005", "T-006"), value)
    assert len(set(found.column(UPDATED))) == 1


def test_new_ids_have_rows_of_their_own() -> None:
    found = desk()
    cells: dict[tuple[int, int], Cell] = {}
    for place in range(6, 30):
        cells |= {(place, ID): f"T-{place:03}", (place, TITLE): "x", (place, UPDATED): OTHER}
    cells[1, UPDATED] = DAY
    assert found.write(found.fetch(), cells, bottom=29) is None
    assert kept(found) == {"T-001": DAY, **dict.fromkeys(f"T-00{n}" for n in range(2, 6))} | {
        f"T-{place:03}": OTHER for place in range(6, 30)
    }
    assert not found.fetch().is_worn


@pytest.mark.parametrize(
    "name", [{"numberValue": 42}, {"stringValue": " T-077 "}, {"stringValue": "0042"}, {"stringValue": "42"}]
)
def test_what_rules_write_is_shown_beside_an_id_however_it_is_kept(name: dict[str, Any]) -> None:
    found = desk()
    start = {"sheetId": found.tab_id(), "rowIndex": 2, "columnIndex": ID}
    rows = [{"values": [{"userEnteredValue": name}]}]
    found.ask({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
    assert found.write(found.fetch(), {(2, UPDATED): DAY}) is None
    assert found.column(UPDATED) == ["", pytest.approx(serial(DAY)), "", "", ""]
    assert grid_of(found.fetch()).cell(2, UPDATED) == DAY


def test_an_id_whose_kind_people_changed_is_found_with_the_next_value() -> None:
    found = desk()
    found.do(people.edit, row=2, column=ID, text="42")
    found.write(found.fetch(), {(2, UPDATED): DAY})
    start = {"sheetId": found.tab_id(), "rowIndex": 2, "columnIndex": ID}
    rows = [{"values": [{"userEnteredValue": {"numberValue": 42}}]}]
    found.ask({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
    assert found.write(found.fetch(), {(2, UPDATED): OTHER}) is None
    assert found.column(UPDATED)[1] == pytest.approx(serial(OTHER))


def test_a_value_that_rules_take_back_is_gone() -> None:
    found = desk()
    found.write(found.fetch(), {(1, UPDATED): DAY})
    assert found.write(found.fetch(), {(1, UPDATED): None}) is None
    assert found.column(UPDATED) == [""] * 5


def test_formulas_of_people_outside_what_is_written_stay() -> None:
    found = desk()
    found.do(people.insert_column, column=OWNER)
    found.enter(1, OWNER, "=LEN(C2)")
    assert found.write(found.fetch(), {(1, TITLE): "four"}) is None
    assert found.entered(1, OWNER)["userEnteredValue"]["formulaValue"] == "=LEN(C2)"
    assert found.column(OWNER)[0] == 4


def test_after_a_write_the_sheet_is_as_it_is_read() -> None:
    found = desk()
    sheet = found.sheet
    cells: dict[tuple[int, int], Cell] = {(1, TITLE): "ours", (2, UPDATED): DAY, (6, ID): "T-006"}
    ready = found.ready(found.fetch(), cells, bottom=6, sheet=sheet)
    assert sheet.replace(ready) is None
    assumed = ready.content.view
    now = found.fetch()
    assert now.revision == ready.revision
    actual = now.content.view
    assert assumed.snapshot.turns == actual.snapshot.turns
    assert set(assumed.snapshot.names) == set(actual.snapshot.names)
    assert grid_of(ready).tables == grid_of(now).tables
    for mine, theirs in zip(assumed.snapshot.tabs, actual.snapshot.tabs, strict=True):
        if mine.title != SYNC:
            assert (mine.title, mine.rows, mine.columns) == (theirs.title, theirs.rows, theirs.columns)
    assert assumed.blocks["tickets"].rows == actual.blocks["tickets"].rows
