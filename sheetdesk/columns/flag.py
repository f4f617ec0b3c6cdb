"""Yes or no, in the desk's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sheetdesk.columns.base import (
    Cell,
    CellCheck,
    CellKind,
    Column,
    Problem,
    Reading,
    Setting,
    Values,
    blank,
    plain,
)  # fmt: skip

__all__ = ["KIND", "FlagType"]

YES = frozenset(["yes", "y", "true", "1", "on", "x", "√", "✓", "是", "有", "真", "对"])
NO = frozenset(["no", "n", "false", "0", "off", "×", "否", "无", "没有", "假", "不"])


class FlagType:
    """True, False or missing, as pandas' nullable booleans; shown as words people can pick."""

    cell_kind = CellKind.TEXT
    dtype = "boolean"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """The words of both languages, and 1/0. Anything else is a Problem."""
        values: list[bool | None] = []
        problems = []
        for row, cell in enumerate(cells):
            word = "" if blank(cell) else plain(cell).casefold()
            values.append(True if word in YES else False if word in NO else None)
            if word and values[-1] is None:
                expected = setting.locale.text("expected.flag")
                problems.append(Problem("unreadable", column.key, plain(cell), expected, row=row))
        return Reading(pd.Series(values, dtype="boolean"), problems)

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        words: dict[Any, Cell] = {
            True: setting.locale.text("words.yes"),
            False: setting.locale.text("words.no"),
        }
        return [None if value is pd.NA else words[value] for value in values.tolist()]

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("list", source="yes_no")


KIND = FlagType()
