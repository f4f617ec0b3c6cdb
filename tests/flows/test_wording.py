"""The words of a notice: what its reader may see, in the team's words, and nothing that texts could do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows.wording import MESSAGES, MessagesInvalid, read_words, word_notices
from sheetdesk.table.derive import derive
from tests.flows.ruled import Ruled, ruled_desk

FIRED: Mapping[str, Any] = {"about": "fired", "ticket": "T-001", "title": "Hot one", "facts": {}}
HARM = "{0.__class__} {ticket.__init__} {} {unknown} {0} %s {title!r} {{title}}"


@pytest.fixture
def team(tmp_path: Path) -> Ruled:
    team = Ruled(tmp_path / "desk")
    team.tickets(
        {"title": "A fire", "contact": "li@example.com", "notes": "a secret", "owner": "Ben Example"}
    )
    return team


def worded(
    team: Ruled, *facts: Mapping[str, Any], role: str | None = "boss", words: str | None = None
) -> tuple[str, str]:
    if words is not None:
        (team.folder / MESSAGES).write_text(words, "utf-8")
    with team.desk() as opened:
        desk = opened.desk
        seen = None if role is None else desk.role(role)
        return word_notices(
            desk,
            derive(desk, opened.tables()["tickets"], team.now),
            read_words(desk, opened.folder),
            facts or (FIRED,),
            seen,
        )


def test_a_notice_tells_its_rule_and_the_ticket(team: Ruled) -> None:
    title, text = worded(team)
    assert title == "[Ruled] T-001: Hot one"
    assert text.splitlines()[:2] == ["Hot one", "T-001  A fire"]
    assert text.splitlines()[2].startswith("Status: New   Priority: ")
    assert text.endswith("   Owner: Ben Example   Due: -")


def test_a_column_that_our_texts_name_and_the_desk_has_not_is_told_as_empty(tmp_path: Path) -> None:
    text = ruled_desk(rules=" []\n").replace("  - priority\n", "").replace("  - due\n", "")
    start, end = text.index("sla:\n"), text.index("rules:\n")
    team = Ruled(tmp_path / "desk", text[:start] + text[end:])
    team.tickets({})
    assert "Priority: -   Owner: -   Due: -" in worded(team)[1]


def test_it_speaks_the_desks_language(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk", ruled_desk(locale="zh"))
    team.tickets({"title": "着火了"})
    title, text = worded(team)
    assert title == "【Ruled】T-001：Hot one"
    assert "着火了" in text
    assert "状态：" in text
    assert "Status" not in text


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("boss", "A fire|li@example.com|a secret|Ben Example"),
        ("agent", "A fire|-|-|Ben Example"),
        # Who has no role in the desk.
        (None, "A fire|-|-|-"),
    ],
)
def test_only_what_the_reader_may_see_is_told(team: Ruled, role: str | None, seen: str) -> None:
    words = 'fired_line = "{title}|{contact}|{notes}|{owner}"\nfired_title = "{notes}"\n'
    title, text = worded(team, role=role, words=words)
    assert text == seen
    assert title == ("a secret" if role == "boss" else "-")


def test_what_a_requester_sees_is_as_the_desks_role_of_that_name_does(tmp_path: Path) -> None:
    text = ruled_desk().replace("people:\n", "  requester: {title: Asker, sees: [id, owner]}\npeople:\n")
    team = Ruled(tmp_path / "desk", text)
    team.tickets({"title": "A fire", "owner": "Ben Example"})
    assert worded(team, role=None, words='fired_line = "{title}|{owner}"\n')[1] == "-|Ben Example"


def test_a_digest_hides_as_much_as_a_single_notice(team: Ruled) -> None:
    _, text = worded(team, FIRED, FIRED, role="agent", words='fired_line = "{contact}"\n')
    assert text == "-"


def test_a_ticket_that_is_gone_is_told_without_its_cells(team: Ruled) -> None:
    title, text = worded(team, {**FIRED, "ticket": "T-009"})
    assert title == "[Ruled] T-009: Hot one"
    assert text.startswith("Hot one\nT-009  -\n")


@pytest.mark.parametrize("place", ["line", "title"])
def test_what_else_stands_in_braces_stays_as_it_is(team: Ruled, place: str) -> None:
    harm = HARM.replace("{unknown} ", "").replace("{0} ", "").replace("{{title}}", "")
    words = f"fired_{place} = '{harm}'\n"
    assert worded(team, words=words)[("title", "line").index(place)] == harm


def test_braces_in_a_tickets_own_text_mean_nothing(team: Ruled) -> None:
    team.change("T-001", "title", "{notes} " + HARM, by="cli:li", why="edit")
    title, text = worded(team, role="agent", words='fired_title = "{title}"\nfired_line = "{title}"\n')
    assert title == text == "{notes} " + HARM


def test_braces_in_what_a_script_tells_mean_nothing(team: Ruled) -> None:
    facts = {**FIRED, "about": "script", "facts": {"text": "{contact} {owner}"}}
    assert worded(team, facts, role="agent")[1].endswith("{contact} {owner}")


def test_line_breaks_and_control_signs_of_a_ticket_are_only_text(team: Ruled) -> None:
    team.change("T-001", "title", "a\r\nb\x1b[31m\x00c\u202e", by="cli:li", why="edit")
    title, text = worded(team, words='fired_title = "{title}"\nfired_line = "{title}"\n')
    assert "a" in title
    assert "a" in text


# The team's own texts


def test_a_teams_own_text_takes_the_place_of_ours(team: Ruled) -> None:
    title, text = worded(team, words='fired_title = "{id} burns, {rule}, {desk}"\n')
    assert title == "T-001 burns, Hot one, Ruled"
    assert text.startswith("Hot one\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ('fird_title = "x"\n', "'fird_title' is no text of a message (fired_title?)"),
        ("fired_title = 3\n", "'fired_title' is no text of a message"),
        ('[fired_title]\nx = "x"\n', "'fired_title' is no text of a message"),
        ('fired_line = "{titel}"\n', "no column 'titel' in 'fired_line' (title?)"),
        ("fired_line = {\n", "Invalid"),
        ("\udcff", "codec can't decode"),
    ],
)
def test_a_text_that_cannot_be_used_is_told_with_the_near_name(team: Ruled, words: str, reason: str) -> None:
    (team.folder / MESSAGES).write_bytes(words.encode("utf-8", "surrogateescape"))
    team.keep({})
    with pytest.raises(MessagesInvalid) as raised:
        worded(team)
    assert reason in raised.value.say("en")
    assert MESSAGES in raised.value.say("zh")
    assert raised.value.exit_code == 2


def test_a_text_that_cannot_be_used_sends_and_kills_nothing(tmp_path: Path) -> None:
    more = (
        'channels: {hook: {kind: webhook, url: "https://x.test/"}}\nnotify: {default: hook, quiet: false}\n'
    )
    team = Ruled(tmp_path / "desk", more=more)
    team.tickets({})
    team.keep({})
    (team.folder / MESSAGES).write_text("fird = 1\n", "utf-8")
    with pytest.raises(MessagesInvalid):
        team.send()
    (team.folder / MESSAGES).unlink()
    assert len(team.send().sent) == 1


# Many at once


def many(count: int) -> list[Mapping[str, Any]]:
    return [{**FIRED, "ticket": f"T-{number:03}"} for number in range(1, count + 1)]


def test_more_than_forty_lines_are_cut_with_their_count(team: Ruled) -> None:
    title, text = worded(team, *many(43), words='fired_line = "{ticket}"\n')
    lines = text.split("\n\n")
    assert title == "[Ruled] 43 notices"
    assert lines[:40] == [f"T-{number:03}" for number in range(1, 41)]
    assert lines[40:] == ["… and 3 more."]


def test_forty_lines_are_told_whole(team: Ruled) -> None:
    _, text = worded(team, *many(40), words='fired_line = "{ticket}"\n')
    assert len(text.split("\n\n")) == 40


def test_the_same_line_is_told_once(team: Ruled) -> None:
    _, text = worded(team, FIRED, FIRED)
    assert text.count("T-001") == 1


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("about", ["fired", "assigned", "unassigned", "escalated", "script"])
def test_every_kind_of_notice_has_words_without_holes(tmp_path: Path, locale: str, about: str) -> None:
    team = Ruled(tmp_path / "desk", ruled_desk(locale=locale))
    team.tickets({})
    facts = {"why": "all away", "level": "2", "text": "look here"}
    title, text = worded(team, {**FIRED, "about": about, "facts": facts})
    assert title
    assert "T-001" in title
    assert "{" not in title + text
