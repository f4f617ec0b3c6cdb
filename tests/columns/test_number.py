"""Numbers as people write them, and the bounds a desk gives them."""

from __future__ import annotations

from typing import Any

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.columns.number import parse_number
from tests.columns import read, setting, value, values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), ("-3", -3), ("+3", 3), ("1,234.5", 1234.5), ("1,234,567", 1234567), ("-1,234", -1234),
        ("75%", 0.75), ("57%", 0.57), ("7 %", 0.07), ("0.5%", 0.005), ("1e3", 1000), ("1.5E-2", 0.015),
        (".5", 0.5), ("5.", 5), ("007", 7), ("0", 0), ("-0", 0),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "%", "1,23", "1,2345", ",123", "12,", "1 234", "1.2.3", "--1", "1e", "1e9999", "0x1F",
    "1_000",
     "nan", "inf", "five", "3 h", "#N/A", "1%%"],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("cell", "number"), [(" １２．５ ", 12.5), ("１，２３４", 1234), ("75％", 0.75), (3, 3), (2.5, 2.5)]
)
def test_full_width_digits_and_real_numbers_are_the_same(cell: Cell, number: float) -> None:
    assert value("number", cell) == number


@pytest.mark.parametrize("cell", [True, False, float("inf"), float("-inf"), 10**400, "1e999", "9" * 400])
def test_truth_values_and_the_infinite_are_no_numbers(cell: Cell) -> None:
    assert value("number", cell) is None


@pytest.mark.parametrize(
    ("more", "language", "expected"),
    [
        ({}, "en", "a number"),
        ({"minimum": 1}, "en", "a number of at least 1"),
        ({"maximum": 2.5}, "en", "a number of at most 2.5"),
        ({"minimum": 1, "maximum": 5}, "en", "a number from 1 to 5"),
        ({"decimals": 0}, "en", "a whole number"),
        ({"decimals": 0, "minimum": 1}, "zh", "不小于 1 的整数"),
        ({"decimals": 0, "maximum": 5}, "zh", "不大于 5 的整数"),
        ({"decimals": 0, "minimum": 1, "maximum": 5}, "zh", "1 至 5 之间的整数"),
    ],
)
def test_a_problem_says_which_numbers_fit(more: dict[str, Any], language: str, expected: str) -> None:
    (problem,) = read("number", ["x"], setting(language), **more).problems
    assert (problem.raw, problem.expected) == ("x", expected)


def test_bounds_are_inclusive_and_what_is_outside_is_not_cut_to_fit() -> None:
    reading = read("number", [0.99, 1, "5", 5.01, None, "-3"], minimum=1, maximum=5)
    assert values(reading) == [None, 1, 5, None, None, None]
    assert [(p.row, p.raw) for p in reading.problems] == [(0, "0.99"), (3, "5.01"), (5, "-3")]


def test_a_whole_number_column_takes_no_halves() -> None:
    reading = read("number", ["3", 3.0, 3.5, "350%", "300%"], decimals=0)
    assert values(reading) == [3, 3, None, None, 3]


def test_decimals_above_none_do_not_round_what_is_kept() -> None:
    assert value("number", "1.23456", decimals=2) == 1.23456
