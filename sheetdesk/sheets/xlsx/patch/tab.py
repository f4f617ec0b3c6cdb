"""A new tab for a workbook: a small worksheet part, and what has to know of it.

Source: ECMA-376 part 1, 12.3.24 (worksheet part), 18.2.19 (sheet).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.causes import SIGNED
from sheetdesk.sheets.xlsx.check.book import MAX_COLUMN, MAX_ROW
from sheetdesk.sheets.xlsx.markup import MAIN, REL
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, HEAD, relations_of
from sheetdesk.sheets.xlsx.patch.cell import Unwritable, Writing
from sheetdesk.sheets.xlsx.patch.layout import place_name
from sheetdesk.sheets.xlsx.patch.markup import Splices, children, decoded, encode_attribute, tags
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from sheetdesk.table.edits import CellEdit

__all__ = ["new_tab"]

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAX_TITLE = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]|^'|'$")


def new_tab(archive: Archive, title: str, cells: Iterable[CellEdit], *, very_hidden: bool) -> Archive:
    """The archive with one more tab, the last. Raises PatchRefused for a title taken or not allowed."""
    book = Workbook.of(archive)
    if any(name.startswith("_xmlsignatures/") for name in archive.names()):
        raise PatchRefused(part="_xmlsignatures", reason=SIGNED)
    text = decoded(book.part, archive.bytes(book.part))
    root, *_ = tags(book.part, text.xml)
    listed = [
        child
        for section in children(book.part, text.xml, root.end, text.xml.rfind(b"</"))
        if section.opening.name == b"sheets"
        for child in children(book.part, text.xml, section.opening.end, section.content_end)
    ]
    if not listed:
        raise PatchRefused(part=book.part, reason=Cause("it has no tabs", "其中没有工作表"))
    sheets = [child.opening for child in listed]
    taken = {tag.attributes().get("name", "").casefold() for tag in sheets}
    if not title or len(title) > MAX_TITLE or FORBIDDEN.search(title) or title.casefold() in taken:
        raise PatchRefused(
            part=book.part, reason=Cause(f"it can have no tab {title!r}", f"不能新建名为“{title}”的工作表")
        )
    number = 1
    names = {name.casefold() for name in archive.names()}
    while f"xl/worksheets/sheet{number}.xml" in names:
        number += 1
    part = f"xl/worksheets/sheet{number}.xml"
    is_strict = any("purl.oclc.org" in value for value in root.attributes().values())
    space = STRICT_REL if is_strict else REL
    key, relations = _related(archive, book.part, f"{space}/worksheet", f"/{part}")
    ids = [int(tag.attributes().get("sheetId", "0")) for tag in sheets]
    state = ' state="veryHidden"' if very_hidden else ""
    entry = b'<%bsheet name="%b" sheetId="%d"%b xmlns:r="%b" r:id="%b"/>' % (
        root.prefix, encode_attribute(title), max(ids, default=0) + 1, state.encode(), space.encode(),
        key.encode(),
    )  # fmt: skip
    splices = Splices(book.part, text.xml)
    splices.put(listed[-1].end, listed[-1].end, entry)
    override = b'<%%bOverride PartName="/%b" ContentType="%b"/>' % (part.encode(), SHEET_TYPE.encode())
    return archive.with_parts(
        {
            part: _worksheet(part, cells, STRICT_MAIN if is_strict else MAIN, is_1904=book.is_1904),
            relations_of(book.part): relations,
            CONTENT_TYPES: _with_child(archive, CONTENT_TYPES, override),
            book.part: b"".join(text.encoded(splices.chunks())),
        }
    )


def _related(archive: Archive, source: str, kind: str, target: str) -> tuple[str, bytes]:
    """The id of a new relationship, and the part of relations with it."""
    name = relations_of(source)
    xml = decoded(name, archive.bytes(name)).xml
    taken = {tag.attributes().get("Id", "") for tag in tags(name, xml) if not tag.is_close}
    number = 1
    while f"rId{number}" in taken:
        number += 1
    entry = b'<%%bRelationship Id="rId%d" Type="%b" Target="%b"/>' % (number, kind.encode(), target.encode())
    return f"rId{number}", _with_child(archive, name, entry)


def _with_child(archive: Archive, part: str, child: bytes) -> bytes:
    """The part with one more child of its root, the last; `%b` in it is the root's prefix."""
    text = decoded(part, archive.bytes(part))
    root, *_ = tags(part, text.xml)
    if root.is_empty:
        raise PatchRefused(part=part, reason=Cause("it is empty", "其内容为空"))
    at = text.xml.rfind(b"</")
    # Whoever is behind it: the root's children must close.
    list(children(part, text.xml, root.end, at))
    splices = Splices(part, text.xml)
    splices.put(at, at, child % root.prefix)
    return b"".join(text.encoded(splices.chunks()))


def _worksheet(part: str, cells: Iterable[CellEdit], space: str, *, is_1904: bool) -> bytes:
    rows: dict[int, dict[int, bytes]] = defaultdict(dict)
    writing = Writing(is_1904)
    for edit in cells:
        place = place_name(edit.row + 1, edit.column + 1)
        if not (0 <= edit.row < MAX_ROW and 0 <= edit.column < MAX_COLUMN):
            raise PatchRefused(
                part=part, reason=Cause(f"{place} is not on a sheet", f"{place} 超出工作表范围")
            )
        try:
            rows[edit.row][edit.column] = writing.cell(b'<c r="%b">' % place.encode(), edit)
        except Unwritable as error:
            raise PatchRefused(part=part, reason=error.at(place)) from error
    data = b"".join(
        b'<row r="%d">%b</row>' % (row + 1, b"".join(cell for _, cell in sorted(held.items())))
        for row, held in sorted(rows.items())
    )
    return HEAD + b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>' % (space.encode(), data)
