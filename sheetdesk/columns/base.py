"""What a column is, and the contract that every kind of column keeps.

A kind of column is a module in this folder that defines `KIND: ColumnType`; its file name is the
word in the desk file (`type: money` is `columns/money.py`). The contract is three methods:

- `read` understands what stands in cells, `show` says what to put into them: `read(show(v)) == v`;
- `check` says what a spreadsheet may refuse while a person types.

Both `read` and `show` work on a whole column at once: a desk has a hundred thousand tickets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any, Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

import pandas as pd

from sheetdesk.locales.locale import Locale

__all__ = [
    "CELL_LIMIT",
    "UNWRITABLE",
    "Cell",
    "CellCheck",
    "CellKind",
    "Choice",
    "Column",
    "ColumnType",
    "Meaning",
    "MergePolicy",
    "Problem",
    "Reading",
    "Setting",
    "Values",
    "blank",
    "plain",
    "unwritable",
    "without_unwritable",
]

Cell = None | str | float | int | bool | datetime
"""What a spreadsheet cell can hold: nothing, text, a number, a truth value, a naive local time."""

Owner = Literal["people", "rules", "formula"]
MergePolicy = Literal["people", "rules", "forward", "append", "latest", "manual"]


class Meaning(Enum):
    """What a status means, whatever the team calls it."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Work is still to be done: the ticket counts as backlog."""
        return self in (Meaning.NEW, Meaning.OPEN, Meaning.PENDING, Meaning.ON_HOLD)


@dataclass(frozen=True)
class Choice:
    """One value of a choice column: `key` is stable and stored, `title` is shown.

    `parent` is the key of the choice in the column this one depends on; `color` is RRGGBB.
    """

    key: str
    title: str
    color: str = ""
    meaning: Meaning | None = None
    parent: str = ""
    was: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One column of one table. `key` is stable; `title` is shown and may change.

    `edit` names the roles that may change it (empty: every role that may edit at all). `formula` is
    the text of a ready-made formula such as `month(created)`, for `owner == "formula"` only. `merge` says
    how a cell is decided that was changed on two sides.
    """

    key: str
    title: str
    type: str = "text"
    owner: Owner = "people"
    required: bool = False
    default: str | float | bool | None = None
    choices: tuple[Choice, ...] = ()
    depends_on: str = ""
    formula: str = ""
    edit: tuple[str, ...] = ()
    merge: MergePolicy = "people"
    was: tuple[str, ...] = ()
    pii: str = ""
    keep: str = ""
    note: str = ""
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    decimals: int | None = None
    wrap: bool = False
    width_chars: float | None = None
    hidden: bool = False

    def choice(self, key: object) -> Choice | None:
        """The choice with this key, or None."""
        return self.by_key.get(key) if isinstance(key, str) else None

    @cached_property
    def by_key(self) -> dict[str, Choice]:
        return {choice.key: choice for choice in self.choices}


@dataclass(frozen=True)
class Problem:
    """A cell nobody can read, or a ticket that does not hold together: reported, never changed.

    `row` is the position in what was read (0-based, -1 for none), `ticket` its id where known, `cell`
    its name as people see it in the `tab`, such as `F12`.
    `expected` says what would be right; `near` the most likely meaning of what was typed.
    """

    kind: str
    column: str
    raw: str
    expected: str
    near: str = ""
    row: int = -1
    ticket: str = ""
    cell: str = ""
    tab: str = ""


@dataclass(frozen=True)
class Setting:
    """Where and when cells are read or shown: language, zone, and which numeric date order holds.

    `day_first` decides `03/04/2026` (None: it is a Problem). `choices` that a choice column does
    not know are Problems unless `new_choices` collects them (column key → titles, in order met).
    """

    locale: Locale
    zone: ZoneInfo
    day_first: bool | None = None
    new_choices: dict[str, dict[str, None]] | None = None
    people: frozenset[str] | None = None
    synonyms: dict[str, dict[str, str]] = field(default_factory=dict)


Values: TypeAlias = "pd.Series[Any] | pd.Index[Any]"
"""A column of typed values."""


@dataclass(frozen=True)
class Reading:
    """What a column of cells means: `values` in the type's dtype, missing where a Problem is."""

    values: pd.Series[Any]
    problems: list[Problem]


class CellKind(Enum):
    """How a shown cell is written. Never guessed from content."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True)
class CellCheck:
    """What a spreadsheet should refuse while a person types; bounds are inclusive.

    `kind` list: one of the named list `source`, of those below the value in column `depends_on` if
    that is given. `blocks` False only warns: the value is kept and the person is told.
    """

    kind: Literal["list", "whole", "number", "date", "moment", "length"]
    source: str = ""
    depends_on: str = ""
    minimum: float | None = None
    maximum: float | None = None
    blocks: bool = True


class ColumnType(Protocol):
    """The contract of a kind of column."""

    cell_kind: CellKind
    dtype: str

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """What the cells mean. Never raises on a person's cell: that is a Problem."""
        ...

    def show(self, values: Values, column: Column, setting: Setting) -> Sequence[Cell]:
        """The cells to write, None where there is no value. `read(show(v)) == v`."""
        ...

    def check(self, column: Column) -> CellCheck | None:
        """What the spreadsheet may refuse, or None when anything goes."""
        ...


# What XML 1.0 cannot carry and no spreadsheet shows. Tab and line feed are fine, and a carriage return
# becomes a line feed in every XML reader.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


CELL_LIMIT = 32_767
"""Characters (UTF-16 units) one spreadsheet cell holds."""


def unwritable(text: str, limit: int, setting: Setting) -> str:
    """What is expected instead of a text that no cell, or no cell of so many characters, can hold."""
    if UNWRITABLE.search(text):
        return setting.locale.text("expected.writable")
    # Only text that could be over the limit is worth counting in UTF-16 units.
    if len(text) * 2 > limit and len(text.encode("utf-16-le")) // 2 > limit:
        return setting.locale.text("expected.length", limit=limit)
    return ""


def without_unwritable(
    cells: Sequence[Cell], column: Column, setting: Setting
) -> tuple[Sequence[Cell], list[Problem]]:
    """The cells with None in place of what no cell can hold, and a Problem for each of these."""
    texts = ((row, cell) for row, cell in enumerate(cells) if isinstance(cell, str))
    reasons = {row: reason for row, text in texts if (reason := unwritable(text, CELL_LIMIT, setting))}
    if not reasons:
        return cells, []
    problems = [
        Problem("unreadable", column.key, str(cells[row]), reason, row=row) for row, reason in reasons.items()
    ]
    return [None if row in reasons else cell for row, cell in enumerate(cells)], problems


def blank(cell: Cell) -> bool:
    """Nothing stands there: no value, an empty text, or only white space."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return cell is None or cell != cell


def plain(cell: Cell) -> str:
    """The cell as a person would retype it: NFKC (full-width folded), trimmed; 12.0 is `12`."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return unicodedata.normalize("NFKC", str(cell)).strip()
