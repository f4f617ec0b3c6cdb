"""A drawn chart as it must stand in another workbook: its cells and its pivot under the names there."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from sheetdesk.sheets.xlsx.markup import C, document
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.pivot_chart import CHART_EXT
from sheetdesk.sheets.xlsx.transplant.titles import in_elements, with_titles

__all__ = ["moved_chart"]


def moved_chart(xml: bytes, title: Callable[[str], str], is_pivot: Callable[[str, str], bool]) -> bytes:
    """The chart over the live tabs. One over a pivot that is not there becomes an ordinary chart.

    `is_pivot` says whether the live tab of that title has, or is about to have, the pivot of that name.
    """
    xml = in_elements(xml, "f", lambda text: with_titles(text, title))
    if b"pivotSource" not in xml:
        return xml
    root = parse(xml)
    source = root.find(f"{{{C}}}pivotSource")
    name = None if source is None else source.find(f"{{{C}}}name")
    if source is None or name is None:
        return xml
    tab, _, pivot = (name.text or "").rpartition("]")[2].rpartition("!")
    live = title(tab)
    if is_pivot(live, pivot):
        name.text = f"[]{live}!{pivot}"
    else:
        root.remove(source)
        _drop_options(root)
    return document(root)


def _drop_options(root: etree._Element) -> None:
    """Take the buttons of a pivot chart away."""
    for node in root.findall(f"{{{C}}}extLst/{{{C}}}ext[@uri='{CHART_EXT}']"):
        owner = node.getparent()
        if owner is not None:
            owner.remove(node)
            if not len(owner):
                root.remove(owner)
