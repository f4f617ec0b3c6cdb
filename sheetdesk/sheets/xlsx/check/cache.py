"""Whether a pivot cache is sound: its source, its fields, their shared values and groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import (
    Finding,
    OpenBook,
    block,
    is_true,
    name_of,
    number,
    relation_key,
)
from sheetdesk.sheets.xlsx.check.records import (
    Records,
    Values,
    check_flags,
    item_values,
    read_records,
)
from sheetdesk.sheets.xlsx.check.table import Table, tables_of
from sheetdesk.sheets.xlsx.check.text import decoded

__all__ = ["CacheField", "PivotCache", "caches_of", "check_cache", "check_cache_list"]

# How many groups a date unit has, with one below and one above the range.
GROUP_COUNTS = {"seconds": 62, "minutes": 62, "hours": 26, "days": 368, "months": 14, "quarters": 6}


@dataclass(frozen=True)
class CacheField:
    """One field of a cache. `items` are what pivot tables index: its groups, or its shared values."""

    name: str
    is_stored: bool
    shared: tuple[etree._Element, ...]
    items: int
    root: etree._Element


@dataclass(frozen=True)
class PivotCache:
    """One cache. `key` is the workbook's id for it, `slicer_key` the one that slicers use."""

    part: str
    key: int | None
    slicer_key: str | None
    is_outside: bool
    fields: tuple[CacheField, ...]
    root: etree._Element


def caches_of(book: OpenBook) -> list[PivotCache]:
    """The caches that the workbook lists; those whose part is missing are left out."""
    root = book.roots.get(book.workbook)
    caches = []
    # A cache that only slicers or timelines use is listed in an extension.
    for node in () if root is None else root.iter("{*}pivotCache"):
        relation = book.relation(book.workbook, node)
        if relation is not None and relation.part in book.roots:
            tree = book.roots[relation.part]
            if name_of(tree) == "pivotCacheDefinition":
                caches.append(_cache(relation.part, number(node, "cacheId"), tree))
    return caches


def _cache(part: str, key: int | None, root: etree._Element) -> PivotCache:
    slicer_key = None
    for node in root.iterfind("{*}extLst/{*}ext/{*}pivotCacheDefinition"):
        slicer_key = node.get("pivotCacheId", slicer_key)
    source = root.find("{*}cacheSource")
    is_outside = source is None or source.get("type") != "worksheet"
    fields = tuple(_field(node) for node in root.iterfind("{*}cacheFields/{*}cacheField"))
    return PivotCache(part, key, slicer_key, is_outside, fields, root)


def _field(node: etree._Element) -> CacheField:
    items = node.find("{*}sharedItems")
    shared = () if items is None else tuple(items.iterchildren("*"))
    groups = node.find("{*}fieldGroup/{*}groupItems")
    total = len(shared) if groups is None else len(list(groups.iterchildren("*")))
    is_stored = is_true(node, "databaseField", default=True)
    return CacheField(decoded(node.get("name", "")), is_stored, shared, total, node)


def check_cache_list(book: OpenBook) -> Iterator[Finding]:
    """Findings about the workbook's list of caches."""
    root = book.roots.get(book.workbook)
    nodes = [] if root is None else root.findall("{*}pivotCaches/{*}pivotCache")
    for key, times in Counter(number(node, "cacheId") for node in nodes).items():
        if key is None or times > 1:
            yield Finding(book.workbook, "cache", f"the cacheId {key} is missing or shared")
    listed = {cache.part for cache in caches_of(book)}
    for part, _ in book.related(book.workbook, "pivotCacheDefinition"):
        if part not in listed:
            yield Finding(book.workbook, "cache", f"{part} is not among the pivotCaches")


def check_cache(book: OpenBook, cache: PivotCache) -> Iterator[Finding]:
    """Findings about one cache and its records."""
    part, root = cache.part, cache.root
    fields = root.find("{*}cacheFields")
    if fields is None or number(fields, "count", len(cache.fields)) != len(cache.fields):
        said = None if fields is None else fields.get("count")
        yield Finding(part, "cache-fields", f"says {said} fields and holds {len(cache.fields)}")
    for name, times in Counter(found.name.casefold() for found in cache.fields).items():
        if times > 1:
            yield Finding(part, "cache-fields", f"{times} fields are called {name!r}")
    if not cache.is_outside:
        yield from _source(book, cache)
    records = [found for found in book.relations.get(part, ()) if found.kind == "pivotCacheRecords"]
    stored = [found for found in cache.fields if found.is_stored]
    read = None
    if records and records[0].part in book.package.parts and records[0].part not in book.broken:
        read = read_records(book.package.bytes(str(records[0].part)), len(stored))
        yield from _records(part, str(records[0].part), root, stored, read)
    elif not records and not cache.is_outside:
        is_lazy = not is_true(root, "saveData", default=True) or is_true(root, "refreshOnLoad")
        if not is_lazy:
            yield Finding(part, "records", "has no records and does not say saveData=0 or refreshOnLoad")
    held = iter(read.fields if read is not None else ())
    for found in cache.fields:
        values = next(held, Values()) if found.is_stored else Values()
        yield from _shared(part, found, values)
        yield from _group(cache, found)


def _source(book: OpenBook, cache: PivotCache) -> Iterator[Finding]:
    part = cache.part
    source = cache.root.find("{*}cacheSource/{*}worksheetSource")
    if source is None:
        yield Finding(part, "cache-source", "names no source")
        return
    # A relation id means that the source is in another book.
    if relation_key(source) is not None:
        return
    stored = [found.name for found in cache.fields if found.is_stored]
    tables = {table.name.casefold(): table for sheet in book.sheets for table in tables_of(book, sheet)}
    name = source.get("name")
    if name is not None:
        if name.casefold() in tables:
            yield from _same_columns(cache, tables[name.casefold()], stored)
        elif name.casefold() not in _defined(book):
            yield Finding(part, "cache-source", f"{name!r} is no table and no defined name")
        return
    sheet = source.get("sheet", "")
    if sheet.casefold() not in {found.name.casefold() for found in book.sheets}:
        yield Finding(part, "cache-source", f"{sheet!r} is no sheet")
    area = block(source.get("ref"))
    if area is None:
        yield Finding(part, "cache-source", f"{source.get('ref')!r} is no range")
    elif area.columns != len(stored):
        yield Finding(part, "cache-source", f"has {len(stored)} fields over {area.columns} columns")


def _defined(book: OpenBook) -> set[str]:
    nodes = book.roots[book.workbook].iterfind("{*}definedNames/{*}definedName")
    return {node.get("name", "").casefold() for node in nodes}


def _same_columns(cache: PivotCache, table: Table, stored: list[str]) -> Iterator[Finding]:
    if len(stored) != len(table.columns):
        text = f"has {len(stored)} fields for the {len(table.columns)} columns of {table.name}"
        yield Finding(cache.part, "cache-source", text)
    for name in stored:
        if name not in table.columns:
            yield Finding(cache.part, "cache-source", f"field {name!r} is no column of {table.name}")
    if sorted(stored) == sorted(table.columns) and stored != list(table.columns):
        yield Finding(cache.part, "cache-source", f"the fields are not in the order of {table.name}")
    said = number(cache.root, "recordCount")
    # Rows may have been added since the last refresh.
    if said is not None and said != table.data_rows:
        text = f"counts {said} records, {table.name} has {table.data_rows} rows"
        yield Finding(cache.part, "cache-source", text, True)


def _records(
    part: str, name: str, root: etree._Element, stored: list[CacheField], records: Records
) -> Iterator[Finding]:
    for where, said in ((part, number(root, "recordCount")), (name, records.declared)):
        if said is not None and said != records.total:
            yield Finding(where, "records", f"says {said} records, there are {records.total}")
    for width, times in records.widths.items():
        if width != len(stored):
            yield Finding(name, "records", f"{times} records have {width} values for {len(stored)} fields")
    for found, values in zip(stored, records.fields, strict=True):
        if values.largest_index >= len(found.shared):
            text = f"field {found.name!r} uses value {values.largest_index} of {len(found.shared)}"
            yield Finding(name, "records", text)
        if found.shared and values.tags - {b"x"}:
            text = f"field {found.name!r} has shared values and values of its own"
            yield Finding(name, "records", text)


def _shared(part: str, found: CacheField, values: Values) -> Iterator[Finding]:
    items = found.root.find("{*}sharedItems")
    if items is None:
        return
    total = len(found.shared)
    said = number(items, "count", 0)
    if said != total:
        yield Finding(part, "shared-values", f"field {found.name!r} says {said} values and holds {total}")
    texts = Counter(decoded(item.get("v", "")).casefold() for item in found.shared if name_of(item) == "s")
    for text, times in texts.items():
        if times > 1:
            yield Finding(part, "shared-values", f"field {found.name!r} has {text[:40]!r} {times} times")
    others = Counter((name_of(item), item.get("v")) for item in found.shared if name_of(item) != "s")
    for (kind, value), times in others.items():
        if times > 1:
            text = f"field {found.name!r} has the {kind} {value!r} {times} times"
            yield Finding(part, "shared-values", text)
    yield from check_flags(part, found.name, items, item_values(found.shared) if total else values)


def _group(cache: PivotCache, found: CacheField) -> Iterator[Finding]:
    group = found.root.find("{*}fieldGroup")
    if group is None:
        return
    for attribute in ("base", "par"):
        place = number(group, attribute, 0)
        if place is None or not 0 <= place < len(cache.fields):
            text = f"field {found.name!r} has {attribute} {group.get(attribute)} of {len(cache.fields)}"
            yield Finding(cache.part, "group", text)
    groups = group.find("{*}groupItems")
    if groups is not None and number(groups, "count", found.items) != found.items:
        text = f"field {found.name!r} says {groups.get('count')} groups and holds {found.items}"
        yield Finding(cache.part, "group", text)
    bounds = group.find("{*}rangePr")
    if bounds is not None and (number(bounds, "groupInterval", 1) or 1) == 1:
        expected = GROUP_COUNTS.get(bounds.get("groupBy", "range"), found.items)
        if found.items != expected:
            text = f"field {found.name!r} groups by {bounds.get('groupBy')} and holds {found.items} groups"
            yield Finding(cache.part, "group", text)
    members = [number(node, "v", 0) for node in group.iterfind("{*}discretePr/{*}x")]
    if any(place is None or not 0 <= place < found.items for place in members):
        yield Finding(
            cache.part, "group", f"field {found.name!r} puts a value into a group that is not there"
        )
