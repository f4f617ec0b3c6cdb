"""The words for why a ticket went where it went."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.locales.locale import load_locale
from sheetdesk.rules.assigning import Asked
from sheetdesk.rules.reason import DROPS, SHORT_CHARS, Candidate, Reason, short_reason, tell_reason
from sheetdesk.rules.team import Team
from tests.rules import member, shared

EN, ZH = load_locale("en"), load_locale("zh")

TEAM = Team(
    (
        member("Ann", "net:4"),
        member("Bo", "net:2", backup="Dan"),
        member("Cai", "db"),
        member("Dan", "net:5"),
        member("Eve", "net", cap=1),
        member("Fay", "net"),
        member("Gus", "net", share=0),
        member("Hal", "net"),
    )
)
TAKEN = shared(
    [Asked("T-7", "net", 2, "net", "r", not_to=frozenset({"Hal"}))],
    TEAM,
    absent={"Bo"},
    present={one.name for one in TEAM.members} - {"Fay"},
    loads={"Ann": 3, "Dan": 5.5},
    counts={"Eve": 1},
    last_owner={"r": "Bo"},
).reasons["T-7"]


def test_a_decision_is_told_in_english() -> None:
    assert tell_reason(TAKEN, EN) == [
        "T-7 goes to Dan, the best of 2 people who can take it.",
        "1. Dan: 2.25 = load 7.50 − skill 1.25 − stands in 4.00",
        "2. Ann: 4.00 = load 5.00 − skill 1.00",
        "without the skill: Cai",
        "ruled out for this ticket: Hal",
        "absent: Bo",
        "off shift: Fay",
        "without a share of time: Gus",
        "full: Eve",
    ]
    assert short_reason(TAKEN, EN) == "Dan, best of 2: load 7.50 − skill 1.25 − stands in 4.00"


def test_a_decision_is_told_in_chinese() -> None:
    assert tell_reason(TAKEN, ZH) == [
        "T-7 分给 Dan：在可接单的 2 人中最合适。",
        "1. Dan：2.25 = 负荷 7.50 − 技能 1.25 − 代班 4.00",
        "2. Ann：4.00 = 负荷 5.00 − 技能 1.00",
        "没有该技能：Cai",
        "不可接此单：Hal",
        "请假：Bo",
        "不在班：Fay",
        "没有工时占比：Gus",
        "已满：Eve",
    ]
    assert short_reason(TAKEN, ZH) == "Dan，2 人中最合适：负荷 7.50 − 技能 1.25 − 代班 4.00"


def test_that_somebody_knows_the_requester_is_told() -> None:
    reason = shared([Asked("T-7", requester="r")], Team((member("Ann"),)), last_owner={"r": "Ann"})
    assert tell_reason(reason.reasons["T-7"], EN) == [
        "T-7 goes to Ann, the best of 1 person who can take it.",
        "1. Ann: -1.00 = load 1.00 − same requester 2.00",
    ]
    assert short_reason(reason.reasons["T-7"], ZH) == "Ann，1 人中最合适：负荷 1.00 − 同一提交人 2.00"


def test_what_was_passed_on_and_for_what_is_told() -> None:
    given = Team((member("Ann", "net db", cap=1), member("Bo", "net", cap=1)))
    reasons = shared([Asked("T-1", skill="net"), Asked("T-2", skill="db")], given).reasons
    assert tell_reason(reasons["T-1"], EN)[0] == "T-1 was passed on to Bo, so that another ticket found room."
    assert tell_reason(reasons["T-2"], EN) == [
        "T-2 goes to Ann, who had no room left; T-1 was passed on to make some.",
        "without the skill: Bo",
        "full: Ann",
    ]
    assert tell_reason(reasons["T-1"], ZH)[0] == "T-1 转给 Bo，为另一张工单腾出名额。"
    assert tell_reason(reasons["T-2"], ZH)[0] == "T-2 分给 Ann：其名额已满，已把 T-1 转给他人以腾出名额。"
    assert [short_reason(reason, EN) for reason in reasons.values()] == [
        "Bo, passed on to make room",
        "Ann, after T-1 made room",
    ]
    assert [short_reason(reason, ZH) for reason in reasons.values()] == [
        "Bo，为腾出名额转来",
        "Ann，T-1 转走后腾出名额",
    ]


def test_that_nobody_can_take_a_ticket_is_told_with_why() -> None:
    given = Team((member("Ann"), member("Bo"), member("Cai", "net")))
    reason = shared([Asked("T-7", skill="net")], given, absent={"Cai"}).reasons["T-7"]
    assert tell_reason(reason, EN) == [
        "T-7 goes to nobody: 2 without the skill, 1 absent.",
        "without the skill: Ann, Bo",
        "absent: Cai",
    ]
    assert tell_reason(reason, ZH) == [
        "T-7 未能分配：2 人没有该技能、1 人请假。",
        "没有该技能：Ann、Bo",
        "请假：Cai",
    ]
    assert short_reason(reason, EN) == "Nobody: 2 without the skill, 1 absent"
    assert short_reason(reason, ZH) == "未分配：2 人没有该技能、1 人请假"


def test_that_there_is_no_team_is_told() -> None:
    reason = Reason("T-7", "", 0)
    assert tell_reason(reason, EN) == ["T-7 goes to nobody: the team has no members."]
    assert short_reason(reason, ZH) == "未分配：团队中没有成员"


def test_of_many_names_the_first_are_told() -> None:
    reason = Reason("T-7", "", 0, {"shift": tuple("ABCDEFGHIJ")})
    assert tell_reason(reason, EN)[1] == "off shift: A, B, C, D, E, F, G, H and 2 more"
    assert tell_reason(reason, ZH)[1] == "不在班：A、B、C、D、E、F、G、H等，另有 2 人"


@given(st.text(min_size=1, max_size=200), st.sampled_from([(False, ""), (True, ""), (False, "T-1")]))
def test_a_short_reason_fits_a_cell(name: str, way: tuple[bool, str]) -> None:
    best = (Candidate(name, -1e5, 1e6, 1.0, 2.0, 3.0),)
    dropped = dict.fromkeys(DROPS, ("A",) * 1000)
    for reason in (Reason("T", name, 9, {}, best, *way), Reason("T", "", 0, dropped)):
        for known in (EN, ZH):
            assert len(short_reason(reason, known)) <= SHORT_CHARS
