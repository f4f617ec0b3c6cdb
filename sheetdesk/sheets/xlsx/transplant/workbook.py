"""The workbook part while drawn tabs are put into it: its list of tabs, its names, its lists of caches.

Everything that is not named here stays as it was found, elements and attributes of other programs too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.book import MICROSOFT, OFFICE
from sheetdesk.sheets.xlsx.markup import MAIN, REL, X14, child, document, extension
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.pivot import BEFORE_CACHES, BEFORE_NAMES, SLICER_CACHES_EXT
from sheetdesk.sheets.xlsx.transplant.parts import part_root, relations

__all__ = ["Tab", "Workbook"]

BEFORE_CALC = (*BEFORE_NAMES, "definedNames")


@dataclass(frozen=True)
class Tab:
    """One entry of the list of sheets: its title, sheetId, part, and place from 0."""

    title: str
    number: int
    part: str
    place: int


@dataclass
class Workbook:
    """The workbook part `part` of a package, parsed; changes to `root` count once saved."""

    package: Package
    part: str
    root: etree._Element
    tabs: list[Tab] = field(default_factory=list)

    @classmethod
    def of(cls, package: Package) -> Workbook:
        """The package's workbook. Raises PackageBroken."""
        parts = [found.part for found in relations(package, "") if found.kind == "officeDocument"]
        if not parts:
            raise PackageBroken(
                path="_rels/.rels",
                reason=Cause("no relation leads to a workbook", "其中没有指向工作簿的关系"),
            )
        root = part_root(package, parts[0])
        if root.tag != f"{{{MAIN}}}workbook":
            raise PackageBroken(path=parts[0], reason=Cause(f"it is a {root.tag}", f"其内容是 {root.tag}"))
        made = cls(package, parts[0], root)
        made.list_tabs()
        return made

    def list_tabs(self) -> None:
        """Read the list of sheets again."""
        related = {found.key: found.part for found in relations(self.package, self.part)}
        self.tabs = [
            Tab(
                node.get("name", ""),
                int(node.get("sheetId", "0")),
                related.get(node.get(f"{{{REL}}}id", ""), ""),
                place,
            )
            for place, node in enumerate(self.root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"))
        ]

    def tab(self, title: str) -> Tab | None:
        """The tab of this title in any case, as programs look for it."""
        wanted = title.casefold()
        return next((tab for tab in self.tabs if tab.title.casefold() == wanted), None)

    def related(self, kind: str) -> str:
        """The part that the workbook relates to as `kind`, "" where there is none."""
        return next((found.part for found in relations(self.package, self.part) if found.kind == kind), "")

    def section(self, name: str, after: tuple[str, ...]) -> etree._Element:
        """The element of this name; made behind the last of those in `after` that there are."""
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is None:
            found = etree.Element(f"{{{MAIN}}}{name}")
            earlier = [node for node in self.root.iterchildren("*") if etree.QName(node).localname in after]
            earlier[-1].addnext(found)
        return found

    def insert(self, title: str, part: str, place: int, state: str | None) -> None:
        """List a new tab at `place`; what counts tabs goes on meaning the same ones."""
        sheets = self.section("sheets", ())
        node = etree.Element(f"{{{MAIN}}}sheet", name=title)
        node.set("sheetId", str(max((tab.number for tab in self.tabs), default=0) + 1))
        if state:
            node.set("state", state)
        node.set(f"{{{REL}}}id", self.package.relate(self.part, f"{OFFICE}/worksheet", part))
        sheets.insert(place, node)
        for name in self.names():
            _shift(name, "localSheetId", place)
        for view in self.root.iterfind(f"{{{MAIN}}}bookViews/{{{MAIN}}}workbookView"):
            _shift(view, "activeTab", place)
            _shift(view, "firstSheet", place)
        self.list_tabs()

    def state(self, tab: Tab) -> str | None:
        """How the tab is hidden, None where it is shown."""
        return self.root.findall(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")[tab.place].get("state")

    def names(self) -> list[etree._Element]:
        """The defined names, in order."""
        return self.root.findall(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName")

    def name(self, name: str, place: int | None = None) -> etree._Element | None:
        """The defined name, of the whole workbook or of the tab at `place`."""
        scope = None if place is None else str(place)
        for node in self.names():
            if node.get("name", "").casefold() == name.casefold() and node.get("localSheetId") == scope:
                return node
        return None

    def define(self, name: str, text: str, place: int | None = None) -> None:
        """Let the name stand for `text`, in place where it is known."""
        node = self.name(name, place)
        if node is None:
            owner = self.section("definedNames", BEFORE_NAMES)
            node = etree.SubElement(owner, f"{{{MAIN}}}definedName", name=name)
            if place is not None:
                node.set("localSheetId", str(place))
        node.text = text

    def undefine(self, name: str, place: int | None = None) -> None:
        """Forget the name, where it is known."""
        node = self.name(name, place)
        owner = None if node is None else node.getparent()
        if node is not None and owner is not None:
            owner.remove(node)

    def list_cache(self, part: str, number: int) -> None:
        """List a pivot cache under its number."""
        node = child(self.section("pivotCaches", BEFORE_CACHES), "pivotCache", cacheId=number)
        key = self.package.relate(self.part, f"{OFFICE}/pivotCacheDefinition", part)
        node.set(f"{{{REL}}}id", key)

    def list_slicer_cache(self, part: str) -> None:
        """List a slicer cache over pivots."""
        extra = extension(self.root, SLICER_CACHES_EXT, "x14", X14)
        found = extra.find(f"{{{X14}}}slicerCaches")
        if found is None:
            found = etree.SubElement(extra, f"{{{X14}}}slicerCaches")
        key = self.package.relate(self.part, f"{MICROSOFT}/slicerCache", part)
        child(found, "slicerCache").set(f"{{{REL}}}id", key)

    def unlist(self, keys: Collection[str]) -> None:
        """Take every entry away that names one of these relationships."""
        for node in list(self.root.iter("*")):
            owner = node.getparent()
            if node.get(f"{{{REL}}}id") in keys and owner is not None:
                owner.remove(node)

    def recalculate(self) -> None:
        """Have every formula worked out when the file is next opened."""
        self.section("calcPr", BEFORE_CALC).set("fullCalcOnLoad", "1")

    def save(self) -> None:
        """Put the part back, without lists that became empty."""
        for path in ("definedNames", "pivotCaches"):
            for node in self.root.findall(f"{{{MAIN}}}{path}"):
                if not len(node):
                    self.root.remove(node)
        for extra in self.root.findall(f"{{{MAIN}}}extLst/{{{MAIN}}}ext"):
            if len(extra) == 1 and not len(extra[0]) and not extra[0].attrib:
                extra.remove(extra[0])
                _drop_if_empty(extra)
        self.package.parts[self.part] = document(self.root)


def _shift(node: etree._Element, attribute: str, place: int) -> None:
    value = node.get(attribute)
    if value is not None and int(value) >= place:
        node.set(attribute, str(int(value) + 1))
    elif value is None and attribute == "activeTab" and place == 0:
        node.set(attribute, "1")


def _drop_if_empty(node: etree._Element) -> None:
    owner = node.getparent()
    if owner is not None and not len(node):
        owner.remove(node)
        if etree.QName(owner).localname == "extLst":
            _drop_if_empty(owner)
