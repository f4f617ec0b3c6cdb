"""Why a ticket is due when it is, in words: every interval, the policies that lost, the owner's reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from sheetdesk.flows.explaining import explain, tell_explained
from tests.flows.ruled import Ruled, ruled_desk


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


def told(team: Ruled, ticket: str = "T-001") -> list[str]:
    with team.desk() as opened:
        return tell_explained(opened.desk, explain(opened, ticket, now=team.now))


def move(team: Ruled, moment: str, status: str) -> None:
    """Somebody moves the first ticket, a minute later than that."""
    team.now = at(moment)
    team.change("T-001", "status", status, by="cli:ann", why="edit")


def waited(folder: Path, locale: str = "en") -> Ruled:
    """A ticket that waited for its requester over night, before a make-up day and the New Year's days off."""
    team = Ruled(folder / "desk", ruled_desk(locale=locale))
    team.now = at("2026-02-12T10:00")
    team.tickets({})
    team.run()
    move(team, "2026-02-12T15:00", "pending")
    move(team, "2026-02-13T11:00", "open")
    team.run()
    team.now = at("2026-02-14T11:00")
    return team


ENGLISH = """\
Policy rest: for all others

Resolution, rest: 3wd, from 2026-02-12 10:00
  due 2026-02-25 14:00: on time
  840 min used, 1260 min left
    2026-02-12 Thu  10:00–15:01  +301 min = 301 min
    2026-02-12 Thu  15:01–18:00  paused, 301 min so far
    2026-02-13 Fri  09:00–11:01  paused, 301 min so far
    2026-02-13 Fri  11:01–18:00  +419 min = 720 min
    2026-02-14 Sat (make-up working day)  09:00–18:00  +540 min = 1260 min
    2026-02-15 Sun  closed: day off
    2026-02-16 Mon  closed: Chinese New Year's Eve
    2026-02-17 Tue  closed: Chinese New Year (Spring Festival)
    2026-02-18 Wed  closed: Chinese New Year (Spring Festival)
    2026-02-19 Thu  closed: Chinese New Year (Spring Festival)
    2026-02-20 Fri  closed: Day off (substituted from 02/14/2026)
    2026-02-21 Sat  closed: day off
    2026-02-22 Sun  closed: day off
    2026-02-23 Mon  closed: Day off (substituted from 02/28/2026)
    2026-02-24 Tue  09:00–18:00  +540 min = 1800 min
    2026-02-25 Wed  09:00–14:00  +300 min = 2100 min
    2100 working minutes until 2026-02-25 14:00

What counts
  New since 2026-02-12 10:00
  Waiting for requester since 2026-02-12 15:01
  In progress since 2026-02-13 11:01

Owner
  T-001 goes to Ben Example, the best of 1 person who can take it.
  1. Ben Example: 2.00 = load 2.00
  full: Ann Example
"""

CHINESE = """\
政策 rest：其余全部

解决，rest：3wd，自 2026-02-12 10:00 起
  截止 2026-02-25 14:00：正常
  已用 840 分钟，剩余 1260 分钟
    2026-02-12 周四  10:00–15:01  +301 分钟，累计 301 分钟
    2026-02-12 周四  15:01–18:00  暂停，累计 301 分钟
    2026-02-13 周五  09:00–11:01  暂停，累计 301 分钟
    2026-02-13 周五  11:01–18:00  +419 分钟，累计 720 分钟
    2026-02-14 周六 (调休上班)  09:00–18:00  +540 分钟，累计 1260 分钟
    2026-02-15 周日  不计时：休息日
    2026-02-16 周一  不计时：农历除夕
    2026-02-17 周二  不计时：春节
    2026-02-18 周三  不计时：春节
    2026-02-19 周四  不计时：春节
    2026-02-20 周五  不计时：休息日（由 2026-02-14 调休）
    2026-02-21 周六  不计时：休息日
    2026-02-22 周日  不计时：休息日
    2026-02-23 周一  不计时：休息日（由 2026-02-28 调休）
    2026-02-24 周二  09:00–18:00  +540 分钟，累计 1800 分钟
    2026-02-25 周三  09:00–14:00  +300 分钟，累计 2100 分钟
    至 2026-02-25 14:00 共 2100 个工作分钟

计时依据
  待处理，始于 2026-02-12 10:00
  待反馈，始于 2026-02-12 15:01
  处理中，始于 2026-02-13 11:01

责任人
  T-001 分给 Ben Example：在可接单的 1 人中最合适。
  1. Ben Example：2.00 = 负荷 2.00
  已满：Ann Example
"""


@pytest.mark.parametrize(("locale", "text"), [("en", ENGLISH), ("zh", CHINESE)])
def test_a_ticket_is_told_interval_by_interval(tmp_path: Path, locale: str, text: str) -> None:
    assert "\n".join(told(waited(tmp_path, locale))) + "\n" == text


def test_what_is_told_is_what_the_sheet_shows(tmp_path: Path) -> None:
    team = waited(tmp_path)
    team.run()
    due = team.cells("T-001")["due"].astimezone(at("2026-02-14T11:00").tzinfo)
    assert f"  due {due:%Y-%m-%d %H:%M}: on time" in told(team)


def test_explaining_changes_nothing(tmp_path: Path) -> None:
    team = waited(tmp_path)
    before, files = team.version(), team.files()
    told(team)
    assert (team.version(), team.files()) == (before, files)


POLICIES = """sla:
  - {key: wide, when: priority = p1, resolution: 8h}
  - {key: near, when: priority = p1 and status = new, resolution: 4h}
  - {key: same, when: priority = p1 and status = new, resolution: 2h}
  - {key: rest, resolution: 3wd}
"""


def with_policies(folder: Path) -> Ruled:
    text = ruled_desk()
    start, end = text.index("sla:\n"), text.index("rules:\n")
    return Ruled(folder / "desk", text[:start] + POLICIES + text[end:])


def test_the_policy_that_won_is_told_with_those_that_it_beat(tmp_path: Path) -> None:
    team = with_policies(tmp_path)
    team.tickets({"priority": "p1"}, {})
    lines = told(team)
    assert lines[0] == "Policy near: priority = p1 and status = new"
    assert "same (2)" in lines[1]
    assert "wide (1)" in lines[1]
    assert "later in the desk file" in lines[1]
    assert told(team, "T-002")[0] == "Policy rest: for all others"


def test_a_ticket_without_a_policy_is_promised_nothing(tmp_path: Path) -> None:
    team = with_policies(tmp_path)
    team.rewrite("  - {key: rest, resolution: 3wd}\n", "")
    team.tickets({})
    assert told(team)[0] == "No policy holds for this ticket: nothing is promised."


@pytest.mark.parametrize(
    ("reopen", "started"), [("restarts", "2026-03-03 11:01"), ("resumes", "2026-03-02 10:00")]
)
def test_a_ticket_that_was_reopened_has_its_cycles(tmp_path: Path, reopen: str, started: str) -> None:
    team = Ruled(tmp_path / "desk", ruled_desk().replace("pauses: [pending]", f"reopen: {reopen}"))
    team.now = at("2026-03-02T10:00")
    team.tickets({})
    move(team, "2026-03-02T11:00", "resolved")
    move(team, "2026-03-03T11:00", "open")
    assert [line for line in told(team) if "cycle " in line] == [
        "Resolution (cycle 1), rest: 3wd, from 2026-03-02 10:00",
        f"Resolution (cycle 2), rest: 3wd, from {started}",
    ]


def test_a_promise_that_was_broken_says_since_when(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk")
    team.now = at("2026-03-02T10:00")
    team.tickets({"priority": "p1"})
    team.now = at("2026-03-02T17:00")
    lines = told(team)
    assert "  due 2026-03-02 14:00: overdue" in lines
    assert "  breached since 2026-03-02 14:00" in lines
    assert "  420 min used, -180 min left" in lines


def test_an_owner_whom_no_rule_chose_has_no_reason(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk")
    team.tickets({"owner": "Ben Example"})
    team.run()
    assert told(team)[-2:] == ["Owner", "  No rule assigned an owner to this ticket."]


def test_nobody_could_take_it_is_a_reason_too(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk")
    team.rewrite("mail: ben@example.com}", "mail: ben@example.com, cap: 0}")
    team.tickets({})
    team.run()
    assert any("goes to nobody" in line for line in told(team))


def test_a_clock_that_never_stops_is_told_in_one_line(tmp_path: Path) -> None:
    text = ruled_desk().replace("resolution: 3wd, pauses: [pending]", "resolution: 30h, clock: calendar")
    team = Ruled(tmp_path / "desk", text)
    team.tickets({})
    assert "    round the clock: 2026-03-02 10:00 + 1800 min = 2026-03-03 16:00" in told(team)


def test_a_ticket_that_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk")
    team.tickets({})
    with team.desk() as opened, pytest.raises(KeyError):
        explain(opened, "T-999", now=team.now)
