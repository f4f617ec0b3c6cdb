"""Edits of one worksheet part: which cells change, what refuses, and the part's new bytes.

Everything is read and judged first; only then is anything written, so that a refusal leaves nothing
half done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.check.book import MAX_COLUMN, MAX_ROW, Block
from sheetdesk.sheets.xlsx.patch.blocks import (
    FormulaBlock,
    area_name,
    column_style,
    formula_blocks,
    heir_of,
    holds,
    merged_blocks,
)
from sheetdesk.sheets.xlsx.patch.causes import (
    covered,
    holds_array,
    no_formula,
    no_room_below,
    off_the_sheet,
    part_of,
)
from sheetdesk.sheets.xlsx.patch.cell import Found, Unwritable, Writing, read_cell
from sheetdesk.sheets.xlsx.patch.dates import DateFormats
from sheetdesk.sheets.xlsx.patch.excerpt import Excerpt
from sheetdesk.sheets.xlsx.patch.growth import Growth, grown_ranges, moved_totals
from sheetdesk.sheets.xlsx.patch.layout import CellPlace, Layout, place_name, searched, walked
from sheetdesk.sheets.xlsx.patch.markup import Splices, Text, with_attributes
from sheetdesk.sheets.xlsx.patch.rows import splice_dimension, splice_rows
from sheetdesk.sheets.xlsx.patch.search import Row, Unsure
from sheetdesk.table.edits import CellEdit

__all__ = ["SheetPatch", "patched_sheet"]

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True)
class SheetPatch:
    """What changes in the part, None for nothing; whether cells became or ceased to be formulas."""

    splices: Splices | None
    moves_formulas: bool = False


def patched_sheet(
    part: str,
    text: Text,
    edits: Iterable[CellEdit],
    growths: Sequence[Growth],
    shared: Callable[[int], str | None],
    *,
    is_1904: bool,
    dates: DateFormats | None = None,
    excerpt: Excerpt | None = None,
) -> SheetPatch:
    """The worksheet with the edits made and its tables' ranges extended. Raises PatchRefused.

    `dates` has formats for times where a cell's own would show a number. Of an `excerpt`, `text` is what is
    left of the sheet; raises Unsure where only the whole will do.
    """
    wanted = {(edit.row + 1, edit.column + 1): edit for edit in edits}
    for row, column in wanted:
        if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
            raise PatchRefused(part=part, reason=off_the_sheet(row, column))
    try:
        layout = searched(part, text.xml)
        return _Patching(layout, shared, is_1904, growths, dates, excerpt).run(wanted)
    except Unsure:
        if excerpt is not None:
            raise
        layout = walked(part, text.xml)
        return _Patching(layout, shared, is_1904, growths, dates).run(wanted)


@dataclass
class _Patching:
    """One pass over a sheet. `writes` is what shall stand in cells, complete with their tags."""

    layout: Layout
    shared: Callable[[int], str | None]
    is_1904: bool
    growths: Sequence[Growth]
    dates: DateFormats | None = None
    excerpt: Excerpt | None = None
    read: dict[int, tuple[Row | None, Mapping[int, CellPlace]]] = field(default_factory=dict)
    differing: frozenset[Place] = frozenset()
    found: dict[Place, Found | None] = field(default_factory=dict)
    writes: dict[Place, bytes] = field(default_factory=dict)
    filled: set[Place] = field(default_factory=set)
    moves_formulas: bool = False

    def __post_init__(self) -> None:
        self.writing = Writing(self.is_1904)
        self.splices = Splices(self.layout.part, self.layout.xml)

    def run(self, wanted: dict[Place, CellEdit]) -> SheetPatch:
        self.differing = frozenset(place for place, edit in wanted.items() if edit.differs)
        changes = {place: edit for place, edit in sorted(wanted.items()) if not self._is_same(place, edit)}
        totals: dict[Place, bytes] = {}
        for growth in self.growths:
            self._check_room(growth, changes)
            moved = moved_totals(self.layout, growth, self.cell)
            for place in moved:
                old = (growth.old_last + 1, place[1])
                # A new ticket stands there now, in the format of the one above it.
                changes.setdefault(old, CellEdit(old[0] - 1, old[1] - 1, None))
            totals |= moved
        if set(totals) & set(changes):
            raise self._refusal(Cause("a change would stand in the totals row", "有改动会落在汇总行中"))
        if changes or totals:
            self._check(changes)
            promoted = self._promoted(changes)
            for place, edit in changes.items():
                self._write(place, edit, promoted.pop(place, None))
            for place, (formula, kept) in promoted.items():
                self._write(place, kept, (formula, kept))
            self.writes |= totals
            self.filled |= set(totals)
            self.moves_formulas |= bool(totals)
            if self.excerpt is not None and not self.excerpt.is_ordered and self._adds_rows():
                raise Unsure
            splice_rows(self.layout, self.writes, self._row, self.splices)
            splice_dimension(self.layout, self.filled, self.splices)
        for growth in self.growths:
            grown_ranges(self.layout, growth, self.splices)
        if not self.splices:
            return SheetPatch(None)
        return SheetPatch(self.splices, self.moves_formulas)

    def cell(self, place: Place) -> Found | None:
        """What stands in the cell, None where the part has no such cell."""
        if place not in self.found:
            _, cells = self._row(place[0])
            held = cells.get(place[1])
            # Looking through all shared strings takes as long as unpacking half the sheet.
            shared = (lambda _: None) if place in self.differing else self.shared
            self.found[place] = read_cell(self.layout, held, shared) if held else None
        return self.found[place]

    def _row(self, number: int) -> tuple[Row | None, Mapping[int, CellPlace]]:
        if number not in self.read:
            row = self.layout.row(number)
            self.read[number] = (row, self.layout.places(row) if row else {})
        return self.read[number]

    def _is_same(self, place: Place, edit: CellEdit) -> bool:
        found = self.cell(place)
        if self._is_left_behind(place):
            return False
        try:
            if found is not None:
                return self.writing.is_same(edit, found)
        except Unwritable as error:
            raise self._refusal(error.at(place_name(*place))) from error
        return edit.value in (None, "") and edit.formula is None and not edit.keeps_formula

    def _refusal(self, reason: Cause) -> PatchRefused:
        return PatchRefused(part=self.layout.part, reason=reason)

    def _check_room(self, growth: Growth, changes: dict[Place, CellEdit]) -> None:
        """Refuse to write over what stands below a table that grows."""
        if not growth.grows:
            return
        first = growth.old_last + growth.totals + 1
        last = growth.new_last + growth.totals
        area = Block(first, growth.left, last, growth.right)
        for other in (*growth.others, *merged_blocks(self.layout)):
            if other.meets(area):
                name = place_name(other.top, other.left)
                raise self._refusal(no_room_below(name))
        row = self.layout.rows.floor(first - 1)
        while (row := self.layout.rows.after(row)) and row.number <= last:
            _, cells = self._row(row.number)
            for column in cells:
                place = (row.number, column)
                found = self.cell(place)
                if growth.left <= column <= growth.right and found and not found.is_blank:
                    # Without a totals row, what somebody typed below becomes part of the table.
                    edit = changes.get(place)
                    is_written = edit is not None and not edit.keeps_formula
                    if growth.totals or (is_written and row.number not in growth.begun):
                        raise self._refusal(no_room_below(place_name(*place)))

    def _check(self, changes: dict[Place, CellEdit]) -> None:
        """Refuse what would tear a merged cell or a formula of several cells."""
        merged = merged_blocks(self.layout)
        blocks = [found for found in formula_blocks(self.layout) if found.kind != "shared"]
        for place, edit in changes.items():
            name = place_name(*place)
            for area in merged:
                if holds(area, place) and place != (area.top, area.left):
                    raise self._refusal(covered(name, area_name(area)))
            found = self.cell(place)
            if edit.keeps_formula:
                if found is None or found.formula is None:
                    raise self._refusal(no_formula(name))
                continue
            self._check_array(place, found, blocks)

    def _check_array(self, place: Place, found: Found | None, blocks: Sequence[FormulaBlock]) -> None:
        name = place_name(*place)
        if found is not None and "cm" in found.attributes:
            raise self._refusal(holds_array(name))
        for held in blocks:
            if holds(held.area, place):
                raise self._refusal(part_of(name, held.kind, area_name(held.area)))

    def _promoted(self, changes: dict[Place, CellEdit]) -> dict[Place, tuple[bytes, CellEdit | None]]:
        """Cells that take over a shared formula whose first cell is overwritten."""
        taken = {place for place, edit in changes.items() if not edit.keeps_formula}
        promoted: dict[Place, tuple[bytes, CellEdit | None]] = {}
        for place in sorted(taken):
            found = self.cell(place)
            if found is not None and found.formula_kind == "shared" and "ref" in found.formula_attributes:
                if self.excerpt is not None:
                    # Any row may share it.
                    raise Unsure
                heir = heir_of(self.layout, place, found, taken)
                if heir is not None:
                    promoted[heir[0]] = (heir[1], changes.get(heir[0]))
        return promoted

    def _write(
        self, place: Place, edit: CellEdit | None, promoted: tuple[bytes, CellEdit | None] | None
    ) -> None:
        """Note the new bytes of one cell."""
        found = self.cell(place)
        if promoted is not None and found is not None:
            found = replace(found, formula_xml=promoted[0])
        if edit is None:
            # Only its formula is spelled anew; what it last gave stays as it is.
            self._respell(place, found)
            return
        if found is not None:
            tag = found.place.element.opening
            opening = self.layout.xml[tag.start : tag.end]
            had = found.formula is not None
            style = self._style(place) if self._is_left_behind(place) else found.attributes.get("s")
        else:
            had, style = False, self._style(place)
            opening = with_attributes(b"<%bc>" % self.layout.prefix, r=place_name(*place))
        dated = self.dates.for_value(style, edit.value) if self.dates is not None else style
        if found is None or dated != found.attributes.get("s"):
            opening = with_attributes(opening, s=dated)
        kept = found.formula_xml if found is not None and edit.keeps_formula else b""
        try:
            self.writes[place] = self.writing.cell(opening, edit, kept)
        except Unwritable as error:
            raise self._refusal(error.at(place_name(*place))) from error
        self.moves_formulas |= had != bool(kept or edit.formula is not None)
        if edit.value not in (None, "") or kept or edit.formula is not None:
            self.filled.add(place)

    def _respell(self, place: Place, found: Found | None) -> None:
        if found is None:
            return
        element = found.place.element
        whole = self.layout.xml[element.opening.start : element.end]
        old = read_cell(self.layout, found.place, self.shared).formula_xml
        self.writes[place] = whole.replace(old, found.formula_xml, 1)

    def _adds_rows(self) -> bool:
        return any(self._row(row)[0] is None for row, _ in self.writes)

    def _is_left_behind(self, place: Place) -> bool:
        """Whether a totals row stood here before its table grew."""
        return any(
            growth.totals
            and place[0] == growth.old_last + 1
            and growth.left <= place[1] <= growth.right
            and growth.grows
            for growth in self.growths
        )

    def _style(self, place: Place) -> str | None:
        """The format of a new cell: that of the table's last row, else of its row, else of its column."""
        for growth in self.growths:
            is_new = growth.old_last < place[0] <= growth.new_last
            if is_new and growth.left <= place[1] <= growth.right:
                above = self.cell((growth.old_last, place[1]))
                if above is not None and "s" in above.attributes:
                    return above.attributes["s"]
        row, _ = self._row(place[0])
        if row is not None:
            attributes = row.opening.attributes()
            if "s" in attributes and attributes.get("customFormat") in ("1", "true"):
                return attributes["s"]
        return column_style(self.layout, place[1])
