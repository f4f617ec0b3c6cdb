"""Pivot tables as they show in the cells: groups down, groups across, grand totals.

Drawn are plain groups and the common summaries; a pivot table that asks for more is logged and left blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sheetdesk.sandbox import a1
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.ranges import box

__all__ = ["FUNCTIONS", "drawn"]

Place = tuple[int, int]
Key = tuple[Any, ...]
Reader = Callable[[Tab, int, int], Json | None]
TOTAL: Json = {"stringValue": "Grand Total"}


def numbers(values: Sequence[Json]) -> list[float]:
    return [value["numberValue"] for value in values if "numberValue" in value]


def plain(number: float) -> Json:
    return {"numberValue": int(number) if float(number).is_integer() else number}


FUNCTIONS: dict[str, Callable[[Sequence[Json]], Json | None]] = {
    "COUNTA": lambda values: plain(len(values)),
    "COUNT": lambda values: plain(len(numbers(values))),
    "COUNTUNIQUE": lambda values: plain(len({tuple(value.items()) for value in values})),
    "SUM": lambda values: plain(sum(numbers(values))),
    "AVERAGE": lambda values: plain(sum(found) / len(found)) if (found := numbers(values)) else None,
    "MIN": lambda values: plain(min(found)) if (found := numbers(values)) else None,
    "MAX": lambda values: plain(max(found)) if (found := numbers(values)) else None,
}


def drawn(book: Spreadsheet, tab: Tab, value: Reader, log: Callable[[str], None]) -> dict[Place, Json]:
    """The cells that the pivot tables of a tab fill, with their ExtendedValues."""
    found: dict[Place, Json] = {}
    for row, cells in enumerate(tab.rows):
        for column, cell in (cells or {}).items():
            if "pivotTable" in cell:
                reason = beyond(book, cell["pivotTable"])
                if reason:
                    place = a1.echo(tab.title, row, row + 1, column, column + 1)
                    log(f"The pivot table at {place} is not drawn: {reason}.")
                else:
                    found |= draw(book, cell["pivotTable"], value, row, column)
    return found


def beyond(book: Spreadsheet, pivot: Json) -> str:
    """What of a pivot table cannot be drawn; "" for nothing."""
    source = book.tab(pivot["source"].get("sheetId", 0)) if "source" in pivot else None
    if source is None:
        return "it has no source range"
    if any("groupRule" in group or "groupLimit" in group for group in groups(pivot)):
        return "its groups have rules"
    if any(part.get("summarizeFunction") not in FUNCTIONS for part in pivot.get("values", ())):
        return "it summarises by another function"
    if any("calculatedDisplayType" in part for part in pivot.get("values", ())):
        return "its values are shares of a total"
    rules = filters(pivot)
    if any("condition" in rule for rule in rules.values()):
        return "it filters by a condition"
    place = box(pivot["source"], source)
    offsets = {*rules, *(offset(part) for part in (*groups(pivot), *pivot.get("values", ())))}
    if not all(0 <= at < place.c1 - place.c0 for at in offsets):
        return "a column of it lies outside its source"
    return ""


def groups(pivot: Json) -> list[Json]:
    return [*pivot.get("rows", ()), *pivot.get("columns", ())]


def draw(book: Spreadsheet, pivot: Json, value: Reader, row: int, column: int) -> dict[Place, Json]:
    source = book.tab(pivot["source"].get("sheetId", 0))
    if source is None:
        return {}
    place = box(pivot["source"], source)
    header = {at - place.c0: value(source, place.r0, at) for at in range(place.c0, place.c1)}
    lines = [
        [value(source, at, across) for across in range(place.c0, place.c1)]
        for at in range(place.r0 + 1, min(place.r1, len(source.rows)))
    ]
    lines = [line for line in lines if any(line) and shows(pivot, line)]
    down, across = ([offset(group) for group in pivot.get(name, ())] for name in ("rows", "columns"))
    row_keys = keys(lines, down, pivot.get("rows", ()))
    column_keys = keys(lines, across, pivot.get("columns", ()))
    summaries = pivot.get("values", ())
    grid: list[list[Json | None]] = []
    names = [named(part, header) for part in summaries]
    labels = [label(group, header) for group in pivot.get("rows", ())]
    columns: list[Key | None] = list(column_keys)
    if across:
        grid.append(
            [
                names[0] if len(names) == 1 else None,
                *[None] * (len(labels) - 1),
                label(pivot["columns"][0], header),
            ]
        )
        if pivot["columns"][0].get("showTotals"):
            columns.append(None)
        heads: list[Json | None] = []
        for key in columns:
            heads += [TOTAL if key is None else shown_key(key[-1])] + [None] * (max(len(names), 1) - 1)
        grid.append([*labels, *heads])
        if len(names) > 1:
            grid.append([*[None] * len(labels), *names * len(columns)])
    else:
        grid.append([*labels, *names])
        columns = [None]
    for key in row_keys:
        own = [line for line in lines if key_of(line, down) == key]
        grid.append([*[shown_key(part) for part in key], *summed(own, columns, across, summaries)])
    if labels and row_keys and pivot["rows"][0].get("showTotals"):
        grid.append([TOTAL, *[None] * (len(labels) - 1), *summed(lines, columns, across, summaries)])
    return {
        (row + y, column + x): cell
        for y, line in enumerate(grid)
        for x, cell in enumerate(line)
        if cell is not None
    }


def offset(part: Json) -> int:
    return int(part.get("sourceColumnOffset", 0))


def filters(pivot: Json) -> dict[int, Json]:
    """The criteria by column of the source."""
    rules = {int(at): rule for at, rule in pivot.get("criteria", {}).items()}
    for spec in pivot.get("filterSpecs", ()):
        rules[spec.get("columnOffsetIndex", 0)] = spec.get("filterCriteria", {})
    return rules


def shows(pivot: Json, line: list[Json | None]) -> bool:
    """Whether the pivot table's filters let a row through."""
    for at, rule in filters(pivot).items():
        wanted = rule.get("visibleValues")
        if wanted is not None and not rule.get("visibleByDefault") and text_of(line[at]) not in wanted:
            return False
    return True


def text_of(value: Json | None) -> str:
    if not value:
        return ""
    [part] = value.values()
    return ("TRUE" if part else "FALSE") if isinstance(part, bool) else str(part)


def key_of(line: list[Json | None], offsets: Sequence[int]) -> Key:
    return tuple(tuple(line[at].items()) if (line[at] or {}) else () for at in offsets)  # type: ignore[union-attr]


def keys(lines: list[list[Json | None]], offsets: Sequence[int], parts: Sequence[Json]) -> list[Key]:
    """The combinations that occur, each group in its order."""
    found = list(dict.fromkeys(key_of(line, offsets) for line in lines)) if offsets else []
    for at in reversed(range(len(offsets))):
        is_falling = parts[at].get("sortOrder") == "DESCENDING"
        found.sort(key=lambda key: order(key[at]), reverse=is_falling)
    return found


def order(part: tuple[tuple[str, Any], ...]) -> tuple[int, Any]:
    if not part:
        return 3, ""
    [(kind, value)] = part
    return ("numberValue", "stringValue", "boolValue").index(kind) if kind != "errorValue" else 3, (
        value.casefold() if isinstance(value, str) else value
    )


def shown_key(part: tuple[tuple[str, Any], ...]) -> Json | None:
    return dict(part) or None


def named(part: Json, header: dict[int, Json | None]) -> Json:
    name = part.get("name") or f"{part['summarizeFunction']} of {text_of(header.get(offset(part)))}"
    return {"stringValue": name}


def label(group: Json, header: dict[int, Json | None]) -> Json | None:
    return {"stringValue": group["label"]} if group.get("label") else header.get(offset(group))


def summed(
    lines: list[list[Json | None]],
    columns: Sequence[Key | None],
    across: Sequence[int],
    summaries: Sequence[Json],
) -> Iterator[Json | None]:
    for key in columns:
        own = lines if key is None else [line for line in lines if key_of(line, across) == key]
        for part in summaries:
            values = [value for line in own if (value := line[offset(part)])]
            yield FUNCTIONS[part["summarizeFunction"]](values) if own else None
