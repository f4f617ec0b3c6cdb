"""Text tables in any encoding, with any delimiter."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.errors import FileBroken
from sheetdesk.intake.base import read_file
from sheetdesk.intake.csv import cut
from sheetdesk.intake.encoding import decode

from . import added, plan_of, reasons

WORDS = st.sampled_from(
    [
        "打印机卡纸",
        "网络中断，请处理",
        "login; again",
        "a,b",
        'the "red" one',
        "two\nlines",
        "tab\there",
        "x|y",
        "纸",
        "",
    ]
)


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


@given(
    rows=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=4, max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    delimiter=st.sampled_from(",;\t|"),
    packed=st.booleans(),
)
def test_what_was_written_reads_back_equal(
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
    packed: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows = [["编号", "标题", "问题描述"], *rows]
    content = written(rows, delimiter).encode(encoding)
    path = tmp_path_factory.mktemp("csv") / ("t.csv.gz" if packed else "t.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read_file(path).rows == rows


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,title\n1,Zoë naïve café\n", "cp1252"),
        ("id,title\n1,Müller spült\n2,Größe\n", "cp1252"),
        ("id,title\n1,Größe\n", "cp1252"),
        ("编号,标题\n1,打印机坏了\n", "gb18030"),
        ("编号,标题\n1,镕基的电脑\n2,打印机坏了请尽快处理\n", "gb18030"),
        ("id,title\n1,plain\n", "utf-8"),
        ("id,title\n1,“quoted” – and more\n", "cp1252"),
    ],
)
def test_the_encoding_is_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


def test_utf_16_without_a_mark_is_recognised() -> None:
    text = "id\ttitle\n1\tprinter\n"
    assert decode(text.encode("utf-16-le"))[0] == text
    assert decode(text.encode("utf-16-be"))[0] == text


def test_one_broken_byte_sets_its_row_aside_and_spares_the_others(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id,title\n1,café übermäßig\n2,caf".encode() + b"\xe9 x" + "\n3,naïve größe\n".encode())
    plan = plan_of(read_file(path))
    assert list(added(plan)) == ["1", "3"]
    assert [(row, column) for row, column, _ in reasons(plan)] == [(3, "title")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_consistent_one(delimiter: str) -> None:
    rows = [["id", "title", "cost"], ["1", "a; b, c | d", "1,5"], ["2", "x, y", "2,5"], ["3", "z;;", "3,25"]]
    assert cut(written(rows, delimiter))[0] == rows


def test_decimal_commas_do_not_make_a_comma_file() -> None:
    rows = cut("id;title;hours\n1;a;1,5\n2;b;2,5\n3;c;0,5\n")[0]
    assert rows[1] == ["1", "a", "1,5"]


def test_excels_separator_line_is_obeyed_and_keeps_row_numbers() -> None:
    rows, delimiter, first = cut("sep=;\nid;title\n1;a,b\n")
    assert (rows[1], delimiter, first) == (["1", "a,b"], ";", 2)


def test_a_single_column_is_a_table_too() -> None:
    plan = plan_of("Subject\nprinter jams\nno sound")
    assert [ticket["title"] for ticket in added(plan).values()] == ["printer jams", "no sound"]


def test_a_quote_inside_a_cell_is_kept() -> None:
    assert cut('id,title\n1,"5" screen"\n2,17" screen\n')[0][2] == ["2", '17" screen']


def test_a_quote_that_is_never_closed_is_refused_instead_of_swallowing_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,title\n1,"printer\n2,screen\n3,mouse\n')
    with pytest.raises(FileBroken):
        read_file(path)


def test_a_row_with_more_cells_than_the_header_is_set_aside() -> None:
    plan = plan_of("id,title\n1,screen\n2,mouse, keyboard\n3,cable,\n")
    assert list(added(plan)) == ["1", "3"]
    assert reasons(plan) == [(3, "", "keyboard")]


def test_a_cut_off_gzip_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"id,title\n" + b"1,aaaa\n" * 500)[:-12])
    with pytest.raises(FileBroken):
        read_file(path)
