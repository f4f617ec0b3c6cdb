"""Where things stand in a worksheet part: what is before its rows, the rows, what is behind them.

Rows are found by bisecting the bytes: a hundred rows of a hundred thousand cost a few hundred looks.
That trusts the common spelling and ascending numbers. Where a look shows anything else, `Unsure` is
raised and the caller starts again with `walked`, which reads every tag and is certain.
Source: ECMA-376 part 1, 18.3.1.99 (worksheet), 18.3.1.73 (row), 18.3.1.4 (c).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.check.book import MAX_COLUMN, MAX_ROW, column_letters, column_number
from sheetdesk.sheets.xlsx.patch.markup import UNCERTAIN, Element, Tag, children, tags
from sheetdesk.sheets.xlsx.patch.search import Row, Rows, SearchedRows, Unsure, WalkedRows

__all__ = ["CellPlace", "Layout", "has_mark", "head_of", "place_name", "searched", "walked"]

MAIN_SPACES = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
PLAIN_CELL = re.compile(
    rb'<c( r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: (?!xmlns)[a-z]+="[^"<>]*")*)(?:/>|>(.*?)</c>)', re.DOTALL
)
# So many marks in texts, and counting them costs more than the slower search.
MANY_MARKS = 20_000


@dataclass(frozen=True)
class CellPlace:
    """A cell element; `column` counts from 1."""

    column: int
    element: Element


@dataclass(frozen=True)
class Layout:
    """A worksheet part taken apart. `head` and `tail` are the root's children around the rows."""

    part: str
    xml: bytes
    root: Tag
    spaces: frozenset[bytes]
    head: tuple[Element, ...]
    data: Element
    tail: tuple[Element, ...]
    rows: Rows
    is_plain: bool = False
    """No comment, CDATA or instruction behind `head`, and no prefix on rows and cells."""

    @property
    def prefix(self) -> bytes:
        """What stands before the names of rows and cells."""
        return self.data.opening.prefix

    def is_main(self, tag: Tag, name: bytes) -> bool:
        """Whether the tag is the spreadsheet's own of this name."""
        return tag.name == name and tag.prefix in self.spaces

    def section(self, name: bytes) -> Element | None:
        """The root's child of this name."""
        sections = (*self.head, *self.tail)
        return next((found for found in sections if self.is_main(found.opening, name)), None)

    def row(self, number: int) -> Row | None:
        """The row of this number, from 1."""
        found = self.rows.floor(number)
        return found if found and found.number == number else None

    def cells(self, row: Row) -> list[CellPlace]:
        """The row's cells from left to right. Raises PatchRefused where they are out of order."""
        return list(self.places(row).values())

    def places(self, row: Row) -> Mapping[int, CellPlace]:
        """The same cells by column."""
        if self.is_plain and (plain := self._plain_cells(row)) is not None:
            return plain
        found: dict[int, CellPlace] = {}
        last = 0
        for element in children(self.part, self.xml, row.opening.end, row.content_end):
            tag = element.opening
            if not self.is_main(tag, b"c"):
                continue
            attributes = tag.attributes()
            if "r" in attributes:
                ref = REF.fullmatch(attributes["r"])
                column = column_number(ref[1]) if ref and int(ref[2]) == row.number else 0
            else:
                column = last + 1
            if not last < column <= MAX_COLUMN or b"xmlns" in tag.raw:
                raise PatchRefused(
                    part=self.part,
                    reason=Cause(
                        f"row {row.number} has cells out of order", f"第 {row.number} 行的单元格顺序有误"
                    ),
                )
            last = column
            found[column] = CellPlace(column, element)
        return found

    def _plain_cells(self, row: Row) -> PlainCells | None:
        """The cells of a row spelled as most programs do, None for any other."""
        hits: dict[int, re.Match[bytes]] = {}
        at, last, full = row.opening.end, 0, 0
        number = b"%d" % row.number
        for hit in PLAIN_CELL.finditer(self.xml, at, row.content_end):
            letters, digits, inside = hit.group(2, 3, 4)
            column = _plain_column(letters)
            start, end = hit.span()
            if start != at or not last < column <= MAX_COLUMN or digits != number:
                return None
            full += inside is not None
            at, last = end, column
            hits[column] = hit
        if at != row.content_end or self.xml.count(b"</c>", row.opening.end, at) != full:
            return None
        return PlainCells(hits)


@dataclass(frozen=True)
class PlainCells(Mapping[int, CellPlace]):
    """Cells by column, as PLAIN_CELL found them: of a long row few are looked at."""

    hits: Mapping[int, re.Match[bytes]]

    def __getitem__(self, column: int) -> CellPlace:
        hit = self.hits[column]
        start, stop = hit.span()
        is_empty = hit[4] is None
        end = hit.end(1) + (2 if is_empty else 1)
        tag = Tag(start, end, b"", b"c", is_close=False, is_empty=is_empty, raw=hit[1])
        return CellPlace(column, Element(tag, stop if is_empty else hit.end(4), stop))

    def __iter__(self) -> Iterator[int]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@lru_cache(MAX_COLUMN)
def _plain_column(letters: bytes) -> int:
    return column_number(letters.decode())


def searched(part: str, xml: bytes) -> Layout:
    """The layout, its rows to be found by bisecting. Raises Unsure, PatchRefused."""
    root, spaces, head, data = head_of(part, xml)
    if data.is_empty:
        return _layout(part, xml, root, spaces, head, Element(data, data.end, data.end), WalkedRows([]))
    if len(spaces) > 1 or has_mark(xml, data.end, b"!") or has_mark(xml, data.end, b"?"):
        raise Unsure
    close = xml.rfind(b"</" + data.prefix + b"sheetData")
    if close < data.end:
        raise Unsure
    end = xml.find(b">", close) + 1
    rows = SearchedRows(part, xml, data.prefix, data.end, close)
    first = xml.find(b"<", data.end)
    # All rows are spelled like the first, or there is none.
    if first != close and rows.next_tag(data.end) != first:
        raise Unsure
    layout = _layout(part, xml, root, spaces, head, Element(data, close, end), rows)
    return replace(layout, is_plain=not data.prefix)


def walked(part: str, xml: bytes) -> Layout:
    """The layout, every tag of its rows read. Raises PatchRefused."""
    root, spaces, head, data = head_of(part, xml)
    if data.is_empty:
        return _layout(part, xml, root, spaces, head, Element(data, data.end, data.end), WalkedRows([]))
    rows: list[Row] = []
    open_tags: list[Tag] = []
    last = 0
    for tag in tags(part, xml, data.end):
        if tag.is_close:
            opened = open_tags.pop() if open_tags else data
            if (opened.prefix, opened.name) != (tag.prefix, tag.name):
                raise PatchRefused(part=part, reason=UNCERTAIN)
            if opened is data:
                whole = Element(data, tag.start, tag.end)
                return _layout(part, xml, root, spaces, head, whole, WalkedRows(rows))
            if not open_tags:
                rows.append(Row(last, opened, tag.start, tag.end))
            continue
        if not open_tags:
            last = _number(part, tag, spaces, last)
            if tag.is_empty:
                rows.append(Row(last, tag, tag.end, tag.end))
        if not tag.is_empty:
            open_tags.append(tag)
    raise PatchRefused(part=part, reason=UNCERTAIN)


def _number(part: str, tag: Tag, spaces: frozenset[bytes], last: int) -> int:
    """The number of a row behind row `last`."""
    if tag.name != b"row" or tag.prefix not in spaces or b"xmlns" in tag.raw:
        raise PatchRefused(part=part, reason=UNCERTAIN)
    digits = tag.attributes().get("r", str(last + 1))
    if not digits.isascii() or not digits.isdigit() or not last < int(digits) <= MAX_ROW:
        raise PatchRefused(part=part, reason=Cause("its rows are out of order", "其行的顺序有误"))
    return int(digits)


def head_of(part: str, xml: bytes) -> tuple[Tag, frozenset[bytes], tuple[Element, ...], Tag]:
    """The root's tag, the prefixes of the spreadsheet's own names, what is before the rows, their tag."""
    walk = tags(part, xml)
    root = next(walk, None)
    if root is None or root.name != b"worksheet":
        raise PatchRefused(part=part, reason=Cause("it is no worksheet", "它不是工作表"))
    spaces = frozenset(
        key.encode()[6:] + b":" if ":" in key else b""
        for key, value in root.attributes().items()
        if value in MAIN_SPACES and (key == "xmlns" or key.startswith("xmlns:"))
    )
    depth = 0
    for tag in walk:
        if depth == 0 and tag.name == b"sheetData" and tag.prefix in spaces and not tag.is_close:
            if root.prefix not in spaces:
                break
            return root, spaces, tuple(children(part, xml, root.end, tag.start)), tag
        depth += 0 if tag.is_empty else -1 if tag.is_close else 1
    raise PatchRefused(part=part, reason=Cause("it has no rows where they belong", "应有行数据之处没有行"))


def _layout(
    part: str,
    xml: bytes,
    root: Tag,
    spaces: frozenset[bytes],
    head: tuple[Element, ...],
    data: Element,
    rows: Rows,
) -> Layout:
    close = xml.rfind(b"</" + root.prefix + b"worksheet")
    if close < data.end:
        raise PatchRefused(part=part, reason=UNCERTAIN)
    tail = tuple(children(part, xml, data.end, close))
    return Layout(part, xml, root, spaces, head, data, tail, rows)


def has_mark(xml: bytes, start: int, mark: bytes) -> bool:
    """Whether a comment, CDATA or instruction starts behind `start`. Looking for one byte is fastest."""
    at = start
    for _ in range(MANY_MARKS):
        at = xml.find(mark, at + 1)
        if at < 0:
            return False
        if xml[at - 1] == 0x3C:
            return True
    return xml.find(b"<" + mark, at) >= 0


def place_name(row: int, column: int) -> str:
    """`B7` for row 7, column 2."""
    return f"{column_letters(column)}{row}"
