"""A long worksheet without the rows that nobody asks about: what is left is patched as if it were the sheet.

The part is looked through stretch by stretch and never stands in memory whole. Only the stretches with
rows that are asked for are kept, with all that is before and behind the rows. Where anything in the rest
could matter to a patch, there is no excerpt: a comment, an unknown spelling, rows out of order. Stretches
with a formula that reaches over several cells are always kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.xlsx.check.book import MAX_ROW
from sheetdesk.sheets.xlsx.packing import deflater
from sheetdesk.sheets.xlsx.patch.blocks import reaches
from sheetdesk.sheets.xlsx.patch.layout import has_mark, head_of
from sheetdesk.sheets.xlsx.patch.markup import Splices, decoded
from sheetdesk.sheets.xlsx.patch.search import SPACE, SearchedRows, Unsure
from sheetdesk.sheets.xlsx.patch.zip import BadZip
from sheetdesk.sheets.xlsx.stretches import Spliced, Stretch

__all__ = ["Excerpt", "excerpt_of"]

# What follows the name in a tag, each byte by itself.
ENDS = frozenset(bytes([byte]) for byte in SPACE + b"/>")
# A tag that a stretch cuts in two starts no further from its end.
LONGEST_TAG = 1 << 12
# So far around the place where one stretch ends and the next begins, a formula's reach is looked for; it may
# end further on.
LONGEST_REACH = 1 << 8
CUT_REACH = re.compile(rb"ref\s*(?:=|\Z)")


@dataclass(frozen=True)
class Excerpt:
    """What is left of a sheet. `starts` are the places, in `xml` and in the part, of what was not cut out.

    `is_ordered` says whether all rows are known to ascend, those left out as well.
    """

    xml: bytes
    is_ordered: bool
    stretches: tuple[Stretch, ...]
    starts: tuple[tuple[int, int], ...]

    def spliced(self, splices: Splices) -> Spliced:
        """The whole part, changed where `splices` change the excerpt. Raises PatchRefused."""
        made = tuple((*self._places(start, end), new) for start, end, new in splices.made())
        return Spliced(made=made, stretches=self.stretches)

    def _places(self, start: int, end: int) -> tuple[int, int]:
        # A new row follows what stands before it, not what was cut out behind that.
        find = bisect_left if start == end else bisect_right
        here, there = self.starts[max(find(self.starts, start, key=lambda places: places[0]) - 1, 0)]
        return start - here + there, end - here + there


def excerpt_of(
    part: str, stretches: Iterable[Stretch], rows: Iterable[tuple[int, int]], *, is_ordered: bool = False
) -> Excerpt | None:
    """The worksheet with the rows from these first to these last numbers, from 1, and what is around them.

    None where only the whole part will do. `is_ordered` has the order of all rows looked at.
    """
    gathering = _Gathering(part, sorted(rows), is_ordered)
    try:
        for stretch in stretches:
            gathering.take(stretch)
        return gathering.excerpt()
    except (BadZip, Unsure, PatchRefused):
        return None


@dataclass
class _Gathering:
    """What was seen so far. A run starts with the first row of a stretch and ends where the next one does."""

    part: str
    wanted: Sequence[tuple[int, int]]
    is_ordered: bool
    stretches: list[Stretch] = field(default_factory=list)
    size: int = 0
    kept: list[bytes] = field(default_factory=list)
    kept_size: int = 0
    starts: list[tuple[int, int]] = field(default_factory=list)
    run: list[bytes | memoryview] = field(default_factory=list)
    run_start: int = 0
    run_stretch: int = 0
    row: int = 0
    last_row: int = 0
    # The first run holds what is before the rows.
    is_needed: bool = True
    last_bytes: bytes = b""
    squeeze: Any = field(default_factory=lambda: deflater()[0])

    def take(self, stretch: Stretch) -> None:
        """Look through the next stretch. Raises Unsure, PatchRefused."""
        plain = stretch.plain
        if not isinstance(plain, bytes):
            raise Unsure
        start = 0 if self.stretches else self._begin(plain)
        if has_mark(plain, start, b"!") or has_mark(plain, start, b"?"):
            raise Unsure
        if self.last_bytes.endswith(b"<") and plain.startswith((b"!", b"?")):
            raise Unsure
        has_reach = next(reaches(plain, start, len(plain)), None) is not None
        has_reach |= bool(self.stretches) and self._is_cut(plain)
        self.is_needed |= has_reach
        at, row = self._first_row(plain) if self.stretches else (-1, 0)
        view = memoryview(plain)
        if row:
            # A view would hold all of the stretch in memory.
            self.run.append(plain[:at])
            self._end_run(row - 1)
            self.run, self.run_start, self.run_stretch = [], self.size + at, len(self.stretches)
            self.row, self.is_needed = row, has_reach
            view = view[at:]
        self.run.append(view)
        self.stretches.append(stretch)
        self.size += len(plain)
        last = self.last_bytes + plain[max(start, len(plain) - LONGEST_REACH) :]
        self.last_bytes = last[-LONGEST_REACH:]

    def _is_cut(self, plain: bytes) -> bool:
        """Whether a formula's reach may stand where the last stretch ends and this one begins."""
        around = self.last_bytes + plain[:LONGEST_REACH]
        # Of one that begins further ahead, two letters and space are seen, or only space.
        return self.last_bytes[2:].isspace() or CUT_REACH.search(around) is not None

    def excerpt(self) -> Excerpt:
        """What was found, when all was taken. Raises Unsure."""
        if not self.stretches:
            raise Unsure
        # What is behind the rows stands in the last run, or nowhere.
        end = b"".join(self.run).rfind(b"</" + self.word[1:-3] + b"sheetData")
        if end < 0:
            raise Unsure
        self.is_needed = True
        self._end_run(MAX_ROW, end)
        return Excerpt(b"".join(self.kept), self.is_ordered, tuple(self.stretches), tuple(self.starts))

    def _begin(self, plain: bytes) -> int:
        """Where the rows start, in the first stretch; how they are spelled is noted."""
        if decoded(self.part, plain).xml is not plain:
            raise Unsure
        _, spaces, _, data = head_of(self.part, plain)
        rows = SearchedRows(self.part, plain, data.prefix, data.end, len(plain))
        at = plain.find(b"<", data.end)
        if data.is_empty or len(spaces) > 1 or at < 0 or rows.next_tag(data.end) != at:
            raise Unsure
        self.word, self.plain_row = rows.word, rows.plain
        self.any_row = re.compile(re.escape(self.word) + rb'(?=[\s/>])(?: r="([0-9]{1,7})")?')
        return data.end

    def _first_row(self, plain: bytes) -> tuple[int, int]:
        """Where the first row of a stretch starts, and its number; a number of 0 where none is seen."""
        at = plain.find(self.word)
        while at >= 0 and plain[at + len(self.word) : at + len(self.word) + 1] not in ENDS:
            at = plain.find(self.word, at + 1)
        found = self.plain_row.match(plain, at) if at >= 0 else None
        if found is None:
            if 0 <= at < len(plain) - LONGEST_TAG:
                raise Unsure
            return -1, 0
        row = int(found[1])
        if not self.row < row <= MAX_ROW:
            raise Unsure
        return at, row

    def _end_run(self, last: int, end: int | None = None) -> None:
        """Keep of the run what is asked for; `last` is the last number that a row in it may have."""
        first = bisect_left(self.wanted, self.row, key=lambda rows: rows[1])
        behind = bisect_right(self.wanted, last, lo=first, key=lambda rows: rows[0])
        wanted = self.wanted[first:behind]
        is_kept = self.is_needed or any(low < high for low, high in wanted)
        text = b"".join(self.run) if is_kept or wanted or self.is_ordered else b""
        if self.is_ordered:
            numbers = [int(digits or 0) for digits in self.any_row.findall(text[:end])]
            if any(low >= high for low, high in pairwise([self.last_row, *numbers])):
                raise Unsure
            self.last_row = numbers[-1] if numbers else self.last_row
        if is_kept:
            self._keep(text, 0, len(text))
        elif wanted:
            rows = SearchedRows(self.part, text, self.word[1:-3], 0, len(text))
            found = {row.opening.start: row.end for number, _ in wanted if (row := rows.floor(number))}
            for start, stop in sorted(found.items()):
                self._keep(text, start, stop)
        if is_kept or wanted:
            return
        for place in range(self.run_stretch, len(self.stretches)):
            self.stretches[place] = self.stretches[place].squeezed(self.squeeze)

    def _keep(self, text: bytes, start: int, end: int) -> None:
        self.starts.append((self.kept_size, self.run_start + start))
        self.kept.append(text[start:end])
        self.kept_size += end - start
