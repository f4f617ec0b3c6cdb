"""Ranges in a book: GridRange dicts against a grid, and what an A1 text names in it."""

from __future__ import annotations

from typing import NamedTuple

from sheetdesk.sandbox import a1
from sheetdesk.sandbox.api import ApiError, invalid
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab

__all__ = [
    "Area",
    "Box",
    "area",
    "box",
    "contains",
    "echo",
    "first_shown",
    "grid_range",
    "overlap",
    "resolve",
    "spelled",
    "tidy",
]


class Box(NamedTuple):
    """A rectangle, counted from 0, ends exclusive."""

    r0: int
    r1: int
    c0: int
    c1: int

    @property
    def is_empty(self) -> bool:
        """Whether no cell lies in it."""
        return self.r0 >= self.r1 or self.c0 >= self.c1


class Area(NamedTuple):
    """A rectangle of a tab, within its grid. `is_cell`: the text named one cell and no end."""

    tab: Tab
    box: Box
    is_cell: bool = False


def box(grid_range: Json, tab: Tab) -> Box:
    """The rectangle of a GridRange whose open ends are the grid's, cut to the grid."""
    rows, columns = tab.row_count, tab.column_count
    return Box(
        min(grid_range.get("startRowIndex") or 0, rows),
        min(grid_range.get("endRowIndex", rows), rows),
        min(grid_range.get("startColumnIndex") or 0, columns),
        min(grid_range.get("endColumnIndex", columns), columns),
    )


def grid_range(sheet_id: int, place: Box) -> Json:
    """A GridRange with all its ends; the sheetId 0 is left out as everywhere in answers."""
    found: Json = {"sheetId": sheet_id} if sheet_id else {}
    return found | {
        "startRowIndex": place.r0,
        "endRowIndex": place.r1,
        "startColumnIndex": place.c0,
        "endColumnIndex": place.c1,
    }


def tidy(written: Json) -> Json:
    """A GridRange or DimensionRange as it is kept: no nulls, no sheetId 0."""
    return {name: part for name, part in written.items() if part is not None and (name != "sheetId" or part)}


def contains(outer: Box, inner: Box) -> bool:
    """Whether all of one rectangle lies in another."""
    return outer.r0 <= inner.r0 and inner.r1 <= outer.r1 and outer.c0 <= inner.c0 and inner.c1 <= outer.c1


def overlap(one: Box, other: Box) -> bool:
    """Whether two rectangles share a cell."""
    return one.r0 < other.r1 and other.r0 < one.r1 and one.c0 < other.c1 and other.c0 < one.c1


def echo(tab: Tab, place: Box) -> str:
    """The rectangle as answers spell it: `Sheet1!A1:B2`."""
    return a1.echo(tab.title, place.r0, place.r1, place.c0, place.c1)


def spelled(text: str) -> a1.Parsed:
    """The parts of a range text. Raises ApiError as Google words it."""
    try:
        return a1.parse(text)
    except a1.Unreadable as error:
        raise invalid(str(error)) from error


def resolve(book: Spreadsheet, text: str) -> Area:
    """What `text` names: a range, a whole tab or a named range. The end is cut to the grid.

    Raises ApiError for an unknown name and for a start outside the grid.
    """
    parsed = spelled(text)
    if parsed.name is None:
        tab = grid_titled(book, parsed.tab) if parsed.tab is not None else first_shown(book)
        if tab is not None:
            return bounded(tab, parsed)
    if parsed.name is not None:
        if parsed.tab is None and (tab := grid_titled(book, parsed.name)):
            return whole(tab)
        named = next((n for n in book.named_ranges.values() if same_name(n["name"], parsed.name)), None)
        if named is not None:
            tab = book.tab(named["range"].get("sheetId", 0))
            if tab is not None:
                return Area(tab, box(named["range"], tab))
    tab = grid_titled(book, parsed.whole)
    if tab is not None:
        return whole(tab)
    raise invalid(f"Unable to parse range: {text}")


def area(book: Spreadsheet, written: Json) -> Area:
    """The rectangle of a GridRange in its tab. Raises ApiError for an unknown tab."""
    tab = book.tab(written.get("sheetId", 0))
    if tab is None or not tab.has_grid:
        raise invalid(f"No grid with id: {written.get('sheetId', 0)}")
    return Area(tab, box(written, tab))


def whole(tab: Tab) -> Area:
    return Area(tab, Box(0, tab.row_count, 0, tab.column_count))


def grid_titled(book: Spreadsheet, title: str) -> Tab | None:
    tab = book.tab_titled(title)
    return tab if tab is not None and tab.has_grid else None


def first_shown(book: Spreadsheet) -> Tab:
    """The first tab with a grid that is not hidden, else the first with one."""
    grids = [tab for tab in book.tabs if tab.has_grid]
    return next((tab for tab in grids if not tab.properties.get("hidden")), grids[0])


def same_name(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def bounded(tab: Tab, parsed: a1.Parsed) -> Area:
    rows, columns = tab.row_count, tab.column_count
    r0, c0 = parsed.start_row or 0, parsed.start_col or 0
    if r0 >= rows or c0 >= columns:
        raise outside(tab, parsed)
    place = Box(
        r0,
        rows if parsed.end_row is None else min(parsed.end_row, rows),
        c0,
        columns if parsed.end_col is None else min(parsed.end_col, columns),
    )
    is_cell = (
        place.r1 - place.r0 == 1 and place.c1 - place.c0 == 1 and ":" not in parsed.text.rpartition("!")[2]
    )
    return Area(tab, place, is_cell)


def outside(tab: Tab, parsed: a1.Parsed) -> ApiError:
    named = a1.echo(tab.title, parsed.start_row, parsed.end_row, parsed.start_col, parsed.end_col)
    return invalid(
        f"Range ({named}) exceeds grid limits. Max rows: {tab.row_count}, max columns: {tab.column_count}"
    )
