"""What a day is and why: own days beat the country's, and what nobody has announced yet is not guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.days import Day, day_of, holiday_name, is_uncertain
from tests.clock import LONDON, at, calendar, hours

USUAL = hours("09:00-12:00", "13:30-18:00")


def china(**more: Any) -> Any:
    return calendar("09:00-12:00", "13:30-18:00", country="CN", **more)


OWN = {
    "partial": {date(2026, 2, 17): hours("10:00-11:00"), date(2026, 3, 2): ()},
    "closed": frozenset({date(2026, 2, 17), date(2026, 2, 14), date(2026, 3, 3)}),
    "extra": frozenset({date(2026, 2, 17), date(2026, 2, 18), date(2026, 3, 3), date(2026, 3, 7)}),
}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 13), (USUAL, "week")),
        (date(2026, 2, 17), (hours("10:00-11:00"), "partial")),  # a holiday, closed, extra and partial
        (date(2026, 3, 2), ((), "partial")),
        (date(2026, 2, 14), ((), "closed")),  # a make-up day
        (date(2026, 3, 3), ((), "closed")),  # extra as well
        (date(2026, 2, 18), (USUAL, "extra")),  # a holiday
        (date(2026, 3, 7), (USUAL, "extra")),  # a Saturday
        (date(2026, 2, 28), (USUAL, "make-up")),
        (date(2026, 2, 19), ((), "holiday")),
        (date(2026, 3, 1), ((), "day off")),
    ],
)
def test_own_days_beat_official_ones_and_these_the_week(day: date, expected: tuple[Any, Any]) -> None:
    assert day_of(china(**OWN), day) == Day(day, *expected)
    assert WorkingTime(china(**OWN)).day(day) == Day(day, *expected)


def test_a_make_up_day_with_hours_of_its_own_keeps_them() -> None:
    six_days = china()
    week = (*six_days.week[:5], hours("09:00-12:00"), ())
    made = type(six_days)("c", six_days.zone, week, "CN")
    assert day_of(made, date(2026, 2, 28)).hours == hours("09:00-12:00")
    assert day_of(made, date(2026, 1, 4)).hours == USUAL


def test_2026_has_the_working_days_of_the_official_notice() -> None:
    days = [day_of(china(), day.date()) for day in pd.date_range("2026-01-01", "2026-12-31")]
    assert sum(bool(day.hours) for day in days) == 248
    assert {day.date.isoformat()[5:] for day in days if day.why == "make-up"} == {
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10",
    }  # fmt: skip


def test_a_holiday_has_a_name_in_the_language_asked_for_or_else_its_own() -> None:
    england = calendar("09:00-17:00", zone=LONDON, country="GB", subdivision="ENG")
    assert holiday_name(china(), date(2026, 10, 1), "en") == "National Day"
    assert holiday_name(china(), date(2026, 10, 1), "zh") == "国庆节"
    assert holiday_name(england, date(2026, 12, 25), "zh") == "Christmas Day"
    assert holiday_name(england, date(2026, 12, 24), "en") == ""
    assert holiday_name(calendar("09:00-17:00"), date(2026, 12, 25), "en") == ""


def test_a_substitute_day_may_stand_in_the_year_before() -> None:
    america = calendar("09:00-17:00", country="US")
    assert day_of(america, date(2027, 12, 31)).why == "holiday"


@pytest.mark.parametrize(
    ("country", "year", "uncertain"),
    [("CN", 2026, False), ("CN", 2040, True), ("CN", 1999, False), ("", 2040, False), ("", 2150, False),
     ("GB", 2040, False), ("GB", 2150, True), ("CN", 1940, True), ("TW", 2040, True), ("TW", 2026, False), ("BG", 2040, False)],
)  # fmt: skip
def test_a_year_is_uncertain_where_its_days_are_still_to_be_announced(
    country: str, year: int, *, uncertain: bool
) -> None:
    assert is_uncertain(calendar("09:00-17:00", country=country), year) is uncertain


def test_a_settled_year_is_certain() -> None:
    assert not is_uncertain(china(settled=frozenset({2040})), 2040)
    assert WorkingTime(china(settled=frozenset({2041}))).uncertain_years(2039, 2042) == (2039, 2040, 2042)


@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [
        ("2038-12-01 09:00", "2038-12-24 18:00", True),
        ("2039-01-01 09:00", "2039-06-01 18:00", False),
        ("2039-12-01 09:00", "2039-12-25 00:00", False),
        ("2039-12-01 09:00", "2039-12-25 00:01", True),  # New Year's make-up day may fall here
        ("2039-12-31 09:00", "2040-06-01 18:00", True),
        ("2041-06-01 09:00", "2041-06-02 18:00", False),
        ("2041-06-02 09:00", "2041-06-01 18:00", False),  # nothing lies between
        ("2037-06-01 09:00", "2041-06-01 18:00", True),
    ],
)
def test_what_reaches_into_an_uncertain_year_is_provisional(
    start: str, due: str, *, provisional: bool
) -> None:
    made = WorkingTime(china(settled=frozenset({2039, 2041, 2042})))
    assert made.provisional(at(start), at(due)) is provisional


def test_a_column_says_row_by_row_what_is_provisional() -> None:
    made = WorkingTime(china())
    start = pd.Series([at("2026-03-09 10:00"), at("2026-03-09 10:00"), None], dtype="datetime64[us, UTC]")
    due = pd.Series([at("2026-03-10 10:00"), at("2041-03-09 10:00"), at("2041-03-09 10:00")])
    assert made.provisional(start, due).tolist() == [False, True, False]
