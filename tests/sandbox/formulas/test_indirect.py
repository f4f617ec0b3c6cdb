"""References that are texts, and references that no longer exist."""

from __future__ import annotations

from typing import Any

import pytest

from sheetdesk.sandbox.formulas import Engine
from tests.sandbox.formulas.small_book import NOW, book, compute, plain, typed

PEOPLE: list[list[Any]] = [["Ana", "open", 5], ["Ben", "done", 7], ["Ana", "done", 9]]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=INDIRECT("A2")', "Ben"),
        ('=INDIRECT("Sheet1!$A$2")', "Ben"),
        ("=INDIRECT(\"'Sheet1'!a2\")", "Ben"),
        ('=INDIRECT("A"&C1-3)', "Ben"),
        ('=SUM(INDIRECT("C1:C3"))', 21),
        ('=SUM(INDIRECT("C2:C"))', 16),
        ('=SUM(INDIRECT("C:C"))', 21),
        ('=SUM(C1:INDIRECT("C2"))', 12),
        ('=COUNTIFS(INDIRECT("A1:A3"),"Ana",INDIRECT("B1:B3"),"done")', 1),
        ('=COUNTIF(INDIRECT("Sheet1!A:A"),"Ana")', 2),
        ('=SUMIFS(INDIRECT("C1:C3"),INDIRECT("A1:A3"),"Ana")', 14),
        ('=SUMIF(INDIRECT("A1:A3"),"Ana",INDIRECT("C1:C3"))', 14),
        ('=VLOOKUP("Ben",INDIRECT("A1:C3"),3,FALSE)', 7),
        ('=MATCH("Ben",INDIRECT("A:A"),0)', 2),
        ('=INDEX(INDIRECT("A1:C3"),3,3)', 9),
        ('=ROWS(INDIRECT("A1:A3"))', 3),
        ('=ARRAYFORMULA(SUM(INDIRECT("C1:C3")*2))', 42),
        ('=INDIRECT("")', "#REF!"),
        ('=INDIRECT("no such name")', "#REF!"),
        ('=INDIRECT("Nowhere!A1")', "#REF!"),
        ('=INDIRECT("Sheet1!nonsense")', "#REF!"),
        ('=INDIRECT("R1C1",FALSE)', "#REF!"),
        ("=INDIRECT(1/0)", "#DIV/0!"),
        ("=INDIRECT()", "#N/A"),
    ],
)
def test_a_text_names_cells(formula: str, value: Any) -> None:
    assert compute(formula, *PEOPLE) == value


def test_a_text_may_name_a_tab_with_any_title_and_a_named_range() -> None:
    made = book(
        {
            "It's here": [["Ana"], ["Ben"]],
            "Sheet1": [
                ["=INDIRECT(\"'It''s here'!A2\")", '=INDIRECT("people")', '=COUNTA(INDIRECT("People"))']
            ],
        }
    )
    where = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 1}
    made.named_ranges["n1"] = {"name": "People", "range": where}
    engine = Engine(made, NOW)
    assert [plain(engine.value("Sheet1", 0, at)) for at in range(3)] == ["Ben", "Ana", 2]
    assert plain(engine.value("Sheet1", 1, 1)) == "Ben"


def test_what_a_text_names_fills_the_cells_below() -> None:
    made = book({"Sheet1": [[1, '=INDIRECT("A1:A3")', '=ARRAYFORMULA(INDIRECT("A1:A3")+1)'], [2], [3]]})
    engine = Engine(made, NOW)
    assert [[plain(engine.value("Sheet1", row, at)) for at in (1, 2)] for row in range(4)] == [
        [1, 2],
        [2, 3],
        [3, 4],
        [None, None],
    ]


def test_a_text_that_names_the_formulas_own_cell_is_a_circle() -> None:
    made = book({"Sheet1": [['=INDIRECT("A1")+1']]})
    assert plain(Engine(made, NOW).value("Sheet1", 0, 0)) == "#REF!"


def test_a_text_follows_what_the_cells_hold_now() -> None:
    made = book({"Sheet1": [["A2", "=INDIRECT(A1)"], ["old"], ["new"]]})
    assert plain(Engine(made, NOW).value("Sheet1", 0, 1)) == "old"
    made.tabs[0].rows[0] = {**made.tabs[0].rows[0], 0: typed("A3")}
    assert plain(Engine(made, NOW).value("Sheet1", 0, 1)) == "new"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=Sheet1!#REF!", "#REF!"),
        ("='It''s here'!#REF!", "#REF!"),
        ("=SUM(Gone!#REF!)", "#REF!"),
        ('=COUNTIF(#REF!,"x")', "#REF!"),
        ('=COUNTIFS(A1:A3,"Ana",#REF!,"x")', "#REF!"),
        ('=SUMIFS(C1:C3,#REF!,"x")', "#REF!"),
        ('=SUMIF(A1:A3,"Ana",#REF!)', "#REF!"),
        ('=AVERAGEIF(#REF!,"x")', "#REF!"),
        ("=COUNTIF(A1:A3,#REF!)", 0),
    ],
)
def test_a_reference_that_is_gone_is_an_error_wherever_a_range_is_wanted(formula: str, value: Any) -> None:
    assert compute(formula, *PEOPLE) == value
