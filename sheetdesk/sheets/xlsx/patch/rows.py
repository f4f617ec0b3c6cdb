"""New bytes of cells put into the rows of a worksheet part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set

from sheetdesk.sheets.xlsx.check.book import Block, block
from sheetdesk.sheets.xlsx.patch.blocks import area_name
from sheetdesk.sheets.xlsx.patch.layout import CellPlace, Layout
from sheetdesk.sheets.xlsx.patch.markup import Splices, with_attributes
from sheetdesk.sheets.xlsx.patch.search import Row

__all__ = ["splice_dimension", "splice_rows"]


def splice_rows(
    layout: Layout,
    writes: Mapping[tuple[int, int], bytes],
    row_of: Callable[[int], tuple[Row | None, Mapping[int, CellPlace]]],
    splices: Splices,
) -> None:
    """Put each cell, by (row, column) from 1, into its row; rows that are missing are made."""
    by_row: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for (row, column), cell in sorted(writes.items()):
        by_row[row].append((column, cell))
    new_rows: list[tuple[int, bytes]] = []
    p = layout.prefix
    for number, cells in sorted(by_row.items()):
        found, places = row_of(number)
        if found is not None:
            _splice_row(layout, found, places, cells, splices)
            continue
        inside = b"".join(cell for _, cell in cells)
        before = layout.rows.floor(number)
        at = before.end if before else layout.data.opening.end
        new_rows.append((at, b'<%brow r="%d">%b</%brow>' % (p, number, inside, p)))
    if new_rows:
        layout.rows.check_order()
    data = layout.data
    if data.opening.is_empty and new_rows:
        opening = _opened(layout.xml[data.opening.start : data.opening.end])
        rows = b"".join(row for _, row in new_rows)
        splices.put(data.opening.start, data.end, opening + rows + b"</%bsheetData>" % p)
        return
    for at, new in new_rows:
        splices.put(at, at, new)


def _splice_row(
    layout: Layout,
    row: Row,
    places: Mapping[int, CellPlace],
    cells: Sequence[tuple[int, bytes]],
    splices: Splices,
) -> None:
    opening = layout.xml[row.opening.start : row.opening.end]
    added = [column for column, _ in cells if column not in places]
    spelled = _spanned(opening, row.opening.attributes().get("spans"), added)
    if row.opening.is_empty:
        inside = b"".join(cell for _, cell in cells)
        close = b"</%brow>" % row.opening.prefix
        splices.put(row.opening.start, row.end, _opened(spelled) + inside + close)
        return
    splices.put(row.opening.start, row.opening.end, spelled)
    for column, cell in cells:
        if column in places:
            element = places[column].element
            splices.put(element.opening.start, element.end, cell)
            continue
        right = [held.element for held in places.values() if held.column > column]
        left = [held.element for held in places.values() if held.column < column]
        at = right[0].opening.start if right else left[-1].end if left else row.opening.end
        splices.put(at, at, cell)


def _opened(tag: bytes) -> bytes:
    """A self-closing tag as an opening one."""
    return tag[:-2].rstrip() + b">"


def _spanned(opening: bytes, spans: str | None, added: Sequence[int]) -> bytes:
    """The row's tag, its hint of which columns are filled kept true."""
    if not spans or not added:
        return opening
    edges = [int(edge) for span in spans.split() for edge in span.split(":") if edge.isdigit()]
    if not edges or (min(edges) <= min(added) and max(added) <= max(edges)):
        return opening
    return with_attributes(opening, spans=f"{min(*edges, *added)}:{max(*edges, *added)}")


def splice_dimension(layout: Layout, filled: Set[tuple[int, int]], splices: Splices) -> None:
    """Let the sheet's note of its extent take in cells, (row, column), that were filled."""
    section = layout.section(b"dimension")
    area = block(section.opening.attributes().get("ref")) if section else None
    if section is None or area is None or not filled:
        return
    rows = [row for row, _ in filled]
    columns = [column for _, column in filled]
    new = Block(
        min(area.top, *rows), min(area.left, *columns), max(area.bottom, *rows), max(area.right, *columns)
    )
    if new != area:
        tag = section.opening
        splices.put(tag.start, tag.end, with_attributes(layout.xml[tag.start : tag.end], ref=area_name(new)))
