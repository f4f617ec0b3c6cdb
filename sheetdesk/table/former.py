"""What columns and choices were called before: values kept under a former key are found again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheetdesk.desk.desk import TableSpec

__all__ = ["former_choices", "former_columns", "under_current_keys"]


def former_columns(spec: TableSpec) -> dict[str, str]:
    """The key of the column that each former key means now; a key that another column has means that one."""
    keys = {column.key for column in spec.columns}
    return {word: column.key for column in spec.columns for word in column.was if word not in keys}


def former_choices(spec: TableSpec) -> dict[str, dict[str, str]]:
    """By column, the key of the choice that each former key means now."""
    found = {}
    for column in spec.columns:
        known = column.by_key if column.choices else {}
        former = {word: choice.key for choice in column.choices for word in choice.was if word not in known}
        if former:
            found[column.key] = former
    return found


def under_current_keys(cells: dict[str, Any], former: Mapping[str, str]) -> dict[str, Any]:
    """A row's cells by the keys that their columns have now. What stands under both keeps the new one's."""
    if not former or former.keys().isdisjoint(cells):
        return cells
    made = {key: value for key, value in cells.items() if key not in former}
    for key, value in cells.items():
        if key in former:
            made.setdefault(former[key], value)
    return made
