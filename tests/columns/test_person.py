"""People by the name that stands in the Team tab."""

from __future__ import annotations

import pytest

from tests.columns import read, setting, value

TEAM = frozenset(["Ann Example", "李  娜", "ＷＡＮＧ　Wei", "Ben Example"])


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Ann Example", "Ann Example"), ("ann  EXAMPLE ", "Ann Example"), ("Ａnn　Example", "Ann Example"),
        ("李 娜", "李  娜"), ("wang wei", "ＷＡＮＧ　Wei"),
    ],
)  # fmt: skip
def test_a_member_is_known_whatever_the_case_and_the_blanks(cell: str, name: str) -> None:
    assert value("person", cell, setting(people=TEAM)) == name


def test_a_name_outside_the_team_is_a_problem_that_names_the_nearest() -> None:
    (problem,) = read("person", ["Ann Example", "An Example"], setting(people=TEAM)).problems
    assert (problem.row, problem.raw, problem.near) == (1, "An Example", "Ann Example")
    assert problem.expected == "a name from the Team tab"


def test_nobody_is_known_in_an_empty_team() -> None:
    (problem,) = read("person", ["Ann"], setting("zh", people=frozenset())).problems
    assert (problem.near, problem.expected) == ("", "“团队”页中的姓名")


def test_any_name_will_do_where_the_team_is_not_known() -> None:
    assert value("person", "  Somebody   Else ") == "Somebody Else"
