"""Mistakes in the container, the workbook part and the styles."""

from __future__ import annotations

from lxml import etree

from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Package, relations_of
from tests.sheets.xlsx.defect import Defect, change, find, swap, undeclare
from tests.sheets.xlsx.good_book import TABLE, TICKETS, WORKBOOK, edited

STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"


def no_content_types(package: Package) -> None:
    del package.parts[CONTENT_TYPES]


def sheet_undeclared(package: Package) -> None:
    undeclare(package, TICKETS)


def wrong_content_type(package: Package) -> None:
    with edited(package, CONTENT_TYPES) as root:
        for node in root:
            if node.get("PartName") == f"/{STYLES}":
                node.set("ContentType", "application/vnd.openxmlformats-officedocument.theme+xml")


def declared_twice(package: Package) -> None:
    with edited(package, CONTENT_TYPES) as root:
        root.append(etree.fromstring(etree.tostring(root[-1])))


def table_part_gone(package: Package) -> None:
    del package.parts[TABLE]


def unknown_relation(package: Package) -> None:
    swap(package, TICKETS, '<tablePart r:id="', '<tablePart r:id="x')


def relation_twice(package: Package) -> None:
    with edited(package, relations_of(WORKBOOK)) as root:
        root[1].set("Id", str(root[0].get("Id")))


def broken_rows(package: Package) -> None:
    swap(package, TICKETS, "</row>", "</raw>")


def control_character(package: Package) -> None:
    swap(package, STRINGS, "Printer 3", "Printer \x03")


def document_type(package: Package) -> None:
    swap(package, STYLES, "<styleSheet", "<!DOCTYPE x><styleSheet")


def sheet_name_twice(package: Package) -> None:
    change(package, WORKBOOK, "sheets/sheet", 2, name="tickets")


def long_sheet_name(package: Package) -> None:
    change(package, WORKBOOK, "sheets/sheet", 2, name="x" * 32)


def bad_sheet_name(package: Package) -> None:
    change(package, WORKBOOK, "sheets/sheet", 2, name="By date?")


def sheet_id_twice(package: Package) -> None:
    change(package, WORKBOOK, "sheets/sheet", 2, sheetId="1")


def all_hidden(package: Package) -> None:
    for place in range(4):
        change(package, WORKBOOK, "sheets/sheet", place, state="hidden")


def bad_defined_name(package: Package) -> None:
    change(package, WORKBOOK, "definedNames/definedName", 0, name="Board title")


def cell_as_defined_name(package: Package) -> None:
    change(package, WORKBOOK, "definedNames/definedName", 0, name="AB12")


def defined_name_twice(package: Package) -> None:
    change(package, WORKBOOK, "definedNames/definedName", 0, name="slicer_status")


def defined_name_of_no_sheet(package: Package) -> None:
    with edited(package, WORKBOOK) as root:
        find(root, "definedNames/definedName").text = "'Gone board'!$A$1"


def local_name_of_no_sheet(package: Package) -> None:
    change(package, WORKBOOK, "definedNames/definedName", 0, localSheetId="4")


def style_without_font(package: Package) -> None:
    change(package, STYLES, "cellXfs/xf", 0, fontId="40")


def style_without_format(package: Package) -> None:
    change(package, STYLES, "cellXfs/xf", 1, numFmtId="300")


WORKBOOK_DEFECTS = (
    Defect("no content types", no_content_types, "content-type"),
    Defect("sheet without content type", sheet_undeclared, "content-type"),
    Defect("styles declared as theme", wrong_content_type, "content-type"),
    Defect("part declared twice", declared_twice, "content-type"),
    Defect("related part missing", table_part_gone, "relation-target"),
    Defect("r:id of no relation", unknown_relation, "relation-id"),
    Defect("relation id twice", relation_twice, "relation-id"),
    Defect("rows not well-formed", broken_rows, "xml"),
    Defect("control character", control_character, "xml"),
    Defect("document type", document_type, "xml"),
    Defect("sheet name twice", sheet_name_twice, "sheet-name"),
    Defect("sheet name of 32 characters", long_sheet_name, "sheet-name"),
    Defect("sheet name with ?", bad_sheet_name, "sheet-name"),
    Defect("sheetId twice", sheet_id_twice, "sheet"),
    Defect("every sheet hidden", all_hidden, "sheet"),
    Defect("defined name with a blank", bad_defined_name, "defined-name"),
    Defect("defined name like a cell", cell_as_defined_name, "defined-name"),
    Defect("defined name twice", defined_name_twice, "defined-name"),
    Defect("defined name of no sheet", defined_name_of_no_sheet, "defined-name"),
    Defect("local name of no sheet", local_name_of_no_sheet, "defined-name"),
    Defect("style with unknown font", style_without_font, "styles-index"),
    Defect("style with unknown number format", style_without_format, "styles-index"),
)
