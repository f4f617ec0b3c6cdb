"""What one write was meant to do, kept in the sheet by that write itself, and what it really did.

A write first copies the rows that it is about to change beside this plan, in the same step: whatever it
then hit, and whatever stood there, is known afterwards, to whoever reads the sheet next. People who
sorted, inserted or typed between our reading and our write lose nothing: what they had comes back, and
our values go where they were meant to (`resolve` works that out).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple, Protocol
from zlib import crc32

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.google.compact import compact, listed

__all__ = [
    "FIRST_COPY", "JOURNAL_COLUMN", "Copies", "Copy", "Plan", "Planned", "PlannedTab", "as_json", "decoded",
    "encoded", "from_json",
]  # fmt: skip

JOURNAL_COLUMN = 33
"""The column of the sync tab from which on the journal stands: right of all that rules write."""

FIRST_COPY = 400
"""The row of the sync tab from which on copies stand; above them stands the plan."""

CHUNK = 45_000
"""So many characters of a plan stand in a cell; half as many where one may count twice, as Google counts."""

FOUR_BYTES = [bytes([first]) for first in range(0xF0, 0xF5)]
"""With what a character begins in UTF-8 that is two code units in UTF-16."""

SUM = "{:08x}"
Copy = Callable[[int, int], Cell]
"""The cell that stood at a row and column of a tab when the write was applied."""


class Copies(Protocol):
    """The cells of the sync tab by (row, column)."""

    def get(self, spot: tuple[int, int], /) -> Cell: ...


class Planned(NamedTuple):
    """One row to be changed: where it stood when it was read, its id, and by column what stood there
    and what is written. `was` is the whole row, of one without an id or with one that is not its own;
    `called` is the title of any other that gets none, or None where its id alone tells which it is.
    """

    row: int
    name: Cell
    cells: Mapping[int, tuple[Cell, Cell]]
    was: tuple[Cell, ...] = ()
    called: Cell = None


@dataclass(frozen=True)
class PlannedTab:
    """What is written to one tab: its header's row, the columns `left` to `right` that are copied with
    their titles, the columns of the id and of dates, the rows, and which of them are copied to where:
    (first, last, at). What formulas in a header show in the columns `filled` tells nothing of a row, what
    stands in the column `title` most; -1 where it is not there. Of the titles by which rows are called,
    several rows had those in `common`. `restored` are titles that come back into the header: the place and
    the mark of their column, and what it is called.
    """

    sheet_id: int
    header: int
    left: int
    right: int
    id_column: int
    dated: tuple[int, ...]
    titles: tuple[Cell, ...]
    rows: tuple[Planned, ...]
    blocks: tuple[tuple[int, int, int], ...]
    filled: tuple[int, ...] = ()
    title: int = -1
    common: tuple[Cell, ...] = ()
    restored: tuple[tuple[int, str, Cell], ...] = ()

    def copy_of(self, at: Copies) -> Copy:
        """What was copied, out of the cells of the sync tab; dates are numbers."""
        blocks = sorted(self.blocks)
        begins = [first for first, _, _ in blocks]
        shift = JOURNAL_COLUMN - self.left
        # Most rows are asked for cell by cell.
        last, last_place = -1, -1

        def cell(row: int, column: int) -> Cell:
            nonlocal last, last_place
            if row != last:
                first, end, place = blocks[bisect_right(begins, row) - 1] if blocks else (0, -1, 0)
                last, last_place = row, place + row - first if first <= row <= end else -1
            return at.get((last_place, shift + column)) if last_place >= 0 else None

        return cell


@dataclass(frozen=True)
class Plan:
    """What the write that makes `turn` was meant to do. Where it `is_tagged`, each value that it wrote
    carries a tag, and `undone` are tags of earlier writes that missed, with what had stood in their cells.
    """

    turn: str
    tabs: tuple[PlannedTab, ...] = ()
    is_tagged: bool = False
    undone: Mapping[str, Cell] = field(default_factory=dict)

    def tags(self) -> Iterator[tuple[PlannedTab, Planned, int, str]]:
        """The tag of each cell that is written, by tab, row and column."""
        number = 0
        for tab in self.tabs:
            for row in tab.rows:
                for column in row.cells:
                    number += 1
                    yield tab, row, column, f"{self.turn.removeprefix('sd_turn_')}.{number}"


def encoded(plan: Plan) -> list[str]:
    """A plan as texts that each fit into a cell."""
    facts = {
        "turn": plan.turn,
        "tagged": plan.is_tagged,
        "undone": {tag: as_json(cell) for tag, cell in plan.undone.items()},
    }
    pieces = [compact(facts)[:-1], b',"tabs":']
    for number, tab in enumerate(plan.tabs):
        pieces += b"," if number else b"[", *_tab_told(tab)
    told = b"".join((*pieces, b"]}" if plan.tabs else b"[]}"))
    text = SUM.format(crc32(told)) + told.decode("utf-8")
    # What begins with one of these counts twice.
    chunk = CHUNK // 2 if any(first in told for first in FOUR_BYTES) else CHUNK
    return [text[start : start + chunk] for start in range(0, len(text), chunk)]


def _tab_told(tab: PlannedTab) -> Iterator[bytes]:
    before = [
        tab.sheet_id, tab.header, tab.left, tab.right, tab.id_column, tab.dated, [*map(as_json, tab.titles)],
    ]  # fmt: skip
    behind = [
        tab.blocks, tab.filled, tab.title, [*map(as_json, tab.common)],
        [(place, mark, as_json(title)) for place, mark, title in tab.restored],
    ]  # fmt: skip
    # Of the rows there may be ten thousands.
    yield compact(before)[:-1] + b","
    yield from listed(map(_told, tab.rows))
    yield b"," + compact(behind)[1:]


def _told(row: Planned) -> list[Any]:
    place, name, cells, was, called = row
    pairs = [(column, as_json(old), as_json(new)) for column, (old, new) in cells.items()]
    told: list[Any] = [place, as_json(name), pairs]
    if was or called is not None:
        told.append([*map(as_json, was)])
    if called is not None:
        told.append(as_json(called))
    return told


def decoded(texts: Sequence[str], right: str = "") -> Plan:
    """The plan that these texts hold; an empty one where somebody has spoilt them. The rows are left out of
    that of the turn `right`, which is known to have hit what it was meant for.
    """
    text = "".join(texts)
    known, text = text[:8], text[8:]
    # People who replace a word all over the spreadsheet do so here too, and it would still read like a plan.
    if not text or known != SUM.format(_sum(text)):
        return Plan("")
    try:
        facts = json.loads(text)
        undone = {str(tag): from_json(cell) for tag, cell in facts.get("undone", {}).items()}
        is_right = right != "" and facts["turn"] == right
        tabs = tuple(_tab(tab, is_right=is_right) for tab in facts["tabs"])
        return Plan(str(facts["turn"]), tabs, facts.get("tagged") is True, undone)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return Plan("")


def _sum(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


def _tab(found: Sequence[Any], *, is_right: bool) -> PlannedTab:
    sheet_id, header, left, right, id_column, dated, titles, rows, blocks, filled, *more = found
    # Those of earlier versions lack some.
    title, common, restored = (*more, *(-1, (), ())[len(more) :])[:3]
    return PlannedTab(
        int(sheet_id),
        int(header),
        int(left),
        int(right),
        int(id_column),
        tuple(map(int, dated)),
        tuple(map(from_json, titles)),
        tuple(
            Planned(
                int(row),
                from_json(name),
                {int(c): (from_json(old), from_json(new)) for c, old, new in cells},
                tuple(map(from_json, told[0])) if told else (),
                *map(from_json, told[1:]),
            )
            for row, name, cells, *told in (() if is_right else rows)
        ),
        tuple((int(first), int(last), int(at)) for first, last, at in blocks),
        tuple(map(int, filled)),
        int(title),
        tuple(map(from_json, common)),
        tuple((int(place), str(mark), from_json(called)) for place, mark, called in restored),
    )


def as_json(cell: Cell) -> Any:
    """A cell as JSON can hold it. Nothing is no `null`: `compact` would take that for a number that is not
    finite, and look at all of it once more.
    """
    if cell.__class__ is str:
        return cell
    if cell is None or (isinstance(cell, float) and not isfinite(cell)):
        return {}
    return {"at": cell.isoformat()} if isinstance(cell, datetime) else cell


def from_json(found: Any) -> Cell:
    """What `as_json` gave, as a cell. Raises TypeError, ValueError."""
    if isinstance(found, dict):
        return datetime.fromisoformat(found["at"]) if found else None
    if isinstance(found, int | float) and not isinstance(found, bool):
        return float(found)
    if found is None or isinstance(found, str | bool):
        return found
    raise TypeError(found)
