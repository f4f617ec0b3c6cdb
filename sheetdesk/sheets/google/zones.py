"""Moments between a spreadsheet's time zone and the desk's.

Google keeps a moment as a day number by the spreadsheet's clock, and says nowhere which zone it was meant
in. That is recorded when the sheet is published, and holds from then on: whoever chooses another zone
later changes no number.

Where clocks go back, two moments have one wall time. The second is written some milliseconds later, which
no format shows, so that it is read as what it was. What people type is the first of the two; a time that
clocks skip is the moment at which they skip, as in a workbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetdesk.columns.base import Cell
from sheetdesk.errors import ZoneUnknown
from sheetdesk.plan.plan import SheetPlan, TablePlan
from sheetdesk.sheets.google.read import LiveTab, Snapshot
from sheetdesk.table.grid import Grid
from sheetdesk.table.overtaken import Overtaken, PutOver

__all__ = ["Clock", "Walls", "walls_of", "zone_named"]

SECOND = timedelta(milliseconds=4)
"""What tells the second of two moments with one wall time: more than what is taken for the same time."""

FIXED = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2}):?(\d{2})?$")


@dataclass(frozen=True)
class Clock:
    """The desk's zone, and its columns that hold moments, as `tickets.due`."""

    zone: ZoneInfo
    columns: frozenset[str]


@dataclass(frozen=True)
class Walls:
    """Wall times of the desk and of one spreadsheet in another zone."""

    clock: Clock
    zone: tzinfo

    def to_desk(self, cell: Cell) -> Cell:
        """A moment by the spreadsheet's clock as one by the desk's; any other cell as it is."""
        if not isinstance(cell, datetime):
            return cell
        first, second = _offsets(cell - SECOND, self.zone)
        if cell.microsecond == SECOND.microseconds and first > second:
            at = (cell - SECOND).replace(tzinfo=self.zone, fold=1)
        else:
            at = _localised(cell, self.zone)
        return _wall(at, self.clock.zone, cell)

    def to_sheet(self, cell: Cell) -> Cell:
        """The other way: `to_desk(to_sheet(cell)) == cell`, where the desk's clock shows `cell` at all."""
        if not isinstance(cell, datetime):
            return cell
        at = _localised(cell, self.clock.zone)
        found = _wall(at, self.zone, cell)
        first, second = _offsets(found, self.zone)
        # In a gap the first is the smaller; no moment is shown there.
        return found + SECOND if first > second == at.astimezone(self.zone).utcoffset() else found

    def shown(self, tab: LiveTab, grid: Grid) -> Grid:
        """A tab's cells by the desk's clock."""
        return self._converted(tab, grid, lambda place: list(map(self.to_desk, grid.columns[place])))

    def overtaken(self, found: Snapshot, cells: Sequence[Overtaken]) -> tuple[Overtaken, ...]:
        """Such cells by the desk's clock."""
        return tuple(
            replace(cell, before=self.to_desk(cell.before), written=self.to_desk(cell.written))
            if self._is_converted(found, cell)
            else cell
            for cell in cells
        )

    def put_over(self, found: Snapshot, cells: Sequence[PutOver]) -> tuple[PutOver, ...]:
        """Such cells by the desk's clock."""
        return tuple(
            replace(cell, cell=self.to_desk(cell.cell)) if self._is_converted(found, cell) else cell
            for cell in cells
        )

    def _is_converted(self, found: Snapshot, cell: Overtaken | PutOver) -> bool:
        marks = next(tab.marks for tab in found.ours if tab.title == cell.tab)
        return marks.get(cell.place, (0, ""))[1] in self.clock.columns

    def kept(self, tab: LiveTab, grid: Grid, shown: Grid, now: Grid) -> Grid:
        """`now` by the spreadsheet's clock, where `grid` was `shown`: what has not changed stays as it is."""

        def column(place: int) -> Sequence[Cell]:
            new, old, raw = now.columns[place], shown.column(place), grid.column(place)
            if new is old:
                return raw
            known = min(len(old), len(raw))
            return [
                raw[row] if row < known and cell == old[row] else self.to_sheet(cell)
                for row, cell in enumerate(new)
            ]

        return self._converted(tab, now, column)

    def _converted(self, tab: LiveTab, grid: Grid, column: Callable[[int], Sequence[Cell]]) -> Grid:
        columns = list(grid.columns)
        for place, (_, mark) in tab.marks.items():
            if mark in self.clock.columns and place < len(columns):
                columns[place] = column(place)
        return replace(grid, columns=columns)

    def planned(self, plan: SheetPlan) -> SheetPlan:
        """A plan with its moments by the spreadsheet's clock."""
        tabs = tuple(
            tab if tab.table is None else replace(tab, table=self._table(tab.table)) for tab in plan.tabs
        )
        return replace(plan, tabs=tabs)

    def _table(self, table: TablePlan) -> TablePlan:
        columns = tuple(
            replace(column, cells=list(map(self.to_sheet, column.cells)))
            if f"{table.name}.{column.key}" in self.clock.columns
            else column
            for column in table.columns
        )
        return replace(table, columns=columns)


def walls_of(found: Snapshot, clock: Clock | None) -> Walls | None:
    """What has to be converted here; None where the clock is the desk's. Raises ZoneUnknown."""
    name = found.meant_in or found.zone
    if clock is None or name == clock.zone.key:
        return None
    return Walls(clock, zone_named(name))


def zone_named(name: str) -> tzinfo:
    """A zone by the name that Google has for it, `GMT-07:00` among them. Raises ZoneUnknown."""
    fixed = FIXED.match(name)
    if fixed is not None:
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        return timezone(-offset if fixed[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ZoneUnknown(zone=name) from error


def _offsets(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    offsets = [wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
    return offsets[0], offsets[1]


def _localised(wall: datetime, zone: tzinfo) -> datetime:
    first, second = _offsets(wall, zone)
    if first >= second:
        return wall.replace(tzinfo=zone, fold=0)
    # Somewhere between these two the clocks skipped this time.
    low, high = (wall.replace(tzinfo=UTC) - offset for offset in (second, first))
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == first else (low, middle)
    return high.replace(microsecond=0).astimezone(zone)


def _wall(at: datetime, zone: tzinfo, cell: datetime) -> datetime:
    try:
        return at.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:
        # At the very ends of the calendar.
        return cell
