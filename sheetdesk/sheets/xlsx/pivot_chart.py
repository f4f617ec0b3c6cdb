"""Ties an ordinary chart to a pivot, so that the pivot's filters and slicers steer it.

The chart is drawn by the renderer over the pivot's cells and named `chart_name`; what it shows
before the first refresh is therefore already right.
Source: ECMA-376 part 1, 21.2.2.143 (pivotSource); [MS-ODRAWXML] (pivotOptions).
"""

from __future__ import annotations

from lxml import etree

from sheetdesk.sheets.xlsx.markup import REL, XDR, C, child, document, extension
from sheetdesk.sheets.xlsx.package import parse

__all__ = ["chart_name", "charts_named", "tie_chart"]

CHART_EXT = "{781A3756-C4B2-4CAC-9D66-4F8BD8637D16}"
C14 = "http://schemas.microsoft.com/office/drawing/2007/8/2/chart"


def chart_name(pivot: str) -> str:
    """What the renderer must call a chart over the pivot of this name."""
    return f"PivotChart {pivot}"


def charts_named(drawing: bytes) -> list[tuple[str, str]]:
    """(name, relationship id) of every chart in the drawing, in its order."""
    found = []
    for frame in parse(drawing).iter(f"{{{XDR}}}graphicFrame"):
        chart = next(frame.iter(f"{{{C}}}chart"), None)
        name = next(frame.iter(f"{{{XDR}}}cNvPr"), None)
        if chart is not None and name is not None:
            found.append((str(name.get("name")), str(chart.get(f"{{{REL}}}id"))))
    return found


def tie_chart(chart: bytes, tab: str, pivot: str) -> bytes:
    """The chart with the pivot on the tab as its source. No file is named, so renaming is harmless."""
    root = parse(chart)
    source = child(root, "pivotSource")
    child(source, "name").text = f"[]{tab}!{pivot}"
    child(source, "fmtId", val=0)
    first = next(node for node in root if etree.QName(node).localname in ("protection", "chart"))
    first.addprevious(source)
    extra = extension(root, CHART_EXT, "c14", C14)
    options = etree.SubElement(extra, f"{{{C14}}}pivotOptions")
    for zone in ("dropZoneCategories", "dropZoneSeries"):
        child(options, zone, val=1)
    return document(root)
