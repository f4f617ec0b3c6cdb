"""Whether the parts of a package hold together: parsed, declared, related and reachable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Finding, OpenBook, attributes_of, content_types, name_of
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, relations_of

__all__ = ["check_parts"]

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
DRAWING = "application/vnd.openxmlformats-officedocument.drawingml."
OFFICE = "application/vnd.openxmlformats-officedocument."
# What a part must be declared as, by the kind of the relation that leads to it.
TYPES: dict[str, str] = {
    "officeDocument": rf"{SHEET}(sheet|template)\.main\+xml"
    r"|application/vnd\.ms-excel\.(sheet|template|addin)\.macroEnabled\.main\+xml",
    "worksheet": rf"{SHEET}worksheet\+xml",
    "chartsheet": rf"{SHEET}chartsheet\+xml",
    "styles": rf"{SHEET}styles\+xml",
    "sharedStrings": rf"{SHEET}sharedStrings\+xml",
    "calcChain": rf"{SHEET}calcChain\+xml",
    "sheetMetadata": rf"{SHEET}sheetMetadata\+xml",
    "externalLink": rf"{SHEET}externalLink\+xml",
    "comments": rf"{SHEET}comments\+xml",
    "table": rf"{SHEET}table\+xml",
    "pivotTable": rf"{SHEET}pivotTable\+xml",
    "pivotCacheDefinition": rf"{SHEET}pivotCacheDefinition\+xml",
    "pivotCacheRecords": rf"{SHEET}pivotCacheRecords\+xml",
    "slicer": r"application/vnd\.ms-excel\.slicer\+xml",
    "slicerCache": r"application/vnd\.ms-excel\.slicerCache\+xml",
    "theme": rf"{OFFICE}theme\+xml",
    "drawing": rf"{OFFICE}drawing\+xml",
    "chart": rf"{DRAWING}chart\+xml",
    "vmlDrawing": rf"{OFFICE}vmlDrawing",
    "image": r"image/.+",
}
# What the root of a part is called, by the kind of the relation that leads to it.
ROOTS = {
    "officeDocument": "workbook",
    "core-properties": "coreProperties",
    "extended-properties": "Properties",
    "worksheet": "worksheet",
    "chartsheet": "chartsheet",
    "styles": "styleSheet",
    "theme": "theme",
    "comments": "comments",
    "table": "table",
    "drawing": "wsDr",
    "chart": "chartSpace",
    "pivotTable": "pivotTableDefinition",
    "pivotCacheDefinition": "pivotCacheDefinition",
    "slicer": "slicers",
    "slicerCache": "slicerCacheDefinition",
}
# Which kind of relation an r:id on this element must name.
KINDS: dict[str, frozenset[str]] = {
    "sheet": frozenset({"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}),
    "pivotCache": frozenset({"pivotCacheDefinition"}),
    "pivotCacheDefinition": frozenset({"pivotCacheRecords"}),
    "tablePart": frozenset({"table"}),
    "legacyDrawing": frozenset({"vmlDrawing"}),
    "legacyDrawingHF": frozenset({"vmlDrawing"}),
    "slicer": frozenset({"slicer"}),
    "slicerCache": frozenset({"slicerCache"}),
    "hyperlink": frozenset({"hyperlink"}),
    "externalReference": frozenset({"externalLink", "externalLinkPath", "xlPathMissing"}),
}
RELATION_NAMESPACES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)


def check_parts(book: OpenBook) -> Iterator[Finding]:
    """Findings about the container, before anyone looks at what the parts say."""
    for name, reason in book.broken.items():
        yield Finding(name, "xml", f"is not well-formed: {reason}")
    yield from _declared(book)
    for source in ("", *book.package.parts):
        yield from _related(book, source)
    yield from _reachable(book)


def _declared(book: OpenBook) -> Iterator[Finding]:
    if CONTENT_TYPES not in book.package.parts:
        yield Finding(CONTENT_TYPES, "content-type", "the package declares no content types")
        return
    if CONTENT_TYPES in book.broken:
        return
    names = Counter(
        node.get("PartName", "").casefold()
        for node in book.roots[CONTENT_TYPES]
        if name_of(node) == "Override"
    )
    for name, times in names.items():
        if times > 1:
            yield Finding(CONTENT_TYPES, "content-type", f"{name} is declared {times} times")
    known = {name.casefold() for name in book.package.parts}
    for name in names:
        if name.lstrip("/") not in known:
            yield Finding(CONTENT_TYPES, "content-type", f"{name} is declared but not there", True)
    wanted = {
        found.part: found.kind
        for relations in book.relations.values()
        for found in relations
        if found.part is not None
    }
    defaults, overrides = content_types(book)
    for name in book.package.parts:
        if name == CONTENT_TYPES or name.endswith("/"):
            continue
        extension = name.rpartition("/")[2].rpartition(".")[2].casefold()
        declared = overrides.get(name.casefold()) or defaults.get(extension)
        expected = TYPES.get(wanted.get(name, ""))
        if declared is None:
            # Nothing relates to a stray file, so no reader asks for its type.
            is_stray = name not in wanted and not name.endswith(".rels")
            yield Finding(name, "content-type", "has no content type", is_stray)
        elif expected and not re.fullmatch(expected, declared):
            yield Finding(name, "content-type", f"is a {wanted[name]} but is declared as {declared}")


def _related(book: OpenBook, source: str) -> Iterator[Finding]:
    relations = book.relations.get(source, ())
    for key, times in Counter(found.key for found in relations).items():
        if times > 1:
            yield Finding(relations_of(source), "relation-id", f"the id {key} is there {times} times")
    for found in relations:
        root = book.roots.get(found.part or "")
        if root is not None and name_of(root) != ROOTS.get(found.kind, name_of(root)):
            text = f"is a {found.kind} and its root is <{name_of(root)}>"
            yield Finding(str(found.part), "root", text)
        if found.part is not None and found.part not in book.package.parts:
            text = f"{found.key} ({found.kind}) leads to {found.target}, which is not there"
            yield Finding(relations_of(source), "relation-target", text)
    kinds = {found.key: found.kind for found in relations}
    if source in book.roots and not source.endswith(".rels"):
        for node in book.roots[source].iter(etree.Element):
            yield from _named(source, node, kinds)


def _named(source: str, node: etree._Element, kinds: dict[str, str]) -> Iterator[Finding]:
    for attribute, key in attributes_of(node):
        # An empty id is how drawings say "no link".
        if not key or not attribute.startswith(RELATION_NAMESPACES):
            continue
        if key not in kinds:
            yield Finding(source, "relation-id", f"<{name_of(node)}> names {key}, which is no relation")
        elif kinds[key] not in KINDS.get(name_of(node), {kinds[key]}):
            text = f"<{name_of(node)}> names {key}, which is a relation to a {kinds[key]}"
            yield Finding(source, "relation-id", text)


def _reachable(book: OpenBook) -> Iterator[Finding]:
    waiting = [""]
    seen = {""}
    while waiting:
        for found in book.relations.get(waiting.pop(), ()):
            if found.part is not None and found.part not in seen:
                seen.add(found.part)
                waiting.append(found.part)
    if book.workbook not in book.package.parts:
        yield Finding(relations_of(""), "relation-target", "no relation leads to a workbook")
    for name in book.package.parts:
        if name in seen or name == CONTENT_TYPES or name.endswith(("/", ".rels")):
            continue
        yield Finding(name, "unreachable", "no relation leads here", True)
