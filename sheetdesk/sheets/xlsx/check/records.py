"""Whether a pivot cache's values agree with its flags, its shared values and its records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Finding, is_true, name_of
from sheetdesk.sheets.xlsx.check.text import decoded, text_length

__all__ = ["Records", "Values", "check_flags", "item_values", "read_records"]

LONG_TEXT = 255
ROWS_AT_ONCE = 5000
ROOT = re.compile(rb"<(?:\w+:)?pivotCacheRecords(?=[\s/>])([^>]*)>")
RECORD = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?r>)", re.DOTALL)
VALUE = re.compile(rb'<(?:\w+:)?([bdemnsx])(?=[\s/>])(?:[^>]*?\sv="([^"]*)")?[^>]*>')

# The tag of a value (b, d, e, m, n, s, or x for an index) and its text, as written.
Value = tuple[bytes, bytes]


@dataclass
class Values:
    """What stands in one field: which kinds of value, between which bounds."""

    tags: set[bytes] = field(default_factory=set)
    low: float | None = None
    high: float | None = None
    is_whole: bool = True
    first_date: str = ""
    last_date: str = ""
    longest: int = 0
    largest_index: int = -1
    wrong: list[str] = field(default_factory=list)

    def add(self, distinct: Iterable[Value]) -> None:
        """Widen the bounds by these values."""
        for tag, value in distinct:
            self.tags.add(tag)
            text = value.decode(errors="replace")
            if tag == b"s":
                # Entities only lengthen a text, so most are measured without undoing them.
                if len(value) > LONG_TEXT:
                    shown = decoded(re.sub("&[^;]+;", "&", text))
                    self.longest = max(self.longest, text_length(shown))
            elif tag == b"x":
                index = int(text) if text.isdecimal() else 1 << 60
                self.largest_index = max(self.largest_index, index)
            elif tag == b"n":
                self.add_number(text)
            elif tag == b"d":
                if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", text):
                    self.wrong.append(f"the date {text!r}")
                    continue
                self.first_date = min(self.first_date or text, text)
                self.last_date = max(self.last_date, text)

    def add_number(self, text: str) -> None:
        try:
            value = float(text)
        except ValueError:
            self.wrong.append(f"the number {text!r}")
            return
        self.low = value if self.low is None else min(self.low, value)
        self.high = value if self.high is None else max(self.high, value)
        self.is_whole = self.is_whole and value.is_integer()


@dataclass(frozen=True)
class Records:
    """The records part: what it says it holds, how many there are, and what each field holds.

    `widths` maps each number of values that some record has to how many records have it.
    """

    declared: int | None
    total: int
    widths: dict[int, int]
    fields: tuple[Values, ...]


def item_values(items: Iterable[etree._Element]) -> Values:
    """The summary of a field's shared values, those that no record uses any more left out."""
    values = Values()
    values.add(
        (name_of(item).encode(), item.get("v", "").encode()) for item in items if not is_true(item, "u")
    )
    return values


def read_records(xml: bytes, width: int) -> Records:
    """The summary of a records part of `width` fields; records of another width are only counted."""
    root = ROOT.search(xml)
    said = re.search(rb'\scount="(\d+)"', root[1]) if root else None
    fields = tuple(Values() for _ in range(width))
    widths: dict[int, int] = {}
    found = RECORD.finditer(xml, root.end() if root else 0)
    while batch := [VALUE.findall(record[1] or b"") for record in islice(found, ROWS_AT_ONCE)]:
        for record in batch:
            widths[len(record)] = widths.get(len(record), 0) + 1
        for values, column in zip(
            fields, zip(*(record for record in batch if len(record) == width), strict=True), strict=False
        ):
            values.add(set(column))
    return Records(int(said[1]) if said else None, sum(widths.values()), widths, fields)


def check_flags(part: str, name: str, shared: etree._Element, values: Values) -> Iterator[Finding]:
    """Findings where the flags of a field's <sharedItems> deny a value that is there.

    Source: the defaults of CT_SharedItems (ECMA-376 part 1, 18.10.1.90) and what Excel writes.
    """
    tags = values.tags - {b"x"}
    has_text = bool(tags & {b"s", b"b", b"e"})
    has_number, has_date, has_blank = b"n" in tags, b"d" in tags, b"m" in tags
    says = {
        "containsBlank": (is_true(shared, "containsBlank"), has_blank),
        # Excel leaves the numbers in a field of dates unsaid, and out of its bounds.
        "containsNumber": (is_true(shared, "containsNumber"), has_number and not has_date),
        "containsDate": (is_true(shared, "containsDate"), has_date),
        "containsString": (is_true(shared, "containsString", default=True), has_text),
        "containsSemiMixedTypes": (
            is_true(shared, "containsSemiMixedTypes", default=True),
            has_text or has_blank,
        ),
        "containsNonDate": (is_true(shared, "containsNonDate", default=True), has_text or has_number),
        "containsMixedTypes": (
            is_true(shared, "containsMixedTypes"),
            has_text + has_number + has_date > 1,
        ),
        "longText": (is_true(shared, "longText"), values.longest > LONG_TEXT),
    }
    for flag, (is_said, is_so) in says.items():
        if is_so and not is_said:
            yield Finding(part, "cache-flags", f"field {name!r} has values that its {flag} denies")
    if is_true(shared, "containsNumber") and is_true(shared, "containsDate"):
        yield Finding(part, "cache-flags", f"field {name!r} claims numbers and dates together")
    if has_number and is_true(shared, "containsInteger") != values.is_whole and not has_date:
        yield Finding(part, "cache-flags", f"field {name!r} has containsInteger wrong")
    if (
        tags
        and not has_text
        and not has_blank
        and is_true(shared, "containsString", default=True)
        and is_true(shared, "containsSemiMixedTypes", default=True)
    ):
        yield Finding(part, "cache-flags", f"field {name!r} claims text and has none")
    for text in values.wrong[:3]:
        yield Finding(part, "cache-flags", f"field {name!r} holds {text}")
    yield from _bounds(part, name, shared, values)


def _bounds(part: str, name: str, shared: etree._Element, values: Values) -> Iterator[Finding]:
    if values.low is not None and values.high is not None and not values.first_date:
        try:
            low, high = float(shared.get("minValue", "nan")), float(shared.get("maxValue", "nan"))
        except ValueError:
            low = high = float("nan")
        # Bounds that are missing are not a number, and no comparison with those holds.
        if not (low <= values.low and values.high <= high):
            yield Finding(part, "cache-flags", f"field {name!r} has numbers outside minValue and maxValue")
    if values.first_date and values.low is None:
        low_date, high_date = shared.get("minDate", "9"), shared.get("maxDate", "")
        if not (low_date <= values.first_date and values.last_date <= high_date):
            yield Finding(part, "cache-flags", f"field {name!r} has dates outside minDate and maxDate")
