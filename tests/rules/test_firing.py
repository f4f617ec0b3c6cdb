"""When a rule fires, and when it does not again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetdesk.rules.engine import run_rules
from tests.rules.world import PLAIN, WHOLE, World, changed, told


def test_a_rule_fires_once_for_a_ticket_that_stays_as_it_is() -> None:
    world = World(PLAIN, ["when status = new then notify Ann"]).ticket("Mon 09:00")
    assert told(world.run("Mon 10:00")) == ["r1 T-01 Ann"]
    assert told(world.run("Mon 11:00")) == []
    assert told(world.types("Mon 12:00", notes="x").run("Mon 12:00")) == []


def test_a_rule_fires_again_when_what_it_looks_at_went_away_and_came_back() -> None:
    world = World(PLAIN, ["when status = new then notify Ann"]).ticket("Mon 09:00")
    world.run("Mon 10:00")
    assert told(world.types("Mon 11:00", status="open").run("Mon 11:00")) == []
    assert told(world.types("Mon 12:00", status="new").run("Mon 12:00")) == ["r1 T-01 Ann"]


def test_a_rule_does_not_fire_again_for_a_ticket_that_was_archived_and_comes_back_as_it_was() -> None:
    world = (
        World(PLAIN, ["when status = new then notify Ann"]).ticket("Mon 09:00").ticket("Mon 09:00", "T-02")
    )
    assert len(told(world.run("Mon 10:00"))) == 2
    whole = world.table
    world.table = replace(whole, frame=whole.frame.drop(index="T-02"))
    assert told(world.run("Mon 11:00")) == []
    world.table = whole
    assert told(world.run("Mon 12:00")) == []
    assert told(world.types("Mon 13:00", "T-02", status="open").run("Mon 13:00")) == []
    assert told(world.types("Mon 14:00", "T-02", status="new").run("Mon 14:00")) == ["r1 T-02 Ann"]


def test_a_rule_may_ask_for_the_id_which_never_changes() -> None:
    world = World(PLAIN, ["when id is not empty then notify Ann", "when id = T-02 then notify Bo"])
    world.ticket("Mon 09:00").ticket("Mon 09:00", "T-02")
    assert told(world.run("Mon 10:00")) == ["r1 T-01 Ann", "r1 T-02 Ann", "r2 T-02 Bo"]
    assert told(world.types("Mon 11:00", notes="x").run("Mon 11:00")) == []


def test_a_rule_fires_again_for_another_value_that_meets_it_too() -> None:
    world = World(PLAIN, ["when priority >= p2 then notify Ann"]).ticket("Mon 09:00", priority="p2")
    world.run("Mon 10:00")
    assert told(world.types("Mon 11:00", priority="p1").run("Mon 11:00")) == ["r1 T-01 Ann"]


def test_a_rule_of_mode_always_fires_again_for_any_cell_that_people_fill() -> None:
    world = World(PLAIN, ["always: when status = new then notify Ann"]).ticket("Mon 09:00")
    world.run("Mon 10:00")
    assert told(world.types("Mon 11:00", notes="x").run("Mon 11:00")) == ["r1 T-01 Ann"]
    assert told(world.run("Mon 12:00")) == []


@pytest.mark.parametrize(("now", "fires"), [("Mon 13:29", False), ("Mon 13:30", True), ("Mon 14:00", True)])
def test_a_time_passes_on_the_calendar_of_the_tickets_policy(now: str, fires: bool) -> None:
    world = World(WHOLE, ["when status = new for 1h then notify Ann"])
    world.ticket("Mon 11:30", priority="p1")
    assert bool(told(world.run(now))) is fires


def test_a_time_starts_anew_with_a_change_of_what_the_rule_looks_at_alone() -> None:
    world = World(WHOLE, ["when status in (new, open) for 1h then notify Ann"])
    world.ticket("Mon 09:00", priority="p1").types("Mon 09:30", status="open").types("Mon 10:10", notes="x")
    assert told(world.run("Mon 10:29")) == []
    assert told(world.run("Mon 10:30")) == ["r1 T-01 Ann"]


def test_a_time_that_has_passed_counts_though_no_run_saw_it_pass() -> None:
    world = World(WHOLE, ["when status = open for 1h then notify Ann"])
    world.ticket("Mon 09:00", priority="p1").types("Mon 09:30", status="open")
    assert told(world.run("Tue 17:00")) == ["r1 T-01 Ann"]


def test_a_condition_on_age_is_timed_from_the_run_that_first_saw_it_hold() -> None:
    world = World(PLAIN, ["when age >= 1 for 2h then notify Ann"]).ticket("Mon 10:00")
    for now, fired in [
        ("Tue 09:59", 0),
        ("Tue 11:00", 0),
        ("Tue 13:59", 0),
        ("Tue 14:00", 1),
        ("Tue 16:00", 0),
    ]:
        assert len(told(world.run(now))) == fired, now


def test_a_condition_on_lateness_fires_when_the_time_comes() -> None:
    world = World(WHOLE, ["when overdue = 1 then notify Ann"]).ticket("Mon 09:00", priority="p1")
    assert told(world.run("Mon 11:00")) == []
    assert told(world.run("Mon 11:01")) == ["r1 T-01 Ann"]
    assert told(world.run("Mon 13:00")) == []


def test_a_rules_own_change_is_no_reason_to_fire_again() -> None:
    world = World(PLAIN, ["always: when status = new then set notes = seen, notify Ann"]).ticket("Mon 09:00")
    assert told(world.run("Mon 10:00")) == ["r1 T-01 Ann"]
    assert not world.run("Mon 11:00").notices


def test_who_made_the_change_that_brought_it_about_is_known() -> None:
    world = World(PLAIN, ["when status = open then notify owner"]).ticket("Mon 09:00", owner="Ann")
    world.types("Mon 10:00", status="open")
    (notice,) = world.run("Mon 10:00").notices
    assert notice.by == "sheet:main"


def test_flags_come_and_go_with_the_condition() -> None:
    world = World(PLAIN, ["when priority = p1 then flag hot", "when status = new then flag fresh"])
    world.ticket("Mon 09:00", priority="p1").run("Mon 09:00")
    assert world.cell("flags") == "hot, fresh"
    world.types("Mon 10:00", priority="p2").run("Mon 10:00")
    assert world.cell("flags") == "fresh"
    world.types("Mon 11:00", status="open").run("Mon 11:00")
    assert world.cell("flags") is None


def test_a_flag_of_a_rule_that_undoes_its_own_condition_does_not_stay() -> None:
    world = World(PLAIN, ["when priority is empty then set priority = p3, flag guessed"]).ticket("Mon 09:00")
    world.run("Mon 09:00")
    assert world.cell("flags") is None


LEVELS = (
    "when status != closed then escalate Ann 1h before due, escalate Bo at due, escalate boss 1h after due"
)


def test_each_level_of_an_escalation_comes_once_at_its_time() -> None:
    world = World(WHOLE, [LEVELS]).ticket("Mon 09:00", priority="p1", status="open")
    heard = {}
    for now in ("09:59", "10:00", "10:30", "10:59", "11:00", "11:30", "11:59", "12:00", "13:30"):
        heard[now] = [one.split()[-1] for one in told(world.run(f"Mon {now}"))]
    assert {now: whom for now, whom in heard.items() if whom} == {
        "10:00": ["Ann"], "11:00": ["Bo"], "12:00": ["boss"],
    }  # fmt: skip
    assert world.cell("escalated") == 3


def test_levels_that_were_slept_through_come_together_and_once() -> None:
    world = World(WHOLE, [LEVELS]).ticket("Mon 09:00", priority="p1", status="open")
    assert len(told(world.run("Tue 10:00"))) == 3
    assert told(world.run("Tue 11:00")) == []


def test_what_rules_remember_is_not_written_into_what_they_were_given() -> None:
    world = World(WHOLE, [LEVELS]).ticket("Mon 09:00", priority="p1", status="open")
    world.run("Mon 10:00")
    before = repr(world.states)
    given = world.given("Mon 11:00")
    outcome = run_rules(given)
    assert repr(dict(given.states)) == before
    assert outcome.states["r1", "T-01"]["levels"].keys() == {"1", "2"}  # type: ignore[index]


def test_an_escalation_that_came_comes_again_after_a_reopening() -> None:
    text = WHOLE.replace("resolution: 2h,", "resolution: 2h, reopen: restarts,")
    world = World(text, ["when priority = p1 then escalate Ann at due"])
    world.ticket("Mon 09:00", priority="p1", status="open")
    assert told(world.run("Mon 11:00")) == ["r1 T-01 Ann"]
    assert told(world.types("Mon 14:00", status="resolved").run("Mon 14:00")) == []
    assert told(world.types("Mon 15:00", status="open").run("Mon 15:00")) == []
    assert told(world.run("Mon 17:00")) == ["r1 T-01 Ann"]
    assert told(world.run("Mon 17:30")) == []


def test_a_done_ticket_is_not_escalated() -> None:
    world = World(WHOLE, ["when priority = p1 then escalate Ann"]).ticket("Mon 09:00", priority="p1")
    world.types("Mon 10:00", status="resolved")
    assert told(world.run("Tue 10:00")) == []


def test_an_escalation_at_once_raises_the_level_and_is_told_once() -> None:
    world = World(PLAIN, ["when priority = p1 then escalate boss"]).ticket("Mon 09:00", priority="p1")
    assert changed(world.run("Mon 10:00"))["T-01", "escalated"] == 1
    assert not told(world.run("Mon 11:00"))


def test_an_escalation_comes_again_where_a_reopened_ticket_goes_on_with_its_time() -> None:
    world = World(WHOLE, ["when priority = p1 then escalate Ann at due"])
    world.ticket("Mon 09:00", priority="p1", status="open")
    assert told(world.run("Mon 11:00")) == ["r1 T-01 Ann"]
    world.types("Mon 14:00", status="resolved").run("Mon 14:00")
    assert told(world.types("Mon 15:00", status="open").run("Mon 15:00")) == ["r1 T-01 Ann"]
    assert told(world.run("Mon 17:00")) == []


def test_a_time_starts_with_what_a_rule_changed_in_the_same_run() -> None:
    world = World(
        WHOLE, ["when priority = p1 then set status = open", "when status = open for 1h then notify Ann"]
    )
    world.ticket("Mon 09:00", priority="p1")
    assert told(world.run("Mon 14:00")) == []
    assert told(world.run("Mon 14:59")) == []
    assert told(world.run("Mon 15:00")) == ["r2 T-01 Ann"]


def test_a_change_that_a_rule_made_in_the_same_run_is_nobodys() -> None:
    world = World(PLAIN, ["when priority = p1 then set status = open", "when status = open then notify Ann"])
    world.ticket("Mon 09:00").types("Mon 10:00", priority="p1", status="pending")
    (notice,) = world.run("Mon 10:00").notices
    assert notice.by == "rule:r1"


@pytest.mark.parametrize("live", [frozenset({"T-01"}), frozenset()])
def test_time_passes_for_a_done_ticket_whether_or_not_its_promises_are_reckoned(live: frozenset[str]) -> None:
    text = WHOLE.replace("resolution: 2h,", "resolution: 2h, clock: calendar,")
    world = World(text, ["when status = resolved for 2h then close"])
    world.ticket("Mon 09:00", priority="p1").types("Mon 17:00", status="resolved")
    world.run("Mon 18:59", live=live)
    assert world.cell("status") == "resolved"
    world.run("Mon 19:00", live=live)
    assert world.cell("status") == "closed"
