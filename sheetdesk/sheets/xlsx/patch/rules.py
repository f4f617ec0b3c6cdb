"""Input checks and highlights that sheetdesk drew, changed for others; what people made of theirs stays.

A rule is known by what it means: its kind and its formulas, seen from the first row of its range,
whatever ranges it has been split into or grown to. Only columns that the old drawing had it in count;
a copy that people made elsewhere is theirs.
Source: ECMA-376 part 1, 18.3.1.18 (conditionalFormatting), 18.3.1.32 (dataValidation); [MS-XLSX]
2.3.4.1 for those in extension lists.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Block, block
from sheetdesk.sheets.xlsx.markup import MAIN
from sheetdesk.sheets.xlsx.patch.blocks import area_name
from sheetdesk.sheets.xlsx.patch.formula import moved
from sheetdesk.sheets.xlsx.transplant.styles import Styles

__all__ = ["swap_checks", "swap_highlights"]

# What stands before the two kinds of sections in a worksheet (18.3.1.99).
BEFORE_HIGHLIGHTS = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr",
)  # fmt: skip
BEFORE_CHECKS = (*BEFORE_HIGHLIGHTS, "conditionalFormatting")
# The row from which all formulas are looked at when they are compared.
COMPARED = 1000
PIECE = re.compile(r"\"(?:[^\"]|\"\")*\"|(?<![\w.$])\d+\.\d+(?:[eE][+-]?\d+)?|\s+|[^\"\s\d]+|\d+")
Meaning = tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    """A rule: its element, where it holds, and what it means."""

    node: etree._Element
    areas: tuple[Block, ...]
    meaning: Meaning


def swap_checks(live: etree._Element, was: etree._Element, now: etree._Element) -> None:
    """Change `live`'s input checks, those drawn in `was` for those in `now`: three worksheets' roots.

    Where people's own check stands now, the drawn one stays away.
    """
    drawn = _columns(_checks(was))
    theirs: list[Block] = []
    for rule in list(_checks(live)):
        areas = _without(rule.areas, drawn.get(rule.meaning, frozenset()))
        theirs += areas
        _narrow(rule, areas)
    owner = live.find(f"{{{MAIN}}}dataValidations")
    for rule in _checks(now):
        left = [piece for area in rule.areas for piece in _around(area, theirs)]
        if left:
            owner = _section(live, "dataValidations", BEFORE_CHECKS) if owner is None else owner
            node = copy.deepcopy(rule.node)
            node.tail = None
            node.set("sqref", " ".join(area_name(area) for area in left))
            owner.append(node)
    if owner is not None:
        count = len(owner.findall(f"{{{MAIN}}}dataValidation"))
        owner.set("count", str(count))
        if not count:
            live.remove(owner)
    _tidy_extensions(live)


def swap_highlights(live: etree._Element, was: etree._Element, now: etree._Element, styles: Styles) -> None:
    """Change `live`'s highlights, those drawn in `was` for those in `now`; their looks come by `styles`.

    The new ones take the old ones' place in the order: what people put before or behind stays there.
    """
    drawn = _columns(_highlights(was))
    first: int | None = None
    for rule in list(_highlights(live)):
        columns = drawn.get(rule.meaning)
        if columns is None:
            continue
        areas = _without(rule.areas, columns)
        if areas != rule.areas:
            priority = _priority(rule.node)
            first = priority if first is None else min(first, priority)
        _narrow_highlight(rule, areas)
    for owner in live.findall(f"{{{MAIN}}}conditionalFormatting"):
        if not owner.findall("*"):
            live.remove(owner)
    left = list(live.iter("{*}cfRule"))
    first = max(map(_priority, left), default=0) + 1 if first is None else first
    fresh = sorted(now.iterfind(f"{{{MAIN}}}conditionalFormatting/{{{MAIN}}}cfRule"), key=_priority)
    for node in left:
        if _priority(node) >= first:
            node.set("priority", str(_priority(node) + len(fresh)))
    places = {id(node): first + place for place, node in enumerate(fresh)}
    anchor = _last_of(live, "conditionalFormatting", BEFORE_HIGHLIGHTS)
    for block_node in now.iterfind(f"{{{MAIN}}}conditionalFormatting"):
        made = copy.deepcopy(block_node)
        made.tail = None
        for node, old in zip(made.iterfind("*"), block_node.iterfind("*"), strict=True):
            node.set("priority", str(places[id(old)]))
            if node.get("dxfId"):
                node.set("dxfId", str(styles.highlight(int(node.get("dxfId", "0")))))
        anchor.addnext(made)
        anchor = made


def _checks(root: etree._Element) -> Iterator[_Rule]:
    """The worksheet's input checks, those in extension lists too."""
    for node in root.iter("{*}dataValidation"):
        said = node.get("type", "none")
        words: list[str] = []
        if said == "none":
            # A check that refuses nothing only speaks.
            words = [node.get("promptTitle", ""), node.get("prompt", "")]
        areas = _areas(node)
        formulas = [_text(node, name) for name in ("formula1", "formula2")]
        meaning = (said, node.get("operator", "between"), *words, *(_seen(f, areas) for f in formulas))
        yield _Rule(node, areas, meaning)


def _highlights(root: etree._Element) -> Iterator[_Rule]:
    """The worksheet's highlights; those that only extension lists know are people's own."""
    for owner in root.iterfind(f"{{{MAIN}}}conditionalFormatting"):
        areas = _areas(owner)
        for node in owner.iterfind(f"{{{MAIN}}}cfRule"):
            formulas = [child.text or "" for child in node.iterfind(f"{{{MAIN}}}formula")]
            said = (node.get("type", ""), node.get("operator", ""), node.get("text", ""))
            yield _Rule(node, areas, (*said, *(_seen(f, areas) for f in formulas)))


def _columns(rules: Iterable[_Rule]) -> dict[Meaning, frozenset[int]]:
    """The columns in which rules of each meaning hold."""
    found: dict[Meaning, frozenset[int]] = {}
    for rule in rules:
        columns = {column for area in rule.areas for column in range(area.left, area.right + 1)}
        found[rule.meaning] = found.get(rule.meaning, frozenset()) | columns
    return found


def _areas(node: etree._Element) -> tuple[Block, ...]:
    names = node.get("sqref")
    if names is None:
        names = node.findtext("{*}sqref") or ""
    return tuple(area for name in names.split() if (area := block(name)) is not None)


def _text(node: etree._Element, name: str) -> str:
    found = node.find(f"{{*}}{name}")
    # In an extension list a formula is an element in the element.
    return "" if found is None else "".join(str(text) for text in found.itertext())


def _seen(formula: str, areas: Sequence[Block]) -> str:
    """The formula as it reads in one row, whatever row its range starts in, however it is spelled."""
    if not formula or not areas:
        return formula
    top = min(area.top for area in areas)
    said = moved(formula, (top, areas[0].left), (COMPARED, areas[0].left)) or formula
    return "".join(_spelled(piece) for piece in PIECE.findall(said))


def _spelled(piece: str) -> str:
    if piece.startswith('"'):
        return piece
    if piece.isspace():
        return ""
    # Programs save fifteen digits of a number.
    return f"{float(piece):.12g}" if "." in piece and piece[0].isdigit() else piece.upper()


def _without(areas: tuple[Block, ...], columns: frozenset[int]) -> tuple[Block, ...]:
    """What of the areas lies in none of the columns."""
    left = []
    for area in areas:
        start: int | None = None
        for column in range(area.left, area.right + 2):
            is_kept = column <= area.right and column not in columns
            if is_kept and start is None:
                start = column
            elif not is_kept and start is not None:
                left.append(replace(area, left=start, right=column - 1))
                start = None
    return tuple(left)


def _around(area: Block, taken: Sequence[Block]) -> list[Block]:
    """What of the area lies in none of the blocks."""
    pieces = [area]
    for other in taken:
        pieces = [rest for piece in pieces for rest in _beside(piece, other)]
    return pieces


def _beside(area: Block, other: Block) -> list[Block]:
    if not area.meets(other):
        return [area]
    top, bottom = max(area.top, other.top), min(area.bottom, other.bottom)
    rest = []
    if area.top < top:
        rest.append(replace(area, bottom=top - 1))
    if area.left < other.left:
        rest.append(Block(top, area.left, bottom, other.left - 1))
    if area.right > other.right:
        rest.append(Block(top, other.right + 1, bottom, area.right))
    if area.bottom > bottom:
        rest.append(replace(area, top=bottom + 1))
    return rest


def _narrow(rule: _Rule, areas: tuple[Block, ...]) -> None:
    """Let a check hold in these areas only."""
    if areas == rule.areas:
        return
    owner = rule.node.getparent()
    names = " ".join(area_name(area) for area in areas)
    ranges = rule.node.find("{*}sqref")
    if not areas and owner is not None:
        owner.remove(rule.node)
    elif ranges is not None:
        ranges.text = names
    else:
        rule.node.set("sqref", names)


def _narrow_highlight(rule: _Rule, areas: tuple[Block, ...]) -> None:
    """Let one rule of a block hold in these areas only; the block's other rules stay as they are."""
    owner = rule.node.getparent()
    if areas == rule.areas or owner is None:
        return
    owner.remove(rule.node)
    if areas:
        apart = etree.Element(owner.tag, sqref=" ".join(area_name(area) for area in areas))
        apart.append(rule.node)
        owner.addnext(apart)


def _priority(node: etree._Element) -> int:
    text = node.get("priority", "")
    return int(text) if text.isdecimal() else 0


def _last_of(root: etree._Element, name: str, before: Sequence[str]) -> etree._Element:
    """The last section of this name, else the last of those that stand before it."""
    own = [node for node in root.iterchildren("*") if etree.QName(node).localname == name]
    earlier = [node for node in root.iterchildren("*") if etree.QName(node).localname in before]
    return own[-1] if own else earlier[-1]


def _section(root: etree._Element, name: str, before: Sequence[str]) -> etree._Element:
    made = etree.Element(f"{{{MAIN}}}{name}")
    _last_of(root, name, before).addnext(made)
    return made


def _tidy_extensions(root: etree._Element) -> None:
    """Take lists of checks in extensions away that became empty, and keep their counts."""
    for owner in list(root.iter("{*}dataValidations")):
        if owner.tag == f"{{{MAIN}}}dataValidations":
            continue
        left = owner.findall("{*}dataValidation")
        owner.set("count", str(len(left)))
        extra = owner.getparent()
        holder = extra.getparent() if extra is not None else None
        if not left and extra is not None and holder is not None:
            holder.remove(extra)
            outer = holder.getparent()
            if not len(holder) and outer is not None:
                outer.remove(holder)
