"""What a reading comes to: taken over, refused, settled, completed, archived."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Desk, Review
from sheetdesk.table.change import CellChange
from sheetdesk.table.fill import seconds
from sheetdesk.table.grid import Grid, GridTable
from sheetdesk.table.merge import Clash
from sheetdesk.table.plain import PlainRows, plain_rows, table_of_rows
from sheetdesk.table.reading import Known, read_grid
from sheetdesk.table.table import stored
from sheetdesk.table.taken import Judge, ReadTable, TakenOver, agreed_rows
from sheetdesk.table.takeover import take_over
from tests.table import DESK, NOW, TICKETS
from tests.table.drawn import SETTING, SHOWN, agreed, area_of, columns_of, drawn, read_drawn

BASE = agreed(
    T_001={"title": "ink", "status": "new", "owner": "Ann Example"},
    T_002={"title": "toner", "status": "open"},
    T_003={"title": "paper", "status": "closed"},
)
HEAD = "ID | Title | Status | Owner | Due | Satisfaction\n"
ONE = "T-001 | ink | New | Ann Example | . | .\n"
TWO = "T-002 | toner | In progress | . | . | .\n"
THREE = "T-003 | paper | Closed | . | . | .\n"
AT = seconds(NOW)


def take(
    text: str,
    *,
    role: str | None = None,
    base: PlainRows = BASE,
    ours: PlainRows | None = None,
    missing: Collection[str] = (),
    shows_all: bool = True,
    answer: str = "",
    is_again: bool = True,
    by_rules: Collection[tuple[str, str]] = (),
    archived: PlainRows | None = None,
    keys: tuple[str, ...] = SHOWN,
    header: str = HEAD,
    desk: Desk = DESK,
    **drawing: Any,
) -> TakenOver:
    """The tab with this text, taken over."""
    ours = base if ours is None else ours
    now = table_of_rows(TICKETS, ours)
    reading = read_drawn(drawn(header + text, **drawing), base, ours=ours, keys=keys)
    table = ReadTable(
        TICKETS, tuple(columns_of(*keys)), reading, base, frozenset(missing), now, archived=archived or {}
    )
    person = "Ann Example" if role == "own" else None
    judge = Judge(desk, desk.role(role) if role else None, person, NOW, shows_all, answer, is_again)
    numbers = iter(range(101, 999))
    ruled = {(name, stored(TICKETS).index(key)) for name, key in by_rules}
    return take_over(table, judge, ruled, frozenset(), lambda cells: f"T-{next(numbers)}")


def put(rows: PlainRows, name: str, **cells: Any) -> PlainRows:
    """The rows with other cells in one of them."""
    keys = stored(TICKETS)
    return rows | {name: tuple(cells.get(key, cell) for key, cell in zip(keys, rows[name], strict=True))}


def cells_of(done: TakenOver) -> list[tuple[str, str, Any]]:
    return [(change.row, change.column, change.after) for change in done.people.cells]


def refusals(done: TakenOver) -> list[tuple[str, str, str]]:
    return [(refusal.row, refusal.column, refusal.reason) for refusal in done.refusals]


def after(done: TakenOver, name: str) -> dict[str, Any]:
    assert done.after is not None
    cells = plain_rows(done.after)[name]
    return {key: cell for key, cell in zip(stored(TICKETS), cells, strict=True) if cell is not None}


def test_an_untouched_sheet_changes_nothing() -> None:
    done = take(ONE + TWO + THREE)
    assert not any((done.people, done.machine, done.refusals, done.conflicts, done.problems, done.naming))
    assert done.merged.is_quiet


def test_an_edit_is_taken_over_and_noted() -> None:
    done = take(ONE + TWO.replace("toner", "laser") + THREE)
    assert cells_of(done) == [("T-002", "title", "laser")]
    assert [(c.row, c.column) for c in done.machine] == [("T-002", "updated")]
    assert after(done, "T-002") == {"title": "laser", "status": "open", "updated": AT}


def test_a_status_that_moved_on_is_stamped_after_what_people_did() -> None:
    done = take(ONE.replace("New", "Resolved") + TWO + THREE)
    assert after(done, "T-001")["resolved"] == after(done, "T-001")["first_response"] == AT
    assert [c for c in done.people.cells if c.column == "resolved"] == []


def test_two_peoples_values_are_a_conflict_and_neither_is_lost() -> None:
    done = take(ONE.replace("ink", "laser") + TWO + THREE, ours=put(BASE, "T-001", title="jet"))
    (conflict,) = done.conflicts
    assert (conflict.table, conflict.row, conflict.column, conflict.ours, conflict.theirs) == (
        "tickets", "T-001", "title", "jet", "laser",
    )  # fmt: skip
    assert cells_of(done) == []
    assert after(done, "T-001")["title"] == "jet"


def test_a_person_beats_a_rule() -> None:
    ours = put(BASE, "T-001", title="jet")
    done = take(ONE.replace("ink", "laser") + TWO + THREE, ours=ours, by_rules=[("T-001", "title")])
    assert cells_of(done) == [("T-001", "title", "laser")]


# roles


@pytest.mark.parametrize(
    ("role", "text", "refused", "kept"),
    [
        ("agent", "T-001 | ink | New | Ann Example | 2026-04-01 | .\n", ("T-001", "due", "edit"), []),
        ("agent", "T-001 | laser | New | Ben Example | . | .\n", ("T-001", "owner", "edit"), ["title"]),
        ("agent", "T-001 | ink | Closed | Ann Example | . | .\n", ("T-001", "status", "transition"), []),
        ("agent", THREE.replace("Closed", "In progress"), ("T-003", "status", "transition"), []),
        ("own", TWO.replace("toner", "laser"), ("T-002", "title", "edit"), []),
        ("own", ONE.replace("New", "In progress"), ("T-001", "status", "edit"), []),
    ],
)
def test_what_a_role_may_not_change_is_refused(
    role: str, text: str, refused: tuple[str, str, str], kept: list[str]
) -> None:
    done = take(text, role=role, shows_all=False)
    assert refusals(done) == [refused]
    assert [change.column for change in done.people.cells] == kept
    assert done.refusals[0].change is not None


@pytest.mark.parametrize("role", ["boss", None])
def test_who_may_do_all_is_refused_nothing(role: str | None) -> None:
    done = take("T-001 | laser | Resolved | Ben Example | 2026-04-01 | 5\n" + TWO + THREE, role=role)
    assert done.refusals == []
    assert len(done.people.cells) == 5


def test_what_a_role_may_not_change_is_no_conflict() -> None:
    """Else a locked column could be held against everybody who may change it."""
    ours = put(BASE, "T-001", due=AT, title="jet")
    text = "T-001 | laser | New | Ann Example | 2026-04-01 | .\n" + TWO + THREE
    done = take(text, role="agent", ours=ours)
    assert refusals(done) == [("T-001", "due", "edit")]
    assert [conflict.column for conflict in done.conflicts] == ["title"]
    assert [stored(TICKETS)[clash.column] for clash in done.merged.clashes] == ["title"]


def test_two_moves_of_a_status_are_settled_by_people_though_one_does_not_follow_the_other() -> None:
    pending = DESK.column("status").choice("pending")
    assert pending is not None
    text = TWO.replace("In progress", pending.title)
    done = take(text, role="agent", shows_all=False, ours=put(BASE, "T-002", status="closed"))
    assert [(c.column, c.ours, c.theirs) for c in done.conflicts] == [("status", "closed", "pending")]
    assert done.refusals == []


def test_a_machines_column_is_put_back_readable_or_not() -> None:
    header = "ID | Title | Updated\n"
    keys = ("id", "title", "updated")
    done = take("T-001 | ink | 2026-01-01\nT-002 | toner | soon\n", header=header, keys=keys, shows_all=False)
    assert sorted(refusals(done)) == [("T-001", "updated", "owner"), ("T-002", "updated", "owner")]
    assert done.problems == []
    assert done.people.cells == ()
    changes = {refusal.row: refusal.change for refusal in done.refusals}
    assert changes["T-002"] == CellChange("T-002", "updated", None, "soon")


def test_a_new_row_with_a_machines_cell_that_nobody_can_read_is_a_new_row() -> None:
    text = "T-001 | ink | .\n. | fresh | soon\n"
    done = take(text, header="ID | Title | Updated\n", keys=("id", "title", "updated"), shows_all=False)
    assert (refusals(done), done.problems, done.naming) == ([], [], {2: "T-101"})


def test_a_machines_cell_under_a_merged_one_is_a_problem() -> None:
    done = take(
        "T-001 | ink | .\nT-002 | toner | .\n", header="ID | Title | Updated\n",
        keys=("id", "title", "updated"), merged=((1, 2, 2, 2),), shows_all=False,
    )  # fmt: skip
    assert [problem.kind for problem in done.problems] == ["merged"]
    assert done.refusals == []


def test_a_worked_out_cell_that_was_typed_over_is_told_where_it_can_be_put_back() -> None:
    text = "T-001 | ink | =5\nT-002 | toner | 7\nT-003 | paper | .\n"
    more = {"header": "ID | Title | Age\n", "keys": ("id", "title", "age")}
    done = take(text, native=True, **more)  # type: ignore[arg-type]
    assert refusals(done) == [("T-002", "age", "formula")]
    assert refusals(take(text, **more)) == []  # type: ignore[arg-type]


def test_the_worked_out_cell_of_the_only_ticket_that_was_typed_over_is_told_too() -> None:
    more = {"header": "ID | Title | Age\n", "keys": ("id", "title", "age"), "native": True}
    assert refusals(take("T-001 | ink | 7\n", **more)) == [("T-001", "age", "formula")]  # type: ignore[arg-type]
    assert refusals(take("T-001 | ink | =5\n", **more)) == []  # type: ignore[arg-type]
    assert refusals(take("T-001 | ink | .\n", **more)) == []  # type: ignore[arg-type]
    # A program that keeps no formulas has saved it.
    assert refusals(take("T-001 | ink | 7\nT-002 | toner | 5\n", **more)) == []  # type: ignore[arg-type]


# new rows


def test_a_row_without_an_id_is_named_before_it_is_a_ticket() -> None:
    done = take(ONE + ". | fresh | . | . | . | .\n" + TWO + THREE)
    assert done.naming == {2: "T-101"}
    assert not done.people


def test_a_named_row_becomes_a_ticket_with_all_it_needs() -> None:
    done = take(ONE + TWO + THREE + "T-101 | fresh | . | . | . | 4\n")
    assert after(done, "T-101") == {
        "created": AT, "updated": AT, "title": "fresh", "status": "new", "satisfaction": 4.0,
    }  # fmt: skip
    assert done.people.added is not None
    assert list(done.people.added.index) == ["T-101"]


def test_what_a_role_may_not_fill_is_left_out_of_its_new_row() -> None:
    text = "T-101 | fresh | New | Ben Example | 2026-04-01 | .\n"
    done = take(text, role="agent", shows_all=False)
    assert refusals(done) == [("T-101", "owner", "edit"), ("T-101", "due", "edit")]
    assert after(done, "T-101").keys() == {"created", "updated", "title", "status"}


def test_a_time_of_the_machine_in_a_new_row_is_its_own() -> None:
    done = take(
        "T-101 | fresh | 2026-01-01\n", header="ID | Title | Updated\n", keys=("id", "title", "updated")
    )
    assert after(done, "T-101")["updated"] == AT


def test_a_role_that_may_not_add_adds_nothing() -> None:
    done = take(
        ONE + "T-101 | named | . | . | . | .\n. | fresh | . | . | . | .\n", role="own", shows_all=False
    )
    assert refusals(done) == [("T-101", "", "add"), ("", "", "add")]
    assert done.refusals[1].text == "Own tickets: may not add tickets (A4)"
    assert not done.people
    assert done.naming == {}


def test_a_new_ticket_does_not_start_behind_a_review_that_its_role_may_not_pass() -> None:
    reviewed = replace(DESK, review=Review(Meaning.CLOSED, "resolved"))
    text = ONE + TWO + THREE + "T-101 | done already | Closed | . | . | .\n"
    done = take(text, role="agent", desk=reviewed)
    assert refusals(done) == [("T-101", "status", "transition")]
    assert after(done, "T-101")["status"] == "new"
    done = take(text, role="boss", desk=reviewed)
    assert refusals(done) == []
    assert after(done, "T-101")["status"] == "closed"


def test_an_edited_row_of_an_archived_ticket_revives_it_and_an_untouched_one_does_not() -> None:
    ours = {name: BASE[name] for name in ("T-001",)}
    done = take(ONE + TWO.replace("toner", "laser") + THREE, ours=ours)
    assert done.people.added is not None
    assert list(done.people.added.index) == ["T-002"]
    assert done.merged.gone == ["T-003"]


def test_a_ticket_that_comes_back_keeps_what_others_typed_before_it_was_put_away() -> None:
    """Once it was deleted in one sheet, and this one is older than what was typed in the other."""
    ours = {"T-001": BASE["T-001"]}
    archived = {"T-002": put(BASE, "T-002", due=86_400_000_000, type="hardware")["T-002"]}
    done = take(ONE + TWO.replace("toner", "laser") + THREE, ours=ours, archived=archived)
    assert done.people.added is not None
    assert after(done, "T-002") == {
        "title": "laser", "status": "open", "due": 86_400_000_000, "type": "hardware",
        "created": AT, "updated": AT,
    }  # fmt: skip
    assert not done.conflicts


def test_a_ticket_that_comes_back_changed_on_both_sides_is_settled_by_people() -> None:
    ours = {"T-001": BASE["T-001"]}
    archived = {"T-002": put(BASE, "T-002", title="jet")["T-002"]}
    done = take(ONE + TWO.replace("toner", "laser") + THREE, ours=ours, archived=archived)
    assert after(done, "T-002")["title"] == "jet"
    assert [(c.row, c.ours, c.theirs) for c in done.conflicts] == [("T-002", "jet", "laser")]


def test_of_a_ticket_that_comes_back_a_role_changes_what_it_may() -> None:
    ours = {"T-001": BASE["T-001"]}
    archived = {"T-002": put(BASE, "T-002", title="jet", owner="Ann Example")["T-002"]}
    text = "T-002 | laser | In progress | Ben Example | . | .\n"
    done = take(text, role="agent", ours=ours, archived=archived, shows_all=False)
    assert refusals(done) == [("T-002", "owner", "edit")]
    assert after(done, "T-002")["owner"] == "Ann Example"
    assert [(c.row, c.column) for c in done.conflicts] == [("T-002", "title")]
    done = take(text, role="own", ours=ours, archived=archived, shows_all=False)
    assert refusals(done) == [("T-002", "", "add")]
    assert (done.people.added, done.conflicts) == (None, [])


def test_a_status_that_moved_on_while_its_ticket_was_archived_is_stamped() -> None:
    ours = {"T-001": BASE["T-001"]}
    text = ONE + TWO.replace("In progress", "Resolved") + THREE
    done = take(text, ours=ours, archived={"T-002": BASE["T-002"]})
    assert after(done, "T-002")["resolved"] == after(done, "T-002")["updated"] == AT


# rows that vanished


def test_a_row_that_is_gone_once_waits_and_twice_is_archived() -> None:
    done = take(TWO + THREE)
    assert (done.waiting, done.vanished) == (["T-001"], [])
    assert not done.people
    done = take(TWO + THREE, missing=["T-001"])
    assert (done.waiting, done.vanished) == ([], ["T-001"])
    assert done.after is not None
    assert list(done.after.frame.index) == ["T-002", "T-003"]


def test_a_row_that_is_gone_is_archived_by_another_run_and_not_by_a_second_reading_of_the_same() -> None:
    done = take(TWO + THREE, missing=["T-001"], is_again=False)
    assert (done.waiting, done.vanished) == (["T-001"], [])
    assert not done.people
    done = take(TWO + THREE, missing=["T-001"], is_again=True)
    assert (done.waiting, done.vanished) == ([], ["T-001"])


def test_a_row_that_changed_in_the_store_is_not_archived() -> None:
    done = take(TWO + THREE, missing=["T-001"], ours=put(BASE, "T-001", title="jet"))
    assert (done.waiting, done.vanished, done.merged.back) == ([], [], ["T-001"])


def test_from_a_sheet_that_shows_a_part_nothing_vanishes() -> None:
    done = take(TWO, missing=["T-001"], shows_all=False)
    assert (done.waiting, done.vanished, done.held) == ([], [], 0)


NUMBERED: dict[str, Any] = {f"T_{n:03}": {"title": f"title {n}"} for n in range(1, 121)}
MANY = agreed(**NUMBERED)


def lines(*numbers: int) -> str:
    return "".join(f"T-{n:03} | title {n} | . | . | . | .\n" for n in numbers)


@pytest.mark.parametrize(("gone", "held"), [(5, 0), (6, 0), (7, 7), (120, 120)])
def test_more_than_five_and_more_than_one_in_twenty_at_once_is_an_accident(gone: int, held: int) -> None:
    done = take(lines(*range(gone + 1, 121)) + ". | fresh | . | . | . | .\n", base=MANY)
    assert done.held == held
    assert len(done.waiting) == (0 if held else gone)
    assert bool(done.naming) is not bool(held)
    if held:
        assert not any((done.people, done.vanished))


def test_of_few_tickets_six_are_too_many_and_five_are_not() -> None:
    few = {name: MANY[name] for name in list(MANY)[:8]}
    assert take(lines(7, 8), base=few).held == 6
    assert take(lines(6, 7, 8), base=few).held == 0


def test_somebody_accepts_or_restores() -> None:
    accepted = take(lines(120), base=MANY, answer="accept")
    assert (accepted.held, len(accepted.vanished)) == (0, 119)
    restored = take(lines(120), base=MANY, answer="restore", missing=["T-001"])
    assert (restored.held, restored.vanished, restored.waiting) == (0, [], [])


def test_a_role_that_may_not_archive_does_not() -> None:
    done = take(TWO + THREE, role="agent", missing=["T-001"])
    assert refusals(done) == [("T-001", "", "archive")]
    assert done.vanished == []
    done = take(TWO + THREE, role="boss", missing=["T-001"])
    assert done.vanished == ["T-001"]


# problems


def test_columns_that_are_lost_or_doubled_are_problems() -> None:
    done = take("T-001 | ink | x | y\n", header="ID | Title | Due | Due\n", shows_all=False)
    found = [(problem.kind, problem.column, problem.cell) for problem in done.problems]
    assert found == [
        ("lost_column", "status", ""), ("lost_column", "owner", ""), ("lost_column", "satisfaction", ""),
        ("doubled_column", "due", "C1, D1"),
    ]  # fmt: skip
    assert not done.people


def test_an_id_that_stands_twice_and_cannot_be_told_is_a_problem() -> None:
    done = take(ONE.replace("Ann", "Ben") + ONE.replace("New", "Closed") + TWO + THREE)
    assert [(p.kind, p.raw, p.cell) for p in done.problems] == [("duplicate", "T-001", "A2, A3")]
    assert not any((done.people, done.waiting, done.naming))


def test_a_new_row_whose_id_lies_under_a_merged_cell_gets_none() -> None:
    done = take(ONE + ". | fresh | . | . | . | .\n", merged=((1, 0, 2, 0),), shows_all=False)
    assert [(p.kind, p.column, p.cell) for p in done.problems] == [("merged", "id", "A3")]
    assert done.naming == {}


# the other tables


def other(key: str, rows: dict[str, dict[str, Any]], tab: list[list[Any]], name: str = "") -> TakenOver:
    """A tab of another table, taken over; `name` is what a new row is called."""
    spec = DESK.table(key)
    keys = stored(spec)
    base = {row: tuple(cells.get(k) for k in keys) for row, cells in rows.items()}
    titles = [column.title for column in spec.columns]
    width = len(titles)
    lines = [titles, *[row + [None] * (width - len(row)) for row in tab]]
    grid = Grid(
        spec.title, len(lines), [list(c) for c in zip(*lines, strict=True)],
        tables=(GridTable(key, 0, 0, len(lines) - 1, width - 1),),
    )  # fmt: skip
    reading = read_grid(area_of(grid, spec), spec, spec.columns, SETTING, Known(base, base))
    table = ReadTable(spec, spec.columns, reading, base, frozenset(), table_of_rows(spec, base))
    judge = Judge(DESK, DESK.role("agent"), None, NOW, True)
    return take_over(table, judge, frozenset(), frozenset(), lambda _: name)


def added(done: TakenOver, row: str) -> dict[str, Any]:
    assert done.people.added is not None
    return {
        key: value
        for key, value in zip(done.people.added.columns, done.people.added.loc[row], strict=True)
        if value is not None and value == value
    }


def test_a_new_member_of_the_team_has_a_whole_share() -> None:
    assert added(other("people", {}, [["Zoe"]]), "Zoe") == {"share": 1.0}
    assert added(other("people", {}, [["Zoe", None, None, None, 0.5]]), "Zoe") == {"share": 0.5}


def test_new_list_values_come_last_of_their_column_and_one_after_the_other() -> None:
    known = {
        "status/a": {"column": "status", "value": "A", "position": 7.0, "active": True},
        "type/b": {"column": "type", "value": "B", "position": 2.0, "active": True},
    }
    kept: list[list[Any]] = [
        ["status/a", "Status", "A", None, 7.0, "yes"],
        ["type/b", "Type", "B", None, 2.0, "yes"],
    ]
    fresh: list[list[Any]] = [
        ["x", "Status", "X"],
        ["y", "Status", "Y"],
        ["z", "Impact", "Z"],
        ["w", "Type", "W", None, 1.0, "no"],
    ]
    done = other("choices", known, kept + fresh)
    assert {row: added(done, row)["position"] for row in "xyzw"} == {"x": 8.0, "y": 9.0, "z": 1.0, "w": 1.0}
    assert [bool(added(done, row)["active"]) for row in "xw"] == [True, False]


@pytest.mark.parametrize(
    ("tab", "problem"),
    [
        ([[None, "a@b.example"]], ("required", "", "a value; the column is required", "A2")),
        ([["Zoe", "x"], ["Zoe", "y"]], ("required", "Zoe", "an ID that stands once", "A3")),
    ],
)
def test_a_row_that_nobody_can_name_is_a_problem(tab: list[list[Any]], problem: tuple[str, ...]) -> None:
    done = other("people", {}, tab)
    assert [(p.kind, p.raw, p.expected, p.cell) for p in done.problems] == [problem]


# what is agreed on then


def agreed_after(
    done: TakenOver, stored_base: PlainRows = BASE, ids: Collection[str] | None = None
) -> PlainRows:
    assert done.after is not None
    names = set(done.after.frame.index) if ids is None else ids
    return agreed_rows(done.table, stored_base, done.merged.clashes, names, done.waiting)


def test_what_the_sheet_shows_is_agreed_on_refused_or_not() -> None:
    done = take("T-001 | laser | New | Ann Example | 2026-04-01 | .\n" + TWO + THREE, role="agent")
    row = dict(zip(stored(TICKETS), agreed_after(done)["T-001"], strict=True))
    assert row["title"] == "laser"
    assert row["due"] is not None


def test_a_cell_that_people_have_to_settle_stays_as_it_was_agreed_on() -> None:
    done = take(ONE.replace("ink", "laser") + TWO + THREE, ours=put(BASE, "T-001", title="jet"))
    assert agreed_after(done)["T-001"] == BASE["T-001"]


def test_a_row_that_waits_stays_and_one_that_was_archived_goes() -> None:
    assert agreed_after(take(TWO + THREE)) == BASE
    assert "T-001" not in agreed_after(take(TWO + THREE, missing=["T-001"]))
    # Nor does one that only a later version of the sheet had.
    assert "T-001" not in agreed_after(take(TWO + THREE), {"T-002": BASE["T-002"]})


def test_a_row_that_is_gone_from_the_store_does_not_come_back_before_it_is_cleared() -> None:
    """The sheet may be open for days: what stands in it untouched is no new ticket at the next reading."""
    ours = {name: BASE[name] for name in ("T-001", "T-002")}
    first = take(ONE + TWO + THREE, ours=ours)
    assert first.merged.gone == ["T-003"]
    base = agreed_after(first)
    second = take(ONE + TWO + THREE, base=base, ours=ours)
    assert second.merged.gone == ["T-003"]
    assert not second.people
    # A row that was never agreed on is not kept.
    assert "T-101" not in agreed_after(take("T-101 | a | . | . | . | .\n", role="own", shows_all=False))


def test_columns_that_the_sheet_does_not_show_stay_as_they_were_agreed_on() -> None:
    base = put(BASE, "T-001", tags="old", due=5)
    done = take(
        "T-001 | laser\nT-101 | fresh\n",
        header="ID | Title\n",
        keys=("id", "title"),
        base=base,
        shows_all=False,
    )
    rows = agreed_after(done, base)
    assert rows["T-001"] == put(base, "T-001", title="laser")["T-001"]
    assert [cell for cell in rows["T-101"] if cell is not None] == ["fresh"]


def test_a_frozen_ticket_stays_as_it_was_agreed_on() -> None:
    done = take(ONE.replace("Ann", "Ben") + ONE.replace("New", "Closed") + TWO + THREE)
    assert agreed_after(done)["T-001"] == BASE["T-001"]
    assert "T-001" not in agreed_after(done, {})


def test_a_clash_without_a_base_is_agreed_on_as_it_shows() -> None:
    ours = BASE | agreed(T_009={"title": "store"})
    done = take(ONE + TWO + THREE + "T-009 | sheet | . | . | . | .\n", ours=ours)
    assert [(c.base, c.ours, c.theirs) for c in done.merged.clashes] == [(None, "store", "sheet")]
    assert isinstance(done.merged.clashes[0], Clash)
    assert [cell for cell in agreed_after(done)["T-009"] if cell is not None] == ["sheet"]
