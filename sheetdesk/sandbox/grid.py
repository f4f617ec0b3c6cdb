"""A spreadsheet as spreadsheets.get answers it, and only what its field mask asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.sandbox.access import Caller, can_edit
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.cell_text import dumps, row_data
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.ranges import Area, Box
from sheetdesk.sandbox.shown import Shown

__all__ = ["DEFAULT_HEIGHT", "DEFAULT_WIDTH", "Answered", "written"]

DEFAULT_WIDTH = 100
DEFAULT_HEIGHT = 21

LISTS = {
    "merges": "merges",
    "conditionalFormats": "conditional_formats",
    "filterViews": "filter_views",
    "protectedRanges": "protected_ranges",
    "charts": "charts",
    "bandedRanges": "banded_ranges",
    "rowGroups": "row_groups",
    "columnGroups": "column_groups",
    "slicers": "slicers",
    "tables": "tables",
}


@dataclass
class Answered:
    """A Spreadsheet as JSON: dicts, but for rows of cells, which are text that a mark stands for."""

    caller: Caller
    mask: Mask
    texts: list[str]

    def mark(self, text: str) -> str:
        """What stands for a text until all is written."""
        self.texts.append(text)
        return f"\0{len(self.texts) - 1}\0"

    def spreadsheet(self, shown: Shown, areas: Sequence[Area], *, with_data: bool) -> Json:
        """All the mask asks for; `areas` narrow it to their tabs, and its data to their cells."""
        book, mask = shown.book, self.mask
        tabs = [tab for tab in book.tabs if not areas or any(area.tab is tab for area in areas)]
        found: Json = {"spreadsheetId": book.id, "properties": book.properties}
        if mask.reaches("sheets"):
            found["sheets"] = [tab_json(shown, self.caller, mask, tab) for tab in tabs]
        if book.named_ranges:
            found["namedRanges"] = list(book.named_ranges.values())
        found["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
        metadata = [one for one in book.developer_metadata.values() if one["location"].get("spreadsheet")]
        if metadata:
            found["developerMetadata"] = metadata
        kept: Json = found if mask.is_all else mask.project(found)
        if with_data and mask.reaches("sheets.data"):
            for tab, sheet in zip(tabs, kept["sheets"], strict=True):
                if not tab.has_grid:
                    continue
                boxes = [area.box for area in areas if area.tab is tab] or [whole(tab)]
                sheet["data"] = [self.grid_data(shown, tab, box) for box in boxes]
        return kept

    def grid_data(self, shown: Shown, tab: Tab, box: Box) -> Json:
        """A GridData of a rectangle: its start, the cells with anything in them, all sizes."""
        found: Json = {}
        if box.r0:
            found["startRow"] = box.r0
        if box.c0:
            found["startColumn"] = box.c0
        for axis, name in (("ROWS", "rowMetadata"), ("COLUMNS", "columnMetadata")):
            if self.mask.reaches(f"sheets.data.{name}") and (sizes := dimensions(shown.book, tab, axis, box)):
                found[name] = sizes
        if not self.mask.is_all:
            [sheet] = self.mask.project({"sheets": [{"data": [found]}]})["sheets"]
            [found] = sheet["data"]
        if self.mask.reaches("sheets.data.rowData"):
            rows = row_data(shown, self.mask, tab, box)
            if rows is not None:
                found["rowData"] = self.mark(rows)
        return found


MARK = re.compile(r'"\\u0000(\d+)\\u0000"')


def written(found: Any, texts: Sequence[str]) -> str:
    """The JSON text of an answer, its marks replaced by what they stand for."""
    text = dumps(found)
    if not texts:
        return text
    parts = MARK.split(text)
    return "".join(texts[int(part)] if at % 2 else part for at, part in enumerate(parts))


def tab_json(shown: Shown, caller: Caller, mask: Mask, tab: Tab) -> Json:
    """The Sheet of an answer, without its cells."""
    found: Json = {"properties": tab.properties}
    for name, attribute in LISTS.items():
        items = getattr(tab, attribute)
        if items and mask.reaches(f"sheets.{name}"):
            found[name] = [protection(item, caller) for item in items] if name == "protectedRanges" else items
    if tab.basic_filter is not None:
        found["basicFilter"] = tab.basic_filter
    if shown.book.developer_metadata and mask.reaches("sheets.developerMetadata"):
        own = [
            one
            for one in shown.book.developer_metadata.values()
            if one["location"].get("locationType") == "SHEET" and one["location"].get("sheetId", 0) == tab.id
        ]
        if own:
            found["developerMetadata"] = own
    return found


def whole(tab: Tab) -> Box:
    return Box(0, tab.row_count, 0, tab.column_count)


def protection(kept: Json, caller: Caller) -> Json:
    """A protection as the caller sees it: whether they may edit, and who may only if they may."""
    found = {name: part for name, part in kept.items() if name not in ("requestingUserCanEdit", "editors")}
    if can_edit(kept, caller):
        found["requestingUserCanEdit"] = True
        found["editors"] = kept.get("editors", {})
    return found


def dimensions(book: Spreadsheet, tab: Tab, axis: str, box: Box) -> list[Json]:
    first, last = (box.r0, box.r1) if axis == "ROWS" else (box.c0, box.c1)
    kept = tab.row_metadata if axis == "ROWS" else tab.column_metadata
    default = {"pixelSize": DEFAULT_HEIGHT if axis == "ROWS" else DEFAULT_WIDTH}
    found = [{**default, **kept[at]} if at in kept else default for at in range(first, last)]
    for metadata in book.developer_metadata.values():
        place = metadata["location"].get("dimensionRange")
        if place and place.get("sheetId", 0) == tab.id and place["dimension"] == axis:
            at = place.get("startIndex", 0) - first
            if 0 <= at < len(found):
                old = found[at]
                found[at] = {**old, "developerMetadata": [*old.get("developerMetadata", ()), metadata]}
    return found
