"""A choice is kept by its key, whatever people call it."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Cell, Choice, Meaning
from tests.columns import STATUS, column_of, kind, read, series, setting, value, values


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("In progress", "open"), ("IN PROGRESS", "open"), ("open", "open"), ("Open ", "open"),
        ("doing", "open"),
        ("ｏｐｅｎ", "open"), ("待处理", "new"), (" W I P", "open"), ("Waiting(vendor)", "wait"),
        ("waiting（VENDOR）", "wait"),
    ],
)  # fmt: skip
def test_a_choice_is_known_by_key_title_or_former_word_in_any_case(cell: Cell, key: str) -> None:
    assert value("choice", cell) == key


def test_a_synonym_means_a_key_or_a_meaning_and_never_beats_the_desk_s_own_words() -> None:
    words = {"fixed": "done", "blocked": "on hold", "closed": "closed", "Resolved": "new", "OPEN": "done"}
    at = setting(synonyms={"a_choice": words, "other": {"x": "new"}})
    reading = read("choice", ["Fixed", "BLOCKED", "closed", "resolved", "open", "x"], at)
    assert values(reading) == ["done", "wait", None, "done", "open", None]


def test_what_is_no_choice_is_a_problem_that_names_the_nearest() -> None:
    (problem,) = read("choice", [None, "Resolvd"]).problems
    assert (problem.row, problem.raw, problem.near) == (1, "Resolvd", "Resolved")
    assert problem.expected == "one of: 待处理, In progress, Waiting（vendor）, Resolved"


def test_a_long_list_is_named_in_part() -> None:
    many = tuple(Choice(f"k{n}", f"Title {n}") for n in range(9))
    (problem,) = read("choice", ["zzz"], setting("zh"), choices=many).problems
    assert problem.expected == "以下之一：" + ", ".join(f"Title {n}" for n in range(8)) + " …"
    assert problem.near == ""


def test_new_choices_are_collected_once_in_the_order_met() -> None:
    collected: dict[str, dict[str, None]] = {}
    reading = read("choice", ["Zed", "open", "alpha", "ZED", None, " alpha "], setting(new_choices=collected))
    assert values(reading) == ["Zed", "open", "alpha", "Zed", None, "alpha"]
    assert reading.problems == []
    assert {key: list(words) for key, words in collected.items()} == {"a_choice": ["Zed", "alpha"]}


def test_a_key_the_desk_no_longer_knows_is_shown_as_it_is() -> None:
    shown = kind("choice").show(series("choice", ["open", "retired", None]), column_of("choice"), setting())
    assert list(shown) == ["In progress", "retired", None]


def test_a_title_that_was_another_choice_s_word_is_read_as_what_it_is_now() -> None:
    choices = (
        Choice("first", "A", was=("B",)),
        Choice("second", "B"),
        Choice("third", "C"),
        Choice("c", "D"),
    )
    assert values(read("choice", ["B", "C", "D", "A"], choices=choices)) == ["second", "third", "c", "first"]


def test_truth_values_and_numbers_are_different_words() -> None:
    choices = (Choice("1", "1"), Choice("true", "TRUE"))
    assert values(read("choice", [True, 1, 1.0, "1", "True"], choices=choices)) == [
        "true",
        "1",
        "1",
        "1",
        "true",
    ]


def test_every_meaning_is_open_or_not() -> None:
    assert [meaning for meaning in Meaning if meaning.is_open] == [
        Meaning.NEW, Meaning.OPEN, Meaning.PENDING, Meaning.ON_HOLD,
    ]  # fmt: skip


def test_a_column_finds_its_choices_by_key_alone() -> None:
    column = column_of("choice")
    assert column.choice("open") == STATUS[1]
    assert column.choice("In progress") is None
    assert column.choice(float("nan")) is None
