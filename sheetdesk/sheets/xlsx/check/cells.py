"""Whether the cells of a worksheet are sound: order, references, styles, types, values."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from sheetdesk.sheets.xlsx.check.book import (
    MAX_COLUMN,
    MAX_ROW,
    Block,
    Finding,
    OpenBook,
    Sheet,
    column_number,
)
from sheetdesk.sheets.xlsx.check.rows import Cell, rows_of
from sheetdesk.sheets.xlsx.check.styles import Strings, Styles
from sheetdesk.sheets.xlsx.check.text import MAX_TEXT, decoded, text_length
from sheetdesk.sheets.xlsx.package import parse

__all__ = ["Cells", "read_cells"]

MAX_FORMULA = 8192
TYPES = frozenset({b"", b"b", b"d", b"e", b"inlineStr", b"n", b"s", b"str"})
ERRORS = frozenset(
    b"#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #CONNECT! #BLOCKED! "
    b"#UNKNOWN! #FIELD! #BUSY! #PYTHON! #EXTERNAL!".split()
)
NUMBER_BYTES = b"0123456789.eE+-"
ENTITY = re.compile(rb"&[^;]+;")


@dataclass(frozen=True)
class Cells:
    """What the scan of one sheet's rows gave: `texts` and `kinds` of the rows asked for, by place."""

    findings: tuple[Finding, ...]
    texts: dict[tuple[int, int], str]
    kinds: dict[tuple[int, int], str]
    extent: Block | None


@dataclass(frozen=True)
class Plan:
    """How to look at a row whose cells have these types: which values are indexes, which numbers."""

    shared: tuple[int, ...]
    numbers: tuple[int, ...]
    others: tuple[int, ...]
    unknown: tuple[bytes, ...]


def read_cells(
    book: OpenBook, sheet: Sheet, styles: Styles, strings: Strings, wanted: frozenset[int]
) -> Cells:
    """Every finding about the sheet's rows, and the texts of the rows in `wanted`."""
    return _Scan(sheet.part, styles, len(strings.starts), strings, wanted).run(book.package.bytes(sheet.part))


class _Scan:
    """One walk through a sheet; keeps what neighbouring rows are compared with."""

    def __init__(
        self, part: str, styles: Styles, string_count: int, strings: Strings, wanted: frozenset[int]
    ) -> None:
        self.part = part
        self.styles = styles
        self.string_count = string_count
        self.strings = strings
        self.wanted = wanted
        self.findings: list[Finding] = []
        self.texts: dict[tuple[int, int], str] = {}
        self.kinds: dict[tuple[int, int], str] = {}
        self.last_row = 0
        self.edges = [MAX_ROW + 1, MAX_COLUMN + 1, 0, 0]
        self.orders: dict[tuple[bytes, ...], tuple[int, int] | None] = {}
        self.plans: dict[tuple[bytes, ...], Plan] = {}
        self.seen_styles: set[bytes] = set()

    def run(self, xml: bytes) -> Cells:
        for number, attributes, found in rows_of(xml):
            row = self.last_row + 1 if number is None else number
            if not 1 <= row <= MAX_ROW:
                self.find("row-order", f"row {row} is not on the sheet")
            if row <= self.last_row:
                self.find("row-order", f"row {row} follows row {self.last_row}")
            self.last_row = row
            if b' s="' in attributes and (style := re.search(rb'\ss="(\d+)"', attributes)):
                self.check_styles(row, (style[1],))
            if found:
                self.check_row(row, found)
        top, left, bottom, right = self.edges
        extent = Block(top, left, bottom, right) if bottom else None
        return Cells(tuple(self.findings), self.texts, self.kinds, extent)

    def find(self, rule: str, text: str) -> None:
        self.findings.append(Finding(self.part, rule, text))

    def check_row(self, row: int, found: list[Cell]) -> None:
        letters, digits, styles, kinds, formulas, values, inlines = zip(*found, strict=True)
        # Empty where neither the row nor the cell says its number.
        for other in set(digits) - {b"%d" % row, b""}:
            self.find("cell-ref", f"row {row} holds a cell that says it is in {other.decode()!r}")
        if letters not in self.orders:
            self.orders[letters] = _ends(letters)
        ends = self.orders[letters]
        if ends is None:
            self.find("cell-order", f"the cells of row {row} are not in order, or one is there twice")
        else:
            edges = self.edges
            edges[0], edges[2] = min(edges[0], row), row
            edges[1], edges[3] = min(edges[1], ends[0]), max(edges[3], ends[1])
        self.check_styles(row, styles)
        plan = self.plans.get(kinds)
        if plan is None:
            plan = self.plans[kinds] = _plan(kinds)
        for kind in plan.unknown:
            self.find("cell-type", f"row {row} has a cell of type {kind.decode()!r}")
        self.check_values(row, plan, values)
        for kind, index in ((kinds[index], index) for index in plan.others):
            self.check_other(letters[index].decode() + str(row), kind, values[index])
        self.check_lengths(row, letters, formulas, values, inlines)
        if row in self.wanted:
            self.keep(row, found)

    def check_styles(self, row: int, styles: tuple[bytes, ...]) -> None:
        new = set(styles) - self.seen_styles
        self.seen_styles |= new
        for style in new:
            if style and not (style.isdigit() and int(style) < self.styles.formats):
                text = f"row {row} uses style {style.decode()} of {self.styles.formats}"
                self.find("cell-style", text)

    def check_values(self, row: int, plan: Plan, values: tuple[bytes, ...]) -> None:
        try:
            indexes = [int(values[place]) for place in plan.shared if values[place]]
        except ValueError:
            self.find("shared-string", f"row {row} has a shared string that is no number")
        else:
            if indexes and (max(indexes) >= self.string_count or min(indexes) < 0):
                text = f"row {row} uses string {max(indexes)} of {self.string_count}"
                self.find("shared-string", text)
        numbers = [values[place] for place in plan.numbers if values[place]]
        if not _are_numbers(numbers):
            wrong = next(value for value in numbers if not _are_numbers([value]))
            text = f"row {row} holds the number {wrong[:40].decode(errors='replace')!r}"
            self.find("cell-value", text)

    def check_other(self, ref: str, kind: bytes, value: bytes) -> None:
        if kind == b"b" and value not in {b"", b"0", b"1"}:
            self.find("cell-value", f"{ref} holds the boolean {value.decode()!r}")
        elif kind == b"e" and value and value not in ERRORS:
            self.find("cell-value", f"{ref} holds the error {value.decode()!r}")
        elif kind == b"d" and not re.match(rb"\d{4}-\d\d-\d\d|\d\d:\d\d|T\d\d", value):
            self.find("cell-value", f"{ref} holds the date {value.decode()!r}")

    def check_lengths(
        self,
        row: int,
        letters: tuple[bytes, ...],
        formulas: tuple[bytes, ...],
        values: tuple[bytes, ...],
        inlines: tuple[bytes, ...],
    ) -> None:
        for texts, limit, what in (
            (formulas, MAX_FORMULA, "formula"),
            (values, MAX_TEXT, "value"),
            (inlines, MAX_TEXT, "text"),
        ):
            # Bytes are at least as many as characters, so this rules nearly every row out at once.
            if max(map(len, texts)) <= limit:
                continue
            for letter, text in zip(letters, texts, strict=True):
                length = text_length(decoded(ENTITY.sub(b"&", text).decode(errors="replace")))
                if length > limit:
                    ref = f"{letter.decode()}{row}"
                    self.find("text-length", f"{ref} has a {what} of {length} characters, over {limit}")

    def keep(self, row: int, found: list[Cell]) -> None:
        for letters, _, _, kind, _, value, inline in found:
            text = inline if kind == b"inlineStr" else value
            place = (row, column_number(letters.decode()))
            if kind == b"s":
                index = int(value) if value.isdigit() else -1
                shown = self.strings.text(index) if 0 <= index < self.string_count else ""
            else:
                wrapped = b"<t>" + text + b"</t>"
                shown = decoded(parse(wrapped).text or "")
            if shown:
                self.texts[place] = shown
                self.kinds[place] = kind.decode()


def _ends(letters: tuple[bytes, ...]) -> tuple[int, int] | None:
    """The first and last column of a row's cells, or None where they do not rise."""
    columns = [column_number(word.decode()) for word in letters]
    rises = all(left < right for left, right in pairwise(columns))
    return (columns[0], columns[-1]) if rises and columns[-1] <= MAX_COLUMN else None


def _plan(kinds: tuple[bytes, ...]) -> Plan:
    places = list(enumerate(kinds))
    return Plan(
        tuple(place for place, kind in places if kind == b"s"),
        tuple(place for place, kind in places if kind in {b"", b"n"}),
        tuple(place for place, kind in places if kind in {b"b", b"e", b"d"}),
        tuple(kind for kind in kinds if kind not in TYPES),
    )


def _are_numbers(values: list[bytes]) -> bool:
    # float takes more than XML does: blanks, underscores, words.
    if b"".join(values).translate(None, NUMBER_BYTES):
        return False
    try:
        floats = list(map(float, values))
    except ValueError:
        return False
    return math.inf not in floats and -math.inf not in floats
