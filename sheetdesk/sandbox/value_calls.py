"""The methods of Sheets v4 on values: read, write, clear and append, alone, in batches and by data filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sheetdesk.sandbox import access
from sheetdesk.sandbox.api import ApiError, invalid
from sheetdesk.sandbox.batch import Batch
from sheetdesk.sandbox.book import Json, Spreadsheet
from sheetdesk.sandbox.filter_rules import check_values_read
from sheetdesk.sandbox.filters import areas
from sheetdesk.sandbox.ranges import Area, echo, grid_range, resolve, tidy
from sheetdesk.sandbox.reads import value_range
from sheetdesk.sandbox.writes import append_place, clear_values, write_values

if TYPE_CHECKING:
    from sheetdesk.sandbox.calls import Call

__all__ = ["CALLS"]


def values_get(call: Call) -> Json:
    """One range."""
    book = call.file().book
    return value_range(call.sandbox.shown(book), resolve(book, call.steps[1]), call.options)


def batch_get(call: Call) -> Json:
    """Several ranges, in their order."""
    book = call.file().book
    shown = call.sandbox.shown(book)
    found = [value_range(shown, resolve(book, text), call.options) for text in call.ranges()]
    return {"spreadsheetId": book.id} | ({"valueRanges": found} if found else {})


def batch_get_by_data_filter(call: Call) -> Json:
    """The ranges that filters choose, by place; filters that choose the same one share it.

    Ranges without a cell are all the same one, where the first of them lies.
    """
    book = call.file().book
    check_values_read(book, call.body)
    shown = call.sandbox.shown(book)
    found: dict[tuple[int, ...], Json] = {}
    empty: tuple[int, ...] = ()
    key: tuple[int, ...]
    for data_filter in call.body.get("dataFilters") or ():
        for place in areas(book, data_filter):
            key = (book.tabs.index(place.tab), place.box.r0, place.box.c0, place.box.r1, place.box.c1)
            if place.box.is_empty:
                empty = key = empty or key
            if key not in found:
                found[key] = {"valueRange": value_range(shown, place, call.body), "dataFilters": []}
            found[key]["dataFilters"].append(echoed(data_filter))
    ordered = [found[key] for key in sorted(found)]
    return {"spreadsheetId": book.id} | ({"valueRanges": ordered} if ordered else {})


def echoed(data_filter: Json) -> Json:
    """A filter as answers repeat it: a grid range without its sheetId 0."""
    if data_filter.get("gridRange") is not None:
        return {**data_filter, "gridRange": tidy(data_filter["gridRange"])}
    return data_filter


def written(call: Call, batch: Batch, place: Area, body: Json, mode: str, index: int) -> tuple[Area, Json]:
    """Write one ValueRange into a batch's book, protections respected."""
    area, counts = write_values(batch.book, place, body, mode, batch.now, f"data[{index}]")
    protect(call, batch.book, area, index)
    return area, counts


def protect(call: Call, book: Spreadsheet, area: Area, index: int) -> None:
    if area.tab.protected_ranges:
        ranges = [grid_range(area.tab.id, area.box)]
        access.check_protected(book, call.caller, area.tab, ranges, index, "")


def update(call: Call) -> Json:
    """Write one range."""
    file = call.file("writer")
    batch = call.sandbox.batch(file.book, call.caller)
    place = resolve(batch.book, call.steps[1])
    own = call.body.get("range")
    if own and resolve(batch.book, own)[:2] != place[:2]:
        raise invalid(f"Requested writing within range [{call.steps[1]}], but tried writing to [{own}]")
    area, counts = written(call, batch, place, call.body, call.options.get("valueInputOption", ""), 0)
    call.sandbox.keep(file, batch.book, call.caller)
    return answered(call, batch.book, area, counts, call.options)


def answered(call: Call, book: Spreadsheet, area: Area, counts: Json, options: Json) -> Json:
    """An UpdateValuesResponse, with the values as they are now where that was asked for."""
    found = {"spreadsheetId": book.id, **counts}
    if str(options.get("includeValuesInResponse", "")).lower() in ("true", "1"):
        chosen = {
            "valueRenderOption": options.get("responseValueRenderOption"),
            "dateTimeRenderOption": options.get("responseDateTimeRenderOption"),
            "majorDimension": call.body.get("majorDimension"),
        }
        found["updatedData"] = value_range(call.sandbox.shown(book), area, chosen)
    return found


def batch_update(call: Call) -> Json:
    """Write several ranges, all or none."""
    return update_all(call, lambda book, one: [resolve(book, one.get("range") or "")])


def batch_update_by_data_filter(call: Call) -> Json:
    """Write the same values wherever a filter matches, all or none."""
    return update_all(call, lambda book, one: areas(book, one.get("dataFilter") or {}))


def update_all(call: Call, places: Callable[[Spreadsheet, Json], list[Area]]) -> Json:
    file = call.file("writer")
    batch = call.sandbox.batch(file.book, call.caller)
    mode = call.body.get("valueInputOption") or ""
    done: list[tuple[Area, Json, Json]] = []
    told: list[Area] = []
    for index, one in enumerate(call.body.get("data") or ()):
        try:
            for place in places(batch.book, one):
                area, counts = written(call, batch, place, one, mode, index)
                done.append((area, counts, one))
                # Documented: the answer shows all that a filter chose, not only what was written.
                told.append(place if "dataFilter" in one else area)
        except ApiError as error:
            if error.code == 400 and not error.message.startswith("Invalid"):
                raise invalid(f"Invalid data[{index}]: {error.message}") from error
            raise
    call.sandbox.keep(file, batch.book, call.caller)
    responses = []
    for shown_area, (_, counts, one) in zip(told, done, strict=True):
        response = answered(call, batch.book, shown_area, counts, call.body)
        if "dataFilter" in one:
            response = {name: part for name, part in response.items() if name != "spreadsheetId"}
            response["dataFilter"] = echoed(one["dataFilter"])
        responses.append(response)
    return {"spreadsheetId": file.id} | totals(done) | ({"responses": responses} if responses else {})


def totals(done: Sequence[tuple[Area, Json, Json]]) -> Json:
    areas_written = [area for area, counts, _ in done if counts.get("updatedCells")]
    rows = {(area.tab.id, row) for area in areas_written for row in range(area.box.r0, area.box.r1)}
    columns = {(area.tab.id, at) for area in areas_written for at in range(area.box.c0, area.box.c1)}
    found = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(counts.get("updatedCells", 0) for _, counts, _ in done),
        "totalUpdatedSheets": len({area.tab.id for area in areas_written}),
    }
    return {name: count for name, count in found.items() if count}


def clear(call: Call) -> Json:
    """Empty one range."""
    file, cleared = clear_all(call, lambda book: [resolve(book, call.steps[1])])
    return {"spreadsheetId": file, "clearedRange": cleared[0]}


def batch_clear(call: Call) -> Json:
    """Empty several ranges."""
    file, cleared = clear_all(
        call, lambda book: [resolve(book, text) for text in call.body.get("ranges") or ()]
    )
    return {"spreadsheetId": file} | ({"clearedRanges": cleared} if cleared else {})


def batch_clear_by_data_filter(call: Call) -> Json:
    """Empty the ranges that filters choose."""
    filters = call.body.get("dataFilters") or ()
    file, cleared = clear_all(call, lambda book: [place for one in filters for place in areas(book, one)])
    return {"spreadsheetId": file} | ({"clearedRanges": cleared} if cleared else {})


def clear_all(call: Call, places: Callable[[Spreadsheet], list[Area]]) -> tuple[str, list[str]]:
    file = call.file("writer")
    batch = call.sandbox.batch(file.book, call.caller)
    cleared = []
    for index, place in enumerate(places(batch.book)):
        protect(call, batch.book, place, index)
        clear_values(place)
        cleared.append(echo(place.tab, place.box))
    call.sandbox.keep(file, batch.book, call.caller)
    return file.id, cleared


def append(call: Call) -> Json:
    """Write rows below the table that is found in a range."""
    file = call.file("writer")
    batch = call.sandbox.batch(file.book, call.caller)
    values = call.body.get("values") or []
    height = len(values)
    width = max((len(line) for line in values if isinstance(line, list)), default=0)
    if call.body.get("majorDimension") == "COLUMNS":
        height, width = width, height
    inserts = call.options.get("insertDataOption") == "INSERT_ROWS"
    place, table = append_place(
        batch.book, resolve(batch.book, call.steps[1]), height, width, inserts=inserts
    )
    area, counts = written(call, batch, place, call.body, call.options.get("valueInputOption", ""), 0)
    call.sandbox.keep(file, batch.book, call.caller)
    found: Json = {"spreadsheetId": file.id}
    if table is not None:
        found["tableRange"] = echo(place.tab, table)
    return found | {"updates": answered(call, batch.book, area, counts, call.options)}


CALLS: dict[str, Callable[[Call], Json]] = {
    "values.get": values_get,
    "values.update": update,
    "values.append": append,
    "values.clear": clear,
    "values.batchGet": batch_get,
    "values.batchUpdate": batch_update,
    "values.batchClear": batch_clear,
    "values.batchGetByDataFilter": batch_get_by_data_filter,
    "values.batchUpdateByDataFilter": batch_update_by_data_filter,
    "values.batchClearByDataFilter": batch_clear_by_data_filter,
}
