"""The workbook's own part: its tabs, how days are counted, and whether everything is worked out on opening.

Source: ECMA-376 part 1, 18.2.27 (workbook), 18.2.2 (calcPr), 18.6 (calculation chain).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sheetdesk.errors import Cause, PackageBroken, PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.causes import NO_PART
from sheetdesk.sheets.xlsx.check.styles import ITEM, Strings, plain_text
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Part, parse, relations_of
from sheetdesk.sheets.xlsx.patch.markup import Splices, children, decoded, tags, with_attributes
from sheetdesk.sheets.xlsx.patch.strings import FewTexts, few_texts
from sheetdesk.sheets.xlsx.stretches import STRETCH

__all__ = ["LEAST", "SharedTexts", "Workbook", "with_full_calculation", "without_chain"]

# calcPr stands behind these (18.2.27).
BEFORE_CALCULATION = frozenset(
    {
        b"fileVersion", b"fileSharing", b"workbookPr", b"workbookProtection", b"bookViews", b"sheets",
        b"functionGroups", b"externalReferences", b"definedNames",
    }
)  # fmt: skip
LEAST = 16 * STRETCH
"""Bytes of a part from which on only what is asked for of it is looked at."""

FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class Workbook:
    """`tabs` gives the worksheet part by the tab's title; `related` every part by kind, in file order."""

    archive: Archive
    part: str
    tabs: Mapping[str, str]
    related: Mapping[str, tuple[str, ...]]
    is_1904: bool

    @classmethod
    def of(cls, archive: Archive) -> Workbook:
        """The workbook of the file. Raises PackageBroken, PatchRefused."""
        names = {name.casefold(): name for name in archive.names()}
        main = [part for kind, part in archive.targets("").values() if kind.endswith("/officeDocument")]
        part = names.get(main[0].casefold()) if main else None
        if part is None:
            raise PackageBroken(path="xl/workbook.xml", reason=NO_PART)
        xml = decoded(part, archive.bytes(part)).xml
        targets = archive.targets(part)
        tabs = {}
        is_1904 = False
        for tag in tags(part, xml):
            attributes = {} if tag.is_close else tag.attributes()
            if tag.name == b"sheet":
                # r:id, under whichever prefix.
                key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
                kind, target = targets.get(key, ("", ""))
                if kind.endswith("/worksheet") and target.casefold() in names:
                    tabs[attributes.get("name", "")] = names[target.casefold()]
            elif tag.name == b"workbookPr":
                is_1904 = is_1904 or attributes.get("date1904") in TRUE
        related: dict[str, tuple[str, ...]] = {}
        for kind, target in targets.values():
            word = kind.rpartition("/")[2]
            if target.casefold() in names:
                related[word] = (*related.get(word, ()), names[target.casefold()])
        return cls(archive, part, tabs, related, is_1904)

    def tab(self, title: str) -> str:
        """The part of a tab's cells. Raises PatchRefused."""
        if title not in self.tabs:
            raise PatchRefused(
                part=self.part,
                reason=Cause(f"it has no tab {title!r} with cells", f"其中没有含单元格的工作表“{title}”"),
            )
        return self.tabs[title]


class SharedTexts:
    """What gives a shared string's text by its index, None where there is none. Nothing is read before the
    first is asked for.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._expected = self._read = frozenset[int]()
        self._few: FewTexts | None = None
        self._all: Strings | list[str] | None = None

    @property
    def is_long(self) -> bool:
        """Whether reading all of them is to be avoided."""
        part = _strings_part(self._book)
        return part is not None and self._book.archive.size(part) >= LEAST

    def expect(self, indexes: frozenset[int]) -> None:
        """Hardly any others will be asked for: of a long part these are read and all else is passed over."""
        self._expected |= indexes

    def __call__(self, index: int) -> str | None:
        if self._all is None and index in self._expected and index not in self._read:
            self._few = self._read_few()
        if self._few is not None and index in self._read:
            return self._few.text(index)
        if self._all is None:
            self._all = _read_strings(self._book)
        if isinstance(self._all, list):
            return self._all[index] if index < len(self._all) else None
        return self._all.text(index) if index < len(self._all.starts) else None

    def _read_few(self) -> FewTexts | None:
        part = _strings_part(self._book)
        if part is None or not self.is_long:
            return None
        self._read = self._expected
        return few_texts(part, self._book.archive.stretches(part), self._read)


def _read_strings(book: Workbook) -> Strings | list[str]:
    part = _strings_part(book)
    if part is None:
        return []
    xml = decoded(part, book.archive.bytes(part)).xml
    if b"<!" in xml:
        # A comment may hold what looks like a string.
        return [plain_text(node) for node in parse(xml).iterfind("{*}si")]
    return Strings(part, xml, tuple(match.start() for match in ITEM.finditer(xml)))


def _strings_part(book: Workbook) -> str | None:
    return next(iter(book.related.get("sharedStrings", ())), None)


def with_full_calculation(book: Workbook, changed: Mapping[str, Part | None]) -> Part | None:
    """The workbook's part saying that formulas are worked out anew on opening.

    None where it says so already, or no sheet holds a formula. `changed` are parts about to be put in.
    """
    text = decoded(book.part, book.archive.bytes(book.part))
    root, *_ = tags(book.part, text.xml)
    close = text.xml.rfind(b"</")
    splices = Splices(book.part, text.xml)
    after = root.end
    for section in children(book.part, text.xml, root.end, close):
        tag = section.opening
        if tag.name == b"calcPr":
            if tag.attributes().get("fullCalcOnLoad") in TRUE:
                return None
            opening = with_attributes(text.xml[tag.start : tag.end], fullCalcOnLoad="1")
            splices.put(tag.start, tag.end, opening)
        elif tag.name in BEFORE_CALCULATION:
            after = section.end
    if not splices:
        splices.put(after, after, b'<%bcalcPr fullCalcOnLoad="1"/>' % root.prefix)
    if not _has_formula(book, changed):
        return None
    return b"".join(text.encoded(splices.chunks()))


def _has_formula(book: Workbook, changed: Mapping[str, Part | None]) -> bool:
    if "calcChain" in book.related:
        return True
    for part in book.tabs.values():
        new = changed.get(part)
        pieces: Iterable[bytes]
        if new is None:
            pieces = [decoded(part, book.archive.bytes(part)).xml]
        else:
            pieces = [new] if isinstance(new, bytes) else new()
        rest = b""
        for piece in pieces:
            # A piece may end in the middle of a tag.
            text = rest + bytes(piece)
            if FORMULA.search(text):
                return True
            rest = text[text.rfind(b"<") :]
    return False


def without_chain(book: Workbook) -> dict[str, Part | None]:
    """The parts to change so that the list of formula cells is gone; programs make it anew."""
    changed: dict[str, Part | None] = {}
    relations = relations_of(book.part)
    for chain in book.related.get("calcChain", ()):
        changed[chain] = None
        keys = [
            key for key, (kind, _) in book.archive.targets(book.part).items() if kind.endswith("/calcChain")
        ]
        changed[relations] = _without(book.archive, relations, "Id", keys)
        changed[CONTENT_TYPES] = _without(book.archive, CONTENT_TYPES, "PartName", [f"/{chain}"])
    return changed


def _without(archive: Archive, part: str, attribute: str, values: list[str]) -> bytes:
    """The part without the elements whose attribute is one of these values."""
    text = decoded(part, archive.bytes(part))
    root, *_ = tags(part, text.xml)
    splices = Splices(part, text.xml)
    known = {value.casefold() for value in values}
    for element in children(part, text.xml, root.end, text.xml.rfind(b"</")):
        if element.opening.attributes().get(attribute, "").casefold() in known:
            splices.put(element.opening.start, element.end, b"")
    return b"".join(text.encoded(splices.chunks()))
