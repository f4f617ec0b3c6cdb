"""What the Team tab says of the members."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.rules.team import Member, Team, is_absent, on_shift, read_team
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import table_of
from tests.clock import at, calendar
from tests.rules import member

ZH = """\
name: 小台
locale: zh
zone: Asia/Shanghai
columns:
  - id
  - key: type
    choices:
      - {key: net, title: 网络}
      - {key: sec, title: 安全}
      - {key: win, title: Windows 10}
      - {key: print, title: 打印机、复印机}
      - {key: hard, title: 硬件, was: [设备]}
  - status
  - owner
calendars:
  office: {week: {mon-fri: ['09:00-18:00']}}
  night: {week: {mon-sun: ['22:00-06:00']}}
people:
  - {name: 王芳, mail: wang@example.com, chat: wf, skills: {网络: 5, print: 2}, shift: office, cap: 9}
  - {name: 李雷, share: 0.5, backup: 王芳}
"""
DESK = parse_desk(ZH)


def people(desk: Desk = DESK, **columns: list[Any]) -> pd.DataFrame:
    """The frame of a team of one, or of as many as there are cells."""
    count = len(next(iter(columns.values())))
    return table_of(desk.table("people"), columns, ["王芳", "李雷", "韩梅"][:count]).frame


def skills(text: str) -> tuple[dict[str, int], list[Problem]]:
    team, problems = read_team(DESK, people(skills=[text]))
    return dict(team.members[0].skills), problems


def only(desk: Desk = DESK, **cells: Any) -> tuple[Member, Problem]:
    """The one member of such cells and the one thing wrong with them."""
    team, (problem,) = read_team(desk, people(desk, **{key: [cell] for key, cell in cells.items()}))
    return team.members[0], problem


def test_the_team_of_a_desk_file_is_read_as_it_was_given() -> None:
    team, problems = read_team(DESK, seed_tables(DESK)["people"].frame)
    assert problems == []
    assert team.members == (
        Member("王芳", "wang@example.com", "wf", {"net": 5, "print": 2}, 1.0, 9, "office"),
        Member("李雷", share=0.5, backup="王芳"),
    )
    assert team.by_name["李雷"].backup == "王芳"


def test_an_empty_table_is_an_empty_team() -> None:
    assert read_team(DESK, table_of(DESK.table("people"), {}, []).frame) == (Team(), [])


def test_columns_that_are_not_there_are_empty() -> None:
    frame = pd.DataFrame(index=pd.Index(["王芳"], name="id"))
    assert read_team(DESK, frame) == (Team((Member("王芳"),)), [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("网络:5, 安全:4", {"net": 5, "sec": 4}),
        ("网络：５，安全：４", {"net": 5, "sec": 4}),
        ("网络=5；安全 4", {"net": 5, "sec": 4}),
        ("网络5、安全-4\n硬件（2）", {"net": 5, "sec": 4, "hard": 2}),
        (" 网络 : 5 ; ,; 安全 = 4 ", {"net": 5, "sec": 4}),
        ("网络", {"net": 3}),
        ("网络：", {"net": 3}),
        ("NET:1, Sec 2", {"net": 1, "sec": 2}),
        ("设备:1", {"hard": 1}),
        ("Windows 10", {"win": 3}),
        ("windows 10:4, 网络", {"win": 4, "net": 3}),
        ("Windows 10 5", {"win": 5}),
        ("打印机、复印机:4, 网络", {"print": 4, "net": 3}),
        ("网络, 打印机，复印机", {"net": 3, "print": 3}),
        ("网络:2, 网络:4.0", {"net": 4}),
        ("", {}),
        (" ，", {}),
    ],
)
def test_skills_are_understood_as_people_type_them(typed: str, meant: dict[str, int]) -> None:
    assert skills(typed) == (meant, [])


@pytest.mark.parametrize("typed", ["网落:5", "网落", "网落（5）"])
def test_an_unknown_skill_is_a_problem_and_the_others_count(typed: str) -> None:
    found, (problem,) = skills(f"安全:4, {typed}")
    assert found == {"sec": 4}
    expected = (
        "本工单台的类型，可加 1 至 5 的等级，如 网络:4；类型有：网络, 安全, Windows 10, 打印机、复印机, 硬件"
    )
    raw = typed.replace("（", "(").replace("）", ")")
    assert problem == Problem("team", "skills", raw, expected, "网络", ticket="王芳")
    assert DESK.locale.text(f"problem.{problem.kind}")


@pytest.mark.parametrize(
    "typed", ["网络:6", "网络:0", "网络:-1", "网络15", "网络:4.5", "网络:高", "网络=五级"]
)
def test_a_level_that_is_none_from_1_to_5_is_a_problem(typed: str) -> None:
    found, (problem,) = skills(typed)
    assert found == {}
    assert problem == Problem("team", "skills", typed, "“网络”后应为 1 至 5 的整数等级", ticket="王芳")


def test_without_types_there_are_no_skills() -> None:
    desk = parse_desk("name: D\nzone: UTC\nlocale: en\ncolumns: [id, status, owner]\n")
    one, problem = only(desk, skills="net:5")
    assert one == Member("王芳")
    assert problem.expected == "a type of this desk with a level from 1 to 5, such as …:4; types: -"
    assert problem.near == ""


def test_an_absence_that_ends_before_it_begins_is_a_problem_and_has_no_end() -> None:
    one, problem = only(absent_from=pd.Timestamp("2026-03-10"), absent_to=pd.Timestamp("2026-03-09"))
    assert (one.absent_from, one.absent_to) == (date(2026, 3, 10), None)
    assert problem == Problem("team", "absent_to", "2026-03-09", "不早于“请假开始”的日期", ticket="王芳")


def test_an_absence_of_one_day_is_fine() -> None:
    day = pd.Timestamp("2026-03-10")
    team, problems = read_team(DESK, people(absent_from=[day], absent_to=[day]))
    assert problems == []
    assert team.members[0].absent_from == team.members[0].absent_to == date(2026, 3, 10)


def test_a_shift_that_is_no_calendar_is_a_problem() -> None:
    one, problem = only(shift="ofice")
    assert one.shift == ""
    expected = "本工单台的日历：office, night"
    assert problem == Problem("team", "shift", "ofice", expected, "office", ticket="王芳")
    assert read_team(DESK, people(shift=[" Ｎight"]))[0].members[0].shift == "night"


def test_without_calendars_a_shift_is_a_problem() -> None:
    desk = parse_desk("name: D\nzone: UTC\nlocale: en\ncolumns: [id, status, owner]\n")
    assert only(desk, shift="office")[1].expected == "a calendar of this desk: -"


@pytest.mark.parametrize(("typed", "hint"), [("韩 梅梅", ""), ("李蕾", "李雷"), ("王芳", ""), ("王 芳", "")])
def test_a_backup_is_somebody_else_of_the_team(typed: str, hint: str) -> None:
    team, (problem,) = read_team(DESK, people(backup=[typed, "王芳"]))
    assert [one.backup for one in team.members] == ["", "王芳"]
    assert problem == Problem("team", "backup", typed, "“团队”页中另一人的姓名", hint, ticket="王芳")


@pytest.mark.parametrize("cap", [-1.0, 2.5, float("inf"), "many"])
def test_a_cap_is_a_whole_number_from_0(cap: Any) -> None:
    frame = people(cap=[None]).astype({"cap": "object"})
    frame["cap"] = pd.Series([cap], index=frame.index, dtype="object")
    team, (problem,) = read_team(DESK, frame)
    assert team.members[0].cap is None
    assert (problem.column, problem.expected) == ("cap", "不小于 0 的整数")


@pytest.mark.parametrize("share", [-0.5, 1.5, "half"])
def test_a_share_is_a_part_of_full_time(share: Any) -> None:
    frame = people(mail=["w"])
    frame["share"] = pd.Series([share], index=frame.index, dtype="object")
    team, (problem,) = read_team(DESK, frame)
    assert team.members[0].share == 1
    assert (problem.column, problem.expected) == ("share", "0 至 1 之间的数字")


def test_numbers_and_days_may_be_text() -> None:
    frame = people(mail=["w"]).astype("object")
    for key, cell in {
        "share": "５０%",
        "cap": "12",
        "absent_from": "2026-03-09",
        "absent_to": "soon",
    }.items():
        frame[key] = pd.Series([cell], index=frame.index, dtype="object")
    team, (problem,) = read_team(DESK, frame)
    one = team.members[0]
    assert (one.share, one.cap, one.absent_from, one.absent_to) == (0.5, 12, date(2026, 3, 9), None)
    assert (problem.column, problem.raw) == ("absent_to", "soon")


@given(st.lists(st.text(max_size=20) | st.sampled_from(["网络:5", "安全 9", "：", "打印机"]), max_size=4))
def test_whatever_is_typed_is_no_crash(words: list[str]) -> None:
    text = "，".join(words)
    team, problems = read_team(DESK, people(skills=[text], shift=[text], backup=[text]))
    assert all(1 <= level <= 5 for level in team.members[0].skills.values())
    assert {problem.kind for problem in problems} <= {"team"}


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (9, 10, [9, 10]),
        (9, None, [9, 10, 11]),
        (None, 9, [8, 9]),
        (9, 9, [9]),
        (None, None, []),
    ],
)
def test_an_absence_holds_from_its_first_day_to_its_last(
    first: int | None, last: int | None, days: list[int]
) -> None:
    ends = (None if day is None else date(2026, 3, day) for day in (first, last))
    one = Member("Ann", absent_from=next(ends), absent_to=next(ends))
    assert [day for day in range(8, 12) if is_absent(one, date(2026, 3, day))] == days


@pytest.mark.parametrize(
    ("shift", "moment", "there"),
    [
        ("office", "2026-03-09 08:59", False),
        ("office", "2026-03-09 09:00", True),
        ("office", "2026-03-09 17:59", True),
        ("office", "2026-03-09 18:00", False),
        ("office", "2026-03-14 12:00", False),
        ("night", "2026-03-14 02:00", True),
        ("night", "2026-03-14 12:00", False),
        ("", "2026-03-14 12:00", True),
    ],
)
def test_a_member_is_on_shift_while_the_calendar_is_open(shift: str, moment: str, there: bool) -> None:
    times = {
        "office": WorkingTime(calendar("09:00-18:00")),
        "night": WorkingTime(calendar("22:00-06:00", days=7)),
    }
    assert on_shift(member("Ann", shift=shift), at(moment), times) is there
