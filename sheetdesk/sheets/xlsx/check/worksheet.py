"""Whether a worksheet is sound outside its rows: order, merges, input checks, highlights, links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import (
    Block,
    Finding,
    OpenBook,
    Sheet,
    block,
    name_of,
    number,
    relation_key,
)
from sheetdesk.sheets.xlsx.check.cells import Cells
from sheetdesk.sheets.xlsx.check.styles import Styles
from sheetdesk.sheets.xlsx.check.text import decoded, text_length
from sheetdesk.sheets.xlsx.check.workbook import check_order, unknown_sheets

__all__ = ["check_worksheet", "overlaps"]

ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells "
    "phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup "
    "headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing "
    "drawingHF legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems tableParts "
    "extLst"
)
REPEATED = ("conditionalFormatting", "cols")
CHECK_TYPES = frozenset({"none", "whole", "decimal", "list", "date", "time", "textLength", "custom"})
# What Excel's own dialogs take: title and text of a prompt, title and text of a refusal.
TEXT_LIMITS = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 225}
MAX_LIST = 255
MAX_FORMULA = 8192
MAX_LINKS = 65_530


def check_worksheet(book: OpenBook, sheet: Sheet, styles: Styles, cells: Cells) -> Iterator[Finding]:
    """Findings about one worksheet part, its rows left out."""
    root = sheet.root
    if root is None or name_of(root) != "worksheet":
        return
    yield from check_order(sheet.part, root, ORDER, REPEATED)
    yield from _dimension(sheet.part, root, cells.extent)
    yield from _columns(sheet.part, root, styles)
    yield from _merges(sheet.part, root)
    yield from _highlights(book, sheet.part, root, styles)
    yield from _input_checks(book, sheet.part, root)
    yield from _links(book, sheet.part, root)
    yield from _comments(book, sheet.part, root)


def overlaps(blocks: list[tuple[str, Block]]) -> Iterator[tuple[str, str]]:
    """Every pair of names whose blocks share a cell."""
    ordered = sorted(blocks, key=lambda named: named[1].top)
    open_blocks: list[tuple[str, Block]] = []
    for name, area in ordered:
        open_blocks = [(other, near) for other, near in open_blocks if near.bottom >= area.top]
        for other, near in open_blocks:
            if near.meets(area):
                yield other, name
        open_blocks.append((name, area))


def _dimension(part: str, root: etree._Element, extent: Block | None) -> Iterator[Finding]:
    node = root.find("{*}dimension")
    if node is None:
        return
    said = block(node.get("ref"))
    if said is None:
        yield Finding(part, "dimension", f"{node.get('ref')} is no range")
    elif extent is not None and (
        extent.top < said.top
        or extent.left < said.left
        or extent.bottom > said.bottom
        or extent.right > said.right
    ):
        yield Finding(part, "dimension", f"cells stand outside {node.get('ref')}", True)


def _columns(part: str, root: etree._Element, styles: Styles) -> Iterator[Finding]:
    last = 0
    for node in root.iterfind("{*}cols/{*}col"):
        first, stop = number(node, "min"), number(node, "max")
        if first is None or stop is None or not last < first <= stop <= 16_384:
            yield Finding(part, "columns", f"columns {node.get('min')}:{node.get('max')} overlap or are none")
        last = stop or last
        style = number(node, "style", 0)
        if style is None or not 0 <= style < styles.formats:
            text = f"column {first} uses style {node.get('style')} of {styles.formats}"
            yield Finding(part, "cell-style", text)


def _merges(part: str, root: etree._Element) -> Iterator[Finding]:
    areas = []
    for node in root.iterfind("{*}mergeCells/{*}mergeCell"):
        ref = node.get("ref", "")
        area = block(ref)
        if area is None:
            yield Finding(part, "merge", f"{ref!r} is no range")
        else:
            areas.append((ref, area))
    for first, second in overlaps(areas):
        yield Finding(part, "merge", f"{first} and {second} overlap")
    group = root.find("{*}mergeCells")
    if group is not None and len(group) == 0:
        yield Finding(part, "merge", "<mergeCells> is empty")
    yield from _counted(part, "merge", group)


def _counted(part: str, rule: str, group: etree._Element | None) -> Iterator[Finding]:
    if group is not None:
        children = len(list(group.iterchildren("*")))
        if number(group, "count", children) != children:
            text = f"<{name_of(group)}> says {group.get('count')} and holds {children}"
            yield Finding(part, rule, text)


def _areas(part: str, rule: str, node: etree._Element) -> Iterator[Finding]:
    refs = node.get("sqref", "").split()
    if not refs:
        yield Finding(part, rule, f"a <{name_of(node)}> covers no cells")
    for ref in refs:
        if block(ref) is None:
            yield Finding(part, rule, f"{ref!r} is no range")


def _highlights(book: OpenBook, part: str, root: etree._Element, styles: Styles) -> Iterator[Finding]:
    priorities: Counter[int | None] = Counter()
    for group in root.iterfind("{*}conditionalFormatting"):
        # A format that only a pivot table owns may cover nothing.
        if group.get("sqref") is not None or group.get("pivot") is None:
            yield from _areas(part, "highlight", group)
        for rule in group.iterfind("{*}cfRule"):
            priorities[number(rule, "priority")] += 1
            style = number(rule, "dxfId", 0)
            if rule.get("dxfId") is not None and (style is None or not 0 <= style < styles.differential):
                where = group.get("sqref")
                text = f"a rule on {where} uses dxf {rule.get('dxfId')} of {styles.differential}"
                yield Finding(part, "highlight", text)
            formulas = [node.text or "" for node in rule.iterfind("{*}formula")]
            if rule.get("type") in {"expression", "cellIs"} and not any(formulas):
                yield Finding(part, "highlight", f"a rule on {group.get('sqref')} has no formula")
            yield from _formulas(book, part, "highlight", formulas)
    for priority, times in priorities.items():
        if priority is None or priority < 1:
            yield Finding(part, "highlight", "a rule has no priority from 1 up")
        elif times > 1:
            yield Finding(part, "highlight", f"{times} rules have priority {priority}", True)


def _formulas(book: OpenBook, part: str, rule: str, formulas: list[str]) -> Iterator[Finding]:
    for formula in formulas:
        if formula.startswith("="):
            yield Finding(part, rule, f"the formula {formula[:40]!r} begins with '='", True)
        if len(formula) > MAX_FORMULA:
            yield Finding(part, rule, f"a formula has {len(formula)} characters, over {MAX_FORMULA}")
        for name in unknown_sheets(book, formula):
            yield Finding(part, rule, f"a formula refers to {name!r}, which is no sheet")


def _input_checks(book: OpenBook, part: str, root: etree._Element) -> Iterator[Finding]:
    yield from _counted(part, "input-check", root.find("{*}dataValidations"))
    for node in root.iterfind("{*}dataValidations/{*}dataValidation"):
        where = node.get("sqref", "")[:40]
        yield from _areas(part, "input-check", node)
        kind = node.get("type", "none")
        if kind not in CHECK_TYPES:
            yield Finding(part, "input-check", f"{where} has the type {kind!r}")
        first = node.findtext("{*}formula1") or ""
        second = node.findtext("{*}formula2") or ""
        if kind == "list" and first.startswith('"'):
            # The quotes around the list do not count; doubled ones inside it do once.
            length = text_length(first[1:-1].replace('""', '"'))
            if length > MAX_LIST:
                text = f"{where} lists {length} characters, over {MAX_LIST}"
                yield Finding(part, "input-check", text)
        if kind != "none" and not first:
            yield Finding(part, "input-check", f"{where} has no formula", kind == "list")
        for attribute, limit in TEXT_LIMITS.items():
            length = text_length(decoded(node.get(attribute, "")))
            if length > limit:
                text = f"{where} has {attribute} of {length} characters, over {limit}"
                yield Finding(part, "input-check", text)
        yield from _formulas(book, part, "input-check", [first, second])


def _links(book: OpenBook, part: str, root: etree._Element) -> Iterator[Finding]:
    links = root.findall("{*}hyperlinks/{*}hyperlink")
    if len(links) > MAX_LINKS:
        yield Finding(part, "link", f"{len(links)} links, over {MAX_LINKS}")
    for node in links:
        ref = node.get("ref", "")
        if block(ref) is None:
            yield Finding(part, "link", f"{ref!r} is no range")
        key = relation_key(node)
        location = node.get("location")
        if key is None and location is None:
            yield Finding(part, "link", f"{ref} leads nowhere", True)
        relation = book.relation(part, node)
        if relation is not None and len(relation.target) > 2079:
            yield Finding(part, "link", f"{ref} has an address of {len(relation.target)} characters")
        if location is not None and key is None:
            for name in unknown_sheets(book, location):
                yield Finding(part, "link", f"{ref} leads to {name!r}, which is no sheet", True)


def _comments(book: OpenBook, part: str, root: etree._Element) -> Iterator[Finding]:
    for comments, tree in book.related(part, "comments"):
        if next(root.iter("{*}legacyDrawing"), None) is None:
            yield Finding(part, "comment", "has comments and no <legacyDrawing> to show them")
        authors = len(tree.findall("{*}authors/{*}author"))
        refs = []
        for node in tree.iterfind("{*}commentList/{*}comment"):
            refs.append(node.get("ref", ""))
            if block(refs[-1]) is None or re.search("[:$]", refs[-1]):
                yield Finding(comments, "comment", f"{refs[-1]!r} is no cell")
            author = number(node, "authorId")
            if author is None or not 0 <= author < authors:
                text = f"{refs[-1]} has author {node.get('authorId')} of {authors}"
                yield Finding(comments, "comment", text)
        for ref, times in Counter(refs).items():
            if times > 1:
                yield Finding(comments, "comment", f"{ref} has {times} comments")
