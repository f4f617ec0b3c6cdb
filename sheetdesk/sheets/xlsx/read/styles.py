"""Which cell formats show a date or a time of day.

A spreadsheet keeps dates as numbers; only the number format of a cell tells them apart.
Source: ECMA-376 part 1, 18.8.30 (built-in formats, those of East Asian versions too), 18.8.31 (codes).
"""

from __future__ import annotations

import re

from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.causes import misread
from sheetdesk.sheets.xlsx.package import parse

__all__ = ["is_date_code", "read_date_formats"]

# 46 is [h]:mm:ss, a length of time.
BUILT_IN = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59), *range(71, 82)]) - {46}
# What a code shows to the letter, or pads with: quoted, escaped, a blank as wide as a letter, a filler.
LITERAL = re.compile(r'"[^"]*"?|[\\_*].?', re.DOTALL)
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
CONDITION = re.compile(r"\[[<>=]")
BRACKET = re.compile(r"\[[^\]]*\]?")
NUMERIC = re.compile(r"general|e[+-]", re.IGNORECASE)
# Years (of an era, of Buddha), months, days (weekdays), hours, seconds.
PART = re.compile(r"[ymdhsegb]|a{3}", re.IGNORECASE)


def read_date_formats(styles: bytes) -> list[bool]:
    """For each cell format (`cellXfs`), in order: does it show a date or time. Raises PackageBroken.

    Lengths of time ([h]:mm) are numbers of days, not dates.
    """
    try:
        root = parse(styles)
    except etree.XMLSyntaxError as error:
        raise PackageBroken(path="styles", reason=misread(error)) from error
    codes = {
        node.get("numFmtId", ""): node.get("formatCode", "") for node in root.iterfind("{*}numFmts/{*}numFmt")
    }
    shows = {key: is_date_code(code) for key, code in codes.items()}
    keys = [node.get("numFmtId", "0") for node in root.iterfind("{*}cellXfs/{*}xf")]
    return [shows.get(key, key.isdecimal() and int(key) in BUILT_IN) for key in keys]


def is_date_code(code: str) -> bool:
    """Whether a number format's code shows a positive number as a date or time of day."""
    sections = LITERAL.sub("", code).split(";")
    # Without a condition the first section is the one for positive numbers.
    shown = sections[:3] if CONDITION.search(sections[0]) else sections[:1]
    return any(_shows_date(section) for section in shown)


def _shows_date(section: str) -> bool:
    if ELAPSED.search(section):
        return False
    return PART.search(NUMERIC.sub("", BRACKET.sub("", section))) is not None
