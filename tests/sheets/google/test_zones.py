"""A moment goes into a spreadsheet of another zone and comes back as it was, on every day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.errors import ZoneUnknown
from sheetdesk.sheets.google.zones import SECOND, Clock, Walls, zone_named

SHANGHAI, ANGELES = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Los_Angeles")
LONDON = ZoneInfo("Europe/London")
BERLIN = Walls(Clock(LONDON, frozenset()), ZoneInfo("Europe/Berlin"))
WEST = Walls(Clock(SHANGHAI, frozenset()), ANGELES)
EAST = Walls(Clock(ANGELES, frozenset()), SHANGHAI)
ODD = Walls(Clock(SHANGHAI, frozenset()), ZoneInfo("Australia/Lord_Howe"))

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = st.integers(0, 60 * 24 * 366 * 2).map(lambda n: YEAR + timedelta(minutes=n))
# Around the days on which clocks change, where few moments of a year lie.
CHANGES = [datetime(2026, 3, 8, 10, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC),
           datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC)]  # fmt: skip
AROUND = st.integers(-200, 200).map(lambda n: timedelta(minutes=n))
NEAR = st.tuples(st.sampled_from(CHANGES), AROUND).map(lambda pair: pair[0] + pair[1])


@pytest.mark.parametrize("walls", [WEST, EAST, BERLIN, ODD])
@given(moment=MINUTES | NEAR)
def test_what_the_desk_shows_comes_back(walls: Walls, moment: datetime) -> None:
    shown = moment.astimezone(walls.clock.zone).replace(tzinfo=None, fold=0)
    there = walls.to_sheet(shown)
    assert isinstance(there, datetime)
    assert walls.to_desk(there) == shown
    # People see the time that it is there: of a time that the desk's clock shows twice, the first.
    first = shown.replace(tzinfo=walls.clock.zone, fold=0).astimezone(walls.zone).replace(tzinfo=None)
    assert there - first in (timedelta(), SECOND)


def test_two_moments_with_one_wall_time_are_told_apart() -> None:
    first, second = (WEST.to_sheet(datetime(2026, 11, 1, hour, 30)) for hour in (16, 17))
    assert first == datetime(2026, 11, 1, 1, 30)
    assert second == datetime(2026, 11, 1, 1, 30) + SECOND
    # What people type is the first.
    assert WEST.to_desk(datetime(2026, 11, 1, 1, 30)) == datetime(2026, 11, 1, 16, 30)
    assert WEST.to_desk(second) == datetime(2026, 11, 1, 17, 30)


def test_a_time_that_clocks_skip_is_when_they_skip() -> None:
    assert WEST.to_desk(datetime(2026, 3, 8, 2, 30)) == datetime(2026, 3, 8, 18, 0)
    assert WEST.to_desk(datetime(2026, 3, 8, 1, 59)) == datetime(2026, 3, 8, 17, 59)
    assert WEST.to_desk(datetime(2026, 3, 8, 3, 0)) == datetime(2026, 3, 8, 18, 0)


def test_milliseconds_of_an_ordinary_hour_mean_nothing_else() -> None:
    assert WEST.to_desk(datetime(2026, 6, 1, 1, 30) + SECOND) == datetime(2026, 6, 1, 16, 30) + SECOND


def test_what_is_no_moment_stays() -> None:
    for cell in (None, "soon", 3.5, True):
        assert WEST.to_desk(cell) is WEST.to_sheet(cell) is cell
    last = datetime(9999, 12, 31, 23)
    assert WEST.to_desk(last) == last


def test_zones_are_known_by_googles_names() -> None:
    assert zone_named("GMT-07:30").utcoffset(None) == -timedelta(hours=7, minutes=30)
    assert zone_named("GMT+8").utcoffset(None) == timedelta(hours=8)
    assert zone_named("Etc/GMT").utcoffset(datetime(2026, 7, 1)) == timedelta()
    with pytest.raises(ZoneUnknown):
        zone_named("Mars/Olympus")
