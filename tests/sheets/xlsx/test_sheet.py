"""A workbook on a disk keeps the contract of every sheet."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sheetdesk.errors import PackageBroken
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.xlsx.drawn import keep_drawn
from sheetdesk.sheets.xlsx.patch.workbook import SharedTexts
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.sheets.xlsx.sheet import XlsxSheet
from sheetdesk.table.edits import CellEdit, TabEdits
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


def save(path: Path, title: str) -> None:
    workbook = openpyxl.Workbook()
    workbook["Sheet"].title = title
    workbook.save(path)


def test_a_file_that_is_gone_is_waited_for_once(tmp_path: Path) -> None:
    waits: list[float] = []
    path = tmp_path / "tickets.xlsx"
    sheet = XlsxSheet(path, tmp_path / "kept", wait=waits.append)
    assert sheet.glance() == ""
    once = len(waits)
    assert once
    assert sheet.fetch() is None
    assert len(waits) == once
    # One that is back and goes again is waited for again: somebody is saving.
    save(path, "back")
    found = sheet.fetch()
    assert found is not None
    assert sheet.glance() == found.revision
    path.unlink()
    assert sheet.glance() == ""
    assert len(waits) == 2 * once


def test_what_was_found_whole_is_not_unpacked_again_and_what_is_damaged_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tickets.xlsx"
    save(path, "whole")
    sheet = XlsxSheet(path, tmp_path / "kept", wait=lambda _: None)
    sheet.glance()
    with monkeypatch.context() as patched:
        patched.setattr("sheetdesk.sheets.xlsx.stable._not_whole", lambda *_: pytest.fail("looked through"))
        assert sheet.fetch() is not None
    save(path, "other")
    data = bytearray(path.read_bytes())
    data[60] ^= 255
    path.write_bytes(data)
    with pytest.raises(PackageBroken):
        sheet.fetch()


def test_the_same_part_beside_other_texts_or_formats_means_other_cells(tmp_path: Path) -> None:
    path, found = tmp_path / "tickets.xlsx", []
    for text, number_format in (("open", "0"), ("closed", "0"), ("open", "yyyy-mm-dd")):
        workbook = openpyxl.Workbook()
        workbook["Sheet"].append([text, 46_000])
        workbook["Sheet"]["B1"].number_format = number_format
        workbook.save(path)
        version = XlsxSheet(path, tmp_path / "kept", wait=lambda _: None).fetch()
        assert version is not None
        (grid,) = version.rest()
        found.append([grid.cell(0, 0), isinstance(grid.cell(0, 1), float)])
    assert found == [["open", True], ["closed", True], ["open", False]]


def test_shared_strings_are_not_looked_through_for_a_cell_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with xlsxwriter.Workbook(tmp_path / "tickets.xlsx") as workbook:
        facts = {"data": [["open", "three"]], "columns": [{"header": "Title"}, {"header": "Days"}]}
        workbook.add_worksheet("Tickets").add_table("A1:B2", facts)
    sheet = XlsxSheet(tmp_path / "tickets.xlsx", tmp_path / "kept", wait=lambda _: None)
    found = sheet.fetch()
    assert found is not None

    def written(there: Fetched, title: str, days: float | None) -> Fetched:
        cells = (CellEdit(1, 0, title), CellEdit(1, 1, days))
        return sheet.write(there, [TabEdits("Tickets", cells)], SheetPlan("", ()), None)

    same = sheet.write(found, [TabEdits("Tickets", (CellEdit(1, 0, "open"),))], SheetPlan("", ()), None)
    assert same is found
    monkeypatch.setattr(SharedTexts, "__call__", lambda *_: pytest.fail("looked through"))
    for days in (4.0, None):
        made = written(found, "closed", days)
        assert [made.grids[0].cell(1, column) for column in (0, 1)] == ["closed", days]
        # What was written is read from the cell itself: the same once more changes nothing.
        assert written(made, "closed", days) is made
