"""What a rule may do is a fixed list of words in both languages, and every name in it is looked up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetdesk.columns.base import Choice, Column, Meaning
from sheetdesk.desk.actions import (
    VERBS,
    Action,
    ActionInvalid,
    Assign,
    Close,
    Escalate,
    Flag,
    Level,
    LinkDuplicates,
    Notify,
    Return,
    RuleWords,
    Set,
    Whom,
)
from sheetdesk.desk.condition import ConditionInvalid
from sheetdesk.desk.desk import Duration
from sheetdesk.desk.read_actions import MOST, parse_actions
from sheetdesk.desk.tokens import LONGEST, LanguageInvalid

TYPES = (Choice("network", "网络"), Choice("big_printers", "Big printers"), Choice("mail", "邮件"))
STATUS = (
    Choice("new", "新建", meaning=Meaning.NEW),
    Choice("open", "处理中", meaning=Meaning.OPEN),
    Choice("resolved", "已解决", meaning=Meaning.RESOLVED),
    Choice("closed", "已关闭", meaning=Meaning.CLOSED),
    Choice("gone", "Given up", meaning=Meaning.CANCELLED),
    Choice("odd", "Odd"),
)
COLUMNS = (
    Column("id", "Id", "ticket", owner="rules", required=True),
    Column("title", "Title", required=True, max_length=20),
    Column("notes", "Notes"),
    Column("type", "类型", "choice", choices=TYPES),
    Column("status", "状态", "choice", choices=STATUS, required=True),
    Column("month", "Month", "choice", owner="formula"),
    Column("owner", "处理人", "person"),
    Column("requester", "报修人"),
    Column("contact", "Contact"),
    Column("cost", "费用（元）", "number", minimum=0, maximum=5000),
    Column("due", "Due", "moment"),
    Column("day", "Day", "date"),
    Column("urgent", "Urgent", "flag"),
    Column("tags", "Tags", "tags"),
    Column("link", "Link", "ticket"),
)
ROLES = {"admin": "组长", "agents": "Service agents", "requester": "员工"}
WORDS = RuleWords(COLUMNS, ROLES, ("Ann Example", "Pat O'Brien", "王示例"), ("group", "Mail"))
ANYBODY = replace(WORDS, people=None, channels=None)

OWNER, REQUESTER = Whom("owner"), Whom("requester")
ADMIN, AGENTS, ANN = Whom("role", "admin"), Whom("role", "agents"), Whom("person", "Ann Example")


def hours(amount: float) -> Duration:
    return Duration(amount, "hours")


def one(text: str, words: RuleWords = WORDS) -> Action:
    (action,) = parse_actions(text, words)
    return action


def refused(text: str, words: RuleWords = WORDS) -> ActionInvalid:
    with pytest.raises(ActionInvalid) as caught:
        parse_actions(text, words)
    return caught.value


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("assign skill:type", Assign("type")), ("分配 skill:type", Assign("type")),
        ("分配 技能：类型", Assign("type")), ("assign skill: TYPE", Assign("type")),
        ("assign skill:network", Assign("skill", "network")),
        ("分配 skill:网络", Assign("skill", "network")),
        ("assign skill:Big printers", Assign("skill", "big_printers")),
        ("assign skill:'Big printers'", Assign("skill", "big_printers")),
        ("assign Ann Example", Assign("person", "Ann Example")),
        ("assign 'ann  example'", Assign("person", "Ann Example")),
        ("assign Pat O'Brien", Assign("person", "Pat O'Brien")), ("分配 王示例", Assign("person", "王示例")),
        ("assign anyone", Assign("anyone")), ("分配 任何人", Assign("anyone")),
        ("  ASSIGN anyone ", Assign("anyone")),
        ("flag overdue", Flag("overdue")), ("标记 已逾期", Flag("已逾期")),
        ("flag don't  know", Flag("don't  know")), ("flag 'a, b; c'", Flag("a, b; c")),
        ("标记 “甲，乙”", Flag("甲，乙")), ("flag \"a\" or 'b'", Flag("\"a\" or 'b'")),
        ("flag eval(1) = {x}", Flag("eval(1) = {x}")),
        ("notify owner", Notify((OWNER,))), ("通知 负责人", Notify((OWNER,))),
        ("通知 责任人", Notify((OWNER,))), ("notify 处理人 now", Notify((OWNER,), is_urgent=True)),
        ("notify admin and 组长 and owner", Notify((ADMIN, OWNER))),
        ("通知 组长 和 service agents 立即", Notify((ADMIN, AGENTS), is_urgent=True)),
        ("notify Ann Example and requester", Notify((ANN, REQUESTER))),
        ("通知 报修人 与 员工", Notify((REQUESTER, Whom("role", "requester")))),
        ("notify channel:group", Notify((Whom("channel", "group"),))),
        ("通知 频道：mail 且 “王示例”", Notify((Whom("channel", "Mail"), Whom("person", "王示例")))),
        ("notify channel: 'group' now", Notify((Whom("channel", "group"),), is_urgent=True)),
        ("escalate admin", Escalate(ADMIN)), ("升级 组长", Escalate(ADMIN)),
        ("escalate admin 2h before due", Escalate(ADMIN, Level("before", hours(2)))),
        ("escalate admin 2 h after due", Escalate(ADMIN, Level("after", hours(2)))),
        ("升级 组长 到期前 2小时", Escalate(ADMIN, Level("before", hours(2)))),
        ("升级 组长 到期前2 小时", Escalate(ADMIN, Level("before", hours(2)))),
        ("升级 组长 到期后1个工作日", Escalate(ADMIN, Level("after", Duration(1, "working days")))),
        ("escalate Ann Example at due", Escalate(ANN, Level("at"))),
        ("升级 王示例 到期时", Escalate(Whom("person", "王示例"), Level("at"))),
        ("close", Close("closed")), ("关闭", Close("closed")), ("close as 已解决", Close("resolved")),
        ("关闭 为 Given up", Close("gone")), ("close as gone", Close("gone")),
        ("return", Return()), ("退回", Return()),
        ("link duplicates", LinkDuplicates()), ("关联 重复", LinkDuplicates()),
        ("link duplicates within 7d", LinkDuplicates(Duration(7, "days"))),
        ("关联 重复 7天内", LinkDuplicates(Duration(7, "days"))),
        ("关联 重复 7 天 内", LinkDuplicates(Duration(7, "days"))),
    ],
)  # fmt: skip
def test_an_action_is_read_in_both_languages(text: str, action: Action) -> None:
    assert one(text) == action


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("set status = 处理中", "status", "open"), ("设为 状态＝open", "status", "open"),
        ("设置 类型 = Big printers", "type", "big_printers"), ("set cost = 3.5", "cost", 3.5),
        ("设为 费用(元) = “1,200”", "cost", 1200.0), ("set cost = 5000", "cost", 5000.0),
        ("set cost = 0", "cost", 0.0),
        ("set day = 2026年3月31日", "day", datetime(2026, 3, 31)),
        ("set due = 2026-03-31 14:30", "due", datetime(2026, 3, 31, 14, 30)),
        ("set due = 2026-03-31T14:30Z", "due", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
        ("set urgent = 是", "urgent", True), ("set urgent = no", "urgent", False),
        ("set title = Ann's  new laptop", "title", "Ann's  new laptop"),
        ("set title = 'a, b'", "title", "a, b"), ("set notes = ＶＰＮ =1", "notes", "ＶＰＮ =1"),
        ("set notes = 'empty'", "notes", "empty"), ("set title = xxxxxxxxxxxxxxxxxxxx", "title", "x" * 20),
        ("set tags = “a, b”", "tags", "a, b"), ("set owner = ann EXAMPLE", "owner", "Ann Example"),
        ("set link = T-00001", "link", "T-00001"),
        ("set owner = empty", "owner", None), ("设为 类型 = 空", "type", None),
        ("set due = EMPTY", "due", None), ("set notes = ''", "notes", None), ("set tags = ' '", "tags", None),
    ],
)  # fmt: skip
def test_a_cell_is_set_to_what_its_column_holds(text: str, column: str, value: object) -> None:
    assert one(text) == Set(column, value)


@pytest.mark.parametrize(("verb", "word"), [(verb, word) for verb, words in VERBS.items() for word in words])
def test_every_action_has_a_word_in_both_languages(verb: str, word: str) -> None:
    rests = {"set": "status = new", "close": "", "return": "", "link": "duplicates", "assign": "anyone"}
    rest = rests.get(verb, "owner")
    assert one(f"{word.upper()} {rest}") == one(f"{verb} {rest}")
    assert not VERBS[verb][0].startswith(VERBS[verb][1])


@pytest.mark.parametrize("sign", [";", "；", ",", "，", "、", "\n", " \r\n ", ";;\n", ", \n,"])
def test_actions_are_parted_by_commas_semicolons_and_lines(sign: str) -> None:
    assert parse_actions(f"{sign}flag 'x{sign}y'{sign}close{sign}", WORDS) == (
        Flag(f"x{sign}y".strip()),
        Close("closed"),
    )


def test_a_list_of_actions_may_have_several_in_one_text() -> None:
    assert parse_actions(["close", "return, flag x"], WORDS) == (Close("closed"), Return(), Flag("x"))


def test_an_apostrophe_parts_no_actions_and_keeps_none_together() -> None:
    assert parse_actions("flag Ann's, flag Bo's", WORDS) == (Flag("Ann's"), Flag("Bo's"))
    assert parse_actions("set notes = Ann's, flag Bo's", WORDS) == (Set("notes", "Ann's"), Flag("Bo's"))
    assert parse_actions("flag 'x, close", WORDS) == (Flag("'x"), Close("closed"))


def test_where_the_team_is_not_known_any_name_may_be_a_member_s() -> None:
    assert one("assign Zoë  Doe", ANYBODY) == Assign("person", "Zoë Doe")
    assert one("notify Zoë Doe and Bo and owner now", ANYBODY) == Notify(
        (Whom("person", "Zoë Doe"), Whom("person", "Bo"), OWNER), is_urgent=True
    )
    for level in ("at due", "2h before due", "到期前2小时", "到期后 2小时", "到期时"):
        found = one(f"escalate Zoë Doe {level}", ANYBODY)
        assert isinstance(found, Escalate)
        assert (found.whom, found.level is None) == (Whom("person", "Zoë Doe"), False)
    assert one("notify channel:any", ANYBODY) == Notify((Whom("channel", "any"),))
    assert one("set owner = Zoë", ANYBODY) == Set("owner", "Zoë")
    assert refused("assign Zoë = 3", ANYBODY).reason == "'=' does not belong here"
    assert refused("notify and Zoë", ANYBODY).reason == "nobody is called 'and'"


def test_of_names_that_mean_several_the_ticket_s_own_people_win_then_keys() -> None:
    words = RuleWords(COLUMNS, {"owner": "Ann", "ann": "Owner", "bo": "Ann"}, ("Bo", "Ann", "Cy"))
    told = one("notify owner and Ann and Bo and Cy", words)
    assert told == Notify((OWNER, Whom("role", "ann"), Whom("role", "bo"), Whom("person", "Cy")))


def test_closed_without_a_status_is_the_first_that_means_closed_or_else_resolved() -> None:
    def known(*meanings: Meaning) -> RuleWords:
        choices = tuple(Choice(meaning.value, meaning.value, meaning=meaning) for meaning in meanings)
        return RuleWords((Column("status", "Status", "choice", choices=choices),))

    assert one("close", known(Meaning.RESOLVED, Meaning.CLOSED)) == Close("closed")
    assert one("close", known(Meaning.CANCELLED, Meaning.RESOLVED)) == Close("resolved")
    none = known(Meaning.NEW, Meaning.CANCELLED)
    assert refused("close", none).reason == "no status means that a ticket is closed or resolved"
    assert refused("close as new", known(Meaning.NEW)).reason == "'new' does not end a ticket"


@pytest.mark.parametrize(
    ("text", "key"),
    [("assign anyone", "owner"), ("assign skill:type", "owner"), ("notify owner", "owner"),
     ("notify requester", "contact"), ("close", "status"), ("return", "owner"),
     ("link duplicates", "link")],
)  # fmt: skip
def test_an_action_needs_the_column_it_writes_or_reads(text: str, key: str) -> None:
    words = replace(WORDS, columns=(Column("id", "Id"),))
    assert refused(text, words).reason == f"the tickets have no column '{key}', which this needs"
    words = replace(WORDS, columns=(Column("owner", "Owner", "person"),))
    assert refused("assign skill:type", words).reason.startswith("the tickets have no column 'type'")
    assert refused("assign Nobody", words).reason == "nobody is called 'Nobody'"


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "an action is expected here"), (" ;\n", 3, "an action is expected here"),
        ("clsoe", 0, "'clsoe' is no action, did you mean 'close'?"),
        ("close; eval x", 7, "'eval' is no action"),
        ("通知组长", 0, "write a blank after '通知'"),
        ("notify owner、组长", 13, "'组长' is no action; join people with `and`"),
        ("close, 组长", 7, "'组长' is no action"),
        ("assign", 6, "to whom? write `skill:type`, `anyone` or a name"),
        ("assign =", 7, "to whom? write `skill:type`, `anyone` or a name"),
        ("assign Anne Example", 7, "nobody is called 'Anne', did you mean 'anyone'?"),
        ("assign network", 7, "nobody is called 'network', did you mean 'skill:network'?"),
        ("assign skill:", 13, "which skill? write `skill:type` for that of the ticket's type"),
        ("分配 技能：网洛", 6, "'网洛' is not a value of 'type', did you mean '网络'?"),
        ("assign anyone else", 14, "'else' does not belong here"),
        ("set", 3, "a column is expected here"), ("set = 3", 4, "a column is expected here"),
        ("set statsu = new", 4, "no column 'statsu', did you mean 'status'?"),
        ("set zzz = 1", 4, "no column 'zzz'"),
        ("set status", 10, "`=` and a value are expected here, as in `set column = value`"),
        ("设为 状态 > 3", 6, "`=` and a value are expected here, as in `设为 column = value`"),
        ("set status =", 12, "a value is expected here; `empty` clears the cell"),
        ("set id = T-1", 4, "'id' is worked out and cannot be set"),
        ("set Month = 1", 4, "'month' is worked out and cannot be set"),
        ("set status = opne", 13, "'opne' is not a value of 'status', did you mean 'open'?"),
        ("set title = empty", 12, "'title' must not be empty"),
        ("set title = ''", 12, "'title' must not be empty"),
        ("set title = " + "x" * 21, 12, "'title' holds at most 20 characters"),
        ("set cost = much", 11, "'much' is not a number, and 'cost' holds numbers"),
        ("set cost = -1", 11, "'cost' is at least 0"), ("set cost = 5001", 11, "'cost' is at most 5000"),
        ("set cost = 1,200", 13, "'200' is no action"),
        ("set due = soon", 10, "'soon' is not a date; write 2026-03-31"),
        ("set urgent = perhaps", 13, "'perhaps' is neither yes nor no"),
        ("set owner = me", 12, "nobody is 'me' in a rule; name a person"),
        ("set owner = Anne Example", 12, "nobody is called 'Anne Example', did you mean 'Ann Example'?"),
        ("set notes = a \"b", 14, "cannot be read from here"),
        ("flag", 4, "what is it marked with? write `flag overdue`"),
        ("flag ''", 6, "what is it marked with?"),
        ("notify", 6, "whom? write `owner`, a role or a name"), ("notify (owner)", 7, "whom? write"),
        ("notify admni", 7, "nobody is called 'admni', did you mean 'admin'?"),
        ("notify owner and", 16, "whom? write `owner`, a role or a name"),
        ("notify owner admin", 13, "'admin' does not belong here; join people with `and`, `now` comes last"),
        ("notify owner now and admin", 17, "'and' does not belong here; join people"),
        ("notify 'now'", 7, "nobody is called 'now'"),
        ("notify channel:", 15, "which channel? write `channel:` and its key"),
        ("notify channel:=", 15, "which channel? write `channel:` and its key"),
        ("通知 频道：grup", 6, "no channel 'grup', did you mean 'group'?"),
        ("escalate", 8, "whom? write `owner`, a role or a name"),
        ("escalate admin soon", 15,
        "'soon' does not belong here; say when, as in `2h before due` or `at due`"),
        ("escalate admin and owner", 15, "'and' does not belong here; say when"),
        ("escalate admin 2h", 17, "`before due` or `after due` is expected here"),
        ("escalate admin 2h before", 24, "`due` is expected here"),
        ("escalate admin 2h after lunch", 24, "`due` is expected here"),
        ("escalate admin at", 17, "`due` is expected here"),
        ("escalate admin 2x before due", 15,
        "'2x' is no length of time; write 30m, 2h, 1d or 1wd (working days)"),
        ("escalate admin 2", 15, "'2' is no length of time"), ("升级 组长 到期前", 9, "write 30m, 2h, 1d"),
        ("escalate admin 0h before due", 15, "'0h' is not more than nothing and at most ten years"),
        ("escalate admin " + "9" * 400 + "h before due", 15, "at most ten years"),
        ("escalate admin at due 3h", 22, "'3h' does not belong here"),
        ("close as", 8, "a status is expected here"), ("close done", 6, "'done' does not belong here"),
        ("close as 处理中", 9, "'open' does not end a ticket; these do: resolved, closed, gone"),
        ("close as odd", 9, "'odd' does not end a ticket"),
        ("关闭 为 已关毕", 5, "'已关毕' is not a value of 'status', did you mean '已关闭'?"),
        ("return it", 7, "'it' does not belong here"),
        ("link", 4, "`duplicates` is expected here, as in `link duplicates`"),
        ("link tickets", 5, "`duplicates` is expected here"), ("link duplicates within", 22, "write 30m, 2h"),
        ("link duplicates soon", 16, "'soon' is no length of time"),
        ("flag a\0b", 6, "no cell can hold this character"),
    ],
)  # fmt: skip
def test_what_is_no_action_says_where_and_why(text: str, position: int, reason: str) -> None:
    error = refused(text)
    assert error.position == position
    assert reason in error.reason
    assert error.text == text


def test_the_whole_complaint_has_the_text_and_a_caret() -> None:
    assert str(refused("标记 “逾期”；通知 组张")) == (
        "nobody is called '组张', did you mean '组长'?\n    标记 “逾期”；通知 组张\n                      ^"
    )
    assert str(refused("set cost = 1\nnotify owner admin")) == (
        "'admin' does not belong here; join people with `and`, `now` comes last\n"
        "    set cost = 1 notify owner admin\n"
        "                              ^"
    )


def test_there_is_one_error_for_the_whole_language() -> None:
    assert ActionInvalid is ConditionInvalid is LanguageInvalid
    assert issubclass(LanguageInvalid, ValueError)


def test_there_are_only_so_many_actions_and_only_so_long_ones() -> None:
    assert len(parse_actions("return;" * MOST, WORDS)) == MOST
    assert len(parse_actions(["return"] * MOST, WORDS)) == MOST
    assert refused("return;" * (MOST + 1)).reason == f"more than {MOST} actions"
    assert refused("return;" * (MOST + 1)).position == 7 * MOST
    with pytest.raises(ActionInvalid, match=f"more than {MOST} actions"):
        parse_actions(["return"] * (MOST + 1), WORDS)
    assert one("flag " + "x" * (LONGEST - 5)) == Flag("x" * (LONGEST - 5))
    with pytest.raises(ActionInvalid, match=f"longer than {LONGEST} characters"):
        one("flag " + "x" * (LONGEST - 4))


def test_no_actions_are_no_rule() -> None:
    for nothing in ([], [""], ["close", " "]):
        with pytest.raises(ActionInvalid, match="an action is expected here"):
            parse_actions(nothing, WORDS)


@pytest.mark.parametrize(
    "word", ["__import__('os')", "os.system", "exec", "lambda:", "{flag}", "=1+1", "@set"]
)
def test_there_is_nothing_to_call(word: Any) -> None:
    assert isinstance(refused(f"{word} x"), ActionInvalid)
