"""What a desk file's parts become once every short form is filled in."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Attention, Duration, Review, SheetPlace, Transition
from sheetdesk.desk.durations import parse_duration
from sheetdesk.desk.standard import ALWAYS, CLOSING
from sheetdesk.desk.template import parse_desk, read_desk, read_template
from sheetdesk.errors import DeskNotFound, TemplateUnknown
from tests.desk import SMALL, complaints, small


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("30m", 30, "minutes"), ("30 min", 30, "minutes"), ("4h", 4, "hours"), ("1.5h", 1.5, "hours"),
    ("2d", 2, "days"),
     ("3wd", 3, "working days"), ("4小时", 4, "hours"), ("30分钟", 30, "minutes"), ("2天", 2, "days"),
     ("3工作日", 3, "working days"), ("3 个工作日", 3, "working days"), (" 5 d ", 5, "days")],
)  # fmt: skip
def test_a_duration_is_an_amount_of_a_unit(text: str, amount: float, unit: str) -> None:
    assert parse_duration(text) == Duration(amount, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "4", "h", "4x", "-4h", "4h 30m", "four h", "4H"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "hours"), [("30m", 0.5), ("4h", 4), ("2d", 48), ("3wd", 72)])
def test_a_duration_has_hours_of_the_clock(text: str, hours: float) -> None:
    assert parse_duration(text).hours == hours


def test_the_smallest_desk_has_one_role_that_may_do_everything_and_one_sheet() -> None:
    desk = parse_desk("name: A\ncolumns: [id]\n")
    (role,) = desk.roles
    assert (role.key, role.title) == ("admin", "Administrator")
    assert role.may == {"add", "archive", "assign", "approve"}
    assert desk.sheets == (SheetPlace("main", "tickets.xlsx", "admin"),)
    assert desk.attention == Attention(4, 5)
    assert (desk.zone, desk.ids, desk.locale.code) == (ZoneInfo("UTC"), "T-{n:05}", "en")


def test_what_makes_a_row_a_ticket_is_added_in_front_and_the_ready_made_formulas_behind() -> None:
    keys = [column.key for column in parse_desk("name: A\ncolumns: [owner, due, resolved]\n").tickets.columns]
    assert keys == [*ALWAYS, "owner", "due", "resolved", *CLOSING]
    assert [c.key for c in small().tickets.columns][-2:] == ["month", "is_open"]


def test_a_standard_column_keeps_its_words_where_the_desk_gives_none() -> None:
    column = parse_desk("name: A\ncolumns: [{key: owner, note: Whoever}]\nlocale: zh\n").column("owner")
    assert (column.title, column.type, column.note) == ("责任人", "person", "Whoever")


def test_a_column_is_what_its_settings_say() -> None:
    shape = "type: number, minimum: 0, decimals: 2, width: 12, hidden: true"
    text = f"{{key: cost, title: 2026, {shape}, was: price, edit: admin}}"
    column = parse_desk(f"name: A\ncolumns:\n  - {text}\n").column("cost")
    assert (column.title, column.minimum, column.decimals, column.width_chars) == ("2026", 0, 2, 12)
    assert (column.hidden, column.was, column.edit, column.owner) == (True, ("price",), ("admin",), "people")


def test_a_column_with_choices_needs_no_type() -> None:
    column = parse_desk(
        "name: A\ncolumns:\n  - {key: size, choices: [S, 2, {key: l, title: Large, color: '#aabbcc'}]}\n"
    ).column("size")
    assert column.type == "choice"
    assert [(c.key, c.title, c.color) for c in column.choices] == [
        ("S", "S", ""),
        ("2", "2", ""),
        ("l", "Large", "AABBCC"),
    ]


def test_a_status_knows_its_meaning_by_its_word_in_either_language() -> None:
    words = "[New, 处理中, On hold, 待反馈, Done, 已关闭, Cancelled, {title: Odd, meaning: open}]"
    choices = (
        parse_desk(f"name: A\ncolumns:\n  - {{key: status, choices: {words}}}\n").column("status").choices
    )
    assert [choice.meaning for choice in choices] == [
        Meaning.NEW, Meaning.OPEN, Meaning.ON_HOLD, Meaning.PENDING, Meaning.RESOLVED, Meaning.CLOSED,
        Meaning.CANCELLED,
        Meaning.OPEN,
    ]  # fmt: skip


def test_a_default_may_be_a_key_or_a_title_and_is_kept_as_written() -> None:
    text = "name: A\ncolumns:\n  - {key: status, default: New}\n  - {key: n, type: number, default: 5}\n"
    desk = parse_desk(text + "  - {key: f, type: flag, default: true}\n")
    assert [desk.column(key).default for key in ("status", "n", "f")] == ["New", 5, True]


def test_a_choice_under_a_parent_knows_it_by_key_also_where_the_file_says_its_title() -> None:
    text = """\
name: A
columns:
  - {key: type, choices: [{key: hw, title: Hardware}, {key: sw, title: Software}]}
  - key: subtype
    choices:
      - {key: laptop, title: Laptop, parent: Hardware}
      - {key: hw_other, title: Other, parent: hw}
      - {key: sw_other, title: Other, parent: sw}
"""
    choices = parse_desk(text).column("subtype").choices
    assert [choice.parent for choice in choices] == ["hw", "hw", "sw"]


def test_a_key_stands_once_even_under_different_parents() -> None:
    text = """\
name: A
columns:
  - {key: type, choices: [hw, sw]}
  - {key: subtype, choices: [{title: Other, parent: hw}, {title: Other, parent: sw}]}
"""
    assert [complaint.text for complaint in complaints(text)] == ["'Other' stands twice"]


def test_a_role_sees_all_but_what_it_hides_and_edits_only_what_people_may() -> None:
    role = small("roles:\n  a: {title: A, hides: [owner, id], edits: all, locks: [priority]}\n").role("a")
    assert "owner" not in role.sees
    assert {"id", "status"} <= role.sees
    assert role.edits == {"created", "title", "type", "status", "impact", "urgency", "satisfaction"}


def test_a_role_that_sees_little_edits_nothing_beyond_it() -> None:
    role = small(
        "roles:\n  a: {title: A, sees: [title], edits: all, tickets: owner = me, may: [add]}\n"
    ).role("a")
    assert role.sees == {"id", "status", "title"}
    assert role.edits == {"title", "status"}
    assert role.tickets_text == "owner = me"


def test_a_life_cycle_names_one_step_after_the_other_by_key() -> None:
    desk = small("""\
lifecycle:
  - {from: New, to: [Open, Resolved]}
  - {from: closed, to: Open, roles: admin}
""")
    assert desk.transitions == (
        Transition("new", "Open"),
        Transition("new", "resolved"),
        Transition("closed", "Open", frozenset({"admin"})),
    )


def test_a_review_stands_before_closing_and_needs_somebody_who_approves() -> None:
    desk = small("roles:\n  a: {title: A, may: [approve]}\nreview: {status: Resolved}\n")
    assert desk.review is not None
    assert (desk.review.before, desk.review.status) == (Meaning.CLOSED, "resolved")
    assert small("review: {before: resolved, status: Open}\n").review == Review(Meaning.RESOLVED, "Open")


MATRIX = """\
matrix:
  cells:
    High: {high: p1, Medium: P2 High, low: p3}
    medium: {high: p2, medium: p3, low: p3}
    low: {high: p3, medium: p3, low: p4}
"""


def test_a_matrix_is_read_by_key_or_title() -> None:
    matrix = small(MATRIX).matrix
    assert matrix is not None
    assert (matrix.cells["high", "medium"], len(matrix.cells)) == ("p2", 9)


def test_every_gap_of_a_matrix_is_told() -> None:
    gaps = complaints(SMALL + "matrix:\n  cells: {high: {high: p1}}\n")
    assert len(gaps) == 8
    assert gaps[0].text == "no priority for high × medium"


WEEK = """\
calendars:
  office:
    zone: Europe/London
    country: GB
    week: {mon-fri: ['09:00-12:00', '12:00-17:30'], sat: ['10:00-24:00']}
    closed: [2026-12-24]
    extra: [2026-12-27]
    partial: {2026-12-31: ['09:00-12:00']}
    settled: [2027]
  night:
    week: {fri-mon: ['22:00-06:00']}
  always:
    week: {all: ['00:00-24:00']}
"""


def test_a_calendar_has_hours_by_weekday_in_its_own_zone() -> None:
    office, night, always = small(WEEK).calendars
    assert office.week[0] == office.week[4] == ((time(9), time(12)), (time(12), time(17, 30)))
    assert office.week[5] == ((time(10), time(0)),)
    assert office.week[6] == ()
    assert (office.zone, office.country) == (ZoneInfo("Europe/London"), "GB")
    assert office.closed == {date(2026, 12, 24)}
    assert office.extra == {date(2026, 12, 27)}
    assert office.partial == {date(2026, 12, 31): ((time(9), time(12)),)}
    assert [sorted(one.settled) for one in (office, night)] == [[2027], []]
    assert [bool(day) for day in night.week] == [True, False, False, False, True, True, True]
    assert (night.week[4], night.zone) == (((time(22), time(6)),), ZoneInfo("Asia/Shanghai"))
    assert all(day == ((time(0), time(0)),) for day in always.week)


def test_a_policy_takes_the_only_calendar_and_pauses_while_pending() -> None:
    text = """\
calendars:
  c: {week: {mon: ['09:00-12:00']}}
sla:
  - {key: s, when: priority = p1, first_response: 30m, next_update: 2h, resolution: 3wd}
"""
    (policy,) = small(text).sla
    assert (policy.calendar, policy.clock, *policy.pauses) == ("c", "business", Meaning.PENDING)
    assert (policy.first_response, policy.resolution) == (
        Duration(30, "minutes"),
        Duration(3, "working days"),
    )
    assert policy.reopen == "resumes"
    assert (policy.next_update, policy.when_text) == (Duration(2, "hours"), "priority = p1")


def test_a_policy_around_the_clock_needs_no_calendar() -> None:
    (policy,) = small("sla:\n  - {key: s, resolution: 4h, clock: calendar, pauses: []}\n").sla
    assert (policy.calendar, policy.when, policy.pauses) == ("", None, frozenset())


def test_a_policy_around_the_clock_with_a_target_in_working_days_takes_the_only_calendar() -> None:
    text = """\
calendars:
  c: {week: {mon: ['22:00-06:00']}}
sla:
  - {key: s, first_response: 4h, resolution: 2wd, clock: calendar, reopen: restarts}
"""
    (policy,) = small(text).sla
    assert (policy.calendar, policy.clock, policy.reopen) == ("c", "calendar", "restarts")


def test_people_have_skills_by_choice_shifts_and_stand_ins() -> None:
    text = """\
people:
  - {name: Ann, role: admin, shift: night, skills: {Hardware: 3}, share: 0.5, cap: 4, backup: Bo}
  - {name: Bo}
"""
    ann, bo = small(WEEK + text).people
    assert (ann.skills, ann.shift, ann.share, ann.cap, ann.backup) == ({"Hardware": 3}, "night", 0.5, 4, "Bo")
    assert (bo.skills, bo.share, bo.cap) == ({}, 1.0, None)


def test_sheets_may_lie_elsewhere() -> None:
    text = "sheets:\n  - {file: 'google:abc', role: admin}\n  - {key: b, file: 'sub\\b.XLSX', role: admin}\n"
    assert [place.address for place in small(text).sheets] == ["google:abc", "sub\\b.XLSX"]


def test_views_rules_reports_and_cases_are_read_whole() -> None:
    desk = small("""\
views: [{key: v, title: V, tickets: owner = me, columns: [id]}, {key: w, title: W}]
rules: [{key: r, when: owner is empty, then: [assign skill:type, 'set status = Open'], active: false}]
reports: [{key: p, title: P, rows: status, columns: type, values: [{column: satisfaction, title: S,
how: average}]}]
cases: [{problem: P, type: Hardware}, {id: X, problem: Q}]
""")
    assert [view.tickets is None for view in desk.views] == [False, True]
    assert (desk.rules[0].title, desk.rules[0].active, len(desk.rules[0].then)) == ("r", False, 2)
    assert (desk.reports[0].rows, desk.reports[0].columns, desk.reports[0].values[0].how) == (
        ("status",),
        ("type",),
        "average",
    )
    assert [(case["id"], case["type"]) for case in desk.cases] == [("K-001", "Hardware"), ("X", "")]


def test_an_import_mapping_speaks_keys() -> None:
    text = """\
imports:
  - key: other
    columns: {Number: id, Junk: '-'}
    values: {status: {Fresh: New, Gone: ''}, satisfaction: {good: 5}}
    dates: month-first
    event_time: When
  - key: plain
    dates: day-first
  - key: open
"""
    desk = small(text)
    other = desk.import_mapping("other")
    assert other.values == {"status": {"Fresh": "new", "Gone": ""}}
    assert (other.columns, other.event_time) == ({"Number": "id", "Junk": "-"}, "When")
    assert [desk.import_mapping(key).day_first for key in ("other", "plain", "open", "")] == [
        False,
        True,
        None,
        None,
    ]


def test_a_desk_knows_the_text_it_was_read_from(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(SMALL, "utf-8-sig")
    assert read_desk(path) == small()
    assert small().source != small("# a comment\n").source


def test_where_there_is_no_desk_file_it_says_how_to_make_one(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "a" / "b"):
        with pytest.raises(DeskNotFound, match="sheetdesk new"):
            read_desk(path)


@pytest.mark.parametrize("code", ["en", "en-GB", "zh", "zh-CN", "zh_Hans", "ZH"])
def test_a_language_may_name_its_country(code: str) -> None:
    assert parse_desk(f"name: A\ncolumns: [id]\nlocale: {code}\n").locale.code == code[:2].lower()


def test_a_template_is_found_with_or_without_its_language() -> None:
    assert read_template("it-service", "zh") == read_template("it-service.zh")
    assert read_template("it-service") == read_template("it-service.en") == read_template("it-service", "xx")
    with pytest.raises(TemplateUnknown, match=r"\(it-service\?\)"):
        read_template("it-servise")
