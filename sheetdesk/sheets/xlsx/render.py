"""Renders a SheetPlan as an .xlsx: one renderer for every workbook sheetdesk writes.

xlsxwriter makes everything but the rows of tables: styles, checks, charts, small tabs. The rows are
written straight into the finished sheet parts as XML, which is several times faster; pivots and
slicers are parts of their own, added last.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from sheetdesk.plan.plan import SheetPlan, Span, TablePlan, TabPlan
from sheetdesk.sheets.xlsx.dialect import Writer, range_text
from sheetdesk.sheets.xlsx.formats import Formats
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.page import Page, make_chart, write_cells
from sheetdesk.sheets.xlsx.pivot import add_pivots
from sheetdesk.sheets.xlsx.rows import rows_xml
from sheetdesk.sheets.xlsx.slicer import slicer_mark
from sheetdesk.sheets.xlsx.table_tab import table_body, write_table
from sheetdesk.table.grid import column_letters, quoted_tab
from sheetdesk.whole_file import whole_file

__all__ = ["render", "render_package"]

LATER = datetime(2020, 1, 1)
ROW = re.compile(rb'<row r="(\d+)".*?</row>', re.DOTALL)
STYLE = re.compile(rb'<c r="[A-Z]+\d+"(?: s="(\d+)")?')


def render(plan: SheetPlan, path: Path) -> None:
    """Write the workbook to `path`: whole or not at all, in one rename. Raises OSError."""
    package = render_package(plan)
    with whole_file(path) as file:
        package.write(file)


def render_package(plan: SheetPlan, tables: Collection[str] | None = None) -> Package:
    """The workbook's parts; the rows of tables are generated while they are written. Of tabs with tables only
    those in `tables` (by key) hold anything, where that is given.
    """
    skeleton = io.BytesIO()
    workbook = Workbook(
        skeleton,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": plan.font, "font_size": plan.size},
        },
    )
    workbook.set_properties({"title": plan.title, "author": "sheetdesk", "created": plan.now or LATER})
    workbook.set_calc_mode("auto")
    formats = Formats(workbook, plan.font, plan.size)
    sheets = [workbook.add_worksheet(tab.title, Page) for tab in plan.tabs]
    bare = {tab.key for tab in plan.tabs if tab.table and tables is not None and tab.key not in tables}
    for tab, worksheet in zip(plan.tabs, sheets, strict=True):
        if tab.key not in bare:
            _write_tab(workbook, worksheet, plan, tab, formats)
    for name in plan.names:
        workbook.define_name(name.name, _source(plan, name.source))
    workbook.close()
    package = Package.read(skeleton.getvalue())
    filled = [
        (f"xl/worksheets/sheet{at}.xml", tab) for at, tab in enumerate(plan.tabs, 1) if tab.key not in bare
    ]
    # xlsxwriter counts tables in the order of tabs.
    for number, (part, table) in enumerate(((p, tab.table) for p, tab in filled if tab.table is not None), 1):
        _fill_table(package, plan, table, part, number)
    add_pivots(package, plan, plan.sources, plan.layouts)
    return package


def _source(plan: SheetPlan, source: Any) -> str:
    if isinstance(source, Span):
        block = range_text(source.row, source.column, source.rows, source.columns)
        return f"={quoted_tab(plan.tab(source.tab).title)}!{block}"
    return Writer(plan).text(source)


def _write_tab(workbook: Workbook, worksheet: Any, plan: SheetPlan, tab: TabPlan, formats: Formats) -> None:
    for column, width in tab.widths.items():
        worksheet.set_column(column, column, width)
    for row, height in tab.heights.items():
        worksheet.set_row(row, height)
    if tab.table is not None:
        write_table(worksheet, plan, tab.table, formats)
    write_cells(worksheet, plan, tab.cells, formats)
    for chart in tab.charts:
        made = make_chart(workbook, plan, chart)
        # Below the line under a heading, not over it.
        options = {
            "object_position": 2, "y_offset": 3, "description": chart.description or chart.title,
        }  # fmt: skip
        worksheet.insert_chart(chart.row, chart.column, made, options)
    for slicer in tab.slicers:
        box = {
            "width": slicer.width_px,
            "height": slicer.height_px,
            "description": slicer_mark(slicer.name),
        }
        worksheet.insert_textbox(
            slicer.row,
            slicer.left,
            f"{slicer.title}\n{slicer.hint}".strip(),
            box | {"object_position": 2},
        )
    if tab.frozen != (0, 0):
        worksheet.freeze_panes(*tab.frozen)
    if tab.protected:
        # Without a password: it guards against accidents, and says so.
        allowed = dict.fromkeys(("autofilter", "sort", "format_columns", "format_rows", "objects"), True)
        worksheet.protect("", allowed)
    if tab.visibility == "very_hidden":
        worksheet.very_hidden()
    elif tab.visibility == "hidden":
        worksheet.hide()
    if tab.color:
        worksheet.set_tab_color(f"#{tab.color}")
    if not tab.gridlines:
        worksheet.hide_gridlines(2)
    _print_setup(worksheet, tab)


def _print_setup(worksheet: Any, tab: TabPlan) -> None:
    setup = tab.print
    if setup is None:
        return
    # A4, or A3 for what has many columns.
    worksheet.set_paper(8 if setup.wide else 9)
    if setup.landscape:
        worksheet.set_landscape()
    if setup.one_page:
        worksheet.fit_to_pages(1, 1)
    elif setup.fit_width:
        worksheet.fit_to_pages(1, 0)
    if setup.repeat_rows:
        worksheet.repeat_rows(0, setup.repeat_rows - 1)
    if setup.footer:
        worksheet.set_footer(f"&C{setup.footer}")
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)


def _fill_table(package: Package, plan: SheetPlan, table: TablePlan, part: str, number: int) -> None:
    """Put the table's rows in place of the one empty row, and widen what speaks of them."""
    xml = package.bytes(part)
    count = max(table.rows, 1)
    first = table.top + 2
    rows = {int(match.group(1)): match for match in ROW.finditer(xml)}
    empty = rows[first]
    styles = [int(style or 0) for style in STYLE.findall(empty.group())]
    if table.rows:
        last = column_letters(table.left + len(table.columns) - 1)
        area = f"{column_letters(table.left)}{table.top + 1}:{last}{table.top + 1 + count}".encode()
        skeleton_area = f"{column_letters(table.left)}{table.top + 1}:{last}{table.top + 2}".encode()
        name = f"xl/tables/table{number}.xml"
        package.parts[name] = package.bytes(name).replace(b'ref="' + skeleton_area, b'ref="' + area)
        head, tail = xml[: empty.start()], xml[empty.end() :]
        head = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="' + area + b'"/>', head, count=1)
        formulas = [_escape(text) for text in table_body(table, Writer(plan, table))]

        def chunks() -> Iterable[bytes]:
            yield head
            yield from _rows(table, styles, formulas)
            yield tail

        package.parts[part] = chunks


def _rows(table: TablePlan, styles: list[int], formulas: list[str]) -> Iterator[bytes]:
    return rows_xml(table.columns, styles, formulas, table.rows, table.top + 2, table.left)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
