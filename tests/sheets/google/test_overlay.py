"""What rules write is found by id, as the sheet itself shows it."""

from __future__ import annotations

from datetime import datetime

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.google.overlay import blocks_in
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_WIDTH
from sheetdesk.table.grid import Grid


def grid(*columns: list[Cell]) -> Grid:
    rows = max(map(len, columns), default=0)
    return Grid("_sheetdesk_sync", rows, [[*column, *[None] * (rows - len(column))] for column in columns])


TICKETS: tuple[list[Cell], ...] = (
    ["id", "T-1", None, "0042"],
    ["tickets.updated", 46000.5, None, 46001.0],
    ["tickets.late", None, None, "yes"],
)
CASES: tuple[list[Cell], ...] = (["id", "C-1"], ["cases.count", 3.0])


def test_each_table_has_its_block() -> None:
    found = blocks_in(grid(*TICKETS, *CASES))
    assert {name: (block.left, block.columns, block.end) for name, block in found.items()} == {
        "tickets": (0, ("updated", "late"), 4), "cases": (3, ("count",), 2),
    }  # fmt: skip
    assert found["tickets"].place("late") == 2
    assert found["cases"].place("count") == 4


def test_values_are_shown_beside_their_ids_in_any_order() -> None:
    block = blocks_in(grid(*TICKETS))["tickets"]
    ids: list[Cell] = ["0042", None, "T-9", "T-1", ""]
    assert block.shown("late", ids, dated=False) == ["yes", None, None, None, None]
    assert block.shown("updated", ids, dated=True) == [
        datetime(2025, 12, 10), None, None, datetime(2025, 12, 9, 12), None,
    ]  # fmt: skip


def test_of_an_id_that_stands_there_twice_the_first_is_shown_as_in_the_sheet() -> None:
    block = blocks_in(grid(["id", "T-1", "T-1"], ["tickets.late", "first", "second"]))["tickets"]
    assert block.shown("late", ["T-1"], dated=False) == ["first"]


def test_a_number_is_not_a_text_with_zeros_before_it() -> None:
    block = blocks_in(grid(*TICKETS))["tickets"]
    assert block.shown("late", [42.0], dated=False) == [None]


def test_where_no_heads_are_there_are_no_blocks() -> None:
    assert blocks_in(None) == {}
    assert blocks_in(grid()) == {}
    assert blocks_in(grid([None, None], ["", None])) == {}
    assert blocks_in(grid(["id", "T-1"], ["nonsense", "x"])) == {}
    assert blocks_in(grid(["x", "T-1"], ["tickets.late", "x"])) == {}


def test_an_id_in_the_journal_is_no_block() -> None:
    wide = grid(*[list[Cell]()] * OVERLAY_WIDTH, ["id", "T-1"], ["tickets.late", "x"])
    assert blocks_in(wide) == {}
