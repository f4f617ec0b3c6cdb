"""How spreadsheet XML is spelled: its namespaces, its escapes, and a part's bytes.

Everything that comes from a ticket enters a part through lxml and `xstring`, never by pasting text.
Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring); [MS-XLSX] for the x14 namespace.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from sheetdesk.sheets.xlsx.package import HEAD

__all__ = [
    "MAIN",
    "MC",
    "REL",
    "X14",
    "XDR",
    "A",
    "C",
    "child",
    "document",
    "element",
    "extension",
    "number",
    "xstring",
]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"

# What XML cannot hold or would change in an attribute, and what would read as an escape already.
UNSAFE = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def xstring(text: str) -> str:
    """The text as a part's attribute holds it: control characters as `_x000a_`."""
    return UNSAFE.sub(lambda match: f"_x{ord(match[0]):04x}_", text)


def element(tag: str, /, **prefixes: str) -> etree._Element:
    """An element outside any part yet. Its own namespace goes without a prefix, as in `{ns}tag`."""
    own: Any = {None: etree.QName(tag).namespace}
    return etree.Element(tag, nsmap=own | prefixes)


def child(parent: etree._Element, tag: str, /, **attributes: str | float) -> etree._Element:
    """A new last child in the parent's own namespace. Attributes keep the order given."""
    namespace = etree.QName(parent).namespace
    node = etree.SubElement(parent, f"{{{namespace}}}{tag}")
    for key, value in attributes.items():
        node.set(key, value if isinstance(value, str) else number(value))
    return node


def number(value: float) -> str:
    """The shortest decimal that reads back as the same number."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def extension(owner: etree._Element, uri: str, prefix: str, namespace: str) -> etree._Element:
    """The `ext` of this kind in the owner's list of extensions, which comes last; made when missing."""
    main = etree.QName(owner).namespace
    found = owner.find(f"{{{main}}}extLst")
    extensions = child(owner, "extLst") if found is None else found
    for node in extensions:
        if node.get("uri") == uri:
            return node
    node = etree.SubElement(extensions, f"{{{main}}}ext", nsmap={prefix: namespace})
    node.set("uri", uri)
    return node


def document(root: etree._Element) -> bytes:
    """The part whose root this is."""
    body: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return HEAD + body
