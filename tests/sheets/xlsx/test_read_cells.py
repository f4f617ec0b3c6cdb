"""A worksheet's cells: both readers find the same in every spelling of XML, and what people saved."""

from __future__ import annotations

import io
import os
import re
import tracemalloc
import warnings
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.dialect import column_letters
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.read import cells as module
from sheetdesk.sheets.xlsx.read import fast
from sheetdesk.sheets.xlsx.read.cells import TabCells, read_cells
from sheetdesk.sheets.xlsx.read.fast import find_plain
from sheetdesk.sheets.xlsx.read.found import Book
from sheetdesk.sheets.xlsx.read.generic import find_all
from sheetdesk.sheets.xlsx.read.strings import read_strings
from sheetdesk.sheets.xlsx.read.styles import read_date_formats
from sheetdesk.sheets.xlsx.read.text import Unsure
from sheetdesk.sheets.xlsx.rows import escape_text
from tests.books import demo_book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED = Path(os.environ.get("SHEETDESK_SHARED") or Path(__file__).parents[4] / "shared")
REAL_BOOKS = sorted((SHARED / "data" / "xlsx").glob("*.xls[xm]"))
STRINGS = ["", "one", "二", "a\nb"]
IS_DATE = [False, True]


def sheet(rows: str, *, after: str = "", root: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}"{root}><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def read(rows: str, **facts: Any) -> TabCells:
    return read_cells(sheet(rows, **facts), STRINGS, IS_DATE)


def both(part: bytes) -> list[Any]:
    """What each reader makes of the part: cells, "broken", or for the quick one "unsure"."""
    made: list[Any] = []
    book = Book([text or None for text in STRINGS], IS_DATE, False)
    for reader in (find_plain, find_all):
        try:
            made.append(module._laid_out(reader(part, book)))
        except PackageBroken:
            made.append("broken")
        except Unsure:
            made.append("unsure")
    return made


TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("_x041<&>\r\n\t "), max_size=12)
WORDS = st.sampled_from(
    [
        "0",
        "1",
        "2",
        "9",
        "007",
        "-1.5",
        "1e3",
        "45000.25",
        "60",
        "1e999",
        "nan",
        " 7 ",
        "",
        ".",
        "true",
        "#N/A",
        "2026-01-02T03:04:05",
        "&amp;",
        "&#10;",
        "&#x41;",
        "&bad;",
        "a]]>b",
        "_x000A_",
        "\r\n",
        "\x01",
        "<!-- c -->3",
        "<![CDATA[<]]>",
        "&#95;x0041_",
        " a ",
        "a > b",
        "\ufffe",
        "</v>",
        "45000.999999999",
    ]
)
KINDS = st.sampled_from(
    ["", *(f' t="{kind}"' for kind in ("s", "n", "b", "e", "str", "d", "inlineStr", "odd"))]
)
FORMULAS = st.sampled_from(
    [
        "",
        "",
        "",
        "<f>A1+1</f>",
        "<f>A1&amp;B2</f>",
        '<f t="shared" si="0"/>',
        "<f/>",
        "<f></f>",
        "<f>=B1</f>",
        '<f t="array" ref="A1:B3">SUM(C1:C9)</f>',
        '<f t="shared" ref="A1:A3" si="0">A2</f>',
        "<foo>1</f>",
        '<f t="dataTable" ref="B2:B9"/>',
        '<f t="array" ref="nowhere">A1</f>',
        "<f aca='false'>A1</f>",
    ]
)
STYLES = st.sampled_from(
    ["", "", ' s="1"', ' s="0"', ' s="7"', ' s="x"', " s='1'", ' s="1" s="1"', ' vm="1"']
)


@st.composite
def cells(draw: st.DrawFn, column: int, row: int) -> str:
    shape = draw(st.integers(0, 11))
    reference = f' r="{column_letters(column)}{row}"' if shape != 11 else ""
    head = f"<c{reference}{draw(STYLES)}"
    if shape < 2:
        return f"{head}/>" if shape else f"{head}></c>"
    if shape == 2:
        space = draw(st.sampled_from(["", ' xml:space="preserve"', ' xml:space="default"']))
        return f'{head} t="inlineStr"><is><t{space}>{escape_text(draw(TEXT))}</t></is></c>'
    if shape == 3:
        return f'{head} t="inlineStr"><is><r><t>a </t></r><r><t>b</t></r><rPh><t>c</t></rPh></is></c>'
    value = draw(
        st.sampled_from(["<v>{}</v>", "<v>{}</v>", "<v>{}</v>", "<v/>", "<v />", "<is><t>{}</t></is>"])
    )
    return f"{head}{draw(KINDS)}>{draw(FORMULAS)}{value.format(draw(WORDS))}</c>"


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    rows = []
    for number in draw(st.lists(st.integers(1, 9), max_size=6, unique=True).map(sorted)):
        own = draw(st.lists(st.integers(0, 4), max_size=4, unique=draw(st.booleans())).map(sorted))
        made = "".join(draw(cells(column, number)) for column in own)
        tag = draw(st.sampled_from(["", ' hidden="1"', ' ht="3" hidden="0"', ' spans="1:2"', ' x:y="1"']))
        rows.append(f'<row r="{number}"{tag}>{made}</row>' if made else f'<row r="{number}"{tag}/>')
    text = "".join(draw(st.permutations(rows)) if draw(st.integers(0, 9)) == 9 else rows)
    part = sheet(
        text, after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', root=' xmlns:x="urn:x"'
    ).decode()
    change = draw(st.integers(0, 14))
    if change == 0:
        part = part.replace("<", "<p:").replace("<p:/", "</p:").replace("xmlns=", "xmlns:p=")
    if change == 1:
        part = part.replace("<sheetData>", "<!-- <sheetData> --><sheetData>")
    if change == 2:
        return ('<?xml version="1.0" encoding="UTF-16"?>' + part).encode("utf-16", "replace")
    if change == 3:
        part = part.replace("><", ">\n<")
    if change == 4:
        part = part.replace('"', "'")
    if change == 5:
        part = "\ufeff" + part
    if change == 6:
        part = part.replace(' xmlns:x="urn:x"', ' xml:space="preserve"')
    if change == 7:
        part = part[: draw(st.integers(0, len(part)))]
    return part.encode("utf-8", "replace")


@given(sheets())
@example(sheet('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>'))
def test_the_quick_reader_finds_what_lxml_finds_or_leaves_the_sheet_to_it(part: bytes) -> None:
    quick, whole = both(part)
    assert quick in ("unsure", whole)


@st.composite
def usual_sheets(draw: st.DrawFn) -> bytes:
    rows = []
    for number in draw(st.lists(st.integers(1, 40), max_size=25, unique=True).map(sorted)):
        made = []
        for column in draw(st.just([0, 1, 2]) | st.lists(st.integers(0, 30), unique=True).map(sorted)):
            place = f'<c r="{column_letters(column)}{number}" s="{draw(st.integers(0, 2))}"'
            text = escape_text(draw(TEXT))
            made.append(
                draw(
                    st.sampled_from(
                        [
                            f"{place}/>",
                            f'{place} t="s"><v>2</v></c>',
                            f"{place}><v>45000.5</v></c>",
                            f'{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>',
                            f'{place} t="str"><f>B{number}&amp;"x"</f><v>{text}</v></c>',
                            f'{place} t="e"><f>B1</f><v>#N/A</v></c>',
                            f'{place} t="b"><v>1</v></c>',
                        ]
                    )
                )
            )
        rows.append(f'<row r="{number}" ht="15">{"".join(made)}</row>')
    return sheet("".join(rows))


@given(usual_sheets())
def test_what_programs_write_is_read_by_bytes_and_as_lxml_reads_it(part: bytes) -> None:
    quick, whole = both(part)
    assert quick == whole


ONE, TWO = '<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="2"><c r="A2"><v>2</v></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        ONE.replace("</row>", "x</row>") + TWO,
        ONE.replace("</row>", "</rov>") + TWO,
        ONE.replace("</row>", "") + TWO,
        ONE + "      " + TWO,
        ONE + "<!----><!---->" + TWO,
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</x></c></row>',
        '<row r="1"><c r="A1"><v>1</v></d></row>',
        '<row r="1"><c r="A1" s="1"/>12</row>',
        '<row r="1"><c r="A1" s="1"></c>12</row>',
        '<row r="1"><c r="A1" s="1"/></c></row>',
        '<row r="1"><c r="A1" s="1"/></x></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1" t="s"><v>1</v></c></row>',
        '<row r="1x ht="3"/>',
        '<row r="1"x<c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v></c></row>',
        '<row r="1"><c r="A1"><v></row>',
        '<row r="1"><c r="A1"></row>',
        '<row r="1"><c r="A1</row>',
        '<row r="1"><c r="</row>',
        '<row r="1048576"><c r="A</row>',
        '<row r="1048576"><c r="ABC</row>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A12"><v>1</v></c></row>',
        '<row r="12"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A01"><v>1</v></c></row>',
        '<row r="01"><c r="A01"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="12345678"><c r="A12345678"><v>1</v></c></row>',
        '<row r=""><c r="A"><v>1</v></c></row>',
        TWO + ONE,
        ONE + ONE,
        ONE + TWO.replace("2", "3") + TWO,
        '<row r="1"/><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row></row>',
        '<row r="1"></row><row r="2"></rov>',
        '<row r="1"><row r="2"/>',
        '<row r="1"></row></row>',
        '<row r="1"/></row>',
        '<row r="1"',
        '<row r="1',
        '<row r="1>',
        '<row r="1<',
        '<row r="1"' + "></row>"[:3],
        '<row r="1">text<c r="A1"><v>1</v></c></row>',
        '<row r="1">text><c r="A1"><v>1</v></c></row>',
        '<row r="1"><x/><c r="A1"><v>1</v></c></row>',
        '<row r="1" ht="3>4"><c r="A1"><v>1</v></c></row>',
        '<row r="1"ht="3"><c r="A1"><v>1</v></c></row>',
        "<row r=\"1'><c r=\"A1'><v>1</v></c></row>",
        "<row r=\"1' ht='3'><c r=\"A1\"><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>\t1</v></c></row>',
        '<row r="1"><c r="A1"><v>1\n</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v></v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>+1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1.0</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a\x00b</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a<b</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a</v></c><v>b</v></c></row>',
    ],
)
@pytest.mark.parametrize("chunk", [10, 4_000_000])
def test_what_is_spelled_oddly_is_read_as_lxml_reads_it(
    monkeypatch: pytest.MonkeyPatch, rows: str, chunk: int
) -> None:
    monkeypatch.setattr(fast, "CHUNK", chunk)
    quick, whole = both(sheet(rows))
    assert quick in ("unsure", whole)
    # The same behind rows and before rows that are nothing but usual.
    many = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(20, 40))
    quick, whole = both(sheet(rows + many))
    assert quick in ("unsure", whole)


@given(usual_sheets(), st.data())
def test_a_usual_sheet_with_a_few_changed_bytes_is_read_as_lxml_reads_it(
    part: bytes, data: st.DataObject
) -> None:
    words = re.findall(rb"<[A-Za-z]+|</[A-Za-z]+|/?>|[^<>]", part)
    start = words.index(b"<sheetData") + 1
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(start, len(words) - 1))
        other = data.draw(st.integers(start, len(words) - 1))
        change = data.draw(st.integers(0, 3))
        if change == 0:
            words[place] = b""
        elif change == 1:
            words[place] = words[other]
        elif change == 2:
            words.insert(place, words[other])
        else:
            words[place], words[other] = words[other], words[place]
    quick, whole = both(b"".join(words))
    assert quick in ("unsure", whole)


@given(usual_sheets())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sheet_of_many_chunks_is_read_as_one(monkeypatch: pytest.MonkeyPatch, part: bytes) -> None:
    monkeypatch.setattr(fast, "CHUNK", 150)
    quick, whole = both(part)
    assert quick == whole


def test_a_cell_that_begins_with_a_long_formula_costs_no_memory_a_cell() -> None:
    formula = "A" * 1_000_000
    rows = [f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 4_001)]
    rows[2_000] = f'<row r="2001"><c r="A2001"><f>{formula}</f><v>1</v></c></row>'
    tracemalloc.start()
    tab = read("".join(rows))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tab.rows, tab.formulas[0][2_000]) == (4_000, formula)
    assert peak < 40e6


def test_a_short_text_in_the_last_cell_is_read_whole_below_long_ones() -> None:
    texts = ["a" * 39, "b", "c" * 5]
    tab = read(
        "".join(
            f'<row r="{n}"><c r="A{n}" t="str"><v>{text}</v></c></row>' for n, text in enumerate(texts, 1)
        )
    )
    assert tab.columns == [texts]


def test_each_kind_of_cell_gives_its_value() -> None:
    tab = read(
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>12</v></c><c r="C1" s="1"><v>45000.5</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1" t="str"><f>A1</f><v> x </v></c>'
        '<c r="G1" t="inlineStr"><is><t xml:space="preserve"> y_x000A_</t></is></c>'
        '<c r="H1" t="inlineStr"><is><t> z </t></is></c><c r="I1" t="d"><v>2026-01-02T03:04:05Z</v></c>'
        '<c r="J1" t="s"><v>0</v></c><c r="K1" s="1"/></row>'
    )
    row = [column[0] for column in tab.columns]
    assert row[:5] == ["one", 12.0, datetime(2023, 3, 15, 12), True, "#N/A"]
    assert row[5:] == [" x ", " y\n", "z", datetime(2026, 1, 2, 3, 4, 5)]
    assert [type(value) for value in row[:4]] == [str, float, datetime, bool]
    assert tab.errors == {(0, 4)}
    assert tab.formulas == {5: ["A1"]}


def test_cells_and_rows_without_a_reference_follow_one_another() -> None:
    tab = read(
        "<row><c><v>1</v></c><c r='D1'><v>2</v></c><c><v>3</v></c></row><row r='3'/>"
        "<row><c><v>4</v></c></row>"
    )
    assert tab.columns == [
        [1.0, None, None, 4.0],
        [None] * 4,
        [None] * 4,
        [2.0, None, None, None],
        [3.0, None, None, None],
    ]


def test_members_of_shared_and_array_formulas_are_told() -> None:
    tab = read(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c>'
        '<c r="C1"><f t="array" ref="C1:C3">B1:B3</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c><c r="C2"><v>2</v></c></row>'
        '<row r="3"><c r="A3"><v>5</v></c><c r="C3"><v>2</v></c></row>'
    )
    assert tab.formulas == {0: ["B1", "", None], 2: ["B1:B3", "", ""]}


def test_hidden_rows_and_merged_areas_are_told() -> None:
    merged = '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="$C$4"/></mergeCells>'
    tab = read('<row r="2" hidden="1"><c r="A2"><v>1</v></c></row><row r="9" hidden="true"/>', after=merged)
    assert tab.hidden_rows == {1, 8}
    assert tab.merged == ((0, 0, 1, 1), (3, 2, 3, 2))
    assert tab.rows == 2


def test_what_has_only_a_format_is_left_out() -> None:
    assert read('<row r="1"><c r="A1" s="1"/></row><row r="99"><c r="XFD99" s="1"/></row>').columns == []


def test_a_lone_cell_in_the_last_place_needs_little_memory() -> None:
    part = sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    tracemalloc.start()
    tab = read_cells(part, [], [])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tab.rows, len(tab.columns), tab.columns[-1][-1]) == (1_048_576, 16_384, 1.0)
    assert peak < 40e6


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576">'
        + "".join(f'<c r="{column_letters(n)}1048576"><v>1</v></c>' for n in range(40))
        + "</row>",
        '<row r="1048576"><c r="A1048576"><f t="array" ref="A1:ZZ1048576">1</f><v>1</v></c>'
        '<c r="ZZ1048576"><v>1</v></c></row>',
    ],
)
def test_cells_spread_too_far_are_refused(rows: str) -> None:
    with pytest.raises(PackageBroken, match="too much to read"):
        read(rows)


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"<empty/>",
        b"<worksheet><sheetData><row",
        sheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'),
        sheet('<row r="1048577"/>'),
        sheet('<row r="1"><c r="XFE1"/></row>'),
        sheet('<row r="1"><c r="A2"/></row>'),
        sheet("", after='<mergeCells><mergeCell ref="A"/></mergeCells>'),
        b'<!DOCTYPE worksheet [<!ENTITY a "b">]>'
        + sheet('<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>'),
    ],
)
def test_what_is_no_whole_worksheet_is_refused(part: bytes) -> None:
    with pytest.raises(PackageBroken):
        read_cells(part, STRINGS, IS_DATE)


def test_a_workbook_that_uses_1904_is_read_by_its_epoch() -> None:
    part = sheet('<row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="1"><v>43538.5</v></c></row>')
    tab = read_cells(part, [], IS_DATE, epoch_1904=True)
    assert tab.columns == [[datetime(1904, 1, 1)], [datetime(2023, 3, 15, 12)]]


def parts_of(package: Package) -> tuple[list[str], list[bool], list[bytes]]:
    strings = package.parts.get("xl/sharedStrings.xml")
    sheets = [part for _, part in sorted(package.parts.items()) if _.startswith("xl/worksheets/sheet")]
    return (
        read_strings(package.bytes("xl/sharedStrings.xml")) if strings else [],
        read_date_formats(package.bytes("xl/styles.xml")),
        [part if isinstance(part, bytes) else b"".join(part()) for part in sheets],
    )


def test_a_workbook_of_ours_is_read_by_bytes_and_gives_what_was_written(tmp_path: Path) -> None:
    book = demo_book("it-service", "zh")
    package = Package.read(book.write(tmp_path / "book.xlsx"))
    strings, is_date, sheets = parts_of(package)
    own = Book([text or None for text in strings], is_date, False)
    for part in sheets:
        if b"<sheetData/>" not in part:
            assert module._laid_out(find_plain(part, own)) == module._laid_out(find_all(part, own))
    table = book.plan.tab("tickets").table
    assert table is not None
    tab = read_cells(package.bytes("xl/worksheets/sheet1.xml"), strings, is_date)
    titles = [column[table.top] for column in tab.columns[table.left : table.left + len(table.columns)]]
    assert titles == [column.title for column in table.columns]


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_BOOKS, reason=f"no workbooks in {SHARED / 'data' / 'xlsx'}")
@pytest.mark.parametrize("path", REAL_BOOKS, ids=lambda path: path.stem)
def test_workbooks_that_people_saved_are_read_as_openpyxl_reads_them(path: Path) -> None:
    package = Package.read(path)
    strings, is_date, _ = parts_of(package)
    own = Book([text or None for text in strings], is_date, False)
    names = {}
    for key, (kind, target) in package.targets("xl/workbook.xml").items():
        if kind.endswith("/worksheet"):
            names[key] = target
    file = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(io.BytesIO(file), read_only=True, data_only=True)
        texts = openpyxl.load_workbook(io.BytesIO(file), read_only=True)
    root = parse(package.bytes("xl/workbook.xml"))
    for node in root.iterfind("{*}sheets/{*}sheet"):
        place = names.get(next(str(value) for key, value in node.items() if str(key).endswith("}id")))
        if place is None:
            continue
        part = package.bytes(place)
        found = find_all(part, own)
        whole = module._laid_out(found)
        try:
            assert module._laid_out(find_plain(part, own)) == whole
        except Unsure:
            # Nothing to read, or indented by a program that is no spreadsheet.
            assert b"<sheetData/>" in part or b"\r\n    <row " in part
        compare(whole, values[str(node.get("name"))], texts[str(node.get("name"))])


def compare(tab: TabCells, values: Any, texts: Any) -> None:
    # openpyxl empties what a merged area covers.
    covered = {
        (row, column)
        for top, left, bottom, right in tab.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    if not tab.rows:
        return
    size = {"max_row": tab.rows, "max_col": len(tab.columns)}
    lines = zip(values.iter_rows(**size, values_only=True), texts.iter_rows(**size), strict=True)
    for row, (shown_row, text_row) in enumerate(islice(lines, tab.rows)):
        for column, (shown, text) in enumerate(zip(shown_row, text_row, strict=True)):
            if (row, column) in covered:
                continue
            found = tab.columns[column][row]
            if isinstance(found, datetime) and isinstance(shown, datetime):
                assert abs((found - shown).total_seconds()) < 0.002
            elif isinstance(found, float) and not isinstance(shown, str | int | float | type(None)):
                # Times of day and lengths of time, which are numbers here.
                assert not isinstance(shown, datetime) or found < 61
            elif isinstance(found, str) and isinstance(shown, str):
                # openpyxl leaves escapes and white space at the ends as they stand.
                assert found.strip() == shown.replace("_x000D_", "\r").strip()
            else:
                assert found == (shown or None if isinstance(shown, str) else shown)
            formula = text.value
            if isinstance(formula, ArrayFormula | DataTableFormula):
                formula = f"={getattr(formula, 'text', '') or ''}".replace("==", "=")
            ours = tab.formulas.get(column, [None] * tab.rows)[row]
            if isinstance(formula, str) and formula.startswith("=") and text.data_type == "f":
                # openpyxl writes out the members of a shared formula.
                assert ours in ("", formula[1:])
            else:
                assert not ours
    assert row + 1 == tab.rows
