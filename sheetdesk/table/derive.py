"""The values of the columns that the sheet works out: month, hours, overdue, open, priority.

Each of these is a formula in the sheet; what is computed here must equal what it computes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Column
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.standard import parse_formula
from sheetdesk.table.table import Table

__all__ = ["derive"]


def derive(desk: Desk, table: Table, now: datetime) -> pd.DataFrame:
    """The table's frame with a column more for each formula, in the desk's order of columns.

    `now` is aware. Missing inputs give a missing value, but `late` and `is_open` give 0.
    """
    frame = table.frame
    whole = frame.copy()
    for column in table.spec.columns:
        if column.owner == "formula":
            whole[column.key] = _values(desk, column, frame, now)
    return whole[[c.key for c in table.spec.columns if c.key != "id"]]


def _values(desk: Desk, column: Column, frame: pd.DataFrame, now: datetime) -> pd.Series[Any]:
    name, arguments = parse_formula(column.formula)
    inputs = [frame[key] for key in arguments]
    if name == "month":
        return _months(inputs[0].dt.tz_convert(desk.zone))
    if name == "hours":
        return _wall_hours(desk, inputs[0], inputs[1])
    if name == "late":
        due, done = inputs
        # What will not be done any more is not late.
        is_open = frame["status"].isin([c.key for c in desk.open_statuses()])
        over = (pd.Timestamp(now) > due) & done.isna() & is_open
        return ((done > due) | over).astype("float64")
    if name == "is_open":
        return inputs[0].isin([c.key for c in desk.open_statuses()]).astype("float64")
    if name == "age_days":
        moment = pd.Series(pd.Timestamp(now).tz_convert("UTC"), index=frame.index).dt.as_unit("us")
        return _wall_hours(desk, inputs[0], moment) / 24
    matrix = desk.matrix
    cells = {} if matrix is None else matrix.cells
    pairs = zip(inputs[0], inputs[1], strict=True)
    return pd.Series([cells.get(pair) for pair in pairs], index=frame.index, dtype="object")


def _months(local: pd.Series[Any]) -> pd.Series[Any]:
    """`2026-03` a row: each month's text is made once."""
    codes, found = pd.factorize(local.dt.year * 100 + local.dt.month)
    texts = [f"{int(number) // 100:04}-{int(number) % 100:02}" for number in found]
    # A missing moment has code -1 and takes the None at the end.
    return pd.Series(np.array([*texts, None], dtype="object")[codes], index=local.index, dtype="object")


def _wall_hours(desk: Desk, start: pd.Series[Any], end: pd.Series[Any]) -> pd.Series[Any]:
    """Hours of wall time between: what subtracting two cells of a sheet gives."""
    walls = [side.dt.tz_convert(desk.zone).dt.tz_localize(None) for side in (start, end)]
    seconds = (walls[1] - walls[0]).dt.total_seconds()
    hours: pd.Series[Any] = (seconds / 3600).astype("float64")
    return hours
