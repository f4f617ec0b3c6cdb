"""Changes cells of a workbook that people edit, and nothing else in it.

Only the parts that hold a changed cell are written, by cutting its bytes out and new ones in; every
other part keeps its packed bytes. What could not be changed without harm is refused, whole.

    archive          the file, part by part           patch_workbook   tabs, calculation
    patch_markup     tags and splices                 patch_table      a table's edges and titles
    patch_layout     a worksheet's sections           patch_growth     ranges that follow a table
    patch_search     its rows                         patch_blocks     cells that hang together
    patch_cell       one cell                         patch_formula    formulas that move
    patch_sheet      judging the edits of a sheet     patch_rows       putting the new bytes in
    patch_excerpt    what is left of a long sheet
    patch_tab        a new tab                        patch_strings    the shared strings asked for
    stretches        what is packed anew, and what is copied
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.causes import SIGNED
from sheetdesk.sheets.xlsx.package import Part
from sheetdesk.sheets.xlsx.patch.dates import DateFormats
from sheetdesk.sheets.xlsx.patch.excerpt import excerpt_of
from sheetdesk.sheets.xlsx.patch.growth import Growth
from sheetdesk.sheets.xlsx.patch.markup import Splices, Text, decoded
from sheetdesk.sheets.xlsx.patch.search import Unsure
from sheetdesk.sheets.xlsx.patch.sheet import patched_sheet
from sheetdesk.sheets.xlsx.patch.strings import indexes_in
from sheetdesk.sheets.xlsx.patch.tab import new_tab
from sheetdesk.sheets.xlsx.patch.table import NativeTable, patched_table, refuse_mentioned, tables_of
from sheetdesk.sheets.xlsx.patch.workbook import (
    LEAST,
    SharedTexts,
    Workbook,
    with_full_calculation,
    without_chain,
)
from sheetdesk.sheets.xlsx.stretches import STRETCH, Spliced
from sheetdesk.table.edits import CellEdit, TabEdits

__all__ = ["CellEdit", "TabEdits", "new_tab", "patch"]


def patch(archive: Archive, edits: Sequence[TabEdits], *, stale: bool = True) -> Archive:
    """The archive with the edits made; the same one where they change nothing: `patch(b, e) is b` for
    `b = patch(a, e)`.

    A table grows over what somebody typed right below it, which becomes part of it; to write other
    values over that is refused, but in rows that the edits say are begun. Of two edits of one cell the
    later holds. With `stale`, formulas are worked out anew when the workbook is opened. Raises
    PatchRefused, PackageBroken: then nothing is done.
    """
    if any(name.startswith("_xmlsignatures/") for name in archive.names()):
        raise PatchRefused(part="_xmlsignatures", reason=SIGNED)
    book = Workbook.of(archive)
    shared = SharedTexts(book)
    dates = DateFormats(book)
    changed: dict[str, Part | None] = {}
    moves_formulas = False
    wanted = {book.tab(tab.tab): tab for tab in _by_tab(edits)}
    for part in wanted if shared.is_long else ():
        # Asked for together: each time, all of them are passed over. What a long tab asks for comes later.
        if 0 < archive.size(part) < LEAST:
            shared.expect(indexes_in(archive.bytes(part)))
    for part, tab in wanted.items():
        tables = {table.name.casefold(): table for table in tables_of(archive, part)}
        growths, cells = [], list(tab.cells)
        for name in {*tab.tables, *tab.header}:
            table = tables.get(name.casefold())
            if table is None:
                raise PatchRefused(part=part, reason=Cause(f"it has no table {name}", f"其中没有表格 {name}"))
            titles = tab.header.get(name, {})
            last = tab.tables.get(name, table.last_row - 1) + 1
            splices = patched_table(archive, table, last, titles)
            refuse_mentioned(archive, table, titles)
            if splices:
                text = decoded(table.part, archive.bytes(table.part))
                changed[table.part] = b"".join(text.encoded(splices.chunks()))
            if table.header_rows:
                cells += [
                    CellEdit(table.area.top - 1, table.area.left - 1 + place, title)
                    for place, title in titles.items()
                ]
            growths.append(_growth(table, last, tables, tab.begun))
        new, has_moved = _sheet(book, part, cells, growths, shared, dates)
        if new is not None:
            changed[part] = new
            moves_formulas |= has_moved
    if not changed:
        return archive
    changed |= dates.changed()
    if moves_formulas:
        changed |= without_chain(book)
    if stale and (workbook := with_full_calculation(book, changed)) is not None:
        changed[book.part] = workbook
    return archive.with_parts(changed)


def _by_tab(edits: Sequence[TabEdits]) -> list[TabEdits]:
    """One for each tab: of two edits for the same place the later holds."""
    found: dict[str, TabEdits] = {}
    for edit in edits:
        known = found.get(edit.tab)
        found[edit.tab] = (
            edit
            if known is None
            else replace(
                known,
                cells=(*known.cells, *edit.cells),
                tables={**known.tables, **edit.tables},
                header={**known.header, **edit.header},
                begun=known.begun | edit.begun,
            )
        )
    return list(found.values())


def _growth(
    table: NativeTable, last: int, tables: Mapping[str, NativeTable], begun: frozenset[int]
) -> Growth:
    others = tuple(other.area for other in tables.values() if other.part != table.part)
    area, rows = table.area, frozenset(row + 1 for row in begun)
    return Growth(table.last_row, last, area.left, area.right, table.totals_rows, others, rows)


def _sheet(
    book: Workbook,
    part: str,
    cells: Sequence[CellEdit],
    growths: Sequence[Growth],
    shared: SharedTexts,
    dates: DateFormats,
) -> tuple[Part | None, bool]:
    """A worksheet's new part, None where nothing changes; whether formulas came or went."""
    archive = book.archive
    rows = {(edit.row + 1, edit.row + 1) for edit in cells}
    rows |= {(growth.old_last, growth.new_last + growth.totals) for growth in growths if growth.grows}
    grows = any(growth.grows for growth in growths)
    # Where rows all over the sheet are asked for, an excerpt would leave nothing out.
    is_worth_it = archive.size(part) >= max(LEAST, len(rows) * 2 * STRETCH)
    excerpt = excerpt_of(part, archive.stretches(part), rows, is_ordered=grows) if is_worth_it else None
    if excerpt is not None:
        text = Text(excerpt.xml)
        shared.expect(indexes_in(excerpt.xml))
        with suppress(Unsure):
            found = patched_sheet(
                part, text, cells, growths, shared, is_1904=book.is_1904, dates=dates, excerpt=excerpt
            )
            new = None if found.splices is None else excerpt.spliced(found.splices)
            return new, found.moves_formulas
    was = archive.spliced(part)
    text = decoded(part, was.plain)
    found = patched_sheet(part, text, cells, growths, shared, is_1904=book.is_1904, dates=dates)
    new_part = None if found.splices is None else _part(was, text, found.splices)
    return new_part, found.moves_formulas


def _part(was: Spliced, text: Text, splices: Splices) -> Part:
    """The part in pieces, so that a long sheet is not copied once more."""
    if text.xml is was.plain:
        return replace(was, made=splices.made())
    chunks = splices.chunks()
    return lambda: text.encoded(chunks)
