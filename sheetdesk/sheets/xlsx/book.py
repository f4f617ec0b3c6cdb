"""A workbook's parts by the names people see: its sheets, their drawings, room for more parts.

Changes to the workbook part are kept until `save`. A sheet is never parsed: it may be long, and may
not even be written yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.causes import A_SHEET, NO_PART
from sheetdesk.sheets.xlsx.markup import MAIN, REL, X14, document, element
from sheetdesk.sheets.xlsx.package import Package, Part, parse

__all__ = ["MICROSOFT", "OFFICE", "Book"]

WORKBOOK = "xl/workbook.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"
LAST_TAG = b"</worksheet>"
LAST_EXTENSIONS = b"</extLst></worksheet>"


@dataclass(frozen=True)
class Book:
    """`root` is the workbook part's; `sheets` gives (sheet id, part) by the tab's title."""

    package: Package
    root: etree._Element
    sheets: dict[str, tuple[int, str]]

    @classmethod
    def of(cls, package: Package) -> Book:
        """The workbook in the package. Raises PackageBroken."""
        if WORKBOOK not in package.parts:
            raise PackageBroken(path=WORKBOOK, reason=NO_PART)
        root = parse(package.bytes(WORKBOOK))
        related = package.targets(WORKBOOK)
        sheets = {}
        for node in root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"):
            _, part = related[str(node.get(f"{{{REL}}}id"))]
            sheets[str(node.get("name"))] = (int(str(node.get("sheetId"))), part)
        return cls(package, root, sheets)

    def sheet(self, title: str) -> tuple[int, str]:
        """(sheet id, part) of the tab. Raises PackageBroken."""
        if title not in self.sheets:
            raise PackageBroken(
                path=WORKBOOK, reason=Cause(f"it has no tab {title!r}", f"其中没有工作表“{title}”")
            )
        return self.sheets[title]

    def drawing(self, sheet: str) -> str:
        """The drawing of a sheet's part. Raises PackageBroken."""
        for kind, target in self.package.targets(sheet).values():
            if kind == f"{OFFICE}/drawing":
                return target
        raise PackageBroken(path=sheet, reason=Cause("it has no drawing", "其中没有绘图"))

    def add(self, folder: str, name: str, content: Part, content_type: str) -> str:
        """The name of a new part `xl/folder/nameN.xml`, N the first number free."""
        number = 1
        while f"xl/{folder}/{name}{number}.xml" in self.package.parts:
            number += 1
        part = f"xl/{folder}/{name}{number}.xml"
        self.package.parts[part] = content
        self.package.declare(part, content_type)
        return part

    def relate(self, part: str, kind: str) -> str:
        """The id of a new relationship from the workbook to the part."""
        return self.package.relate(WORKBOOK, kind, part)

    def section(self, name: str, after: tuple[str, ...]) -> etree._Element:
        """The workbook's element of this name; made behind the last of those in `after` there are."""
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is not None:
            return found
        made = etree.Element(f"{{{MAIN}}}{name}")
        before = [node for node in self.root if etree.QName(node).localname in after]
        before[-1].addnext(made)
        return made

    def extend_sheet(self, sheet: str, uri: str, content: etree._Element) -> None:
        """Add an x14 extension to a sheet's part, however long the part is."""
        node = element(f"{{{MAIN}}}ext", x14=X14, r=REL)
        node.set("uri", uri)
        node.append(content)
        self.package.parts[sheet] = _with_extension(self.package.parts[sheet], etree.tostring(node))

    def save(self) -> None:
        """Put the changed workbook part into the package."""
        self.package.parts[WORKBOOK] = document(self.root)


def _with_extension(part: Part, extension: bytes) -> Part:
    if isinstance(part, bytes):
        return b"".join(_spliced([part], extension))
    return lambda: _spliced(part(), extension)


def _spliced(chunks: Iterable[bytes], extension: bytes) -> Iterator[bytes]:
    """The chunks with the extension before the sheet's last tag, in its list of extensions."""
    held = b""
    for chunk in chunks:
        held += chunk
        # White space may stand behind the last tag, and the tag may be cut in two.
        if len(held) > 4096:
            yield held[:-1024]
            held = held[-1024:]
    head, tag, tail = held.rpartition(LAST_TAG)
    if not tag:
        raise PackageBroken(path=A_SHEET, reason=Cause("its last tag is missing", "缺少结束标记"))
    if head.endswith(b"</extLst>"):
        yield head.removesuffix(b"</extLst>") + extension + LAST_EXTENSIONS + tail
    else:
        yield head + b"<extLst>" + extension + LAST_EXTENSIONS + tail
