"""Whom a notice is for: roles become people, and nobody hears of their own doing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sheetdesk.store.sheets import SheetState
from tests.flows.ruled import Ruled

CHANNELS = """
channels:
  group: {kind: slack, url: "https://group.test/"}
"""


def rule(whom: str, when: str = "priority = p1") -> str:
    return f'  - {{key: hot, title: Hot one, when: {when}, then: "notify {whom}"}}\n'


def told(team: Ruled) -> list[tuple[str, str]]:
    """Kind and name of everybody that the next run would tell, and the rule's own key stands for."""
    return sorted((facts["to"]["kind"], facts["to"]["key"]) for facts in team.run().told.values())


def team_of(folder: Path, rules: str, more: str = "") -> Ruled:
    return Ruled(folder / "desk", rules=rules, more=more)


def test_a_role_is_all_its_members(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("agent"))
    team.rewrite("mail: ben@example.com}", "mail: ben@example.com}\n  - {name: Cara Example, role: agent}")
    team.tickets({"priority": "p1"})
    assert told(team) == [("person", "Ben Example"), ("person", "Cara Example")]


def test_the_owner_is_who_owns_it_after_the_run(tmp_path: Path) -> None:
    rules = rule("owner") + "  - {key: give, order: 200, when: owner is empty, then: assign anyone}\n"
    team = team_of(tmp_path, rules)
    team.tickets({"priority": "p1"})
    told = team.run().told.values()
    assert {(one["about"], one["to"]["key"]) for one in told} == {
        ("fired", "Ben Example"),
        ("assigned", "Ben Example"),
    }


def test_a_ticket_without_owner_tells_no_owner(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("owner"))
    team.tickets({"priority": "p1"})
    assert told(team) == []


def test_a_requester_is_told_at_the_contact(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("requester"))
    team.tickets({"priority": "p1", "requester": "Li", "contact": "li@example.com"}, {"priority": "p1"})
    assert told(team) == [("mail", "li@example.com")]


def test_a_channel_is_told_itself(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("channel:group"), CHANNELS)
    team.tickets({"priority": "p1"})
    assert told(team) == [("channel", "group")]


def test_several_are_each_told_once(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("boss and Ann Example and owner"))
    team.tickets({"priority": "p1", "owner": "Ann Example"})
    assert told(team) == [("person", "Ann Example")]


def test_the_next_occasion_is_told_anew(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("boss"))
    team.tickets({"priority": "p1"})
    first = set(team.run().told)
    team.change("T-001", "priority", "p3", by="cli:li", why="edit")
    team.run()
    team.change("T-001", "priority", "p1", by="cli:li", why="edit")
    second = set(team.run().told)
    assert second
    assert not first & second
    assert len(team.notices()) == 2


def test_who_gets_a_ticket_back_is_told_again(tmp_path: Path) -> None:
    rules = "  - {key: give, when: owner is empty, then: assign anyone}\n"
    team = team_of(tmp_path, rules, "assignment: {absent: rules}\n")
    team.rewrite("mail: ben@example.com}", "mail: ben@example.com}\n  - {name: Cara Example, role: agent}")
    team.tickets({})
    team.run()
    owners = [team.cells("T-001")["owner"]]
    for away in ("Ben Example", "Cara Example"):
        team.now += timedelta(days=1)
        present(team, away)
        team.run()
        owners.append(team.cells("T-001")["owner"])
    assert owners == ["Ben Example", "Cara Example", "Ben Example"]
    assert [notice.facts["to"]["key"] for notice in team.notices()] == owners


def present(team: Ruled, away: str) -> None:
    """Nobody but this one is absent."""
    from sheetdesk.store.store import Write
    from sheetdesk.table.change import diff
    from sheetdesk.table.table import table_of

    with team.desk() as opened:
        spec, store = opened.desk.table("people"), opened.store
        before = store.table(spec)
        columns = {key: before.frame[key].tolist() for key in before.frame.columns}
        columns["absent_from"] = [
            team.now.replace(hour=0, tzinfo=None) if name == away else None for name in before.frame.index
        ]
        after = table_of(spec, columns, before.frame.index)
        changes = diff(before, after)
        store.commit(store.version, [Write(before, changes)], by="test", why="edit", run="away", now=team.now)


# One's own doing


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("cli:ann", ["Ben Example"]),
        ("cli:ANN", ["Ben Example"]),
        ("cli:Ben Example", ["Ann Example"]),
        ("cli:li", ["Ann Example", "Ben Example"]),
        # A machine that does not know who runs it proves nothing of anybody.
        ("cli", ["Ann Example", "Ben Example"]),
        ("cli:", ["Ann Example", "Ben Example"]),
        ("sheet:anns.xlsx", ["Ben Example"]),
        ("sheet:tickets.xlsx", ["Ann Example", "Ben Example"]),
        ("sheet:agents.xlsx", ["Ann Example", "Ben Example"]),
    ],
)
def test_nobody_is_told_of_what_they_surely_did_themselves(tmp_path: Path, by: str, names: list[str]) -> None:
    team = team_of(tmp_path, rule("boss and agent"))
    team.tickets({})
    with team.desk() as opened:
        places = {"main": ("tickets.xlsx", ""), "ann": ("copies/anns.xlsx", "Ann Example"),
                  "agents": ("agents.xlsx", "")}  # fmt: skip
        for key, (address, person) in places.items():
            opened.store.record_sheet(SheetState(key, address, "boss", person=person))
    team.change("T-001", "priority", "p1", by=by, why="edit")
    assert [name for _, name in told(team)] == names


def test_a_person_without_mail_is_told_when_nobody_knows_who_changed_it(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("agent"))
    team.rewrite(", mail: ben@example.com}", "}")
    team.tickets({})
    team.change("T-001", "priority", "p1", by="cli", why="edit")
    assert told(team) == [("person", "Ben Example")]


def test_a_channel_hears_of_everything(tmp_path: Path) -> None:
    team = team_of(tmp_path, rule("channel:group and boss"), CHANNELS)
    team.tickets({})
    team.change("T-001", "priority", "p1", by="cli:ann", why="edit")
    assert told(team) == [("channel", "group")]
