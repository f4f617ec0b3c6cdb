"""Conditions are read in both languages, and what cannot be read says where and what is near."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Choice, Column
from sheetdesk.desk.condition import (
    DEEPEST,
    ME,
    All,
    Any_,
    Condition,
    ConditionInvalid,
    Not,
    parse_condition,
    speaks_of_me,
)
from sheetdesk.desk.condition import Test as Comparison
from sheetdesk.desk.tokens import LONGEST

PRIORITY = (Choice("p1", "P1 紧急"), Choice("p2", "P2（高）", was=("Old High",)), Choice("p3", "P3 low"))
STATUS = (Choice("new", "新建"), Choice("open", "处理中"), Choice("done", "Done, really"))
COLUMNS = (
    Column("status", "状态", "choice", choices=STATUS),
    Column("priority", "优先级", "choice", choices=PRIORITY),
    Column("free", "Free list", "choice"),
    Column("owner", "责任人", "person"),
    Column("title", "Title"),
    Column("hours", "解决用时（小时）", "number"),
    Column("created", "Created at", "moment"),
    Column("day", "Day", "date"),
    Column("active", "In use", "flag"),
    Column("tags", "Tags", "tags"),
    Column("severity", "Priority", "number"),
    Column("level", "status"),
)


def parsed(text: str) -> Condition:
    return parse_condition(text, COLUMNS)


def refused(text: str) -> ConditionInvalid:
    with pytest.raises(ConditionInvalid) as caught:
        parsed(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "sign"),
    [("=", "="), ("==", "="), ("!=", "!="), ("<>", "!="), ("≠", "!="), ("<", "<"), ("<=", "<="), ("≤", "<="),
    (">", ">"),
     (">=", ">="), ("≥", ">="), ("＝", "="), ("＞＝", ">="), ("！＝", "!="), ("＜", "<")],
)  # fmt: skip
def test_every_sign_may_be_written_in_several_ways(text: str, sign: str) -> None:
    assert parsed(f"hours {text} 3") == parsed(f"hours{text}3") == Comparison("hours", sign, 3.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("status = new and priority = p1", "状态 = 新建 且 优先级 = p1"),
        ("status = new and priority = p1", "状态＝“新建” 并且 优先级＝“P1 紧急”"),
        ("status = new or owner = me", "状态 = 新建 或 责任人 = 我"),
        ("status = new or owner = me", "状态 = 新建 或者 责任人 = 我"),
        ("not status = new", "非 状态 = 新建"),
        ("status in (new, open)", "状态 属于 （新建、处理中）"),
        ("status not in (new, open)", "状态 不属于 (新建，处理中)"),
        ("title contains vpn", "Title 包含 vpn"),
        ("title not contains vpn", "Title 不包含 vpn"),
        ("owner is empty", "责任人 为空"),
        ("owner is not empty", "责任人 不为空"),
        ("owner is not empty", "责任人 非空"),
        ("hours > 3", "'解决用时（小时）' > 3"),
        ("owner = me and (priority >= p2 or status in (new, open))",
        "owner = me and (priority >= 「P2（高）」 or 状态 属于 (新建, 处理中))"),
    ],
)  # fmt: skip
def test_chinese_says_what_english_says(english: str, chinese: str) -> None:
    assert parsed(chinese) == parsed(english)


def test_and_binds_closer_than_or_and_not_closest() -> None:
    new, p1, mine = parsed("status = new"), parsed("priority = p1"), parsed("owner = me")
    assert parsed("status = new or priority = p1 and not owner = me") == Any_((new, All((p1, Not(mine)))))
    assert parsed("(status = new or priority = p1) and owner = me") == All((Any_((new, p1)), mine))
    assert parsed("not not status = new") == new
    assert parsed("NOT (status = new AND priority = p1)") == Not(All((new, p1)))


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("status = NEW", "status", "new"), ("status = 新建", "status", "new"),
        ("status = 'Done, really'", "status", "done"),
        ("priority = “P2（高）”", "priority", "p2"), ("priority = 「p2(高)」", "priority", "p2"),
        ("priority = 'old HIGH'", "priority", "p2"), ("free = whatever", "free", "whatever"),
        ("title = ＶＰＮ", "title", "ＶＰＮ"), ("title = 'a (b)'", "title", "a (b)"),
        ('title = "=1+1"', "title", "=1+1"),
        ("owner = 'Ann  Example'", "owner", "Ann Example"), ("owner = 'me'", "owner", "me"),
        ("owner = me", "owner", ME),
        ("owner = 我", "owner", ME), ("hours = 1", "hours", 1.0), ("hours = '1,234.5'", "hours", 1234.5),
        ("hours = 75%", "hours", 0.75), ("created >= 2026-03-31", "created", datetime(2026, 3, 31)),
        ("created >= '2026-03-31 14:30'", "created", datetime(2026, 3, 31, 14, 30)),
        ("created >= 2026-03-31T14:30Z", "created", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
        ("day = 2026年3月31日", "day", datetime(2026, 3, 31)), ("active = yes", "active", True),
        ("active = 否", "active", False),
        ("Created at = 2026-03-31", "created", datetime(2026, 3, 31)), ("free list = x", "free", "x"),
        ("'Free list' = x", "free", "x"), ("tags = ＶＰＮ", "tags", "VPN"),
    ],
)  # fmt: skip
def test_a_value_is_understood_as_its_column_is(text: str, column: str, value: object) -> None:
    found = parsed(text)
    assert isinstance(found, Comparison)
    assert (found.column, found.value) == (column, value)


def test_a_key_wins_over_another_column_s_title() -> None:
    assert parsed("priority = p1") == Comparison("priority", "=", "p1")
    assert parsed("status = new") == Comparison("status", "=", "new")


@pytest.mark.parametrize("ask", ["owner = me", "not owner in (x, me)", "status = new or owner != 我"])
def test_it_is_known_whether_a_condition_depends_on_who_looks(ask: str) -> None:
    assert speaks_of_me(parsed(ask))


def test_most_conditions_do_not_depend_on_who_looks() -> None:
    assert not speaks_of_me(None)
    assert not speaks_of_me(parsed("owner = 'me' and (hours in (1, 2) or not title contains me)"))


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "a column is expected here"),
        ("   ", 3, "a column is expected here"),
        ("status", 6, "must follow 'status'"),
        ("status = ", 9, "a text is expected here"),
        ("status = (", 9, "a text is expected here"),
        ("= new", 0, "a column is expected here"),
        ("ownr = me", 0, "no column 'ownr', did you mean 'owner'?"),
        ("zzz = 1", 0, "no column 'zzz'"),
        ("status = opne", 9, "'opne' is not a value of 'status', did you mean 'open'?"),
        ("status = zzz", 9, "'zzz' is not a value of 'status'"),
        ("status new", 7, "'new' is no test"),
        ("status = new priority = p1", 13, "'priority' does not belong here; join with `and` or `or`"),
        ("(status = new", 13, "a closing bracket is missing"),
        ("status = new)", 12, "')' does not belong here"),
        ("status in new", 10, "a list in brackets is expected"),
        ("status in (new", 14, "a closing bracket is missing"),
        ("status in (new open)", 15, "a closing bracket is missing"),
        ("status in ()", 11, "a text is expected here"),
        ("status not = new", 11, "a list in brackets is expected"),
        ("owner is me", 9, "only `is empty` and `is not empty` follow `is`"),
        ("owner >= me", 6, "'owner' has no order"),
        ("active > yes", 7, "'active' has no order"),
        ("active = perhaps", 9, "'perhaps' is neither yes nor no"),
        ("hours > soon", 8, "'soon' is not a number"),
        ("created > soon", 10, "'soon' is not a date; write 2026-03-31"),
        ("created > 03/04/2026", 10, "is not a date"),
        ("created > 1850-01-01", 10, "is not a date"),
        ("day = 2026-03-31T00:00Z", 6, "is not a date"),
        ("status = new and", 16, "a column is expected here"),
        ("status = 'new", 9, "cannot be read from here"),
        ("status !  new", 7, "cannot be read from here"),
        ("状态 = 处里中", 5, "'处里中' is not a value of 'status', did you mean '处理中'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where_and_why(text: str, position: int, reason: str) -> None:
    error = refused(text)
    assert error.position == position
    assert reason in error.reason
    assert (error.text, str(error).splitlines()[1]) == (text, f"    {text}")


def test_the_caret_stands_below_the_place_where_characters_are_wide() -> None:
    assert str(refused("状态 = 处里中")).splitlines()[2] == "    " + " " * 7 + "^"
    assert str(refused("status = zzz")).splitlines()[2] == "    " + " " * 9 + "^"


def test_a_condition_on_several_lines_is_shown_on_one() -> None:
    assert str(refused("status = new\nand\tzzz = 1")).splitlines()[1:] == [
        "    status = new and zzz = 1",
        "    " + " " * 17 + "^",
    ]


def test_brackets_nest_only_so_deep() -> None:
    def nested(levels: int) -> str:
        return "(" * levels + "status = new" + ")" * levels

    assert parsed(nested(DEEPEST - 1)) == parsed("status = new")
    assert "levels deep" in refused(nested(DEEPEST)).reason
    assert "levels deep" in refused("(" * 900).reason
    assert parsed(" and ".join([nested(DEEPEST - 1)] * 20)) == All((parsed("status = new"),) * 20)


def test_a_condition_is_only_so_long() -> None:
    assert parsed("title = " + "x" * (LONGEST - 8))
    assert "longer than" in refused("title = " + "x" * (LONGEST - 7)).reason


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('ls')", "status = new; drop table tickets", "@status.__class__", "lambda: 1",
    "{status}",
     "`id`", "status == status.__init__", "exec(1)", "hours > 1 + 1", "title.str.contains('x')"],
)  # fmt: skip
def test_a_condition_has_nothing_to_call(text: str) -> None:
    assert isinstance(refused(text), ValueError)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=40)
    | st.lists(
        st.sampled_from(["status", "状态", "owner", "hours", "=", ">=", "in", "(", ")", ",", "not", "and",
        "或", "new", "me",
                         "is", "empty", "3", "'x'", "“", "contains", "＝", "不", "、"]),
        max_size=10,
    ).map(" ".join)
)  # fmt: skip
def test_any_text_is_a_condition_or_refused_with_its_place(text: str) -> None:
    try:
        found: Any = parsed(text)
    except ConditionInvalid as error:
        found = error
    if isinstance(found, ConditionInvalid):
        assert 0 <= found.position <= len(text)
        assert str(found).endswith("^")
    else:
        assert isinstance(found, Comparison | All | Any_ | Not)
