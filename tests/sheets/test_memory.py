"""A workbook in memory keeps the contract of every sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Drawn, Fetched, Sheet
from sheetdesk.sheets.memory import MemorySheet, MemoryTab, render, tab_of
from tests.sheets.contract import NOW, ExchangedTests, planned


class TestMemorySheet(ExchangedTests):
    @pytest.fixture
    def sheet(self) -> Sheet:
        return MemorySheet()

    def first(self, sheet: Sheet, plan: SheetPlan) -> Fetched:
        assert isinstance(sheet, MemorySheet)
        sheet.save(render(plan))
        found = sheet.fetch()
        assert found is not None
        return found

    def by_hand(self, sheet: Sheet, text: str, row: int) -> None:
        assert isinstance(sheet, MemorySheet)
        assert sheet.book is not None
        tab = sheet.book.tab("Tickets")
        sheet.save(sheet.book.with_tab(replace(tab, cells={**tab.cells, (row, 2): text})))

    def taken_away(self, sheet: Sheet) -> Sheet:
        assert isinstance(sheet, MemorySheet)
        sheet.save(None)
        return sheet

    def test_a_dashboard_that_people_changed_is_left_alone(self, sheet: Sheet) -> None:
        self.first(sheet, planned())
        assert isinstance(sheet, MemorySheet)
        assert sheet.book is not None
        tab = sheet.book.tab("Dashboard")
        sheet.save(sheet.book.with_tab(MemoryTab(tab.title, {**tab.cells, (40, 9): "ours"}, drawn=tab.drawn)))
        found = sheet.fetch()
        assert found is not None
        assert sheet.write(found, [], planned(5), Drawn(("dashboard",), 0, 1)).revision == found.revision

    def test_somebody_has_it_open(self) -> None:
        sheet = MemorySheet(render(planned()))
        sheet.open_by = "Ann"
        assert sheet.busy(NOW) == "Ann"

    def test_a_conflicted_copy_waits_and_is_not_sure(self) -> None:
        sheet = MemorySheet(render(planned()))
        sheet.save_beside(render(planned(3)))
        [waiting] = sheet.waiting()
        assert not waiting.is_sure
        sheet.put_aside(waiting, NOW, is_known=False)
        assert list(sheet.waiting()) == []
        assert sheet.kept == [render(planned(3))]

    def test_of_known_versions_the_last_few_are_kept_and_of_others_all(self) -> None:
        sheet = MemorySheet(render(planned()))
        for number in range(9):
            found = sheet.fetch()
            assert found is not None
            displaced = sheet.replace(self.typed(sheet, found, f"toner {number}"))
            assert displaced is not None
            sheet.put_aside(displaced, NOW, is_known=number % 3 > 0)
        assert len(sheet.kept) == 3

    def test_a_tab_in_memory_is_the_grid_it_was_made_of(self) -> None:
        for tab in render(planned()).tabs:
            assert tab_of(tab.grid).digest == tab.digest
