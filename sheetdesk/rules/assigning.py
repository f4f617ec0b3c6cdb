"""Assigns tickets to members: the most urgent first, each to whoever can take it at the lowest score.

Where all who could take a ticket are full, one of them passes a ticket of this same call on, to somebody
who may pass one on in turn, along a shortest such way. So of the tickets up to any place in the order as
many are placed as can be at all: paths that augment a matching, tickets being added one by one
(J. Edmonds and D. R. Fulkerson, Transversals and matroid partition, 1965).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf

import numpy as np
import numpy.typing as npt

from sheetdesk.rules.reason import DROPS, Candidate, Reason
from sheetdesk.rules.team import Member, Team

__all__ = ["Asked", "Assigned", "Bonuses", "assign"]

BEST = 3

# Scores that differ by less are equal: sums of loads are not exact.
DECIMALS = 9

EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """A ticket that needs an owner. The higher its `weight`, the more urgent it is and the more it loads.

    `type` counts for the skill bonus; only those who have `skill` can take it, "" for everybody. `owner`
    is whose it was. Nobody of `not_to` gets it.
    """

    id: str
    type: str = ""
    weight: float = 1.0
    skill: str = ""
    requester: str = ""
    owner: str = ""
    not_to: frozenset[str] = frozenset()
    created: datetime | None = None


@dataclass(frozen=True)
class Bonuses:
    """How much load each is worth: a level of skill, the requester's last owner, the absent one's backup."""

    skill: float = 0.25
    sticky: float = 2.0
    backup: float = 4.0


@dataclass(frozen=True)
class Assigned:
    """Owners of the tickets that got one, and a Reason for each ticket; by id, most urgent first."""

    owners: Mapping[str, str]
    reasons: Mapping[str, Reason]

    @property
    def unassigned(self) -> tuple[str, ...]:
        """The tickets that nobody can take."""
        return tuple(ticket for ticket, reason in self.reasons.items() if not reason.owner)


def assign(
    tickets: Sequence[Asked],
    team: Team,
    loads: Mapping[str, float],
    counts: Mapping[str, int],
    *,
    present: Collection[str],
    absent: Collection[str] = (),
    last_owner: Mapping[str, str] | None = None,
    bonuses: Bonuses | None = None,
) -> Assigned:
    """An owner for each ticket that somebody can take; the order of tickets and of members is no matter.

    `loads` are the weights of the open tickets that members have, `counts` their numbers, which caps
    bound; `present` are those on shift, `last_owner` is by requester. Only these tickets get owners or
    are passed on. Ids stand once.
    """
    work = _Work(team, loads, counts, bonuses or Bonuses())
    work.sift(present, absent)
    for ticket in sorted(tickets, key=_turn):
        work.place(ticket, (last_owner or {}).get(ticket.requester, ""))
    owners = {ticket: reason.owner for ticket, reason in work.reasons.items() if reason.owner}
    return Assigned(owners, work.reasons)


def _turn(ticket: Asked) -> tuple[float, datetime, str]:
    return -ticket.weight, ticket.created or EARLIEST, ticket.id


_Kind = tuple[str, str, frozenset[str]]
"""Tickets of one type, skill and `not_to` can be taken by the same members."""


@dataclass(frozen=True)
class _Able:
    """Who can take a kind of ticket, caps aside: places of members, and the names of the others."""

    places: tuple[int, ...]
    dropped: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Free:
    """Those of the able who have room, in order, with their shares and skill bonuses."""

    places: npt.NDArray[np.int64]
    share: npt.NDArray[np.float64]
    skill: npt.NDArray[np.float64]
    dropped: Mapping[str, tuple[str, ...]]


class _Work:
    """The state of one call; a place is that of a member in the order of names."""

    def __init__(
        self, team: Team, loads: Mapping[str, float], counts: Mapping[str, int], bonuses: Bonuses
    ) -> None:
        self.members = sorted(team.members, key=lambda member: member.name)
        self.places = {member.name: place for place, member in enumerate(self.members)}
        self.bonuses = bonuses
        self.load = np.array([loads.get(member.name, 0.0) for member in self.members], dtype="float64")
        self.share = np.array([member.share for member in self.members], dtype="float64")
        self.room = [
            inf if member.cap is None else member.cap - counts.get(member.name, 0) for member in self.members
        ]
        self.held: list[dict[_Kind, list[Asked]]] = [{} for _ in self.members]
        self.reasons: dict[str, Reason] = {}
        self.away: dict[str, str] = {}
        self.absent: frozenset[str] = frozenset()
        # Full members none of whose tickets can ever be passed on to somebody with room.
        self.stuck: set[int] = set()
        self._able: dict[_Kind, _Able] = {}
        self._free: dict[_Kind, _Free] = {}

    def sift(self, present: Collection[str], absent: Collection[str]) -> None:
        """Notes who gets nothing in this call, whatever the ticket."""
        self.absent = frozenset(absent)
        there = frozenset(present)
        for member in self.members:
            if member.name in self.absent:
                self.away[member.name] = "absence"
            elif member.name not in there:
                self.away[member.name] = "shift"
            elif member.share <= 0:
                self.away[member.name] = "share"

    def place(self, ticket: Asked, last: str) -> None:
        """Gives the ticket to the best member with room, or makes room."""
        kind = (ticket.type, ticket.skill, ticket.not_to)
        free = self.free(kind)
        if not len(free.places):
            self.make_room(ticket, kind, free)
            return
        load = (self.load[free.places] + ticket.weight) / free.share
        wished = list(self.wished(ticket, last))
        score = load - free.skill
        for place, points, _ in wished:
            score[free.places == place] -= points
        # Members stand in the order of names, so a stable order settles ties by name.
        score = score.round(DECIMALS)
        order = score.argsort(kind="stable")[:BEST]
        best = tuple(
            self.candidate(wished, *row)
            for row in zip(
                free.places[order].tolist(),
                score[order].tolist(),
                load[order].tolist(),
                free.skill[order].tolist(),
                strict=True,
            )
        )
        self.reasons[ticket.id] = Reason(ticket.id, best[0].name, len(free.places), free.dropped, best)
        self.give(ticket, kind, self.places[best[0].name])

    def candidate(
        self, wished: Sequence[tuple[int, float, str]], place: int, score: float, load: float, skill: float
    ) -> Candidate:
        name = self.members[place].name
        if not wished:
            return Candidate(name, score, load, skill)
        parts = {why: points for at, points, why in wished if at == place}
        return Candidate(name, score, load, skill, parts.get("sticky", 0.0), parts.get("backup", 0.0))

    def wished(self, ticket: Asked, last: str) -> Iterator[tuple[int, float, str]]:
        """Who is the likelier to get this ticket than others of its kind: place, bonus and why."""
        if last in self.places:
            yield self.places[last], self.bonuses.sticky, "sticky"
        for name in (ticket.owner, last):
            if name in self.absent:
                backup = self.stands_in(name)
                if backup:
                    yield self.places[backup], self.bonuses.backup, "backup"
                return

    def stands_in(self, name: str) -> str:
        """The first who is not absent of a member's backup, that one's backup and so on; "" for nobody."""
        seen = set()
        while name in self.absent and name in self.places and name not in seen:
            seen.add(name)
            name = self.members[self.places[name]].backup
        return name if name in self.places and name not in self.absent else ""

    def able(self, kind: _Kind) -> _Able:
        if kind not in self._able:
            dropped: dict[str, list[str]] = {why: [] for why in DROPS}
            places = []
            for place, member in enumerate(self.members):
                why = self.drop(member, kind)
                if why:
                    dropped[why].append(member.name)
                else:
                    places.append(place)
            told = {why: tuple(names) for why, names in dropped.items() if names}
            self._able[kind] = _Able(tuple(places), told)
        return self._able[kind]

    def drop(self, member: Member, kind: _Kind) -> str:
        _, skill, not_to = kind
        if skill and skill not in member.skills:
            return "skill"
        return "excluded" if member.name in not_to else self.away.get(member.name, "")

    def free(self, kind: _Kind) -> _Free:
        if kind not in self._free:
            able = self.able(kind)
            places = np.array([place for place in able.places if self.room[place] > 0], dtype=np.int64)
            full = tuple(self.members[place].name for place in able.places if self.room[place] <= 0)
            counts = kind[1] or kind[0]
            levels = [self.members[place].skills.get(counts, 0) for place in places.tolist()]
            skill = np.array(levels, dtype="float64") * self.bonuses.skill
            dropped = {**able.dropped, "cap": full} if full else able.dropped
            self._free[kind] = _Free(places, self.share[places], skill, dropped)
        return self._free[kind]

    def give(self, ticket: Asked, kind: _Kind, place: int) -> None:
        self.held[place].setdefault(kind, []).append(ticket)
        self.load[place] += ticket.weight
        self.room[place] -= 1
        if self.room[place] <= 0:
            self._free.clear()

    def make_room(self, ticket: Asked, kind: _Kind, free: _Free) -> None:
        """Passes tickets on along a shortest way to somebody with room, and places the ticket; or nobody."""
        came: dict[int, tuple[int, _Kind] | None] = dict.fromkeys(self.ordered(kind))
        queue = deque(came)
        owner, moved = "", ""
        while queue:
            here = queue.popleft()
            if self.room[here] > 0:
                first, moved = self.pass_on(here, came)
                owner = self.members[first].name
                self.give(ticket, kind, first)
                break
            for other, tickets in self.held[here].items():
                for there in self.ordered(other) if tickets else ():
                    if there not in came:
                        came[there] = (here, other)
                        queue.append(there)
        else:
            # Whoever was reached stays full for good, and passes on only to others who are.
            self.stuck.update(came)
        self.reasons[ticket.id] = Reason(ticket.id, owner, 0, free.dropped, room_by=moved)

    def ordered(self, kind: _Kind) -> list[int]:
        """Who could take tickets of the kind, with room or without, the least loaded first."""
        places = [place for place in self.able(kind).places if place not in self.stuck]
        return sorted(
            places, key=lambda place: (round(self.load[place] / self.share[place], DECIMALS), place)
        )

    def pass_on(self, last: int, came: Mapping[int, tuple[int, _Kind] | None]) -> tuple[int, str]:
        """Where the way begins, which has room then, and the ticket that left it."""
        place, moved = last, ""
        while (step := came[place]) is not None:
            giver, kind = step
            ticket = self.held[giver][kind].pop()
            self.load[giver] -= ticket.weight
            self.room[giver] += 1
            self.give(ticket, kind, place)
            self.reasons[ticket.id] = replace(
                self.reasons[ticket.id], owner=self.members[place].name, moved=True
            )
            place, moved = giver, ticket.id
        return place, moved
