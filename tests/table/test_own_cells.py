"""What people's own columns held in a row that vanished, and where it comes back with the row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from sheetdesk.table.edits import CellEdit
from sheetdesk.table.grid import GridTable
from sheetdesk.table.own_cells import OwnCells, own_changes, own_columns, own_edits
from sheetdesk.table.reading import SheetReading
from tests.table.drawn import agreed, drawn, read_drawn

BASE = agreed(T_001={"title": "ink"}, T_002={"title": "toner"}, T_003={"title": "paper"})
IDS = frozenset(BASE)
HEAD = "ID | Title | Mine | Yours\n"
WHOLE: OwnCells = {"T-001": {"mine": "a"}, "T-002": {"mine": "b", "yours": 2.0}}


def read(text: str, header: str = HEAD) -> SheetReading:
    return read_drawn(drawn(header + text), BASE)


def changes(
    text: str, known: OwnCells = WHOLE, ids: Collection[str] = IDS, fresh: Collection[str] = IDS
) -> OwnCells:
    return own_changes(known, read(text), ids, fresh)


def test_what_stands_in_peoples_own_columns_is_kept_by_row_and_title() -> None:
    text = "T-001 | ink | a | .\nT-002 | toner | b | 2\nT-003 | paper | . | .\n"
    assert changes(text, {}) == WHOLE
    assert changes(text) == {}
    assert changes(text.replace("a", "x").replace("2\n", ".\n")) == {
        "T-001": {"mine": "x"},
        "T-002": {"mine": "b"},
    }
    assert changes(text.replace("| a", "| .")) == {"T-001": {}}


def test_what_a_vanished_row_held_stays_kept() -> None:
    assert changes("T-001 | ink | a | .\nT-003 | paper | . | .\n") == {}
    # Archived since; that somebody types the same into another row says nothing of it.
    assert changes("T-001 | ink | a | .\n", {"T-009": {"mine": "a"}}) == {"T-001": {"mine": "a"}}


@pytest.mark.parametrize(
    "text",
    [
        "T-001 | ink | a | .\n. | other words | b | 2\n",
        "T-001 | ink | b | 2\n",
        "T-001 | ink | a | .\nT-003 | paper | b | 2\n",
        "T-001 | ink | a | .\n. | . | b | 2\nT-003 | paper | . | .\n",
    ],
)
def test_what_came_to_another_row_is_not_kept_for_the_one_that_vanished(text: str) -> None:
    assert changes(text)["T-002"] == {}


def test_what_stays_in_a_row_that_sync_empties_is_not_kept() -> None:
    text = "T-001 | ink | a | .\nT-002 | toner | b | 2\n"
    assert changes(text, ids={"T-001", "T-003"}) == {"T-002": {}}
    # Its row was emptied by a sync that looked at it earlier.
    assert changes("T-001 | ink | a | .\n. | . | b | 2\n", fresh=()) == {"T-002": {}}


def test_only_columns_that_are_told_by_their_titles_and_typed_by_hand_are_peoples_own() -> None:
    header = "ID | Title | Mine | Twice | twice | . | Sum | Spilled | Each | Free\n"
    text = (
        "T-001 | ink | a | b | c | d | =5 | 6 | =7 | f\n"
        "T-002 | toner | . | . | . | . | 5 | 6 | =7 | .\n"
        "T-003 | paper | . | . | . | . | 5 | 6 | 8 | .\n"
    )
    reading = read(text, header)
    assert own_columns(reading) == {"mine": 2}
    each = read(text.replace("| 8 |", "| =8 |"), header)
    assert own_columns(each) == {"mine": 2, "each": 8, "free": 9}
    assert own_changes({}, each, IDS, ()) == {"T-001": {"mine": "a", "free": "f"}}


def test_a_table_that_people_made_beside_is_no_part_of_the_rows() -> None:
    grid = drawn(HEAD + "T-001 | ink | a | b\n", native=True)
    [table] = grid.tables
    pair = replace(table, right=2, column_ids=(1, 2, 3)), GridTable("Table5", 0, 3, 1, 3, (1,))
    assert own_columns(read_drawn(replace(grid, tables=pair), BASE)) == {"mine": 2}
    assert own_columns(read_drawn(grid, BASE)) == {"mine": 2, "yours": 3}


def test_a_row_that_comes_back_gets_what_it_held_where_nothing_stands() -> None:
    reading = read("T-001 | ink | a | .\n. | . | c | .\n", "ID | Title | Yours | Mine | Other\n")
    kept = {**WHOLE, "T-003": {"gone": "x"}}
    found = own_edits(kept, reading, {"T-002": 3, "T-003": 4})
    assert found == [CellEdit(3, 3, "b"), CellEdit(3, 2, 2.0)]
    assert own_edits(kept, reading, {"T-002": 2}) == [CellEdit(2, 3, "b")]
