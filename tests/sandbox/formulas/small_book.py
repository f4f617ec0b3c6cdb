"""A spreadsheet drawn in a test: tabs of typed cells, and what its formulas come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sheetdesk.sandbox.formulas import Engine
from sheetdesk.sandbox.number_formats import ERROR_TEXTS

__all__ = ["NOW", "SmallBook", "SmallTab", "book", "compute"]

NOW = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)


@dataclass
class SmallTab:
    properties: dict[str, Any]
    rows: list[Any]
    tables: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class SmallBook:
    properties: dict[str, Any]
    tabs: list[SmallTab]
    named_ranges: dict[str, dict[str, Any]] = field(default_factory=dict)


def typed(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        kind = "boolValue"
    elif isinstance(value, str):
        kind = "formulaValue" if value.startswith("=") else "stringValue"
    else:
        kind = "numberValue"
    return {"userEnteredValue": {kind: value}}


def book(
    tabs: Mapping[str, Sequence[Sequence[Any]]],
    *,
    locale: str = "en_US",
    zone: str = "Etc/GMT",
    rows: int = 20,
) -> SmallBook:
    """Tabs of rows of cells; None is nothing. Each grid has 10 columns."""
    made = [
        SmallTab(
            {"sheetId": number, "title": title, "gridProperties": {"rowCount": rows, "columnCount": 10}},
            [
                {column: typed(value) for column, value in enumerate(row) if value is not None} or None
                for row in lines
            ],
        )
        for number, (title, lines) in enumerate(tabs.items())
    ]
    return SmallBook({"locale": locale, "timeZone": zone}, made)


def plain(value: dict[str, Any] | None) -> Any:
    """An effective value as a Python value, an error as its sign."""
    if value is None:
        return None
    if "errorValue" in value:
        return ERROR_TEXTS[value["errorValue"]["type"]]
    return next(iter(value.values()))


def compute(formula: str, *rows: Sequence[Any], locale: str = "en_US", at: str = "J20") -> Any:
    """What a formula in J20 comes to, beside rows of cells from A1 on."""
    made = book({"Sheet1": [list(row) for row in rows]}, locale=locale)
    made.tabs[0].rows += [None] * (20 - len(made.tabs[0].rows))
    row, column = int(at[1:]) - 1, ord(at[0]) - 65
    made.tabs[0].rows[row] = {**(made.tabs[0].rows[row] or {}), column: typed(formula)}
    return plain(Engine(made, NOW).value("Sheet1", row, column))
