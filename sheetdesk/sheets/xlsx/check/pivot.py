"""Whether a pivot table agrees with its cache: fields, axes, values, filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Block, Finding, OpenBook, Sheet, block, is_true, number
from sheetdesk.sheets.xlsx.check.cache import PivotCache
from sheetdesk.sheets.xlsx.check.styles import Styles
from sheetdesk.sheets.xlsx.check.workbook import check_order

__all__ = ["DATA_FIELD", "Pivot", "check_pivot", "pivots_of"]

# The place of the values among the fields of an axis.
DATA_FIELD = -2
# CT_pivotTableDefinition, ECMA-376 part 1, 18.10.1.73.
ORDER = (
    "location pivotFields rowFields rowItems colFields colItems pageFields dataFields formats "
    "conditionalFormats chartFormats pivotHierarchies pivotTableStyleInfo filters rowHierarchiesUsage "
    "colHierarchiesUsage extLst"
)
AXES = {"rowFields": "axisRow", "colFields": "axisCol", "pageFields": "axisPage"}
SUBTOTALS = frozenset(
    {"average", "count", "countNums", "max", "min", "product", "stdDev", "stdDevp", "sum", "var", "varp"}
)


@dataclass(frozen=True)
class Pivot:
    """One pivot table. `page_rows` are the lines of filters above its area."""

    part: str
    sheet: Sheet
    name: str
    area: Block | None
    page_rows: int
    cache: PivotCache | None
    root: etree._Element

    @property
    def fields(self) -> list[etree._Element]:
        return list(self.root.iterfind("{*}pivotFields/{*}pivotField"))

    def axis(self, name: str) -> list[int | None]:
        """The field indexes of rowFields, colFields or pageFields."""
        if name == "pageFields":
            return [number(node, "fld") for node in self.root.iterfind("{*}pageFields/{*}pageField")]
        return [number(node, "x") for node in self.root.iterfind(f"{{*}}{name}/{{*}}field")]

    @property
    def values(self) -> list[etree._Element]:
        return list(self.root.iterfind("{*}dataFields/{*}dataField"))


def pivots_of(book: OpenBook, sheet: Sheet, caches: list[PivotCache]) -> list[Pivot]:
    """The pivot tables that the sheet is related to."""
    by_key = {cache.key: cache for cache in caches}
    found = []
    for part, root in book.related(sheet.part, "pivotTable"):
        location = root.find("{*}location")
        area = block(location.get("ref")) if location is not None else None
        pages = len(root.findall("{*}pageFields/{*}pageField"))
        page_rows = pages if location is None else number(location, "rowPageCount", pages) or 0
        cache = by_key.get(number(root, "cacheId"))
        found.append(Pivot(part, sheet, root.get("name", ""), area, page_rows, cache, root))
    return found


def check_pivot(book: OpenBook, pivot: Pivot, styles: Styles) -> Iterator[Finding]:
    """Findings about one pivot table by itself; `layout` looks at where it stands."""
    part, root = pivot.part, pivot.root
    yield from check_order(part, root, ORDER, ())
    for attribute in ("name", "dataCaption", "cacheId"):
        if root.get(attribute) is None:
            yield Finding(part, "pivot", f"has no {attribute}")
    yield from _cache(book, pivot)
    if pivot.cache is None:
        return
    total = len(pivot.fields)
    group = root.find("{*}pivotFields")
    if group is not None and number(group, "count", total) != total:
        yield Finding(part, "pivot-fields", f"says {group.get('count')} fields and holds {total}")
    if total != len(pivot.cache.fields):
        text = f"has {total} fields, its cache {len(pivot.cache.fields)}"
        yield Finding(part, "pivot-fields", text)
    # Fields of a cube are hierarchies, which have no items of their own here.
    if not pivot.cache.is_outside:
        yield from _items(pivot)
        yield from _axes(pivot)
    yield from _pages(pivot)
    yield from _values(pivot, styles)
    for node in root.iterfind("{*}formats/{*}format"):
        style = number(node, "dxfId")
        if node.get("dxfId") is not None and (style is None or not 0 <= style < styles.differential):
            yield Finding(part, "pivot", f"a format uses dxf {node.get('dxfId')} of {styles.differential}")


def _cache(book: OpenBook, pivot: Pivot) -> Iterator[Finding]:
    related = [found for found in book.relations.get(pivot.part, ()) if found.kind == "pivotCacheDefinition"]
    if not related:
        yield Finding(pivot.part, "pivot-cache", "has no relation to its cache")
    if pivot.cache is None:
        text = f"cacheId {pivot.root.get('cacheId')} is not among the workbook's pivotCaches"
        yield Finding(pivot.part, "pivot-cache", text)
    elif related and related[0].part != pivot.cache.part:
        text = f"is related to {related[0].part} and its cacheId means {pivot.cache.part}"
        yield Finding(pivot.part, "pivot-cache", text)


def _items(pivot: Pivot) -> Iterator[Finding]:
    if pivot.cache is None:
        return
    for place, (field, cached) in enumerate(zip(pivot.fields, pivot.cache.fields, strict=False)):
        group = field.find("{*}items")
        if group is None:
            if field.get("axis") is not None:
                yield Finding(pivot.part, "pivot-items", f"field {place} is on an axis and has no items")
            continue
        items = group.findall("{*}item")
        if number(group, "count", len(items)) != len(items):
            text = f"field {place} says {group.get('count')} items and holds {len(items)}"
            yield Finding(pivot.part, "pivot-items", text)
        if not items:
            yield Finding(pivot.part, "pivot-items", f"field {place} has an empty list of items")
        shown = [number(item, "x") for item in items if item.get("t", "data") == "data"]
        for index, times in Counter(shown).items():
            if index is None or not 0 <= index < cached.items:
                text = f"field {place} has the item {index} of {cached.items}"
                yield Finding(pivot.part, "pivot-items", text)
            elif times > 1:
                text = f"field {place} has the item {index} {times} times"
                yield Finding(pivot.part, "pivot-items", text, True)


def _axes(pivot: Pivot) -> Iterator[Finding]:
    part, fields = pivot.part, pivot.fields
    placed: dict[int, str] = {}
    for group, axis in AXES.items():
        indexes = pivot.axis(group)
        node = pivot.root.find(f"{{*}}{group}")
        if node is not None and number(node, "count", len(indexes)) != len(indexes):
            yield Finding(part, "pivot-axis", f"<{group}> says {node.get('count')} and holds {len(indexes)}")
        for index in indexes:
            if index == DATA_FIELD and group != "pageFields":
                continue
            if index is None or not 0 <= index < len(fields):
                yield Finding(part, "pivot-axis", f"<{group}> names field {index} of {len(fields)}")
                continue
            if index in placed:
                yield Finding(part, "pivot-axis", f"field {index} is on two axes")
            placed[index] = axis
            if fields[index].get("axis") != axis:
                text = f"<{group}> names field {index}, whose axis is {fields[index].get('axis')}"
                yield Finding(part, "pivot-axis", text)
    for place, field in enumerate(fields):
        if field.get("axis") in AXES.values() and place not in placed:
            yield Finding(part, "pivot-axis", f"field {place} says {field.get('axis')} and is on none")
    rows, columns = pivot.axis("rowFields"), pivot.axis("colFields")
    times = (rows + columns).count(DATA_FIELD)
    if len(pivot.values) > 1 and times != 1:
        yield Finding(part, "pivot-axis", f"{len(pivot.values)} values stand {times} times on the axes")
    if len(pivot.values) < 2 and times:
        yield Finding(part, "pivot-axis", "the values' own field is on an axis and there are not two")
    if DATA_FIELD in rows and not is_true(pivot.root, "dataOnRows"):
        yield Finding(part, "pivot-axis", "the values are on the rows and dataOnRows is not set")
    if DATA_FIELD in columns[:-1] and pivot.root.get("dataPosition") is None:
        yield Finding(part, "pivot-axis", "the values are not the last column field and have no dataPosition")


def _pages(pivot: Pivot) -> Iterator[Finding]:
    fields = pivot.fields
    for node in pivot.root.iterfind("{*}pageFields/{*}pageField"):
        index, item = number(node, "fld"), number(node, "item")
        if node.get("item") is None or index is None or not 0 <= index < len(fields):
            continue
        total = len(fields[index].findall("{*}items/{*}item"))
        if item is None or not 0 <= item < total:
            text = f"the filter on field {index} picks item {node.get('item')} of {total}"
            yield Finding(pivot.part, "pivot-page", text)


def _values(pivot: Pivot, styles: Styles) -> Iterator[Finding]:
    part, fields, values = pivot.part, pivot.fields, pivot.values
    group = pivot.root.find("{*}dataFields")
    if group is not None and number(group, "count", len(values)) != len(values):
        yield Finding(part, "pivot-values", f"says {group.get('count')} values and holds {len(values)}")
    used = set()
    for node in values:
        name, index = node.get("name", ""), number(node, "fld")
        if index is None or not 0 <= index < len(fields):
            yield Finding(part, "pivot-values", f"{name!r} is over field {node.get('fld')} of {len(fields)}")
            continue
        used.add(index)
        if not is_true(fields[index], "dataField"):
            yield Finding(part, "pivot-values", f"{name!r} is over field {index}, which has no dataField")
        if node.get("subtotal", "sum") not in SUBTOTALS:
            yield Finding(part, "pivot-values", f"{name!r} has the subtotal {node.get('subtotal')!r}")
        if not styles.has_format(number(node, "numFmtId", 0)):
            yield Finding(part, "pivot-values", f"{name!r} has numFmtId {node.get('numFmtId')}")
        base = number(node, "baseField", -1)
        if base is None or not -1 <= base < len(fields):
            yield Finding(part, "pivot-values", f"{name!r} has baseField {node.get('baseField')}")
    for place, field in enumerate(fields):
        if is_true(field, "dataField") and place not in used:
            yield Finding(part, "pivot-values", f"field {place} is a dataField and no value is over it")
    for name, times in Counter(node.get("name", "").casefold() for node in values).items():
        if times > 1:
            yield Finding(part, "pivot-values", f"{times} values are called {name!r}")
    known = {found.name.casefold() for found in pivot.cache.fields} if pivot.cache else set()
    for node in values:
        if node.get("name", "").casefold() in known:
            # Excel refuses such a name when typed, and opens files that have it.
            yield Finding(part, "pivot-values", f"the value {node.get('name')!r} is called as a field", True)
