"""Pages that were made before what was read last: what in them is people's doing."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from sheetdesk.table.plain import PlainRows
from sheetdesk.table.taken import ReadTable

__all__ = ["of_a_copy", "with_returned"]


def of_a_copy(read: ReadTable, written: PlainRows) -> ReadTable:
    """The table of a version that may be older than the last reading of its file: a cell that is as it was
    read then, or as it was written first, is nobody's edit.
    """
    base = dict(read.base)
    for name, cells in read.reading.rows.items():
        was, first = base.get(name), written.get(name)
        if was is None or first is None or was in (first, cells):
            continue
        # What the sheet does not show stands in no base.
        base[name] = tuple(
            f if place in read.shown and cell != w else w
            for place, (cell, w, f) in enumerate(zip(cells, was, first, strict=True))
        )
    return replace(read, base=base)


def with_returned(
    base: PlainRows, written: PlainRows, found: Container[str], ours: Container[str]
) -> PlainRows:
    """The base with tickets that were deleted in the sheet, came back from elsewhere, and are `found` in a
    page of the version as it was `written`: whoever had that open saw them so.
    """
    again = [name for name in written if name not in base and name in found and name in ours]
    return base | {name: written[name] for name in again}
