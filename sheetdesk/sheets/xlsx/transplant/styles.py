"""Looks of one workbook added to another's styles, each once: cell formats and highlights.

A look that is there already is used as it stands, so that adding the same looks again adds nothing.
Colours and fonts by theme are spelled out where the two themes differ. Colours by palette index are
taken as they are: the renderer uses none but the two that mean the system's own.
Source: ECMA-376 part 1, 18.8 (styles); 20.1.6.2 (clrScheme).
"""

from __future__ import annotations

import copy
from typing import Any

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.markup import MAIN, A
from sheetdesk.sheets.xlsx.package import parse

__all__ = ["Styles"]

SECTIONS = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
# The order in which `theme=` counts the colours of a scheme.
SCHEME = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink",
    "folHlink",
)  # fmt: skip
FIRST_OWN_FORMAT = 164
FLAGS = ("quotePrefix", "pivotButton")
Key = tuple[Any, ...]


class Styles:
    """The styles of `live` while looks of `fresh` are added to them. Themes are b"" where missing."""

    def __init__(self, live: bytes, fresh: bytes, live_theme: bytes = b"", fresh_theme: bytes = b"") -> None:
        self._live = parse(live)
        self._fresh = parse(fresh)
        for root in (self._live, self._fresh):
            if root.tag != f"{{{MAIN}}}styleSheet":
                raise PackageBroken(
                    path="xl/styles.xml",
                    reason=Cause(
                        f"it is a <{etree.QName(root).localname}>",
                        f"其内容是 <{etree.QName(root).localname}>",
                    ),
                )
        self._theme, self._other = _Theme(fresh_theme), _Theme(live_theme)
        self._known: dict[str, dict[Key, int]] = {}
        self._made: dict[tuple[str, int], int] = {}
        self._normal, self._normal_font = self._find_normal()

    @property
    def root(self) -> etree._Element:
        """The live styles with what was added."""
        return self._live

    def cell(self, index: int) -> int:
        """The live number of the fresh cell format."""
        if ("cellXfs", index) not in self._made:
            node = self._copy("cellXfs", index)
            for name, section in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                node.set(name, str(self._piece(section, int(node.get(name, "0")))))
            node.set("numFmtId", str(self.number_format(int(node.get("numFmtId", "0")))))
            node.set("xfId", self._normal)
            # A format that keeps Normal's font does not say so; here Normal's may be another.
            if node.get("fontId") != self._normal_font:
                node.set("applyFont", "1")
            self._made["cellXfs", index] = self._place("cellXfs", node)
        return self._made["cellXfs", index]

    def highlight(self, index: int) -> int:
        """The live number of the fresh differential format."""
        if ("dxfs", index) not in self._made:
            node = self._copy("dxfs", index)
            for own in node.iterfind(f"{{{MAIN}}}numFmt"):
                own.set("numFmtId", str(self._named_format(int(own.get("numFmtId", "0")), own)))
            self._made["dxfs", index] = self._place("dxfs", node)
        return self._made["dxfs", index]

    def number_format(self, number: int) -> int:
        """The live id of the fresh number format; what every program knows keeps its id."""
        if number < FIRST_OWN_FORMAT:
            return number
        for node in self._fresh.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt"):
            if node.get("numFmtId") == str(number):
                return self._named_format(number, node)
        raise PackageBroken(
            path="xl/styles.xml",
            reason=Cause(f"it has no number format {number}", f"其中没有数字格式 {number}"),
        )

    def _named_format(self, number: int, named: etree._Element) -> int:
        if number < FIRST_OWN_FORMAT:
            return number
        section = self._section("numFmts")
        taken = {int(node.get("numFmtId", "0")): node.get("formatCode") for node in section.iterchildren("*")}
        for known, code in taken.items():
            if code == named.get("formatCode"):
                return known
        new = max([FIRST_OWN_FORMAT - 1, *taken]) + 1
        made = etree.SubElement(section, f"{{{MAIN}}}numFmt", numFmtId=str(new))
        made.set("formatCode", named.get("formatCode", "General"))
        section.set("count", str(len(section.findall("*"))))
        return new

    def _piece(self, section: str, index: int) -> int:
        if (section, index) not in self._made:
            self._made[section, index] = self._place(section, self._copy(section, index))
        return self._made[section, index]

    def _copy(self, section: str, index: int) -> etree._Element:
        """A fresh look with its colours and fonts as they must be said in the live workbook."""
        found = self._fresh.findall(f"{{{MAIN}}}{section}/*")
        if not 0 <= index < len(found):
            raise PackageBroken(
                path="xl/styles.xml",
                reason=Cause(f"it has no {index} in {section}", f"其中的 {section} 没有第 {index} 项"),
            )
        node = copy.deepcopy(found[index])
        node.tail = None
        for colour in node.iter("{*}color", "{*}fgColor", "{*}bgColor"):
            place = colour.get("theme")
            rgb = self._theme.colours.get(place or "")
            if place is not None and rgb and rgb != self._other.colours.get(place):
                del colour.attrib["theme"]
                colour.set("rgb", f"FF{rgb}")
        for scheme in node.findall(f".//{{{MAIN}}}scheme"):
            parent = scheme.getparent()
            which = scheme.get("val", "")
            if parent is not None and self._theme.fonts.get(which) != self._other.fonts.get(which):
                parent.remove(scheme)
        return node

    def _place(self, section: str, node: etree._Element) -> int:
        """The number of the look among the live ones; added where it is new."""
        owner = self._section(section)
        if section not in self._known:
            known: dict[Key, int] = {}
            for number, other in enumerate(owner.iterchildren("*")):
                known.setdefault(_key(other), number)
            self._known[section] = known
        key = _key(node)
        if key not in self._known[section]:
            self._known[section][key] = len(owner.findall("*"))
            owner.append(node)
            owner.set("count", str(len(owner.findall("*"))))
        return self._known[section][key]

    def _section(self, name: str) -> etree._Element:
        found = self._live.find(f"{{{MAIN}}}{name}")
        if found is not None:
            return found
        made = etree.Element(f"{{{MAIN}}}{name}")
        earlier = SECTIONS[: SECTIONS.index(name)]
        place = sum(etree.QName(node).localname in earlier for node in self._live.iterchildren("*"))
        self._live.insert(place, made)
        return made

    def _find_normal(self) -> tuple[str, str]:
        """(number of Normal among the live named formats, its font)."""
        number = "0"
        for node in self._live.iterfind(f"{{{MAIN}}}cellStyles/{{{MAIN}}}cellStyle"):
            if node.get("builtinId") == "0":
                number = node.get("xfId", "0")
        named = self._live.findall(f"{{{MAIN}}}cellStyleXfs/{{{MAIN}}}xf")
        font = named[int(number)].get("fontId", "0") if int(number) < len(named) else "0"
        return number, font


class _Theme:
    """The colours (by the number that `theme=` counts) and fonts of a theme part."""

    def __init__(self, part: bytes) -> None:
        self.colours: dict[str, str] = {}
        self.fonts: dict[str, str] = {}
        if not part:
            return
        root = parse(part)
        for number, name in enumerate(SCHEME):
            colour = root.find(f".//{{{A}}}clrScheme/{{{A}}}{name}/*")
            if colour is not None:
                self.colours[str(number)] = (colour.get("lastClr") or colour.get("val") or "").upper()
        for name in ("minor", "major"):
            font = root.find(f".//{{{A}}}fontScheme/{{{A}}}{name}Font/{{{A}}}latin")
            if font is not None:
                self.fonts[name] = font.get("typeface", "")


def _key(node: etree._Element) -> Key:
    """What the look says, however it is spelled: order, defaults and foreign attributes left out."""
    name = etree.QName(node).localname
    said = {
        str(key): str(value)
        for key, value in node.items()
        if not str(key).startswith("{") and not _is_default(str(key), str(value))
    }
    children = sorted((_key(child) for child in node.iterchildren("*")), key=repr)
    # <left/> and no <left> are the same edge.
    filled = [child for child in children if name not in ("border", "dxf") or child[1] or child[2]]
    return name, tuple(sorted(said.items())), tuple(filled)


def _is_default(name: str, value: str) -> bool:
    if name.startswith("apply") or name in FLAGS:
        return value in ("0", "false")
    return name == "val" and value in ("1", "true")
