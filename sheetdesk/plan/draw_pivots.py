"""The Pivots tab: the desk's pivot reports side by side, slicers that steer all of them, charts.

Each pivot has a band of columns of its own with room to grow, because a refresh may add rows and
columns and a pivot never overlaps what stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sheetdesk.columns.base import CellKind
from sheetdesk.desk.desk import Desk, Figure, Report
from sheetdesk.plan import looks
from sheetdesk.plan.pivot import PivotLayout, PivotPlan, PivotRole, PivotValue, PivotWords, SlicerPlan
from sheetdesk.plan.pivot_layout import lay_out
from sheetdesk.plan.pivot_source import PivotSource
from sheetdesk.plan.plan import (
    CellPlan,
    ChartKind,
    ChartPlan,
    PrintPlan,
    SeriesPlan,
    Span,
    Style,
    TablePlan,
    TabPlan,
)

__all__ = ["PivotPage", "draw_pivots"]

TAB = "pivots"
SLICER_ROW, TITLE_ROW, PIVOT_ROW = 3, 17, 18
LABEL_CHARS, FIGURE_CHARS, GAP_CHARS = 24.0, 12.0, 3.0
SLICER_PX, CHART_PX = (168, 250), (520, 262)
HEAD = Style(bold=True, color=looks.INK, fill="DDEBF7", border_bottom="9BC2E6")
TOTAL = Style(bold=True, color=looks.INK, fill="F3F4F6")
LOOKS: dict[PivotRole, Style] = {
    "header": HEAD,
    "label": Style(),
    "group_label": Style(bold=True),
    "value": Style(),
    "subtotal": Style(bold=True),
    "grand_label": TOTAL,
    "grand_value": TOTAL,
    "page_label": HEAD,
    "page_value": Style(),
}


@dataclass(frozen=True)
class PivotPage:
    """The tab, what its pivots stand on (by table name), and their layouts (by pivot name)."""

    tab: TabPlan
    sources: Mapping[str, PivotSource]
    layouts: Mapping[str, PivotLayout]


def draw_pivots(desk: Desk, table: TablePlan) -> PivotPage:
    """The desk's pivot reports over the tickets as shown; without tickets a line that says so."""
    text = desk.locale.text
    cells = [
        CellPlan(0, 1, text("pivots.title"), looks.TITLE),
        CellPlan(1, 1, text("pivots.subtitle" if table.rows else "pivots.empty"), Style(color=looks.GREY)),
    ]
    heights = {0: 34.0, TITLE_ROW: 24.0}
    page = _Bands(desk, table, cells)
    if table.rows:
        keys = {column.key for column in table.columns}
        for report in desk.reports or default_reports(desk):
            needed = {*report.rows, *report.columns, *report.pages, *(v.column for v in report.values)}
            if report.kind == "pivot" and needed <= keys:
                page.add(report)
        page.add_slicers(sorted_slicers(desk, keys))
        page.add_charts()
    tab = TabPlan(
        TAB,
        text("tabs.pivots"),
        cells=tuple(cells),
        charts=tuple(page.charts),
        pivots=tuple(layout.plan for layout in page.layouts.values()),
        slicers=tuple(page.slicers),
        widths=page.widths,
        heights=heights,
        gridlines=False,
        color="2E8B57",
        print=PrintPlan(wide=True, fit_width=False),
    )
    return PivotPage(tab, {table.name: page.source}, page.layouts)


def default_reports(desk: Desk) -> tuple[Report, ...]:
    """What a desk without reports of its own gets."""

    def text(key: str) -> str:
        return desk.locale.text(f"pivots.{key}")

    count = Figure("id", text("count"))
    return (
        Report("status_priority", text("status_priority"), "pivot", ("status",), ("priority",), (), (count,)),
        Report("owner_status", text("owner_status"), "pivot", ("owner",), ("status",), (), (count,)),
        Report(
            "type_month", text("type_month"), "pivot", ("month",), ("type",), (), (count,),
            chart="column_stacked",
        ),
        Report(
            "resolution", text("resolution"), "pivot", ("type",), (), (),
            (
                Figure("hours", text("mean_hours"), "average", "0.0"),
                Figure("resolved", text("resolved_count")),
            ),
        ),
        Report(
            "overdue_share", text("overdue_share"), "pivot", ("priority",), (), (),
            (Figure("overdue", text("share"), "average", "0%"), count),
        ),
    )  # fmt: skip


def sorted_slicers(desk: Desk, keys: set[str]) -> list[str]:
    """The columns to slice by: those the reports name, else the usual ones."""
    named = [key for report in desk.reports for key in report.slicers]
    wanted = dict.fromkeys(named or ["type", "priority", "month"])
    return [key for key in wanted if key in keys][:5]


def _px(width_chars: float) -> int:
    """Pixels of a column of that many characters, as spreadsheet programs round them."""
    return int(width_chars * 7 + 5)


class _Bands:
    """The tab while its pivots are laid out from left to right."""

    def __init__(self, desk: Desk, table: TablePlan, cells: list[CellPlan]) -> None:
        self.desk, self.table, self.cells = desk, table, cells
        self.titles = {column.key: column.title for column in table.columns}
        orders = {c.key: [choice.title for choice in c.choices] for c in desk.tickets.columns if c.choices}
        shown = {column.key: column.cells for column in table.columns}
        self.source = PivotSource(shown, self.titles, orders)
        self.words = PivotWords(
            blank=desk.locale.text("words.blank"),
            everything=f"({desk.locale.text('words.all')})",
            grand_total=desk.locale.text("words.grand_total"),
            total_of=desk.locale.text("words.total") + " {value}",
        )
        self.layouts: dict[str, PivotLayout] = {}
        self.reports: dict[str, Report] = {}
        self.slicers: list[SlicerPlan] = []
        self.charts: list[ChartPlan] = []
        self.widths: dict[int, float] = {0: 2.0}
        self.column = 1

    def add(self, report: Report) -> None:
        name = f"pivot_{report.key}"
        values = tuple(
            PivotValue(v.column, v.title, v.how, v.number_format)
            for v in report.values or (Figure("id", self.desk.locale.text("pivots.count")),)
        )
        plan = PivotPlan(
            name, report.title, self.table.name, PIVOT_ROW, self.column,
            report.rows, report.columns, report.pages, values,
        )  # fmt: skip
        layout = lay_out(plan, self.source, self.words)
        self.cells.append(CellPlan(TITLE_ROW, self.column, report.title, looks.HEADING))
        for cell in layout.cells:
            style = LOOKS[cell.role]
            if cell.number_format or cell.indent:
                style = Style(**{**vars(style), "number_format": cell.number_format, "indent": cell.indent})
            kind = CellKind.NUMBER if isinstance(cell.value, int | float) else CellKind.TEXT
            self.cells.append(CellPlan(cell.row, cell.column, cell.value, style, kind))
        self.layouts[name], self.reports[name] = layout, report
        self._advance(plan, layout)

    def _advance(self, plan: PivotPlan, layout: PivotLayout) -> None:
        """Leave the pivot its columns, and as many more as the desk's choices could come to."""
        grown = layout.columns
        for key in plan.columns:
            used = sum(self.source.axis(key).used)
            grown += max(len(self.source.orders.get(key, ())) - used, 0) * len(plan.values)
        self.widths[self.column] = LABEL_CHARS
        for offset in range(1, grown):
            self.widths[self.column + offset] = self._width(layout, offset)
        self.widths[self.column + grown] = GAP_CHARS
        self.widths[self.column + grown + 1] = GAP_CHARS
        self.column += grown + 2

    def _width(self, layout: PivotLayout, offset: int) -> float:
        texts = [
            str(cell.value)
            for cell in layout.cells
            if cell.column == layout.left + offset and isinstance(cell.value, str)
        ]
        return max(FIGURE_CHARS, min(looks.widest(texts) + 3.0, 24.0))

    def _column_at(self, pixels: int) -> int:
        """The first column that starts at or behind so many pixels from the left edge."""
        column = gone = 0
        while gone < pixels:
            gone += _px(self.widths.get(column, 8.43))
            column += 1
        return column

    def add_slicers(self, keys: Sequence[str]) -> None:
        self.edge = _px(self.widths[0])
        width, height = SLICER_PX
        hint = self.desk.locale.text("pivots.slicer")
        for key in keys:
            left = self._column_at(self.edge)
            self.slicers.append(
                SlicerPlan(
                    f"slice_{key}",
                    self.titles[key],
                    self.table.name,
                    key,
                    SLICER_ROW,
                    left,
                    width,
                    height,
                    hint,
                )
            )
            self.edge = self._left_of(left) + width + 12

    def _left_of(self, column: int) -> int:
        return sum(_px(self.widths.get(place, 8.43)) for place in range(column))

    def add_charts(self) -> None:
        """A chart beside the slicers for each report that asks for one, over its pivot's figures."""
        width, height = CHART_PX
        for name, report in self.reports.items():
            if not report.chart:
                continue
            layout = self.layouts[name]
            row, column, rows, columns = layout.body
            labels = Span(TAB, row, layout.left, rows)
            series = tuple(
                SeriesPlan(
                    Span(TAB, row - 1, column + offset),
                    labels,
                    Span(TAB, row, column + offset, rows),
                    looks.PALETTE[offset % len(looks.PALETTE)],
                )
                for offset in range(columns)
            )
            left = self._column_at(self.edge)
            chart = ChartPlan(
                cast(ChartKind, report.chart),
                report.title,
                SLICER_ROW,
                left,
                series,
                width,
                height,
                name,
                report.title,
            )
            self.charts.append(chart)
            self.edge = self._left_of(left) + width + 12
