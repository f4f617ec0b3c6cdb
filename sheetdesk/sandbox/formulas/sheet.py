"""A tab as the engine sees it, and how values go between formulas and the API's own shapes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

from sheetdesk.sandbox.a1 import column_letters
from sheetdesk.sandbox.formulas.blocks import Array
from sheetdesk.sandbox.formulas.scalars import Error, Scalar

__all__ = ["Sheet", "Tab", "extended", "literal"]

Cells = Mapping[int, dict[str, Any]]


class Tab(Protocol):
    """What an engine reads of a tab."""

    properties: dict[str, Any]
    rows: list[Any]


class Sheet:
    """One tab as an engine sees it: what was typed, by column, and where its formulas stand."""

    def __init__(self, tab: Tab) -> None:
        self.title = str(tab.properties["title"])
        grid = tab.properties.get("gridProperties", {})
        self.rows: list[Cells | None] = tab.rows
        self.row_count = max(int(grid.get("rowCount", 0)), len(tab.rows))
        self.column_count = int(grid.get("columnCount", 0))
        self.tables: list[dict[str, Any]] = getattr(tab, "tables", [])
        self.columns: dict[int, tuple[list[Scalar], list[int]]] = {}
        self.spilled: dict[tuple[int, int], Array] = {}
        self.anchors: list[tuple[int, int, int]] | None = None

    def typed(self, row: int, column: int) -> dict[str, Any]:
        cells = self.rows[row] if row < len(self.rows) else None
        cell = cells.get(column) if cells else None
        value = cell.get("userEnteredValue") if cell else None
        return value or {}

    def column(self, column: int) -> tuple[list[Scalar], list[int]]:
        """The values of a column, None for a formula, and the rows of its formulas."""
        if column not in self.columns:
            values: list[Scalar] = []
            formulas: list[int] = []
            for row, cells in enumerate(self.rows):
                cell = cells.get(column) if cells else None
                typed = cell.get("userEnteredValue") if cell else None
                if typed and "formulaValue" in typed:
                    formulas.append(row)
                values.append(literal(typed) if typed else None)
            self.columns[column] = values, formulas
        return self.columns[column]

    def blocked(self, row: int, column: int, array: Array) -> Error | None:
        """Why an array cannot be shown from a cell on; None where it can."""
        more = row + array.rows - self.row_count, column + array.columns - self.column_count
        for missing, what in zip(more, ("rows", "columns"), strict=True):
            if missing > 0:
                words = f"Result was not automatically expanded, please insert more {what} ({missing})."
                return Error("REF", words)
        across = range(column, column + array.columns)
        for below in range(row, min(row + array.rows, len(self.rows))):
            cells = self.rows[below]
            for right in across if cells else ():
                if (below, right) != (row, column) and self.typed(below, right):
                    place = f"{column_letters(right)}{below + 1}"
                    words = f"Array result was not expanded because it would overwrite data in {place}."
                    return Error("REF", words)
        return None


def literal(value: dict[str, Any]) -> Scalar:
    """What a typed value is in a formula; a formula is nothing."""
    if "numberValue" in value:
        return float(value["numberValue"])
    if "errorValue" in value:
        error = value["errorValue"]
        return Error(error.get("type", "ERROR"), error.get("message", ""))
    typed: Scalar = value.get("stringValue", value.get("boolValue"))
    return typed


def extended(value: Scalar) -> dict[str, Any] | None:
    """A value as the API writes it."""
    if value is None:
        return None
    if isinstance(value, Error):
        return {"errorValue": {"type": value.kind, "message": value.message}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if not math.isfinite(value):
        return {"errorValue": {"type": "NUM", "message": "The result is too large."}}
    return {"numberValue": int(value) if value.is_integer() and abs(value) < 1e15 else value}
