"""One worksheet's cells, column by column: values, formulas, errors, merged areas, hidden rows.

A sheet that is spelled as spreadsheet programs spell them is read by its bytes, many cells at a
time; a reader that meets anything else leaves the sheet to the one that uses lxml.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeVar

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.read.fast import find_plain
from sheetdesk.sheets.xlsx.read.found import Book, Found, Strip
from sheetdesk.sheets.xlsx.read.generic import find_all
from sheetdesk.sheets.xlsx.read.text import Unsure

__all__ = ["MOST_PLACES", "TabCells", "read_cells"]

MOST_PLACES = 1 << 25
"""Places that the columns of one tab may have: a million rows of 32 columns, 270 MB of pointers."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class TabCells:
    """One worksheet's cells. `columns[c][r]` counts from 0 at A1; every column has `rows` places.

    Rows and columns behind the last value or formula are left out; columns in which nothing stands
    share one list, so nobody changes a list in place. Numbers are floats throughout, whole ones too;
    an empty text is None. `formulas` has the columns with any formula: its text without `=`, "" for
    a member of a shared or array formula whose text stands elsewhere, None where there is none.
    `errors` are the (row, column) of values such as #N/A, which stand as text. `merged` are first
    row, first column, last row, last column. `hidden_rows` are hidden by a filter or by hand.
    """

    rows: int
    columns: list[list[Cell]]
    formulas: dict[int, list[str | None]]
    errors: frozenset[tuple[int, int]]
    merged: tuple[tuple[int, int, int, int], ...]
    hidden_rows: frozenset[int]


def read_cells(
    sheet: bytes, strings: Sequence[str], is_date: Sequence[bool], *, epoch_1904: bool = False
) -> TabCells:
    """The cells of a worksheet part, with the workbook's shared strings and date formats.

    Raises PackageBroken where it is no worksheet, or needs more than MOST_PLACES places.
    """
    book = Book([text or None for text in strings], is_date, epoch_1904)
    try:
        found = find_plain(sheet, book)
    except Unsure:
        found = find_all(sheet, book)
    return _laid_out(found)


def _laid_out(found: Found) -> TabCells:
    last_row, last_column = -1, -1
    strips: list[Strip[Any]] = [*found.values, *found.formulas]
    for strip in strips:
        place = next((n for n in reversed(range(len(strip.cells))) if strip.cells[n] is not None), None)
        if place is not None:
            last_row = max(last_row, strip.rows[place])
            last_column = max(last_column, strip.column)
    rows = last_row + 1
    values = [strip for strip in found.values if strip.column <= last_column]
    spreads = [
        (top, left, min(bottom, last_row), min(right, last_column))
        for top, left, bottom, right in found.spreads
        if top <= last_row and left <= last_column
    ]
    written = len({strip.column for strip in values}) + len({strip.column for strip in found.formulas})
    spread_places = sum(rows * (right - left + 1) for _, left, _, right in spreads)
    if written * rows + spread_places > MOST_PLACES:
        reason = Cause(
            f"{written} columns of {rows} rows are too much to read",
            f"{written} 列 × {rows} 行，多得无法读取",
        )
        raise PackageBroken(path="worksheet", reason=reason)
    nothing: list[Cell] = [None] * rows
    columns = [nothing] * (last_column + 1)
    for column, cells in _columns(values, rows).items():
        columns[column] = cells
    texts = _columns(found.formulas, rows)
    for top, left, bottom, right in spreads:
        for column in range(left, right + 1):
            column_texts = texts.setdefault(column, [None] * rows)
            column_texts[top : bottom + 1] = [text or "" for text in column_texts[top : bottom + 1]]
    return TabCells(
        rows,
        columns,
        {column: texts[column] for column in sorted(texts)},
        frozenset(found.errors),
        tuple(found.merged),
        frozenset(found.hidden_rows),
    )


def _columns(strips: Iterable[Strip[Value]], rows: int) -> dict[int, list[Value | None]]:
    """Whole columns out of their strips; a place nobody filled is None."""
    columns: defaultdict[int, list[Value | None]] = defaultdict(lambda: list(repeat(None, rows)))
    for strip in strips:
        cells, places = columns[strip.column], strip.rows
        first, last = places[0], places[-1]
        if last < rows and last - first == len(places) - 1:
            cells[first : last + 1] = strip.cells
            continue
        for row, cell in zip(places, strip.cells, strict=True):
            if cell is not None:
                cells[row] = cell
    return dict(columns)
