"""A day, without a time or a zone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sheetdesk.columns.base import Cell, CellCheck, CellKind, Column, Reading, Setting, Values
from sheetdesk.columns.moment import MomentCells, MomentType, moment_problem

__all__ = ["KIND", "DateType"]


class DateType(MomentType):
    """Days as datetime64[us] at midnight, missing as NaT."""

    cell_kind = CellKind.DATE
    dtype = "datetime64[us]"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """The day that was written; a time of day beside it is a Problem, not cut off."""
        days, unread = self._walls(cells, setting)
        has_time = (days.notna() & (days != days.dt.floor("D"))).to_numpy()
        if has_time.any():
            days[has_time] = None
            unread = sorted([*unread, *np.flatnonzero(has_time).tolist()])
        return Reading(days, [moment_problem(cells[row], column, setting, row) for row in unread])

    def show(self, values: Values, column: Column, setting: Setting) -> Sequence[Cell]:
        """Datetimes at midnight."""
        return MomentCells(values.to_numpy().astype("datetime64[us]"))

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("date")


KIND = DateType()
