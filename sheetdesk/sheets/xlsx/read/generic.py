"""Any worksheet, cell by cell through lxml: slower than bytes, right for every spelling of XML.

Prefixes, UTF-16, comments, cells without a reference, rich inline text: what XML and ECMA-376 allow.
Source: ECMA-376 part 1, 18.3.1.4 (`c`), 18.3.1.40 (`f`), 18.3.1.73 (`row`), 18.18.11 (cell types).
"""

from __future__ import annotations

import io
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from lxml import etree

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.moments import iso_moment, moment
from sheetdesk.sheets.xlsx.causes import DOCUMENT_TYPE, misread
from sheetdesk.sheets.xlsx.check.text import decoded
from sheetdesk.sheets.xlsx.read.found import (
    LAST_COLUMN,
    LAST_ROW,
    Book,
    Found,
    Strip,
    area,
    column_of,
    is_true,
    spread,
)
from sheetdesk.sheets.xlsx.read.strings import said
from sheetdesk.sheets.xlsx.read.text import SPACES

__all__ = ["find_all"]

Value = TypeVar("Value")

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


def find_all(sheet: bytes, book: Book) -> Found:
    """What stands in the worksheet. Raises PackageBroken."""
    reader = _Reader(book)
    try:
        _walk(sheet, reader)
    except etree.XMLSyntaxError as error:
        raise _broken(misread(error)) from error
    return reader.finish()


def _walk(sheet: bytes, reader: _Reader) -> None:
    events = etree.iterparse(
        io.BytesIO(sheet),
        events=("end",),
        tag=["{*}row", "{*}mergeCell", "{*}worksheet"],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    found = False
    for _, node in events:
        where = [etree.QName(up).localname for up in (node, *node.iterancestors())]
        if node.getroottree().docinfo.internalDTD is not None:
            raise _broken(DOCUMENT_TYPE)
        if where == ["row", "sheetData", "worksheet"]:
            reader.take_row(node)
            # What was read need not stay: half a million rows would fill the memory.
            parent = node.getparent()
            node.clear()
            while parent is not None and parent[0] is not node:
                del parent[0]
        elif where == ["mergeCell", "mergeCells", "worksheet"]:
            reader.found.merged.append(area(node.get("ref", "")))
        elif where == ["worksheet"]:
            found = True
    if not found:
        raise _broken(Cause("it is no worksheet", "它不是工作表"))


class _Reader:
    """What was found so far, and where the next row or cell without a reference stands."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.found = Found()
        self.values: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
        self.formulas: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self.row = -1

    def finish(self) -> Found:
        self.found.values.extend(_strips(self.values))
        self.found.formulas.extend(_strips(self.formulas))
        return self.found

    def take_row(self, row: etree._Element) -> None:
        number = row.get("r", "").strip(SPACES) or str(self.row + 2)
        self.row = int(number) - 1 if number.isdecimal() and len(number) < 9 else -1
        if not 0 <= self.row < LAST_ROW:
            raise _broken(Cause(f"there is no row '{number}'", f"没有行“{number}”"))
        if is_true(row.get("hidden")):
            self.found.hidden_rows.add(self.row)
        column = -1
        for cell in row.iterchildren("{*}c"):
            reference = cell.get("r", "").strip(SPACES)
            column = self._column(reference) if reference else column + 1
            if not 0 <= column < LAST_COLUMN:
                raise _broken(
                    Cause(
                        f"there is no cell '{reference}' in row {self.row + 1}",
                        f"没有单元格“{reference}”（第 {self.row + 1} 行）",
                    )
                )
            self._take_cell(column, cell)

    def _column(self, reference: str) -> int:
        match = REFERENCE.fullmatch(reference)
        return column_of(match[1]) if match and int(match[2]) == self.row + 1 else -1

    def _take_cell(self, column: int, cell: etree._Element) -> None:
        # Where a cell is written twice, the later one holds.
        self.values[column].pop(self.row, None)
        self.formulas[column].pop(self.row, None)
        self.found.errors.discard((self.row, column))
        value = self._value(cell)
        if value is not None:
            self.values[column][self.row] = value
            if cell.get("t") == "e":
                self.found.errors.add((self.row, column))
        formula = cell.find("{*}f")
        if formula is None:
            return
        text = decoded(formula.text or "").removeprefix("=")
        if text or formula.get("t", "normal") != "normal":
            self.formulas[column][self.row] = text
        filled = spread(formula)
        if filled is not None:
            self.found.spreads.append(filled)

    def _value(self, cell: etree._Element) -> Cell:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return None if inline is None else said(inline) or None
        node = cell.find("{*}v")
        text = "" if node is None else node.text or ""
        word = text.strip(SPACES)
        if not text or (not word and kind not in ("str", "e")):
            return None
        if kind == "s":
            return self._shared(word)
        if kind == "b" and word in ("0", "1", "false", "true"):
            return word in ("1", "true")
        if kind == "d":
            return iso_moment(word)
        if kind == "n" and NUMBER.fullmatch(word) and math.isfinite(float(word)):
            shows_date = self.book.shows_date(cell.get("s", "0"))
            return moment(float(word), self.book.epoch_1904) if shows_date else float(word)
        return decoded(text)

    def _shared(self, word: str) -> str | None:
        # No list is longer than this.
        place = int(word) if re.fullmatch("[0-9]{1,9}", word) else -1
        if not 0 <= place < len(self.book.strings):
            raise _broken(Cause(f"there is no shared string '{word}'", f"没有共享字符串“{word}”"))
        return self.book.strings[place]


def _strips(columns: dict[int, dict[int, Value]]) -> Iterator[Strip[Value]]:
    for column, cells in columns.items():
        # A file may have its rows in any order.
        rows = sorted(cells)
        if rows:
            yield Strip(column, rows, [cells[row] for row in rows])


def _broken(reason: Cause) -> PackageBroken:
    return PackageBroken(path="worksheet", reason=reason)
