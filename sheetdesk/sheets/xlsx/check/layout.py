"""Whether pivot tables stand where they say: size, lines, room for filters, neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sheetdesk.sheets.xlsx.check.book import Block, Finding, OpenBook, Sheet, is_true, number
from sheetdesk.sheets.xlsx.check.cells import Cells
from sheetdesk.sheets.xlsx.check.pivot import DATA_FIELD, Pivot
from sheetdesk.sheets.xlsx.check.table import tables_of
from sheetdesk.sheets.xlsx.check.worksheet import overlaps

__all__ = ["check_layout", "check_neighbours", "rows_below"]

# Lines that show no single group; their indexes mean nothing.
TOTALS = frozenset({"grand", "blank"})


def check_layout(pivot: Pivot) -> Iterator[Finding]:
    """Findings about one pivot table's rectangle and the lines in it."""
    part = pivot.part
    location = pivot.root.find("{*}location")
    if location is None or pivot.area is None:
        said = None if location is None else location.get("ref")
        yield Finding(part, "pivot-location", f"ref {said!r} is no range")
        return
    sizes = [number(location, name) for name in ("firstHeaderRow", "firstDataRow", "firstDataCol")]
    if any(size is None or size < 0 for size in sizes):
        yield Finding(part, "pivot-location", "firstHeaderRow, firstDataRow or firstDataCol is missing")
        return
    _, first_row, first_column = (size or 0 for size in sizes)
    yield from _pages(pivot)
    if pivot.cache is None or not pivot.values:
        return
    for items, fields, lines, first in (
        ("rowItems", "rowFields", pivot.area.rows, first_row),
        ("colItems", "colFields", pivot.area.columns, first_column),
    ):
        group = pivot.root.find(f"{{*}}{items}")
        # Left out by writers that leave the whole layout to the first refresh.
        if group is None:
            continue
        total = len(group.findall("{*}i"))
        if number(group, "count", total) != total:
            yield Finding(part, "pivot-lines", f"<{items}> says {group.get('count')} and holds {total}")
        if lines != first + total:
            said = location.get("ref")
            text = f"{said} has {lines} lines for {first} of heading and {total} of <{items}>"
            yield Finding(part, "pivot-location", text)
        if not pivot.cache.is_outside:
            yield from _lines(pivot, items, fields)


def _pages(pivot: Pivot) -> Iterator[Finding]:
    location = pivot.root.find("{*}location")
    pages = len(pivot.axis("pageFields"))
    if location is None or pivot.area is None or not pages:
        return
    across = number(location, "colPageCount", 1) or 0
    if pivot.page_rows * across < pages:
        text = f"{pages} filters on {pivot.page_rows} rows and {across} columns"
        yield Finding(pivot.part, "pivot-page", text)
    if pivot.area.top < pivot.page_rows + 2:
        text = f"no room for {pivot.page_rows} rows of filters above row {pivot.area.top}"
        yield Finding(pivot.part, "pivot-page", text)


def _lines(pivot: Pivot, items: str, axis: str) -> Iterator[Finding]:
    fields = pivot.fields
    on_axis = pivot.axis(axis)
    limits = []
    for index in on_axis:
        if index == DATA_FIELD:
            limits.append(len(pivot.values))
        elif index is not None and 0 <= index < len(fields):
            limits.append(len(fields[index].findall("{*}items/{*}item")))
        else:
            limits.append(0)
    for place, line in enumerate(pivot.root.iterfind(f"{{*}}{items}/{{*}}i")):
        value = number(line, "i", 0)
        if value is None or not 0 <= value < max(len(pivot.values), 1):
            yield Finding(pivot.part, "pivot-lines", f"<{items}>[{place}] is for value {line.get('i')}")
        if line.get("t", "data") in TOTALS:
            continue
        depth = number(line, "r", 0) or 0
        indexes = [number(node, "v", 0) for node in line.iterfind("{*}x")]
        if depth + len(indexes) > len(limits):
            text = f"<{items}>[{place}] is {depth + len(indexes)} deep on {len(limits)} fields"
            yield Finding(pivot.part, "pivot-lines", text)
            continue
        for index, limit in zip(indexes, limits[depth:], strict=False):
            if index is None or not 0 <= index < limit:
                yield Finding(pivot.part, "pivot-lines", f"<{items}>[{place}] shows item {index} of {limit}")


def rows_below(pivots: list[Pivot]) -> frozenset[int]:
    """The rows just under the pivots, whose cells `check_neighbours` wants to see."""
    return frozenset(pivot.area.bottom + 1 for pivot in pivots if pivot.area is not None)


def check_neighbours(book: OpenBook, sheet: Sheet, pivots: list[Pivot], cells: Cells) -> Iterator[Finding]:
    """Findings about the pivot tables of one sheet and what stands around them."""
    for name, times in Counter(pivot.name.casefold() for pivot in pivots).items():
        if times > 1:
            yield Finding(sheet.part, "pivot-name", f"{times} pivot tables are called {name!r}")
    areas = [(pivot.name, _whole(pivot)) for pivot in pivots]
    placed = [(name, area) for name, area in areas if area is not None]
    for first, second in overlaps(placed):
        yield Finding(sheet.part, "pivot-location", f"{first!r} and {second!r} overlap")
    for table in tables_of(book, sheet):
        for name, area in placed:
            if table.area is not None and table.area.meets(area):
                yield Finding(sheet.part, "pivot-location", f"{name!r} overlaps table {table.name}")
    protection = sheet.root.find("{*}sheetProtection") if sheet.root is not None else None
    is_protected = protection is not None and is_true(protection, "sheet")
    for pivot in pivots:
        if pivot.cache is not None and is_protected and is_true(pivot.cache.root, "refreshOnLoad"):
            text = f"{pivot.name!r} refreshes on opening, which a protected sheet refuses"
            yield Finding(sheet.part, "pivot-protected", text, True)
        if pivot.area is not None:
            row = pivot.area.bottom + 1
            columns = range(pivot.area.left, pivot.area.right + 1)
            if any((row, column) in cells.texts for column in columns):
                text = f"cells stand right under {pivot.name!r}; growing, it would ask to replace them"
                yield Finding(sheet.part, "pivot-crowded", text, True)


def _whole(pivot: Pivot) -> Block | None:
    """The pivot table's rectangle with its filters, which stand above it after an empty row."""
    area = pivot.area
    if area is None or not pivot.page_rows:
        return area
    return Block(max(area.top - pivot.page_rows - 1, 1), area.left, area.bottom, area.right)
