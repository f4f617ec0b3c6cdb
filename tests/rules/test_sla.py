"""What the sheet shows of the promises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.rules.sla import STEPS, left_in_steps
from tests.rules.test_engine import nothing
from tests.rules.world import COLUMNS, WHOLE, World, changed, columns_without

CHINA = WHOLE.replace("zone: Asia/Shanghai, week", "zone: Asia/Shanghai, country: CN, week")


def shown(world: World, now: Any) -> dict[str, Any]:
    world.run(now)
    keys = ("due", "respond_by", "update_by", "sla_left", "sla_state", "sla")
    return {key: world.cell(key) for key in keys}


def test_a_ticket_shows_when_what_is_due_and_how_it_stands() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    assert shown(world, "Mon 09:00") == {
        "due": world.typed("due", "Mon 11:00"), "respond_by": world.typed("due", "Mon 10:00"),
        "update_by": None, "sla_left": 1.0, "sla_state": "on_time", "sla": "fast",
    }  # fmt: skip


def test_a_ticket_without_a_policy_shows_nothing() -> None:
    assert set(shown(World(WHOLE).ticket("Mon 09:00"), "Mon 10:00").values()) == {None}


def test_a_paused_promise_has_no_due_time_until_it_goes_on() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 10:00", status="pending")
    found = shown(world, "Mon 15:00")
    assert (found["due"], found["sla_state"]) == (None, "paused")
    world.types("Mon 16:00", status="open")
    assert shown(world, "Mon 16:00")["due"] == world.typed("due", "Mon 17:00")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("Mon 10:30", "on_time"),
        ("Mon 10:31", "due_soon"),
        ("Mon 11:00", "due_soon"),
        ("Mon 11:01", "overdue"),
    ],
)
def test_a_promise_is_due_soon_when_less_than_the_share_is_left(now: str, state: str) -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1", first_response="Mon 09:00")
    assert shown(world, now)["sla_state"] == state


def test_the_desk_says_from_which_share_on() -> None:
    world = World(WHOLE + "attention: {due_soon_share: 0.75}\n")
    world.ticket("Mon 09:00", priority="p1", first_response="Mon 09:00")
    assert shown(world, "Mon 09:31")["sla_state"] == "due_soon"


@pytest.mark.parametrize(
    ("told", "now", "state"),
    [
        ({}, "Mon 10:01", "overdue"),
        ({"Mon 10:30": "open"}, "Mon 10:31", "due_soon"),
        ({"Mon 09:30": "resolved"}, "Mon 15:00", "met"),
        ({"Mon 09:30": "open", "Mon 14:00": "resolved"}, "Mon 15:00", "breached"),
        ({"Mon 10:30": "open", "Mon 10:45": "resolved"}, "Mon 15:00", "breached"),
        ({"Mon 09:30": "open", "Mon 14:00": "pending"}, "Mon 15:00", "overdue"),
        ({"Mon 09:30": "open", "Mon 10:00": "pending"}, "Mon 15:00", "paused"),
    ],
)
def test_the_most_pressing_promise_is_shown_and_of_a_done_ticket_whether_all_were_kept(
    told: dict[str, str], now: str, state: str
) -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    for at, status in told.items():
        world.types(at, status=status)
    assert shown(world, now)["sla_state"] == state


def test_a_breach_stays_whatever_happens_later() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 14:00", priority="p3")
    world.types("Mon 15:00", status="resolved")
    assert shown(world, "Mon 16:00")["sla_state"] == "breached"


def test_the_time_left_is_of_what_is_due_first_and_negative_when_over() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1", first_response="Mon 09:00")
    assert shown(world, "Mon 10:00")["sla_left"] == 1.0
    assert shown(world, "Mon 14:00")["sla_left"] == -2.0


SECONDS = st.integers(-300_000, 300_000).map(lambda seconds: seconds / 60)


@given(SECONDS, SECONDS)
def test_what_is_left_is_shown_in_steps_that_never_say_more_than_there_is(
    first: float, second: float
) -> None:
    low, high = sorted([first, second])
    assert left_in_steps(low) <= left_in_steps(high)
    for minutes in (low, high):
        assert 0 <= minutes - left_in_steps(minutes) * 60 < STEPS[-1][1]
        assert (left_in_steps(minutes) < 0) is (minutes < 0)


def test_a_promise_into_a_year_without_official_days_is_provisional() -> None:
    world = World(CHINA).ticket(datetime(2031, 3, 4, 2, tzinfo=UTC), priority="p1")
    outcome = world.run(datetime(2031, 3, 4, 2, 1, tzinfo=UTC))
    assert outcome.years == {"office": (2031,)}
    assert world.cell("sla_state") == "provisional"
    assert "fast" in world.cell("sla")
    assert "2031" in world.cell("sla")
    assert world.cell("due") is not None


def test_a_year_without_official_days_is_told_of_once() -> None:
    world = World(CHINA).ticket(datetime(2031, 3, 4, 2, tzinfo=UTC), priority="p1")
    world.run(datetime(2031, 3, 4, 2, 1, tzinfo=UTC))
    assert world.run(datetime(2031, 3, 4, 2, 2, tzinfo=UTC)).years == {}


def test_a_settled_year_is_not_provisional() -> None:
    world = World(CHINA.replace("country: CN,", "country: CN, settled: [2031],"))
    world.ticket(datetime(2031, 3, 4, 2, tzinfo=UTC), priority="p1")
    found = shown(world, datetime(2031, 3, 4, 2, 1, tzinfo=UTC))
    assert (found["sla_state"], found["sla"]) == ("on_time", "fast")
    assert world.run(datetime(2031, 3, 4, 2, 2, tzinfo=UTC)).years == {}


def test_what_presses_more_is_shown_before_what_is_provisional() -> None:
    world = World(CHINA).ticket(datetime(2031, 3, 4, 2, tzinfo=UTC), priority="p1")
    # The response is late, the resolution on time as far as anybody knows.
    assert shown(world, datetime(2031, 3, 4, 3, 1, tzinfo=UTC))["sla_state"] == "overdue"


@pytest.mark.parametrize("key", ["due", "respond_by", "update_by", "sla_left", "sla_state", "sla", "owner"])
def test_a_desk_needs_none_of_the_columns(key: str) -> None:
    text = WHOLE.replace(COLUMNS, columns_without(key))
    world = World(text).ticket("Mon 09:00", priority="p1")
    found = changed(world.run("Mon 09:00"))
    assert ("T-01", key) not in found
    assert found
    assert nothing(world.run("Mon 09:00"))


def test_a_desk_with_none_of_the_columns_changes_nothing() -> None:
    keys = ("due", "respond_by", "update_by", "sla_left", "sla_state", "sla")
    world = World(WHOLE.replace(COLUMNS, columns_without(*keys))).ticket("Mon 09:00", priority="p1")
    assert nothing(world.run("Mon 09:00"))


def test_what_is_shown_changes_only_from_step_to_step() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p3", status="open")
    world.run("Mon 09:01")
    assert not world.run("Mon 09:04").changes


def test_a_ticket_that_is_not_live_stands_as_it_stood() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").ticket("Mon 09:00", "T-02", priority="p1")
    found = changed(world.run("Mon 10:00", live=frozenset({"T-02"})))
    assert {row for row, _ in found} == {"T-02"}


def test_a_rule_that_raises_the_priority_moves_the_due_time_in_the_same_run() -> None:
    world = World(WHOLE, ["when notes contains hot then set priority = p1"])
    world.ticket("Mon 09:00", priority="p3", notes="hot").run("Mon 09:30")
    assert world.cell("due") == world.typed("due", "Mon 11:00")
    assert world.cell("sla") == "fast"
