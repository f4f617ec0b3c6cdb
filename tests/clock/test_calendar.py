"""Business time: known answers, the edges of the rules, and columns of every kind."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from sheetdesk.clock.calendar import FIRST_YEAR, LAST_YEAR, WorkingTime
from sheetdesk.desk.desk import Calendar
from sheetdesk.errors import CountryUnknown
from tests.clock import LONDON, SHANGHAI, at, calendar, hours
from tests.conftest import shared_folder

LUNCH = ("09:00-12:00", "13:30-18:00")
CHINA = WorkingTime(calendar(*LUNCH, country="CN"))
PLAIN = WorkingTime(calendar(*LUNCH))
NIGHT = WorkingTime(calendar("22:00-06:00", days=7, zone=LONDON))
GOLDEN = json.loads((Path(__file__).parent / "golden_business_hours_cn2026.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", [v for v in GOLDEN if "target_min" in v], ids=lambda v: v["case"])
def test_known_due_times_around_the_make_up_days_of_2026(vector: dict[str, Any]) -> None:
    minutes = vector["target_min"] + vector.get("paused_business_min", 0)
    assert CHINA.due(at(vector["start"]), minutes) == at(vector["due_cn"])
    if "due_monfri_no_holidays" in vector:
        assert PLAIN.due(at(vector["start"]), minutes) == at(vector["due_monfri_no_holidays"])


@pytest.mark.parametrize("vector", [v for v in GOLDEN if "end" in v], ids=lambda v: v["start"])
def test_known_working_minutes_around_the_make_up_days_of_2026(vector: dict[str, Any]) -> None:
    assert CHINA.elapsed(at(vector["start"]), at(vector["end"])) == vector["cn"]
    assert PLAIN.elapsed(at(vector["start"]), at(vector["end"])) == vector["monfri"]


@pytest.mark.shared_data
def test_a_bank_counted_the_same_business_hours() -> None:
    path = shared_folder() / "data" / "tickets" / "bpi2014_business_hours_oracle.csv"
    if not path.exists():
        pytest.skip(f"the shared file {path} is not there")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["matches_calendar"] == "True"]
    feasts = frozenset({date(2013, 12, 25), date(2013, 12, 26), date(2014, 1, 1)})
    bank = WorkingTime(calendar("07:30-18:00", zone=ZoneInfo("Europe/Amsterdam"), closed=feasts))
    start, end = (
        pd.Series(pd.to_datetime([row[key] for row in rows])).dt.tz_localize("Europe/Amsterdam")
        for key in ("open_time", "resolved_time")
    )
    off = (bank.elapsed(start, end) / 60 - [float(row["handle_time_hours"]) for row in rows]).abs()
    assert len(rows) == 2661
    assert off.max() <= 0.02


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-06 17:00", 60, "2026-03-06 18:00"),  # used up exactly at closing on Friday
        ("2026-03-06 17:00", 61, "2026-03-09 09:01"),
        ("2026-03-06 18:00", 1, "2026-03-09 09:01"),  # closing is no opening minute
        ("2026-03-06 18:00", 0, "2026-03-09 09:00"),
        ("2026-03-07 11:00", 0, "2026-03-09 09:00"),  # nothing to do starts at the next opening
        ("2026-03-09 11:00", 0, "2026-03-09 11:00"),
        ("2026-03-09 11:00", 60, "2026-03-09 12:00"),
        ("2026-03-09 11:59:30", 0.75, "2026-03-09 13:30:15"),  # seconds count
        ("2028-02-28 09:00", 900, "2028-02-29 18:00"),  # a leap day is a day
        ("2026-12-31 17:00", 120, "2027-01-01 10:00"),  # no country, no holidays
        ("2150-06-01 09:00", 450, "2150-06-01 18:00"),
    ],
)
def test_a_due_time_lies_where_the_minutes_are_used_up(start: str, minutes: float, due: str) -> None:
    assert PLAIN.due(at(start), minutes) == at(due)


def test_time_that_runs_backwards_is_negative() -> None:
    assert PLAIN.elapsed(at("2026-03-09 10:00"), at("2026-03-06 17:00")) == -120


@pytest.mark.parametrize(
    ("day", "night"),
    [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-01", 8), ("2026-12-31", 8), ("2028-02-29", 8)],
)
def test_a_night_shift_has_the_hours_that_pass(day: str, night: int) -> None:
    noon = at(f"{day} 12:00", LONDON)
    assert NIGHT.elapsed(noon, noon.astimezone(UTC) + timedelta(hours=24)) == night * 60


def test_a_wall_time_shown_twice_is_the_first_and_a_skipped_one_the_moment_of_the_skip() -> None:
    early = WorkingTime(calendar("01:30-05:00", days=7, zone=LONDON))
    noon = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert early.due(noon, 0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert early.elapsed(noon, noon + timedelta(days=1)) == 270
    noon = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert early.due(noon, 0) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    gone = WorkingTime(calendar("01:00-02:00", days=7, zone=LONDON))
    assert gone.elapsed(noon, noon + timedelta(days=1)) == 0


def test_a_date_that_a_zone_left_out_has_no_hours() -> None:
    apia = WorkingTime(calendar("09:00-17:00", days=7, zone=ZoneInfo("Pacific/Apia")))
    noon = at("2011-12-29 12:00", apia.calendar.zone)
    assert apia.elapsed(noon, at("2011-12-31 12:00", apia.calendar.zone)) == 300 + 180
    assert apia.due(noon, 301) == at("2011-12-31 09:01", apia.calendar.zone)


def test_a_shift_is_worked_to_its_end_even_into_a_closed_day_and_hours_that_overlap_count_once() -> None:
    base = calendar("22:00-06:00", days=7)
    closed = WorkingTime(Calendar("n", SHANGHAI, base.week, closed=frozenset({date(2026, 3, 10)})))
    assert closed.elapsed(at("2026-03-10 00:00"), at("2026-03-11 00:00")) == 360
    both = WorkingTime(
        Calendar("n", SHANGHAI, base.week, partial={date(2026, 3, 10): hours("05:00-07:00", "08:00-09:00")})
    )
    assert both.elapsed(at("2026-03-10 00:00"), at("2026-03-11 00:00")) == 360 + 60 + 60
    new_year = WorkingTime(calendar("20:00-19:00", days=7))
    assert new_year.elapsed(at("2026-12-31 12:00"), at("2027-01-01 12:00")) == 23 * 60
    inner = WorkingTime(Calendar("n", SHANGHAI, base.week, partial={date(2026, 3, 10): hours("01:00-02:00")}))
    assert inner.elapsed(at("2026-03-10 00:00"), at("2026-03-11 00:00")) == 360


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-09 10:00", 0, "2026-03-09 18:00"),
        ("2026-03-09 10:00", 1, "2026-03-10 18:00"),
        ("2026-03-07 10:00", 1, "2026-03-10 18:00"),  # Saturday: the clock starts on Monday
        ("2026-03-06 18:00", 1, "2026-03-10 18:00"),  # closed already
        ("2026-02-13 10:00", 1, "2026-02-14 18:00"),  # the make-up Saturday
        ("2026-02-13 10:00", 2, "2026-02-24 18:00"),
    ],
)
def test_a_working_day_ends_with_its_last_closing(start: str, days: int, due: str) -> None:
    assert CHINA.due_days(at(start), days) == at(due)


def test_working_days_are_counted_over_many_years() -> None:
    assert WorkingTime(PLAIN.calendar).due_days(at("2026-02-13 10:00"), 5 * 520) == at("2036-02-01 18:00")
    assert WorkingTime(PLAIN.calendar).due(at("2026-02-13 18:00"), 450 * 5 * 520) == at("2036-02-01 18:00")


def test_a_working_day_of_a_night_shift_ends_on_the_next_morning() -> None:
    assert NIGHT.due_days(at("2026-06-01 23:00", LONDON), 1) == at("2026-06-03 06:00", LONDON)


def test_a_desk_closed_for_years_opens_again() -> None:
    mondays = frozenset(date(2025, 12, 29) + timedelta(days=7 * n) for n in range(300))
    made = WorkingTime(calendar("09:00-17:00", days=1, closed=mondays))
    assert made.due(at("2026-03-09 10:00"), 0) == at("2031-09-29 09:00")
    assert made.due_days(at("2026-03-09 10:00"), 0) == at("2031-09-29 17:00")
    assert made.elapsed(at("2026-03-09 10:00"), at("2029-03-09 10:00")) == 0


def test_a_week_without_hours_and_a_country_nobody_knows_are_refused() -> None:
    with pytest.raises(ValueError, match="'office' is never open"):
        WorkingTime(calendar("09:00-17:00", days=0))
    wrong: list[dict[str, Any]] = [{"country": "XX"}, {"country": "GB", "subdivision": "BY"}]
    for more in wrong:
        with pytest.raises(CountryUnknown, match=r"'office': no holidays are known for (XX|GB BY)\."):
            WorkingTime(calendar("09:00-17:00", **more))


def test_negative_amounts_and_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="minutes must not be negative"):
        PLAIN.due(at("2026-03-09 10:00"), -1)
    with pytest.raises(ValueError, match="days must not be negative"):
        PLAIN.due_days(at("2026-03-09 10:00"), -1)
    with pytest.raises(ValueError, match="a moment needs a time zone"):
        PLAIN.due(datetime(2026, 3, 9), 1)
    with pytest.raises(ValueError, match="a column of moments needs a time zone"):
        PLAIN.due(pd.Series([pd.Timestamp("2026-03-09")]), 1)


COLUMN = pd.Series([at("2026-03-09 10:00"), None, at("2026-03-07 10:00")], index=[7, 8, 9], name="created",
                   dtype="datetime64[us, UTC]")  # fmt: skip
DUE = [at("2026-03-09 11:00"), pd.NaT, at("2026-03-09 10:00")]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_column_keeps_its_rows_whatever_its_unit_and_zone(unit: str) -> None:
    given = COLUMN.dt.as_unit(unit).dt.tz_convert("America/New_York")
    due = PLAIN.due(given, 60)
    assert (due.index.tolist(), due.name, str(due.dtype)) == ([7, 8, 9], "created", "datetime64[us, UTC]")
    assert [None if pd.isna(d) else d for d in due] == [DUE[0], None, DUE[2]]
    elapsed = PLAIN.elapsed(given, due)
    assert elapsed.index.tolist() == [7, 8, 9]
    assert elapsed.fillna(-1).tolist() == [60, -1, 60]


def test_arrays_indexes_and_single_moments_are_answered_in_kind() -> None:
    array = COLUMN.dt.tz_convert(None).to_numpy()
    due = PLAIN.due(array, np.array([60, 60, 60]))
    assert due.dtype == np.dtype("datetime64[us]")
    assert PLAIN.elapsed(array, due)[[0, 2]].tolist() == [60, 60]
    index = pd.DatetimeIndex(COLUMN)
    assert isinstance(PLAIN.due(index, 60), pd.DatetimeIndex)
    assert isinstance(PLAIN.elapsed(index, at("2026-03-09 11:00")), np.ndarray)
    assert PLAIN.due(None, 60) is pd.NaT
    assert np.isnan(PLAIN.elapsed(None, at("2026-03-09 11:00")))
    assert PLAIN.elapsed(pd.NaT, pd.NaT) != 0
    assert PLAIN.due(at("2026-03-09 10:00"), float("nan")) is pd.NaT
    several = PLAIN.due(at("2026-03-09 10:00"), pd.Series([60, np.nan]))
    assert several.tolist() == [DUE[0], pd.NaT]
    spread = PLAIN.due(at("2026-03-09 10:00"), [60, 120])
    assert spread.tolist() == [datetime(2026, 3, 9, 3), datetime(2026, 3, 9, 4)]
    assert PLAIN.provisional(at("2026-03-09 10:00"), [*COLUMN] and COLUMN).tolist() == [False] * 3


def test_rows_are_matched_as_they_stand_and_never_mixed_up() -> None:
    with pytest.raises(ValueError, match="not of the same rows"):
        PLAIN.elapsed(COLUMN, COLUMN.reset_index(drop=True))
    assert PLAIN.due(COLUMN[:0], 5).tolist() == []
    assert PLAIN.elapsed(COLUMN[:0], COLUMN[:0]).tolist() == []
    assert PLAIN.due_days(COLUMN[:0], 5).tolist() == []
    assert PLAIN.provisional(COLUMN[:0], COLUMN[:0]).tolist() == []
    missing = pd.Series([None, None], dtype="object")
    assert PLAIN.due(missing, 5).isna().all()


def test_the_order_of_questions_does_not_matter() -> None:
    questions = [
        (at(f"{year}-02-13 17:00"), minutes) for year in (2026, 2031, 2024, 2026) for minutes in (1, 9e4)
    ]
    answers = {asked: WorkingTime(CHINA.calendar).due(*asked) for asked in questions}
    for order in (questions, questions[::-1]):
        made = WorkingTime(CHINA.calendar)
        assert {asked: made.due(*asked) for asked in order} == answers


def test_beyond_the_years_that_are_known_everything_is_missing() -> None:
    assert PLAIN.due(at(f"{LAST_YEAR}-12-31 17:00"), 60) == at(f"{LAST_YEAR}-12-31 18:00")
    assert PLAIN.due(at(f"{LAST_YEAR}-12-31 17:00"), 10_000) is pd.NaT
    assert PLAIN.due(at("2026-03-09 10:00"), 1e300) is pd.NaT
    assert PLAIN.due_days(at("2026-03-09 10:00"), 10**6) is pd.NaT
    for year in (FIRST_YEAR - 1, LAST_YEAR + 1, 9999):
        assert np.isnan(PLAIN.elapsed(at(f"{year}-06-01 10:00"), at("2026-03-09 10:00")))


def test_a_column_of_a_million_is_answered_row_by_row() -> None:
    start = pd.Series(np.datetime64("2026-01-01T00:00", "us") + np.arange(1_000_000) * np.timedelta64(1, "m"))
    start = start.dt.tz_localize("UTC")
    minutes = np.arange(1_000_000) % 2400 + 1
    due = PLAIN.due(start, minutes)
    assert (PLAIN.elapsed(start, due) == minutes).all()
    for row in (0, 123_456, 999_999):
        assert due[row] == PLAIN.due(start[row], int(minutes[row]))
