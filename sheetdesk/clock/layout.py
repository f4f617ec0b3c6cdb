"""Opening intervals laid out in UTC, with the working time before each.

Wall times are those of the calendar's zone. One that the clock skips is the moment of the skip, one that
it shows twice is the first of the two. So a shift has the hours that really pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from sheetdesk.clock.days import day_of
from sheetdesk.clock.moments import EPOCH, NAT, Int
from sheetdesk.desk.desk import Calendar

__all__ = ["Laid", "lay_out"]

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Laid:
    """Opening intervals in order, none empty, none overlapping; UTC microseconds.

    `before` is the working time that ends where each interval opens, `day` the ordinal of the date (in
    the calendar's zone) on which it opens. `first` and `last` are the years of these dates.
    """

    first: int
    last: int
    opens: Int
    closes: Int
    before: Int
    day: Int

    @property
    def total(self) -> int:
        """All working microseconds that are laid out."""
        return int(self.before[-1] + self.closes[-1] - self.opens[-1]) if len(self.opens) else 0

    def worked(self, at: Int) -> Int:
        """The working microseconds up to each moment, counted from the first opening."""
        place = np.maximum(np.searchsorted(self.opens, at, side="right") - 1, 0)
        done: Int = self.before[place] + np.clip(
            at - self.opens[place], 0, self.closes[place] - self.opens[place]
        )
        return done

    def reached(self, work: Int) -> Int:
        """The earliest moment at which so much is worked: where an interval uses it up, its closing."""
        ends = self.before + self.closes - self.opens
        place = np.minimum(np.searchsorted(ends, work, side="left"), len(ends) - 1)
        moment: Int = self.opens[place] + work - self.before[place]
        return moment

    def begun(self, at: Int) -> Int:
        """Each moment itself where the desk is open then, else the next opening."""
        place = np.minimum(np.searchsorted(self.closes, at, side="right"), len(self.opens) - 1)
        moment: Int = np.maximum(self.opens[place], at)
        return moment


def lay_out(calendar: Calendar, year: int) -> tuple[Int, Int, Int]:
    """Opens, closes and days of the intervals that open in a year of the calendar's zone.

    Raises CountryUnknown.
    """
    # The days before may have a shift that runs into the new year.
    begin = date(year, 1, 1)
    dates = [begin + timedelta(days=n) for n in range(-2, (date(year + 1, 1, 1) - begin).days)]
    spans: list[tuple[int, int, int]] = []
    for at in dates:
        for opens, closes in day_of(calendar, at).hours:
            until = at if closes > opens else at + timedelta(days=1)
            first = _micros(datetime.combine(at, opens), calendar.zone)
            last = _micros(datetime.combine(until, closes), calendar.zone)
            spans.append((first, last, at.toordinal()))
    opening, closing, days = np.array(spans, dtype=np.int64).reshape(-1, 3).T
    reach = np.maximum.accumulate(np.concatenate([[NAT], closing]))[:-1]
    opening = np.maximum(opening, reach)
    keep = (closing > opening) & (days >= begin.toordinal())
    return opening[keep], closing[keep], days[keep]


def _micros(wall: datetime, zone: ZoneInfo) -> int:
    """When the zone's clock first shows a wall time, or one behind it where it never does."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        # Of a skipped time, fold 1 is a moment before the skip, fold 0 one behind it: halve what is between.
        before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        while moment - before > SECOND:
            middle = before + (moment - before) // 2 // SECOND * SECOND
            if middle.astimezone(zone).replace(tzinfo=None) < wall:
                before = middle
            else:
                moment = middle
    return (moment - EPOCH) // timedelta(microseconds=1)
