"""A plan comes back from the texts that keep it, and nothing from texts that somebody has spoilt."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN, Plan, Planned, PlannedTab, decoded, encoded

LIMIT = 50_000
"""So many characters Google keeps in a cell."""

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1)).map(lambda time: time.replace(fold=0)),
)


NOTHING = Plan("")


def _texts(turn: str, tabs: list[PlannedTab]) -> list[str]:
    return encoded(Plan(turn, tuple(tabs)))


def planned(*rows: Planned, titles: tuple[Cell, ...] = ("ID", "Title")) -> PlannedTab:
    return PlannedTab(7, 0, 0, len(titles) - 1, 0, (1,), titles, rows, ((0, 0, 400), (3, 5, 401)), (), 1)


@settings(max_examples=100)
@given(CELLS, st.lists(st.tuples(CELLS, CELLS), max_size=3), st.lists(CELLS, max_size=3))
def test_a_plan_comes_back_as_it_was(name: Cell, cells: list[tuple[Cell, Cell]], was: list[Cell]) -> None:
    tab = planned(Planned(3, name, dict(enumerate(cells)), tuple(was)))
    plan = decoded(_texts("sd_turn_4_ab", [tab]))
    [found] = plan.tabs
    assert plan.turn == "sd_turn_4_ab"
    assert repr(found) == repr(tab)


def test_of_a_plan_that_came_true_the_rows_are_not_wanted() -> None:
    tab = planned(Planned(3, "T-1", {1: ("a", "b")}))
    texts = _texts("sd_turn_4_ab", [tab])
    assert decoded(texts, "sd_turn_4_ab") == Plan("sd_turn_4_ab", (replace(tab, rows=()),))
    assert decoded(texts, "sd_turn_3_ab") == decoded(texts)


def test_ids_that_look_like_numbers_stay_texts() -> None:
    tab = planned(Planned(3, "0042", {1: (None, "=1+1")}), Planned(4, 42.0, {1: (True, "+1")}))
    [found] = decoded(_texts("t", [tab])).tabs
    assert [row.name for row in found.rows] == ["0042", 42.0]
    assert type(found.rows[1].name) is float
    assert [row.cells[1] for row in found.rows] == [(None, "=1+1"), (True, "+1")]


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "😀" * 120_000, " " * 150_000, '\\"\n' * 60_000, "墨" * 99_999]
)
def test_texts_longer_than_a_cell_are_kept_in_several(text: str) -> None:
    tab = planned(Planned(3, "T-1", {1: ("", text)}))
    texts = _texts("t", [tab])
    assert len(texts) > 1
    # Google counts what lies outside the first 65,536 characters twice.
    assert all(len(part.encode("utf-16-le")) // 2 <= LIMIT for part in texts)
    assert decoded(texts) == Plan("t", (tab,))


def test_nothing_that_was_never_written_is_a_plan() -> None:
    assert decoded([]) == NOTHING


ROWS = Planned(3, "T-1", {1: ("old", "new")}), Planned(4, "T-2", {0: ("a", "b")})
SPOILT = _texts("sd_turn_4_ab", [planned(*ROWS)])


@pytest.mark.parametrize("place", range(0, len(SPOILT[0]), 7))
@pytest.mark.parametrize("other", ["", "9", "x"])
def test_a_text_with_one_character_changed_says_nothing(place: int, other: str) -> None:
    text = SPOILT[0]
    spoilt = text[:place] + other + text[place + 1 :]
    assert decoded([spoilt]) == (NOTHING if spoilt != text else decoded([text]))


@pytest.mark.parametrize(
    "text",
    ["", " ", "null", "[]", "{}", "7", '"x"', "{", "[" * 100_000, '{"turn":1}', "\ud83d", "x" * 99],
)  # fmt: skip
def test_whatever_stands_there_instead_says_nothing(text: str) -> None:
    assert decoded([text]) == NOTHING


def test_a_part_that_is_missing_or_in_another_place_says_nothing() -> None:
    first, second, third = _texts("t", [planned(Planned(3, "T-1", {1: ("", "ab" * 60_000 + "c")}))])[:3]
    assert decoded([first, third]) == NOTHING
    assert decoded([second, first, third]) == NOTHING
    assert decoded([first]) == NOTHING


def test_what_people_replaced_in_the_whole_spreadsheet_says_nothing() -> None:
    plan = planned(Planned(3, "T-1", {1: ("old", "new")}))
    [text] = _texts("t", [plan])
    # Every row and column is another one now, and it still reads like a plan.
    assert decoded([text.replace("1", "8")]) == NOTHING
    assert decoded([text.replace("new", "newer")]) == NOTHING


def test_copies_are_found_by_row_and_column() -> None:
    tab = planned(Planned(4, "T-1", {1: ("old", "new")}))
    at: dict[tuple[int, int], Cell] = {
        (400, JOURNAL_COLUMN): "ID", (400, JOURNAL_COLUMN + 1): "Title",
        (402, JOURNAL_COLUMN): "T-1", (402, JOURNAL_COLUMN + 1): 46000.5,
    }  # fmt: skip
    copy = tab.copy_of(at)
    assert [copy(0, column) for column in (0, 1)] == ["ID", "Title"]
    assert [copy(4, column) for column in (0, 1)] == ["T-1", 46000.5]
    assert [copy(row, 0) for row in (3, 5, 1, 99)] == [None] * 4


def test_the_texts_are_plain_json_behind_their_sum() -> None:
    [text] = _texts("t", [planned(Planned(3, "T-1", {1: (None, datetime(2026, 4, 1, 8, 30))}))])
    plan = json.loads(text[8:])
    assert plan["turn"] == "t"
    # Whatever says `null` is packed the slow way.
    assert "null" not in text
    assert plan["tabs"][0][7] == [[3, "T-1", [[1, {}, {"at": "2026-04-01T08:30:00"}]]]]


def test_a_plan_with_nulls_is_read_too() -> None:
    tab = planned(Planned(3, None, {1: (None, "new")}, (None, "was")))
    [text] = encoded(Plan("t", (tab,)))
    head, tabs = text[8:].split('"tabs"')
    older = head + '"tabs"' + tabs.replace("{}", "null")
    assert decoded([f"{crc32(older.encode()):08x}{older}"]).tabs[0].rows == tab.rows


def test_the_tags_of_a_plan_are_numbered_and_what_missed_earlier_comes_along() -> None:
    plan = Plan("sd_turn_4_ab", (planned(*ROWS),), True, {"3_ab.1": "was", "3_ab.2": None, "3_ab.4": 2.5})
    assert decoded(encoded(plan)) == plan
    assert [(row.row, column, tag) for _, row, column, tag in plan.tags()] == [
        (3, 1, "4_ab.1"),
        (4, 0, "4_ab.2"),
    ]
