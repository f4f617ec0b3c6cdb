"""Working time: from one moment so many opening minutes on, and how many lie between two.

A desk's calendar is laid out once as opening intervals in UTC with the working microseconds before each;
any question is then a `searchsorted`. Intervals are half-open, [open, close):

- what starts outside opening hours starts at the next opening;
- what is used up exactly at closing is due at closing, not at the next opening;
- hours belong to the day on which they open, so a night shift into a closed day is worked to its end;
- hours that overlap count once.
- wall times are those of the calendar's zone, so a shift over a change of clocks has the hours that pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetdesk.clock.days import Day, day_of, is_uncertain
from sheetdesk.clock.layout import Laid, lay_out
from sheetdesk.clock.moments import MICROS, NAT, Int, like, micros, numbers_like
from sheetdesk.desk.desk import Calendar

__all__ = ["FIRST_YEAR", "LAST_YEAR", "WorkingTime"]

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
"""Working time is known within these years; a moment outside them counts as missing."""

YEAR_END = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class WorkingTime:
    """A calendar to reckon with. What was laid out is kept, and never changes an answer.

    Moments are aware: pandas columns or indexes, numpy arrays (which are UTC), single ones, or missing.
    Answers have the kind of what was asked with, moments in UTC. Columns are taken row by row.
    Raises ValueError for a week without hours, which no desk file may hold, and CountryUnknown.
    """

    calendar: Calendar
    _kept: dict[str, Laid] = field(default_factory=dict, repr=False)
    _years: dict[int, tuple[Int, Int, Int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not any(self.calendar.week):
            raise ValueError(f"calendar {self.calendar.key!r} is never open")
        day_of(self.calendar, date(2000, 1, 1))

    def due(self, start: Any, minutes: Any) -> Any:
        """The moment at which `minutes` of working time have passed since `start`.

        Missing where either is, or where it would be after LAST_YEAR. Law, for m > 0:
        `elapsed(start, due(start, m)) == m`. Raises ValueError for negative minutes, and for columns
        that are not of the same rows.
        """
        since, amount = np.broadcast_arrays(
            micros(start), np.atleast_1d(np.asarray(minutes, dtype="float64"))
        )
        _same_rows(start, minutes)
        if (amount < 0).any():
            raise ValueError("working time is counted forwards: minutes must not be negative")
        known = _known(since) & ~np.isnan(amount)
        work = np.rint(np.minimum(np.where(known, amount, 0), 1e9) * MICROS).astype(np.int64)
        return like(self.due_micros(np.where(known, since, NAT), work), start, minutes)

    def elapsed(self, start: Any, end: Any) -> Any:
        """The working minutes from `start` to `end`; NaN where either is missing.

        Negative where `end` is earlier, so that laws hold without exception:
        `elapsed(a, b) == -elapsed(b, a)` and `elapsed(a, b) + elapsed(b, c) == elapsed(a, c)`.
        Raises ValueError for columns that are not of the same rows.
        """
        _same_rows(start, end)
        since, until = np.broadcast_arrays(micros(start), micros(end))
        known = _known(since) & _known(until)
        laid = self._reaching(np.concatenate([since[known], until[known]]))
        minutes = np.full(len(since), np.nan)
        minutes[known] = (laid.worked(until[known]) - laid.worked(since[known])) / MICROS
        return numbers_like(minutes, start, end)

    def due_days(self, start: Any, days: int) -> Any:
        """The end of the `days`-th working day after the one on which the clock starts.

        A working day is a day with opening hours, its end its last closing. The clock starts at
        `start`, or at the next opening; that day is not counted, 0 days are the end of it. So what
        comes on Monday in opening hours is due in 1 working day at the end of Tuesday, and so is what
        comes on the weekend before. Missing where `start` is. Raises ValueError for negative days.
        """
        if days < 0:
            raise ValueError("working days are counted forwards: days must not be negative")
        return like(self.due_days_micros(micros(start), days), start)

    def provisional(self, start: Any, due: Any) -> Any:
        """Row by row whether the time from `start` to `due` reaches into an uncertain year.

        The last week before such a year counts with it: make-up days for the new year fall there. What
        is missing is not provisional. The desk file's `settled` settles a year.
        """
        _same_rows(start, due)
        since, until = np.broadcast_arrays(micros(start), micros(due))
        known = _known(since) & _known(until)
        zone = self.calendar.zone
        # Half-open: what is due at midnight needs nothing of the day that begins.
        last = np.maximum(until[known] - 1, since[known])
        first_year = _dates(since[known], zone).year.to_numpy()
        last_year = _dates(last + int(YEAR_END / timedelta(microseconds=1)), zone).year.to_numpy()
        found = np.zeros(len(since), dtype=np.bool_)
        if known.any():
            years = range(int(first_year.min()), int(last_year.max()) + 1)
            doubts = np.cumsum([0, *(is_uncertain(self.calendar, year) for year in years)])
            found[known] = doubts[last_year - years[0] + 1] > doubts[first_year - years[0]]
        return numbers_like(found, start, due)

    def uncertain_years(self, first: int, last: int) -> tuple[int, ...]:
        """Those of the years from `first` to `last` whose working days are not all known."""
        return tuple(year for year in range(first, last + 1) if is_uncertain(self.calendar, year))

    def day(self, day: date) -> Day:
        """What a date is: its hours and why."""
        return day_of(self.calendar, day)

    def laid(self, first: date, last: date) -> Laid:
        """The intervals that open in the years of these dates, and in more."""
        return self._years_laid(first.year, last.year)

    def due_micros(self, since: Int, work: Int) -> Int:
        """`due` in microseconds, of moments and of work; NAT for NAT."""
        due = np.full(len(since), NAT)
        known = _known(since)
        laid = self._reaching(since[known])
        while True:
            wanted = laid.worked(since[known]) + work[known]
            missing = int(wanted.max(initial=0)) - laid.total
            if missing <= 0 or laid.last > LAST_YEAR:
                break
            # A whole year more than it takes at the rate so far, so that few rounds are needed.
            rate = max(laid.total // (laid.last - laid.first + 1), MICROS)
            laid = self._years_laid(laid.first, min(laid.last + 1 + missing // rate, LAST_YEAR + 1))
        moments = np.maximum(laid.reached(wanted), laid.begun(since[known]))
        due[known] = np.where(wanted <= laid.total, moments, NAT)
        return np.where(_known(due), due, NAT)

    def due_days_micros(self, since: Int, days: int) -> Int:
        """`due_days` in microseconds; NAT for NAT."""
        due = np.full(len(since), NAT)
        known = _known(since)
        laid = self._reaching(since[known])
        while True:
            ends = np.flatnonzero(np.diff(laid.day, append=laid.day[-1:] + 1))
            opened = np.searchsorted(laid.closes, since[known], side="right")
            wanted = np.searchsorted(ends, opened, side="left") + days
            if int(wanted.max(initial=0)) < len(ends) or laid.last > LAST_YEAR:
                break
            laid = self._years_laid(laid.first, min(laid.last + 1 + days // 100, LAST_YEAR + 1))
        there = wanted < len(ends)
        closes = laid.closes[ends[np.minimum(wanted, len(ends) - 1)]]
        due[known] = np.where(there, closes, NAT)
        return np.where(_known(due), due, NAT)

    def worked(self, at: Int) -> Int:
        """The working microseconds up to each moment, from a beginning that is the same for all of `at`."""
        return self._reaching(at).worked(at)

    def _reaching(self, at: Int) -> Laid:
        """What lies around these moments: nothing is NAT."""
        if not len(at):
            return self._years_laid(2000, 2000)
        first, last = (datetime(1970, 1, 1) + timedelta(microseconds=int(m)) for m in (at.min(), at.max()))
        laid = self._years_laid(first.year - 1, last.year + 1)
        # A desk may be closed for years on end.
        while laid.last <= LAST_YEAR and not (laid.closes > at.max()).any():
            laid = self._years_laid(laid.first, laid.last + 1)
        return laid

    def _years_laid(self, first: int, last: int) -> Laid:
        kept = self._kept.get("laid")
        if kept is not None:
            if kept.first <= first and last <= kept.last:
                return kept
            first, last = min(first, kept.first), max(last, kept.last)
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = lay_out(self.calendar, year)
        opens, closes, day = (
            np.concatenate([self._years[year][part] for year in range(first, last + 1)]) for part in range(3)
        )
        before = np.concatenate([[0], np.cumsum(closes - opens)[:-1]]).astype(np.int64)
        self._kept["laid"] = Laid(first, last, opens, closes, before, day)
        return self._kept["laid"]


def _known(at: Int) -> npt.NDArray[np.bool_]:
    """Not missing, and within the years that working time is known in."""
    known: npt.NDArray[np.bool_] = (at >= EARLIEST) & (at < LATEST)
    return known


def _dates(at: Int, zone: Any) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(at.astype("datetime64[us]")).tz_localize("UTC").tz_convert(zone)


def _same_rows(one: Any, other: Any) -> None:
    if isinstance(one, pd.Series) and isinstance(other, pd.Series) and not one.index.equals(other.index):
        raise ValueError("the columns are not of the same rows")


EARLIEST, LATEST = (int(np.datetime64(f"{year}-01-01", "us").astype(np.int64)) for year in (1900, 2200))
