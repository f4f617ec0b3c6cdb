"""Where in a workbook a table stands, whatever was done to the tabs."""

from __future__ import annotations

import pytest

from sheetdesk.table.grid import Area, Grid, GridTable, cell_name, find_area, folded, is_covered
from tests.table.drawn import drawn

KNOWN = {"id": 3, "title": 1, "status": 1, "due": 1}
TABLE = """
ID | Title | Status | Due
T-001 | ink | New | .
"""


def area(*grids: Grid) -> Area:
    found = find_area(grids, "tickets", ["Tickets"], KNOWN)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (11, 25, "Z12"), (1, 26, "AA2"), (1_048_575, 16_383, "XFD1048576")],
)
def test_a_cell_is_named_as_people_see_it(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


def test_outside_of_what_was_found_nothing_stands() -> None:
    grid = drawn("a | =5")
    assert [grid.cell(0, 0), grid.cell(0, 1), grid.cell(0, 2), grid.cell(9, 0)] == ["a", 5.0, None, None]
    assert [grid.formula(0, 0), grid.formula(0, 1), grid.formula(9, 1)] == [None, "F", None]
    assert list(grid.column(1)) == [5.0]
    assert list(grid.column(7)) == [None]


def test_titles_are_alike_whatever_their_width_space_and_case() -> None:
    assert folded(" Ｄue \n DATE ") == folded("due date") == "due date"
    assert folded(None) == folded("  ") == ""
    assert folded(2026.0) == "2026"


def test_titles_are_read_to_the_letter() -> None:
    found = area(drawn(TABLE.replace("Due", "Ｄｕｅ（by）")))
    assert list(found.titles.values()) == ["ID", "Title", "Status", "Ｄｕｅ（by）"]


def test_what_lies_under_a_merged_cell_is_covered_and_its_first_cell_is_not() -> None:
    grid = drawn("a | b", merged=((1, 1, 2, 2),))
    assert not is_covered(grid, 1, 1)
    assert is_covered(grid, 2, 2)
    assert not is_covered(grid, 0, 1)


def test_the_native_table_is_found_by_its_name_on_any_tab() -> None:
    other = drawn(TABLE, title="Tickets")
    table = drawn("\n.\n" + TABLE, title="renamed", native=True)
    found = area(other, table)
    assert found.grid is table
    assert (found.header, found.last, found.table) == (2, 3, table.tables[0])
    assert found.titles == {0: "ID", 1: "Title", 2: "Status", 3: "Due"}


def test_a_native_table_of_another_name_is_another_table() -> None:
    grid = drawn(TABLE, native=True)
    other = Grid("x", 1, [["a"]], tables=(GridTable("mine", 0, 0, 0, 0),))
    assert area(other, grid).grid is grid


def test_columns_beside_a_native_table_are_told_too_and_those_before_it_are_not() -> None:
    grid = Grid("x", 1, [["own"], ["ID"], ["Title"], ["more"]], tables=(GridTable("TICKETS", 0, 1, 0, 2),))
    assert area(grid).titles == {1: "ID", 2: "Title", 3: "more"}


def test_a_table_that_became_a_range_is_found_by_its_titles_below_what_people_put_above() -> None:
    found = area(drawn("Our list | .\n.\n" + TABLE.strip() + "\n."))
    assert (found.header, found.last, found.table) == (2, 4, None)


def test_the_tab_of_the_right_title_comes_before_all_others() -> None:
    first, second = drawn(TABLE, title="Copy"), drawn(TABLE, title=" tickets")
    assert area(first, second).grid is second
    assert area(first, drawn("a | b", title="Tickets")).grid is first


@pytest.mark.parametrize(
    "text", ["a | b", "Title | Status", "T-001 | ink\nT-002 | toner", ".", "\n".join(["x"] * 30) + TABLE]
)
def test_half_of_the_titles_near_the_top_make_a_header(text: str) -> None:
    assert find_area([drawn(text)], "tickets", ["Tickets"], KNOWN) is None


def test_three_of_six_are_half() -> None:
    assert area(drawn("ID | own | . \n T-001 | . | .")).header == 0


def test_of_two_headers_the_fuller_one_is_it() -> None:
    assert area(drawn("ID | Title | . | .\n" + TABLE.strip())).header == 1


def test_without_tabs_or_titles_there_is_none() -> None:
    assert find_area([], "tickets", ["Tickets"], KNOWN) is None
    assert find_area([drawn(TABLE)], "tickets", ["Tickets"], {}) is None
