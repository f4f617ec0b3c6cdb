"""On which clock a ticket's time passes."""

from __future__ import annotations

from datetime import UTC

import pandas as pd
import pytest

from sheetdesk.clock.sla import standings
from sheetdesk.desk.actions import Level
from sheetdesk.desk.durations import parse_duration
from sheetdesk.rules.clocks import Clocks
from tests.clock.stories import moment
from tests.rules.world import CALENDARS, PLAIN, SLA, WHOLE, World, desk_of, times_of, told

BARE = PLAIN.replace(CALENDARS, "")
ROUND = WHOLE.replace("resolution: 2h,", "resolution: 2h, clock: calendar,")


def clocks(now: str, text: str = WHOLE, policy: str = "fast") -> Clocks:
    times = times_of(text)
    return Clocks(desk_of(text), {"T-01": policy}, times, standings([], (), times, moment(now)), moment(now))


@pytest.mark.parametrize(
    ("text", "policy", "since", "span", "at"),
    [
        (WHOLE, "fast", "Mon 17:00", "2h", "Tue 10:00"),
        (WHOLE, "fast", "Fri 17:30", "30m", "Fri 18:00"),
        (WHOLE, "fast", "Mon 17:00", "1d", "Tue 17:00"),
        (WHOLE, "fast", "Fri 17:00", "1wd", "+Mon 18:00"),
        (WHOLE, "", "Mon 17:00", "2h", "Tue 10:00"),
        (ROUND, "fast", "Mon 17:00", "2h", "Mon 19:00"),
        (BARE, "", "Mon 17:00", "2h", "Mon 19:00"),
        (ROUND, "fast", "Fri 17:00", "1wd", "Sat 17:00"),
    ],
)  # fmt: skip
def test_a_time_has_passed_at_the_very_moment_and_not_before(
    text: str, policy: str, since: str, span: str, at: str
) -> None:
    before = pd.Timestamp(moment(at)) - pd.Timedelta(minutes=1)
    given = clocks(at, text, policy)
    assert given.lasted("T-01", moment(since), parse_duration(span))
    early = Clocks(given.desk, given.policies, given.times, given.standings, before.to_pydatetime())
    assert not early.lasted("T-01", moment(since), parse_duration(span))


def level(text: str) -> Level:
    span, _, side = text.rpartition(" ")
    return Level(side, parse_duration(span) if span else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "when", "at"),
    [
        ("at", "at", "Mon 11:00"),
        ("before", "30m before", "Mon 10:30"),
        ("after in working time", "2h after", "Mon 14:00"),
        ("days of the wall", "1d after", "Tue 11:00"),
        ("a working day after", "1wd after", "Tue 18:00"),
    ],
)
def test_a_level_of_escalation_comes_at_its_moment(text: str, when: str, at: str) -> None:
    line = {"at": "at due"}.get(when, f"{when} due")
    world = World(WHOLE, [f"when priority = p1 then escalate Ann {line}"])
    world.ticket("Mon 09:00", priority="p1", status="open")
    before = (pd.Timestamp(moment(at)) - pd.Timedelta(minutes=1)).to_pydatetime()
    assert told(world.run(before)) == [], text
    assert told(world.run(at)) == ["r1 T-01 Ann"], text


def test_a_working_day_before_due_comes_at_the_days_own_end() -> None:
    world = World(WHOLE, ["when priority = p3 then escalate Ann 1wd before due"])
    world.ticket("Mon 09:00", priority="p3", status="open")
    heard = [now for now in ("Mon 09:00", "Mon 17:59", "Tue 09:00", "Tue 17:00") if told(world.run(now))]
    # Due on Tuesday 18:00: the working day before it is Monday.
    assert heard == ["Mon 09:00"]


def test_a_paused_ticket_is_not_escalated_by_the_wall() -> None:
    world = World(WHOLE, ["when priority = p1 then escalate Ann at due"])
    world.ticket("Mon 09:00", priority="p1", status="pending")
    assert told(world.run("Fri 09:00")) == []


def test_escalations_go_by_the_resolution_before_other_promises() -> None:
    world = World(WHOLE, ["when priority = p1 then escalate Ann at due"])
    world.ticket("Mon 09:00", priority="p1")
    assert told(world.run("Mon 10:30")) == []
    assert told(world.run("Mon 11:00")) == ["r1 T-01 Ann"]


def test_without_a_promise_no_level_comes() -> None:
    world = World(
        PLAIN + SLA.replace("priority >= p3", "priority = p4"), ["when status = new then escalate Ann at due"]
    )
    world.ticket("Mon 09:00", priority="p3")
    assert told(world.run("Fri 09:00")) == []


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    given = clocks("Mon 10:00")
    assert given.lasted("T-01", moment("Mon 09:00").astimezone(UTC), parse_duration("1h"))
