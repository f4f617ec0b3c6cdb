"""What the journal says of a cell."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from sheetdesk.rules.past import Past
from sheetdesk.table.change import Entry
from tests.clock.stories import moment


def entry(
    when: str, column: str = "priority", *, by: str = "sheet:main", why: str = "sync", row: str = "T-01"
) -> Entry:
    at = moment(when)
    kind = "changed" if column else "added"
    return Entry("tickets", row, kind, column, None, "x" if column else {}, at, at, by, why)  # type: ignore[arg-type]


def rules(when: str, by: str = "rule:r1") -> Entry:
    return entry(when, by=by, why="rule")


PERSON = entry("Mon 12:00")


@pytest.mark.parametrize(
    ("entries", "peoples", "by_rule"),
    [
        ([], False, False),
        ([PERSON], False, False),
        ([rules("Mon 10:00")], False, True),
        ([rules("Mon 10:00"), PERSON], True, False),
        ([rules("Mon 10:00"), PERSON, rules("Tue 10:00")], False, True),
        ([PERSON, rules("Tue 10:00")], False, True),
        ([rules("Mon 10:00"), entry("Mon 11:00", why="settle")], True, False),
        ([rules("Mon 10:00"), entry("Mon 11:00", why="seed")], False, True),
        ([rules("Mon 10:00", "rule:times"), PERSON], False, False),
    ],
)
def test_a_cell_is_a_persons_who_changed_it_after_a_rule(
    entries: list[Entry], peoples: bool, by_rule: bool
) -> None:
    past = Past([entry("Mon 09:00", ""), *entries], {"T-01"})
    assert past.is_peoples("T-01", "priority") is peoples
    assert past.is_rules("T-01", "priority") is by_rule


def test_the_last_change_of_some_cells_is_known_with_who_made_it() -> None:
    past = Past([entry("Mon 09:00", ""), entry("Mon 10:00"), entry("Mon 11:00", "notes")], {"T-01"})
    assert past.changed_at("T-01", ["priority"]) == moment("Mon 10:00")
    assert past.changed_at("T-01", ["owner"]) == moment("Mon 09:00")
    assert past.changed_by("T-01", ["notes"]) == "sheet:main"


def test_of_a_ticket_that_the_journal_does_not_know_nothing_is_said() -> None:
    past = Past([])
    assert past.changed_at("T-09", ["owner"]) is None
    assert past.changed_by("T-09", ["owner"]) == ""
    assert list(past.of("T-09")) == []


def test_other_tickets_entries_are_asked_for_once() -> None:
    asked: list[list[str]] = []

    def more(names: Collection[str]) -> list[Entry]:
        asked.append(sorted(names))
        return [entry("Mon 10:00", row=name) for name in names]

    past = Past([entry("Mon 09:00")], {"T-01"}, more)
    past.need(["T-01", "T-02"])
    past.need(["T-02"])
    assert past.changed_at("T-02", ["priority"]) == moment("Mon 10:00")
    assert asked == [["T-02"]]
