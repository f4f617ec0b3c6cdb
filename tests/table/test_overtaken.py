"""Cells that were written over what people had just typed are merged with what stood there before both."""

from __future__ import annotations

from datetime import datetime

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.table.overtaken import Overtaken, PutOver, before_writing, typed_under
from sheetdesk.table.table import stored
from tests.table import TICKETS
from tests.table.drawn import SETTING, agreed

BASE = agreed(T_001={"title": "ours", "due": "2026-04-01 09:00"}, T_002={"title": "other"})
KEYS = stored(TICKETS)
COLUMNS = {place: TICKETS.column(key) for place, key in enumerate(("id", "title", "due", "status"))}
THEN, NOW = datetime(2026, 3, 1, 9, 0), datetime(2026, 4, 1, 9, 0)


def before(row: str, place: int, was: Cell, written: Cell) -> dict[str, object]:
    """The cells of the ticket in the base, as they were before."""
    cells = [Overtaken("Tickets", row, place, was, written)]
    found = before_writing(BASE, BASE, cells, COLUMNS, COLUMNS, KEYS, SETTING)
    assert {name: cells for name, cells in found.items() if name != row} == {
        name: cells for name, cells in BASE.items() if name != row
    }
    return dict(zip(KEYS, found[row], strict=True)) if row in found else {}


def test_such_a_cell_is_as_it_was_before() -> None:
    assert before("T-001", 1, "was", "ours")["title"] == "was"
    assert before("T-001", 1, None, "ours")["title"] is None
    was = before("T-001", 2, THEN, NOW)["due"]
    assert was == agreed(T_001={"due": "2026-03-01 09:00"})["T-001"][KEYS.index("due")]


def test_a_row_that_was_to_be_added_and_stands_nowhere_was_not_taken_away() -> None:
    cells = [Overtaken("Tickets", "T-002", 1, None, "other", is_added=True)]
    found = before_writing(BASE, {"T-001"}, cells, COLUMNS, COLUMNS, KEYS, SETTING)
    assert found == {"T-001": BASE["T-001"]}
    assert before_writing(BASE, BASE, cells, COLUMNS, COLUMNS, KEYS, SETTING).keys() == BASE.keys()


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


def test_what_was_put_over_is_read_by_its_column_and_kept_as_typed_where_it_cannot_be() -> None:
    stood: list[tuple[int, Cell]] = [(1, "theirs"), (2, NOW), (2, "soon"), (9, "no column of the desk")]
    over = [PutOver("Tickets", "T-001", place, cell) for place, cell in stood]
    due = agreed(T_001={"due": "2026-04-01 09:00"})["T-001"][KEYS.index("due")]
    assert typed_under(over, COLUMNS, KEYS, SETTING) == [
        ("T-001", "title", "theirs"), ("T-001", "due", due), ("T-001", "due", "soon"),
    ]  # fmt: skip
