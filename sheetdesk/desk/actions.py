"""What a rule may do: a fixed list of actions, `assign skill:network` or `通知 组长 立即`.

Actions are values; rules carry them out. There is nothing to call, and every name is looked up.

    actions  := action ((";" | "," | "、" | new line) action)*
    action   := "assign" ("skill:" type | "anyone" | person) | "set" column "=" (value | "empty")
              | "flag" text | "notify" whom ("and" whom)* ["now"] | "escalate" whom [level]
              | "close" ["as" status] | "return" | "link duplicates" ["within" time]
    whom     := "owner" | "requester" | role | person | "channel:" key
    level    := "at due" | time ("before" | "after") "due"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sheetdesk.columns.base import Column
from sheetdesk.desk.desk import Duration
from sheetdesk.desk.tokens import LanguageInvalid, Named

__all__ = [
    "VERBS",
    "Action",
    "ActionInvalid",
    "Assign",
    "Close",
    "Escalate",
    "Flag",
    "Level",
    "LinkDuplicates",
    "Notify",
    "Return",
    "RuleWords",
    "Set",
    "Whom",
]

VERBS = {
    "assign": ("assign", "分配"), "set": ("set", "设为", "设置"), "flag": ("flag", "标记"),
    "notify": ("notify", "通知"), "escalate": ("escalate", "升级"), "close": ("close", "关闭"),
    "return": ("return", "退回"), "link": ("link", "关联"),
}  # fmt: skip

ActionInvalid = LanguageInvalid


@dataclass(frozen=True)
class RuleWords:
    """What names mean in a rule: `roles` are titles by key.

    `people` None: the team is not known, so any name may be a member's; so it is with `channels`. `named`
    gets the choices that a rule names while it is read.
    """

    columns: tuple[Column, ...]
    roles: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[str] | None = None
    channels: Sequence[str] | None = None
    named: list[Named] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Whom:
    """Who is told. `key` is the role's, the channel's or the person's name; "" for the ticket's own.

    `requester` is told by mail, at the address in the column `contact`.
    """

    kind: Literal["owner", "requester", "role", "person", "channel"]
    key: str = ""


@dataclass(frozen=True)
class Level:
    """When an escalation goes out, by the ticket's due time; `span` None for `at`."""

    side: Literal["before", "at", "after"]
    span: Duration | None = None


@dataclass(frozen=True)
class Assign:
    """The ticket gets an owner: by the skill that its type asks for, by a `skill`, anyone, a `person`."""

    by: Literal["type", "skill", "anyone", "person"]
    key: str = ""


@dataclass(frozen=True)
class Set:
    """A cell gets a value, None to empty it. A moment without an offset is of the desk's zone."""

    column: str
    value: Any


@dataclass(frozen=True)
class Flag:
    """The ticket is marked with a text."""

    text: str


@dataclass(frozen=True)
class Notify:
    """People are told; what is urgent waits for no working hours."""

    whom: tuple[Whom, ...]
    is_urgent: bool = False


@dataclass(frozen=True)
class Escalate:
    """Someone above is told, at `level` or at once."""

    whom: Whom
    level: Level | None = None


@dataclass(frozen=True)
class Close:
    """The ticket ends with this status, by key."""

    status: str


@dataclass(frozen=True)
class Return:
    """The owner hands the ticket back."""


@dataclass(frozen=True)
class LinkDuplicates:
    """Tickets that say the same are linked, those `within` a time of each other where it is given."""

    within: Duration | None = None


Action = Assign | Set | Flag | Notify | Escalate | Close | Return | LinkDuplicates
