"""What a rule may do: a fixed list of actions, `assign skill:network` or `通知 组长`.

Only the words are read here; rules carry them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetdesk.columns.base import Column
from sheetdesk.errors import near

__all__ = ["ACTIONS", "Action", "ActionInvalid", "parse_action"]

ACTIONS = {
    "assign": ("assign", "分配"),
    "set": ("set", "设为", "设置"),
    "flag": ("flag", "标记"),
    "notify": ("notify", "通知"),
    "escalate": ("escalate", "升级"),
    "close": ("close", "关闭"),
    "return": ("return", "退回"),
    "link": ("link", "关联"),
}
VERBS = {word: action for action, words in ACTIONS.items() for word in words}


class ActionInvalid(ValueError):
    """No action; the text says why and what is near."""


@dataclass(frozen=True)
class Action:
    """One thing to do: `verb` from the list, `rest` as written after it."""

    verb: str
    rest: str


def parse_action(text: str, columns: Sequence[Column]) -> Action:
    """The action in `text`. Raises ActionInvalid."""
    word, _, rest = text.strip().partition(" ")
    verb = VERBS.get(word.lower())
    if verb is None:
        like = near(word, VERBS)
        raise ActionInvalid(f"'{word}' is no action{f', did you mean {like!r}?' if like else ''}")
    rest = rest.strip()
    if verb in ("assign", "notify", "escalate", "flag") and not rest:
        raise ActionInvalid(f"'{word}' needs to know whom or what, such as `{word} owner`")
    if verb == "set":
        name, sign, value = rest.partition("=")
        known = [name for c in columns for name in (c.key, c.title)]
        if not sign or not value.strip():
            raise ActionInvalid(f"write `{word} column = value`")
        if name.strip() not in known:
            like = near(name.strip(), known)
            raise ActionInvalid(f"no column '{name.strip()}'{f', did you mean {like!r}?' if like else ''}")
    return Action(verb, rest)
