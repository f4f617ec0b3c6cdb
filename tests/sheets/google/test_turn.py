"""One batch is applied whole, once, and only upon what was read."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.errors import GoogleRefused
from sheetdesk.sandbox import people
from sheetdesk.sheets.google.answer import Spreadsheet
from sheetdesk.sheets.google.journal import FIRST_COPY, JOURNAL_COLUMN, Planned, PlannedTab, decoded
from sheetdesk.sheets.google.read import LiveTab, Snapshot
from sheetdesk.sheets.google.turn import Put, Turn, blocks_of, first_turn, turn_number
from sheetdesk.table.grid import Grid, GridTable
from tests.sheets.google.desk import SYNC, TITLE, GoogleDesk, desk

TAB = LiveTab(7, 50, 10, Grid("Tickets", 0, []))


def turn(*turns: str, names: tuple[str, ...] = ()) -> Turn:
    return Turn(Snapshot("id", "Etc/GMT", "en_US", (TAB,), turns, (*turns, *names)), "ab")


def turns_of(found: GoogleDesk) -> list[str]:
    return sorted(name for name in found.book.named_ranges if name.startswith("sd_turn_"))


def lose_turns(found: GoogleDesk) -> None:
    for name in turns_of(found):
        found.do(people.delete_named_range, name=name)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("sd_turn_1_0", 1), ("sd_turn_42_ab12", 42), ("sd_armed_7", 7), ("sd_turn_", 0), ("sd_turn_x_1", 0),
        ("tickets", 0), ("282220535", 0), ("sd_turn_99999999999999_a", 0), ("sd_turn_-3_a", 0),
    ],
)  # fmt: skip
def test_the_number_of_a_turn_stands_in_its_name(name: str, number: int) -> None:
    assert turn_number(name) == number


def test_a_turn_follows_the_highest_that_was_read() -> None:
    assert turn("sd_turn_9_x", "sd_turn_10_y").name == "sd_turn_11_ab"


def test_all_turns_are_handed_on_in_one() -> None:
    made = turn("sd_turn_9_x", "sd_turn_10_y").hand_on(5)
    deleted = [one["deleteNamedRange"]["namedRangeId"] for one in made if "deleteNamedRange" in one]
    added = [one["addNamedRange"]["namedRange"]["namedRangeId"] for one in made if "addNamedRange" in one]
    assert (deleted, added) == (["sd_turn_9_x", "sd_turn_10_y"], ["sd_turn_11_ab"])


def test_the_plan_is_written_before_anything_is_copied_or_changed() -> None:
    found = desk()
    seen = found.fetch()
    bodies: list[list[str]] = []
    batch = found.google.batch_update_echoed

    def spy(*args: Any, **_: Any) -> Spreadsheet:
        bodies.append([next(iter(one)) for one in args[1]])
        return batch(*args)

    found.google.batch_update_echoed = spy  # type: ignore[method-assign]
    found.write(seen, {(1, TITLE): "toner"})
    handed_on = ["deleteNamedRange", "addNamedRange", "updateCells", "updateCells"]
    assert bodies == [[*handed_on, "copyPaste", "copyPaste", "updateCells"]]


def test_two_writers_of_the_same_turn_are_applied_once() -> None:
    found = desk()
    seen = found.fetch()
    one, other = found.sheet, found.sheet
    first = found.ready(seen, {(1, TITLE): "first"}, sheet=one)
    second = found.ready(seen, {(2, TITLE): "second"}, sheet=other)
    assert one.replace(first) is None
    displaced = other.replace(second)
    assert displaced is not None
    assert found.column(TITLE)[:2] == ["first", "ink T-002"]
    assert len(turns_of(found)) == 1


def test_two_writers_without_a_turn_are_applied_once() -> None:
    found = desk()
    lose_turns(found)
    seen = found.fetch()
    one, other = found.sheet, found.sheet
    first = found.ready(seen, {(1, TITLE): "first"}, sheet=one)
    second = found.ready(seen, {(2, TITLE): "second"}, sheet=other)
    assert one.replace(first) is None
    assert other.replace(second) is not None
    assert found.column(TITLE)[:2] == ["first", "ink T-002"]


def test_however_often_somebody_deletes_the_turn_the_next_write_goes_through() -> None:
    found = desk()
    for text in ("one", "two", "three"):
        lose_turns(found)
        assert found.write(found.fetch(), {(1, TITLE): text}) is None
        assert found.column(TITLE)[0] == text
        assert len(turns_of(found)) == 1


@pytest.mark.parametrize("is_armed", [False, True])
def test_a_batch_that_comes_late_changes_nothing(is_armed: bool) -> None:
    found = desk()
    if not is_armed:
        lose_turns(found)
    found.fault("late")
    assert found.write(found.fetch(), {(1, TITLE): "late"}) is not None
    held, found.line.late = found.line.late, []
    if is_armed:
        lose_turns(found)
    assert found.write(found.fetch(), {(1, TITLE): "newer"}) is None
    lose_turns(found)
    assert found.write(found.fetch(), {(2, TITLE): "newest"}) is None
    before = found.values()
    found.line.late = held
    found.line.deliver()
    assert found.values() == before
    assert found.column(TITLE)[:2] == ["newer", "newest"]


def test_a_range_of_somebody_elses_with_such_a_name_is_no_hindrance() -> None:
    found = desk()
    [sync] = [tab.id for tab in found.book.tabs if tab.title == SYNC]
    named = {"name": "sd_turn_77_theirs", "range": {"sheetId": sync, "endRowIndex": 1, "endColumnIndex": 1}}
    found.ask({"addNamedRange": {"namedRange": named}})
    assert found.write(found.fetch(), {(1, TITLE): "one"}) is None
    assert found.write(found.fetch(), {(1, TITLE): "two"}) is None
    assert found.column(TITLE)[0] == "two"


def test_a_batch_that_google_turns_down_for_its_content_is_told() -> None:
    found = desk()
    seen = found.fetch()
    [sheet] = [tab.id for tab in found.book.tabs if tab.title == "Tickets"]
    ready = found.ready(seen, {(1, TITLE): "toner"})
    found.ask({"deleteSheet": {"sheetId": sheet}})
    with pytest.raises(GoogleRefused):
        found.sheet.replace(ready)


def test_the_first_turn_is_one_to_hand_on() -> None:
    named = first_turn(5)["addNamedRange"]["namedRange"]
    assert turn_number(named["namedRangeId"]) == 1
    assert named["namedRangeId"] == named["name"]


def test_copies_of_two_tabs_do_not_cover_each_other() -> None:
    made = turn("sd_turn_1_0")
    for sheet, rows in ((7, ((0, 0), (4, 9))), (8, ((0, 0), (2, 2)))):
        blocks = tuple((first, last, made.place_for(last + 1 - first)) for first, last in rows)
        made.planned.append(PlannedTab(sheet, 0, 1, 3, 1, (), (None,) * 3, (), blocks))
    copies = [*made.copied(5)]
    places = [one["copyPaste"]["destination"] for one in copies]
    filled = [row for place in places for row in range(place["startRowIndex"], place["endRowIndex"])]
    assert filled == list(range(FIRST_COPY, FIRST_COPY + 9))
    assert {place["startColumnIndex"] for place in places} == {JOURNAL_COLUMN}
    assert all(one["copyPaste"]["pasteType"] == "PASTE_VALUES" for one in copies)


def test_a_shorter_plan_leaves_nothing_of_a_longer_one() -> None:
    found = desk()
    found.write(found.fetch(), {(row, TITLE): "x" * 49_000 for row in (1, 2, 3)})
    assert found.write(found.fetch(), {(1, TITLE): "short"}) is None
    snapshot = found.snapshot()
    assert snapshot.sync_tab is not None
    texts = []
    for cell in snapshot.sync_tab.grid.column(JOURNAL_COLUMN)[1:]:
        if cell is None:
            break
        texts.append(str(cell))
    plan = decoded(texts)
    assert plan.turn == snapshot.turns[0]
    assert plan.tabs[0].rows == (Planned(1, "T-001", {TITLE: ("x" * 49_000, "short")}),)


@settings(max_examples=60)
@given(st.sets(st.integers(1, 300), min_size=1, max_size=40).map(sorted), st.integers(1, 12))
def test_stretches_of_rows_hold_every_row_once_and_are_few(rows: list[int], most: int) -> None:
    blocks = blocks_of(rows, most)
    assert 1 <= len(blocks) <= most
    assert all(first <= last for first, last in blocks)
    assert all(one[1] < other[0] for one, other in pairwise(blocks))
    held = {row for first, last in blocks for row in range(first, last + 1)}
    assert set(rows) <= held
    assert {first for first, _ in blocks} <= set(rows)
    assert {last for _, last in blocks} <= set(rows)


PUTS = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 4)),
    st.tuples(st.sampled_from(["a", 1.0, None, True]), st.booleans()),
    max_size=20,
)


@settings(max_examples=60)
@given(PUTS)
def test_each_cell_is_written_once_with_its_own_value_and_format(
    cells: dict[tuple[int, int], tuple[Any, bool]],
) -> None:
    made = turn("sd_turn_1_0")
    day = {"type": "DATE", "pattern": "yyyy"}
    made.put(TAB, [Put(*spot, value, number_format=day if f else None) for spot, (value, f) in cells.items()])
    found: dict[tuple[int, int], tuple[Any, bool]] = {}
    for request in chain.from_iterable(made.written):
        update = request["updateCells"]
        formats = update["fields"] == "userEnteredValue,userEnteredFormat.numberFormat"
        assert formats or update["fields"] == "userEnteredValue"
        start = update["start"]
        for row, line in enumerate(update["rows"], start["rowIndex"]):
            for column, cell in enumerate(line["values"], start["columnIndex"]):
                assert (row, column) not in found
                assert ("userEnteredFormat" in cell) is formats
                value = next(iter(cell.get("userEnteredValue", {"": None}).values()))
                found[row, column] = (value, formats)
    assert found == cells


def test_a_block_that_is_long_enough_is_left_alone() -> None:
    made = turn("sd_turn_1_0")
    table = GridTable("tickets", 0, 0, 5, 3)
    tab = LiveTab(7, 50, 10, Grid("Tickets", 0, []), ends={"tickets": 20})
    made.reach(tab, table, 20)
    assert made.requests == []


def test_tabs_only_ever_grow() -> None:
    made = turn("sd_turn_1_0")
    made.grow(TAB, 40, 5)
    assert made.grown == []
    made.grow(TAB, 60, 12)
    assert [one["appendDimension"] for one in made.grown] == [
        {"sheetId": 7, "dimension": "ROWS", "length": 10},
        {"sheetId": 7, "dimension": "COLUMNS", "length": 2},
    ]
