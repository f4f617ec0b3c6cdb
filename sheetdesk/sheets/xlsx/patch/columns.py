"""New columns at the right edge of a table that people edit, native or a plain range with a header row.

The header cell looks like its neighbour; what stands in the cells below is for whoever writes values.
Everything is judged first: where something stands in the way nothing is changed.
Source: ECMA-376 part 1, 18.5.1.2 (table), 18.5.1.3 (tableColumn), 18.3.1.13 (col), 18.3.1.2 (autoFilter).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.causes import SIGNED
from sheetdesk.sheets.xlsx.check.book import MAX_COLUMN, Block, block
from sheetdesk.sheets.xlsx.markup import xstring
from sheetdesk.sheets.xlsx.package import Part
from sheetdesk.sheets.xlsx.patch.blocks import area_name, merged_blocks
from sheetdesk.sheets.xlsx.patch.causes import fed_from_elsewhere, no_room_beside, several_tables
from sheetdesk.sheets.xlsx.patch.cell import Found, Writing, read_cell
from sheetdesk.sheets.xlsx.patch.layout import Layout, place_name, walked
from sheetdesk.sheets.xlsx.patch.markup import (
    Splices,
    children,
    decoded,
    encode_attribute,
    tags,
    with_attributes,
)
from sheetdesk.sheets.xlsx.patch.rows import splice_dimension, splice_rows
from sheetdesk.sheets.xlsx.patch.search import Row
from sheetdesk.sheets.xlsx.patch.table import NativeTable, tables_of
from sheetdesk.sheets.xlsx.patch.workbook import SharedTexts, Workbook
from sheetdesk.sheets.xlsx.rows import escape_text
from sheetdesk.table.edits import CellEdit

__all__ = ["NewColumn", "add_columns"]

LONGEST_TITLE = 255
FILTER = re.compile(r"(.*!\$[A-Z]{1,3}\$[0-9]+:\$)([A-Z]{1,3})(\$[0-9]+)", re.DOTALL)


@dataclass(frozen=True)
class NewColumn:
    """A column to come. `style` is the number of its cells' format in the workbook, `formula` (without
    `=`) what a native table puts into every row; `width_chars` None leaves the width as it is.
    """

    title: str
    width_chars: float | None = None
    style: int | None = None
    formula: str = ""
    is_hidden: bool = False


def add_columns(archive: Archive, tab: str, header: int, columns: Sequence[NewColumn]) -> Archive:
    """The archive with `columns` right of the table whose header stands in row `header` (from 0) of `tab`.

    Raises PatchRefused where there is no room, a title stands twice or the table cannot be told.
    """
    if not columns:
        return archive
    if any(name.startswith("_xmlsignatures/") for name in archive.names()):
        raise PatchRefused(part="_xmlsignatures", reason=SIGNED)
    book = Workbook.of(archive)
    part = book.tab(tab)
    text = decoded(part, archive.bytes(part))
    work = _Widening(book, tab, walked(part, text.xml), tables_of(archive, part), header + 1)
    table = work.table
    first = work.right + 1
    work.check(columns)
    changed: dict[str, Part | None] = {}
    if table is not None:
        native = decoded(table.part, archive.bytes(table.part))
        splices = _wider_table(tab, table, native.xml, columns)
        changed[table.part] = b"".join(native.encoded(splices.chunks()))
    else:
        work.widen_filter(first + len(columns) - 1)
        changed |= _wider_filter_name(book, tab, work, first + len(columns) - 1)
    work.write(columns)
    changed[part] = b"".join(text.encoded(work.splices.chunks()))
    return archive.with_parts(changed)


class _Widening:
    """One worksheet while it gets columns. Rows and columns count from 1."""

    def __init__(self, book: Workbook, tab: str, layout: Layout, tables: Sequence[NativeTable], header: int):
        self.tab = tab
        self.layout = layout
        self.header = header
        self.splices = Splices(layout.part, layout.xml)
        self._shared = SharedTexts(book)
        self._writing = Writing(book.is_1904)
        self._tables = tables
        own = [table for table in tables if table.area.top == header and table.header_rows]
        if len(own) > 1:
            raise self._refusal(several_tables(header))
        self.table = own[0] if own else None
        row = layout.row(header)
        cells = layout.cells(row) if row else []
        titles = {cell.column: self._cell(cell.column, header) for cell in cells}
        filled = {column: found for column, found in titles.items() if found and not found.is_blank}
        if not filled:
            raise self._refusal(Cause(f"row {header} holds no titles", f"第 {header} 行没有标题"))
        self.right = self.table.area.right if self.table else max(filled)
        self.left = self.table.area.left if self.table else min(filled)
        self._titles = self.table.titles if self.table else tuple(str(f.value) for f in filled.values())

    def _refusal(self, reason: Cause) -> PatchRefused:
        return PatchRefused(part=self.tab, reason=reason)

    def _cell(self, column: int, number: int) -> Found | None:
        row = self.layout.row(number)
        held = {cell.column: cell for cell in self.layout.cells(row)}.get(column) if row else None
        return read_cell(self.layout, held, self._shared) if held else None

    def check(self, columns: Sequence[NewColumn]) -> None:
        """Refuse what would stand over something, or could not be told from what is there."""
        titles = [title.casefold() for title in (*self._titles, *(c.title for c in columns))]
        news = titles[len(self._titles) :]
        if any(titles.count(title) > 1 for title in news) or not all(
            0 < len(c.title) <= LONGEST_TITLE and c.title.strip() for c in columns
        ):
            raise self._refusal(
                Cause("the titles of the table would not be told apart", "表格的列标题会无法区分")
            )
        first, last = self.right + 1, self.right + len(columns)
        if last > MAX_COLUMN:
            raise self._refusal(Cause("there are no more columns", "工作表已没有可用的列"))
        bottom = self.table.area.bottom if self.table else None
        for other in self._tables:
            if other is not self.table and _meets(other.area, first, last, self.header, bottom):
                raise self._no_room(other.area.top, other.area.left)
        for merged in merged_blocks(self.layout):
            if _meets(merged, first, last, self.header, bottom):
                raise self._no_room(merged.top, merged.left)
        row = self.layout.rows.floor(self.header - 1)
        while (row := self.layout.rows.after(row)) and (bottom is None or row.number <= bottom):
            for cell in self.layout.cells(row):
                if first <= cell.column <= last and not read_cell(self.layout, cell, self._shared).is_blank:
                    raise self._no_room(row.number, cell.column)

    def _no_room(self, row: int, column: int) -> PatchRefused:
        return self._refusal(no_room_beside(place_name(row, column)))

    def write(self, columns: Sequence[NewColumn]) -> None:
        """Header cells and what the sheet says about whole columns."""
        neighbour = self._cell(self.right, self.header)
        style = neighbour.attributes.get("s") if neighbour else None
        writes = {}
        for offset, column in enumerate(columns, self.right + 1):
            name = place_name(self.header, offset)
            opening = with_attributes(b"<%bc>" % self.layout.prefix, r=name, s=style)
            edit = CellEdit(self.header - 1, offset - 1, column.title)
            writes[self.header, offset] = self._writing.cell(opening, edit, b"")

        def row_of(number: int) -> tuple[Row | None, dict[int, object]]:
            row = self.layout.row(number)
            return row, {cell.column: cell for cell in self.layout.cells(row)} if row else {}

        splice_rows(self.layout, writes, row_of, self.splices)  # type: ignore[arg-type]
        splice_dimension(self.layout, set(writes), self.splices)
        _write_widths(self.layout, self.right + 1, columns, self.splices)

    def widen_filter(self, last: int) -> None:
        """Let a filter over the whole range take the new columns in, so that sorting moves them too."""
        section = self.layout.section(b"autoFilter")
        area = block(section.opening.attributes().get("ref")) if section else None
        if section and area and area.top == self.header and area.right == self.right:
            tag = section.opening
            opening = self.layout.xml[tag.start : tag.end]
            ref = area_name(replace(area, right=last))
            self.splices.put(tag.start, tag.end, with_attributes(opening, ref=ref))


def _meets(area: Block, first: int, last: int, top: int, bottom: int | None) -> bool:
    is_beside = area.left <= last and area.right >= first and area.bottom >= top
    return is_beside and (bottom is None or area.top <= bottom)


def _wider_table(tab: str, table: NativeTable, xml: bytes, columns: Sequence[NewColumn]) -> Splices:
    """The table's part with the columns. Raises PatchRefused for tables that are fed from elsewhere."""
    splices = Splices(table.part, xml)
    last = table.area.right + len(columns)
    numbers = [0]
    for tag in tags(table.part, xml):
        kind = tag.attributes().get("tableType", "worksheet") if tag.name == b"table" else "worksheet"
        if kind != "worksheet":
            raise PatchRefused(part=tab, reason=fed_from_elsewhere(table.name))
        if tag.name == b"tableColumn" and not tag.is_close:
            number = tag.attributes().get("id", "")
            numbers.append(int(number) if number.isdecimal() else 0)
        if tag.name in (b"table", b"autoFilter") and not tag.is_close:
            area = block(tag.attributes().get("ref"))
            if area is not None and area.right == table.area.right:
                ref = area_name(replace(area, right=last))
                splices.put(tag.start, tag.end, with_attributes(xml[tag.start : tag.end], ref=ref))
        if tag.name == b"tableColumns" and not tag.is_close:
            count = str(len(table.titles) + len(columns))
            splices.put(tag.start, tag.end, with_attributes(xml[tag.start : tag.end], count=count))
        if tag.name == b"tableColumns" and tag.is_close:
            new = b"".join(
                _table_column(tag.prefix, max(numbers) + offset, column)
                for offset, column in enumerate(columns, 1)
            )
            splices.put(tag.start, tag.start, new)
    return splices


def _table_column(prefix: bytes, number: int, column: NewColumn) -> bytes:
    opening = b'<%btableColumn id="%d" name="%b"' % (prefix, number, encode_attribute(xstring(column.title)))
    if not column.formula:
        return opening + b"/>"
    formula = escape_text(column.formula).encode()
    name = prefix + b"calculatedColumnFormula"
    return opening + b"><%b>%b</%b></%btableColumn>" % (name, formula, name, prefix)


def _wider_filter_name(book: Workbook, tab: str, work: _Widening, last: int) -> dict[str, Part | None]:
    """The workbook's part where it names the range of the tab's filter, widened."""
    text = decoded(book.part, book.archive.bytes(book.part))
    place = -1
    splices = Splices(book.part, text.xml)
    scope = ""
    named = None
    for tag in tags(book.part, text.xml):
        if tag.name == b"sheet" and not tag.is_close:
            place += 1
            if tag.attributes().get("name") == tab:
                scope = str(place)
        elif tag.name == b"definedName":
            if not tag.is_close:
                said = tag.attributes()
                is_filter = said.get("name") == "_xlnm._FilterDatabase" and said.get("localSheetId") == scope
                named = tag if is_filter else None
            elif named is not None:
                found = FILTER.fullmatch(text.xml[named.end : tag.start].decode())
                if found and found[2] == place_name(1, work.right)[:-1]:
                    new = f"{found[1]}{place_name(1, last)[:-1]}{found[3]}"
                    splices.put(named.end, tag.start, new.encode())
                named = None
    return {book.part: b"".join(text.encoded(splices.chunks()))} if splices else {}


def _write_widths(layout: Layout, first: int, columns: Sequence[NewColumn], splices: Splices) -> None:
    """Say how wide the new columns are and what their empty cells look like."""
    told = {
        first + offset: column
        for offset, column in enumerate(columns)
        if column.width_chars is not None or column.style is not None or column.is_hidden
    }
    if not told:
        return
    section = layout.section(b"cols")
    p = layout.prefix
    if section is None:
        new = b"".join(_width(b"<%bcol/>" % p, number, column) for number, column in sorted(told.items()))
        at = layout.data.opening.start
        splices.put(at, at, b"<%bcols>%b</%bcols>" % (p, new, p))
        return
    pieces: list[tuple[int, bytes]] = []
    for element in children(layout.part, layout.xml, section.opening.end, section.content_end):
        tag = element.opening
        opening = layout.xml[tag.start : tag.end]
        said = tag.attributes()
        edges = said.get("min", ""), said.get("max", "")
        if not all(edge.isdecimal() for edge in edges):
            raise PatchRefused(
                part=layout.part, reason=Cause("its column widths cannot be read", "其列宽无法读取")
            )
        low, high = int(edges[0]), int(edges[1])
        inside = sorted(number for number in told if low <= number <= high)
        for number in [*inside, high + 1]:
            if low < number:
                pieces.append((low, with_attributes(opening, min=str(low), max=str(number - 1))))
            if number in inside:
                pieces.append((number, _width(opening, number, told.pop(number))))
            low = number + 1
    pieces += [(number, _width(b"<%bcol/>" % p, number, column)) for number, column in told.items()]
    whole = b"".join(piece for _, piece in sorted(pieces, key=lambda piece: piece[0]))
    splices.put(section.opening.end, section.content_end, whole)


def _width(opening: bytes, number: int, column: NewColumn) -> bytes:
    """The `col` element of one column, from one that spoke of it before."""
    if not opening.endswith(b"/>"):
        opening = opening[:-1] + b"/>"
    width = None if column.width_chars is None else f"{column.width_chars:.8g}"
    changed: dict[str, str | None] = {"min": str(number), "max": str(number)}
    if width is not None:
        changed |= {"width": width, "customWidth": "1"}
    elif b"width" not in opening:
        changed["width"] = "9.140625"
    if column.style is not None:
        changed["style"] = str(column.style)
    changed["hidden"] = "1" if column.is_hidden else None
    return with_attributes(opening, **changed)
