"""Whatever people write reaches the file to the letter and stays a text, or is told to be unwritable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sheetdesk.columns.base import Setting
from sheetdesk.desk.template import parse_desk
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.table.table import kind_of
from tests.books import Book, book_of, opened, read_back
from tests.libreoffice import Question, needs_libreoffice, recalculate_each

DESK = parse_desk("name: Nasty\ncolumns: [title, owner, tags, {key: free, title: Free, wrap: true}]")
SETTING = Setting(DESK.locale, DESK.zone)
NASTY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://a.example","x")',
    "{=1}", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "a\tb", "a\rb", "a\r\nb", "a\nb\n", " lead",
    "trail ", "\u00a0x\u00a0", "\u3000全角空格\u3000", "_x000D_", "_x005F_x000D_", "_x005f_",
    "_x0041_", "__x0041__", "_xZZZZ_", "_x", "<b>&amp;\"'</b>", "]]>", "<![CDATA[x]]>", "&#10;",
    "&lt;", "<!-- -->", "<?xml?>", "\u202eabc\u202c", "\u200fمرحبا", "a\u200bb\u200dc\ufeffd",
    "\ufeffbom", "e\u0301 \u00e9", "👩‍👩‍👧‍👦🏳️‍🌈", "𠮷野家", "工单：打印机坏了", "'quoted",
    "''", '"', "http://a.example/?b=c&d", "mailto:a@b.example", "\\\\server\\share", "007", "1e5",
    "1E+05", "0x1F", "１２３", "2026-03-31", "3/4", "1:30", "50%", "TRUE", "false", "NULL", "#N/A",
    "#REF!", "nan", "None", "x" * 32_767, "字" * 32_767, "😀" * 16_383, "a\u0085b\u2028c\u2029d",
    "\x7f\x9f",
]  # fmt: skip
UNWRITABLE = [
    "\x00", "a\x00b", "a\x01b", "bell\x07", "esc\x1b[0m", "a\x0bb", "a\x0cb", "\ud800", "a\udfffb",
    "\ufffe", "a\uffff", "x" * 32_768, "字" * 32_768, "😀" * 16_384,
]  # fmt: skip
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str | None) -> str | None:
    """What openpyxl leaves to its caller in inline strings."""
    return text if text is None else ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def lines(text: str) -> str:
    """A text as every spreadsheet program keeps it: a line ends in a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def nasty_book() -> Book:
    values = kind_of("text").read(NASTY, DESK.column("free"), SETTING).values
    ids = [f"T-{number:05}" for number in range(len(values))]
    return book_of(DESK, {"free": values, "title": values.where(values.str.len() < 90, None)}, ids)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_book().write(tmp_path_factory.mktemp("nasty") / "nasty.xlsx")


@pytest.mark.parametrize("text", UNWRITABLE, ids=range(len(UNWRITABLE)))
def test_what_no_cell_can_hold_is_a_problem(text: str) -> None:
    reading = kind_of("text").read([text], DESK.column("free"), SETTING)
    assert [(p.kind, p.column, p.raw) for p in reading.problems] == [("unreadable", "free", text)]
    assert reading.values.isna().all()


def test_every_other_text_is_taken_to_the_letter() -> None:
    reading = kind_of("text").read(NASTY, DESK.column("free"), SETTING)
    assert reading.problems == []
    assert reading.values.tolist() == [lines(text) for text in NASTY]


def test_texts_read_back_by_calamine_are_those_written(nasty: Path) -> None:
    rows = read_back(nasty, DESK.tickets.title)
    place = rows[0].index("Free")
    assert [row[place] for row in rows[1:]] == [lines(text) for text in NASTY]


def test_texts_read_back_by_openpyxl_are_those_written_and_no_formulas(nasty: Path) -> None:
    sheet = opened(nasty)[DESK.tickets.title]
    (place,) = (cell.column for cell in sheet[1] if cell.value == "Free")
    cells = [sheet.cell(row, place) for row in range(2, len(NASTY) + 2)]
    assert [unescaped(cell.value) for cell in cells] == [lines(text) for text in NASTY]
    assert {cell.data_type for cell in cells} == {"s"}


def test_only_worked_out_columns_hold_formulas(nasty: Path) -> None:
    plan = nasty_book().plan
    _, table = plan.table("tickets")
    worked_out = {column.title for column in table.columns if column.formula is not None}
    assert worked_out == {"Month", "Open"}
    sheet = opened(nasty)[DESK.tickets.title]
    header = [cell.value for cell in sheet[1]]
    found = {
        header[cell.column - 1] for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type == "f"
    }
    assert found == worked_out


def test_a_text_never_becomes_a_link_or_breaks_the_package(nasty: Path) -> None:
    package = Package.read(nasty)
    assert check_package(package) == []
    for name in package.parts:
        if name.startswith("xl/"):
            assert b"<hyperlink" not in package.bytes(name), name
            assert b"/relationships/hyperlink" not in package.bytes(name), name


@needs_libreoffice
def test_texts_shown_by_libreoffice_are_those_written(nasty: Path) -> None:
    place = chr(
        65 + next(i for i, c in enumerate(nasty_book().plan.table("tickets")[1].columns) if c.key == "free")
    )
    block = f"{place}2:{place}{len(NASTY) + 1}"
    (answer,) = recalculate_each([Question(nasty, {DESK.tickets.title: [block]})])
    shown = [row[0] for row in answer[DESK.tickets.title][block]]
    wrong = [(mine, theirs) for mine, theirs in zip(NASTY, shown, strict=True) if lines(mine) != theirs]
    assert wrong == []
