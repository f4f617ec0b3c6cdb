"""Slicers: buttons on a tab that steer every pivot over a table.

A slicer is three things that name each other: a slicer cache in the workbook (which column, which
pivots, which items), the slicer on its tab (caption, style), and a shape in the tab's drawing that
says where it stands. The shape takes the place of a text box that the renderer put there and that
carries `slicer_mark` as its description; programs without slicers keep showing the text box.
Source: [MS-XLSX] 2.6.67 (slicerCacheDefinition), 2.6.106 (slicers); the shapes Excel itself writes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lxml import etree

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.plan.pivot import SlicerPlan
from sheetdesk.plan.pivot_source import PivotAxis
from sheetdesk.sheets.xlsx.markup import MC, X14, XDR, A, child, document, element, xstring
from sheetdesk.sheets.xlsx.package import parse

__all__ = ["SlicerCache", "place_slicers", "slicer_cache", "slicer_mark", "slicer_part"]

A14 = "http://schemas.microsoft.com/office/drawing/2010/main"
SLICER = "http://schemas.microsoft.com/office/drawing/2010/slicer"
# One button's height, in the 12,700ths of a point that drawings count in.
BUTTON_HEIGHT = 241300


@dataclass(frozen=True)
class SlicerCache:
    """The choice behind one or more slicers on one column: `name` is a defined name too."""

    name: str
    table: str
    column: str
    title: str

    @classmethod
    def named(cls, plan: SlicerPlan, title: str, taken: Collection[str]) -> SlicerCache:
        """The cache for the first slicer on a column, under a name not taken (in small letters)."""
        name = base = "Slicer_" + re.sub(r"\W", "_", plan.name)
        number = 1
        while name.casefold() in taken:
            name, number = f"{base}_{number}", number + 1
        return cls(name, plan.table, plan.column, title)


def slicer_mark(name: str) -> str:
    """The description of the text box that stands where the slicer of this name shall be."""
    return f"slicer:{name}"


def slicer_cache(
    cache: SlicerCache, axis: PivotAxis, pivots: Sequence[tuple[int, str]], cache_id: int
) -> bytes:
    """The slicer cache's part. `pivots` are (sheet id, pivot name); every item is chosen."""
    root = element(f"{{{X14}}}slicerCacheDefinition")
    root.set("name", cache.name)
    root.set("sourceName", xstring(cache.title))
    steered = child(root, "pivotTables")
    for sheet, name in pivots:
        child(steered, "pivotTable", tabId=sheet, name=xstring(name))
    listed = child(child(root, "data"), "tabular", pivotCacheId=cache_id)
    items = child(listed, "items", count=len(axis.items))
    for place, used in enumerate(axis.used):
        item = child(items, "i", x=place, s=1)
        if not used:
            item.set("nd", "1")
    return document(root)


def slicer_part(slicers: Sequence[tuple[SlicerPlan, SlicerCache]]) -> bytes:
    """All slicers of one tab."""
    root = element(f"{{{X14}}}slicers")
    for plan, cache in slicers:
        child(
            root,
            "slicer",
            name=xstring(plan.name),
            cache=cache.name,
            caption=xstring(plan.title),
            style="SlicerStyleLight1",
            rowHeight=BUTTON_HEIGHT,
        )
    return document(root)


def place_slicers(drawing: bytes, slicers: Sequence[SlicerPlan], *, protected: bool) -> bytes:
    """The drawing with its marked text boxes swapped for slicers. Raises PackageBroken.

    On a `protected` tab the slicers stay usable.
    """
    root = parse(drawing)
    marked = {str(node.get("descr")): node for node in root.iter(f"{{{XDR}}}cNvPr")}
    for plan in slicers:
        node = marked.get(slicer_mark(plan.name))
        shape = None if node is None else _up(node, "sp")
        if node is None or shape is None:
            reason = Cause(
                f"no text box is described as {slicer_mark(plan.name)!r}",
                f"没有说明为“{slicer_mark(plan.name)}”的文本框",
            )
            raise PackageBroken(path=Cause("a drawing", "绘图"), reason=reason)
        anchor = shape.getparent()
        if protected and anchor is not None:
            for guard in anchor.iterfind(f"{{{XDR}}}clientData"):
                guard.set("fLocksWithSheet", "0")
        # Ids are unique in a drawing, even where only one of two objects is ever read.
        ids = [int(other.get("id", "0")) for other in root.iter(f"{{{XDR}}}cNvPr")]
        _swap(shape, plan, str(node.get("id")), str(max(ids) + 1))
    return document(root)


def _up(node: etree._Element, name: str) -> etree._Element | None:
    return next(node.iterancestors(f"{{{XDR}}}{name}"), None)


def _swap(shape: etree._Element, plan: SlicerPlan, number: str, spare: str) -> None:
    """Put the slicer where the shape is, and the shape behind it for programs without slicers."""
    choice = etree.Element(f"{{{MC}}}AlternateContent", nsmap={"mc": MC})
    wanted = etree.SubElement(choice, f"{{{MC}}}Choice", nsmap={"a14": A14})
    wanted.set("Requires", "a14")
    frame = etree.SubElement(wanted, f"{{{XDR}}}graphicFrame", nsmap={"xdr": XDR, "a": A})
    frame.set("macro", "")
    naming = child(frame, "nvGraphicFramePr")
    child(naming, "cNvPr", id=number, name=xstring(plan.name), descr=xstring(plan.title))
    child(naming, "cNvGraphicFramePr")
    position = child(frame, "xfrm")
    etree.SubElement(position, f"{{{A}}}off", x="0", y="0")
    etree.SubElement(position, f"{{{A}}}ext", cx="0", cy="0")
    graphic = etree.SubElement(frame, f"{{{A}}}graphic")
    content = child(graphic, "graphicData", uri=SLICER)
    etree.SubElement(content, f"{{{SLICER}}}slicer", nsmap={"sle": SLICER}).set("name", xstring(plan.name))
    otherwise = etree.SubElement(choice, f"{{{MC}}}Fallback")
    instead = copy.deepcopy(shape)
    for node in instead.iter(f"{{{XDR}}}cNvPr"):
        node.set("id", spare)
        node.set("name", xstring(plan.name))
        node.set("descr", xstring(plan.title))
    instead.tail = None
    otherwise.append(instead)
    parent = shape.getparent()
    if parent is not None:
        parent.replace(shape, choice)
