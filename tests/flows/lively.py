"""A workbook that people have made their own: what they did to it, part by part, as a program saves it."""

from __future__ import annotations

import io
import re
from pathlib import Path

from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.book import column_letters
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.patch.columns import NewColumn, add_columns
from sheetdesk.sheets.xlsx.patch.whole import new_tab, patch
from sheetdesk.table.edits import CellEdit, TabEdits

__all__ = [
    "OWN_CHECK", "OWN_HIGHLIGHT", "add_own_column", "add_own_rules", "add_own_sheet", "change_widths",
    "format_cell", "rename_header", "sheet_xml", "swap_columns", "swap_rows", "type_cells",
]  # fmt: skip

SHEET = "xl/worksheets/sheet1.xml"
TABLE = "xl/tables/table1.xml"
STYLES = "xl/styles.xml"
OWN_HIGHLIGHT = b'<cfRule type="expression" priority="1"><formula>$C2="Remember"</formula></cfRule>'
OWN_CHECK = b'<formula1>"calm,angry"</formula1>'


def _rewritten(path: Path, archive: Archive) -> None:
    buffer = io.BytesIO()
    archive.write(buffer)
    path.write_bytes(buffer.getvalue())


def _changed(path: Path, parts: dict[str, bytes]) -> None:
    _rewritten(path, Archive.read(path.read_bytes()).with_parts(dict(parts)))


def sheet_xml(path: Path, part: str = SHEET) -> bytes:
    return Package.read(path).bytes(part)


def type_cells(path: Path, tab: str, cells: dict[tuple[int, int], str | float | None]) -> None:
    """Type into cells, (row, column) from 0."""
    edits = tuple(CellEdit(row, column, value) for (row, column), value in cells.items())
    _rewritten(path, patch(Archive.read(path.read_bytes()), [TabEdits(tab, edits)]))


def add_own_column(path: Path, title: str, values: dict[int, str]) -> int:
    """A column right of the table, with a text in some rows (from 0); where it stands."""
    archive = add_columns(Archive.read(path.read_bytes()), "Tickets", 0, [NewColumn(title, 20)])
    _rewritten(path, archive)
    area = re.search(rb'ref="A1:([A-Z]+)\d+"', sheet_xml(path, TABLE))
    assert area is not None
    place = next(n for n in range(200) if column_letters(n + 1).encode() == area[1])
    type_cells(path, "Tickets", {(row, place): text for row, text in values.items()})
    return place


def add_own_sheet(path: Path, title: str) -> None:
    cells = [CellEdit(0, 0, "Our own notes"), CellEdit(1, 0, 42.0)]
    _rewritten(path, new_tab(Archive.read(path.read_bytes()), title, cells, very_hidden=False))


def add_own_rules(path: Path, place: int) -> None:
    """A highlight before all others, and a list to choose from in a column (from 0) of their own."""
    xml = sheet_xml(path)
    xml = re.sub(rb'priority="(\d+)"', lambda found: b'priority="%d"' % (int(found[1]) + 1), xml)
    at = xml.index(b"<conditionalFormatting")
    xml = (
        xml[:at]
        + b'<conditionalFormatting sqref="C2:C30">%b</conditionalFormatting>' % OWN_HIGHLIGHT
        + xml[at:]
    )
    column = column_letters(place + 1).encode()
    check = b'<dataValidation type="list" allowBlank="1" sqref="%b2:%b99">%b</dataValidation>' % (
        column, column, OWN_CHECK,
    )  # fmt: skip
    xml = xml.replace(b"</dataValidations>", check + b"</dataValidations>")
    count = re.search(rb'<dataValidations count="(\d+)"', xml)
    assert count is not None
    xml = xml.replace(count[0], b'<dataValidations count="%d"' % (int(count[1]) + 1))
    _changed(path, {SHEET: xml})


def change_widths(path: Path, *, wide: int, hidden: int) -> None:
    """One column (from 0) made wide, one hidden."""
    xml = sheet_xml(path)
    for place, attributes in ((wide, b'width="77"'), (hidden, b'hidden="1" width="9"')):
        col = re.compile(rb'<col min="%d" max="%d" width="[^"]*"' % (place + 1, place + 1))
        xml, count = col.subn(b'<col min="%d" max="%d" %b' % (place + 1, place + 1, attributes), xml)
        assert count == 1
    _changed(path, {SHEET: xml})


def format_cell(path: Path, row: int, column: int, number_format: int) -> None:
    """One cell (from 0) gets another number format, by the id that every program knows."""
    styles = sheet_xml(path, STYLES)
    count = re.search(rb'<cellXfs count="(\d+)">', styles)
    assert count is not None
    look = int(count[1])
    styles = styles.replace(count[0], b'<cellXfs count="%d">' % (look + 1))
    one = b'<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    styles = styles.replace(b"</cellXfs>", one % number_format)
    name = b"%b%d" % (column_letters(column + 1).encode(), row + 1)
    xml, found = re.subn(rb'(<c r="%b" s=")\d+"' % name, rb'\g<1>%d"' % look, sheet_xml(path))
    assert found == 1
    _changed(path, {STYLES: styles, SHEET: xml})


def rename_header(path: Path, place: int, title: str) -> None:
    edits = TabEdits("Tickets", header={"tickets": {place: title}})
    _rewritten(path, patch(Archive.read(path.read_bytes()), [edits]))


def swap_columns(path: Path, left: int) -> None:
    """A column (from 0) and its right neighbour trade places, and all that speaks of them follows."""
    one, other = (column_letters(left + 1 + n).encode() for n in (0, 1))
    trade = {one: other, other: one}

    def follow(xml: bytes) -> bytes:
        return re.sub(
            rb"(?<![A-Za-z0-9_'!.])(\$?)(%b|%b)(?=\$?\d)" % (one, other),
            lambda found: found[1] + trade[found[2]],
            xml,
        )

    xml = follow(sheet_xml(path))
    cells = rb'(<c r="%b(\d+)"(?:[^>]*/>|.*?</c>))(<c r="%b\2"(?:[^>]*/>|.*?</c>))' % (other, one)
    xml = re.sub(cells, rb"\3\1", xml)
    cols = rb'<col min="%d" max="%d"([^>]*)/><col min="%d" max="%d"([^>]*)/>'
    numbers = (left + 1, left + 1, left + 2, left + 2)
    found = re.search(cols % numbers, xml)
    assert found is not None
    new = b'<col min="%d" max="%d"%b/><col min="%d" max="%d"%b/>' % (
        left + 1, left + 1, found[2], left + 2, left + 2, found[1],
    )  # fmt: skip
    xml = xml.replace(found[0], new)
    table = sheet_xml(path, TABLE)
    columns = re.findall(rb"<tableColumn (?:[^>]*/>|.*?</tableColumn>)", table)
    moved = [*columns[:left], columns[left + 1], columns[left], *columns[left + 2 :]]
    table = table.replace(b"".join(columns), b"".join(moved))
    _changed(path, {SHEET: xml, TABLE: table})


def swap_rows(path: Path, one: int, other: int) -> None:
    """Two rows (from 1) trade places, as sorting does; neither holds a formula that names a place."""
    xml = sheet_xml(path)
    rows = {number: re.search(rb'<row r="%d".*?</row>' % number, xml) for number in (one, other)}
    texts = {number: found[0] for number, found in rows.items() if found is not None}

    def numbered(text: bytes, was: int, now: int) -> bytes:
        text = text.replace(b'<row r="%d"' % was, b'<row r="%d"' % now)
        return re.sub(rb'(<c r="[A-Z]+)%d"' % was, rb'\g<1>%d"' % now, text)

    xml = xml.replace(texts[one], b"@@").replace(texts[other], numbered(texts[one], one, other))
    _changed(path, {SHEET: xml.replace(b"@@", numbered(texts[other], other, one))})
