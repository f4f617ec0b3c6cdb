"""A workbook of random tickets with every form of pivot, written with XlsxWriter alone."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import openpyxl.utils
import xlsxwriter

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.plan.pivot import PivotLayout, PivotPlan, PivotValue, PivotWords, SlicerPlan
from sheetdesk.plan.pivot_layout import lay_out
from sheetdesk.plan.pivot_source import PivotSource
from sheetdesk.plan.plan import (
    ChartPlan,
    ColumnPlan,
    SeriesPlan,
    SheetPlan,
    Span,
    Style,
    TablePlan,
    TabPlan,
)
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.pivot import add_pivots
from sheetdesk.sheets.xlsx.pivot_chart import chart_name
from sheetdesk.sheets.xlsx.slicer import slicer_mark

ENGLISH = PivotWords()
CHINESE = PivotWords("(空白)", "(全部)", "总计", "{value}汇总")
NOW = datetime(2026, 3, 31, 9, 30)

TITLES = {
    "en": {
        "id": "Ticket", "type": "Type", "priority": "Priority", "status": "Status",
        "owner": 'Owner "A & B" <x>', "month": "Month", "hours": "Hours", "overdue": "Overdue",
        "created": "Created at", "due": "Due", "title": "Title",
    },
    "zh": {
        "id": "工单号", "type": "类型", "priority": "优先级", "status": "状态",
        "owner": "负责人 <甲&乙>", "month": "月份", "hours": "耗时（小时）",
        "overdue": "超期", "created": "创建时间", "due": "截止日期", "title": "标题",
    },
}  # fmt: skip
VALUES: dict[str, dict[str, list[Cell]]] = {
    "en": {
        "type": ["Bug", "bug", "Service request", "Question", None],
        "priority": ["Low", "High", "Medium"],
        "status": ["Open", "Done", "Waiting", "New"],
        "owner": ["Ann", "Zoë", "O'Neil & <Co>", "Bob\nSmith", None, "_x0041_"],
    },
    "zh": {
        "type": ["故障", "服务请求", "咨询", None],
        "priority": ["低", "高", "中"],
        "status": ["处理中", "已完成", "等待", "新建"],
        "owner": ["张伟", "李娜", "王 & <芳>", None],
    },
}
ORDERS = {
    "en": {
        "priority": ["Critical", "High", "Medium", "Low"],
        "status": ["New", "Open", "Waiting", "Done", "Cancelled"],
    },
    "zh": {
        "priority": ["紧急", "高", "中", "低"],
        "status": ["新建", "处理中", "等待", "已完成", "已取消"],
    },
}
KINDS = {
    "hours": CellKind.NUMBER,
    "overdue": CellKind.NUMBER,
    "created": CellKind.MOMENT,
    "due": CellKind.DATE,
}
CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"
FORMATS = {CellKind.MOMENT: "yyyy-mm-dd hh:mm", CellKind.DATE: "yyyy-mm-dd"}


@dataclass(frozen=True)
class PivotBook:
    """The plan, what was worked out from it, and the file."""

    plan: SheetPlan
    source: PivotSource
    layouts: dict[str, PivotLayout]
    file: bytes


def tickets(language: str, rows: int, seed: int = 1) -> dict[str, list[Cell]]:
    """Random columns by key, with blanks, two spellings of one type, and one very long title."""
    chance = random.Random(seed)
    choices = VALUES[language]
    start = datetime(2026, 1, 1)
    created = [start + timedelta(minutes=chance.randrange(90 * 1440)) for _ in range(rows)]
    return {
        "id": [f"T{1000 + number}" for number in range(rows)],
        **{key: [chance.choice(values) for _ in range(rows)] for key, values in choices.items()},
        "month": [f"{moment:%Y-%m}" for moment in created],
        "hours": [
            None if chance.random() < 0.3 else round(chance.uniform(0, 80), 2) for _ in range(rows)
        ],
        "overdue": [float(chance.random() < 0.2) for _ in range(rows)],
        "created": list[Cell](created),
        "due": [datetime(moment.year, moment.month, moment.day) for moment in created],
        "title": [f'<b>"{row}" & 工单</b>' * (20 if row == 3 else 1) for row in range(rows)],
    }  # fmt: skip


def pivots(home: str) -> dict[str, tuple[PivotPlan, ...]]:
    """Every form, by tab; one below another there is room for what a refresh may add."""
    count = PivotValue("id", "Tickets" if home == "en" else "工单数", "count", "#,##0")
    mean = PivotValue("hours", "Average h" if home == "en" else "平均耗时", "average", "0.0")
    total = PivotValue("hours", "Sum h" if home == "en" else "总耗时", "sum", "0.00")
    late = PivotValue("overdue", "Overdue %" if home == "en" else "超期率", "average", "0%")
    least = PivotValue("hours", "Least h" if home == "en" else "最短", "min", "0.00")
    most = PivotValue("hours", "Most h" if home == "en" else "最长", "max", "0.00")
    # The column that is counted also stands on the rows.
    counted = replace(count, column="status")
    one = PivotPlan("By status", "", "", 4, 0, ("status",), (), ("month", "type"), (counted,))
    return {
        "One": (one, PivotPlan("Matrix", "", "", 4, 6, ("type",), ("priority",), (), (count,))),
        "Two": (
            PivotPlan("Figures", "", "", 2, 0, ("owner",), (), (), (count, mean, total)),
            PivotPlan("Extremes", "", "", 2, 6, ("owner",), (), (), (least, most)),
            PivotPlan("Nested", "", "", 2, 12, ("type", "owner"), (), (), (count,)),
        ),
        "Three": (
            PivotPlan("Deep", "", "", 2, 0, ("type", "priority", "owner"), ("status",), (), (late,)),
        ),
        "Four": (
            PivotPlan("Wide", "", "", 3, 1, ("month",), ("type",), ("owner",), (count, mean)),
        ),
    }  # fmt: skip


def pivot_book(
    language: str = "en",
    rows: int = 300,
    *,
    records: bool = False,
    cells: dict[str, list[Cell]] | None = None,
    protected: bool = False,
) -> PivotBook:
    """A table, four tabs of pivots, and a tab with two slicers and two charts over pivots."""
    cells = tickets(language, rows) if cells is None else cells
    titles, name = TITLES[language], "Tickets" if language == "en" else "工单表"
    source = PivotSource(cells, titles, ORDERS[language])
    columns = tuple(_column(key, titles[key], values) for key, values in cells.items())
    data = TablePlan(name, columns, rows)
    words = ENGLISH if language == "en" else CHINESE
    tabs = [TabPlan("data", "Data & <more>" if language == "en" else "工单 数据", table=data)]
    layouts = {}
    for title, plans in pivots(language).items():
        placed = tuple(replace(plan, table=name) for plan in plans)
        layouts.update({plan.name: lay_out(plan, source, words) for plan in placed})
        tabs.append(TabPlan(title, f"Pivots {title}'s" if title == "One" else title, pivots=placed))
    slicers = (
        SlicerPlan("Status!", titles["status"], name, "status", 1, 1),
        SlicerPlan("负责人 <&>", titles["owner"], name, "owner", 1, 4),
    )
    charts = tuple(
        ChartPlan("column_stacked", pivot, 20, left, _series(layouts[pivot], tab), over_pivot=pivot)
        for pivot, tab, left in (("By status", tabs[1].title, 0), ("Matrix", tabs[1].title, 8))
        if rows
    )
    board = TabPlan("board", "Board", slicers=slicers, charts=charts, protected=protected)
    plan = SheetPlan("Test", (*tabs, board), locale=language, now=NOW)
    package = Package.read(_written(plan, layouts))
    add_pivots(package, plan, {name: source}, layouts, records=records)
    file = io.BytesIO()
    package.write(file)
    return PivotBook(plan, source, layouts, file.getvalue())


def _column(key: str, title: str, cells: Sequence[Cell]) -> ColumnPlan:
    return ColumnPlan(key, title, cells, KINDS.get(key, CellKind.TEXT), Style(), 12)


def _series(layout: PivotLayout, tab: str) -> tuple[SeriesPlan, ...]:
    row, column, rows, columns = layout.body
    labels = Span(tab, row, column - 1, rows)
    return tuple(
        SeriesPlan(Span(tab, row - 1, place), labels, Span(tab, row, place, rows))
        for place in range(column, column + columns)
    )


def _written(plan: SheetPlan, layouts: dict[str, PivotLayout]) -> bytes:
    """What the renderer does, as far as pivots go."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": NOW})
    for tab in plan.tabs:
        sheet = book.add_worksheet(tab.title)
        if tab.table is not None:
            _write_table(book, sheet, tab.table)
        for pivot in tab.pivots:
            for cell in layouts[pivot.name].cells:
                style = {"num_format": cell.number_format} if cell.number_format else {}
                look = book.add_format({**style, "indent": cell.indent})
                if cell.value is None:
                    sheet.write_blank(cell.row, cell.column, None, look)
                elif isinstance(cell.value, str):
                    sheet.write_string(cell.row, cell.column, cell.value, look)
                else:
                    sheet.write_number(cell.row, cell.column, cell.value, look)
        for slicer in tab.slicers:
            size = {"width": slicer.width_px, "height": slicer.height_px}
            options = {**size, "description": slicer_mark(slicer.name)}
            sheet.insert_textbox(slicer.row, slicer.left, slicer.title, options)
        for chart in tab.charts:
            drawn = book.add_chart(
                {"type": "column", "subtype": "stacked", "name": chart_name(chart.over_pivot)}
            )
            for series in chart.series:
                drawn.add_series({
                    "name": [series.title.tab, series.title.row, series.title.column],
                    "categories": _place(series.labels),
                    "values": _place(series.values),
                })  # fmt: skip
            sheet.insert_chart(chart.row, chart.column, drawn)
        if tab.protected:
            sheet.protect()
    book.close()
    return file.getvalue()


def _place(span: Span) -> list[object]:
    bottom, right = span.row + span.rows - 1, span.column + span.columns - 1
    return [span.tab, span.row, span.column, bottom, right]


def _write_table(book: xlsxwriter.Workbook, sheet: object, table: TablePlan) -> None:
    headings = [{"header": column.title} for column in table.columns]
    options = {"name": table.name, "columns": headings}
    sheet.add_table(0, 0, max(table.rows, 1), len(table.columns) - 1, options)  # type: ignore[attr-defined]
    for place, column in enumerate(table.columns):
        look = book.add_format({"num_format": FORMATS.get(column.kind, "General")})
        for row, cell in enumerate(column.cells, start=1):
            if isinstance(cell, str):
                sheet.write_string(row, place, cell)  # type: ignore[attr-defined]
            elif isinstance(cell, datetime):
                sheet.write_datetime(row, place, cell, look)  # type: ignore[attr-defined]
            elif cell is not None:
                sheet.write_number(row, place, cell)  # type: ignore[attr-defined]


def part(book: PivotBook, name: str) -> Any:
    return parse(Package.read(book.file).bytes(name))


def pivot_parts(book: PivotBook) -> dict[str, Any]:
    package = Package.read(book.file)
    roots = [parse(package.bytes(name)) for name in package.parts if "pivotTables/pivotTable" in name]
    return {str(root.get("name")): root for root in roots if root.get("name")}


def corners(ref: str) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of A1:B2, counted from 1."""
    left, top, right, bottom = openpyxl.utils.range_boundaries(ref)
    return int(left or 0), int(top or 0), int(right or 0), int(bottom or 0)
