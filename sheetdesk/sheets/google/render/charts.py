"""Native charts over cells of the plan."""

from __future__ import annotations

from sheetdesk.plan import looks
from sheetdesk.plan.plan import ChartPlan, SeriesPlan, Span, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.styles import color_style

__all__ = ["chart_id", "draw_charts"]

KINDS = {
    "bar": ("BAR", False),
    "bar_stacked": ("BAR", True),
    "column": ("COLUMN", False),
    "column_stacked": ("COLUMN", True),
    "line": ("LINE", False),
}
MOST_NAMES = 12


def chart_id(book: Book, tab: TabPlan, index: int) -> int:
    """The id of the tab's chart of this number."""
    return book.ids.of("chart", tab.key, str(index))


def draw_charts(book: Book, tab: TabPlan) -> list[Request]:
    """Every chart of a tab, where the plan has it."""
    found = []
    for index, chart in enumerate(tab.charts):
        anchor = {"sheetId": book.sheet(tab.key), "rowIndex": chart.row, "columnIndex": chart.column}
        # Below the line under a heading, not over it.
        overlay = {
            "anchorCell": anchor,
            "offsetYPixels": 3,
            "widthPixels": chart.width_px,
            "heightPixels": chart.height_px,
        }
        made = {
            "chartId": chart_id(book, tab, index),
            "spec": _spec(book, chart),
            "position": {"overlayPosition": overlay},
        }
        found.append({"addChart": {"chart": made}})
    return found


def _spec(book: Book, chart: ChartPlan) -> Request:
    kind, is_stacked = KINDS[chart.kind]
    # The names of series stand right above their figures: then both are one range with a header.
    with_names = all(_is_above(series) for series in chart.series)
    figures = "BOTTOM_AXIS" if kind == "BAR" else "LEFT_AXIS"
    basic: Request = {
        "chartType": kind,
        "legendPosition": "BOTTOM_LEGEND" if 1 < len(chart.series) <= MOST_NAMES else "NO_LEGEND",
        "headerCount": 1 if with_names else 0,
        "domains": [],
        "series": [_series(book, series, kind, figures, with_names) for series in chart.series],
    }
    if chart.series:
        labels = _sources(book, chart.series[0].labels, with_names)
        basic["domains"] = [{"domain": labels}]
    if is_stacked:
        basic["stackedType"] = "STACKED"
    spec: Request = {"basicChart": basic, "hiddenDimensionStrategy": "SHOW_ALL"}
    if chart.title:
        spec |= {"title": chart.title, "titleTextFormat": {"fontSize": 12, **_ink()}}
    if chart.description:
        spec["altText"] = chart.description
    return spec


def _ink() -> Request:
    return {"foregroundColorStyle": color_style(looks.INK)}


def _is_above(series: SeriesPlan) -> bool:
    title, values, labels = series.title, series.values, series.labels
    return (title.row + 1, title.column) == (values.row, values.column) and labels.row == values.row > 0


def _series(book: Book, series: SeriesPlan, kind: str, axis: str, with_names: bool) -> Request:
    found: Request = {
        "series": _sources(book, series.values, with_names),
        "targetAxis": axis,
        "colorStyle": color_style(series.color or looks.CALM),
    }
    if kind == "LINE":
        found |= {"lineStyle": {"width": 2, "type": "SOLID"}, "pointStyle": {"size": 5, "shape": "CIRCLE"}}
    return found


def _sources(book: Book, span: Span, with_head: bool) -> Request:
    head = int(with_head)
    block = book.block(span.tab, span.row - head, span.column, span.rows + head, span.columns)
    return {"sourceRange": {"sources": [block]}}
