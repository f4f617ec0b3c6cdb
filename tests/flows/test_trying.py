"""Rules tried without keeping anything: on cases in a file, and on the tickets as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.errors import DeskInvalid
from sheetdesk.flows.trying import RuleInvalid, RuleUnknown, preview_rule, try_cases
from tests.flows.ruled import Ruled

CASES = """
- case: a hot one goes to Ben and the boss hears of it
  now: 2026-03-02 10:00
  given: {title: A fire, priority: p1, status: New}
  then: {owner: Ben Example, notes: looked at, SLA policy: top}
  told: [Ann Example, Ben Example]
- case: what has an owner keeps it
  now: 2026-03-02 10:00
  given: {title: Ink, owner: Ann Example}
  then: {owner: Ann Example, notes: null}
  told: []
"""


@pytest.fixture
def team(tmp_path: Path) -> Ruled:
    team = Ruled(tmp_path / "desk")
    team.tickets({"priority": "p1"}, {}, {"owner": "Ann Example"})
    return team


def tried(team: Ruled, text: str) -> dict[str, list[str]]:
    with team.desk() as opened:
        return {case.name: wrong for case, wrong in try_cases(opened, text, "cases.yaml")}


def previewed(team: Ruled, rule: str) -> dict[str, list[str]]:
    """What a rule would do, by the tickets that match."""
    with team.desk() as opened:
        frame, told = preview_rule(opened, rule, now=team.now)
        return {str(name): list(told.get(str(name), [])) for name in frame.index}


def test_cases_that_hold_have_nothing_to_say(team: Ruled) -> None:
    assert list(tried(team, CASES).values()) == [[], []]


def test_what_does_not_come_about_is_told(team: Ruled) -> None:
    wrong = CASES.replace("looked at", "looked for").replace("told: []", "told: [Ben Example]")
    assert list(tried(team, wrong).values()) == [
        ["Notes: looked for ≠ looked at"],
        ["told: Ben Example ≠ -"],
    ]


def test_who_is_told_and_was_not_expected_is_told(team: Ruled) -> None:
    (first, _) = tried(team, CASES.replace("[Ann Example, Ben Example]", "[Ben Example]")).values()
    assert first == ["told: - ≠ Ann Example"]


def test_a_case_knows_nothing_of_the_desks_own_tickets(team: Ruled) -> None:
    team.run()
    assert list(tried(team, CASES).values()) == [[], []]


def test_trying_keeps_nothing(team: Ruled) -> None:
    before, files = team.version(), team.files()
    tried(team, CASES)
    previewed(team, "hot")
    previewed(team, "when priority = p3 then close")
    assert (team.version(), team.files(), team.notices()) == (before, files, [])


def test_every_mistake_in_a_file_is_told_with_its_line(team: Ruled) -> None:
    text = "- given: {titel: x}\n- case: b\n  now: soon\n  given: {status: Nwe}\n  thn: {}\n"
    with pytest.raises(DeskInvalid) as raised:
        tried(team, text)
    lines = {complaint.line for complaint in raised.value.complaints}
    assert lines >= {1, 3, 4, 5}
    assert "did you mean 'title'" in raised.value.say("en")
    assert "did you mean 'then'" in raised.value.say("en")


@pytest.mark.parametrize("text", ["", "case: x", "3", "- 3", "- [", "[]"])
def test_a_file_that_holds_no_cases_is_no_trouble_to_read(team: Ruled, text: str) -> None:
    if text == "[]":
        assert tried(team, text) == {}
        return
    with pytest.raises(DeskInvalid):
        tried(team, text)


def test_more_tickets_wanted_than_given_are_a_mistake(team: Ruled) -> None:
    text = CASES.replace("then: {owner: Ben", "then: [{owner: Ben").replace("top}", "top}, {owner: Nobody}]")
    with pytest.raises(DeskInvalid) as raised:
        tried(team, text)
    (complaint,) = raised.value.complaints
    assert (complaint.line, complaint.text) == (5, "more tickets are expected than given")


# As the tickets stand


def test_a_rule_by_its_key_shows_what_it_would_do(team: Ruled) -> None:
    assert previewed(team, "hot") == {"T-001": ["Notes → looked at", "→ Ann Example"]}


def test_a_rule_that_has_fired_shows_its_tickets_still(team: Ruled) -> None:
    team.run()
    assert previewed(team, "hot") == {"T-001": ["→ Ann Example"]}


def test_a_rule_that_is_only_written_shows_what_it_would_do(team: Ruled) -> None:
    done = previewed(team, "when priority = p3 then set notes = cool, notify Ben Example")
    assert done == {
        "T-002": ["Notes → cool", "→ Ben Example"],
        "T-003": ["Notes → cool", "→ Ben Example"],
    }


def test_one_rule_is_shown_without_what_others_do(team: Ruled) -> None:
    assert previewed(team, "when owner = 'Ben Example' then set notes = x") == {}


def test_a_rule_that_matches_nothing_shows_nothing(team: Ruled) -> None:
    assert previewed(team, "when priority = p4 then close") == {}


def test_an_unknown_key_is_told_with_the_near_one(team: Ruled) -> None:
    with team.desk() as opened, pytest.raises(RuleUnknown) as raised:
        preview_rule(opened, "hto", now=team.now)
    assert raised.value.say("en") == "No rule 'hto' in this desk (hot?). `sheetdesk rules` lists them."
    assert "hot" in raised.value.say("zh")


def test_a_text_that_is_no_rule_is_shown_where(team: Ruled) -> None:
    with team.desk() as opened, pytest.raises(RuleInvalid) as raised:
        preview_rule(opened, "when priority = p1 then notify bos", now=team.now)
    assert raised.value.say("en").splitlines() == [
        "This is no rule: nobody is called 'bos', did you mean 'boss'?",
        "    when priority = p1 then notify bos",
        "                                   ^",
    ]
    assert raised.value.exit_code == 2
