"""The marks of a spreadsheet's columns as a changed desk has them: under new keys, and on columns that were
people's own until the desk got one of that title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from sheetdesk.desk.condition import Test
from sheetdesk.desk.desk import Desk
from sheetdesk.plan.formula import Field, This
from sheetdesk.plan.pivot import PivotPlan, PivotValue, SlicerPlan
from sheetdesk.plan.plan import ColumnPlan, Highlight, SheetPlan, TablePlan
from sheetdesk.sheets.google.render.book import Request
from sheetdesk.sheets.google.render.ids import KEY, Ids
from sheetdesk.sheets.google.render.standing import read_standing
from sheetdesk.sheets.google.render.table import is_machine
from sheetdesk.table.grid import folded

__all__ = ["Marks", "desk_with_keys", "remarked", "with_keys"]

TICKETS = "tickets"
NAMING = {
    ColumnPlan: ("key",),
    Field: ("column",),
    This: ("column",),
    Highlight: ("columns",),
    PivotPlan: ("rows", "columns", "pages"),
    PivotValue: ("column",),
    SlicerPlan: ("column",),
    Test: ("column",),
}
"""Where a plan or a condition names columns by their keys."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Marks:
    """Which column of the desk stands where: (sheet id, column) by `tickets.owner`. `requests` make the marks
    in the spreadsheet those that are told here.
    """

    ids: Ids
    at: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()

    def places(self, table: str, sheet: int) -> dict[str, int]:
        """The columns of a table on its tab, by key."""
        return {
            mark.partition(".")[2]: place
            for mark, (where, place) in self.at.items()
            if where == sheet and mark.partition(".")[0] == table
        }

    @property
    def numbers(self) -> dict[str, dict[str, int]]:
        """The number of each marked column, by table and key."""
        found: dict[str, dict[str, int]] = {}
        for mark in self.at:
            table, _, key = mark.partition(".")
            found.setdefault(table, {})[key] = self.ids.column(table, key)
        return found

    def with_made(self, requests: Sequence[Request]) -> Marks:
        """These, and what the requests mark or leave unmarked."""
        at = dict(self.at)
        gone = {
            request["deleteDeveloperMetadata"]["dataFilter"]["developerMetadataLookup"]["metadataId"]
            for request in requests
            if "deleteDeveloperMetadata" in request
        }
        for mark in list(at):
            if self.ids.column(*mark.split(".", 1)) in gone:
                del at[mark]
        for request in requests:
            made = request.get("createDeveloperMetadata", {}).get("developerMetadata", {})
            where = made.get("location", {}).get("dimensionRange")
            if where is not None:
                at[made["metadataValue"]] = where["sheetId"], where["startIndex"]
        return replace(self, at=at)


def remarked(answer: Json, plan: SheetPlan, renamed: Mapping[str, str]) -> tuple[Json, Marks]:
    """The answer as it would be if columns had been marked by their new keys, and where they stand."""
    ids = read_standing(answer).ids
    requests: list[Request] = []
    at: dict[str, tuple[int, int]] = {}
    own = _own_columns(answer, plan, renamed)
    sheets = []
    for sheet in answer.get("sheets", ()):
        sheet_id = sheet["properties"].get("sheetId", 0)
        blocks = []
        for block in sheet.get("data", ()):
            columns = [dict(column) for column in block.get("columnMetadata", ())]
            for place, column in enumerate(columns, block.get("startColumn", 0)):
                marks = [dict(mark) for mark in column.get("developerMetadata", ())]
                for mark in marks:
                    table, _, key = mark.get("metadataValue", "").partition(".")
                    if mark.get("metadataKey") != KEY or not key:
                        continue
                    if table == TICKETS and key in renamed:
                        requests += _renamed_mark(ids, mark, renamed[key], sheet_id, place)
                        key = renamed[key]
                        mark |= {"metadataId": ids.column(table, key), "metadataValue": f"{table}.{key}"}
                    at[f"{table}.{key}"] = sheet_id, place
                if (sheet_id, place) in own:
                    key = own[sheet_id, place]
                    number = ids.column(TICKETS, key)
                    mark = {"metadataId": number, "metadataKey": KEY, "metadataValue": f"{TICKETS}.{key}"}
                    marks.append(mark)
                if marks:
                    column["developerMetadata"] = marks
            blocks.append({**block, "columnMetadata": columns})
        sheets.append({**sheet, "data": blocks})
    return {**answer, "sheets": sheets}, Marks(ids, at, tuple(requests))


def _renamed_mark(ids: Ids, mark: Json, key: str, sheet: int, place: int) -> list[Request]:
    old = {"developerMetadataLookup": {"metadataId": mark["metadataId"]}}
    column = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    made = {
        "metadataId": ids.column(TICKETS, key),
        "metadataKey": KEY,
        "metadataValue": f"{TICKETS}.{key}",
        "location": {"dimensionRange": column},
        "visibility": "DOCUMENT",
    }
    return [
        {"deleteDeveloperMetadata": {"dataFilter": old}},
        {"createDeveloperMetadata": {"developerMetadata": made}},
    ]


def _own_columns(answer: Json, plan: SheetPlan, renamed: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Columns of people's own that have the title of one that the desk has got since."""
    standing = read_standing(answer)
    named = next((name for name in standing.names.values() if name.get("name") == TICKETS), None)
    known = {mark.split(".", 1)[1] for mark in standing.columns if mark.startswith(f"{TICKETS}.")}
    known |= {renamed[key] for key in known if key in renamed}
    if named is None:
        return {}
    sheet, top = named["range"].get("sheetId", 0), named["range"].get("startRowIndex", 0)
    coming = {
        folded(column.title): column.key
        for column in plan.table(TICKETS)[1].columns
        if column.key not in known and not is_machine(column)
    }
    taken = {place for where, place in standing.columns.values() if where == sheet}
    return {
        (sheet, place): coming.pop(folded(title))
        for (row, place), cell in standing.cells(sheet).items()
        if row == top and place not in taken
        and folded(title := cell.get("userEnteredValue", {}).get("stringValue", "")) in coming
    }  # fmt: skip


def with_keys(plan: SheetPlan, renamed: Mapping[str, str]) -> SheetPlan:
    """The plan with columns of the tickets under their new keys."""
    if not renamed:
        return plan
    tabs = tuple(_with_keys(tab, renamed, tab.key == TICKETS) for tab in plan.tabs)
    return replace(plan, tabs=tabs)


def desk_with_keys(desk: Desk, renamed: Mapping[str, str]) -> Desk:
    """What protection and filter views are told by, of a desk with such columns."""
    if not renamed:
        return desk

    def new(keys: frozenset[str]) -> frozenset[str]:
        return frozenset(renamed.get(key, key) for key in keys)

    columns = tuple(replace(c, key=renamed.get(c.key, c.key)) for c in desk.tickets.columns)
    tables = tuple(
        replace(table, columns=columns) if table.key == TICKETS else table for table in desk.tables
    )
    roles = tuple(
        replace(
            role, sees=new(role.sees), edits=new(role.edits), tickets=_with_keys(role.tickets, renamed, True)
        )
        for role in desk.roles
    )
    views = tuple(replace(view, tickets=_with_keys(view.tickets, renamed, True)) for view in desk.views)
    return replace(desk, tables=tables, roles=roles, views=views)


def _with_keys(part: Any, renamed: Mapping[str, str], is_tickets: bool) -> Any:
    if isinstance(part, tuple):
        return tuple(_with_keys(one, renamed, is_tickets) for one in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    changed: dict[str, Any] = {}
    names = NAMING.get(type(part), ())
    # Elsewhere only what says so speaks of the tickets.
    of_tickets = getattr(part, "table", TICKETS if is_tickets else "") == TICKETS
    if isinstance(part, TablePlan):
        is_tickets = part.name == TICKETS
    for one in fields(part):
        found = getattr(part, one.name)
        if one.name in names and of_tickets:
            new: Any = (
                renamed.get(found, found)
                if isinstance(found, str)
                else tuple(renamed.get(key, key) for key in found)
            )
        else:
            new = _with_keys(found, renamed, is_tickets or isinstance(part, PivotPlan))
        if new is not found:
            changed[one.name] = new
    return replace(part, **changed) if changed else part
