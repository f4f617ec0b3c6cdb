"""All that stands on one tab, in the order in which it must be made."""

from __future__ import annotations

from sheetdesk.plan.plan import TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.cells import draw_cells
from sheetdesk.sheets.google.render.charts import draw_charts
from sheetdesk.sheets.google.render.checks import draw_checks
from sheetdesk.sheets.google.render.highlights import draw_highlights
from sheetdesk.sheets.google.render.pivots import draw_pivots, draw_slicers, drawn_by_pivots
from sheetdesk.sheets.google.render.table import draw_table
from sheetdesk.sheets.google.render.tabs import dimensions, table_dimensions

__all__ = ["draw_tab"]


def draw_tab(book: Book, tab: TabPlan) -> list[Request]:
    """The requests that fill an empty tab."""
    found = [*table_dimensions(book, tab), *dimensions(book, tab)]
    if tab.table is not None:
        found += draw_table(book, tab, tab.table)
        found += draw_checks(book, tab, tab.table)
    found += draw_cells(book, tab, without=drawn_by_pivots(book, tab))
    found += draw_highlights(book, tab)
    found += draw_pivots(book, tab)
    found += draw_slicers(book, tab)
    return [*found, *draw_charts(book, tab)]
