"""A day, without a time or a zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Cell, CellCheck, CellKind, Column, Reading, Setting, blank
from sheetdesk.columns.moment import EARLIEST, LATEST, MomentCells, MomentType, moment_problem

__all__ = ["KIND", "DateType"]


class DateType(MomentType):
    """Days as datetime64[us] at midnight, missing as NaT."""

    cell_kind = CellKind.DATE
    dtype = "datetime64[us]"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """The day that was written; a time of day beside it is a Problem, not cut off."""
        days = []
        problems = []
        for row, cell in enumerate(cells):
            wall = None if blank(cell) else self._wall(cell, setting)
            has_time = wall is not None and wall.time() != time(0)
            if not blank(cell) and (wall is None or has_time or not EARLIEST <= wall <= LATEST):
                problems.append(moment_problem(cell, column, setting, row))
                wall = None
            days.append(wall)
        return Reading(pd.Series(days, dtype="datetime64[us]"), problems)

    def show(self, values: pd.Series[Any], column: Column, setting: Setting) -> Sequence[Cell]:
        """Datetimes at midnight."""
        return MomentCells(values.to_numpy().astype("datetime64[us]"))

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("date")


KIND = DateType()
