"""Whether charts refer to sheets and pivot tables that are there."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Finding, OpenBook, Sheet
from sheetdesk.sheets.xlsx.check.pivot import Pivot
from sheetdesk.sheets.xlsx.check.workbook import unknown_sheets

__all__ = ["check_charts"]


def check_charts(book: OpenBook, sheet: Sheet, pivots: list[Pivot]) -> Iterator[Finding]:
    """Findings about the charts drawn on one sheet."""
    for drawing, _ in book.related(sheet.part, "drawing"):
        for part, chart in book.related(drawing, "chart"):
            missing = {name for node in chart.iter("{*}f") for name in unknown_sheets(book, node.text or "")}
            for name in sorted(missing):
                yield Finding(part, "chart", f"a series refers to {name!r}, which is no sheet")
            yield from _pivot_source(part, chart, pivots)


def _pivot_source(part: str, chart: etree._Element, pivots: list[Pivot]) -> Iterator[Finding]:
    source = chart.find("{*}pivotSource")
    if source is None:
        return
    # [Book.xlsx]Sheet!Pivot; the book is this one, under the name it was last saved.
    text = source.findtext("{*}name") or ""
    sheet, _, name = text.rpartition("]")[2].rpartition("!")
    sheet = sheet.strip("'").replace("''", "'")
    places = {(pivot.sheet.name.casefold(), pivot.name.casefold()) for pivot in pivots}
    if (sheet.casefold(), name.casefold()) not in places:
        yield Finding(part, "chart", f"its pivot table {text!r} is not there")
    if source.find("{*}fmtId") is None:
        yield Finding(part, "chart", "its pivotSource has no fmtId")
