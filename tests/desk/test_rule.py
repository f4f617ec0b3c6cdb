"""A rule says when, for how long and what then, in one text or two; nothing breaks the one who reads it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.desk.actions import Assign, Close, Flag, Notify, RuleWords, Whom
from sheetdesk.desk.condition import Condition, parse_condition
from sheetdesk.desk.desk import Duration
from sheetdesk.desk.read_actions import parse_actions
from sheetdesk.desk.rule import RuleSpec, parse_rule, parse_rule_line, parse_when, rule_words
from sheetdesk.desk.template import parse_desk, read_template, templates
from sheetdesk.desk.tokens import LONGEST, LanguageInvalid
from tests.desk import small
from tests.desk.test_actions import ANYBODY, COLUMNS, WORDS

STALE = "status = open and owner is empty"


def refused(read: Callable[[], Any]) -> LanguageInvalid:
    with pytest.raises(LanguageInvalid) as caught:
        read()
    return caught.value


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("for 30m", 30, "minutes"), ("for 2 h", 2, "hours"), ("FOR 1.5D", 1.5, "days"),
        ("for 3wd", 3, "working days"), ("for 30分钟", 30, "minutes"), ("持续 30分钟", 30, "minutes"),
        ("持续30 分钟", 30, "minutes"), ("达 2小时", 2, "hours"), ("达２小时", 2, "hours"),
        ("持续 1 天", 1, "days"), ("持续 2个工作日", 2, "working days"), ("for30m", 30, "minutes"),
        ("持续 3 工作日", 3, "working days"), ("for 3660d", 3660, "days"),
    ],
)  # fmt: skip
def test_a_condition_may_have_to_hold_for_a_time(text: str, amount: float, unit: Any) -> None:
    assert parse_when(f"{STALE} {text}", WORDS) == (
        parse_condition(STALE, COLUMNS), Duration(amount, unit)
    )  # fmt: skip


def test_without_a_time_a_rule_acts_at_once() -> None:
    assert parse_when(STALE, WORDS) == (parse_condition(STALE, COLUMNS), None)
    assert parse_when("notes = for", WORDS)[1] is None
    assert parse_when("notes contains 持续", WORDS)[1] is None


@pytest.mark.parametrize(
    "text",
    [
        "when status = open and 处理人 为空 for 30m then assign skill:network, notify 组长",
        "  WHEN status = open and owner is empty FOR 30 m THEN assign skill:network; notify admin",
        "当 状态 = 处理中 且 owner 为空 持续 30分钟 则 分配 skill:网络、通知 组长",
        "当 状态＝处理中 且 处理人 为空 持续30分钟，则 分配 技能：网络，通知 组长",
        "如果 状态 = 处理中 并且 处理人 为空 达 30分钟、那么 分配 skill:网络\n通知 组长",
        "if status = 处理中\nand owner is empty for 30m\nthen\n  assign skill:network\n  notify admin\n",
    ],
)
def test_a_rule_in_one_text_is_that_of_two(text: str) -> None:
    two = parse_rule(f"{STALE} for 30m", ["assign skill:network", "notify admin"], WORDS)
    assert parse_rule_line(text, WORDS) == two
    assert two == RuleSpec(
        parse_condition(STALE, COLUMNS),
        Duration(30, "minutes"),
        (Assign("skill", "network"), Notify((Whom("role", "admin"),))),
    )


def test_a_word_in_quotes_is_no_word_of_the_rule() -> None:
    found = parse_rule_line("when notes = 'then' then flag 'when, then', close", WORDS)
    assert found.when == parse_condition("notes = 'then'", COLUMNS)
    assert found.actions == (Flag("when, then"), Close("closed"))
    assert parse_rule_line("when notes = x then flag Ann's, flag don't", WORDS).actions == (
        Flag("Ann's"),
        Flag("don't"),
    )


def test_a_title_with_brackets_needs_no_quotes() -> None:
    assert parse_when("费用（元） > 100 且 (费用(元) < 200)", WORDS)[0] == parse_condition(
        "cost > 100 and cost < 200", COLUMNS
    )


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "a column is expected here"), ("for 30m", 0, "no column 'for'"),
        ("owner = me", 8, "nobody is 'me' in a rule; name a person"),
        ("处理人 属于 (王示例、我)", 12, "nobody is '我' in a rule; name a person"),
        (f"{STALE} for", 36, "write 30m, 2h, 1d or 1wd (working days)"),
        (f"{STALE} for soon", 37, "'soon' is no length of time; write 30m, 2h, 1d or 1wd (working days)"),
        (f"{STALE} for '30m'", 37, "write 30m, 2h, 1d or 1wd (working days)"),
        (f"{STALE} for 30", 37, "'30' is no length of time; write 30m, 2h, 1d or 1wd (working days)"),
        (f"{STALE} for 0m", 37, "'0m' is not more than nothing and at most ten years"),
        (f"{STALE} for 3661d", 37, "'3661d' is not more than nothing and at most ten years"),
        (f"{STALE} for 1.5wd", 37, "'1.5wd' is no whole number of working days"),
        (f"{STALE} for -1h", 37, "'-1h' is no length of time; write 30m, 2h, 1d or 1wd (working days)"),
        (f"{STALE} for 1h or status = new", 40, "'or' does not belong here; the time comes last"),
        (f"({STALE} for 1h)", 34, "a closing bracket is missing"),
        (f"{STALE} status", 33, "'status' does not belong here; join with `and` or `or`"),
        ("持续30分钟", 0, "no column '持续30分钟'"),
        ("status = \ud800", 9, "no cell can hold this character"),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_wait_for_says_where_and_why(text: str, position: int, reason: str) -> None:
    error = refused(lambda: parse_when(text, WORDS))
    assert (error.position, error.reason, error.text) == (position, reason, text)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "`then` and an action are expected here"),
        ("when", 4, "`then` and an action are expected here"),
        (f"{STALE} then close", 0, "a rule starts with `when`"),
        ("'when' x then close", 0, "a rule starts with `when`"),
        ("when then close", 5, "a column is expected here"),
        ("when , then close", 7, "a column is expected here"),
        ("when status then close", 12, "a test such as `= …` or `is empty` must follow 'status'"),
        ("when status = open, close", 25, "`then` and an action are expected here"),
        ("when status = open then", 23, "an action is expected here"),
        ("when status = open then ;", 25, "an action is expected here"),
        ("when status = open then clsoe", 24, "'clsoe' is no action, did you mean 'close'?"),
        ("when status = 'open then close", 14, "cannot be read from here"),
        ("when status = open for 1x then close", 23,
        "'1x' is no length of time; write 30m, 2h, 1d or 1wd (working days)"),
    ],
)  # fmt: skip
def test_a_rule_in_one_text_says_what_is_wrong_with_it(text: str, position: int, reason: str) -> None:
    error = refused(lambda: parse_rule_line(text, WORDS))
    assert (error.position, error.reason, error.text) == (position, reason, text)


def test_the_caret_stands_below_the_character_where_signs_are_wide() -> None:
    wide = refused(lambda: parse_rule_line("当 状态＝处理中 则 通知 组张，关闭", WORDS))
    assert str(wide) == (
        "nobody is called '组张', did you mean '组长'?\n"
        "    当 状态＝处理中 则 通知 组张，关闭\n"
        "                            ^"
    )


def test_what_has_no_width_moves_no_caret_and_turns_no_line() -> None:
    error = refused(lambda: parse_when("notes = e\u0301\u202e\u200b and zzz = 1", WORDS))
    assert str(error) == "no column 'zzz'\n    notes = e\u0301 and zzz = 1\n                  ^"
    error = refused(lambda: parse_when("notes = \ud800\n", WORDS))
    assert str(error) == "no cell can hold this character\n    notes = � \n            ^"
    error = refused(lambda: parse_when("notes\u2028= a\tzzz", WORDS))
    assert str(error).splitlines()[1] == "    notes = a zzz"


def test_which_text_of_two_is_wrong_is_said() -> None:
    assert refused(lambda: parse_rule("zzz = 1", "close", WORDS)).text == "zzz = 1"
    assert refused(lambda: parse_rule(STALE, ["close", "clsoe"], WORDS)).text == "clsoe"


def test_a_rule_is_only_so_long() -> None:
    assert (
        refused(lambda: parse_when("notes = " + "x" * LONGEST, WORDS)).reason == "longer than 2000 characters"
    )
    assert parse_rule_line("when notes = " + "x" * 3000 + " then close", WORDS)
    assert "longer than 4000" in refused(lambda: parse_rule_line("when " * LONGEST, WORDS)).reason


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_rule_that_ships_is_understood_in_its_desk(name: str) -> None:
    desk = parse_desk(read_template(name))
    words = rule_words(desk, [person.name for person in desk.people], [])
    assert desk.rules
    for rule in desk.rules:
        found = parse_rule(rule.when, rule.then, words)
        assert len(found.actions) == len(rule.then)
        line = f"when {rule.when} then {', '.join(rule.then)}"
        assert parse_rule_line(line, words) == found


def test_a_desk_file_s_rules_know_its_roles_and_its_people() -> None:
    more = (
        "roles:\n  admin: {title: Head of desk, may: [approve]}\n"
        "people:\n  - {name: Ann, role: admin}\n"
        "rules:\n  - key: r\n    when: owner is empty for 2h\n"
        "    then: 'assign skill:Hardware; escalate Head of desk 2h before due, notify Ann now'\n"
    )
    desk = small(more)
    assert parse_rule(desk.rules[0].when, desk.rules[0].then, rule_words(desk, ["Ann"])).lasting == Duration(
        2, "hours"
    )


# Any text at all is understood or refused at a place of it, and soon.

PIECES = [
    "when", "then", "如果", "那么", "当", "则", "status", "状态", "owner", "费用（元）", "=", ">=",
    "in", "(", ")", "and", "或", "new", "is", "empty", "为空", "for", "持续", "30m", "2小时", "assign",
    "分配", "skill:", "skill:type", "技能：网络", "notify", "通知", "组长", "admin", "now", "立即",
    "channel:", "channel:group", "escalate", "before", "due", "到期前", "到期前2小时", "at", "close",
    "as", "关闭", "为", "link", "duplicates", "within", "7d", "7天内", "set", "设为", "flag", "标记",
    ",", "、", ";", "；", "\n", "'", '"', "“", "”", "「", "not", "me", "Ann Example", "\u202e",
    "\u200f", "e\u0301", "\0", "\ud800", "Ann's", "9" * 60, "1e400", "ﷺ", "ǅ", "İ", "\x1c", "\u3000",
    "ß",
]  # fmt: skip
HOSTILE = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.lists(
    st.sampled_from(PIECES), max_size=14
).map("".join) | st.text(st.characters(), max_size=60)  # fmt: skip
VALID = [
    "when status = open and 处理人 为空 for 30m then assign skill:network, notify 组长 and owner now",
    "如果 状态 属于 (新建、处理中) 达2小时，那么 升级 王示例 到期前 2小时；标记 “甲，乙”、关闭 为 已解决",
    "when not (cost > 3 or title contains 'vpn') then set title = Ann's laptop; link duplicates within 7d",
    "当 due >= 2026-03-31 则 设为 费用（元） = 3\n退回\n通知 频道：group 立即\n关联 重复 7天内",
]


def mutated(text: str, steps: list[tuple[int, int, str]]) -> str:
    for place, gone, piece in steps:
        place %= len(text) + 1
        text = text[:place] + piece + text[place + gone :]
    return text


MUTANTS = st.builds(
    mutated,
    st.sampled_from(VALID),
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 6), st.sampled_from(PIECES) | st.text(max_size=2)),
        min_size=1, max_size=3,
    ),
)  # fmt: skip


def check(read: Callable[[], Any], text: str) -> None:
    error = None
    try:
        assert read()
    except LanguageInvalid as caught:
        error = caught
    if error is not None:
        assert 0 <= error.position <= len(error.text)
        assert text.startswith(error.text)
        reason, shown, caret = str(error).rsplit("\n", 2)
        assert (reason, caret.strip()) == (error.reason, "^")
        (shown + caret).encode()


@pytest.mark.parametrize("text", VALID)
def test_what_is_changed_below_is_valid_as_it_is(text: str) -> None:
    assert parse_rule_line(text, WORDS)


@pytest.mark.parametrize("words", [WORDS, ANYBODY, RuleWords(())])
@settings(max_examples=300, deadline=1000)
@given(text=HOSTILE | MUTANTS)
def test_any_text_is_a_rule_or_refused_at_its_place(words: RuleWords, text: str) -> None:
    check(lambda: parse_rule_line(text, words), text)
    check(lambda: parse_actions(text, words), text)
    check(lambda: parse_when(text, words), text)
    check(lambda: parse_actions(f"set title = {text}", words), f"set title = {text}")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1999, "not " * 499, "status = new and " * 117, "“" * 1999, "'" * 1999, "\"'“「" * 499,
        "a'b" * 666, "a'" * 999, ";" * 1999, "flag x;" * 285, "9" * 1999, "status " * 285,
        "notify " + "owner and " * 199,
        "a b " * 499, "=" * 1999, "\u0301" * 1999, "ﷺ" * 1999, "status in (" + "new," * 400, "e" * 1999,
        "set title = " + "'a' " * 480, "notify channel:" + "x" * 1900, "x'" + "y" * 1990, "持续" * 999,
        "(not (" * 333, "'then' " * 285, "when " * 399, "skill:" * 333,
    ],
)  # fmt: skip
def test_a_hostile_text_is_refused_soon(text: str) -> None:
    begin = time.process_time()
    for read in (parse_rule_line, parse_when, parse_actions):
        check(lambda read=read: read(text, WORDS), text)  # type: ignore[misc]
        line = f"when {text} then {text}"[:LONGEST]
        check(lambda read=read, line=line: read(line, WORDS), line)  # type: ignore[misc]
    # Seconds would be a growth by powers; the slowest is at some milliseconds.
    assert time.process_time() - begin < 2


def test_conditions_are_values() -> None:
    found: Condition = parse_when(STALE, WORDS)[0]
    assert hash(found) == hash(parse_when(STALE, WORDS)[0])
