"""What a pivot writes beside what pandas counts, and the order, folding and form of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell
from sheetdesk.plan.pivot import PivotLayout, PivotPlan, PivotValue, PivotWords
from sheetdesk.plan.pivot_layout import lay_out
from sheetdesk.plan.pivot_source import PivotSource

WORDS = {"en": PivotWords(), "zh": PivotWords("(空白)", "(全部)", "总计", "{value}汇总")}
TITLES = {"type": "Type", "owner": "Owner", "month": "Month", "id": "Ticket", "hours": "Hours"}
COUNT = PivotValue("id", "Tickets")
HOURS = PivotValue("hours", "Sum of hours", "sum", "0.0")

TYPES = st.sampled_from(["Bug", "Question", "故障", None])
OWNERS = st.sampled_from(["Ann", "张伟", "Zoë", None])
MONTHS = st.sampled_from(["2026-01", "2026-02", "2025-12"])
TICKETS = st.lists(
    st.tuples(
        TYPES,
        OWNERS,
        MONTHS,
        st.sampled_from(["T1", "T2", None]),
        st.one_of(st.none(), st.integers(-50, 50).map(lambda number: number / 4)),
    ),
    min_size=1,
    max_size=25,
)


def columns(tickets: Sequence[tuple[Cell, ...]]) -> dict[str, list[Cell]]:
    return {key: [ticket[place] for ticket in tickets] for place, key in enumerate(TITLES)}


def plan(rows: Sequence[str], across: str = "", values: Sequence[PivotValue] = (COUNT,)) -> PivotPlan:
    return PivotPlan("P", "", "T", 3, 2, tuple(rows), (across,) if across else (), (), tuple(values))


def grid(layout: PivotLayout) -> list[list[Cell]]:
    """The cells inside the rectangle, row by row."""
    found = {(cell.row, cell.column): cell.value for cell in layout.cells}
    return [
        [found[row, column] for column in range(layout.left, layout.left + layout.columns)]
        for row in range(layout.top, layout.top + layout.rows)
    ]


def drawn(table: str) -> list[list[Cell]]:
    """`a | 1` as cells; `.` is empty."""

    def cell(text: str) -> Cell:
        if text == ".":
            return None
        return float(text) if text.replace(".", "").isdigit() else text

    lines = table.strip().splitlines()
    return [[cell(text.strip()) for text in line.split("|")] for line in lines]


def aggregated(how: str) -> Any:
    """pandas' figure of a group, missing for a group of nothing."""
    if how == "count":
        return lambda cells: cells.count() or np.nan
    if how == "sum":
        return lambda cells: cells.sum(min_count=1)
    return {"average": "mean"}.get(how, how)


def expected(
    cells: dict[str, list[Cell]], rows: Sequence[str], across: str, value: PivotValue, words: PivotWords
) -> dict[tuple[str, ...], float]:
    """pandas.pivot_table with margins: (row labels…, column label) → figure."""
    frame = pd.DataFrame({key: pd.Series(column, dtype=object) for key, column in cells.items()})
    for key in (*rows, across):
        frame[key] = frame[key].fillna(words.blank)
    if value.column == "hours":
        frame["hours"] = frame["hours"].astype(float)
    if frame[value.column].isna().all():
        return {}
    table = pd.pivot_table(
        frame,
        index=list(rows),
        columns=[across],
        values=value.column,
        aggfunc=aggregated(value.how),
        margins=True,
        margins_name=words.grand_total,
    )
    found = {}
    for labels, line in table.iterrows():
        for label, figure in line.items():
            if not pd.isna(figure):
                parts: tuple[Any, ...] = labels if isinstance(labels, tuple) else (labels,)
                found[(*(part for part in parts if part), str(label))] = float(figure)
    return found


def figures(layout: PivotLayout) -> dict[tuple[str, ...], float]:
    """The same from the cells: a line's labels down to its depth, then the column's label."""
    cells = {(cell.row, cell.column): cell for cell in layout.cells}
    above = layout.top + layout.header_rows - 1
    labels: list[str] = []
    found = {}
    for row in range(above + 1, layout.top + layout.rows):
        label = cells[row, layout.left]
        labels = [*labels[: label.indent], str(label.value)]
        for column in range(layout.left + 1, layout.left + layout.columns):
            figure = cells[row, column].value
            if isinstance(figure, int | float):
                found[(*labels, str(cells[above, column].value))] = float(figure)
    return found


@settings(max_examples=60, deadline=None)
@given(
    tickets=TICKETS,
    rows=st.sampled_from([("type",), ("type", "owner"), ("owner", "type")]),
    how=st.sampled_from(["count", "sum", "average", "min", "max"]),
    language=st.sampled_from(["en", "zh"]),
)
def test_every_figure_is_the_one_pandas_comes_to(
    tickets: list[tuple[Cell, ...]], rows: tuple[str, ...], how: Any, language: str
) -> None:
    cells, words = columns(tickets), WORDS[language]
    value = PivotValue("id" if how == "count" else "hours", "Figure", how)
    layout = lay_out(plan(rows, "month", [value]), PivotSource(cells, TITLES), words)
    found = {key: figure for key, figure in figures(layout).items() if len(key) != 2 or len(rows) == 1}
    for key, figure in expected(cells, rows, "month", value, words).items():
        # pandas' margin over several row columns is one line, as ours is.
        if len(rows) > 1 and key[0] == words.grand_total:
            assert figures(layout)[key] == pytest.approx(figure)
            continue
        assert found.pop(key) == pytest.approx(figure)
    assert all(key[0] == words.grand_total for key in found)


@settings(max_examples=40, deadline=None)
@given(tickets=TICKETS, how=st.sampled_from(["count", "sum", "average", "min", "max"]))
def test_subtotals_are_the_figures_of_the_outer_columns_alone(
    tickets: list[tuple[Cell, ...]], how: Any
) -> None:
    source = PivotSource(columns(tickets), TITLES)
    value = PivotValue("id" if how == "count" else "hours", "Figure", how)
    deep = figures(lay_out(plan(["type", "owner", "month"], values=[value]), source))
    for depth in (1, 2):
        keys = ["type", "owner"][:depth]
        outer = figures(lay_out(plan(keys, values=[value]), source))
        assert {key: deep[key] for key in outer} == pytest.approx(outer)


@settings(max_examples=60, deadline=None)
@given(
    tickets=TICKETS,
    rows=st.sampled_from([("type",), ("type", "owner"), ("type", "owner", "id")]),
    across=st.sampled_from(["", "month"]),
    values=st.sampled_from([(COUNT,), (COUNT, HOURS)]),
)
def test_the_cells_fill_the_rectangle_once(
    tickets: list[tuple[Cell, ...]],
    rows: tuple[str, ...],
    across: str,
    values: tuple[PivotValue, ...],
) -> None:
    layout = lay_out(plan(rows, across, values), PivotSource(columns(tickets), TITLES))
    places = [(cell.row, cell.column) for cell in layout.cells]
    assert len(places) == len(set(places)) == layout.rows * layout.columns
    assert layout.rows == layout.header_rows + len(layout.row_lines)
    assert layout.columns == 1 + len(layout.column_lines)
    assert min(places) == (3, 2)
    assert max(places) == (2 + layout.rows, 1 + layout.columns)


SOURCE = PivotSource(
    columns([
        ("Bug", "Ann", "2026-01", "T1", 1.5),
        ("bug", None, "2026-02", "T2", None),
        ("Question", "Ann", "2026-01", "T3", 2.5),
        ("BUG", "Bob", "2026-01", "T4", None),
    ]),
    TITLES,
    {"type": ["Question", "Outage", "Bug"]},
)  # fmt: skip


def test_one_value_by_rows_has_one_header_line() -> None:
    assert grid(lay_out(plan(["type"]), SOURCE)) == drawn("""
        Type        | Tickets
        Question    | 1
        Bug         | 3
        Grand Total | 4
    """)


def test_several_values_stand_side_by_side() -> None:
    assert grid(lay_out(plan(["owner"], values=[COUNT, HOURS]), SOURCE)) == drawn("""
        Owner       | Tickets | Sum of hours
        Ann         | 2       | 4
        Bob         | 1       | .
        (blank)     | 1       | .
        Grand Total | 4       | 4
    """)


def test_a_column_across_has_its_title_over_its_values() -> None:
    assert grid(lay_out(plan(["type"], "month"), SOURCE)) == drawn("""
        Tickets     | Month   | .       | .
        Type        | 2026-01 | 2026-02 | Grand Total
        Question    | 1       | .       | 1
        Bug         | 2       | 1       | 3
        Grand Total | 3       | 1       | 4
    """)


def test_several_values_across_have_their_totals_named() -> None:
    layout = lay_out(plan(["type"], "month", [COUNT, HOURS]), SOURCE, WORDS["zh"])
    assert grid(layout) == drawn("""
        .           | Month   | .            | .       | .            | .           | .
        .           | 2026-01 | .            | 2026-02 | .            | Tickets汇总 | Sum of hours汇总
        Type        | Tickets | Sum of hours | Tickets | Sum of hours | .           | .
        Question    | 1       | 2.5          | .       | .            | 1           | 2.5
        Bug         | 2       | 1.5          | 1       | .            | 3           | 1.5
        总计        | 3       | 4            | 1       | .            | 4           | 4
    """)


def test_inner_lines_follow_their_outer_line_with_an_indent() -> None:
    layout = lay_out(plan(["type", "owner"]), SOURCE)
    labels = [(cell.indent, cell.value, cell.role) for cell in layout.cells if cell.column == 2]
    assert labels == [
        (0, "Type / Owner", "header"),
        (0, "Question", "group_label"),
        (1, "Ann", "label"),
        (0, "Bug", "group_label"),
        (1, "Ann", "label"),
        (1, "Bob", "label"),
        (1, "(blank)", "label"),
        (0, "Grand Total", "grand_label"),
    ]


def test_page_filters_stand_above_with_a_row_between() -> None:
    layout = lay_out(PivotPlan("P", "", "T", 3, 0, ("type",), (), ("owner", "month"), (COUNT,)), SOURCE)
    pages = [(cell.row, cell.column, cell.value) for cell in layout.cells if cell.row < 3]
    assert pages == [(0, 0, "Owner"), (0, 1, "(All)"), (1, 0, "Month"), (1, 1, "(All)")]
    assert (layout.top, layout.rows) == (3, 4)


def test_the_body_leaves_out_header_labels_and_grand_totals() -> None:
    assert lay_out(plan(["type"], "month"), SOURCE).body == (5, 3, 2, 2)


def test_a_blank_label_is_said_in_the_readers_language() -> None:
    layout = lay_out(plan(["owner"]), SOURCE, WORDS["zh"])
    assert [row[0] for row in grid(layout)][-2:] == ["(空白)", "总计"]


def test_texts_are_counted_but_not_added_up() -> None:
    source = PivotSource({"a": ["x", "x", "y"], "b": ["12.5h", 3.0, None]}, {"a": "A", "b": "B"})
    hows: list[Any] = ["count", "sum", "average"]
    values = tuple(PivotValue("b", f"B {how}", how) for how in hows)
    layout = lay_out(PivotPlan("P", "", "T", 0, 0, ("a",), values=values), source)
    assert grid(layout) == drawn("""
        A           | B count | B sum | B average
        x           | 2       | 3     | 3
        y           | .       | .     | .
        Grand Total | 2       | 3     | 3
    """)


def test_the_latest_of_times_is_a_day_number() -> None:
    source = PivotSource({"a": ["x"], "b": [datetime(2026, 1, 1, 12)]}, {"a": "A", "b": "B"})
    latest = (PivotValue("b", "Latest", "max"),)
    layout = lay_out(PivotPlan("P", "", "T", 0, 0, ("a",), values=latest), source)
    assert grid(layout)[1] == ["x", 46023.5]


def test_a_value_named_like_a_column_is_told_apart_by_a_blank() -> None:
    values = [PivotValue("id", "ticket"), PivotValue("hours", "Sum", "sum"), PivotValue("id", "sum")]
    assert lay_out(plan(["type"], values=values), SOURCE).value_titles == ("ticket ", "Sum", "sum ")


def test_a_table_without_rows_leaves_no_cells() -> None:
    layout = lay_out(plan(["type"]), PivotSource({key: [] for key in TITLES}, TITLES))
    assert (layout.rows, layout.columns, layout.cells) == (0, 0, ())


@pytest.mark.parametrize(
    "wrong",
    [
        plan([]),
        plan(["type", "owner", "month", "id"]),
        plan(["type"], values=[]),
        plan(["type"], "type"),
        PivotPlan("P", "", "T", 0, 0, ("type",), ("owner", "month"), (), (COUNT,)),
        PivotPlan("P", "", "T", 1, 0, ("type",), (), ("owner",), (COUNT,)),
    ],
)
def test_a_plan_that_fits_no_pivot_is_refused(wrong: PivotPlan) -> None:
    with pytest.raises(ValueError, match="pivot 'P'"):
        lay_out(wrong, SOURCE)


def test_a_column_nobody_has_is_refused() -> None:
    with pytest.raises(KeyError):
        lay_out(plan(["nobody"]), SOURCE)


def test_every_cell_says_what_it_is() -> None:
    layout = lay_out(plan(["type", "owner"], "month"), SOURCE)
    found = {(cell.row, cell.column): cell.role for cell in layout.cells}
    width = range(layout.left, layout.left + layout.columns)
    lines = [[found[row, column] for column in width] for row in range(3, 3 + layout.rows)]
    assert lines[0] == lines[1] == ["header"] * 4
    assert lines[2] == ["group_label", "subtotal", "subtotal", "grand_value"]
    assert lines[3] == ["label", "value", "value", "grand_value"]
    assert lines[-1] == ["grand_label", "grand_value", "grand_value", "grand_value"]
