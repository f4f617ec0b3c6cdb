"""One language: its words, fonts, date forms and the many spellings people use for a status.

A language is a TOML file in this folder; every file has the keys of `en.toml`.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sheetdesk.errors import FamilyMemberUnknown

__all__ = ["Locale", "load_locale", "locales", "width"]


def width(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


class _Count(int):
    """A number in a sentence, which knows the words for one and for many."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return format(int(self), spec)
        one, many = spec.removeprefix("=").split("|")
        word = one if self == 1 else many
        return word if spec.startswith("=") else f"{int(self)} {word}"


@dataclass(frozen=True)
class Locale:
    """A language by its code. `tree` is the file as read; `text` is the way to it."""

    code: str
    tree: dict[str, Any]

    def __hash__(self) -> int:
        return hash(self.code)

    def text(self, path: str, /, **facts: object) -> str:
        """The words at `path` (`dashboard.title`), facts filled in. Raises KeyError.

        `{count:ticket|tickets}` is `1 ticket` or `2 tickets`, `{count:=is|are}` the word alone.
        """
        node: Any = self.tree
        for part in path.split("."):
            node = node[part]
        counted = {key: _Count(fact) if type(fact) is int else fact for key, fact in facts.items()}
        return str(node).format(**counted) if facts else str(node)

    def section(self, path: str) -> dict[str, Any]:
        """The table of words at `path`."""
        node: Any = self.tree
        for part in path.split("."):
            node = node[part]
        return dict(node)


@cache
def locales() -> tuple[str, ...]:
    """The codes of all languages that ship."""
    folder = resources.files("sheetdesk.locales")
    return tuple(sorted(e.name[:-5] for e in folder.iterdir() if e.name.endswith(".toml")))


@cache
def load_locale(code: str) -> Locale:
    """The language for `zh`, `zh-CN`, `en` … Raises FamilyMemberUnknown."""
    short = code.replace("_", "-").split("-")[0].lower()
    if short not in locales():
        raise FamilyMemberUnknown("locales", code, locales())
    text = resources.files("sheetdesk.locales").joinpath(f"{short}.toml").read_text("utf-8")
    return Locale(short, tomllib.loads(text))
