"""A worksheet as spreadsheet programs spell it, by its bytes: a column of cells at a time.

Programs write all cells of a column alike: `<c r="B7" s="5" t="s"><v>` and then what differs. So the
places are found where a row or a cell begins, a column's cells are compared with the opening that one
of them has, and what is left is checked and understood as one. Nothing is taken on trust: every byte
of the rows is either equal to an opening that lxml has read, or a row's or cell's number that was
compared, or the character data of a value. What is not so raises `Unsure`, and the sheet is read
through lxml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lxml import etree

from sheetdesk.sheets.xlsx.read.chunk import Chunk, Flags, Pieces, Places
from sheetdesk.sheets.xlsx.read.found import (
    LAST_COLUMN,
    LAST_ROW,
    Book,
    Found,
    Strip,
    area,
    is_true,
    spread,
)
from sheetdesk.sheets.xlsx.read.openings import Opening, Openings, opening_of
from sheetdesk.sheets.xlsx.read.text import Unsure, texts_of
from sheetdesk.sheets.xlsx.read.values import values_of

__all__ = ["find_plain"]

# Small enough for the processor's cache, large enough that a column has thousands of cells.
CHUNK = 4_000_000
LONGEST = 9_000_000
DATA, DATA_END = b"<sheetData>", b"</sheetData>"
ROW, ROW_END, CELL = b'<row r="', b"</row>", b'<c r="'
DIGITS = 7
"""Digits that a row's number has at most."""


def find_plain(sheet: bytes, book: Book) -> Found:
    """What stands in the worksheet. Raises Unsure where its spelling is not plain."""
    start, end = sheet.find(DATA), sheet.rfind(DATA_END)
    if start < 0 or end < start:
        raise Unsure
    reader = _Reader(sheet[:start], sheet[end + len(DATA_END) :], book)
    place = start + len(DATA)
    while place < end:
        stop = sheet.find(b"<row ", min(place + CHUNK, end), end)
        stop = end if stop < 0 else stop
        chunk = sheet[place:stop]
        reader.take(chunk.removeprefix(b"\n") if place == start + len(DATA) else chunk)
        place = stop
    return reader.found


@dataclass(frozen=True)
class _Rows:
    """The rows of a chunk: where their numbers begin, how many digits these have, their places from 0."""

    starts: Places
    digits: Places
    places: Places


@dataclass(frozen=True)
class _Cells:
    """Some cells of one column: where what follows their reference begins and ends, and their rows."""

    starts: Places
    ends: Places
    rows: Places

    def where(self, chosen: Flags | Places) -> _Cells:
        return _Cells(self.starts[chosen], self.ends[chosen], self.rows[chosen])

    def behind(self, words: bytes) -> _Cells:
        """The same cells behind the words that all of them begin with."""
        return _Cells(self.starts + len(words), self.ends, self.rows)


class _Reader:
    """What was found so far, and the openings that lxml has read already."""

    def __init__(self, head: bytes, tail: bytes, book: Book) -> None:
        self.book = book
        self.found = Found()
        self.last_row = 0
        self.formulas: dict[bytes | None, str] = {}
        self.openings = Openings(head, tail)
        for node in self.openings.outline.iterfind("{*}mergeCells/{*}mergeCell"):
            self.found.merged.append(area(node.get("ref", "")))

    def take(self, data: bytes) -> None:
        """The cells of some whole rows."""
        if len(data) > CHUNK + LONGEST or b"\x00" in data:
            raise Unsure
        if data.endswith(b"\n"):
            # Some programs write a row a line; no text can hold what begins a row or a cell.
            lines = data.replace(b"\n<row ", b"<row ").replace(b"\n<c r=", b"<c r=")
            data = lines.replace(b"\n</row>", b"</row>").removesuffix(b"\n")
        if not data.endswith(b">"):
            raise Unsure
        chunk = Chunk(data)
        begun, cells = chunk.begun(ROW, CELL)
        # Whatever is no row or cell belongs to the one before it.
        if not len(begun) or begun[0]:
            raise Unsure
        # The first cell behind each row's tag, and how many there are before the next one.
        first = np.searchsorted(cells, begun)
        counts = np.diff(first, append=len(cells))
        row_ends = np.append(begun[1:], len(data))
        last = first + counts - 1
        has_cells = counts > 0
        ends = np.append(cells[1:], len(data))
        ends[last[has_cells]] = row_ends[has_cells] - len(ROW_END)
        opened = row_ends.copy()
        opened[has_cells] = cells[first[has_cells]]
        rows = self._rows(Pieces(chunk, begun, opened), ~has_cells)
        if not chunk.all_say(row_ends[has_cells] - len(ROW_END), ROW_END):
            raise Unsure
        row_of = np.repeat(np.arange(len(begun)), counts)
        self._take_cells(chunk, rows, _Cells(cells + len(CELL), ends, row_of))

    def _rows(self, rows: Pieces, are_empty: Flags) -> _Rows:
        """The rows' tags, which must come in order. `are_empty` are those without any cell."""
        chunk = rows.chunk
        starts = rows.starts + len(ROW)
        codes = chunk.wide(starts, DIGITS + 1)
        is_digit = (codes >= ord("0")) & (codes <= ord("9"))
        # The first that is no digit; a number with none, or with too many, is 0, which is no row's.
        digits = is_digit.argmin(axis=1)
        numbers = np.zeros(len(rows), np.intp)
        for place in range(int(digits.max())):
            numbers = np.where(place < digits, numbers * 10 + codes[:, place] - ord("0"), numbers)
        if numbers[0] <= self.last_row or (np.diff(numbers) <= 0).any() or numbers[-1] > LAST_ROW:
            raise Unsure
        self.last_row = int(numbers[-1])
        # `<row r="7"/>` has no end of its own, and can have no cells.
        is_alone = chunk.codes[rows.ends - 2] == ord("/")
        has_end = are_empty & ~is_alone
        ends = rows.ends - has_end * len(ROW_END)
        if (is_alone & ~are_empty).any() or not chunk.all_say(ends[has_end], ROW_END):
            raise Unsure
        if (chunk.codes[starts + digits] != ord('"')).any():
            raise Unsure
        is_closed = chunk.codes[ends - 2] == ord("/")
        if (chunk.codes[ends - 1] != ord(">")).any() or (is_closed != is_alone).any():
            raise Unsure
        self._look_at_rows(Pieces(chunk, starts + digits + 1, ends - 1), numbers - 1)
        return _Rows(starts, digits, numbers - 1)

    def _look_at_rows(self, attributes: Pieces, places: Places) -> None:
        """Which rows are hidden, and that all of their tags are spelled as they should be."""
        chunk, widths = attributes.chunk, attributes.widths
        first = chunk.data[attributes.starts[0] : attributes.ends[0]]
        alike = bool((widths == len(first)).all()) and chunk.all_say(attributes.starts, first)
        words = [first] if alike else attributes.words()
        hidden = set()
        for word in set(words):
            if b">" in word or b"<" in word:
                raise Unsure
            if is_true(self.openings.tag(b"row", word).get("hidden")):
                hidden.add(word)
        if hidden:
            told = zip(places.tolist(), words * len(places) if alike else words, strict=True)
            self.found.hidden_rows.update(place for place, word in told if word in hidden)

    def _take_cells(self, chunk: Chunk, rows: _Rows, cells: _Cells) -> None:
        """Cells of any columns, in the order of the sheet; they begin with their references."""
        if not len(cells.rows):
            return
        columns, letters = _columns(chunk, cells.starts)
        # No cell stands twice or before another of its row.
        if (columns >= LAST_COLUMN).any() or ((np.diff(columns) <= 0) & (np.diff(cells.rows) == 0)).any():
            raise Unsure
        numbers, digits = cells.starts + letters, rows.digits[cells.rows]
        for count in np.unique(rows.digits).tolist():
            chosen = digits == count
            if not chunk.same(numbers[chosen], rows.starts[cells.rows[chosen]], count + 1):
                raise Unsure
        starts = numbers + digits
        behind = _Cells(starts, cells.ends, rows.places[cells.rows])
        order = np.argsort(columns.astype(np.int16), kind="stable")
        cuts = np.flatnonzero(np.diff(columns[order])) + 1
        for group in np.split(order, cuts):
            self._take_column(chunk, int(columns[group[0]]), behind.where(group))

    def _take_column(self, chunk: Chunk, column: int, cells: _Cells, passes: int = 4) -> None:
        """Cells of one column: those that begin as one in the middle does, then the others."""
        if not passes:
            self._take_others(chunk, column, cells)
            return
        middle = len(cells.rows) // 2
        match = opening_of(chunk.data[cells.starts[middle] : cells.ends[middle]])
        words, opening = match[0], self.openings.begun(match)
        # Where the words are long, only cells that are so long, too, are looked at.
        fits = cells.ends - cells.starts >= len(words)
        if fits.all() and chunk.all_say(cells.starts, words):
            self._take_group(chunk, column, opening, cells.behind(words), [match["text"]])
            return
        is_alike = fits.copy()
        is_alike[fits] = chunk.say(cells.starts[fits], words)
        alike = cells.where(is_alike).behind(words)
        self._take_group(chunk, column, opening, alike, [match["text"]])
        self._take_column(chunk, column, cells.where(~is_alike), passes - 1)

    def _take_others(self, chunk: Chunk, column: int, cells: _Cells) -> None:
        """Cells of one column that begin in many ways, such as each with its own formula."""
        groups: dict[Any, list[int]] = {}
        begun: dict[Any, Opening] = {}
        words = Pieces(chunk, cells.starts, cells.ends).words()
        matches = [opening_of(word) for word in words]
        for place, match in enumerate(matches):
            key = match.group("cell", "f", "value")
            if key not in groups:
                groups[key], begun[key] = [], self.openings.begun(match)
            groups[key].append(place)
        lengths = np.array([match.end() for match in matches], np.intp)
        behind = _Cells(cells.starts + lengths, cells.ends, cells.rows)
        for key, places in groups.items():
            texts = [matches[place]["text"] for place in places]
            self._take_group(chunk, column, begun[key], behind.where(np.array(places, np.intp)), texts)

    def _take_group(
        self, chunk: Chunk, column: int, opening: Opening, cells: _Cells, formulas: Sequence[bytes | None]
    ) -> None:
        """Cells behind the same opening. `formulas` has the text of each, or the one of all."""
        ends = cells.ends - len(opening.end)
        if (cells.starts > ends).any():
            raise Unsure
        rows = cells.rows.tolist()
        if opening.formula is not None:
            self._take_formulas(column, opening.formula, rows, formulas)
        if not opening.end:
            if (cells.starts != ends).any():
                raise Unsure
            return
        # The end where it must be, and no tag in any value: so each cell is one value and its end.
        if not chunk.all_say(ends, opening.end):
            raise Unsure
        pieces = Pieces(chunk, cells.starts, ends)
        values = values_of(pieces, opening.kind, opening.style, self.book, trimmed=opening.is_trimmed)
        self.found.values.append(Strip(column, rows, values))
        if opening.kind == "e":
            told = zip(rows, values, strict=True)
            self.found.errors.update((row, column) for row, value in told if value is not None)

    def _take_formulas(
        self, column: int, node: etree._Element, rows: list[int], formulas: Sequence[bytes | None]
    ) -> None:
        for raw in set(formulas) - self.formulas.keys():
            self.formulas[raw] = texts_of(raw or b"")[0].removeprefix("=")
        texts = [self.formulas[raw] for raw in formulas]
        if len(texts) == 1:
            texts *= len(rows)
        filled = spread(node)
        if filled is not None:
            self.found.spreads.extend([filled] * len(rows))
        if node.get("t", "normal") != "normal" or "" not in texts:
            self.found.formulas.append(Strip(column, rows, texts))
        else:
            kept = [(row, text) for row, text in zip(rows, texts, strict=True) if text]
            if kept:
                self.found.formulas.append(Strip(column, *map(list, zip(*kept, strict=True))))


def _columns(chunk: Chunk, starts: Places) -> tuple[Places, Places]:
    """The columns that cells' references begin with, from 0, and how many letters each has. Raises Unsure."""
    codes = chunk.wide(starts, 3)
    is_letter = (codes >= ord("A")) & (codes <= ord("Z"))
    if not is_letter[:, 0].all():
        raise Unsure
    columns, letters = codes[:, 0].astype(np.intp) - 64, np.ones(len(starts), np.intp)
    has_more = is_letter[:, 0]
    for place in (1, 2):
        has_more = has_more & is_letter[:, place]
        columns = np.where(has_more, columns * 26 + codes[:, place] - 64, columns)
        letters += has_more
    return columns - 1, letters
