"""The rows of a worksheet part: found by bisecting its bytes, or read one after the other.

Bisecting looks at a few hundred rows of a hundred thousand. It trusts the common spelling and
ascending numbers; where a look shows anything else, `Unsure` is raised.
Source: ECMA-376 part 1, 18.3.1.73 (row).
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from sheetdesk.sheets.xlsx.check.book import MAX_ROW
from sheetdesk.sheets.xlsx.patch.markup import Tag, tags

__all__ = ["Row", "Rows", "SearchedRows", "Unsure", "WalkedRows"]

SPACE = b" \t\r\n"


class Unsure(Exception):
    """The rows are spelled in a way that bisecting does not know."""


@dataclass(frozen=True)
class Row:
    """A row element; `number` counts from 1."""

    number: int
    opening: Tag
    content_end: int
    end: int


class Rows(Protocol):
    """The rows of a sheet, in ascending order."""

    def floor(self, number: int) -> Row | None:
        """The last row whose number is not above this one."""

    def after(self, row: Row | None) -> Row | None:
        """The row behind this one, or the first."""

    def check_order(self) -> None:
        """Make sure that every row was seen or ascends: before a row is added. Raises Unsure."""


@dataclass
class WalkedRows:
    """All rows, read."""

    rows: list[Row]

    def floor(self, number: int) -> Row | None:
        place = bisect_right(self.rows, number, key=lambda row: row.number)
        return self.rows[place - 1] if place else None

    def after(self, row: Row | None) -> Row | None:
        place = bisect_right(self.rows, row.number if row else 0, key=lambda found: found.number)
        return self.rows[place] if place < len(self.rows) else None

    def check_order(self) -> None:
        """Reading them has shown it."""


@dataclass
class SearchedRows:
    """Rows found by bisecting the bytes between `start` and `end`. `seen` keeps what was looked at."""

    part: str
    xml: bytes
    prefix: bytes
    start: int
    end: int
    seen: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.word = b"<" + self.prefix + b"row"
        attributes = rb'(?: (?!xmlns|r=)[A-Za-z0-9:]++="[^"<>]*+")*+ ?/?>'
        self.plain = re.compile(re.escape(self.word) + rb' r="([0-9]{1,7})"' + attributes)

    def next_tag(self, at: int, end: int = -1) -> int:
        """Where the next row starts, -1 where none starts before `end`."""
        stop = self.end if end < 0 else min(end + len(self.word) - 1, self.end)
        while (at := self.xml.find(self.word, at, stop)) >= 0:
            if self.xml[at + len(self.word)] in SPACE + b"/>":
                return at
            at += 1
        return -1

    def floor(self, number: int) -> Row | None:
        place = bisect_right(self.seen, (number, self.end))
        best = self.seen[place - 1] if place else None
        low = best[1] + 1 if best else self.start
        high = self.seen[place][1] if place < len(self.seen) else self.end
        if best and best[0] == number:
            return self._row(best[1])
        while low < high:
            middle = (low + high) // 2
            at = self.next_tag(middle, high)
            if at < 0:
                high = middle
                continue
            found = self._look(at)
            if found > number:
                high = middle
            else:
                best = (found, at)
                low = at + 1
                if found == number:
                    break
        return self._row(best[1]) if best else None

    def after(self, row: Row | None) -> Row | None:
        at = self.next_tag(row.end if row else self.start)
        if at < 0:
            return None
        self._look(at)
        return self._row(at)

    def check_order(self) -> None:
        # A row out of its order would be missed, and then stand there twice.
        rows = re.compile(self.word + rb'(?=[\s/>])(?: r="([0-9]{1,7})")?')
        numbers = [int(digits) if digits else 0 for digits in rows.findall(self.xml, self.start, self.end)]
        if any(low >= high for low, high in pairwise([0, *numbers])):
            raise Unsure

    def _look(self, at: int) -> int:
        """The number of the row at `at`, which must stand right among those already seen."""
        # Most programs write the number first; a row spelled in any other way is read as a tag.
        if (plain := self.plain.match(self.xml, at)) is not None:
            number = int(plain[1])
        else:
            tag = self._tag(at)
            digits = tag.attributes().get("r", "")
            if not digits.isascii() or not digits.isdigit() or b"xmlns" in tag.raw:
                raise Unsure
            number = int(digits)
        if number > MAX_ROW:
            raise Unsure
        seen = (number, at)
        place = bisect_right(self.seen, seen)
        if place and self.seen[place - 1] == seen:
            return seen[0]
        before = self.seen[place - 1] if place else (0, -1)
        behind = self.seen[place] if place < len(self.seen) else (MAX_ROW + 1, self.end)
        if not (before[0] < seen[0] < behind[0] and before[1] < at < behind[1]):
            raise Unsure
        insort(self.seen, seen)
        return seen[0]

    def _tag(self, at: int) -> Tag:
        return next(tags(self.part, self.xml, at))

    def _row(self, at: int) -> Row:
        tag = self._tag(at)
        number = int(tag.attributes()["r"])
        if tag.is_empty:
            return Row(number, tag, tag.end, tag.end)
        close = self.xml.find(b"</" + self.word[1:], tag.end, self.end)
        if close < 0:
            raise Unsure
        end = self.xml.find(b">", close) + 1
        return Row(number, tag, close, end)
