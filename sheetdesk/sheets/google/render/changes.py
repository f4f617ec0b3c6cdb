"""What to change in a spreadsheet that stands so that it shows a newer plan: only what the plans differ in.

What people made or changed stays: their tabs, columns, widths, filter views and conditional formats. A
tab that only shows things is drawn anew where its cells are still as they were drawn, else left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.draw import Audience
from sheetdesk.plan.plan import SheetPlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.changes_table import change_table, changed_rules
from sheetdesk.sheets.google.render.drawing import draw_tab
from sheetdesk.sheets.google.render.filters import filter_views
from sheetdesk.sheets.google.render.locks import draw_locks
from sheetdesk.sheets.google.render.names import column_mark, draw_names
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB, OVERLAY_WIDTH
from sheetdesk.sheets.google.render.pivots import drawn_by_pivots
from sheetdesk.sheets.google.render.standing import (
    TORN,
    Standing,
    as_it_stands,
    places_of,
    read_standing,
)  # fmt: skip
from sheetdesk.sheets.google.render.table import draw_overlay
from sheetdesk.sheets.google.render.tabs import overlay_sheet, sheet_of, spreadsheet_properties

__all__ = ["Changes", "changes"]


@dataclass(frozen=True)
class Changes:
    """The requests of one batchUpdate, and the titles of tabs left alone because people changed them."""

    requests: tuple[Request, ...]
    left: tuple[str, ...] = ()


def changes(
    found: Mapping[str, Any],
    old_plan: SheetPlan,
    new_plan: SheetPlan,
    desk: Desk,
    *,
    old_desk: Desk | None = None,
    whom: Audience | None = None,
    owner: str = "",
    renamed: Iterable[str] = (),
) -> Changes:
    """What turns a spreadsheet made of the old plan, and used since, into one of the new plan.

    `found` is an answer of `spreadsheets.get` that was asked for FIELDS. A spreadsheet that is as the new
    plan has it needs no request. Raises DeskUnfit for what Google has no word for, and SheetUnrecognised
    where nothing marks the columns of a table. `owner` is who writes: he may edit everything; `renamed` are
    keys that columns of the tickets had, where the old plan has the new ones already.
    """
    standing = read_standing(found)
    old, new = Book(old_plan, standing.ids), Book(new_plan, standing.ids)
    places = _places(old, new, standing)
    retitled = list(_renamed(old, new, standing))
    old, new = (as_it_stands(book, standing, places) for book in (old, new))
    seen_by = whom or Audience()
    tabs, left = _changed_tabs(old, new, standing, places)
    requests = [*_changed_names(old, new, standing), *_changed_overlay(old, new, standing), *tabs]
    requests += _changed_views(filter_views(old, old_desk or desk, seen_by), new, desk, seen_by, standing)
    before = draw_locks(old, old_desk or desk, seen_by, owner)
    wanted = draw_locks(new, desk, seen_by, owner)
    keys = tuple(renamed)
    torn = standing.torn(old)
    known = _lock_numbers((old, new), keys) if keys or torn or before != wanted else set()
    requests += _changed_locks(before, wanted, known, standing, torn)
    properties = spreadsheet_properties(new_plan, desk)
    were = spreadsheet_properties(old_plan, old_desk or desk)
    if found.get("properties", {}).get("title", were["title"]) != were["title"]:
        # People may call a spreadsheet of theirs what they like.
        were["title"] = properties["title"]
    fields = ",".join(key for key in properties if properties[key] != were[key])
    if fields:
        requests.append({"updateSpreadsheetProperties": {"properties": properties, "fields": fields}})
    # Last: until here formulas call every tab what it was called.
    return Changes((*requests, *retitled), tuple(left))


def _places(old: Book, new: Book, standing: Standing) -> dict[str, dict[str, int]]:
    """Where each column of each table stands, or is to stand, by table and key."""
    keys: dict[str, dict[str, None]] = {}
    sheets: dict[str, int] = {}
    for book in (new, old):
        for tab in book.plan.tabs:
            if tab.table is not None and standing.has(book, tab.key):
                keys.setdefault(tab.table.name, {}).update(dict.fromkeys(c.key for c in tab.table.columns))
                sheets[tab.table.name] = book.sheet(tab.key)
    return {table: places_of(standing, sheets[table], table, list(names)) for table, names in keys.items()}


def _changed_tabs(
    old: Book, new: Book, standing: Standing, places: Mapping[str, dict[str, int]]
) -> tuple[list[Request], list[str]]:
    """The requests for all tabs, and the titles of those that are left alone."""
    requests: list[Request] = []
    left: list[str] = []
    tables = [tab.key for tab in old.plan.tabs if tab.table is not None]
    # What speaks of a tab speaks of nothing once that is gone.
    is_torn = not all(standing.has(new, key) for key in tables) or bool(standing.torn(old))
    drawn = {tab.key: draw_tab(old, tab) for tab in old.plan.tabs if tab.table is None}
    for index, tab in enumerate(new.plan.tabs):
        if not standing.has(new, tab.key):
            requests += [{"addSheet": sheet_of(new, tab, index)}, *draw_tab(new, tab)]
            if tab.table is not None:
                requests += [column_mark(new, tab, tab.table, column.key) for column in tab.table.columns]
            continue
        if tab.table is not None:
            requests += change_table(old, new, tab, standing, places[tab.table.name])
            continue
        was, wanted = drawn.get(tab.key, []), draw_tab(new, tab)
        is_hidden = tab.visibility != "shown"
        if was == wanted and not (is_torn and (is_hidden or standing.is_torn(old, tab.key))):
            continue
        # One that the plan had not for a while is what people have made of it.
        if is_hidden or (tab.key in drawn and _is_untouched(old, tab.key, was, standing)):
            requests += _drawn_anew(old, new, tab, was, wanted, standing)
        else:
            left.append(tab.title)
    return requests, left


def _renamed(old: Book, new: Book, standing: Standing) -> Iterator[Request]:
    """Tabs that the plan calls something else and people have not."""
    titles = {tab.key: tab.title for tab in old.plan.tabs}
    for tab in new.plan.tabs:
        found = standing.sheets.get(new.sheet(tab.key))
        if found is not None and found["properties"]["title"] == titles.get(tab.key, tab.title) != tab.title:
            properties = {"sheetId": new.sheet(tab.key), "title": tab.title}
            yield {"updateSheetProperties": {"properties": properties, "fields": "title"}}


def _written(requests: list[Request], part: str) -> dict[tuple[int, int], Any]:
    """What requests put into one part of cells, by place."""
    found = {}
    for written in (request["updateCells"] for request in requests if "updateCells" in request):
        start = written["start"]
        for row, line in enumerate(written["rows"], start["rowIndex"]):
            for column, cell in enumerate(line["values"], start["columnIndex"]):
                if part in cell:
                    found[row, column] = cell[part]
    return found


def _is_untouched(old: Book, key: str, drawn: list[Request], standing: Standing) -> bool:
    """Whether a tab's cells still hold what was drawn there, and its pivots stand where they stood."""
    cells = standing.cells(old.sheet(key))
    values = {place: cell["userEnteredValue"] for place, cell in cells.items() if "userEnteredValue" in cell}
    pivots = {place for place, cell in cells.items() if cell.get("pivotTable")}
    inside = drawn_by_pivots(old, old.plan.tab(key))
    was = _written(drawn, "userEnteredValue")
    # What speaks of a column or tab that is gone is as it was drawn.
    values |= {p: was[p] for p, v in values.items() if p in was and TORN in v.get("formulaValue", "")}
    return pivots == set(_written(drawn, "pivotTable")) and {
        place: _plain(value) for place, value in values.items() if place not in inside
    } == {place: _plain(value) for place, value in was.items()}


def _plain(value: Request) -> tuple[str, Any]:
    """A typed value to compare: numbers as far as Google keeps them, formulas without their spaces."""
    [(kind, content)] = value.items()
    if kind == "numberValue":
        return kind, float(f"{content:.12g}")
    return kind, "".join(content.split()).upper() if kind == "formulaValue" else content


def _drawn_anew(
    old: Book, book: Book, tab: TabPlan, was: list[Request], wanted: list[Request], standing: Standing
) -> Iterator[Request]:
    """The tab emptied of what was drawn, people's own charts and slicers aside, and drawn again.

    Widths and heights stay where the plan has not changed them.
    """
    sheet = book.sheet(tab.key)
    rows, columns = standing.grid(sheet)
    wanted_rows, wanted_columns = Book(book.plan, book.ids).size(tab)
    if wanted_rows > rows or wanted_columns > columns:
        grid = {"rowCount": max(rows, wanted_rows), "columnCount": max(columns, wanted_columns)}
        properties = {"sheetId": sheet, "gridProperties": grid}
        fields = "gridProperties(rowCount,columnCount)"
        yield {"updateSheetProperties": {"properties": properties, "fields": fields}}
    yield {"unmergeCells": {"range": {"sheetId": sheet}}}
    fields = "userEnteredValue,userEnteredFormat,note,dataValidation,pivotTable"
    yield {"updateCells": {"range": {"sheetId": sheet}, "fields": fields}}
    ours = {book.ids.of("chart", tab.key, str(index)) for index in range(100)}
    slicers = [slicer for other in old.plan.tabs if other.key == tab.key for slicer in other.slicers]
    ours |= {book.ids.of("slicer", slicer.name) for slicer in slicers}
    for kind, number in (("charts", "chartId"), ("slicers", "slicerId")):
        for object_id in standing.of(sheet, kind, number):
            if object_id in ours:
                yield {"deleteEmbeddedObject": {"objectId": object_id}}
    for request in wanted:
        is_kept = "updateDimensionProperties" in request and request in was
        if not is_kept and "addConditionalFormatRule" not in request:
            yield request
    yield from changed_rules(old, book, tab, standing)


def _changed_names(old: Book, new: Book, standing: Standing) -> Iterator[Request]:
    """New names, and names whose block the plan moved; a table's block has moved with its table."""
    kind, part = "addNamedRange", "namedRange"
    before = {named["namedRangeId"]: named for named in _parts(draw_names(old), kind, part)}
    tables = {tab.table.name for tab in new.plan.tabs if tab.table is not None}
    for named in _parts(draw_names(new), kind, part):
        number = named["namedRangeId"]
        if number not in standing.names:
            yield {kind: {part: named}}
        elif before.get(number) != named and named["name"] not in tables:
            yield {"updateNamedRange": {part: named, "fields": "name,range"}}


def _parts(requests: list[Request], kind: str, part: str) -> list[Request]:
    return [request[kind][part] for request in requests if kind in request]


def _changed_overlay(old: Book, new: Book, standing: Standing) -> Iterator[Request]:
    """The overlay written anew where other columns stand in it: the headers look them up by place."""
    sheet = new.sheet(OVERLAY_TAB)
    if sheet not in standing.sheets:
        yield {"addSheet": overlay_sheet(new, len(standing.sheets))}
    elif old.overlay == new.overlay:
        return
    else:
        needed = 1 + max((new.plan.table(table)[1].rows for table in new.overlay), default=0)
        missing = needed - standing.grid(sheet)[0]
        if missing > 0:
            yield {"appendDimension": {"sheetId": sheet, "dimension": "ROWS", "length": missing}}
        block = {"sheetId": sheet, "startColumnIndex": 0, "endColumnIndex": OVERLAY_WIDTH}
        yield {"updateCells": {"range": block, "fields": "userEnteredValue"}}
    yield from draw_overlay(new)


def _changed_views(
    old: list[Request], new: Book, desk: Desk, whom: Audience, standing: Standing
) -> Iterator[Request]:
    """Views that are new; those that the plan changed; those it lost. People's own are none of these."""
    before = {view["filterViewId"]: view for view in old}
    found = standing.of(new.sheet("tickets"), "filterViews", "filterViewId")
    wanted = {view["filterViewId"]: view for view in filter_views(new, desk, whom)}
    for number, view in wanted.items():
        if number not in found and number not in before:
            yield {"addFilterView": {"filter": view}}
        elif number in found and number in before:
            fields = ",".join(key for key in view if view[key] != before[number].get(key))
            if fields:
                yield {"updateFilterView": {"filter": view, "fields": fields}}
    for number in found.keys() & (before.keys() - wanted.keys()):
        yield {"deleteFilterView": {"filterId": number}}


def _lock_numbers(books: Iterable[Book], renamed: Sequence[str]) -> set[int]:
    """The ids of every lock that our tables can have had: one is called by the first of its columns."""
    keys = {("tickets", key) for key in renamed}
    for book in books:
        tables = [tab.table for tab in book.plan.tabs if tab.table is not None]
        keys |= {(table.name, column.key) for table in tables for column in table.columns}
    ids = next(iter(books)).ids
    return {ids.of("lock", part, *names) for names in keys for part in ("header", "columns")}


def _changed_locks(
    old: list[Request], new: list[Request], known: set[int], standing: Standing, torn: set[int]
) -> Iterator[Request]:
    """Protection as the plan has it, anew on tabs that are `torn`; what people protected themselves stays.

    One that is `known` as ours though no lock is called so now is from before its first column was renamed or
    moved: it makes room for those that take its place.
    """
    kind, part = "addProtectedRange", "protectedRange"
    before = {lock["protectedRangeId"]: lock for lock in _parts(old, kind, part)}
    wanted = {lock["protectedRangeId"]: lock for lock in _parts(new, kind, part)}
    found = {
        number: lock
        for sheet in standing.sheets
        for number, lock in standing.of(sheet, "protectedRanges", "protectedRangeId").items()
    }
    stray = known & found.keys() - before.keys() - wanted.keys()
    drawn_anew = torn | {found[number]["range"].get("sheetId", 0) for number in stray}
    for number in sorted(stray | found.keys() & (before.keys() - wanted.keys())):
        yield {"deleteProtectedRange": {"protectedRangeId": number}}
    for number, lock in wanted.items():
        sheet = lock["range"]["sheetId"]
        if before.get(number) == lock and sheet in standing.sheets and sheet not in drawn_anew:
            continue
        if number not in found:
            yield {kind: {part: lock}}
        else:
            fields = "range,description,editors,unprotectedRanges"
            yield {"updateProtectedRange": {part: lock, "fields": fields}}
