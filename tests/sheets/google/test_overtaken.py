"""What people typed in the moment of a write is told from what that write copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN, Planned, PlannedTab
from sheetdesk.sheets.google.overtaken import overtaken, put_over
from sheetdesk.sheets.google.read import LiveTab
from sheetdesk.table.grid import Grid, GridTable
from sheetdesk.table.overtaken import Overtaken, PutOver

THEN, NOW = ("ID", "Title", "Owner", "Due"), ("Mine", "ID", "Title", "Owner", "Due")
WHEN = datetime(2026, 11, 3, 9, 0)
NOTHING = (None, None, None)

NAMED = Planned(2, "T-2", {1: ("was", "ours"), 2: (None, "Ben")})
NEW = Planned(3, None, {0: (None, "T-3")}, (None, "other", None, None))
PLANNED = PlannedTab(0, 0, 0, 3, 0, (3,), THEN, (NAMED, NEW), ((0, 0, 400), (2, 3, 401)))

# Somebody has put a column of their own left of all since.
TABLE = GridTable("tickets", 0, 1, 3, 4)
TAB = LiveTab(0, 9, 9, Grid("Tickets", 4, [[title] for title in NOW], tables=(TABLE,)), dated=frozenset({4}))


def copied(*rows: tuple[Cell, ...], header: tuple[str, ...] = THEN) -> dict[tuple[int, int], Cell]:
    """What the write found, header first, as it stands in the sync tab."""
    return {
        (place, JOURNAL_COLUMN + column): cell
        for place, cells in enumerate((header, *rows), 400)
        for column, cell in enumerate(cells)
        if cell is not None
    }


def cells(*told: tuple[str, int, Cell, Cell]) -> list[Overtaken]:
    return [Overtaken("Tickets", *cell) for cell in told]


def test_a_cell_written_over_what_people_had_just_typed_is_told_with_what_stood_there_before() -> None:
    found = copied(("T-2", "theirs", None, None), (None, "x", None, None))
    assert overtaken(TAB, PLANNED, found) == cells(("T-2", 2, "was", "ours"), ("T-3", 1, None, "T-3"))


def test_where_another_row_stood_none_of_its_cells_was_seen() -> None:
    found = copied(("T-7", "theirs", None, None), (None, "x", None, None))
    assert overtaken(TAB, PLANNED, found) == cells(
        ("T-2", 2, "was", "ours"), ("T-2", 3, None, "Ben"), ("T-3", 1, None, "T-3")
    )


def test_cells_of_a_row_that_was_to_be_added_whole_are_told_so() -> None:
    row = Planned(3, None, {0: (None, "T-3"), 1: (None, "ours")}, (None, None, None, 1.0))
    found = copied((None, "theirs", None, None))
    tab = replace(PLANNED, rows=(row,), blocks=((0, 0, 400), (3, 3, 401)), filled=(3,))
    assert [(cell.place, cell.is_added) for cell in overtaken(TAB, tab, found)] == [(1, True), (2, True)]


@pytest.mark.parametrize("stands", [None, "T-4"])
def test_a_row_whose_id_was_erased_or_pasted_over_is_told_by_the_one_that_it_gets_back(stands: Cell) -> None:
    row = Planned(2, stands, {0: (stands, "T-2"), 1: ("was", "ours")}, (stands, "was", None, None))
    only = replace(PLANNED, rows=(row,))
    found = copied(("T-7", "theirs", None, None), (None, "x", None, None))
    assert overtaken(TAB, only, found) == cells(("T-2", 1, stands, "T-2"), ("T-2", 2, "was", "ours"))


@pytest.mark.parametrize(
    ("row", "stood", "header", "told"),
    [
        # What a person typed into the very row that was meant.
        (NAMED, ("T-2", "theirs", None, None), THEN, [("T-2", 2, "theirs")]),
        # Another row's: its own cells, though nobody had changed them.
        (NAMED, ("T-7", "theirs", "Ann", None), THEN, [("T-7", 2, "theirs"), ("T-7", 3, "Ann")]),
        # A column had moved by then: it is told by the title that stood there.
        (NAMED, ("T-2", "Ann", "was", None), ("ID", "Owner", "Title", "Due"),
         [("T-2", 3, "Ann"), ("T-2", 2, "was")]),
        # A row that gets its id by the same write.
        (Planned(2, None, {0: (None, "T-3"), 2: (None, "Ben")}, (None, "a", None, None)),
         (None, "a", "Ann", None), THEN, [("T-3", 3, "Ann")]),
        # Dates are copied as numbers.
        (Planned(2, "T-2", {3: (None, datetime(2026, 12, 1))}), ("T-2", None, None, serial(WHEN)), THEN,
         [("T-2", 4, WHEN)]),
        # What was emptied is nothing to keep, and whose row this was nobody knows.
        (NAMED, ("T-2", None, None, None), THEN, []),
        (NAMED, (None, "theirs", None, None), THEN, []),
    ],
)  # fmt: skip
def test_what_a_write_put_its_own_over_is_told_with_its_row(
    row: Planned, stood: tuple[Cell, ...], header: tuple[str, ...], told: list[tuple[str, int, Cell]]
) -> None:
    only = replace(PLANNED, rows=(row,), blocks=((0, 0, 400), (2, 2, 401)))
    found = put_over(TAB, only, copied(stood, header=header))
    assert found == [PutOver("Tickets", *cell) for cell in told]
