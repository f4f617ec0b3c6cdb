"""A long answer read while it is unpacked: its rows become cells at once, a few hundred at a time, and only
what is left of it is ever there as a whole.

What ends one row and begins the next cannot stand in a text: the quotes of a text have a backslash before
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from operator import methodcaller

from sheetdesk.sheets.google.answer import Spreadsheet, spreadsheet_in
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN
from sheetdesk.sheets.google.rows import NEXT_CELL, TOGETHER, Reader, Run, Unread

__all__ = ["spreadsheet_of"]

ROW, ROW_AND_MORE = b'{"values":[{', b"}]},"
NEXT_ROW = ROW_AND_MORE + ROW
ROWS, VALUES, ROW_END = b'"rowData"', b'"values"', b"]"
COPIED = NEXT_CELL * JOURNAL_COLUMN
"""How a row begins in which nothing stands but what a write copied: hardly any of them is looked at."""
_is_copied = methodcaller("startswith", COPIED)


def spreadsheet_of(pieces: Iterable[bytes]) -> Spreadsheet:
    """The spreadsheet that an answer tells of. Raises ValueError for what is no such answer."""
    answer = _Answer()
    for piece in pieces:
        answer.take(piece)
    return answer.spreadsheet()


class _Answer:
    """What has come of an answer. `_said` is what stands around rows, with the number of a run in place of
    each; `_rows` wait to be made a run, each from its first cell's beginning to its last one's end, and are
    all copied by a write or none; `_rest` follows the last beginning of a row, or is all that came where
    `_begin` is empty.
    """

    def __init__(self) -> None:
        self._said: list[bytes] = []
        self._runs: list[Run | Unread] = []
        self._rows: list[bytes] = []
        self._are_copied = False
        self._reader = Reader()
        self._rest = b""
        self._begin = b""
        self._waiting: list[bytes] = []
        self._size = 0

    def take(self, piece: bytes) -> None:
        self._waiting.append(piece)
        self._size += len(piece)
        # Where no row begins for long, the same is not looked through again and again.
        if self._size >= len(self._rest):
            self._cut()

    def _cut(self) -> None:
        *whole, self._rest = b"".join((self._rest, *self._waiting)).split(NEXT_ROW)
        self._waiting, self._size = [], 0
        if whole and not self._begin:
            self._say(whole.pop(0) + ROW_AND_MORE)
            self._begin = ROW
        for is_copied, rows in groupby(whole, _is_copied):
            if is_copied != self._are_copied:
                self._read_waiting()
                self._are_copied = is_copied
            self._rows += rows
        while len(self._rows) >= TOGETHER and not self._are_copied:
            some, self._rows = self._rows[:TOGETHER], self._rows[TOGETHER:]
            self._read(some)

    def _say(self, text: bytes) -> None:
        self._said.append(text)
        if ROWS in text:
            self._reader = Reader()

    def _read_waiting(self) -> None:
        """Make runs of all rows that wait."""
        rows, self._rows = self._rows, []
        step = max(len(rows), 1) if self._are_copied else TOGETHER
        for start in range(0, len(rows), step):
            self._read(rows[start : start + step])

    def _read(self, rows: Sequence[bytes]) -> None:
        """Make a run of these rows, or some where one is more than a row: others that hold nothing stand
        between, or a tab ends there.
        """
        odd = _odd(rows) if self._are_copied else []
        if not odd:
            try:
                self._add(Unread(rows) if self._are_copied else self._reader.read(_cells(rows)))
                return
            except ValueError:
                # A text looks like the end of a cell, and cut there it is none, if no row is odd; or blanks
                # are in between.
                odd = _odd(rows)
        if not odd:
            self._said += [ROW + row + ROW_AND_MORE for row in rows]
            return
        for first, last in pairwise((-1, *odd, len(rows))):
            if first >= 0:
                self._say(ROW + rows[first] + ROW_AND_MORE)
            if last > first + 1:
                self._read(rows[first + 1 : last])

    def _add(self, run: Run | Unread) -> None:
        last = self._runs[-1] if self._runs and self._said[-1] == _number(self._runs) else None
        if isinstance(run, Run) and isinstance(last, Run):
            last.add(run)
            return
        self._runs.append(run)
        self._said.append(_number(self._runs))

    def spreadsheet(self) -> Spreadsheet:
        """All of it. Raises ValueError."""
        self._cut()
        self._read_waiting()
        answer = spreadsheet_in(b"".join((*self._said, self._begin, self._rest)))
        for tab in answer.sheets or ():
            for row in (row for block in tab.data for row in block.row_data if row.run is not None):
                if not isinstance(row.run, int) or not 0 <= row.run < len(self._runs):
                    raise ValueError(f"no run {row.run}")
                row.run = self._runs[row.run]
        return answer


def _number(runs: Sequence[Run | Unread]) -> bytes:
    """What stands in place of the last of these."""
    return b'{"run":%d},' % (len(runs) - 1)


def _cells(rows: Sequence[bytes]) -> list[list[bytes]]:
    return [row.split(NEXT_CELL) for row in rows]


def _odd(rows: Sequence[bytes]) -> list[int]:
    """Which of these are more than one row."""
    # Where a row ends there is a bracket, which is looked for in a tenth of the time.
    return [at for at, row in enumerate(rows) if ROW_END in row and VALUES in row]
