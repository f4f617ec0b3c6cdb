"""Yes or no in both languages."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Cell
from tests.columns import column_of, kind, read, series, setting, value


@pytest.mark.parametrize(
    "cell", ["yes", "YES", "y", "true", True, 1, 1.0, "１", "on", "x", "√", "✓", "是", "有", "真", "对"]
)
def test_many_words_mean_yes(cell: Cell) -> None:
    assert value("flag", cell) == True  # noqa: E712


@pytest.mark.parametrize("cell", ["no", "N", "False", False, 0, "off", "×", "否", "无", "没有", "假", "不"])
def test_many_words_mean_no(cell: Cell) -> None:
    assert value("flag", cell) == False  # noqa: E712


@pytest.mark.parametrize(("language", "expected"), [("en", "yes or no"), ("zh", "是 或 否")])
def test_anything_else_is_a_problem(language: str, expected: str) -> None:
    (problem,) = read("flag", [True, "perhaps"], setting(language)).problems
    assert (problem.row, problem.raw, problem.expected) == (1, "perhaps", expected)


@pytest.mark.parametrize(("language", "words"), [("en", ["yes", "no", None]), ("zh", ["是", "否", None])])
def test_a_flag_is_shown_as_a_word_people_can_pick(language: str, words: list[str]) -> None:
    assert (
        list(kind("flag").show(series("flag", [True, False, None]), column_of("flag"), setting(language)))
        == words
    )
