"""Rows as they stand in a tab, and which tickets they turned out to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["FoundRow", "Identified"]


@dataclass(frozen=True)
class FoundRow:
    """A row as it stands: its place in the tab (from 0), the id as typed, its plain cells or UNKNOWN."""

    place: int
    id: str
    cells: tuple[Any, ...]


@dataclass
class Identified:
    """`rows` by id; `new` rows have no id yet; `frozen` ids stand, or may have stood, at places that nobody
    can tell apart. `put_back` are ids to write at a place again, `copies` places whose id is another's,
    `stray` places where nothing stands but an id that is another's.
    """

    rows: dict[str, FoundRow] = field(default_factory=dict)
    new: list[FoundRow] = field(default_factory=list)
    adopted: set[str] = field(default_factory=set)
    put_back: dict[int, str] = field(default_factory=dict)
    copies: dict[int, str] = field(default_factory=dict)
    frozen: dict[str, list[int]] = field(default_factory=dict)
    stray: list[int] = field(default_factory=list)
