"""Where each promise of a policy stands: due, used, left, met or breached, cycle by cycle.

A clock uses up its target only while it runs. The rules:

- It is due at the first moment at which the target is used up; a promise kept at that very moment is met.
- A status that pauses, and being resolved, stops it; only the part in working time moves the due time.
- A breach stays: whoever pauses, lowers the priority or resolves afterwards does not undo it.
- Another policy (a priority changed) counts from the same beginning, with its own target, calendar and
  pauses; what was breached under the earlier one, while that held, stays breached.
- A reopened ticket resumes with the time it had used, or, by policy, starts anew.

Nothing is kept between calls: where things stand follows from the whole history and `now` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from sheetdesk.clock.arithmetic import Pause
from sheetdesk.clock.calendar import EARLIEST, LATEST, WorkingTime
from sheetdesk.clock.cycles import Cycle, Story, cycles_of, runs_of, segments_of
from sheetdesk.clock.history import TicketHistory
from sheetdesk.clock.moments import EPOCH, MICROS, NAT, Int
from sheetdesk.desk.desk import Duration, SlaPolicy

__all__ = ["STATES", "State", "pauses_of", "standings"]

State = Literal["on time", "due soon", "overdue", "paused", "met", "breached", "cancelled"]
STATES: tuple[State, ...] = ("on time", "due soon", "overdue", "paused", "met", "breached", "cancelled")
DUE_SOON = 0.25
ROUND_THE_CLOCK = ""


def standings(
    histories: Sequence[TicketHistory],
    policies: Sequence[SlaPolicy],
    times: Mapping[str, WorkingTime],
    now: datetime,
    *,
    due_soon: float = DUE_SOON,
) -> pd.DataFrame:
    """A row for each cycle of each promise, by ticket as given, target and cycle, told up to `now`.

    | column | holds |
    | --- | --- |
    | ticket, target, cycle | id; first_response, next_update or resolution; 1, 2 … |
    | is_last | whether it is the target's last cycle: where the ticket stands |
    | policy, calendar | in force at its end or now; calendar "" is round the clock |
    | started, due, ended | moments in UTC; `ended` is missing while it counts |
    | target_min, used_min, left_min | minutes of its clock: promised, used, left (negative: over) |
    | stood_min | minutes of its calendar that passed while it stood |
    | breached | since when it is breached; missing where it is not |
    | state | one of STATES; `cancelled` is a ticket cancelled in time, neither met nor breached |
    | is_provisional | whether it reaches into a year whose working days are not all known |

    `due soon` is less than the share `due_soon` of the target left. A promise that the policy does not
    make has no row, nor has a ticket without a policy. `times` has every calendar a policy names.
    Raises KeyError for a policy or calendar that is not given.
    """
    made = _Reckoning({policy.key: policy for policy in policies}, times)
    restarting = frozenset(policy.key for policy in policies if policy.reopen == "restarts")
    stories = made.tell(histories, now)
    for history, story in zip(histories, stories, strict=True):
        for cycle in cycles_of(story, restarting):
            made.add(history.id, story, cycle)
    return made.frame(due_soon)


def pauses_of(
    history: TicketHistory, policy: SlaPolicy, target: str, start: datetime, end: datetime
) -> tuple[Pause, ...]:
    """When the clock of `target` that began at `start` stood still up to `end`, as `arithmetic` takes it."""
    pauses: list[Pause] = []
    since: datetime | None = None
    for change in history.statuses:
        stands = not change.value.is_open or change.value in policy.pauses_of(target)
        if stands and since is None:
            since = change.at
        elif not stands and since is not None:
            pauses.append((since, change.at))
            since = None
    if since is not None:
        pauses.append((since, end))
    cut = ((max(begins, start), min(ends, end)) for begins, ends in pauses)
    return tuple((begins, ends) for begins, ends in cut if begins < ends)


@dataclass
class _Row:
    ticket: str
    cycle: Cycle
    policy: str
    calendar: str
    target: int
    used: int
    stood: int
    is_paused: bool


@dataclass
class _Reckoning:
    """Collects what is to be reckoned, then reckons all of it at once, calendar by calendar."""

    policies: Mapping[str, SlaPolicy]
    times: Mapping[str, WorkingTime]
    moments: list[int] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    asked: dict[str, list[tuple[int, int, int, int, int]]] = field(default_factory=dict)
    """By calendar: the row, the beginning of the run, what is left then, and the segment's two ends."""
    _worked: dict[str, list[int]] = field(default_factory=dict)
    _days: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def tell(self, histories: Sequence[TicketHistory], now: datetime) -> list[Story]:
        """The histories as positions in `moments`, cut at `now`."""
        end = _micros(now)
        return [self._story(history, end) for history in histories]

    def _story(self, history: TicketHistory, end: int) -> Story:
        moments = self.moments
        created = _micros(history.created)
        end = max(end, created)

        def place(moment: datetime) -> int | None:
            at = _micros(moment)
            if at > end:
                return None
            moments.append(max(at, created))
            return len(moments) - 1

        moments += [created, end]
        first = len(moments) - 2
        statuses = [(at, change.value) for change in history.statuses if (at := place(change.at)) is not None]
        policies = [(first, change.value) for change in history.policies[:1]]
        policies += [(at, c.value) for c in history.policies[1:] if (at := place(c.at)) is not None]
        updates = [at for update in history.updates if (at := place(update)) is not None]
        response = None if history.first_response is None else place(history.first_response)
        return Story(moments, first, first + 1, statuses, policies, response, updates)

    def add(self, ticket: str, story: Story, cycle: Cycle) -> None:
        """Ask for what a cycle comes to, where its policy promises something."""
        segments = segments_of(story, cycle.start, cycle.upto)
        key = segments[-1][2]
        if not key or getattr(self.policies[key], cycle.target) is None:
            return
        for since, until, earlier in segments[:-1]:
            if earlier and getattr(self.policies[earlier], cycle.target) is not None:
                self._ask(story, cycle, self.policies[earlier], since, until)
        calendar, budget, used, is_paused = self._ask(story, cycle, self.policies[key], *segments[-1][:2])
        worked = self.worked(calendar)
        stood = worked[cycle.upto] - worked[cycle.start] - used
        self.rows.append(_Row(ticket, cycle, key, calendar, budget, used, stood, is_paused))

    def _ask(
        self, story: Story, cycle: Cycle, policy: SlaPolicy, since: int, until: int
    ) -> tuple[str, int, int, bool]:
        """Notes the run in which the target is used up; gives calendar, target, what is used, and whether
        the clock stands.
        """
        duration: Duration = getattr(policy, cycle.target)
        calendar, budget = self._budget(duration, policy, cycle.start)
        worked = self.worked(calendar)
        runs, stands = runs_of(story, cycle, until, policy.pauses_of(cycle.target))
        left, used, found = budget, 0, -1
        for begin, end in runs:
            work = worked[until if end is None else end] - worked[begin]
            used += work
            if found < 0:
                if end is None or work >= left:
                    found = begin
                else:
                    left -= work
        self.asked.setdefault(calendar, []).append((len(self.rows), found, left, since, until))
        return calendar, budget, used, stands

    def _budget(self, duration: Duration, policy: SlaPolicy, start: int) -> tuple[str, int]:
        """Whose time a target is counted in, and how many microseconds of it."""
        if duration.unit == "working days":
            return policy.calendar, self._whole_days(policy.calendar, int(duration.amount))[start]
        minutes = duration.amount * {"minutes": 1, "hours": 60, "days": 1440}[duration.unit]
        round_the_clock = duration.unit == "days" or policy.clock == "calendar"
        return ROUND_THE_CLOCK if round_the_clock else policy.calendar, round(minutes * MICROS)

    def worked(self, calendar: str) -> list[int]:
        """The calendar's working time up to each of the moments."""
        if calendar not in self._worked:
            at = np.array(self.moments, dtype=np.int64)
            made = at if calendar == ROUND_THE_CLOCK else self.times[calendar].worked(at)
            self._worked[calendar] = made.tolist()
        return self._worked[calendar]

    def _whole_days(self, calendar: str, days: int) -> list[int]:
        """The working time from each of the moments to the end of so many working days."""
        if (calendar, days) not in self._days:
            at = np.array(self.moments, dtype=np.int64)
            due = _known(self.times[calendar].due_days_micros(at, days))
            both = self.times[calendar].worked(np.concatenate([at, due]))
            self._days[calendar, days] = (both[len(at) :] - both[: len(at)]).tolist()
        return self._days[calendar, days]

    def frame(self, due_soon: float) -> pd.DataFrame:
        """What was asked for, as `standings` gives it."""
        due = np.full(len(self.rows), NAT)
        breached = np.full(len(self.rows), LATEST)
        at = np.array(self.moments, dtype=np.int64)
        for calendar, asked in self.asked.items():
            row, run, left, since, until = np.array(asked, dtype=np.int64).T
            if calendar == ROUND_THE_CLOCK:
                moment = np.minimum(at[run] + left, LATEST - 1)
            else:
                moment = _known(self.times[calendar].due_micros(at[run], left))
            late = moment < at[until]
            np.minimum.at(breached, row[late], np.maximum(moment, at[since])[late])
            is_final = until == np.array([made.cycle.upto for made in self.rows], dtype=np.int64)[row]
            due[row[is_final]] = moment[is_final]
        return self._frame(due, np.where(breached < LATEST, breached, NAT), at, due_soon)

    def _frame(self, due: Int, breached: Int, at: Int, due_soon: float) -> pd.DataFrame:
        rows, cycles = self.rows, [row.cycle for row in self.rows]
        start = at[[cycle.start for cycle in cycles]] if rows else at[:0]
        upto = at[[cycle.upto for cycle in cycles]] if rows else at[:0]
        has_ended = np.array([cycle.has_ended for cycle in cycles], dtype=np.bool_)
        target, used, stood = (
            np.array([getattr(row, name) for row in rows], dtype="float64") / MICROS
            for name in ("target", "used", "stood")
        )
        left = target - used
        state = np.select(
            [
                has_ended & (breached != NAT),
                has_ended & np.array([cycle.is_cancelled for cycle in cycles], dtype=np.bool_),
                has_ended,
                breached != NAT,
                np.array([row.is_paused for row in rows], dtype=np.bool_),
                left < due_soon * target,
            ],
            ["breached", "cancelled", "met", "overdue", "paused", "due soon"],
            "on time",
        )
        frame = pd.DataFrame(
            {
                "ticket": np.array([row.ticket for row in rows], dtype=object),
                "target": np.array([cycle.target for cycle in cycles], dtype=object),
                "cycle": np.array([cycle.number for cycle in cycles], dtype=np.int64),
                "policy": np.array([row.policy for row in rows], dtype=object),
                "calendar": np.array([row.calendar for row in rows], dtype=object),
                "started": _utc(start),
                "due": _utc(due),
                "ended": _utc(np.where(has_ended, upto, NAT)),
                "target_min": target,
                "used_min": used,
                "left_min": left,
                "stood_min": stood,
                "breached": _utc(breached),
                "state": state.astype(object),
                "is_provisional": self._provisional(start, np.maximum(due, upto)),
            }
        )
        frame.insert(3, "is_last", ~frame.duplicated(["ticket", "target"], keep="last"))
        return frame

    def _provisional(self, start: Int, upto: Int) -> Any:
        found = np.zeros(len(start), dtype=np.bool_)
        calendars = np.array([row.calendar for row in self.rows], dtype=object)
        for calendar in {row.calendar for row in self.rows} - {ROUND_THE_CLOCK}:
            here = calendars == calendar
            since, until = (moments[here].astype("datetime64[us]") for moments in (start, upto))
            found[here] = self.times[calendar].provisional(since, until)
        return found


def _micros(moment: datetime) -> int:
    """Microseconds; a moment outside the known years is their first or last."""
    return min(max((moment - EPOCH) // timedelta(microseconds=1), EARLIEST), LATEST - 1)


def _known(due: Int) -> Int:
    """A due time that lies behind the known years as their end."""
    return np.where(due == NAT, LATEST - 1, due)


def _utc(at: Int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(at.astype("datetime64[us]")).tz_localize("UTC")
