"""Works out pivots: the block of cells a refresh would leave, and the lines a native pivot lists.

Compact form: the row columns share one column of labels, subtotals stand beside the outer labels,
grand totals below and, with a column across, at the right. Every pivot over a table takes its
columns from one `PivotSource`, which reads each of them once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sheetdesk.columns.base import Cell
from sheetdesk.plan.pivot import (
    PivotCell,
    PivotLayout,
    PivotLine,
    PivotPlan,
    PivotRole,
    PivotValue,
    PivotWords,
)
from sheetdesk.plan.pivot_source import Figures, PivotAxis, PivotSource

__all__ = ["lay_out"]


def lay_out(plan: PivotPlan, source: PivotSource, words: PivotWords | None = None) -> PivotLayout:
    """The pivot as a refresh would leave it, page filters showing everything.

    A figure of nothing is an empty cell. Raises ValueError when the plan does not fit the form (one
    to three row columns, at most one across, one value or more, room for the filters above), and
    KeyError when it names a column that the source has not.
    """
    words = words or PivotWords()
    _check(plan)
    if not source.rows:
        return PivotLayout(plan, words, plan.row, plan.column)
    levels, columns = _levels(plan, source), _columns(plan, source)
    titles = _value_titles(plan, source)
    row_lines, places = _row_lines(levels)
    column_lines = _column_lines(columns, len(titles))
    blocks = _blocks(plan, source, levels, columns)
    draft = _Draft(plan, source, words, titles, column_lines)
    header = _header(draft)
    cells = [*_page_cells(draft)]
    for offset, texts in enumerate(header):
        for across, cell in enumerate(texts):
            cells.append(PivotCell(plan.row + offset, plan.column + across, cell, "header"))
    for line, (depth, group) in zip(row_lines, places, strict=True):
        row = cells[-1].row + 1
        cells += _line_cells(draft, row, line, blocks[depth][group])
    return PivotLayout(
        plan=plan,
        words=words,
        top=plan.row,
        left=plan.column,
        rows=len(header) + len(row_lines),
        columns=1 + len(column_lines),
        header_rows=len(header),
        cells=tuple(cells),
        row_lines=row_lines,
        column_lines=column_lines,
        value_titles=titles,
        row_caption=draft.row_caption,
        column_caption=source.titles[plan.columns[0]] if plan.columns else "",
    )


@dataclass(frozen=True)
class _Draft:
    """What every cell of one pivot is written from."""

    plan: PivotPlan
    source: PivotSource
    words: PivotWords
    titles: tuple[str, ...]
    lines: tuple[PivotLine, ...]

    @property
    def row_caption(self) -> str:
        return " / ".join(self.source.titles[key] for key in self.plan.rows)


def _check(plan: PivotPlan) -> None:
    if not 1 <= len(plan.rows) <= 3 or len(plan.columns) > 1 or not plan.values:
        raise ValueError(f"pivot {plan.name!r} needs 1-3 row columns, at most 1 across, and a value")
    placed = plan.rows + plan.columns + plan.pages
    if len(set(placed)) < len(placed):
        raise ValueError(f"pivot {plan.name!r} puts a column in two places")
    if plan.pages and plan.row < len(plan.pages) + 1:
        raise ValueError(f"pivot {plan.name!r} has no room above row {plan.row} for its filters")


def _value_titles(plan: PivotPlan, source: PivotSource) -> tuple[str, ...]:
    """The value titles, told apart from columns and each other: Excel refuses equal names."""
    taken = {title.casefold() for title in source.titles.values()}
    titles = []
    for value in plan.values:
        title = value.title
        while title.casefold() in taken:
            # What people do by hand in Excel: it looks the same and is another name.
            title += " "
        taken.add(title.casefold())
        titles.append(title)
    return tuple(titles)


@dataclass(frozen=True)
class _Level:
    """The groups by the first columns: `codes` one a ticket; by group, in order, the group around it
    and its item's position."""

    codes: NDArray[np.int64]
    parents: NDArray[np.int64]
    positions: NDArray[np.int64]


def _levels(plan: PivotPlan, source: PivotSource) -> list[_Level]:
    """From the grand total (one group) inwards; groups stand in display order."""
    zeros = np.zeros(source.rows, dtype=np.int64)
    levels = [_Level(zeros, np.zeros(1, np.int64), np.zeros(1, np.int64))]
    for key in plan.rows:
        axis = source.axis(key)
        both = levels[-1].codes * len(axis.items) + axis.positions
        codes, groups = pd.factorize(both, sort=True)
        levels.append(_Level(codes, groups // len(axis.items), groups % len(axis.items)))
    return levels


@dataclass(frozen=True)
class _Columns:
    """The items across that have tickets: `codes` one a ticket, `positions` one a column."""

    codes: NDArray[np.int64]
    positions: tuple[int, ...]


def _columns(plan: PivotPlan, source: PivotSource) -> _Columns | None:
    if not plan.columns:
        return None
    axis = source.axis(plan.columns[0])
    codes, positions = pd.factorize(axis.positions, sort=True)
    return _Columns(codes, tuple(positions.tolist()))


def _row_lines(levels: list[_Level]) -> tuple[tuple[PivotLine, ...], list[tuple[int, int]]]:
    """The lines from the top, and for each its (depth, group); depth 0 is the grand total."""
    bounds = [
        np.searchsorted(level.parents, np.arange(len(outer.parents) + 1)).tolist()
        for outer, level in pairwise(levels)
    ]
    positions = [level.positions.tolist() for level in levels]
    lines: list[PivotLine] = []
    places: list[tuple[int, int]] = []

    def walk(depth: int, group: int) -> None:
        for inner in range(bounds[depth][group], bounds[depth][group + 1]):
            lines.append(PivotLine((positions[depth + 1][inner],), repeated=depth))
            places.append((depth + 1, inner))
            if depth + 1 < len(bounds):
                walk(depth + 1, inner)

    walk(0, 0)
    return (*lines, PivotLine((0,), is_grand=True)), [*places, (0, 0)]


def _column_lines(columns: _Columns | None, values: int) -> tuple[PivotLine, ...]:
    if columns is None:
        if values == 1:
            return (PivotLine(),)
        return tuple(PivotLine((value,), value=value) for value in range(values))
    if values == 1:
        shown = [PivotLine((position,)) for position in columns.positions]
        return (*shown, PivotLine((0,), is_grand=True))
    lines = []
    for position in columns.positions:
        lines.append(PivotLine((position, 0)))
        lines += [PivotLine((value,), 1, value) for value in range(1, values)]
    grand = [PivotLine((0,), value=value, is_grand=True) for value in range(values)]
    return (*lines, *grand)


def _blocks(
    plan: PivotPlan, source: PivotSource, levels: list[_Level], columns: _Columns | None
) -> list[NDArray[np.float64]]:
    """One block a depth: a row a group, a column a column line; NaN where the cell is empty."""
    blocks = []
    for level in levels:
        groups, parts = len(level.parents), []
        for value in plan.values:
            figures = source.figures(value.column)
            total = _figure(value.how, figures, level.codes, groups)[:, np.newaxis]
            if columns is None:
                parts.append(total)
                continue
            across = len(columns.positions)
            codes = level.codes * across + columns.codes
            cells = _figure(value.how, figures, codes, groups * across).reshape(groups, across)
            parts.append(np.hstack([cells, total]))
        # By column first, then by value: the order the column lines have.
        blocks.append(np.stack(parts, axis=2).reshape(groups, -1))
    return blocks


def _figure(how: str, figures: Figures, codes: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """One figure a group, NaN where the group has nothing to count."""
    present = np.bincount(codes, weights=figures.present, minlength=size)
    if how == "count":
        return np.where(present > 0, present, np.nan)
    known = figures.known
    if how in ("min", "max"):
        edge = np.inf if how == "min" else -np.inf
        result = np.full(size, edge)
        (np.minimum if how == "min" else np.maximum).at(result, codes[known], figures.numbers[known])
        return np.where(np.isinf(result), np.nan, result)
    total = np.bincount(codes[known], weights=figures.numbers[known], minlength=size)
    if how == "sum":
        return np.where(present > 0, total, np.nan)
    counted = np.bincount(codes[known], minlength=size)
    return np.where(counted > 0, total / np.maximum(counted, 1), np.nan)


def _page_cells(draft: _Draft) -> Iterator[PivotCell]:
    plan = draft.plan
    for row, key in enumerate(plan.pages, start=plan.row - len(plan.pages) - 1):
        yield PivotCell(row, plan.column, draft.source.titles[key], "page_label")
        yield PivotCell(row, plan.column + 1, draft.words.everything, "page_value")


def _header(draft: _Draft) -> list[list[Cell]]:
    """The header rows, each as wide as the pivot."""
    plan, words, titles = draft.plan, draft.words, draft.titles
    many = len(titles) > 1
    if not plan.columns:
        return [[draft.row_caption, *titles]]
    axis = draft.source.axis(plan.columns[0])
    shown: list[Cell] = []
    for line in draft.lines:
        if line.is_grand:
            title = words.total_of.format(value=titles[line.value])
            shown.append(title if many else words.grand_total)
        else:
            shown.append(None if line.value else _label(axis, line.positions[0], words))
    head: list[Cell] = [draft.source.titles[plan.columns[0]], *[None] * (len(draft.lines) - 1)]
    if not many:
        return [[titles[0], *head], [draft.row_caption, *shown]]
    under = [None if line.is_grand else titles[line.value] for line in draft.lines]
    return [[None, *head], [None, *shown], [draft.row_caption, *under]]


def _line_cells(
    draft: _Draft, row: int, line: PivotLine, figures: NDArray[np.float64]
) -> Iterator[PivotCell]:
    """One line: its label, then its figures."""
    plan, depth = draft.plan, line.repeated
    is_group = not line.is_grand and depth + 1 < len(plan.rows)
    if line.is_grand:
        yield PivotCell(row, plan.column, draft.words.grand_total, "grand_label")
    else:
        label = _label(draft.source.axis(plan.rows[depth]), line.positions[0], draft.words)
        role: PivotRole = "group_label" if is_group else "label"
        yield PivotCell(row, plan.column, label, role, indent=depth)
    columns = zip(draft.lines, figures.tolist(), strict=True)
    for column, (across, figure) in enumerate(columns, start=plan.column + 1):
        value = plan.values[across.value]
        role = "subtotal" if is_group else "value"
        if line.is_grand or across.is_grand:
            role = "grand_value"
        yield PivotCell(row, column, _shown(figure, value), role, value.number_format)


def _label(axis: PivotAxis, position: int, words: PivotWords) -> Cell:
    item = axis.items[position]
    return words.blank if item is None else item


def _shown(figure: float, value: PivotValue) -> Cell:
    if math.isnan(figure):
        return None
    return int(figure) if value.how == "count" else figure
