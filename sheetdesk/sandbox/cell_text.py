"""The cells of an answer, written as JSON text at once: a tab of a million cells must not become dicts.

Only what the field mask asks for is worked out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring as in_quotes
from typing import Any

from sheetdesk.sandbox.book import Json, Row, Tab
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.formats import effective
from sheetdesk.sandbox.ranges import Box
from sheetdesk.sandbox.shown import Shown

__all__ = ["dumps", "row_data"]

PATH = ("sheets", "data", "rowData", "values")
SEEN = ("effectiveValue", "formattedValue", "effectiveFormat")
STORED = (
    "userEnteredValue",
    "userEnteredFormat",
    "hyperlink",
    "note",
    "textFormatRuns",
    "dataValidation",
    "pivotTable",
    "chipRuns",
)
LOOKS = ("effectiveFormat", *(name for name in STORED if name != "userEnteredValue"))
"""What a cell without a value may have too."""
NO_CELL: Json = {}
NO_CELLS: Row = {}
Text = Callable[[Any], str]


def dumps(value: Any) -> str:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def row_data(shown: Shown, mask: Mask, tab: Tab, box: Box) -> str | None:
    """The `rowData` of a rectangle; what is empty at an end is left out, None for nothing."""
    cell_text = writer(shown, mask, tab)
    values_alone = all(under(mask, name) is None for name in LOOKS)
    brought = shown.brought(tab, box)
    first, last = box.c0, box.c1
    rows: list[str] = []
    end = box.r1 if box.r1 <= len(tab.rows) else min(box.r1, shown.rows_used(tab))
    for row in range(box.r0, end):
        cells = (tab.rows[row] if row < len(tab.rows) else None) or NO_CELLS
        others = brought.get(row, NO_CELLS)
        line: list[str] = []
        told = cells if not values_alone else [at for at, cell in cells.items() if "userEnteredValue" in cell]
        for column in sorted({*told, *others} if others else told):
            if first <= column < last:
                text = cell_text(row, column, cells.get(column, NO_CELL), others.get(column))
                if text != "{}":
                    gap = column - first - len(line)
                    if gap:
                        line.extend(["{}"] * gap)
                    line.append(text)
        rows.append('{"values":[' + ",".join(line) + "]}" if line else "{}")
    while rows and rows[-1] == "{}":
        rows.pop()
    return "[" + ",".join(rows) + "]" if rows else None


def writer(shown: Shown, mask: Mask, tab: Tab) -> Callable[[int, int, Json, Json | None], str]:
    """Writes one CellData, and the value that others bring to it, with no more than the mask asks for."""
    wanted = {name: under(mask, name) for name in (*STORED, *SEEN)}
    stored = [
        (name, f'"{name}":', text_of(name, part)) for name in STORED if (part := wanted[name]) is not None
    ]
    value_text = text_of("effectiveValue", wanted["effectiveValue"] or Mask(()))
    has_value = wanted["effectiveValue"] is not None
    has_text = wanted["formattedValue"] is not None
    has_format = wanted["effectiveFormat"] is not None
    format_text = format_writer(shown, wanted["effectiveFormat"] or Mask(()))
    empty: dict[int, tuple[Json, str]] = {}

    def formatted(row: int, column: int, cell: Json) -> Json | None:
        entered: Json | None = cell.get("userEnteredFormat")
        brought = shown.number_format(tab, row, column)
        if brought is None or (entered and "numberFormat" in entered):
            return entered
        return {**(entered or {}), "numberFormat": brought}

    def full(row: int, column: int, cell: Json, value: Json | None) -> str:
        parts = [head + text(cell[name]) for name, head, text in stored if name in cell]
        if value is not None:
            if has_value:
                parts.append('"effectiveValue":' + value_text(value))
            if has_text and (seen := shown.text_of(value, tab, row, column)):
                parts.append('"formattedValue":' + in_quotes(seen))
        if has_format and (cell or value is not None):
            is_formula = "formulaValue" in cell.get("userEnteredValue", NO_CELL)
            entered = formatted(row, column, cell) if is_formula else cell.get("userEnteredFormat")
            parts.append('"effectiveFormat":' + format_text(entered))
        return "{" + ",".join(parts) + "}"

    def cell_text(row: int, column: int, cell: Json, brought: Json | None) -> str:
        entered = cell.get("userEnteredValue")
        if entered is not None:
            value = shown.value(tab, row, column) if "formulaValue" in entered else entered
            return full(row, column, cell, value)
        if brought is not None:
            return full(row, column, cell, brought)
        # Cells that only look alike are one dict in their thousands, and their text does not tell the place.
        known = empty.get(id(cell))
        if known is None:
            known = empty[id(cell)] = (cell, full(row, column, cell, None))
        return known[1]

    return cell_text


def under(mask: Mask, name: str) -> Mask | None:
    """The part of a mask under a field of CellData; None where it does not reach the field."""
    if mask.is_all:
        return mask
    if not mask.reaches(".".join((*PATH, name))):
        return None
    whole = (*PATH, name)
    inner = []
    for route in mask.routes:
        if all(one in (other, "*") for one, other in zip(route, whole, strict=False)):
            inner.append(route[len(whole) :])
    # A narrower path wins over a wider one, as everywhere in answers.
    narrow = [route for route in inner if route]
    return Mask(tuple(narrow))


def text_of(name: str, mask: Mask) -> Text:
    """How to write a field of CellData under a mask."""
    if name in ("userEnteredValue", "effectiveValue"):
        return value_writer(mask)
    known: dict[int, tuple[Any, str]] = {}

    def text(part: Any) -> str:
        # Formats and rules are one dict in thousands of cells; it is kept, so that nothing else gets its id.
        found = known.get(id(part))
        if found is None:
            found = known[id(part)] = (part, dumps(part if mask.is_all else mask.project(part)))
        return found[1]

    return text


def value_writer(mask: Mask) -> Text:
    """How to write an ExtendedValue, which holds one kind of value."""
    kinds = None if mask.is_all else {route[0] for route in mask.routes}

    def text(value: Json) -> str:
        for kind, part in value.items():
            if kinds is not None and kind not in kinds and "*" not in kinds:
                return "{}"
            if type(part) is str:
                return '{"' + kind + '":' + in_quotes(part) + "}"
            if type(part) is int:
                return '{"' + kind + '":' + str(part) + "}"
            if type(part) is float and part.is_integer() and abs(part) < 1e15:
                return '{"' + kind + '":' + str(int(part)) + "}"
        return dumps(value)

    return text


def format_writer(shown: Shown, mask: Mask) -> Text:
    """How to write the format in force over the one that was set; each is written once."""
    default = shown.book.properties["defaultFormat"]
    known: dict[int, tuple[Any, str]] = {}

    def text(entered: Json | None) -> str:
        found = known.get(id(entered))
        # The format is kept beside its id, so that nothing else gets that id.
        if found is None:
            found = known[id(entered)] = (entered, dumps(mask.project(effective(default, entered))))
        return found[1]

    return text
