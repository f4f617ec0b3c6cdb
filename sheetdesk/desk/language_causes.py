"""What is wrong with a condition or an action where more than one place says so, in both languages."""

from __future__ import annotations

from sheetdesk.errors import Cause

__all__ = [
    "DUE_EXPECTED", "ESCALATE_HOW", "JOINED", "NOTIFY_HOW", "NO_ACTION_YET", "NO_END", "PEOPLE_JOINED",
    "SIDE_EXPECTED", "STATUS_EXPECTED", "TIME_LAST", "TO_WHOM", "UNCLOSED", "VALUE_EXPECTED", "WHICH_MARK",
    "WHICH_SKILL", "at_least", "at_most",
    "duplicates_expected", "glued", "no_action", "no_ending", "no_longer",
    "nobody_called", "sign_expected", "worked_out",
]  # fmt: skip

JOINED = Cause("; join with `and` or `or`", "；请用 `且` 或 `或` 连接")
TIME_LAST = Cause("; the time comes last", "；时长应在最后")
PEOPLE_JOINED = Cause("; join people with `and`", "；多人请用 `和` 连接")
NOTIFY_HOW = Cause("; join people with `and`, `now` comes last", "；多人请用 `和` 连接，`立即` 写在最后")
ESCALATE_HOW = Cause(
    "; say when, as in `2h before due` or `at due`", "；请写明时间，例如 `到期前 2h` 或 `到期时`"
)
UNCLOSED = Cause("a closing bracket is missing", "缺少右括号")
NO_ACTION_YET = Cause("an action is expected here", "此处应为动作")
WHICH_MARK = Cause("what is it marked with? write `flag overdue`", "标记什么？请写 `标记 逾期`")
WHICH_SKILL = Cause(
    "which skill? write `skill:type` for that of the ticket's type",
    "哪项技能？请写 `技能:类型`，即工单类型所需的技能",
)
TO_WHOM = Cause(
    "to whom? write `skill:type`, `anyone` or a name", "分配给谁？请写 `技能:类型`、`任何人` 或姓名"
)
SIDE_EXPECTED = Cause("`before due` or `after due` is expected here", "此处应为 `到期前` 或 `到期后`")
DUE_EXPECTED = Cause("`due` is expected here", "此处应为 `due`")
STATUS_EXPECTED = Cause("a status is expected here", "此处应为状态")
VALUE_EXPECTED = Cause("a value is expected here; `empty` clears the cell", "此处应为值；`空` 表示清空单元格")
NO_END = Cause("no status means that a ticket is closed or resolved", "没有任何状态表示工单已关闭或已解决")


def no_action(word: str, like: str | None) -> Cause:
    """`like` is the action that was likely meant."""
    if like:
        return Cause(
            f"'{word}' is no action, did you mean '{like}'?", f"“{word}”不是动作，是否想写“{like}”？"
        )
    return Cause(f"'{word}' is no action", f"“{word}”不是动作")


def glued(verb: str) -> Cause:
    return Cause(f"write a blank after '{verb}'", f"请在“{verb}”后加空格")


def sign_expected(verb: str) -> Cause:
    return Cause(
        f"`=` and a value are expected here, as in `{verb} column = value`",
        f"此处应为 `=` 和值，例如 `{verb} 列 = 值`",
    )


def no_ending(status: str, ends: str) -> Cause:
    """`ends` are the statuses that would do, if any."""
    if ends:
        return Cause(
            f"'{status}' does not end a ticket; these do: {ends}", f"“{status}”不会结束工单；可用：{ends}"
        )
    return Cause(f"'{status}' does not end a ticket", f"“{status}”不会结束工单")


def duplicates_expected(verb: str) -> Cause:
    return Cause(
        f"`duplicates` is expected here, as in `{verb} duplicates`", f"此处应为 `重复`，例如 `{verb} 重复`"
    )


def at_least(column: str, least: str) -> Cause:
    return Cause(f"'{column}' is at least {least}", f"“{column}”不小于 {least}")


def at_most(column: str, most: str) -> Cause:
    return Cause(f"'{column}' is at most {most}", f"“{column}”不大于 {most}")


def no_longer(column: str, most: int) -> Cause:
    return Cause(f"'{column}' holds at most {most} characters", f"“{column}”最多 {most} 个字符")


def worked_out(column: str) -> Cause:
    return Cause(f"'{column}' is worked out and cannot be set", f"“{column}”由公式计算，不能设置")


def nobody_called(name: str) -> Cause:
    return Cause(f"nobody is called '{name}'", f"没有名为“{name}”的人")
