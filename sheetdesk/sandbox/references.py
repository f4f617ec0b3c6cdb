"""References in the text of a formula, moved along with rows and columns or with the formula itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from sheetdesk.sandbox.a1 import column_index, column_letters
from sheetdesk.sandbox.anchors import Step

__all__ = ["copied", "lost", "moved_cells", "named", "renamed", "rewritten"]

PLACE = r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]+)"
REFERENCE = re.compile(
    r"(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<tab>'(?:[^']|'')*'!|[A-Za-z_\u0080-\uffff][\w.]*!)?"
    r"(?:(?P<area>(?<![\w.$])\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{0,3}\$?[0-9]*)?"
    r"|(?<![\w.$])\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?:\$?[0-9]+)?"
    r"|(?<![\w.$])\$?[0-9]+:\$?[0-9]+)(?![\w(.!]))"
)
END = re.compile(r"(?P<c>\$?)(?P<col>[A-Za-z]{1,3})?(?P<r>\$?)(?P<row>[0-9]+)?")


Named = tuple[str | None, int, int | None, int, int | None]
"""A rectangle that a formula names: tab, None for its own, and half-open spans of rows and columns."""


class End(NamedTuple):
    """One end of a reference as written: `$` signs kept, None where it has no column or row."""

    column: int | None
    is_fixed_column: bool
    row: int | None
    is_fixed_row: bool


def rewritten(formula: str, step: Step, title: str, *, is_home: bool) -> str:
    """The formula after a step in the tab `title`; `is_home`: the formula stands in that tab.

    A reference to what is gone reads #REF!.
    """

    def moved(first: End, last: End | None) -> str:
        return moved_reference(first, last, step)

    return replaced(formula, title, moved, is_home=is_home)


def copied(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads `rows` and `columns` further on: references without `$` go along."""

    def moved(first: End, last: End | None) -> str:
        ends = [further(end, rows, columns) for end in ((first,) if last is None else (first, last))]
        if any((end.row or 0) < 0 or (end.column or 0) < 0 for end in ends):
            return "#REF!"
        return ":".join(spelled(end) for end in ends)

    return replaced(formula, None, moved, is_home=True)


def moved_cells(
    formula: str, title: str, to: Callable[[int, int], tuple[int, int] | None], *, is_home: bool
) -> str:
    """The formula after cells of `title` were cut and pasted: `to` says where a cell went, if it did."""

    def moved(first: End, last: End | None) -> str:
        ends = [first] if last is None else [first, last]
        places = [None if end.row is None or end.column is None else to(end.row, end.column) for end in ends]
        if all(place is not None for place in places):
            ends = [
                end._replace(row=place[0], column=place[1])
                for end, place in zip(ends, places, strict=True)
                if place is not None
            ]
        return ":".join(spelled(end) for end in ends)

    return replaced(formula, title, moved, is_home=is_home)


def renamed(formula: str, old: str, new: str) -> str:
    """The formula after a tab got another title; `new` is spelled with its quotes."""

    def one(match: re.Match[str]) -> str:
        tab = match["tab"]
        if not tab or unquoted(tab[:-1]).casefold() != old.casefold():
            return match[0]
        return f"{new}!{match['area']}"

    return REFERENCE.sub(one, formula)


# What a formula names is asked for by every state of a book.
@lru_cache(maxsize=10_000)
def named(formula: str) -> tuple[Named, ...]:
    """The rectangles that a formula names."""
    found: list[Named] = []
    for match in REFERENCE.finditer(formula):
        if match["area"] is not None:
            ends = list(read(match["area"]))
            first, last = ends[0], ends[-1]
            tab = unquoted(match["tab"][:-1]) if match["tab"] else None
            rows, columns = sorted_ends(first.row, last.row), sorted_ends(first.column, last.column)
            found.append((tab, *rows, *columns))
    return tuple(found)


def lost(formula: str, title: str) -> str:
    """The formula after a tab was deleted: what it read there is #REF!."""

    def one(match: re.Match[str]) -> str:
        tab = match["tab"]
        return "#REF!" if tab and unquoted(tab[:-1]).casefold() == title.casefold() else match[0]

    return REFERENCE.sub(one, formula)


def replaced(
    formula: str, title: str | None, moved: Callable[[End, End | None], str], *, is_home: bool
) -> str:
    """The formula with `moved` applied to each reference into the tab `title`, or to all for None."""

    def one(match: re.Match[str]) -> str:
        area, tab = match["area"], match["tab"] or ""
        if area is None:
            return match[0]
        named = unquoted(tab[:-1]) if tab else None
        if title is not None and (not is_home if named is None else named.casefold() != title.casefold()):
            return match[0]
        ends = list(read(area))
        new = moved(ends[0], ends[1] if len(ends) > 1 else None)
        return new if new == "#REF!" else tab + new

    return REFERENCE.sub(one, formula)


def read(area: str) -> Iterator[End]:
    for part in area.split(":"):
        match = END.fullmatch(part)
        if match is None:
            continue
        column, row = match["col"], match["row"]
        # `$5` has one sign, which the pattern gives to the column that is not there.
        fixed_row = bool(match["r"]) or (column is None and bool(match["c"]))
        yield End(
            None if column is None else column_index(column),
            bool(match["c"]) and column is not None,
            None if row is None else int(row) - 1,
            fixed_row,
        )


def spelled(end: End) -> str:
    column = "" if end.column is None else ("$" if end.is_fixed_column else "") + column_letters(end.column)
    row = "" if end.row is None else ("$" if end.is_fixed_row else "") + str(end.row + 1)
    return column + row


def further(end: End, rows: int, columns: int) -> End:
    return end._replace(
        row=end.row if end.row is None or end.is_fixed_row else end.row + rows,
        column=end.column if end.column is None or end.is_fixed_column else end.column + columns,
    )


def moved_reference(first: End, last: End | None, step: Step) -> str:
    end = first if last is None else last
    low, high = sorted_ends(first.row, end.row), sorted_ends(first.column, end.column)
    new = step.box(low[0], low[1], high[0], high[1])
    if new is None:
        return "#REF!"
    r0, r1, c0, c1 = new
    ends = [
        first._replace(row=None if first.row is None else r0, column=None if first.column is None else c0)
    ]
    if last is not None:
        ends.append(
            last._replace(
                row=None if last.row is None or r1 is None else r1 - 1,
                column=None if last.column is None or c1 is None else c1 - 1,
            )
        )
    return ":".join(spelled(one) for one in ends)


def sorted_ends(first: int | None, last: int | None) -> tuple[int, int | None]:
    """A half-open span; an end that is not written is open."""
    if last is None:
        return first or 0, None
    low, high = min(first or 0, last), max(first or 0, last)
    return low, high + 1


def unquoted(tab: str) -> str:
    return tab[1:-1].replace("''", "'") if tab.startswith("'") else tab
