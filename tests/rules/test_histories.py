"""What each ticket went through, told from the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.clock.history import TicketHistory
from sheetdesk.clock.sla import standings
from sheetdesk.rules.histories import columns_told, stored_inputs, tell_histories
from sheetdesk.table.change import Entry
from tests.clock.stories import moment
from tests.rules.test_engine import PHASES
from tests.rules.world import PLAIN, WHOLE, World, desk_of, times_of

AUTO = (
    WHOLE.replace(
        "  - priority\n", '  - impact\n  - urgency\n  - {key: priority, formula: "matrix(impact, urgency)"}\n'
    )
    + """
matrix:
  cells:
    high: {high: p1, medium: p2, low: p3}
    medium: {high: p2, medium: p3, low: p3}
    low: {high: p3, medium: p3, low: p4}
"""
)


def told(world: World, now: str = "Fri 18:00") -> TicketHistory:
    (found,) = tell_histories(world.desk, world.table.frame, world.entries, moment(now))
    return found


def statuses(world: World) -> list[tuple[str, Any]]:
    return [(change.value.value, change.at) for change in told(world).statuses]


def state(world: World, now: str, target: str = "resolution") -> list[tuple[str, int]]:
    """`state, minutes used` of each cycle."""
    histories = tell_histories(world.desk, world.table.frame, world.entries, moment(now))
    found = standings(histories, world.desk.sla, times_of(world.text), moment(now))
    rows: list[Any] = list(found[found["target"] == target].itertuples())
    return [(row.state, round(row.used_min)) for row in rows]


def test_a_ticket_is_new_from_its_creation_and_moves_when_it_was_seen_to() -> None:
    world = World(WHOLE).ticket("Mon 09:05", created="Mon 09:00", priority="p1")
    world.types("Mon 10:00", status="open").types("Mon 11:00", status="pending")
    assert told(world).created == moment("Mon 09:00")
    assert [(value, at) for value, at in statuses(world)][1:] == [
        ("open", moment("Mon 10:00")), ("pending", moment("Mon 11:00")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "counts"),
    [
        ("Mon 10:30", "Mon 10:30"),
        ("Mon 09:00", "Mon 09:00"),
        ("Mon 11:00", "Mon 11:00"),
        ("Mon 08:59", "Mon 11:00"),
        ("Mon 11:01", "Mon 11:00"),
        (None, "Mon 11:00"),
    ],
)
def test_a_typed_time_counts_between_creation_and_the_reading(typed: str | None, counts: str) -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    world.types("Mon 11:00", status="resolved", resolved=typed)
    assert statuses(world)[-1] == ("resolved", moment(counts))


def test_a_time_that_was_typed_later_counts_while_the_status_stands() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 14:00", status="resolved")
    assert state(world, "Tue 09:00") == [("breached", 240)]
    world.types("Mon 15:00", resolved="Mon 10:30")
    assert state(world, "Tue 09:00") == [("met", 90)]


def test_a_typed_time_that_was_erased_counts_no_more() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    world.types("Mon 14:00", status="resolved", resolved="Mon 10:30").types("Mon 15:00", resolved=None)
    assert statuses(world)[-1] == ("resolved", moment("Mon 14:00"))


def test_a_closing_time_counts_where_no_resolving_time_was_typed() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    world.types("Mon 14:00", status="closed", closed="Mon 10:30")
    assert statuses(world)[-1] == ("closed", moment("Mon 10:30"))


def test_a_reopened_ticket_goes_on_with_what_it_had_used() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 10:00", status="resolved")
    world.types("Mon 16:00", status="open", resolved=None)
    assert state(world, "Mon 16:30") == [("met", 60), ("on time", 90)]


def test_a_time_of_the_first_resolving_is_not_that_of_the_second() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    world.types("Mon 11:00", status="resolved", resolved="Mon 10:00").types("Mon 13:00", status="open")
    world.types("Mon 15:00", status="resolved")
    assert statuses(world)[-1] == ("resolved", moment("Mon 15:00"))
    assert statuses(world)[-3] == ("resolved", moment("Mon 10:00"))


def test_another_priority_counts_from_the_same_beginning() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p3").types("Mon 10:30", priority="p1")
    assert [(change.value, change.at) for change in told(world).policies] == [
        ("slow", moment("Mon 09:00")), ("fast", moment("Mon 10:30")),
    ]  # fmt: skip
    assert state(world, "Mon 10:45") == [("due soon", 105)]
    assert state(world, "Mon 11:01") == [("overdue", 121)]


def test_a_priority_that_the_sheet_works_out_chooses_the_policy() -> None:
    world = World(AUTO).ticket("Mon 09:00", impact="low", urgency="medium")
    world.types("Mon 10:30", impact="high").types("Mon 11:00", urgency="high")
    assert [change.value for change in told(world).policies] == ["slow", "fast"]
    assert stored_inputs(world.desk, ["priority"]) == {"impact", "urgency"}
    assert {"impact", "urgency", "status", "resolved"} <= columns_told(world.desk)


def test_a_ticket_that_was_archived_and_restored_is_one_ticket() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 10:00", status="open")
    row = {str(key): value for key, value in world.table.frame.loc["T-01"].items() if not pd.isna(value)}
    gone, back = moment("Mon 11:00"), moment("Mon 14:00")
    world.entries += [
        Entry("tickets", "T-01", "removed", "", row, None, gone, gone, "cli:x", "sync", "1"),
        Entry("tickets", "T-01", "added", "", None, row, back, back, "cli:x", "restore", "2"),
    ]
    found = told(world)
    assert found.created == moment("Mon 09:00")
    assert [change.value.value for change in found.statuses] == ["new", "open"]
    assert [change.value for change in found.policies] == ["fast"]


def test_a_ticket_that_the_journal_does_not_know_has_been_as_it_is_since_creation() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1", status="open")
    world.entries.clear()
    found = told(world, "Mon 10:00")
    assert found.created == moment("Mon 09:00")
    assert state(world, "Mon 10:00") == [("on time", 60)]


@pytest.mark.parametrize("column", ["status", "priority", "resolved", "created", "first_response", "notes"])
def test_erased_values_do_no_harm(column: str) -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1", notes="x")
    world.types("Mon 10:00", status="open", notes="y").types(
        "Mon 11:00", status="resolved", resolved="Mon 10:30"
    )
    world.entries = [
        replace(entry, after={**entry.after, column: None})
        if entry.kind == "added"
        else replace(entry, before=None, after=None) if entry.column == column else entry
        for entry in world.entries
    ]  # fmt: skip
    assert told(world).created == moment("Mon 09:00")
    assert world.run("Mon 12:00").changes is not None


def test_a_whole_row_that_was_erased_does_no_harm() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    world.entries = [replace(entry, after=None) for entry in world.entries]
    found = told(world)
    assert found.created == moment("Mon 09:00")
    world.run("Mon 12:00")


def test_imported_changes_stand_at_the_moments_that_were_told() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1")
    for at, status in (("Mon 09:30", "open"), ("Mon 10:30", "pending"), ("Mon 14:00", "resolved")):
        world.read_at = moment(at)
        world.types(at, why="import", status=status)
    assert [at for _, at in statuses(world)][1:] == [
        moment(f"Mon {at}") for at in ("09:30", "10:30", "14:00")
    ]
    assert state(world, "Tue 09:00") == [("met", 90)]


def test_leaving_new_is_the_first_response_unless_one_was_typed() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 10:30", status="open")
    assert told(world).first_response == moment("Mon 10:30")
    world.types("Mon 11:00", first_response="Mon 09:20")
    assert told(world).first_response == moment("Mon 09:20")


def test_cancelling_is_no_response() -> None:
    world = World(WHOLE).ticket("Mon 09:00", priority="p1").types("Mon 10:30", status="cancelled")
    assert told(world).first_response is None


def test_a_desk_that_waits_for_a_typed_response_has_none_until_then() -> None:
    world = World(WHOLE + "first_response: typed\n").ticket("Mon 09:00", priority="p1")
    assert told(world.types("Mon 10:30", status="open")).first_response is None


def test_what_people_tell_is_an_update_and_what_rules_write_is_none() -> None:
    world = World(WHOLE, ["when priority = p3 then set notes = seen"]).ticket("Mon 09:00", priority="p3")
    world.run("Mon 10:00")
    assert told(world).updates == ()
    assert told(world.types("Mon 11:00", notes="called")).updates == (moment("Mon 11:00"),)


COLUMNS: dict[str, list[str | None]] = {
    "status": ["new", "open", "pending", "resolved", "closed", "cancelled"],
    "priority": [None, "p1", "p2", "p3"],
    "notes": ["a", "b"],
}
HOURS = st.integers(0, 60)


@st.composite
def lives(draw: st.DrawFn) -> World:
    """One ticket with changes, told at their moments; typed times among them."""
    world = World(WHOLE).ticket("Mon 08:00", priority="p3")
    start = moment("Mon 08:00")
    for hour in sorted(draw(st.lists(HOURS, max_size=7, unique=True))):
        column = draw(st.sampled_from(list(COLUMNS)))
        value = draw(st.sampled_from(COLUMNS[column]))
        at = start + timedelta(hours=hour)
        before = world.cell(column)
        world.entries.append(
            Entry(
                "tickets",
                "T-01",
                "changed",
                column,
                before,
                value,
                world.read_at,
                at,
                "sheet:main",
                "sync",
                f"{hour}",
            )
        )
        world.read_at = at
    return world


@settings(max_examples=30, phases=PHASES)
@given(lives(), HOURS)
def test_what_is_told_up_to_a_moment_stands_as_it_stood_then(world: World, hour: int) -> None:
    now = moment("Mon 08:00") + timedelta(hours=hour)
    desk, times = world.desk, times_of(world.text)
    known = [entry for entry in world.entries if entry.seen_to <= now]
    (then,) = tell_histories(desk, world.table.frame, known, now)
    (whole,) = tell_histories(desk, world.table.frame, world.entries, moment("Fri 18:00"))
    ends = [standings([one], desk.sla, times, now) for one in (then, whole.until(now))]
    pd.testing.assert_frame_equal(ends[0], ends[1])


@settings(max_examples=20, phases=PHASES)
@given(lives())
def test_moments_of_a_history_never_run_back(world: World) -> None:
    found = told(world)
    both: list[Any] = [found.statuses, found.policies]
    for changes in both:
        moments = [change.at for change in changes]
        assert moments == sorted(moments)


def test_no_tickets_have_no_histories() -> None:
    world = World(WHOLE)
    assert tell_histories(world.desk, world.table.frame, [], moment("Mon 09:00")) == []
    assert columns_told(desk_of(PLAIN)) >= {"status", "created"}
