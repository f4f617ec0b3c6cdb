"""What each day of a calendar is: its hours, and why it has them or none.

Dated settings beat weekly ones, and the desk's own beat the country's:
own partial day > own closed day > own extra day > make-up day or public holiday > week.

Public holidays and make-up days (weekend days that a government makes working days) come from the
package `holidays`. Governments announce make-up days a year ahead at best: a year for which none are
known yet is uncertain, never silently taken for a year without any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from types import MappingProxyType
from typing import Literal

from sheetdesk.desk.desk import Calendar
from sheetdesk.errors import CountryUnknown

__all__ = ["Day", "Why", "day_of", "holiday_name", "is_uncertain"]

Hours = tuple[tuple[time, time], ...]
Why = Literal["week", "day off", "partial", "closed", "extra", "holiday", "make-up"]

STILL_ANNOUNCED = 2025
"""A country with make-up days known for this year or a later one goes on announcing them."""
WITHOUT = frozenset({("TW", 2026)})
"""Years that were announced to have none: the Executive Yuan, 25 May 2023."""


@dataclass(frozen=True)
class Day:
    """One day: the hours that open on it (wall times, in order; none: closed), and what decided that."""

    date: date
    hours: Hours
    why: Why


@dataclass(frozen=True)
class _Official:
    """What the package knows of one year of a country; `names` of the holidays by day."""

    names: Mapping[date, str]
    make_up: frozenset[date]
    is_known: bool


def day_of(calendar: Calendar, day: date) -> Day:
    """What the calendar makes of a day.

    An extra or make-up day has the hours of its weekday, and where that has none, those of the first
    weekday that has some. Raises CountryUnknown.
    """
    weekly = calendar.week[day.weekday()]
    if day in calendar.partial:
        return Day(day, calendar.partial[day], "partial")
    if day in calendar.closed:
        return Day(day, (), "closed")
    if day in calendar.extra:
        return Day(day, weekly or _usual(calendar), "extra")
    official = _official(calendar, day.year)
    if day in official.make_up:
        return Day(day, weekly or _usual(calendar), "make-up")
    if day in official.names:
        return Day(day, (), "holiday")
    return Day(day, weekly, "week" if weekly else "day off")


def is_uncertain(calendar: Calendar, year: int) -> bool:
    """Whether the working days of a year are not all known; the desk file's `settled` ends it.

    That is a year after the last with known make-up days, for a country that still announces them,
    and any year for which the country's holidays are not known at all. Raises CountryUnknown.
    """
    if not calendar.country or year in calendar.settled or (calendar.country, year) in WITHOUT:
        return False
    last = _last_make_up(calendar.country, calendar.subdivision)
    return (last >= STILL_ANNOUNCED and year > last) or not _official(calendar, year).is_known


def holiday_name(calendar: Calendar, day: date, language: str) -> str:
    """What a public holiday is called in a language (`en`, `zh`), or else as its own country calls it.

    "" where the day is none.
    """
    return _known(calendar.key, calendar.country, calendar.subdivision, day.year, language).names.get(day, "")


def _usual(calendar: Calendar) -> Hours:
    return next(hours for hours in calendar.week if hours)


def _official(calendar: Calendar, year: int) -> _Official:
    return _known(calendar.key, calendar.country, calendar.subdivision, year, "")


@cache
def _known(key: str, country: str, subdivision: str, year: int, language: str) -> _Official:
    if not country:
        return _Official(MappingProxyType({}), frozenset(), is_known=True)
    # A third of a second to import, which only desks with a country need.
    import holidays

    try:
        entity = holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        raise CountryUnknown(calendar=key, place=f"{country} {subdivision}".strip()) from None
    first, last = entity.start_year, entity.end_year
    if not first <= year <= last:
        return _Official(MappingProxyType({}), frozenset(), is_known=False)
    spoken = [code for code in entity.supported_languages if code.split("_")[0] == language]
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=spoken[0] if spoken else None
    )
    return _Official(
        MappingProxyType({day: name for day, name in found.items() if day.year == year}),
        frozenset(day for day in found.weekend_workdays if day.year == year),
        is_known=True,
    )


@cache
def _last_make_up(country: str, subdivision: str) -> int:
    """The last year for which make-up days are known; 0 where there never were any."""
    import holidays

    entity = holidays.country_holidays(country, subdiv=subdivision or None)
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=range(entity.start_year, entity.end_year + 1)
    )
    return max((day.year for day in found.weekend_workdays), default=0)
