"""The root of all errors, what they have in common, and the near name for a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from sheetdesk.errors.cause import Cause

__all__ = ["ConflictUnknown", "FamilyMemberUnknown", "RoleUnknown", "SheetdeskError", "SyncRunning", "near"]


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, or None."""
    options = {option.casefold(): option for option in known}
    # Of two Chinese characters one is half the word, and one wrong is the usual mistake.
    cutoff = 0.5 if len(word) <= 2 else 0.6
    found = difflib.get_close_matches(word.casefold(), options, n=1, cutoff=cutoff)
    return options[found[0]] if found else None


class SheetdeskError(Exception):
    """The root: catch this one to catch them all. `say` gives its words in a language."""

    words: ClassVar[dict[str, str]] = {"en": "Something went wrong.", "zh": "出错了。"}
    exit_code: ClassVar[int] = 3

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def say(self, locale: str = "en") -> str:
        """One or two sentences: what happened and where, then the next step."""
        words = self.words.get(locale.split("-", maxsplit=1)[0], self.words["en"])
        facts = {
            name: fact.say(locale) if isinstance(fact, Cause) else fact for name, fact in self.facts.items()
        }
        return words.format(**facts)

    def __str__(self) -> str:
        return self.say()


class FamilyMemberUnknown(SheetdeskError):
    exit_code = 2
    words: ClassVar = {
        "en": "'{name}' is no kind of {family}{hint}. Known: {known}.",
        "zh": "“{name}”不是已有的 {family} 种类{hint}。已有：{known}。",
    }

    def __init__(self, family: str, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        super().__init__(family=family, name=name, hint=f" ({like}?)" if like else "", known=", ".join(known))


class RoleUnknown(SheetdeskError):
    exit_code = 2
    words: ClassVar = {
        "en": "No {what} '{name}' in this desk{hint}. Known: {known}.",
        "zh": "本工单台中没有{what}“{name}”{hint}。已有：{known}。",
    }

    def __init__(self, what: str, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        super().__init__(what=what, name=name, hint=f" ({like}?)" if like else "", known=", ".join(known))


class SyncRunning(SheetdeskError):
    words: ClassVar = {
        "en": "Another sync of this desk is still running after {wait} s; nothing was done. It will do the "
        "work, or run this again.",
        "zh": "本工单台的另一次同步 {wait} 秒后仍在运行，未作任何操作。它会完成工作，或请稍后重试。",
    }


class ConflictUnknown(SheetdeskError):
    exit_code = 2
    words: ClassVar = {
        "en": "{row} has no open conflict in '{column}'. `sheetdesk sync --dry-run` lists those there are.",
        "zh": "{row} 的“{column}”没有待裁定的冲突。`sheetdesk sync --dry-run` 可列出现有的。",
    }
