"""Whether styles and shared strings add up: counts, and indexes that other parts rely on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Finding, OpenBook, number
from sheetdesk.sheets.xlsx.check.text import MAX_TEXT, decoded, text_length
from sheetdesk.sheets.xlsx.package import parse

__all__ = ["Strings", "Styles", "check_styles"]

LISTS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
# Ids up to here are built in, some of them only in East Asian versions.
LAST_BUILT_IN_FORMAT = 163
ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
ITEM_END = re.compile(rb"</(?:\w+:)?si\s*>")
OPENING = re.compile(rb"<(?:\w+:)?sst(?=[\s/>])([^>]*)>")


@dataclass(frozen=True)
class Styles:
    """How many cell formats and differential formats there are, and which number formats."""

    formats: int = 1
    differential: int = 0
    number_formats: frozenset[int] = frozenset()

    @classmethod
    def read(cls, book: OpenBook) -> Styles:
        """The counts of the workbook's style part; those of a bare workbook where it has none."""
        for _, root in book.related(book.workbook, "styles"):
            own = {number(node, "numFmtId") for node in root.iterfind("{*}numFmts/{*}numFmt")}
            return cls(
                len(root.findall("{*}cellXfs/{*}xf")),
                len(root.findall("{*}dxfs/{*}dxf")),
                frozenset(key for key in own if key is not None),
            )
        return cls()

    def has_format(self, key: int | None) -> bool:
        """Whether this number format id means something."""
        return key is not None and (0 <= key <= LAST_BUILT_IN_FORMAT or key in self.number_formats)


@dataclass(frozen=True)
class Strings:
    """The shared strings: where each starts, so that the few that matter can be read."""

    part: str = ""
    xml: bytes = b""
    starts: tuple[int, ...] = ()
    declared: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, book: OpenBook) -> Strings:
        """The workbook's shared strings; none where it has no such part or it does not parse."""
        for found in book.relations.get(book.workbook, ()):
            part = found.part or ""
            if found.kind == "sharedStrings" and part in book.package.parts and part not in book.broken:
                xml = book.package.bytes(part)
                opening = OPENING.search(xml)
                pairs = re.findall(rb'(\w+)="(\d+)"', opening[1]) if opening else []
                starts = tuple(match.start() for match in ITEM.finditer(xml))
                return cls(part, xml, starts, {key.decode(): value.decode() for key, value in pairs})
        return cls()

    def text(self, index: int) -> str:
        """The plain text of one string, its runs joined, without phonetic hints."""
        start = self.starts[index]
        stop = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.xml)
        end = ITEM_END.search(self.xml, start, stop)
        if end is None:
            return ""
        opening = OPENING.search(self.xml)
        head = opening[0] if opening else b"<sst>"
        prefix = head[1:].partition(b"sst")[0]
        root = parse(head + self.xml[start : end.end()] + b"</%bsst>" % prefix)
        return plain_text(root[0])


def plain_text(node: etree._Element) -> str:
    """What a <si>, <is> or <text> says: its own <t> and those of its runs."""
    pieces = [*node.iterfind("{*}t"), *node.iterfind("{*}r/{*}t")]
    return decoded("".join(piece.text or "" for piece in pieces))


def check_styles(book: OpenBook, strings: Strings) -> Iterator[Finding]:
    """Findings about the style part and the shared strings."""
    for part, root in book.related(book.workbook, "styles"):
        yield from _counts(part, root)
        yield from _formats(part, root, Styles.read(book))
    yield from _strings(strings)


def _counts(part: str, root: etree._Element) -> Iterator[Finding]:
    for name in LISTS:
        group = root.find(f"{{*}}{name}")
        if group is None:
            continue
        children = len(list(group.iterchildren("*")))
        if number(group, "count", children) != children:
            text = f"<{name}> says {group.get('count')} and holds {children}"
            yield Finding(part, "styles-count", text, True)
    for name in ("fonts", "fills", "borders", "cellXfs"):
        group = root.find(f"{{*}}{name}")
        if group is None or len(group) == 0:
            # Excel falls back to its own; others crash.
            yield Finding(part, "styles-count", f"<{name}> is missing or empty", True)


def _formats(part: str, root: etree._Element, styles: Styles) -> Iterator[Finding]:
    limits = {
        attribute: len(root.findall(f"{{*}}{path}"))
        for attribute, path in (
            ("fontId", "fonts/{*}font"),
            ("fillId", "fills/{*}fill"),
            ("borderId", "borders/{*}border"),
            ("xfId", "cellStyleXfs/{*}xf"),
        )
    }
    for group in ("cellStyleXfs", "cellXfs", "cellStyles"):
        for place, node in enumerate(root.iterfind(f"{{*}}{group}/*")):
            for attribute, limit in limits.items():
                value = number(node, attribute, 0)
                # A list that is not there at all leaves every index at the default, 0.
                if value is None or not 0 <= value < max(limit, 1):
                    text = f"{group}[{place}] has {attribute} {node.get(attribute)} of {limit}"
                    yield Finding(part, "styles-index", text)
            if not styles.has_format(number(node, "numFmtId", 0)):
                text = f"{group}[{place}] has numFmtId {node.get('numFmtId')}, which is not defined"
                yield Finding(part, "styles-index", text)
    keys = [node.get("numFmtId") for node in root.iterfind("{*}numFmts/{*}numFmt")]
    if len(keys) != len(set(keys)):
        yield Finding(part, "styles-index", "two number formats share an id")


def _strings(strings: Strings) -> Iterator[Finding]:
    if not strings.part:
        return
    total = len(strings.starts)
    unique = strings.declared.get("uniqueCount")
    count = strings.declared.get("count")
    if unique is not None and int(unique) != total:
        text = f"says uniqueCount {unique} and holds {total}"
        yield Finding(strings.part, "strings-count", text, True)
    if unique is not None and count is not None and int(count) < int(unique):
        yield Finding(strings.part, "strings-count", f"says count {count} below uniqueCount", True)
    stops = (*strings.starts, len(strings.xml))[1:]
    for index, (start, stop) in enumerate(zip(strings.starts, stops, strict=True)):
        if stop - start > MAX_TEXT and text_length(strings.text(index)) > MAX_TEXT:
            yield Finding(strings.part, "text-length", f"string {index} is longer than {MAX_TEXT}")
