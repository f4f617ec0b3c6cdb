"""Texts in a workbook as people see them: unescaped, and measured the way Excel measures."""

from __future__ import annotations

import re

__all__ = ["MAX_TEXT", "decoded", "text_length"]

# Excel's limit for one cell, in UTF-16 code units.
MAX_TEXT = 32_767
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def decoded(text: str) -> str:
    """The text with its `_xHHHH_` escapes undone (ECMA-376 part 1, 22.9.2.19)."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def text_length(text: str) -> int:
    """How many characters Excel counts: UTF-16 code units."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")
