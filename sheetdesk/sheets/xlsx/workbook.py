"""A workbook's tabs as grids: cells, formulas and native tables, read from the file's parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.book import OFFICE
from sheetdesk.sheets.xlsx.causes import misread
from sheetdesk.sheets.xlsx.markup import REL
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.read.cells import TabCells, read_cells
from sheetdesk.sheets.xlsx.read.strings import read_strings
from sheetdesk.sheets.xlsx.read.styles import read_date_formats
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["TabParts", "WorkbookReader"]

SMALL_BYTES = 200_000
"""Parts up to this size are remembered with what was read of them."""

# Strict files name the same things by other addresses.
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True)
class TabParts:
    """A worksheet: its title, its part and its native tables."""

    title: str
    part: str
    tables: tuple[GridTable, ...]


@dataclass(frozen=True)
class _Shared:
    """What the cells of a workbook refer to. Of small ones the parts are kept: those of the same parts are
    equal.
    """

    parts: tuple[bytes, bytes] | None
    strings: Sequence[str] = field(compare=False)
    dates: Sequence[bool] = field(compare=False)

    @property
    def is_small(self) -> bool:
        return self.parts is not None


def _shared_anew(strings: bytes, styles: bytes) -> _Shared:
    is_small = len(strings) + len(styles) <= SMALL_BYTES
    return _Shared(
        (strings, styles) if is_small else None,
        read_strings(strings) if strings else [],
        read_date_formats(styles) if styles else [],
    )


def _cells_anew(sheet: bytes, shared: _Shared, is_1904: bool) -> TabCells:
    return read_cells(sheet, shared.strings, shared.dates, epoch_1904=is_1904)


# A sync reads each version several times over, and most of its tabs are as they were.
_shared, _cells = lru_cache(8)(_shared_anew), lru_cache(64)(_cells_anew)


class WorkbookReader:
    """Reads the tabs of one archive; shared strings and styles are read once, when first needed."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._book = self._main_part()
        self._root = self._parsed(self._book)
        self._related = archive.targets(self._book)
        self._shared: _Shared | None = None

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
        properties = next(self._root.iter("{*}workbookPr"), None)
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true", "on")
        if self._shared is None:
            strings, styles = self._bytes("sharedStrings"), self._bytes("styles")
            self._shared = (_shared if len(strings) + len(styles) <= SMALL_BYTES else _shared_anew)(
                strings, styles
            )
        sheet = self._archive.bytes(tab.part)
        is_small = self._shared.is_small and len(sheet) <= SMALL_BYTES
        cells = (_cells if is_small else _cells_anew)(sheet, self._shared, is_1904)
        return Grid(
            tab.title, cells.rows, cells.columns, cells.formulas, cells.errors, cells.merged, tab.tables
        )

    def _main_part(self) -> str:
        for kind, part in self._archive.targets("").values():
            if kind in (f"{OFFICE}/officeDocument", f"{STRICT}/officeDocument"):
                return part
        raise PackageBroken(path="_rels/.rels", reason=Cause("it names no workbook", "其中未指明工作簿"))

    def _bytes(self, kind: str) -> bytes:
        """The workbook's part of this kind, b"" where it has none."""
        for name, part in self._related.values():
            if name.endswith(f"/{kind}") and part in self._archive.names():
                return self._archive.bytes(part)
        return b""

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
