"""Whose a cell is: people's first, then the first rule's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.world import PLAIN, WHOLE, World, changed, why_left

FLOW = """
lifecycle:
  - {from: new, to: [open, resolved]}
  - {from: open, to: [resolved]}
  - {from: resolved, to: [closed, open]}
"""
RULE = "when title contains ink then set priority = p1"


def test_a_cell_that_a_person_changed_after_a_rule_stays_as_it_is() -> None:
    world = World(PLAIN, [RULE]).ticket("Mon 09:00", title="ink")
    assert changed(world.run("Mon 10:00"))["T-01", "priority"] == "p1"
    world.types("Mon 11:00", priority="p3").run("Mon 11:00")
    outcome = world.types("Mon 12:00", title="ink again").run("Mon 12:00")
    assert world.cell("priority") == "p3"
    assert why_left(outcome) == {("r1", "priority"): "people"}


def test_a_cell_that_no_rule_ever_wrote_may_be_written_though_a_person_filled_it() -> None:
    world = World(PLAIN, [RULE]).ticket("Mon 09:00", priority="p4").types("Mon 10:00", title="ink")
    world.run("Mon 10:00")
    assert world.cell("priority") == "p1"


def test_a_column_of_the_rules_is_written_whatever_a_person_typed() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    world.run("Mon 09:30")
    promised = world.cell("due")
    world.types("Mon 10:00", due="Fri 10:00").run("Mon 10:00")
    assert world.cell("due") == promised


def test_a_due_time_of_peoples_own_is_left_to_them() -> None:
    text = WHOLE.replace("{key: due, owner: rules}", "{key: due, owner: people}")
    world = World(text).ticket("Mon 09:00", priority="p1")
    world.run("Mon 09:30")
    outcome = world.types("Mon 10:00", due="Fri 10:00").run("Mon 10:00")
    assert world.cell("due") == world.typed("due", "Fri 10:00")
    assert why_left(outcome) == {("sla", "due"): "people"}


def test_the_first_of_two_rules_writes_a_cell() -> None:
    world = World(PLAIN, [RULE, "when status = new then set priority = p3"]).ticket("Mon 09:00", title="ink")
    outcome = world.run("Mon 10:00")
    assert changed(outcome)["T-01", "priority"] == "p1"
    (left,) = outcome.left
    assert (left.rule, left.why, left.by) == ("r2", "written", "r1")


def test_the_order_of_a_rule_decides_who_is_first() -> None:
    world = World(PLAIN, [RULE, "when status = new then set priority = p3"]).ticket("Mon 09:00", title="ink")
    first, second = world.given("Mon 10:00").rules
    world.lines = [replace(first, order=9), replace(second, order=3)]
    assert changed(world.run("Mon 10:00"))["T-01", "priority"] == "p3"


def test_a_rule_sees_what_the_one_before_it_wrote() -> None:
    world = World(PLAIN, [RULE, "when priority = p1 then set notes = urgent"]).ticket(
        "Mon 09:00", title="ink"
    )
    assert changed(world.run("Mon 10:00"))["T-01", "notes"] == "urgent"


@pytest.mark.parametrize(("then", "left"), [("close", "lifecycle"), ("set status = cancelled", "lifecycle")])
def test_a_rule_makes_no_jump_that_nobody_may_make(then: str, left: str) -> None:
    world = World(PLAIN + FLOW, [f"when priority = p1 then {then}"]).ticket("Mon 09:00", priority="p1")
    outcome = world.run("Mon 10:00")
    assert world.cell("status") == "new"
    assert why_left(outcome) == {("r1", "status"): left}


def test_a_rule_moves_a_ticket_along_the_life_cycle_and_its_times_follow() -> None:
    world = World(PLAIN + FLOW, ["when status = resolved for 1d then close"])
    world.ticket("Mon 09:00", status="resolved", resolved="Mon 09:00")
    found = changed(world.run("Tue 09:00"))
    assert found["T-01", "status"] == "closed"
    assert found["T-01", "closed"] == world.typed("closed", "Tue 09:00")
    assert ("T-01", "resolved") not in found


def test_a_rule_never_approves() -> None:
    text = PLAIN.replace(
        "  - status\n",
        "  - key: status\n    choices:\n"
        "      - {key: new, title: New, meaning: new}\n      - {key: open, title: Open, meaning: open}\n"
        "      - {key: review, title: Review, meaning: open}\n"
        "      - {key: resolved, title: Resolved, meaning: resolved}\n"
        "      - {key: closed, title: Closed, meaning: closed}\n",
    )
    world = World(
        text + "review: {before: resolved, status: review}\n",
        ["when status = review then set status = resolved"],
    )
    world.ticket("Mon 09:00", status="review")
    outcome = world.run("Mon 10:00")
    assert world.cell("status") == "review"
    assert why_left(outcome) == {("r1", "status"): "review"}


def test_reckoned_promises_are_no_sign_of_work() -> None:
    text = WHOLE.replace("{key: due, owner: rules}", "{key: due, owner: people}")
    found = changed(World(text).ticket("Mon 09:00", priority="p1").run("Mon 09:30"))
    assert ("T-01", "due") in found
    assert ("T-01", "updated") not in found


def test_a_value_that_is_put_back_in_the_same_run_is_no_change() -> None:
    world = World(PLAIN, ["when priority = p1 then set priority = p2, set priority = p1"])
    world.ticket("Mon 09:00", priority="p1")
    assert not world.run("Mon 09:00").changes
