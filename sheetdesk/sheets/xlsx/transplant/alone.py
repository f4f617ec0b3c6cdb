"""Whether people left a drawn tab alone, however another program spelled it when it was saved.

What is compared is what people would miss if the tab were drawn anew: texts, numbers and formulas,
pivots and what they show, charts, slicers, pictures, notes, links. What a formula came to and the
cells of pivots move by themselves and do not count. In doubt the answer is no.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.causes import THE_WORKBOOK, misread
from sheetdesk.sheets.xlsx.check.book import Block, block, column_number
from sheetdesk.sheets.xlsx.check.text import decoded
from sheetdesk.sheets.xlsx.markup import MC, XDR, C
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.transplant.names import same_tabs
from sheetdesk.sheets.xlsx.transplant.parts import part_root, relations
from sheetdesk.sheets.xlsx.transplant.pivots import shown_slicers, slicer_caches
from sheetdesk.sheets.xlsx.transplant.titles import with_titles
from sheetdesk.sheets.xlsx.transplant.workbook import Tab, Workbook

__all__ = ["drawn_alone"]

PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
# Pieces of a formula: a text, a column in brackets, a tab, a number, a space, anything else.
TOKEN = re.compile(
    r"(?P<text>\"(?:[^\"]|\"\")*\"|\[(?:'.|[^\[\]'])*\]|'(?:[^']|'')*'!)"
    r"|(?P<number>(?<![\w.$])\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w.]))|(?P<space>\s+)|(?P<rest>.)",
    re.DOTALL,
)
DIGITS = 14
# What a person does to a pivot's field: hides, sorts, folds or filters it.
TOUCHED = (
    "h",
    "sd",
    "sortType",
    "hideNewItems",
    "measureFilter",
    "autoShow",
    "multipleItemSelectionAllowed",
)
SHAPES = ("sp", "pic", "cxnSp", "grpSp", "graphicFrame", "contentPart")
Cells = dict[str, tuple[Any, ...]]


def drawn_alone(live: Package, was: Package, tab: tuple[str, str]) -> bool:
    """Whether the live tab is as sheetdesk drew it in `was`. `tab` is (title in `was`, live title).

    Formulas that a program rewrote, as LibreOffice does with columns of tables, count as changed.
    Looks, widths, highlights and the zoom are not compared. Raises PackageBroken.
    """
    try:
        return _is_alone(Workbook.of(live), Workbook.of(was), tab)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PackageBroken(path=THE_WORKBOOK, reason=misread(error)) from error


def _is_alone(home: Workbook, source: Workbook, tab: tuple[str, str]) -> bool:
    live, was = home.package, source.package
    ours, theirs = source.tab(tab[0]), home.tab(tab[1])
    if ours is None or theirs is None or not theirs.part:
        return False
    titles = same_tabs(home, source, [(ours, theirs)])
    before, after = _pivots(was, ours), _pivots(live, theirs)
    if before != after or _things(was, ours) != _things(live, theirs):
        return False
    if _steered(source, ours) != _steered(home, theirs):
        return False
    moving = [*_pivot_areas(was, ours), *_pivot_areas(live, theirs)]
    drawn = _cells(source, ours, moving, lambda name: titles.get(name.casefold(), name))
    found = _cells(home, theirs, moving, lambda name: name)
    return drawn is not None and drawn == found


def _cells(book: Workbook, tab: Tab, without: list[Block], title: Callable[[str], str]) -> Cells | None:
    """What stands in each cell outside `without`, by place; None where that cannot be told."""
    texts = _texts(book)
    found: Cells = {}
    root = part_root(book.package, tab.part)
    for row, line in enumerate(root.iterfind("{*}sheetData/{*}row"), 1):
        for column, cell in enumerate(line.iterfind("{*}c"), 1):
            place = cell.get("r", "")
            parted = PLACE.fullmatch(place)
            # Without a place a cell is the next one of its row, and a row the next one.
            at = (int(parted[2]), column_number(parted[1])) if parted else None
            if at is None and (place or line.get("r")):
                return None
            at = at or (row, column)
            if any(area.meets(Block(*at, *at)) for area in without):
                continue
            content = _content(cell, texts, title)
            if content is None:
                return None
            if content:
                found[f"{at[0]},{at[1]}"] = content
    return found


def _texts(book: Workbook) -> list[str]:
    part = book.related("sharedStrings")
    if not part:
        return []
    return [_text(node) for node in part_root(book.package, part).iterfind("{*}si")]


def _text(node: etree._Element) -> str:
    """The text of a shared or inline string; how it is pronounced is left out."""
    runs = [*node.iterfind("{*}t"), *node.iterfind("{*}r/{*}t")]
    return decoded("".join(run.text or "" for run in runs))


def _content(cell: etree._Element, texts: list[str], title: Callable[[str], str]) -> tuple[Any, ...] | None:
    """(what it is, what it says); empty for an empty cell, None where it cannot be told."""
    formula = cell.find("{*}f")
    if formula is not None:
        kind = formula.get("t", "normal")
        if kind not in ("normal", "array") or not formula.text:
            return None
        area = block(formula.get("ref")) if kind == "array" else None
        return kind, area, _plain(formula.text, title)
    kind, value = cell.get("t", "n"), cell.findtext("{*}v")
    if kind == "inlineStr":
        inside = cell.find("{*}is")
        value = "" if inside is None else _text(inside)
    elif kind == "s" and value is not None:
        if not value.strip().isdecimal() or int(value) >= len(texts):
            return None
        value = texts[int(value)]
    elif kind == "str" and value is not None:
        value = decoded(value)
    if not value:
        return ()
    if kind in ("s", "str", "inlineStr"):
        return "text", value
    if kind == "n":
        try:
            return "number", f"{float(value):.{DIGITS}g}"
        except ValueError:
            return None
    return kind, value


def _plain(formula: str, title: Callable[[str], str]) -> str:
    """The formula in one spelling: every tab in apostrophes, numbers in 14 digits, no spaces, one case."""
    # A name between marks that no formula holds, so that a title equal to its old one is quoted too.
    quoted = with_titles(formula, lambda name: f"\x00{title(name)}")

    def piece(found: re.Match[str]) -> str:
        if found["number"]:
            return f"{float(found['number']):.{DIGITS}g}"
        if found["space"]:
            return ""
        return found["text"] or found["rest"].casefold()

    return TOKEN.sub(piece, quoted)


def _pivots(package: Package, tab: Tab) -> dict[str, tuple[Any, ...]]:
    """What the pivots on the tab are over and show, by name."""
    return {root.get("name", ""): _pivot(package, part, root) for part, root in _pivot_parts(package, tab)}


def _pivot_parts(package: Package, tab: Tab) -> Iterator[tuple[str, etree._Element]]:
    for relation in relations(package, tab.part):
        if relation.kind == "pivotTable":
            yield relation.part, part_root(package, relation.part)


def _pivot(package: Package, part: str, root: etree._Element) -> tuple[Any, ...]:
    names: list[str] = []
    source: tuple[str, ...] = ()
    for relation in relations(package, part):
        if relation.kind == "pivotCacheDefinition":
            cache = part_root(package, relation.part)
            names = [node.get("name", "") for node in cache.iterfind("{*}cacheFields/{*}cacheField")]
            for node in cache.iterfind("{*}cacheSource/{*}worksheetSource"):
                source = (node.get("name", ""), node.get("ref", ""))

    def field(number: str | None) -> str:
        # By name: a column that people put into the table shifts the numbers.
        place = int(number or "-2")
        return names[place] if 0 <= place < len(names) else str(place)

    location = root.find("{*}location")
    corner = "" if location is None else location.get("ref", "").partition(":")[0]
    fields = root.find("{*}pivotFields")
    touched = [
        (name, value)
        for node in (() if fields is None else fields.iter("*"))
        for name, value in sorted(node.items())
        if name in TOUCHED and value not in ("manual", "1" if name == "sd" else "0")
    ]
    return (
        source,
        corner,
        [
            [field(node.get("x")) for node in root.iterfind(f"{{*}}{side}Fields/{{*}}field")]
            for side in ("row", "col")
        ],
        [(field(node.get("fld")), node.get("item")) for node in root.iterfind("{*}pageFields/{*}pageField")],
        [
            (
                field(node.get("fld")),
                node.get("subtotal", "sum"),
                node.get("showDataAs", "normal"),
                node.get("name"),
            )
            for node in root.iterfind("{*}dataFields/{*}dataField")
        ],
        touched,
        len(root.findall("{*}filters/{*}filter")),
    )


def _pivot_areas(package: Package, tab: Tab) -> Iterator[Block]:
    """The blocks of cells that the tab's pivots write, their filters above included."""
    for _, root in _pivot_parts(package, tab):
        location = root.find("{*}location")
        area = None if location is None else block(location.get("ref"))
        if area is not None:
            pages = len(root.findall("{*}pageFields/{*}pageField"))
            above = pages + 1 if pages else 0
            yield Block(max(area.top - above, 1), area.left, area.bottom, max(area.right, area.left + 1))


def _things(package: Package, tab: Tab) -> Counter[tuple[str, str]]:
    """How many of everything else stands on the tab: shapes by kind, notes and links by cell, tables."""
    found: Counter[tuple[str, str]] = Counter()
    for relation in relations(package, tab.part):
        if relation.kind == "drawing":
            found.update(("shape", kind) for kind in _shapes(part_root(package, relation.part)))
        elif relation.kind in ("comments", "threadedComment"):
            root = part_root(package, relation.part)
            found.update(
                (relation.kind, node.get("ref", "")) for node in root.iter("{*}comment", "{*}threadedComment")
            )
        elif relation.kind == "table":
            found["table", part_root(package, relation.part).get("displayName", "")] += 1
    root = part_root(package, tab.part)
    for node in root.iterfind("{*}hyperlinks/{*}hyperlink"):
        found["link", node.get("ref", "")] += 1
    found.update(("slicer", name) for name, _ in shown_slicers(package, [tab.part]))
    return found


def _shapes(drawing: etree._Element) -> Iterator[str]:
    """The kind of each thing in a drawing, as a program sees it that knows them all."""
    for node in drawing.iter(*(f"{{{XDR}}}{name}" for name in SHAPES)):
        if any(True for _ in node.iterancestors(f"{{{MC}}}Fallback")):
            continue
        if next(node.iter(f"{{{C}}}chart"), None) is not None:
            yield "chart"
        elif next(node.iter("{*}slicer"), None) is not None:
            yield "slicer"
        else:
            yield etree.QName(node).localname


def _steered(book: Workbook, tab: Tab) -> Counter[tuple[str, str, bool]]:
    """Each (slicer cache's field, pivot of the tab) that it steers, and whether something is left out."""
    found: Counter[tuple[str, str, bool]] = Counter()
    for _, root in slicer_caches(book).values():
        chosen = [
            node.get("s", "0") in ("1", "true") for node in root.iterfind("{*}data/{*}tabular/{*}items/{*}i")
        ]
        for node in root.iterfind("{*}pivotTables/{*}pivotTable"):
            if node.get("tabId") == str(tab.number):
                found[root.get("sourceName", ""), node.get("name", ""), all(chosen)] += 1
    return found
