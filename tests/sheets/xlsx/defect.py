"""A mistake to seed into the sound workbook, and the small edits that mistakes are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Package
from tests.sheets.xlsx.good_book import edited

Seed = Callable[[Package], None]


@dataclass(frozen=True)
class Defect:
    """`rule` is the check that must see it; empty where no check does."""

    name: str
    seed: Seed
    rule: str = ""


def find(root: etree._Element, path: str, place: int = 0) -> etree._Element:
    """The element at a path of local names, the `place`-th of several."""
    return root.findall("/".join(f"{{*}}{word}" for word in path.split("/")))[place]


def change(package: Package, part: str, path: str, place: int = 0, **attributes: str | None) -> None:
    """Set attributes of one element, or remove those that are None."""
    with edited(package, part) as root:
        node = find(root, path, place) if path else root
        for name, value in attributes.items():
            if value is None:
                node.attrib.pop(name)
            else:
                node.set(name, value)


def remove(package: Package, part: str, path: str, place: int = 0) -> None:
    """Take one element out."""
    with edited(package, part) as root:
        node = find(root, path, place)
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)


def undeclare(package: Package, part: str) -> None:
    """Take a part out of the content types."""
    with edited(package, CONTENT_TYPES) as root:
        for node in [node for node in root if node.get("PartName") == f"/{part}"]:
            root.remove(node)


def swap(package: Package, part: str, old: str, new: str) -> None:
    """Replace the first `old` in the part's text, which must be there."""
    text = package.bytes(part)
    assert old.encode() in text, old
    package.parts[part] = text.replace(old.encode(), new.encode(), 1)
