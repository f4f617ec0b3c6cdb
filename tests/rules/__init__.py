"""What the tests of rules share: teams and tickets, written short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetdesk.rules.assigning import Asked, Assigned, assign
from sheetdesk.rules.team import Member, Team


def team(**skills: str) -> Team:
    """Members by name, each with skills such as `net:4 db`."""
    return Team(tuple(member(name, words) for name, words in skills.items()))


def member(name: str, words: str = "", **more: Any) -> Member:
    """One of them; a skill without a level is of level 3."""
    levels = {word.partition(":")[0]: int(word.partition(":")[2] or 3) for word in words.split()}
    return Member(name, skills=levels, **more)


def shared(tickets: Sequence[Asked], given: Team, **more: Any) -> Assigned:
    """Assigned to a team that is all there and has nothing to do, unless `more` says otherwise."""
    settings: dict[str, Any] = {
        "loads": {},
        "counts": {},
        "present": frozenset(one.name for one in given.members),
        **more,
    }
    return assign(tickets, given, settings.pop("loads"), settings.pop("counts"), **settings)


def matched(wanted: Mapping[str, Sequence[str]], room: Mapping[str, int]) -> int:
    """How many tickets can be placed at most, ticket by who could take it: an exact search, depth first.

    Written without the code it judges: H. W. Kuhn's way, every member as many times as there is room.
    """
    holder: dict[tuple[str, int], str] = {}

    def placed(ticket: str, seen: set[tuple[str, int]]) -> bool:
        for name in wanted[ticket]:
            for seat in ((name, number) for number in range(room[name])):
                if seat not in seen:
                    seen.add(seat)
                    if seat not in holder or placed(holder[seat], seen):
                        holder[seat] = ticket
                        return True
        return False

    return sum(placed(ticket, set()) for ticket in wanted)
