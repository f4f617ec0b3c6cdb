"""Ticket histories for the tests of promises, written short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.history import Change, TicketHistory
from sheetdesk.clock.sla import standings
from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import SlaPolicy
from sheetdesk.desk.durations import parse_duration
from tests.clock import at, calendar

OFFICE = WorkingTime(calendar("09:00-12:00", "13:00-18:00"))
NIGHT = WorkingTime(calendar("22:00-06:00", days=7))
TIMES = {"office": OFFICE, "night": NIGHT}


def policy(key: str = "p", *, pauses: Sequence[str] = ("pending",), **more: Any) -> SlaPolicy:
    """A policy; targets as a desk file has them."""
    settings: dict[str, Any] = {"calendar": "office", "pauses": frozenset(map(Meaning, pauses)), **more}
    for name in ("first_response", "next_update", "resolution"):
        if name in settings:
            settings[name] = parse_duration(settings[name])
    return SlaPolicy(key, None, "", **settings)


def moment(text: str) -> datetime:
    """`Mon 09:30` … in the week from 2 March 2026, `+Mon` in the one after it."""
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(text.lstrip("+")[:3])
    return at(f"2026-03-{2 + day + 7 * text.count('+'):02} {text[-5:]}")


def history(*lines: str) -> TicketHistory:
    """`Mon 09:30 created p`, then lines as `Mon 10:00 pending`, `… policy q`, `… response`, `… update`."""
    created, statuses, policies, response, updates = None, [], [], None, []
    for line in lines:
        when, word = moment(" ".join(line.split()[:2])), " ".join(line.split()[2:])
        kind, _, rest = word.partition(" ")
        if kind == "created":
            created = when
            policies.append(Change(rest or "p", when, when))
        elif kind == "policy":
            policies.append(Change(rest, when, when))
        elif kind == "response":
            response = when
        elif kind == "update":
            updates.append(when)
        else:
            statuses.append(Change(Meaning(word), when, when))
    assert created is not None
    return TicketHistory("T-1", created, tuple(statuses), tuple(policies), response, tuple(updates))


def stand(given: TicketHistory, now: str, *policies: SlaPolicy, **more: Any) -> pd.DataFrame:
    """Where everything stands at a moment."""
    return standings([given], policies or (policy(resolution="8h"),), TIMES, moment(now), **more)


def told(frame: pd.DataFrame, target: str = "resolution") -> list[str]:
    """`state due` of each cycle, the due time as `moment` takes it."""
    rows = frame[frame["target"] == target]
    return [f"{row.state} {shown(row.due)}" for row in rows.itertuples()]


def shown(when: Any) -> str:
    """A moment as `moment` takes it; "" for a missing one."""
    if pd.isna(when):
        return ""
    local = when.tz_convert("Asia/Shanghai")
    weeks = (local.tz_localize(None) - pd.Timestamp("2026-03-02")).days // 7
    return f"{'+' * weeks}{local:%a %H:%M}"
