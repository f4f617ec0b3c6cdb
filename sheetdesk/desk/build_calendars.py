"""The opening hours of a desk file: weeks, holidays, days of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetdesk.desk.complaints import Complaints
from sheetdesk.desk.desk import Calendar
from sheetdesk.desk.file import CalendarFile
from sheetdesk.desk.tree import Path

__all__ = ["build_calendars"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def build_calendars(
    calendars: Mapping[str, CalendarFile], zone: ZoneInfo, complaints: Complaints
) -> tuple[Calendar, ...]:
    """The calendars by key; one that names no zone has the desk's."""
    return tuple(_calendar(key, setting, zone, complaints) for key, setting in calendars.items())


def _calendar(key: str, setting: CalendarFile, zone: ZoneInfo, complaints: Complaints) -> Calendar:
    path = ("calendars", key)
    if setting.zone:
        try:
            zone = ZoneInfo(setting.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            complaints.add((*path, "zone"), "zone", name=setting.zone)
    week: list[tuple[tuple[time, time], ...]] = [()] * 7
    for days, hours in setting.week.items():
        spans = _hours(complaints, (*path, "week", days), hours)
        for day in _weekdays(complaints, (*path, "week", days), days):
            week[day] = spans
    if not any(setting.week.values()):
        complaints.add((*path, "week"), "no_open_hours", key=key)
    partial: dict[date, tuple[tuple[time, time], ...]] = {}
    for word, hours in setting.partial.items():
        spans = _hours(complaints, (*path, "partial", word), hours)
        partial |= dict.fromkeys(_days(complaints, (*path, "partial", word), [word]), spans)
    return Calendar(
        key,
        zone,
        tuple(week),
        setting.country or "",
        setting.subdivision,
        frozenset(_days(complaints, (*path, "closed"), setting.closed)),
        frozenset(_days(complaints, (*path, "extra"), setting.extra)),
        partial,
        frozenset(setting.settled),
    )


def _weekdays(complaints: Complaints, path: Path, words: str) -> list[int]:
    if words == "all":
        return list(range(7))
    first, _, last = words.lower().partition("-")
    if first not in WEEKDAYS or (last and last not in WEEKDAYS):
        complaints.unknown(path, words, [*WEEKDAYS, "mon-fri", "all"])
        return []
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]


def _days(complaints: Complaints, path: Path, words: Sequence[str]) -> list[date]:
    days = []
    for word in words:
        try:
            days.append(date.fromisoformat(word))
        except ValueError:
            complaints.add(path, "no_day", word=word)
    return days


def _hours(complaints: Complaints, path: Path, words: Sequence[str]) -> tuple[tuple[time, time], ...]:
    spans = []
    previous: time | None = None
    for word in words:
        try:
            start, end = (_time(part) for part in word.split("-"))
        except ValueError:
            complaints.add(path, "no_hours", word=word)
            continue
        # Only the last span of a day may run over midnight.
        if previous is not None and (start < previous or previous == time(0)):
            complaints.add(path, "hours_overlap", word=word)
        spans.append((start, end))
        previous = end if end > start else time(0)
    return tuple(spans)


def _time(text: str) -> time:
    hour, minute = (int(part) for part in text.strip().split(":"))
    # 24:00 is the midnight that ends the day.
    return time(0) if (hour, minute) == (24, 0) else time(hour, minute)
