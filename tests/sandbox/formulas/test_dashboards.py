"""Every formula that sheetdesk plans comes, in Google's dialect, to the value that was planned."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import requests

from sheetdesk.columns.moment import serial
from sheetdesk.plan.formula import Expr, Formula, Name
from sheetdesk.plan.plan import SheetPlan, Span
from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sandbox.formulas import Engine
from sheetdesk.sandbox.formulas.engine import Book as Standing
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.publish import publication
from sheetdesk.sheets.xlsx.dialect import Writer
from tests.books import NOW, Book, demo_book, formulas_of, indexes, is_same
from tests.sandbox.formulas.small_book import SmallBook, SmallTab, plain, typed


@dataclass(frozen=True)
class GoogleWriter(Writer):
    """Writes references in A1; a name whose place is worked out stands there as its expression."""

    def _of(self, expr: Expr) -> str:
        if isinstance(expr, Name):
            (source,) = (name.source for name in self.plan.names if name.name == expr.name)
            return expr.name if isinstance(source, Span) else self._of(source)
        return super()._of(expr)


def sheet_of(plan: SheetPlan, zone: str) -> SmallBook:
    """A plan as a spreadsheet of typed values and formulas."""
    tabs = []
    for number, tab in enumerate(plan.tabs):
        cells: dict[int, dict[int, Any]] = {}
        for cell in tab.cells:
            content = cell.content
            if isinstance(content, Formula):
                text = GoogleWriter(plan, structured=False).text(content.expr)
                content = f"=ARRAYFORMULA({text[1:]})" if content.is_array else text
            put(cells, cell.row, cell.column, content)
        if tab.table is not None:
            for offset, column in enumerate(tab.table.columns, tab.table.left):
                put(cells, tab.table.top, offset, column.title)
                for row, value in enumerate(column.cells, tab.table.top + 1):
                    writer = GoogleWriter(plan, tab.table, structured=False, row=row)
                    put(cells, row, offset, value if column.formula is None else writer.text(column.formula))
        grid = {"rowCount": max(cells, default=0) + 100, "columnCount": 200}
        rows = [cells.get(row) for row in range(max(cells, default=-1) + 1)]
        tabs.append(SmallTab({"sheetId": number, "title": tab.title, "gridProperties": grid}, rows))
    ids = {tab.key: number for number, tab in enumerate(plan.tabs)}
    names = {
        name.name: {"name": name.name, "range": grid_range(ids[name.source.tab], name.source)}
        for name in plan.names
        if isinstance(name.source, Span)
    }
    return SmallBook({"locale": "en_US", "timeZone": zone}, tabs, names)


def put(cells: dict[int, dict[int, Any]], row: int, column: int, value: Any) -> None:
    if isinstance(value, datetime):
        value = serial(value)
    if value is not None and value != "":
        cells.setdefault(row, {})[column] = typed(value)


def grid_range(tab: int, span: Span) -> dict[str, int]:
    rows = {"startRowIndex": span.row, "endRowIndex": span.row + span.rows}
    columns = {"startColumnIndex": span.column, "endColumnIndex": span.column + span.columns}
    return {"sheetId": tab, **rows, **columns}


def published(book: Book) -> Standing:
    """The spreadsheet as it stands in the sandbox after it was published."""
    sandbox = Sandbox(now=lambda: NOW, rng=random.Random(1))
    session = requests.Session()
    session.mount("https://", LoopAdapter(sandbox))
    google, made = Google(session), publication(book.plan, book.desk)
    file = google.create_from(made.create_body)
    google.batch_update(file, made.requests, once=True)
    return sandbox.drive.files[file].book


def compared(book: Book, standing: Standing) -> tuple[list[Any], Counter[str]]:
    """The cells that show another value than was planned, and how many were looked at on each tab.

    Fails at a formula that the engine cannot work out.
    """
    engine = Engine(standing, NOW, pytest.fail)
    wrong = []
    counts: Counter[str] = Counter()
    for planned in formulas_of(book.plan):
        column, row = indexes(planned.place)
        found = plain(engine.value(planned.tab, row, column))
        counts[planned.tab] += 1
        if not is_same(planned, found):
            wrong.append((planned.tab, planned.place, planned.value, found))
    return wrong, counts


@pytest.mark.parametrize(("trade", "language"), [("it-service", "zh"), ("customer-support", "en")])
def test_every_planned_formula_is_computed_to_its_planned_value(trade: str, language: str) -> None:
    book = demo_book(trade, language, 80)
    wrong, counts = compared(book, sheet_of(book.plan, book.desk.zone.key))
    assert wrong == []
    assert counts.total() > 700


def test_every_figure_of_a_published_desk_is_the_planned_one() -> None:
    book = demo_book("it-service", "zh", 80)
    wrong, counts = compared(book, published(book))
    assert wrong == []
    assert counts == {"工单": 480, "_sheetdesk": 470, "看板": 138}
    shown = [planned.value for planned in formulas_of(book.plan) if planned.tab == "看板"]
    assert len({value for value in shown if isinstance(value, int | float) and value > 0}) > 20
