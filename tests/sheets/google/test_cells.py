"""Rows as they came from Google become cells: by column of a tab, or one by one of its parts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from operator import methodcaller
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.errors import AnswerUnreadable
from sheetdesk.sheets.google import cells as cells_module
from sheetdesk.sheets.google import stream
from sheetdesk.sheets.google.answer import Block, ErrorValue, RowData, spreadsheet_as
from sheetdesk.sheets.google.cells import Parts, as_moments, grid_of, parts_of, without_copies
from sheetdesk.sheets.google.journal import FIRST_COPY, JOURNAL_COLUMN
from sheetdesk.sheets.google.read import snapshot
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.rows import NEXT_CELL, WORDS, Unread
from sheetdesk.sheets.google.stream import spreadsheet_of


def block(*rows: str) -> Block:
    return Block(row_data=[msgspec.json.decode(row, type=RowData) for row in rows])


def blocks_of(rows: Sequence[str], upper: int, piece: int) -> list[Block]:
    """The rows in two blocks, each from its second column on, as they come in an answer in such pieces."""
    parts = [rows[:upper], rows[upper:]]
    starts = [{"startColumn": 1}, {"startRow": upper, "startColumn": 1}]
    data = ",".join(
        json.dumps(start)[:-1] + f',"rowData":[{",".join(part)}]}}'
        for start, part in zip(starts, parts, strict=True)
    )
    body = f'{{"sheets":[{{"data":[{data}],"properties":{{"title":"T"}}}}]}}'.encode()
    answer = spreadsheet_of(body[start : start + piece] for start in range(0, len(body), piece))
    assert answer.sheets is not None
    assert answer.sheets[0].properties.title == "T"
    return answer.sheets[0].data


def row(*values: dict[str, Any]) -> str:
    return json.dumps({"values": [{"effectiveValue": value} if value else {} for value in values]})


def test_rows_end_with_their_last_cell() -> None:
    text, number = {"stringValue": "a"}, {"numberValue": 2}
    grid = grid_of("T", [block(row(text), "{}", row({}, number, text))])
    assert grid.columns == [["a", None, None], [None, None, 2.0], [None, None, "a"]]
    assert grid_of("T", []).columns == []
    assert grid_of("T", [block("{}", "{}")]).rows == 2


def test_each_kind_of_value_is_told_from_the_others() -> None:
    values: list[dict[str, Any]] = [
        {"stringValue": "1"}, {"stringValue": ""}, {"stringValue": "é\u0000\U0001f600"}, {"numberValue": 1},
        {"numberValue": 0}, {"numberValue": 1e300}, {"numberValue": 10**30}, {"boolValue": True},
        {"boolValue": False}, {}, {"newValue": {"of": "some kind"}}, {"errorValue": {"type": "REF", "x": 1}},
        {"errorValue": {}},
    ]  # fmt: skip
    cells = [
        "1", None, "é\u0000\U0001f600", 1.0, 0.0, 1e300, 1e30, True, False, None, None, "#REF!", "#ERROR!",
    ]  # fmt: skip
    grid = grid_of("T", [block(*(row(value) for value in values))])
    assert [(type(cell), cell) for cell in grid.columns[0]] == [(type(cell), cell) for cell in cells]
    assert grid.errors == {(11, 0), (12, 0)}


CELLS = st.one_of(
    st.none(), st.text("a\"\\}{=,:é\u2028\U0001f600", max_size=4), st.booleans(),
    st.sampled_from(["},{", 'a"},{"b', "}},{", "},{}]}", '"']),
    st.floats(allow_nan=False, allow_infinity=False), st.just(ErrorValue("REF")),
)  # fmt: skip
FORMULAS = st.sampled_from(["", "", "", "=1", '="formulaValue"'])


def said_of(cell: Any, formula: str, *, is_turned: bool) -> dict[str, Any]:
    kinds = {str: "stringValue", bool: "boolValue", float: "numberValue", ErrorValue: "errorValue"}
    shown = msgspec.to_builtins(cell)
    entered = {"userEnteredValue": {"formulaValue": formula} if formula else {}}
    value = {} if cell is None else {"effectiveValue": {kinds[type(cell)]: shown}}
    return value | entered if is_turned else entered | value


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(CELLS, FORMULAS), max_size=4), min_size=1, max_size=6),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": ")]),
    st.sampled_from([stream.COPIED, NEXT_CELL, b""]),
    st.integers(1, 300),
    st.booleans(),
)
def test_each_cell_is_what_its_own_json_says(
    few: list[list[tuple[Any, str]]], is_turned: bool, is_ascii: bool, blanks: tuple[str, str],
    copied: bytes, piece: int, are_used_up: bool,
) -> None:  # fmt: skip
    lines = few[:1] * 8 + few
    told = [
        {"values": [said_of(*cell, is_turned=is_turned) for cell in line]} if line else {} for line in lines
    ]
    rows = [json.dumps(line, ensure_ascii=is_ascii, separators=blanks) for line in told]
    is_copied = methodcaller("startswith", copied)
    with (
        patch.object(stream, "TOGETHER", 4),
        patch.object(cells_module, "TOGETHER", 4),
        patch.object(stream, "_is_copied", is_copied),
    ):
        grid = grid_of("T", blocks_of(rows, 7, piece), are_used_up=are_used_up)
    width = 1 + max(map(len, lines), default=0)
    filled = [[(None, ""), *line] + [(None, "")] * (width - 1 - len(line)) for line in lines]
    cells = [
        ["#REF!" if isinstance(cell, ErrorValue) else None if cell == "" else cell for cell, _ in line]
        for line in filled
    ]
    assert repr([list(line) for line in zip(*grid.columns, strict=True)]) == repr(cells if width > 1 else [])
    wrong = {
        (r, c)
        for r, line in enumerate(filled)
        for c, (cell, _) in enumerate(line)
        if isinstance(cell, ErrorValue)
    }
    assert grid.errors == wrong
    found = {(r, c): grid.formula(r, c) for r in range(grid.rows) for c in range(width)}
    assert found == {
        (r, c): text[1:] or None for r, line in enumerate(filled) for c, (_, text) in enumerate(line)
    }


def test_blanks_between_cells_tell_nothing() -> None:
    first, second = '{"effectiveValue":{"stringValue":"a"}}', '{"effectiveValue":{"numberValue":2}}'
    odd, plain = f'{{"values":[{first},\n{second},{{}}]}}', row({"boolValue": True}).replace(" ", "")
    grid = grid_of("T", blocks_of([plain, odd, plain, plain], 3, 1_000))
    assert grid.columns[1:] == [[True, "a", True, True], [None, 2.0, None, None], [None] * 4]


@pytest.mark.parametrize("are_used_up", [False, True])
def test_rows_of_other_lengths_below_and_above_leave_each_cell_in_its_row(are_used_up: bool) -> None:
    lengths = [2, 2, 2, 1, 1, 3, 3, 1, 1, 1, 1, 3, 2, 0, 4, 4]
    lines = [[f"{place}.{column}" for column in range(length)] for place, length in enumerate(lengths)]
    rows = [row(*({"stringValue": text} for text in line)).replace(" ", "") for line in lines]
    with patch.object(stream, "TOGETHER", 2):
        grid = grid_of("T", blocks_of([*rows, rows[0]], len(rows), 1_000), are_used_up=are_used_up)
    found = [[grid.cell(place, column + 1) for column in range(4)] for place in range(len(lines))]
    assert found == [[*line, *[None] * (4 - len(line))] for line in lines]


def test_what_a_write_copied_beside_what_rules_keep_is_there_to_be_looked_at() -> None:
    kept = [{"stringValue": "T-1"}, *[{}] * (JOURNAL_COLUMN - 1)]
    rows = ",".join(row(*kept, {"stringValue": f"copied{at}"}) for at in range(FIRST_COPY + 20))
    tab = {"properties": {"title": OVERLAY_TAB}, "data": [{}]}
    body = json.dumps({"sheets": [tab]}).replace('"data": [{}]', f'"data": [{{"rowData": [{rows}]}}]')
    found = snapshot(spreadsheet_of([body.replace(": ", ":").replace(", ", ",").encode()])).sync_tab
    assert found is not None
    assert found.copies.get((FIRST_COPY + 7, JOURNAL_COLUMN)) == f"copied{FIRST_COPY + 7}"
    assert found.grid.cell(FIRST_COPY + 7, 0) == "T-1"


def test_a_column_of_many_words_is_read_as_one_of_few_is() -> None:
    texts = [f"word {number % (WORDS + 50)}" for number in range(2 * WORDS)]
    texts[WORDS + 20] = "cut},{short"
    rows = [row({"stringValue": text}, {"stringValue": "same"}).replace(": ", ":") for text in texts]
    grid = grid_of("T", blocks_of([line.replace("}}, {", "}},{") for line in rows], WORDS, 5_000))
    assert grid.columns[1:] == [texts, ["same"] * len(texts)]


def test_formulas_are_found_whatever_is_written_about_them() -> None:
    plain = '{"values":[{"userEnteredValue":{},"effectiveValue":{"stringValue":"\\"formulaValue\\""}}]}'
    formula = '{"values":[{},{"effectiveValue":{"numberValue":3},"userEnteredValue":{"formulaValue":"=1"}}]}'
    grid = grid_of("T", [block(plain, formula)])
    assert grid.columns == [['"formulaValue"', None], [None, 3.0]]
    assert grid.formulas == {1: [None, "1"]}


def test_numbers_that_are_no_dates_stay_numbers_in_a_column_of_dates() -> None:
    assert as_moments([46000.0, None, "soon", 3.0, True]) == [datetime(2025, 12, 9), None, "soon", 3.0, True]


def test_cells_of_one_tab_are_found_in_an_answer_of_parts() -> None:
    rows = [json.loads(row({"stringValue": "ID"}, {}, {"numberValue": 2})), {}]
    part = {"startRow": 400, "startColumn": 33, "rowData": rows}
    other = {"properties": {"sheetId": 8}, "data": [{**part, "startRow": 10}]}
    whole = spreadsheet_as({"sheets": [other, {"properties": {"sheetId": 7}, "data": [part]}]})
    parts = parts_of(whole, 7)
    spots = [(400, 33), (400, 34), (400, 35), (400, 36), (400, 32), (401, 33), (10, 33)]
    assert [parts.get(spot) for spot in spots] == ["ID", None, 2.0, None, None, None, None]
    assert parts
    assert not parts_of(whole, 9)
    assert not parts_of(spreadsheet_as({}), 0)


def test_rows_of_nothing_but_copies_are_no_cells_of_the_grid() -> None:
    text: dict[str, Any] = {"stringValue": "a"}
    copied, kept = row({}, {}, text).replace(" ", ""), row({}, text, text)
    part, narrow = row({}, text).replace(" ", ""), row(text).replace(" ", "")
    formula = '{"values":[{},{"userEnteredValue":{"formulaValue":"=1"},"effectiveValue":{"numberValue":1}}]}'
    first, second = block(copied, copied, kept).row_data, block(part, narrow, formula, "{}").row_data
    found = [Block(0, 0, [], first), Block(3, 1, [], second)]
    grid = grid_of("T", without_copies(found, 1, 2))
    assert [list(line) for line in zip(*grid.columns, strict=True)] == [
        [None, None, "a"], [None] * 3, [None, "a", "a"], [None] * 3, [None, "a", None], [None, None, 1.0],
        [None] * 3,
    ]  # fmt: skip
    assert grid.formulas == {2: [None, None, None, None, None, "1", None]}
    assert [Parts(found).get(spot) for spot in ((1, 2), (3, 2), (2, 1))] == ["a", "a", "a"]


def test_copies_that_came_in_a_long_answer_are_cells_for_who_asks() -> None:
    copied = stream.COPIED.decode() + '"effectiveValue":{"stringValue":"a},{b"}'
    rows = [f'{{"values":[{{{copied}}}]}}'] * 6
    [above, below] = blocks_of(rows, 2, 40)
    assert [type(row.run) for row in below.row_data] == [type(None), Unread, type(None)]
    place = JOURNAL_COLUMN + 1
    assert [Parts([below]).get(spot) for spot in ((2, place), (3, place), (3, place - 1))] == [
        "a},{b", "a},{b", None,
    ]  # fmt: skip
    whole = grid_of("T", [above, below])
    assert whole.columns[place] == ["a},{b"] * 6
    grid = grid_of("T", without_copies([above, below], 4, JOURNAL_COLUMN))
    assert (grid.rows, grid.columns[place]) == (6, ["a},{b"] * 4 + [None] * 2)


def test_a_formula_among_copies_keeps_them_cells() -> None:
    formula = stream.COPIED.decode() + '"userEnteredValue":{"formulaValue":"=1"},"effectiveValue":{}'
    [_, below] = blocks_of([f'{{"values":[{{{formula}}}]}}'] * 4, 1, 1_000)
    grid = grid_of("T", without_copies([below], 0, JOURNAL_COLUMN))
    assert grid.formula(1, JOURNAL_COLUMN + 1) == "1"


def test_a_formula_that_is_no_text_is_refused() -> None:
    with pytest.raises(AnswerUnreadable):
        grid_of("T", [block('{"values": [{"userEnteredValue": {"formulaValue": 1}}]}')])


@pytest.mark.parametrize(
    "odd",
    [
        '{"values": 1}', '{"values": [{"effectiveValue": {"stringValue": 1}}]}', '{"values": [1]}',
        '{"values": [{"effectiveValue": {"numberValue": "NaN"}}]}',
        '{"values": [{"effectiveValue": {"numberValue": 1e999}}]}',
    ],
)  # fmt: skip
def test_a_row_of_something_else_is_refused(odd: str) -> None:
    with pytest.raises(AnswerUnreadable):
        grid_of("T", blocks_of([odd], 1, 1_000))
    with pytest.raises(AnswerUnreadable):
        Parts(blocks_of([odd], 1, 1_000)).get((0, 1))
    plain = [row({"numberValue": 1}).replace(" ", "")] * 3
    with pytest.raises(AnswerUnreadable):
        grid_of("T", blocks_of([*plain, odd.replace(" ", ""), *plain], 7, 1_000))


def test_what_is_no_row_is_no_answer() -> None:
    surrogate = '{"values":[{"effectiveValue":{"stringValue":"\\ud800"}}]}'
    for odd in ("1", '{"run":0}', '{"run":"0"}', '{"values":[', surrogate):
        with pytest.raises(ValueError, match=r"Expected|no run|malformed"):
            blocks_of([odd, odd], 2, 1_000)
