"""Inserting and deleting cells inside a tab, the others giving way: insertRange and deleteRange."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.shift import Kind, Shift, shift
from sheetdesk.sandbox.writes import grow

__all__ = ["HANDLERS"]


def insert_range(batch: Batch, body: Json) -> None:
    """Insert empty cells; what was there moves down or to the right, and the grid grows to hold it."""
    tab, step = planned(batch, body, "insert")
    shift(batch.book, tab, step)
    width = max((max(cells) + 1 for cells in tab.rows if cells), default=0)
    grow(batch.book, tab, len(tab.rows), width)


def delete_range(batch: Batch, body: Json) -> None:
    """Delete cells; what is below or to the right moves up or left, the grid stays as large."""
    tab, step = planned(batch, body, "delete")
    shift(batch.book, tab, step)


def planned(batch: Batch, body: Json, kind: Kind) -> tuple[Tab, Shift]:
    tab, place = batch.area(body.get("range"))
    axis = body.get("shiftDimension")
    if axis == "ROWS":
        batch.check(tab, [place._replace(r1=tab.row_count)])
        across = (place.c0, place.c1)
        return tab, Shift(kind, tab.id, "ROWS", place.r0, place.r1, across=across)
    if axis != "COLUMNS":
        batch.refuse("shiftDimension is required.")
    batch.check(tab, [place._replace(c1=tab.column_count)])
    return tab, Shift(kind, tab.id, "COLUMNS", place.c0, place.c1, across=(place.r0, place.r1))


HANDLERS: dict[str, Handler] = {"insertRange": insert_range, "deleteRange": delete_range}
