"""Shared strings and number formats as the cells of a sheet need them, and day numbers as moments."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.columns.moment import serial
from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.moments import iso_moment, moment, moments
from sheetdesk.sheets.xlsx.read import strings as module
from sheetdesk.sheets.xlsx.read.strings import read_strings
from sheetdesk.sheets.xlsx.read.styles import is_date_code, read_date_formats
from sheetdesk.sheets.xlsx.read.text import Unsure
from sheetdesk.sheets.xlsx.rows import escape_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HINT = '<phoneticPr fontId="1" type="noConversion"/>'
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("_x041<&>\r\n\t "), max_size=12)
ITEMS = TEXT.map(escape_text).flatmap(
    lambda text: st.sampled_from(
        [
            f"<si><t>{text}</t></si>",
            f'<si><t xml:space="preserve">{text}</t></si>',
            f"<si><t>{text}</t>{HINT}</si>",
            f"<si><r><rPr/><t>{text} </t></r><r><t> b</t></r><rPh><t>no</t></rPh></si>",
            "<si/>",
            "<si></si>",
            f"<si><t>{text}</t></si>\n",
            "<si><t/></si>",
            "<si><t>&#95;x0041_</t></si>",
            "<si><t>&no;</t></si>",
            "<si><t>\x01</t></si>",
            "<si><t>]]></t></si>",
            "<x/>",
            "<si><t><!-- --></t></si>",
            "<si><r>",
            "</r></si>",
        ]
    )
)


def part(items: str, head: str = "") -> bytes:
    return f'{head}<sst xmlns="{MAIN}" count="1">{items}</sst>'.encode()


@given(st.lists(ITEMS, max_size=6).map("".join))
def test_the_quick_reader_finds_the_strings_that_lxml_finds_or_leaves_them_to_it(items: str) -> None:
    try:
        quick = module._plain_strings(part(items))
    except Unsure:
        return
    assert quick == module._all_strings(part(items))


@given(st.lists(TEXT, min_size=1))
def test_any_text_reads_back_to_the_letter(texts: list[str]) -> None:
    items = "".join(f'<si><t xml:space="preserve">{escape_text(text)}</t></si>' for text in texts)
    assert module._plain_strings(part(items)) == texts


def test_runs_are_joined_hints_left_out_and_white_space_counts_where_it_is_kept() -> None:
    items = (
        f'<si><t> a </t>{HINT}</si><si><t xml:space="preserve"> a </t></si><si><t>\u3000b\u3000</t></si>'
        '<si><r><t xml:space="preserve">c </t></r><r><t>d</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>'
    )
    assert read_strings(part(items)) == ["a", " a ", "\u3000b\u3000", "c d"]
    assert read_strings(part(items).decode().encode("utf-16")) == ["a", " a ", "\u3000b\u3000", "c d"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<sst><si>",
        part("<si><t>&b;</t></si>", '<!DOCTYPE sst [<!ENTITY b "c">]>'),
        part("<si><tp>a</t></si>"),
    ],
)
def test_strings_that_are_no_whole_xml_are_refused(broken: bytes) -> None:
    with pytest.raises(PackageBroken):
        read_strings(broken)


@pytest.mark.parametrize(
    "code",
    [
        "yyyy-mm-dd",
        "h:mm",
        "[$-804]yyyy年m月d日;@",
        "mm:ss.0",
        "[$-F400]h:mm:ss AM/PM",
        "[<1]0;yyyy",
        "aaaa",
        "e年",
        "[Red]d/m/yy",
        '"day" d',
        "上午/下午h时",
    ],
)
def test_a_code_with_a_part_of_a_date_or_time_shows_one(code: str) -> None:
    assert is_date_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0.00E+00",
        "[h]:mm",
        "[mm]:ss",
        '0 "days"',
        r"0\d",
        "#,##0_);[Red](#,##0)",
        "@",
        "",
        "0;yyyy",
        "[$¥-804]#,##0.00",
        '"ymd',
        "0.00*d",
        "# ?/?",
        "[DBNum1]General",
    ],
)
def test_a_code_of_a_number_a_text_or_a_length_of_time_shows_none(code: str) -> None:
    assert not is_date_code(code)


def test_a_cell_format_shows_what_its_number_format_shows() -> None:
    xfs = "".join(f'<xf numFmtId="{key}"/>' for key in (0, 14, 22, 46, 47, 57, 164, 165, 15, "x"))
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy"/>'
        '<numFmt numFmtId="165" formatCode="0"/><numFmt numFmtId="15" formatCode="0"/></numFmts>'
        f"<cellXfs>{xfs}<xf/></cellXfs></styleSheet>"
    )
    found = read_date_formats(styles.encode())
    assert found == [False, True, True, False, True, True, True, False, False, False, False]
    with pytest.raises(PackageBroken):
        read_date_formats(b"<styleSheet>")


@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31, 23, 59, 59)), st.sampled_from([0, 250, 500]))
def test_a_moment_reads_back_to_the_millisecond(when: datetime, ms: int) -> None:
    when = when.replace(microsecond=ms * 1000)
    assert moment(serial(when), False) == when
    assert moments([serial(when)], False) == [when]


@given(
    st.lists(st.floats(-1e7, 1e7) | st.floats(-1e300, 1e300) | st.integers(0, 3_000_000).map(float)),
    st.booleans(),
)
def test_one_day_number_means_what_it_means_among_many(days: list[float], epoch_1904: bool) -> None:
    assert moments(days, epoch_1904) == [moment(day, epoch_1904) for day in days]


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        (45000.99999999, datetime(2023, 3, 16)),
        (45000.0 + 1 / 86_400_000, datetime(2023, 3, 15)),
        (61.0, datetime(1900, 3, 1)),
        (60.0, 60.0),
        (0.5, 0.5),
        (-1.0, -1.0),
        (2_958_466.0, 2_958_466.0),
        (2_958_465.999999999, 2_958_465.999999999),
    ],
)
def test_a_day_number_is_rounded_to_what_it_means(day: float, meant: object) -> None:
    assert moment(day, False) == meant
    assert moments([day], False) == [meant]


def test_a_date_in_words_of_the_standard_is_read_and_another_text_kept() -> None:
    assert iso_moment("2026-01-02T03:04:05.0006Z") == datetime(2026, 1, 2, 3, 4, 5)
    assert iso_moment("2026-01-02") == datetime(2026, 1, 2)
    assert iso_moment("9999-12-31T23:59:59.9999") == datetime(9999, 12, 31, 23, 59, 59)
    assert iso_moment("soon") == "soon"
    assert iso_moment("") is None
    assert moment(serial(datetime(2026, 1, 1) + timedelta(seconds=1, milliseconds=2)), False) == datetime(
        2026, 1, 1, 0, 0, 1, 2000
    )
