"""Tabs and the spreadsheet itself: add, delete, duplicate, change their properties."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetdesk.sandbox.a1 import quoted
from sheetdesk.sandbox.anchors import rehomed
from sheetdesk.sandbox.api import not_emulated
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import MAX_CELLS, Json, Tab
from sheetdesk.sandbox.formats import kept
from sheetdesk.sandbox.references import lost, renamed
from sheetdesk.sandbox.shift import Shift, shift

__all__ = ["HANDLERS", "add_tab", "copy_of", "free_copy_title", "is_time_zone"]

TOO_MANY = (
    f"This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells."
)


def add_sheet(batch: Batch, body: Json) -> Json:
    """Add an empty tab; what its properties do not say is as Google has it."""
    asked = kept(body.get("properties") or {})
    if asked.get("sheetType") not in (None, "GRID", "SHEET_TYPE_UNSPECIFIED"):
        raise not_emulated(f"requests[{batch.index}].addSheet with the sheetType {asked['sheetType']}")
    grid = {"rowCount": 1000, "columnCount": 26} | asked.get("gridProperties", {})
    properties: Json = {
        "sheetId": asked["sheetId"] if asked.get("sheetId") is not None else batch.new_id(),
        "title": asked.get("title") or free_title(batch),
        "index": len(batch.book.tabs),
        "sheetType": "GRID",
        "gridProperties": grid,
    } | {
        name: asked[name]
        for name in ("hidden", "tabColor", "tabColorStyle", "rightToLeft")
        if asked.get(name)
    }
    tab = Tab(said(properties))
    add_tab(batch, tab, asked.get("index"))
    return {"properties": tab.properties}


def add_tab(batch: Batch, tab: Tab, index: int | None) -> None:
    """Put a new tab into the order. Raises ApiError for a taken id or title, or too many cells."""
    book = batch.book
    if book.tab(tab.id) is not None:
        batch.refuse(f"A sheet with the ID {tab.id} already exists. Please use another ID.")
    check_title(batch, tab, tab.title)
    if tab.has_grid and (tab.row_count < 1 or tab.column_count < 1):
        batch.refuse("The grid must have at least one row and one column.")
    book.tabs.insert(len(book.tabs) if index is None else max(0, min(index, len(book.tabs))), tab)
    book.renumber()
    if book.cell_count() > MAX_CELLS:
        batch.refuse(TOO_MANY)


def check_title(batch: Batch, own: Tab, title: str) -> None:
    other = batch.book.tab_titled(title)
    if not title:
        batch.refuse("A sheet must have a name.")
    if other is not None and other is not own:
        batch.refuse(f'A sheet with the name "{title}" already exists. Please enter another name.')


def free_title(batch: Batch) -> str:
    number = len(batch.book.tabs) + 1
    while batch.book.tab_titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def said(properties: Json) -> Json:
    """Properties as they are kept: without what is off or 0, which answers leave out."""
    found = {
        name: part
        for name, part in properties.items()
        if name in ("sheetId", "index") or part not in (False, 0, None, {})
    }
    if "gridProperties" in found:
        found["gridProperties"] = {name: part for name, part in found["gridProperties"].items() if part}
    return found


def delete_sheet(batch: Batch, body: Json) -> None:
    """Remove a tab with all that stands on it; formulas that read it show #REF!."""
    book = batch.book
    tab = book.tab(body.get("sheetId") or 0)
    if tab is None:
        batch.refuse(f"No sheet with id: {body.get('sheetId') or 0}")
    if not any(other.has_grid for other in book.tabs if other is not tab):
        batch.refuse("You can't remove all the sheets in a document.")
    if all(other.properties.get("hidden") for other in book.tabs if other is not tab):
        batch.refuse("You can't remove all the visible sheets in a document.")
    batch.check_all(tab)
    book.tabs.remove(tab)
    book.renumber()
    for key, named in list(book.named_ranges.items()):
        if named["range"].get("sheetId", 0) == tab.id:
            del book.named_ranges[key]
    for number, metadata in list(book.developer_metadata.items()):
        place = metadata["location"]
        if not place.get("spreadsheet") and place.get("dimensionRange", place).get("sheetId", 0) == tab.id:
            del book.developer_metadata[number]
    for other, row, column, formula in list(book.formulas()):
        new = lost(formula, tab.title)
        if new != formula:
            other.put(row, {column: {**other.cell(row, column), "userEnteredValue": {"formulaValue": new}}})


def duplicate_sheet(batch: Batch, body: Json) -> Json:
    """Copy a tab with its cells and whatever stands on it, developer metadata aside."""
    source = batch.tab(body.get("sourceSheetId"))
    number = body.get("newSheetId")
    title = body.get("newSheetName") or free_copy_title(batch, source.title)
    tab = copy_of(batch, source, batch.new_id() if number is None else number, title)
    add_tab(batch, tab, body.get("insertSheetIndex") or 0)
    return {"properties": tab.properties}


def free_copy_title(batch: Batch, title: str) -> str:
    found, number = f"Copy of {title}", 2
    while batch.book.tab_titled(found):
        found, number = f"Copy of {title} {number}", number + 1
    return found


def copy_of(batch: Batch, source: Tab, sheet_id: int, title: str) -> Tab:
    """A tab like `source` under another id and title; what has an id of its own gets a new one."""
    tab = source.copy()
    tab.properties = {**source.properties, "sheetId": sheet_id, "title": title}
    for name in ("merges", "row_groups", "column_groups", "conditional_formats"):
        setattr(tab, name, [rehomed(item, source.id, sheet_id) for item in getattr(source, name)])
    for name, key in (
        ("filter_views", "filterViewId"),
        ("protected_ranges", "protectedRangeId"),
        ("banded_ranges", "bandedRangeId"),
        ("charts", "chartId"),
        ("slicers", "slicerId"),
        ("tables", "tableId"),
    ):
        setattr(
            tab,
            name,
            [
                rehomed(item, source.id, sheet_id)
                | {key: str(batch.new_id()) if key == "tableId" else batch.new_id()}
                for item in getattr(source, name)
            ],
        )
    if source.basic_filter is not None:
        tab.basic_filter = rehomed(source.basic_filter, source.id, sheet_id)
    return tab


def update_sheet_properties(batch: Batch, body: Json) -> None:
    """Change what the mask names: title, place, grid size, hidden and the like."""
    asked = kept(body.get("properties") or {})
    mask = batch.mask(body.get("fields"))
    book = batch.book
    tab = book.tab(asked.get("sheetId") or 0)
    if tab is None:
        batch.refuse(f"No sheet with id: {asked.get('sheetId') or 0}")
    old = tab.properties
    merged = mask.merge(old, asked)
    new = said({**merged, **{name: old[name] for name in ("sheetId", "sheetType", "index")}})
    if new.get("title") != old["title"]:
        check_title(batch, tab, new.get("title", ""))
        rename(batch, old["title"], new["title"])
    if new.get("hidden") and all(other.properties.get("hidden") for other in book.tabs if other is not tab):
        batch.refuse("You can't hide all the sheets in a document.")
    if tab.has_grid:
        resize(batch, tab, new.get("gridProperties", {}))
    elif "gridProperties" in new:
        batch.refuse(f"No grid with id: {tab.id}")
    tab.properties = new
    if book.cell_count() > MAX_CELLS:
        batch.refuse(TOO_MANY)
    if mask.reaches("index") and merged.get("index") != old["index"]:
        place_tab(batch, tab, merged.get("index"))


def rename(batch: Batch, old: str, new: str) -> None:
    for tab, row, column, formula in list(batch.book.formulas()):
        text = renamed(formula, old, quoted(new))
        if text != formula:
            tab.put(row, {column: {**tab.cell(row, column), "userEnteredValue": {"formulaValue": text}}})


def resize(batch: Batch, tab: Tab, grid: Json) -> None:
    """Rows and columns past the new size go, with all that is anchored to them."""
    rows, columns = grid.get("rowCount", 0), grid.get("columnCount", 0)
    if rows < 1 or columns < 1:
        batch.refuse("The grid must have at least one row and one column.")
    if grid.get("frozenRowCount", 0) >= rows or grid.get("frozenColumnCount", 0) >= columns:
        batch.refuse("You can't freeze all visible rows or columns on the sheet.")
    if rows < tab.row_count:
        shift(batch.book, tab, Shift("delete", tab.id, "ROWS", rows, tab.row_count))
    if columns < tab.column_count:
        shift(batch.book, tab, Shift("delete", tab.id, "COLUMNS", columns, tab.column_count))


def place_tab(batch: Batch, tab: Tab, index: int | None) -> None:
    """Move a tab before the one that has `index` now; to the end without one."""
    tabs = batch.book.tabs
    old = tabs.index(tab)
    target = len(tabs) if index is None else min(index, len(tabs))
    if target not in (old, old + 1):
        tabs.insert(target, tab)
        del tabs[old if target > old else old + 1]
        batch.book.renumber()


def update_spreadsheet_properties(batch: Batch, body: Json) -> None:
    """Change the title, locale, time zone and the like."""
    mask = batch.mask(body.get("fields"))
    merged = mask.merge(batch.book.properties, kept(body.get("properties") or {}))
    if not merged.get("title"):
        batch.refuse("A spreadsheet must have a title.")
    kept_properties = {**batch.book.properties, **{name: part for name, part in merged.items() if part}}
    if not is_time_zone(kept_properties["timeZone"]):
        batch.refuse(f"Invalid time zone: {kept_properties['timeZone']}")
    batch.book.properties = kept_properties


def is_time_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


HANDLERS: dict[str, Handler] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
