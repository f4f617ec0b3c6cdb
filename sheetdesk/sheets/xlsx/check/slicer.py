"""Whether slicers join what they say: caches, pivot tables, table columns, shapes, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Finding, OpenBook, Sheet, name_of, number
from sheetdesk.sheets.xlsx.check.pivot import Pivot
from sheetdesk.sheets.xlsx.check.table import tables_of
from sheetdesk.sheets.xlsx.check.text import decoded

__all__ = ["check_slicer_caches", "check_slicers"]

# The extensions that list slicers of pivot tables and of tables (MS-XLSX 2.3).
LISTS = {
    "{BBE1A952-AA13-448E-AADC-164F8A28A991}": False,
    "{46BE6895-7355-4A93-B00E-2C351335B9C9}": True,
    "{A8765BA9-456A-4DAB-B4F3-ACF838C121DE}": False,
    "{3A4CF648-6AED-40F4-86FF-DC5316D8AED3}": True,
}


def check_slicer_caches(book: OpenBook, pivots: list[Pivot]) -> Iterator[Finding]:
    """Findings about what slicers filter."""
    caches = book.related(book.workbook, "slicerCache")
    root = book.roots.get(book.workbook)
    if root is None or not caches:
        return
    nodes = root.iterfind("{*}definedNames/{*}definedName")
    defined = {node.get("name", "").casefold() for node in nodes}
    for name, times in Counter(cache.get("name", "").casefold() for _, cache in caches).items():
        if times > 1:
            yield Finding(book.workbook, "slicer-cache", f"{times} slicer caches are called {name!r}")
        if name not in defined:
            yield Finding(book.workbook, "slicer-cache", f"no defined name {name!r} for the slicer cache")
    listed = _listed(book, book.workbook, root)
    for part, cache in caches:
        yield from _is_listed(book.workbook, part, _is_over_table(cache), listed)
        if _is_over_table(cache):
            yield from _table(book, part, cache)
        else:
            yield from _pivots(part, cache, pivots)


def _is_over_table(cache: etree._Element) -> bool:
    return cache.find("{*}extLst/{*}ext/{*}tableSlicerCache") is not None


def _listed(book: OpenBook, part: str, root: etree._Element) -> dict[str, bool | None]:
    """The slicer parts named in the extensions of `root`: part → is it in the tables' list."""
    found: dict[str, bool | None] = {}
    for ext in root.iterfind("{*}extLst/{*}ext"):
        for node in ext.iter("{*}slicerCache", "{*}slicer"):
            relation = book.relation(part, node)
            if relation is not None and relation.part is not None:
                found[relation.part] = LISTS.get(ext.get("uri", "").upper())
    return found


def _is_listed(
    where: str, part: str, is_over_table: bool, listed: dict[str, bool | None]
) -> Iterator[Finding]:
    if part not in listed:
        yield Finding(where, "slicer", f"no extension lists {part}")
    elif listed[part] != is_over_table:
        yield Finding(where, "slicer", f"{part} is in the list for the other kind of slicer")


def _table(book: OpenBook, part: str, cache: etree._Element) -> Iterator[Finding]:
    tables = {table.key: table for sheet in book.sheets for table in tables_of(book, sheet)}
    source = decoded(cache.get("sourceName", ""))
    for node in cache.iterfind("{*}extLst/{*}ext/{*}tableSlicerCache"):
        table = tables.get(number(node, "tableId"))
        if table is None:
            yield Finding(part, "slicer-cache", f"tableId {node.get('tableId')} is no table")
            continue
        key = number(node, "column")
        names = dict(zip(table.column_keys, table.columns, strict=True))
        if key not in names:
            yield Finding(part, "slicer-cache", f"{table.name} has no column with id {key}")
        elif source and names[key] != source:
            yield Finding(part, "slicer-cache", f"sourceName {source!r} is not column {names[key]!r}")


def _pivots(part: str, cache: etree._Element, pivots: list[Pivot]) -> Iterator[Finding]:
    by_place = {(pivot.sheet.number, pivot.name.casefold()): pivot for pivot in pivots}
    source = decoded(cache.get("sourceName", ""))
    tabular = cache.find("{*}data/{*}tabular")
    key = None if tabular is None else tabular.get("pivotCacheId")
    keys = {pivot.cache.slicer_key for pivot in pivots if pivot.cache is not None}
    if tabular is not None and (key is None or key not in keys):
        yield Finding(part, "slicer-cache", f"pivotCacheId {key} is the id of no pivot cache")
    total: int | None = None
    for node in cache.iterfind("{*}pivotTables/{*}pivotTable"):
        name = node.get("name", "")
        pivot = by_place.get((number(node, "tabId") or 0, name.casefold()))
        if pivot is None:
            text = f"no pivot table {name!r} on the sheet with id {node.get('tabId')}"
            yield Finding(part, "slicer-cache", text)
            continue
        if pivot.cache is None or tabular is None:
            continue
        if pivot.cache.slicer_key != key:
            text = f"{name!r} uses the cache {pivot.cache.slicer_key}, the slicer {key}"
            yield Finding(part, "slicer-cache", text)
        names = [found.name for found in pivot.cache.fields]
        if source not in names:
            yield Finding(part, "slicer-cache", f"sourceName {source!r} is no field of {name!r}")
            continue
        place = names.index(source)
        total = pivot.cache.fields[place].items
        fields = pivot.fields
        if place < len(fields) and not fields[place].findall("{*}items/{*}item"):
            yield Finding(part, "slicer-cache", f"field {source!r} of {name!r} has no items")
    if tabular is not None:
        yield from _items(part, tabular, total)


def _items(part: str, tabular: etree._Element, total: int | None) -> Iterator[Finding]:
    group = tabular.find("{*}items")
    places = [number(node, "x") for node in tabular.iterfind("{*}items/{*}i")]
    if group is not None and number(group, "count", len(places)) != len(places):
        yield Finding(part, "slicer-items", f"says {group.get('count')} items and holds {len(places)}")
    if len(set(places)) != len(places):
        yield Finding(part, "slicer-items", "an item is there twice")
    if total is not None and any(place is None or not 0 <= place < total for place in places):
        yield Finding(part, "slicer-items", f"an item is not among the {total} of the field")


def check_slicers(book: OpenBook, sheet: Sheet) -> Iterator[Finding]:
    """Findings about the slicers shown on one sheet: each needs a cache, a listing and a shape."""
    if sheet.root is None:
        return
    caches = {cache.get("name", ""): cache for _, cache in book.related(book.workbook, "slicerCache")}
    listed = _listed(book, sheet.part, sheet.root)
    shown: list[str] = []
    for part, root in book.related(sheet.part, "slicer"):
        for node in root.iterfind("{*}slicer"):
            name = node.get("name", "")
            shown.append(name)
            cache = caches.get(node.get("cache", ""))
            if cache is None:
                yield Finding(part, "slicer", f"{name!r} names no slicer cache: {node.get('cache')!r}")
            else:
                yield from _is_listed(sheet.part, part, _is_over_table(cache), listed)
    shapes = [
        shape.get("name", "")
        for _, drawing in book.related(sheet.part, "drawing")
        for shape in drawing.iter("{*}slicer")
        if name_of(shape) == "slicer"
    ]
    for name in sorted(set(shapes) ^ set(shown)):
        what = "has no shape" if name in shown else "is a shape without a slicer"
        yield Finding(sheet.part, "slicer", f"{name!r} {what}")
    for name, times in Counter(shown).items():
        if times > 1:
            yield Finding(sheet.part, "slicer", f"{times} slicers are called {name!r}")
