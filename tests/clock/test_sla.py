"""Promises over a ticket's life: stories worked out by hand, 09:00–12:00 and 13:00–18:00, 8 hours a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from sheetdesk.clock.arithmetic import arithmetic
from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.history import Change, TicketHistory, in_order
from sheetdesk.clock.sla import STATES, pauses_of, standings
from sheetdesk.columns.base import Meaning
from tests.clock import at, calendar
from tests.clock.stories import OFFICE, TIMES, history, moment, policy, shown, stand, told

# What happened, the moment that is asked about, and the resolution cycles; the target is 8 h.
STORIES: dict[str, tuple[list[str], str, list[str]]] = {
    "just begun": (["Mon 10:00 created"], "Mon 10:00", ["on time Tue 10:00"]),
    "a quarter left is not yet soon": (["Mon 10:00 created"], "Mon 17:00", ["on time Tue 10:00"]),
    "less than a quarter left": (["Mon 10:00 created"], "Mon 17:01", ["due soon Tue 10:00"]),
    "at the due time it is not overdue": (["Mon 10:00 created"], "Tue 10:00", ["due soon Tue 10:00"]),
    "a minute later it is": (["Mon 10:00 created"], "Tue 10:01", ["overdue Tue 10:00"]),
    "resolved at the due time": (["Mon 10:00 created", "Tue 10:00 resolved"], "Fri 10:00", ["met Tue 10:00"]),
    "resolved after it": (["Mon 10:00 created", "Tue 10:01 resolved"], "Fri 10:00", ["breached Tue 10:00"]),
    "used up at closing, resolved overnight": (
        ["Mon 09:00 created", "Mon 19:00 resolved"], "Fri 10:00", ["breached Mon 18:00"]),
    "created at night": (["Sat 11:00 created"], "Sun 11:00", ["on time +Mon 18:00"]),
    "paused two working hours": (
        ["Mon 10:00 created", "Mon 11:00 pending", "Mon 14:00 open"], "Mon 15:00", ["on time Tue 12:00"]),
    "a pause at night moves nothing": (
        ["Mon 10:00 created", "Mon 19:00 pending", "Tue 08:00 open"], "Tue 08:30", ["due soon Tue 10:00"]),
    "only the working part of a pause moves": (
        ["Mon 10:00 created", "Mon 17:00 pending", "Tue 10:00 open"], "Tue 10:30", ["due soon Tue 12:00"]),
    "paused now": (["Mon 10:00 created", "Mon 11:00 pending"], "Mon 15:00", ["paused Tue 14:00"]),
    "two pausing statuses in a row are one pause": (
        ["Mon 10:00 created", "Mon 11:00 pending", "Mon 11:30 pending", "Mon 14:00 open"], "Mon 15:00",
        ["on time Tue 12:00"]),
    "a status that does not pause": (
        ["Mon 10:00 created", "Mon 11:00 on hold"], "Mon 15:00", ["on time Tue 10:00"]),
    "paused after the breach": (
        ["Mon 10:00 created", "Tue 11:00 pending"], "Wed 10:00", ["overdue Tue 10:00"]),
    "paused after the breach, resolved": (
        ["Mon 10:00 created", "Tue 11:00 pending", "Wed 10:00 open", "Wed 11:00 resolved"], "Fri 10:00",
        ["breached Tue 10:00"]),
    "paused at the very due time": (
        ["Mon 10:00 created", "Tue 10:00 pending"], "Wed 10:00", ["overdue Tue 10:00"]),
    "resolved from a pause": (
        ["Mon 10:00 created", "Mon 11:00 pending", "Tue 11:00 resolved"], "Fri 10:00", ["met Wed 10:00"]),
    "reopened in time": (
        ["Mon 10:00 created", "Mon 15:00 resolved", "Tue 15:00 open"], "Tue 16:00",
        ["met Tue 10:00", "on time Wed 10:00"]),
    "reopened, and over": (
        ["Mon 10:00 created", "Mon 15:00 resolved", "Tue 15:00 open", "Wed 11:00 resolved"], "Fri 10:00",
        ["met Tue 10:00", "breached Wed 10:00"]),
    "reopened after a breach": (
        ["Mon 10:00 created", "Tue 11:00 resolved", "Wed 09:00 open"], "Wed 09:30",
        ["breached Tue 10:00", "overdue Tue 10:00"]),
    "resolved, then closed": (
        ["Mon 10:00 created", "Mon 15:00 resolved", "Thu 15:00 closed"], "Fri 10:00", ["met Tue 10:00"]),
    "reopened at once": (
        ["Mon 10:00 created", "Mon 15:00 resolved", "Mon 15:00 open"], "Mon 16:00",
        ["met Tue 10:00", "on time Tue 10:00"]),
    "cancelled in time": (
        ["Mon 10:00 created", "Mon 15:00 cancelled"], "Fri 10:00", ["cancelled Tue 10:00"]),
    "cancelled too late": (
        ["Mon 10:00 created", "Tue 15:00 cancelled"], "Fri 10:00", ["breached Tue 10:00"]),
    "what is still to come does not count": (
        ["Mon 10:00 created", "Mon 11:00 pending", "Mon 15:00 resolved"], "Mon 10:30", ["on time Tue 10:00"]),
    "created later than now": (["Tue 10:00 created"], "Mon 10:00", ["on time Wed 10:00"]),
    "a status earlier than creation": (
        ["Tue 10:00 created", "Mon 11:00 pending"], "Tue 11:00", ["paused Wed 11:00"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_a_resolution_stands_where_the_rules_say(name: str) -> None:
    lines, now, expected = STORIES[name]
    assert told(stand(history(*lines), now)) == expected


def test_a_row_tells_the_whole_reckoning() -> None:
    lines = ["Mon 10:00 created", "Mon 11:00 pending", "Mon 14:00 open", "Tue 14:00 resolved"]
    (row,) = stand(history(*lines), "Fri 10:00").itertuples(index=False)
    assert (row.ticket, row.target, row.cycle, row.is_last, row.policy) == ("T-1", "resolution", 1, True, "p")
    assert (row.calendar, shown(row.started), shown(row.due)) == ("office", "Mon 10:00", "Tue 12:00")
    assert (shown(row.ended), shown(row.breached), row.state) == ("Tue 14:00", "Tue 12:00", "breached")
    assert (row.target_min, row.used_min, row.left_min, row.stood_min) == (480, 540, -60, 120)
    assert row.is_provisional is False


def test_a_policy_may_start_the_clock_anew_at_a_reopening_and_every_cycle_is_kept() -> None:
    lines = [
        "Mon 10:00 created",
        "Tue 11:00 resolved",
        "Wed 09:00 open",
        "Wed 10:00 resolved",
        "Thu 09:00 open",
    ]
    frame = stand(history(*lines), "Thu 10:00", policy(resolution="8h", reopen="restarts"))
    assert told(frame) == ["breached Tue 10:00", "met Wed 18:00", "on time Thu 18:00"]
    assert frame["started"].map(shown).tolist() == ["Mon 10:00", "Wed 09:00", "Thu 09:00"]
    assert frame["used_min"].tolist() == [8 * 60 + 60, 60, 60]
    assert frame["is_last"].tolist() == [False, False, True]
    resumed = stand(history(*lines), "Thu 10:00")
    assert told(resumed) == ["breached Tue 10:00", "breached Tue 10:00", "overdue Tue 10:00"]
    assert resumed["used_min"].tolist() == [540, 600, 660]
    assert resumed["stood_min"].tolist() == [0, 6 * 60, 6 * 60 + 7 * 60]


HIGH, LOW = policy("high", resolution="4h"), policy("low", resolution="16h")
CHANGED = {
    "raised: from the original start": (
        ["Mon 10:00 created low", "Mon 11:00 policy high"], "Mon 12:00", ["on time Mon 15:00"], ""),
    "raised when that is already over: breached at that moment": (
        ["Mon 10:00 created low", "Tue 10:00 policy high"], "Tue 10:30", ["overdue Mon 15:00"], "Tue 10:00"),
    "lowered in time": (
        ["Mon 10:00 created high", "Mon 14:00 policy low"], "Mon 16:00", ["on time Wed 10:00"], ""),
    "lowered after the breach: a breach stays": (
        ["Mon 10:00 created high", "Mon 16:00 policy low"], "Mon 17:00", ["overdue Wed 10:00"], "Mon 15:00"),
    "lowered after the breach and resolved": (
        ["Mon 10:00 created high", "Mon 16:00 policy low", "Mon 17:00 resolved"], "Fri 10:00",
        ["breached Wed 10:00"], "Mon 15:00"),
    "raised and lowered again before it was over": (
        ["Mon 10:00 created low", "Mon 11:00 policy high", "Mon 12:00 policy low"], "Tue 10:00",
        ["on time Wed 10:00"], ""),
    "time spent paused is kept": (
        ["Mon 10:00 created low", "Mon 11:00 pending", "Mon 14:00 open", "Mon 15:00 policy high"],
        "Mon 15:30", ["on time Mon 17:00"], ""),
    "changed after resolving": (
        ["Mon 10:00 created low", "Mon 17:00 resolved", "Mon 17:30 policy high"], "Fri 10:00",
        ["met Wed 10:00"], ""),
    "none for a while": (
        ["Mon 10:00 created none", "Mon 11:00 policy high"], "Mon 12:00", ["on time Mon 15:00"], ""),
    "none any more": (["Mon 10:00 created high", "Mon 16:00 policy none"], "Mon 17:00", [], ""),
    "to one without this target": (["Mon 10:00 created high", "Mon 16:00 policy talk"], "Mon 17:00", [], ""),
    "from one without this target": (
        ["Mon 10:00 created talk", "Mon 14:00 policy high"], "Mon 14:30", ["due soon Mon 15:00"], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_another_policy_counts_from_the_same_beginning(name: str) -> None:
    lines, now, expected, breached = CHANGED[name]
    given = history(*lines)
    renamed = tuple(
        Change("" if change.value == "none" else change.value, change.seen_from, change.seen_to)
        for change in given.policies
    )
    given = TicketHistory("T-1", given.created, given.statuses, renamed)
    frame = stand(given, now, HIGH, LOW, policy("talk", first_response="1h"))
    assert told(frame) == expected
    assert frame.loc[frame["target"] == "resolution", "breached"].map(shown).tolist() == (
        [breached] if expected else []
    )


def test_a_policy_brings_its_own_calendar_and_pauses() -> None:
    night = policy("night", resolution="4h", calendar="night", pauses=["pending", "on hold"])
    lines = ["Mon 23:00 created p", "Tue 00:00 on hold", "Tue 01:00 open", "Tue 02:00 policy night"]
    frame = stand(history(*lines), "Tue 02:30", policy(resolution="8h"), night)
    assert told(frame) == ["on time Tue 04:00"]
    assert frame["calendar"].tolist() == ["night"]
    assert frame["stood_min"].tolist() == [60]


RESPONSES = {
    "answered in time": (["Mon 10:00 created", "Mon 10:30 response"], "Fri 10:00", "met Mon 11:00"),
    "answered late": (["Mon 10:00 created", "Mon 11:30 response"], "Fri 10:00", "breached Mon 11:00"),
    "waiting": (["Mon 10:00 created"], "Mon 10:15", "on time Mon 11:00"),
    "not answered": (["Mon 10:00 created"], "Mon 12:00", "overdue Mon 11:00"),
    "resolved at once is an answer": (
        ["Mon 10:00 created", "Mon 10:30 resolved", "Tue 10:00 response"], "Fri 10:00", "met Mon 11:00"),
    "answered before it was resolved": (
        ["Mon 10:00 created", "Mon 10:30 response", "Tue 10:00 resolved"], "Fri 10:00", "met Mon 11:00"),
    "cancelled before": (["Mon 10:00 created", "Mon 10:30 cancelled"], "Fri 10:00", "cancelled Mon 11:00"),
    "a reopening asks for no other answer": (
        ["Mon 10:00 created", "Mon 10:30 resolved", "Tue 10:00 open"], "Fri 10:00", "met Mon 11:00"),
    "answered before creation": (["Tue 10:00 created", "Mon 11:30 response"], "Fri 10:00", "met Tue 11:00"),
    "answered later than now": (["Mon 10:00 created", "Mon 10:30 response"], "Mon 10:15",
        "on time Mon 11:00"),
}  # fmt: skip


@pytest.mark.parametrize("name", RESPONSES)
def test_a_first_response_is_asked_for_once(name: str) -> None:
    lines, now, expected = RESPONSES[name]
    assert told(stand(history(*lines), now, policy(first_response="1h")), "first_response") == [expected]


UPDATES = {
    "from creation": (["Mon 10:00 created"], "Mon 10:30", ["on time Mon 12:00"]),
    "again from each update": (
        ["Mon 10:00 created", "Mon 11:00 update", "Mon 15:00 update"], "Mon 15:30",
        ["met Mon 12:00", "breached Mon 14:00", "on time Mon 17:00"]),
    "the first response is one": (
        ["Mon 10:00 created", "Mon 11:00 response"], "Mon 11:30", ["met Mon 12:00", "on time Mon 14:00"]),
    "twice the same moment is one": (
        ["Mon 10:00 created", "Mon 11:00 response", "Mon 11:00 update"], "Mon 11:30",
        ["met Mon 12:00", "on time Mon 14:00"]),
    "this very moment": (
        ["Mon 10:00 created", "Mon 11:00 update"], "Mon 11:00", ["met Mon 12:00", "on time Mon 14:00"]),
    "until resolved": (
        ["Mon 10:00 created", "Mon 11:00 update", "Mon 11:30 resolved", "Tue 10:00 update"], "Fri 10:00",
        ["met Mon 12:00", "met Mon 14:00"]),
    "the resolving is the last": (
        ["Mon 10:00 created", "Mon 11:00 update", "Mon 11:00 resolved"], "Fri 10:00", ["met Mon 12:00"]),
    "anew from a reopening": (
        ["Mon 10:00 created", "Mon 11:30 resolved", "Tue 10:00 open"], "Tue 10:30",
        ["met Mon 12:00", "on time Tue 12:00"]),
    "it stands in a pause": (
        ["Mon 10:00 created", "Mon 11:00 pending"], "Tue 10:30", ["paused Tue 11:30"]),
    "cancelled": (
        ["Mon 10:00 created", "Mon 11:00 update", "Mon 11:30 cancelled"], "Fri 10:00",
        ["met Mon 12:00", "cancelled Mon 14:00"]),
}  # fmt: skip


@pytest.mark.parametrize("name", UPDATES)
def test_a_next_update_is_asked_for_again_and_again(name: str) -> None:
    lines, now, expected = UPDATES[name]
    assert told(stand(history(*lines), now, policy(next_update="2h")), "next_update") == expected


@pytest.mark.parametrize(
    ("target", "more", "due", "minutes"),
    [
        ("90m", {}, "Mon 11:30", 90),
        ("90m", {"clock": "calendar"}, "Mon 11:30", 90),
        ("12h", {"clock": "calendar"}, "Mon 22:00", 720),
        ("1d", {}, "Tue 10:00", 1440),
        ("7d", {"clock": "calendar"}, "+Mon 10:00", 10080),
        ("0wd", {}, "Mon 18:00", 420),
        ("1wd", {}, "Tue 18:00", 900),
        ("5wd", {"clock": "calendar"}, "+Mon 18:00", 2820),
        ("0h", {}, "Mon 10:00", 0),
    ],
)
def test_a_target_is_counted_in_its_own_unit(
    target: str, more: dict[str, str], due: str, minutes: float
) -> None:
    frame = stand(history("Mon 10:00 created"), "Mon 10:00", policy(resolution=target, **more))
    assert frame["due"].map(shown).tolist() == [due]
    assert frame["target_min"].tolist() == [minutes]


def test_a_pause_moves_a_target_in_working_days_by_its_working_part() -> None:
    lines = ["Mon 10:00 created", "Mon 17:00 pending", "Tue 10:00 open"]
    assert told(stand(history(*lines), "Tue 11:00", policy(resolution="1wd"))) == ["on time Wed 11:00"]


def test_around_the_clock_a_pause_moves_by_all_of_it() -> None:
    lines = ["Mon 10:00 created", "Mon 17:00 pending", "Tue 10:00 open"]
    frame = stand(history(*lines), "Tue 10:30", policy(resolution="1d"))
    assert told(frame) == ["on time Wed 03:00"]
    assert (frame["calendar"].tolist(), frame["stood_min"].tolist()) == ([""], [17 * 60])


def test_the_share_that_counts_as_due_soon_can_be_chosen() -> None:
    given = history("Mon 10:00 created")
    assert told(stand(given, "Mon 14:01", due_soon=0.6)) == ["on time Tue 10:00"]
    assert told(stand(given, "Mon 14:13", due_soon=0.6)) == ["due soon Tue 10:00"]


def test_no_policy_no_ticket_no_row() -> None:
    assert stand(TicketHistory("T-1", moment("Mon 10:00")), "Mon 11:00").empty
    frame = standings([], [policy(resolution="8h")], TIMES, moment("Mon 10:00"))
    assert frame.empty
    assert str(frame["due"].dtype) == "datetime64[us, UTC]"
    with pytest.raises(KeyError, match="nobody"):
        stand(history("Mon 10:00 created nobody"), "Mon 11:00")
    with pytest.raises(KeyError, match="nowhere"):
        stand(history("Mon 10:00 created"), "Mon 11:00", policy(resolution="8h", calendar="nowhere"))


def test_what_reaches_into_a_year_not_yet_announced_is_provisional() -> None:
    china = {"office": WorkingTime(calendar("09:00-18:00", country="CN"))}
    created = at("2040-12-20 10:00")
    given = [TicketHistory(f"T-{n}", created, policies=(Change(key, created, created),))
             for n, key in enumerate(("short", "long", "round"))]  # fmt: skip
    policies = [policy("short", resolution="1h"), policy("long", resolution="30wd"),
                policy("round", resolution="60d")]  # fmt: skip
    settled = {"office": WorkingTime(calendar("09:00-18:00", country="CN", settled=frozenset({2040, 2041})))}
    for times, expected in ((china, [True, True, False]), (settled, [False, False, False])):
        assert standings(given, policies, times, created)["is_provisional"].tolist() == expected
    earlier = standings(given, policies, settled, at("2042-06-01 10:00"))
    assert earlier["is_provisional"].tolist() == [True, True, False]


def test_moments_outside_the_known_years_are_their_ends() -> None:
    old, far = datetime(1800, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    given = [TicketHistory("T-1", when, policies=(Change("p", when, when),)) for when in (old, far)]
    for target in ("8h", "3wd", "3d"):
        frame = standings(given, [policy(resolution=target)], TIMES, moment("Mon 10:00"))
        assert frame["state"].tolist() == ["overdue", "on time"]
        assert frame["due"].dt.year.tolist() == [1900, 2199]


def test_a_pause_is_told_as_the_arithmetic_takes_it() -> None:
    lines = ["Mon 10:00 created", "Mon 11:00 pending", "Mon 11:30 pending", "Mon 14:00 open",
             "Tue 10:00 resolved", "Wed 10:00 open", "Wed 11:00 pending"]  # fmt: skip
    given = history(*lines)
    now = moment("Wed 12:00")
    pauses = pauses_of(given, policy(resolution="8h"), "resolution", given.created, now)
    assert [(shown(pd.Timestamp(a)), shown(pd.Timestamp(b))) for a, b in pauses] == [
        ("Mon 11:00", "Mon 14:00"), ("Tue 10:00", "Wed 10:00"), ("Wed 11:00", "Wed 12:00"),
    ]  # fmt: skip
    (row,) = [r for r in stand(given, "Wed 12:00").itertuples() if r.is_last]
    assert arithmetic(OFFICE, given.created, now, pauses).minutes == row.used_min
    assert pauses_of(
        given, policy(resolution="8h"), "resolution", moment("Mon 12:00"), moment("Mon 13:00")
    ) == ((moment("Mon 12:00"), moment("Mon 13:00")),)
    assert (
        pauses_of(given, policy(resolution="8h"), "resolution", moment("Mon 15:00"), moment("Mon 16:00"))
        == ()
    )
    assert (
        pauses_of(
            history("Mon 10:00 created", "Mon 11:00 open"), policy(), "resolution", moment("Mon 10:00"), now
        )
        == ()
    )


def test_of_an_interval_the_later_end_counts_unless_a_person_typed_the_time() -> None:
    seen = (moment("Mon 10:00"), moment("Mon 10:20"))
    assert Change(Meaning.OPEN, *seen).at == moment("Mon 10:20")
    assert Change(Meaning.OPEN, *seen, moment("Mon 09:00")).at == moment("Mon 09:00")


def test_what_was_seen_before_a_typed_time_happened_by_then() -> None:
    first = Change(Meaning.OPEN, moment("Mon 09:00"), moment("Mon 11:00"))
    last = Change(Meaning.RESOLVED, moment("Mon 11:00"), moment("Mon 12:00"), moment("Mon 10:00"))
    made = in_order([first, last])
    assert [change.at for change in made] == [moment("Mon 10:00")] * 2
    assert made[1] == last
    assert in_order([last, first]) == (last, first)


def test_every_state_is_named() -> None:
    states = {text.split(" Mon")[0].split(" Tue")[0].split(" Wed")[0].split(" +")[0]
              for _, _, cycles in STORIES.values() for text in cycles}  # fmt: skip
    assert states == set(STATES)


def test_hundreds_of_tickets_are_told_as_each_alone() -> None:
    given = [history(*lines) for lines, _, _ in STORIES.values()]
    together = standings(given, [policy(resolution="8h")], TIMES, moment("Wed 10:00"))
    alone = [standings([one], [policy(resolution="8h")], TIMES, moment("Wed 10:00")) for one in given]
    together = together.drop(columns="is_last")
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True).drop(columns="is_last"))
    assert timedelta(0) not in (together["due"] - together["started"]).tolist()


def test_a_status_may_stop_one_clock_and_not_another() -> None:
    given = history("Mon 10:00 created", "Mon 11:00 pending")
    both = policy(resolution="8h", next_update="8h", pauses_by={"next_update": frozenset[Meaning]()})
    frame = stand(given, "Mon 15:00", both)
    assert told(frame) == ["paused Tue 14:00"]
    assert told(frame, "next_update") == ["on time Tue 10:00"]
    assert pauses_of(given, both, "next_update", given.created, moment("Mon 15:00")) == ()
