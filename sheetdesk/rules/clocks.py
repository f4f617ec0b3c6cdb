"""On which clock a ticket's time passes, and how its promises stand, for rules that wait for either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.actions import Level
from sheetdesk.desk.desk import Desk, Duration

__all__ = ["Clocks"]

TARGETS = ("resolution", "next_update", "first_response")


@dataclass(frozen=True)
class Clocks:
    """`policies` are by ticket; `standings` as `clock.sla` tells them; `times` every calendar's time.

    Minutes and hours pass on the working time of the ticket's policy, on the wall where it has none;
    days are days of the wall, working days those of the calendar.
    """

    desk: Desk
    policies: Mapping[str, str]
    times: Mapping[str, WorkingTime]
    standings: pd.DataFrame
    now: datetime
    others: Callable[[], Mapping[str, str]] = dict
    """The policies of tickets whose promises are not reckoned, asked for when a rule waits for one."""

    def lasted(self, ticket: str, since: datetime, span: Duration) -> bool:
        """Whether so much time has passed on the ticket's clock."""
        calendar = self._calendar(ticket)
        if span.unit == "working days" and calendar is not None:
            return bool(calendar.due_days(since, int(span.amount)) <= self.now)
        if span.unit in ("minutes", "hours") and calendar is not None:
            return bool(calendar.elapsed(since, self.now) >= span.hours * 60)
        return self.now - since >= timedelta(hours=span.hours)

    def promised(self) -> dict[str, Any]:
        """By ticket the promise that escalations go by, as long as it is open: its resolution, else the next
        thing that is due.
        """
        last = self.standings[self.standings["is_last"] & self.standings["ended"].isna()]
        found: dict[str, Any] = {}
        rows: list[Any] = list(last.itertuples())
        for row in rows:
            known = found.get(row.ticket)
            if known is None or TARGETS.index(row.target) < TARGETS.index(known.target):
                found[row.ticket] = row
        return found

    def reached(self, promise: Any, level: Level) -> bool:
        """Whether a level of escalation has come, on the promise's own clock."""
        span = level.span or Duration(0, "minutes")
        sign = -1 if level.side == "after" else 1
        if span.unit == "working days" and promise.calendar in self.times:
            time = self.times[promise.calendar]
            if level.side == "before":
                return bool(time.due_days(self.now, int(span.amount)) >= promise.due)
            return bool(time.due_days(promise.due, int(span.amount)) <= self.now)
        if span.unit in ("days", "working days") or not promise.calendar:
            return bool(self.now >= promise.due - sign * timedelta(hours=span.hours))
        return bool(promise.left_min <= sign * span.hours * 60)

    @cached_property
    def _others(self) -> Mapping[str, str]:
        return self.others()

    def _calendar(self, ticket: str) -> WorkingTime | None:
        key = self.policies.get(ticket)
        if key is None:
            key = self._others.get(ticket, "")
        policy = next((policy for policy in self.desk.sla if policy.key == key), None)
        if policy is not None and policy.clock == "calendar":
            return None
        # Without a policy a desk with one calendar still has its hours.
        name = policy.calendar if policy is not None else next(iter(self.times), "")
        return self.times.get(name)
