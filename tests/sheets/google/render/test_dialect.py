"""Plan expressions as Google's formulas, and what Google has no word for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sheetdesk.columns.base import CellKind
from sheetdesk.errors import DeskUnfit
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.formula import Expr, Field, Formula, Literal, Name, Op, Place, This, both, call, compare
from sheetdesk.plan.plan import CellPlan, ColumnPlan, NamePlan, SheetPlan, Span, Style, TablePlan, TabPlan
from sheetdesk.sheets.google.render.dialect import FUNCTIONS, Writer, block_of
from tests.books import NOW, TRADES, book_of, desk_named


def column(key: str) -> ColumnPlan:
    return ColumnPlan(key, key.title(), (), CellKind.TEXT, Style(), 9)


TICKETS = TablePlan("tickets", tuple(column(key) for key in ("id", "due", "status")), 0, top=1, left=2)
CELLS = (CellPlan(4, 1, "New"), CellPlan(5, 1, 'Open "2"'), CellPlan(6, 1, Formula(Literal(1))))
PLAN = SheetPlan(
    "desk",
    (TabPlan("tickets", "Ann's tickets", table=TICKETS), TabPlan("hidden", "Hidden", cells=CELLS)),
    names=(
        NamePlan("texts", Span("hidden", 4, 1, 2)),
        NamePlan("live", Span("hidden", 4, 1, 3)),
        NamePlan("down", Op(":", Place(4, 1, "hidden"), call("INDEX", Place(4, 1, "hidden", rows=3), 2))),
        NamePlan("people", Op(":", call("INDEX", Field("tickets", "id"), 1),
                              call("INDEX", Field("tickets", "id"), 2))),
        NamePlan("none", call("OFFSET", Place(4, 1, "hidden"), 1)),
    ),
)  # fmt: skip


def whole(letter: str) -> str:
    """A column of the tickets as other cells speak of it, from below its header to the end."""
    column = f"'Ann''s tickets'!${letter}:${letter}"
    return f"INDEX({column},ROW('Ann''s tickets'!${letter}$2)+1):INDEX({column},ROWS({column}))"


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (Literal('say "x"'), '="say ""x"""'),
        (Literal(0.5), "=0.5"),
        (Literal(1e12), "=1000000000000"),
        (Literal(True), "=TRUE"),
        (Field("tickets", "due"), f"={whole('D')}"),
        (Place(4, 1, "hidden", rows=3), "='Hidden'!$B$5:$B$7"),
        (Place(4, 1, fixed_row=False), "=$B5"),
        (Place(4, 1, fixed_column=False), "=B$5"),
        (Op(":", Place(0, 0), Place(2, 0, fixed_row=False)), "=$A$1:$A3"),
        (call("IF", compare(Place(0, 0), "<>", ""), 1, 0), '=IF(($A$1<>""),1,0)'),
        (Name("texts"), "=texts"),
        (Name("down"), "='Hidden'!$B$5:$B$7"),
        (Name("people"), f"={whole('C')}"),
    ],
)  # fmt: skip
def test_a_formula_in_a_cell(expr: Expr, text: str) -> None:
    assert Writer(PLAN).text(expr) == text


def test_what_must_see_whole_columns_is_asked_for_as_an_array() -> None:
    assert Writer(PLAN).text(call("SMALL", Field("tickets", "due"), 1), is_array=True) == (
        f"=ARRAYFORMULA(SMALL({whole('D')},1))"
    )


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (compare(This("due"), "<", call("NOW")), "=($D3<NOW())"),
        (call("COUNTIF", Name("texts"), This("status")), '=COUNTIF({"New";"Open ""2"""},$E3)'),
        (Name("live"), '=INDIRECT("live")'),
        (Field("tickets", "id"), "=INDIRECT(\"'Ann''s tickets'!$C$3:$C\")"),
    ],
)
def test_a_formula_in_a_rule_names_no_other_tab(expr: Expr, text: str) -> None:
    assert Writer(PLAN, TICKETS, "rule", row=2).text(expr) == text


MATRIX = call("INDEX", Name("live"), call("MATCH", This("id"), Name("texts"), 0), This("due"))


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (This("due"), "=$D$2:$D"),
        (both(This("id"), This("due")), "=($C$2:$C*$D$2:$D>0)"),
        (call("OR", This("id"), This("due")), "=($C$2:$C+$D$2:$D>0)"),
        (MATRIX, "=VLOOKUP($C$2:$C,{texts,live},$D$2:$D+1,FALSE)"),
    ],
)
def test_a_formula_for_all_rows_of_a_column(expr: Expr, text: str) -> None:
    assert Writer(PLAN, TICKETS, "spilled").text(expr) == text


@pytest.mark.parametrize("function", ["MAX", "INDEX", "COUNTIFS", "SMALL"])
def test_what_makes_one_value_of_a_column_is_no_formula_for_every_row(function: str) -> None:
    with pytest.raises(DeskUnfit, match=f"{function} makes one value"):
        Writer(PLAN, TICKETS, "spilled").text(call(function, This("id"), 1))


def test_a_block_is_looked_up_by_its_first_column_alone() -> None:
    with pytest.raises(DeskUnfit, match="by its first column alone"):
        Writer(PLAN, TICKETS, "spilled").text(call("INDEX", Name("live"), This("id"), This("due")))


@pytest.mark.parametrize("function", ["OFFSET", "CUBEVALUE", "WEBSERVICE", "IMPORTXML"])
def test_a_function_that_is_not_known_to_mean_the_same_is_refused(function: str) -> None:
    with pytest.raises(DeskUnfit, match=f"{function} is not known"):
        Writer(PLAN).text(call(function, 1))


def test_a_name_that_is_no_block_is_refused() -> None:
    with pytest.raises(DeskUnfit, match="none is no block"):
        Writer(PLAN).text(Name("none"))
    with pytest.raises(KeyError):
        Writer(PLAN).text(Name("nowhere"))


def expressions(plan: SheetPlan) -> Iterator[tuple[Expr, Writer]]:
    """Every expression of a plan with the writer for where it stands."""
    for tab in plan.tabs:
        for cell in tab.cells:
            if isinstance(cell.content, Formula):
                yield cell.content.expr, Writer(plan)
        if tab.table is not None:
            for shown in tab.table.columns:
                if shown.formula is not None:
                    yield shown.formula, Writer(plan, tab.table, "spilled")
            for highlight in tab.table.highlights:
                if highlight.when is not None:
                    yield highlight.when, Writer(plan, tab.table, "rule", tab.table.top + 1)


@pytest.mark.parametrize("trade", TRADES)
def test_google_has_a_word_for_every_formula_of_every_template(trade: str) -> None:
    # In which language the texts of formulas are makes no difference; `test_publish.py` has both.
    desk = desk_named(trade, "en")
    book = book_of(desk, {"title": ["A"]}, ["T-1"])
    audiences = [Audience(), *(Audience(role, is_copy=True) for role in desk.roles[:1])]
    for whom in audiences:
        plan = draw(desk, book.tables, NOW, audience=whom)
        written = [writer.text(expr) for expr, writer in expressions(plan)]
        assert len(written) > 50
        assert [text for text in written if "#" in text or "[" in text] == []
        assert all(block_of(plan, name.name) for name in plan.names)


def test_no_function_is_listed_that_only_one_of_the_two_programs_has() -> None:
    assert not FUNCTIONS & {"ARRAYFORMULA", "INDIRECT", "OFFSET", "QUERY", "FILTER", "IFNA", "TEXT"}
