"""Tables: ranges with a name, a header row and typed columns."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.formats import kept
from sheetdesk.sandbox.ranges import Area, Box, overlap, tidy
from sheetdesk.sandbox.ranges import box as box_of
from sheetdesk.sandbox.writes import clear_values

__all__ = ["HANDLERS"]


def existing(batch: Batch, table_id: str | None) -> tuple[Tab, int]:
    for tab in batch.book.tabs:
        for at, table in enumerate(tab.tables):
            if table["tableId"] == table_id:
                return tab, at
    batch.refuse(f"No table with id: {table_id}")


def add_table(batch: Batch, body: Json) -> Json:
    """Make a range a table. Columns without a name take the header cell's; empty headers are filled."""
    asked = kept(body.get("table") or {})
    table_id = asked.get("tableId") or str(batch.new_id())
    if any(table["tableId"] == table_id for tab in batch.book.tabs for table in tab.tables):
        batch.refuse(f"A table with the ID {table_id} already exists.")
    name = asked.get("name") or f"Table{sum(len(tab.tables) for tab in batch.book.tabs) + 1}"
    tab, table = checked(batch, {**asked, "tableId": table_id, "name": name}, None)
    tab.tables.append(table)
    return {"table": table}


def checked(batch: Batch, table: Json, own: Json | None) -> tuple[Tab, Json]:
    """The table with a name and type for each column, its headers written. Raises ApiError."""
    tab, place = batch.area(table.get("range"))
    batch.check(tab, [place])
    others = [other for each in batch.book.tabs for other in each.tables if other is not own]
    if any(other["name"].casefold() == table["name"].casefold() for other in others):
        batch.refuse(f"A table with the name '{table['name']}' already exists.")
    if any(other is not own and overlap(box_of(other["range"], tab), place) for other in tab.tables):
        batch.refuse("A table must not overlap another table.")
    given = {column.get("columnIndex", 0): column for column in table.get("columnProperties") or ()}
    if any(not 0 <= at < place.c1 - place.c0 for at in given):
        batch.refuse("columnProperties.columnIndex must lie in the table.")
    return tab, {
        "tableId": table["tableId"],
        "name": table["name"],
        "range": tidy(table["range"]),
        **({"rowsProperties": table["rowsProperties"]} if table.get("rowsProperties") else {}),
        "columnProperties": named_columns(batch, tab, place, given),
    }


def named_columns(batch: Batch, tab: Tab, place: Box, given: dict[int, Json]) -> list[Json]:
    shown = batch.shown()
    headers: dict[int, Json] = {}
    columns = []
    for at in range(place.c1 - place.c0):
        column = dict(given.get(at, {}))
        written = shown.text(tab, place.r0, place.c0 + at)
        name = column.get("columnName") or written or f"Column {at + 1}"
        if name != written:
            cell = tab.cell(place.r0, place.c0 + at)
            headers[place.c0 + at] = {**cell, "userEnteredValue": {"stringValue": name}}
        rule = column.get("dataValidationRule")
        if rule and column.get("columnType") != "DROPDOWN":
            batch.refuse("dataValidationRule can only be set for columns of the type DROPDOWN.")
        columns.append(
            ({"columnIndex": at} if at else {})
            | {"columnName": name, "columnType": column.get("columnType") or "TEXT"}
            | ({"dataValidationRule": rule} if rule else {})
        )
    tab.put(place.r0, headers)
    return columns


def update_table(batch: Batch, body: Json) -> None:
    """Change what the mask names."""
    asked = kept(body.get("table") or {})
    mask = batch.mask(body.get("fields"))
    tab, at = existing(batch, asked.get("tableId"))
    old = tab.tables[at]
    batch.check(tab, [box_of(old["range"], tab)])
    merged = mask.merge(old, asked)
    target, table = checked(batch, {**merged, "tableId": old["tableId"], "name": merged.get("name", "")}, old)
    if target is not tab:
        batch.refuse("A table cannot move to another sheet.")
    tab.tables[at] = table


def delete_table(batch: Batch, body: Json) -> None:
    """Take a table away with what is in it."""
    tab, at = existing(batch, body.get("tableId"))
    place = box_of(tab.tables[at]["range"], tab)
    batch.check(tab, [place])
    clear_values(Area(tab, place))
    del tab.tables[at]


HANDLERS: dict[str, Handler] = {
    "addTable": add_table,
    "updateTable": update_table,
    "deleteTable": delete_table,
}
