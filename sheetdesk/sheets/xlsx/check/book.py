"""A workbook opened to be checked: its parts parsed, its relations resolved, its sheets listed.

`OpenBook.open` never raises on a bad file: a part that does not parse is in `broken`, a relation to
nowhere has no part. The rows of a worksheet are cut out before it is parsed (`cells` reads
them as bytes), and so are the parts that hold one element a row.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.parsers import expat

from lxml import etree

from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Package, parse, relations_of

__all__ = ["Block", "Finding", "OpenBook", "Relation", "Sheet", "block", "is_true", "name_of", "number"]

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
# Parts with one element a row or text: well-formedness is checked, no tree is built.
ROW_PARTS = re.compile(r"sharedStrings\.xml$|pivotCacheRecords\d*\.xml$|calcChain\.xml$", re.IGNORECASE)
SHEET_DATA = re.compile(rb"<(\w+:)?sheetData(?=[\s/>])[^>]*?(/?)>")
WORKSHEET = re.compile(rb"<(\w+:)?worksheet(?=[\s>])")
CELL_REF = r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})"
AREA = re.compile(rf"{CELL_REF}(?::{CELL_REF})?")
COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
ROWS = re.compile(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Finding:
    """One thing wrong in `part`. A warning is odd but opens; anything else risks a repair or a loss."""

    part: str
    rule: str
    text: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{'warning' if self.is_warning else 'error'}  {self.part}  {self.rule}: {self.text}"


@dataclass(frozen=True)
class Block:
    """A rectangle of cells, edges included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: Block) -> bool:
        """Whether the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    @property
    def rows(self) -> int:
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True)
class Relation:
    """One relationship. `kind` is the last word of its type; `part` is None outside the package."""

    key: str
    kind: str
    target: str
    part: str | None


@dataclass(frozen=True)
class Sheet:
    """One entry of the workbook's list of sheets. `part` is empty when its relation leads nowhere."""

    name: str
    number: int
    part: str
    root: etree._Element | None


@dataclass(frozen=True)
class OpenBook:
    """Everything the checks look at, read once."""

    package: Package
    roots: dict[str, etree._Element]
    broken: dict[str, str]
    relations: dict[str, tuple[Relation, ...]]
    workbook: str
    sheets: tuple[Sheet, ...]

    @classmethod
    def open(cls, package: Package) -> OpenBook:
        """The parsed workbook. Reads every part, once."""
        roots: dict[str, etree._Element] = {}
        broken: dict[str, str] = {}
        for name in package.parts:
            if name.endswith((".xml", ".rels")):
                try:
                    root = _tree(name, package.bytes(name))
                except (etree.XMLSyntaxError, expat.ExpatError, ValueError) as error:
                    broken[name] = str(error)
                else:
                    if root is not None:
                        roots[name] = root
        names = {name.casefold(): name for name in package.parts}
        relations = {
            source: _relations(source, roots[relations_of(source)], names)
            for source in ("", *package.parts)
            if relations_of(source) in roots
        }
        main = [found.part for found in relations.get("", ()) if found.kind == "officeDocument"]
        workbook = (main[0] if main else None) or ""
        sheets = tuple(_sheets(workbook, roots, relations))
        return cls(package, roots, broken, relations, workbook, sheets)

    def related(self, source: str, kind: str) -> list[tuple[str, etree._Element]]:
        """The parsed parts that `source` relates to as `kind`, in order of the relations."""
        parts = [found.part for found in self.relations.get(source, ()) if found.kind == kind]
        return [(part, self.roots[part]) for part in parts if part is not None and part in self.roots]

    def relation(self, source: str, node: etree._Element) -> Relation | None:
        """The relation of part `source` that the r:id of `node` names, or None."""
        key = relation_key(node)
        return next((found for found in self.relations.get(source, ()) if found.key == key), None)


def _tree(name: str, xml: bytes) -> etree._Element | None:
    if b"<!DOCTYPE" in xml[:2000]:
        raise ValueError("a document type is not allowed in a package")
    if ROW_PARTS.search(name):
        expat.ParserCreate(namespace_separator=" ").Parse(xml, True)
        return None
    opening = SHEET_DATA.search(xml)
    # Caches of other books have elements of that name too, one for each of their sheets.
    if opening is None or opening[2] or not WORKSHEET.search(xml, 0, opening.start()):
        return parse(xml)
    expat.ParserCreate(namespace_separator=" ").Parse(xml, True)
    prefix = opening[1] or b""
    end = xml.rfind(b"</%bsheetData" % prefix)
    close = xml.find(b">", end) + 1
    return parse(xml[: opening.start()] + b"<%bsheetData/>" % prefix + xml[close:])


def _relations(source: str, root: etree._Element, names: dict[str, str]) -> tuple[Relation, ...]:
    found = []
    for node in root.iterchildren("{*}Relationship"):
        target = node.get("Target", "")
        kind = node.get("Type", "").rpartition("/")[2]
        # Excel writes links to a place in the same book as targets of a fragment only.
        is_outside = node.get("TargetMode") == "External" or target.startswith("#")
        part = None
        if not is_outside:
            folder = posixpath.dirname(source)
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            path = posixpath.normpath(path)
            part = names.get(path.casefold()) or names.get(unquote(path).casefold(), path)
        found.append(Relation(node.get("Id", ""), kind, target, part))
    return tuple(found)


def _sheets(
    workbook: str, roots: dict[str, etree._Element], relations: dict[str, tuple[Relation, ...]]
) -> Iterator[Sheet]:
    if workbook not in roots:
        return
    parts = {found.key: found.part or "" for found in relations.get(workbook, ())}
    for node in roots[workbook].iterfind("{*}sheets/{*}sheet"):
        part = parts.get(relation_key(node) or "", "")
        sheet_id = number(node, "sheetId")
        yield Sheet(node.get("name", ""), -1 if sheet_id is None else sheet_id, part, roots.get(part))


def name_of(node: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]


def attributes_of(node: etree._Element) -> list[tuple[str, str]]:
    """The element's attributes, those in a namespace as `{namespace}name`."""
    return [(str(name), str(value)) for name, value in node.items()]


def relation_key(node: etree._Element) -> str | None:
    """The element's r:id, in whichever of its two namespaces."""
    return next((value for name, value in attributes_of(node) if name.endswith("}id")), None)


def number(node: etree._Element, attribute: str, default: int | None = None) -> int | None:
    """A whole-number attribute; `default` where it is absent, None where it is no number."""
    text = node.get(attribute)
    if text is None:
        return default
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def is_true(node: etree._Element, attribute: str, *, default: bool = False) -> bool:
    """A boolean attribute."""
    text = node.get(attribute)
    return default if text is None else text in {"1", "true", "on"}


def column_number(letters: str) -> int:
    """A is 1, XFD is 16,384."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value


def column_letters(column: int) -> str:
    """1 is A, 16,384 is XFD."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def block(ref: str | None) -> Block | None:
    """The block that `A1`, `A1:B2`, `A:B` or `1:2` means; None for anything else or off the sheet."""
    text = ref or ""
    if found := AREA.fullmatch(text):
        left, top, right, bottom = found.groups()
        edges = (int(top), column_number(left), int(bottom or top), column_number(right or left))
    elif found := COLUMNS.fullmatch(text):
        edges = (1, column_number(found[1]), MAX_ROW, column_number(found[2]))
    elif found := ROWS.fullmatch(text):
        edges = (int(found[1]), 1, int(found[2]), MAX_COLUMN)
    else:
        return None
    top_row, first, bottom_row, last = edges
    is_on_sheet = 1 <= top_row <= bottom_row <= MAX_ROW and 1 <= first <= last <= MAX_COLUMN
    return Block(*edges) if is_on_sheet else None


def content_types(book: OpenBook) -> tuple[dict[str, str], dict[str, str]]:
    """What the package declares: extension → type, part name → type; all names in lower case."""
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    if CONTENT_TYPES in book.roots:
        for node in book.roots[CONTENT_TYPES]:
            kind = node.get("ContentType", "")
            if name_of(node) == "Default":
                defaults[node.get("Extension", "").casefold()] = kind
            elif name_of(node) == "Override":
                overrides[node.get("PartName", "").lstrip("/").casefold()] = kind
    return defaults, overrides
