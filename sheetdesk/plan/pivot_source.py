"""The columns of one table as its pivots see them: categories to group by and figures to add up.

Spreadsheet programs hold a pivot's categories to be equal when they differ in case only, and refuse
a file in which they do not; so they are folded here, once, before anyone counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial

__all__ = ["Figures", "PivotAxis", "PivotSource", "is_blank"]


@dataclass(frozen=True)
class PivotAxis:
    """One column as categories. `items` in display order, None (blank cells) last and only if any.

    `positions` has one index into `items` a row. `used` is False for items of the display order that
    no row has today: they keep their place for the day one does.
    """

    items: tuple[Cell, ...]
    positions: NDArray[np.int64]
    used: tuple[bool, ...]


@dataclass(frozen=True)
class Figures:
    """One column as figures: `numbers` (NaN where a cell is no number), and which cells hold one
    (`known`) or anything at all (`present`)."""

    numbers: NDArray[np.float64]
    known: NDArray[np.bool_]
    present: NDArray[np.bool_]


class PivotSource:
    """A table's columns by key, all of one length, with their titles and display orders.

    Each column is read on first use and kept, so that all pivots over the table share the work.
    """

    def __init__(
        self,
        columns: Mapping[str, Sequence[Cell]],
        titles: Mapping[str, str],
        orders: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.columns = columns
        self.titles = titles
        self.orders = orders or {}
        self.rows = len(next(iter(columns.values()), ()))
        self._axes: dict[str, PivotAxis] = {}
        self._figures: dict[str, Figures] = {}

    def axis(self, key: str) -> PivotAxis:
        """The column as categories. Raises KeyError."""
        if key not in self._axes:
            self._axes[key] = _axis(self.columns[key], self.orders.get(key, ()))
        return self._axes[key]

    def figures(self, key: str) -> Figures:
        """The column as figures; a time is the days since the end of 1899. Raises KeyError."""
        if key not in self._figures:
            self._figures[key] = _figures(self.columns[key])
        return self._figures[key]


def is_blank(cell: Any) -> bool:
    """Whether a pivot counts the cell as empty: nothing, an empty text, NaN or NaT."""
    return cell is None or cell == "" or bool(pd.isna(cell))


def _axis(cells: Sequence[Cell], order: Sequence[str]) -> PivotAxis:
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    codes, uniques = pd.factorize(values)
    spellings: dict[str, Cell] = {}
    folds = []
    for cell in uniques.tolist():
        fold = "" if is_blank(cell) else _fold(cell)
        folds.append(fold)
        if fold:
            spellings.setdefault(fold, cell)
    listed = dict.fromkeys(_fold(text) for text in order if text)
    unlisted = sorted(spellings.keys() - listed.keys(), key=lambda fold: _rank(spellings[fold]))
    shown = {_fold(text): text for text in reversed(order) if text} | spellings
    keys = [*listed, *unlisted]
    places = {key: place for place, key in enumerate(keys)}
    has_blank = "" in folds or bool((codes < 0).any())
    # The last entry is for the code -1, a missing cell.
    lookup = np.array([places.get(fold, len(keys)) for fold in [*folds, ""]], dtype=np.int64)
    items = [shown[key] for key in keys]
    used = [key in spellings for key in keys]
    if has_blank:
        items.append(None)
        used.append(True)
    return PivotAxis(tuple(items), lookup[codes], tuple(used))


def _fold(cell: Cell) -> str:
    """The same text for cells that a pivot shows alike, 1 and "1" among them."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return f"{cell}".casefold()


def _rank(cell: Cell) -> tuple[int, float, str, str]:
    """Spreadsheets sort numbers and times before texts, texts without case, truth values last."""
    if isinstance(cell, bool):
        return (2, float(cell), "", "")
    if isinstance(cell, int | float):
        return (0, float(cell), "", "")
    if isinstance(cell, datetime):
        return (0, serial(cell), "", "")
    return (1, 0.0, f"{cell}".casefold(), f"{cell}")


def _figures(cells: Sequence[Cell]) -> Figures:
    types = set(map(type, cells))
    if types <= {int, float, type(None)}:
        numbers = np.array(cells, dtype=np.float64)
        known = ~np.isnan(numbers)
        return Figures(numbers, known, known)
    if types <= {str, type(None)}:
        present = np.fromiter(map(bool, cells), dtype=np.bool_, count=len(cells))
        return Figures(np.full(len(cells), np.nan), np.zeros(len(cells), np.bool_), present)
    numbers = np.array([_number(cell) for cell in cells], dtype=np.float64)
    present = np.array([not is_blank(cell) for cell in cells], dtype=np.bool_)
    return Figures(numbers, ~np.isnan(numbers), present)


def _number(cell: Any) -> float:
    if isinstance(cell, bool | str) or is_blank(cell):
        return np.nan
    return serial(cell) if isinstance(cell, datetime) else float(cell)
