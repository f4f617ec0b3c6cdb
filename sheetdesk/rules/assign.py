"""Tickets that need an owner, given to members of the team: new ones, and those of who is away.

What a person assigned stays. How one is chosen stands in `assigning`, why in `reason`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.actions import Assign, Whom
from sheetdesk.desk.desk import Desk
from sheetdesk.rules.assigning import Asked, assign
from sheetdesk.rules.base import Notice
from sheetdesk.rules.draft import Draft, open_mask
from sheetdesk.rules.reason import Candidate, Reason, short_reason
from sheetdesk.rules.team import Member, Team, is_absent, on_shift

__all__ = ["ABSENT", "REASONS", "RETURNED", "Giver", "alerted", "reason_of"]

ABSENT = "absent"
"""The name under which tickets of absent owners are given to others."""

REASONS = "assign"
RETURNED = "return"


@dataclass
class Giver:
    """Who there is to give tickets to, and what each has by now."""

    draft: Draft
    team: Team
    times: Mapping[str, WorkingTime]
    states: Mapping[tuple[str, str], Mapping[str, Any]]
    notices: list[Notice] = field(default_factory=list)
    remembered: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)

    def give(self, rule: str, action: Assign, tickets: Sequence[str]) -> None:
        """Owners for these tickets, as an action says."""
        if not tickets or not self.desk.has("owner"):
            return
        team = self.team
        if action.by == "person":
            team = Team(tuple(member for member in team.members if member.name == action.key))
        wanted = [self._asked(name, action) for name in tickets]
        self._place(rule, wanted, team)

    def give_for_absent(self) -> None:
        """The open tickets of who is away, where the desk says so."""
        whose = self.desk.assignment.absent
        if whose == "keep" or not self.desk.has("owner"):
            return
        away = self.away
        frame = self.draft.whole
        rows = frame.index[open_mask(self.desk, frame) & frame["owner"].isin(list(away))]
        names = [str(n) for n in rows if whose == "all" or self.draft.past.is_rules(str(n), "owner")]
        action = Assign("type")
        wanted = [self._asked(name, action, owner=str(frame.at[name, "owner"])) for name in names]
        self._place(ABSENT, wanted, self.team)

    @property
    def desk(self) -> Desk:
        return self.draft.desk

    @property
    def away(self) -> set[str]:
        today = self.draft.now.astimezone(self.desk.zone).date()
        return {member.name for member in self.team.members if is_absent(member, today)}

    def returned(self, name: str) -> list[str]:
        """Who handed the ticket back, in this run too."""
        facts = self.remembered.get((RETURNED, name)) or self.states.get((RETURNED, name), {})
        found: list[str] = facts.get("not_to", [])
        return found

    def _asked(self, name: str, action: Assign, owner: str = "") -> Asked:
        cells = self.draft.whole.loc[name]
        kind = _text(cells.get("type"))
        skill = kind if action.by == "type" else action.key if action.by == "skill" else ""
        created = cells.get("created")
        return Asked(
            name, kind, self._weight(cells.get("priority")), skill, _text(cells.get("requester")), owner,
            frozenset(self.returned(name)) | ({owner} if owner else frozenset()),
            None if created is None or pd.isna(created) else created.to_pydatetime(),
        )  # fmt: skip

    def _weight(self, priority: Any) -> float:
        """The more urgent the more it loads: the last of the desk's priorities counts 1."""
        if not self.desk.has("priority"):
            return 1.0
        keys = [choice.key for choice in self.desk.column("priority").choices]
        return float(len(keys) - keys.index(priority)) if priority in keys else 1.0

    def _place(self, rule: str, wanted: Sequence[Asked], team: Team) -> None:
        if not wanted:
            return
        loads, counts = self._loads()
        done = assign(
            wanted, team, loads, counts, present=_present(team, self.draft.now, self.times),
            absent=self.away, last_owner=self._last_owners({ask.requester for ask in wanted}),
        )  # fmt: skip
        for name, reason in done.reasons.items():
            taken = bool(reason.owner) and self.draft.propose(rule, name, "owner", reason.owner)
            if reason.owner and not taken:
                continue
            if self.desk.has("assigned_because"):
                self.draft.propose(rule, name, "assigned_because", short_reason(reason, self.desk.locale))
            facts = {"rule": rule, **_plain(asdict(reason))}
            before = self.states.get((REASONS, name))
            if facts != before:
                self.remembered[REASONS, name] = facts
                # Who is full and who is not changes all day: it is told when another kind of reason comes in.
                if (
                    reason.owner
                    or before is None
                    or before["owner"]
                    or set(before["dropped"]) != set(reason.dropped)
                ):
                    self._tell(rule, reason)

    def _tell(self, rule: str, reason: Reason) -> None:
        if reason.owner:
            # Who gets a ticket back is told again.
            state = f"{reason.owner}/{self.draft.now:%Y%m%dT%H%M%S}"
            whom = Whom("person", reason.owner)
            self.notices.append(Notice(rule, reason.ticket, whom, "assigned", state=state))
            return
        why = short_reason(reason, self.desk.locale)
        for whom in alerted(self.desk):
            state = f"{self.draft.now:%Y%m%dT%H%M%S}"
            self.notices.append(
                Notice(rule, reason.ticket, whom, "unassigned", state=state, facts={"why": why})
            )

    def _loads(self) -> tuple[dict[str, float], dict[str, int]]:
        """What everybody has: weights and numbers of their open tickets, by name."""
        frame = self.draft.whole
        mine = frame[open_mask(self.desk, frame) & frame["owner"].notna()]
        owners = [self.draft.value(str(name), "owner") for name in mine.index]
        priorities = mine["priority"] if "priority" in mine.columns else [None] * len(mine)
        weights = pd.Series([self._weight(value) for value in priorities], dtype="float64")
        groups = weights.groupby(pd.Series(owners, dtype="object"))
        sums, numbers = groups.sum(), groups.count()
        return (
            {str(name): float(load) for name, load in sums.items()},
            {str(name): int(number) for name, number in numbers.items()},
        )

    def _last_owners(self, requesters: Collection[str]) -> dict[str, str]:
        """Who last had a ticket of each requester, lately."""
        days, frame = self.desk.assignment.sticky_days, self.draft.whole
        if not days or not {"requester", "owner", "created"} <= set(frame.columns):
            return {}
        since = pd.Timestamp(self.draft.now - timedelta(days=days))
        rows = frame[frame["requester"].isin([name for name in requesters if name]) & frame["owner"].notna()]
        rows = rows[rows["created"] >= since].sort_values("created", kind="stable")
        return {str(r): str(owner) for r, owner in zip(rows["requester"], rows["owner"], strict=True)}


def alerted(desk: Desk) -> list[Whom]:
    """Who is told that nobody can take a ticket: as the desk says, else its first role."""
    alert = desk.assignment.alert
    if alert:
        names = {word: role.key for role in desk.roles for word in (role.key, role.title)}
        return [Whom("role", names[alert]) if alert in names else Whom("person", alert)]
    return [Whom("role", desk.roles[0].key)]


def reason_of(facts: Mapping[str, Any]) -> Reason:
    """A reason as it was remembered."""
    dropped = {why: tuple(names) for why, names in facts["dropped"].items()}
    best = tuple(Candidate(**one) for one in facts["best"])
    return Reason(
        facts["ticket"], facts["owner"], facts["eligible"], dropped, best, facts["moved"], facts["room_by"]
    )


def _present(team: Team, now: datetime, times: Mapping[str, WorkingTime]) -> set[str]:
    shifts: dict[str, bool] = {}

    def is_here(member: Member) -> bool:
        if member.shift not in shifts:
            shifts[member.shift] = on_shift(member, now, times)
        return shifts[member.shift]

    return {member.name for member in team.members if is_here(member)}


def _plain(value: Any) -> Any:
    """Lists for tuples, as what was remembered comes back."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
