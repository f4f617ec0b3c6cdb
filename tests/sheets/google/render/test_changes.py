"""A newer plan in a spreadsheet that people use: what the plans differ in changes, what people did stays."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from sheetdesk.columns.base import Column
from sheetdesk.desk.desk import Desk
from sheetdesk.errors import SheetUnrecognised
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.google.publish import Changes, changes, publication
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.locks import shares
from sheetdesk.sheets.google.render.overlay_formula import filling, overlay_blocks
from sheetdesk.table.table import table_of
from tests.books import NOW, Book, book_of, desk_named
from tests.sheets.google.render.discovery import complaints
from tests.sheets.google.render.found import Found, found_of, sheet_of

TICKETS, DASHBOARD, GUIDE = (Ids().tab(key) for key in ("tickets", "dashboard", "guide"))
ROOM = Column("room", "Room", max_length=30)
RISK = Column("risk", "Risk", owner="rules")


@cache
def desk() -> Desk:
    return desk_named("it-service", "en")


def desk_with(*columns: Column, **changed: Column) -> Desk:
    """The desk with more columns after the owner, and others in place of some."""
    found: list[Column] = []
    for column in desk().tickets.columns:
        found.append(changed.get(column.key, column))
        found += columns if column.key == "owner" else ()
    new = {column.key for column in columns}
    roles = tuple(replace(role, sees=role.sees | new, edits=role.edits | new) for role in desk().roles)
    tickets = replace(desk().tickets, columns=tuple(found))
    tables = tuple(tickets if table.key == "tickets" else table for table in desk().tables)
    return replace(desk(), roles=roles, tables=tables)


@cache
def small() -> Book:
    return book_of(desk(), {"title": ["A", "B"]}, ["IT-1", "IT-2"])


def plan_of(of: Desk) -> SheetPlan:
    book = small()
    values: dict[str, Any] = {str(key): book.tickets[key] for key in book.tickets}
    values |= {column.key: [None, None] for column in of.tickets.columns if column.key not in values}
    tickets = table_of(of.tickets, values, ["IT-1", "IT-2"])
    return draw(of, {**book.tables, "tickets": tickets}, NOW)


@cache
def old() -> SheetPlan:
    return plan_of(desk())


@cache
def published() -> Found:
    return found_of(publication(old(), desk()))


def found() -> Any:
    """The spreadsheet as it was published, for a test to change."""
    return copy.deepcopy(published())


def upgraded(standing: Found, to: Desk) -> Changes:
    made = changes(standing, old(), plan_of(to), to, old_desk=desk())
    assert complaints({"requests": made.requests}, "BatchUpdateSpreadsheetRequest") == []
    return made


def kinds(made: Changes) -> Counter[str]:
    return Counter(kind for request in made.requests for kind in request)


def of_kind(made: Changes, kind: str) -> list[Any]:
    return [request[kind] for request in made.requests if kind in request]


def move_column(standing: Found, source: int, target: int) -> None:
    """A person drags a column of tickets to the left: marks and cells go along."""
    block = sheet_of(standing, TICKETS)["data"][0]
    lines = [block["columnMetadata"], *(row["values"] for row in block["rowData"])]
    for line in lines:
        line.extend({} for _ in range(source + 1 - len(line)))
        line.insert(target, line.pop(source))


def place(key: str) -> int:
    return old().table("tickets")[1].index(key)


def test_the_same_plan_asks_for_nothing() -> None:
    assert changes(found(), old(), old(), desk()) == Changes(())


def test_the_same_plan_asks_for_nothing_after_people_moved_columns_and_renamed_tabs() -> None:
    standing = found()
    move_column(standing, place("status"), 3)
    sheet_of(standing, GUIDE)["properties"]["title"] = "Read me"
    sheet_of(standing, TICKETS)["conditionalFormats"].insert(0, {"ranges": [{"sheetId": TICKETS}]})
    assert changes(standing, old(), old(), desk()).requests == ()


def test_a_new_column_comes_right_of_everything_with_all_that_belongs_to_it() -> None:
    standing = found()
    sheet = sheet_of(standing, TICKETS)
    own = len(old().table("tickets")[1].columns)
    sheet["data"][0]["rowData"][0]["values"].append({"userEnteredValue": {"stringValue": "Mine"}})
    made = upgraded(standing, desk_with(ROOM))
    [mark] = of_kind(made, "createDeveloperMetadata")
    assert mark["developerMetadata"]["metadataValue"] == "tickets.room"
    assert mark["developerMetadata"]["location"]["dimensionRange"]["startIndex"] == own + 1
    [header] = [
        body for body in of_kind(made, "updateCells")
        if body.get("start", {}).get("sheetId") == TICKETS
    ]  # fmt: skip
    assert header["start"] == {"sheetId": TICKETS, "rowIndex": 0, "columnIndex": own + 1}
    assert header["rows"][0]["values"][0]["userEnteredValue"] == {"stringValue": "Room"}
    [check] = of_kind(made, "setDataValidation")
    assert check["range"]["startColumnIndex"] == own + 1
    named = [body["namedRange"] for body in of_kind(made, "updateNamedRange")]
    assert [(name["name"], name["range"]["endColumnIndex"]) for name in named] == [("tickets", own + 2)]


def test_a_column_that_is_shown_otherwise_changes_in_that_alone() -> None:
    [score] = [column for column in desk().tickets.columns if column.key == "satisfaction"]
    [shown] = of_kind(upgraded(found(), desk_with(satisfaction=replace(score, decimals=2))), "repeatCell")
    assert shown["fields"] == "userEnteredFormat.numberFormat"
    assert shown["cell"]["userEnteredFormat"]["numberFormat"] == {"type": "NUMBER", "pattern": "0.00"}
    assert shown["range"]["startColumnIndex"] == place("satisfaction")


def test_where_nothing_is_known_about_the_cells_a_new_column_comes_last_and_the_tab_grows() -> None:
    standing = found()
    sheet = sheet_of(standing, TICKETS)
    sheet["data"][0]["rowData"] = []
    columns = sheet["properties"]["gridProperties"]["columnCount"]
    made = upgraded(standing, desk_with(ROOM))
    assert of_kind(made, "appendDimension") == [{"sheetId": TICKETS, "dimension": "COLUMNS", "length": 1}]
    [mark] = of_kind(made, "createDeveloperMetadata")
    assert mark["developerMetadata"]["location"]["dimensionRange"]["startIndex"] == columns


def test_a_new_column_of_rules_goes_into_the_overlay_and_every_header_finds_its_own() -> None:
    to = desk_with(RISK)
    made = upgraded(found(), to)
    block = overlay_blocks(plan_of(to))["tickets"]
    headers = {
        cell["userEnteredValue"]["formulaValue"]
        for body in of_kind(made, "updateCells")
        if body.get("start", {}).get("sheetId") == TICKETS
        for cell in body["rows"][0]["values"]
    }
    # The overlay keeps the plan's order, in which there are columns after the new one.
    moved = block.columns[block.columns.index("risk") :]
    assert len(moved) > 5
    titles = {column.key: column.title for column in to.tickets.columns}
    assert headers == {
        filling(
            titles[key],
            "$A$1:$A",
            f"IFNA(VLOOKUP($A$1:$A,'_sheetdesk_sync'!$A$2:$AG,{block.place(key)},FALSE))",
        )
        for key in moved
    }
    cleared = [body for body in of_kind(made, "updateCells") if "rows" not in body]
    assert {"sheetId": Ids().tab("_sheetdesk_sync"), "startColumnIndex": 0, "endColumnIndex": 33} in [
        body["range"] for body in cleared
    ]


def test_an_overlay_that_is_gone_comes_back_and_one_that_is_too_short_grows() -> None:
    overlay = Ids().tab("_sheetdesk_sync")
    standing = found()
    standing["sheets"] = [s for s in standing["sheets"] if s["properties"]["sheetId"] != overlay]
    made = changes(standing, old(), old(), desk())
    assert [body["properties"]["sheetId"] for body in of_kind(made, "addSheet")] == [overlay]
    [written] = of_kind(made, "updateCells")
    assert written["start"] == {"sheetId": overlay, "rowIndex": 0, "columnIndex": 0}
    standing = found()
    sheet_of(standing, overlay)["properties"]["gridProperties"]["rowCount"] = 2
    grown = of_kind(upgraded(standing, desk_with(RISK)), "appendDimension")
    assert grown == [{"sheetId": overlay, "dimension": "ROWS", "length": 1}]


def test_a_title_that_people_left_alone_follows_the_plan_and_one_they_changed_stays() -> None:
    renamed = {"title": replace(desk().column("title"), title="Subject")}
    made = upgraded(found(), desk_with(**renamed))
    assert [
        body["rows"][0]["values"][0]["userEnteredValue"]
        for body in of_kind(made, "updateCells")
        if body.get("start") == {"sheetId": TICKETS, "rowIndex": 0, "columnIndex": place("title")}
    ] == [{"stringValue": "Subject"}]
    standing = found()
    header = sheet_of(standing, TICKETS)["data"][0]["rowData"][0]["values"][place("title")]
    header["userEnteredValue"] = {"stringValue": "What"}
    made = upgraded(standing, desk_with(**renamed))
    starts = [body.get("start", {}).get("sheetId") for body in of_kind(made, "updateCells")]
    assert TICKETS not in starts


def test_a_check_changes_where_its_column_stands_now() -> None:
    standing = found()
    move_column(standing, place("title"), 1)
    shorter = {"title": replace(desk().column("title"), max_length=99)}
    [check] = of_kind(upgraded(standing, desk_with(**shorter)), "setDataValidation")
    assert check["range"]["startColumnIndex"] == 1
    assert check["rule"]["condition"]["values"] == [{"userEnteredValue": "=LEN($B2)<=99"}]


def test_a_width_that_people_changed_is_theirs() -> None:
    wider = {"title": replace(desk().column("title"), width_chars=60)}
    [sized] = of_kind(upgraded(found(), desk_with(**wider)), "updateDimensionProperties")
    assert sized["range"]["startIndex"] == place("title")
    assert sized["properties"] == {"pixelSize": 425}
    standing = found()
    sheet_of(standing, TICKETS)["data"][0]["columnMetadata"][place("title")]["pixelSize"] = 333
    assert of_kind(upgraded(standing, desk_with(**wider)), "updateDimensionProperties") == []


def test_people_s_own_rules_filter_views_and_locks_survive() -> None:
    standing = found()
    sheet = sheet_of(standing, TICKETS)
    sheet["conditionalFormats"].append({"ranges": [{"sheetId": TICKETS}], "gradientRule": {}})
    sheet["filterViews"].append({"filterViewId": 7, "title": "Mine"})
    sheet["protectedRanges"].append({"protectedRangeId": 8})
    attention = replace(desk().attention, due_soon_hours=9)
    made = upgraded(standing, replace(desk(), attention=attention))
    deleted = [body["index"] for body in of_kind(made, "deleteConditionalFormatRule")]
    assert deleted == list(range(len(sheet["conditionalFormats"]) - 2, -1, -1))
    assert len(of_kind(made, "addConditionalFormatRule")) == len(deleted)
    assert kinds(made)["deleteFilterView"] == kinds(made)["deleteProtectedRange"] == 0
    [view] = of_kind(made, "updateFilterView")
    assert (view["filter"]["title"], view["fields"]) == ("Due soon", "filterSpecs")


def test_a_tab_is_drawn_anew_only_where_people_left_it_alone() -> None:
    fewer = replace(desk(), attention=replace(desk().attention, due_soon_hours=9))
    made = upgraded(found(), fewer)
    drawn = {body["range"]["sheetId"] for body in of_kind(made, "unmergeCells")}
    assert DASHBOARD in drawn
    assert made.left == ()
    deleted = {body["objectId"] for body in of_kind(made, "deleteEmbeddedObject")}
    assert set(_charts(found())) <= deleted
    standing = found()
    cells = sheet_of(standing, DASHBOARD)["data"][0]["rowData"][1]["values"]
    cells[1]["userEnteredValue"] = {"stringValue": "Our own words"}
    made = upgraded(standing, fewer)
    assert DASHBOARD not in {body["range"]["sheetId"] for body in of_kind(made, "unmergeCells")}
    assert made.left == ("Dashboard",)


def _charts(standing: Found) -> list[int]:
    return [chart["chartId"] for chart in sheet_of(standing, DASHBOARD)["charts"]]


def test_a_tab_that_the_plan_had_not_for_a_while_and_that_still_stands_is_theirs() -> None:
    without = replace(old(), tabs=tuple(tab for tab in old().tabs if tab.key != "dashboard"))
    made = changes(found(), without, old(), desk())
    assert made.left == ("Dashboard",)
    assert not [r for r in made.requests if "updateCells" in r and str(DASHBOARD) in str(r)]


def test_people_s_own_chart_on_a_tab_drawn_anew_stays() -> None:
    standing = found()
    sheet_of(standing, DASHBOARD)["charts"].append({"chartId": 5})
    made = upgraded(standing, replace(desk(), attention=replace(desk().attention, due_soon_hours=9)))
    assert {"objectId": 5} not in of_kind(made, "deleteEmbeddedObject")


def test_who_may_edit_follows_the_desk() -> None:
    known = shares(desk(), Audience())
    role = desk().role(next(person.role for person in desk().people if person.mail == known[-1].mail))
    narrow = replace(role, edits=role.edits - {"title"})
    roles = tuple(narrow if other.key == role.key else other for other in desk().roles)
    made = upgraded(found(), replace(desk(), roles=roles))
    [lock] = [
        body["protectedRange"]
        for kind in ("addProtectedRange", "updateProtectedRange")
        for body in of_kind(made, kind)
        if body["protectedRange"]["range"].get("startColumnIndex") == place("title")
    ]
    lost = {person.mail for person in desk().people if desk().role(person.role).key == narrow.key}
    assert lost
    assert lost & set(lock["editors"]["users"]) == set()


def test_a_table_whose_marks_are_lost_is_not_made_again_beside_itself() -> None:
    standing = found()
    for column in sheet_of(standing, TICKETS)["data"][0]["columnMetadata"]:
        column.pop("developerMetadata", None)
    with pytest.raises(SheetUnrecognised, match="'Tickets' cannot be found"):
        upgraded(standing, desk())


def test_a_tab_that_is_gone_comes_back_and_a_tab_of_theirs_is_never_spoken_of() -> None:
    standing = found()
    standing["sheets"] = [s for s in standing["sheets"] if s["properties"]["sheetId"] != GUIDE]
    own = {"sheetId": 3, "title": "Mine", "gridProperties": {"rowCount": 9, "columnCount": 9}}
    standing["sheets"].append({"properties": own})
    made = changes(standing, old(), old(), desk())
    assert [body["properties"]["title"] for body in of_kind(made, "addSheet")] == ["Guide"]
    locked = [body["protectedRange"]["range"] for body in of_kind(made, "addProtectedRange")]
    assert locked == [{"sheetId": GUIDE}]
    assert '"sheetId": 3,' not in str(made.requests).replace("'", '"')


def test_a_tab_that_the_plan_renames_is_renamed_unless_people_did() -> None:
    to = replace(desk(), tables=tuple(
        replace(table, title="Requests") if table.key == "tickets" else table for table in desk().tables
    ))  # fmt: skip
    last = upgraded(found(), to).requests[-1]["updateSheetProperties"]
    assert last == {"properties": {"sheetId": TICKETS, "title": "Requests"}, "fields": "title"}
    standing = found()
    sheet_of(standing, TICKETS)["properties"]["title"] = "Ours"
    assert of_kind(upgraded(standing, to), "updateSheetProperties") == []
