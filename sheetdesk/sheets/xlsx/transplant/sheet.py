"""A drawn tab's sheet part as it must stand in another workbook: its formats, texts and names there.

The rows are changed as bytes, for a tab may be long; only what stands around them is parsed.
Texts go into the cells themselves, so that the other workbook's shared strings stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.causes import A_SHEET
from sheetdesk.sheets.xlsx.markup import MAIN, document
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.transplant.styles import Styles
from sheetdesk.sheets.xlsx.transplant.titles import in_elements, with_titles

__all__ = ["Cut", "SheetPart", "shared_texts"]

SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData(?=[\s/>])[^>]*?(/?)>")
WORKSHEET = re.compile(rb"<(?:\w+:)?worksheet(?=[\s>])")
TEXT = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
# A row's or a cell's opening tag; behind it, where there is nothing else, the cell's value.
CELL = re.compile(rb'<(row|c)((?: [\w:]+="[^"]*")*)(/?)>(?:<v>(\d+)</v></c>)?')
FORMAT = re.compile(rb' s="(\d+)"')
# A reference into the workbook's metadata part, which no drawn tab has.
METADATA = re.compile(rb'<c [^<>]*\b[cv]m="')
FORMULAS = {"formula", "formula1", "formula2", "f"}
# What people chose for looking at a tab, and the name by which macros know it.
VIEW = ("tabSelected", "zoomScale", "zoomScaleNormal")


@dataclass(frozen=True)
class Cut:
    """A sheet part in two: `root` with an empty sheetData, and the `rows` as they stood."""

    root: etree._Element
    rows: bytes

    @classmethod
    def of(cls, part: str, xml: bytes) -> Cut:
        """The part cut. Raises PackageBroken where it is no worksheet."""
        opening = SHEET_DATA.search(xml)
        if opening is None or not WORKSHEET.search(xml, 0, opening.start()):
            raise PackageBroken(path=part, reason=Cause("it is no worksheet", "它不是工作表"))
        if opening[2]:
            return cls(parse(xml), b"")
        closing = b"</%bsheetData" % opening[1]
        end = xml.rfind(closing)
        stop = xml.find(b">", end) + 1
        if end < opening.end() or not stop:
            raise PackageBroken(path=part, reason=Cause("its rows do not end", "行数据没有结束标记"))
        empty = b"<%bsheetData/>" % opening[1]
        return cls(parse(xml[: opening.start()] + empty + xml[stop:]), xml[opening.end() : end])

    def joined(self) -> bytes:
        """The part whole again, its sheetData in the main namespace without a prefix."""
        head, empty, tail = document(self.root).partition(b"<sheetData/>")
        return (
            head + b"<sheetData>" + self.rows + b"</sheetData>" + tail if self.rows else head + empty + tail
        )


def shared_texts(package: Package, part: str) -> list[bytes]:
    """What stands inside each shared string of the part, as XML."""
    if not part:
        return []
    return [found[1] or b"<t/>" for found in TEXT.finditer(package.bytes(part))]


@dataclass(frozen=True)
class SheetPart:
    """How sheet parts are changed: looks by `styles`, tabs' names by `title`, texts from `texts`."""

    styles: Styles
    texts: list[bytes]
    title: Callable[[str], str]

    def moved(self, part: str, xml: bytes, live: Cut | None) -> bytes:
        """The fresh sheet part for the live workbook; `live` is what stood there before, if anything.

        Of the view that people left only the zoom stays, and whether the tab is among the selected.
        """
        cut = Cut.of(part, xml)
        if METADATA.search(cut.rows):
            raise PackageBroken(
                path=part, reason=Cause("its cells speak of metadata", "其单元格引用了元数据")
            )
        self._surroundings(cut.root, live)
        rows = CELL.sub(self._cell, cut.rows)
        if b"!" in rows:
            rows = in_elements(rows, "f", lambda text: with_titles(text, self.title))
        return Cut(cut.root, rows).joined()

    def _cell(self, found: re.Match[bytes]) -> bytes:
        tag, attributes, closed, value = found.groups()
        own = FORMAT.search(attributes)
        look = self.styles.cell(int(own[1]) if own else 0) if own or tag == b"c" else 0
        if own:
            attributes = attributes[: own.start()] + b' s="%d"' % look + attributes[own.end() :]
        elif look:
            attributes += b' s="%d"' % look
        end = b"" if value is None else b"<v>%b</v></c>" % value
        if tag == b"c" and b' t="s"' in attributes and value is not None:
            if int(value) >= len(self.texts):
                raise PackageBroken(
                    path=A_SHEET,
                    reason=Cause(f"there is no shared string {int(value)}", f"没有共享字符串 {int(value)}"),
                )
            attributes = attributes.replace(b' t="s"', b' t="inlineStr"')
            end = b"<is>%b</is></c>" % self.texts[int(value)]
        return b"<%b%b%b>%b" % (tag, attributes, closed, end)

    def _surroundings(self, root: etree._Element, live: Cut | None) -> None:
        for column in root.iterfind(f"{{{MAIN}}}cols/{{{MAIN}}}col[@style]"):
            column.set("style", str(self.styles.cell(int(column.get("style", "0")))))
        for node in root.iter("*"):
            if node.get("dxfId"):
                node.set("dxfId", str(self.styles.highlight(int(node.get("dxfId", "0")))))
            if etree.QName(node).localname in FORMULAS and node.text:
                node.text = with_titles(node.text, self.title)
            if etree.QName(node).localname == "hyperlink" and node.get("location"):
                node.set("location", with_titles(node.get("location", ""), self.title))
        _keep_view(root, live)


def _keep_view(root: etree._Element, live: Cut | None) -> None:
    view = root.find(f"{{{MAIN}}}sheetViews/{{{MAIN}}}sheetView")
    theirs = None if live is None else live.root.find(f"{{{MAIN}}}sheetViews/{{{MAIN}}}sheetView")
    if view is not None:
        for name in VIEW:
            _carry(view, theirs, name)
    code = None if live is None else live.root.find(f"{{{MAIN}}}sheetPr[@codeName]")
    if code is not None:
        settings = root.find(f"{{{MAIN}}}sheetPr")
        if settings is None:
            settings = etree.Element(f"{{{MAIN}}}sheetPr")
            root.insert(0, settings)
        settings.set("codeName", code.get("codeName", ""))


def _carry(view: etree._Element, theirs: etree._Element | None, name: str) -> None:
    """Give the view the setting that people's view has, or none."""
    value = None if theirs is None else theirs.get(name)
    if value is not None:
        view.set(name, value)
    elif name in view.attrib:
        del view.attrib[name]
