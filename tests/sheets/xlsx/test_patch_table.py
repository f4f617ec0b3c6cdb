"""Tables that grow, shrink and get other titles, and what on their tab follows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, new_tab, patch
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from tests.sheets.xlsx.patch_book import SHEET, book, table_xml
from tests.sheets.xlsx.patch_oracle import grid_of, saved

TABLE = "xl/tables/table1.xml"
ROWS = (
    '<sheetData><row r="1"><c r="A1" t="str"><v>ID</v></c><c r="B1" t="str"><v>Title</v></c></row>'
    '<row r="2"><c r="A2" s="1"><v>1</v></c><c r="B2" s="2"><v>5</v></c></row>'
    '<row r="3"><c r="A3" s="1"><v>2</v></c><c r="B3" s="2"><v>6</v></c></row>{below}</sheetData>{tail}'
)
TOTALS = (
    '<row r="4"><c r="A4" s="8" t="str"><v>Total</v></c>'
    '<c r="B4" s="9"><f>SUBTOTAL(109,B2:B3)+SUBTOTAL(109,Tickets[Title])</f><v>11</v></c></row>'
)


def tickets(below: str = "", tail: str = "", totals: int = 0) -> Archive:
    table = table_xml(f"A1:B{3 + totals}", ("ID", "Title"), totals=totals, data_ref="A1:B3")
    return book(ROWS.format(below=below, tail=tail), table=table)


def grown(archive: Archive, last: int, *cells: CellEdit) -> Archive:
    edits = [TabEdits("T", cells, {"Tickets": last})]
    patched = Archive.read(saved(patch(archive, edits)))
    assert patch(patched, edits) is patched
    return patched


def test_a_table_that_grows_takes_its_filter_along_and_gives_its_formats_to_new_rows() -> None:
    patched = grown(tickets(), 4, CellEdit(3, 0, 3), CellEdit(4, 1, 8))
    assert patched.bytes(TABLE).count(b'ref="A1:B5"') == 2
    grid = grid_of(patched.bytes(SHEET), [])
    assert (grid.styles[4, 1], grid.styles[5, 2]) == ("1", "2")
    assert grid.values[5, 2] == 8


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B2:B3", "B2:B5"),
        ("A1:B3 D3", "A1:B5 D3"),
        ("B3", "B3:B5"),
        ("B2:B9", "B2:B9"),
        ("B2:B4", "B2:B5"),
        ("B2:B2", "B2:B2"),
        ("B2:C3", "B2:C3"),
        ("B2:B3 B2:B5", "B2:B3 B2:B5"),
    ],
)
def test_checks_and_highlights_reach_to_the_new_last_row(before: str, after: str) -> None:
    tail = (
        '<protectedRanges><protectedRange sqref="{0}" name="p"/></protectedRanges>'
        '<conditionalFormatting sqref="{0}"><cfRule/></conditionalFormatting>'
        '<dataValidations count="1"><dataValidation sqref="{0}"/></dataValidations>'
        '<ignoredErrors><ignoredError sqref="{0}"/></ignoredErrors>'
        '<extLst><ext xmlns:xm="m" xmlns:x14="x"><x14:conditionalFormatting><xm:sqref>{0}</xm:sqref>'
        "</x14:conditionalFormatting></ext></extLst>"
    )
    patched = grown(tickets(tail=tail.format(before)), 4, CellEdit(4, 0, 3))
    text = patched.bytes(SHEET).decode()
    kept = tail.format(after)
    if before == "B2:B3 B2:B5":
        kept = tail.format(before)
    assert text.partition("</sheetData>")[2] == kept + "</worksheet>"


def test_an_input_check_does_not_grow_into_another() -> None:
    tail = (
        '<dataValidations count="2"><dataValidation sqref="B2:B3"/>'
        '<dataValidation sqref="B4:B9"/></dataValidations>'
    )
    assert tail in grown(tickets(tail=tail), 4, CellEdit(4, 0, 3)).bytes(SHEET).decode()


def test_the_totals_row_moves_down_with_its_formats_and_its_sums_reach_further() -> None:
    patched = grown(tickets(TOTALS, totals=1), 4, CellEdit(3, 0, 3), CellEdit(4, 0, 4))
    grid = grid_of(patched.bytes(SHEET), [])
    assert b'ref="A1:B6" totalsRowCount="1"' in patched.bytes(TABLE)
    assert b'<autoFilter ref="A1:B5"/>' in patched.bytes(TABLE)
    assert grid.formulas == {(6, 2): "SUBTOTAL(109,B2:B5)+SUBTOTAL(109,Tickets[Title])"}
    assert (grid.values[6, 1], grid.styles[6, 1], grid.styles[6, 2]) == ("Total", "8", "9")
    assert (grid.values[4, 1], grid.styles[4, 1]) == (3, "1")
    assert (grid.values[4, 2], grid.styles[4, 2]) == (None, "2")


def test_a_new_ticket_may_say_what_the_totals_row_said() -> None:
    patched = grown(tickets(TOTALS, totals=1), 3, CellEdit(3, 0, "Total"))
    grid = grid_of(patched.bytes(SHEET), [])
    assert (grid.values[4, 1], grid.values[5, 1]) == ("Total", "Total")


BELOW = '<row r="5"><c r="A5"><v>77</v></c></row>'


@pytest.mark.parametrize(
    ("archive", "says"),
    [
        (tickets(TOTALS + BELOW, totals=1), "no room below the table at A5"),
        (tickets(BELOW), "no room below the table at A5"),
        (tickets(tail='<mergeCells><mergeCell ref="B5:C5"/></mergeCells>'), "no room below the table at B5"),
    ],
)
def test_a_table_does_not_grow_over_what_stands_below(archive: Archive, says: str) -> None:
    with pytest.raises(PatchRefused, match=says):
        patch(archive, [TabEdits("T", (CellEdit(4, 0, 3),), {"Tickets": 4})])


def test_what_somebody_typed_right_below_becomes_part_of_the_table() -> None:
    patched = grown(tickets(BELOW), 4, CellEdit(4, 1, 9))
    assert grid_of(patched.bytes(SHEET), []).values[5, 1] == 77
    assert b'ref="A1:B5"' in patched.bytes(TABLE)


def test_what_somebody_began_right_below_may_be_written_over() -> None:
    edits = TabEdits("T", (CellEdit(4, 0, 3),), {"Tickets": 4}, begun=frozenset({4}))
    patched = patch(tickets(BELOW), [edits])
    assert grid_of(patched.bytes(SHEET), []).values[5, 1] == 3
    with pytest.raises(PatchRefused, match="no room below the table at A5"):
        patch(tickets(BELOW), [replace(edits, begun=frozenset({3}))])


def test_a_table_that_shrinks_leaves_its_old_cells_to_the_caller() -> None:
    patched = grown(tickets(), 1, CellEdit(2, 0, None))
    grid = grid_of(patched.bytes(SHEET), [])
    assert patched.bytes(TABLE).count(b'ref="A1:B2"') == 2
    assert (grid.values[3, 1], grid.values[3, 2]) == (None, 6)


@pytest.mark.parametrize(
    ("archive", "last", "says"),
    [
        (tickets(), 0, "keeps at least one row"),
        (tickets(), 1_048_576, "would leave the sheet"),
        (tickets(TOTALS, totals=1), 1, "totals row and is not made shorter"),
    ],
)
def test_a_table_keeps_within_its_sheet(archive: Archive, last: int, says: str) -> None:
    with pytest.raises(PatchRefused, match=says):
        patch(archive, [TabEdits("T", (), {"Tickets": last})])


def test_a_title_changes_in_its_cell_and_in_the_table() -> None:
    edits = [TabEdits("T", header={"Tickets": {1: 'Su"b<\n&'}})]
    patched = Archive.read(saved(patch(tickets(), edits)))
    assert patch(patched, edits) is patched
    assert grid_of(patched.bytes(SHEET), []).values[1, 2] == 'Su"b<\n&'
    assert b'name="Su&quot;b&lt;_x000a_&amp;"' in patched.bytes(TABLE)
    assert b'name="ID"' in patched.bytes(TABLE)


@pytest.mark.parametrize(
    ("archive", "titles", "says"),
    [
        (tickets(TOTALS, totals=1), {1: "New"}, "speaks of the column 'Title'"),
        (tickets('<row r="9"><c r="A9"><f>[@Title]</f></c></row>'), {1: "New"}, "speaks of the column"),
        (tickets('<row r="9"><c r="A9"><f>Tickets[[ID]:[Title]]</f></c></row>'), {0: "New"}, "speaks of"),
        (tickets(), {1: "id"}, "told apart"),
        (tickets(), {1: ""}, "told apart"),
        (tickets(), {2: "New"}, "no such column"),
    ],
)
def test_a_title_that_formulas_need_or_that_is_not_clear_is_refused(
    archive: Archive, titles: dict[int, str], says: str
) -> None:
    with pytest.raises(PatchRefused, match=says):
        patch(archive, [TabEdits("T", header={"Tickets": titles})])


def test_a_formula_about_another_table_keeps_no_title() -> None:
    archive = tickets('<row r="9"><c r="A9"><f>Other[Title]</f></c></row>')
    patched = patch(archive, [TabEdits("T", header={"Tickets": {1: "New"}})])
    assert b'name="New"' in patched.bytes(TABLE)


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(PatchRefused, match="no table Nope"):
        patch(tickets(), [TabEdits("T", (), {"Nope": 4})])


def test_a_new_tab_is_the_last_and_can_be_hidden_from_everybody() -> None:
    archive = new_tab(tickets(), "工单 & 1", [CellEdit(1, 2, "x"), CellEdit(0, 0, 5)], very_hidden=True)
    archive = Archive.read(saved(archive))
    book_of = Workbook.of(archive)
    assert list(book_of.tabs) == ["T", "工单 & 1"]
    assert b'state="veryHidden"' in archive.bytes("xl/workbook.xml")
    grid = grid_of(archive.bytes(book_of.tabs["工单 & 1"]), [])
    assert grid.values == {(1, 1): 5, (2, 3): "x"}


@pytest.mark.parametrize("title", ["", "t", "a/b", "x" * 32, "'a", "a\nb"])
def test_a_title_that_no_tab_can_have_is_refused(title: str) -> None:
    with pytest.raises(PatchRefused, match="can have no tab"):
        new_tab(tickets(), title, [], very_hidden=False)
