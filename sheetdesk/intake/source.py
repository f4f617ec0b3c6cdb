"""One column of a file: its distinct cells, and which of them stands in each row.

A file repeats itself: what a cell means is worked out once for each distinct cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetdesk.columns.base import Cell, blank
from sheetdesk.intake.header import Layout

__all__ = ["Source", "distinct", "sources_of"]


@dataclass(frozen=True)
class Source:
    """The column at `place` (from 0). Row `i` holds `cells[codes[i]]`; `counts` is by distinct cell."""

    place: int
    title: str
    cells: list[Cell]
    codes: np.ndarray[Any, np.dtype[np.int64]]
    counts: list[int]

    @property
    def filled(self) -> int:
        """How many rows have something there."""
        return sum(count for cell, count in zip(self.cells, self.counts, strict=True) if not blank(cell))

    @property
    def is_unnamed(self) -> bool:
        """The header has no title for it."""
        return self.title.startswith("(") and self.title[1:-1].isalpha() and self.title.isupper()

    def samples(self, most: int = 3) -> tuple[str, ...]:
        """The first distinct values, as they stand in the file."""
        found = (str(cell) for cell in self.cells if not blank(cell))
        return tuple(text for text, _ in zip(found, range(most), strict=False))

    def by_row(self) -> list[Cell]:
        """The column's cells, row by row."""
        return [self.cells[code] for code in self.codes.tolist()]


def sources_of(layout: Layout) -> list[Source]:
    """Every column of the layout, in order."""
    width = len(layout.titles)
    padded = (
        row if len(row) == width else [*row[:width], *[None] * (width - len(row))] for row in layout.rows
    )
    columns: Sequence[Sequence[Cell]] = list(zip(*padded, strict=True)) or [()] * width
    return [
        source_of(place, title, column)
        for place, (title, column) in enumerate(zip(layout.titles, columns, strict=True))
    ]


def source_of(place: int, title: str, column: Sequence[Cell]) -> Source:
    """A column from its cells by row."""
    cells, codes = distinct(column)
    counts = np.bincount(codes, minlength=len(cells)).tolist()
    return Source(place, title, cells, codes, counts)


def distinct(column: Sequence[Cell]) -> tuple[list[Cell], np.ndarray[Any, np.dtype[np.int64]]]:
    """The distinct cells in the order met, and the code of each row's."""
    codes: dict[Any, int] = {}
    if all(type(cell) is str for cell in column):
        found = [codes.setdefault(cell, len(codes)) for cell in column]
        return list(codes), np.array(found, dtype=np.int64)
    # 1, 1.0 and True are equal to a dict, and not to a person.
    found = [codes.setdefault((type(cell), cell), len(codes)) for cell in column]
    return [cell for _, cell in codes], np.array(found, dtype=np.int64)
