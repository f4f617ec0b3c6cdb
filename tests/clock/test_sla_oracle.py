"""Promises held against a clock that is walked minute by minute, and against telling events one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetdesk.clock.history import Change, TicketHistory
from sheetdesk.clock.sla import standings
from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import SlaPolicy
from tests.clock import MINUTE, Minutes
from tests.clock.stories import TIMES, policy

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
OPEN = {key: Minutes(time.calendar, date(2026, 2, 27), date(2026, 3, 31)) for key, time in TIMES.items()}
EVERY = {"office": frozenset(OPEN["office"].open), "night": frozenset(OPEN["night"].open)}
TARGETS = ("1h", "3h", "8h", "15h", "1wd", "2wd", "1d")


@dataclass(frozen=True)
class Walked:
    """What a walk over the minutes finds for one cycle."""

    due: datetime
    breached: datetime | None
    used: int


def is_open(given_: SlaPolicy, target: str, minute: datetime) -> bool:
    return (target.endswith("d") and not target.endswith("wd")) or minute in EVERY[given_.calendar]


def stands(given_: SlaPolicy, history: TicketHistory, minute: datetime) -> bool:
    meaning = Meaning.NEW
    for change in history.statuses:
        if change.at <= minute:
            meaning = change.value
    return meaning in given_.pauses or meaning in (Meaning.RESOLVED, Meaning.CLOSED, Meaning.CANCELLED)


def budget(given_: SlaPolicy, target: str, start: datetime) -> int:
    if target.endswith("wd"):
        times = OPEN[given_.calendar]
        return times.elapsed(start, times.due_days(start, int(target[:-2])))
    return int(target[:-1]) * (1440 if target.endswith("d") else 60)


def walk(
    history: TicketHistory, known: dict[str, tuple[SlaPolicy, str]], start: datetime, upto: datetime
) -> Walked:
    """Walks a resolution clock under every policy at once; the one in force at a minute may breach."""
    used = dict.fromkeys(known, 0)
    due: dict[str, datetime] = {}
    breached = None
    whole = {key: budget(given_, target, start) for key, (given_, target) in known.items()}
    final = [
        change.value for change in history.policies if change.at <= upto or change is history.policies[0]
    ][-1]
    minute, before = start, 0
    while minute < upto or final not in due:
        for key, (given_, target) in known.items():
            # Behind `upto` the clock is taken to run.
            if (minute >= upto or not stands(given_, history, minute)) and is_open(given_, target, minute):
                used[key] += 1
                if used[key] == whole[key]:
                    due[key] = minute + MINUTE
        minute += MINUTE
        before = used[final] if minute == upto else before
        in_force = [c.value for c in history.policies if c.at < minute or c is history.policies[0]][-1]
        if breached is None and minute <= upto and in_force in due and due[in_force] < minute:
            breached = max(due[in_force], minute - MINUTE)
    return Walked(due[final], breached, before)


@st.composite
def histories(draw: st.DrawFn) -> tuple[TicketHistory, dict[str, tuple[SlaPolicy, str]], bool]:
    """A ticket of a week with up to eight changes at different minutes, under up to three policies."""
    restarts = draw(st.booleans())
    known = {}
    for key in ("a", "b", "c"):
        target = draw(st.sampled_from(TARGETS))
        pauses = draw(st.sampled_from([(), ("pending",), ("pending", "on hold")]))
        more = {
            "calendar": draw(st.sampled_from(sorted(TIMES))),
            "reopen": "restarts" if restarts else "resumes",
        }
        known[key] = (
            policy(key, pauses=pauses, resolution=target, first_response="1h", next_update="2h", **more),
            target,
        )
    offsets = sorted(draw(st.lists(st.integers(1, 5 * 1440), max_size=8, unique=True)))
    created = BEGIN + timedelta(minutes=draw(st.integers(0, 1440)))
    statuses, policies, updates, response = (
        [],
        [Change(draw(st.sampled_from("abc")), created, created)],
        [],
        None,
    )
    for offset in offsets:
        when = created + timedelta(minutes=offset)
        kind = draw(st.sampled_from(["status"] * 5 + ["policy", "update", "response"]))
        if kind == "status":
            statuses.append(Change(draw(st.sampled_from(Meaning)), when, when))
        elif kind == "policy":
            policies.append(Change(draw(st.sampled_from("abc")), when, when))
        elif kind == "update":
            updates.append(when)
        else:
            response = response or when
    made = TicketHistory("T-1", created, tuple(statuses), tuple(policies), response, tuple(updates))
    return made, known, restarts


def cycles(history: TicketHistory, now: datetime, *, restarts: bool) -> list[tuple[datetime, datetime]]:
    """Beginning and end of each resolution cycle."""
    found, start, is_open = [], history.created, True
    for change in history.statuses:
        if is_open and not change.value.is_open:
            found.append((start, change.at))
        elif not is_open and change.value.is_open and restarts:
            start = change.at
        is_open = change.value.is_open
    return [*found, (start, now)] if is_open else found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.integers(0, 6 * 1440))
def test_a_resolution_is_what_a_walk_over_the_minutes_finds(
    drawn: tuple[TicketHistory, dict[str, tuple[SlaPolicy, str]], bool], later: int
) -> None:
    history, known, restarts = drawn
    now = history.created + timedelta(minutes=later)
    cut = history.until(now)
    frame = standings([history], [one for one, _ in known.values()], TIMES, now)
    rows = frame[frame["target"] == "resolution"]
    expected = cycles(cut, now, restarts=restarts)
    assert len(rows) == len(expected)
    for row, (start, upto) in zip(rows.itertuples(), expected, strict=True):
        walked = walk(cut, known, start, upto)
        assert row.started == start
        assert row.due == walked.due
        assert row.breached == walked.breached or (row.breached is pd.NaT and walked.breached is None)
        assert row.used_min == walked.used


def ended(frame: pd.DataFrame) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = (
        frame[frame["ended"].notna()].drop(columns="is_last").fillna({"breached": pd.Timestamp(0, tz="UTC")})
    )
    return {row[:3]: row[3:] for row in rows.itertuples(index=False, name=None)}


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_events_told_one_by_one_come_to_the_same_as_all_at_once(
    drawn: tuple[TicketHistory, dict[str, tuple[SlaPolicy, str]], bool],
) -> None:
    history, known, _ = drawn
    policies = [one for one, _ in known.values()]
    changes = [*(change.at for change in history.statuses), *(change.at for change in history.policies)]
    moments = sorted(
        {*changes, *history.updates, *([history.first_response] if history.first_response else [])}
    )
    seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for when in moments:
        cut = standings([history.until(when)], policies, TIMES, when)
        pd.testing.assert_frame_equal(cut, standings([history], policies, TIMES, when))
        found = ended(cut)
        # What has ended never changes any more.
        assert found.items() >= seen.items()
        seen = found
    last = standings([history], policies, TIMES, moments[-1] + timedelta(days=400))
    assert ended(last) == seen
