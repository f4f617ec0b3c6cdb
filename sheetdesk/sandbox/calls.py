"""The methods of Sheets v4 but those on values: spreadsheets, developer metadata, copyTo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheetdesk.sandbox import value_calls
from sheetdesk.sandbox.access import Caller
from sheetdesk.sandbox.api import ApiError, invalid, missing, not_emulated
from sheetdesk.sandbox.apply import apply
from sheetdesk.sandbox.book import Json, Spreadsheet, new_tab_properties
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.file import File
from sheetdesk.sandbox.filter_rules import check
from sheetdesk.sandbox.filters import areas, matched
from sheetdesk.sandbox.grid import Answered
from sheetdesk.sandbox.ranges import Area, resolve
from sheetdesk.sandbox.requests.tabs import add_tab, copy_of, free_copy_title, is_time_zone

if TYPE_CHECKING:
    from sheetdesk.sandbox.handle import Sandbox

__all__ = ["CALLS", "PROJECTED", "Call"]

EVERYTHING = Mask(())


@dataclass(frozen=True)
class Call:
    """One request to Sheets: `steps` are the parts of its path, `options` the last of each parameter."""

    sandbox: Sandbox
    method: str
    steps: Sequence[str]
    options: Json
    query: Sequence[tuple[str, str]]
    body: Json
    caller: Caller
    mask: Mask
    texts: list[str] = field(default_factory=list)

    def answered(self, book: Spreadsheet, places: Sequence[Area], *, with_data: bool) -> Json:
        """The spreadsheet as its mask asks for it."""
        return Answered(self.caller, self.mask, self.texts).spreadsheet(
            self.sandbox.shown(book), places, with_data=with_data
        )

    def file(self, role: str = "reader") -> File:
        """The spreadsheet's file. Raises ApiError with 404 or 403."""
        return self.sandbox.drive.open(self.steps[0], self.caller, role)

    def ranges(self) -> list[str]:
        """The values of the repeated parameter `ranges`."""
        return [value for name, value in self.query if name == "ranges"]

    def is_on(self, name: str) -> bool:
        """Whether a truth parameter is on."""
        return str(self.options.get(name, "")).lower() in ("true", "1")


def create(call: Call) -> Json:
    """A new spreadsheet, with the tabs and cells that its body holds."""
    sandbox, body = call.sandbox, call.body
    asked = body.get("properties") or {}
    for name in body:
        if name not in ("properties", "sheets", "spreadsheetId", "spreadsheetUrl"):
            raise not_emulated(f"spreadsheets.create with {name}")
    if asked.get("timeZone") and not is_time_zone(asked["timeZone"]):
        raise invalid(f"Invalid time zone: {asked['timeZone']}")
    file = sandbox.drive.create(
        asked.get("title") or "Untitled spreadsheet",
        call.caller.email,
        locale=asked.get("locale") or "en_US",
        time_zone=asked.get("timeZone") or "Etc/GMT",
    )
    try:
        fill(call, file, body.get("sheets") or [])
    except ApiError:
        del sandbox.drive.files[file.id]
        raise
    return call.answered(file.book, [], with_data=False)


def fill(call: Call, file: File, sheets: Sequence[Json]) -> None:
    """Put the tabs of a create body in place of the first one."""
    if not sheets:
        return
    batch = call.sandbox.batch(file.book, call.caller)
    requests: list[Json] = []
    for at, sheet in enumerate(sheets):
        for name in sheet:
            if name not in ("properties", "data"):
                raise not_emulated(f"spreadsheets.create with sheets.{name}")
        properties: Json = {"sheetId": at + 1 if len(sheets) > 1 or at else 0} | (
            sheet.get("properties") or {}
        )
        properties.pop("index", None)
        if properties["sheetId"] == 0 and at == 0:
            batch.book.tabs[0].properties = new_tab_properties(0, properties.get("title") or "Sheet1", 0)
            requests.append(
                {
                    "updateSheetProperties": {
                        "properties": properties,
                        "fields": ",".join(settable(properties)),
                    }
                }
            )
        else:
            requests.append({"addSheet": {"properties": {"title": f"Sheet{at + 1}", **properties}}})
        for block in sheet.get("data") or ():
            start: Json = {
                "sheetId": properties["sheetId"],
                "rowIndex": block.get("startRow", 0),
                "columnIndex": block.get("startColumn", 0),
            }
            requests.append(
                {"updateCells": {"start": start, "rows": block.get("rowData") or [], "fields": "*"}}
            )
    if all("addSheet" in request or "updateCells" in request for request in requests):
        requests.append({"deleteSheet": {"sheetId": 0}})
    apply(
        batch,
        [request for request in requests if request.get("updateSheetProperties", {}).get("fields") != ""],
    )
    call.sandbox.keep(file, batch.book, call.caller)


def settable(properties: Json) -> list[str]:
    fields = [name for name in properties if name not in ("sheetId", "sheetType", "gridProperties")]
    return fields + [f"gridProperties.{name}" for name in properties.get("gridProperties", {})]


def get(call: Call) -> Json:
    """The spreadsheet; with a field mask the mask alone says whether cells come with it."""
    book = call.file().book
    places = [resolve(book, text) for text in call.ranges()]
    with_data = bool(call.options.get("fields")) or call.is_on("includeGridData")
    return call.answered(book, places, with_data=with_data)


def get_by_data_filter(call: Call) -> Json:
    """The spreadsheet with the cells that filters choose, those of equal ones once."""
    book = call.file().book
    filters = call.body.get("dataFilters") or []
    check(book, filters, names_the_filter=False)
    places: list[Area] = []
    for place in (place for one in filters for place in areas(book, one)):
        if not any(other.tab is place.tab and other.box == place.box for other in places):
            places.append(place)
    with_data = bool(call.options.get("fields")) or bool(call.body.get("includeGridData"))
    return call.answered(book, places, with_data=with_data)


def batch_update(call: Call) -> Json:
    """All requests or none; if asked, with the spreadsheet as it is afterwards."""
    file = call.file("writer")
    batch = call.sandbox.batch(file.book, call.caller)
    replies = apply(batch, call.body.get("requests") or [])
    places: list[Area] = [resolve(batch.book, text) for text in call.body.get("responseRanges") or ()]
    call.sandbox.keep(file, batch.book, call.caller)
    found: Json = call.mask.project({"spreadsheetId": file.id, "replies": replies})
    inner = below(call.mask, "updatedSpreadsheet")
    if call.body.get("includeSpreadsheetInResponse") and inner is not None:
        with_data = not call.mask.is_all or bool(call.body.get("responseIncludeGridData"))
        found["updatedSpreadsheet"] = Answered(call.caller, inner, call.texts).spreadsheet(
            call.sandbox.shown(batch.book), places, with_data=with_data
        )
    return found


def below(mask: Mask, name: str) -> Mask | None:
    """The part of a mask under a field; None where it does not reach it."""
    if mask.is_all:
        return EVERYTHING
    if not mask.reaches(name):
        return None
    return Mask(tuple(route[1:] for route in mask.routes if route[0] in (name, "*")))


def metadata_get(call: Call) -> Json:
    """One piece of developer metadata by its id."""
    book = call.file().book
    number = call.steps[1]
    found: Json | None = book.developer_metadata.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise missing()
    return found


def metadata_search(call: Call) -> Json:
    """All developer metadata that filters choose, each with the filters that chose it."""
    book = call.file().book
    filters = call.body.get("dataFilters") or []
    if not filters:
        raise invalid("Must specify at least one data filter.")
    found = [
        {
            "developerMetadata": one,
            "dataFilters": [chosen for chosen in filters if any(m is one for m in matched(book, [chosen]))],
        }
        for one in matched(book, filters)
    ]
    return {"matchedDeveloperMetadata": found} if found else {}


def copy_to(call: Call) -> Json:
    """Copy a tab into another spreadsheet; gives the new tab's properties."""
    source = call.file()
    tab = source.book.tab(int(call.steps[1])) if call.steps[1].lstrip("-").isdecimal() else None
    if tab is None:
        raise missing()
    target = call.sandbox.drive.open(call.body.get("destinationSpreadsheetId") or "", call.caller, "writer")
    batch = call.sandbox.batch(target.book, call.caller)
    copied = copy_of(batch, tab, batch.new_id(), free_copy_title(batch, tab.title))
    add_tab(batch, copied, None)
    call.sandbox.keep(target, batch.book, call.caller)
    return copied.properties


PROJECTED = frozenset(
    f"sheets.spreadsheets.{name}" for name in ("create", "get", "getByDataFilter", "batchUpdate")
)
"""The methods that apply the field mask themselves."""

CALLS: dict[str, Callable[[Call], Json]] = {
    f"sheets.spreadsheets.{name}": function
    for name, function in {
        "create": create,
        "get": get,
        "getByDataFilter": get_by_data_filter,
        "batchUpdate": batch_update,
        "developerMetadata.get": metadata_get,
        "developerMetadata.search": metadata_search,
        "sheets.copyTo": copy_to,
        **value_calls.CALLS,
    }.items()
}
