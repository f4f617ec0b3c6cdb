"""Adds native pivots, slicers and pivot charts to a workbook that has all its cells already.

The renderer writes every cell of each PivotLayout, a text box for each slicer and a chart for each
chart over a pivot; `add_pivots` then adds the parts that make them live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.plan.pivot import PivotLayout, PivotPlan, SlicerPlan
from sheetdesk.plan.pivot_source import PivotSource
from sheetdesk.plan.plan import SheetPlan, TablePlan, TabPlan
from sheetdesk.sheets.xlsx.book import MICROSOFT, OFFICE, Book
from sheetdesk.sheets.xlsx.markup import MAIN, REL, X14, child, extension
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.pivot_cache import cache_definition, cache_records, slicer_cache_id
from sheetdesk.sheets.xlsx.pivot_chart import chart_name, charts_named, tie_chart
from sheetdesk.sheets.xlsx.pivot_table import number_formats, pivot_table
from sheetdesk.sheets.xlsx.slicer import SlicerCache, place_slicers, slicer_cache, slicer_part

__all__ = ["add_pivots"]

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SLICER_CACHES_EXT = "{BBE1A952-AA13-448e-AADC-164F8A28A991}"
SLICER_LIST_EXT = "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"
BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
BEFORE_CACHES = (*BEFORE_NAMES, "definedNames", "calcPr", "oleSize", "customWorkbookViews")


@dataclass(frozen=True)
class _Cache:
    """One source table and all that hangs on its cache."""

    table: TablePlan
    source: PivotSource
    pivots: tuple[tuple[TabPlan, PivotPlan], ...]
    slicers: tuple[tuple[TabPlan, SlicerPlan], ...]

    @property
    def sliced(self) -> set[str]:
        return {slicer.column for _, slicer in self.slicers}

    @property
    def listed(self) -> set[str]:
        """The columns whose items are spelled out."""
        return self.sliced.union(*(plan.rows + plan.columns + plan.pages for _, plan in self.pivots))


def add_pivots(
    package: Package,
    plan: SheetPlan,
    sources: Mapping[str, PivotSource],
    layouts: Mapping[str, PivotLayout],
    *,
    records: bool = False,
) -> None:
    """Make the plan's pivots, slicers and charts over pivots live in the package, in place.

    `sources` by table name, `layouts` by pivot name. Counted on: each tab's title is its sheet's
    name; the source tables are tables under their plan's name, headed by their columns' titles;
    slicers have a text box described by `slicer_mark`, charts over pivots are named by `chart_name`.
    Pivots, slicers and charts over a table without rows stay plain cells, text boxes and charts, and
    so do slicers over a table without pivots. `records` puts a copy of all rows into the file too.
    Raises PackageBroken when the package is not as counted on.
    """
    caches = list(_caches(plan, sources))
    if not caches:
        return
    book = Book.of(package)
    formats = number_formats(package.bytes("xl/styles.xml"))
    for number, cache in enumerate(caches, start=1):
        part = _add_cache(book, plan, cache, number, records=records)
        for tab, pivot in cache.pivots:
            content = pivot_table(
                layouts[pivot.name],
                cache.table,
                cache.source,
                cache=number,
                sliced=cache.sliced,
                formats=formats,
            )
            made = book.add("pivotTables", "pivotTable", content, f"{SPREADSHEET}.pivotTable+xml")
            package.relate(made, f"{OFFICE}/pivotCacheDefinition", part)
            package.relate(book.sheet(tab.title)[1], f"{OFFICE}/pivotTable", made)
    _add_slicers(book, caches)
    live = {pivot.name: tab for cache in caches for tab, pivot in cache.pivots}
    for tab in plan.tabs:
        over = {chart.over_pivot for chart in tab.charts} & live.keys()
        if over:
            _tie_charts(book, tab, {name: live[name] for name in over})
    book.save()


def _caches(plan: SheetPlan, sources: Mapping[str, PivotSource]) -> Iterator[_Cache]:
    """What to add, by table in the order of the plan; tables without rows or pivots left out."""
    for home in plan.tabs:
        table = home.table
        if table is None or not table.rows:
            continue
        pivots = tuple((tab, p) for tab in plan.tabs for p in tab.pivots if p.table == table.name)
        slicers = tuple((tab, s) for tab in plan.tabs for s in tab.slicers if s.table == table.name)
        if pivots:
            yield _Cache(table, sources[table.name], pivots, slicers)


def _add_cache(book: Book, plan: SheetPlan, cache: _Cache, number: int, *, records: bool) -> str:
    """The name of the new cache's part, which the workbook then knows under the number."""
    table, source, listed = cache.table, cache.source, cache.listed
    content = cache_definition(table, source, listed, plan.now, records=records)
    kind = f"{SPREADSHEET}.pivotCacheDefinition+xml"
    part = book.add("pivotCache", "pivotCacheDefinition", content, kind)
    if records:
        rows = partial(cache_records, table, source, listed)
        kind = f"{SPREADSHEET}.pivotCacheRecords+xml"
        copied = book.add("pivotCache", "pivotCacheRecords", rows, kind)
        book.package.relate(part, f"{OFFICE}/pivotCacheRecords", copied)
    node = child(book.section("pivotCaches", BEFORE_CACHES), "pivotCache", cacheId=number)
    node.set(f"{{{REL}}}id", book.relate(part, f"{OFFICE}/pivotCacheDefinition"))
    return part


def _add_slicers(book: Book, caches: list[_Cache]) -> None:
    on_tab: dict[str, tuple[TabPlan, list[tuple[SlicerPlan, SlicerCache]]]] = {}
    taken = {str(node.get("name")).casefold() for node in book.root.iter(f"{{{MAIN}}}definedName")}
    for cache in caches:
        made: dict[str, SlicerCache] = {}
        for tab, plan in cache.slicers:
            if plan.column not in made:
                title = cache.table.columns[cache.table.index(plan.column)].title
                made[plan.column] = SlicerCache.named(plan, title, taken)
                taken.add(made[plan.column].name.casefold())
                _add_slicer_cache(book, cache, made[plan.column])
            on_tab.setdefault(tab.title, (tab, []))[1].append((plan, made[plan.column]))
    for tab, slicers in on_tab.values():
        _, sheet = book.sheet(tab.title)
        kind = "application/vnd.ms-excel.slicer+xml"
        part = book.add("slicers", "slicer", slicer_part(slicers), kind)
        listing = etree.Element(f"{{{X14}}}slicerList")
        listed = child(listing, "slicer")
        listed.set(f"{{{REL}}}id", book.package.relate(sheet, f"{MICROSOFT}/slicer", part))
        book.extend_sheet(sheet, SLICER_LIST_EXT, listing)
        drawing = book.drawing(sheet)
        book.package.parts[drawing] = place_slicers(
            book.package.bytes(drawing), [plan for plan, _ in slicers], protected=tab.protected
        )


def _add_slicer_cache(book: Book, cache: _Cache, made: SlicerCache) -> None:
    steered = [(book.sheet(tab.title)[0], pivot.name) for tab, pivot in cache.pivots]
    number = slicer_cache_id(cache.table.name)
    content = slicer_cache(made, cache.source.axis(made.column), steered, number)
    kind = "application/vnd.ms-excel.slicerCache+xml"
    part = book.add("slicerCaches", "slicerCache", content, kind)
    extra = extension(book.root, SLICER_CACHES_EXT, "x14", X14)
    listing = extra.find(f"{{{X14}}}slicerCaches")
    if listing is None:
        listing = etree.SubElement(extra, f"{{{X14}}}slicerCaches")
    child(listing, "slicerCache").set(f"{{{REL}}}id", book.relate(part, f"{MICROSOFT}/slicerCache"))
    # Excel itself gives every slicer cache a name that stands for nothing.
    child(book.section("definedNames", BEFORE_NAMES), "definedName", name=made.name).text = "#N/A"


def _tie_charts(book: Book, tab: TabPlan, pivots: Mapping[str, TabPlan]) -> None:
    """Tie the tab's charts over these pivots (name → its tab). Raises PackageBroken."""
    drawing = book.drawing(book.sheet(tab.title)[1])
    charts = charts_named(book.package.bytes(drawing))
    related = book.package.targets(drawing)
    for pivot, home in pivots.items():
        parts = [related[place][1] for name, place in charts if name == chart_name(pivot)]
        if not parts:
            raise PackageBroken(
                path=drawing,
                reason=Cause(
                    f"no chart is named {chart_name(pivot)!r}", f"没有名为“{chart_name(pivot)}”的图表"
                ),
            )
        for part in parts:
            content = tie_chart(book.package.bytes(part), home.title, pivot)
            book.package.parts[part] = content
