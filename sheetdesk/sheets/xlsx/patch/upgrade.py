"""A table's tab brought from one drawing to the next, as people left it.

Columns come at its right edge; input checks, highlights and formats that the old drawing had give way
to those of the new. Rows, widths, order and everything that people made stay.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.plan.plan import SheetPlan, TablePlan
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.book import OFFICE
from sheetdesk.sheets.xlsx.check.book import column_letters
from sheetdesk.sheets.xlsx.markup import MAIN, document
from sheetdesk.sheets.xlsx.package import Package, Part, parse
from sheetdesk.sheets.xlsx.patch.columns import NewColumn, add_columns
from sheetdesk.sheets.xlsx.patch.markup import decoded
from sheetdesk.sheets.xlsx.patch.rules import swap_checks, swap_highlights
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.sheets.xlsx.transplant.sheet import Cut
from sheetdesk.sheets.xlsx.transplant.styles import Styles

__all__ = ["TabUpgrade", "upgrade_tab"]

EMPTY_DATA = re.compile(rb"<(\w+:)?sheetData/>")
SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class TabUpgrade:
    """What a tab of a table shall become. `was` and `now` are plans of the one table, laid out where its
    columns stand in the tab; `formulas` (without `=`) has the columns, by key, that come new, "" for
    those of values. They stand behind all others in `now`.
    """

    tab: str
    header: int
    was: SheetPlan
    now: SheetPlan
    formulas: Mapping[str, str]


def upgrade_tab(archive: Archive, change: TabUpgrade) -> Archive:
    """The archive with the tab changed. Raises PatchRefused: then nothing is done."""
    book = Workbook.of(archive)
    part = book.tab(change.tab)
    was, now = render_package(change.was), render_package(change.now)
    sheets = {"was": parse(was.bytes(SHEET)), "now": parse(now.bytes(SHEET))}
    looks = _Looks(book, was)
    restyled = _restyled(change, sheets, looks)
    looks.turn_to(now)
    restyled = {place: (old, looks.styles.cell(new)) for place, (old, new) in restyled.items()}
    planned = _table(change.now)
    columns = [
        _new_column(sheets["now"], planned, key, formula, looks) for key, formula in change.formulas.items()
    ]
    archive = add_columns(archive, change.tab, change.header, columns)
    text = decoded(part, archive.bytes(part))
    if text.coding != "utf-8":
        raise PatchRefused(
            part=part, reason=Cause(f"it is written in {text.coding}", f"其编码为 {text.coding}")
        )
    cut = Cut.of(part, text.xml)
    swap_checks(cut.root, sheets["was"], sheets["now"])
    swap_highlights(cut.root, sheets["was"], sheets["now"], looks.styles)
    rows = cut.rows
    for place, (old, new) in restyled.items():
        rows = _with_look(cut.root, rows, place, change.header + 2, old, new)
    changed: dict[str, Part | None] = {part: _joined(part, cut.root, rows)}
    if looks.part:
        changed[looks.part] = document(looks.styles.root)
    return archive.with_parts(changed)


class _Looks:
    """The workbook's looks while those of drawn packages are added."""

    def __init__(self, book: Workbook, fresh: Package) -> None:
        self._archive = book.archive
        self.part = next(iter(book.related.get("styles", ())), "")
        if not self.part:
            raise PatchRefused(part=book.part, reason=Cause("it has no styles", "其中没有单元格样式"))
        theme = next(iter(book.related.get("theme", ())), "")
        self._theme = book.archive.bytes(theme) if theme else b""
        self.styles = self._over(book.archive.bytes(self.part), fresh)

    def _over(self, live: bytes, fresh: Package) -> Styles:
        related = dict(fresh.targets("xl/workbook.xml").values())
        theme = related.get(f"{OFFICE}/theme", "")
        return Styles(
            live,
            fresh.bytes(related[f"{OFFICE}/styles"]),
            self._theme,
            fresh.bytes(theme) if theme in fresh.parts else b"",
        )

    def turn_to(self, fresh: Package) -> None:
        """Go on with the looks of another package."""
        self.styles = self._over(document(self.styles.root), fresh)


def _table(plan: SheetPlan) -> TablePlan:
    table = plan.tabs[0].table
    if table is None:
        raise ValueError(plan.tabs[0].key)
    return table


def _restyled(
    change: TabUpgrade, sheets: Mapping[str, etree._Element], looks: _Looks
) -> dict[int, tuple[int, int]]:
    """By place, columns that look otherwise now: the live number of the old look, `now`'s of the new."""
    old, new = _table(change.was), _table(change.now)
    before = {column.key: (old.left + place, column.style) for place, column in enumerate(old.columns)}
    found = {}
    for place, column in enumerate(new.columns, new.left):
        was = before.get(column.key)
        if was is not None and was[1] != column.style and was[0] == place:
            ends = (
                _column(sheets["was"], place).get("style", "0"),
                _column(sheets["now"], place).get("style", "0"),
            )
            found[place] = (looks.styles.cell(int(ends[0])), int(ends[1]))
    return found


def _column(root: etree._Element, place: int) -> etree._Element:
    """What a drawn sheet says about a column (from 0)."""
    for node in root.iterfind(f"{{{MAIN}}}cols/{{{MAIN}}}col"):
        if int(node.get("min", "0")) <= place + 1 <= int(node.get("max", "0")):
            return node
    return etree.Element("col")


def _apart(said: etree._Element, number: int) -> etree._Element:
    """What the sheet says about one column (from 1), where one element may speak of several alike."""
    first, last = int(said.get("min", "0")), int(said.get("max", "0"))
    if first < number:
        before = copy.deepcopy(said)
        before.set("max", str(number - 1))
        said.addprevious(before)
    if number < last:
        behind = copy.deepcopy(said)
        behind.set("min", str(number + 1))
        said.addnext(behind)
    said.set("min", str(number))
    said.set("max", str(number))
    return said


def _new_column(root: etree._Element, planned: TablePlan, key: str, formula: str, looks: _Looks) -> NewColumn:
    place = planned.index(key)
    drawn = _column(root, planned.left + place)
    return NewColumn(
        planned.columns[place].title,
        float(drawn.get("width", "9.140625")),
        looks.styles.cell(int(drawn.get("style", "0"))),
        formula,
        is_hidden=drawn.get("hidden") == "1",
    )


def _with_look(root: etree._Element, rows: bytes, place: int, first: int, old: int, new: int) -> bytes:
    """The rows with the cells of a column, from row `first` on, in the new look where they had the old."""
    drawn = _column(root, place)
    if drawn.get("style") == str(old):
        _apart(drawn, place + 1).set("style", str(new))
    letters = column_letters(place + 1).encode()
    cell = re.compile(rb'(<(?:\w+:)?c r="%b(\d+)"(?: \w+="[^"]*")*? s=")%d"' % (letters, old))

    def swap(found: re.Match[bytes]) -> bytes:
        return found[0] if int(found[2]) < first else b'%b%d"' % (found[1], new)

    return cell.sub(swap, rows)


def _joined(part: str, root: etree._Element, rows: bytes) -> bytes:
    """The part whole again, its rows as they were."""
    xml = document(root)
    empty = EMPTY_DATA.search(xml)
    if empty is None:
        raise PatchRefused(part=part, reason=Cause("its rows cannot be put back", "其中的行无法放回"))
    if not rows:
        return xml
    name = (empty[1] or b"") + b"sheetData"
    return xml[: empty.start()] + b"<%b>%b</%b>" % (name, rows, name) + xml[empty.end() :]
