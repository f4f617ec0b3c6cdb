"""Text is kept to the letter."""

from __future__ import annotations

from datetime import datetime

import pytest

from sheetdesk.columns.base import Cell
from tests.columns import read, setting, value, values


@pytest.mark.parametrize(
    "text",
    [
        "０１２３",
        "007",
        "#N/A",
        "trailing  ",
        "  leading",
        "a\tb",
        "a\nb",
        "=1+1",
        "\u202eabc",
        "🙂",
        "e\u0301",
        "x" * 32_767,
    ],
)
def test_text_is_kept_to_the_letter(text: str) -> None:
    assert value("text", text) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"), (12.5, "12.5"), (7, "7"), (1e300, "1e+300"), (True, "TRUE"), (False, "FALSE"),
        (datetime(2026, 3, 31, 14, 30), "2026-03-31 14:30:00"), ("a\r\nb\rc", "a\nb\nc"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_took_for_something_else_is_text_again(cell: Cell, text: str) -> None:
    assert value("text", cell) == text


@pytest.mark.parametrize("text", ["\x00", "a\x07b", "\x1b[0m", "\ud83d", "\ufffe", "\uffff"])
def test_what_no_cell_can_hold_is_a_problem(text: str) -> None:
    (problem,) = read("text", ["fine", text]).problems
    assert (problem.row, problem.raw, problem.near) == (1, text, "")
    assert problem.expected == "text without control characters; a spreadsheet cell cannot hold them"


def test_over_long_text_is_a_problem_that_names_the_limit_in_the_desk_s_language() -> None:
    reading = read("text", ["ab", "abc", "🙂", "🙂🙂"], setting("zh"), max_length=3)
    assert values(reading) == ["ab", "abc", "🙂", None]
    assert [(p.row, p.expected) for p in reading.problems] == [(3, "最多 3 个字符")]
