"""New columns at the edge of tables: sheetdesk's, other people's, and plain ranges."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter import Workbook

from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.patch.columns import NewColumn, add_columns
from sheetdesk.sheets.xlsx.sheet import fetched_of


def made(
    *, native: bool, totals: bool = False, wide: bool = False, beside: tuple[int, int] | None = None
) -> Archive:
    """Titles in row 3, two rows below them, in columns B to D."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Ours")
    bold = book.add_format({"bold": True, "bg_color": "#00FF00"})
    rows = [[1, "a", "x"], [2, "b", "y"]]
    titles = ["No", "What", "Who"]
    if wide:
        sheet.set_column(0, 50, 17, bold)
    if native:
        columns = [{"header": title, "header_format": bold} for title in titles]
        options = {"name": "ours", "data": rows, "columns": columns, "total_row": totals}
        sheet.add_table(2, 1, 5 if totals else 4, 3, options)
    else:
        sheet.write_row(2, 1, titles, bold)
        for place, row in enumerate(rows, 3):
            sheet.write_row(place, 1, row)
        sheet.autofilter(2, 1, 4, 3)
    if beside is not None:
        sheet.write(*beside, "in the way")
    book.close()
    return Archive.read(buffer.getvalue())


def saved(archive: Archive, tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        archive.write(file)
    return path


@pytest.mark.parametrize("totals", [False, True])
def test_a_native_table_grows_to_the_right(tmp_path: Path, totals: bool) -> None:
    columns = [
        NewColumn("Cost", 21.5, formula="ours[[#This Row],[No]]*2"),
        NewColumn("A & <b>", is_hidden=True),
    ]
    path = saved(add_columns(made(native=True, totals=totals), "Ours", 2, columns), tmp_path)
    sheet = openpyxl.load_workbook(path)["Ours"]
    table = sheet.tables["ours"]
    assert table.ref == ("B3:F6" if totals else "B3:F5")
    assert table.autoFilter.ref == "B3:F5"
    assert [column.name for column in table.tableColumns] == ["No", "What", "Who", "Cost", "A & <b>"]
    assert len({column.id for column in table.tableColumns}) == 5
    assert table.tableColumns[3].calculatedColumnFormula.attr_text == "ours[[#This Row],[No]]*2"
    assert [sheet.cell(3, column).value for column in range(2, 7)] == ["No", "What", "Who", "Cost", "A & <b>"]
    assert sheet["E3"].style_id == sheet["D3"].style_id
    assert sheet["E3"].font.bold
    assert sheet.column_dimensions["E"].width == 21.5
    assert sheet.column_dimensions["F"].hidden
    assert check_package(Package.read(path)) == []


def test_a_plain_range_grows_with_its_filter(tmp_path: Path) -> None:
    path = saved(add_columns(made(native=False), "Ours", 2, [NewColumn("Id")]), tmp_path)
    book = openpyxl.load_workbook(path)
    assert book["Ours"].auto_filter.ref == "B3:E5"
    assert book["Ours"]["E3"].value == "Id"
    assert b"$B$3:$E$5" in Package.read(path).bytes("xl/workbook.xml")
    assert check_package(Package.read(path)) == []


def test_widths_that_speak_of_many_columns_are_parted(tmp_path: Path) -> None:
    path = saved(add_columns(made(native=True, wide=True), "Ours", 2, [NewColumn("Cost", 44)]), tmp_path)
    xml = Package.read(path).bytes("xl/worksheets/sheet1.xml")
    cols = xml[xml.index(b"<cols>") : xml.index(b"</cols>")]
    assert cols.count(b"<col ") == 3
    assert b'min="1" max="4"' in cols
    assert b'min="5" max="5"' in cols
    assert b'min="6" max="51"' in cols
    assert check_package(Package.read(path)) == []


def test_everything_else_stays_byte_for_byte(tmp_path: Path) -> None:
    before = made(native=True)
    after = add_columns(before, "Ours", 2, [NewColumn("Cost")])
    changed = {name for name in before.names() if before.bytes(name) != after.bytes(name)}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}
    assert add_columns(before, "Ours", 2, []) is before
    grid = fetched_of(saved(after, tmp_path).read_bytes()).grids[0]
    assert [[grid.cell(row, column) for column in (1, 2, 3)] for row in (3, 4)] == [
        [1, "a", "x"],
        [2, "b", "y"],
    ]


@pytest.mark.parametrize(
    ("native", "beside"),
    [(True, (2, 4)), (True, (3, 4)), (True, (4, 5)), (False, (3, 4)), (False, (4, 5)), (False, (30, 4))],
)
def test_what_stands_in_the_way_is_named(native: bool, beside: tuple[int, int]) -> None:
    archive = made(native=native, beside=beside)
    with pytest.raises(
        PatchRefused, match=f"^Ours was not .*{'ABCDEF'[beside[1]]}{beside[0] + 1} is in the way"
    ):
        add_columns(archive, "Ours", 2, [NewColumn("One"), NewColumn("Two")])


def test_below_a_native_table_there_is_room(tmp_path: Path) -> None:
    path = saved(add_columns(made(native=True, beside=(9, 4)), "Ours", 2, [NewColumn("One")]), tmp_path)
    assert openpyxl.load_workbook(path)["Ours"]["E10"].value == "in the way"


@pytest.mark.parametrize("titles", [["what"], ["One", "ONE"], [""], ["x" * 256]])
def test_titles_must_be_told_apart(titles: list[str]) -> None:
    with pytest.raises(PatchRefused, match="told apart"):
        add_columns(made(native=True), "Ours", 2, [NewColumn(title) for title in titles])


def test_a_row_without_titles_is_no_header() -> None:
    with pytest.raises(PatchRefused, match="no titles"):
        add_columns(made(native=False), "Ours", 8, [NewColumn("One")])
