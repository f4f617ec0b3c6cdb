"""A day without a time."""

from __future__ import annotations

from datetime import datetime

import pytest

from sheetdesk.columns.base import Cell
from tests.columns import ZONES, read, setting, value


@pytest.mark.parametrize(
    "cell", ["2026-03-31", "31.3.2026", "2026年3月31日", "2026-03-31 00:00", 46112, datetime(2026, 3, 31)]
)
@pytest.mark.parametrize("zone", ZONES)
def test_a_day_is_the_same_day_in_every_zone(cell: Cell, zone: str) -> None:
    assert value("date", cell, setting(zone=zone)) == datetime(2026, 3, 31)


@pytest.mark.parametrize(
    "cell", ["2026-03-31 14:30", datetime(2026, 3, 31, 0, 0, 0, 1), 46112.5, "2026-03-31 00:00:01"]
)
def test_a_time_beside_the_day_is_a_problem_and_not_cut_off(cell: Cell) -> None:
    (problem,) = read("date", [cell]).problems
    assert problem.expected == "a date such as 2026-03-31"


def test_a_day_before_spreadsheets_count_is_a_problem() -> None:
    assert value("date", "1900-02-28") is None


def test_a_day_that_reads_two_ways_is_a_problem_until_the_order_is_known() -> None:
    assert value("date", "03/04/2026") is None
    assert value("date", "03/04/2026", setting(day_first=True)) == datetime(2026, 4, 3)
    assert value("date", "03/04/2026", setting(day_first=False)) == datetime(2026, 3, 4)
