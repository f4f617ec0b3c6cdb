"""Puts tabs that sheetdesk drew anew into a workbook that people have edited since.

What a tab brings along moves with it: looks, texts, drawings, charts, notes, tables, pivots with their
caches, slicers. What the tab had before goes, unless something else in the workbook needs it. All other
parts stay byte for byte. Putting the same tabs in again changes nothing.

    transplant_parts   what relates to what, names     transplant_sheet     a tab's cells
    transplant_styles  looks, each once                transplant_titles    formulas that name tabs
    transplant_pivots  caches and slicers              transplant_workbook  the workbook's own lists
    transplant_chart, transplant_table, transplant_names
    transplant_alone   whether people left a drawn tab alone
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.causes import THE_WORKBOOK, misread
from sheetdesk.sheets.xlsx.markup import document
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Package, parse, relations_of
from sheetdesk.sheets.xlsx.transplant.alone import drawn_alone
from sheetdesk.sheets.xlsx.transplant.chart import moved_chart
from sheetdesk.sheets.xlsx.transplant.names import Pairs, live_titles, move_names, paired
from sheetdesk.sheets.xlsx.transplant.parts import (
    Types,
    closure,
    free_name,
    part_root,
    relations,
    relinked,
    unrelate,
)
from sheetdesk.sheets.xlsx.transplant.pivots import (
    Joints,
    cache_key,
    free_keys,
    free_words,
    freed_caches,
    let_go,
    moved_cache,
    moved_pivot,
    moved_slicer_cache,
    moved_slicers,
    pivot_names,
    shown_slicers,
    slicer_caches,
)
from sheetdesk.sheets.xlsx.transplant.sheet import Cut, SheetPart, shared_texts
from sheetdesk.sheets.xlsx.transplant.styles import Styles
from sheetdesk.sheets.xlsx.transplant.table import free_table_ids, moved_table, replaced_tables, table_ids
from sheetdesk.sheets.xlsx.transplant.workbook import Workbook

__all__ = ["drawn_alone", "transplant"]


def transplant(live: Package, fresh: Package, tabs: Mapping[str, str]) -> dict[str, bytes | None]:
    """The parts of `live` to change so that it shows `fresh`'s tabs: name → new bytes, None to remove.

    `tabs` gives the live title by the fresh one. A live tab keeps its title, sheetId, place and
    visibility; one that is not there is added where the fresh one stands among its neighbours. Of the
    view that people left only the zoom and the selected tab stay; their print settings, column widths,
    highlights and restyled charts on these tabs are replaced. Raises PackageBroken; TabTangled where
    something people made would be left without what it stands on.
    """
    try:
        return _changes(live, _Graft.of(live, fresh, tabs).done())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PackageBroken(path=THE_WORKBOOK, reason=misread(error)) from error


def _changes(live: Package, made: Package) -> dict[str, bytes | None]:
    changed: dict[str, bytes | None] = dict.fromkeys(live.parts.keys() - made.parts.keys())
    for name, part in made.parts.items():
        if live.parts.get(name) is not part:
            new = made.bytes(name)
            if name not in live.parts or not _is_same(live.bytes(name), new):
                changed[name] = new
    return dict(sorted(changed.items()))


def _is_same(old: bytes, new: bytes) -> bool:
    """Whether a part says the same, be it spelled as another program spells XML."""
    return old == new or (
        old.lstrip().startswith(b"<") and len(old) < 1_000_000 and document(parse(old)) == new
    )


@dataclass(frozen=True)
class _Graft:
    """One transplant under way: `home` is the live workbook in a package of its own, `source` the fresh."""

    home: Workbook
    source: Workbook
    pairs: Pairs
    views: dict[str, Cut | None]
    title: Callable[[str], str]

    @classmethod
    def of(cls, live: Package, fresh: Package, tabs: Mapping[str, str]) -> _Graft:
        home, source = Workbook.of(Package(dict(live.parts))), Workbook.of(fresh)
        pairs = paired(home, source, {name.casefold(): title for name, title in tabs.items()})
        views = {}
        for _, tab in pairs:
            xml = home.package.bytes(tab.part)
            views[tab.part] = Cut.of(tab.part, xml) if xml else None
        return cls(home, source, pairs, views, live_titles(home, source, pairs))

    def done(self) -> Package:
        """The live package with the tabs in it."""
        home, source, package = self.home, self.source, self.home.package
        styles = _styles(home, source)
        before = replaced_tables(home, source, self.pairs)
        forgotten, gone = self._clear()
        names = self._names()
        types = Types(source.package)
        kinds = {part: types.of(part).rpartition(".")[2].removesuffix("+xml") for part in names}
        joints = self._joints(kinds, {name.casefold() for name in forgotten})
        tables = self._tables(before)
        texts = shared_texts(source.package, source.related("sharedStrings"))
        sheets = SheetPart(styles, texts, self.title)
        for part, name in names.items():
            package.parts[name] = self._moved(part, name, kinds[part], joints, tables, sheets)
            package.parts.pop(relations_of(name), None)
            if relations_of(part) in source.package.parts:
                package.parts[relations_of(name)] = relinked(source.package, part, name, names)
        for part, number in joints.caches.items():
            home.list_cache(names[part], number)
        for name in forgotten:
            if name not in joints.slicer_caches.values():
                home.undefine(name)
        for part, name in names.items():
            if kinds[part] == "slicerCache":
                home.list_slicer_cache(name)
        for name in joints.slicer_caches.values():
            # Excel itself gives every slicer cache a name that stands for nothing.
            home.define(name, "#N/A")
        move_names(home, source, self.pairs, self.title)
        home.recalculate()
        home.save()
        package.parts[home.related("styles")] = document(styles.root)
        said = Types(package)
        away = gone - set(names.values())
        # LibreOffice declares parts of relations too, each by its name.
        away |= {relations_of(part) for part in gone | set(names.values())} - package.parts.keys()
        said.settle([(name, types.of(part)) for part, name in names.items()], away)
        package.parts[CONTENT_TYPES] = said.document()
        return package

    def _clear(self) -> tuple[set[str], set[str]]:
        """Take what the tabs had out: (names of slicer caches, parts) that are gone."""
        home, package = self.home, self.home.package
        tabs = [live for _, live in self.pairs]
        freed = freed_caches(home, tabs)
        let_go(home, tabs, freed)
        forgotten = {name for name, (part, _) in slicer_caches(home).items() if part in freed}
        before = set(closure(package, ""))
        # The order in which formulas are worked out names cells that may hold none now.
        home.unlist(unrelate(package, home.part, freed | {home.related("calcChain")}))
        for tab in tabs:
            package.parts.pop(relations_of(tab.part), None)
        gone = before - set(closure(package, ""))
        for part in gone:
            del package.parts[part]
            package.parts.pop(relations_of(part), None)
        return forgotten, gone

    def _names(self) -> dict[str, str]:
        """What every part is to be called that the fresh tabs bring along."""
        fresh = self.source.package
        names = {new.part: live.part for new, live in self.pairs}
        taken = {name.casefold() for name in self.home.package.parts}
        known = slicer_caches(self.source)
        shown = dict.fromkeys(cache for _, cache in shown_slicers(fresh, list(names)))
        starts = [*names, *(known[cache][0] for cache in shown)]
        for start in starts:
            for part in closure(fresh, start):
                if part not in names:
                    names[part] = free_name(part, taken)
                    taken.add(names[part].casefold())
        return names

    def _joints(self, kinds: Mapping[str, str], forgotten: set[str]) -> Joints:
        home, fresh = self.home, self.source.package
        numbers = {node.get("cacheId", "") for node in home.root.iter("{*}pivotCache")}
        caches: dict[str, int] = {}
        keys = []
        for part, kind in kinds.items():
            if kind == "pivotCacheDefinition":
                number = 1
                while str(number) in numbers:
                    number += 1
                numbers.add(str(number))
                caches[part] = number
                keys.append(cache_key(part_root(fresh, part)))
        related = relations(home.package, home.part)
        taken = {
            cache_key(part_root(home.package, found.part))
            for found in related
            if found.kind == "pivotCacheDefinition"
        }
        stay = [name for name, _ in shown_slicers(home.package, [tab.part for tab in home.tabs])]
        words = {node.get("name", "").casefold() for node in home.names()} - forgotten
        words |= {name.casefold() for name in slicer_caches(home)}
        shown = list(shown_slicers(fresh, [new.part for new, _ in self.pairs]))
        return Joints(
            caches,
            free_keys([key for key in keys if key], taken),
            {str(new.number): str(live.number) for new, live in self.pairs},
            free_words([name for name, _ in shown], {name.casefold() for name in stay}),
            free_words([cache for _, cache in shown], words),
        )

    def _tables(self, before: Mapping[str, int]) -> dict[str, int]:
        """The ids of the fresh tabs' tables, by name."""
        tables = {name: live.title for new, live in self.pairs for name in table_ids(self.source, [new])}
        return free_table_ids(tables, before, table_ids(self.home, self.home.tabs))

    def _moved(
        self, part: str, name: str, kind: str, joints: Joints, tables: Mapping[str, int], sheets: SheetPart
    ) -> bytes:
        """The fresh part as it must stand in the live workbook."""
        fresh, xml = self.source.package, self.source.package.bytes(part)
        match kind:
            case "worksheet":
                return sheets.moved(part, xml, self.views[name])
            case "drawing" if any(old != new for old, new in joints.slicers.items()):
                return moved_slicers(xml, joints)
            case "chart":
                return moved_chart(xml, self.title, self._has_pivot)
            case "table":
                number = tables[part_root(fresh, part).get("displayName", "")]
                return moved_table(xml, number, sheets.styles, self.title)
            case "pivotTable":
                cache = next(f.part for f in relations(fresh, part) if f.kind == "pivotCacheDefinition")
                return moved_pivot(xml, joints.caches[cache], sheets.styles)
            case "pivotCacheDefinition":
                return moved_cache(xml, joints.keys, sheets.styles, self.title)
            case "slicer":
                return moved_slicers(xml, joints)
            case "slicerCache":
                return moved_slicer_cache(parse(xml), joints)
            case _:
                return xml

    def _has_pivot(self, tab: str, pivot: str) -> bool:
        """Whether the live tab will have the pivot once all is done."""
        for new, live in self.pairs:
            if live.title == tab:
                return pivot in pivot_names(self.source.package, new.part)
        known = self.home.tab(tab)
        return known is not None and pivot in pivot_names(self.home.package, known.part)


def _styles(home: Workbook, source: Workbook) -> Styles:
    """The live looks, to which the fresh ones are added."""

    def part(book: Workbook, kind: str) -> bytes:
        name = book.related(kind)
        return book.package.bytes(name) if name else b""

    if not home.related("styles"):
        raise PackageBroken(path=home.part, reason=Cause("it has no styles", "其中没有单元格样式"))
    return Styles(part(home, "styles"), part(source, "styles"), part(home, "theme"), part(source, "theme"))
