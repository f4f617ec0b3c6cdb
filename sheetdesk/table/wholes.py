"""The whole of tickets, to be found again in rows that have another's id, or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sheetdesk.table.candidates import MOST_NEAR, NOTHING, UNKNOWN, Cells, Shapes, is_readably

__all__ = ["Wholes"]


class Wholes:
    """The whole content of tickets, to be found again in rows of which some cells cannot be read, and what
    nobody types twice: a title with the moment the ticket was created, or that moment where only the title
    is gone.
    """

    def __init__(self, shapes: Iterable[Cells], title: int | None, created: int | None) -> None:
        self._title = title
        self._created = created
        self._all = set(shapes)
        self._marks = {marks for cells in self._all if None not in (marks := self._marks_of(cells))}
        self._untitled = {self._without_title(cells) for cells in self._all}
        self._by_title: dict[Any, list[Cells]] = {}
        for cells in self._all:
            self._by_title.setdefault(None if title is None else cells[title], []).append(cells)

    def tell(self, cells: Cells, own: Shapes) -> bool:
        """Whether a row holds all of another ticket, or its marks and another moment than its `own`."""
        marks = self._marks_of(cells)
        is_untitled = marks[0] is None and marks[1] not in NOTHING and cells in self._untitled
        is_marked = marks in self._marks or is_untitled
        if cells in self._all or (is_marked and all(marks[1] != self._marks_of(was)[1] for was in own)):
            return True
        if UNKNOWN not in cells:
            return False
        near = self._by_title.get(None if self._title is None else cells[self._title], ())
        is_few = len(near) <= MOST_NEAR
        return is_few and any(is_readably(cells, was) for was in near)

    def _without_title(self, cells: Cells) -> Cells:
        return tuple(None if place == self._title else cell for place, cell in enumerate(cells))

    def _marks_of(self, cells: Cells) -> tuple[Any, Any]:
        if self._title is None or self._created is None:
            return None, None
        return cells[self._title], cells[self._created]
