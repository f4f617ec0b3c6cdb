"""A worksheet as spreadsheet programs spell it, by its bytes: a column of cells at a time.

Programs write all cells of a column alike: `<c r="B7" s="5" t="s"><v>` and then what differs. So the
sheet is cut at `<c r="`, each column's cells are freed of the opening that most of them have, and
what is left is checked and understood as one. Nothing is taken on trust: every byte of the rows is
either equal to an opening that lxml has read, or a row's or cell's number that was counted, or the
character data of a value. What is not so raises `Unsure`, and the sheet is read through lxml.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from itertools import compress
from typing import Any

from lxml import etree

from sheetdesk.sheets.xlsx.read.found import (
    LAST_ROW,
    Book,
    Found,
    Strip,
    area,
    column_of,
    is_true,
    spread,
)
from sheetdesk.sheets.xlsx.read.openings import Opening, Openings, opening_of
from sheetdesk.sheets.xlsx.read.text import Unsure, texts_of
from sheetdesk.sheets.xlsx.read.values import values_of

__all__ = ["find_plain"]

# Small enough for the processor's cache, large enough that a column has thousands of cells.
CHUNK = 1_000_000
LONGEST = 9_000_000
DATA, DATA_END = b"<sheetData>", b"</sheetData>"
ROW = re.compile(rb'<row r="[0-9]{1,7}"[^<>]*(?<!/)>')


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


class _Reader:
    """What was found so far, and the openings that lxml has read already."""

    def __init__(self, head: bytes, tail: bytes, book: Book) -> None:
        self.book = book
        self.found = Found()
        self.last_row = 0
        self.columns: dict[bytes, int] = {}
        self.formulas: dict[bytes | None, str] = {}
        self.openings = Openings(head, tail)
        for node in self.openings.outline.iterfind("{*}mergeCells/{*}mergeCell"):
            self.found.merged.append(area(node.get("ref", "")))

    def take(self, chunk: bytes) -> None:
        """The cells of some whole rows."""
        if len(chunk) > CHUNK + LONGEST:
            raise Unsure
        if chunk.endswith(b"\n"):
            # Some programs write a row a line; no text can hold what begins a row or a cell.
            lines = chunk.replace(b"\n<row ", b"<row ").replace(b"\n<c r=", b"<c r=")
            chunk = lines.replace(b"\n</row>", b"</row>").removesuffix(b"\n")
        opening, *cells = chunk.split(b'<c r="')
        width = next((place for place, cell in enumerate(cells, 1) if b"</row>" in cell), len(cells) + 1)
        ends = [cell.partition(b"</row>") for cell in cells[width - 1 :: width]]
        openings = [opening, *(after for _, _, after in ends)]
        if (
            not cells
            or len(ends) * width != len(cells)
            or openings.pop()
            or not all(map(ROW.fullmatch, openings))
        ):
            self._take_uneven(chunk)
            return
        numbers = [opening.split(b'"', 2)[1] for opening in openings]
        cells[width - 1 :: width] = [cell for cell, _, _ in ends]
        letters = [cell.partition(b'"')[0].removesuffix(numbers[0]) for cell in cells[:width]]
        # Where rows are of several lengths, some of these cells stand in later rows.
        if not all(map(bytes.startswith, cells[width - 1 :: width], _references(letters[-1], numbers))):
            self._take_uneven(chunk)
            return
        rows = self._rows(
            numbers, [opening[9 + len(n) : -1] for opening, n in zip(openings, numbers, strict=True)]
        )
        if any(map(operator.ge, columns := list(map(self._column, letters)), columns[1:])):
            raise Unsure
        for place in range(width):
            self._take_column(letters[place], numbers, rows, cells[place::width])

    def _take_uneven(self, chunk: bytes) -> None:
        """Rows that do not all have as many cells."""
        gathered: dict[bytes, tuple[list[bytes], list[int], list[bytes]]] = {}
        before, *parts = chunk.split(b"<row ")
        if before:
            raise Unsure
        for part in parts:
            opening, *cells = part.split(b'<c r="')
            start, closing, rest = opening.partition(b">")
            number, _, attributes = start.removeprefix(b'r="').partition(b'"')
            if not closing or not start.startswith(b'r="'):
                raise Unsure
            row = self._rows([number], [attributes])[0]
            if not cells:
                if rest != (b"" if start.endswith(b"/") else b"</row>"):
                    raise Unsure
                continue
            if rest or start.endswith(b"/") or not cells[-1].endswith(b"</row>"):
                raise Unsure
            cells[-1] = cells[-1].removesuffix(b"</row>")
            last = -1
            for cell in cells:
                letters = cell.partition(b'"')[0].removesuffix(number)
                column = self._column(letters)
                if column <= last:
                    raise Unsure
                last = column
                numbers, rows, column_cells = gathered.setdefault(letters, ([], [], []))
                numbers.append(number)
                rows.append(row)
                column_cells.append(cell)
        for letters, (numbers, rows, column_cells) in gathered.items():
            self._take_column(letters, numbers, rows, column_cells)

    def _rows(self, numbers: list[bytes], attributes: list[bytes]) -> list[int]:
        """The places of these rows, from 0, which must come after those before them."""
        try:
            found = list(map(int, numbers))
        except ValueError as error:
            raise Unsure from error
        if b" ".join(numbers) != " ".join(map(str, found)).encode():
            raise Unsure
        if any(map(operator.ge, [self.last_row, *found], found)) or found[-1] > LAST_ROW:
            raise Unsure
        self.last_row = found[-1]
        rows = [row - 1 for row in found]
        hidden = {
            words for words in set(attributes) if is_true(self.openings.tag(b"row", words).get("hidden"))
        }
        if hidden:
            self.found.hidden_rows.update(
                row for row, words in zip(rows, attributes, strict=True) if words in hidden
            )
        return rows

    def _column(self, letters: bytes) -> int:
        place = self.columns.get(letters)
        if place is None:
            place = self.columns[letters] = column_of(letters.decode("ascii", "replace"))
        if place < 0:
            raise Unsure
        return place

    def _take_column(
        self, letters: bytes, numbers: list[bytes], rows: list[int], cells: list[bytes], passes: int = 4
    ) -> None:
        """Cells of one column: those that begin as one in the middle does, then the others."""
        if not passes:
            self._take_others(letters, numbers, rows, cells)
            return
        middle = len(cells) // 2
        match = opening_of(cells[middle], letters + numbers[middle])
        rests = list(map(bytes.removeprefix, cells, _references(letters, numbers, match[0])))
        column, opening = self._column(letters), self.openings.begun(match)
        if not any(map(operator.is_, rests, cells)):
            self._take_group(column, opening, rows, rests, [match["text"]])
            return
        is_other = list(map(operator.is_, rests, cells))
        is_alike = list(map(operator.not_, is_other))
        alike = list(compress(rows, is_alike)), list(compress(rests, is_alike))
        self._take_group(column, opening, *alike, [match["text"]])
        numbers, cells = list(compress(numbers, is_other)), list(compress(cells, is_other))
        self._take_column(letters, numbers, list(compress(rows, is_other)), cells, passes - 1)

    def _take_others(self, letters: bytes, numbers: list[bytes], rows: list[int], cells: list[bytes]) -> None:
        """Cells of one column that begin in many ways, such as each with its own formula."""
        groups: dict[Any, tuple[list[int], list[bytes], list[bytes | None]]] = {}
        begun: dict[Any, Opening] = {}
        for row, number, cell in zip(rows, numbers, cells, strict=True):
            match = opening_of(cell, letters + number)
            key = match.group("cell", "f", "value")
            if key not in groups:
                groups[key], begun[key] = ([], [], []), self.openings.begun(match)
            places, rests, texts = groups[key]
            places.append(row)
            rests.append(cell[match.end() :])
            texts.append(match["text"])
        for key, (places, rests, texts) in groups.items():
            self._take_group(self._column(letters), begun[key], places, rests, texts)

    def _take_group(
        self,
        column: int,
        opening: Opening,
        rows: list[int],
        rests: list[bytes],
        formulas: Sequence[bytes | None],
    ) -> None:
        """Cells with the same opening. `formulas` has the text of each, or the one of all."""
        if opening.formula is not None:
            self._take_formulas(column, opening.formula, rows, formulas)
        if not opening.end:
            if any(rests):
                raise Unsure
            return
        count = len(rests) - 1
        data = b"\x00".join(rests)
        # No NUL but the ones just set, the end before each of them, and no other tag: so each cell
        # is one value and its end.
        bare = (data + b"\x00").replace(opening.end + b"\x00", b"\x00")[:-1]
        ends = (len(data) - len(bare)) == (count + 1) * len(opening.end)
        if data.count(b"\x00") != count or b"<" in bare or not ends:
            raise Unsure
        cells = values_of(bare, opening.kind, opening.style, self.book, trimmed=opening.is_trimmed)
        self.found.values.append(Strip(column, rows, cells))
        if opening.kind == "e":
            told = zip(rows, cells, strict=True)
            self.found.errors.update((row, column) for row, cell in told if cell is not None)

    def _take_formulas(
        self, column: int, node: etree._Element, rows: list[int], formulas: Sequence[bytes | None]
    ) -> None:
        for raw in set(formulas) - self.formulas.keys():
            if raw is not None and b"\x00" in raw:
                raise Unsure
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


def _references(letters: bytes, numbers: list[bytes], ending: bytes = b'"') -> list[bytes]:
    """The reference of each cell of a column, and what stands behind it in all of them."""
    # One replacement in one text, instead of joining three pieces a cell.
    joined = b"\x00".join(numbers).replace(b"\x00", ending + b"\x00" + letters)
    return (letters + joined + ending).split(b"\x00")
