"""Ranges as people write them: `Tab!A1:B2` and `R1C1:R2C2`, read and spelled the way Google does.

What a text names depends on the book (tabs, named ranges); this module knows only the grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

__all__ = [
    "Parsed",
    "Unreadable",
    "column_index",
    "column_letters",
    "echo",
    "is_reference",
    "parse",
    "quoted",
]


class Unreadable(ValueError):
    """A text that names no range in any book; its words are Google's."""

    def __init__(self, text: str) -> None:
        super().__init__(f"Unable to parse range: {text}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a range text names; rows and columns count from 0, ends are exclusive, `None` is unbounded.

    `tab` is the title before the last `!`, unquoted, or a quoted title alone; `None` is the first tab.
    `name` is a bare word that is no reference: a tab's title where `tab` is `None`, else or also a named
    range. `whole` is the whole text as a title, for a tab whose own title holds a `!`: it counts only
    where nothing else is found. A name that no book holds is for the caller to refuse as `Unreadable(text)`.
    """

    text: str
    tab: str | None = None
    name: str | None = None
    start_row: int | None = None
    end_row: int | None = None
    start_col: int | None = None
    end_col: int | None = None

    @property
    def whole(self) -> str:
        return _unquoted(self.text)


def parse(text: str) -> Parsed:
    """What `text` names. Nothing is stripped: Google refuses spaces everywhere but in titles.

    A text without `!` is a reference first (A1, then R1C1), a title or name second.
    """
    if _QUOTED_TITLE.fullmatch(text):
        return Parsed(text, tab=_unquoted(text))
    title, bang, body = text.rpartition("!")
    if not text or (bang and title in ("", "''") and not is_reference(body)):
        raise Unreadable(text)
    if bang and not body:
        return Parsed(text, tab=_unquoted(text))
    tab = _unquoted(title) or None
    box = _box(body)
    if box is not None:
        return Parsed(text, tab, None, *box)
    return Parsed(text, tab, body)


def is_reference(text: str) -> bool:
    """Whether a text without a tab reads as cells, in either notation."""
    return _box(text) is not None


def echo(
    tab: str,
    start_row: int | None = None,
    end_row: int | None = None,
    start_col: int | None = None,
    end_col: int | None = None,
) -> str:
    """The range as Google spells it in answers, ends exclusive; one cell is never `A1:A1`.

    Rows or columns that are `None` throughout are left out, as Google does where it refuses whole rows or
    columns past the grid: `Tab!AA:AB`, `Tab!1001`.
    """
    title = quoted(tab)
    if start_row is None and end_row is None and start_col is None and end_col is None:
        return title
    first = _spelled(start_row, start_col)
    last = _spelled(None if end_row is None else end_row - 1, None if end_col is None else end_col - 1)
    return f"{title}!{first}" if first == last else f"{title}!{first}:{last}"


def quoted(tab: str) -> str:
    """A title as it stands before the `!`: in quotes unless it is a plain word that is no reference."""
    if _PLAIN_TITLE.fullmatch(tab) and not is_reference(tab):
        return tab
    return "'" + tab.replace("'", "''") + "'"


@lru_cache(maxsize=20_000)
def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA. Raises ValueError below 0."""
    if column < 0:
        raise ValueError(f"no column {column}")
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column, counted from 0, that letters in any case name."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


class _Number(NamedTuple):
    """A number as written in R1C1, and whether it stood in brackets (an offset from A1)."""

    written: int
    is_offset: bool


class _End(NamedTuple):
    """One end of a range; `None` is unbounded. The written numbers matter to reversed R1C1 ranges only."""

    row: int | None
    col: int | None
    row_number: _Number | None = None
    col_number: _Number | None = None


_Box = tuple[int | None, int | None, int | None, int | None]
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED_TITLE = re.compile(r"'(?:[^']|'')+'", re.DOTALL)
_A1 = re.compile(r"(?P<col>[A-Za-z]{1,3})?(?P<row>[0-9]+)?")
_R1C1 = re.compile(
    r"(?P<r>R(?:(?P<rabs>[0-9]+)|\[(?P<roff>[0-9]+)\])?)?(?P<c>C(?:(?P<cabs>[0-9]+)|\[(?P<coff>[0-9]+)\])?)?",
    re.IGNORECASE,
)


def _box(text: str) -> _Box | None:
    """Start and end row, start and end column of a reference; both ends are in one notation."""
    parts = text.split(":")
    if len(parts) > 2:
        return None
    ends = [_a1_end(part) for part in parts]
    # Alone, a row or a column is no reference in A1: `A` may be a tab.
    if len(parts) == 1 and ends[0] is not None and None in (ends[0].row, ends[0].col):
        ends = [None]
    if None in ends:
        ends = [_r1c1_end(part) for part in parts]
    first, last = ends[0], ends[-1]
    if first is None or last is None:
        return None
    if _is_off_by_one(first.row_number, last.row_number) or _is_off_by_one(first.col_number, last.col_number):
        return None
    return (*_span(first.row, last.row), *_span(first.col, last.col))


def _a1_end(text: str) -> _End | None:
    match = _A1.fullmatch(text)
    if match is None or not text:
        return None
    row, col = match["row"], match["col"]
    if row is not None and int(row) == 0:
        return None
    return _End(None if row is None else int(row) - 1, None if col is None else column_index(col))


def _r1c1_end(text: str) -> _End | None:
    match = _R1C1.fullmatch(text)
    if match is None or not text:
        return None
    row = _number(match["rabs"], match["roff"])
    col = _number(match["cabs"], match["coff"])
    if _Number(0, False) in (row, col):
        return None
    return _End(_place(row, match["r"], col), _place(col, match["c"], row), row, col)


def _number(absolute: str | None, offset: str | None) -> _Number | None:
    if absolute is not None:
        return _Number(int(absolute), False)
    return None if offset is None else _Number(int(offset), True)


def _place(number: _Number | None, letter: str | None, other: _Number | None) -> int | None:
    """The row or column of one R1C1 axis: a bare letter is the first; none, beside a number, is all."""
    if number is not None:
        return number.written - (not number.is_offset)
    return None if letter is None and other is not None else 0


def _is_off_by_one(first: _Number | None, last: _Number | None) -> bool:
    """Reversed by exactly one in numbers of one kind, which Google refuses, though it swaps wider ones."""
    return (
        first is not None
        and last is not None
        and first.is_offset == last.is_offset
        and first.written == last.written + 1
    )


def _span(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    if first is not None and last is not None and last < first:
        first, last = last, first
    return first, None if last is None else last + 1


def _spelled(row: int | None, col: int | None) -> str:
    return ("" if col is None else column_letters(col)) + ("" if row is None else str(row + 1))


def _unquoted(title: str) -> str:
    is_quoted = len(title) > 1 and title[0] == title[-1] == "'"
    return title[1:-1].replace("''", "'") if is_quoted else title
