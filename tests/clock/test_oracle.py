"""Business time held against a count of every minute, over calendars nobody would think of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.desk import Calendar
from tests.clock import Hours, Minutes

ZONES = [
    "Asia/Shanghai", "Europe/London", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe",
    "America/St_Johns", "Asia/Kathmandu", "Pacific/Auckland", "UTC",
]  # fmt: skip
# Around a change of clocks in every one of the zones that change them, and around a year's end.
AROUND = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 25), date(2026, 11, 1),
          date(2026, 9, 27), date(2026, 12, 31), date(2028, 2, 29)]  # fmt: skip

walls = st.integers(0, 24 * 12 - 1).map(lambda n: time(n // 12, n % 12 * 5))


@st.composite
def days(draw: st.DrawFn) -> Hours:
    """Up to three spans in order; the last may run over midnight."""
    ends: list[time] = sorted(draw(st.lists(walls, max_size=6, unique=True)))
    ends = ends[: len(ends) // 2 * 2]
    spans = list(zip(ends[::2], ends[1::2], strict=True))
    if draw(st.booleans()) and spans:
        opens, _ = spans[-1]
        spans[-1] = (opens, draw(walls.filter(lambda wall: wall <= opens)))
    return tuple(spans)


@st.composite
def calendars(draw: st.DrawFn, around: date) -> Calendar:
    near = st.integers(-9, 12).map(lambda n: around + timedelta(days=n))
    week = draw(st.lists(days(), min_size=7, max_size=7).filter(any))
    return Calendar(
        "any",
        ZoneInfo(draw(st.sampled_from(ZONES))),
        tuple(week),
        closed=draw(st.frozensets(near, max_size=4)),
        extra=draw(st.frozensets(near, max_size=4)),
        partial=draw(st.dictionaries(near, days(), max_size=3)),
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Calendar, date, list[datetime], list[int]]:
    around = draw(st.sampled_from(AROUND))
    moments = st.integers(-6 * 1440, 6 * 1440).map(
        lambda n: datetime.combine(around, time(0), UTC) + timedelta(minutes=n)
    )
    starts = draw(st.lists(moments, min_size=2, max_size=5))
    return (
        draw(calendars(around)),
        around,
        starts,
        draw(st.lists(st.integers(0, 1500), min_size=5, max_size=5)),
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(questions())
def test_every_answer_is_that_of_a_count_of_minutes(
    asked: tuple[Calendar, date, list[datetime], list[int]],
) -> None:
    given_, around, starts, amounts = asked
    oracle = Minutes(given_, around - timedelta(days=9), around + timedelta(days=24))
    made = WorkingTime(given_)
    column = pd.Series(starts, dtype="datetime64[us, UTC]")
    amounts = amounts[: len(starts)]
    for end in starts:
        assert made.elapsed(column, end).tolist() == [oracle.elapsed(start, end) for start in starts]
    wanted: list[datetime | None] = []
    for start, amount in zip(starts, amounts, strict=True):
        try:
            wanted.append(oracle.due(start, amount))
        except (StopIteration, RuntimeError):
            wanted.append(None)
    for due, want in zip(made.due(column, amounts), wanted, strict=True):
        assert want is None or due == want
    for number in (0, 1, 3):
        for start, due in zip(starts, made.due_days(column, number), strict=True):
            try:
                assert due == oracle.due_days(start, number)
            except IndexError:
                assert due > oracle.open[-1]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(calendars(date(2026, 3, 29)), st.lists(st.integers(0, 200_000), min_size=3, max_size=3))
def test_laws_hold_for_any_calendar(given_: Calendar, minutes: list[int]) -> None:
    made = WorkingTime(given_)
    a, b, c = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in minutes)
    assert made.elapsed(a, b) == -made.elapsed(b, a)
    assert made.elapsed(a, b) + made.elapsed(b, c) == made.elapsed(a, c)
    if minutes[1]:
        assert made.elapsed(a, made.due(a, minutes[1])) == minutes[1]
    assert made.due(a, minutes[0]) <= made.due(a, minutes[0] + 1)
    assert made.due(a, minutes[0]) >= pd.Timestamp(a)


def test_the_count_of_minutes_is_right_where_it_can_be_counted_by_hand() -> None:
    night = Calendar("n", ZoneInfo("Europe/London"), (((time(22), time(6)),),) * 7)
    for day, hours in [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 6, 1), 8)]:
        noon = datetime.combine(day, time(12), UTC)
        oracle = Minutes(night, day - timedelta(days=2), day + timedelta(days=2))
        assert oracle.elapsed(noon, noon + timedelta(days=1)) == hours * 60


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_a_desk_that_never_closes_has_all_its_minutes(zone: str) -> None:
    always = WorkingTime(Calendar("a", ZoneInfo(zone), (((time(0), time(0)),),) * 7))
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert always.elapsed(start, end) == 365 * 1440
    assert always.due(start, 365 * 1440) == end
