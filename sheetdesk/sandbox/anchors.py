"""Ranges and places inside stored dicts, moved along with rows and columns.

They are known by their fields: a GridRange by its indexes, a GridCoordinate by `rowIndex` or
`columnIndex`, a DimensionRange by `dimension`. A dict that nothing touches is handed back itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["Step", "moved", "rehomed"]

Json = dict[str, Any]
INDEXES = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


class Step(Protocol):
    """What is asked of a shift."""

    @property
    def sheet_id(self) -> int: ...
    @property
    def axis(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def across(self) -> tuple[int, int] | None: ...
    def index(self, at: int) -> int | None: ...
    def span(self, first: int, last: int | None) -> tuple[int, int | None] | None: ...
    def box(
        self, r0: int, r1: int | None, c0: int, c1: int | None
    ) -> tuple[int, int | None, int, int | None] | None: ...


def moved(value: Json, step: Step, home: int) -> Json | None:
    """The value with its anchors moved; None when the range it stands on is gone.

    `home` is the tab the value is kept in: filters and pivots name their columns without a tab.
    """
    if is_grid_range(value):
        return moved_range(value, step)
    if "dimension" in value and ("startIndex" in value or "endIndex" in value):
        return moved_dimension(value, step)
    changes: Json = {}
    for name, part in value.items():
        if name in ("criteria", "filterSpecs", "sortSpecs") and on_columns(step, home):
            changes[name] = moved_columns(name, part, step)
        elif isinstance(part, dict):
            new = moved_coordinate(part, step) if name == "anchorCell" else moved(part, step, home)
            if new is None:
                if name in ("range", "dimensionRange", "source", "dataRange", "location"):
                    return None
                continue
            if new is not part:
                changes[name] = new
        elif isinstance(part, list) and part and isinstance(part[0], dict):
            parts = [moved(item, step, home) for item in part]
            kept = [item for item in parts if item is not None]
            if not kept and name == "ranges":
                return None
            if any(new is not old for new, old in zip(parts, part, strict=True)):
                changes[name] = kept
    found = {**value, **changes} if changes else value
    if "tableId" in value and "columnProperties" in value:
        return with_columns(value, found, step)
    return with_offsets(value, found, step) if "source" in changes else found


def is_grid_range(value: Mapping[str, Any]) -> bool:
    return any(name in value for name in INDEXES)


def moved_range(value: Json, step: Step) -> Json | None:
    if value.get("sheetId", 0) != step.sheet_id:
        return value
    new = step.box(
        value.get("startRowIndex", 0),
        value.get("endRowIndex"),
        value.get("startColumnIndex", 0),
        value.get("endColumnIndex"),
    )
    if new is None:
        return None
    ends = dict(zip(INDEXES, new, strict=True))
    # A side that is not written is open, and stays so.
    changes = {name: at for name, at in ends.items() if name in value and value[name] != at}
    return {**value, **changes} if changes else value


def moved_dimension(value: Json, step: Step) -> Json | None:
    if value.get("sheetId", 0) != step.sheet_id or value["dimension"] != step.axis or step.across is not None:
        return value
    new = step.span(value.get("startIndex", 0), value.get("endIndex"))
    if new is None:
        return None
    ends = {"startIndex": new[0]} | ({} if new[1] is None else {"endIndex": new[1]})
    return value if all(value.get(name) == at for name, at in ends.items()) else {**value, **ends}


def moved_coordinate(value: Json, step: Step) -> Json:
    """An anchor outlives its row or column: it comes to lie where that was."""
    name = "rowIndex" if step.axis == "ROWS" else "columnIndex"
    if value.get("sheetId", 0) != step.sheet_id or step.across is not None:
        return value
    at = value.get(name, 0)
    new = step.index(at)
    new = step.start if new is None else new
    return value if new == at else {**value, name: new}


def on_columns(step: Step, home: int) -> bool:
    return step.axis == "COLUMNS" and step.across is None and home == step.sheet_id


def moved_columns(name: str, part: Any, step: Step) -> Any:
    """Criteria by column, filterSpecs and sortSpecs: their columns count from the tab's first."""
    if name == "criteria":
        return {str(new): rule for at, rule in part.items() if (new := step.index(int(at))) is not None}
    key = "dimensionIndex" if name == "sortSpecs" else "columnIndex"
    kept = []
    for spec in part:
        new = step.index(spec.get(key, 0))
        if new is not None:
            kept.append({**spec, key: new})
    return kept


def with_offsets(old: Json, new: Json, step: Step) -> Json:
    """A pivot table's groups and values keep their columns when columns come or go inside its source."""
    if step.axis != "COLUMNS" or ("rows" not in old and "columns" not in old and "values" not in old):
        return new
    first, moved_first = (pivot["source"].get("startColumnIndex", 0) for pivot in (old, new))

    def moved_offset(offset: int) -> int | None:
        at = step.index(first + offset)
        return None if at is None else at - moved_first

    changes: Json = {}
    for name in ("rows", "columns", "values", "filterSpecs"):
        key = "columnOffsetIndex" if name == "filterSpecs" else "sourceColumnOffset"
        kept = []
        for part in old.get(name, ()):
            at = moved_offset(part.get(key, 0))
            if name == "values" and key not in part:
                kept.append(part)
            elif at is not None:
                kept.append({**part, key: at})
        if name in old:
            changes[name] = kept
    if "criteria" in old:
        moved_rules = {moved_offset(int(key)): rule for key, rule in old["criteria"].items()}
        changes["criteria"] = {str(at): rule for at, rule in moved_rules.items() if at is not None}
    return {**new, **changes}


def with_columns(old: Json, new: Json, step: Step) -> Json:
    """A table's columns keep their names and types when columns come or go inside it."""
    if step.axis != "COLUMNS" or old["range"].get("sheetId", 0) != step.sheet_id or step.across is not None:
        return new
    first, moved_first = (table["range"].get("startColumnIndex", 0) for table in (old, new))
    columns = []
    for column in old["columnProperties"]:
        at = step.index(first + column.get("columnIndex", 0))
        if at is not None:
            rest = {name: part for name, part in column.items() if name != "columnIndex"}
            columns.append(({"columnIndex": at - moved_first} if at > moved_first else {}) | rest)
    return {**new, "columnProperties": columns}


PLACES = (
    "range", "ranges", "source", "sources", "dataRange", "unprotectedRanges", "dimensionRange", "anchorCell",
)  # fmt: skip
"""The fields that hold a range or a place in a tab."""


def rehomed(value: Any, old: int, new: int, name: str = "") -> Any:
    """The value with every range and place of the tab `old` in the tab `new`."""
    if isinstance(value, list):
        return [rehomed(part, old, new, name) for part in value]
    if not isinstance(value, dict):
        return value
    found = {key: rehomed(part, old, new, key) for key, part in value.items()}
    if (name in PLACES or is_grid_range(value)) and value.get("sheetId", 0) == old:
        found.pop("sheetId", None)
        if new:
            found["sheetId"] = new
    return found
