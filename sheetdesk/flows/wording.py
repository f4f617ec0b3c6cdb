"""The words of a notice: title and text in the desk's language, or as `messages.toml` beside the desk says.

A text may name any column of the ticket in braces, and `{rule}`, `{ticket}`, `{desk}`, `{why}`, `{level}`,
`{text}`; of a sheet in trouble `{sheet}`, `{since}`, `{count}`, `{why}`. Only these are filled in: nothing
else that stands in braces means anything.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from sheetdesk.desk.desk import Desk, Role
from sheetdesk.errors import Cause, SheetdeskError, near
from sheetdesk.table.tell import shown

__all__ = ["MESSAGES", "MessagesInvalid", "Words", "read_words", "word_notices"]

MESSAGES = "messages.toml"
NAMED = re.compile(r"\{(\w+)\}")
OWN = ("rule", "ticket", "desk", "why", "level", "text", "count", "sheet", "since")
OURS = ("title", "status", "priority", "owner", "due")
"""The columns that the locale's own texts name, which a desk need not have."""
MOST_LINES = 40
OUTSIDE = frozenset({"id", "title", "status", "created"})
"""What is told to who has no role in the desk, where it has no role `requester`."""

Words = Mapping[str, str]


class MessagesInvalid(SheetdeskError):
    """The file of a team's own texts cannot be used."""

    exit_code = 2
    words: ClassVar = {
        "en": "{path}: {reason}{hint}. No message was sent; mend the file, or take it away.",
        "zh": "{path}：{reason}{hint}。未发送任何消息；请改正或移走该文件。",
    }

    def __init__(self, path: object, reason: Cause, like: str | None = None) -> None:
        super().__init__(path=path, reason=reason, hint=f" ({like}?)" if like else "")


def read_words(desk: Desk, folder: Path) -> Words:
    """The texts by kind of message: the locale's, but for those in the file. Raises MessagesInvalid."""
    known: dict[str, str] = dict(desk.locale.section("messages"))
    path = folder / MESSAGES
    try:
        own = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return known
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MessagesInvalid(path, _misread(error)) from error
    columns = [column.key for column in desk.tickets.columns]
    for key, text in own.items():
        if key not in known or not isinstance(text, str):
            raise MessagesInvalid(
                path, Cause(f"'{key}' is no text of a message", f"“{key}”不是消息的文本"), near(key, known)
            )
        for name in NAMED.findall(text):
            if name not in columns and name not in OWN:
                reason = Cause(f"no column '{name}' in '{key}'", f"没有列“{name}”（写在“{key}”中）")
                raise MessagesInvalid(path, reason, near(name, [*columns, *OWN]))
    return known | own


def _misread(error: ValueError) -> Cause:
    if isinstance(error, UnicodeDecodeError):
        return Cause.retold(error, "不是 UTF-8 编码")
    return Cause.retold(error, f"TOML 有误（“{error}”）")


def word_notices(
    desk: Desk, tickets: pd.DataFrame, words: Words, facts: Sequence[Mapping[str, Any]], role: Role | None
) -> tuple[str, str]:
    """Title and text of one message that tells all of these; what the `role` may not see is left out.

    `tickets` has the worked-out columns too.
    """
    lines = [_filled(words[f"{one['about']}_line"], desk, tickets, one, role) for one in facts]
    if len(facts) == 1:
        title = _filled(words[f"{facts[0]['about']}_title"], desk, tickets, facts[0], role)
        return title, lines[0]
    title = _filled(words["digest_title"], desk, tickets, {"count": str(len(facts))}, role)
    lines = list(dict.fromkeys(lines))
    more = len(lines) - MOST_LINES
    if more > 0:
        rest = _filled(words["digest_more"], desk, tickets, {"count": str(more)}, role)
        lines = [*lines[:MOST_LINES], rest]
    return title, "\n\n".join(lines)


def _filled(text: str, desk: Desk, tickets: pd.DataFrame, one: Mapping[str, Any], role: Role | None) -> str:
    ticket = one.get("ticket", "")
    sees = (
        role.sees if role is not None else next((r.sees for r in desk.roles if r.key == "requester"), OUTSIDE)
    )
    given = {
        "rule": one.get("title", ""), "ticket": ticket, "id": ticket, "desk": desk.name,
        "count": one.get("count", ""), **one.get("facts", {}),
    }  # fmt: skip

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in given:
            return str(given[name])
        if name in OWN and name not in tickets.columns:
            return ""
        if name not in tickets.columns:
            return "-" if name in OURS else match.group()
        if name not in sees or ticket not in tickets.index:
            return "-"
        return shown(desk, desk.tickets, name, tickets.at[ticket, name])

    return NAMED.sub(value, text)
