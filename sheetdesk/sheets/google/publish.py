"""A SheetPlan as a Google spreadsheet: one `spreadsheets.create` and one `batchUpdate` make all of it.

Pure: nothing here speaks to Google. The first call makes the tabs, the second fills them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.draw import Audience
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.changes import Changes, changes
from sheetdesk.sheets.google.render.drawing import draw_tab
from sheetdesk.sheets.google.render.filters import draw_filters
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.locks import Share, draw_locks, shared, shares
from sheetdesk.sheets.google.render.names import draw_marks, draw_names
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.render.standing import FIELDS
from sheetdesk.sheets.google.render.table import draw_overlay
from sheetdesk.sheets.google.render.tabs import overlay_sheet, sheet_of, spreadsheet_properties

__all__ = [
    "FIELDS",
    "Changes",
    "Publication",
    "changes",
    "create_body",
    "publication",
    "requests_of",
    "sync_tab_anew",
]


@dataclass(frozen=True)
class Publication:
    """The body of `spreadsheets.create`, the requests of the batchUpdate after it, and who gets the file."""

    create_body: Request
    requests: tuple[Request, ...]
    shares: tuple[Share, ...]


def publication(
    plan: SheetPlan,
    desk: Desk,
    *,
    whom: Audience | None = None,
    ids: Ids | None = None,
    owner: str = "",
    zone: str = "",
) -> Publication:
    """The spreadsheet of a plan that was drawn for `whom`. Raises DeskUnfit for what Google has no word for.

    The ids of tabs and of all else are `ids`' to say; they are the same in every publication. `owner` is
    the mail of who makes the file; without it the file must be shared after it was filled, not before.
    `zone` is that of the plan's moments where the file was there before and has another than the desk.
    """
    seen_by = whom or Audience()
    book = Book(plan, ids or Ids(), zone=zone or desk.zone.key)
    requests = requests_of(book, desk, seen_by, owner)
    return Publication(create_body(book, desk), tuple(requests), shares(desk, seen_by))


def create_body(book: Book, desk: Desk) -> Request:
    """Title, language, time zone and empty tabs, the hidden ones last."""
    tabs = [sheet_of(book, tab, index) for index, tab in enumerate(book.plan.tabs)]
    return {
        "properties": spreadsheet_properties(book.plan, desk),
        "sheets": [*tabs, overlay_sheet(book, len(tabs))],
    }


def requests_of(book: Book, desk: Desk, whom: Audience, owner: str = "") -> list[Request]:
    """What fills the empty tabs. Names come before the formulas that speak of them, locks last."""
    found = draw_names(book)
    found += draw_overlay(book)
    # The machinery first: lists and names that other tabs lean on.
    for tab in sorted(book.plan.tabs, key=lambda tab: tab.visibility == "shown"):
        found += draw_tab(book, tab)
    found += draw_filters(book, desk, whom)
    found += draw_marks(book, shared(shares(desk, whom)))
    return [*found, *draw_locks(book, desk, whom, owner)]


def sync_tab_anew(plan: SheetPlan, standing: Collection[int]) -> list[Request]:
    """The requests that make the hidden tab again, with what rules keep; one that is among the `standing`
    tabs, by id, was given another title, and gets its own.
    """
    book = Book(plan, Ids())
    sheet = book.sheet(OVERLAY_TAB)
    if sheet in standing:
        named = {"properties": {"sheetId": sheet, "title": OVERLAY_TAB}, "fields": "title"}
        return [{"updateSheetProperties": named}]
    return [{"addSheet": overlay_sheet(book, len(standing))}, *draw_overlay(book)]
