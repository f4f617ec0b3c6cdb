"""What every kind of sheet keeps: a member's own test says how a first version is put there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest

from sheetdesk.desk.template import parse_desk
from sheetdesk.errors import PatchRefused
from sheetdesk.plan.draw import draw
from sheetdesk.plan.machinery import KEY, read_stamp
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Drawn, Fetched, Sheet
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import table_of

__all__ = ["DESK", "NOW", "ExchangedTests", "SheetTests", "planned"]

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
DESK = parse_desk(
    """
name: Contract
zone: Europe/London
ids: "T-{n:03}"
columns: [id, created, title, status, owner, due, updated]
"""
)


@cache
def planned(count: int = 2, titled: str = "ink") -> SheetPlan:
    """A workbook with so many tickets."""
    ids = [f"T-{place:03}" for place in range(1, count + 1)]
    made = pd.Series([NOW] * count, dtype="datetime64[us, UTC]")
    facts: dict[str, Any] = {
        "title": [f"{titled} {name}" for name in ids],
        "status": ["new"] * count,
        "created": made,
    }
    tables = {**seed_tables(DESK), "tickets": table_of(DESK.tickets, facts, ids)}
    return draw(DESK, tables, NOW, stamp={"lineage": "abc", "sheet": "main", "base": 1})


class SheetTests:
    """What every kind of `sheetdesk.sheets.base.Sheet` keeps, whether it is replaced whole or written in
    place; `sheet` stands where nothing was put yet.
    """

    @pytest.fixture
    def sheet(self) -> Sheet:
        raise NotImplementedError

    def first(self, sheet: Sheet, plan: SheetPlan) -> Fetched:
        """A first version of a plan, in place, as it is read there."""
        raise NotImplementedError

    def by_hand(self, sheet: Sheet, text: str, row: int) -> None:
        """A person gives a row another title while nobody looks."""
        raise NotImplementedError

    def taken_away(self, sheet: Sheet) -> Sheet:
        """The same sheet after somebody took away what stood there."""
        raise NotImplementedError

    def typed(self, sheet: Sheet, found: Fetched, text: str, row: int = 1) -> Fetched:
        """A version with another title in a row."""
        return sheet.write(found, [TabEdits("Tickets", (CellEdit(row, 2, text),))], planned(), None)

    def test_where_nothing_stands_nothing_is_read(self, sheet: Sheet) -> None:
        assert sheet.fetch() is None
        assert sheet.glance() == ""
        assert list(sheet.waiting()) == []
        assert sheet.busy(NOW) == ""

    def test_a_first_version_is_read_as_it_was_planned(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        grid = found.grid("Tickets")
        assert grid is not None
        assert [grid.cell(row, 2) for row in range(3)] == ["Title", "ink T-001", "ink T-002"]
        assert [(table.name, table.top, table.bottom) for table in grid.tables] == [("tickets", 0, 2)]
        stamp = found.grid(KEY)
        assert stamp is not None
        assert read_stamp(stamp)["base"] == "1"

    def test_a_moment_comes_back_as_one(self, sheet: Sheet) -> None:
        grid = self.first(sheet, planned()).grid("Tickets")
        assert grid is not None
        assert grid.cell(1, 1) == datetime(2026, 3, 31, 13, 0)

    def test_a_formula_is_told_from_a_value(self, sheet: Sheet) -> None:
        grid = self.first(sheet, planned()).grid("Tickets")
        assert grid is not None
        place = [grid.cell(0, column) for column in range(len(grid.columns))].index("Month")
        assert grid.formula(1, place) is not None
        assert grid.cell(1, place) == "2026-03"
        assert grid.formula(1, 2) is None

    def test_other_tabs_are_read_when_they_are_asked_for(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        assert "Dashboard" not in {grid.title for grid in found.grids}
        others = found.rest()
        assert "Dashboard" in {grid.title for grid in others}
        assert all(again is grid for again, grid in zip(found.rest(), others, strict=True))

    def test_what_is_written_is_read_back_and_in_no_place_yet(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        ready = self.typed(sheet, found, "toner")
        grid = ready.grid("Tickets")
        assert grid is not None
        assert [grid.cell(row, 2) for row in (1, 2)] == ["toner", "ink T-002"]
        now = sheet.fetch()
        assert now is not None
        assert now.revision == found.revision != ready.revision

    def test_writing_what_stands_there_is_no_new_version(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        assert self.typed(sheet, found, "ink T-001").revision == found.revision
        assert sheet.write(found, [], planned(), None).revision == found.revision

    def test_a_table_reaches_as_far_as_it_is_told_to(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        edits = TabEdits("Tickets", (CellEdit(3, 2, "paper"),), {"tickets": 3})
        grid = sheet.write(found, [edits], planned(), None).grid("Tickets")
        assert grid is not None
        assert grid.tables[0].bottom == 3
        assert grid.cell(3, 2) == "paper"

    def test_a_formula_is_written_with_what_it_shows_or_not_at_all(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        edit = CellEdit(1, 2, "3", formula='1+2&""')
        grid = sheet.write(found, [TabEdits("Tickets", (edit,))], planned(), None).grid("Tickets")
        assert grid is not None
        assert (grid.cell(1, 2), grid.formula(1, 2)) in (("3", '1+2&""'), ("ink T-001", None))

    @pytest.mark.parametrize(
        "edits", [TabEdits("No such", (CellEdit(1, 1, "x"),)), TabEdits("Tickets", (), {"no": 3})]
    )
    def test_what_is_not_there_is_not_written(self, sheet: Sheet, edits: TabEdits) -> None:
        found = self.first(sheet, planned())
        with pytest.raises(PatchRefused):
            sheet.write(found, [edits], planned(), None)
        now = sheet.fetch()
        assert now is not None
        assert now.revision == found.revision

    def test_a_glance_tells_whether_anything_has_changed(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        assert sheet.glance() == found.revision
        self.by_hand(sheet, "theirs", 2)
        changed = sheet.fetch()
        assert changed is not None
        assert found.revision not in (changed.revision, sheet.glance())

    def test_what_is_replaced_stands_there_and_nothing_else_is_displaced(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        ready = self.typed(sheet, found, "toner")
        displaced = sheet.replace(ready)
        assert displaced is None or displaced.revision == found.revision
        now = sheet.fetch()
        assert now is not None
        assert now.revision == ready.revision
        for version in sheet.waiting():
            assert (version.revision, version.is_sure) == (found.revision, True)
            sheet.put_aside(version, NOW, is_known=True)
        assert list(sheet.waiting()) == []

    def test_what_people_typed_in_between_comes_back(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        ready = self.typed(sheet, found, "toner")
        self.by_hand(sheet, "theirs", 1)
        displaced = sheet.replace(ready)
        assert displaced is not None
        grid = displaced.grid("Tickets")
        assert grid is not None
        assert [grid.cell(row, 2) for row in (1, 2)] == ["theirs", "ink T-002"]

    def test_what_stands_in_place_is_not_put_aside(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        sheet.put_aside(found, NOW, is_known=True)
        assert sheet.fetch() is not None

    def test_what_somebody_took_away_is_not_there(self, sheet: Sheet) -> None:
        self.first(sheet, planned())
        gone = self.taken_away(sheet)
        assert gone.fetch() is None
        assert gone.glance() == ""


class ExchangedTests(SheetTests):
    """What a place keeps besides that is replaced whole: what stood there waits until it was looked at."""

    def test_a_formula_is_written_with_what_it_shows(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        edit = CellEdit(1, 2, "3", formula='1+2&""')
        grid = sheet.write(found, [TabEdits("Tickets", (edit,))], planned(), None).grid("Tickets")
        assert grid is not None
        assert (grid.cell(1, 2), grid.formula(1, 2)) == ("3", '1+2&""')

    def test_the_dashboard_is_drawn_anew_where_people_left_it_alone(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        ready = sheet.write(found, [], planned(5), Drawn(("dashboard",), 0, 1))
        before, after = (
            next(grid for grid in version.rest() if grid.title == "Dashboard") for version in (found, ready)
        )
        assert before.columns != after.columns

    def test_what_was_displaced_waits_until_it_is_put_aside(self, sheet: Sheet) -> None:
        found = self.first(sheet, planned())
        ready = self.typed(sheet, found, "toner")
        displaced = sheet.replace(ready)
        assert displaced is not None
        [waiting] = sheet.waiting()
        assert (waiting.revision, waiting.is_sure) == (found.revision, True)
        assert len(waiting.displaced_by) > 30
        assert ready.revision.startswith(waiting.displaced_by)
        sheet.put_aside(waiting, NOW, is_known=False)
        assert list(sheet.waiting()) == []

    def test_in_an_empty_place_nothing_is_displaced(self, sheet: Sheet) -> None:
        other = self.first(sheet, planned())
        assert self.taken_away(sheet).fetch() is None
        assert sheet.replace(self.typed(sheet, other, "toner")) is None
        assert sheet.fetch() is not None
