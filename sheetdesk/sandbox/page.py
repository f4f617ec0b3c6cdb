"""What the page shows of a spreadsheet and does in it for the person who looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from sheetdesk.sandbox import people
from sheetdesk.sandbox.access import OWNER, Caller, can_edit, role_of, shut_out
from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.drive import Drive, File
from sheetdesk.sandbox.looks import look
from sheetdesk.sandbox.page_shape import charts, spans
from sheetdesk.sandbox.ranges import first_shown, resolve
from sheetdesk.sandbox.rule_looks import RuleLooks
from sheetdesk.sandbox.shown import Shown

__all__ = ["ASSETS", "EDITOR", "VIEWER", "View", "asset", "listed", "requests_of"]

EDITOR = "editor@sandbox.local"
VIEWER = "viewer@sandbox.local"
"""Two people of the page who may use every file, whoever it is shared with."""

ASSETS = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
"""The page's own files by their path, with their types."""

MOST_ROWS = 400
MOST_FROZEN = 20
"""How many rows are told at once, however many are asked for."""

MOST_OPTIONS = 500
WIDTH_PX = 100


@lru_cache
def asset(name: str) -> bytes:
    """A file of the page."""
    return files("sheetdesk.sandbox").joinpath(name).read_bytes()


def listed(drive: Drive) -> list[Json]:
    """Every file that is not in the bin, the latest first."""
    kept = sorted(drive.files.values(), key=lambda file: file.created, reverse=True)
    return [{"id": file.id, "title": file.book.title} for file in kept if not file.trashed]


@dataclass(frozen=True)
class View:
    """One look at a file through the eyes of a person; `shown` reads the state its book is in."""

    file: File
    person: str
    shown: Shown

    @property
    def role(self) -> str:
        """What the person may do: what the file grants, else what the page does."""
        given = role_of(self.file, self.caller)
        return given or ("writer" if self.person == EDITOR else "reader")

    @property
    def caller(self) -> Caller:
        return Caller(self.person, self.person == self.file.owner)

    def people(self) -> list[Json]:
        """Whom one may be: the page's own two and all who have a permission by name."""
        emails = [EDITOR, VIEWER, OWNER]
        named = [one.get("emailAddress") for one in self.file.permissions.values()]
        emails += [email for email in named if email and email not in emails]
        views = [View(self.file, email, self.shown) for email in emails]
        return [{"email": view.person, "role": view.role} for view in views]

    def stretch(self, sheet_id: int | None, start: int, count: int) -> Json:
        """The frozen rows and `count` rows from `start` of a tab, the first one by default."""
        book = self.file.book
        tab = (book.tab(sheet_id) if sheet_id is not None else None) or first_shown(book)
        grid = tab.properties.get("gridProperties", {})
        frozen = min(int(grid.get("frozenRowCount", 0)), MOST_FROZEN)
        start = max(start, frozen)
        end = min(start + min(count, MOST_ROWS), tab.row_count)
        rows = [*range(min(frozen, tab.row_count)), *range(start, end)]
        columns = tab.column_count
        kept_out = self.kept_out(tab)
        sides = [tab.column_metadata.get(column, {}) for column in range(columns)]
        return {
            "tab": tab.id,
            "tabs": [
                {"id": one.id, "title": one.title, "hidden": bool(one.properties.get("hidden"))}
                for one in book.tabs
                if one.has_grid
            ],
            "person": self.person,
            "people": self.people(),
            "version": self.file.version,
            "rows": tab.row_count,
            "frozen": frozen,
            "frozen_columns": min(int(grid.get("frozenColumnCount", 0)), MOST_FROZEN),
            "bare": bool(grid.get("hideGridlines")),
            "closed": self.is_closed(tab),
            "charts": charts(tab),
            "widths": [
                2 if side.get("hiddenByUser") else int(side.get("pixelSize", WIDTH_PX)) for side in sides
            ],
            "lines": [self.line(tab, row, kept_out) for row in rows],
        }

    def is_closed(self, tab: Tab) -> bool:
        """Whether the person may edit elsewhere in the file, but nothing in this tab."""
        return self.role in ("writer", "owner") and any(
            not can_edit(one, self.caller)
            and not one.get("unprotectedRanges")
            and set(one.get("range", {"named": True})) <= {"sheetId"}
            for one in tab.protected_ranges
        )

    def kept_out(self, tab: Tab) -> Callable[[int, int], bool]:
        """Whether a cell may not be edited by the person."""
        if self.role not in ("writer", "owner"):
            return lambda row, column: True
        if not tab.protected_ranges:
            return lambda row, column: False

        def is_kept(row: int, column: int) -> bool:
            cell = {
                "startRowIndex": row, "endRowIndex": row + 1,
                "startColumnIndex": column, "endColumnIndex": column + 1,
            }  # fmt: skip
            return shut_out(self.file.book, self.caller, tab, cell)

        return is_kept

    def line(self, tab: Tab, row: int, kept_out: Callable[[int, int], bool]) -> Json:
        """One row: facts of its cells by column, those without any left out."""
        shown = self.shown
        rules = _rules(shown, tab.id)
        cells: dict[int, Json] = {}
        merged = spans(tab, row)
        for column in range(tab.column_count):
            cell = tab.cell(row, column)
            facts = look(tab, row, column, rules.cell_format(row, column))
            if text := shown.text(tab, row, column):
                facts["text"] = text
                if not facts.get("align") and "numberValue" in (shown.value(tab, row, column) or {}):
                    facts["align"] = "right"
            if (entered := cell.get("userEnteredValue")) and (words := _entered(entered, text)) != text:
                facts["entered"] = words
            if note := cell.get("note"):
                facts["note"] = note
            if (offered := options(shown, cell)) is not None:
                facts["options"] = offered
            if kept_out(row, column) and self.role in ("writer", "owner"):
                facts["locked"] = True
            if column in merged:
                facts["span"] = merged[column]
            if facts:
                cells[column] = facts
        side = tab.row_metadata.get(row, {})
        hidden = side.get("hiddenByUser") or side.get("hiddenByFilter")
        return {"row": row, "cells": cells} | ({"hidden": True} if hidden else {})


def _entered(value: Json, text: str) -> str:
    """What stands in the cell when one begins to edit it."""
    if "formulaValue" in value:
        return str(value["formulaValue"])
    if "stringValue" in value:
        return str(value["stringValue"])
    # Numbers and dates are edited as they are shown, as in Google's editor.
    return text


def options(shown: Shown, cell: Json) -> list[str] | None:
    """What the drop-down of a cell offers, None where it has none."""
    condition = cell.get("dataValidation", {}).get("condition", {})
    match condition.get("type"):
        case "ONE_OF_LIST":
            return [str(value.get("userEnteredValue", "")) for value in condition.get("values", ())]
        case "BOOLEAN":
            chosen = [str(value.get("userEnteredValue", "")) for value in condition.get("values", ())]
            return chosen if len(chosen) == 2 else ["TRUE", "FALSE"]
        case "ONE_OF_RANGE":
            return _range_options(shown, str(condition["values"][0]["userEnteredValue"]))
        case _:
            return None


@lru_cache(maxsize=16)
def _rules(shown: Shown, sheet_id: int) -> RuleLooks:
    """The conditional formats of a tab. Remembered for one state of a book."""
    return RuleLooks(shown, next(tab for tab in shown.book.tabs if tab.id == sheet_id))


@lru_cache(maxsize=16)
def _range_options(shown: Shown, place: str) -> list[str]:
    """The texts of a range, once each; none where the range is gone. Remembered for one state of a book."""
    tab, mark, cells = place.lstrip("=").rpartition("!")
    try:
        area = resolve(shown.book, f"{tab}{mark}{cells.replace('$', '')}")
    except ApiError:
        return []
    box = area.box
    rows = range(box.r0, min(box.r1, shown.rows_used(area.tab), box.r0 + MOST_OPTIONS))
    found = [shown.text(area.tab, row, column) for row in rows for column in range(box.c0, box.c1)]
    return [text for text in dict.fromkeys(found) if text]


def requests_of(view: View, wanted: Json) -> list[Json] | str:
    """The batchUpdate requests of what a person did on the page, or why that cannot be.

    `wanted` has `act` (edit, insert, delete or sort) and the act's own facts.
    """
    book = view.file.book
    tab = book.tab(_whole(wanted, "tab"))
    if tab is None:
        return "This tab is no longer there."
    facts: dict[str, Any] = {"tab": tab.title}
    match wanted.get("act"):
        case "edit":
            row, column, text = _whole(wanted, "row"), _whole(wanted, "column"), str(wanted.get("text", ""))
            cell = tab.cell(row, column)
            offered = options(view.shown, cell)
            if text and offered is not None and text not in offered and cell["dataValidation"].get("strict"):
                return f"Not one of the list: {text}"
            return people.edit(book, view.shown.now, **facts, row=row, column=column, text=text)
        case "insert":
            return people.insert_row(book, view.shown.now, **facts, row=_whole(wanted, "row"))
        case "delete":
            return people.delete_row(book, view.shown.now, **facts, row=_whole(wanted, "row"))
        case "sort":
            return people.sort(
                book, view.shown.now, tab=tab.title, column=_whole(wanted, "column"),
                descending=bool(wanted.get("descending")), headed=bool(wanted.get("headed", True)),
            )  # fmt: skip
        case other:
            return f"No such act: {other}"


def _whole(wanted: Json, name: str) -> int:
    value = wanted.get(name)
    return value if isinstance(value, int) and value >= 0 else 0
