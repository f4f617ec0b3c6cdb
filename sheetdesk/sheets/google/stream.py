"""A long answer read while it is unpacked: its rows become cells at once, a few hundred at a time, and only
what is left of it is ever there as a whole.

What ends one row and begins the next cannot stand in a text: the quotes of a text have a backslash before
them.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetdesk.sheets.google.answer import Spreadsheet, spreadsheet_in
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN
from sheetdesk.sheets.google.rows import NEXT_CELL, TOGETHER, Reader, Run

__all__ = ["spreadsheet_of"]

ROW, ROW_AND_MORE = b'{"values":[', b"}]},"
ROWS = b'"rowData"'
COPIED = b"{}," * JOURNAL_COLUMN
"""How a row begins in which nothing stands but what a write copied: hardly any of them is looked at."""


def spreadsheet_of(pieces: Iterable[bytes]) -> Spreadsheet:
    """The spreadsheet that an answer tells of. Raises ValueError for what is no such answer."""
    answer = _Answer()
    for piece in pieces:
        answer.take(piece)
    return answer.spreadsheet()


class _Answer:
    """What has come of an answer. `_said` is what stands around rows, with the number of a run in place of
    each; `_rest` is what follows the last beginning of a row, or all where no row has begun.
    """

    def __init__(self) -> None:
        self._said: list[bytes] = []
        self._runs: list[Run] = []
        self._rows: list[bytes] = []
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
        *whole, self._rest = b"".join((self._rest, *self._waiting)).split(ROW)
        self._waiting, self._size = [], 0
        if whole and not self._begin:
            self._say(whole.pop(0))
            self._begin = ROW
        for row in whole:
            if row.endswith(ROW_AND_MORE) and not row.startswith(COPIED):
                self._rows.append(row)
                if len(self._rows) == TOGETHER:
                    self._read()
            else:
                self._read()
                self._say(ROW + row)

    def _say(self, text: bytes) -> None:
        self._said.append(text)
        if ROWS in text:
            self._reader = Reader()

    def _read(self) -> None:
        """Make a run of the rows that wait."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        try:
            run = self._reader.read([row[1 : -len(ROW_AND_MORE)].split(NEXT_CELL) for row in rows])
        except ValueError:
            # A text looks like the end of a cell, and cut there it is none; or there are blanks in between.
            self._said += [ROW + row for row in rows]
            return
        self._said.append(b'{"run":%d},' % len(self._runs))
        self._runs.append(run)

    def spreadsheet(self) -> Spreadsheet:
        """All of it. Raises ValueError."""
        self._cut()
        self._read()
        answer = spreadsheet_in(b"".join((*self._said, self._begin, self._rest)))
        for tab in answer.sheets or ():
            for row in (row for block in tab.data for row in block.row_data if row.run is not None):
                if not isinstance(row.run, int) or not 0 <= row.run < len(self._runs):
                    raise ValueError(f"no run {row.run}")
                row.run = self._runs[row.run]
        return answer
