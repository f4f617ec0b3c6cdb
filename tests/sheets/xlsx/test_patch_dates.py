"""A time that is written into a cell whose format shows a number gets a format that shows it."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch

DAY, MOMENT = datetime(2026, 11, 27), datetime(2026, 11, 27, 14, 30)


@pytest.fixture
def book(tmp_path: Path) -> Archive:
    """B2 is yellow and a number, C2 a date of the team's own form, D2 and row 3 are not there."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Tickets"
    sheet["A1"], sheet["B2"], sheet["C2"] = "id", 5, DAY
    sheet["B2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["C2"].number_format = "dd.mm.yyyy"
    workbook.save(tmp_path / "book.xlsx")
    return Archive.read(tmp_path / "book.xlsx")


def written(book: Archive, *cells: CellEdit) -> Worksheet:
    buffer = io.BytesIO()
    patch(book, [TabEdits("Tickets", cells)]).write(buffer)
    sheet = openpyxl.load_workbook(buffer)["Tickets"]
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.mark.parametrize(("value", "shown"), [(DAY, "mm-dd-yy"), (MOMENT, "m/d/yy h:mm")])
@pytest.mark.parametrize(("row", "column"), [(1, 1), (1, 3), (2, 0)])
def test_a_time_where_a_number_would_show_is_seen_as_a_time(
    book: Archive, row: int, column: int, value: datetime, shown: str
) -> None:
    cell = written(book, CellEdit(row, column, value)).cell(row + 1, column + 1)
    assert (cell.value, cell.number_format) == (value, shown)


def test_the_cells_other_looks_stay(book: Archive) -> None:
    assert written(book, CellEdit(1, 1, MOMENT))["B2"].fill.fgColor.rgb == "00FFFF00"


def test_a_teams_own_form_of_a_date_stays(book: Archive) -> None:
    cell = written(book, CellEdit(1, 2, MOMENT))["C2"]
    assert (cell.value, cell.number_format) == (MOMENT, "dd.mm.yyyy")


def test_a_number_changes_no_format(book: Archive) -> None:
    patched = patch(book, [TabEdits("Tickets", (CellEdit(1, 1, 6.0), CellEdit(2, 1, "text")))])
    assert patched.bytes("xl/styles.xml") == book.bytes("xl/styles.xml")


def test_cells_of_one_look_share_one_new_format(book: Archive) -> None:
    cells = [CellEdit(row, 0, MOMENT) for row in range(2, 9)]
    patched = patch(book, [TabEdits("Tickets", tuple(cells))])
    grown = patched.bytes("xl/styles.xml").count(b"<xf ") - book.bytes("xl/styles.xml").count(b"<xf ")
    assert grown == 1
    assert patch(patched, [TabEdits("Tickets", tuple(cells))]) is patched
