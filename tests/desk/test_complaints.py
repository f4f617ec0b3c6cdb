"""Every mistake a desk file can hold is told with its line and, where there is one, the near name."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from sheetdesk.desk.template import parse_desk, read_desk
from sheetdesk.errors import DeskInvalid
from sheetdesk.locales.locale import load_locale
from tests.desk import SMALL, complaints, only

HERE = SMALL.count("\n") + 1
"""The line on which what is added to the small desk begins."""

# One text a kind of complaint: what is added, the lines below HERE it is told of,
# the path, a part of its words.
MISTAKES: dict[str, list[tuple[str, int, str, str]]] = {
    "unknown": [
        ("mattrix: 1\n", 0, "mattrix",
        "'mattrix' is not known, did you mean 'matrix'?; known: sheetdesk, name"),
        ("first_response: tiped\n", 0, "first_response", "did you mean 'typed'?; known: typed, left_new"),
        ("locale: fr\n", 0, "locale", "'fr' is not known; known: en, zh"),
        ("roles:\n  a: {title: A, hidse: [owner]}\n", 1, "roles.a.hidse", "did you mean 'hides'?"),
        ("review: {status: Resolved, befor: closed}\n", 0, "review.befor",
        "did you mean 'before'?; known: before, status"),
        ("calendars:\n  c: {week: {mon: ['09:00-12:00']}, zon: UTC}\n", 1, "calendars.c.zon",
        "did you mean 'zone'?"),
        ("sla:\n  - {key: s, resolutoin: 4h, first_response: 1h, clock: calendar}\n", 1, "sla.0.resolutoin",
        "'resolution'?"),
        ("roles:\n  a: {title: A, sees: [ownr]}\n", 1, "roles.a.sees.0", "did you mean 'owner'?"),
        ("roles:\n  a: {title: A, edits: ownr}\n", 1, "roles.a.edits", "did you mean 'owner'?"),
        ("lifecycle:\n  - {from: Nwe, to: Open}\n", 1, "lifecycle.0.from", "did you mean 'new'?"),
        ("lifecycle:\n  - from: New\n    to:\n      - Open\n      - Clsed\n", 4, "lifecycle.0.to.1",
        "mean 'closed'?"),
        ("lifecycle:\n  - {from: New, to: Open, roles: [admn]}\n", 1, "lifecycle.0.roles.0", "mean 'admin'?"),
        ("review: {status: Resolvd}\n", 0, "review.status", "mean 'resolved'?"),
        ("matrix: {rows: impct, cells: {}}\n", 0, "matrix", "mean 'impact'?"),
        ("people:\n  - {name: A, role: admn}\n", 1, "people.0.role", "mean 'admin'?"),
        ("people:\n  - {name: Ann}\n  - {name: Bo, backup: Anne}\n", 2, "people.1.backup", "mean 'Ann'?"),
        ("people:\n  - {name: A, shift: nights}\n", 1, "people.0.shift", "'nights' is not known; known: "),
        ("people:\n  - name: A\n    skills:\n      Hardwear: 3\n", 3, "people.0.skills.Hardwear",
        "mean 'Hardware'?"),
        ("sheets:\n  - {file: a.xlsx, role: admn}\n", 1, "sheets.0.role", "mean 'admin'?"),
        ("sheets:\n  - {file: 'google:', role: admin, safety: taged}\n", 1, "sheets.0.safety",
        "'taged' is not known, did you mean 'tagged'?; known: copied, tagged"),
        ("calendars:\n  c:\n    week:\n      mno: ['09:00-12:00']\n", 3, "calendars.c.week.mno",
        "mean 'mon'?"),
        ("calendars:\n  c: {week: {mon-fry: ['09:00-12:00']}}\n", 1, "calendars.c.week.mon-fry",
        "mean 'mon-fri'?"),
        ("views:\n  - {key: v, title: V, columns: [id, ownr]}\n", 1, "views.0.columns.1", "mean 'owner'?"),
        ("reports:\n  - {key: r, title: R, rows: statsu}\n", 1, "reports.0.rows", "mean 'status'?"),
        ("reports:\n  - key: r\n    title: R\n    rows: [status]\n    values: [{column: idd, title: T}]\n", 4,
         "reports.0.values.0", "mean 'id'?"),
        ("imports:\n  - key: i\n    columns:\n      A: id\n      B: ownr\n", 4, "imports.0.columns.B",
        "mean 'owner'?"),
        ("imports:\n  - key: i\n    values:\n      statsu: {a: New}\n", 3, "imports.0.values.statsu",
        "mean 'status'?"),
        ("imports:\n  - key: i\n    values:\n      status: {a: Nwe}\n", 3, "imports.0.values.status.a",
        "mean 'new'?"),
        ("cases:\n  - {problem: P, type: Hardwear}\n", 1, "cases.0.type", "mean 'Hardware'?"),
        ("sla:\n  - {key: s, resolution: 4h, calendar: office}\n", 1, "sla.0.calendar",
        "'office' is not known"),
    ],
    "missing": [
        ("roles:\n  a: {duties: all}\n", 1, "roles.a.title", "'title' is missing"),
        ("lifecycle:\n  - {from: New}\n", 1, "lifecycle.0.to", "'to' is missing"),
    ],
    "shape": [
        ("attention: {due_soon: 4x}\n", 0, "attention.due_soon", "'4x': "),
        ("roles:\n  '1 a': {title: A}\n", 1, "roles.1 a", "'1 a': "),
        ("roles: 5\n", 0, "roles", "5: "),
        (f"ids: ['{'x' * 80}']\n", 0, "ids", "…: "),
    ],
    "zone": [("calendars:\n  c: {week: {mon: ['09:00-12:00']}, zone: Mars/Base}\n", 1, "calendars.c.zone",
    "'Mars/Base' is no time zone")],
    "script_alone": [
        ("rules:\n  - {script: ./vip.py, when: owner is empty}\n", 1, "rules.0", "stands alone"),
    ],
    "twice": [
        ("sla:\n  - {key: s, resolution: 4h, clock: calendar}\n"
         "  - {key: s, resolution: 4h, clock: calendar}\n", 2,
         "sla.1", "'s' stands twice"),
        ("people:\n  - {name: Ann}\n  - {name: ANN}\n", 2, "people.1", "'ann' stands twice"),
        ("views:\n  - {key: v, title: V}\n  - {key: v, title: W}\n", 2, "views.1", "'v' stands twice"),
        ("rules:\n  - {key: r, when: status = New, then: close}\n"
         "  - {key: r, when: status = New, then: close}\n", 2,
         "rules.1", "'r' stands twice"),
        ("reports:\n  - {key: r, title: R, rows: type}\n  - {key: r, title: R, rows: type}\n", 2, "reports.1",
        "twice"),
        ("imports:\n  - {key: i}\n  - {key: i}\n", 2, "imports.1", "'i' stands twice"),
        ("cases:\n  - {id: K, problem: P}\n  - {id: K, problem: Q}\n", 2, "cases.1", "'K' stands twice"),
        ("sheets:\n  - {file: a.xlsx, role: admin}\n  - {file: b.xlsx, role: admin}\n", 2, "sheets.1",
        "'main'"),
    ],
    "condition": [
        ("views:\n  - {key: v, title: V, tickets: ownr = me}\n", 1, "views.0.tickets",
        "did you mean 'owner'?"),
        ("sla:\n  - {key: s, when: a, resolution: 4h, clock: calendar}\n", 1, "sla.0.when", "no column 'a'"),
        ("rules:\n  - key: r\n    then: close\n    when: status = Nwe\n", 3, "rules.0.when",
        "did you mean 'new'?"),
        ("rules:\n  - {key: r, when: owner = me, then: close}\n", 1, "rules.0.when",
        "nobody is 'me' in a rule; name a person\n    owner = me\n            ^"),
        ("rules:\n  - {key: r, when: '', then: close}\n", 1, "rules.0.when", "a column is expected here"),
        ("rules:\n  - {key: r, when: type is empty for 3x, then: close}\n", 1, "rules.0.when",
        "'3x' is no length of time"),
        ("roles:\n  a: {title: A, tickets: status}\n", 1, "roles.a.tickets", "must follow 'status'"),
    ],
    "action": [
        ("rules:\n  - {key: r, when: type is empty, then: [clse]}\n", 1, "rules.0.then.0",
        "'clse' is no action, did you mean 'close'?\n    clse\n    ^"),
        ("rules:\n  - key: r\n    when: type is empty\n    then:\n    - close\n    - 设为 状态＝opne\n",
        5,
        "rules.0.then.1", "no column '状态'\n    设为 状态＝opne\n         ^"),
        ("rules:\n  - {key: r, when: type is empty, then: notify Ann}\n", 1, "rules.0.then.0",
        "nobody is called 'Ann'\n    notify Ann\n           ^"),
    ],
    "edits_unseen": [
        ("roles:\n  a: {title: A, sees: [id], edits: [owner]}\n", 1, "roles.a.edits",
        "may edit 'owner' but not see it"),
    ],
    "nobody_approves": [
        ("roles:\n  a: {title: A}\nreview: {status: Resolved}\n", 2, "review", "no role may `approve`"),
    ],
    "which_calendar": [
        ("sla:\n  - {key: s, resolution: 4h}\n", 1, "sla.0", "say which `calendar:` counts"),
        ("sla:\n  - {key: s, resolution: 2wd, clock: calendar}\n", 1, "sla.0", "which `calendar:` counts"),
    ],
    "half_working_day": [
        ("sla:\n  - key: s\n    resolution: 1.5wd\n    calendar: c\n"
         "calendars:\n  c: {week: {mon: ['09:00-12:00']}}\n", 2, "sla.0.resolution",
         "'1.5wd': working days are whole"),
    ],
    "no_open_hours": [
        ("calendars:\n  c:\n    week: {}\n", 2, "calendars.c.week", "calendar 'c' is never open"),
        ("calendars:\n  c:\n    week: {mon-fri: []}\n", 2, "calendars.c.week", "never open"),
    ],
    "no_target": [("sla:\n  - {key: s, clock: calendar}\n", 1, "sla.0", "'s' promises nothing")],
    "ids": [("ids: T\n", 0, "ids", "an id form needs one counter")],
    "no_day": [
        ("calendars:\n  c:\n    week: {mon: ['09:00-12:00']}\n    closed: ['2026-02-30']\n", 3,
        "calendars.c.closed", "'2026-02-30' is no day"),
        ("calendars:\n  c:\n    week: {mon: ['09:00-12:00']}\n    partial:\n      2026-13-01: []\n", 4,
        "calendars.c.partial.2026-13-01", "no day"),
    ],
    "no_hours": [("calendars:\n  c: {week: {mon: ['25:00-26:00']}}\n", 1, "calendars.c.week.mon",
    "'25:00-26:00' are no")],
    "hours_overlap": [
        ("calendars:\n  c: {week: {mon: ['09:00-12:00', '11:00-17:00']}}\n", 1, "calendars.c.week.mon",
        "'11:00-17:00'"),
        ("calendars:\n  c: {week: {mon: ['22:00-06:00', '23:00-23:30']}}\n", 1, "calendars.c.week.mon",
        "'23:00-23:30'"),
    ],
    "sheet_file": [("sheets:\n  - {file: a.xls, role: admin}\n", 1, "sheets.0.file",
    "'a.xls' must end in .xlsx")],
    "shared_me": [
        ("roles:\n  a: {title: A, tickets: owner = me}\nsheets:\n  - {file: a.xlsx, role: a}\n", 3,
        "sheets.0.role", "me"),
        ("roles:\n  a: {title: A, tickets: not owner in (me)}\nsheets:\n  - {file: a.xlsx, role: a}\n", 3,
         "sheets.0.role", "me"),
    ],
    "pivot_shape": [
        ("reports:\n  - {key: r, title: R, rows: [type, status, owner, impact]}\n", 1, "reports.0",
        "one to three row"),
        ("reports:\n  - {key: r, title: R, rows: []}\n", 1, "reports.0", "one to three row"),
        ("reports:\n  - {key: r, title: R, rows: type, columns: [status, owner]}\n", 1, "reports.0",
        "at most one"),
    ],
    "not_a_number": [
        ("reports:\n  - {key: r, title: R, rows: type, values: [{column: owner, how: sum, title: S}]}\n", 1,
         "reports.0.values", "'owner' holds no numbers, so it has no sum"),
    ],
}  # fmt: skip

# Mistakes in the columns themselves: a whole file each, and the line from 1.
FILES: dict[str, list[tuple[str, int, str, str]]] = {
    "not_a_desk": [
        ("", 0, "", "a desk file starts with `name:` and `columns:`"),
        ("just text", 1, "", "holds no settings"),
        ("# a comment only\n", 0, "", "holds no settings"),
        ("- a\n- b\n", 1, "", "holds no settings"),
    ],
    "zone": [("name: A\nzone: Mars/Base\ncolumns: [id]\n", 2, "zone", "'Mars/Base' is no time zone")],
    "missing": [
        ("columns: [id]\n", 1, "name", "'name' is missing"),
        ("name: A\n", 1, "columns", "'columns' is missing"),
        ("name: A\ncolumns:\n  - id\n  - {title: T}\n", 4, "columns.1.key", "'key' is missing"),
        ("name: A\ncolumns:\n  - {key: a, choices: [{color: AABBCC}]}\n", 3, "columns.0.choices.0",
        "'title' is missing"),
    ],
    "shape": [
        ("name: A\ncolumns: []\n", 2, "columns", "[]: "),
        ("name: A\ncolumns:\n  - id\n  - 1 b\n", 4, "columns.1", "1 b"),
        ("name: A\ncolumns:\n  - {key: a, default: [1]}\n", 3, "columns.0.default", "[1]: "),
    ],
    "unknown": [
        ("name: A\ncolumns:\n  - {key: a, tipe: text}\n", 3, "columns.0.tipe", "mean 'type'?"),
        ("name: A\ncolumns:\n  - key: a\n    type: nubmer\n", 4, "columns.0.type", "mean 'number'?"),
        ("name: A\ncolumns:\n  - {key: a, edit: [admn]}\n", 3, "columns.0.edit.0", "mean 'admin'?"),
        ("name: A\ncolumns: [{key: b, choices: [x], depends_on: statsu}]\n", 2, "columns.0.depends_on",
        "mean 'status'?"),
        ("name: A\ncolumns:\n  - {key: t, choices: [x]}\n  - key: b\n    depends_on: t\n    choices:\n"
         "      - {title: y, parent: x}\n      - {title: z, parent: xx}\n", 8, "columns.1.choices.1.parent",
         "'xx'"),
        ("name: A\ncolumns:\n  - key: a\n    formula: mont(created)\n", 4, "columns.0.formula",
        "mean 'month'?"),
        ("name: A\ncolumns:\n  - {key: a, formula: month(creatd)}\n", 3, "columns.0.formula",
        "mean 'created'?"),
    ],
    "merge": [
        ("name: A\ncolumns:\n  - {key: a, merge: forward}\n", 3, "columns.0.merge",
        "`merge: forward` is for columns of type choice"),
        ("name: A\ncolumns:\n  - {key: status, merge: append}\n", 3, "columns.0.merge",
        "`merge: append` is for columns of type text"),
    ],
    "standard_type": [
        ("name: A\ncolumns:\n  - {key: status, type: text}\n", 3, "columns.0.type",
        "'status' is a standard column of type choice"),
    ],
    "twice": [
        ("name: A\ncolumns:\n  - {key: a, title: A}\n  - {key: a, title: B}\n", 4, "columns.1",
        "'a' stands twice"),
        ("name: A\ncolumns:\n  - {key: a, choices: [x, y, X]}\n", 3, "columns.0.choices.2",
        "'X' stands twice"),
        ("name: A\ncolumns:\n  - {key: a, choices: [{key: k, title: x}, {key: k, title: y}]}\n", 3,
        "columns.0.choices.1",
         "'y' stands twice"),
    ],
    "title_twice": [
        ("name: A\ncolumns:\n  - {key: a, title: Case no}\n  - {key: b, title: CASE NO}\n", 4, "columns.1",
         "the title 'CASE NO' is already that of column 'a'"),
        ("name: A\ncolumns:\n  - owner\n  - {key: b, title: Month}\n", 4, "columns.1",
        "the title 'Month' is already"),
    ],
    "choice_text": [
        ("name: A\ncolumns:\n  - {key: a, choices: [fine, 'what?']}\n", 3, "columns.0.choices.1",
        "'what?' may not hold"),
        ("name: A\ncolumns:\n  - {key: a, choices: ['=1+1']}\n", 3, "columns.0.choices.0", "'=1+1'"),
        ("name: A\ncolumns:\n  - {key: a, choices: [{key: '-x', title: x}]}\n", 3, "columns.0.choices.0",
        "'-x'"),
        ("name: A\ncolumns:\n  - {key: a, choices: [' x']}\n", 3, "columns.0.choices.0", "' x'"),
    ],
    "meaning": [
        ("name: A\ncolumns:\n  - key: status\n    choices:\n      - New\n      - Mystery\n", 6,
        "columns.0.choices.1",
         "say what status 'Mystery' means"),
    ],
    "formula_owner": [
        ("name: A\ncolumns:\n  - {key: a, owner: people, formula: month(created)}\n", 3, "columns.0.formula",
        "must be `formula`"),
    ],
    "formula": [("name: A\ncolumns:\n  - {key: a, formula: created + 1}\n", 3, "columns.0.formula",
    "name(column, …)")],
    "arguments": [
        ("name: A\ncolumns:\n  - {key: a, formula: 'month(created, created)'}\n", 3, "columns.0.formula",
        "month takes 1"),
    ],
    "no_matrix": [
        ("name: A\ncolumns:\n- impact\n- urgency\n- {key: priority, formula: 'matrix(impact, urgency)'}\n", 5,
        "columns.2.formula", "needs a `matrix:` section"),
    ],
    "no_choices": [("name: A\ncolumns:\n  - id\n  - {key: a, type: choice}\n", 4, "columns.1",
    "'a' needs `choices:`")],
    "default": [
        ("name: A\ncolumns:\n  - key: status\n    default: Opne\n", 4, "columns.0.default",
        "default 'Opne' does not fit"),
        ("name: A\ncolumns:\n  - {key: satisfaction, default: 9}\n", 3, "columns.0.default",
        "from 1 to 5 is expected"),
    ],
    "matrix_gap": [
        ("name: A\ncolumns: [priority, impact, urgency]\nmatrix:\n  cells:\n"
         "    high: {high: p1, medium: p2, low: p3}\n"
         "    medium: {high: p2, medium: p3, low: p3}\n    low: {high: p3, medium: p3}\n", 4, "matrix.cells",
         "no priority for low × low"),
    ],
}  # fmt: skip

CASES = [
    (words, SMALL + text, HERE + below, path, part)
    for words, cases in MISTAKES.items()
    for text, below, path, part in cases
] + [(words, *case) for words, cases in FILES.items() for case in cases]

# These are told of bytes, which a text has none of, or are half a sentence of another.
ELSEWHERE = {"not_utf8", "did_you_mean"}


def like(words: str, text: str) -> bool:
    """Whether `text` was made from these words, whatever the facts filled in."""
    parts = [re.escape(literal) for literal, *_ in string.Formatter().parse(words)]
    return re.search(".*".join(parts), text, re.DOTALL) is not None


def test_every_kind_of_complaint_has_a_file_that_makes_it() -> None:
    assert {words for words, *_ in CASES} | ELSEWHERE == set(load_locale("en").section("complaint"))


@pytest.mark.parametrize(("words", "text", "line", "path", "part"), CASES)
def test_a_mistake_is_told_once_with_its_line_its_place_and_the_near_name(
    words: str, text: str, line: int, path: str, part: str
) -> None:
    complaint = only(text)
    assert (complaint.line, complaint.path) == (line, path)
    assert part in complaint.text
    assert like(load_locale("en").text(f"complaint.{words}"), complaint.text)


# A file whose language cannot be known, or that has one already, cannot be made Chinese.
CHINESE = [case for case in CASES if case[0] != "not_a_desk" and "locale:" not in case[1]]


@pytest.mark.parametrize(("words", "text", "line", "path", "part"), CHINESE)
def test_a_chinese_desk_is_told_in_chinese(words: str, text: str, line: int, path: str, part: str) -> None:
    found = complaints(text.replace("Month", "月份") + "locale: zh\n")
    assert any(like(load_locale("zh").text(f"complaint.{words}"), complaint.text) for complaint in found)


def test_mistakes_of_different_kinds_are_all_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
name: A
zone: Mars/Base
columns:
  - {title: no key}
  - id
  - key: 2 bad
  - key: status
    choices: [New, Mystery]
  - {key: a, colour: red, type: nubmer}
ids: T
lifecycle:
  - {from: New, to: Opne}
roles:
  boss: {title: 1, sees: [ownr]}
  clerk: {}
sheets:
  - {file: a.csv, role: bos}
rules:
  - {key: r, when: status ==== New, then: clse}
"""
    found = [(complaint.line, complaint.path) for complaint in complaints(text)]
    assert found == [
        (2, "zone"),
        (4, "columns.0.key"),
        (6, "columns.2.key"),
        (8, "columns.3.choices.1"),
        (9, "columns.4.colour"),
        (9, "columns.4.type"),
        (10, "ids"),
        (12, "lifecycle.0.to.0"),
        (14, "roles.boss.sees.0"),
        (15, "roles.clerk.title"),
        (17, "sheets.0.file"),
        (17, "sheets.0.role"),
        (19, "rules.0.then.0"),
        (19, "rules.0.when"),
    ]


def test_what_stands_behind_a_broken_entry_keeps_its_own_line() -> None:
    text = SMALL + "people:\n  - {role: admin}\n  - {name: Ann}\n  - {mail: 5}\n  - {name: Bo, role: admn}\n"
    found = [(complaint.line - HERE, complaint.path) for complaint in complaints(text)]
    assert found == [(1, "people.0.name"), (3, "people.2.mail"), (3, "people.2.name"), (4, "people.3.role")]


def test_the_message_names_the_file_counts_the_mistakes_and_says_what_next() -> None:
    with pytest.raises(DeskInvalid) as caught:
        parse_desk(SMALL + "ids: T\nzone: Mars\n", "my.yaml")
    assert str(caught.value).startswith("my.yaml has 1 mistake(s); nothing was done:\n  line 15  zone: ")
    assert caught.value.say("zh").endswith("改正后运行 `sheetdesk check`。")


@pytest.mark.parametrize("text", ["a: [1\n", "a: 1\na: 2\n", "- a\n- {b: 1, b: 2}\n", "\x00"])
def test_what_is_wrong_as_yaml_is_told_and_nothing_else(text: str) -> None:
    complaint = only(text)
    assert "not YAML" in complaint.text or "stands here twice" in complaint.text


def test_a_file_that_is_not_utf_8_is_told_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_bytes("name: 工单\n".encode("gb18030"))
    with pytest.raises(DeskInvalid) as caught:
        read_desk(path)
    (complaint,) = caught.value.complaints
    assert complaint.text == "is not UTF-8 (byte 6); save it as UTF-8"
    assert complaint.line == 0
