"""A sheet at Google: people act between any two requests of a sync, requests and answers get lost or come
late, syncs die anywhere. Nothing that a person meant is lost, and two simpler syncs lose it.

The schedules run here hold, and must go on to; `python -m tests.storm --google` runs as many others as one
likes.
"""

from __future__ import annotations

from tests.storm.__main__ import tally
from tests.storm.google.line import Wind
from tests.storm.google.schedule import GALE, ONLINE_ALONE, ONLINE_CALM, STILL, online_storm
from tests.storm.simulator import Weather


def broken(weather: Weather, wind: Wind, seeds: range) -> str:
    """The tally of these schedules where any broke a rule, else nothing."""
    outcomes = [online_storm(seed, weather, wind) for seed in seeds]
    assert all(outcome.counts["writes"] for outcome in outcomes)
    return tally(outcomes) if any(outcome.violations for outcome in outcomes) else ""


def test_calm_work_leaves_nothing_lost_at_google() -> None:
    assert broken(ONLINE_CALM, STILL, range(5, 20, 5)) == ""


def test_a_sync_that_google_leaves_without_an_answer_is_mended_by_the_next() -> None:
    assert broken(ONLINE_ALONE, GALE, range(5, 15, 5)) == ""


def test_tags_find_what_a_write_put_wherever_it_was_moved() -> None:
    assert online_storm(5, ONLINE_ALONE, GALE, is_tagged=True).violations == []


def test_whole_rows_by_number_break_every_schedule() -> None:
    outcomes = [online_storm(seed, ONLINE_ALONE, GALE, opponent="naive") for seed in range(5, 20, 5)]
    assert all(outcome.violations for outcome in outcomes)


def test_addresses_of_ids_that_were_read_just_before_break_nearly_every_schedule() -> None:
    outcomes = [online_storm(seed, ONLINE_ALONE, GALE, opponent="a1") for seed in range(5, 25, 5)]
    assert sum(bool(outcome.violations) for outcome in outcomes) >= 3
