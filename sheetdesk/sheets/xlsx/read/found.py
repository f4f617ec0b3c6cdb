"""What a reader finds in a worksheet, before it is laid out as columns.

Two readers find the same: one by plain bytes where the sheet is spelled as programs spell it, and one
by lxml for everything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from lxml import etree

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, PackageBroken

__all__ = ["LAST_COLUMN", "LAST_ROW", "Book", "Found", "Strip", "area", "column_of", "is_true", "spread"]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LETTERS = re.compile("[A-Z]{1,3}")
AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Book:
    """What the cells of a sheet refer to: shared strings, which cell formats show dates, the epoch.

    An empty shared string is None here, as an empty cell is.
    """

    strings: Sequence[str | None]
    is_date: Sequence[bool]
    epoch_1904: bool

    @cached_property
    def texts(self) -> npt.NDArray[np.object_]:
        """The strings, many of which numpy takes at once."""
        texts = np.empty(len(self.strings), object)
        texts[:] = self.strings
        return texts

    def shows_date(self, style: str) -> bool:
        """Whether this cell format shows a date; one that is not there shows none."""
        return style.isdecimal() and int(style) < len(self.is_date) and self.is_date[int(style)]


@dataclass(frozen=True)
class Strip(Generic[Value]):
    """Cells of one column and the rows they stand in, both from 0, in the sheet's order."""

    column: int
    rows: Sequence[int]
    cells: Sequence[Value]


@dataclass
class Found:
    """Gathered by one reader and then only read. `spreads` are the areas that one formula fills."""

    values: list[Strip[Cell]] = field(default_factory=list)
    formulas: list[Strip[str]] = field(default_factory=list)
    spreads: list[tuple[int, int, int, int]] = field(default_factory=list)
    errors: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)


def column_of(letters: str) -> int:
    """The place of a column, from 0; -1 where there is none of this name."""
    if not LETTERS.fullmatch(letters):
        return -1
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1 if place <= LAST_COLUMN else -1


def area(reference: str) -> tuple[int, int, int, int]:
    """`B2:C9` as first row, first column, last row, last column, from 0. Raises PackageBroken."""
    match = AREA.fullmatch(reference)
    if match is not None:
        left, top = column_of(match[1]), int(match[2]) - 1
        right, bottom = (column_of(match[3]), int(match[4]) - 1) if match[3] else (left, top)
        if 0 <= left <= right and 0 <= top <= bottom < LAST_ROW:
            return top, left, bottom, right
    raise PackageBroken(
        path="worksheet", reason=Cause(f"'{reference}' is no area of cells", f"“{reference}”不是单元格区域")
    )


def spread(formula: etree._Element) -> tuple[int, int, int, int] | None:
    """The area that this formula alone fills: an array formula's or a data table's."""
    if formula.get("t") not in ("array", "dataTable"):
        return None
    return area(formula.get("ref", ""))


def is_true(value: str | None) -> bool:
    """An attribute's truth value; one that is not there is false."""
    return value in ("1", "true")
