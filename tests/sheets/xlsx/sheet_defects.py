"""Mistakes in worksheets, tables, comments and charts."""

from __future__ import annotations

import re

from sheetdesk.sheets.xlsx.package import Package
from tests.sheets.xlsx.defect import Defect, change, find, remove, swap
from tests.sheets.xlsx.good_book import DASHBOARD, PIVOTS, TABLE, TICKETS, edited

STRINGS = "xl/sharedStrings.xml"
COMMENTS = "xl/comments1.xml"


def sheet_children_swapped(package: Package) -> None:
    with edited(package, TICKETS) as root:
        find(root, "conditionalFormatting").addprevious(find(root, "dataValidations"))


def unknown_style(package: Package) -> None:
    swap(package, TICKETS, '<c r="E2" s="1"', '<c r="E2" s="77"')


def unknown_string(package: Package) -> None:
    swap(package, TICKETS, '<c r="B2" t="s"><v>', '<c r="B2" t="s"><v>99')


def unknown_cell_type(package: Package) -> None:
    swap(package, TICKETS, '<c r="B2" t="s">', '<c r="B2" t="text">')


def no_number(package: Package) -> None:
    swap(package, TICKETS, "<v>1000</v>", "<v>1,000</v>")


def not_a_number(package: Package) -> None:
    swap(package, TICKETS, "<v>1000</v>", "<v>nan</v>")


def cells_out_of_order(package: Package) -> None:
    with edited(package, TICKETS) as root:
        row = find(root, "sheetData/row", 4)
        row.append(row[0])


def cell_twice(package: Package) -> None:
    swap(package, TICKETS, '<c r="B5"', '<c r="A5"')


def cell_of_other_row(package: Package) -> None:
    swap(package, TICKETS, '<c r="B5"', '<c r="B6"')


def column_off_sheet(package: Package) -> None:
    swap(package, PIVOTS, '<c r="B1"', '<c r="XFE1"')


def rows_out_of_order(package: Package) -> None:
    with edited(package, TICKETS) as root:
        rows = find(root, "sheetData")
        rows.append(rows[3])


def row_twice(package: Package) -> None:
    with edited(package, TICKETS) as root:
        change_row = find(root, "sheetData/row", 4)
        change_row.set("r", "4")
        for cell in change_row:
            cell.set("r", re.sub(r"\d+", "4", str(cell.get("r"))))


def long_text(package: Package) -> None:
    swap(package, STRINGS, "Printer 3 ", "Printer 3 " + "工" * 32_768)


def long_inline_text(package: Package) -> None:
    cell = f'<c r="H1" t="inlineStr"><is><t>{"x" * 32_768}</t></is></c>'
    swap(package, PIVOTS, "</row>", cell + "</row>")


def no_boolean(package: Package) -> None:
    swap(package, DASHBOARD, 't="b"><v>1</v>', 't="b"><v>yes</v>')


def overlapping_merges(package: Package) -> None:
    change(package, DASHBOARD, "mergeCells/mergeCell", 0, ref="A1:D2")


def merge_over_table(package: Package) -> None:
    swap(
        package,
        TICKETS,
        "<conditionalFormatting",
        '<mergeCells count="1"><mergeCell ref="A61:B62"/></mergeCells><conditionalFormatting',
    )


def header_renamed(package: Package) -> None:
    change(package, TABLE, "tableColumns/tableColumn", 1, name="Subject")


def header_is_number(package: Package) -> None:
    swap(package, TICKETS, '<c r="A1" t="s"><v>0</v></c>', '<c r="A1"><v>7</v></c>')


def table_column_twice(package: Package) -> None:
    change(package, TABLE, "tableColumns/tableColumn", 1, name="ticket")


def table_column_count(package: Package) -> None:
    change(package, TABLE, "tableColumns", count="9")


def table_too_wide(package: Package) -> None:
    change(package, TABLE, "", ref="A1:I61")


def table_without_rows(package: Package) -> None:
    change(package, TABLE, "", ref="A1:H1")


def table_filter_elsewhere(package: Package) -> None:
    change(package, TABLE, "autoFilter", ref="A1:H60")


def table_called_as_name(package: Package) -> None:
    change(package, TABLE, "", displayName="Board_title")


def table_unlisted(package: Package) -> None:
    remove(package, TICKETS, "tableParts")


def sheet_filter_on_table(package: Package) -> None:
    swap(package, TICKETS, "<conditionalFormatting", '<autoFilter ref="A1:H61"/><conditionalFormatting')


def long_list(package: Package) -> None:
    with edited(package, TICKETS) as root:
        words = ",".join(f"Status {number}" for number in range(30))
        find(root, "dataValidations/dataValidation/formula1").text = f'"{words}"'


def long_prompt_title(package: Package) -> None:
    change(package, TICKETS, "dataValidations/dataValidation", 1, promptTitle="x" * 33)


def long_error(package: Package) -> None:
    change(package, TICKETS, "dataValidations/dataValidation", 1, error="x" * 226)


def check_count(package: Package) -> None:
    change(package, TICKETS, "dataValidations", count="3")


def check_of_no_range(package: Package) -> None:
    change(package, TICKETS, "dataValidations/dataValidation", 0, sqref="C2:C0")


def check_of_no_sheet(package: Package) -> None:
    with edited(package, TICKETS) as root:
        find(root, "dataValidations/dataValidation/formula1").text = "Lists!$A$1:$A$4"


def highlight_style(package: Package) -> None:
    change(package, TICKETS, "conditionalFormatting/cfRule", 0, dxfId="8")


def highlight_without_formula(package: Package) -> None:
    remove(package, TICKETS, "conditionalFormatting/cfRule/formula")


def highlight_of_no_range(package: Package) -> None:
    change(package, TICKETS, "conditionalFormatting", 0, sqref="")


def link_of_no_range(package: Package) -> None:
    change(package, DASHBOARD, "hyperlinks/hyperlink", 0, ref="F0")


def comments_unseen(package: Package) -> None:
    remove(package, DASHBOARD, "legacyDrawing")


def comment_by_nobody(package: Package) -> None:
    change(package, COMMENTS, "commentList/comment", authorId="4")


def columns_overlap(package: Package) -> None:
    columns = '<cols><col min="1" max="3" width="9"/><col min="3" max="4" width="9"/></cols>'
    swap(package, PIVOTS, "<sheetData>", columns + "<sheetData>")


def bad_dimension(package: Package) -> None:
    change(package, TICKETS, "dimension", ref="A1:?")


def chart_of_no_sheet(package: Package) -> None:
    swap(package, "xl/charts/chart1.xml", "Pivots!$A$4", "Pivot!$A$4")


def shape_without_slicer(package: Package) -> None:
    swap(package, "xl/drawings/drawing1.xml", 'slicer" name="Priority"', 'slicer" name="Prio"')


SHEET_DEFECTS = (
    Defect("sheet children out of order", sheet_children_swapped, "order"),
    Defect("style out of range", unknown_style, "cell-style"),
    Defect("shared string out of range", unknown_string, "shared-string"),
    Defect("unknown cell type", unknown_cell_type, "cell-type"),
    Defect("number with a comma", no_number, "cell-value"),
    Defect("number nan", not_a_number, "cell-value"),
    Defect("cells out of order", cells_out_of_order, "cell-order"),
    Defect("cell twice", cell_twice, "cell-order"),
    Defect("cell of another row", cell_of_other_row, "cell-ref"),
    Defect("column off the sheet", column_off_sheet, "cell-order"),
    Defect("rows out of order", rows_out_of_order, "row-order"),
    Defect("row twice", row_twice, "row-order"),
    Defect("shared text over 32,767", long_text, "text-length"),
    Defect("inline text over 32,767", long_inline_text, "text-length"),
    Defect("boolean yes", no_boolean, "cell-value"),
    Defect("merges overlap", overlapping_merges, "merge"),
    Defect("merge over table", merge_over_table, "merge"),
    Defect("table column renamed", header_renamed, "table-header"),
    Defect("header cell is a number", header_is_number, "table-header"),
    Defect("table column twice", table_column_twice, "table-columns"),
    Defect("tableColumns count wrong", table_column_count, "table-columns"),
    Defect("table wider than its columns", table_too_wide, "table-columns"),
    Defect("table without rows", table_without_rows, "table"),
    Defect("table filter elsewhere", table_filter_elsewhere, "table"),
    Defect("table called as a defined name", table_called_as_name, "table-name"),
    Defect("table not among tableParts", table_unlisted, "table"),
    Defect("sheet filter on a table", sheet_filter_on_table, "table"),
    Defect("inline list over 255", long_list, "input-check"),
    Defect("prompt title over 32", long_prompt_title, "input-check"),
    Defect("error text over 225", long_error, "input-check"),
    Defect("dataValidations count wrong", check_count, "input-check"),
    Defect("input check on no range", check_of_no_range, "input-check"),
    Defect("input check from no sheet", check_of_no_sheet, "input-check"),
    Defect("highlight style out of range", highlight_style, "highlight"),
    Defect("highlight without formula", highlight_without_formula, "highlight"),
    Defect("highlight on no range", highlight_of_no_range, "highlight"),
    Defect("link on no range", link_of_no_range, "link"),
    Defect("comments without drawing", comments_unseen, "comment"),
    Defect("comment by nobody", comment_by_nobody, "comment"),
    Defect("column widths overlap", columns_overlap, "columns"),
    Defect("dimension malformed", bad_dimension, "dimension"),
    Defect("chart of no sheet", chart_of_no_sheet, "chart"),
    Defect("shape of no slicer", shape_without_slicer, "slicer"),
)
