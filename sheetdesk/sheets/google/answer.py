"""What Google says of a spreadsheet, in types that hold what is used of it and skip all else.

Rows stay the bytes that came until somebody wants their cells: there may be millions of these.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sheetdesk.errors import AnswerUnreadable, Cause

__all__ = [
    "Area", "Block", "CellValue", "ErrorValue", "FormulaCell", "GridSize", "Mark", "NamedRange", "RowData",
    "Spreadsheet", "Tab", "ValueCell", "spreadsheet_as", "spreadsheet_in", "written_in",
]  # fmt: skip


class _Part(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A part of an answer. Google leaves out what is 0, false or empty."""


class ErrorValue(_Part, frozen=True):
    type: str = ""


class CellValue(_Part, frozen=True):
    """What a cell shows: one of these at most."""

    string_value: str | None = None
    number_value: float | None = None
    bool_value: bool | None = None
    error_value: ErrorValue | None = None


class Entered(_Part, frozen=True):
    formula_value: str | None = None


class ValueCell(_Part, frozen=True):
    """A cell of which formulas do not matter; one that holds nothing has a value that says nothing."""

    effective_value: CellValue = CellValue()


class FormulaCell(ValueCell, frozen=True):
    user_entered_value: Entered = Entered()


class RowData(msgspec.Struct, gc=False, rename="camel"):
    """A row's cells as they came; or a `run` of rows that were read while the answer came in."""

    values: msgspec.Raw = msgspec.Raw(b"[]")
    run: Any = None

    @property
    def height(self) -> int:
        """How many rows these are."""
        return 1 if self.run is None else self.run.rows


class Mark(_Part, frozen=True):
    """Developer metadata."""

    metadata_id: int = 0
    metadata_key: str = ""
    metadata_value: str = ""


class MarkedColumn(_Part, frozen=True):
    developer_metadata: list[Mark] = []


class Block(_Part, frozen=True):
    """A part of a tab."""

    start_row: int = 0
    start_column: int = 0
    column_metadata: list[MarkedColumn] = []
    row_data: list[RowData] = []


class Area(_Part, frozen=True):
    """A range of a tab; without an end it reaches as far as the tab does."""

    sheet_id: int = 0
    start_row_index: int = 0
    end_row_index: int | None = None
    start_column_index: int = 0
    end_column_index: int | None = None


class NamedRange(_Part, frozen=True):
    """`range` is empty where its cells were deleted."""

    named_range_id: str = ""
    name: str = ""
    range: Area = Area()


class GridSize(_Part, frozen=True):
    row_count: int = 0
    column_count: int = 0


class TabProperties(_Part, frozen=True):
    sheet_id: int = 0
    title: str = ""
    sheet_type: str = "GRID"
    grid_properties: GridSize = GridSize()


class Tab(_Part, frozen=True):
    properties: TabProperties = TabProperties()
    merges: list[Area] = []
    data: list[Block] = []


class SpreadsheetProperties(_Part, frozen=True):
    time_zone: str = "Etc/GMT"
    locale: str = "en_US"


class Spreadsheet(_Part, frozen=True):
    """`sheets` is None in an answer that tells of no spreadsheet."""

    spreadsheet_id: str = ""
    properties: SpreadsheetProperties = SpreadsheetProperties()
    named_ranges: list[NamedRange] = []
    developer_metadata: list[Mark] = []
    sheets: list[Tab] | None = None


class _Written(_Part, frozen=True):
    updated_spreadsheet: Spreadsheet = Spreadsheet()


_SPREADSHEET = msgspec.json.Decoder(Spreadsheet)
_WRITTEN = msgspec.json.Decoder(_Written)


def spreadsheet_in(body: bytes) -> Spreadsheet:
    """The spreadsheet that an answer tells of. Raises ValueError for what is no such answer."""
    return _SPREADSHEET.decode(body)


def written_in(pieces: Iterable[bytes]) -> Spreadsheet:
    """The spreadsheet that the answer to a write tells of. Raises ValueError for what is no such answer."""
    # Joined at once, the pieces and the whole would both be there.
    whole = bytearray()
    for piece in pieces:
        whole += piece
    return _WRITTEN.decode(whole).updated_spreadsheet


def spreadsheet_as(answer: Mapping[str, Any]) -> Spreadsheet:
    """An answer that was read for more than this. Raises AnswerUnreadable."""
    try:
        return spreadsheet_in(json.dumps(answer).encode())
    except ValueError as error:
        reason = Cause(f"its answer is none: {error}", f"应答的内容无法识别：{error}")
        raise AnswerUnreadable(reason=reason) from error
