"""What a workbook that a team already has is like: its tabs, the table of tickets in each, their columns.

Only looks: nothing is calculated, changed or guessed. What the columns mean is `desk/propose.py`'s to
say. The file is untrusted: sizes are bounded, and a tab too large to be looked at has no columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import EARLIEST, serial
from sheetdesk.desk.propose import ticket_score
from sheetdesk.desk.propose_seen import SeenColumn, SeenTab
from sheetdesk.desk.titles import letters
from sheetdesk.errors import FileBroken, FileEmpty, TabUnknown
from sheetdesk.sheets.xlsx.causes import misread
from sheetdesk.sheets.xlsx.survey.area import TicketArea, find_tickets
from sheetdesk.sheets.xlsx.survey.colors import colors_of
from sheetdesk.sheets.xlsx.survey.lists import ListBook
from sheetdesk.sheets.xlsx.survey.parts import (
    BookParts,
    CellStyle,
    TablePart,
    TabPart,
    comments_of,
    read_parts,
    tables_of,
)  # fmt: skip
from sheetdesk.sheets.xlsx.survey.rules import rules_of
from sheetdesk.sheets.xlsx.survey.sheet import Marks, SheetFacts, read_sheet

__all__ = ["Survey", "survey", "ticket_tab"]

Rows = list[list[Cell]]

MOST_CELLS = 12_000_000
"""Of the rectangle that a tab's values span: a lone cell in a far corner must not fill the memory."""


@dataclass(frozen=True)
class Survey:
    """A workbook's worksheets in their order. `too_large` are the titles of those not looked at."""

    file: str
    tabs: tuple[SeenTab, ...]
    too_large: tuple[str, ...] = ()


def survey(path: Path) -> Survey:
    """What stands in the workbook at `path`. Raises FileUnreadable and its kin."""
    parts = read_parts(path)
    try:
        facts = {tab.title: read_sheet(parts.package.bytes(tab.part)) for tab in parts.tabs}
        tables = {tab.title: tables_of(parts.package, tab.part) for tab in parts.tabs}
        comments = {tab.title: comments_of(parts.package, tab.part) for tab in parts.tabs}
        with CalamineWorkbook.from_path(path) as workbook:
            rows = _reader(workbook, facts)
            lists = ListBook(
                parts.names,
                {part.name.casefold(): (tab, part) for tab, found in tables.items() for part in found},
                rows,
            )
            look = _Look(path.name, parts, lists, rows)
            tabs = tuple(
                look.tab(tab, facts[tab.title], tables[tab.title], comments[tab.title]) for tab in parts.tabs
            )
    except etree.XMLSyntaxError as error:
        raise FileBroken(path=path, reason=misread(error.msg)) from error
    except CalamineError as error:
        raise FileBroken(path=path, reason=misread(error)) from error
    large = tuple(title for title, found in facts.items() if _is_too_large(found))
    return Survey(path.name, tabs, large)


def ticket_tab(found: Survey, named: str = "") -> SeenTab:
    """The tab called `named`, or the one that looks most like a list of tickets.

    Raises TabUnknown, and FileEmpty where no tab has a table, or the named one has none.
    """
    tabs = found.tabs
    if named:
        tabs = tuple(tab for tab in tabs if tab.title.strip().casefold() == named.strip().casefold())
        if not tabs:
            raise TabUnknown(found.file, named, [tab.title for tab in found.tabs])
    best = max(tabs, key=ticket_score, default=None)
    if best is None or not best.columns:
        raise FileEmpty(path=found.file)
    return best


def _is_too_large(facts: SheetFacts) -> bool:
    return facts.too_large or (facts.bottom + 1) * (facts.right + 1) > MOST_CELLS


def _reader(workbook: CalamineWorkbook, facts: dict[str, SheetFacts]) -> Callable[[str], Rows]:
    """The rows of a tab by its title, none for a tab that is not there or too large."""
    titles = {title.casefold(): title for title in facts}

    @cache
    def read(title: str) -> Rows:
        if _is_too_large(facts[title]) or facts[title].bottom < 0:
            return []
        sheet = workbook.get_sheet_by_name(title)
        return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]

    return lambda title: read(titles[title.casefold()]) if title.casefold() in titles else []


def _cell(value: Any) -> Cell:
    if value == "":
        return None
    if isinstance(value, datetime):
        # Before March 1900 spreadsheets count a day that never was; such cells hold spans, not days.
        return value if value >= EARLIEST else serial(value) - 1
    if not isinstance(value, date | time | timedelta):
        cell: Cell = value
        return cell
    if isinstance(value, date):
        return _cell(datetime(value.year, value.month, value.day))
    # A time of day and a duration are numbers of days, and nothing else without a date.
    span = value if isinstance(value, timedelta) else datetime.combine(date.min, value) - datetime.min
    return span / timedelta(days=1)


@dataclass(frozen=True)
class _Look:
    file: str
    parts: BookParts
    lists: ListBook
    rows: Callable[[str], Rows]

    def tab(
        self, tab: TabPart, facts: SheetFacts, tables: Sequence[TablePart], comments: dict[str, str]
    ) -> SeenTab:
        rows = self.rows(tab.title)
        area = find_tickets(rows, facts, tables) if rows else None
        native = tuple((table.name, table.ref) for table in tables)
        if area is None:
            return SeenTab(self.file, tab.title, tab.visible, facts.protected, tables=native)
        first = area.rows[0] if area.rows else area.header + 1
        last = area.rows[-1] if area.rows else area.header + 1
        merged = sum(
            first <= block[0] <= last and any(block[1] <= place <= block[3] for place in area.titles)
            for block in facts.merged
        )
        rules = rules_of(facts, area, rows, self.lists, tab.title)
        colors = colors_of(facts, area, rows, self.parts.fills)
        columns = tuple(
            self._column(place, area, rows, facts, comments, rules.get(place), colors.get(place, ()))
            for place in area.titles
        )
        return SeenTab(
            self.file, tab.title, tab.visible, facts.protected, area.table, area.header + 1,
            tuple(row + 1 for row in area.rows), columns, merged, area.dropped, area.beside, native,
        )  # fmt: skip

    def _column(
        self,
        place: int,
        area: TicketArea,
        rows: Rows,
        facts: SheetFacts,
        comments: dict[str, str],
        rule: Any,
        colors: tuple[tuple[str, str], ...],
    ) -> SeenColumn:
        marks = facts.marks.get(place, Marks())
        width, hidden, own = facts.columns.get(place, (None, False, 0))
        style = self._style(marks, area, own)
        cells = tuple(rows[row][place] if place < len(rows[row]) else None for row in area.rows)
        formulas = sum(row in marks.formulas for row in area.rows)
        kind: Any = style.format
        name = letters(place)
        comment = comments.get(f"{name}{area.header + 1}", "") or comments.get(f"{name}{area.header}", "")
        return SeenColumn(
            place, area.titles[place], cells, rule, kind, style.decimals, colors, formulas,
            style.locked and not _is_open(facts, area, place), hidden, width, comment,
        )  # fmt: skip

    def _style(self, marks: Marks, area: TicketArea, own: int) -> CellStyle:
        """The style that most of the tickets' cells have; of a sheet without any, the row to come."""
        wanted = set(area.rows) or {area.header + 1}
        found = Counter(style for row, style in zip(marks.rows, marks.styles, strict=True) if row in wanted)
        # A cell that is not stored has the column's style.
        found[own] += len(wanted) - found.total()
        most = found.most_common(1)[0][0]
        return self.parts.styles[most] if most < len(self.parts.styles) else CellStyle()


def _is_open(facts: SheetFacts, area: TicketArea, place: int) -> bool:
    """Whether the column lies in a range that may be edited without a password."""
    rows = area.rows or (area.header + 1,)
    return any(
        top <= rows[0] and rows[-1] <= bottom and left <= place <= right
        for top, left, bottom, right in facts.open_ranges
    )
