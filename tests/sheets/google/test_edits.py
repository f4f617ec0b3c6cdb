"""A tab with edits, and what differs between two states of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell
from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.google.edits import differences, edited, with_cells
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.grid import Grid, GridTable

GRID = Grid(
    "T", 3, [["ID", "T-1", "T-2"], ["Title", "a", "b"]], {1: [None, "x", None]},
    tables=(GridTable("tickets", 0, 0, 2, 1),),
)  # fmt: skip

SPOTS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 4)), st.sampled_from(["a", "z", None, 1.0, True, ""])
)


@settings(max_examples=80)
@given(SPOTS)
def test_a_grid_with_cells_holds_them_and_all_others(cells: dict[tuple[int, int], Cell]) -> None:
    found = with_cells(GRID, cells)
    for row in range(found.rows + 1):
        for column in range(len(found.columns) + 1):
            wanted = cells.get((row, column), GRID.cell(row, column))
            assert found.cell(row, column) == wanted
    assert all(len(column) == found.rows for column in found.columns)
    assert found.formula(1, 1) == "x"


@settings(max_examples=80)
@given(SPOTS)
def test_what_differs_makes_one_of_the_other(cells: dict[tuple[int, int], Cell]) -> None:
    now = with_cells(GRID, cells)
    found = list(differences(GRID, now, ()))
    assert list(differences(now, now, ())) == []
    assert all(GRID.cell(row, column) == old for row, column, old, _ in found)
    again = with_cells(GRID, {(row, column): new for row, column, _, new in found})
    assert list(differences(again, now, ())) == []
    assert {(row, column) for row, column, _, _ in found} <= cells.keys()


def test_columns_that_nothing_was_written_to_are_the_same_objects() -> None:
    found = with_cells(GRID, {(1, 1): "z"})
    assert found.columns[0] is GRID.columns[0]
    assert GRID.columns[1][1] == "a"
    assert with_cells(GRID, {}) is GRID


def test_an_empty_text_is_no_difference_but_a_type_is() -> None:
    was = Grid("T", 4, [["", None, 1.0, "1"]])
    now = Grid("T", 4, [[None, "", True, 1.0]])
    assert [row for row, _, _, _ in differences(was, now, ())] == [2, 3]


def test_columns_left_out_are_not_looked_at() -> None:
    assert list(differences(GRID, with_cells(GRID, {(1, 1): "z"}), {1})) == []


def test_what_a_formula_shows_is_left_to_it() -> None:
    cells = CellEdit(1, 0, "x", formula="1+1"), CellEdit(2, 0, "y", keeps_formula=True), CellEdit(1, 1, "z")
    found = edited(GRID, TabEdits("T", cells))
    assert [found.cell(*spot) for spot in ((1, 0), (2, 0), (1, 1))] == ["T-1", "T-2", "z"]


def test_a_header_and_the_end_of_a_table_are_written_by_its_name() -> None:
    found = edited(GRID, TabEdits("T", (), {"tickets": 7}, {"tickets": {1: "Subject"}}))
    assert (found.cell(0, 1), found.tables[0].bottom) == ("Subject", 7)


@pytest.mark.parametrize("edits", [{"tables": {"no": 3}}, {"header": {"no": {0: "x"}}}])
def test_a_table_that_is_not_there_is_refused(edits: dict[str, Any]) -> None:
    with pytest.raises(PatchRefused):
        edited(GRID, TabEdits("T", **edits))


@pytest.mark.parametrize(
    ("was", "now", "is_other"),
    [
        ("", " ", False), (" ", "\n", False), (None, "\t", False), ("a", " ", True), (" ", "a", True),
        ("a", "a ", True), (1.0, True, True), (1.0, "1", True),
    ],
)  # fmt: skip
def test_an_empty_text_is_no_content(was: Cell, now: Cell, is_other: bool) -> None:
    one, other = (Grid("T", 1, [[cell]]) for cell in (was, now))
    assert bool(list(differences(one, other, ()))) is is_other
