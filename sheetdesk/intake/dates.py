"""Day first or month first: decided for each column, on evidence, and said aloud.

A number above 12 in one place settles it. A column without such a number follows the others of the
same file, then what was asked for, then the order that puts a ticket's times in sequence. What is
still open is left to people: such a cell is a Problem, never a guess.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sheetdesk.columns.base import Cell, plain
from sheetdesk.columns.moment import parse_moment

__all__ = ["DateOrder", "Evidence", "clean_moment", "decide_orders", "gather", "is_dated"]

NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2\d{4}(?!\d)")
SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
EPOCH = re.compile(r"1\d{9}(\d{3})?")
SAMPLE = 3_000

Source = Literal["column", "file", "asked", "sequence", "mixed", ""]


@dataclass(frozen=True)
class Evidence:
    """What a column's values say: how many can only be day first, only month first, or both.

    `separator` is the sign between day, month and year.
    """

    day: int = 0
    month: int = 0
    either: int = 0
    separator: str = ""

    @property
    def day_first(self) -> bool | None:
        """The order this evidence proves, None when it proves none or contradicts itself."""
        return None if bool(self.day) == bool(self.month) else self.day > 0


@dataclass(frozen=True)
class DateOrder:
    """The order in which a column is read, and from what that was decided."""

    day_first: bool | None
    source: Source
    evidence: Evidence


def clean_moment(cell: Cell) -> Cell:
    """The cell with a spreadsheet's day number or a Unix time made readable."""
    if isinstance(cell, str) and len(cell) <= 24:
        text = plain(cell)
        if SERIAL.fullmatch(text):
            return float(text)
        if EPOCH.fullmatch(text):
            return _from_epoch(int(text))
    elif (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and (1e9 <= cell < 2e9 or 1e12 <= cell < 2e12)
    ):
        return _from_epoch(int(cell))
    return cell


def _from_epoch(number: int) -> str:
    seconds = number / 1000 if number >= 1e12 else number
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def gather(values: Iterable[tuple[Cell, int]]) -> Evidence:
    """The evidence of distinct values with how often each stands in the column."""
    day = month = either = 0
    separator = ""
    for value, count in values:
        if not isinstance(value, str):
            continue
        match = NUMERIC.match(plain(value))
        if match is None:
            continue
        separator = separator or match.group(2)
        first, second = int(match.group(1)), int(match.group(3))
        if first > 12 >= second:
            day += count
        elif second > 12 >= first:
            month += count
        elif first != second:
            either += count
    return Evidence(day, month, either, separator)


def is_dated(cells: Sequence[Cell]) -> bool:
    """Whether the first text among the cells is a numeric date."""
    first = next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")
    return NUMERIC.match(plain(first)) is not None


def decide_orders(
    found: Mapping[str, Evidence], cells: Mapping[str, Sequence[Cell]], asked: bool | None
) -> dict[str, DateOrder]:
    """The order of each column of dates, by key.

    `cells` are the columns' cells by row, to hold a ticket's times against each other.
    """
    orders: dict[str, DateOrder] = {}
    for key, evidence in found.items():
        order = evidence.day_first
        # One export writes one format: what another column proves holds here too.
        like = [other for other in found.values() if other.separator == evidence.separator]
        settled = {other.day_first for other in like if other.day or other.month}
        by_file = settled.pop() if len(settled) == 1 else None
        if order is not None:
            orders[key] = DateOrder(order, "column", evidence)
        elif evidence.day:
            orders[key] = DateOrder(asked, "mixed", evidence)
        elif not evidence.either:
            orders[key] = DateOrder(None, "", evidence)
        elif by_file is not None:
            orders[key] = DateOrder(by_file, "file", evidence)
        elif asked is not None:
            orders[key] = DateOrder(asked, "asked", evidence)
        else:
            orders[key] = DateOrder(_by_sequence(cells), "sequence", evidence)
    return orders


def _by_sequence(cells: Mapping[str, Sequence[Cell]]) -> bool | None:
    """The order under which tickets are created before they are answered, solved and closed, in turn."""
    wrong = {order: _out_of_sequence(cells, order) for order in (True, False)}
    low, high = sorted(wrong.values())
    if low * 5 >= high:
        return None
    return wrong[True] < wrong[False]


def _out_of_sequence(cells: Mapping[str, Sequence[Cell]], day_first: bool) -> int:
    def parsed(key: str) -> list[datetime | None]:
        return [_wall(cell, day_first) for cell in cells[key][:SAMPLE]]

    if "created" not in cells:
        return 0
    created = parsed("created")
    pairs = list(itertools.pairwise(created))
    for later in ("first_response", "resolved", "closed", "updated"):
        if later in cells:
            pairs += zip(created, parsed(later), strict=True)
    return sum(a is not None and b is not None and b < a for a, b in pairs)


def _wall(cell: Cell, day_first: bool) -> datetime | None:
    moment = parse_moment(plain(cell), day_first) if isinstance(cell, str) else cell
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else None
