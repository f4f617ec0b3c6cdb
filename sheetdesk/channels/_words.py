"""A message's words on their way out: nobody is called who was not meant, and none is too long.

What stands in tickets was written by anybody. A chat reads some of it as a call to everyone, as a
link under another name, or as bold type.
"""

from __future__ import annotations

import re
import unicodedata

from sheetdesk.channels.base import Addressee, Message

__all__ = ["called", "cut", "harmless", "name_before", "name_of", "one_line", "plain"]

JOINER = "\u2060"
"""Word joiner: it shows as nothing, breaks no line, and ends what a service reads as one word."""

CALLS = re.compile(r"[@＠](?!\u2060)|<(?=[\w/!@#])|\](?=[(（])", re.IGNORECASE)
IDENTITY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+=-]{0,127}")
EVERYBODY = frozenset(("all", "everyone", "everybody", "here", "channel", "group", "team"))
ENDS = {"\n", "\t"}
NAME_BYTES = 120


def plain(text: str) -> str:
    """Text without the characters that no service shows: controls, halves of pairs, marks of direction."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in ENDS or not _is_unshown(sign))


def one_line(text: str) -> str:
    """The same on one line, blanks folded: for what may not hold a line break."""
    return " ".join(plain(text).split())


def harmless(text: str) -> str:
    """Plain text in which no service finds a mention, a tag or a hidden link; it looks the same."""
    return CALLS.sub(lambda match: match.group() + JOINER, plain(text))


def called(to: Addressee) -> str:
    """The id under which a chat may call this person, "" when it is none or would call everybody.

    Ids stand in the Team tab, where somebody may write `all`.
    """
    identity = to.chat.strip()
    if not IDENTITY.fullmatch(identity) or identity.casefold() in EVERYBODY:
        return ""
    return identity


def name_of(to: Addressee) -> str:
    """The person's name without what a service could read as more than a name."""
    return cut(harmless(one_line(to.name)), NAME_BYTES).replace("<", "").replace(">", "")


def name_before(message: Message) -> str:
    """The person's name before what they are told, where a group would not know for whom it is."""
    name = name_of(message.to)
    return f"{name}: " if name else ""


def cut(text: str, limit_bytes: int) -> str:
    """Text of at most so many bytes of UTF-8, with … where it ends early."""
    raw = text.encode("utf-8")
    if len(raw) <= limit_bytes:
        return text
    return raw[: limit_bytes - 3].decode("utf-8", "ignore") + "…"


def _is_unshown(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return (
        kind in ("Cc", "Cs", "Zl", "Zp") or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
