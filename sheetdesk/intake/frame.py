"""A DataFrame as a file to import, for whoever calls the library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Cell
from sheetdesk.intake.base import RawGrid

__all__ = ["grid_of_frame"]


def grid_of_frame(frame: pd.DataFrame, name: str = "DataFrame") -> RawGrid:
    """The frame's cells, its column names as the header; a named index comes along as columns.

    Row `i` of the frame (from 0) is row number `i`.
    """
    if any(level is not None for level in frame.index.names):
        frame = frame.reset_index()
    columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    titles: Sequence[Cell] = [str(title) for title in frame.columns]
    return RawGrid(name, [titles, *zip(*columns, strict=True)], first=-1, header=0)


def _cells(values: pd.Series[Any]) -> list[Cell]:
    missing = values.isna().tolist()
    return [None if gone else _cell(value) for value, gone in zip(values.tolist(), missing, strict=True)]


def _cell(value: Any) -> Cell:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, pd.Timestamp):
        return value.floor("us").to_pydatetime()
    return value if isinstance(value, str | int | float | datetime) else str(value)
