"""Free-form tabs: single cells, merged cells and native charts."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetdesk.columns.base import CellKind
from sheetdesk.columns.moment import serial
from sheetdesk.plan import looks
from sheetdesk.plan.formula import Formula
from sheetdesk.plan.plan import CellPlan, ChartPlan, SheetPlan, Span
from sheetdesk.sheets.xlsx.dialect import Writer
from sheetdesk.sheets.xlsx.formats import Formats
from sheetdesk.sheets.xlsx.pivot_chart import chart_name

__all__ = ["Page", "make_chart", "write_cells"]

KINDS = {
    "bar": ("bar", None),
    "bar_stacked": ("bar", "stacked"),
    "column": ("column", None),
    "column_stacked": ("column", "stacked"),
    "line": ("line", None),
}
TEXT_LIMIT = 32_767
MOST_NAMES = 12
CALL = re.compile(r"[\w.]+\(")


class Page(Worksheet):  # type: ignore[misc]
    """A worksheet that looks for the functions which need a prefix only in formulas that call one.

    xlsxwriter goes through every formula once for each function it knows, a fifth of a workbook's time.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if all(_is_plain(call, expand_future_functions) for call in CALL.findall(formula)):
            return formula.removeprefix("{").removeprefix("=").removesuffix("}")
        prefixed: str = super()._prepare_formula(formula, expand_future_functions)
        return prefixed


@cache
def _is_plain(call: str, expand_future_functions: bool) -> bool:
    """Whether xlsxwriter leaves the name of a function, with its bracket, as it is."""
    return bool(Worksheet()._prepare_formula(call, expand_future_functions) == call)


def write_cells(worksheet: Any, plan: SheetPlan, cells: tuple[CellPlan, ...], formats: Formats) -> None:
    """Every cell by its kind; nothing is guessed from a text."""
    writer = Writer(plan)
    for cell in cells:
        fmt = formats.of(cell.style)
        row, column = cell.row, cell.column
        if cell.rows > 1 or cell.columns > 1:
            worksheet.merge_range(row, column, row + cell.rows - 1, column + cell.columns - 1, "", fmt)
        content = cell.content
        if isinstance(content, Formula):
            _write_formula(worksheet, row, column, content, writer, fmt)
        elif content is None:
            worksheet.write_blank(row, column, None, fmt)
        elif isinstance(content, bool):
            worksheet.write_boolean(row, column, content, fmt)
        elif isinstance(content, datetime):
            worksheet.write_number(row, column, serial(content), fmt)
        elif isinstance(content, int | float) and cell.kind is not CellKind.FLAG:
            worksheet.write_number(row, column, content, fmt)
        else:
            worksheet.write_string(row, column, str(content)[:TEXT_LIMIT], fmt)


def _write_formula(worksheet: Any, row: int, column: int, formula: Formula, writer: Writer, fmt: Any) -> None:
    value = serial(formula.value) if isinstance(formula.value, datetime) else formula.value
    text = writer.text(formula.expr)
    if formula.is_array:
        worksheet.write_array_formula(row, column, row, column, f"{{{text}}}", fmt, value)
    else:
        worksheet.write_formula(row, column, text, fmt, value)


def make_chart(workbook: Workbook, plan: SheetPlan, chart: ChartPlan) -> Any:
    """A native chart over cells of the plan."""
    kind, subtype = KINDS[chart.kind]
    options: dict[str, Any] = {"type": kind, **({"subtype": subtype} if subtype else {})}
    if chart.over_pivot:
        options["name"] = chart_name(chart.over_pivot)
    made = workbook.add_chart(options)
    for series in chart.series:
        options = {
            # One cell for the name, a range for the others even where it is one cell.
            "name": _reference(plan, series.title)[:3],
            "categories": _reference(plan, series.labels),
            "values": _reference(plan, series.values),
        }
        color = f"#{series.color}" if series.color else f"#{looks.CALM}"
        if kind == "line":
            options |= {"line": {"color": color, "width": 2.25}, "marker": {"type": "circle", "size": 5,
                        "fill": {"color": color}, "border": {"color": color}}}  # fmt: skip
        else:
            options |= {"fill": {"color": color}, "gap": 60}
            if subtype:
                options["overlap"] = 100
            else:
                options["data_labels"] = {"value": True, "font": {"color": f"#{looks.INK}"}}
        made.add_series(options)
    if chart.title:
        made.set_title({"name": chart.title, "name_font": {"size": 12, "color": f"#{looks.INK}"}})
    else:
        made.set_title({"none": True})
    font = {"name": plan.font, "size": 9, "color": f"#{looks.INK}"}
    category: dict[str, Any] = {"num_font": font, "line": {"color": f"#{looks.BORDER}"}}
    if kind == "bar":
        category["reverse"] = True
    if kind == "line":
        category |= {"num_format": "mm-dd", "text_axis": True}
    figures = {
        "num_font": font, "num_format": "0", "line": {"none": True}, "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": "#E5E7EB"}},
    }  # fmt: skip
    if kind == "bar":
        # A reversed category axis would put the numbers on top.
        figures["label_position"] = "high"
    # A bar chart lies on its side: its categories are on the axis that xlsxwriter calls y.
    horizontal, vertical = (figures, category) if kind == "bar" else (category, figures)
    made.set_x_axis(horizontal)
    made.set_y_axis(vertical)
    # A legend of fifty names would leave no room for the chart.
    if 1 < len(chart.series) <= MOST_NAMES:
        made.set_legend({"position": "bottom", "font": font})
    else:
        made.set_legend({"none": True})
    made.set_chartarea({"border": {"none": True}})
    made.set_size({"width": chart.width_px, "height": chart.height_px})
    return made


def _reference(plan: SheetPlan, span: Span) -> list[Any]:
    last = [span.row + span.rows - 1, span.column + span.columns - 1]
    return [plan.tab(span.tab).title, span.row, span.column, *last]
