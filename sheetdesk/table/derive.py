"""The values of the columns that the sheet works out: month, hours, overdue, open, priority.

Each of these is a formula in the sheet; what is computed here must equal what it computes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
    columns = {
        column.key: _values(desk, column, frame, now) if column.owner == "formula" else frame[column.key]
        for column in table.spec.columns
        if column.key != "id"
    }
    return pd.DataFrame(columns, index=frame.index)


def _values(desk: Desk, column: Column, frame: pd.DataFrame, now: datetime) -> pd.Series[Any]:
    name, arguments = parse_formula(column.formula)
    inputs = [frame[key] for key in arguments]
    if name == "month":
        return _months(inputs[0], desk.zone)
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
    return pd.Series([cells.get(pair) for pair in pairs], index=frame.index, dtype=object)


def _walls(moments: pd.Series[Any], zone: ZoneInfo) -> pd.DatetimeIndex:
    """Wall time in the zone: an index, which costs less than a column for each step to it."""
    return pd.DatetimeIndex(moments.array).tz_convert(zone).tz_localize(None)


def _months(moments: pd.Series[Any], zone: ZoneInfo) -> pd.Series[Any]:
    """`2026-03` a row: each month's text is made once."""
    months = _walls(moments, zone).to_numpy().astype("datetime64[M]")
    codes, found = pd.factorize(months.view("int64"))
    texts = [None if np.isnat(month) else str(month) for month in found.view("datetime64[M]")]
    return pd.Series(np.array(texts, dtype=object)[codes], index=moments.index, dtype=object)


def _wall_hours(desk: Desk, start: pd.Series[Any], end: pd.Series[Any]) -> pd.Series[Any]:
    """Hours of wall time between: what subtracting two cells of a sheet gives."""
    first, last = (_walls(side, desk.zone) for side in (start, end))
    return pd.Series((last - first).total_seconds() / 3600, index=start.index, dtype="float64")
