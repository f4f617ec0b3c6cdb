"""A range text means the same as in Google, and what is spelled reads back as itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sandbox import a1


def box(text: str) -> tuple[int | None, int | None, int | None, int | None]:
    parsed = a1.parse(text)
    assert parsed.name is None
    return parsed.start_row, parsed.end_row, parsed.start_col, parsed.end_col


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B7", (6, 7, 1, 2)),
        ("b7:C9", (6, 9, 1, 3)),
        ("C9:B7", (6, 9, 1, 3)),
        ("B9:C7", (6, 9, 1, 3)),
        ("B:D", (None, None, 1, 4)),
        ("D:B", (None, None, 1, 4)),
        ("3:5", (2, 5, None, None)),
        ("B4:D", (3, None, 1, 4)),
        ("B4:6", (3, 6, 1, None)),
        ("R3C2", (2, 3, 1, 2)),
        ("R[3]C[2]", (3, 4, 2, 3)),
        ("R9C9:R2C3", (1, 9, 2, 9)),
        ("R[4]", (4, 5, None, None)),
        ("C[4]", (None, None, 4, 5)),
        ("RC", (0, 1, 0, 1)),
        ("R7", (6, 7, 17, 18)),
        ("R2:R5C3", (1, 5, None, 3)),
    ],
)
def test_a_reference_is_a_box_of_rows_and_columns(text: str, expected: tuple[int | None, ...]) -> None:
    assert box(text) == expected
    assert box(f"Desk!{text}") == expected
    assert a1.parse(f"Desk!{text}").tab == "Desk"


@pytest.mark.parametrize(
    "text", ["A", "7", "B0", "B7 ", "R0C3", "B7:R2C2", "R5C3:R4C3", "R[-1]C", "A1:B2:C3", "ABCD1"]
)
def test_what_is_no_reference_is_a_name(text: str) -> None:
    parsed = a1.parse(text)
    assert (parsed.tab, parsed.name, parsed.start_row) == (None, text, None)
    assert a1.parse(f"Desk!{text}").name == text


def test_a_title_is_what_stands_before_the_last_bang() -> None:
    assert a1.parse("Open! Now!A1").tab == "Open! Now"
    assert a1.parse("'Bob''s desk'!A1").tab == "Bob's desk"
    assert a1.parse("'Bob''s desk'").tab == "Bob's desk"
    assert a1.parse("'A1'").start_row is None
    assert a1.parse("!A1").tab is None
    assert a1.parse("Open!Now").whole == "Open!Now"
    assert a1.parse("'Open!'").tab == "Open!"


@pytest.mark.parametrize("text", ["", "!", "!Desk", "''!Desk", "''!"])
def test_a_range_without_a_title_or_a_reference_is_refused_in_googles_words(text: str) -> None:
    with pytest.raises(a1.Unreadable, match=f"^Unable to parse range: {text}$"):
        a1.parse(text)


@pytest.mark.parametrize(
    ("title", "spelled"),
    [
        ("Desk", "Desk"),
        ("desk_2", "desk_2"),
        ("A", "A"),
        ("AB12", "'AB12'"),
        ("r2c3", "'r2c3'"),
        ("RC", "'RC'"),
        ("2027", "'2027'"),
        ("My desk", "'My desk'"),
        ("Bob's", "'Bob''s'"),
        ("Zürich", "'Zürich'"),
        ("", "''"),
    ],
)
def test_a_title_is_quoted_where_it_could_be_misread(title: str, spelled: str) -> None:
    assert a1.quoted(title) == spelled


@pytest.mark.parametrize(
    ("box", "spelled"),
    [
        ((0, 1, 0, 1), "Desk!A1"),
        ((0, 2, 0, 27), "Desk!A1:AA2"),
        ((None, None, 26, 27), "Desk!AA"),
        ((None, None, 26, 28), "Desk!AA:AB"),
        ((1000, 1001, None, None), "Desk!1001"),
        ((1000, 1003, None, None), "Desk!1001:1003"),
        ((1, None, 0, 2), "Desk!A2:B"),
        ((None, None, None, None), "Desk"),
    ],
)
def test_a_box_is_spelled_without_what_is_unbounded(
    box: tuple[int | None, int | None, int | None, int | None], spelled: str
) -> None:
    assert a1.echo("Desk", *box) == spelled


@given(st.integers(0, 18_277))
def test_column_letters_read_back(column: int) -> None:
    assert a1.column_index(a1.column_letters(column)) == column
    assert a1.column_index(a1.column_letters(column).lower()) == column


def test_there_is_no_column_before_the_first() -> None:
    with pytest.raises(ValueError, match="no column -1"):
        a1.column_letters(-1)


@given(
    st.text(min_size=1).filter(lambda title: title[0] != "'"),
    st.integers(0, 10**6),
    st.integers(1, 99),
    st.integers(0, 18_000),
    st.integers(1, 200),
)
def test_a_spelled_box_reads_back(title: str, row: int, height: int, column: int, width: int) -> None:
    parsed = a1.parse(a1.echo(title, row, row + height, column, column + width))
    assert parsed.tab == title
    assert (parsed.start_row, parsed.end_row) == (row, row + height)
    assert (parsed.start_col, parsed.end_col) == (column, column + width)
