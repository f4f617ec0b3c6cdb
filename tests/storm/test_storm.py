"""People, syncs, crashes and old copies in any order: nothing that a person meant is lost or misplaced.

Two thousand short schedules in memory, two hundred on workbooks, a few long ones beside them: what is run
here holds, and must go on to; `python -m tests.storm` runs as many others as one likes.
"""

from __future__ import annotations

import pytest

from tests.storm.__main__ import ALONE, CALM, SHORT, tally
from tests.storm.simulator import STORM, Weather, storm

CHUNK = 6
SHORT_CHUNK = 24


def broken(
    weather: Weather, first: int, count: int, *, on_files: bool = False, is_telling: bool = False
) -> str:
    """The tally of so many schedules where any broke a rule, else nothing."""
    seeds = range(first, first + count)
    outcomes = [storm(seed, weather, on_files=on_files, is_telling=is_telling) for seed in seeds]
    assert sum(outcome.counts["saves"] for outcome in outcomes)
    return tally(outcomes) if any(outcome.violations for outcome in outcomes) else ""


@pytest.mark.parametrize("first", range(0, 12, CHUNK))
def test_calm_work_leaves_nothing_lost(first: int) -> None:
    assert broken(CALM, first, CHUNK) == ""


@pytest.mark.parametrize("first", range(60_000, 62_016, SHORT_CHUNK))
def test_a_sync_that_dies_anywhere_is_mended_by_the_next(first: int) -> None:
    assert broken(SHORT, first, SHORT_CHUNK) == ""


@pytest.mark.parametrize("first", range(3024, 3036, CHUNK))
def test_many_syncs_that_die_are_mended_by_those_that_follow(first: int) -> None:
    assert broken(ALONE, first, CHUNK) == ""


@pytest.mark.parametrize("first", range(2005, 2011, 3))
def test_two_syncs_at_once_do_no_harm(first: int) -> None:
    assert broken(STORM, first, 3) == ""


@pytest.mark.parametrize("first", range(70_000, 70_204, CHUNK))
def test_real_workbooks_keep_what_people_meant(first: int) -> None:
    assert broken(SHORT, first, CHUNK, on_files=True) == ""


@pytest.mark.parametrize("first", range(0, 6, 3))
def test_each_ticket_is_told_of_once_wherever_a_sync_dies(first: int) -> None:
    assert broken(ALONE, first, 3, is_telling=True) == ""


def test_one_seed_is_one_story() -> None:
    first, again = (storm(7, CALM) for _ in range(2))
    assert first.counts == again.counts
    assert [line.split(" ", 2)[:2] for line in first.story] == [
        line.split(" ", 2)[:2] for line in again.story
    ]


def test_the_sync_that_one_would_write_first_breaks_nearly_every_schedule() -> None:
    outcomes = [storm(seed, STORM, is_naive=True) for seed in range(15)]
    broken = [{found.rule for found in outcome.violations} for outcome in outcomes]
    # Though it keeps a journal: values are lost, in wrong rows, unread, and rows are doubled.
    for rule in ("I1", "I2", "I3", "I7"):
        assert sum(rule in rules for rules in broken) >= 12
