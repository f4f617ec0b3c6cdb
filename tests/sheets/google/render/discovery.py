"""Whether a body is one that the Sheets API takes: names, types and enums of its discovery document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

Schema = dict[str, Any]
LARGEST = 2**31 - 1


@cache
def schemas() -> dict[str, Schema]:
    """The schemas of the document that google-api-python-client brings along."""
    folder = resources.files("googleapiclient.discovery_cache") / "documents"
    found: dict[str, Schema] = json.loads((folder / "sheets.v4.json").read_text("utf-8"))["schemas"]
    return found


def complaints(body: Any, schema: str) -> list[str]:
    """What is wrong with the body, one line a place."""
    return list(_checked(body, {"$ref": schema}, schema))


def _checked(value: Any, schema: Schema, place: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from _object(value, schemas()[schema["$ref"]], place)
    elif schema["type"] == "object":
        yield from _object(value, schema, place)
    elif schema["type"] == "array":
        if not isinstance(value, list | tuple):
            yield f"{place} is no list"
            return
        for index, part in enumerate(value):
            yield from _checked(part, schema["items"], f"{place}[{index}]")
    else:
        yield from _plain(value, schema, place)


def _object(value: Any, schema: Schema, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} is no object"
        return
    for key, part in value.items():
        known = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
        if known is None:
            yield f"{place} has no {key}"
        elif known.get("readOnly"):
            yield f"{place}.{key} is read-only"
        else:
            yield from _checked(part, known, f"{place}.{key}")
    if place.endswith("]") and schema.get("id") == "Request" and len(value) != 1:
        yield f"{place} is not one request"
    if "fields" in value and isinstance(value["fields"], str):
        yield from _mask(value["fields"], schema, place)


MASKED = {
    "UpdateCellsRequest": "CellData",
    "RepeatCellRequest": "CellData",
    "UpdateDimensionPropertiesRequest": "DimensionProperties",
    "UpdateSheetPropertiesRequest": "SheetProperties",
    "UpdateSpreadsheetPropertiesRequest": "SpreadsheetProperties",
    "UpdateProtectedRangeRequest": "ProtectedRange",
    "UpdateNamedRangeRequest": "NamedRange",
    "UpdateFilterViewRequest": "FilterView",
    "UpdateBandingRequest": "BandedRange",
    "UpdateSlicerSpecRequest": "SlicerSpec",
    "UpdateDeveloperMetadataRequest": "DeveloperMetadata",
}


def _mask(fields: str, schema: Schema, place: str) -> Iterator[str]:
    for path in fields.split(","):
        inner = schemas()[MASKED[schema["id"]]]
        for name in path.split(".") if path != "*" else ():
            known = inner.get("properties", {}).get(name)
            if known is None:
                yield f"{place}.fields names {path}"
                break
            inner = schemas()[known["$ref"]] if "$ref" in known else known


def _plain(value: Any, schema: Schema, place: str) -> Iterator[str]:
    kind = schema["type"]
    if kind == "string":
        if not isinstance(value, str):
            yield f"{place} is no text"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{place} is no {value}"
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield f"{place} is no truth value"
    elif isinstance(value, bool) or not isinstance(value, int | float):
        yield f"{place} is no number"
    elif kind == "integer" and not (isinstance(value, int) and 0 <= value <= LARGEST):
        yield f"{place} is no whole number: {value}"
