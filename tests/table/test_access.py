"""Who may do what: what a role may not do comes back as a refusal with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetdesk.columns.base import Column
from sheetdesk.desk.template import parse_desk, templates
from sheetdesk.table.access import Screened, matrix_rows, may_edit, screen, visible
from sheetdesk.table.change import CellChange, ChangeSet
from sheetdesk.table.derive import derive
from sheetdesk.table.table import table_of
from tests.table import DESK, NOW, tickets

TABLE = tickets(
    T_001={"title": "ink", "status": "new", "owner": "Ann Example"},
    T_002={"title": "toner", "status": "closed", "owner": "Ben Example"},
    T_003={"title": "paper", "status": "open"},
)


def screened(role: str, *cells: tuple[str, str, object, object], person: str | None = None) -> Screened:
    changes = ChangeSet(tuple(CellChange(*cell) for cell in cells))
    return screen(DESK, DESK.role(role), TABLE, changes, NOW, person)


def reasons(found: Screened) -> list[tuple[str, str, str]]:
    return [(refusal.row, refusal.column, refusal.reason) for refusal in found.refusals]


def test_what_a_role_may_change_is_kept() -> None:
    found = screened("agent", ("T-001", "title", "ink", "laser"), ("T-001", "status", "new", "open"))
    assert len(found.changes.cells) == 2
    assert found.refusals == ()


def test_a_locked_column_is_refused_and_the_rest_goes_on() -> None:
    found = screened("agent", ("T-001", "due", None, NOW), ("T-001", "title", "ink", "laser"))
    assert reasons(found) == [("T-001", "due", "edit")]
    assert [c.column for c in found.changes.cells] == ["title"]
    assert found.refusals[0].change == CellChange("T-001", "due", None, NOW)
    assert found.refusals[0].text == "Agent: Due"


@pytest.mark.parametrize("column", ["updated", "priority"])
def test_what_the_machine_owns_nobody_changes(column: str) -> None:
    assert reasons(screened("boss", ("T-001", column, None, "x"))) == [("T-001", column, "owner")]


def test_only_a_role_that_may_assign_changes_the_owner() -> None:
    cell = ("T-001", "owner", "Ann Example", "Ben Example")
    assert reasons(screened("agent", cell)) == [("T-001", "owner", "edit")]
    assert reasons(screened("boss", cell)) == []


def test_a_status_jump_is_refused_with_its_own_reason() -> None:
    assert reasons(screened("agent", ("T-002", "status", "closed", "open"))) == [
        ("T-002", "status", "transition")
    ]
    assert reasons(screened("boss", ("T-002", "status", "closed", "open"))) == []


def test_a_ticket_that_the_role_does_not_see_is_left_alone() -> None:
    cells = [(row, "title", before, "x") for row, before in (("T-001", "ink"), ("T-002", "toner"))]
    found = screened("own", *cells, person="Ben Example")
    assert reasons(found) == [("T-001", "title", "edit")]
    assert [c.row for c in found.changes.cells] == ["T-002"]


def test_without_a_person_nobody_is_me() -> None:
    assert reasons(screened("own", ("T-001", "title", "ink", "x"))) == [("T-001", "title", "edit")]


def test_rows_are_added_and_archived_only_by_roles_that_may() -> None:
    changes = ChangeSet(added=tickets(T_009={"title": "new"}).frame, removed=TABLE.frame.iloc[:1])
    boss = screen(DESK, DESK.role("boss"), TABLE, changes, NOW)
    assert boss.refusals == ()
    agent = screen(DESK, DESK.role("agent"), TABLE, changes, NOW)
    assert [(r.row, r.reason, r.text) for r in agent.refusals] == [("T-001", "archive", "Agent: archive")]
    assert agent.changes.removed is None
    own = screen(DESK, DESK.role("own"), TABLE, changes, NOW, "Ann Example")
    assert [(r.row, r.reason) for r in own.refusals] == [("T-009", "add")]
    assert own.changes.added is None


def test_a_role_archives_only_what_it_sees() -> None:
    changes = ChangeSet(removed=TABLE.frame.iloc[:2])
    found = screen(DESK, DESK.role("own"), TABLE, changes, NOW, "Ann Example")
    assert found.changes.removed is not None
    assert list(found.changes.removed.index) == ["T-001"]
    assert reasons(found) == [("T-002", "", "archive")]


def test_a_column_with_its_own_roles_is_changed_by_them_alone() -> None:
    column = Column("title", "Title", edit=("boss",))
    assert [may_edit(DESK.role(key), column) for key in ("boss", "agent", "own")] == [True, False, False]


def test_a_condition_may_look_at_worked_out_columns() -> None:
    role = parse_desk(
        "name: D\ncolumns: [status]\nroles: {r: {title: R, tickets: is_open = 1}}\n"
        "sheets: [{key: main, file: t.xlsx, role: r}]"
    ).role("r")
    frame = derive(DESK, TABLE, NOW)
    assert visible(DESK, role.tickets, frame, None).tolist() == [True, False, True]
    assert visible(DESK, None, frame, None).all()


def matrix(*roles: str) -> dict[str, list[str]]:
    return dict(matrix_rows(DESK, [DESK.role(role) for role in roles]))


def test_the_matrix_says_how_far_each_right_goes() -> None:
    lines = matrix("boss", "agent", "own")
    assert lines["column due"] == ["edit", "see", "see"]
    assert lines["column tags"] == ["edit", "edit", "-"]
    assert lines["column owner"] == ["edit", "see", "see"]
    assert lines["column month"] == ["see", "see", "see"]
    assert lines["tickets"] == ["all", "all", "owner = me"]
    assert lines["may archive"] == ["yes", "-", "yes"]
    assert lines["status closed → open"] == ["yes", "-", "-"]
    assert lines["status new → open"] == ["yes", "yes", "-"]


def test_the_matrix_names_every_column_and_step_once() -> None:
    for name, text in templates().items():
        desk = parse_desk(text, name)
        rights = [right for right, marks in matrix_rows(desk, desk.roles) if len(marks) == len(desk.roles)]
        assert len(rights) == len(set(rights))
        assert {f"column {column.key}" for column in desk.tickets.columns} <= set(rights)


@pytest.mark.parametrize("name", templates())
def test_what_the_matrix_calls_edit_is_what_screen_lets_through(name: str) -> None:
    desk = parse_desk(templates()[name], name)
    table = table_of(desk.tickets, {}, ["T-001"])
    keys = [column.key for column in desk.tickets.columns]
    changes = ChangeSet(tuple(CellChange("T-001", key, None, "x") for key in keys))
    for role in desk.roles:
        kept = screen(desk, replace(role, tickets=None), table, changes, NOW).changes.cells
        edits = [
            right.removeprefix("column ") for right, [mark] in matrix_rows(desk, [role]) if mark == "edit"
        ]
        assert [change.column for change in kept] == edits
