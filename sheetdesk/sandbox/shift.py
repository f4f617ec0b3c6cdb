"""The one way rows and columns move: everything anchored to them goes along.

Cells, sizes, merges, protections, named, filter and conditional-format ranges, validations, developer
metadata, chart anchors, pivot sources and the references in formulas all follow the same arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sheetdesk.sandbox.anchors import moved
from sheetdesk.sandbox.book import Json, Row, Spreadsheet, Tab
from sheetdesk.sandbox.references import rewritten

__all__ = ["Axis", "Kind", "Shift", "shift"]

Axis = Literal["ROWS", "COLUMNS"]
Kind = Literal["insert", "delete", "move"]
Span = tuple[int, int | None]
NOWHERE = -1
"""The tab of what counts no columns of a tab."""


@dataclass(frozen=True)
class Shift:
    """A step along one axis: `[start, end)` is inserted, deleted, or moved before `target`.

    `target` counts as before the step. `across` narrows an insert or delete to a span of the other
    axis, as insertRange and deleteRange do.
    """

    kind: Kind
    sheet_id: int
    axis: Axis
    start: int
    end: int
    target: int = 0
    across: tuple[int, int] | None = None

    def index(self, at: int) -> int | None:
        """Where a row or column goes; None when it is deleted."""
        count = self.end - self.start
        if self.kind == "insert":
            return at + count if at >= self.start else at
        if self.kind == "delete":
            if at < self.start:
                return at
            return None if at < self.end else at - count
        if self.start <= at < self.end:
            return at - self.start + self.landing
        at = at - count if at >= self.end else at
        return at + count if at >= self.landing else at

    @property
    def landing(self) -> int:
        """Where the first moved row or column comes to lie."""
        return self.target if self.target <= self.start else self.target - (self.end - self.start)

    def span(self, first: int, last: int | None) -> Span | None:
        """Where `[first, last)` goes, an open end staying open; None when all of it is deleted.

        What is inserted inside belongs to it; what is moved out of it or into it leaves or joins it.
        """
        if self.kind == "move":
            return self.moved_span(first, last)
        if self.kind == "insert":
            count = self.end - self.start
            end = last if last is None or last <= self.start else last + count
            return (first + count if first >= self.start else first), end
        return cut(first, last, self.start, self.end)

    def moved_span(self, first: int, last: int | None) -> Span | None:
        if self.landing == self.start:
            return first, last
        if last is not None and self.start <= first and last <= self.end:
            return first - self.start + self.landing, last - self.start + self.landing
        rest = cut(first, last, self.start, self.end)
        if rest is None:
            return None
        count = self.end - self.start
        grown = None if rest[1] is None else rest[1] + count
        if self.landing <= rest[0]:
            return rest[0] + count, grown
        return (rest[0], grown) if rest[1] is None or self.landing < rest[1] else rest

    def box(
        self, r0: int, r1: int | None, c0: int, c1: int | None
    ) -> tuple[int, int | None, int, int | None] | None:
        """Where a rectangle goes; one that lies only partly across the step stays."""
        along, aside = ((r0, r1), (c0, c1)) if self.axis == "ROWS" else ((c0, c1), (r0, r1))
        if self.across is not None and not (
            self.across[0] <= aside[0] and aside[1] is not None and aside[1] <= self.across[1]
        ):
            return r0, r1, c0, c1
        found = self.span(*along)
        if found is None:
            return None
        return (*found, c0, c1) if self.axis == "ROWS" else (r0, r1, *found)


def cut(first: int, last: int | None, start: int, end: int) -> Span | None:
    """`[first, last)` without `[start, end)`, closed up."""
    count = end - start
    new_first = first if first <= start else max(start, first - count)
    if last is None:
        return new_first, None
    new_last = last if last <= start else max(start, last - count)
    return (new_first, new_last) if new_first < new_last or first == last else None


def shift(book: Spreadsheet, tab: Tab, step: Shift) -> None:
    """Carry out a step in a book that may be changed (a copy): cells and whatever is anchored to them.

    The grid's size is the caller's to set, and so are the formats of what is inserted.
    """
    if step.axis == "ROWS" and step.across is None:
        tab.rows = moved_rows(tab.rows, step)
        tab.row_metadata = moved_keys(tab.row_metadata, step)
    elif step.axis == "COLUMNS":
        span = step.across or (0, len(tab.rows))
        for row in range(span[0], min(span[1], len(tab.rows))):
            cells = tab.rows[row]
            if cells:
                tab.rows[row] = moved_keys(cells, step) or None
        if step.across is None:
            tab.column_metadata = moved_keys(tab.column_metadata, step)
    else:
        move_part_of_rows(tab, step)
    tab.trim()
    move_anchors(book, tab, step)
    move_in_cells(book, tab, step)


def moved_rows(rows: list[Row | None], step: Shift) -> list[Row | None]:
    count = step.end - step.start
    if step.kind == "insert":
        if step.start >= len(rows):
            return rows
        return [*rows[: step.start], *[None] * count, *rows[step.start :]]
    if step.kind == "delete":
        return rows[: step.start] + rows[step.end :]
    needed = max(step.end, step.target)
    padded = rows + [None] * max(0, needed - len(rows))
    block = padded[step.start : step.end]
    rest = padded[: step.start] + padded[step.end :]
    return rest[: step.landing] + block + rest[step.landing :]


def moved_keys(cells: dict[int, Any], step: Shift) -> dict[int, Any]:
    if not cells or (step.kind != "move" and max(cells) < step.start):
        return cells
    return {new: cell for at, cell in cells.items() if (new := step.index(at)) is not None}


def move_part_of_rows(tab: Tab, step: Shift) -> None:
    """Rows move within the columns `across` only, the other cells of each row stay."""
    low, high = step.across or (0, 0)
    kept: dict[int, Row] = {}
    for row, cells in enumerate(tab.rows):
        for column, cell in (cells or {}).items():
            new = step.index(row) if low <= column < high else row
            if new is not None:
                kept.setdefault(new, {})[column] = cell
    tab.rows = [kept.get(row) for row in range(max(kept, default=-1) + 1)]


LISTS_WITH_RANGES = (
    "merges",
    "conditional_formats",
    "filter_views",
    "protected_ranges",
    "banded_ranges",
    "tables",
)
LISTS_OF_OBJECTS = ("charts", "slicers", "row_groups", "column_groups")


def move_anchors(book: Spreadsheet, tab: Tab, step: Shift) -> None:
    for other in book.tabs:
        for name in (*LISTS_WITH_RANGES, *LISTS_OF_OBJECTS):
            found = getattr(other, name)
            if found:
                items = [moved(item, step, other.id) for item in found]
                setattr(other, name, [item for item in items if item is not None])
        if other.basic_filter is not None:
            other.basic_filter = moved(other.basic_filter, step, other.id)
    tab.merges = [merge for merge in tab.merges if not is_single(merge)]
    for key, named in list(book.named_ranges.items()):
        new = moved(named, step, NOWHERE)
        if new is None:
            del book.named_ranges[key]
        else:
            book.named_ranges[key] = new
    if step.across is None:
        for number, metadata in list(book.developer_metadata.items()):
            new = moved(metadata, step, NOWHERE)
            if new is None:
                del book.developer_metadata[number]
            else:
                book.developer_metadata[number] = new


def is_single(merge: Json) -> bool:
    return bool(
        merge["endRowIndex"] - merge["startRowIndex"] == 1
        and merge["endColumnIndex"] - merge["startColumnIndex"] == 1
    )


def move_in_cells(book: Spreadsheet, tab: Tab, step: Shift) -> None:
    """Formulas, validations with references and pivot sources, wherever in the book they stand."""
    for other in book.tabs:
        # One dict in thousands of cells stays one.
        ruled: dict[int, tuple[Json, Json]] = {}
        for row, cells in enumerate(other.rows):
            if not cells:
                continue
            changed: Row | None = None
            for column, cell in cells.items():
                if "userEnteredValue" in cell and "formulaValue" in cell["userEnteredValue"]:
                    text = cell["userEnteredValue"]["formulaValue"]
                    new = rewritten(text, step, tab.title, is_home=other is tab)
                    if new != text:
                        cell = {**cell, "userEnteredValue": {"formulaValue": new}}
                if "dataValidation" in cell or "pivotTable" in cell:
                    if id(cell) not in ruled:
                        ruled[id(cell)] = cell, moved_rules(cell, step, tab.title, other)
                    cell = ruled[id(cell)][1]
                if cell is not cells[column]:
                    changed = changed if changed is not None else dict(cells)
                    changed[column] = cell
            if changed is not None:
                other.rows[row] = changed
        other.conditional_formats = [
            with_formulas(rule, step, tab.title, is_home=other is tab) for rule in other.conditional_formats
        ]


def moved_rules(cell: Json, step: Shift, title: str, home: Tab) -> Json:
    if "dataValidation" in cell:
        rule = with_formulas(cell["dataValidation"], step, title, is_home=home.title == title)
        if rule is not cell["dataValidation"]:
            cell = {**cell, "dataValidation": rule}
    if "pivotTable" in cell:
        pivot = moved(cell["pivotTable"], step, NOWHERE)
        if pivot is None:
            return {name: part for name, part in cell.items() if name != "pivotTable"}
        if pivot is not cell["pivotTable"]:
            cell = {**cell, "pivotTable": pivot}
    return cell


def with_formulas(value: Any, step: Shift, title: str, *, is_home: bool) -> Any:
    """The same value with the references moved in every text that starts with `=`."""
    if isinstance(value, str):
        return rewritten(value, step, title, is_home=is_home) if value.startswith("=") else value
    if isinstance(value, dict):
        new = {name: with_formulas(part, step, title, is_home=is_home) for name, part in value.items()}
        return new if any(new[name] is not part for name, part in value.items()) else value
    if isinstance(value, list):
        parts = [with_formulas(part, step, title, is_home=is_home) for part in value]
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    return value
