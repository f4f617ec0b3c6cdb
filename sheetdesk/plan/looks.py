"""Colours and text sizes of everything sheetdesk draws, in one place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from sheetdesk.plan.plan import Style

__all__ = [
    "ALERT", "BODY", "BORDER", "CALM", "CARD_LABEL", "CARD_VALUE", "CELL", "FIGURE", "GREY", "HEADER",
    "HEADER_MACHINE", "HEADER_REQUIRED", "HEADING", "INK", "LABEL", "NOTE", "PALETTE", "TITLE",
    "contrast", "width_chars",
]  # fmt: skip

INK = "1F2937"
GREY = "6B7280"
BORDER = "D1D5DB"
ALERT = "C0392B"
CALM = "1F6FB2"
PALETTE = ("1F6FB2", "E08E0B", "2E8B57", "8E5EA2", "C0392B", "7F8C8D", "17A2B8", "B8860B")

TITLE = Style(bold=True, size=20, color=INK, middle=True)
NOTE = Style(color=GREY, wrap=True, middle=True)
HEADING = Style(bold=True, size=13, color=INK, border_bottom=BORDER)
LABEL = Style(color=INK, border_bottom="E5E7EB")
BODY = Style(wrap=True, border_bottom="E5E7EB")
FIGURE = Style(color=INK, align="right", border_bottom="E5E7EB", number_format="0")
CARD_LABEL = Style(color=GREY, fill="F3F4F6", align="center", middle=True, wrap=True)
CARD_VALUE = Style(bold=True, size=22, color=INK, fill="F3F4F6", align="center", middle=True)
HEADER = Style(
    bold=True, color="FFFFFF", fill="2F5D8A", wrap=True, middle=True, align="left", border="FFFFFF"
)
HEADER_REQUIRED = Style(
    bold=True, color="FFFFFF", fill="1B3A5C", wrap=True, middle=True, align="left", border="FFFFFF"
)
HEADER_MACHINE = Style(
    bold=True, color="FFFFFF", fill="7B8794", wrap=True, middle=True, align="left", border="FFFFFF"
)
CELL = Style(middle=True)


def width_chars(text: str) -> int:
    """How many characters of the body font a text is wide; East Asian ones count two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def widest(texts: Iterable[str]) -> int:
    """The width of the widest text, 0 for none."""
    return max((width_chars(text) for text in texts), default=0)


def contrast(fill: str) -> str:
    """Black or white, whichever reads better on `fill` (RRGGBB)."""
    red, green, blue = (int(fill[place : place + 2], 16) for place in (0, 2, 4))
    return INK if red * 0.299 + green * 0.587 + blue * 0.114 > 140 else "FFFFFF"
