"""Values that stand for no value: `?`, `N/A`, `无`, and the `选项1` that nobody renamed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheetdesk.columns.base import Cell, blank, plain

__all__ = ["ALWAYS_NULL", "OFTEN_NULL", "is_null", "leftovers"]

ALWAYS_NULL = frozenset(("?", "??", "n/a", "#n/a", "null", "nan", "#ref!", "#value!", "#name?", "#div/0!"))
"""In free text too these say nothing."""

OFTEN_NULL = ALWAYS_NULL | frozenset(
    (
        "-", "--", "---", "—", "——", "–", "/", "\\", ".", "[]", "{}", "()", "[ ]", "\\n", "na", "n.a.",
        "none", "nil", "(null)", "[null]", "<null>", "(blank)", "(none)", "(empty)",
        "unknown", "unspecified", "not specified", "not rated", "not set", "not applicable", "n/d", "blank",
        "not available", "undefined", "tbd", "tba", "empty", "无", "暂无", "空", "(空白)", "(空)", "未知",
        "不详", "未填", "未填写", "未指定", "未评价", "未评分", "没有", "待定", "不适用",
        "0000-00-00", "0000-00-00 00:00:00", "1900-01-00", "nat",
    )
)  # fmt: skip
"""In a column that is no free text these are no value, unless the desk has a choice of that name."""

LEFTOVER = re.compile(r"(选项|option|choice)\s*\d{1,2}", re.IGNORECASE)


def is_null(cell: Cell, nulls: frozenset[str]) -> bool:
    """The cell is empty or stands for no value. Numbers, times and truth values never do."""
    if isinstance(cell, str):
        return blank(cell) or (len(cell) <= 24 and plain(cell).casefold() in nulls)
    return blank(cell)


def leftovers(values: Sequence[Cell]) -> set[int]:
    """The positions of `选项1`-like values, where other values are real words."""
    found = {
        i for i, value in enumerate(values) if isinstance(value, str) and LEFTOVER.fullmatch(plain(value))
    }
    others = sum(not blank(value) for value in values) - len(found)
    return found if others else set()
