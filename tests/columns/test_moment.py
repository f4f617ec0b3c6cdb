"""Dates and times as people write them, in the zone of their desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import EARLIEST, LATEST, parse_moment
from tests.columns import column_of, kind, read, series, setting, value, values

DAY = datetime(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31", "2026/3/31", "2026.03.31", "2026年3月31日", "2026年03月31", "20260331", "31/03/2026",
        "03/31/2026", "31.3.2026", "31-3-2026", "31 Mar 2026", "31-Mar-2026", "31 March 2026",
        "March 31, 2026",
        "Mar 31 2026", "Mar. 31, 2026", "31 mar. 2026", "2026-03-31 00:00", "2026-03-31T00:00:00",
        "2026-03-30 24:00",
        "2026-03-31 12:00 AM", "2026年3月31日 凌晨12点", "2026年3月30日 晚上12点", "2026-03-31 00:00:00.000",
    ],
)  # fmt: skip
@pytest.mark.parametrize("day_first", [None, True, False])
def test_a_day_is_read_however_it_is_written(text: str, day_first: bool | None) -> None:
    assert parse_moment(text, day_first) == DAY


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.parametrize(("number", "name"), tuple(enumerate(MONTHS, 1)))
def test_every_month_has_its_name(number: int, name: str) -> None:
    assert parse_moment(f"1 {name} 2026", None) == datetime(2026, number, 1)


@pytest.mark.parametrize("text", ["1 September 2026", "Sept 1, 2026", "Septem 1, 2026"])
def test_a_long_month_may_be_cut_short(text: str) -> None:
    assert parse_moment(text, None) == datetime(2026, 9, 1)


@pytest.mark.parametrize("text", ["Marble 31, 2026", "31 Maybe 2026", "3 Decoy 2026", "Foo 3 2026"])
def test_a_word_that_only_begins_like_a_month_is_none(text: str) -> None:
    assert parse_moment(text, None) is None


@pytest.mark.parametrize(
    ("clock", "hour", "minute", "second"),
    [
        ("14:30", 14, 30, 0), ("9:05", 9, 5, 0), ("14:30:59", 14, 30, 59), ("2:30 pm", 14, 30, 0),
        ("2:30PM", 14, 30, 0), ("2:30 p.m.", 14, 30, 0), ("12:15 am", 0, 15, 0), ("12:15 pm", 12, 15, 0),
        ("上午9点", 9, 0, 0), ("下午3点", 15, 0, 0), ("下午3:30", 15, 30, 0), ("下午3点05分", 15, 5, 0),
        ("14时30分59秒", 14, 30, 59), ("14时30分", 14, 30, 0), ("下午15:30", 15, 30, 0),
        ("下午12:30", 12, 30, 0),
        ("中午12点", 12, 0, 0), ("中午1点", 13, 0, 0), ("中午11点", 11, 0, 0), ("凌晨2点", 2, 0, 0),
        ("凌晨12:30", 0, 30, 0), ("晚上8点", 20, 0, 0), ("晚上20点", 20, 0, 0), ("上午 10:00", 10, 0, 0),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_in_both_languages(clock: str, hour: int, minute: int, second: int) -> None:
    at = datetime(2026, 3, 31, hour, minute, second)
    assert parse_moment(f"2026-03-31 {clock}", None) == at
    assert parse_moment(f"2026年3月31日{clock}", None) == at


@pytest.mark.parametrize(
    "clock",
    ["25:00", "14:60", "14:30:61", "24:30", "0:30 am", "13:30 pm", "14:305", "1430", "half past", "上午12点",
    "上午13点",
     "凌晨13点", "中午9点", "中午15点", "晚上1点", "晚上0点", "下午0点", "10:00+99:99", "10:00 CEST", "#"],
)  # fmt: skip
def test_a_time_that_is_none_or_can_mean_two_is_not_guessed(clock: str) -> None:
    assert parse_moment(f"2026-03-31 {clock}", None) is None


def test_fractions_of_a_second_are_kept_to_the_microsecond() -> None:
    assert parse_moment("2026-03-31 01:02:03.1234567", None) == datetime(2026, 3, 31, 1, 2, 3, 123456)
    assert parse_moment("2026-03-31 01:02:03,5", None) == datetime(2026, 3, 31, 1, 2, 3, 500_000)


@pytest.mark.parametrize(
    ("offset", "hours"),
    [("Z", 0), ("+00:00", 0), ("+08:00", 8), ("+0800", 8), ("-05:00", -5), (" +05:30", 5.5)],
)
def test_a_written_offset_counts(offset: str, hours: float) -> None:
    found = parse_moment(f"2026-03-31T14:30:00{offset}", None)
    assert found == datetime(2026, 3, 31, 14, 30, tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(("day_first", "month", "day"), [(True, 4, 3), (False, 3, 4)])
def test_which_comes_first_is_the_setting_s_to_say(day_first: bool, month: int, day: int) -> None:
    assert parse_moment("03/04/2026", day_first) == datetime(2026, month, day)


def test_a_date_that_reads_two_ways_is_a_problem_that_asks_which() -> None:
    (problem,) = read("moment", ["03/04/2026 10:00"]).problems
    assert problem.expected.startswith("a date that can be read one way only")
    assert value("moment", "04/04/2026 10:00", setting(zone="UTC")) == datetime(2026, 4, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["31/02/2026", "13/13/2026", "2026-02-30", "2026-13-01", "2025-02-29", "0000-01-01", "soon"]
)
@pytest.mark.parametrize("day_first", [None, True, False])
def test_an_impossible_date_is_a_problem_in_any_order(text: str, day_first: bool | None) -> None:
    (problem,) = read("moment", [text], setting(day_first=day_first)).problems
    assert (problem.raw, problem.expected) == (text, "a date and time such as 2026-03-31 14:30")


def test_wall_time_is_that_of_the_desk_s_zone() -> None:
    assert value("moment", "2026-03-31 14:30", setting(zone="Asia/Shanghai")) == datetime(
        2026, 3, 31, 6, 30, tzinfo=UTC
    )
    assert value("moment", datetime(2026, 7, 1, 12), setting(zone="Europe/London")) == datetime(
        2026, 7, 1, 11, tzinfo=UTC
    )


def test_an_offset_wins_over_the_zone() -> None:
    assert value("moment", "2026-03-31 14:30Z", setting(zone="Asia/Shanghai")) == datetime(
        2026, 3, 31, 14, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("cell", "at"),
    [(46112, DAY), (46112.5, datetime(2026, 3, 31, 12)), (46112.604166666664, datetime(2026, 3, 31, 14, 30))],
)
def test_a_day_number_whose_cell_lost_its_format_is_still_a_date(cell: float, at: datetime) -> None:
    assert value("moment", cell, setting(zone="UTC")) == at.replace(tzinfo=UTC)


@pytest.mark.parametrize("cell", [0, 5, 19_999, 2_958_466, True, float("inf"), 10**400])
def test_any_other_number_is_no_date(cell: Cell) -> None:
    assert value("moment", cell) is None


def test_the_hour_that_dst_skips_moves_forward() -> None:
    assert value("moment", "2026-03-29 01:30", setting(zone="Europe/London")) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )


def test_the_hour_that_dst_doubles_is_the_first_of_the_two() -> None:
    at = setting(zone="Europe/London")
    assert value("moment", "2026-10-25 01:30", at) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert value("moment", "2026-10-25 01:30+00:00", at) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell", ["1900-02-28", "1850-01-01", "0001-01-01 00:00+14:00", "9999-12-31 23:59-12:00"]
)
def test_a_time_that_no_spreadsheet_shows_right_is_a_problem(cell: str) -> None:
    (problem,) = read("moment", [cell]).problems
    assert problem.raw == cell


@pytest.mark.parametrize("at", [EARLIEST, LATEST])
def test_the_first_and_the_last_time_are_read_and_shown(at: datetime) -> None:
    zone = setting(zone="UTC")
    found = read("moment", [at], zone)
    assert found.problems == []
    assert list(kind("moment").show(found.values, column_of("moment"), zone)) == [at]


def test_shown_moments_are_a_sequence_like_any_other() -> None:
    shown: Any = kind("moment").show(
        series("moment", [DAY.replace(tzinfo=UTC), None]), column_of("moment"), setting(zone="UTC")
    )
    assert (len(shown), shown[0], shown[1]) == (2, DAY, None)
    assert list(shown[:1]) == [DAY]
    assert shown == [DAY, None]
    assert shown != [DAY]
    assert shown != 5


def test_positions_are_those_of_the_cells() -> None:
    reading = read("moment", ["2026-03-31", None, "soon", 46112, "later"])
    assert [problem.row for problem in reading.problems] == [2, 4]
    assert [found is None for found in values(reading)] == [False, True, True, False, True]


def test_an_evening_after_which_utc_has_no_year_is_told_and_kept() -> None:
    column = column_of("moment")
    west = setting(zone="America/New_York")
    cells: list[Cell] = [datetime(9999, 12, 31, 23, 59, 59), datetime(9999, 12, 31, 12)]
    reading = kind("moment").read(cells, column, west)
    assert [problem.row for problem in reading.problems] == [0]
    assert reading.values.isna().tolist() == [True, False]
