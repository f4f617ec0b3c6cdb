"""The arithmetic of a due time: every stretch, every closed day with its reason, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.clock.arithmetic import arithmetic, tell_arithmetic
from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.locales.locale import load_locale
from tests.clock import LONDON, at, calendar, hours

CHINA = WorkingTime(
    calendar(
        "09:00-12:00", "13:30-18:00", country="CN",
        partial={date(2026, 2, 25): hours("10:00-11:00")},
        closed=frozenset({date(2026, 2, 26)}), extra=frozenset({date(2026, 2, 27)}),
    )
)  # fmt: skip
NIGHT = WorkingTime(calendar("22:00-06:00", days=7, zone=LONDON))
EN, ZH = load_locale("en"), load_locale("zh")


def test_a_due_time_is_told_step_by_step() -> None:
    told = arithmetic(CHINA, at("2026-02-13 17:00"), at("2026-02-27 09:20:30"),
                      [(at("2026-02-13 17:30"), at("2026-02-14 10:00"))])  # fmt: skip
    assert tell_arithmetic(told, EN) == [
        "2026-02-13 Fri  17:00–17:30  +30 min = 30 min",
        "2026-02-13 Fri  17:30–18:00  paused, 30 min so far",
        "2026-02-14 Sat (make-up working day)  09:00–10:00  paused, 30 min so far",
        "2026-02-14 Sat (make-up working day)  10:00–12:00  +120 min = 150 min",
        "2026-02-14 Sat (make-up working day)  13:30–18:00  +270 min = 420 min",
        "2026-02-15 Sun  closed: day off",
        "2026-02-16 Mon  closed: Chinese New Year's Eve",
        *[
            f"2026-02-{day} closed: Chinese New Year (Spring Festival)"
            for day in ("17 Tue ", "18 Wed ", "19 Thu ")
        ],
        "2026-02-20 Fri  closed: Day off (substituted from 02/14/2026)",
        "2026-02-21 Sat  closed: day off",
        "2026-02-22 Sun  closed: day off",
        "2026-02-23 Mon  closed: Day off (substituted from 02/28/2026)",
        "2026-02-24 Tue  09:00–12:00  +180 min = 600 min",
        "2026-02-24 Tue  13:30–18:00  +270 min = 870 min",
        "2026-02-25 Wed (own hours for this day)  10:00–11:00  +60 min = 930 min",
        "2026-02-26 Thu  closed: closed by the desk",
        "2026-02-27 Fri (extra working day of the desk)  09:00–09:20:30  +20.5 min = 950.5 min",
        "950.5 working minutes until 2026-02-27 09:20",
    ]


def test_it_is_told_in_chinese() -> None:
    told = arithmetic(CHINA, at("2026-02-14 17:00"), at("2026-02-17 09:00"))
    assert tell_arithmetic(told, ZH) == [
        "2026-02-14 周六 (调休上班)  17:00–18:00  +60 分钟，累计 60 分钟",
        "2026-02-15 周日  不计时：休息日",
        "2026-02-16 周一  不计时：农历除夕",
        "2026-02-17 周二  不计时：春节",
        "至 2026-02-17 09:00 共 60 个工作分钟",
    ]


def test_a_night_shift_stands_under_the_day_it_began_and_goes_on_past_24() -> None:
    told = arithmetic(NIGHT, at("2026-10-25 00:30", LONDON), at("2026-10-25 23:30", LONDON))
    assert tell_arithmetic(told, EN) == [
        "2026-10-24 Sat  24:30–30:00  +390 min = 390 min",
        "2026-10-25 Sun  22:00–23:30  +90 min = 480 min",
        "480 working minutes until 2026-10-25 23:30",
    ]


def test_a_day_without_its_hours_reached_is_left_out() -> None:
    told = arithmetic(CHINA, at("2026-03-03 07:00"), at("2026-03-03 08:00"))
    assert told.steps == ()
    assert told.minutes == 0
    assert tell_arithmetic(told, EN) == ["0 working minutes until 2026-03-03 08:00"]
    assert arithmetic(CHINA, at("2026-03-03 10:00"), at("2026-03-02 10:00")).steps == ()


def test_pauses_are_cut_to_the_hours_they_meet() -> None:
    day = [(at(f"2026-03-03 {a}"), at(f"2026-03-03 {b}")) for a, b in
           [("08:00", "09:30"), ("10:00", "10:00"), ("11:00", "14:00"), ("19:00", "20:00")]]  # fmt: skip
    told = arithmetic(CHINA, at("2026-03-03 09:00"), at("2026-03-03 18:00"), day)
    assert [(step.minutes, step.is_paused) for step in told.steps] == [
        (0, True), (90, False), (0, True), (0, True), (240, False),
    ]  # fmt: skip
    assert told.minutes == 330


@settings(max_examples=60)
@given(
    st.integers(0, 60_000), st.integers(0, 60_000), st.lists(st.integers(0, 60_000), max_size=6, unique=True)
)
def test_the_steps_add_up_to_the_time_elapsed_less_what_was_paused(
    begin: int, end: int, cuts: list[int]
) -> None:
    start, until, *marks = (
        datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=n) for n in (begin, end, *sorted(cuts))
    )
    for time in (
        CHINA,
        NIGHT,
        WorkingTime(calendar("00:00-00:00", days=7, zone=ZoneInfo("America/New_York"))),
    ):
        pauses = list(zip(marks[::2], marks[1::2], strict=False))
        inside = [(max(a, start), min(b, until)) for a, b in pauses]
        paused = sum(time.elapsed(a, b) for a, b in inside if a < b)
        told = arithmetic(time, start, until, pauses)
        assert told.minutes == max(time.elapsed(start, until), 0) - paused
        assert arithmetic(time, start, until).minutes == max(time.elapsed(start, until), 0)
        moments = [m for step in told.steps for m in (step.start, step.end) if m is not None]
        assert moments == sorted(moments)
