"""A workbook's tabs as grids: cells, formulas and native tables, read from the file's parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.book import OFFICE
from sheetdesk.sheets.xlsx.causes import misread
from sheetdesk.sheets.xlsx.markup import REL
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.read.cells import read_cells
from sheetdesk.sheets.xlsx.read.strings import read_strings
from sheetdesk.sheets.xlsx.read.styles import read_date_formats
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["TabParts", "WorkbookReader"]

# Strict files name the same things by other addresses.
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True)
class TabParts:
    """A worksheet: its title, its part and its native tables."""

    title: str
    part: str
    tables: tuple[GridTable, ...]


class WorkbookReader:
    """Reads the tabs of one archive; shared strings and styles are read once, when first needed."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._book = self._main_part()
        self._root = self._parsed(self._book)
        self._related = archive.targets(self._book)
        self._strings: Sequence[str] | None = None
        self._dates: Sequence[bool] = ()

    def tabs(self) -> list[TabParts]:
        """The worksheets in the workbook's order; other sheets, of charts or dialogs, are left out."""
        found = []
        for node in self._root.iter("{*}sheet"):
            place = node.get(f"{{{REL}}}id") or node.get(f"{{{STRICT}}}id") or ""
            kind, part = self._related.get(place, ("", ""))
            if kind.endswith("/worksheet") and part in self._archive.names():
                found.append(TabParts(str(node.get("name")), part, self._tables(part)))
        return found

    def grid(self, tab: TabParts) -> Grid:
        """The tab's cells. Raises PackageBroken."""
        if self._strings is None:
            self._strings = read_strings(self._archive.bytes(p)) if (p := self._part("sharedStrings")) else []
            self._dates = read_date_formats(self._archive.bytes(p)) if (p := self._part("styles")) else []
        properties = next(self._root.iter("{*}workbookPr"), None)
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true", "on")
        cells = read_cells(self._archive.bytes(tab.part), self._strings, self._dates, epoch_1904=is_1904)
        return Grid(
            tab.title, cells.rows, cells.columns, cells.formulas, cells.errors, cells.merged, tab.tables
        )

    def _main_part(self) -> str:
        for kind, part in self._archive.targets("").values():
            if kind in (f"{OFFICE}/officeDocument", f"{STRICT}/officeDocument"):
                return part
        raise PackageBroken(path="_rels/.rels", reason=Cause("it names no workbook", "其中未指明工作簿"))

    def _part(self, kind: str) -> str | None:
        for name, part in self._related.values():
            if name.endswith(f"/{kind}") and part in self._archive.names():
                return part
        return None

    def _parsed(self, part: str) -> etree._Element:
        try:
            return parse(self._archive.bytes(part))
        except (KeyError, etree.XMLSyntaxError) as error:
            raise PackageBroken(path=part, reason=misread(error)) from error

    def _tables(self, sheet: str) -> tuple[GridTable, ...]:
        found = []
        for kind, part in self._archive.targets(sheet).values():
            if kind.endswith("/table") and part in self._archive.names():
                table = _table(self._parsed(part))
                if table is not None:
                    found.append(table)
        return tuple(found)


def _table(root: etree._Element) -> GridTable | None:
    """A native table with a header row; one without has no titles to go by."""
    first, _, last = str(root.get("ref") or "").partition(":")
    one, two = _place(first), _place(last or first)
    if one is None or two is None or root.get("headerRowCount") == "0":
        return None
    totals = int(root.get("totalsRowCount") or 0) if (root.get("totalsRowCount") or "0").isdigit() else 0
    ids = tuple(
        int(number) if (number := str(node.get("id") or "")).isdigit() else 0
        for node in root.iter("{*}tableColumn")
    )
    name = str(root.get("displayName") or root.get("name") or "")
    return GridTable(name, one[0], one[1], two[0] - totals, two[1], ids, totals > 0)


def _place(text: str) -> tuple[int, int] | None:
    """(row, column) of `B7`, from 0."""
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1
