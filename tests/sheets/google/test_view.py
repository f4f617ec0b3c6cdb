"""A spreadsheet as sync is to see it, whatever people did to what keeps it together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sheetdesk.columns.moment import serial
from sheetdesk.sandbox import people
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN
from sheetdesk.sheets.google.view import View, _title, place_of, spilled_in, table_of, view
from tests.sheets.google.desk import (
    DUE,
    ID,
    MONTH,
    OPEN,
    OWNER,
    SYNC,
    TAB,
    TITLE,
    UPDATED,
    GoogleDesk,
    desk,
    grid_of,
)  # fmt: skip

DAY = datetime(2026, 4, 1, 9, 30)


def seen(found: GoogleDesk) -> View:
    return view(found.snapshot())


def with_updated() -> GoogleDesk:
    """A desk in which rules have written one time."""
    found = desk()
    assert found.write(found.fetch(), {(2, UPDATED): DAY}) is None
    return found


def delete_mark(found: GoogleDesk, value: str) -> None:
    lookup = {"metadataKey": "sd", "metadataValue": value}
    found.ask({"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}})


def test_a_sheet_that_nobody_touched_is_not_worn() -> None:
    found = seen(desk())
    assert not found.is_worn
    assert found.broken == frozenset()
    [tab] = [tab for tab in found.snapshot.ours if tab.title == TAB]
    table = table_of(tab)
    assert table is not None
    assert spilled_in(tab) == {UPDATED, MONTH, OPEN}
    assert place_of(tab, "tickets", "owner") == OWNER
    assert place_of(tab, "tickets", "no such") == -1


def test_rows_that_formulas_fill_have_formulas_and_rules_columns_have_none() -> None:
    grid = grid_of(with_updated().fetch())
    assert [grid.formula(row, MONTH) for row in (1, 5)] == ["", ""]
    assert grid.cell(1, MONTH) == "2026-03"
    assert [grid.formula(row, UPDATED) for row in (0, 2)] == [None, None]
    assert [grid.cell(row, UPDATED) for row in (0, 1, 2)] == ["Updated", None, DAY]


@pytest.mark.parametrize("word", ["tickets", "1", "ink", "turn", ","])
def test_a_journal_in_which_people_replaced_words_says_nothing(word: str) -> None:
    found = desk()
    found.write(found.fetch(), {(1, TITLE): "ours"})
    before = found.fetch().revision
    text = found.entered(1, JOURNAL_COLUMN, SYNC)["userEnteredValue"]["stringValue"]
    found.do(people.edit, tab=SYNC, row=1, column=JOURNAL_COLUMN, text=text.replace(word, "9"))
    now = found.fetch()
    assert now.revision == before
    assert not now.is_worn


def test_typing_below_a_header_that_fills_its_column_is_in_the_way() -> None:
    found = with_updated()
    found.do(people.edit, row=4, column=UPDATED, text="mine")
    now = seen(found)
    assert now.is_worn
    assert list(now.in_the_way[found.tab_id()]) == [(4, UPDATED)]
    grid = now.grids[found.tab_id()]
    assert [grid.cell(row, UPDATED) for row in (0, 2, 4)] == ["Updated", DAY, "mine"]


def test_typing_where_a_formula_of_the_desk_fills_is_in_the_way_too() -> None:
    found = desk()
    found.do(people.edit, row=4, column=OPEN, text="mine")
    now = seen(found)
    assert list(now.in_the_way[found.tab_id()]) == [(4, OPEN)]
    found.settle()
    assert found.column(OPEN) == [1] * 5


@pytest.mark.parametrize("text", ["Touched", ""])
def test_a_header_that_lost_its_formula_is_broken_and_made_anew(text: str) -> None:
    found = with_updated()
    found.do(people.edit, row=0, column=UPDATED, text=text)
    assert seen(found).broken == {(found.tab_id(), UPDATED)}
    found.settle()
    assert found.values()[0][UPDATED] == (text or "updated")
    assert found.column(UPDATED)[1] == pytest.approx(serial(DAY))


def test_a_formula_that_fills_nothing_is_no_header_of_ours() -> None:
    found = with_updated()
    found.enter(0, UPDATED, '="Tou"&"ched"')
    assert seen(found).broken == {(found.tab_id(), UPDATED)}
    found.settle()
    assert found.values()[0][UPDATED] == "Touched"
    assert found.column(UPDATED)[1] == pytest.approx(serial(DAY))


def test_a_formula_that_is_only_a_title_leaves_its_column_to_people() -> None:
    found = desk()
    found.enter(0, OWNER, '="Own"&"er"')
    assert OWNER not in spilled_in(next(tab for tab in found.snapshot().ours if tab.title == TAB))
    assert found.write(found.fetch(), {(1, OWNER): "Ann"}) is None
    assert found.column(OWNER)[0] == "Ann"
    assert grid_of(found.fetch()).formula(1, OWNER) is None


def test_a_column_whose_mark_is_gone_is_not_written_into_what_fills_it() -> None:
    found = with_updated()
    delete_mark(found, "tickets.updated")
    now = found.fetch()
    assert not now.is_worn
    found.write(now, {(1, UPDATED): DAY, (1, TITLE): "ours"})
    assert found.values()[0][UPDATED] == "Updated"
    assert found.column(UPDATED)[:2] == ["", pytest.approx(serial(DAY))]
    assert found.column(TITLE)[0] == "ours"


def test_a_column_of_peoples_whose_mark_is_gone_is_written_all_the_same() -> None:
    found = desk()
    delete_mark(found, "tickets.title")
    assert found.write(found.fetch(), {(1, TITLE): "ours"}) is None
    assert found.column(TITLE)[0] == "ours"


def test_two_columns_with_one_mark_are_one_and_a_stranger() -> None:
    found = desk()
    found.do(people.insert_column, column=OWNER)
    span = {"sheetId": found.tab_id(), "dimension": "COLUMNS", "startIndex": OWNER, "endIndex": OWNER + 1}
    mark = {"metadataKey": "sd", "metadataValue": "tickets.owner", "visibility": "DOCUMENT"}
    found.ask(
        {"createDeveloperMetadata": {"developerMetadata": mark | {"location": {"dimensionRange": span}}}}
    )
    now = found.fetch()
    assert not now.is_worn
    assert found.write(now, {(1, OWNER + 1): "Ann"}) is None
    assert found.column(OWNER + 1)[0] == "Ann"
    assert found.column(OWNER)[0] == ""


@pytest.mark.parametrize("act", ["ids unmarked", "name deleted"])
def test_what_holds_a_table_together_being_gone_breaks_nothing_else(act: str) -> None:
    found = with_updated()
    if act == "ids unmarked":
        delete_mark(found, "tickets.id")
    else:
        found.do(people.delete_named_range, name="tickets")
    now = found.fetch()
    assert not now.is_worn
    assert "Team" in {grid.title for grid in now.grids}
    assert found.settle().revision == now.revision
    assert found.column(UPDATED)[1] == pytest.approx(serial(DAY))


def test_merged_cells_of_people_are_seen_and_written_around() -> None:
    found = desk()
    block = {"sheetId": found.tab_id(), "startRowIndex": 1, "endRowIndex": 3}
    columns = {"startColumnIndex": OWNER, "endColumnIndex": OWNER + 1}
    found.ask({"mergeCells": {"range": block | columns, "mergeType": "MERGE_ALL"}})
    now = found.fetch()
    assert grid_of(now).merged == ((1, OWNER, 2, OWNER),)
    assert found.write(now, {(2, TITLE): "ours"}) is None
    assert not found.fetch().is_worn


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('{"Due";ARRAYFORMULA(1)}', "Due"), ('{"a ""b"" c";1}', 'a "b" c'), ('{"";1}', ""), ("1+1", ""),
        ('{"open', ""), ('{"""";1}', '"'),
    ],
)  # fmt: skip
def test_the_title_stands_in_the_formula(text: str, title: str) -> None:
    assert _title(text) == title


def test_ids_that_people_typed_over_show_what_is_kept_for_them() -> None:
    found = with_updated()
    found.do(people.edit, row=2, column=ID, text="T-005")
    found.do(people.clear, row=5, column=ID)
    grid = grid_of(found.fetch())
    assert [grid.cell(row, UPDATED) for row in range(1, 6)] == [None] * 5
    shown: list[Any] = found.column(UPDATED)
    assert shown == [""] * 5


@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "empty"])
@pytest.mark.parametrize("is_seen", [True, False], ids=["answered", "killed"])
def test_a_header_made_anew_in_a_column_that_had_just_moved_there_gives_its_title_back(
    is_typed: bool, is_seen: bool
) -> None:
    found = with_updated()
    day = datetime(2026, 5, 1, 9)
    if is_typed:
        found.write(found.fetch(), {(2, DUE): day})
    found.do(people.edit, row=0, column=DUE, text="Wanted by")
    found.do(people.edit, row=0, column=UPDATED, text="Touched")
    ready = found.ready(found.fetch(), {})
    found.do(people.insert_column, column=1)
    if not is_seen:
        found.fault("cut_after")
    displaced = found.sheet.replace(ready)
    assert displaced is not None
    grid = grid_of(displaced)
    assert [grid.cell(0, place + 1) for place in (OWNER, DUE, UPDATED)] == ["Owner", "Wanted by", "Touched"]
    assert [grid.cell(row, DUE + 1) for row in range(1, 4)] == [None, day if is_typed else None, None]
    found.settle()
    assert found.values()[0][DUE + 1 : MONTH + 1] == ["Wanted by", "Touched"]
    assert found.column(DUE + 1) == ["", serial(day) if is_typed else "", "", "", ""]
    assert found.column(UPDATED + 1)[1] == pytest.approx(serial(DAY))


def test_a_title_that_comes_back_beside_its_column_that_had_just_moved_on_gives_way_again() -> None:
    found = with_updated()
    day = datetime(2026, 5, 1, 9)
    found.write(found.fetch(), {(2, DUE): day, (3, OWNER): "Ann"})
    found.do(people.edit, row=0, column=UPDATED, text="Touched")
    for _ in range(2):
        # First the formula is put over the title of the dues, and then that one over the owners'.
        ready = found.ready(found.fetch(), {})
        found.do(people.insert_column, column=1)
        assert found.sheet.replace(ready) is not None
    assert found.values()[0][OWNER + 2 : UPDATED + 3] == ["Due", "#REF!", "Touched"]
    found.settle()
    assert found.values()[0][OWNER + 2 : UPDATED + 3] == ["Owner", "Due", "Touched"]
    assert found.column(OWNER + 2) == ["", "", "Ann", "", ""]
    assert found.column(DUE + 2) == ["", serial(day), "", "", ""]
    assert found.column(UPDATED + 2)[1] == pytest.approx(serial(DAY))


def test_a_title_that_came_back_and_that_somebody_then_changed_stays_changed() -> None:
    found = with_updated()
    found.do(people.edit, row=0, column=UPDATED, text="Touched")
    ready = found.ready(found.fetch(), {})
    found.do(people.insert_column, column=1)
    assert found.sheet.replace(ready) is not None
    ready = found.ready(found.fetch(), {})
    found.do(people.edit, row=0, column=OWNER + 1, text="Handler")
    found.sheet.replace(ready)
    assert found.values()[0][DUE + 1] == "Due"
    found.do(people.edit, row=0, column=DUE + 1, text="Wanted by")
    found.settle()
    assert found.values()[0][OWNER + 1 : UPDATED + 2] == ["Handler", "Wanted by", "Touched"]


def test_a_header_that_moved_up_between_planning_and_writing_keeps_its_formulas() -> None:
    found = with_updated()
    found.do(people.insert_row, row=0)
    ready = found.ready(found.fetch(), {(3, TITLE): "ours"})
    found.do(people.delete_row, row=0)
    assert found.sheet.replace(ready) is not None
    assert seen(found).titles == {}
    found.settle()
    assert found.column(TITLE)[1] == "ours"
    assert found.values()[0][UPDATED] == "Updated"
    assert found.column(UPDATED)[1] == pytest.approx(serial(DAY))


def test_a_column_inserted_without_a_title_is_not_filled_by_a_header_made_anew() -> None:
    found = with_updated()
    found.do(people.edit, row=0, column=UPDATED, text="Touched")
    ready = found.ready(found.fetch(), {})
    found.do(people.insert_column, column=UPDATED)
    assert found.sheet.replace(ready) is not None
    found.settle()
    assert found.values()[0][UPDATED : UPDATED + 2] == ["", "Touched"]
    assert found.column(UPDATED) == [""] * 5
    assert found.column(UPDATED + 1)[1] == pytest.approx(serial(DAY))
    # A formula of their own that they put there stays.
    found.do(people.edit, row=0, column=UPDATED + 1, text="Changed")
    ready = found.ready(found.fetch(), {})
    found.do(people.insert_column, column=UPDATED + 1)
    assert found.sheet.replace(ready) is not None
    found.enter(0, UPDATED + 1, '={"Mine";1;2}')
    found.settle()
    assert found.column(UPDATED + 1)[:2] == [1, 2]


def test_a_header_made_anew_that_somebody_blocks_at_once_keeps_its_formula() -> None:
    found = with_updated()
    found.do(people.edit, row=0, column=UPDATED, text="Touched")
    assert found.write(found.fetch(), {}) is None
    found.do(people.edit, row=4, column=UPDATED, text="mine")
    now = seen(found)
    assert (now.titles, now.broken) == ({}, frozenset())
    assert list(now.in_the_way[found.tab_id()]) == [(4, UPDATED)]
