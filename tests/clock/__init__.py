"""What the tests of business time share: calendars, and a slow count of minutes to hold them against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sheetdesk.desk.desk import Calendar

Hours = tuple[tuple[time, time], ...]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")


def hours(*spans: str) -> Hours:
    """`09:00-12:00` … as wall times."""
    return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in (s.split("-") for s in spans))


def calendar(*spans: str, days: int = 5, zone: ZoneInfo = SHANGHAI, **more: Any) -> Calendar:
    """The same hours on the first `days` of the week."""
    return Calendar("office", zone, (hours(*spans),) * days + ((),) * (7 - days), **more)


def at(text: str, zone: Any = SHANGHAI) -> datetime:
    """A wall time as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


class Minutes:
    """Which minutes a calendar without a country is open in, found by looking at every one.

    Written without the code it judges: the moment of each wall time is searched by counting UTC minutes
    and reading the zone's clock.
    """

    def __init__(self, given: Calendar, first: date, last: date) -> None:
        self.given = given
        self.days: dict[datetime, date] = {}
        day = first
        while day <= last:
            for opens, closes in self._hours(day):
                until = day if closes > opens else day + timedelta(days=1)
                minute, end = self._moment(day, opens), self._moment(until, closes)
                while minute < end:
                    self.days.setdefault(minute, day)
                    minute += MINUTE
            day += timedelta(days=1)
        self.open = sorted(self.days)

    def _hours(self, day: date) -> Hours:
        if day in self.given.partial:
            return self.given.partial[day]
        if day in self.given.closed:
            return ()
        week = self.given.week
        if day in self.given.extra and not week[day.weekday()]:
            return next(hours for hours in week if hours)
        return week[day.weekday()]

    def _moment(self, day: date, wall: time) -> datetime:
        """The first UTC minute at which the zone's clock shows the wall time or a later one of that day."""
        wanted = datetime.combine(day, wall)
        minute = datetime.combine(day, wall, UTC) - timedelta(hours=15)
        # Far from it hour by hour, as no zone's clock leaps by more than one between these.
        while (minute + 2 * HOUR).astimezone(self.given.zone).replace(tzinfo=None) < wanted - HOUR:
            minute += HOUR
        while minute.astimezone(self.given.zone).replace(tzinfo=None) < wanted:
            minute += MINUTE
        return minute

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open minutes in [start, end)."""
        if end < start:
            return -self.elapsed(end, start)
        return sum(start <= minute < end for minute in self.open)

    def due(self, start: datetime, minutes: int) -> datetime:
        """The end of the `minutes`-th open minute from `start`; for 0 the first open minute's beginning."""
        ahead = self.ahead(start)
        if minutes == 0:
            return next(ahead)
        for _ in range(minutes - 1):
            next(ahead)
        return next(ahead) + MINUTE

    def due_days(self, start: datetime, days: int) -> datetime:
        """The end of the last open minute of a day, counted in days that have some."""
        ahead = list(self.ahead(start))
        later = sorted({self.days[minute] for minute in ahead})
        wanted = later[later.index(self.days[ahead[0]]) + days]
        return max(minute for minute, day in self.days.items() if day == wanted) + MINUTE

    def ahead(self, start: datetime) -> Iterator[datetime]:
        """The open minutes from `start` on."""
        return (minute for minute in self.open if minute >= start)
