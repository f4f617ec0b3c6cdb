"""A cell that sheet and store both changed: what stands in both and in the journal, by its policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.flows import SyncedSheet, settle
from sheetdesk.flows.opening import actor
from tests.flows.folder import LIFE, xlsx_at_once
from tests.flows.team import DESK, Team

COLUMNS = """\
  - key: stage
    title: Stage
    merge: forward
    choices: [{key: asked, title: Asked}, {key: offered, title: Offered}, {key: ordered, title: Ordered}]
  - {key: room, title: Room, merge: latest}
  - {key: price, title: Price, merge: manual}
"""
ROWS = [
    {"ID": "T-001", "Title": "Ink", "Stage": "Offered", "Room": "1", "Price": "10"},
    {"ID": "T-002", "Title": "Editor", "Stage": "Asked", "Room": "1", "Price": "10"},
    {"ID": "T-003", "Title": "Cable", "Stage": "Offered", "Room": "1", "Price": "10"},
]
CHANGES = {
    "Stage": (("T-001", "Asked", "Ordered"), ("T-002", "Ordered", "Offered"), ("T-003", "Asked", "")),
    "Room": (("T-001", "2", "3"), ("T-002", "4", "4")),
    "Price": (("T-001", "20", "30"), ("T-002", "21", "31"), ("T-003", "22", "")),
}
"""By column: the ticket, what a person types into the sheet, and what a rule writes meanwhile."""


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Team, SyncedSheet]:
    """Three tickets of which both sides changed cells, synced; not to be changed."""
    team = Team(tmp_path_factory.mktemp("merged") / "desk", DESK.replace(LIFE, COLUMNS + LIFE))
    team.given(ROWS)
    for title, cells in CHANGES.items():
        with team.people() as book:
            for row, typed, _ in cells:
                book.tab().type(book.tab().row_of(row), title, typed)
        for row, _, ruled in cells:
            if ruled:
                team.change(row, title.lower(), ruled, by="rule:test", why="rule")
    (sheet,) = team.sync().sheets
    return team, sheet


def shown(team: Team, title: str) -> list[object]:
    tab = team.tab()
    return [tab.value(tab.row_of(row), tab.column(title)) for row in ("T-001", "T-002", "T-003")]


def held(team: Team, column: str) -> list[object]:
    return [team.value(row, column) for row in ("T-001", "T-002", "T-003")]


def journal(team: Team, column: str) -> list[tuple[str, str, object, object, str, str]]:
    """What was written of one column since the tickets came."""
    return [
        (entry.row, entry.kind, entry.before, entry.after, entry.by, entry.why)
        for entry in team.entries()
        if entry.column == column
    ]


def test_of_two_choices_of_a_column_that_only_goes_forward_the_later_one_holds(
    merged: tuple[Team, SyncedSheet],
) -> None:
    team, sheet = merged
    assert sorted((r.row, r.column, r.reason) for r in sheet.refusals) == [
        ("T-001", "stage", "forward"), ("T-003", "stage", "forward"),
    ]  # fmt: skip
    assert shown(team, "Stage") == ["Ordered", "Ordered", "Offered"]
    assert held(team, "stage") == ["ordered", "ordered", "offered"]
    assert journal(team, "stage") == [
        ("T-001", "changed", "offered", "ordered", "rule:test", "rule"),
        ("T-002", "changed", "asked", "offered", "rule:test", "rule"),
        ("T-002", "changed", "offered", "ordered", "sheet:tickets.xlsx", "sync"),
        ("T-001", "refused", "ordered", "asked", "sheet:tickets.xlsx", "sync"),
        ("T-003", "refused", "offered", "asked", "sheet:tickets.xlsx", "sync"),
    ]


def test_of_a_column_whose_latest_value_holds_the_sheet_is_the_latest(
    merged: tuple[Team, SyncedSheet],
) -> None:
    team, _ = merged
    assert (shown(team, "Room"), held(team, "room")) == (["2", "4", "1"], ["2", "4", "1"])
    assert journal(team, "room") == [
        ("T-001", "changed", "1", "3", "rule:test", "rule"),
        ("T-002", "changed", "1", "4", "rule:test", "rule"),
        ("T-001", "changed", "3", "2", "sheet:tickets.xlsx", "sync"),
    ]


def test_of_a_column_that_people_settle_each_side_keeps_its_own_until_they_do(
    merged: tuple[Team, SyncedSheet], tmp_path: Path
) -> None:
    begun, sheet = merged
    team = begun.twin(tmp_path / "desk")
    told = [("T-001", "price", "30", "20"), ("T-002", "price", "31", "21")]
    assert [(c.row, c.column, c.ours, c.theirs) for c in sheet.conflicts] == told
    assert (shown(team, "Price"), held(team, "price")) == (["20", "21", "22"], ["30", "31", "22"])
    team.assert_at_rest()
    with team.desk() as opened:
        settle(opened, "T-001", "Price", "sheet", now=team.now, open_sheet=xlsx_at_once)
        settle(opened, "T-002", "Price", "other", now=team.now, open_sheet=xlsx_at_once)
    (sheet,) = team.sync().sheets
    assert sheet.conflicts == []
    assert (shown(team, "Price"), held(team, "price")) == (["20", "31", "22"], ["20", "31", "22"])
    assert journal(team, "price") == [
        ("T-001", "changed", "10", "30", "rule:test", "rule"),
        ("T-002", "changed", "10", "31", "rule:test", "rule"),
        ("T-003", "changed", "10", "22", "sheet:tickets.xlsx", "sync"),
        ("T-001", "refused", "30", "20", "sheet:tickets.xlsx", "conflict"),
        ("T-002", "refused", "31", "21", "sheet:tickets.xlsx", "conflict"),
        ("T-001", "changed", "30", "20", actor(), "settle"),
        ("T-002", "refused", "31", "21", actor(), "settle"),
    ]
    team.assert_at_rest()
