"""Patching cells: only what must change changes, and what cannot be changed without harm is refused."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from tests.sheets.xlsx.patch_book import MAIN, SHEET, book
from tests.sheets.xlsx.patch_oracle import grid_of, saved, strings_of


def edited(archive: Archive, *cells: CellEdit) -> str:
    """The sheet's rows after the edits, which must be the same after they are made once more."""
    edits = [TabEdits("T", cells)]
    patched = patch(archive, edits)
    assert patch(patched, edits) is patched
    text = Archive.read(saved(patched)).bytes(SHEET).decode()
    return text.partition("<sheetData>")[2].partition("</sheetData>")[0]


ROW = '<sheetData><row r="1"><c r="A1" s="3"><v>1</v></c><c r="C1" t="s"><v>0</v></c></row></sheetData>'


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (CellEdit(0, 0, 2), '<c r="A1" s="3"><v>2</v></c>'),
        (CellEdit(0, 0, 0.1 + 0.2), '<c r="A1" s="3"><v>0.30000000000000004</v></c>'),
        (CellEdit(0, 0, True), '<c r="A1" s="3" t="b"><v>1</v></c>'),
        (CellEdit(0, 0, None), '<c r="A1" s="3"/>'),
        (CellEdit(0, 0, datetime(2026, 3, 31, 12)), '<c r="A1" s="3"><v>46112.5</v></c>'),
        (
            CellEdit(0, 0, " <&> _x0041_\x0b"),
            '<c r="A1" s="3" t="inlineStr"><is><t xml:space="preserve"> &lt;&amp;&gt; _x005F_x0041__x000B_'
            "</t></is></c>",
        ),
        (CellEdit(0, 0, 5, formula="2+3"), '<c r="A1" s="3"><f>2+3</f><v>5</v></c>'),
        (CellEdit(0, 0, "a", formula='"<"'), '<c r="A1" s="3" t="str"><f>"&lt;"</f><v>a</v></c>'),
    ],
)
def test_a_cell_is_written_in_its_kind_and_keeps_its_format(cell: CellEdit, wanted: str) -> None:
    rows = edited(book(ROW, strings=("x",)), cell)
    assert rows == f'<row r="1">{wanted}<c r="C1" t="s"><v>0</v></c></row>'


def test_a_shared_text_that_is_edited_leaves_the_shared_strings_alone() -> None:
    archive = book(ROW, strings=("x", "y"))
    patched = patch(archive, [TabEdits("T", (CellEdit(0, 2, "z"),))])
    assert patched.bytes("xl/sharedStrings.xml") == archive.bytes("xl/sharedStrings.xml")
    grid = grid_of(patched.bytes(SHEET), strings_of(patched))
    assert grid.values[1, 3] == "z"


@pytest.mark.parametrize("value", ["x", "x "[:1]])
def test_a_text_that_stands_there_already_changes_nothing(value: str) -> None:
    archive = book(ROW, strings=("x",))
    assert patch(archive, [TabEdits("T", (CellEdit(0, 2, value), CellEdit(0, 0, 1.0)))]) is archive


def test_truth_is_not_one_and_a_text_of_digits_is_no_number() -> None:
    archive = book(ROW, strings=("x",))
    assert 't="b"' in edited(archive, CellEdit(0, 0, True))
    assert "inlineStr" in edited(archive, CellEdit(0, 0, "1"))


def test_clearing_what_is_not_there_changes_nothing() -> None:
    archive = book(ROW, strings=("x",))
    assert patch(archive, [TabEdits("T", (CellEdit(7, 7, None), CellEdit(0, 1, "")))]) is archive


def test_new_cells_stand_in_order_in_rows_old_and_new() -> None:
    rows = edited(
        book('<sheetData><row r="2" spans="2:2"><c r="B2"><v>1</v></c></row><row r="5"/></sheetData>'),
        *(CellEdit(row, column, row) for row in (6, 4, 3, 1, 0) for column in (2, 0)),
    )
    assert rows == (
        '<row r="1"><c r="A1"><v>0</v></c><c r="C1"><v>0</v></c></row>'
        '<row r="2" spans="1:3"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c><c r="C2"><v>1</v></c></row>'
        '<row r="4"><c r="A4"><v>3</v></c><c r="C4"><v>3</v></c></row>'
        '<row r="5"><c r="A5"><v>4</v></c><c r="C5"><v>4</v></c></row>'
        '<row r="7"><c r="A7"><v>6</v></c><c r="C7"><v>6</v></c></row>'
    )


def test_an_empty_sheet_takes_its_first_cell_and_says_how_far_it_reaches() -> None:
    archive = book('<dimension ref="A1"/><sheetData/>')
    patched = patch(archive, [TabEdits("T", (CellEdit(2, 1, 4),))])
    assert patched.bytes(SHEET).decode() == (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:B3"/><sheetData>'
        '<row r="3"><c r="B3"><v>4</v></c></row></sheetData></worksheet>'
    )


def test_a_new_cell_takes_the_format_of_its_row_or_its_column() -> None:
    rows = edited(
        book(
            '<cols><col min="2" max="3" style="7"/></cols>'
            '<sheetData><row r="1" s="5" customFormat="1"/><row r="2" s="5"/></sheetData>'
        ),
        *(CellEdit(row, column, 1) for row in (0, 1) for column in (0, 1)),
    )
    assert rows == (
        '<row r="1" s="5" customFormat="1"><c r="A1" s="5"><v>1</v></c><c r="B1" s="5"><v>1</v></c></row>'
        '<row r="2" s="5"><c r="A2"><v>1</v></c><c r="B2" s="7"><v>1</v></c></row>'
    )


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    archive = book(ROW, strings=("x",), workbook='<workbookPr date1904="1"/>')
    assert "<v>44650.5</v>" in edited(archive, CellEdit(0, 0, datetime(2026, 3, 31, 12)))


def test_a_value_with_metadata_loses_it_with_the_value() -> None:
    sheet = '<sheetData><row r="1"><c r="A1" t="e" vm="1" ph="1"><v>#VALUE!</v></c></row></sheetData>'
    assert edited(book(sheet), CellEdit(0, 0, 3)) == '<row r="1"><c r="A1" ph="1"><v>3</v></c></row>'


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (math.nan, "no number"),
        (math.inf, "no number"),
        (10**400, "too large"),
        ("x" * 32_768, "more than 32767"),
        (datetime(1900, 1, 1), "first day"),
        (datetime(2026, 1, 1, tzinfo=UTC), "zone"),
    ],
)
def test_what_no_cell_can_hold_is_refused(value: float, says: str) -> None:
    with pytest.raises(PatchRefused, match=says):
        patch(book(ROW, strings=("x",)), [TabEdits("T", (CellEdit(0, 0, value),))])


def test_a_formula_that_stays_gets_another_last_value() -> None:
    sheet = '<sheetData><row r="1"><c r="A1" s="2"><f ca="1">NOW()</f><v>1</v></c></row></sheetData>'
    rows = edited(book(sheet), CellEdit(0, 0, "x", keeps_formula=True))
    assert rows == '<row r="1"><c r="A1" s="2" t="str"><f ca="1">NOW()</f><v>x</v></c></row>'


def test_a_formula_that_shall_stay_and_is_gone_is_refused() -> None:
    with pytest.raises(PatchRefused, match="A1 holds no formula"):
        patch(book(ROW, strings=("x",)), [TabEdits("T", (CellEdit(0, 0, 9, keeps_formula=True),))])


SHARED = (
    '<sheetData><row r="1"><c r="B1"><f t="shared" ref="B1:B4" si="0">A1*$D$1</f><v>1</v></c></row>'
    '<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="B3" s="4"><f t="shared" si="0"/><v>3</v></c></row>'
    '<row r="4"><c r="B4"><f t="shared" si="0"/><v>4</v></c></row></sheetData>'
)


def test_the_next_cell_spells_out_a_shared_formula_whose_first_cell_is_overwritten() -> None:
    rows = edited(book(SHARED), CellEdit(0, 1, 9), CellEdit(1, 1, 8))
    assert rows == (
        '<row r="1"><c r="B1"><v>9</v></c></row><row r="2"><c r="B2"><v>8</v></c></row>'
        '<row r="3"><c r="B3" s="4"><f t="shared" ref="B3:B4" si="0">A3*$D$1</f><v>3</v></c></row>'
        '<row r="4"><c r="B4"><f t="shared" si="0"/><v>4</v></c></row>'
    )


def test_the_next_cell_of_a_shared_formula_may_get_another_last_value_at_once() -> None:
    rows = edited(book(SHARED), CellEdit(0, 1, 9), CellEdit(1, 1, 7, keeps_formula=True))
    assert '<c r="B2"><f t="shared" ref="B2:B4" si="0">A2*$D$1</f><v>7</v></c>' in rows


def test_a_cell_that_shares_a_formula_is_simply_overwritten() -> None:
    rows = edited(book(SHARED), CellEdit(2, 1, 9))
    assert rows == edited(book(SHARED.replace('<f t="shared" si="0"/><v>3', "<v>9")), CellEdit(9, 9, None))


def test_a_shared_formula_used_outside_its_block_is_refused() -> None:
    with pytest.raises(PatchRefused, match="unknown way"):
        patch(book(SHARED.replace("B1:B4", "B1:B3")), [TabEdits("T", (CellEdit(0, 1, 9),))])


def sheet_with(cell: str, tail: str = "") -> str:
    return f'<sheetData><row r="2"><c r="A2"><v>1</v></c>{cell}</row></sheetData>{tail}'


@pytest.mark.parametrize(
    ("sheet", "row", "column", "says"),
    [
        (sheet_with('<c r="B2"><f t="array" ref="B2:C3">A2:B3</f><v>1</v></c>'), 1, 1, "B2 is part of"),
        (sheet_with('<c r="B2"><f ref="B2:C3" t="array">A2:B3</f><v>1</v></c>'), 2, 2, "C3 is part of"),
        (sheet_with("<c r='B2'><f t = 'dataTable' ref = 'B2:C3' r1='A1'/></c>"), 2, 1, "B3 .* data table"),
        (sheet_with('<c r="B2" cm="1"><f t="array" ref="B2">X()</f><v>1</v></c>'), 1, 1, "B2 holds"),
        (sheet_with("", '<mergeCells><mergeCell ref="A2:B3"/></mergeCells>'), 2, 1, "B3 is covered"),
    ],
)
def test_cells_that_hang_together_are_not_torn(sheet: str, row: int, column: int, says: str) -> None:
    with pytest.raises(PatchRefused, match=says):
        patch(book(sheet), [TabEdits("T", (CellEdit(row, column, 9),))])


def test_the_first_of_merged_cells_may_be_written() -> None:
    archive = book(sheet_with("", '<mergeCells><mergeCell ref="A2:B3"/></mergeCells>'))
    assert '<c r="A2"><v>9</v></c>' in edited(archive, CellEdit(1, 0, 9))


def test_the_chain_of_formulas_goes_only_when_a_cell_becomes_or_ceases_to_be_a_formula() -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>1</v></c></row></sheetData>'
    archive = book(sheet, chain=True)
    kept = patch(archive, [TabEdits("T", (CellEdit(0, 1, 3), CellEdit(0, 0, 3, formula="1+2")))])
    assert "xl/calcChain.xml" in kept.names()
    for edit in (CellEdit(0, 0, 5), CellEdit(0, 1, 2, formula="A1")):
        gone = patch(archive, [TabEdits("T", (edit,))])
        assert "xl/calcChain.xml" not in gone.names()
        assert b"calcChain" not in gone.bytes("[Content_Types].xml")
        assert b"calcChain" not in gone.bytes("xl/_rels/workbook.xml.rels")


FORMULA = '<sheetData><row r="1"><c r="A1"><f>B1</f><v>2</v></c><c r="B1"><v>2</v></c></row></sheetData>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '<calcPr fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="1" />', '<calcPr calcId="1" fullCalcOnLoad="1" />'),
        ('<definedNames/><customWorkbookViews/>',
        '<definedNames/><calcPr fullCalcOnLoad="1"/><customWorkbookViews/>'),
    ],
)  # fmt: skip
def test_formulas_are_worked_out_anew_on_opening(before: str, after: str) -> None:
    archive = book(FORMULA, workbook=before)
    edits = [TabEdits("T", (CellEdit(0, 1, 3),))]
    assert f"</sheets>{after}</workbook>" in patch(archive, edits).bytes("xl/workbook.xml").decode()
    still = patch(archive, edits, stale=False)
    assert still.bytes("xl/workbook.xml") == archive.bytes("xl/workbook.xml")


def test_a_workbook_without_formulas_keeps_its_own_part() -> None:
    archive = book(ROW, strings=("x",))
    patched = patch(archive, [TabEdits("T", (CellEdit(0, 0, 3),))])
    assert patched.bytes("xl/workbook.xml") == archive.bytes("xl/workbook.xml")


def test_a_signed_workbook_and_an_unknown_tab_are_refused() -> None:
    signed = book(ROW, strings=("x",), extra={"_xmlsignatures/origin.sigs": ""})
    with pytest.raises(PatchRefused, match="signed"):
        patch(signed, [TabEdits("T", (CellEdit(0, 0, 3),))])
    with pytest.raises(PatchRefused, match="no tab 'U'"):
        patch(book(ROW, strings=("x",)), [TabEdits("U", (CellEdit(0, 0, 3),))])


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="3"><c r="A3"/></row><row r="2"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="A1"></row>',
        '<row r="1"><c r="A1" s="<"/></row>',
        '<row r="x"/>',
    ],
)
def test_a_sheet_that_cannot_be_read_for_certain_is_refused(rows: str) -> None:
    with pytest.raises(PatchRefused):
        patch(book(f"<sheetData>{rows}</sheetData>"), [TabEdits("T", (CellEdit(0, 0, 3),))])


def test_entities_and_other_codings_are_refused() -> None:
    inside = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    for head in ('<!DOCTYPE worksheet [<!ENTITY a "b">]>', '<?xml version="1.0" encoding="GBK"?>'):
        with pytest.raises(PatchRefused):
            patch(book((head + inside).encode()), [TabEdits("T", (CellEdit(0, 0, 3),))])


def test_rows_out_of_order_are_seen_before_a_row_is_added() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in (1, 40, *range(2, 40)))
    with pytest.raises(PatchRefused, match="rows are out of order"):
        patch(book(f"<sheetData>{rows}</sheetData>"), [TabEdits("T", (CellEdit(39, 0, 3),))])


@pytest.mark.parametrize(
    "odd",
    [
        '<!--<row r="2"><c r="A2"/></row></sheetData>-->',
        '<?x <row r="2"><c r="A2"/></row></sheetData>?>',
    ],
)
def test_what_stands_in_comments_and_instructions_is_no_row(odd: str) -> None:
    first, third = '<row r="1"><c r="A1"/></row>', '<row r="3"><c r="A3"/></row>'
    for rows in (first + odd + third, first + third + odd):
        archive = book(f"<sheetData>{rows}</sheetData>{odd}")
        patched = patch(archive, [TabEdits("T", (CellEdit(1, 0, 7),))]).bytes(SHEET).decode()
        new = f'{first}<row r="2"><c r="A2"><v>7</v></c></row>'
        expected = archive.bytes(SHEET).decode().replace(first, new, 1)
        assert patched == expected


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_a_part_keeps_its_coding_and_its_byte_order_mark(coding: str) -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    whole = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    patched = patch(book(whole.encode(coding)), [TabEdits("T", (CellEdit(0, 0, 2),))])
    assert patched.bytes(SHEET) == whole.replace("<v>1</v>", "<v>2</v>").encode(coding)
