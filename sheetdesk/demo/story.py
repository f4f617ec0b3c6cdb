"""The life of a made-up ticket: when it came, what was promised, who took it, how it went.

Times are aware UTC, whole minutes. Working time is taken as weekdays from 9 to 18, whatever the
desk's calendar says: near enough for a story, and no promise is judged by it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Duration

__all__ = ["Story", "arrivals", "due_after", "statuses", "tell"]

DAYS = 120
# Monday is busiest; from Saturday on only what cannot wait.
WEEKDAYS = (1.4, 1.1, 1.05, 1.0, 0.9, 0.22, 0.14)
HOURS = (0.04, 0.03, 0.02, 0.02, 0.03, 0.05, 0.15, 0.5, 1.1, 1.6, 1.6, 1.2,
         0.6, 0.9, 1.3, 1.25, 1.0, 0.7, 0.35, 0.2, 0.15, 0.12, 0.1, 0.06)  # fmt: skip
OPENING, CLOSING = 9, 18
LATE_SHARE = {True: 0.12, False: 0.075}
# Days since creation below which this share of tickets is left lying, and as what.
FRESH_DAYS, FRESH_SHARE = 4, 0.4
PARKED_DAYS, PARKED_SHARE = 25, 0.13
PARKED = (Meaning.OPEN, Meaning.PENDING, Meaning.ON_HOLD, Meaning.NEW)
UNOWNED = {Meaning.NEW: 0.7, Meaning.OPEN: 0.06, Meaning.CANCELLED: 0.3}


@dataclass(frozen=True)
class Story:
    """What became of one ticket until now. A moment that has not come is None."""

    meaning: Meaning
    is_owned: bool
    first_response: datetime | None
    resolved: datetime | None
    closed: datetime | None
    updated: datetime
    was_reopened: bool = False


def arrivals(rng: random.Random, count: int, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """`count` moments of the last 120 days, in order, none after `now`."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    weights = [WEEKDAYS[day.weekday()] * (0.85 + 0.3 * place / DAYS) for place, day in enumerate(days)]
    chosen = rng.choices(days, weights, k=count)
    hours = rng.choices(range(24), HOURS, k=count)
    moments = []
    for day, hour in zip(chosen, hours, strict=True):
        wall = datetime(day.year, day.month, day.day, hour, rng.randrange(60), tzinfo=zone)
        moment = wall.astimezone(UTC)
        # Later today has not happened: the same hour a week ago has.
        moments.append(moment if moment <= now else moment - timedelta(days=7))
    return sorted(moments)


def due_after(created: datetime, target: Duration, zone: ZoneInfo, *, in_working_time: bool) -> datetime:
    """When a promise made at `created` is due, by plain arithmetic."""
    if target.unit == "working days":
        moment = _opening(created.astimezone(zone))
        for _ in range(round(target.amount)):
            moment += timedelta(days=3 if moment.weekday() == 4 else 1)
        return moment.astimezone(UTC)
    if not in_working_time or target.unit == "days":
        return created + timedelta(hours=target.hours)
    moment, left = _opening(created.astimezone(zone)), timedelta(hours=target.hours)
    while left > (today := moment.replace(hour=CLOSING, minute=0) - moment):
        left -= today
        moment = _opening(moment.replace(hour=CLOSING, minute=0))
    return (moment + left).astimezone(UTC)


def _opening(wall: datetime) -> datetime:
    """`wall` itself within working time, else the next opening."""
    if wall.weekday() < 5 and wall.hour < OPENING:
        return wall.replace(hour=OPENING, minute=0)
    while wall.weekday() >= 5 or wall.hour >= CLOSING:
        wall = (wall + timedelta(days=1)).replace(hour=OPENING, minute=0)
    return wall


def tell(
    rng: random.Random, created: datetime, due: datetime | None, answer_due: datetime | None,
    *, is_urgent: bool, now: datetime, zone: ZoneInfo,
) -> Story:  # fmt: skip
    """How a ticket that came in at `created` went on until `now`."""
    age = now - created
    roll = rng.random()
    if roll < 0.03 and age > timedelta(hours=2):
        end = _between(rng, created, min(now, created + timedelta(days=3)))
        return Story(Meaning.CANCELLED, rng.random() > UNOWNED[Meaning.CANCELLED], None, None, None, end)
    span = (due - created) if due is not None else timedelta(hours=rng.lognormvariate(3, 0.9))
    end = created + span * min(0.97, rng.betavariate(1.7, 2.1))
    is_late = rng.random() < LATE_SHARE[is_urgent]
    if is_late:
        end = created + span * (1.05 + rng.expovariate(2.5))
    if not is_urgent:
        end = _in_working_time(rng, end, created, None if is_late else due, zone)
    end = _minute(max(end, created + timedelta(minutes=3)))
    answered = _answered(rng, created, answer_due, end, zone, is_urgent=is_urgent)
    is_fresh = age < timedelta(days=FRESH_DAYS)
    parked = rng.random() < (FRESH_SHARE if is_fresh else PARKED_SHARE) and age < timedelta(days=PARKED_DAYS)
    if end > now or (parked and not is_urgent):
        return _unfinished(rng, created, answered, now, parked=parked)
    close = _in_working_time(rng, end + timedelta(hours=rng.uniform(1, 130)), end, None, zone)
    closed = _minute(close) if close <= now else None
    reopened = rng.random() < 0.05
    meaning = Meaning.CLOSED if closed else Meaning.RESOLVED
    return Story(meaning, is_owned=True, first_response=answered, resolved=end, closed=closed,
                 updated=closed or end, was_reopened=reopened)  # fmt: skip


def _answered(
    rng: random.Random,
    created: datetime,
    due: datetime | None,
    end: datetime,
    zone: ZoneInfo,
    *,
    is_urgent: bool,
) -> datetime:
    """When a person first answered: mostly in time, never after the end."""
    span = (due - created) if due is not None else (end - created) * 0.3
    share = rng.betavariate(1.4, 3) if rng.random() < 0.92 else rng.uniform(1.05, 2.2)
    moment = created + span * share
    if not is_urgent:
        moment = _in_working_time(rng, moment, created, None, zone)
    return _minute(max(created, min(moment, end)))


def _unfinished(
    rng: random.Random, created: datetime, answered: datetime, now: datetime, *, parked: bool
) -> Story:
    age = now - created
    if parked and answered <= now:
        meaning = rng.choices(PARKED, (40, 22, 12, 26 if age < timedelta(days=FRESH_DAYS) else 3))[0]
    elif answered > now or (age < timedelta(hours=20) and rng.random() < 0.4):
        meaning = Meaning.NEW
    else:
        meaning = rng.choices(
            (Meaning.OPEN, Meaning.PENDING, Meaning.ON_HOLD, Meaning.NEW), (60, 18, 12, 10)
        )[0]
    is_owned = rng.random() >= UNOWNED.get(meaning, 0)
    if meaning is Meaning.NEW:
        return Story(meaning, is_owned, None, None, None, created)
    # Half of the touches are recent; some tickets have been quiet for long.
    updated = _minute(answered + (now - answered) * rng.random() ** 0.7)
    return Story(meaning, is_owned, answered, None, None, updated)


def _in_working_time(
    rng: random.Random, moment: datetime, low: datetime, high: datetime | None, zone: ZoneInfo
) -> datetime:
    """A moment near `moment` when somebody works, not before `low`; `moment` itself if there is none."""
    wall = moment.astimezone(zone)
    if wall.weekday() < 5 and OPENING <= wall.hour < CLOSING:
        return moment
    earlier = wall - timedelta(days=1) if wall.hour < OPENING else wall
    while earlier.weekday() >= 5:
        earlier -= timedelta(days=1)
    earlier = earlier.replace(hour=rng.randrange(OPENING, CLOSING), minute=rng.randrange(60))
    if earlier.astimezone(UTC) >= low:
        return earlier.astimezone(UTC)
    later = (_opening(wall) + timedelta(minutes=rng.randrange(90))).astimezone(UTC)
    return later if high is None or later <= high else moment


def _between(rng: random.Random, low: datetime, high: datetime) -> datetime:
    return max(low, _minute(low + (high - low) * rng.random()))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def statuses(meanings: Mapping[Meaning, Sequence[str]]) -> dict[Meaning, Sequence[str]]:
    """For each meaning the statuses a desk has for it, or those of the nearest meaning."""
    near = {
        Meaning.NEW: (Meaning.OPEN,),
        Meaning.OPEN: (Meaning.NEW,),
        Meaning.PENDING: (Meaning.ON_HOLD, Meaning.OPEN, Meaning.NEW),
        Meaning.ON_HOLD: (Meaning.PENDING, Meaning.OPEN, Meaning.NEW),
        Meaning.RESOLVED: (Meaning.CLOSED,),
        Meaning.CLOSED: (Meaning.RESOLVED,),
        Meaning.CANCELLED: (Meaning.CLOSED, Meaning.RESOLVED),
    }
    every = [key for keys in meanings.values() for key in keys]
    return {
        meaning: next((meanings[m] for m in (meaning, *others) if meanings.get(m)), every)
        for meaning, others in near.items()
    }
