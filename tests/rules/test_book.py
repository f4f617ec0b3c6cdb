"""The rules as people write them in their tab."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from sheetdesk.columns.base import Problem
from sheetdesk.desk.actions import Flag, Notify, Set
from sheetdesk.rules.base import DeskRule
from sheetdesk.rules.book import read_rules
from tests.rules.world import PLAIN, World, desk_of, scripted, told

DESK = desk_of(PLAIN)
CHINESE = desk_of(PLAIN.replace("name: Help", "name: 工单\nlocale: zh"))


def read(
    *rows: dict[str, Any], desk: Any = DESK, people: tuple[str, ...] = ("Ann", "Bo"), scripts: Any = ()
) -> tuple[list[DeskRule], list[Problem]]:
    cells = [{"title": None, "when": None, "then": None, "active": True, **row} for row in rows]
    index = pd.Index([f"k{number}" for number in range(1, len(rows) + 1)], dtype="object", name="id")
    frame = pd.DataFrame(cells, index=index, columns=["title", "when", "then", "active"])
    return read_rules(desk, frame, people, scripts)


GOOD = {"when": "priority = p1", "then": "flag hot; notify Ann"}


def test_a_rule_in_two_cells_is_read() -> None:
    (rule,), problems = read({**GOOD, "title": "Hot ones"})
    assert (rule.key, rule.title, rule.mode, rule.order, problems) == ("k1", "Hot ones", "selective", 100, [])
    assert rule.spec is not None
    assert [type(action) for action in rule.spec.actions] == [Flag, Notify]


@pytest.mark.parametrize("column", ["when", "then"])
def test_a_whole_rule_may_stand_in_one_cell(column: str) -> None:
    (rule,), problems = read({column: "when priority = p1 for 30m then set notes = now"})
    assert not problems
    assert rule.spec is not None
    assert rule.spec.lasting is not None
    assert rule.spec.actions == (Set("notes", "now"),)


@pytest.mark.parametrize(
    "row",
    [
        {"when": "优先级 = p1", "then": "标记 加急；通知 Ann"},
        {"when": "如果 优先级 = p1 那么 标记 加急，通知 Ann"},
    ],
)
def test_a_rule_may_be_chinese(row: dict[str, str]) -> None:
    (rule,), problems = read(row, desk=CHINESE)
    assert not problems
    assert rule.spec is not None
    assert Flag("加急") in rule.spec.actions


@pytest.mark.parametrize(
    ("row", "column", "marked"),
    [
        ({"when": "priorty = p1", "then": "flag hot"}, "when", "priorty"),
        ({"when": "priority = p1", "then": "shout loud"}, "then", "shout"),
        ({"when": "priority = p1", "then": "notify Zoe"}, "then", "Zoe"),
        ({"when": "when priority = p1 then shout"}, "when", "shout"),
        ({"then": "when priorty = p1 then flag x"}, "then", "priorty"),
        ({"when": "priority = p1"}, "when", "priority"),
        ({"then": "flag hot"}, "then", "flag"),
    ],
)
def test_a_rule_that_nobody_can_read_is_a_problem_and_the_others_run(
    row: dict[str, str], column: str, marked: str
) -> None:
    rules, (problem,) = read(row, GOOD)
    assert [rule.key for rule in rules] == ["k2"]
    assert (problem.ticket, problem.column, problem.raw) == ("k1", column, row[column])
    _, typed, caret = problem.expected.splitlines()
    assert typed[caret.index("^") :].startswith(marked)


@pytest.mark.parametrize("active", [False, "False"])
def test_a_rule_that_is_switched_off_does_not_run_nor_complain(active: Any) -> None:
    assert read({"when": "nonsense", "then": "flag hot", "active": active}) == ([], [])


@pytest.mark.parametrize("active", [True, None, float("nan"), pd.NA])
def test_a_rule_is_on_unless_it_is_switched_off(active: Any) -> None:
    rules, _ = read({**GOOD, "active": active})
    assert len(rules) == 1


@pytest.mark.parametrize("blank", [None, "", "  ", float("nan")])
def test_an_empty_row_is_no_rule(blank: Any) -> None:
    assert read({"when": blank, "then": blank, "title": "to be written"}) == ([], [])


def test_mode_and_order_are_the_desk_files() -> None:
    desk = desk_of(
        PLAIN + "rules:\n  - {key: k2, when: priority = p1, then: flag a, mode: always, order: 3}\n"
    )
    rules, _ = read(GOOD, GOOD, desk=desk)
    assert [(rule.key, rule.mode, rule.order) for rule in rules] == [
        ("k2", "always", 3),
        ("k1", "selective", 100),
    ]


def test_functions_stand_among_the_rules_by_their_order() -> None:
    script = scripted(lambda tickets, desk: None, reads=["title"], order=7).script
    assert script is not None
    late = replace(script, key="late", order=200)
    rules, _ = read(GOOD, scripts=[late, script])
    assert [rule.key for rule in rules] == ["script", "k1", "late"]


def test_rules_that_were_read_run() -> None:
    rules, _ = read(GOOD)
    world = World(PLAIN, rules).ticket("Mon 09:00", priority="p1")
    assert told(world.run("Mon 10:00")) == ["k1 T-01 Ann"]
    assert world.cell("flags") == "hot"
