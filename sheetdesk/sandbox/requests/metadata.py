"""Developer metadata: create, update and delete what is tagged onto rows, columns, tabs and the file."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.filters import matched

__all__ = ["HANDLERS", "MAX_CHARS"]

MAX_CHARS = 30_000
"""The characters of all keys and values of one tab, or of the spreadsheet itself."""


def create_developer_metadata(batch: Batch, body: Json) -> Json:
    """Tag a place. An id that is in use makes the whole batch fail."""
    asked = body.get("developerMetadata") or {}
    number = asked.get("metadataId") or batch.new_id()
    if number in batch.book.developer_metadata:
        batch.refuse(f"Developer metadata with id {number} already exists.")
    if not asked.get("metadataKey"):
        batch.refuse("developerMetadata.metadataKey is required.")
    if asked.get("visibility") not in ("DOCUMENT", "PROJECT"):
        batch.refuse("developerMetadata.visibility is required.")
    found: Json = {"metadataId": number, "metadataKey": asked["metadataKey"]}
    if asked.get("metadataValue"):
        found["metadataValue"] = asked["metadataValue"]
    found["location"] = located(batch, asked.get("location") or {})
    found["visibility"] = asked["visibility"]
    check_room(batch, found)
    batch.book.developer_metadata[number] = found
    return {"developerMetadata": found}


def located(batch: Batch, location: Json) -> Json:
    """The location with its type: the spreadsheet, a tab, or one row or column."""
    if location.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    place = location.get("dimensionRange")
    if place is None:
        if location.get("sheetId") is None:
            batch.refuse("developerMetadata.location is required.")
        tab = batch.tab(location["sheetId"])
        return {"locationType": "SHEET", "sheetId": tab.id}
    tab = batch.tab(place.get("sheetId"))
    start, end = place.get("startIndex") or 0, place.get("endIndex")
    count = tab.row_count if place.get("dimension") == "ROWS" else tab.column_count
    if place.get("dimension") not in ("ROWS", "COLUMNS") or end != start + 1:
        batch.refuse("developerMetadata.location.dimensionRange must be a single row or column.")
    if not 0 <= start < count:
        batch.refuse(f"developerMetadata.location.dimensionRange must lie in the grid[{count}].")
    kept: Json = {"sheetId": tab.id} if tab.id else {}
    kept |= {"dimension": place["dimension"], "startIndex": start, "endIndex": end}
    return {"locationType": place["dimension"].removesuffix("S"), "dimensionRange": kept}


def check_room(batch: Batch, added: Json) -> None:
    home = home_of(added)
    used = sum(length(one) for one in batch.book.developer_metadata.values() if home_of(one) == home)
    if used + length(added) > MAX_CHARS:
        batch.refuse(f"Developer metadata of one sheet may hold {MAX_CHARS} characters at most.")


def home_of(metadata: Json) -> int | None:
    location = metadata["location"]
    if location.get("spreadsheet"):
        return None
    return int(location.get("dimensionRange", location).get("sheetId", 0))


def length(metadata: Json) -> int:
    return len(metadata["metadataKey"]) + len(metadata.get("metadataValue", ""))


def update_developer_metadata(batch: Batch, body: Json) -> Json:
    """Change what the mask names in all metadata that the filters choose."""
    mask = batch.mask(body.get("fields"))
    asked = body.get("developerMetadata") or {}
    changed = []
    for old in matched(batch.book, body.get("dataFilters") or ()):
        new = {**mask.merge(old, asked), "metadataId": old["metadataId"]}
        if new.get("location") is not old["location"]:
            new["location"] = located(batch, new.get("location") or {})
        if not new.get("metadataKey"):
            batch.refuse("developerMetadata.metadataKey is required.")
        batch.book.developer_metadata[old["metadataId"]] = new
        changed.append(new)
    return {"developerMetadata": changed}


def delete_developer_metadata(batch: Batch, body: Json) -> Json:
    """Delete all metadata that the filter chooses."""
    found = matched(batch.book, [body.get("dataFilter") or {}])
    for metadata in found:
        del batch.book.developer_metadata[metadata["metadataId"]]
    return {"deletedDeveloperMetadata": found} if found else {}


HANDLERS: dict[str, Handler] = {
    "createDeveloperMetadata": create_developer_metadata,
    "updateDeveloperMetadata": update_developer_metadata,
    "deleteDeveloperMetadata": delete_developer_metadata,
}
