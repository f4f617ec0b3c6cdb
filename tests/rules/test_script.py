"""Rules that are Python functions."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from sheetdesk.desk.desk import Desk
from sheetdesk.rules.script import rule, scripts_of, tell
from tests.rules.world import PLAIN, World, changed, scripted, told


def world(function: Any, *, after: tuple[str, ...] = (), order: float = 0.5, **declared: Any) -> World:
    """A new ticket of Rae's and an open one of Sam's, and the function before other rules."""
    declared = {"reads": ["requester", "priority"], "writes": ["priority"], "order": order, **declared}
    made = World(PLAIN, [scripted(function, **declared), *after])
    made.ticket("Mon 09:00", requester="Rae", priority="p3")
    return made.ticket("Mon 09:00", "T-02", requester="Sam", status="open")


def vip(tickets: pd.DataFrame, desk: Desk) -> pd.DataFrame:
    return tickets.loc[tickets["requester"] == "Rae", ["priority"]].assign(priority="p1")


def test_what_a_function_returns_is_written() -> None:
    outcome = world(vip).run("Mon 10:00")
    assert changed(outcome)["T-01", "priority"] == "p1"
    assert outcome.fired["script"] == 1


def test_a_function_that_returns_what_is_there_changes_nothing() -> None:
    made = world(lambda tickets, desk: tickets)
    outcome = made.run("Mon 10:00")
    assert not outcome.changes
    assert not outcome.failures
    assert outcome.fired["script"] == 0


def test_a_function_gets_only_what_it_reads_and_may_spoil_it() -> None:
    seen = []

    def spoil(tickets: pd.DataFrame, desk: Desk) -> None:
        seen.append(list(tickets.columns))
        tickets["priority"] = "p4"
        tickets.drop(index=tickets.index, inplace=True)

    made = world(spoil)
    before = made.table.frame.copy()
    assert not made.run("Mon 10:00").changes
    assert seen == [["requester", "priority"]]
    pd.testing.assert_frame_equal(made.table.frame, before)


def failed(function: Any, **declared: Any) -> str:
    """What is said; the rule after it has its turn all the same, and nothing of the function's is kept."""
    made = world(function, after=("when status = new then set notes = seen",), **declared)
    outcome = made.run("Mon 10:00")
    assert made.cell("notes") == "seen"
    assert made.cell("priority") == "p3"
    return outcome.failures["script"]


def test_a_function_that_fails_stops_no_other_and_shows_where() -> None:
    def broken(tickets: pd.DataFrame, desk: Desk) -> pd.DataFrame:
        raise RuntimeError("no vip list")

    said = failed(broken)
    assert "RuntimeError: no vip list" in said
    assert "in broken" in said


def test_a_column_that_is_not_declared_is_named_with_the_rule() -> None:
    said = failed(lambda tickets, desk: tickets.assign(requester="x", priority="p1"))
    assert "script" in said
    assert "'requester'" in said
    assert "priority" in said


def test_a_new_column_is_not_written() -> None:
    assert "'owner'" in failed(lambda tickets, desk: tickets.assign(owner="Ann"))


@pytest.mark.parametrize("declared", [{"reads": ["requestor"]}, {"writes": ["requestor"]}])
def test_an_unknown_column_offers_the_near_name(declared: dict[str, Any]) -> None:
    said = failed(vip, **declared)
    assert "no column 'requestor'" in said
    assert "requester?" in said


def test_what_the_sheet_works_out_is_not_written() -> None:
    assert "'age'" in failed(lambda tickets, desk: tickets.assign(age=1.0), reads=["age"], writes=["age"])


@pytest.mark.parametrize(
    "found",
    [
        lambda tickets, desk: pd.DataFrame({"priority": ["p1"]}, index=["T-99"]),
        lambda tickets, desk: pd.DataFrame({"priority": ["p1", "p2"]}, index=["T-01", "T-01"]),
        lambda tickets, desk: {"T-01": "p1"},
        lambda tickets, desk: (None, ["tell Ann"]),
        lambda tickets, desk: (None, None),
        lambda tickets, desk: (None, [tell("T-99", "owner", "x")]),
        lambda tickets, desk: tickets.assign(priority="p1").reset_index(drop=True),
    ],
)
def test_what_makes_no_sense_is_kept_out_whole(found: Any) -> None:
    assert failed(found)


def test_a_function_tells_people() -> None:
    made = world(lambda tickets, desk: (None, [tell("T-01", "boss", "look here", urgent=True)]))
    (notice,) = made.run("Mon 10:00").notices
    assert (notice.about, notice.ticket, notice.whom.key, notice.is_urgent) == (
        "script",
        "T-01",
        "boss",
        True,
    )
    assert notice.facts["text"] == "look here"


def test_somebody_who_is_unknown_is_a_problem_of_the_rule() -> None:
    outcome = world(lambda tickets, desk: (None, [tell("T-01", "Zoe", "look")])).run("Mon 10:00")
    assert not outcome.notices
    assert [problem.ticket for problem in outcome.problems] == ["script"]


def test_a_function_has_its_turn_in_the_order_of_rules() -> None:
    line = ("when requester = Rae then set priority = p2",)
    assert changed(world(vip, after=line).run("Mon 10:00"))["T-01", "priority"] == "p1"
    assert changed(world(vip, after=line, order=9).run("Mon 10:00"))["T-01", "priority"] == "p2"


def test_rules_see_what_a_function_wrote() -> None:
    outcome = world(vip, after=("when priority = p1 then notify Ann",)).run("Mon 10:00")
    assert "r2 T-01 Ann" in told(outcome)


def test_a_function_may_read_what_the_sheet_works_out() -> None:
    def old(tickets: pd.DataFrame, desk: Desk) -> pd.DataFrame:
        return tickets.loc[tickets["age"] > 1, []].assign(priority="p1")

    made = world(old, reads=["age"])
    assert not made.run("Mon 10:00").changes
    assert changed(made.run("Wed 10:00"))["T-01", "priority"] == "p1"


@pytest.mark.parametrize("value", ["urgent", 3, float("nan"), None, pd.Timestamp("2026-03-02")])
def test_a_value_of_another_kind_never_stops_the_run(value: Any) -> None:
    made = world(lambda tickets, desk: tickets[["priority"]].assign(priority=value))
    outcome = made.run("Mon 10:00")
    assert changed(outcome).get(("T-01", "priority")) is None or outcome.failures


@pytest.mark.parametrize("value", ["soon", 3.5, "2026-03-02 10:00", pd.Timestamp("2026-03-02 10:00")])
def test_a_time_of_another_kind_never_stops_the_run(value: Any) -> None:
    made = world(lambda tickets, desk: tickets[["first_response"]].assign(first_response=value),
                 reads=["first_response"], writes=["first_response"])  # fmt: skip
    made.run("Mon 10:00")
    assert str(made.table.frame["first_response"].dtype) == "datetime64[us, UTC]"


def test_rules_of_a_file_are_found_in_its_order_and_imported_ones_are_not() -> None:
    module = ModuleType("help_rules")
    exec_in = vars(module)

    def first(tickets: pd.DataFrame, desk: Desk) -> None: ...
    def second(tickets: pd.DataFrame, desk: Desk) -> None: ...
    def foreign(tickets: pd.DataFrame, desk: Desk) -> None: ...

    for function in (first, second, foreign):
        function.__module__ = "help_rules" if function is not foreign else "elsewhere"
        exec_in[function.__name__] = rule(reads=["title"])(function)
    exec_in["plain"] = len
    exec_in["number"] = 3
    assert [(script.key, script.place) for script in scripts_of(module, "help.py")] == [
        ("first", "help.py"), ("second", "help.py"),
    ]  # fmt: skip


def test_a_function_may_empty_a_cell_but_none_that_every_ticket_needs() -> None:
    made = world(lambda tickets, desk: tickets[["priority"]].assign(priority=None))
    made.run("Mon 10:00")
    assert made.cell("priority") is None
    said = failed(lambda tickets, desk: tickets.assign(status=None), reads=["status"], writes=["status"])
    assert "it emptied 'status' of 'T-01'" in said
