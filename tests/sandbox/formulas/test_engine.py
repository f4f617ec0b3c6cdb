"""Formulas among the cells of a book: arrays that fill neighbours, other tabs, names, circles, cost."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest

from sheetdesk.sandbox.formulas import Engine
from tests.sandbox.formulas.small_book import NOW, SmallBook, book, plain


def column(made: SmallBook, place: int, count: int, tab: str = "Sheet1") -> list[Any]:
    engine = Engine(made, NOW)
    return [plain(engine.value(tab, row, place)) for row in range(count)]


def one(lines: list[list[Any]], *, zone: str = "Etc/GMT", rows: int = 20) -> SmallBook:
    return book({"Sheet1": lines}, zone=zone, rows=rows)


def test_an_array_formula_fills_the_cells_below_it() -> None:
    made = one([[1, "=ARRAYFORMULA(A1:A3*2)"], [2], [3]])
    assert column(made, 1, 4) == [2, 4, 6, None]


def test_an_array_formula_over_a_whole_column_goes_to_the_end_of_the_grid() -> None:
    made = one([["n", "double"], [1, '=ARRAYFORMULA(IF(A2:A="","",A2:A*2))'], [2]], rows=5)
    assert column(made, 1, 5) == ["double", 2, 4, "", ""]


def test_a_filled_cell_is_read_before_its_array_was_asked_for() -> None:
    made = one([["=ARRAYFORMULA({1;2;3}*10)", "=SUM(A:A)", "=A3+1"]])
    assert column(made, 1, 1) == [60]
    assert column(made, 2, 1) == [31]


def test_an_array_that_would_overwrite_a_cell_is_a_reference_error_in_its_place_alone() -> None:
    made = one([[1, "=ARRAYFORMULA(A1:A3*2)"], [2], [3, "mine"]])
    assert column(made, 1, 3) == ["#REF!", None, "mine"]
    error = (Engine(made, NOW).value("Sheet1", 0, 1) or {})["errorValue"]
    words = "Array result was not expanded because it would overwrite data in B3."
    assert error == {"type": "REF", "message": words}


def test_an_array_that_leaves_the_grid_asks_for_rows() -> None:
    made = one([[1], [2, "=ARRAYFORMULA(A1:A3*2)"], [3]], rows=3)
    error = (Engine(made, NOW).value("Sheet1", 1, 1) or {})["errorValue"]
    assert error["message"] == "Result was not automatically expanded, please insert more rows (1)."


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("={1,2;3,4}", [[1, 2], [3, 4]]),
        ('=FILTER(A1:B3,B1:B3="x")', [["c", "x"], ["a", "x"]]),
        ('=FILTER(A1:A3,B1:B3="x",A1:A3<>"a")', [["c", None], [None, None]]),
        ('=FILTER(A1:A3,B1:B3="none")', [["#N/A", None], [None, None]]),
        ("=SORT(A1:B3)", [["a", "x"], ["b", "y"]]),
        ("=SORT(A1:B3,1,FALSE)", [["c", "x"], ["b", "y"]]),
        ("=SORT(A1:B3,2,TRUE,1,TRUE)", [["a", "x"], ["c", "x"]]),
        ("=UNIQUE(B1:B3)", [["x", None], ["y", None]]),
        ("=TRANSPOSE(A1:A2)", [["c", "b"], [None, None]]),
        ("=ARRAYFORMULA(A1:A2&TRANSPOSE(B1:B2))", [["cx", "cy"], ["bx", "by"]]),
        ("=INDEX(A1:B3,2)", [["b", "y"], [None, None]]),
        ("=A1:A3", [["c", None], [None, None]]),
        ("=SEQUENCE(2,2,5)", [[5, 6], [7, 8]]),
        ("=ARRAYFORMULA(INDEX(A1:A3,{2;3}))", [["b", None], [None, None]]),
        ('=ARRAYFORMULA(COUNTIFS(B1:B3,{"x","y"}))', [[2, 1], [None, None]]),
        ('=ARRAYFORMULA(SUMIFS({1;2;3},B1:B3,{"x","y"}))', [[4, None], [None, None]]),
        ('=SPLIT("p-q","-")', [["p", "q"], [None, None]]),
        ("=ARRAYFORMULA({1;2}+{1;2;3})", [[2, None], [4, None]]),
        ("={A1:A2,B1:B3}", [["#VALUE!", None], [None, None]]),
        ('=ARRAYFORMULA(VLOOKUP("b",A1:B3,{2,1},FALSE))', [["y", "b"], [None, None]]),
        ('=IFNA(FILTER(A1:A3,B1:B3="none"),"-")', [["-", None], [None, None]]),
        ('=XLOOKUP("b",A1:A3,A1:B3)', [["b", "y"], [None, None]]),
    ],
)
def test_functions_that_give_more_than_one_value(formula: str, cells: list[list[Any]]) -> None:
    made = one([["c", "x", None, formula], ["b", "y"], ["a", "x"]])
    engine = Engine(made, NOW)
    got = [[plain(engine.value("Sheet1", row, place)) for place in (3, 4)] for row in (0, 1)]
    assert got == cells


def test_a_longer_array_beside_a_shorter_one_ends_in_not_available() -> None:
    made = one([["=ARRAYFORMULA({1;2}+{1;2;3})"]])
    assert column(made, 0, 3) == [2, 4, "#N/A"]


def test_outside_of_an_array_a_range_means_the_cell_in_the_same_row() -> None:
    made = one([[1, "=A1:A3*2"], [2, "=A1:A3"], [3, "=SUM(A1:A3*2)"], [4, "=A1:A3+1"]])
    assert column(made, 1, 4) == [2, 2, 6, "#VALUE!"]


def test_other_tabs_are_named_with_and_without_quotes() -> None:
    made = book(
        {"工单 2026": [["x", 5]], "Peter's": [[7]], "Sum": [["='工单 2026'!B1+'Peter''s'!A1", "=sum!C1", 3]]}
    )
    engine = Engine(made, NOW)
    assert plain(engine.value("Sum", 0, 0)) == 12
    assert plain(engine.value("Sum", 0, 1)) == 3


def test_a_named_range_and_a_table_column_are_cells() -> None:
    made = one([["Status", "n"], ["open", 2], ["done", 3], [None, '=COUNTIF(states,"open")&SUM(Tickets[n])']])
    grid = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    made.named_ranges["1"] = {"namedRangeId": "1", "name": "States", "range": grid}
    columns = [{"columnName": "Status"}, {"columnIndex": 1, "columnName": "n"}]
    whole = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 2}
    made.tabs[0].tables.append({"name": "Tickets", "range": whole, "columnProperties": columns})
    assert column(made, 1, 4)[3] == "15"


def test_formulas_that_need_each_other_are_errors_even_inside_iferror() -> None:
    made = one([["=B1", "=IFERROR(A1,0)", "=A1", "=1"]])
    engine = Engine(made, NOW)
    assert [plain(engine.value("Sheet1", 0, place)) for place in range(4)] == ["#REF!", "#REF!", "#REF!", 1]
    error = (engine.value("Sheet1", 0, 0) or {})["errorValue"]
    assert error["message"].startswith("Circular dependency detected.")


def test_a_long_chain_of_formulas_and_a_long_circle_end() -> None:
    chain: list[list[Any]] = [[1]] + [[f"=A{row}+1"] for row in range(1, 500)]
    assert plain(Engine(one(chain, rows=500), NOW).value("Sheet1", 499, 0)) == 500
    chain[0] = ["=A500"]
    assert plain(Engine(one(chain, rows=500), NOW).value("Sheet1", 250, 0)) == "#REF!"


def test_an_array_that_reads_the_cells_it_would_fill_is_a_circle() -> None:
    assert column(one([["=ARRAYFORMULA(A2:A4*2)"]]), 0, 3) == ["#REF!", None, None]
    assert column(one([["=TRANSPOSE(B2:B4)", None, None, "=B3"]]), 0, 1) == [None]


def test_formulas_within_formulas_end_somewhere() -> None:
    deep = "=" + "IF(TRUE," * 50 + "{before}" + ")" * 50
    lines: list[list[Any]] = [[1]] + [[deep.format(before=f"A{row}+1")] for row in range(1, 40)]
    assert plain(Engine(one(lines, rows=40), NOW).value("Sheet1", 39, 0)) == 40
    brackets = "=" + "(" * 500 + "1" + ")" * 500
    assert column(one([[brackets, "=" + "1+" * 3000 + "1", "=2"]]), 0, 1) == ["#ERROR!"]
    assert column(one([[brackets, "=" + "1+" * 3000 + "1", "=2"]]), 1, 1) == ["#ERROR!"]
    assert column(one([[brackets, "=" + "1+" * 3000 + "1", "=2"]]), 2, 1) == [2]


def test_two_arrays_that_do_not_meet_are_no_circle() -> None:
    made = one([["=UNIQUE(C1:C3)", '=ARRAYFORMULA(A1:A3&"!")', "x"], [None, None, "y"], [None, None, "x"]])
    assert column(made, 1, 3) == ["x!", "y!", "!"]


def test_now_is_the_time_in_the_zone_of_the_spreadsheet() -> None:
    late = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    made = one([["=TODAY()", "=HOUR(NOW())"]], zone="Asia/Shanghai")
    engine = Engine(made, late)
    assert [plain(engine.value("Sheet1", 0, place)) for place in range(2)] == [46087, 4]
    made.properties["timeZone"] = "Nowhere/Else"
    assert plain(Engine(made, late.replace(tzinfo=None)).value("Sheet1", 0, 1)) == 20


def test_what_is_not_computed_is_a_marked_name_error_and_is_logged_once() -> None:
    heard: list[str] = []
    made = one([["=GOOGLEFINANCE(1)", "=googlefinance(2)+1"]])
    engine = Engine(made, NOW, heard.append)
    words = "Unknown function: 'GOOGLEFINANCE'. The sandbox does not compute it."
    expected = {"errorValue": {"type": "NAME", "message": words}}
    assert engine.value("Sheet1", 0, 0) == engine.value("Sheet1", 0, 1) == expected
    assert heard == [words]


def test_typed_values_are_their_own_effective_values() -> None:
    made = one([["text", 1.5, True, None]])
    engine = Engine(made, NOW)
    values = [engine.value("Sheet1", 0, place) for place in range(4)]
    assert values == [{"stringValue": "text"}, {"numberValue": 1.5}, {"boolValue": True}, None]


def test_a_whole_number_is_written_as_one() -> None:
    assert repr(Engine(one([["=4/2"]]), NOW).value("Sheet1", 0, 0)) == "{'numberValue': 2}"


def test_the_overlay_of_a_synced_column_follows_its_ids() -> None:
    overlay = "=ARRAYFORMULA(IFNA(VLOOKUP(A2:A,'_sheetdesk_sync'!A:F,3,FALSE)))"
    tickets: list[list[Any]] = [["Id", "Age"], ["T2", overlay], ["T9"], ["t1"], [None]]
    synced: list[list[Any]] = [["id", "x", "age"], ["T1", 0, 4], ["T2", 0, 5]]
    made = book({"Tickets": tickets, "_sheetdesk_sync": synced}, rows=6)
    assert column(made, 1, 6, "Tickets") == ["Age", 5, None, 4, None, None]


def test_twenty_thousand_lookups_and_twenty_counts_take_no_long_time() -> None:
    count = 20_000
    overlay = "=ARRAYFORMULA(IFNA(VLOOKUP(A2:A,Other!A:C,3,FALSE)))"
    tickets: list[list[Any]] = [["Id", "State", "Found"]]
    tickets += [[f"T{row}", ("open", "done")[row % 2], overlay if row == 0 else None] for row in range(count)]
    other = [[f"T{count - row}", 0, row] for row in range(count)]
    counts = [[f'=COUNTIFS(Tickets!B:B,"open",Tickets!C:C,">{row}")'] for row in range(20)]
    made = book({"Tickets": tickets, "Other": other, "Counts": counts}, rows=count + 1)
    engine = Engine(made, NOW)
    start = process_time()
    assert plain(engine.value("Tickets", count, 2)) == 1
    assert plain(engine.value("Counts", 0, 0)) == count / 2 - 1
    assert [plain(engine.value("Counts", row, 0)) for row in (1, 19)] == [count / 2 - 1, count / 2 - 10]
    # A lookup that searched its column each time would take minutes.
    assert process_time() - start < 5


def test_an_array_that_several_formulas_share_is_the_same_in_each() -> None:
    ranked = '=ARRAYFORMULA(SMALL(IF(A1:A4<>"",A1:A4*1),{}))'
    made = one([[value, ranked.format(place)] for place, value in enumerate([5, 3, 9, 1], 1)])
    assert column(made, 1, 4) == [1, 3, 5, 9]


@pytest.mark.parametrize(
    ("one_way", "other", "found"),
    [
        ("SUM(IF(A1:A3=1,10))", "SUM(IF(A1:A3=TRUE,10))", [10, 20]),
        ("SUM(IF(A1:A3=1,1))", "SUM(IF(A2:A4=1,1))", [1, 0]),
        ("SUM(A1:A3*ROW())", "SUM(A1:A3*ROW())", [3, 6]),
    ],
)
def test_arrays_that_only_look_alike_are_not_shared(one_way: str, other: str, found: list[int]) -> None:
    made = one([[1, f"=ARRAYFORMULA({one_way})"], [True, f"=ARRAYFORMULA({other})"], [True]])
    assert column(made, 1, 2) == found


def test_formulas_that_share_an_array_in_a_circle_are_errors() -> None:
    made = one([["=ARRAYFORMULA(SUM(IF(A1:C1>0,1,2)))", 5, 6], ["=ARRAYFORMULA(SUM(IF(A1:C1>0,1,2)))"]])
    assert column(made, 0, 2) == ["#REF!", "#REF!"]


def test_what_goes_on_to_the_end_is_not_mistaken_for_what_comes_before() -> None:
    lines: list[list[Any]] = [[1, "x", "=ARRAYFORMULA(A1:A5&B1:B3)"], [None, "x"], [2, "x"], [], [True]]
    assert column(one(lines), 2, 5) == ["1x", "x", "2x", "#N/A", "#N/A"]
    mixed: list[list[Any]] = [[True, "=ARRAYFORMULA(A1:A4=1)"], [1], [1], [True]]
    assert column(one(mixed), 1, 4) == [False, True, True, False]


def test_what_formulas_bring_into_a_rectangle_is_told_at_once() -> None:
    engine = Engine(one([["={1,2;3,4}", None, "=SUM(A:B)"], [], ["={7;8}"]]), NOW)
    assert engine.spilled("Sheet1", range(4), range(3)) == {
        0: {1: {"numberValue": 2}},
        1: {0: {"numberValue": 3}, 1: {"numberValue": 4}},
        3: {0: {"numberValue": 8}},
    }
    assert engine.spilled("Sheet1", range(1, 2), range(1, 9)) == {1: {1: {"numberValue": 4}}}
