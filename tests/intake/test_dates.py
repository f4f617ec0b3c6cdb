"""Day first or month first is decided on evidence, and said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.intake.dates import clean_moment, decide_orders, gather

from . import added, notes, plan_of, reasons


def created(text: str, **options: Any) -> list[str]:
    return [str(ticket["created"])[:10] for ticket in added(plan_of(text, **options)).values()]


def test_a_value_above_twelve_settles_the_whole_column() -> None:
    text = "Title,Created\na,03/04/2026\nb,13/04/2026\nc,05/04/2026"
    assert created(text) == ["2026-04-03", "2026-04-13", "2026-04-05"]
    assert "dates read day first: 33 % of the values cannot be read the other way" in notes(plan_of(text))


def test_month_first_is_found_alike() -> None:
    assert created("Title,Created\na,03/04/2026\nb,04/13/2026 1:05 PM") == ["2026-03-04", "2026-04-13"]


def test_evidence_beats_what_was_asked() -> None:
    assert created("Title,Created\na,03/04/2026\nb,04/13/2026", day_first=True) == [
        "2026-03-04",
        "2026-04-13",
    ]


def test_another_column_of_the_file_bears_witness() -> None:
    text = "Title,Created,Printed\na,03/04/2026,04/13/2026\nb,05/06/2026,04/13/2026"
    assert created(text) == ["2026-03-04", "2026-05-06"]
    assert "as the file's other columns prove" in notes(plan_of(text))


def test_a_column_with_another_sign_is_no_witness() -> None:
    assert plan_of("Title,Created,Printed\na,03/04/2026,13-04-2026").counts.aside == 1


def test_the_order_of_a_tickets_times_settles_what_else_is_open() -> None:
    text = "Title,Created,Resolved\n" + "\n".join(f"t{n},0{n}/05/2026,0{n}/06/2026" for n in range(1, 9))
    assert "say which with `--day-first`" in notes(plan_of(text))
    backwards = "Title,Created,Resolved\n"
    backwards += "\n".join(f"t{n},09/0{n}/2026,02/0{n + 1}/2026" for n in range(1, 8))
    assert created(backwards)[0] == "2026-01-09"
    assert "puts answers before questions" in notes(plan_of(backwards))


def test_what_nobody_can_tell_is_a_problem_and_says_how_to_ask() -> None:
    plan = plan_of("Title,Created\na,03/04/2026\nb,04/04/2026")
    assert [ticket["title"] for ticket in added(plan).values()] == ["b"]
    assert reasons(plan) == [(2, "created", "03/04/2026")]
    assert "say which with `--day-first`" in notes(plan)


@pytest.mark.parametrize(("day_first", "day"), [(True, "2026-04-03"), (False, "2026-03-04")])
def test_what_was_asked_holds_where_there_is_no_evidence(day_first: bool, day: str) -> None:
    assert created("Title,Created\na,03/04/2026", day_first=day_first) == [day]


def test_a_column_that_contradicts_itself_keeps_its_open_dates_open() -> None:
    plan = plan_of("Title,Created\na,13/04/2026\nb,04/13/2026\nc,03/04/2026")
    assert [row.number for row in plan.aside] == [4]
    assert "1 dates can only be day first and 1 only month first" in notes(plan)


def test_day_numbers_and_unix_times_are_moments() -> None:
    assert created("Title,Created\na,46085.5\nb,1772582400\nc,1772582400000") == ["2026-03-04"] * 3


@given(st.text(max_size=25) | st.integers() | st.floats() | st.booleans() | st.none())
def test_no_cell_breaks_the_search_for_dates(cell: str | float | bool | None) -> None:
    gather([(clean_moment(cell), 1)])


@given(st.lists(st.dates().map(lambda day: f"{day:%d/%m/%Y}"), min_size=1, max_size=30))
def test_a_proved_order_is_the_written_one(days: list[str]) -> None:
    order = decide_orders({"created": gather((day, 1) for day in days)}, {"created": days}, None)["created"]
    if order.source == "column":
        assert order.day_first is True
