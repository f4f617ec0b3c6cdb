"""What stands in a Skills cell: types by their titles, each with a level or without, as `Network:4, VPN`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sheetdesk.columns.base import Setting, plain
from sheetdesk.columns.choice import spellings
from sheetdesk.desk.desk import Desk

__all__ = ["Skill", "SkillWords"]

LEVELS: Final = range(1, 6)
PLAIN_LEVEL: Final = 3
"""The level of a skill that is written without one."""

# What people put between skills; `plain` has folded the full-width comma, semicolon and colon.
PARTING = re.compile(r"[,、;\n]+")
LEVELLED = re.compile(r"(?P<word>.*?[^\s:=(-])\s*[:=(-]?\s*(?P<level>-?\d+(\.\d+)?)\s*\)?")


@dataclass(frozen=True)
class Skill:
    """One skill as `typed`: the `word` that names a type, the type's key and the level, None for what is not
    known or no level.
    """

    typed: str
    word: str
    key: str | None
    level: int | None


class SkillWords:
    """The words by which a desk's types are named in a Skills cell; none where it has no types."""

    def __init__(self, desk: Desk) -> None:
        self.types: dict[str, str] = {}
        self.titles: list[str] = []
        if desk.has("type"):
            column = desk.column("type")
            known = spellings(column, Setting(desk.locale, desk.zone))
            self.types = {_folded(_parted(word)): key for word, key in known.items()}
            self.titles = [choice.title for choice in column.choices]

    def read(self, text: str) -> Iterator[Skill]:
        """The skills in the order in which they stand in a cell's plain text."""
        return map(self._skill, self._words(text))

    def _words(self, text: str) -> Iterator[str]:
        """The skills that were typed; a title with a comma in it stays whole."""
        pieces = [" ".join(piece.split()) for piece in PARTING.split(text)]
        pieces = [piece for piece in pieces if piece]
        longest = 1 + max((word.count(",") for word in self.types), default=0)
        start = 0
        while start < len(pieces):
            for end in range(min(start + longest, len(pieces)), start, -1):
                word = ", ".join(pieces[start:end])
                whole = (word.rstrip(":= "), _bare(word))
                if end == start + 1 or any("," in title and _folded(title) in self.types for title in whole):
                    break
            yield word
            start = end

    def _skill(self, typed: str) -> Skill:
        whole = typed.rstrip(":= ")
        key = self.types.get(_folded(whole))
        if key is not None:
            return Skill(typed, whole, key, PLAIN_LEVEL)
        word, found = _bare(typed), LEVELLED.fullmatch(typed)
        level = float(found["level"]) if found is not None else None
        in_range = level is not None and level in LEVELS
        return Skill(typed, word, self.types.get(_folded(word)), int(level or 0) if in_range else None)


def _folded(word: Any) -> str:
    return " ".join(plain(word).split()).casefold()


def _parted(word: str) -> str:
    """A title as `_words` puts its pieces together again."""
    return ", ".join(piece.strip() for piece in PARTING.split(plain(word)) if piece.strip())


def _bare(typed: str) -> str:
    """The word of a skill without what stands behind it."""
    found = LEVELLED.fullmatch(typed)
    return found["word"] if found else re.split("[:=]", typed)[0].strip()
