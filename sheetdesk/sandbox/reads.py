"""Reading values: spreadsheets.values.get and its batches."""

from __future__ import annotations

from typing import Any

from sheetdesk.sandbox.api import invalid
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.ranges import Area, Box, echo, resolve
from sheetdesk.sandbox.shown import Shown

__all__ = ["option", "value_range", "values_get"]

OPTIONS = {
    "majorDimension": ("ROWS", "COLUMNS"),
    "valueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "dateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "responseValueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "responseDateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "insertDataOption": ("OVERWRITE", "INSERT_ROWS"),
}
"""Each option with its words; the first is what holds when none is given."""

DATE_TYPES = ("DATE", "TIME", "DATE_TIME")


def option(query: Json, name: str) -> str:
    """The option's word, or its default, which a number that the enum lacks stands for too.

    Raises ApiError for a word that is none.
    """
    word = query.get(name)
    known = OPTIONS[name]
    if not isinstance(word, str) or word.endswith("_UNSPECIFIED"):
        return known[0]
    if word not in known:
        raise invalid(f"Invalid value at '{name}', \"{word}\"")
    return str(word)


def values_get(book: Spreadsheet, shown: Shown, text: str, query: Json) -> Json:
    """A ValueRange of what `text` names. Raises ApiError for a range that is none."""
    return value_range(shown, resolve(book, text), query)


def value_range(shown: Shown, place: Area, query: Json, prefix: str = "") -> Json:
    """The values of a rectangle, rows ragged at the end; no `values` where there are none.

    `prefix` is "response" for the options of an answer to a write.
    """
    names = [
        prefix + name[0].upper() + name[1:] if prefix else name
        for name in ("valueRenderOption", "dateTimeRenderOption")
    ]
    render, dates = (option(query, name) for name in names)
    major = option(query, "majorDimension")
    spelled = "#REF!" if place.box.is_empty else echo(place.tab, place.box)
    found: Json = {"range": spelled, "majorDimension": major}
    grid = rows_of(shown, place.tab, place.box, render, dates)
    if major == "COLUMNS":
        grid = columns_of(grid)
    if grid:
        found["values"] = grid
    return found


def rows_of(shown: Shown, tab: Tab, place: Box, render: str, dates: str) -> list[list[Any]]:
    """Rows as lists: gaps are "", what is empty at the end of a row or of the range is left out."""
    rows: list[list[Any]] = []
    is_typed = render != "FORMATTED_VALUE" and dates == "SERIAL_NUMBER"
    plain = not shown.has_formulas(tab) and not shown.pivot(tab)
    end = place.r1 if place.r1 <= len(tab.rows) else min(place.r1, shown.rows_used(tab))
    for row in range(place.r0, end):
        cells = tab.rows[row] if row < len(tab.rows) else None
        if plain and not cells:
            rows.append([])
            continue
        line: list[Any] = []
        columns = sorted(cells or ()) if plain else range(place.c0, place.c1)
        for column in columns:
            if not place.c0 <= column < place.c1:
                continue
            if plain and is_typed and cells:
                value = typed(cells[column].get("userEnteredValue"))
            else:
                value = rendered(shown, tab, row, column, render, dates)
            if value is not None and value != "":
                line.extend([""] * (column - place.c0 - len(line)))
                line.append(value)
        rows.append(line)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def typed(entered: Json | None) -> Any:
    """The value of a cell without a formula, as it was typed."""
    for kind, value in (entered or {}).items():
        return whole(value) if kind == "numberValue" else value
    return None


def columns_of(rows: list[list[Any]]) -> list[list[Any]]:
    width = max((len(line) for line in rows), default=0)
    columns = [[line[at] if at < len(line) else "" for line in rows] for at in range(width)]
    for column in columns:
        while column and column[-1] == "":
            column.pop()
    return columns


def rendered(shown: Shown, tab: Tab, row: int, column: int, render: str, dates: str) -> Any:
    """One value as the options ask for it; None or "" where the cell shows nothing."""
    if render == "FORMATTED_VALUE":
        return shown.text(tab, row, column)
    if render == "FORMULA":
        entered = tab.cell(row, column).get("userEnteredValue")
        if entered is not None and "formulaValue" in entered:
            return entered["formulaValue"]
    value = shown.value(tab, row, column)
    if value is None:
        return None
    if "numberValue" in value:
        if dates == "FORMATTED_STRING" and render != "FORMULA":
            number_format = shown.number_format(tab, row, column)
            if number_format and number_format.get("type") in DATE_TYPES:
                return shown.text(tab, row, column)
        return whole(value["numberValue"])
    if "errorValue" in value:
        return shown.text(tab, row, column)
    return value["stringValue"] if "stringValue" in value else value.get("boolValue")


def whole(number: float) -> float:
    """A number without fraction is written without one in JSON."""
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else number
