"""A run of the rules: one commit, nothing twice, nothing by a dry run, and only what may have moved."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sheetdesk.errors import StoreMoved
from sheetdesk.flows import open_desk, running, undo, upgrade
from sheetdesk.rules.base import Outcome
from sheetdesk.rules.draft import RECKONED
from sheetdesk.rules.engine import Given, run_rules
from sheetdesk.store.store import Store
from tests.flows.ruled import MONDAY, Ruled, keep


@pytest.fixture
def team(tmp_path: Path) -> Ruled:
    """A hot ticket, a plain one and one that is closed."""
    team = Ruled(tmp_path / "desk")
    closed = {"status": "closed", "owner": "Ben Example", "resolved": MONDAY, "closed": MONDAY}
    team.tickets({"priority": "p1"}, {}, closed)
    return team


def test_one_commit_holds_changes_entries_notices_and_states(team: Ruled) -> None:
    before = team.version()
    ran = team.run()
    assert team.version() == before + 1
    entries = team.written(ran.run)
    assert {(entry.row, entry.column): entry.by for entry in entries} == {
        (ruled.change.row, ruled.change.column): f"rule:{ruled.rule}" for ruled in ran.changes
    }
    assert {entry.by for entry in entries} == {"rule:sla", "rule:give", "rule:hot", "rule:times"}
    assert {entry.why for entry in entries} == {"rule"}
    assert team.cells("T-001")["owner"] == "Ben Example"
    assert {notice.key for notice in team.notices()} == set(ran.told)
    assert {notice.made_at for notice in team.notices()} == {MONDAY}
    with team.desk() as opened:
        assert {("hot", "T-001"), (RECKONED, "")} <= set(opened.store.rule_states())
    assert team.audit().is_whole


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=3)])
def test_a_second_run_commits_nothing_at_all(team: Ruled, later: timedelta) -> None:
    team.run()
    before = team.version()
    team.now += later
    ran = team.run()
    assert (ran.changes, ran.told, ran.outcome.states) == ([], {}, {})
    assert team.version() == before


def test_a_run_of_all_tickets_after_a_run_changes_nothing_more(team: Ruled) -> None:
    team.run()
    before = team.version()
    assert team.run(whole=True).changes == []
    assert team.version() == before


def test_a_rule_whose_own_change_ends_its_condition_is_done_in_one_run(tmp_path: Path) -> None:
    rules = '  - {key: rename, when: title contains Ink, then: "set title = done"}\n'
    team = Ruled(tmp_path / "desk", rules=rules)
    team.tickets({})
    team.run()
    before = team.version()
    assert team.run().outcome.states == {}
    assert team.version() == before
    team.change("T-001", "title", "Ink again", by="cli:ann", why="edit")
    assert team.run().outcome.fired["rename"] == 1


def test_a_run_of_an_empty_desk_and_the_next_are_quiet(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk")
    team.run()
    before = team.version()
    assert team.run().changes == []
    assert team.version() == before


def test_a_store_that_moved_meanwhile_is_read_anew(team: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[bool] = []

    def interrupted(given: Given) -> Outcome:
        outcome = run_rules(given)
        if not moved:
            moved.append(True)
            team.change("T-002", "priority", "p1", by="cli:ann", why="edit")
        return outcome

    monkeypatch.setattr(running, "run_rules", interrupted)
    ran = team.run()
    assert moved
    assert team.cells("T-002")["notes"] == "looked at"
    assert {ruled.change.row for ruled in ran.changes if ruled.rule == "hot"} == {"T-001", "T-002"}
    assert team.audit().is_whole


def test_a_store_that_always_moves_ends_in_the_error(team: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def never(self: Store, version: int, *_: Any, **__: Any) -> None:
        tries.append(version)
        raise StoreMoved(expected=version, found=version + 1)

    with team.desk() as opened:
        monkeypatch.setattr(Store, "commit", never)
        with pytest.raises(StoreMoved):
            running.run(opened, now=team.now)
    assert len(tries) == running.TRIES


def test_a_dry_run_says_all_and_writes_nothing(team: Ruled) -> None:
    before, files = team.version(), team.files()
    would = team.run(dry_run=True)
    assert (team.version(), team.files(), team.notices()) == (before, files, [])
    with team.desk() as opened:
        assert opened.store.rule_states() == {}
    ran = team.run()
    assert would.changes == ran.changes
    assert would.told == ran.told
    assert would.told


def test_a_run_taken_back_is_a_persons_decision_that_rules_leave(team: Ruled) -> None:
    ran = team.run()
    team.now += timedelta(minutes=1)
    with team.desk() as opened:
        undone = undo(opened, ran.run, now=team.now)
    assert undone.count == len(ran.changes)
    assert undone.moved == ()
    assert pd.isna(team.cells("T-001")["owner"])
    team.now += timedelta(minutes=1)
    again = team.run()
    assert {ruled.rule for ruled in again.changes} == {"sla"}
    assert {(left.rule, left.change.row, left.why) for left in again.left} >= {
        ("give", "T-001", "people"),
        ("give", "T-002", "people"),
    }
    assert pd.isna(team.cells("T-001")["owner"])
    assert pd.isna(team.cells("T-001")["notes"])
    before = team.version()
    team.now += timedelta(minutes=1)
    team.run()
    assert team.version() == before
    assert team.audit().is_whole


# What is looked at again


def test_a_closed_ticket_that_was_changed_is_seen_by_the_next_run(team: Ruled) -> None:
    team.run()
    assert team.cells("T-003")["sla_state"] == "met"
    team.change("T-003", "status", "open", by="cli:ann", why="edit")
    assert team.run().changes
    assert team.cells("T-003")["sla_state"] == "on_time"
    before = team.version()
    assert team.run(whole=True).changes == []
    assert team.version() == before


def test_a_ticket_that_comes_closed_is_seen_by_the_next_run(team: Ruled) -> None:
    team.run()
    team.now += timedelta(minutes=1)
    team.tickets({"status": "closed", "resolved": team.now, "closed": team.now})
    team.run()
    assert team.cells("T-004")["sla_state"] == "met"
    assert team.run(whole=True).changes == []


def test_a_closed_ticket_is_not_reckoned_again_and_again(team: Ruled) -> None:
    team.run()
    with open_desk(team.folder, team.now) as opened, opened.snapshot() as at:
        assert running.given_of(at, team.now)[0].live == {"T-001", "T-002"}


def test_other_policies_in_the_desk_file_reckon_all_tickets_anew(team: Ruled) -> None:
    team.run()
    due = team.cells("T-003")["due"]
    team.rewrite("resolution: 3wd", "resolution: 5wd")
    upgrade(team.folder, now=team.now)
    team.run()
    assert team.cells("T-003")["due"] == due + pd.Timedelta(days=4)
    before = team.version()
    assert team.run(whole=True).changes == []
    assert team.version() == before


def test_what_a_run_itself_wrote_is_nothing_to_look_at(team: Ruled) -> None:
    team.run()
    with team.desk() as opened:
        mark = opened.store.rule_states()[RECKONED, ""]["entry"]
        assert mark == opened.store.head().number


def test_a_change_between_two_runs_is_seen_once(team: Ruled) -> None:
    team.run()
    team.change("T-003", "title", "Other", by="cli:ann", why="edit")
    before = team.version()
    team.run()
    team.run()
    # The run that looked at it keeps the mark alone.
    assert team.version() == before + 1


def test_notices_by_other_means_are_no_reason_to_commit(team: Ruled) -> None:
    team.run()
    with team.desk() as opened:
        keep(opened, [{}], team.now)
    before = team.version()
    team.run()
    assert team.version() == before


def test_the_promise_of_a_ticket_that_a_rule_moved_is_reckoned_in_the_same_run(tmp_path: Path) -> None:
    rules = '  - {key: up, when: title contains fire, then: "set priority = p1"}\n'
    team = Ruled(tmp_path / "desk", rules=rules)
    team.tickets({"title": "A fire"})
    team.run()
    assert team.cells("T-001")["sla"] == "top"
    before = team.version()
    team.run()
    assert team.version() == before
