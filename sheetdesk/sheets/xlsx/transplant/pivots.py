"""Pivots, their caches and slicers on the move: the numbers and names by which they find each other.

A workbook knows a cache by its cacheId, slicers know it by its pivotCacheId; a slicer knows its slicer
cache by name, a slicer cache its pivots by sheetId and name. Timelines are joined in the same way.
Source: ECMA-376 part 1, 18.10; [MS-XLSX] 2.6.67 (slicerCacheDefinition), 2.6.106 (slicers).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from sheetdesk.errors import Cause, TabTangled
from sheetdesk.sheets.xlsx.check.book import attributes_of
from sheetdesk.sheets.xlsx.markup import document
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.transplant.parts import part_root, relations
from sheetdesk.sheets.xlsx.transplant.styles import Styles
from sheetdesk.sheets.xlsx.transplant.workbook import Tab, Workbook

__all__ = [
    "CACHE_KINDS",
    "Joints",
    "cache_key",
    "free_keys",
    "free_words",
    "freed_caches",
    "let_go",
    "moved_cache",
    "moved_pivot",
    "moved_slicer_cache",
    "moved_slicers",
    "pivot_names",
    "shown_slicers",
    "slicer_caches",
]

CACHE_KINDS = ("slicerCache", "timelineCache")
SHOWN_KINDS = ("slicer", "timeline")


@dataclass(frozen=True)
class Joints:
    """What is called otherwise in the live workbook: fresh → live.

    `caches` are cacheIds by fresh part, `keys` pivotCacheIds, `tabs` sheetIds, `slicers` and
    `slicer_caches` names.
    """

    caches: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    tabs: dict[str, str] = field(default_factory=dict)
    slicers: dict[str, str] = field(default_factory=dict)
    slicer_caches: dict[str, str] = field(default_factory=dict)


def slicer_caches(book: Workbook) -> dict[str, tuple[str, etree._Element]]:
    """The slicer and timeline caches of the workbook: name → (part, root)."""
    found = {}
    for relation in relations(book.package, book.part):
        if relation.kind in CACHE_KINDS:
            root = part_root(book.package, relation.part)
            found[root.get("name", "")] = relation.part, root
    return found


def shown_slicers(package: Package, sheets: Collection[str]) -> Iterator[tuple[str, str]]:
    """(name, name of its slicer cache) of every slicer and timeline on these sheets."""
    for sheet in sheets:
        for relation in relations(package, sheet):
            if relation.kind in SHOWN_KINDS:
                for node in part_root(package, relation.part).iterchildren("*"):
                    yield node.get("name", ""), node.get("cache", "")


def pivot_names(package: Package, sheet: str) -> set[str]:
    """The names of the pivots on a sheet."""
    return {
        part_root(package, found.part).get("name", "")
        for found in relations(package, sheet)
        if found.kind == "pivotTable"
    }


def cache_key(root: etree._Element) -> str:
    """The pivotCacheId of a pivot cache, "" where it has none."""
    found = [
        node.get("pivotCacheId", "") for node in root.iterfind("{*}extLst/{*}ext/{*}pivotCacheDefinition")
    ]
    return found[-1] if found else ""


def _uses(root: etree._Element) -> set[str]:
    """The pivotCacheIds that a slicer or timeline cache names."""
    return {value for node in root.iter("*") for name, value in attributes_of(node) if name == "pivotCacheId"}


def freed_caches(book: Workbook, tabs: Collection[Tab]) -> set[str]:
    """The parts of pivot, slicer and timeline caches that serve nothing but these tabs."""
    package = book.package
    out = {tab.part for tab in tabs}
    stay = {tab.part for tab in book.tabs} - out
    named = slicer_caches(book)
    kept = {cache for _, cache in shown_slicers(package, stay)}
    freed = {
        named[cache][0] for _, cache in shown_slicers(package, out) if cache in named and cache not in kept
    }
    still_used = {key for part, root in named.values() if part not in freed for key in _uses(root)}
    serving = _serving(package, stay)
    for part in _serving(package, out) - serving:
        if cache_key(part_root(package, part)) not in still_used - {""}:
            freed.add(part)
    return freed


def _serving(package: Package, sheets: Collection[str]) -> set[str]:
    """The parts of the caches that pivots on these sheets stand on."""
    return {
        cache.part
        for sheet in sheets
        for pivot in relations(package, sheet)
        if pivot.kind == "pivotTable"
        for cache in relations(package, pivot.part)
        if cache.kind == "pivotCacheDefinition"
    }


def let_go(book: Workbook, tabs: Collection[Tab], freed: Collection[str]) -> None:
    """Have slicers and timelines that stay forget the pivots of these tabs, in place.

    Raises TabTangled where one would have no pivot left: it would contradict itself.
    """
    numbers = {str(tab.number): tab.title for tab in tabs}
    for name, (part, root) in slicer_caches(book).items():
        pivots = root.findall("{*}pivotTables/{*}pivotTable")
        lost = [node for node in pivots if node.get("tabId") in numbers]
        if part in freed or not lost:
            continue
        if len(lost) == len(pivots):
            tab = numbers[lost[0].get("tabId", "")]
            raise TabTangled(
                tab=tab,
                reason=Cause(
                    f"{name} on another tab steers its pivots and no others",
                    f"另一工作表上的切片器 {name} 只控制该页的数据透视表",
                ),
            )
        for node in lost:
            owner = node.getparent()
            if owner is not None:
                owner.remove(node)
        book.package.parts[part] = document(root)


def moved_pivot(xml: bytes, cache: int, styles: Styles) -> bytes:
    """The pivot over the live cache of this cacheId."""
    root = parse(xml)
    root.set("cacheId", str(cache))
    for node in root.iter("*"):
        if node.get("numFmtId"):
            node.set("numFmtId", str(styles.number_format(int(node.get("numFmtId", "0")))))
        if node.get("dxfId"):
            node.set("dxfId", str(styles.highlight(int(node.get("dxfId", "0")))))
    return document(root)


def moved_cache(xml: bytes, keys: Mapping[str, str], styles: Styles, title: Callable[[str], str]) -> bytes:
    """The cache under its live pivotCacheId, its source tab under its live title."""
    root = parse(xml)
    for node in root.iterfind("{*}extLst/{*}ext/{*}pivotCacheDefinition"):
        node.set("pivotCacheId", keys[node.get("pivotCacheId", "")])
    for node in root.iterfind("{*}cacheSource/{*}worksheetSource[@sheet]"):
        node.set("sheet", title(node.get("sheet", "")))
    for node in root.iterfind("{*}cacheFields/{*}cacheField[@numFmtId]"):
        node.set("numFmtId", str(styles.number_format(int(node.get("numFmtId", "0")))))
    return document(root)


def moved_slicers(xml: bytes, joints: Joints) -> bytes:
    """A tab's slicers, or its drawing, with slicers and slicer caches under their live names."""
    root = parse(xml)
    for node in root.iter("{*}slicer"):
        node.set("name", joints.slicers.get(node.get("name", ""), node.get("name", "")))
        if node.get("cache"):
            node.set("cache", joints.slicer_caches[node.get("cache", "")])
    return document(root)


def moved_slicer_cache(root: etree._Element, joints: Joints) -> bytes:
    """The slicer cache under its live name, steering those of its pivots that moved with it."""
    root.set("name", joints.slicer_caches[root.get("name", "")])
    for node in root.findall("{*}pivotTables/{*}pivotTable"):
        owner = node.getparent()
        if node.get("tabId") in joints.tabs:
            node.set("tabId", joints.tabs[node.get("tabId", "")])
        elif owner is not None:
            owner.remove(node)
    for node in root.iter("{*}tabular"):
        node.set("pivotCacheId", joints.keys.get(node.get("pivotCacheId", ""), node.get("pivotCacheId", "")))
    return document(root)


def free_keys(wanted: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """A pivotCacheId of its own for each fresh one: itself, or the next number free."""
    made: dict[str, str] = {}
    for key in wanted:
        number = int(key)
        while str(number) in taken or str(number) in made.values():
            number = number % 0x7FFFFFFF + 1
        made[key] = str(number)
    return made


def free_words(names: Sequence[str], taken: set[str]) -> dict[str, str]:
    """A name for each that is not taken (in small letters): its own, or one with a number behind it."""
    made: dict[str, str] = {}
    for name in dict.fromkeys(names):
        new, number = name, 0
        while new.casefold() in taken or new in made.values():
            number += 1
            new = f"{name}_{number}"
        made[name] = new
    return made
