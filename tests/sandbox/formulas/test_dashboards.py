"""Every formula that sheetdesk plans comes, in Google's dialect, to the value that was planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from sheetdesk.columns.moment import serial
from sheetdesk.plan.formula import Expr, Formula, Name
from sheetdesk.plan.plan import SheetPlan, Span
from sheetdesk.sandbox.formulas import Engine
from sheetdesk.sheets.xlsx.dialect import Writer
from tests.books import NOW, demo_book, formulas_of, indexes, is_same
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


@pytest.mark.parametrize(("trade", "language"), [("it-service", "zh"), ("customer-support", "en")])
def test_every_planned_formula_is_computed_to_its_planned_value(trade: str, language: str) -> None:
    book = demo_book(trade, language, 80)
    engine = Engine(sheet_of(book.plan, book.desk.zone.key), NOW, pytest.fail)
    wrong = []
    count = 0
    for planned in formulas_of(book.plan):
        column, row = indexes(planned.place)
        found = plain(engine.value(planned.tab, row, column))
        count += 1
        if not is_same(planned, found):
            wrong.append((planned.tab, planned.place, planned.value, found))
    assert wrong == []
    assert count > 700
