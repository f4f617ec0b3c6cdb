"""Each node of an expression in Excel's spelling."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import CellKind
from sheetdesk.plan.formula import (
    Call,
    Expr,
    Field,
    Literal,
    Name,
    Op,
    Place,
    This,
    both,
    call,
    compare,
    count_where,
)
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, Style, TablePlan, TabPlan
from sheetdesk.sheets.xlsx.dialect import Writer, column_letters, place_text, range_text
from sheetdesk.table.grid import quoted_tab


def column(key: str, title: str) -> ColumnPlan:
    return ColumnPlan(key, title, ["a", "b", "c"], CellKind.TEXT, Style(), 10)


TABLE = TablePlan("tickets", (column("id", "ID"), column("odd", "It's [due] #1 @ 9")), 3, top=4, left=2)
PLAN = SheetPlan("Book", (TabPlan("main", "Bob's tab", table=TABLE), TabPlan("other", "工单 2")))
STRUCTURED = Writer(PLAN, TABLE)
PLACED = Writer(PLAN, TABLE, structured=False, row=7)

SPELLINGS: dict[str, tuple[Expr, str]] = {
    "a text": (Literal("a"), '="a"'),
    "a text with quotes": (Literal('say "hi" & go'), '="say ""hi"" & go"'),
    "no text": (Literal(""), '=""'),
    "truth": (Literal(True), "=TRUE"),
    "untruth": (Literal(False), "=FALSE"),
    "a whole number": (Literal(24), "=24"),
    "a whole float": (Literal(24.0), "=24"),
    "a long number": (Literal(1_234_567), "=1234567"),
    "a trillion": (Literal(1e12), "=1000000000000"),
    "a fraction": (Literal(4 / 24), "=0.16666666666666666"),
    "a negative": (Literal(-7), "=-7"),
    "nought": (Literal(0), "=0"),
    "a column": (Field("tickets", "id"), "=tickets[ID]"),
    "a column with signs in its title": (Field("tickets", "odd"), "=tickets[It''s '[due'] '#1 '@ 9]"),
    "this row": (This("id"), "=tickets[[#This Row],[ID]]"),
    "this row of an odd title": (This("odd"), "=tickets[[#This Row],[It''s '[due'] '#1 '@ 9]]"),
    "a fixed place": (Place(0, 0), "=$A$1"),
    "a place that moves down": (Place(0, 27, fixed_row=False), "=$AB1"),
    "a place that moves across": (Place(8, 2, fixed_column=False), "=C$9"),
    "a place that moves": (Place(8, 2, fixed_row=False, fixed_column=False), "=C9"),
    "a block of another tab": (Place(1, 1, "main", rows=2, columns=3), "='Bob''s tab'!$B$2:$D$3"),
    "a column of a tab": (Place(1, 1, "other", rows=5), "='工单 2'!$B$2:$B$6"),
    "a name": (Name("sd_open"), "=sd_open"),
    "a call": (call("IF", True, "x", 1), '=IF(TRUE,"x",1)'),
    "a call of nothing": (Call("NOW", ()), "=NOW()"),
    "a sum of sums": (Op("+", Literal(1), Op("*", Literal(2), Literal(3))), "=(1+(2*3))"),
    "a comparison": (compare(Name("a"), "<>", ""), '=(a<>"")'),
    "both": (both(Name("a"), Name("b")), "=AND(a,b)"),
    "a range of two ends": (Op(":", Place(0, 0), call("INDEX", Name("x"), 3)), "=$A$1:INDEX(x,3)"),
    "a count": (count_where((Field("tickets", "id"), ">0")), '=COUNTIFS(tickets[ID],">0")'),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_an_expression_is_spelled_as_excel_reads_it(name: str) -> None:
    expr, text = SPELLINGS[name]
    assert STRUCTURED.text(expr) == text


def test_where_tables_may_not_be_named_columns_are_blocks_and_rows_are_places() -> None:
    assert PLACED.text(Field("tickets", "odd")) == "='Bob''s tab'!$D$6:$D$8"
    assert PLACED.text(This("odd")) == "=$D8"


def test_a_table_without_rows_still_has_one_row_to_speak_of() -> None:
    empty = SheetPlan("Book", (TabPlan("main", "T", table=TablePlan("tickets", TABLE.columns, 0)),))
    assert Writer(empty, structured=False).text(Field("tickets", "id")) == "='T'!$A$2"


def test_outside_a_table_there_is_no_row_of_its_own() -> None:
    with pytest.raises(KeyError):
        Writer(PLAN).text(This("id"))
    with pytest.raises(KeyError):
        STRUCTURED.text(Field("nowhere", "id"))
    with pytest.raises(ValueError, match="gone"):
        STRUCTURED.text(This("gone"))


@pytest.mark.parametrize(
    ("number", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")],
)
def test_columns_count_in_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters


def test_places_and_blocks() -> None:
    assert place_text(9, 1) == "$B$10"
    assert range_text(0, 0, 1, 1) == "$A$1"
    assert range_text(0, 0, 2, 3, fixed=False) == "A1:C2"
    assert quoted_tab("it's") == "'it''s'"
