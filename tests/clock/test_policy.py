"""Which policy a ticket falls under, and why."""

from __future__ import annotations

import pandas as pd
import pytest

from sheetdesk.clock.policy import Chosen, choose_policies, compared, specificity
from sheetdesk.desk.condition import parse_condition
from tests.desk import small

DESK = """\
calendars:
  c: {week: {mon: ['09:00-12:00']}}
sla:
  - {key: all, resolution: 4h}
  - {key: urgent, when: priority = p1, resolution: 3h}
  - {key: hardware, when: type = Hardware, resolution: 2h}
  - {key: both, when: priority = p1 and type = Hardware, resolution: 1h}
"""


@pytest.mark.parametrize(
    ("text", "tests", "keys"),
    [
        ("priority = p1", 1, {"priority"}),
        ("priority = p1 and type = Hardware and owner is empty", 3, {"priority", "type", "owner"}),
        ("priority = p1 or type = Hardware and owner is empty", 1, {"priority", "type", "owner"}),
        ("type = Hardware and (priority = p1 or owner is empty)", 2, {"priority", "type", "owner"}),
        ("not priority = p1", 1, {"priority"}),
        ("not (priority = p1 or type = Hardware)", 2, {"priority", "type"}),
        ("not (priority = p1 and type = Hardware)", 1, {"priority", "type"}),
        ("not (not (priority = p1) and not (type = Hardware))", 1, {"priority", "type"}),
    ],
)
def test_a_condition_is_as_specific_as_the_tests_that_must_hold_at_once(
    text: str, tests: int, keys: set[str]
) -> None:
    condition = parse_condition(text, small().tickets.columns)
    assert specificity(condition) == tests
    assert compared(condition) == keys


def test_no_condition_asks_for_nothing() -> None:
    assert specificity(None) == 0
    assert compared(None) == frozenset()


def test_the_most_specific_policy_wins_and_of_equals_the_first() -> None:
    desk = small(DESK)
    tickets = pd.DataFrame(
        {"priority": ["p1", "p1", "p3", "p3"], "type": ["Hardware", "Software", "Hardware", "Software"]},
        index=["a", "b", "c", "d"],
        dtype="object",
    )
    chosen = choose_policies(desk.sla, tickets, desk.tickets.columns, zone=desk.zone)
    assert chosen.index.tolist() == ["a", "b", "c", "d"]
    assert [one.policy for one in chosen] == ["both", "urgent", "hardware", "all"]
    assert chosen["a"] == Chosen("both", 2, (("all", 0), ("urgent", 1), ("hardware", 1)))
    assert not chosen["a"].is_tie
    tie = choose_policies(desk.sla[:3], tickets[:1], desk.tickets.columns, zone=desk.zone)["a"]
    assert tie == Chosen("urgent", 1, (("all", 0), ("hardware", 1)))
    assert tie.is_tie


def test_a_ticket_that_no_condition_fits_has_no_policy() -> None:
    desk = small(DESK)
    tickets = pd.DataFrame({"priority": ["p3"], "type": [None]}, index=["a"], dtype="object")
    some = choose_policies(desk.sla[1:], tickets, desk.tickets.columns, zone=desk.zone)
    assert some["a"] == Chosen("")
    assert choose_policies((), tickets, desk.tickets.columns, zone=desk.zone)["a"] == Chosen("")
    assert choose_policies(desk.sla, tickets[:0], desk.tickets.columns, zone=desk.zone).empty
