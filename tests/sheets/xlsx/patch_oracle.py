"""What a patched workbook is held against: its sheets through lxml, its zip through zipfile."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.book import column_letters, column_number
from sheetdesk.sheets.xlsx.check.text import decoded

__all__ = ["Grid", "grid_of", "places_of", "raw_parts", "saved", "strings_of"]

# A sheet of a hundred thousand cells has some dozens of columns.
_column, _letters = cache(column_number), cache(column_letters)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Place = tuple[int, int]


def saved(archive: Archive) -> bytes:
    """The file's bytes."""
    file = io.BytesIO()
    archive.write(file)
    return file.getvalue()


def raw_parts(file: bytes) -> dict[str, bytes]:
    """Each part's local header and packed bytes as they stand in the zip."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        for info in archive.infolist():
            start = info.header_offset
            name, extra = struct.unpack_from("<2H", file, start + 26)
            found[info.filename] = file[start : start + 30 + name + extra + info.compress_size]
    return found


def strings_of(archive: Archive) -> list[str]:
    """The shared strings."""
    if "xl/sharedStrings.xml" not in archive.names():
        return []
    root = etree.fromstring(archive.bytes("xl/sharedStrings.xml"))
    return [text_of(node) for node in root.iterfind(f"{MAIN}si")]


def text_of(node: etree._Element) -> str:
    pieces = [*node.iterfind(f"{MAIN}t"), *node.iterfind(f"{MAIN}r/{MAIN}t")]
    return decoded("".join(piece.text or "" for piece in pieces))


@dataclass
class Grid:
    """A sheet: every cell's own XML, its format, value and formula, and all that is not its rows.

    Places are (row, column) from 1; a cell's XML leaves out its reference.
    """

    xml: dict[Place, bytes] = field(default_factory=dict)
    values: dict[Place, object] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    styles: dict[Place, str | None] = field(default_factory=dict)
    spanned: set[Place] = field(default_factory=set)
    sharing: dict[Place, str] = field(default_factory=dict)
    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    outside: bytes = b""
    dimension: str | None = None


def grid_of(part: bytes, strings: list[str]) -> Grid:
    """The sheet as lxml reads it."""
    root = etree.fromstring(part)
    found = Grid()
    number = 0
    for row in root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        number = int(row.get("r", number + 1))
        kept = {str(k): str(v) for k, v in row.attrib.items() if k not in ("r", "spans")}
        found.rows[number] = kept
        column = 0
        for cell in row.iterfind(f"{MAIN}c"):
            ref = cell.attrib.pop("r", "")
            column = _column(str(ref).rstrip("0123456789")) if ref else column + 1
            assert not ref or ref == f"{_letters(column)}{number}"
            place = (number, column)
            assert place not in found.xml
            found.xml[place] = etree.tostring(cell, with_tail=False)
            found.values[place] = value_of(cell, strings)
            found.styles[place] = cell.get("s")
            formula = cell.find(f"{MAIN}f")
            if formula is not None:
                found.formulas[place] = formula.text or ""
                if formula.get("t") == "shared":
                    found.sharing[place] = str(formula.get("si"))
                if formula.get("t") in ("array", "dataTable") or cell.get("cm"):
                    found.spanned |= places_of(str(formula.get("ref", ref)))
    data = root.find(f"{MAIN}sheetData")
    assert data is not None
    for node in list(data):
        data.remove(node)
    data.text = None
    for merge in root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell"):
        found.spanned |= places_of(str(merge.get("ref")))
    dimension = root.find(f"{MAIN}dimension")
    if dimension is not None:
        found.dimension = str(dimension.attrib.pop("ref", ""))
    found.outside = etree.tostring(root, method="c14n")
    return found


def value_of(cell: etree._Element, strings: list[str]) -> object:
    """A cell's value: None, text, number or truth; an error as ("error", text)."""
    kind = cell.get("t", "n")
    text = cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        return None if inline is None else text_of(inline) or None
    if not text:
        return None
    if kind == "s":
        return strings[int(text)] or None
    if kind == "str":
        return decoded(text)
    if kind == "b":
        return text == "1"
    return ("error", text) if kind == "e" else float(text)


def places_of(ref: str) -> set[Place]:
    """Every cell of a range."""
    first, _, last = ref.partition(":")
    corners = [
        (int(corner.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), column_number(corner.rstrip("0123456789")))
        for corner in (first, last or first)
    ]
    (top, left), (bottom, right) = corners
    return {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
