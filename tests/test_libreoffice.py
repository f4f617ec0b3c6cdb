"""The judge itself: that LibreOffice really recalculates, refreshes, prints, and goes away."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from tests.libreoffice import needs_libreoffice, recalculate, to_pdf
from tests.sheets.xlsx.pivot_book import pivot_book


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """A workbook whose formulas carry wrong values."""
    path = tmp_path / "工单 book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Tab 工单")
        sheet.write_row(0, 0, [1, 2, "x"])
        sheet.write_formula(1, 0, "=A1+B1", None, 99)
        sheet.write_formula(1, 1, '=C1&"y"', None, "wrong")
        sheet.write_formula(1, 2, "=1/0", None, 5)
    return path


@needs_libreoffice
def test_formulas_are_worked_out_anew(stale: Path) -> None:
    found = recalculate(stale, {"Tab 工单": ["A2:C2", "A1:D1"]})
    assert found["Tab 工单"]["A2:C2"] == [[3.0, "xy", {"error": 532}]]
    assert found["Tab 工单"]["A1:D1"] == [[1.0, 2.0, "x", None]]


@needs_libreoffice
def test_what_it_cannot_do_is_told(stale: Path) -> None:
    with pytest.raises(RuntimeError, match="NoSuchElement"):
        recalculate(stale, {"Elsewhere": ["A1"]})
    broken = stale.with_name("broken.xlsx")
    broken.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(RuntimeError, match="cannot open"):
        recalculate(broken, {})
    with pytest.raises(FileNotFoundError):
        recalculate(stale.with_name("none.xlsx"), {})


@needs_libreoffice
def test_a_workbook_with_slicers_prints(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(pivot_book("zh", 40).file)
    assert to_pdf(path, tmp_path / "book.pdf").read_bytes().startswith(b"%PDF")


@needs_libreoffice
def test_no_answer_in_time_ends_the_office(stale: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        recalculate(stale, {}, limit_s=0.5)
