"""How a column becomes categories and figures: order, folding, blanks."""

from __future__ import annotations

import math
from datetime import datetime

from sheetdesk.columns.base import Cell
from sheetdesk.plan.pivot_source import PivotSource

TITLES = {"type": "Type"}


def test_values_differing_in_case_are_one_item_spelled_as_first_seen() -> None:
    axis = PivotSource({"type": ["bug", "Bug", "a", "BUG"]}, TITLES).axis("type")
    assert axis.items == ("a", "bug")
    assert axis.positions.tolist() == [1, 1, 0, 1]


def test_listed_values_come_first_and_keep_their_place_when_nothing_has_them() -> None:
    cells: list[Cell] = ["Bug", "bug", "Question"]
    axis = PivotSource({"type": cells}, TITLES, {"type": ["Question", "Outage", "Bug"]}).axis("type")
    assert axis.items == ("Question", "Outage", "Bug")
    assert axis.used == (True, False, True)


def test_unlisted_values_follow_sorted_and_blanks_come_last() -> None:
    moment = datetime(2026, 1, 1)
    cells: list[Cell] = ["b", None, "A", 10.0, 2.0, True, "", "c", moment, math.nan]
    axis = PivotSource({"x": cells}, {"x": "X"}, {"x": ["c"]}).axis("x")
    assert axis.items == ("c", 2.0, 10.0, moment, "A", "b", True, None)
    assert axis.positions[[1, 6, 9]].tolist() == [7, 7, 7]


def test_a_number_and_its_text_are_one_item() -> None:
    axis = PivotSource({"x": [1.0, "1", 1.5, "1.5"]}, {"x": "X"}).axis("x")
    assert axis.items == (1.0, 1.5)


def test_pivots_over_one_table_read_each_column_once() -> None:
    source = PivotSource({"type": ["Bug"], "hours": [1.0]}, TITLES)
    assert source.axis("type") is source.axis("type")
    assert source.figures("hours") is source.figures("hours")
