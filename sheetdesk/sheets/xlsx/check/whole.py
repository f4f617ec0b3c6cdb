"""`check_package`: what is wrong with a written .xlsx that no schema can see.

Spreadsheet programs answer a file that contradicts itself with a "repair" that drops tables, pivot
tables or the whole sheet. These checks look for such contradictions: counts, indexes, names and
joins between parts. They do not replace a schema validator, which knows every attribute.

    check_book      the package opened: parts, relations, sheets
    check_parts     content types, relations, reach
    check_workbook  sheets and defined names
    check_styles    cell formats and shared strings
    check_rows      the bytes of the rows          check_cells   what stands in them
    check_worksheet merges, input checks, highlights, links
    check_table     tables                         check_cache, check_records   pivot caches
    check_pivot     pivot tables                   check_layout  where they stand
    check_slicer    slicers                        check_drawing charts
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sheetdesk.sheets.xlsx.check.book import Finding, OpenBook, Sheet, name_of
from sheetdesk.sheets.xlsx.check.cache import PivotCache, caches_of, check_cache, check_cache_list
from sheetdesk.sheets.xlsx.check.cells import Cells, read_cells
from sheetdesk.sheets.xlsx.check.drawing import check_charts
from sheetdesk.sheets.xlsx.check.layout import check_layout, check_neighbours, rows_below
from sheetdesk.sheets.xlsx.check.parts import check_parts
from sheetdesk.sheets.xlsx.check.pivot import Pivot, check_pivot, pivots_of
from sheetdesk.sheets.xlsx.check.slicer import check_slicer_caches, check_slicers
from sheetdesk.sheets.xlsx.check.styles import Strings, Styles, check_styles
from sheetdesk.sheets.xlsx.check.table import check_table_names, check_tables, tables_of
from sheetdesk.sheets.xlsx.check.workbook import check_workbook
from sheetdesk.sheets.xlsx.check.worksheet import check_worksheet
from sheetdesk.sheets.xlsx.package import Package

__all__ = ["Finding", "check_package"]

# A mistake made in a loop shows in every row; a few say as much.
MAX_OF_A_KIND = 10


def check_package(package: Package) -> list[Finding]:
    """Everything found wrong, in order of the checks; empty for a sound file. No bad file raises.

    At most ten findings of one rule in one part are kept, the last of which says how many more
    there are. A check whose part is missing or broken is skipped: the cause is reported instead.
    """
    return list(_few(_all(OpenBook.open(package))))


def _all(book: OpenBook) -> Iterator[Finding]:
    yield from check_parts(book)
    yield from check_workbook(book)
    styles, strings = Styles.read(book), Strings.read(book)
    yield from check_styles(book, strings)
    yield from check_table_names(book)
    yield from check_cache_list(book)
    caches = caches_of(book)
    for cache in caches:
        yield from check_cache(book, cache)
    pivots = [pivot for sheet in book.sheets for pivot in pivots_of(book, sheet, caches)]
    for pivot in pivots:
        yield from check_pivot(book, pivot, styles)
        yield from check_layout(pivot)
    for sheet in book.sheets:
        yield from _sheet(book, sheet, caches, styles, strings)
        yield from check_charts(book, sheet, pivots)
    yield from check_slicer_caches(book, pivots)


def _sheet(
    book: OpenBook, sheet: Sheet, caches: list[PivotCache], styles: Styles, strings: Strings
) -> Iterator[Finding]:
    if sheet.root is None or name_of(sheet.root) != "worksheet":
        return
    pivots: list[Pivot] = pivots_of(book, sheet, caches)
    headers = {table.area.top for table in tables_of(book, sheet) if table.area is not None}
    wanted = rows_below(pivots) | headers
    cells: Cells = read_cells(book, sheet, styles, strings, frozenset(wanted))
    yield from cells.findings
    yield from check_worksheet(book, sheet, styles, cells)
    yield from check_tables(book, sheet, styles, cells)
    yield from check_neighbours(book, sheet, pivots, cells)
    yield from check_slicers(book, sheet)


def _few(findings: Iterable[Finding]) -> Iterator[Finding]:
    kept: dict[tuple[str, str, bool], list[Finding]] = {}
    for found in findings:
        kept.setdefault((found.part, found.rule, found.is_warning), []).append(found)
    for (part, rule, is_warning), group in kept.items():
        if len(group) <= MAX_OF_A_KIND:
            yield from group
        else:
            yield from group[: MAX_OF_A_KIND - 1]
            yield Finding(part, rule, f"and {len(group) - MAX_OF_A_KIND + 1} more", is_warning)
