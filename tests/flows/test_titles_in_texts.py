"""Two choices trade their titles: whoever has a skill keeps it, a rule goes on meaning what it meant, a case
is of its type and a choice below its parent, and all of it is called as it is today.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows import Synced, undo
from sheetdesk.flows.journal import verify
from sheetdesk.flows.running import given_of
from sheetdesk.plan import draw
from sheetdesk.plan.machinery import TOP
from tests.flows.online import DESK
from tests.flows.titled import REACH, SWAPPED, TITLES, TRADED, TYPES, AnyDesk, AtGoogle, Files
from tests.flows.workbook_desk import WORKBOOK_DESK

SUBTYPES = """\
  - {key: subtype, depends_on: type, choices: [{key: ink, title: Ink, parent: hard}]}
"""
MORE = """\
rules:
  - {key: hot, title: Hot, when: type = Hardware and owner is empty, then: assign skill:Software}
cases:
  - {problem: Printer without ink, type: hard}
"""
SHOWN = {
    ("Team", "Ann Example", "Skills"): "{hard}:3, {soft}:5",
    ("Lists", "subtype/ink", "Under"): "{hard}",
    ("Rules", "hot", "When"): "type = {hard} and owner is empty",
    ("Rules", "hot", "Then"): "assign skill:{soft}",
    ("Cases", "K-001", "Type"): "{hard}",
}
ROWS: list[dict[str, Any]] = [{"title": "Printer", "type": "hard"}, {"title": "Login", "type": "soft"}]


def text_of(desk: str) -> str:
    return (
        desk.replace("  - status\n", f"{SUBTYPES}  - status\n", 1).replace(
            "role: boss, mail: ann@example.org}",
            "role: boss, mail: ann@example.org, skills: {hard: 3, soft: 5}}",
            1,
        )
        + MORE
    )


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "REACH", REACH)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AnyDesk]:
    made: dict[str, AnyDesk] = {
        "file": Files(tmp_path_factory.mktemp("file") / "desk", text_of(WORKBOOK_DESK)),
        "google": AtGoogle(tmp_path_factory.mktemp("google") / "desk", text_of(DESK)),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        for desk in made.values():
            desk.given(ROWS)
            desk.sync()
    return made


@pytest.fixture
def file(begun: dict[str, Files], tmp_path: Path) -> Files:
    return begun["file"].twin(tmp_path / "desk")


@pytest.fixture(params=["file", "google"])
def desk(request: pytest.FixtureRequest, begun: dict[str, AnyDesk], tmp_path: Path) -> AnyDesk:
    return begun[request.param].twin(tmp_path / "desk")


def meant(desk: AnyDesk) -> dict[str, Any]:
    """What the texts mean."""
    with desk.desk() as opened:
        given, problems, _ = given_of(opened, desk.now)
        [rule] = given.rules
        [ink] = opened.desk.column("subtype").choices
        case = opened.store.table(opened.desk.table("cases")).frame["type"].to_dict()
        assert problems == []
        skills = {member.name: dict(member.skills) for member in given.team.members}
        return {"skills": skills, "rule": rule.spec, "ink": ink.parent, "case": case}


def shown(desk: AnyDesk) -> dict[tuple[str, str, str], object]:
    return {where: desk.said(*where) for where in SHOWN}


def as_called(titles: dict[str, str]) -> dict[tuple[str, str, str], str]:
    return {where: text.format(**titles) for where, text in SHOWN.items()}


def told(synced: Synced) -> list[tuple[Any, ...]]:
    """What people did, as the journal got it."""
    return [
        (entry.row, entry.kind, entry.column, entry.before, entry.after)
        for sheet in synced.sheets
        for entry in sheet.entries
        if entry.why != "rule"
    ]


def assert_settled(desk: AnyDesk, meaning: dict[str, Any], titles: dict[str, str]) -> None:
    for _ in range(2):
        assert told(desk.sync()) == []
    assert meant(desk) == meaning
    assert shown(desk) == as_called(titles)
    with desk.desk() as opened:
        assert verify(opened).is_whole
    assert desk.upgrade().steps == ()


def test_titles_traded_in_the_lists(desk: AnyDesk) -> None:
    meaning = meant(desk)
    assert shown(desk) == as_called(TITLES)
    desk.calls(TITLES, TRADED)
    ran = desk.sync().ran
    assert ran is not None
    assert [rule.spec for rule in ran.rules] == [meaning["rule"]]
    assert_settled(desk, meaning, TRADED)
    desk.calls(TRADED, TITLES)
    desk.sync()
    assert_settled(desk, meaning, TITLES)


def test_titles_traded_by_the_desk_file_and_back_by_an_undo(desk: AnyDesk) -> None:
    meaning = meant(desk)
    # The desk file's own texts name them by title, too.
    text = desk.text.replace(TYPES, SWAPPED)
    text = text.replace("type = Hardware", "type = Software").replace("skill:Software", "skill:Hardware")
    desk.write(text)
    done = desk.upgrade()
    assert done.is_done
    assert_settled(desk, meaning, TRADED)
    with desk.desk() as opened:
        undo(opened, done.run, now=desk.now)
    assert_settled(desk, meaning, TITLES)


def test_what_people_wrote_follows_titles_traded_by_the_desk_file(desk: AnyDesk) -> None:
    desk.says("Team", "Ann Example", "Skills", "Software:4, Hardware:1")
    desk.says("Rules", "hot", "When", 'type in (Hardware, hard) and title contains "Hardware"')
    desk.sync()
    meaning = meant(desk)
    desk.write(desk.text.replace(TYPES, SWAPPED).replace("skill:Software", "skill:Hardware"))
    assert desk.upgrade().is_done
    for _ in range(2):
        assert told(desk.sync()) == []
    assert meant(desk) == meaning
    assert desk.said("Team", "Ann Example", "Skills") == "Hardware:4, Software:1"
    assert desk.said("Rules", "hot", "When") == 'type in (Software, hard) and title contains "Hardware"'


def test_a_trade_in_the_lists_that_is_undone(desk: AnyDesk) -> None:
    meaning = meant(desk)
    desk.calls(TITLES, TRADED)
    run = desk.sync().run
    with desk.desk() as opened:
        undo(opened, run, now=desk.now)
    assert_settled(desk, meaning, TITLES)


def test_texts_typed_along_with_the_trade_are_put_back_and_told(desk: AnyDesk) -> None:
    meaning = meant(desk)
    desk.calls(TITLES, TRADED)
    desk.says("Team", "Ann Example", "Skills", "Software:1")
    desk.says("Team", "Ben Example", "Skills", "Hardware")
    desk.says("Rules", "hot", "When", "type = Software")
    desk.says("Rules", "hot", "Then", "assign anyone")
    synced = desk.sync()
    assert [(r.row, r.column, r.reason) for s in synced.sheets for r in s.refusals] == [
        ("Ann Example", "skills", "retitled"), ("Ben Example", "skills", "retitled"),
        ("hot", "when", "retitled"),
    ]  # fmt: skip
    for _ in range(2):
        assert told(desk.sync()) == []
    assert meant(desk)["skills"] == {**meaning["skills"], "Ben Example": {}}
    assert meant(desk)["rule"].when == meaning["rule"].when
    assert desk.said("Rules", "hot", "Then") == "assign anyone"
    with desk.desk() as opened:
        tables = [opened.desk.table(key) for key in ("people", "rules")]
        refused = [e.after for e in opened.store.entries(tables) if e.kind == "refused"]
    assert refused == ["Software:1", "Hardware", "type = Software"]


def test_what_stands_under_another_may_be_mended_along_with_the_trade(desk: AnyDesk) -> None:
    meaning = meant(desk)
    desk.calls(TITLES, TRADED)
    desk.says("Lists", "subtype/ink", "Under", "Software")
    assert not [r for s in desk.sync().sheets for r in s.refusals]
    assert_settled(desk, meaning, TRADED)


def test_what_was_written_since_follows_titles_that_an_undo_takes_back(file: Files) -> None:
    file.calls(TITLES, TRADED)
    run = file.sync().run
    file.says("Team", "Ann Example", "Skills", "Software:4")
    file.sync()
    meaning = meant(file)
    with file.desk() as opened:
        undo(opened, run, now=file.now)
    for _ in range(2):
        assert told(file.sync()) == []
    assert meant(file) == meaning
    assert file.said("Team", "Ann Example", "Skills") == "Hardware:4"


def test_tickets_count_as_open_where_statuses_trade_their_titles(desk: AnyDesk) -> None:
    assert desk.types("T-001", "Status", "In progress")
    desk.sync()
    desk.says("Lists", "status/open", "Value", "Closed")
    desk.says("Lists", "status/closed", "Value", "In progress")
    for _ in range(2):
        assert [e for e in told(desk.sync()) if e[0].startswith("T-")] == []
        assert desk.cell("T-001", "Status") == "Closed"
        assert desk.cell("T-001", "Open") == 1
        # By what the programs that show them work that out.
        assert "Closed" in open_titles(desk)


def open_titles(desk: AnyDesk) -> list[object]:
    if isinstance(desk, AtGoogle):
        return [desk.tab("_sheetdesk").cell(row, 3) for row in range(TOP, TOP + 4)]
    tabs = [desk.book(name).tab("_sheetdesk") for name in ("tickets", "tickets-agent")]
    found: list[list[object]] = [[tab.value(row, 3) for row in range(TOP + 1, TOP + 5)] for tab in tabs]
    assert found[0] == found[1]
    return found[0]
