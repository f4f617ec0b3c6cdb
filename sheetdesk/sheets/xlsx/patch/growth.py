"""A table that grows or shrinks: what on its tab has to follow.

Input checks, highlights and the like reach to the table's last row; they shall reach to the new one.
A totals row moves down as a whole.
Source: ECMA-376 part 1, 18.18.76 (ST_Sqref); [MS-XLSX] 2.3.5 for the ranges in extension lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.check.book import Block, block
from sheetdesk.sheets.xlsx.patch.blocks import area_name
from sheetdesk.sheets.xlsx.patch.cell import Found
from sheetdesk.sheets.xlsx.patch.formula import grown
from sheetdesk.sheets.xlsx.patch.layout import Layout, place_name
from sheetdesk.sheets.xlsx.patch.markup import Element, Splices, Tag, encode_attribute, tags, with_attributes
from sheetdesk.sheets.xlsx.rows import escape_text

__all__ = ["Growth", "grown_ranges", "moved_totals"]

# The sections behind the rows whose ranges speak of formats and checks. Others, such as links, do not grow.
FOLLOWERS = frozenset(
    {b"conditionalFormatting", b"dataValidations", b"extLst", b"ignoredErrors", b"protectedRanges"}
)


@dataclass(frozen=True)
class Growth:
    """A table whose last data row moves. Rows and columns count from 1; `totals` is 1 or 0.

    `others` are the blocks of the tab's other tables, `begun` rows below that belong to this one, though its
    range ends above them.
    """

    old_last: int
    new_last: int
    left: int
    right: int
    totals: int = 0
    others: tuple[Block, ...] = ()
    begun: frozenset[int] = frozenset()

    @property
    def grows(self) -> bool:
        return self.new_last > self.old_last


def moved_totals(
    layout: Layout, growth: Growth, cell: Callable[[tuple[int, int]], Found | None]
) -> dict[tuple[int, int], bytes]:
    """The cells of the totals row as they stand in its new row. Raises PatchRefused."""
    if not (growth.totals and growth.grows):
        return {}
    moved = {}
    for column in range(growth.left, growth.right + 1):
        found = cell((growth.old_last + 1, column))
        if found is None:
            continue
        if found.formula_kind not in ("", "normal") or "cm" in found.attributes:
            name = place_name(growth.old_last + 1, column)
            raise PatchRefused(
                part=layout.part,
                reason=Cause(
                    f"{name}, in a totals row, shares its formula", f"汇总行中的 {name} 与其他单元格共用公式"
                ),
            )
        element = found.place.element
        target = (growth.new_last + 1, column)
        tag = element.opening
        opening = with_attributes(layout.xml[tag.start : tag.end], r=place_name(*target))
        inside = layout.xml[tag.end : element.end] if not tag.is_empty else b""
        if found.formula:
            text = grown(found.formula, growth.left, growth.right, growth.old_last, growth.new_last)
            if text != found.formula:
                inside = inside.replace(found.formula_xml, _respelled(layout, found, text), 1)
        moved[target] = opening + inside
    return moved


def _respelled(layout: Layout, found: Found, text: str) -> bytes:
    first = next(tags(layout.part, found.formula_xml))
    return found.formula_xml[: first.end] + escape_text(text).encode() + b"</" + first.prefix + b"f>"


def grown_ranges(layout: Layout, growth: Growth, splices: Splices) -> None:
    """Let every range over the table's columns that reaches its last row reach the new one."""
    if not growth.grows:
        return
    for section in layout.tail:
        if section.opening.name not in FOLLOWERS:
            continue
        text_of: Tag | None = None
        # Two input checks on one cell would contradict each other; two highlights may meet.
        is_single = section.opening.name == b"dataValidations"
        below = _below(layout, section, growth) if is_single else []
        for tag in tags(layout.part, layout.xml, section.opening.start, section.end):
            if tag.name == b"sqref":
                # In an extension the ranges are an element's text.
                if tag.is_close and text_of is not None:
                    old = layout.xml[text_of.end : tag.start]
                    if b"<" not in old:
                        new = _grown(old.decode(), growth, below)
                        splices.put(text_of.end, tag.start, encode_attribute(new))
                text_of = None if tag.is_close or tag.is_empty else tag
                continue
            ranges = None if tag.is_close else tag.attributes().get("sqref")
            if ranges is not None and (new := _grown(ranges, growth, below)) != ranges:
                opening = layout.xml[tag.start : tag.end]
                splices.put(tag.start, tag.end, with_attributes(opening, sqref=new))


def _below(layout: Layout, section: Element, growth: Growth) -> list[Block]:
    """The section's ranges that hold new rows of the table already."""
    found = []
    for tag in tags(layout.part, layout.xml, section.opening.start, section.end):
        names = "" if tag.is_close else tag.attributes().get("sqref", "")
        found += [area for name in names.split() if (area := block(name)) is not None]
    return [area for area in found if area.bottom > growth.old_last and area.top <= growth.new_last]


def _grown(ranges: str, growth: Growth, below: list[Block]) -> str:
    """A list of ranges with those that end where the table's rows end made longer.

    None of them grows into one of those `below`.
    """
    names = ranges.split()
    areas = [block(name) for name in names]
    longer = []
    for name, area in zip(names, areas, strict=True):
        new = _reaching(area, growth) if area is not None else None
        is_held = new is not None and (
            any(_covers(other, new) for other in areas if other is not area)
            or any(other.meets(new) for other in below if other != area)
        )
        if new is None or is_held:
            longer.append(name)
        else:
            longer.append(area_name(new))
    return " ".join(longer) if longer != names else ranges


def _reaching(area: Block, growth: Growth) -> Block | None:
    """The block made longer, None where it stays: it is of other columns, or ends elsewhere."""
    if not (growth.left <= area.left and area.right <= growth.right):
        return None
    last = growth.old_last
    if growth.totals and area.bottom == last + 1 and area.top <= last:
        return replace(area, bottom=growth.new_last + 1)
    if area.top <= last <= area.bottom < growth.new_last:
        return replace(area, bottom=growth.new_last)
    return None


def _covers(other: Block | None, area: Block) -> bool:
    if other is None:
        return False
    return (
        other.top <= area.top
        and other.bottom >= area.bottom
        and other.left <= area.left
        and other.right >= area.right
    )
