"""Worked-out columns, against the same sums done ticket by ticket in plain Python."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
from hypothesis import given, settings

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.table.derive import derive
from sheetdesk.table.table import Table, empty_table, table_of
from tests.table import DESK, NOW, TICKETS, moment, tables, tickets


def wall(value: Any) -> datetime | None:
    """The clock on the wall in the desk's zone, to the microsecond."""
    if value is pd.NaT:
        return None
    local: datetime = value.to_pydatetime().astimezone(DESK.zone).replace(tzinfo=None)
    return local


def hours(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else (end - start).total_seconds() / 3600


def by_hand(row: Any) -> dict[str, Any]:
    created, due, resolved = wall(row.created), row.due, row.resolved
    is_open = row.status in ("new", "open", "pending", "on_hold")
    if resolved is not pd.NaT:
        late = due is not pd.NaT and resolved > due
    else:
        late = due is not pd.NaT and pd.Timestamp(NOW) > due and is_open
    ranks = {"high": 0, "medium": 1, "low": 2}
    both = [ranks.get(word) for word in (row.impact, row.urgency)]
    # As the small desk's matrix says: each step down the two scales is one lower, but for the middle.
    priorities = {0: "p1", 1: "p2", 2: "p3", 3: "p3", 4: "p4"}
    age = hours(created, NOW.astimezone(DESK.zone).replace(tzinfo=None))
    return {
        "month": None if created is None else f"{created:%Y-%m}",
        "hours": hours(created, wall(resolved)),
        "overdue": float(late),
        "is_open": float(is_open),
        "age": None if age is None else age / 24,
        "priority": None if None in both else priorities[sum(filter(None, both))],
    }


def plain(value: Any) -> Any:
    missing = value is None or value != value
    return None if missing else round(value, 4) if isinstance(value, float) else value


@settings(max_examples=40, deadline=None)
@given(tables())
def test_worked_out_columns_equal_the_sums_by_hand(table: Table) -> None:
    frame = derive(DESK, table, NOW)
    rows = list(table.frame.itertuples())
    for place, row in enumerate(rows):
        found = {key: plain(frame[key].iloc[place]) for key in by_hand(row)}
        assert found == {key: plain(value) for key, value in by_hand(row).items()}


def test_hours_over_the_night_that_loses_one_are_those_of_the_clock_on_the_wall() -> None:
    table = tickets(T_001={"created": "2026-03-29 00:00", "resolved": "2026-03-29 02:00"})
    assert derive(DESK, table, NOW).at["T-001", "hours"] == 3.0


def test_a_month_is_that_of_the_desks_zone() -> None:
    table = tickets(T_001={"created": "2026-06-30 23:30"})
    assert derive(DESK, table, NOW).at["T-001", "month"] == "2026-07"


def test_a_cancelled_ticket_is_never_late_and_a_late_finished_one_stays_late() -> None:
    past = {"due": "2026-01-01"}
    table = tickets(
        T_001={**past, "status": "cancelled"},
        T_002={**past, "status": "closed", "resolved": "2026-01-02"},
        T_003={**past, "status": "open"},
    )
    assert derive(DESK, table, NOW)["overdue"].tolist() == [0.0, 1.0, 1.0]


def test_columns_come_in_the_desks_order_and_the_table_stays_as_it_was() -> None:
    table = tickets(T_001={})
    assert list(derive(DESK, table, NOW)) == [c.key for c in TICKETS.columns if c.key != "id"]
    assert "month" not in table.frame


def test_no_tickets_give_no_values() -> None:
    assert len(derive(DESK, empty_table(TICKETS), NOW)) == 0


def test_a_desk_without_a_matrix_gives_no_priorities() -> None:
    desk: Desk = parse_desk("name: M\ncolumns: [status, impact, urgency, {key: due}, {key: resolved}]")
    table = table_of(desk.tickets, {"status": ["new"], "due": [moment("2026-01-01")]}, ["T-00001"])
    frame = derive(desk, table, datetime(2026, 1, 2, tzinfo=UTC))
    assert frame["overdue"].tolist() == [1.0]
