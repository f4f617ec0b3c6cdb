"""Sorting the rows of a range."""

from __future__ import annotations

from typing import Any

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Row, Spreadsheet, Tab
from sheetdesk.sandbox.ranges import Box
from sheetdesk.sandbox.references import copied
from sheetdesk.sandbox.shown import Shown

__all__ = ["HANDLERS", "sort_box"]

NO_CELLS: Row = {}


def sort_range(batch: Batch, body: Json) -> None:
    """Sort rows by the columns of the specs, in their order; empty cells come last either way."""
    tab, place = batch.area(body.get("range"))
    specs = body.get("sortSpecs") or []
    batch.check(tab, [place])
    for spec in specs:
        if not place.c0 <= (spec.get("dimensionIndex") or 0) < place.c1:
            batch.refuse(
                f"sortSpecs.dimensionIndex[{spec.get('dimensionIndex') or 0}] must lie in the range."
            )
    sort_box(batch.book, tab, place, specs, batch.shown(), metadata_follows=batch.metadata_follows_sort)


def sort_box(
    book: Spreadsheet, tab: Tab, place: Box, specs: list[Json], shown: Shown, *, metadata_follows: bool
) -> None:
    """Put the rows of a rectangle into order; with `metadata_follows` the rows' metadata goes along."""
    rows = list(range(place.r0, min(place.r1, max(len(tab.rows), place.r0))))
    order = rows
    for spec in reversed(specs):
        column = spec.get("dimensionIndex") or 0
        keys: dict[int, Any] = {row: sort_key(shown.value(tab, row, column)) for row in order}
        is_falling = spec.get("sortOrder") == "DESCENDING"
        filled = sorted(
            (row for row in order if keys[row] is not None), key=lambda row: keys[row], reverse=is_falling
        )
        if is_falling:
            filled = stable(filled, keys, order)
        order = filled + [row for row in order if keys[row] is None]
    old_rows = tab.rows.copy()
    has_formulas = shown.has_formulas(tab)
    for new, old in zip(rows, order, strict=True):
        if new == old:
            continue
        line = {
            column: at_row(cell, new - old) if has_formulas else cell
            for column, cell in (old_rows[old] or NO_CELLS).items()
            if place.c0 <= column < place.c1
        }
        beside = {
            column: cell
            for column, cell in (old_rows[new] or NO_CELLS).items()
            if not place.c0 <= column < place.c1
        }
        tab.rows[new] = {**beside, **line} or None
    tab.trim()
    if metadata_follows:
        carry_metadata(book, tab, dict(zip(order, rows, strict=True)))


def sort_key(value: Json | None) -> tuple[int, Any] | None:
    """Numbers come before texts, texts before truth values, these before errors."""
    if value is None:
        return None
    if "numberValue" in value:
        return 0, value["numberValue"]
    if "stringValue" in value:
        text = value["stringValue"]
        return None if text == "" else (1, (text.casefold(), text))
    if "boolValue" in value:
        return 2, value["boolValue"]
    return 3, 0


def stable(falling: list[int], keys: dict[int, Any], order: list[int]) -> list[int]:
    """Rows with equal keys in the order they had."""
    place = {row: at for at, row in enumerate(order)}
    rank: dict[Any, int] = {}
    for row in falling:
        rank.setdefault(keys[row], len(rank))
    return sorted(falling, key=lambda row: (rank[keys[row]], place[row]))


def at_row(cell: Json, down: int) -> Json:
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    return (
        cell if formula is None else {**cell, "userEnteredValue": {"formulaValue": copied(formula, down, 0)}}
    )


def carry_metadata(book: Spreadsheet, tab: Tab, new_rows: dict[int, int]) -> None:
    for number, metadata in list(book.developer_metadata.items()):
        place = metadata["location"].get("dimensionRange")
        if place and place["dimension"] == "ROWS" and place.get("sheetId", 0) == tab.id:
            start = place.get("startIndex", 0)
            if place.get("endIndex") == start + 1 and new_rows.get(start, start) != start:
                moved = {**place, "startIndex": new_rows[start], "endIndex": new_rows[start] + 1}
                location = {**metadata["location"], "dimensionRange": moved}
                book.developer_metadata[number] = {**metadata, "location": location}


HANDLERS: dict[str, Handler] = {"sortRange": sort_range}
