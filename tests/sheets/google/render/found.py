"""What `spreadsheets.get` answers about a spreadsheet that was just published, as far as it is asked.

Knows the requests of a publication alone; what people do afterwards a test does to the answer itself.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sheetdesk.sheets.google.publish import Publication

__all__ = ["found_of", "sheet_of"]

Found = dict[str, Any]


def found_of(made: Publication) -> Found:
    """The answer, asked for FIELDS. A request of a kind that leaves no trace in these is passed over."""
    found: Found = {"namedRanges": [], "developerMetadata": [], "sheets": []}
    for sheet in made.create_body["sheets"]:
        columns = [{"pixelSize": 100} for _ in range(sheet["properties"]["gridProperties"]["columnCount"])]
        found["sheets"].append({**copy.deepcopy(sheet), "data": [{"columnMetadata": columns, "rowData": []}]})
    for request in made.requests:
        for kind, body in request.items():
            if kind in HANDLERS:
                HANDLERS[kind](found, copy.deepcopy(body))
    return found


def sheet_of(found: Found, sheet_id: int) -> Found:
    """One tab of an answer."""
    [sheet] = [sheet for sheet in found["sheets"] if sheet["properties"]["sheetId"] == sheet_id]
    return dict(sheet)


def _sheet(found: Found, sheet_id: int) -> Any:
    return next(sheet for sheet in found["sheets"] if sheet["properties"]["sheetId"] == sheet_id)


def _cells(found: Found, body: Found) -> None:
    start = body["start"]
    rows = _sheet(found, start["sheetId"])["data"][0]["rowData"]
    for row, line in enumerate(body["rows"], start["rowIndex"]):
        rows.extend({"values": []} for _ in range(row + 1 - len(rows)))
        for column, cell in enumerate(line["values"], start["columnIndex"]):
            values = rows[row]["values"]
            values.extend({} for _ in range(column + 1 - len(values)))
            kept = {key: cell[key] for key in ("userEnteredValue", "pivotTable") if key in cell}
            values[column].update(kept)


def _dimensions(found: Found, body: Found) -> None:
    block = body["range"]
    if block["dimension"] == "COLUMNS":
        columns = _sheet(found, block["sheetId"])["data"][0]["columnMetadata"]
        for place in range(block["startIndex"], block["endIndex"]):
            columns[place].update(body["properties"])


def _mark(found: Found, body: Found) -> None:
    mark = body["developerMetadata"]
    block = mark["location"].get("dimensionRange")
    marks = found["developerMetadata"]
    if block is not None:
        columns = _sheet(found, block["sheetId"])["data"][0]["columnMetadata"]
        marks = columns[block["startIndex"]].setdefault("developerMetadata", [])
    marks.append(mark)


def _rule(found: Found, body: Found) -> None:
    sheet = _sheet(found, body["rule"]["ranges"][0]["sheetId"])
    sheet.setdefault("conditionalFormats", []).insert(body["index"], body["rule"])


def _filter(found: Found, body: Found) -> None:
    _sheet(found, body["filter"]["range"]["sheetId"])["basicFilter"] = body["filter"]


def _added(part: str, listed: str) -> Callable[[Found, Found], None]:
    def add(found: Found, body: Found) -> None:
        made = body[part]
        where = made.get("range") or made["position"]["overlayPosition"]["anchorCell"]
        _sheet(found, where["sheetId"]).setdefault(listed, []).append(made)

    return add


HANDLERS: dict[str, Callable[[Found, Found], None]] = {
    "updateCells": _cells,
    "updateDimensionProperties": _dimensions,
    "createDeveloperMetadata": _mark,
    "addConditionalFormatRule": _rule,
    "setBasicFilter": _filter,
    "addNamedRange": lambda found, body: found["namedRanges"].append(body["namedRange"]),
    "addFilterView": _added("filter", "filterViews"),
    "addProtectedRange": _added("protectedRange", "protectedRanges"),
    "addBanding": _added("bandedRange", "bandedRanges"),
    "addChart": _added("chart", "charts"),
    "addSlicer": _added("slicer", "slicers"),
}
