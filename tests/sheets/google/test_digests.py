"""A digest tells one content of tabs from every other, and a column that nobody touched is packed once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from sheetdesk.sheets.google.digests import STEP, Digests
from sheetdesk.table.grid import Grid, GridTable

BASE = Grid("T", 2, [["ID", "T-1"], ["x", 1.0]])


def digest(grids: list[Grid]) -> str:
    return Digests().of(grids)


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, title="U"),
        replace(BASE, columns=[["ID", "T-1"], ["x", True]]),
        replace(BASE, columns=[["ID", "T-1"], ["x", "1.0"]]),
        replace(BASE, columns=[["x", 1.0], ["ID", "T-1"]]),
        replace(BASE, columns=[["ID", "T-1"], ["x", 1]]),
        replace(BASE, columns=[["ID", "T-1"], ["x", "1"]]),
        replace(BASE, columns=[["ID", "T-1"], ["x", "\ud83d"]]),
        replace(BASE, columns=[["ID", "T-1"], ["x", 10**30]]),
        replace(BASE, errors=frozenset({(1, 1)})),
        replace(BASE, merged=((0, 0, 0, 1),)),
        replace(BASE, formulas={1: [None, "1"]}),
        replace(BASE, tables=(GridTable("tickets", 0, 0, 1, 1, (1, 2)),)),
    ],
)
def test_any_change_makes_another_digest(other: Grid) -> None:
    assert digest([other]) != digest([BASE])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""), (1.0, True), (0.0, False), (datetime(2026, 1, 2, 3), "2026-01-02T03:00:00"),
        (datetime(2026, 1, 2, 3, 0, 0, 1), "2026-01-02T03:00:00.000001"),
        (datetime(2026, 1, 2, 3), datetime(2026, 1, 2, 3, 0, 0, 1000)), ("\ud83d", "\ud83e"),
    ],
)  # fmt: skip
def test_cells_that_look_alike_make_another_digest(one: Any, other: Any) -> None:
    first, second = (replace(BASE, columns=[["ID", "T-1"], ["x", cell]]) for cell in (one, other))
    assert digest([first]) != digest([second])


def test_a_digest_holds_from_one_run_to_the_next() -> None:
    grid = replace(
        BASE, columns=[["ID", "\ud83d", 10**30], ["x", 1.5, True], [None, "é", datetime(2026, 1, 2)]]
    )
    assert digest([grid]) == "6b90916c7e21b6b22bef951a17bcde027b190cd9ae76b6e931aa1caa1e8b1a85"


def test_the_same_content_has_the_same_digest() -> None:
    assert digest([BASE]) == digest([replace(BASE, columns=[list(column) for column in BASE.columns])])


@pytest.mark.parametrize("place", [0, STEP - 1, STEP, 2 * STEP])
def test_each_cell_of_a_long_column_counts(place: int) -> None:
    cells: list[Any] = [datetime(2026, 1, 2), "x"] * (STEP + 1)
    grid = Grid("T", len(cells), [cells])
    other = replace(grid, columns=[[*cells[:place], 1.0, *cells[place + 1 :]]])
    assert digest([grid]) != digest([other])


def test_a_column_that_another_has_replaced_is_looked_at_anew() -> None:
    digests = Digests()
    was = digests.of([BASE])
    assert digests.of([replace(BASE, columns=[BASE.columns[0], ["x", 2.0]])]) != was
    assert digests.of([replace(BASE, formulas={1: [None, "1"]})]) != was
    assert digests.of([BASE]) == was


def test_columns_that_are_gone_are_not_taken_for_new_ones() -> None:
    """A new object may get the number of one that is gone."""
    digests = Digests()
    found = {digests.of([replace(BASE, columns=[[f"x{number}"]])]) for number in range(100)}
    assert len(found) == 100
