"""How the cells of a plainly spelled worksheet begin, each way of beginning read by lxml once.

A sheet of a million cells has some dozens of openings: `" s="5" t="s"><v>` behind the reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.read.strings import NAMESPACES, SPACE
from sheetdesk.sheets.xlsx.read.text import Unsure

__all__ = ["Opening", "Openings", "opening_of"]

ROOT = re.compile(rb"""<worksheet(?=[\s>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
# Behind a cell's reference: the rest of its tag, its formula, and how its value begins.
OPENING = re.compile(
    rb'"(?P<cell>[^<>]*)>(?:<f(?P<f>[^<>]*)(?:(?<=/)>|(?<!/)>(?P<text>[^<]*)</f>))?'
    rb'(?P<value><v>|<is><t>|<is><t xml:space="preserve">|(?:<v ?/>)?</c>)?'
)
TRIMMED = b"<is><t>"
LONGEST_KEPT = 2_000
"""Bytes of an opening that is remembered: one that somebody made long shall not fill the memory."""
VALUE_END = {
    b"<v>": b"</v></c>",
    TRIMMED: b"</t></is></c>",
    b'<is><t xml:space="preserve">': b"</t></is></c>",
}


@dataclass(frozen=True)
class Opening:
    """How a cell begins, its formula's text aside; `end` stands behind its value, "" where it has none."""

    kind: str
    style: str
    end: bytes
    is_trimmed: bool
    formula: etree._Element | None


def opening_of(cell: bytes) -> re.Match[bytes]:
    """How a cell begins behind its reference: groups cell, f, text, value. Raises Unsure."""
    match = OPENING.match(cell)
    if match is None:
        raise Unsure
    return match


class Openings:
    """What lxml makes of the tags of one sheet. Raises Unsure where what is around its rows is not plain."""

    def __init__(self, head: bytes, tail: bytes) -> None:
        self.outline = _parsed(head + b"<sheetData/>" + tail)
        self._namespace = self.outline.nsmap.get(None)
        self._tags: dict[tuple[bytes, bytes], etree._Element] = {}
        root = ROOT.search(head)
        # A comment could hide other rows, and another encoding makes other letters of the same bytes.
        encoding = (self.outline.getroottree().docinfo.encoding or "UTF-8").upper()
        if root is None or encoding != "UTF-8" or b"<!" in head or b"<!" in tail:
            raise Unsure
        self._root = root[0]
        own = f"{{{self._namespace}}}"
        rows = [node for node in self.outline if node.tag == f"{own}sheetData"]
        if self._namespace not in NAMESPACES or self.outline.tag != f"{own}worksheet" or len(rows) != 1:
            raise Unsure
        if self.outline.get(SPACE):
            raise Unsure

    def tag(self, name: bytes, attributes: bytes) -> etree._Element:
        """The element that these attributes make in this sheet. Raises Unsure."""
        found = self._tags.get((name, attributes))
        if found is None:
            reference = b"" if name == b"f" else b' r=""'
            xml = b"%b<%b%b%b/></worksheet>" % (self._root, name, reference, attributes.removesuffix(b"/"))
            nodes = _children(xml) if len(xml) <= LONGEST_KEPT else tuple(_parsed(xml))
            known = [node.tag for node in nodes] == [f"{{{self._namespace}}}{name.decode()}"]
            if not known or nodes[0].get(SPACE):
                raise Unsure
            found = self._tags[name, attributes] = nodes[0]
        return found

    def begun(self, match: re.Match[bytes]) -> Opening:
        """What an opening says of its cell. Raises Unsure."""
        cell, value = match["cell"], match["value"] or b""
        tag = self.tag(b"c", cell)
        formula = None if match["f"] is None else self.tag(b"f", match["f"])
        kind = tag.get("t", "n")
        is_closed = cell.endswith(b"/")
        if is_closed == bool(value) or (is_closed and formula is not None):
            raise Unsure
        if value in VALUE_END and value.startswith(b"<is>") != (kind == "inlineStr"):
            raise Unsure
        return Opening(kind, tag.get("s", "0"), VALUE_END.get(value, b""), value == TRIMMED, formula)


# The tabs of a workbook, and its versions, have most of their openings in common.
@lru_cache(maxsize=2_000)
def _children(xml: bytes) -> tuple[etree._Element, ...]:
    return tuple(_parsed(xml))


def _parsed(xml: bytes) -> etree._Element:
    try:
        return parse(xml)
    except etree.XMLSyntaxError as error:
        raise Unsure from error
