"""Rights to compare and to test: gained, lost, and held against statements."""

from __future__ import annotations

import pytest

from sheetdesk.desk.template import parse_desk
from sheetdesk.errors import DeskInvalid
from sheetdesk.table.rights import RightChange, Statement, diff_rights, failed_statements, read_statements
from tests.table import DESK, SMALL


def test_the_same_desk_changes_no_right() -> None:
    assert diff_rights(DESK, DESK) == []


def test_a_lock_that_is_lifted_is_a_right_gained() -> None:
    new = parse_desk(SMALL.replace("locks: [due], ", ""))
    assert diff_rights(DESK, new) == [RightChange("agent", "column due", "see", "edit")]


def test_a_wider_condition_and_a_new_permission_are_told() -> None:
    new = parse_desk(SMALL.replace("tickets: owner = me, may: [archive]", "may: [archive, approve]"))
    assert diff_rights(DESK, new) == [
        RightChange("own", "tickets", "owner = me", "all"),
        RightChange("own", "may approve", "-", "yes"),
    ]


def test_a_role_that_is_gone_loses_everything_last() -> None:
    new = parse_desk(SMALL.replace("  own: {title: Own tickets", "  mine: {title: Own tickets"))
    changes = diff_rights(DESK, new)
    roles = [change.role for change in changes]
    assert roles == ["mine"] * roles.count("mine") + ["own"] * roles.count("own")
    assert {change.after for change in changes if change.role == "own"} == {"-"}


TRUE = """
- role: boss
  may: {see: [tags], edit: [due, owner], move: [closed -> open, "new → In progress"], do: archive}
- role: agent
  may: {see: due}
  may_not: {edit: [due, owner, priority], move: [closed -> open, new -> closed], do: [archive, approve]}
- role: own
  may: {edit: title}
  may_not: {see: tags, edit: [tags, status], move: new -> open}
"""


def test_statements_that_hold_give_no_failure() -> None:
    statements = read_statements(TRUE, DESK)
    assert len(statements) == 19
    assert failed_statements(DESK, statements) == []


def test_a_title_of_a_status_means_its_key() -> None:
    assert Statement("boss", True, "move", "new → open") in read_statements(TRUE, DESK)


def test_statements_that_do_not_hold_are_told_in_words() -> None:
    text = "- role: agent\n  may: {do: archive}\n  may_not: {see: due}\n"
    assert failed_statements(DESK, read_statements(text, DESK)) == [
        "agent must be able to do archive",
        "agent must not be able to see due",
    ]


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        ("role: boss", [1], "a list of statements is expected"),
        ("- [", [1], "not YAML"),
        ("- boss", [1], "`role:` must be one of boss, agent, own"),
        ("- role: bos\n- role: agent", [1], "`role:` must be one of"),
        ("- role: boss\n- {role: [1]}", [2], "`role:` must be one of"),
        ("- role: boss\n  maynot: {see: due}", [2], "'maynot' is not known here, did you mean 'may_not'?"),
        ("- role: boss\n  may: [due]", [2], "`may:` takes `see:`, `edit:`, `move:`, `do:`"),
        ("- role: boss\n  may:\n    edit: due\n    sea: due", [4], "did you mean 'see'?"),
        ("- role: boss\n  may: {wiggle: due}", [2], "'wiggle' is not known here"),
        ("- role: boss\n  may:\n    see: [due, dew]", [3], "'dew' is not known here"),
        ("- role: boss\n  may: {see: }", [2], "'None' is not known here"),
        ("- role: boss\n  may: {edit: 3}", [2], "'3' is not known here"),
        ("- role: boss\n  may: {do: fly}", [2], "'fly' is not known here"),
        ("- role: boss\n  may: {move: [new, new -> gone, new -> open -> new]}", [2, 2, 2], "'new -> gone'"),
    ],
)  # fmt: skip
def test_bad_statements_are_refused_with_their_lines(text: str, lines: list[int], words: str) -> None:
    with pytest.raises(DeskInvalid) as caught:
        read_statements(text, DESK)
    assert [complaint.line for complaint in caught.value.complaints] == lines
    assert words in str(caught.value)


def test_every_bad_statement_of_a_file_is_named_at_once() -> None:
    with pytest.raises(DeskInvalid) as caught:
        read_statements("- role: boss\n  may: {see: dew}\n- role: nobody\n", DESK)
    assert len(caught.value.complaints) == 2
