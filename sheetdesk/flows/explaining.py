"""Why a ticket stands as it does: which promise holds, how its due times come about, who got it and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.clock.arithmetic import Pause, arithmetic, tell_arithmetic
from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.history import Change, TicketHistory
from sheetdesk.clock.policy import Chosen, choose_policies
from sheetdesk.clock.sla import pauses_of, standings
from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Desk, Duration, SlaPolicy
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.rules.assign import REASONS, reason_of
from sheetdesk.rules.histories import tell_histories
from sheetdesk.rules.reason import Reason, tell_reason
from sheetdesk.table.derive import derive
from sheetdesk.table.table import Table

__all__ = ["Explained", "explain", "tell_explained"]


@dataclass(frozen=True)
class Explained:
    """All there is to say of one ticket. `standings` has its cycles, as `clock.sla` tells them."""

    ticket: str
    history: TicketHistory
    chosen: Chosen
    standings: pd.DataFrame
    times: dict[str, WorkingTime]
    reason: Reason | None


def explain(opened: OpenDesk, ticket: str, *, now: datetime) -> Explained:
    """What is promised for a ticket and why, and why its owner got it. Raises KeyError for no such ticket."""
    desk = opened.desk
    with opened.snapshot() as at:
        tickets = at.store.table(desk.tickets)
        one = Table(tickets.spec, tickets.frame.loc[[ticket]])
        entries = at.store.entries([desk.tickets], row=ticket)
        states = at.store.rule_states(ticket)
    (history,) = tell_histories(desk, one.frame, entries, now)
    times = {calendar.key: WorkingTime(calendar) for calendar in desk.calendars}
    found = standings([history], desk.sla, times, now, due_soon=desk.attention.due_soon_share)
    chosen = choose_policies(desk.sla, derive(desk, one, now), desk.tickets.columns, zone=desk.zone)
    facts = states.get((REASONS, ticket))
    return Explained(
        ticket, history, chosen.iloc[0], found, times, None if facts is None else reason_of(facts)
    )


def tell_explained(desk: Desk, told: Explained) -> list[str]:
    """The explanation as lines, in the desk's language."""
    words = _Words(desk)
    lines = [*words.policy(told.chosen)]
    for row in told.standings.itertuples():
        lines += ["", *words.cycle(told, row)]
    lines += ["", desk.locale.text("explain.history"), *words.statuses(told.history)]
    lines += ["", desk.locale.text("explain.owner")]
    lines += (
        [f"  {desk.locale.text('explain.no_reason')}"]
        if told.reason is None
        else [f"  {line}" for line in tell_reason(told.reason, desk.locale)]
    )
    return lines


@dataclass(frozen=True)
class _Words:
    desk: Desk

    def text(self, key: str, **facts: object) -> str:
        return self.desk.locale.text(f"explain.{key}", **facts)

    def policy(self, chosen: Chosen) -> Iterator[str]:
        policies = {policy.key: policy for policy in self.desk.sla}
        if not chosen.policy:
            yield self.text("policy_none")
            return
        when = policies[chosen.policy].when_text or self.text("policy_else")
        yield self.text("policy", policy=chosen.policy, when=when)
        if chosen.beaten:
            listed = ", ".join(f"{key} ({tests})" for key, tests in chosen.beaten)
            key = "policy_tie" if chosen.is_tie else "policy_why"
            yield "  " + self.text(key, tests=chosen.tests, beaten=listed)

    def cycle(self, told: Explained, row: Any) -> Iterator[str]:
        """One promise: until when, how that comes about, how it stands."""
        policy = next(policy for policy in self.desk.sla if policy.key == row.policy)
        facts = {
            "target": self.text(row.target), "policy": row.policy, "started": self.moment(row.started),
            "amount": _amount(getattr(policy, row.target)),
        }  # fmt: skip
        several = row.cycle > 1 or not row.is_last
        yield self.text("cycle", cycle=int(row.cycle), **facts) if several else self.text("promise", **facts)
        state = self.text({"paused": "paused_state", "breached": "breached_state"}.get(
            row.state, row.state.replace(" ", "_")))  # fmt: skip
        ended = {} if pd.isna(row.ended) else {"ended": self.moment(row.ended)}
        yield "  " + self.text(
            f"due{'_ended' if ended else ''}", due=self.moment(row.due), state=state, **ended
        )
        if not pd.isna(row.breached):
            yield "  " + self.text("breached", breached=self.moment(row.breached))
        yield "  " + self.text("left", used=f"{row.used_min:.0f}", left=f"{row.left_min:.0f}")
        if row.is_provisional and row.calendar in told.times:
            time = told.times[row.calendar]
            years = time.uncertain_years(row.started.year, (row.due + pd.Timedelta(days=8)).year)
            yield "  " + self.text("provisional", years=", ".join(map(str, years)))
        yield from (f"    {line}" for line in self.arithmetic(told, policy, row))

    def arithmetic(self, told: Explained, policy: SlaPolicy, row: Any) -> Iterator[str]:
        start, due = row.started.to_pydatetime(), row.due.to_pydatetime()
        # What came after its end moved nothing any more.
        until = due if pd.isna(row.ended) else min(due, row.ended.to_pydatetime())
        pauses: tuple[Pause, ...] = pauses_of(told.history, policy, row.target, start, until)
        if row.calendar in told.times:
            time = told.times[row.calendar]
            yield from tell_arithmetic(arithmetic(time, start, due, pauses), self.desk.locale)
            return
        for begins, ends in pauses:
            yield self.text("paused", start=self.moment(begins), end=self.moment(ends))
        minutes = f"{row.target_min:.0f}"
        yield self.text("round_the_clock", start=self.moment(start), minutes=minutes, end=self.moment(due))

    def statuses(self, history: TicketHistory) -> Iterator[str]:
        for change in history.statuses:
            yield "  " + self.status(change)

    def status(self, change: Change[Meaning]) -> str:
        choices = self.desk.column("status").choices
        status = next((c.title for c in choices if c.meaning is change.value), change.value.value)
        if change.typed is not None:
            return self.text("typed", status=status, at=self.moment(change.typed))
        if change.seen_from == change.seen_to:
            return self.text("known", status=status, at=self.moment(change.seen_to))
        ends = {"seen_from": self.moment(change.seen_from), "seen_to": self.moment(change.seen_to)}
        return self.text("seen", status=status, **ends)

    def moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.desk.zone):%Y-%m-%d %H:%M}"


def _amount(duration: Duration) -> str:
    unit = {"minutes": "m", "hours": "h", "days": "d", "working days": "wd"}[duration.unit]
    return f"{duration.amount:g}{unit}"
