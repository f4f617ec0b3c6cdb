"""The rows of a worksheet part, one after the other, as the bytes that stand in it.

One pattern reads nearly every cell. A row that holds something it does not know (rich text, an odd
attribute) is parsed by itself; a sheet with prefixes or comments is parsed as a stream.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import SHEET_DATA, column_letters, column_number
from sheetdesk.sheets.xlsx.check.styles import plain_text

__all__ = ["Cell", "Row", "rows_of"]

# Column letters, row digits, style, type, formula, value, inline text; all as written.
Cell = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes]
# The row's number where it says one, its other attributes, its cells.
Row = tuple[int | None, bytes, list[Cell]]

ROW = re.compile(rb'\s*<row(?=[\s/>])(?: r="([0-9]{1,9})")?([^>]*)>')
CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?(?: [cv]m="[0-9]+")*'
    rb"(?:/>|>(?:<f(?: [^>]*)?(?:/>|>([^<]*)</f>))?"
    rb'(?:<v>([^<]*)</v>|<v/>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
ROW_NUMBER = re.compile(rb'\sr="([0-9]{1,9})"')
REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def rows_of(xml: bytes) -> Iterator[Row]:
    """Every row of the part, which must be well-formed."""
    opening = SHEET_DATA.search(xml)
    if opening is None or opening[2]:
        return
    start = opening.end()
    end = xml.rfind(b"</sheetData")
    # The root's own tag, so that a row parsed alone knows the prefixes it uses.
    root = xml.rfind(b"<worksheet", 0, start)
    is_odd = xml.find(b"<!", start, end) >= 0 or xml.count(b"</row") != xml.count(b"</row>")
    if opening[1] or root < 0 or is_odd:
        yield from _streamed(xml)
        return
    head = xml[root : xml.find(b">", root) + 1]
    while found := ROW.match(xml, start, end):
        start = found.end()
        digits = found[1]
        if digits is None and (elsewhere := ROW_NUMBER.search(found[2])):
            digits = elsewhere[1]
        cells: list[Cell] = []
        if not found[2].endswith(b"/"):
            stop = xml.find(b"</row>", start, end)
            cells = CELL.findall(xml, start, stop)
            if len(cells) != xml.count(b"<c", start, stop):
                # An extension list may follow the cells; it is parsed and passed over.
                row = head + found[0] + xml[start:stop] + b"</row></worksheet>"
                cells = _cells(_row(row))
            start = stop + len(b"</row>")
        yield (None if digits is None else int(digits)), found[2], cells


def _row(xml: bytes) -> etree._Element:
    # A row inside a cell is well-formed, but the piece up to its end is not.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)[0]


def _streamed(xml: bytes) -> Iterator[Row]:
    """The same rows from a real parser: slower, and indifferent to how they are written."""
    events = etree.iterparse(
        io.BytesIO(xml), tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, row in events:
        digits = row.get("r", "")
        attributes = "".join(f' {name}="{value}"' for name, value in row.items() if name == "s")
        yield (int(digits) if digits.isdecimal() else None), attributes.encode(), _cells(row)
        row.clear()


def _cells(row: etree._Element) -> list[Cell]:
    """The cells of a parsed row, as the pattern would have given them."""
    cells: list[Cell] = []
    last = 0
    digits = row.get("r", "")
    for node in row.iterchildren("{*}c"):
        ref = node.get("r")
        # A cell may leave its place unsaid: it then follows the one before.
        written = REF.fullmatch(ref) if ref is not None else None
        letters = written[1] if written else column_letters(last + 1)
        number = written[2] if written else digits
        if ref is not None and written is None:
            letters, number = "?", ref
        else:
            last = column_number(letters)
        text = node.find("{*}is")
        cells.append(
            (
                letters.encode(),
                number.encode(),
                node.get("s", "").encode(),
                node.get("t", "").encode(),
                _escaped(node.findtext("{*}f")),
                _escaped(node.findtext("{*}v")),
                _escaped(None if text is None else plain_text(text)),
            )
        )
    return cells


def _escaped(text: str | None) -> bytes:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").encode()
