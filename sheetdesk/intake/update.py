"""What rows of a file change in tickets that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.intake.complete import Values
from sheetdesk.table.change import CellChange, diff
from sheetdesk.table.table import Table

__all__ = ["changed_cells"]


def changed_cells(
    tickets: Table, values: Values, rows: Sequence[int], ids: Sequence[str], *, only_blank: bool
) -> tuple[CellChange, ...]:
    """The cells in which the source says something else than the tickets.

    `rows` are the positions in `values` of the tickets `ids`. A blank cell of the source says nothing.
    `only_blank`: what a ticket holds stays, since the source said the same before.
    """
    if not rows:
        return ()
    keys = [key for key in tickets.frame.columns if key in values]
    before = tickets.frame.loc[list(ids), keys]
    after = {}
    for key in keys:
        source: pd.Series[Any] = values[key].take(np.array(rows)).set_axis(before.index)
        kept = before[key]
        after[key] = kept.where(kept.notna(), source) if only_blank else source.where(source.notna(), kept)
    frame = pd.DataFrame(after, index=before.index)
    for key in keys:
        if frame[key].dtype == "object":
            frame[key] = frame[key].where(frame[key].notna(), None)
    return diff(Table(tickets.spec, before), Table(tickets.spec, frame)).cells
