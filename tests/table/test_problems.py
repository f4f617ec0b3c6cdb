"""Problems: each kind is found, named, and nothing is changed."""

from __future__ import annotations

from typing import Any

import pytest

from sheetdesk.desk.template import parse_desk
from sheetdesk.table.change import CellChange
from sheetdesk.table.problems import find_problems, find_transition_problems
from sheetdesk.table.table import empty_table, table_of
from tests.table import DESK, SMALL, tickets

WHOLE = {"created": "2026-01-02 09:00", "title": "ink", "status": "new"}
REVIEWED = parse_desk(SMALL + "review: {before: closed, status: resolved}\n")


def found(**cells: Any) -> list[tuple[str, str, str, str]]:
    """The problems of one ticket that is whole but for these cells."""
    table = tickets(T_001={**WHOLE, **cells})
    return [(p.kind, p.column, p.raw, p.expected) for p in find_problems(DESK, table, ["C1"])]


def test_a_whole_ticket_has_no_problem() -> None:
    assert found(type="hard", subtype="laptop", link="T-001", case="C1", closed="2026-01-03") == []


def test_no_tickets_have_no_problems() -> None:
    assert find_problems(DESK, empty_table(DESK.tickets)) == []


def test_a_required_cell_that_is_empty_is_a_problem() -> None:
    assert found(title=None) == [("required", "title", "", "a value; the column is required")]


def test_problems_name_their_tickets() -> None:
    table = tickets(T_001=WHOLE, T_002={**WHOLE, "title": None})
    assert [p.ticket for p in find_problems(DESK, table)] == ["T-002"]


def test_a_subtype_of_another_type_is_a_problem_that_says_which_type_it_was_found_under() -> None:
    [(kind, column, raw, expected)] = found(type="soft", subtype="laptop")
    assert (kind, column, raw) == ("mismatch", "subtype", "Laptop")
    assert "Software" in expected


def test_a_subtype_without_a_type_is_a_problem() -> None:
    assert [problem[0] for problem in found(subtype="laptop")] == ["mismatch"]


def test_a_subtype_that_the_desk_does_not_know_belongs_nowhere_and_is_left() -> None:
    assert found(type="soft", subtype="abacus") == []


def test_a_link_to_no_ticket_is_a_problem() -> None:
    assert [problem[:3] for problem in found(link="T-404")] == [("unknown_ticket", "link", "T-404")]


def test_a_case_that_is_not_there_is_a_problem() -> None:
    assert [problem[:3] for problem in found(case="C9")] == [("unknown_case", "case", "C9")]


@pytest.mark.parametrize(
    ("cells", "column", "raw"),
    [
        ({"first_response": "2026-01-01"}, "first_response", "2026-01-01 00:00"),
        ({"resolved": "2026-01-01"}, "resolved", "2026-01-01 00:00"),
        ({"created": "2026-06-01", "resolved": "2026-06-09", "closed": "2026-06-08"}, "closed",
         "2026-06-08 01:00"),
    ],
)  # fmt: skip
def test_times_in_the_wrong_order_are_a_problem_shown_in_local_time(
    cells: dict[str, str], column: str, raw: str
) -> None:
    assert [problem[:3] for problem in found(**cells)] == [("order", column, raw)]


def test_equal_times_are_in_order() -> None:
    assert found(resolved=WHOLE["created"], closed=WHOLE["created"]) == []


def test_a_desk_of_four_columns_is_checked_too() -> None:
    desk = parse_desk("name: Bare\ncolumns: [id, title, status]")
    table = table_of(desk.tickets, {"title": ["ink"], "status": ["new"]}, ["T-00001"])
    assert [p.column for p in find_problems(desk, table)] == ["created"]


def jump(
    before: str | None, after: str | None, role: str | None = None, *, review: bool = False
) -> list[str]:
    """What is said of one status change."""
    desk = REVIEWED if review else DESK
    changes = [CellChange("T-001", "status", before, after)]
    whom = desk.role(role) if role else None
    return [f"{p.ticket} {p.raw}: {p.expected}" for p in find_transition_problems(desk, changes, whom)]


def test_a_step_of_the_life_cycle_is_no_problem() -> None:
    assert jump("new", "open", "agent") == []


def test_a_jump_is_a_problem_that_names_the_steps_there_are() -> None:
    [text] = jump("new", "closed")
    assert text.startswith("T-001 New → Closed: ")
    assert text.count("In progress") == text.count("Resolved") == 1


def test_a_status_without_a_way_on_says_that_there_is_none() -> None:
    [text] = jump("cancelled", "new")
    assert DESK.locale.text("words.none") in text


def test_a_step_for_one_role_is_a_problem_of_another_and_names_who_may() -> None:
    [text] = jump("closed", "open", "agent")
    assert "Boss" in text
    assert jump("closed", "open", "boss") == []
    assert jump("closed", "open") == []


def test_a_first_or_an_emptied_status_is_no_jump() -> None:
    assert jump(None, "closed") == []
    assert jump("new", None) == []


def test_changes_of_other_columns_are_no_jumps() -> None:
    assert find_transition_problems(DESK, [CellChange("T-001", "title", "a", "b")], None) == []


def test_a_status_that_the_desk_does_not_know_is_shown_as_it_is() -> None:
    [text] = jump("lost", "found")
    assert "lost → found" in text


def test_only_a_role_that_may_approve_closes_what_was_reviewed() -> None:
    assert jump("resolved", "closed", "boss", review=True) == []
    assert jump("resolved", "closed", review=True) == []
    [text] = jump("resolved", "closed", "agent", review=True)
    assert "Boss" in text
    assert "Resolved" in text


def test_nobody_closes_what_was_not_reviewed() -> None:
    [text] = jump("new", "closed", "boss", review=True)
    assert "Resolved" in text


def test_a_review_guards_only_its_own_step() -> None:
    assert jump("new", "open", "agent", review=True) == []


def test_a_desk_without_a_life_cycle_allows_every_step() -> None:
    desk = parse_desk("name: Bare\ncolumns: [id, title, status]")
    assert find_transition_problems(desk, [CellChange("T", "status", "closed", "new")], None) == []


def test_a_step_to_a_status_that_the_lists_lost_is_told_by_its_key() -> None:
    statuses = [c for c in DESK.column("status").choices if c.key != "open"]
    desk = DESK.with_choices("status", statuses)
    [problem] = find_transition_problems(desk, [CellChange("T", "status", "new", "closed")], None)
    assert "open" in problem.expected
