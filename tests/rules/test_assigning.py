"""Who gets a ticket."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.rules.assigning import Asked, Assigned, Bonuses, assign
from sheetdesk.rules.reason import DROPS
from sheetdesk.rules.team import Member, Team
from tests.rules import matched, member, shared, team

SKILLS = ("net", "db", "app")
NAMES = ("Ann", "Bo", "Cai", "Dan", "Eve", "Fay")


@dataclass(frozen=True)
class Call:
    """Everything that one call of `assign` is asked with."""

    tickets: tuple[Asked, ...]
    team: Team
    loads: dict[str, float]
    counts: dict[str, int]
    present: frozenset[str]
    absent: frozenset[str]
    last_owner: dict[str, str] = field(default_factory=dict)

    def run(self) -> Assigned:
        return assign(
            self.tickets,
            self.team,
            self.loads,
            self.counts,
            present=self.present,
            absent=self.absent,
            last_owner=self.last_owner,
        )

    def could(self, ticket: Asked) -> list[str]:
        """Who might take a ticket, caps aside."""
        return [
            one.name
            for one in self.team.members
            if one.name in self.present - self.absent - ticket.not_to
            and one.share > 0
            and (not ticket.skill or ticket.skill in one.skills)
        ]

    def room(self, one: Member) -> int:
        """How many tickets a member may get; all there are without a cap."""
        most = len(self.tickets) if one.cap is None else one.cap - self.counts.get(one.name, 0)
        return max(most, 0)

    @property
    def ordered(self) -> list[Asked]:
        first = datetime.min.replace(tzinfo=UTC)
        return sorted(self.tickets, key=lambda one: (-one.weight, one.created or first, one.id))


@st.composite
def calls(draw: st.DrawFn, *, most: int = 14) -> Call:
    """Small calls in which caps, skills and absences bind."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=len(NAMES)))
    some = st.frozensets(st.sampled_from(NAMES), max_size=2)
    members = tuple(
        Member(
            name,
            skills=draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5), max_size=2)),
            share=draw(st.sampled_from([1.0, 1.0, 0.5, 0.3, 0.0])),
            cap=draw(st.sampled_from([None, 0, 1, 2, 2, 3])),
            backup=draw(st.sampled_from(["", *NAMES])),
        )
        for name in names
    )
    moments = st.none() | st.integers(1, 3).map(lambda day: datetime(2026, 3, day, tzinfo=UTC))
    tickets = tuple(
        Asked(
            f"T{number}",
            draw(st.sampled_from(SKILLS)),
            draw(st.sampled_from([1.0, 1.0, 0.1, 2.0, 4.0])),
            draw(st.sampled_from(["", *SKILLS, *SKILLS])),
            draw(st.sampled_from(["", "r1", "r2"])),
            draw(st.sampled_from(["", *NAMES])),
            draw(st.just(frozenset[str]()) | some),
            draw(moments),
        )
        for number in range(draw(st.integers(0, most)))
    )
    present = frozenset(NAMES) - draw(some)
    loads = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from([0.0, 0.3, 1.0, 5.0])))
    counts = draw(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3)))
    last_owner = draw(st.dictionaries(st.sampled_from(["r1", "r2"]), st.sampled_from(NAMES)))
    return Call(tickets, Team(members), loads, counts, present, draw(some), last_owner)


@given(calls(), st.randoms(use_true_random=False))
def test_the_order_of_tickets_and_members_changes_nothing(call: Call, order: random.Random) -> None:
    tickets, members = list(call.tickets), list(call.team.members)
    order.shuffle(tickets)
    order.shuffle(members)
    other = replace(call, tickets=tuple(tickets), team=Team(tuple(members)))
    assert other.run() == call.run()


@given(calls())
def test_only_those_who_can_and_may_get_a_ticket(call: Call) -> None:
    made = call.run()
    for ticket in call.tickets:
        if ticket.id in made.owners:
            assert made.owners[ticket.id] in call.could(ticket)


@given(calls())
def test_nobody_gets_more_than_their_cap_leaves_room_for(call: Call) -> None:
    got = Counter(call.run().owners.values())
    for one in call.team.members:
        assert got[one.name] <= call.room(one)


@given(calls(most=20))
def test_of_the_tickets_up_to_any_place_in_the_order_as_many_are_placed_as_can_be(call: Call) -> None:
    owners = call.run().owners
    room = {one.name: call.room(one) for one in call.team.members}
    for count in range(len(call.tickets) + 1):
        first = call.ordered[:count]
        most = matched({ticket.id: call.could(ticket) for ticket in first}, room)
        assert sum(ticket.id in owners for ticket in first) == most


@given(calls())
def test_each_ticket_keeps_a_reason_that_counts_every_member_once(call: Call) -> None:
    made = call.run()
    assert list(made.reasons) == [ticket.id for ticket in call.ordered]
    assert set(made.owners) | set(made.unassigned) == set(made.reasons)
    assert not set(made.owners) & set(made.unassigned)
    for ticket in call.tickets:
        reason = made.reasons[ticket.id]
        assert reason.ticket == ticket.id
        assert reason.owner == made.owners.get(ticket.id, "")
        dropped = [name for names in reason.dropped.values() for name in names]
        assert len(set(dropped)) == len(dropped) == len(call.team.members) - reason.eligible
        assert set(reason.dropped) <= set(DROPS)
        assert len(reason.best) == min(3, reason.eligible)
        if reason.best and not reason.moved:
            assert reason.owner == reason.best[0].name
        for one in reason.best:
            assert one.score == pytest.approx(one.load - one.skill - one.sticky - one.backup)
        scored = [(one.score, one.name) for one in reason.best]
        assert scored == sorted(scored)


@given(calls())
def test_a_ticket_is_passed_on_only_where_another_needs_the_room(call: Call) -> None:
    reasons = call.run().reasons
    assert all(reasons[one.room_by].moved for one in reasons.values() if one.room_by)
    assert any(one.moved for one in reasons.values()) == any(one.room_by for one in reasons.values())


def test_no_tickets_ask_for_nothing() -> None:
    assert shared([], team(Ann="net")) == Assigned({}, {})


def test_without_a_team_a_ticket_goes_to_nobody() -> None:
    made = shared([Asked("T1")], Team())
    assert made.owners == {}
    assert made.unassigned == ("T1",)
    assert made.reasons["T1"].dropped == {}


@pytest.mark.parametrize(
    ("why", "one", "ticket", "more"),
    [
        ("skill", member("Ann", "db"), Asked("T1", skill="net"), {}),
        ("excluded", member("Ann"), Asked("T1", not_to=frozenset({"Ann"})), {}),
        ("absence", member("Ann"), Asked("T1"), {"absent": {"Ann"}}),
        ("shift", member("Ann"), Asked("T1"), {"present": {"Bo"}}),
        ("share", member("Ann", share=0), Asked("T1"), {}),
        ("cap", member("Ann", cap=2), Asked("T1"), {"counts": {"Ann": 2}}),
    ],
)
def test_who_cannot_take_a_ticket_is_named_with_why(
    why: str, one: Member, ticket: Asked, more: dict[str, Any]
) -> None:
    made = shared([ticket], Team((one,)), **more)
    assert made.owners == {}
    assert made.reasons["T1"].dropped == {why: ("Ann",)}
    helped = shared([ticket], Team((one, member("Bo", "net"))), **more)
    assert helped.owners == {"T1": "Bo"}
    assert helped.reasons["T1"].dropped == {why: ("Ann",)}


def test_who_lacks_the_skill_is_not_also_named_as_absent() -> None:
    made = shared([Asked("T1", skill="net")], team(Ann="db", Bo="net"), absent={"Ann", "Bo"})
    assert made.reasons["T1"].dropped == {"skill": ("Ann",), "absence": ("Bo",)}


def test_a_ticket_goes_to_the_least_loaded_and_of_equals_to_the_first_name() -> None:
    assert shared([Asked("T1")], team(Bo="", Ann="")).owners == {"T1": "Ann"}
    assert shared([Asked("T1")], team(Bo="", Ann=""), loads={"Ann": 0.5}).owners == {"T1": "Bo"}


def test_sums_that_are_equal_but_for_rounding_are_equal() -> None:
    loads = {"Ann": 0.8, "Bo": 0.1 + 0.7}
    assert loads["Ann"] + 1 > loads["Bo"] + 1
    assert shared([Asked("T1")], team(Ann="", Bo=""), loads=loads).owners == {"T1": "Ann"}


def test_the_most_urgent_ticket_is_placed_first_then_the_oldest() -> None:
    tickets = [
        Asked("T1", weight=1),
        Asked("T2", weight=1, created=datetime(2026, 3, 2, tzinfo=UTC)),
        Asked("T3", weight=1, created=datetime(2026, 3, 1, tzinfo=UTC)),
        Asked("T4", weight=4, created=datetime(2026, 3, 3, tzinfo=UTC)),
    ]
    assert list(shared(tickets, team(Ann="")).reasons) == ["T4", "T1", "T3", "T2"]


def test_of_equally_loaded_the_more_skilled_gets_it_by_type_also_where_the_skill_is_not_needed() -> None:
    given = team(Ann="net:2", Bo="net:5 db:1", Cai="db:5")
    assert shared([Asked("T1", "net")], given).owners == {"T1": "Bo"}
    # Of a skill that is needed the level counts, not that of the type.
    assert shared([Asked("T1", "net", skill="db")], given).owners == {"T1": "Cai"}


def test_skill_gives_way_to_load() -> None:
    given = team(Ann="net:1", Bo="net:5")
    assert shared([Asked("T1", "net")], given, loads={"Bo": 0.9}).owners == {"T1": "Bo"}
    assert shared([Asked("T1", "net")], given, loads={"Bo": 1.1}).owners == {"T1": "Ann"}


def test_a_requester_rather_gets_the_same_owner_until_that_one_has_much_more_to_do() -> None:
    ticket, given = Asked("T1", requester="r"), team(Ann="", Bo="")
    assert shared([ticket], given, last_owner={"r": "Bo"}).owners == {"T1": "Bo"}
    assert shared([ticket], given, last_owner={"other": "Bo"}).owners == {"T1": "Ann"}
    assert shared([ticket], given, last_owner={"r": "Zoe"}).owners == {"T1": "Ann"}
    busy = {"Bo": 2.5}
    assert shared([ticket], given, last_owner={"r": "Bo"}, loads=busy).owners == {"T1": "Ann"}
    no_bonus = Bonuses(sticky=0)
    assert shared([ticket], given, last_owner={"r": "Bo"}, bonuses=no_bonus).owners == {"T1": "Ann"}


def test_the_backup_stands_in_for_an_absent_owner_and_for_an_absent_last_owner() -> None:
    given = Team((member("Ann"), member("Bo", backup="Cai"), member("Cai")))
    assert shared([Asked("T1", owner="Bo")], given, absent={"Bo"}).owners == {"T1": "Cai"}
    assert shared([Asked("T1", owner="Bo")], given).owners == {"T1": "Ann"}
    made = shared([Asked("T1", requester="r")], given, absent={"Bo"}, last_owner={"r": "Bo"})
    assert made.owners == {"T1": "Cai"}
    assert made.reasons["T1"].best[0].backup == 4


def test_an_absent_backup_s_backup_stands_in_and_a_circle_ends() -> None:
    given = Team((member("Ann"), member("Bo", backup="Cai"), member("Cai", backup="Dan"), member("Dan")))
    assert shared([Asked("T1", owner="Bo")], given, absent={"Bo", "Cai"}).owners == {"T1": "Dan"}
    circle = Team((member("Ann"), member("Bo", backup="Cai"), member("Cai", backup="Bo")))
    assert shared([Asked("T1", owner="Bo")], circle, absent={"Bo", "Cai"}).owners == {"T1": "Ann"}
    alone = Team((member("Ann"), member("Bo")))
    assert shared([Asked("T1", owner="Bo")], alone, absent={"Bo"}).owners == {"T1": "Ann"}


def test_a_backup_without_the_skill_does_not_stand_in() -> None:
    given = Team((member("Ann", "net"), member("Bo", "net", backup="Cai"), member("Cai")))
    assert shared([Asked("T1", skill="net", owner="Bo")], given, absent={"Bo"}).owners == {"T1": "Ann"}


def test_half_a_share_gets_half_the_tickets() -> None:
    given = Team((member("Ann"), member("Bo", share=0.5), member("Cai")))
    got = Counter(shared([Asked(f"T{n}") for n in range(100)], given).owners.values())
    assert got == {"Ann": 40, "Bo": 20, "Cai": 40}


@given(st.lists(st.sampled_from([0.5, 1.0, 2.0, 4.0]), max_size=60), st.integers(1, 6))
def test_loads_of_an_even_team_are_apart_by_one_ticket_at_most(weights: list[float], size: int) -> None:
    tickets = [Asked(f"T{n}", weight=weight) for n, weight in enumerate(weights)]
    owners = shared(tickets, team(**dict.fromkeys(NAMES[:size], ""))).owners
    loads = dict.fromkeys(NAMES[:size], 0.0)
    for ticket in tickets:
        loads[owners[ticket.id]] += ticket.weight
    assert max(loads.values()) - min(loads.values()) <= max(weights, default=0)


def test_room_is_made_by_passing_a_ticket_on() -> None:
    given = Team((member("Ann", "net db", cap=1), member("Bo", "net", cap=1)))
    tickets = [Asked("T1", skill="net"), Asked("T2", skill="db"), Asked("T3", skill="net")]
    made = shared(tickets, given)
    assert made.owners == {"T1": "Bo", "T2": "Ann"}
    assert (made.reasons["T1"].moved, made.reasons["T1"].owner) == (True, "Bo")
    assert made.reasons["T2"].room_by == "T1"
    assert made.reasons["T2"].dropped == {"skill": ("Bo",), "cap": ("Ann",)}
    assert made.reasons["T3"].dropped == {"cap": ("Ann", "Bo")}


def test_room_is_made_along_several_members() -> None:
    given = Team(
        (member("Ann", "net db", cap=1), member("Bo", "net app", cap=1), member("Cai", "app", cap=1))
    )
    tickets = [Asked("T1", skill="net"), Asked("T2", skill="app"), Asked("T3", skill="db")]
    made = shared(tickets, given)
    assert made.owners == {"T1": "Bo", "T2": "Cai", "T3": "Ann"}
    assert made.reasons["T3"].room_by == "T1"


def test_a_ticket_that_was_passed_on_loads_whom_it_was_passed_to() -> None:
    given = Team((member("Ann", "net db", cap=1), member("Bo", "net"), member("Cai", "net", cap=1)))
    tickets = [
        Asked("T1", weight=5, skill="net"),
        Asked("T2", weight=2, skill="db"),
        Asked("T3", weight=1, skill="net"),
    ]
    made = shared(tickets, given, counts={"Cai": 1})
    assert made.owners == {"T1": "Bo", "T2": "Ann", "T3": "Bo"}
    assert made.reasons["T3"].best[0].load == 6


def test_tickets_that_members_had_before_are_never_passed_on() -> None:
    given = Team((member("Ann", "net db", cap=1), member("Bo", "net", cap=1)))
    assert shared([Asked("T2", skill="db")], given, counts={"Ann": 1}).owners == {}


def test_a_member_with_more_than_the_cap_gets_nothing_until_there_is_room() -> None:
    given = Team((member("Ann", cap=1),))
    assert shared([Asked("T1")], given, counts={"Ann": 5}).unassigned == ("T1",)
