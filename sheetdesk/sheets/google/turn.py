"""One write to a spreadsheet as one batch: applied whole, once, and only upon what was read.

In this order: the turn that was read is handed on (where somebody else has done that since, nothing of
the batch is applied); the plan is written beside the header and rows it is about to change; these are
copied; then they are changed. Whatever a person did in between stands in the copy.
Source: Google Sheets API v4, spreadsheets.batchUpdate ("applied in the order they are specified", "if
any is not valid, the entire request will fail and nothing will be applied"); AddNamedRangeRequest and
DeleteNamedRangeRequest (an id that exists, or does not, is an error).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.google.journal import FIRST_COPY, JOURNAL_COLUMN, Plan, PlannedTab, encoded
from sheetdesk.sheets.google.read import TURN, LiveTab, Snapshot
from sheetdesk.sheets.google.render.cells import typed
from sheetdesk.table.grid import GridTable

__all__ = ["Batch", "Put", "Turn", "blocks_of", "first_turn", "turn_number"]

MOST_BLOCKS = 8_000
"""So many stretches of rows are copied at most, those that lie close together: what is copied is read again
by the next run.
"""

ARMED = "sd_armed_"
"""How the name of a range begins that stands for a turn which somebody deleted."""

Request = dict[str, Any]


class Put(NamedTuple):
    """One cell to write: a value, or a formula of the plan's own; a date may need its `number_format`."""

    row: int
    column: int
    value: Cell
    formula: str = ""
    number_format: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Written:
    """Cells to write to one tab, in blocks of stretches of a row. Of these there may be ten thousands: each
    request is made when it is asked for.
    """

    sheet_id: int
    blocks: Sequence[Sequence[Sequence[Put]]]

    def __iter__(self) -> Iterator[Request]:
        for block in self.blocks:
            first = block[0][0]
            fields = "userEnteredValue"
            if first.number_format:
                fields += ",userEnteredFormat.numberFormat"
            start = {"sheetId": self.sheet_id, "rowIndex": first.row, "columnIndex": first.column}
            rows = [{"values": [_cell(put) for put in run]} for run in block]
            yield {"updateCells": {"start": start, "rows": rows, "fields": fields}}


@dataclass(frozen=True)
class Copied:
    """Rows to copy into the sync tab. Each request is made when it is asked for."""

    sync_id: int
    tabs: Sequence[PlannedTab]

    def __iter__(self) -> Iterator[Request]:
        for tab in self.tabs:
            width = tab.right + 1 - tab.left
            for first, last, at in tab.blocks:
                source = _range(tab.sheet_id, first, last + 1, tab.left, tab.right + 1)
                end = at + last + 1 - first
                target = _range(self.sync_id, at, end, JOURNAL_COLUMN, JOURNAL_COLUMN + width)
                paste = {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}
                yield {"copyPaste": paste}


@dataclass(frozen=True)
class Batch:
    """Requests in their order, as often as they are asked for."""

    parts: Sequence[Iterable[Request]]

    def __iter__(self) -> Iterator[Request]:
        return chain.from_iterable(self.parts)


@dataclass
class Turn:
    """The batch while it is put together. `tag` tells this writer from any other that plans the same turn,
    `last` is the number of the turn whose plan was read.
    """

    snapshot: Snapshot
    tag: str
    is_tagged: bool = False
    last: int = 0
    undone: Mapping[str, Cell] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    pending: list[tuple[LiveTab, list[Put]]] = field(default_factory=list)
    grown: list[Request] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    planned: list[PlannedTab] = field(default_factory=list)
    kept: dict[tuple[int, int], Put] = field(default_factory=dict)
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)
    copied_rows: int = 0

    @property
    def name(self) -> str:
        """The turn that this batch makes."""
        last = max(map(turn_number, self.snapshot.turns), default=self._epoch())
        return f"{TURN}{last + 1}_{self.tag}"

    @property
    def plan(self) -> Plan:
        """What this batch is meant to do, as it stands in the sheet."""
        return Plan(self.name, tuple(self.planned), self.is_tagged, self.undone)

    @property
    def widest(self) -> int:
        """How many columns are copied at most."""
        return max((tab.right + 1 - tab.left for tab in self.planned), default=1)

    def _epoch(self) -> int:
        """The number of the last turn where its range is gone: from the plan that it left, and never one
        that was started from before.
        """
        armed = (turn_number(name) + 1 for name in self.snapshot.names if name.startswith(ARMED))
        return max(self.last, *armed, 0)

    def grow(self, tab: LiveTab, rows: int, columns: int = 0) -> None:
        """Let a tab have so many rows and columns at least."""
        for dimension, wanted, there in (("ROWS", rows, tab.rows), ("COLUMNS", columns, tab.columns)):
            if wanted > there:
                size = {"sheetId": tab.sheet_id, "dimension": dimension, "length": wanted - there}
                self.grown.append({"appendDimension": size})
        self.sizes[tab.sheet_id] = (max(rows, tab.rows), max(columns, tab.columns))

    def make_room(self, sync: LiveTab) -> None:
        """Let the sync tab have room for all that is kept and copied."""
        lowest = max((put.row for put in self.kept.values()), default=0) + 1
        self.grow(sync, max(FIRST_COPY + self.copied_rows, lowest), JOURNAL_COLUMN + self.widest)

    def keep(self, put: Put) -> None:
        """A cell of the sync tab to write."""
        self.kept[put.row, put.column] = put

    def reach(self, tab: LiveTab, table: GridTable, bottom: int) -> None:
        """Let the block that is called as the table is reach down to this row."""
        if bottom <= tab.ends.get(table.name, bottom):
            return
        area = _range(tab.sheet_id, table.top, bottom + 1, table.left, table.right + 1)
        name = {"namedRangeId": self.snapshot.table_names[table.name], "name": table.name, "range": area}
        self.requests.append({"updateNamedRange": {"namedRange": name, "fields": "range"}})

    def put(self, tab: LiveTab, puts: Iterable[Put]) -> None:
        """Cells to write, in as few requests as stretches of a row allow."""
        self.written.append(Written(tab.sheet_id, _blocks(_runs(puts))))

    def copied(self, sync_id: int) -> Copied:
        """What copies the header and the rows of each planned tab into the sync tab."""
        return Copied(sync_id, self.planned)

    def place_for(self, rows: int) -> int:
        """Rows of the sync tab for so many copied ones."""
        at = FIRST_COPY + self.copied_rows
        self.copied_rows += rows
        return at

    def hand_on(self, sync_id: int) -> list[Request]:
        """The requests that make this the turn after the one that was read, and keep its plan."""
        made: list[Request] = [{"deleteNamedRange": {"namedRangeId": turn}} for turn in self.snapshot.turns]
        if not self.snapshot.turns:
            # Somebody deleted it. This one stays for ever, so that no late copy of this batch applies again.
            made.append(_named(f"{ARMED}{self._epoch()}", sync_id))
        made.append(_named(self.name, sync_id))
        # What an earlier write copied has been looked at, and is kept no longer.
        old = {"sheetId": sync_id, "startRowIndex": 1, "startColumnIndex": JOURNAL_COLUMN}
        made.append({"updateCells": {"range": old, "fields": "userEnteredValue"}})
        texts = encoded(self.plan)
        rows = [{"values": [_cell(Put(0, 0, text))]} for text in texts]
        start = {"sheetId": sync_id, "rowIndex": 1, "columnIndex": JOURNAL_COLUMN}
        made.append({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
        return made


def first_turn(sync_id: int) -> Request:
    """The range that the first write hands on."""
    return _named(f"{TURN}1_0", sync_id)


def _named(name: str, sync_id: int) -> Request:
    area = _range(sync_id, 0, 1, JOURNAL_COLUMN, JOURNAL_COLUMN + 1)
    return {"addNamedRange": {"namedRange": {"namedRangeId": name, "name": name, "range": area}}}


def _range(sheet_id: int, top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {
        "sheetId": sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def _cell(put: Put) -> dict[str, Any]:
    _, _, value, formula, number_format = put
    cell: dict[str, Any] = {}
    if formula:
        cell["userEnteredValue"] = {"formulaValue": formula}
    elif value is not None:
        cell["userEnteredValue"] = typed(value)
    if number_format:
        cell["userEnteredFormat"] = {"numberFormat": dict(number_format)}
    return cell


def _runs(puts: Iterable[Put]) -> list[list[Put]]:
    """The cells in stretches that lie side by side, of which all or none get a number format."""
    runs: list[list[Put]] = []
    next_ = -1, -1, False
    for put in sorted(puts, key=itemgetter(0, 1)):
        row, column, _, _, number_format = put
        is_formatted = bool(number_format)
        if (row, column, is_formatted) == next_:
            runs[-1].append(put)
        else:
            runs.append([put])
        next_ = row, column + 1, is_formatted
    return runs


def _blocks(runs: Iterable[list[Put]]) -> list[list[list[Put]]]:
    """The stretches in blocks of equal ones that lie below each other."""
    blocks: list[list[list[Put]]] = []
    open_: dict[tuple[int, int, bool], list[list[Put]]] = {}
    for run in runs:
        key = (run[0].column, len(run), bool(run[0].number_format))
        block = open_.get(key)
        if block is not None and block[-1][0].row + 1 == run[0].row:
            block.append(run)
        else:
            open_[key] = [run]
            blocks.append(open_[key])
    return blocks


def blocks_of(rows: Sequence[int], most: int = MOST_BLOCKS) -> list[tuple[int, int]]:
    """The rows, which are in order, as at most so many stretches (first, last)."""
    gaps = sorted((b - a, b) for a, b in pairwise(rows) if b - a > 3)
    begins = {rows[0], *(row for _, row in gaps[-(most - 1) :])} if most > 1 else {rows[0]}
    blocks: list[tuple[int, int]] = []
    for row in rows:
        if row in begins:
            blocks.append((row, row))
        else:
            blocks[-1] = (blocks[-1][0], row)
    return blocks


def turn_number(name: str) -> int:
    """The number in the name of a turn or of what stands for one; 0 where there is none."""
    for prefix in (TURN, ARMED):
        number = name.removeprefix(prefix).split("_")[0]
        if name.startswith(prefix) and number.isdigit() and len(number) < 12:
            return int(number)
    return 0
