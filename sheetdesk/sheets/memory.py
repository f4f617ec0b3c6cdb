"""A workbook in memory, to try a desk out and to test with: the contract of a sheet without any file.

People's programs are played by whoever holds it: `save` puts a whole book in place, whatever stood
there, and `save_beside` leaves one as a cloud folder leaves a conflicted copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.plan.formula import Formula
from sheetdesk.plan.machinery import KEY
from sheetdesk.plan.plan import SheetPlan, TabPlan
from sheetdesk.sheets.base import Drawn, Fetched
from sheetdesk.sheets.xlsx.dialect import Writer
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.grid import Grid, GridTable

__all__ = ["MemoryBook", "MemorySheet", "MemoryTab", "render", "tab_of"]

Place = tuple[int, int]

KEPT = 5
"""Versions that were displaced and had been read before: so many are kept, for a while."""


@dataclass(frozen=True)
class MemoryTab:
    """One tab: cells and formulas (without `=`) by (row, column), and native tables.

    No cell is None, and nobody changes the mappings. `drawn` is the digest of the tab as it was drawn,
    "" for one that is people's or holds a table.
    """

    title: str
    cells: Mapping[Place, Cell] = field(default_factory=dict)
    formulas: Mapping[Place, str] = field(default_factory=dict)
    tables: tuple[GridTable, ...] = ()
    drawn: str = ""

    @cached_property
    def digest(self) -> str:
        """What tells this content from every other."""
        parts = (self.title, sorted(self.cells.items()), sorted(self.formulas.items()), self.tables)
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def grid(self) -> Grid:
        """The tab as people's cells are read."""
        corners = [(table.bottom, table.right) for table in self.tables]
        filled = [*self.cells, *self.formulas, *corners]
        rows = 1 + max((row for row, _ in filled), default=-1)
        width = 1 + max((column for _, column in filled), default=-1)
        columns: list[list[Cell]] = [[None] * rows for _ in range(width)]
        for (row, column), cell in self.cells.items():
            columns[column][row] = cell
        texts: dict[int, list[str | None]] = {}
        for (row, column), text in self.formulas.items():
            texts.setdefault(column, [None] * rows)[row] = text
        return Grid(self.title, rows, columns, texts, tables=self.tables)


@dataclass(frozen=True)
class MemoryBook:
    """A whole workbook: its tabs in order, by title."""

    tabs: tuple[MemoryTab, ...]

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256("".join(tab.digest for tab in self.tabs).encode()).hexdigest()

    def tab(self, title: str) -> MemoryTab:
        """The tab of this title. Raises KeyError."""
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise KeyError(title)

    def with_tab(self, changed: MemoryTab) -> MemoryBook:
        """The book with another tab in place of the one with its title."""
        return MemoryBook(tuple(changed if tab.title == changed.title else tab for tab in self.tabs))


@dataclass(frozen=True, eq=False)
class _Version:
    """A book that stands somewhere: each is itself, however equal two contents are."""

    book: MemoryBook


class MemorySheet:
    """A sheet that stands in memory; None for one that is not there.

    `open_by` is who has it open, "" for nobody; `kept` are the versions that were put aside.
    """

    is_live = False

    def __init__(self, book: MemoryBook | None = None) -> None:
        self.open_by = ""
        self.kept: list[MemoryBook] = []
        self._live = None if book is None else _Version(book)
        # Each with the revision that was put in its place.
        self._displaced: list[tuple[_Version, str]] = []
        self._beside: list[_Version] = []
        self._known: list[MemoryBook] = []

    @property
    def book(self) -> MemoryBook | None:
        """What people would open now."""
        return None if self._live is None else self._live.book

    def save(self, book: MemoryBook | None) -> None:
        """A person's program puts a book in place, over whatever stands there; None takes it away."""
        self._live = None if book is None else _Version(book)

    def save_beside(self, book: MemoryBook) -> None:
        """A cloud folder leaves a person's version beside the sheet, as a conflicted copy."""
        self._beside.append(_Version(book))

    def glance(self) -> str:
        """Which version stands there now."""
        return "" if self._live is None else _fetched(self._live).revision

    def fetch(self) -> Fetched | None:
        """What stands there now."""
        return None if self._live is None else _fetched(self._live)

    def waiting(self) -> Sequence[Fetched]:
        """What was displaced and not put aside since, oldest first, then conflicted copies."""
        displaced = [replace(_fetched(version), displaced_by=by) for version, by in self._displaced]
        return [*displaced, *(replace(_fetched(version), is_sure=False) for version in self._beside)]

    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        """The book with the edits, in no place yet. Raises PatchRefused."""
        version: _Version = found.content
        book = version.book
        for edit in edits:
            book = book.with_tab(_edited(_tab(book, edit.tab), edit))
        for key in drawn.tabs if drawn is not None else ():
            title = plan.tab(key).title
            known = next((tab for tab in book.tabs if tab.title == title), None)
            if known is not None and known.drawn == known.digest:
                book = book.with_tab(_drawn_tab(plan, plan.tab(key)))
        return found if book.digest == version.book.digest else _fetched(_Version(book))

    def replace(self, ready: Fetched) -> Fetched | None:
        """Put the new version in place; what stood there waits until it is put aside."""
        displaced, self._live = self._live, ready.content
        if displaced is None:
            return None
        self._displaced.append((displaced, ready.revision))
        return _fetched(displaced)

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        """Keep a version where `waiting` does not tell of it any more."""
        version: _Version = seen.content
        there = [*(one for one, _ in self._displaced), *self._beside]
        if version in there:
            (self._known if is_known else self.kept).append(version.book)
        self._displaced = [(one, by) for one, by in self._displaced if one != version]
        self._beside = [one for one in self._beside if one != version]
        del self._known[:-KEPT]

    def busy(self, now: datetime) -> str:
        """Who has it open."""
        return self.open_by


def _fetched(version: _Version) -> Fetched:
    tabs = version.book.tabs
    ours = tuple(tab.grid for tab in tabs if tab.tables or tab.title == KEY)

    def rest() -> tuple[Grid, ...]:
        return tuple(tab.grid for tab in tabs if not (tab.tables or tab.title == KEY))

    return Fetched(version.book.digest, ours, version, rest)


def _tab(book: MemoryBook, title: str) -> MemoryTab:
    try:
        return book.tab(title)
    except KeyError:
        raise PatchRefused(part=title, reason=Cause("there is no such tab", "没有该工作表")) from None


def _edited(tab: MemoryTab, edits: TabEdits) -> MemoryTab:
    """The tab with these edits. Raises PatchRefused."""
    cells, formulas = dict(tab.cells), dict(tab.formulas)
    tables = {table.name: table for table in tab.tables}
    unknown = {*edits.tables, *edits.header} - tables.keys()
    if unknown:
        raise PatchRefused(
            part=tab.title,
            reason=Cause(f"it has no table {sorted(unknown)[0]}", f"其中没有表格 {sorted(unknown)[0]}"),
        )
    for edit in edits.cells:
        place = edit.row, edit.column
        _put(cells, place, edit.value)
        if edit.formula is not None:
            formulas[place] = edit.formula
        elif not edit.keeps_formula:
            formulas.pop(place, None)
    for name, titles in edits.header.items():
        for offset, title in titles.items():
            _put(cells, (tables[name].top, tables[name].left + offset), title)
    for name, bottom in edits.tables.items():
        tables[name] = replace(tables[name], bottom=bottom)
    return replace(tab, cells=cells, formulas=formulas, tables=tuple(tables.values()))


def _put(cells: dict[Place, Cell], place: Place, value: Cell) -> None:
    if value is None:
        cells.pop(place, None)
    else:
        cells[place] = value


def render(plan: SheetPlan) -> MemoryBook:
    """A first version: the cells, formulas and tables of a plan, without looks, charts and pivots."""
    return MemoryBook(tuple(_drawn_tab(plan, tab) for tab in plan.tabs))


def tab_of(grid: Grid) -> MemoryTab:
    """A tab that was read from anywhere, as one in memory."""
    cells = {
        (row, place): cell
        for place, column in enumerate(grid.columns)
        for row, cell in enumerate(column)
        if cell is not None
    }
    formulas = {
        (row, place): text
        for place, texts in grid.formulas.items()
        for row, text in enumerate(texts)
        if text is not None
    }
    return MemoryTab(grid.title, cells, formulas, grid.tables)


def _drawn_tab(plan: SheetPlan, tab: TabPlan) -> MemoryTab:
    cells: dict[Place, Cell] = {}
    formulas: dict[Place, str] = {}
    writer = Writer(plan, tab.table)
    for cell in tab.cells:
        place = cell.row, cell.column
        content = cell.content
        if isinstance(content, Formula):
            formulas[place] = writer.text(content.expr)[1:]
            content = content.value
        _put(cells, place, content)
    tables: tuple[GridTable, ...] = ()
    table = tab.table
    if table is not None:
        for column, planned in enumerate(table.columns, table.left):
            cells[table.top, column] = planned.title
            formula = writer.text(planned.formula)[1:] if planned.formula is not None else None
            for row, value in enumerate(planned.cells, table.top + 1):
                _put(cells, (row, column), value)
                if formula is not None:
                    formulas[row, column] = formula
        # A table has one row at least, even where it holds nothing.
        bottom = table.top + max(table.rows, 1)
        right = table.left + len(table.columns) - 1
        numbers = tuple(range(1, len(table.columns) + 1))
        tables = (GridTable(table.name, table.top, table.left, bottom, right, numbers),)
    made = MemoryTab(tab.title, cells, formulas, tables)
    return made if tables else replace(made, drawn=made.digest)
