"""Formulas that name tabs, when the tabs are called otherwise where the formula goes.

Source: ECMA-376 part 1, 18.17 (formulas): a text in double quotes, a column in brackets where an
apostrophe escapes, a tab before `!` in apostrophes or, where its name is plain, without.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from sheetdesk.table.grid import quoted_tab

__all__ = ["in_elements", "with_titles"]

# Texts and bracketed columns come first, so that nothing inside them is taken for a tab.
PIECE = re.compile(
    r"\"(?:[^\"]|\"\")*\"|\[(?:'.|[^\[\]'])*\]"
    r"|'(?P<quoted>(?:[^']|'')+)'!"
    r"|(?<![\w.'\]#!])(?P<bare>[^\W\d][\w.]*|\d[\w.]*[^\W\d][\w.]*)!"
)


def with_titles(formula: str, title: Callable[[str], str]) -> str:
    """The formula with each tab's name replaced by `title` of it; tabs of other books stay."""

    def swap(found: re.Match[str]) -> str:
        name = found["bare"] or (found["quoted"] or "").replace("''", "'")
        if not name or "[" in name:
            return found[0]
        new = title(name)
        return found[0] if new == name else f"{quoted_tab(new)}!"

    return PIECE.sub(swap, formula)


def in_elements(xml: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The part with `change` of the text of each element of this name, whatever its prefix."""
    element = re.compile(rb"(<(?:\w+:)?%b(?: [^<>]*)?>)([^<]+)(?=</)" % name.encode())

    def swap(found: re.Match[bytes]) -> bytes:
        text = unescape(found[2].decode())
        new = change(text)
        if new == text:
            return found[0]
        return found[1] + new.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()

    return element.sub(swap, xml)
