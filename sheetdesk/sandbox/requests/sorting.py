"""The order of the rows of a range: sorted, shuffled, without their duplicates."""

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
    reorder(tab, place, order, has_formulas=shown.has_formulas(tab))
    if metadata_follows:
        carry_metadata(book, tab, dict(zip(order, rows, strict=True)))


def reorder(tab: Tab, place: Box, order: list[int], *, has_formulas: bool) -> None:
    """Let the cells of a rectangle's rows stand in the order of their numbers, from its top on."""
    old_rows = tab.rows.copy()
    rows = range(place.r0, place.r0 + len(order))
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


def randomize_range(batch: Batch, body: Json) -> None:
    """Shuffle the rows of a range."""
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    order = list(range(place.r0, min(place.r1, max(len(tab.rows), place.r0))))
    batch.rng.shuffle(order)
    reorder(tab, place, order, has_formulas=batch.shown().has_formulas(tab))


def delete_duplicates(batch: Batch, body: Json) -> Json:
    """Keep the first of all rows of a range that show the same; the others close up inside of it.

    Capitals do not matter. A row without any value is neither.
    """
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    columns = compared(batch, place, body.get("comparisonColumns") or [])
    shown = batch.shown()
    seen: set[tuple[tuple[int, Any] | None, ...]] = set()
    kept: list[int] = []
    gone: list[int] = []
    for row in range(place.r0, min(place.r1, max(len(tab.rows), place.r0))):
        facts = tuple(loosely(shown.value(tab, row, column)) for column in columns)
        is_double = facts in seen and any(fact is not None for fact in facts)
        (gone if is_double else kept).append(row)
        seen.add(facts)
    reorder(tab, place, kept + gone, has_formulas=shown.has_formulas(tab))
    for row in range(place.r0 + len(kept), place.r0 + len(kept) + len(gone)):
        if row < len(tab.rows):
            tab.put(row, {column: {} for column in tab.rows[row] or () if place.c0 <= column < place.c1})
    return {"duplicatesRemovedCount": len(gone)} if gone else {}


def compared(batch: Batch, place: Box, spans: list[Json]) -> list[int]:
    """The columns that make rows the same: those named, else all of the range."""
    found: list[int] = []
    for span in spans:
        first, last = span.get("startIndex") or 0, span.get("endIndex", place.c1)
        if span.get("dimension") != "COLUMNS" or not place.c0 <= first < last <= place.c1:
            batch.refuse("comparisonColumns must be columns of the range.")
        found += range(first, last)
    return found or list(range(place.c0, place.c1))


def loosely(value: Json | None) -> tuple[int, Any] | None:
    """What a value is compared by; texts without regard to capitals."""
    key = sort_key(value)
    return (1, key[1][0]) if key is not None and key[0] == 1 else key


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


HANDLERS: dict[str, Handler] = {
    "sortRange": sort_range,
    "randomizeRange": randomize_range,
    "deleteDuplicates": delete_duplicates,
}
