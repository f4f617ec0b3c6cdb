"""Collects what is wrong with a desk file, in the desk's own language."""

from __future__ import annotations

from collections.abc import Iterable

from sheetdesk.desk.condition import ConditionInvalid
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

    def add(self, path: Path, words: str, /, **facts: object) -> None:
        """The complaint with the words `complaint.<words>` about what stands at `path`."""
        text = self.locale.text(f"complaint.{words}", **facts)
        self.found.append(Complaint(".".join(map(str, path)), self.tree.line(path), text))

    def unknown(self, path: Path, word: str, known: Iterable[str]) -> None:
        """`word` is none of `known`; the nearest one is offered."""
        options = list(known)
        like = near(word, options)
        hint = self.locale.text("complaint.did_you_mean", near=like) if like else ""
        self.add(path, "unknown", word=word, known=", ".join(options[:12]), hint=hint)

    def condition(self, path: Path, error: ConditionInvalid) -> None:
        self.add(path, "condition", reason=str(error))
