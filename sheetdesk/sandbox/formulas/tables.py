"""Where the parts of a table lie: `Tickets[Due]`, `Tickets[#ALL]`."""

from __future__ import annotations

from typing import Any

from sheetdesk.sandbox.formulas.syntax import Range, TableColumn

__all__ = ["table_range"]


def table_range(node: TableColumn, tables: dict[str, list[dict[str, Any]]]) -> Range | None:
    """The cells of a table's part, given the tables of each tab; None: there is no such part."""
    for tab, listed in tables.items():
        for table in listed:
            if str(table.get("name", "")).casefold() == node.table.casefold():
                return _part(tab, table, node.part.strip())
    return None


def _part(tab: str, table: dict[str, Any], part: str) -> Range | None:
    grid = table.get("range", {})
    top, bottom = grid.get("startRowIndex", 0), grid.get("endRowIndex")
    left, right = grid.get("startColumnIndex", 0), grid.get("endColumnIndex")
    special = part.upper()
    if special == "#ALL":
        return Range(tab, top, bottom, left, right)
    if special == "#HEADERS":
        return Range(tab, top, top + 1, left, right)
    if special in ("", "#DATA"):
        return Range(tab, top + 1, bottom, left, right)
    for place, column in enumerate(table.get("columnProperties", [])):
        if str(column.get("columnName", "")).casefold() == part.casefold():
            at = left + column.get("columnIndex", place)
            return Range(tab, top + 1, bottom, at, at + 1)
    return None
