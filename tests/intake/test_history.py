"""A log with one row a change becomes tickets and the journal of how they came to be as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.desk.desk import ImportMapping
from sheetdesk.errors import HistoryUnmatched
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.plan import ImportPlan
from sheetdesk.table.change import apply
from sheetdesk.table.table import empty_table

from . import ENGLISH, added, desk_of, notes, plan_of, reasons

LOG = """
Ticket ID,Updated,Subject,Status,Owner,Created
7,2026-03-01 09:00,printer,New,,2026-03-01 08:55
8,2026-03-01 10:00,screen,Open,Bob,2026-03-01 10:00
7,2026-03-01 11:00,printer,Open,Ann,2026-03-01 08:55
7,2026-03-02 09:00,printer,Resolved,Ann,2026-03-01 08:55
7,2026-03-03 09:00,printer,Closed,?,2026-03-01 08:55
"""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def entries(plan: ImportPlan) -> list[tuple[str, str, Any, Any, datetime]]:
    return [
        (entry.row, entry.column, entry.before, entry.after, entry.seen_to)
        for entry in plan.entries
        if entry.kind == "changed"
    ]


def replayed(plan: ImportPlan) -> dict[str, dict[str, Any]]:
    """The tickets that the entries come to."""
    state: dict[str, dict[str, Any]] = {}
    for entry in plan.entries:
        if entry.kind == "added":
            assert entry.row not in state
            state[entry.row] = dict(entry.after)
        else:
            assert state[entry.row].get(entry.column) == entry.before
            state[entry.row][entry.column] = entry.after
    return {
        row: {k: v for k, v in cells.items() if v is not None and k != "updated"}
        for row, cells in state.items()
    }


def test_the_first_event_adds_and_each_later_one_is_an_entry_a_changed_cell() -> None:
    plan = plan_of(LOG, history=True)
    assert entries(plan) == [
        ("7", "status", "new", "open", at(1, 11)),
        ("7", "owner", None, "Ann", at(1, 11)),
        ("7", "first_response", None, plan.changes.added.at["7", "first_response"], at(1, 11)),  # type: ignore[union-attr]
        ("7", "status", "open", "resolved", at(2, 9)),
        ("7", "resolved", None, plan.changes.added.at["7", "resolved"], at(2, 9)),  # type: ignore[union-attr]
        ("7", "status", "resolved", "closed", at(3, 9)),
        ("7", "owner", "Ann", None, at(3, 9)),
        ("7", "closed", None, plan.changes.added.at["7", "closed"], at(3, 9)),  # type: ignore[union-attr]
    ]
    came = [entry for entry in plan.entries if entry.kind == "added"]
    assert [(e.row, e.seen_from, e.seen_to) for e in came] == [
        ("7", at(1, 8, 55), at(1, 9)),
        ("8", at(1, 10), at(1, 10)),
    ]
    assert {(e.by, e.why) for e in plan.entries} == {("import:tickets.csv", "import")}


def test_the_table_ends_in_the_last_state_and_the_entries_lead_there() -> None:
    plan = plan_of(LOG, history=True)
    tickets = added(plan)
    assert tickets["7"]["status"] == "closed"
    assert "owner" not in tickets["7"]
    assert str(tickets["7"]["first_response"]) == "2026-03-01 11:00:00+00:00"
    assert str(tickets["7"]["resolved"]) == "2026-03-02 09:00:00+00:00"
    whole = {row: {k: v for k, v in cells.items() if k != "updated"} for row, cells in tickets.items()}
    assert replayed(plan) == whole
    assert (plan.counts.read, plan.counts.added) == (5, 2)


def test_each_entry_is_bounded_by_the_event_before() -> None:
    plan = plan_of(LOG, history=True)
    closing = next(e for e in plan.entries if e.after == "closed")
    assert (closing.seen_from, closing.seen_to) == (at(2, 9), at(3, 9))


def test_ties_keep_the_files_order_and_late_rows_find_their_place() -> None:
    plan = plan_of(
        """
        Ticket ID,Updated,Subject,Status
        1,2026-03-02,a,Resolved
        1,2026-03-01,a,New
        1,2026-03-01,a,Open
        """,
        history=True,
    )
    assert [(before, after) for _, column, before, after, _ in entries(plan) if column == "status"] == [
        ("new", "open"),
        ("open", "resolved"),
    ]


def test_the_same_log_again_doubles_nothing() -> None:
    first = plan_of(LOG, history=True)
    again = plan_of(LOG, history=True, before=first)
    assert not again.changes
    assert not again.entries
    assert again.counts.unchanged == 2


def test_a_longer_log_adds_only_what_is_newer() -> None:
    first = plan_of(LOG, history=True)
    longer = (
        LOG + "8,2026-03-04 09:00,screen,Resolved,Bob,2026-03-01 10:00\n9,2026-03-05,mouse,New,,2026-03-05\n"
    )
    again = plan_of(longer, history=True, before=first)
    assert [(row, column, after) for row, column, _, after, _ in entries(again) if column == "status"] == [
        ("8", "status", "resolved")
    ]
    assert list(added(again)) == ["9"]
    cells = {(cell.row, cell.column) for cell in again.changes.cells}
    assert cells == {("8", "status"), ("8", "resolved"), ("8", "updated")}


def test_a_log_that_begins_later_is_held_against_the_ticket_itself() -> None:
    first = plan_of(LOG, history=True)
    rest = "Ticket ID,Updated,Subject,Status,Owner\n8,2026-03-04,screen,Open,Cy"
    again = plan_of(rest, history=True, before=first)
    assert [(column, before, after) for _, column, before, after, _ in entries(again)] == [
        ("owner", "Bob", "Cy")
    ]


def test_what_people_changed_stays_unless_the_log_changes_it_later() -> None:
    desk = desk_of()
    first = plan_of(LOG, desk, history=True)
    tickets = apply(empty_table(desk.tickets), first.changes)
    frame = tickets.frame.copy()
    frame.loc["8", "owner"] = "Zoe"
    longer = LOG + "8,2026-03-04 09:00,screen,Resolved,Bob,2026-03-01 10:00\n"
    again = plan_of(longer, desk, type(tickets)(tickets.spec, frame), first, history=True)
    assert ("8", "owner") not in {(cell.row, cell.column) for cell in again.changes.cells}


def test_a_log_that_only_fills_what_changed_keeps_the_rest() -> None:
    plan = plan_of(
        """
        Ticket ID,Updated,Subject,Status,Owner,Priority
        1,2026-03-01,a,New,Ann,High
        1,2026-03-02,,Open,,
        1,2026-03-03,,,Bob,
        1,2026-03-04,,Resolved,,
        """,
        history=True,
    )
    ticket = added(plan)["1"]
    assert (ticket["title"], ticket["status"], ticket["owner"], ticket["priority"]) == (
        "a",
        "resolved",
        "Bob",
        "p2",
    )
    assert "keeps the value" in notes(plan)


def test_times_of_the_future_wait_for_their_event() -> None:
    plan = plan_of(
        """
        Ticket ID,Updated,Subject,Status,Resolved
        1,2026-03-01,a,New,2026-03-03
        1,2026-03-02,a,Open,2026-03-03
        1,2026-03-04,a,Resolved,2026-03-03
        """,
        history=True,
    )
    assert "resolved" not in plan.entries[0].after
    assert [at for _, column, _, _, at in entries(plan) if column == "resolved"] == [
        datetime(2026, 3, 4, tzinfo=UTC)
    ]


def test_a_reopened_ticket_is_not_resolved() -> None:
    plan = plan_of(
        """
        Ticket ID,Updated,Subject,Status
        1,2026-03-01,a,New
        1,2026-03-02,a,Resolved
        1,2026-03-03,a,Open
        2,2026-03-01,b,New
        2,2026-03-02,b,Resolved
        2,2026-03-03,b,Open
        2,2026-03-04,b,Resolved
        2,2026-03-05,b,Closed
        """,
        history=True,
    )
    tickets = added(plan)
    assert "resolved" not in tickets["1"]
    assert str(tickets["2"]["resolved"])[:10] == "2026-03-04"
    assert str(tickets["2"]["closed"])[:10] == "2026-03-05"
    assert str(tickets["1"]["first_response"])[:10] == "2026-03-02"


def test_first_response_is_left_alone_where_the_desk_types_it() -> None:
    plan = plan_of(LOG, desk_of(ENGLISH + "first_response: typed\n"), history=True)
    assert "first_response" not in added(plan)["7"]


def test_events_without_id_or_time_are_set_aside() -> None:
    plan = plan_of(
        "Ticket ID,Updated,Subject\n1,2026-03-01,a\n,2026-03-01,b\n3,,c\n4,2026-03-02,d", history=True
    )
    assert reasons(plan) == [(3, "id", ""), (4, "updated", "")]
    assert plan.counts.added == 2


@pytest.mark.parametrize(
    ("text", "key"), [("Subject,Updated\na,2026-03-01", "id"), ("Ticket ID,Subject\n1,a", "updated")]
)
def test_a_log_needs_an_id_and_a_time(text: str, key: str) -> None:
    with pytest.raises(HistoryUnmatched, match=f"={key}'"):
        plan_of(text, history=True)


def test_the_mapping_may_name_the_time_of_events() -> None:
    mapping = ImportMapping("x", event_time="Logged on")
    text = "Ticket ID,Logged on,Updated,Subject,Status\n1,02/03/2026,2026-01-01,a,Open\n"
    text += "1,13/02/2026,2026-01-02,a,New"
    plan = plan_of(text, mapping=mapping, history=True)
    assert added(plan)["1"]["status"] == "open"
    assert plan.entries[0].seen_to == datetime(2026, 2, 13, tzinfo=UTC)


def test_a_desk_without_a_column_for_the_last_change_can_take_a_log() -> None:
    desk = desk_of(ENGLISH.replace("  - updated\n", ""))
    assert replayed(plan_of(LOG, desk, history=True)).keys() == {"7", "8"}


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "3"]),
            st.integers(1, 9),
            st.sampled_from(["New", "Open", "Resolved", "Closed"]),
            st.sampled_from(["Ann", "Bob", ""]),
            st.sampled_from(["Low", "High", ""]),
        ),
        min_size=1,
        max_size=14,
    ),
    st.integers(0, 14),
)
def test_entries_always_lead_to_the_table_in_one_go_or_in_two(
    events: list[tuple[str, int, str, str, str]], cut: int
) -> None:
    events = sorted(events, key=lambda event: event[1])
    head = ["Ticket ID", "Updated", "Subject", "Status", "Owner", "Priority"]
    rows = [[t, f"2026-03-{day:02}", "a", status, owner, level] for t, day, status, owner, level in events]
    desk = desk_of()
    plan = plan_of(RawGrid("log", [head, *rows]), desk, history=True)
    tickets = {row: {k: v for k, v in cells.items() if k != "updated"} for row, cells in added(plan).items()}
    assert replayed(plan) == tickets
    assert [entry.seen_to for entry in plan.entries] == sorted(entry.seen_to for entry in plan.entries)
    again = plan_of(RawGrid("log", [head, *rows]), desk, history=True, before=plan)
    assert not again.changes
    assert not again.entries
