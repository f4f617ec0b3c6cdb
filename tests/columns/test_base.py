"""What a cell is before any kind of column looks at it."""

from __future__ import annotations

from datetime import datetime

import pytest

from sheetdesk.columns.base import Cell, blank, plain


@pytest.mark.parametrize("cell", [None, "", " ", "\t\n", "\u3000", float("nan")])
def test_nothing_and_white_space_are_blank(cell: Cell) -> None:
    assert blank(cell)


@pytest.mark.parametrize("cell", [0, False, 0.0, "0", "\u200b", float("inf")])
def test_zero_and_no_are_something(cell: Cell) -> None:
    assert not blank(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"), (12.5, "12.5"), (1e20, "1e+20"), (float("inf"), "inf"), (True, "TRUE"),
        (False, "FALSE"),
        (datetime(2026, 3, 31, 9), "2026-03-31 09:00"), (" Ａ１ ", "A1"), ("①", "1"), ("\ud800", "\ud800"),
    ],
)  # fmt: skip
def test_a_cell_is_as_a_person_would_retype_it(cell: Cell, text: str) -> None:
    assert plain(cell) == text
