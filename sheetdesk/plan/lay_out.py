"""A planned table laid out as people left it: its columns where they stand now, theirs in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sheetdesk.columns.base import CellKind
from sheetdesk.plan.formula import Call, Op, This
from sheetdesk.plan.machinery import KEY
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, Style, TablePlan, TabPlan

__all__ = ["lay_out"]


def lay_out(
    plan: SheetPlan, key: str, *, tab: str, header: int, rows: int, places: Mapping[str, int]
) -> SheetPlan:
    """A plan of the one table `key` on a tab titled `tab`, with its checks and highlights but no rows.

    `places` are the columns of the tab by column key; a column that has none is left out. The table
    starts in row `header` and is `rows` long, so that what is guided ends where it would.
    """
    planned = plan.tab(key).table
    if planned is None:
        raise KeyError(key)
    standing = {places[column.key]: column for column in planned.columns if column.key in places}
    left = min(standing)
    columns = tuple(
        replace(standing[place], cells=()) if place in standing else _own(place)
        for place in range(left, max(standing) + 1)
    )
    table = replace(
        planned, columns=columns, rows=0, top=header, left=left, reach=planned.reach + max(rows, 1) - 1
    )
    table = _without_absent(table)
    return replace(
        plan,
        tabs=(TabPlan(key, tab, table=table), TabPlan(KEY, KEY)),
        names=(),
        sources={},
        layouts={},
    )


def _own(place: int) -> ColumnPlan:
    """What stands for a column of people's own."""
    return ColumnPlan(f"#{place}", f"#{place}", (), CellKind.TEXT, Style(), 9.0)


def _without_absent(table: TablePlan) -> TablePlan:
    """The table without highlights and formulas that speak of columns which are not there."""
    present = {column.key for column in table.columns}
    columns = tuple(replace(column, formula=None, note="") for column in table.columns)
    highlights = tuple(h for h in table.highlights if _spoken_of(h.when) <= present)
    return replace(table, columns=columns, highlights=highlights)


def _spoken_of(expr: object) -> set[str]:
    """The columns of the row itself that an expression speaks of."""
    if isinstance(expr, This):
        return {expr.column}
    if isinstance(expr, Op):
        return _spoken_of(expr.left) | _spoken_of(expr.right)
    if isinstance(expr, Call):
        return {key for argument in expr.arguments for key in _spoken_of(argument)}
    return set()
