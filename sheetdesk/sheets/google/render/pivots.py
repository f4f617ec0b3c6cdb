"""Native pivot tables and slicers over a table, rows aside that no ticket stands in.

Google sorts the groups of a pivot by their texts: the order of a desk's choices is not to be had.
"""

from __future__ import annotations

from sheetdesk.plan.pivot import PivotPlan, PivotValue
from sheetdesk.plan.plan import TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.styles import number_format

__all__ = ["draw_pivots", "draw_slicers", "drawn_by_pivots", "slicer_id"]

HOW = {"count": "COUNTA", "sum": "SUM", "average": "AVERAGE", "min": "MIN", "max": "MAX"}
# As far down as a pivot's figures get their number format.
FIGURE_ROWS = 60


def drawn_by_pivots(book: Book, tab: TabPlan) -> set[tuple[int, int]]:
    """Places whose cells a pivot table fills by itself."""
    layouts = (book.plan.layouts[pivot.name] for pivot in tab.pivots if pivot.name in book.plan.layouts)
    return {(cell.row, cell.column) for layout in layouts for cell in layout.cells}


def draw_pivots(book: Book, tab: TabPlan) -> list[Request]:
    """Each pivot of a tab, anchored where the plan has it."""
    found: list[Request] = []
    for pivot in tab.pivots:
        source, table = book.plan.table(pivot.table)
        start = {"sheetId": book.sheet(tab.key), "rowIndex": pivot.row, "columnIndex": pivot.column}
        rows = [{"values": [{"pivotTable": _pivot(book, source, table, pivot)}]}]
        found.append({"updateCells": {"start": start, "rows": rows, "fields": "pivotTable"}})
        found += _figure_formats(book, tab, pivot)
    return found


def _pivot(book: Book, source: TabPlan, table: TablePlan, pivot: PivotPlan) -> Request:
    def group(key: str, *, has_totals: bool) -> Request:
        column = table.columns[table.index(key)]
        return {
            "sourceColumnOffset": table.index(key),
            "label": column.title,
            "sortOrder": "ASCENDING",
            "showTotals": has_totals,
        }

    made: Request = {
        "source": book.table_block(source, table),
        "rows": [group(key, has_totals=True) for key in pivot.rows],
        "values": [_value(table, value) for value in pivot.values],
        "filterSpecs": _filters(table, pivot),
        "valueLayout": "HORIZONTAL",
    }
    if pivot.columns:
        made["columns"] = [group(key, has_totals=True) for key in pivot.columns]
    return made


def _value(table: TablePlan, value: PivotValue) -> Request:
    return {
        "sourceColumnOffset": table.index(value.column),
        "summarizeFunction": HOW[value.how],
        "name": value.title,
    }


def _filters(table: TablePlan, pivot: PivotPlan) -> list[Request]:
    found: list[Request] = []
    keys = [column.key for column in table.columns]
    if "id" in keys:
        criteria = {"condition": {"type": "NOT_BLANK"}, "visibleByDefault": True}
        found.append({"columnOffsetIndex": keys.index("id"), "filterCriteria": criteria})
    for key in pivot.pages:
        if key != "id":
            criteria = {"visibleByDefault": True}
            found.append({"columnOffsetIndex": keys.index(key), "filterCriteria": criteria})
    return found


def _figure_formats(book: Book, tab: TabPlan, pivot: PivotPlan) -> list[Request]:
    """A pivot's values have no format of their own, its cells have."""
    layout = book.plan.layouts.get(pivot.name)
    columns = max(layout.columns if layout else 0, len(pivot.rows) + len(pivot.values))
    found: list[Request] = []
    first = pivot.column + len(pivot.rows)
    for place in range(first, pivot.column + columns):
        value = pivot.values[(place - first) % len(pivot.values)]
        numbers = number_format(value.number_format)
        if numbers is None:
            continue
        last = found[-1]["repeatCell"] if found else None
        if last and last["cell"]["userEnteredFormat"]["numberFormat"] == numbers:
            last["range"]["endColumnIndex"] = place + 1
            continue
        block = book.block(tab.key, pivot.row + 1, place, FIGURE_ROWS, 1)
        cell = {"userEnteredFormat": {"numberFormat": numbers}}
        fields = "userEnteredFormat.numberFormat"
        found.append({"repeatCell": {"range": block, "cell": cell, "fields": fields}})
    return found


def slicer_id(book: Book, name: str) -> int:
    return book.ids.of("slicer", name)


def draw_slicers(book: Book, tab: TabPlan) -> list[Request]:
    """Each slicer of a tab: it steers all pivots and charts of its tab over the same table."""
    found = []
    for slicer in tab.slicers:
        source, table = book.plan.table(slicer.table)
        anchor = {"sheetId": book.sheet(tab.key), "rowIndex": slicer.row, "columnIndex": slicer.left}
        spec = {
            "dataRange": book.table_block(source, table),
            "filterCriteria": {},
            "columnIndex": table.index(slicer.column),
            "applyToPivotTables": True,
            "title": slicer.title,
        }
        overlay = {"anchorCell": anchor, "widthPixels": slicer.width_px, "heightPixels": 40}
        made = {
            "slicerId": slicer_id(book, slicer.name),
            "spec": spec,
            "position": {"overlayPosition": overlay},
        }
        found.append({"addSlicer": {"slicer": made}})
    return found
