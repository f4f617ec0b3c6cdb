"""What rules write is found by the heads of the sync tab, wherever there are any."""

from __future__ import annotations

from sheetdesk.sheets.google.overlay import blocks_in
from sheetdesk.table.grid import Grid


def grid(*columns: list[str | None]) -> Grid:
    return Grid("_sheetdesk_sync", len(columns[0]), [list(column) for column in columns])


def test_a_tab_that_keeps_nothing_but_a_journal_has_no_block() -> None:
    assert blocks_in(None) == {}
    assert blocks_in(grid([None, None], ["", None])) == {}


def test_blocks_stand_side_by_side() -> None:
    found = blocks_in(
        grid(
            ["id", "T-1", "T-2"],
            ["tickets.risk", "high", None],
            ["id", "W-1", None],
            ["cases.age", "3", None],
        )
    )
    assert {
        name: (block.left, block.columns, dict(block.rows), block.end) for name, block in found.items()
    } == {
        "tickets": (0, ("risk",), {"T-1": 1, "T-2": 2}, 3),
        "cases": (2, ("age",), {"W-1": 1}, 2),
    }
