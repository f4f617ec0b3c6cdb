"""Which parts a tab brings along: what relates to what, what nothing else needs, which names are free.

A relation from the workbook to a pivot cache or a slicer cache does not keep it: those belong to
whichever pivots and slicers use them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.causes import NO_PART, misread
from sheetdesk.sheets.xlsx.markup import document
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, NS_RELATIONS, NS_TYPES, Package, parse, relations_of

__all__ = ["Relation", "Types", "closure", "free_name", "part_root", "relations", "relinked", "unrelate"]

NUMBERED = re.compile(r"(.*?)(\d*)(\.\w+)")


@dataclass(frozen=True)
class Relation:
    """One relationship inside the package. `kind` is the last word of its type."""

    key: str
    kind: str
    part: str


def part_root(package: Package, part: str) -> etree._Element:
    """The part's root. Raises PackageBroken where it is missing or no XML."""
    if part not in package.parts:
        raise PackageBroken(path=part, reason=NO_PART)
    try:
        return parse(package.bytes(part))
    except etree.XMLSyntaxError as error:
        raise PackageBroken(path=part, reason=misread(error)) from error


def relations(package: Package, source: str) -> list[Relation]:
    """What the part relates to inside the package, in order; what leads nowhere is left out."""
    name = relations_of(source)
    if name not in package.parts:
        return []
    found = []
    for node in part_root(package, name):
        target = _target(package, source, node)
        if target:
            found.append(Relation(node.get("Id", ""), node.get("Type", "").rpartition("/")[2], target))
    return found


def _target(package: Package, source: str, node: etree._Element) -> str:
    """The part that a relationship leads to, or nothing."""
    target = node.get("Target", "")
    if node.get("TargetMode") == "External" or not target or target.startswith("#"):
        return ""
    joined = target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(source), target)
    path = posixpath.normpath(joined)
    if path in package.parts:
        return path
    # Part names are the same in any case, and may be written with percent signs.
    same = {name.casefold(): name for name in package.parts}
    return same.get(path.casefold()) or same.get(unquote(path).casefold(), "")


def closure(
    package: Package, start: str, *, without: Collection[str] = (), weak: Collection[tuple[str, str]] = ()
) -> Iterator[str]:
    """`start` and every part reached from it, each once, nearest relations first.

    Nothing is followed out of the parts in `without`, nor along a (source, kind) in `weak`.
    """
    seen = {start}
    waiting = [start]
    while waiting:
        part = waiting.pop(0)
        yield part
        if part in without:
            continue
        for relation in relations(package, part):
            if relation.part not in seen and (part, relation.kind) not in weak:
                seen.add(relation.part)
                waiting.append(relation.part)


def free_name(part: str, taken: Collection[str]) -> str:
    """The part's name with the first number that gives none of `taken` (in small letters)."""
    parted = NUMBERED.fullmatch(part)
    stem, ending = (parted[1], parted[3]) if parted else (part, "")
    number = 1
    while f"{stem}{number}{ending}".casefold() in taken:
        number += 1
    return f"{stem}{number}{ending}"


def relinked(package: Package, source: str, home: str, names: dict[str, str]) -> bytes:
    """The relationships of `source` as those of `home`, which leads to the parts' new `names`."""
    root = part_root(package, relations_of(source))
    for node in root:
        target = _target(package, source, node)
        if target in names:
            node.set("Target", posixpath.relpath(names[target], posixpath.dirname(home) or "."))
    return document(root)


def unrelate(package: Package, source: str, gone: Collection[str]) -> set[str]:
    """Take the relationships from `source` to the parts in `gone` away, in place; their ids."""
    keys = {relation.key for relation in relations(package, source) if relation.part in gone}
    if keys:
        name = relations_of(source)
        root = part_root(package, name)
        for node in root.findall(f"{{{NS_RELATIONS}}}Relationship"):
            if node.get("Id") in keys:
                root.remove(node)
        package.parts[name] = document(root)
    return keys


class Types:
    """The content types of a package, to read and to change; `document` is the part as it then is."""

    def __init__(self, package: Package) -> None:
        self._root = part_root(package, CONTENT_TYPES)

    def of(self, part: str) -> str:
        """What the part is declared to be, "" where nothing is said of it."""
        own = self._override(part)
        if own is not None:
            return own.get("ContentType", "")
        ending = part.rpartition(".")[2].casefold()
        for node in self._root.iterfind(f"{{{NS_TYPES}}}Default"):
            if node.get("Extension", "").casefold() == ending:
                return node.get("ContentType", "")
        return ""

    def settle(self, parts: Iterable[tuple[str, str]], gone: Iterable[str]) -> None:
        """Declare each (part, content type) and forget the parts in `gone`."""
        for part in gone:
            own = self._override(part)
            if own is not None:
                self._root.remove(own)
        for part, kind in parts:
            if self.of(part) != kind:
                own = self._override(part)
                if own is None:
                    own = etree.SubElement(self._root, f"{{{NS_TYPES}}}Override", PartName=f"/{part}")
                own.set("ContentType", kind)

    def document(self) -> bytes:
        return document(self._root)

    def _override(self, part: str) -> etree._Element | None:
        name = f"/{part}".casefold()
        for node in self._root.iterfind(f"{{{NS_TYPES}}}Override"):
            if node.get("PartName", "").casefold() == name:
                return node
        return None
