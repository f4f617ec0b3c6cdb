"""Cells of a worksheet that hang together: merged, filled by one formula, or sharing one.

Source: ECMA-376 part 1, 18.3.1.40 (f: shared, array and data table formulas), 18.3.1.55 (mergeCell).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.byte_pairs import pair_places
from sheetdesk.sheets.xlsx.check.book import Block, block
from sheetdesk.sheets.xlsx.patch.cell import Found
from sheetdesk.sheets.xlsx.patch.formula import moved
from sheetdesk.sheets.xlsx.patch.layout import Layout, place_name
from sheetdesk.sheets.xlsx.patch.markup import Tag, children, tags, with_attributes
from sheetdesk.sheets.xlsx.rows import escape_text

__all__ = [
    "FormulaBlock",
    "area_name",
    "column_style",
    "formula_blocks",
    "heir_of",
    "holds",
    "merged_blocks",
    "reaches",
]

# Every formula that reaches over several cells says which; in a whole sheet few other things do.
REACH = re.compile(rb"ref\s*=")


@dataclass(frozen=True)
class FormulaBlock:
    """The cells that one formula speaks for: an array's, a data table's, or those that share it."""

    kind: str
    area: Block


def formula_blocks(layout: Layout) -> list[FormulaBlock]:
    """Every such block of the sheet."""
    found = []
    hits = reaches(layout.xml, layout.data.opening.end, layout.data.content_end)
    for tag in filter(None, (_formula_tag(layout, hit) for hit in hits)):
        attributes = tag.attributes()
        area = block(attributes.get("ref"))
        if area is not None:
            found.append(FormulaBlock(attributes.get("t", ""), area))
    return found


def _formula_tags(layout: Layout, attribute: re.Pattern[bytes]) -> Iterator[Tag]:
    """The opening tags of formulas that have the attribute."""
    start, end = layout.data.opening.end, layout.data.content_end
    for hit in attribute.finditer(layout.xml, start, end):
        if (tag := _formula_tag(layout, hit)) is not None:
            yield tag


def _formula_tag(layout: Layout, hit: re.Match[bytes]) -> Tag | None:
    """The opening tag of the formula whose attribute was found, None where it is something else's."""
    start, end = layout.data.opening.end, layout.data.content_end
    at = layout.xml.rfind(b"<", start, hit.start())
    # A comment or text may hold the same words.
    if at < 0 or layout.xml.startswith((b"<!", b"<?"), at):
        return None
    tag = next(tags(layout.part, layout.xml, at, end))
    return tag if tag.end >= hit.end() and layout.is_main(tag, b"f") else None


def reaches(xml: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
    """Where REACH is found between these places, in no order: by two of its letters first."""
    for places in pair_places(xml, b"ef", start + 1, end):
        for place in places.tolist():
            if (hit := REACH.match(xml, place - 1, end)) is not None:
                yield hit


def merged_blocks(layout: Layout) -> list[Block]:
    """The sheet's merged cells."""
    section = layout.section(b"mergeCells")
    if section is None:
        return []
    inside = children(layout.part, layout.xml, section.opening.end, section.content_end)
    found = [block(element.opening.attributes().get("ref")) for element in inside]
    return [area for area in found if area is not None]


def column_style(layout: Layout, column: int) -> str | None:
    """The format that the sheet gives to empty cells of a column, counted from 1."""
    section = layout.section(b"cols")
    if section is None:
        return None
    for element in children(layout.part, layout.xml, section.opening.end, section.content_end):
        attributes = element.opening.attributes()
        edges = attributes.get("min", ""), attributes.get("max", "")
        if all(edge.isdecimal() for edge in edges) and int(edges[0]) <= column <= int(edges[1]):
            return attributes.get("style")
    return None


def heir_of(
    layout: Layout, place: tuple[int, int], found: Found, taken: Set[tuple[int, int]]
) -> tuple[tuple[int, int], bytes] | None:
    """Who spells a shared formula out when its first cell `place` is overwritten: cell, formula's bytes.

    None where no other cell shares it. `taken` are the cells that are overwritten too. Raises
    PatchRefused where the cells that share it are not all found, or the formula cannot be moved.
    """
    name = place_name(*place)
    area = block(found.formula_attributes["ref"])
    key = found.formula_attributes.get("si", "")
    sharing = re.compile(rb"si\s*=\s*[\"']" + re.escape(key.encode()) + rb"[\"']")
    count = sum(1 for _ in _formula_tags(layout, sharing))
    kin = list(_kin(layout, area, key)) if area else []
    if place not in kin or len(kin) != count:
        raise PatchRefused(
            part=layout.part,
            reason=Cause(f"{name} shares its formula in an unknown way", f"{name} 共用公式的方式无法识别"),
        )
    heirs = [other for other in kin if other not in taken]
    if not heirs:
        return None
    text = moved(found.formula or "", place, heirs[0])
    if text is None:
        raise PatchRefused(
            part=layout.part,
            reason=Cause(
                f"{name} shares its formula with {place_name(*heirs[0])}",
                f"{name} 与 {place_name(*heirs[0])} 共用公式",
            ),
        )
    rows, columns = [row for row, _ in heirs], [column for _, column in heirs]
    reach = Block(min(rows), min(columns), max(rows), max(columns))
    # The first tag of the formula as it was found, so that its other attributes stay.
    first = next(tags(layout.part, found.formula_xml))
    opening = with_attributes(found.formula_xml[: first.end], ref=area_name(reach))
    close = b"</" + first.prefix + b"f>"
    return heirs[0], opening + escape_text(text).encode() + close


def _kin(layout: Layout, area: Block, key: str) -> Iterator[tuple[int, int]]:
    """The cells of the block whose formula is shared under this key, row by row."""
    row = layout.rows.floor(area.top - 1)
    while (row := layout.rows.after(row)) and row.number <= area.bottom:
        for cell in layout.cells(row):
            element = cell.element
            if not area.left <= cell.column <= area.right:
                continue
            for part in children(layout.part, layout.xml, element.opening.end, element.content_end):
                attributes = part.opening.attributes()
                is_formula = layout.is_main(part.opening, b"f")
                if is_formula and attributes.get("t") == "shared" and attributes.get("si") == key:
                    yield row.number, cell.column


def holds(area: Block, place: tuple[int, int]) -> bool:
    """Whether the cell, (row, column), is in the block."""
    return area.top <= place[0] <= area.bottom and area.left <= place[1] <= area.right


def area_name(area: Block) -> str:
    """`A1:B2`, or `A1` for one cell."""
    first, last = place_name(area.top, area.left), place_name(area.bottom, area.right)
    return first if first == last else f"{first}:{last}"
