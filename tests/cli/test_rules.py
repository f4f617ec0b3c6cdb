"""Rules on the command line: run, rules and their kin, explain, outbox, and rules in a sync."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows import build
from tests.channels.servers import Answer, Service, serving
from tests.cli.conftest import Said, Shell
from tests.flows.ruled import Ruled, ruled_desk

TOKEN = "tok3n-of-the-hook"
TELLING = "notify: {default: hook, quiet: false}\n"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(Answer(204)) as service:
        yield service


@pytest.fixture
def team(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> Ruled:
    """A hot ticket and a plain one of just now, and a channel whose address holds a secret."""
    monkeypatch.setenv("HOOK_TOKEN", TOKEN)
    channel = f"channels:\n  hook: {{kind: webhook, url: '{service.address}/${{HOOK_TOKEN}}'}}\n"
    team = Ruled(tmp_path / "desk", more=channel + TELLING)
    team.rewrite("mail: ann@example.com, ", "")
    team.rewrite(", mail: ben@example.com", "")
    team.now = datetime.now(UTC) - timedelta(minutes=1)
    team.tickets({"priority": "p1"}, {})
    return team


def facts(said: Said) -> Any:
    """JSON as programs read it, which know no NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(said.out, parse_constant=refuse)


# run


def test_a_run_lists_what_changed_and_who_was_told(team: Ruled, sheetdesk: Shell, service: Service) -> None:
    said = sheetdesk("run", team.folder)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert "~ T-001  Owner  - → Ben Example  (give)" in lines
    assert "~ T-001  Notes  - → looked at  (hot)" in lines
    assert "→ Ann Example  T-001  Hot one" in lines
    assert "✉ Ann Example  [Ruled] T-001: Hot one  (hook)" in lines
    assert "✉ Ben Example  [Ruled] 2 notices  (hook)" in lines
    assert lines[-1] == "2 messages sent, 0 wait, 0 to be tried again, 0 given up."
    assert sorted(call.facts["to"]["name"] for call in service.calls) == ["Ann Example", "Ben Example"]


def test_the_next_run_says_that_there_is_nothing_to_do(team: Ruled, sheetdesk: Shell) -> None:
    sheetdesk("run", team.folder)
    version = team.version()
    said = sheetdesk("run", team.folder)
    assert (said.code, said.out) == (0, "The rules have nothing to do.\n")
    assert team.version() == version


def test_a_dry_run_lists_the_same_and_writes_and_sends_nothing(
    team: Ruled, sheetdesk: Shell, service: Service
) -> None:
    before, files = team.version(), team.files()
    said = sheetdesk("run", team.folder, "--dry-run")
    assert said.code == 0
    lines = said.out.splitlines()
    assert "~ T-001  Owner  - → Ben Example  (give)" in lines
    assert "→ Ann Example  T-001  Hot one" in lines
    assert lines[-1] == "Dry run: nothing was written."
    assert (team.version(), team.files(), team.notices(), service.calls) == (before, files, [], [])


def test_without_sending_the_notices_wait(team: Ruled, sheetdesk: Shell, service: Service) -> None:
    assert sheetdesk("run", team.folder, "--no-send").code == 0
    assert (team.states(), service.calls) == (["waiting"] * 3, [])


def test_a_run_as_json(team: Ruled, sheetdesk: Shell) -> None:
    found = facts(sheetdesk("run", team.folder, "--json"))
    assert {
        "rule": "give",
        "row": "T-001",
        "column": "owner",
        "before": None,
        "after": "Ben Example",
    } in found["changes"]
    assert len(found["notices"]) == 3
    assert len(found["sent"]["sent"]) == 2
    assert (found["problems"], found["failures"]) == ([], {})


def test_a_channel_that_fails_is_exit_code_3_and_says_no_secret(
    team: Ruled, sheetdesk: Shell, service: Service
) -> None:
    service.answer = Answer(503, TOKEN.encode())
    said = sheetdesk("run", team.folder)
    assert said.code == 3
    assert "The channel 'hook' cannot be reached now: it answered HTTP 503" in said.err
    told = [said, sheetdesk("outbox", team.folder), sheetdesk("outbox", team.folder, "--json")]
    told.append(sheetdesk("sync", team.folder, "--json"))
    told.append(sheetdesk("log", team.folder))
    assert not any(TOKEN in one.out + one.err for one in told)
    kept = b"".join(path.read_bytes() for path in team.folder.rglob("*") if path.is_file())
    assert TOKEN.encode() not in kept


def test_a_secret_that_is_not_set_is_named_and_nothing_is_lost(
    team: Ruled, sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK_TOKEN")
    said = sheetdesk("run", team.folder)
    assert said.code == 3
    assert "HOOK_TOKEN is not set" in said.err
    assert team.states() == ["waiting"] * 3


def test_a_rule_that_cannot_be_read_is_exit_code_1(team: Ruled, sheetdesk: Shell) -> None:
    set_rule(team, "hot", when="priorty = p1")
    said = sheetdesk("run", team.folder)
    assert said.code == 1
    assert "? hot  rule cannot be read: no column 'priorty', did you mean 'priority'?" in said.out
    assert "(give)" in said.out


def test_a_script_that_fails_is_told_with_its_traceback(team: Ruled, sheetdesk: Shell) -> None:
    script = "from sheetdesk import rule\n@rule(reads=['title'])\ndef bad(tickets, desk):\n    return 1 / 0\n"
    (team.folder / "bad.py").write_text(script, "utf-8")
    team.rewrite("rules:\n", "rules:\n  - ./bad.py\n")
    said = sheetdesk("run", team.folder)
    assert said.code == 1
    assert "Rule 'bad' failed; the others ran:" in said.err
    assert "ZeroDivisionError" in said.err
    assert "(give)" in said.out


def test_a_script_that_cannot_be_imported_is_exit_code_2(team: Ruled, sheetdesk: Shell) -> None:
    (team.folder / "bad.py").write_text("import nothing_like_it\n", "utf-8")
    team.rewrite("rules:\n", "rules:\n  - ./bad.py\n")
    said = sheetdesk("run", team.folder)
    assert said.code == 2
    assert "nothing_like_it" in said.err
    assert not list(team.folder.rglob("__pycache__"))


def test_a_run_speaks_chinese(team: Ruled, sheetdesk: Shell) -> None:
    said = sheetdesk("run", team.folder, lang="zh")
    assert said.code == 0
    assert "messages" not in said.out
    assert "changed" not in said.out


def set_rule(team: Ruled, key: str, **cells: object) -> None:
    """Somebody changes a rule in its tab."""
    from sheetdesk.store.store import Write
    from sheetdesk.table.change import CellChange, ChangeSet, plain_value

    with team.desk() as opened:
        store = opened.store
        table = store.table(opened.desk.table("rules"))
        changes = [
            CellChange(key, column, plain_value(table.frame.at[key, column]), after)
            for column, after in cells.items()
        ]
        store.commit(
            store.version, [Write(table, ChangeSet(tuple(changes)))], by="cli:ann", why="edit", run="rule",
            now=team.now,
        )  # fmt: skip


# rules


def test_rules_are_listed_in_their_order_with_scripts(
    team: Ruled, sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "from sheetdesk import rule\n@rule(reads=['title'], writes=['notes'], order=5)\n"
        "def first(tickets, desk):\n    return None\n"
    )
    (team.folder / "first.py").write_text(script, "utf-8")
    team.rewrite(
        "rules:\n", "rules:\n  - ./first.py\n  - {key: last, when: status = new, then: close, order: 200}\n"
    )
    monkeypatch.chdir(team.folder)
    said = sheetdesk("rules")
    assert said.code == 0
    assert [line.split()[:2] for line in said.out.splitlines()] == [
        ["5", "first"],
        ["100", "give"],
        ["100", "hot"],
        ["200", "last"],
    ]
    assert "first.py" in said.out.splitlines()[0]
    found = facts(sheetdesk("rules", "--json"))
    assert [rule["rule"] for rule in found["rules"]] == ["first", "give", "hot", "last"]


def test_rules_that_are_off_or_cannot_be_read_are_listed_below(team: Ruled, sheetdesk: Shell) -> None:
    set_rule(team, "give", active=False)
    set_rule(team, "hot", then="notfy boss")
    said = sheetdesk("rules", "--desk", team.folder)
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0] == "-  give  off"
    assert lines[1].startswith("?  hot  cannot be read and does not run: ")
    assert lines[-1] == "No rule is active."
    found = facts(sheetdesk("rules", "--desk", team.folder, "--json"))
    assert (found["off"], [p["ticket"] for p in found["problems"]]) == (["give"], ["hot"])


def test_a_rule_in_one_cell_is_listed_as_it_is_written(team: Ruled, sheetdesk: Shell) -> None:
    set_rule(team, "hot", when=None, then="when priority = p1 then notify boss")
    said = sheetdesk("rules", "--desk", team.folder)
    assert said.code == 0
    assert "None" not in said.out
    assert "when priority = p1 then notify boss" in said.out


CASE = """- case: a hot one
  now: 2026-03-02 10:00
  given: {title: A fire, priority: p1}
  then: {notes: looked at}
"""


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (CASE, 0, "All 1 cases hold."),
        (CASE.replace("looked at", "x"), 1, "1 of 1 cases do not hold."),
    ],
)
def test_cases_hold_or_do_not(team: Ruled, sheetdesk: Shell, text: str, code: int, line: str) -> None:
    path = team.folder / "cases.yaml"
    path.write_text(text, "utf-8")
    before = team.version()
    said = sheetdesk("rules", "test", path)
    assert (said.code, said.out.splitlines()[-1]) == (code, line)
    if code:
        assert said.out.splitlines()[0] == f"× {path}:1  a hot one: Notes: x ≠ looked at"
    assert team.version() == before
    (found,) = facts(sheetdesk("rules", "test", path, "--json"))
    assert bool(found["failures"]) == bool(code)


def test_a_file_of_cases_with_mistakes_is_exit_code_2(team: Ruled, sheetdesk: Shell) -> None:
    path = team.folder / "cases.yaml"
    path.write_text(CASE.replace("title:", "titel:"), "utf-8")
    said = sheetdesk("rules", "test", path)
    assert said.code == 2
    assert "line 3  0.given.titel: no column 'titel' to give, did you mean 'title'?" in said.err


def test_a_preview_shows_what_a_rule_matches_now(team: Ruled, sheetdesk: Shell) -> None:
    said = sheetdesk("rules", "preview", "hot", "--desk", team.folder)
    assert said.code == 0
    assert said.out.splitlines() == [
        "T-001  Ink 1  Notes → looked at  → Ann Example",
        "1 ticket matches now.",
    ]
    said = sheetdesk("rules", "preview", "when status = new then close", "--desk", team.folder)
    assert said.out.splitlines()[-1] == "2 tickets match now."
    found = facts(sheetdesk("rules", "preview", "hot", "--desk", team.folder, "--json"))
    assert found == [{"ticket": "T-001", "title": "Ink 1"}]


def test_a_preview_of_bad_words_shows_where_they_are_bad(team: Ruled, sheetdesk: Shell) -> None:
    said = sheetdesk("rules", "preview", "when priorty = p1 then close", "--desk", team.folder)
    assert said.code == 2
    lines = said.err.splitlines()
    assert lines[1] == "    when priorty = p1 then close"
    assert lines[2] == "         ^"
    assert sheetdesk("rules", "preview", "hto", "--desk", team.folder).code == 2


# explain


def test_explain_tells_why(team: Ruled, sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    sheetdesk("run", team.folder)
    said = sheetdesk("explain", team.folder, "T-001")
    assert said.code == 0
    assert said.out.startswith("Policy top: priority = p1\n")
    assert "T-001 goes to Ben Example" in said.out
    monkeypatch.chdir(team.folder)
    assert sheetdesk("explain", "T-001").out == said.out


def test_explain_as_json_has_the_promises_and_the_reason(team: Ruled, sheetdesk: Shell) -> None:
    sheetdesk("run", team.folder)
    found = facts(sheetdesk("explain", team.folder, "T-001", "--json"))
    assert found["policy"]["policy"] == "top"
    assert [(one["target"], one["ended"]) for one in found["promises"]] == [("resolution", None)]
    assert found["owner"]["owner"] == "Ben Example"


def test_a_ticket_that_is_not_there_is_exit_code_1(team: Ruled, sheetdesk: Shell) -> None:
    said = sheetdesk("explain", team.folder, "T-999")
    assert (said.code, said.out) == (1, "No ticket T-999 in this desk.\n")
    assert sheetdesk("explain", team.folder, "T-001", "T-002").code == 2


# outbox


def test_an_empty_outbox_says_so(team: Ruled, sheetdesk: Shell) -> None:
    said = sheetdesk("outbox", team.folder)
    assert (said.code, said.out) == (0, "The outbox is empty.\n")


def test_what_waits_is_listed_and_sent(team: Ruled, sheetdesk: Shell, service: Service) -> None:
    sheetdesk("run", team.folder, "--no-send")
    said = sheetdesk("outbox", team.folder)
    assert said.out.count("…") == 3
    assert said.out.splitlines()[-1].startswith("3 waiting, 0 given up.")
    assert len(facts(sheetdesk("outbox", team.folder, "--json"))) == 3
    said = sheetdesk("outbox", team.folder, "--send")
    assert said.code == 0
    assert said.out.splitlines()[-1].startswith("2 messages sent, ")
    assert len(service.calls) == 2
    assert sheetdesk("outbox", team.folder).out == "The outbox is empty.\n"
    assert sheetdesk("outbox", team.folder, "--all").out.count("✉") == 3


def test_what_was_given_up_is_shown_with_the_reason_and_tried_anew(
    team: Ruled, sheetdesk: Shell, service: Service
) -> None:
    service.answer = Answer(404)
    assert sheetdesk("run", team.folder).code == 3
    said = sheetdesk("outbox", team.folder)
    assert said.out.count("×") == 3
    assert "HTTP 404" in said.out
    service.answer = Answer(204)
    key = next(notice.key for notice in team.notices() if notice.facts["rule"] == "hot")
    assert sheetdesk("outbox", team.folder, "--retry", "nothing").code == 1
    said = sheetdesk("outbox", team.folder, "--retry", key)
    assert (said.code, said.out) == (0, "1 notice is tried anew.\n")
    found = facts(sheetdesk("outbox", team.folder, "--retry", "all", "--send", "--json"))
    assert len(found["sent"]) == 2
    assert team.states() == ["sent"] * 3


def test_a_desk_without_channels_says_why_notices_wait(tmp_path: Path, sheetdesk: Shell) -> None:
    team = Ruled(tmp_path / "desk")
    team.tickets({"priority": "p1"})
    assert sheetdesk("run", team.folder).code == 0
    said = sheetdesk("outbox", team.folder)
    assert said.out.splitlines()[-1] == "2 notices wait: the desk has no `channels:` to send them on."


# sync


@pytest.fixture
def built(tmp_path: Path) -> Ruled:
    """Two plain tickets in a workbook, no channel, on a Monday."""
    team = Ruled(tmp_path / "desk")
    team.tickets({}, {})
    with team.desk() as opened:
        build(opened, now=team.now)
    return team


def shown(team: Ruled, row: str, *titles: str) -> list[object]:
    tab = team.tab()
    return [tab.value(tab.row_of(row), tab.column(title)) for title in titles]


def retype(team: Ruled, row: str, title: str, value: str, path: Path | None = None) -> None:
    with team.people(path) as book:
        book.tab().type(book.tab().row_of(row), title, value)


def test_what_rules_decide_stands_in_the_sheet_after_the_same_sync(built: Ruled) -> None:
    retype(built, "T-002", "Priority", "P1 Critical")
    synced = built.sync()
    assert synced.ran is not None
    assert shown(built, "T-002", "Owner", "Notes", "SLA policy") == ["Ben Example", "looked at", "top"]
    assert shown(built, "T-001", "Owner", "SLA policy") == ["Ben Example", "rest"]
    built.assert_at_rest()


def test_a_person_who_takes_a_ticket_back_from_a_rule_keeps_it(built: Ruled) -> None:
    built.sync()
    retype(built, "T-001", "Owner", "Ann Example")
    built.sync()
    assert shown(built, "T-001", "Owner") == ["Ann Example"]
    built.assert_at_rest()


def test_a_bad_rule_and_a_bad_team_row_are_problems_with_their_cells(built: Ruled, sheetdesk: Shell) -> None:
    with built.people() as book:
        book.tab("Rules").type(2, "When", "stauts = new")
        book.tab("Team").type(3, "Shift", "ofice")
    synced = built.sync()
    assert synced.ran is not None
    assert synced.needs_people
    titles = ("Ticket", "Cell", "What stands there")
    problems = built.tab("Problems").drawn(dict.fromkeys(titles, ""))
    assert sorted(problems) == [["Ben Example", "Team!F3", "ofice"], ["give", "Rules!C2", "stauts = new"]]
    said = sheetdesk("sync", built.folder)
    assert said.code == 1
    with built.people() as book:
        book.tab("Rules").type(2, "When", "status = new")
        book.tab("Team").type(3, "Shift", "office")
    built.sync()
    assert built.tab("Problems").drawn({"Ticket": ""}) == []


def test_a_dry_run_of_a_sync_runs_no_rules(built: Ruled, sheetdesk: Shell) -> None:
    retype(built, "T-002", "Priority", "P1 Critical")
    before = built.state()
    said = sheetdesk("sync", built.folder, "--dry-run")
    assert said.code == 0
    assert "Hot" not in said.out
    assert "changed by" not in said.out
    assert built.state() == before
    with built.desk() as opened:
        assert opened.store.rule_states() == {}
    assert built.notices() == []


def test_a_sync_tells_the_sums_of_the_rules(built: Ruled, sheetdesk: Shell) -> None:
    retype(built, "T-002", "Priority", "P1 Critical")
    said = sheetdesk("sync", built.folder)
    assert said.code == 0
    assert "cells changed by 4 rules, 3 notices, 0 left to people." in said.out
    assert sheetdesk("sync", built.folder).out == "Nothing has changed.\n"


def test_nobody_is_told_of_what_they_typed_into_their_own_copy(tmp_path: Path) -> None:
    rules = '  - {key: hot, when: priority = p1, then: "notify boss and agent"}\n'
    team = Ruled(tmp_path / "desk", ruled_desk(rules))
    team.tickets({"owner": "Ann Example"}, {"owner": "Ann Example"})
    with team.desk() as opened:
        build(opened, now=team.now)
    copy = team.copy(person="Ann Example")
    retype(team, "T-001", "Priority", "P1 Critical", copy)
    retype(team, "T-002", "Priority", "P1 Critical")
    team.sync()
    assert sorted((n.facts["ticket"], n.facts["to"]["key"]) for n in team.notices()) == [
        ("T-001", "Ben Example"),
        ("T-002", "Ann Example"),
        ("T-002", "Ben Example"),
    ]


def test_a_desk_without_rules_and_promises_runs_none(tmp_path: Path) -> None:
    text = ruled_desk(rules=" []\n")
    start, end = text.index("sla:\n"), text.index("rules:\n")
    team = Ruled(tmp_path / "desk", text[:start] + text[end:])
    team.tickets({})
    with team.desk() as opened:
        build(opened, now=team.now)
    assert team.sync().ran is None
