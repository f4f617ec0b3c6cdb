"""Whole workbooks to test with: a desk with made-up tickets, drawn, and what a file holds once written."""

from __future__ import annotations

import functools
import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.columns.moment import serial
from sheetdesk.demo import make_demo
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk, read_template
from sheetdesk.plan.draw import draw
from sheetdesk.plan.formula import Call, Expr, Formula, Op
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.dialect import column_letters, place_text
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import Table, table_of
from tests.libreoffice import OfficeCell

__all__ = [
    "LANGUAGES",
    "NOW",
    "TRADES",
    "Book",
    "Planned",
    "at",
    "blocks_of",
    "book_of",
    "demo_book",
    "desk_named",
    "formulas_of",
    "is_same",
    "loose",
    "opened",
    "read_back",
    "spoiled",
    "uses_clock",
    "without_pivots",
]

NOW = datetime(2026, 11, 20, 13, 45, tzinfo=UTC)
TRADES = ("bugs", "complaints", "customer-support", "facilities", "hr-admin", "it-service")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Book:
    """A desk, its tables by key, and the plan drawn from them."""

    desk: Desk
    tables: dict[str, Table]
    plan: SheetPlan

    @property
    def tickets(self) -> pd.DataFrame:
        return self.tables["tickets"].frame

    def write(self, path: Path) -> Path:
        render(self.plan, path)
        return path


@functools.cache
def desk_named(trade: str, language: str) -> Desk:
    """The desk of a template."""
    return parse_desk(read_template(trade, language))


def book_of(desk: Desk, columns: Mapping[str, Any], ids: Sequence[str], now: datetime = NOW) -> Book:
    """The desk with these tickets, typed values by column key."""
    tables = {"tickets": table_of(desk.tickets, columns, ids), **seed_tables(desk)}
    return Book(desk, tables, draw(desk, tables, now))


def demo_book(trade: str, language: str, count: int = 150, seed: int = 1, now: datetime = NOW) -> Book:
    """A template's desk with made-up tickets."""
    desk = desk_named(trade, language)
    tickets = make_demo(desk, count, seed, now).tickets
    return book_of(desk, {str(key): tickets[key] for key in tickets}, list(tickets.index), now)


def opened(path: Path) -> Any:
    """The workbook as openpyxl sees it. It warns of validation extensions it drops; nothing else may."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(Slicer List|Unknown) extension is not supported")
        return openpyxl.load_workbook(path)


def without_pivots(file: bytes) -> bytes:
    """The file without its pivots: openpyxl reads every cache anew for each tab, which takes longest."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = re.sub(rb"<pivotCaches>.*?</pivotCaches>", b"", part, flags=re.DOTALL)
            if name.startswith("xl/worksheets/_rels/"):
                part = re.sub(rb'<Relationship [^>]*/pivotTable"[^>]*/>', b"", part)
            new.writestr(name, part)
    return made.getvalue()


def read_back(path: Path, tab: str) -> list[list[Any]]:
    """A tab's cells as python-calamine reads them, the header first."""
    with CalamineWorkbook.from_path(str(path)) as workbook:
        rows: list[list[Any]] = workbook.get_sheet_by_name(tab).to_python(skip_empty_area=False)
    return rows


@dataclass(frozen=True)
class Planned:
    """One formula cell: where it stands, what it is, and the value that the plan gives it."""

    tab: str
    place: str
    expr: Expr
    value: Cell


def formulas_of(plan: SheetPlan) -> Iterator[Planned]:
    """Every formula cell of a plan, of free-form tabs and of tables."""
    for tab in plan.tabs:
        for cell in tab.cells:
            if isinstance(cell.content, Formula):
                place = place_text(cell.row, cell.column, fixed_row=False, fixed_column=False)
                yield Planned(tab.title, place, cell.content.expr, _shown(cell.content.value))
        for offset, column in enumerate(tab.table.columns if tab.table else ()):
            if tab.table is not None and column.formula is not None:
                for row, value in enumerate(column.cells, tab.table.top + 1):
                    place = place_text(row, tab.table.left + offset, fixed_row=False, fixed_column=False)
                    yield Planned(tab.title, place, column.formula, _shown(value))


def _shown(value: Any) -> Cell:
    return serial(value) if isinstance(value, datetime) else "" if value is None else value


def uses_clock(expr: Expr) -> bool:
    """Whether the value moves with the seconds."""
    if isinstance(expr, Call):
        return expr.function == "NOW" or any(uses_clock(argument) for argument in expr.arguments)
    return isinstance(expr, Op) and (uses_clock(expr.left) or uses_clock(expr.right))


def spoiled(source: Path, target: Path) -> Path:
    """A copy whose every formula carries 777 as its last value, so that an unanswered one shows."""
    package = Package.read(source)
    for name in package.parts:
        if name.startswith("xl/worksheets/sheet"):
            part = package.bytes(name)
            package.parts[name] = re.sub(rb"(</f>|<f[^>]*/>)<v>[^<]*</v>", rb"\1<v>777</v>", part)
    with target.open("wb") as file:
        package.write(file)
    return target


def loose(cell: Cell, kind: CellKind) -> Any:
    """A planned cell as a reader gives it back: a day number's microseconds are not to be had."""
    if cell is None:
        return ""
    if kind in (CellKind.MOMENT, CellKind.DATE) and isinstance(cell, datetime):
        return round(serial(cell), 7)
    return cell


def blocks_of(plan: SheetPlan) -> dict[str, list[str]]:
    """The block of each tab that holds all its formulas."""
    lower: dict[str, tuple[int, int]] = defaultdict(lambda: (1, 1))
    for cell in formulas_of(plan):
        column, row = indexes(cell.place)
        lower[cell.tab] = max(lower[cell.tab][0], row), max(lower[cell.tab][1], column)
    return {tab: [f"A1:{column_letters(column)}{row + 1}"] for tab, (row, column) in lower.items()}


def indexes(place: str) -> tuple[int, int]:
    """(column, row) of a place, from 0."""
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1, int(place[len(letters) :]) - 1


def at(block: list[list[OfficeCell]], place: str) -> OfficeCell:
    """The cell called `place` of a block that starts at A1."""
    column, row = indexes(place)
    return block[row][column]


def is_same(cell: Planned, found: OfficeCell) -> bool:
    """Whether a recalculated cell shows what was planned."""
    wanted = cell.value
    if isinstance(wanted, str) or isinstance(found, str) or found is None or isinstance(found, dict):
        return wanted == ("" if found is None else found)
    assert isinstance(wanted, int | float)
    # The clock has gone on since the plan was drawn: some minutes of a day.
    return abs(float(wanted) - found) <= (1e-2 if uses_clock(cell.expr) else 1e-6)
