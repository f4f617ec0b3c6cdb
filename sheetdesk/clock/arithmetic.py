"""The arithmetic of a due time: every interval that was counted, and every day that was not and why.

`arithmetic` gives it as values, `tell_arithmetic` as lines of text in a language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.days import Why, holiday_name
from sheetdesk.clock.moments import EPOCH
from sheetdesk.desk.desk import Calendar
from sheetdesk.locales.locale import Locale

__all__ = ["Arithmetic", "Pause", "Step", "arithmetic", "tell_arithmetic"]

Pause = tuple[datetime, datetime]
"""From when to when a clock stood still; half-open."""


@dataclass(frozen=True)
class Step:
    """A stretch of time on the way, in UTC: counted, paused, or a day without opening hours.

    `minutes` are working minutes that were counted, `total` all up to here; `why` is what decided the
    hours of the day `day` in the calendar's zone. A stretch that counts nothing has no minutes.
    """

    day: date
    why: Why
    start: datetime | None
    end: datetime | None
    minutes: float
    total: float
    is_paused: bool = False


@dataclass(frozen=True)
class Arithmetic:
    """How the working time from `start` to `end` comes about."""

    calendar: Calendar
    start: datetime
    end: datetime
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> float:
        """All working minutes that were counted."""
        return self.steps[-1].total if self.steps else 0.0


def arithmetic(time: WorkingTime, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> Arithmetic:
    """The steps from `start` to `end`, in order; `pauses` in order, none overlapping.

    Law, without pauses: `arithmetic(time, a, b).minutes == time.elapsed(a, b)`; a pause takes its own
    working minutes away. Empty where `end` is not after `start`.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    steps: list[Step] = []
    total = 0.0
    for day, spans in _days(time, start, end):
        why = time.day(day).why
        pieces = [piece for span in spans for piece in _pieces(span, pauses)]
        if not pieces and not time.day(day).hours:
            steps.append(Step(day, why, None, None, 0.0, total))
        for since, until, is_paused in pieces:
            minutes = 0.0 if is_paused else (until - since) / timedelta(minutes=1)
            total += minutes
            steps.append(Step(day, why, since, until, minutes, total, is_paused))
    return Arithmetic(time.calendar, start, end, tuple(steps))


def tell_arithmetic(told: Arithmetic, locale: Locale) -> list[str]:
    """The arithmetic as lines: a counted stretch each, and closed days with their reason between."""
    words = locale.section("arithmetic")
    zone = told.calendar.zone
    lines = []
    for step in told.steps:
        day = f"{step.day:%Y-%m-%d} {words['weekdays'][step.day.weekday()]}"
        reason = _reason(step, told.calendar, locale)
        if step.start is None or step.end is None:
            lines.append(words["closed"].format(day=day, reason=reason))
            continue
        facts = {
            "day": f"{day} ({reason})" if reason else day,
            "start": _clock(step.start, step.day, zone),
            "end": _clock(step.end, step.day, zone),
            "minutes": _minutes(step.minutes),
            "total": _minutes(step.total),
        }
        lines.append(words["paused" if step.is_paused else "counted"].format(**facts))
    end = told.end.astimezone(zone)
    return [*lines, words["sum"].format(total=_minutes(told.minutes), end=f"{end:%Y-%m-%d %H:%M}")]


def _days(time: WorkingTime, start: datetime, end: datetime) -> Iterator[tuple[date, list[Pause]]]:
    """Each day from that of `start` to that of `end` with the stretches of its hours that lie between."""
    zone = time.calendar.zone
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    laid = time.laid(first - timedelta(days=1), last)
    inside = (laid.closes > _micros(start)) & (laid.opens < _micros(end))
    by_day: dict[int, list[Pause]] = {}
    for place in np.flatnonzero(inside).tolist():
        opens, closes = (EPOCH + timedelta(microseconds=int(m[place])) for m in (laid.opens, laid.closes))
        by_day.setdefault(int(laid.day[place]), []).append((max(opens, start), min(closes, end)))
    # A night shift of the day before may still run.
    for ordinal in range(first.toordinal() - 1, last.toordinal() + 1):
        if end > start and (ordinal >= first.toordinal() or ordinal in by_day):
            yield date.fromordinal(ordinal), by_day.get(ordinal, [])


def _pieces(span: Pause, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime, bool]]:
    """The stretch cut at the pauses that meet it; the third is whether it is paused."""
    at, end = span
    for begins, ends in pauses:
        begins, ends = max(begins.astimezone(UTC), at), min(ends.astimezone(UTC), end)
        if begins < ends:
            if begins > at:
                yield at, begins, False
            yield begins, ends, True
            at = ends
    if at < end:
        yield at, end, False


def _reason(step: Step, calendar: Calendar, locale: Locale) -> str:
    if step.why == "week":
        return ""
    name = holiday_name(calendar, step.day, locale.code) if step.why == "holiday" else ""
    return name or locale.text(f"arithmetic.why_{step.why.replace(' ', '_').replace('-', '_')}")


def _clock(moment: datetime, day: date, zone: object) -> str:
    """The wall time; what lies on the day after goes on past 24:00."""
    local = moment.astimezone(zone)  # type: ignore[arg-type]
    hour = local.hour + 24 * (local.date() - day).days
    return f"{hour:02}:{local:%M:%S}" if local.second else f"{hour:02}:{local:%M}"


def _minutes(minutes: float) -> str:
    return f"{round(minutes, 2):g}" if minutes % 1 else f"{minutes:.0f}"


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
