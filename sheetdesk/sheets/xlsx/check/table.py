"""Whether tables agree with their header cells, with each other and with the defined names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Block, Finding, OpenBook, Sheet, block, number
from sheetdesk.sheets.xlsx.check.cells import Cells
from sheetdesk.sheets.xlsx.check.styles import Styles
from sheetdesk.sheets.xlsx.check.text import decoded
from sheetdesk.sheets.xlsx.check.workbook import is_valid_name
from sheetdesk.sheets.xlsx.check.worksheet import overlaps

__all__ = ["Table", "check_table_names", "check_tables", "tables_of"]

DXF_IDS = (
    "dxfId",
    "dataDxfId",
    "headerRowDxfId",
    "totalsRowDxfId",
    "headerRowBorderDxfId",
    "tableBorderDxfId",
    "totalsRowBorderDxfId",
)


@dataclass(frozen=True)
class Table:
    """One table: where it stands and what its columns are called, in order."""

    part: str
    name: str
    key: int | None
    area: Block | None
    header_rows: int
    total_rows: int
    columns: tuple[str, ...]
    column_keys: tuple[int | None, ...]
    root: etree._Element

    @property
    def data_rows(self) -> int:
        return self.area.rows - self.header_rows - self.total_rows if self.area else 0


def tables_of(book: OpenBook, sheet: Sheet) -> list[Table]:
    """The tables that the sheet is related to."""
    return [_table(part, root) for part, root in book.related(sheet.part, "table")]


def _table(part: str, root: etree._Element) -> Table:
    columns = root.findall("{*}tableColumns/{*}tableColumn")
    return Table(
        part,
        root.get("displayName", ""),
        number(root, "id"),
        block(root.get("ref")),
        number(root, "headerRowCount", 1) or 0,
        number(root, "totalsRowCount", 0) or 0,
        tuple(decoded(column.get("name", "")) for column in columns),
        tuple(number(column, "id") for column in columns),
        root,
    )


def check_table_names(book: OpenBook) -> Iterator[Finding]:
    """Findings about what tables are called, across the whole workbook."""
    tables = [table for sheet in book.sheets for table in tables_of(book, sheet)]
    names: Counter[str] = Counter(table.name.casefold() for table in tables)
    keys = Counter(table.key for table in tables)
    root = book.roots.get(book.workbook)
    defined: set[str] = set()
    if root is not None:
        nodes = root.iterfind("{*}definedNames/{*}definedName")
        defined = {node.get("name", "").casefold() for node in nodes}
    for table in tables:
        if not is_valid_name(table.name):
            yield Finding(table.part, "table-name", f"{table.name!r} is no valid name")
        if names[table.name.casefold()] > 1:
            yield Finding(table.part, "table-name", f"another table is called {table.name!r} too")
        if table.name.casefold() in defined:
            yield Finding(table.part, "table-name", f"{table.name!r} is a defined name too")
        if table.key is None or table.key < 1 or keys[table.key] > 1:
            yield Finding(table.part, "table-id", f"the id {table.root.get('id')} is missing or shared")


def check_tables(book: OpenBook, sheet: Sheet, styles: Styles, cells: Cells) -> Iterator[Finding]:
    """Findings about the tables of one sheet and what stands around them."""
    tables = tables_of(book, sheet)
    if sheet.root is None:
        return
    named = [
        relation.part
        for node in sheet.root.iterfind("{*}tableParts/{*}tablePart")
        if (relation := book.relation(sheet.part, node)) is not None
    ]
    for table in tables:
        if table.part not in named:
            yield Finding(sheet.part, "table", f"does not name {table.part} among its tableParts")
        yield from _area(table)
        yield from _columns(table, styles)
        yield from _header(table, cells)
    areas = [(table.name, table.area) for table in tables if table.area is not None]
    for first, second in overlaps(areas):
        yield Finding(sheet.part, "table", f"tables {first} and {second} overlap")
    merges = [
        (node.get("ref", ""), block(node.get("ref"))) for node in sheet.root.iterfind("{*}mergeCells/*")
    ]
    filters = [(node.get("ref", ""), block(node.get("ref"))) for node in sheet.root.iterfind("{*}autoFilter")]
    for name, area in areas:
        for ref, merge in merges:
            if merge is not None and merge.meets(area):
                yield Finding(sheet.part, "merge", f"{ref} overlaps table {name}")
        for ref, filtered in filters:
            if filtered is not None and filtered.meets(area):
                yield Finding(sheet.part, "table", f"the sheet's own filter {ref} overlaps table {name}")


def _area(table: Table) -> Iterator[Finding]:
    part, area = table.part, table.area
    if area is None:
        yield Finding(part, "table", f"ref {table.root.get('ref')!r} is no range")
        return
    if table.data_rows < 1:
        yield Finding(part, "table", f"ref {table.root.get('ref')} leaves no row under the header")
    node = table.root.find("{*}autoFilter")
    if node is None:
        return
    if table.header_rows == 0:
        yield Finding(part, "table", "has a filter and no header row to hold it")
    expected = Block(area.top, area.left, area.bottom - table.total_rows, area.right)
    if block(node.get("ref")) != expected:
        text = f"the filter covers {node.get('ref')} of {table.root.get('ref')}"
        yield Finding(part, "table", text)
    for column in node.iterfind("{*}filterColumn"):
        place = number(column, "colId")
        if place is None or not 0 <= place < area.columns:
            yield Finding(part, "table", f"the filter is on column {column.get('colId')}")


def _columns(table: Table, styles: Styles) -> Iterator[Finding]:
    part = table.part
    total = len(table.columns)
    group = table.root.find("{*}tableColumns")
    if group is None or number(group, "count", total) != total:
        said = None if group is None else group.get("count")
        yield Finding(part, "table-columns", f"says {said} columns and holds {total}")
    if table.area is not None and table.area.columns != total:
        text = f"has {total} columns over {table.area.columns} cells"
        yield Finding(part, "table-columns", text)
    for name, times in Counter(column.casefold() for column in table.columns).items():
        if times > 1:
            yield Finding(part, "table-columns", f"{times} columns are called {name!r}")
        if not name:
            yield Finding(part, "table-columns", "a column has no name")
    for key, times in Counter(table.column_keys).items():
        if key is None or key < 1 or times > 1:
            yield Finding(part, "table-columns", f"the column id {key} is missing or shared")
    for node in table.root.iter("*"):
        for attribute in DXF_IDS:
            if node.get(attribute) is not None:
                style = number(node, attribute)
                if style is None or not 0 <= style < styles.differential:
                    text = f"{attribute} {node.get(attribute)} of {styles.differential}"
                    yield Finding(part, "table-style", text)


def _header(table: Table, cells: Cells) -> Iterator[Finding]:
    if table.area is None or table.header_rows == 0:
        return
    row = table.area.top
    for place, name in enumerate(table.columns):
        spot = (row, table.area.left + place)
        text = cells.texts.get(spot)
        if text is None:
            yield Finding(table.part, "table-header", f"no cell stands over column {name!r}")
        elif not _says(text, name):
            yield Finding(table.part, "table-header", f"the cell over column {name!r} says {text!r}")
        elif cells.kinds[spot] not in {"s", "str", "inlineStr"}:
            yield Finding(table.part, "table-header", f"the cell over column {name!r} is no text")


def _says(text: str, name: str) -> bool:
    """Line breaks may be written as CR LF in one place and LF in the other."""
    return text.replace("\r\n", "\n") == name.replace("\r\n", "\n")
