"""All rules of a desk together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sheetdesk.rules.base import Outcome
from sheetdesk.rules.draft import Draft
from sheetdesk.rules.engine import run_rules
from sheetdesk.rules.matching import Matching
from sheetdesk.rules.past import Past
from sheetdesk.rules.team import Member
from sheetdesk.table.table import Table
from tests.clock.stories import moment
from tests.rules.world import PLAIN, WHOLE, World, changed

LINES = (
    "when notes contains hot then set priority = p1",
    "when priority is empty then set priority = p3, flag guessed",
    "when status = resolved for 1d then close",
    "when type = net and owner is empty then assign skill:net",
    "when owner is empty then assign anyone",
    "when title contains ink then link duplicates",
    "when priority = p1 then flag urgent",
    "when status = new for 30m then notify owner",
    "when age > 1 and status = open then flag old, notify boss now",
    "always: when owner = Ann then notify owner",
    "when sla_state = overdue then escalate boss",
    "when priority >= p2 then escalate boss 1h before due, escalate Ann at due, escalate Bo 2h after due",
    "when overdue = 1 then flag late; notify Ann",
)
"""Whoever writes a cell comes before who looks at it."""

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
STATUSES = ("new", "open", "pending", "resolved")
MEMBERS = (Member("Ann", skills={"net": 4}), Member("Bo", skills={"net": 2}, cap=2), Member("Cai"))


@st.composite
def worlds(draw: st.DrawFn, lines: tuple[str, ...] = LINES) -> World:
    chosen = draw(
        st.lists(st.sampled_from(lines), unique=True, max_size=5).map(
            lambda found: sorted(found, key=lines.index)
        )
    )
    absent = draw(st.sampled_from(["keep", "rules", "all"]))
    world = World(
        draw(st.sampled_from([WHOLE, PLAIN])) + f"assignment: {{absent: {absent}}}\n", chosen, MEMBERS
    )
    start = moment("Mon 08:00")
    hours = st.integers(0, 40)
    for number in range(1, draw(st.integers(0, 5)) + 1):
        at, status = start + timedelta(hours=draw(hours)), draw(st.sampled_from(STATUSES))
        world.ticket(
            at, f"T-{number:02}", status=status, resolved=at if status == "resolved" else None,
            type=draw(st.sampled_from([None, "net", "db"])),
            priority=draw(st.sampled_from([None, "p1", "p2", "p3"])),
            owner=draw(st.sampled_from([None, None, "Ann", "Bo"])),
            title=draw(st.sampled_from(["ink", "Ink!", "paper"])),
            requester=draw(st.sampled_from([None, "Rae"])),
            notes=draw(st.sampled_from([None, "hot"])),
        )  # fmt: skip
    return world


MOMENTS = st.integers(40, 150).map(lambda hours: moment("Mon 08:00") + timedelta(hours=hours))


def nothing(outcome: Outcome) -> bool:
    return not (outcome.changes or outcome.notices or outcome.states)


@settings(max_examples=20, phases=PHASES)
@given(worlds(), st.lists(MOMENTS, min_size=1, max_size=3))
def test_a_second_run_on_what_the_first_left_gives_nothing_new(world: World, when: list[Any]) -> None:
    for now in sorted(when):
        world.run(now)
        again = world.run(now)
        assert nothing(again), (again.changes, again.notices, again.states)


@settings(max_examples=8, phases=PHASES)
@given(worlds(), MOMENTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(world: World, now: Any, random: Any) -> None:
    ids = list(world.table.frame.index)
    shuffled = random.sample(ids, len(ids))
    first = run_rules(world.given(now))
    world.table = Table(world.table.spec, world.table.frame.loc[shuffled])
    assert changed(run_rules(world.given(now))) == changed(first)


def test_a_table_without_tickets_changes_nothing() -> None:
    assert nothing(World(WHOLE, LINES).run("Mon 09:00"))


@settings(max_examples=8, phases=PHASES)
@given(worlds(), MOMENTS)
def test_no_rule_writes_what_the_sheet_works_out_nor_what_is_not_there(world: World, now: Any) -> None:
    outcome = world.run(now)
    assert {column for _, column in changed(outcome)} <= set(world.table.frame.columns)
    for ruled in outcome.changes:
        assert ruled.change.before != ruled.change.after
    assert len(changed(outcome)) == len(outcome.changes)


@settings(max_examples=8, phases=PHASES)
@given(worlds(), MOMENTS)
def test_what_has_an_owner_keeps_it(world: World, now: Any) -> None:
    owners = world.table.frame["owner"].dropna()
    for _ in range(2):
        world.run(now)
        assert world.table.frame["owner"].loc[owners.index].tolist() == owners.tolist()


@settings(max_examples=8, phases=PHASES)
@given(worlds(LINES[:7] + LINES[10:]), st.data())
def test_conditions_asked_again_of_what_moved_hold_as_if_asked_of_all(world: World, data: Any) -> None:
    given = world.given("Wed 10:00")
    draft = Draft(given.desk, given.tickets, Past(given.entries), given.now)
    matching = Matching(draft, given.rules)
    ids = list(world.table.frame.index)
    for _ in range(data.draw(st.integers(0, 4)) if ids else 0):
        row = data.draw(st.sampled_from(ids))
        column, value = data.draw(
            st.sampled_from([("priority", "p1"), ("priority", "p3"), ("owner", "Bo"), ("status", "resolved"),
                             ("notes", "hot"), ("title", "ink"), ("sla_state", "overdue")])
        )  # fmt: skip
        draft.propose("x", row, column, value)
        if data.draw(st.booleans()):
            draft.settle()
    draft.settle()
    fresh = Matching(draft, given.rules)
    for rule in given.rules:
        assert matching.of(rule).tolist() == fresh.of(rule).tolist()


def test_a_rule_sees_the_promise_that_an_earlier_rule_changed() -> None:
    lines = ["when notes contains hot then set priority = p1", "when sla_state = overdue then escalate Ann"]
    world = World(WHOLE, lines).ticket("Mon 09:00", priority="p3", notes="hot")
    world.ticket("Mon 09:00", "T-02", priority="p3", status="open")
    outcome = world.run("Mon 12:00")
    assert [notice.ticket for notice in outcome.notices] == ["T-01"]
    assert world.cell("due") == world.typed("due", "Mon 11:00")
    assert nothing(world.run("Mon 12:00"))


def test_a_level_goes_by_the_promise_that_an_earlier_rule_changed() -> None:
    lines = ["when notes contains hot then set priority = p1", "when status = new then escalate Ann at due"]
    world = World(WHOLE, lines).ticket("Mon 09:00", priority="p3", notes="hot")
    assert [notice.ticket for notice in world.run("Mon 12:00").notices] == ["T-01"]


def test_what_a_gone_rule_remembered_is_forgotten() -> None:
    world = World(PLAIN, ["when status = new then notify Ann"]).ticket("Mon 09:00")
    world.run("Mon 09:00")
    world.lines = []
    assert world.run("Mon 10:00").states == {("r1", "T-01"): None}


@pytest.mark.parametrize("lines", [LINES, LINES[::-1]])
def test_rules_in_any_order_come_to_rest(lines: tuple[str, ...]) -> None:
    world = World(WHOLE, lines, MEMBERS)
    for number, cells in enumerate(
        [{"notes": "hot"}, {"type": "net"}, {"status": "open", "priority": "p2"}, {"status": "resolved"}], 1
    ):
        world.ticket("Mon 09:00", f"T-0{number}", title="ink", requester="Rae", **cells)
    for _ in range(3):
        world.run("Fri 09:00")
    assert nothing(world.run("Fri 09:00"))
