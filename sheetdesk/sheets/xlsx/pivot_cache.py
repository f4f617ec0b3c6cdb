"""The pivot cache of one table: what kind of cells each column holds, and the items of some.

One cache serves every pivot over a table, or its slicers could not steer them all. It carries no
copy of the tickets unless asked: Excel then rebuilds it when the file is opened for editing, and
nothing can contradict the table. Only columns that a pivot or slicer lists have their items spelled
out. Source of the flags: caches that Excel itself saved; ECMA-376 part 1, 18.10.1.90 (sharedItems).
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.columns.moment import serial
from sheetdesk.plan.pivot_source import PivotAxis, PivotSource, is_blank
from sheetdesk.plan.plan import ColumnPlan, TablePlan
from sheetdesk.sheets.xlsx.markup import (
    MAIN,
    REL,
    X14,
    child,
    document,
    element,
    extension,
    number,
    xstring,
)
from sheetdesk.sheets.xlsx.package import HEAD

__all__ = ["cache_definition", "cache_records", "date_format", "flags", "slicer_cache_id"]

PIVOT_CACHE_EXT = "{725AE2AE-9491-48be-B2B4-4EB974FC3084}"
# Above this many characters Excel wants to be told.
LONG_TEXT = 255
RECORDS_AT_ONCE = 2000


def slicer_cache_id(table: str) -> int:
    """The number by which slicers find the cache: the same for the same table name, never 0."""
    return zlib.crc32(table.encode()) & 0x7FFFFFFF | 1


def cache_definition(
    table: TablePlan,
    source: PivotSource,
    listed: Collection[str],
    now: datetime | None,
    *,
    records: bool = False,
) -> bytes:
    """The cache of the table, columns in `listed` with their items. `now` is the refresh it claims."""
    root = element(f"{{{MAIN}}}pivotCacheDefinition", r=REL)
    if records:
        root.set(f"{{{REL}}}id", "rId1")
    else:
        root.set("saveData", "0")
    root.set("refreshOnLoad", "1")
    root.set("refreshedBy", "sheetdesk")
    if now is not None:
        root.set("refreshedDate", number(serial(now)))
    for name, value in {
        "createdVersion": "6",
        "refreshedVersion": "6",
        "minRefreshableVersion": "3",
        "recordCount": str(source.rows),
    }.items():
        root.set(name, value)
    where = child(root, "cacheSource", type="worksheet")
    child(where, "worksheetSource", name=xstring(table.name))
    fields = child(root, "cacheFields", count=len(table.columns))
    for column in table.columns:
        field = child(fields, "cacheField", name=xstring(column.title), numFmtId=date_format(column))
        if column.key in listed:
            _list_items(field, source.axis(column.key))
        else:
            child(field, "sharedItems", **flags(column.cells))
    extra = extension(root, PIVOT_CACHE_EXT, "x14", X14)
    etree.SubElement(extra, f"{{{X14}}}pivotCacheDefinition").set(
        "pivotCacheId", str(slicer_cache_id(table.name))
    )
    return document(root)


def date_format(column: ColumnPlan) -> int:
    """The number format id that marks a column of dates or moments; 0 for all others."""
    return {CellKind.DATE: 14, CellKind.MOMENT: 22}.get(column.kind, 0)


def flags(cells: Sequence[Cell]) -> dict[str, str]:
    """The sharedItems attributes that say what the cells are. Whole columns at a time."""
    types = set(map(type, cells))
    if types <= {str, type(None)}:
        longest = max(map(len, filter(None, cells)), default=0)  # type: ignore[arg-type]
        blank = type(None) in types or "" in cells
        return _flags(longest, np.empty(0), (), blank=blank)
    if types <= {int, float, type(None)}:
        numbers = np.array(cells, dtype=np.float64)
        missing = np.isnan(numbers)
        return _flags(0, numbers[~missing], (), blank=bool(missing.any()))
    if types <= {datetime, type(None)}:
        times: list[Any] = list(filter(None, cells))
        return _flags(0, np.empty(0), times, blank=len(times) < len(cells))
    filled = [cell for cell in cells if not is_blank(cell)]
    # Truth values count as texts for these flags.
    longest = max((len(str(cell)) for cell in filled if isinstance(cell, str | bool)), default=0)
    moments = [cell for cell in filled if isinstance(cell, datetime)]
    figures: list[Any] = [cell for cell in filled if not isinstance(cell, str | bool | datetime)]
    numbers = np.array(figures, dtype=np.float64)
    return _flags(longest, numbers, moments, blank=len(filled) < len(cells))


def _flags(
    longest: int, numbers: NDArray[np.float64], moments: Sequence[datetime], *, blank: bool
) -> dict[str, str]:
    """`longest` is the length of the longest text, 0 when there is none."""
    has_text, has_number, has_date = longest > 0, numbers.size > 0, bool(moments)
    found: dict[str, str] = {}
    if not has_text and not blank:
        found["containsSemiMixedTypes"] = "0"
    if not has_text and not has_number:
        found["containsNonDate"] = "0"
    if has_date:
        found["containsDate"] = "1"
    if not has_text:
        found["containsString"] = "0"
    if blank:
        found["containsBlank"] = "1"
    if has_text + has_number + has_date > 1:
        found["containsMixedTypes"] = "1"
    # Never both: beside dates, Excel takes numbers for dates.
    if has_date:
        first, last = min(moments), max(moments)
        if all(moment.time() == datetime.min.time() for moment in moments):
            last += timedelta(days=1)
        found["minDate"], found["maxDate"] = _moment(first), _moment(last)
    elif has_number:
        found["containsNumber"] = "1"
        if bool((numbers == np.floor(numbers)).all()):
            found["containsInteger"] = "1"
        found["minValue"], found["maxValue"] = number(numbers.min()), number(numbers.max())
    if longest > LONG_TEXT:
        found["longText"] = "1"
    return found


def _moment(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _list_items(field: etree._Element, axis: PivotAxis) -> None:
    shared = child(field, "sharedItems", **flags(axis.items), count=len(axis.items))
    for item, used in zip(axis.items, axis.used, strict=True):
        node = _cell(shared, item)
        if not used:
            node.set("u", "1")


def _cell(parent: etree._Element, cell: Cell) -> etree._Element:
    """A cell as a shared item or a record holds it."""
    if is_blank(cell):
        return child(parent, "m")
    if isinstance(cell, bool):
        return child(parent, "b", v=str(int(cell)))
    if isinstance(cell, datetime):
        return child(parent, "d", v=_moment(cell))
    if isinstance(cell, str):
        return child(parent, "s", v=xstring(cell))
    return child(parent, "n", v=number(float(cell or 0)))


def cache_records(table: TablePlan, source: PivotSource, listed: Collection[str]) -> Iterable[bytes]:
    """The copy of all rows that a cache may carry, in chunks."""
    columns: list[tuple[bool, Sequence[Any]]] = [
        (True, source.axis(column.key).positions.tolist()) if column.key in listed else (False, column.cells)
        for column in table.columns
    ]
    yield HEAD + f'<pivotCacheRecords xmlns="{MAIN}" count="{source.rows}">'.encode()
    for start in range(0, source.rows, RECORDS_AT_ONCE):
        yield b"".join(_records(columns, start, min(start + RECORDS_AT_ONCE, source.rows)))
    yield b"</pivotCacheRecords>"


def _records(columns: list[tuple[bool, Sequence[Any]]], start: int, end: int) -> Iterator[bytes]:
    # Cut out of a whole element, so that each record does not say its namespace again.
    root = element(f"{{{MAIN}}}pivotCacheRecords")
    for row in range(start, end):
        record = child(root, "r")
        for is_listed, cells in columns:
            if is_listed:
                child(record, "x", v=str(cells[row]))
            else:
                _cell(record, cells[row])
    whole = etree.tostring(root, encoding="UTF-8")
    yield whole[whole.index(b">") + 1 : whole.rindex(b"<")]
