"""Cells that were written over what people had just typed are merged with what stood there before both."""

from __future__ import annotations

from datetime import datetime

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.table.overtaken import Overtaken, before_writing
from sheetdesk.table.table import stored
from tests.table import TICKETS
from tests.table.drawn import SETTING, agreed

BASE = agreed(T_001={"title": "ours", "due": "2026-04-01 09:00"}, T_002={"title": "other"})
KEYS = stored(TICKETS)
COLUMNS = {place: TICKETS.column(key) for place, key in enumerate(("id", "title", "due", "status"))}
THEN, NOW = datetime(2026, 3, 1, 9, 0), datetime(2026, 4, 1, 9, 0)


def before(row: str, place: int, was: Cell, written: Cell) -> dict[str, object]:
    """The cells of the ticket in the base, as they were before."""
    found = before_writing(BASE, [Overtaken("Tickets", row, place, was, written)], COLUMNS, KEYS, SETTING)
    assert {name: cells for name, cells in found.items() if name != row} == {
        name: cells for name, cells in BASE.items() if name != row
    }
    return dict(zip(KEYS, found[row], strict=True)) if row in found else {}


def test_such_a_cell_is_as_it_was_before() -> None:
    assert before("T-001", 1, "was", "ours")["title"] == "was"
    assert before("T-001", 1, None, "ours")["title"] is None
    was = before("T-001", 2, THEN, NOW)["due"]
    assert was == agreed(T_001={"due": "2026-03-01 09:00"})["T-001"][KEYS.index("due")]


@pytest.mark.parametrize(
    ("row", "place", "was", "written"),
    [
        ("T-001", 1, "was", "something that was read since"),
        ("T-001", 2, "no date", NOW),
        ("T-001", 9, "was", "ours"),
        ("T-009", 1, "was", "ours"),
    ],
)
def test_a_cell_that_was_read_since_or_that_nobody_can_read_stays(
    row: str, place: int, was: Cell, written: Cell
) -> None:
    now = before(row, place, was, written)
    assert now == (dict(zip(KEYS, BASE[row], strict=True)) if row in BASE else {})
