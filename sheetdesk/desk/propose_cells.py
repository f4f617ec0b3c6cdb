"""What cells that people filled can be taken for: times, numbers, tags, words of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.columns.moment import EARLIEST, LATEST, parse_moment
from sheetdesk.columns.number import parse_number
from sheetdesk.columns.tags import PARTING
from sheetdesk.desk.build_columns import SIGNS, WILD

__all__ = [
    "can_be_choice", "can_be_choices", "date_order", "has_clock", "is_moment", "is_number", "is_tagged",
    "share",
]  # fmt: skip

LONGEST_CHOICE = 100
NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2\d{4}(?!\d)")
TAGGED = 0.2
LONGEST_TAG = 30


def share(cells: Sequence[Cell], test: Callable[[Cell], bool]) -> float:
    """Which part of the cells passes; none of none."""
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def is_moment(cell: Cell) -> bool:
    """A time, or a text that is one with the day or the month first."""
    if isinstance(cell, datetime):
        return EARLIEST <= cell <= LATEST
    return isinstance(cell, str) and any(parse_moment(plain(cell), first) for first in (True, False))


def has_clock(cell: Cell) -> bool:
    """A time of day beside the date."""
    found = (
        parse_moment(plain(cell), True) or parse_moment(plain(cell), False) if isinstance(cell, str) else cell
    )
    return isinstance(found, datetime) and (found.hour, found.minute, found.second) != (0, 0, 0)


def is_number(cell: Cell) -> bool:
    """A number, or a text that is one."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or (isinstance(cell, str) and parse_number(plain(cell)) is not None)


def date_order(cells: Iterable[Cell]) -> bool | None:
    """Whether texts write the day before the month; None where none proves it, or some contradict.

    The number that is above 12 is the day.
    """
    proofs = set()
    for cell in cells:
        match = NUMERIC.match(plain(cell)) if isinstance(cell, str) else None
        if match:
            first, second = int(match[1]), int(match[3])
            proofs |= {True} if first > 12 >= second else {False} if second > 12 >= first else set()
    return proofs.pop() if len(proofs) == 1 else None


def can_be_choice(word: str) -> bool:
    """Whether a drop-down can offer the word."""
    wild = any(sign in word for sign in WILD) or word.startswith(SIGNS)
    return bool(word) and not wild and len(word) <= LONGEST_CHOICE and word.isprintable()


def can_be_choices(words: Iterable[str]) -> bool:
    """Whether a drop-down can offer all of them."""
    return all(map(can_be_choice, words))


def is_tagged(cells: Sequence[Cell]) -> bool:
    """Several short words in a fifth of the cells, and most words more than once."""
    texts = [plain(cell) for cell in cells if isinstance(cell, str) and not blank(cell)]
    split = [[word.strip() for word in PARTING.split(text) if word.strip()] for text in texts]
    words = [word for parts in split for word in parts]
    several = sum(len(parts) > 1 for parts in split)
    if not texts or several < max(TAGGED * len(texts), 2) or max(map(len, words), default=0) > LONGEST_TAG:
        return False
    return len(set(words)) * 2 <= len(words)
