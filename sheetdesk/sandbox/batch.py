"""One batchUpdate: its requests applied in order to a copy of the book, or none of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NoReturn

from sheetdesk.sandbox import access, fieldmask
from sheetdesk.sandbox.access import Caller
from sheetdesk.sandbox.api import ApiError, invalid
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.formats import COLORS
from sheetdesk.sandbox.ranges import Box, box, grid_range
from sheetdesk.sandbox.shown import Shown

__all__ = ["Batch", "Handler"]


@dataclass
class Batch:
    """What a handler works with: the copy it may change, who asks, and where in the batch it stands."""

    book: Spreadsheet
    caller: Caller
    now: datetime
    rng: random.Random
    log: Callable[[str], None]
    metadata_follows_sort: bool = True
    index: int = 0
    kind: str = ""
    still: Shown | None = None

    def shown(self) -> Shown:
        """What the cells show as the batch has left them so far."""
        return Shown(self.book, self.now, self.log)

    def shown_still(self) -> Shown:
        """As `shown`, for requests in a row that change nothing that a formula reads or writes: `still` is
        taken away by whatever may.
        """
        if self.still is None:
            self.still = self.shown()
        return self.still

    def refuse(self, text: str) -> NoReturn:
        """Raise the 400 that names this request."""
        raise invalid(f"Invalid requests[{self.index}].{self.kind}: {text}")

    def tab(self, sheet_id: int | None) -> Tab:
        """The tab with that id, 0 when none is given, if it has a grid. Raises ApiError."""
        tab = self.book.tab(sheet_id or 0)
        if tab is None or not tab.has_grid:
            self.refuse(f"No grid with id: {sheet_id or 0}")
        return tab

    def area(self, written: Json | None) -> tuple[Tab, Box]:
        """The rectangle of a GridRange, its end cut to the grid. Raises ApiError for an impossible one."""
        if written is None:
            self.refuse("range is required.")
        tab = self.tab(written.get("sheetId"))
        self.check_range(written, tab)
        return tab, box(written, tab)

    def check_range(self, written: Json, tab: Tab) -> None:
        """Refuse a range that is empty, turned round or starts outside the grid."""
        for axis, count in (("Row", tab.row_count), ("Column", tab.column_count)):
            start = written.get(f"start{axis}Index") or 0
            end = written.get(f"end{axis}Index")
            if start < 0 or (end is not None and end < 0):
                self.refuse(f"range.start{axis}Index[{start}] must not be negative.")
            if end is not None and end <= start:
                self.refuse(
                    f"range.end{axis}Index[{end}] must be greater than range.start{axis}Index[{start}]."
                )
            if start >= count:
                self.refuse(
                    f"range.start{axis}Index[{start}] is after last {axis.lower()} in grid[{count - 1}]"
                )

    def check(self, tab: Tab, places: Iterable[Box]) -> None:
        """Refuse to write where a protection keeps the caller out."""
        if tab.protected_ranges:
            written = [grid_range(tab.id, place) for place in places]
            access.check_protected(self.book, self.caller, tab, written, self.index, self.kind)

    def check_all(self, tab: Tab) -> None:
        """Refuse to change a tab as a whole where any of it is protected."""
        self.check(tab, [Box(0, tab.row_count, 0, tab.column_count)])

    def mask(self, fields: str | None) -> Mask:
        """An update's field mask, a colour and its style named together. Raises ApiError."""
        if not fields:
            self.refuse("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
        try:
            return with_styles(fields)
        except fieldmask.BadMask as error:
            violation = {"field": error.field, "description": error.description}
            details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
            raise ApiError(400, "INVALID_ARGUMENT", error.description, [details]) from error

    def new_id(self) -> int:
        """A number for something new, as Google draws them."""
        return self.rng.randrange(1, 2**31 - 1)


Handler = Callable[[Batch, Json], Json | None]
"""Applies one request to `Batch.book` and gives its reply; None where Google answers `{}`."""

STYLES = {style: plain for plain, style in COLORS.items()}


@lru_cache(maxsize=1_000)
def with_styles(fields: str) -> Mask:
    mask = fieldmask.parse(fields)
    twins = []
    for route in mask.routes:
        for at, name in enumerate(route):
            twin = COLORS.get(name) or STYLES.get(name)
            if twin is not None:
                twins.append((*route[:at], twin))
                break
    return Mask(mask.routes + tuple(twins)) if twins else mask
