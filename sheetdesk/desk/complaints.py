"""Collects what is wrong with a desk file, in the desk's own language."""

from __future__ import annotations

from collections.abc import Iterable

from sheetdesk.desk.tokens import LanguageInvalid
from sheetdesk.desk.tree import Path, Tree
from sheetdesk.errors import Complaint, near
from sheetdesk.locales.locale import Locale

__all__ = ["Complaints"]


class Complaints:
    """All complaints about one tree, in the order they were found."""

    def __init__(self, tree: Tree, locale: Locale) -> None:
        self.tree = tree
        self.locale = locale
        self.found: list[Complaint] = []
        self.gone: set[Path] = set()
        """Places left out of the tree's lists: what stood behind them has moved up."""

    def add(self, path: Path, words: str, /, **facts: object) -> None:
        """The complaint with the words `complaint.<words>` about what stands at `path`."""
        text = self.locale.text(f"complaint.{words}", **facts)
        path = self.original(path)
        self.found.append(Complaint(".".join(map(str, path)), self.tree.line(path), text))

    def original(self, path: Path) -> Path:
        """Where what now stands at `path` stands in the file."""
        found: Path = ()
        for part in path:
            if isinstance(part, int):
                for gone in sorted(int(place[-1]) for place in self.gone if place[:-1] == found):
                    part += gone <= part
            found = (*found, part)
        return found

    def unknown(self, path: Path, word: str, known: Iterable[str]) -> None:
        """`word` is none of `known`; the nearest one is offered."""
        options = list(known)
        like = near(word, options)
        hint = self.locale.text("complaint.did_you_mean", near=like) if like else ""
        self.add(path, "unknown", word=word, known=", ".join(options[:12]), hint=hint)

    def condition(self, path: Path, error: LanguageInvalid) -> None:
        self.add(path, "condition", reason=error.say(self.locale.code))
