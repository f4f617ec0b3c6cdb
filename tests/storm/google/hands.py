"""What people do to the spreadsheet: the storm's own deeds, as the requests that Google's editor causes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sheetdesk.columns.base import Cell
from sheetdesk.sandbox.book import Tab
from sheetdesk.sheets.google.read import TURN
from sheetdesk.sheets.google.render.cells import typed
from tests.storm.google.live import Live
from tests.storm.page import Page
from tests.storm.people import DEEDS, Deed, Hands, cut_row, duplicate_row, make_range, sort_rows

__all__ = ["act"]

Asked = list[dict[str, Any]]


def sort_all(live: Live, hands: Hands) -> tuple[str, Asked]:
    """Sort all rows below the header, as Google does it, down to the first note under the table."""
    columns = hands.present("title", "owner", "due", "status")
    if not columns:
        return "", []
    name = hands.chance.choice(columns)
    tab = live.tab
    notes = [at for at, row in enumerate(hands.page.rows, 1) if row.who.startswith("note")]
    last = min(notes, default=len(hands.page.rows) + 1)
    order = hands.chance.choice(["ASCENDING", "ASCENDING", "DESCENDING"])
    end = min(max(last, 2), tab.row_count)
    box = {**_rows(tab, 1, end), "startColumnIndex": 0, "endColumnIndex": tab.column_count}
    spec = {"dimensionIndex": live.columns.index(name), "sortOrder": order}
    return f"sorts all by {name}, {order.lower()}", [{"sortRange": {"range": box, "sortSpecs": [spec]}}]


def delete_turn(live: Live, hands: Hands) -> tuple[str, Asked]:
    """Delete the named range that syncs hand on."""
    ids = [one for one, named in live.book.named_ranges.items() if named["name"].startswith(TURN)]
    return f"deletes {ids}", [{"deleteNamedRange": {"namedRangeId": one}} for one in ids]


def filter_rows(live: Live, hands: Hands) -> tuple[str, Asked]:
    """Filter the tab, so that some rows are hidden."""
    tab = live.tab
    box = {**_rows(tab, 0, tab.row_count), "startColumnIndex": 0, "endColumnIndex": len(live.columns)}
    place = hands.chance.randrange(len(live.columns))
    spec = {"columnIndex": place, "filterCriteria": {"hiddenValues": ["New", "Hardware", "Keeper1"]}}
    return f"filters by column {place}", [
        {"setBasicFilter": {"filter": {"range": box, "filterSpecs": [spec]}}}
    ]


def hide_rows(live: Live, hands: Hands) -> tuple[str, Asked]:
    tab = live.tab
    at = hands.chance.randrange(1, tab.row_count)
    span = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": at, "endIndex": at + 1}
    asked = {"range": span, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    return f"hides row {at}", [{"updateDimensionProperties": asked}]


def type_over_header(live: Live, hands: Hands) -> tuple[str, Asked]:
    """Type over a header whose formula fills its column."""
    name = hands.chance.choice(hands.present("updated", "month", "is_open") or [""])
    if not name:
        return "", []
    text = f"{name} as we say {hands.count()}"
    return f"types {text!r} over the header of {name}", [_put(live.tab, 0, live.columns.index(name), text)]


OWN: dict[Callable[[Live, Hands], tuple[str, Asked]], float] = {
    sort_all: 5, delete_turn: 0.7, filter_rows: 1, hide_rows: 1, type_over_header: 0.7,
}  # fmt: skip
COMMON: dict[Deed, float] = {
    deed: weight for deed, weight in DEEDS.items() if deed not in (sort_rows, make_range)
}


def act(live: Live, hands: Hands, person: str) -> str:
    """One deed, done and in the ledger; what it was, "" where it could not be done."""
    [deed] = hands.chance.choices([*OWN, *COMMON], [*OWN.values(), *COMMON.values()])
    if deed in OWN:
        told, asked = deed(live, hands)
        return _done(live, person, str(told), asked, None)
    return _common(live, hands, person, deed)  # type: ignore[arg-type]


def _common(live: Live, hands: Hands, person: str, deed: Deed) -> str:
    page = hands.page
    was = _Before(page)
    told = deed(hands)
    if not told:
        return ""
    if deed is duplicate_row and hands.chance.random() < 0.3 and "updated" in page.columns:
        # Whoever copies what a formula shows pastes its value.
        copy = next(row for row in page.rows if id(row) not in was.cells)
        copy.cells["updated"] = hands.value("updated")
    columns = _columns(live, was, page)
    if deed is cut_row:
        rows = _cut(live, was, page)
    else:
        rows = _moves(live, was, page)
    if deed is duplicate_row:
        rows += _pasted(live, was, page)
    cells = _cells(live, was, page)
    return _done(live, person, told, [*columns, *rows, *cells], page)


def _done(live: Live, person: str, told: str, asked: Asked, page: Page | None) -> str:
    if not asked:
        return ""
    refused = live.does(person, asked)
    if refused is not None:
        return f"may not: {told}: {refused}"
    if page is not None:
        live.columns = list(page.columns)
        live.mark([row.who for row in page.rows])
    live.saved(person)
    return told


class _Before:
    """A page before a deed: which rows stood where, and what in them."""

    def __init__(self, page: Page) -> None:
        self.rows = list(page.rows)
        self.cells = {id(row): dict(row.cells) for row in page.rows}
        self.columns = list(page.columns)
        self.titles = dict(page.titles)


def _columns(live: Live, was: _Before, page: Page) -> Asked:
    tab, now = live.tab, list(was.columns)
    asked: Asked = []
    for name in was.columns:
        if name not in page.columns:
            at = now.index(name)
            asked.append({"deleteDimension": {"range": _span(tab, "COLUMNS", at)}})
            del now[at]
    for at, name in enumerate(page.columns):
        if at < len(now) and now[at] == name:
            continue
        if name in now:
            old = now.index(name)
            asked.append({"moveDimension": {"source": _span(tab, "COLUMNS", old), "destinationIndex": at}})
            now.remove(name)
        elif at < len(now) or at >= tab.column_count:
            place = {"range": _span(tab, "COLUMNS", at), "inheritFromBefore": at > 0}
            asked.append({"insertDimension": place})
        now.insert(at, name)
    return asked


def _moves(live: Live, was: _Before, page: Page) -> Asked:
    tab, asked = live.tab, list[dict[str, Any]]()
    now = [id(row) for row in was.rows]
    wanted = [id(row) for row in page.rows]
    if len(now) <= len(wanted):
        # What is typed into blank rows leaves them where they are.
        for at, row in enumerate(was.rows):
            if wanted[at] not in now and row.is_blank and id(row) not in wanted:
                now[at] = wanted[at]
    for one in [one for one in now if one not in wanted]:
        asked.append({"deleteDimension": {"range": _span(tab, "ROWS", now.index(one) + 1)}})
        now.remove(one)
    for at, one in enumerate(wanted):
        if at < len(now) and now[at] == one:
            continue
        if one in now:
            source = _span(tab, "ROWS", now.index(one) + 1)
            asked.append({"moveDimension": {"source": source, "destinationIndex": at + 1}})
            now.remove(one)
        elif at < len(now):
            asked.append(
                {"insertDimension": {"range": _span(tab, "ROWS", at + 1), "inheritFromBefore": at > 0}}
            )
        now.insert(at, one)
    return asked


def _cut(live: Live, was: _Before, page: Page) -> Asked:
    """The row that was cut is pasted over a blank one."""
    tab = live.tab
    before = {id(row): at for at, row in enumerate(was.rows)}
    for at, row in enumerate(page.rows):
        old = before.get(id(row), at)
        if old != at:
            source = {
                **_rows(tab, old + 1, old + 2),
                "startColumnIndex": 0,
                "endColumnIndex": tab.column_count,
            }
            target = {"sheetId": tab.id, "rowIndex": at + 1, "columnIndex": 0}
            paste = {"source": source, "destination": target, "pasteType": "PASTE_NORMAL"}
            return [*_room(tab, at + 2), {"cutPaste": paste}]
    return []


def _pasted(live: Live, was: _Before, page: Page) -> Asked:
    """The row that was copied stands above its copy."""
    tab = live.tab
    at = next(at for at, row in enumerate(page.rows) if id(row) not in was.cells)
    was.cells[id(page.rows[at])] = dict(was.cells[id(page.rows[at - 1])])
    wide = {"startColumnIndex": 0, "endColumnIndex": len(page.columns)}
    source, target = {**_rows(tab, at, at + 1), **wide}, {**_rows(tab, at + 1, at + 2), **wide}
    return [{"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_NORMAL"}}]


def _cells(live: Live, was: _Before, page: Page) -> Asked:
    tab = live.tab
    asked: Asked = []
    last = 0
    for at, row in enumerate(page.rows, 1):
        old = was.cells.get(id(row), {})
        for place, name in enumerate(page.columns):
            if row.cells.get(name) != old.get(name):
                asked.append(_put(tab, at, place, row.cells.get(name)))
                last = max(last, at)
    for place, name in enumerate(page.columns):
        if page.titles[name] != was.titles.get(name, ""):
            asked.append(_put(tab, 0, place, page.titles[name]))
    grown = len(page.rows) - len(was.rows)
    # Rows that were inserted have made room already.
    return [*(_room(tab, last + 1) if grown <= 0 or last >= tab.row_count else []), *asked]


def _put(tab: Tab, row: int, column: int, value: Cell) -> dict[str, Any]:
    cell = {} if value is None else {"userEnteredValue": typed(value)}
    start = {"sheetId": tab.id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}}


def _room(tab: Tab, rows: int) -> Asked:
    more = rows - tab.row_count
    return [{"appendDimension": {"sheetId": tab.id, "dimension": "ROWS", "length": more}}] if more > 0 else []


def _span(tab: Tab, dimension: str, at: int) -> dict[str, Any]:
    return {"sheetId": tab.id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}


def _rows(tab: Tab, first: int, end: int) -> dict[str, int]:
    return {"sheetId": tab.id, "startRowIndex": first, "endRowIndex": end}
