"""A number, whole or not, within bounds where the desk gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
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

__all__ = ["KIND", "NumberType", "parse_number"]

GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")


def parse_number(text: str) -> float | None:
    """The number a person wrote: `1,234.5`, `75%`, `１２` folded before. None when it is none."""
    scale = 1
    if text.endswith("%"):
        text, scale = text[:-1].rstrip(), 100
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return float(text) / scale if PLAIN.fullmatch(text) else None


class NumberType:
    """Numbers as float64, missing as NaN."""

    cell_kind = CellKind.NUMBER
    dtype = "float64"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """Numbers, also typed as text. Out of bounds or not a number: a Problem."""
        values = np.full(len(cells), np.nan)
        problems = []
        for row, cell in enumerate(cells):
            if blank(cell):
                continue
            # A whole number too long for a float is read as text is: infinite, so it does not fit.
            is_number = isinstance(cell, float) or (type(cell) is int and abs(cell) < 2**1000)
            number = float(cell) if is_number else parse_number(plain(cell))  # type: ignore[arg-type]
            if number is None or not self._fits(number, column):
                problems.append(
                    Problem("unreadable", column.key, plain(cell), _expected(column, setting), row=row)
                )
            else:
                values[row] = number
        return Reading(pd.Series(values), problems)

    def _fits(self, number: float, column: Column) -> bool:
        if not np.isfinite(number) or (column.decimals == 0 and not number.is_integer()):
            return False
        low = column.minimum is None or number >= column.minimum
        return low and (column.maximum is None or number <= column.maximum)

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        return [None if value != value else value for value in values.tolist()]

    def check(self, column: Column) -> CellCheck | None:
        kind = "whole" if column.decimals == 0 else "number"
        return CellCheck(kind, minimum=column.minimum, maximum=column.maximum)  # type: ignore[arg-type]


def _expected(column: Column, setting: Setting) -> str:
    kind = "whole" if column.decimals == 0 else "number"
    bounds = {(False, False): "", (True, False): "_from", (False, True): "_to", (True, True): "_between"}
    ending = bounds[column.minimum is not None, column.maximum is not None]
    low = "" if column.minimum is None else f"{column.minimum:g}"
    high = "" if column.maximum is None else f"{column.maximum:g}"
    return setting.locale.text(f"expected.{kind}{ending}", low=low, high=high)


KIND = NumberType()
