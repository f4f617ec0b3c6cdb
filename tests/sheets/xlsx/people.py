"""What people and their programs do to a workbook between two of ours, part by part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from sheetdesk.sheets.xlsx.markup import MAIN, MC, REL, X14, XDR, document
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.pivot import SLICER_LIST_EXT
from sheetdesk.sheets.xlsx.transplant.workbook import Workbook
from tests.books import Book
from tests.sheets.xlsx.defect import swap
from tests.sheets.xlsx.good_book import edited

__all__ = [
    "add_own_tab", "add_strangers", "change_theme", "rename", "renumber", "share_slicer", "share_texts",
    "shuffle_styles", "tab_part", "type_in",
]  # fmt: skip

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = "xl/styles.xml"
WORKBOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
OWN_SHEET = "xl/worksheets/sheet77.xml"
OWN_PIVOT = "xl/pivotTables/pivotTable77.xml"


def tab_part(package: Package, title: str) -> str:
    """The sheet part of the tab."""
    tab = Workbook.of(package).tab(title)
    assert tab is not None, title
    return tab.part


def sheets(package: Package) -> list[str]:
    return [name for name in package.parts if name.startswith("xl/worksheets/sheet")]


def type_in(package: Package, book: Book, column: str, texts: Mapping[int, str]) -> None:
    """Type a text into the cell of each row (from 0) of a column of the tickets."""
    tab, table = book.plan.table("tickets")
    letters = chr(65 + table.left + table.index(column))
    part = tab_part(package, tab.title)
    for row, text in texts.items():
        cell = re.compile(rb'(<c r="%b%d"[^>]*>)<is>.*?</is>' % (letters.encode(), table.top + 2 + row))
        new, count = cell.subn(
            rb'\1<is><t xml:space="preserve">%b</t></is>' % text.encode(), package.bytes(part)
        )
        assert count == 1, (row, text)
        package.parts[part] = new


def share_texts(package: Package) -> None:
    """Move every text of a cell into the shared strings, as Excel does when it saves."""
    root = parse(package.bytes(STRINGS))

    def share(found: re.Match[bytes]) -> bytes:
        inside = etree.fromstring(b'<si xmlns="%b">%b</si>' % (MAIN.encode(), found[3]))
        root.append(inside)
        return b'<c%b t="s"%b><v>%d</v></c>' % (found[1], found[2], len(root) - 1)

    for part in sheets(package):
        cell = rb'<c((?: \w+="[^"]*")*?) t="inlineStr"((?: \w+="[^"]*")*)><is>(.*?)</is></c>'
        package.parts[part] = re.sub(cell, share, package.bytes(part), flags=re.DOTALL)
    del root.attrib["count"], root.attrib["uniqueCount"]
    package.parts[STRINGS] = document(root)


def shuffle_styles(package: Package) -> None:
    """Number all looks anew, as a program does that keeps its own list of them."""
    orders: dict[str, list[int]] = {}
    with edited(package, STYLES) as root:
        for name, fixed in (("fonts", 1), ("fills", 2), ("borders", 1), ("cellXfs", 1), ("dxfs", 0)):
            owner = root.find(f"{{{MAIN}}}{name}")
            assert owner is not None
            nodes = list(owner)
            order = [*range(fixed), *reversed(range(fixed, len(nodes)))]
            owner[:] = [nodes[place] for place in order]
            orders[name] = [order.index(place) for place in range(len(order))]
        for look in root.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"):
            for attribute, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                look.set(attribute, str(orders[name][int(look.get(attribute, "0"))]))

    def renumber(attribute: bytes, name: str, xml: bytes) -> bytes:
        return re.sub(rb'(?<= %b=")(\d+)' % attribute, lambda found: b"%d" % orders[name][int(found[1])], xml)

    for part in sheets(package):
        xml = renumber(b"style", "cellXfs", renumber(b"s", "cellXfs", package.bytes(part)))
        package.parts[part] = renumber(b"dxfId", "dxfs", xml)


def change_theme(package: Package) -> None:
    """Choose another theme: other body text, another body font."""
    swap(
        package,
        "xl/theme/theme1.xml",
        '<a:minorFont><a:latin typeface="Calibri"',
        '<a:minorFont><a:latin typeface="Arial"',
    )
    swap(package, "xl/theme/theme1.xml", "<a:dk1>", "<a:dk1><!-- ours -->")
    with edited(package, "xl/theme/theme1.xml") as root:
        dark = root.find(".//{*}dk1/{*}sysClr")
        assert dark is not None
        dark.set("lastClr", "203040")


def rename(package: Package, old: str, new: str) -> None:
    """Give a tab another title; the program follows it everywhere."""
    with edited(package, WORKBOOK) as root:
        for node in root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet[@name='{old}']"):
            node.set("name", new)
        for name in root.iter(f"{{{MAIN}}}definedName"):
            name.text = _followed((name.text or "").encode(), old, new).decode()
    for part in package.parts:
        if part.startswith(("xl/worksheets/sheet", "xl/charts/chart")):
            package.parts[part] = _followed(package.bytes(part), old, new)


def renumber(package: Package, title: str, number: int) -> None:
    """Give a tab the sheetId that it has once it was moved to another workbook and back."""
    with edited(package, WORKBOOK) as root:
        node = root.find(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet[@name='{title}']")
        assert node is not None
        old = node.get("sheetId", "")
        node.set("sheetId", str(number))
    for part in [name for name in package.parts if name.startswith("xl/slicerCaches/")]:
        xml = package.bytes(part).replace(f'tabId="{old}"'.encode(), f'tabId="{number}"'.encode())
        package.parts[part] = xml


def _followed(xml: bytes, old: str, new: str) -> bytes:
    """References to the tab, and the sources of charts over pivots as Excel writes them."""
    xml = re.sub(rb"\[\]%b!" % old.encode(), b"[team.xlsx]%b!" % new.encode(), xml)
    return re.sub(rb"(?<![\w\]])(%b|'%b')!" % (old.encode(), old.encode()), b"'%b'!" % new.encode(), xml)


def add_own_tab(package: Package, title: str, like: str, pivot: str) -> None:
    """A tab between others, in a look of its own, with a copy of a pivot of the tab `like`.

    The pivot stands on the cache of the one it is like, as Excel does with two pivots over one table.
    """
    source = tab_part(package, like)
    with edited(package, STYLES) as root:
        fonts, looks = root.find(f"{{{MAIN}}}fonts"), root.find(f"{{{MAIN}}}cellXfs")
        assert fonts is not None
        assert looks is not None
        font = etree.SubElement(fonts, f"{{{MAIN}}}font")
        etree.SubElement(font, f"{{{MAIN}}}sz", val="14")
        etree.SubElement(font, f"{{{MAIN}}}name", val="Georgia")
        etree.SubElement(
            looks,
            f"{{{MAIN}}}xf",
            numFmtId="0",
            fontId=str(len(fonts) - 1),
            fillId="0",
            borderId="0",
            xfId="0",
        )
        for owner in (fonts, looks):
            owner.set("count", str(len(owner)))
        look = len(looks) - 1
    original = next(
        part
        for kind, part in package.targets(source).values()
        if kind.endswith("/pivotTable") and parse(package.bytes(part)).get("name") == pivot
    )
    root = parse(package.bytes(original))
    root.set("name", "our own")
    location = root.find(f"{{{MAIN}}}location")
    assert location is not None
    rows = _rows(package.bytes(source), location.get("ref", ""))
    package.parts[OWN_PIVOT] = document(root)
    package.declare(OWN_PIVOT, f"{SPREADSHEET}.pivotTable+xml")
    cache = next(part for kind, part in package.targets(original).values())
    package.relate(OWN_PIVOT, f"{OFFICE}/pivotCacheDefinition", cache)
    head = f'<row r="1"><c r="A1" s="{look}" t="inlineStr"><is><t>Ours, keep off</t></is></c></row>'
    package.parts[OWN_SHEET] = (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{REL}"><sheetData>{head}{rows}</sheetData></worksheet>'.encode()
    )
    package.declare(OWN_SHEET, f"{SPREADSHEET}.worksheet+xml")
    package.relate(OWN_SHEET, f"{OFFICE}/pivotTable", OWN_PIVOT)
    key = package.relate(WORKBOOK, f"{OFFICE}/worksheet", OWN_SHEET)
    with edited(package, WORKBOOK) as root:
        listed = root.find(f"{{{MAIN}}}sheets")
        assert listed is not None
        node = etree.Element(f"{{{MAIN}}}sheet", name=title, sheetId="77")
        node.set(f"{{{REL}}}id", key)
        listed.insert(1, node)
        for name in root.iter(f"{{{MAIN}}}definedName"):
            if int(name.get("localSheetId", "0")) >= 1:
                name.set("localSheetId", str(int(name.get("localSheetId", "0")) + 1))
        names = root.find(f"{{{MAIN}}}definedNames")
        assert names is not None
        etree.SubElement(names, f"{{{MAIN}}}definedName", name="our_rate").text = "0.25"


def _rows(sheet: bytes, ref: str) -> str:
    """The rows of a sheet, cut to the columns and rows of the block."""
    left, top, right, bottom = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", ref).groups()  # type: ignore[union-attr]
    kept = []
    for row in parse(sheet).iterfind(f"{{{MAIN}}}sheetData/{{{MAIN}}}row"):
        if int(top) <= int(row.get("r", "0")) <= int(bottom):
            cells = [
                re.sub(r' xmlns(:\w+)?="[^"]*"', "", etree.tostring(cell, encoding="unicode"))
                for cell in row
                if _width(left) <= _width(re.sub(r"\d", "", cell.get("r", ""))) <= _width(right)
            ]
            kept.append(f'<row r="{row.get("r")}">{"".join(cells)}</row>')
    return "".join(kept)


def _width(letters: str) -> tuple[int, str]:
    return len(letters), letters


def share_slicer(package: Package, name: str, *, with_own: bool = True) -> None:
    """Copy a drawn slicer onto the own tab; it steers the pivot there too, `with_own`, as well as ours."""
    cache = f"Slicer_{name}"
    part = next(
        p for p in package.parts if "slicerCache" in p and f'name="{cache}"'.encode() in package.bytes(p)
    )
    if with_own:
        with edited(package, part) as root:
            steered = root.find(f"{{{X14}}}pivotTables")
            assert steered is not None
            etree.SubElement(steered, f"{{{X14}}}pivotTable", tabId="77", name="our own")
    slicers, drawing = "xl/slicers/slicer77.xml", "xl/drawings/drawing77.xml"
    package.parts[slicers] = (
        f'<slicers xmlns="{X14}"><slicer name="{name} 1" cache="{cache}" caption="Ours" '
        'rowHeight="241300"/></slicers>'
    ).encode()
    package.declare(slicers, "application/vnd.ms-excel.slicer+xml")
    shape = re.search(
        rb"<xdr:twoCellAnchor(?:(?!</xdr:twoCellAnchor>).)*<sle:slicer.*?</xdr:twoCellAnchor>",
        next(
            package.bytes(p)
            for p in package.parts
            if p.startswith("xl/drawings/drawing") and b"sle:slicer" in package.bytes(p)
        ),
        re.DOTALL,
    )
    assert shape is not None
    copied = re.sub(rb'name="[^"]*"', f'name="{name} 1"'.encode(), shape[0])
    package.parts[drawing] = (
        f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'.encode()
        + copied
        + b"</xdr:wsDr>"
    )
    package.declare(drawing, "application/vnd.openxmlformats-officedocument.drawing+xml")
    drawn = package.relate(OWN_SHEET, f"{OFFICE}/drawing", drawing)
    shown = package.relate(OWN_SHEET, f"{MICROSOFT}/slicer", slicers)
    swap(
        package,
        OWN_SHEET,
        "</worksheet>",
        f'<drawing r:id="{drawn}"/><extLst><ext xmlns:x14="{X14}" uri="{SLICER_LIST_EXT}">'
        f'<x14:slicerList><x14:slicer r:id="{shown}"/></x14:slicerList></ext></extLst></worksheet>',
    )


def add_strangers(package: Package, tab: str) -> None:
    """Parts that sheetdesk never writes: macros, data of other programs, a printer, a calculation order."""
    part = tab_part(package, tab)
    package.parts["xl/vbaProject.bin"] = bytes(range(256))
    package.declare("xl/vbaProject.bin", "application/vnd.ms-office.vbaProject")
    package.relate(
        WORKBOOK, "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "xl/vbaProject.bin"
    )
    package.parts["customXml/item1.xml"] = b"<team xmlns='urn:ours'>blue</team>"
    package.relate(WORKBOOK, f"{OFFICE}/customXml", "customXml/item1.xml")
    package.parts["xl/printerSettings/printerSettings1.bin"] = b"printer"
    package.declare("xl/printerSettings/printerSettings1.bin", f"{SPREADSHEET}.printerSettings")
    package.relate(part, f"{OFFICE}/printerSettings", "xl/printerSettings/printerSettings1.bin")
    number = Workbook.of(package).tab(tab)
    assert number is not None
    package.parts["xl/calcChain.xml"] = (
        f'<calcChain xmlns="{MAIN}"><c r="B5" i="{number.number}"/></calcChain>'.encode()
    )
    package.declare("xl/calcChain.xml", f"{SPREADSHEET}.calcChain+xml")
    package.relate(WORKBOOK, f"{OFFICE}/calcChain", "xl/calcChain.xml")
    with edited(package, WORKBOOK) as root:
        extra = etree.SubElement(root.find(f"{{{MAIN}}}extLst"), f"{{{MAIN}}}ext", uri="{OURS}")  # type: ignore[arg-type]
        etree.SubElement(extra, "{urn:ours}feature", nsmap={"o": "urn:ours"}).set("colour", "blue")
    swap(
        package,
        WORKBOOK,
        "<workbook ",
        f'<workbook xmlns:mc="{MC}" xmlns:ours="urn:ours" mc:Ignorable="ours" ours:mark="kept" ',
    )
