"""Values that carry a tag until it is certain that they stand where they were meant to.

`="Ann"&T(N("sd:12_ab.3"))` shows Ann; the tag travels with the cell wherever people sort, move or copy
it. The next write replaces each tagged text by content, not by place: by the value, or, where the write
had hit a cell that was not its own, by what had stood there. Nothing of what a cell holds becomes a
formula: a text stands in it as a literal.
"""

from __future__ import annotations

import re
from datetime import datetime

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial

__all__ = ["settled", "tag_in", "tagged"]

TAGGED = re.compile(
    r'(?:"(?:[^"]|"")*"&T\(N\("sd:([\w.]+)"\)\)|-?[\d.]+(?:e[+-]?\d+)?\+N\("sd:([\w.]+)"\)'
    r'|IF\(N\("sd:([\w.]+)"\)=0,(?:TRUE|FALSE)\))',
    re.IGNORECASE,
)
PLAIN = re.compile(r"[^\W\d_][^\d]*", re.DOTALL)


def tagged(value: Cell, tag: str) -> str:
    """The formula that shows a value and carries a tag; "" for nothing, which can carry none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'=IF(N("sd:{tag}")=0,{"TRUE" if value else "FALSE"})'
    if isinstance(value, datetime):
        return f'={serial(value)!r}+N("sd:{tag}")'
    if isinstance(value, int | float):
        return f'={float(value)!r}+N("sd:{tag}")'
    return '="' + value.replace('"', '""') + f'"&T(N("sd:{tag}"))'


def tag_in(formula: str) -> str:
    """The tag that a formula, without its `=`, carries; "" where it is somebody else's."""
    found = TAGGED.fullmatch(formula)
    return "" if found is None else next(filter(None, found.groups()))


def settled(value: Cell) -> str:
    """What is typed in a tagged formula's place so that the cell holds this value.

    A text that might be read as anything else begins with the apostrophe that says it is one.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return repr(serial(value))
    if isinstance(value, int | float):
        return repr(float(value))
    is_plain = PLAIN.fullmatch(value) and value.strip().casefold() not in ("true", "false")
    return value if is_plain else f"'{value}"
