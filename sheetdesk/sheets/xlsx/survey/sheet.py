"""What a worksheet's part says besides its values: styles and formulas by cell, rules, protection.

Read as a stream: a sheet may be longer than one wants in memory as a tree. Rows and columns count
from 0.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from sheetdesk.columns.base import UNWRITABLE
from sheetdesk.sheets.xlsx.markup import MAIN, X14

__all__ = [
    "Block",
    "ColorRule",
    "Marks",
    "SheetFacts",
    "ValidationRule",
    "blocks_of",
    "column_number",
    "read_sheet",
    "whole",
]

XM = "http://schemas.microsoft.com/office/excel/2006/main"
CHUNK = 1 << 20
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_STORED = 5_000_000
LONGEST_FORMULA = 8_192
LONGEST_PROMPT = 255
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,20})?")
WHOLE_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})")

Block = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass
class Marks:
    """A column's stored cells: their rows, their styles, which of them hold a formula or a value."""

    rows: array[int] = field(default_factory=lambda: array("l"))
    styles: array[int] = field(default_factory=lambda: array("l"))
    formulas: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class ValidationRule:
    """One data validation as it stands in the file."""

    blocks: tuple[Block, ...]
    kind: str
    operator: str
    first: str
    second: str
    stops: bool
    prompt: str


@dataclass(frozen=True)
class ColorRule:
    """One conditional format that might colour a single value; `fill` is the number of its dxf."""

    blocks: tuple[Block, ...]
    kind: str
    operator: str
    formula: str
    text: str
    fill: int


@dataclass
class SheetFacts:
    """All of it. `bottom` and `right` are the last row and column with a value, -1 for none."""

    marks: dict[int, Marks] = field(default_factory=dict)
    rules: list[ValidationRule] = field(default_factory=list)
    colors: list[ColorRule] = field(default_factory=list)
    merged: list[Block] = field(default_factory=list)
    open_ranges: list[Block] = field(default_factory=list)
    columns: dict[int, tuple[float | None, bool, int]] = field(default_factory=dict)
    """Width, hidden, style by column."""
    protected: bool = False
    filter: Block | None = None
    bottom: int = -1
    right: int = -1
    too_large: bool = False


def read_sheet(part: bytes) -> SheetFacts:
    """The facts of a worksheet's part. Raises etree.XMLSyntaxError."""
    names = ("row", "col", "sheetProtection", "protectedRange", "mergeCell", "autoFilter", "dataValidation",
             "conditionalFormatting")  # fmt: skip
    tags = [f"{{{MAIN}}}{name}" for name in names] + [f"{{{X14}}}dataValidation"]
    parser = etree.XMLPullParser(
        events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    facts = SheetFacts()
    place = stored = 0
    # The empty piece closes the parser, which may then have a last event.
    for start in range(0, len(part) + CHUNK, CHUNK):
        piece = part[start : start + CHUNK]
        if piece:
            parser.feed(piece)
        else:
            parser.close()
        events: Any = parser.read_events()
        for _, node in events:
            name = etree.QName(node).localname
            if name == "row":
                place, count = _row(node, place, facts)
                stored += count
                node.clear()
                if stored > MOST_STORED:
                    facts.too_large = True
                    return facts
            else:
                _fact(name, node, facts)
    return facts


def _row(node: etree._Element, place: int, facts: SheetFacts) -> tuple[int, int]:
    """The place of the row after this one, and how many cells this one stores."""
    row = whole(node.get("r")) - 1 if node.get("r") else place
    column = -1
    count = 0
    for cell in node:
        match = CELL.fullmatch(cell.get("r", ""))
        column = column_number(match[1]) if match else column + 1
        if not 0 <= row < MOST_ROWS or not 0 <= column < MOST_COLUMNS:
            continue
        marks = facts.marks.setdefault(column, Marks())
        marks.rows.append(row)
        marks.styles.append(whole(cell.get("s")))
        count += 1
        if len(cell):
            facts.bottom, facts.right = max(facts.bottom, row), max(facts.right, column)
            if cell[0].tag == f"{{{MAIN}}}f":
                marks.formulas.add(row)
    return row + 1, count


def _fact(name: str, node: etree._Element, facts: SheetFacts) -> None:
    if name == "col":
        _columns(node, facts)
    elif name == "sheetProtection":
        facts.protected = node.get("sheet", "0") in ("1", "true")
    elif name == "protectedRange":
        # One without a password is a range that everybody may edit.
        if not any(key in node.attrib for key in ("password", "hashValue")):
            facts.open_ranges += blocks_of(node.get("sqref", ""))
    elif name == "mergeCell":
        facts.merged += blocks_of(node.get("ref", ""))
    elif name == "autoFilter":
        facts.filter = next(iter(blocks_of(node.get("ref", ""))), None)
    elif name == "dataValidation":
        facts.rules.append(_rule(node))
    elif name == "conditionalFormatting":
        facts.colors += _colors(node)


def _columns(node: etree._Element, facts: SheetFacts) -> None:
    first, last = whole(node.get("min")) - 1, whole(node.get("max")) - 1
    width = node.get("width", "")
    chars = float(width) if DECIMAL.fullmatch(width) else None
    for column in range(max(first, 0), min(last, MOST_COLUMNS - 1) + 1):
        facts.columns[column] = (chars, node.get("hidden") in ("1", "true"), whole(node.get("style")))


def _rule(node: etree._Element) -> ValidationRule:
    extended = etree.QName(node).namespace == X14
    where = node.findtext(f"{{{XM}}}sqref", "") if extended else node.get("sqref", "")
    path = f"{{{X14}}}formula%d/{{{XM}}}f" if extended else f"{{{MAIN}}}formula%d"
    first, second = (node.findtext(path % number, "")[:LONGEST_FORMULA].strip() for number in (1, 2))
    stops = node.get("showErrorMessage") in ("1", "true") and node.get("errorStyle", "stop") == "stop"
    words = (node.get("promptTitle", ""), node.get("prompt", ""))
    prompt = " ".join(" ".join(UNWRITABLE.sub("", word).split()) for word in words if word)[:LONGEST_PROMPT]
    return ValidationRule(
        tuple(blocks_of(where)),
        node.get("type", "none"),
        node.get("operator", "between"),
        first,
        second,
        stops,
        prompt,
    )


def _colors(node: etree._Element) -> Iterator[ColorRule]:
    blocks = tuple(blocks_of(node.get("sqref", "")))
    for rule in node.iterfind(f"{{{MAIN}}}cfRule"):
        if rule.get("dxfId") is not None:
            formula = rule.findtext(f"{{{MAIN}}}formula", "")[:LONGEST_FORMULA].strip()
            kind, operator = rule.get("type", ""), rule.get("operator", "")
            fill = whole(rule.get("dxfId"))
            yield ColorRule(blocks, kind, operator, formula, rule.get("text", ""), fill)


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a list of ranges: `B2:B9 D4`, whole columns and rows too."""
    for word in text.split()[:10_000]:
        first, _, last = word.partition(":")
        start, end = CELL.fullmatch(first), CELL.fullmatch(last or first)
        if start and end:
            rows = sorted((int(start[2]) - 1, int(end[2]) - 1))
            columns = sorted((column_number(start[1]), column_number(end[1])))
            yield rows[0], columns[0], rows[1], columns[1]
        elif (left := WHOLE_COLUMN.fullmatch(first)) and (right := WHOLE_COLUMN.fullmatch(last or first)):
            columns = sorted((column_number(left[1]), column_number(right[1])))
            yield 0, columns[0], MOST_ROWS - 1, columns[1]


def column_number(letters: str) -> int:
    """`A` is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def whole(text: str | None) -> int:
    """A whole number as an attribute holds it; 0 for none, and for what no file needs."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else 0
