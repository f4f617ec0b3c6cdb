"""Rules tried on tickets that are written down."""

from __future__ import annotations

from typing import Any

import pytest

from sheetdesk.errors import DeskInvalid
from sheetdesk.rules.base import DeskRule, Outcome
from sheetdesk.rules.cases import Case, failures, read_cases
from sheetdesk.rules.engine import Given
from tests.clock.stories import moment
from tests.rules.world import PLAIN, WHOLE, World, desk_of, scripted

DESK = desk_of(WHOLE)
CASE = """
- case: hot tickets come first
  now: 2026-03-02 10:00
  given: {Title: ink, notes: hot, Status: New, created: 2026-03-02 09:00}
  then: {priority: p1, Flags: urgent, owner: null}
  told: Ann
"""
LINES = ("when notes contains hot then set priority = p1", "when priority = p1 then flag urgent, notify Ann")


def addressed(given: Given, outcome: Outcome) -> list[str]:
    return [notice.whom.key for notice in outcome.notices]


def tried(text: str, lines: tuple[str | DeskRule, ...] = LINES, on: str = WHOLE) -> list[list[str]]:
    """What does not come about, case by case."""
    given = World(on, lines).given("Mon 09:00")
    return [failures(case, given, addressed) for case in read_cases(text, given.desk)]


def complaints(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(DeskInvalid) as caught:
        read_cases(text, DESK)
    return [(one.line, one.text) for one in caught.value.complaints]


def test_a_case_is_read_with_columns_and_values_as_in_the_sheet() -> None:
    (case,) = read_cases(CASE, DESK)
    assert (case.name, case.line, case.now) == ("hot tickets come first", 2, moment("Mon 10:00"))
    assert case.given[0]["status"] == "new"
    assert case.given[0]["created"] == moment("Mon 09:00")
    assert case.then == ({"priority": "p1", "flags": "urgent", "owner": None},)
    assert case.told == frozenset({"Ann"})


def test_a_case_that_comes_about_says_nothing() -> None:
    assert tried(CASE) == [[]]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("priority: p1", "priority: p2", ["Priority", "P2", "P1"]),
        ("Flags: urgent", "Flags: null", ["Flags", "urgent"]),
        ("owner: null", "owner: Bo", ["Owner", "Bo"]),
        ("told: Ann", "told: Bo", ["told", "Bo"]),
        ("told: Ann", "told: []", ["told", "Ann"]),
        ("told: Ann", "told: [Ann, Bo]", ["told", "Bo"]),
    ],
)
def test_what_differs_is_told_in_words(old: str, new: str, words: list[str]) -> None:
    assert old in CASE
    (found,) = tried(CASE.replace(old, new))
    assert found
    for word in words:
        assert any(word.casefold() in line.casefold() for line in found), found


def test_without_told_nobody_is_asked_after() -> None:
    assert tried(CASE.replace("  told: Ann\n", "")) == [[]]


def test_several_tickets_stand_in_one_case() -> None:
    text = """
- now: 2026-03-02 10:00
  given:
    - {title: ink, requester: Rae, created: 2026-03-02 09:00}
    - {title: Ink!, requester: Rae, created: 2026-03-02 09:30}
  then: [{link: null}, {link: CASE-1}]
"""
    assert tried(text, ("when status = new then link duplicates",)) == [[]]


def test_a_ticket_has_lasted_since_its_creation() -> None:
    line = ("when status = new for 1h then flag waiting",)
    text = "- {now: 2026-03-02 10:00, given: {created: 2026-03-02 09:00}, then: {flags: waiting}}\n"
    assert tried(text, line) == [[]]
    assert tried(text.replace("10:00", "09:59"), line) != [[]]


def test_promises_are_reckoned_in_a_case() -> None:
    text = """
- now: 2026-03-02 12:30
  given: {priority: p1, status: open, created: 2026-03-02 09:00}
  then: {sla_state: overdue, due: 2026-03-02 11:00, overdue: 1}
"""
    assert tried(text, ()) == [[]]


def test_a_function_that_fails_fails_its_case() -> None:
    def broken(tickets: Any, desk: Any) -> Any:
        raise RuntimeError("no list")

    ((said,),) = tried(
        "- {now: 2026-03-02 10:00, given: {title: ink}}\n", (scripted(broken, reads=["title"]),)
    )
    assert "no list" in said


def test_the_desks_own_tickets_play_no_part_in_a_case() -> None:
    world = World(PLAIN, ["when owner is empty then assign anyone"])
    for number in range(1, 6):
        world.ticket("Mon 09:00", f"T-0{number}", owner="Ann")
    (case,) = read_cases("- {now: 2026-03-02 10:00, given: {title: ink}, then: {owner: Ann}}\n", world.desk)
    assert failures(case, world.given("Mon 10:00"), addressed) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("  now: 2026-03-02 10:00\n", "", 2, "needs `now:`"),
        ("now: 2026-03-02 10:00", "now: tomorrow", 3, "'tomorrow' is no"),
        ("Title: ink", "Titel: ink", 4, "did you mean 'title'"),
        ("Status: New", "Status: Gone", 4, "'Gone' is no value of 'status'"),
        ("priority: p1", "priority: p9", 5, "'p9' is no value"),
        ("Title: ink", "overdue: 1", 4, "no column 'overdue' to give"),
        ("Title: ink", "id: T-01", 4, "no column 'id' to give"),
        ("told: Ann", "tolld: Ann", 6, "did you mean 'told'"),
        (
            "{Title: ink, notes: hot, Status: New, created: 2026-03-02 09:00}",
            "ink",
            4,
            "a ticket is expected",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in CASE
    found = complaints(CASE.replace(old, new))
    assert any(place == line and words in reason for place, reason in found), found


def test_all_mistakes_are_told_at_once() -> None:
    text = CASE.replace("Title", "Titel").replace("Status: New", "Status: Gone")
    assert len(complaints(text + "- {case: empty}\n")) == 3


@pytest.mark.parametrize(
    "text",
    ["case: x", "3", "[1", "- 3", "- [given]", "- {given: }", "- {given: [[]], now: 2026-03-02 10:00}"],
)
def test_what_is_no_list_of_cases_is_told_so(text: str) -> None:
    assert complaints(text)


def test_a_text_without_cases_has_none() -> None:
    assert read_cases("[]", DESK) == []


def test_more_outcomes_than_tickets_are_a_mistake() -> None:
    case = "- {now: 2026-03-02 10:00, given: {title: ink}, then: [{title: ink}, {title: paper}]}\n"
    assert complaints(case)


def test_a_case_without_expectations_is_one_all_the_same() -> None:
    (case,) = read_cases("- {now: 2026-03-02 10:00, given: {title: ink}}\n", DESK)
    assert case == Case("#1", 1, moment("Mon 10:00"), ({"title": "ink"},), ({},))
