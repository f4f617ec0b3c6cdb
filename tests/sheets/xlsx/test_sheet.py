"""A workbook on a disk keeps the contract of every sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.xlsx.drawn import keep_drawn
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.sheets.xlsx.sheet import XlsxSheet
from tests.sheets.contract import ExchangedTests


class TestXlsxSheet(ExchangedTests):
    @pytest.fixture
    def sheet(self, tmp_path: Path) -> Sheet:
        self.path = tmp_path / "tickets.xlsx"
        return XlsxSheet(self.path, tmp_path / "kept", wait=lambda _: None)

    def first(self, sheet: Sheet, plan: SheetPlan) -> Fetched:
        package = render_package(plan)
        keep_drawn(package, self.path.parent / "kept" / "drawn", self.path.stem, 0)
        with self.path.open("wb") as file:
            package.write(file)
        found = sheet.fetch()
        assert found is not None
        return found

    def by_hand(self, sheet: Sheet, text: str, row: int) -> None:
        theirs = XlsxSheet(self.path, self.path.parent / "theirs", wait=lambda _: None)
        found = theirs.fetch()
        assert found is not None
        theirs.replace(self.typed(theirs, found, text, row))

    def taken_away(self, sheet: Sheet) -> Sheet:
        self.path.unlink()
        return sheet
