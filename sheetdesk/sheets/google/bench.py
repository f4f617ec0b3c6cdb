"""A spreadsheet to try things on: two tabs of our own, writes and reads of plain cells, and their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.errors import GoogleError, GoogleRefused
from sheetdesk.sheets.google.client import Google

__all__ = ["BACK", "FRONT", "Bench", "area", "cells", "set_up", "tear_down"]

FRONT, BACK = 910_001, 910_002
"""The ids of the tab in front and of the hidden one."""

TITLES = {FRONT: "_probe", BACK: "_probe_back"}
ROWS, COLUMNS = 6_000, 12
READ = "sheets(properties(sheetId),data(rowData(values(userEnteredValue,effectiveValue))))"


@dataclass(frozen=True)
class Bench:
    """`google` and `other` are two clients of one account; `hasty` gives up almost at once."""

    google: Google
    other: Google
    hasty: Google
    sheet: str
    rounds: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def send(self, *requests: dict[str, Any], by: Google | None = None) -> dict[str, Any]:
        """One batch, all or nothing. Raises GoogleError."""
        return (by or self.google).batch_update(self.sheet, requests, once=True)

    def outcome(self, *requests: dict[str, Any], by: Google | None = None) -> str:
        """What became of a batch: "applied", "refused" or "unknown"."""
        try:
            self.send(*requests, by=by)
        except GoogleRefused:
            return "refused"
        except GoogleError:
            return "unknown"
        return "applied"

    def read(self, *ranges: str, by: Google | None = None, shown: bool = False) -> list[list[list[Any]]]:
        """The cells of A1 ranges of the tab in front, as typed, or as `shown`; empty ones are None."""
        asked = [f"{TITLES[FRONT]}!{one}" for one in ranges]
        found = (by or self.google).get(self.sheet, READ, asked)
        parts = [part for tab in found.get("sheets", []) for part in tab.get("data", [])]
        key = "effectiveValue" if shown else "userEnteredValue"
        return [
            [[_value(cell.get(key, {})) for cell in row.get("values", [])] for row in part.get("rowData", [])]
            for part in parts
        ]

    def clear(self) -> None:
        """Take everything off the tab in front."""
        self.send({"updateCells": {"range": {"sheetId": FRONT}, "fields": "*"}})


def set_up(google: Google, sheet: str) -> None:
    """Add the two tabs; what an earlier probe left is taken away first."""
    tear_down(google, sheet)
    tabs = [
        {"sheetId": tab, "title": title, "hidden": tab == BACK,
         "gridProperties": {"rowCount": ROWS, "columnCount": COLUMNS}}
        for tab, title in TITLES.items()
    ]  # fmt: skip
    google.batch_update(sheet, [{"addSheet": {"properties": tab}} for tab in tabs], once=True)


def tear_down(google: Google, sheet: str) -> None:
    """Delete the two tabs where they stand."""
    found = google.get(sheet, "sheets.properties(sheetId),namedRanges(namedRangeId,name)")
    there = {tab["properties"].get("sheetId", 0) for tab in found.get("sheets", [])} & set(TITLES)
    names = [one["namedRangeId"] for one in found.get("namedRanges", []) if one["name"].startswith("probe_")]
    gone: list[dict[str, Any]] = [{"deleteNamedRange": {"namedRangeId": name}} for name in names]
    gone += [{"deleteSheet": {"sheetId": tab}} for tab in sorted(there)]
    if gone:
        google.batch_update(sheet, gone, once=True)


def cells(row: int, column: int, *rows: Sequence[Any], tab: int = FRONT) -> dict[str, Any]:
    """A request that types values from a cell on; rows and columns count from 0."""
    start = {"sheetId": tab, "rowIndex": row, "columnIndex": column}
    typed = [{"values": [{"userEnteredValue": _typed(value)} for value in one]} for one in rows]
    return {"updateCells": {"start": start, "rows": typed, "fields": "userEnteredValue"}}


def area(row: int, column: int, rows: int = 1, columns: int = 1, tab: int = FRONT) -> dict[str, int]:
    """A GridRange."""
    return {
        "sheetId": tab, "startRowIndex": row, "endRowIndex": row + rows,
        "startColumnIndex": column, "endColumnIndex": column + columns,
    }  # fmt: skip


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    return {"formulaValue" if value.startswith("=") else "stringValue": value} if value else {}


def _value(found: dict[str, Any]) -> Any:
    return next(iter(found.values()), None)
