"""What rules do to tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sheetdesk.rules.team import Member
from tests.rules.world import PLAIN, World, changed, told, why_left

OUT = {"absent_from": date(2026, 3, 2), "absent_to": date(2026, 3, 4)}
AWAY = (Member("Ann", **OUT), Member("Bo"))  # type: ignore[arg-type]
GIVE = "when owner is empty then assign anyone"


def absent(whose: str) -> str:
    return PLAIN + f"assignment: {{absent: {whose}}}\n"


def test_a_ticket_without_an_owner_gets_one_who_is_told_and_knows_why() -> None:
    world = World(PLAIN, [GIVE]).ticket("Mon 09:00")
    outcome = world.run("Mon 10:00")
    assert world.cell("owner") in ("Ann", "Bo")
    assert told(outcome) == [f"r1 T-01 {world.cell('owner')}"]
    assert world.cell("assigned_because")


def test_a_ticket_that_has_an_owner_keeps_it_whatever_the_condition_says() -> None:
    world = World(PLAIN, ["when status = new then assign Bo"]).ticket("Mon 09:00", owner="Ann")
    assert not world.run("Mon 10:00").changes


def test_tickets_are_shared_out() -> None:
    world = World(PLAIN, [GIVE])
    for number in range(1, 5):
        world.ticket("Mon 09:00", f"T-{number:02}")
    world.run("Mon 10:00")
    assert sorted(world.table.frame["owner"]) == ["Ann", "Ann", "Bo", "Bo"]


def test_what_a_rule_gave_is_handed_back_and_goes_to_somebody_else() -> None:
    world = World(PLAIN, ["when notes contains back then return", GIVE]).ticket("Mon 09:00")
    world.run("Mon 09:00")
    first = world.cell("owner")
    assert f"r1 T-01 {first}" in told(world.types("Mon 10:00", notes="back").run("Mon 10:00"))
    world.run("Mon 10:05")
    second = world.cell("owner")
    assert {first, second} == {"Ann", "Bo"}
    assert not world.run("Mon 10:10").changes


def test_a_ticket_handed_back_by_all_goes_to_nobody() -> None:
    world = World(PLAIN, ["when notes contains back then return", GIVE]).ticket("Mon 09:00")
    world.run("Mon 09:00")
    for hour in (10, 11):
        world.types(f"Mon {hour}:00", notes="back").run(f"Mon {hour}:00")
        world.types(f"Mon {hour}:30", notes="").run(f"Mon {hour}:30")
    assert world.cell("owner") is None
    assert not world.run("Mon 12:00").notices


def test_one_rule_that_returns_and_assigns_takes_somebody_else() -> None:
    world = World(PLAIN, [GIVE, "when notes contains back then return, assign anyone"]).ticket("Mon 09:00")
    world.run("Mon 09:00")
    first = world.cell("owner")
    world.types("Mon 10:00", notes="back").run("Mon 10:00")
    assert world.cell("owner") not in (None, first)


def test_what_a_person_gave_is_not_handed_back() -> None:
    world = World(PLAIN, ["when notes contains back then return"])
    world.ticket("Mon 09:00").types("Mon 09:30", owner="Ann").types("Mon 10:00", notes="back")
    assert not world.run("Mon 10:00").changes


@pytest.mark.parametrize(("whose", "owner"), [("keep", "Ann"), ("rules", "Ann"), ("all", "Bo")])
def test_a_persons_ticket_moves_from_who_is_away_only_where_the_desk_says_all(whose: str, owner: str) -> None:
    world = World(absent(whose), members=AWAY).ticket("Mon 09:00", owner="Ann")
    world.run("Mon 10:00")
    assert world.cell("owner") == owner


@pytest.mark.parametrize(("whose", "owner"), [("keep", "Ann"), ("rules", "Bo"), ("all", "Bo")])
def test_a_rules_ticket_moves_from_who_is_away(whose: str, owner: str) -> None:
    world = World(absent(whose), ["when owner is empty then assign Ann"]).ticket("Mon 09:00")
    world.run("Mon 09:00")
    world.members = AWAY
    outcome = world.run("Mon 10:00")
    assert world.cell("owner") == owner
    assert told(outcome) == ([] if owner == "Ann" else ["absent T-01 Bo"])
    assert not world.run("Mon 11:00").changes


def test_a_done_ticket_stays_with_who_is_away() -> None:
    world = World(absent("all"), members=AWAY).ticket("Mon 09:00", owner="Ann", status="closed")
    assert not world.run("Mon 10:00").changes


def test_nobody_to_take_a_ticket_is_told_once_to_the_first_role() -> None:
    world = World(PLAIN, [GIVE], members=(AWAY[0],)).ticket("Mon 09:00")
    assert told(world.run("Mon 10:00")) == ["r1 T-01 boss"]
    assert told(world.run("Mon 11:00")) == []
    assert world.cell("owner") is None


def test_who_is_full_changes_all_day_and_is_told_once() -> None:
    full = (Member("Ann", cap=1), Member("Bo", cap=1), Member("Cai", cap=0))
    world = World(PLAIN, [GIVE], members=full)
    for number in range(1, 4):
        world.ticket("Mon 09:00", f"T-0{number}")
    assert [line for line in told(world.run("Mon 09:00")) if line.endswith("boss")] == ["r1 T-03 boss"]
    world.members = (Member("Ann", cap=1), Member("Bo", cap=1))
    again = world.run("Mon 10:00")
    assert again.states
    assert told(again) == []
    # Away is another reason than full.
    world.members = (Member("Ann", cap=1), replace(AWAY[0], name="Bo"))
    assert told(world.run("Mon 11:00")) == ["r1 T-03 boss"]


def test_a_cell_is_set_and_emptied() -> None:
    world = World(
        PLAIN, ["when priority = p1 then set notes = urgent", "when priority = p2 then set notes = empty"]
    )
    world.ticket("Mon 09:00", priority="p1").ticket("Mon 09:00", "T-02", priority="p2", notes="old")
    assert changed(world.run("Mon 10:00"))["T-01", "notes"] == "urgent"
    assert world.cell("notes", "T-02") is None


def test_a_set_time_is_of_the_desks_zone() -> None:
    world = World(PLAIN, ["when priority = p1 then set first_response = 2026-03-02 09:30"])
    world.ticket("Mon 09:00", priority="p1").run("Mon 10:00")
    assert world.cell("first_response") == world.typed("first_response", "Mon 09:30")


def test_a_duplicate_is_linked_and_a_persons_link_stays() -> None:
    world = World(PLAIN, ["when status = new then link duplicates"])
    for number, link in ((1, None), (2, None), (3, "T-09")):
        world.ticket(f"Mon 09:0{number}", f"T-{number:02}", title="Ink!", requester="Rae", link=link)
    world.run("Mon 10:00")
    assert [world.cell("link", f"T-0{n}") for n in (1, 2, 3)] == [None, "T-01", "T-09"]


def test_a_link_that_a_person_took_away_is_not_made_again() -> None:
    world = World(PLAIN, ["when status = new then link duplicates"])
    for number in (1, 2):
        world.ticket(f"Mon 09:0{number}", f"T-{number:02}", title="Ink!", requester="Rae")
    world.run("Mon 10:00")
    outcome = world.types("Mon 11:00", "T-02", link=None).run("Mon 11:00")
    assert world.cell("link", "T-02") is None
    assert why_left(outcome) == {("r1", "link"): "people"}


def test_who_takes_what_nobody_with_the_skill_could_is_told_why() -> None:
    lines = ["when type = net then assign skill:net", GIVE]
    members = (Member("Ann", skills={"db": 3}), Member("Bo", share=0))
    world = World(PLAIN, lines, members).ticket("Mon 09:00", type="net")
    world.run("Mon 10:00")
    assert world.cell("owner") == "Ann"
    assert "Ann" in world.cell("assigned_because")


def test_the_highest_level_that_any_rule_raised_is_shown() -> None:
    lines = [
        "when priority = p1 then escalate Ann",
        "when status = new then escalate Ann, escalate Bo",
        "when title contains ink then escalate Ann",
    ]
    world = World(PLAIN, lines).ticket("Mon 09:00", priority="p1", title="ink")
    world.run("Mon 10:00")
    assert world.cell("escalated") == 2
