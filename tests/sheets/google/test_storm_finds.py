"""What the storm found at Google, each reduced to the least that shows it."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sheets.google.answer import spreadsheet_as
from sheetdesk.sheets.google.apart import told_apart
from sheetdesk.sheets.google.hits import hits, is_right
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN, Plan, Planned, PlannedTab, decoded, encoded
from sheetdesk.sheets.google.read import FIELDS, snapshot
from sheetdesk.sheets.google.resolve import resolved
from sheetdesk.table.grid import Grid, GridTable
from tests.storm.desk import START
from tests.storm.google.start import online_beginning, sandbox_with

WHEN = datetime(2026, 11, 3, 9, 0)
TITLES = ("ID", "Title", "Owner", "Due")


def grid(*rows: tuple[Cell, ...], titles: tuple[str, ...] = TITLES) -> Grid:
    """A tab with a table of these rows below its header."""
    columns = [[title, *cells] for title, *cells in zip(titles, *rows, strict=True)]
    table = GridTable("tickets", 0, 0, 1, len(titles) - 1)
    return Grid("Tickets", len(rows) + 1, columns, tables=(table,))


def planned(row: Planned, copied: tuple[Cell, ...], header: tuple[str, ...] = TITLES) -> Any:
    """A write of one row, and the header and the row that it found when it was applied."""
    tab = PlannedTab(0, 0, 0, 3, 0, (3,), TITLES, (row,), ((0, 0, 400), (row.row, row.row, 401)))
    at: dict[tuple[int, int], Cell] = {}
    for place, cells in ((400, header), (401, copied)):
        at |= {(place, JOURNAL_COLUMN + c): cell for c, cell in enumerate(cells) if cell is not None}
    return tab, at


def test_a_date_that_was_written_into_another_column_goes_again() -> None:
    # Somebody inserts a column left of the owner and a row: where the date was to go stands an owner now.
    row = Planned(2, None, {0: (None, "T-2"), 3: (None, WHEN)}, (None, None, None, None))
    found = ("ID", "Title", "Mine", "Owner", "Due")
    tab, at = planned(row, (None, "typed", None, "Ann"), header=found[:4])
    hit = grid(
        ("T-1", "first", None, None, None),
        ("T-2", "typed", None, serial(WHEN), None),
        (None, None, None, None, None),
        titles=found,
    )
    assert resolved(tab, at, hit).cell(2, 3) == "Ann"


@pytest.mark.parametrize(
    ("was", "found", "is_its_own"),
    [
        (("typed", None), ("typed", "Ann"), True),
        (("typed", None), ("other", "Ann"), False),
        (("typed", "Ann"), ("typed", "Ben"), False),
        (("typed", "Ann"), ("typed", None), True),
        (("typed", "Ann"), ("other", None), False),
        ((None, None), ("typed", "Ann"), False),
    ],
)
def test_a_new_row_whose_person_goes_on_typing_or_takes_a_cell_back_is_the_same_row(
    was: tuple[Cell, Cell], found: tuple[Cell, Cell], *, is_its_own: bool
) -> None:
    row = Planned(2, None, {0: (None, "T-2")}, (None, *was, None))
    tab, at = planned(row, (None, *found, None))
    missed = [hit for hit in hits(tab, tab.copy_of(at)) if hit.missed]
    assert (not missed) == is_its_own


@pytest.mark.parametrize(
    ("was", "found", "is_its_own"),
    [
        (("typed", "Ann"), ("typed", "Ben"), True),
        (("typed", "Ann"), ("other", "Ann"), False),
        ((None, "Ann"), (None, "Ben"), False),
        (("typed", "Ann", WHEN), ("typed", "Ben", None), False),
    ],
)
def test_a_new_row_that_is_called_as_before_and_half_as_it_was_is_the_same_row(
    was: tuple[Cell, ...], found: tuple[Cell, ...], *, is_its_own: bool
) -> None:
    row = Planned(2, None, {0: (None, "T-2")}, (None, *was, *[None] * (3 - len(was))))
    tab, at = planned(row, (None, *found))
    missed = [hit for hit in hits(replace(tab, title=1), tab.copy_of(at)) if hit.missed]
    assert (not missed) == is_its_own


@pytest.mark.parametrize(
    ("others", "name"),
    [
        ((), "T-3"),
        # A row that is more like it is the one that was meant, and of two that are not nobody can tell.
        (((None, "typed", None, WHEN),), None),
        (((None, "typed", None, None),), None),
    ],
)
def test_a_new_row_that_was_missed_gets_its_id_though_its_person_goes_on_typing(
    others: tuple[tuple[Cell, ...], ...], name: str | None
) -> None:
    # Somebody deletes a row above: the id goes to the next ticket, which gets its own back.
    row = Planned(3, None, {0: (None, "T-3")}, (None, "typed", None, None))
    tab, at = planned(row, ("T-2", "other", None, None))
    hit = grid(
        ("T-1", "first", None, None), (None, "typed", "Ann", None), ("T-3", "other", None, None), *others
    )
    found = resolved(tab, at, hit)
    assert (found.cell(3, 0), found.cell(2, 0)) == ("T-2", name)


@pytest.mark.parametrize(
    ("was", "stood", "name"),
    [
        (("typed", "Ann"), ("other", "Ann"), "T-2"),
        (("typed", "Ann"), ("other", None), None),
        (("typed", None), ("other", None), None),
    ],
)
def test_a_new_row_that_got_another_title_where_it_stood_gets_its_id(
    was: tuple[Cell, Cell], stood: tuple[Cell, Cell], name: str | None
) -> None:
    row = Planned(2, None, {0: (None, "T-2")}, (None, *was, None))
    tab, at = planned(row, (None, *stood, WHEN))
    hit = grid(("T-1", "first", None, None), ("T-2", *stood, WHEN))
    assert resolved(replace(tab, title=1), at, hit).cell(2, 0) == name


def test_of_two_new_rows_the_one_that_is_left_is_not_the_other_with_another_title() -> None:
    # Somebody deletes the first: the second stands where that one was.
    rows = tuple(
        Planned(place, None, {0: (None, f"T-{place}")}, (None, title, "Ann", None))
        for place, title in ((2, "typed"), (3, "other"))
    )
    tab, at = planned(rows[0], (None, "other", "Ann", None))
    tab = replace(tab, title=1, rows=rows, blocks=(*tab.blocks, (3, 3, 402)))
    hit = grid(("T-1", "first", None, None), ("T-2", "other", "Ann", None), ("T-3", None, None, None))
    found = resolved(tab, at, hit)
    assert [found.cell(place, 0) for place in (1, 2, 3)] == ["T-1", "T-3", None]


def test_a_row_that_was_missed_goes_below_the_last_ticket_and_not_below_notes() -> None:
    row = Planned(3, None, {0: (None, "T-2"), 1: (None, "second")}, (None, None, None, None))
    tab, at = planned(row, (None, "typed", None, None))
    hit = grid(
        ("T-1", "first", None, None),
        (None, None, None, None),
        ("T-2", "second", None, None),
        (None, None, None, None),
        (None, None, "remember", None),
    )
    stands = resolved(tab, at, hit)
    assert [stands.cell(row, 2) for row in range(1, stands.rows)] == [None, None, None, None, "remember"]
    assert stands.cell(3, 1) == "typed"
    assert [row for row in range(stands.rows) if stands.cell(row, 0) == "T-2"] == [2]


@pytest.mark.parametrize(("below", "stands"), [((None, None, "remember", None), []), (("begun", None), [4])])
def test_a_row_that_was_missed_does_not_go_below_a_note_though_below_a_line_that_people_began(
    below: tuple[Cell, ...], stands: list[int]
) -> None:
    # Somebody types where it was to stand: below a note it would draw that into the table.
    row = Planned(2, None, {0: (None, "T-2"), 1: (None, "second")}, (None, None, None, None))
    tab, at = planned(row, (None, "typed", None, None))
    hit = grid(("T-1", "first", None, None), ("T-2", "second", None, None), (*below, None, None)[:4])
    right = resolved(replace(tab, title=1), at, hit)
    assert right.cell(2, 1) == "typed"
    assert [row for row in range(right.rows) if right.cell(row, 0) == "T-2"] == stands


def test_a_new_row_whose_id_hit_its_place_is_one_though_somebody_types_in_it_before_all_is_right() -> None:
    # A column came in while it was written, and what is its own stands one to the left.
    row = Planned(2, None, {0: (None, "T-2"), 1: (None, "second")}, (None, None, None, None))
    titles = ("ID", "Mine", "Title", "Owner", "Due")
    tab, at = planned(row, (None, None, None, None), header=titles[:4])
    hit = grid(("T-1", None, "first", None, None), ("T-2", "second", None, "Ann", None), titles=titles)
    right = resolved(replace(tab, title=1, filled=(3,)), at, hit)
    assert right.rows == 3
    assert [right.cell(2, column) for column in range(4)] == ["T-2", None, "second", "Ann"]


@pytest.mark.parametrize(
    ("was", "stood", "is_its_own"),
    [
        ((None, None, None), (None, "begun"), False),
        ((None, None, None), (None, None), True),
        (("Ann", "typed", None), ("Ann", "typed"), True),
        (("Ann", "typed", None), ("Ben", "other"), False),
    ],
)
def test_a_new_row_is_held_against_what_stands_in_its_own_columns_where_one_came_in_before_them(
    was: tuple[Cell, ...], stood: tuple[Cell, Cell], *, is_its_own: bool
) -> None:
    # The title stands by then where a formula's column stood, what that shows telling nothing of a row.
    titles = ("ID", "Owner", "Title", "State")
    row = Planned(2, None, {0: (None, "T-2")}, (None, *was))
    tab, at = planned(row, (None, None, *stood), header=("ID", "Mine", *titles[1:3]))
    apart = replace(tab, title=2, titles=titles, filled=(3,), dated=())
    assert [hit.missed for hit in hits(apart, apart.copy_of(at))] == ([()] if is_its_own else [(0,)])


def test_of_two_lines_the_one_that_was_hit_is_told_by_its_title_where_a_column_came_in_before_that() -> None:
    # The title stands by then where a formula's column stood. Somebody sorts before it is read.
    titles = ("ID", "Owner", "Title", "State")
    tab, at = planned(Planned(2, "T-2", {1: (None, "Ben")}), (None, None, "Ann", "typed"))
    at |= {(400, JOURNAL_COLUMN + c): cell for c, cell in enumerate(("ID", "Mine", "Owner", "Title"))}
    hit = grid(
        ("T-2", None, None, "second", "open"),
        (None, "Ben", "Ann", "other", "open"),
        (None, "Ben", "Ann", "typed", "open"),
        titles=("ID", "Mine", "Owner", "Title", "State"),
    )
    formulas = {4: ["a formula", None, None, None]}
    apart = replace(tab, title=2, titles=titles, filled=(3,), dated=())
    right = resolved(apart, at, replace(hit, formulas=formulas))
    assert [right.cell(row, 1) for row in (1, 2, 3)] == [None, "Ben", None]


def test_columns_at_the_edge_of_a_table_that_people_swapped_are_found() -> None:
    begin = online_beginning(4)
    sandbox = sandbox_with(begin, random.Random(1), lambda: START)
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{begin.file.id}"
    tab = next(tab for tab in begin.file.book.tabs if tab.title == "Tickets")

    def moved(source: int, target: int) -> dict[str, Any]:
        span = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": source, "endIndex": source + 1}
        return {"moveDimension": {"source": span, "destinationIndex": target}}

    asked = json.dumps({"requests": [moved(3, 0), moved(1, 4)]}).encode()
    assert sandbox.handle("POST", f"{url}:batchUpdate", {}, asked).status == 200
    answer = json.loads(sandbox.handle("GET", f"{url}?fields={FIELDS}", {}, b"").body)
    found = snapshot(spreadsheet_as(answer))
    table = next(table for tab in found.tabs for table in tab.grid.tables if table.name == "tickets")
    live = found.tab("Tickets")
    assert live is not None
    assert {live.marks[c][1] for c in range(table.left, table.right + 1)} >= {
        f"tickets.{key}" for key in ("id", "created", "title", "type", "status")
    }


def test_what_a_new_row_had_comes_back_though_formulas_show_something_else_by_now() -> None:
    # A row is deleted and a new one typed in its place: it has no id, and what formulas show in it follows.
    titles = ("ID", "Title", "Owner", "Due", "Month", "Open", "Updated", "State")
    row = Planned(2, "T-2", {2: (None, "ours")})
    tab = PlannedTab(0, 0, 0, 7, 0, (3,), titles, (row,), ((0, 0, 400), (2, 2, 401)))
    copied: tuple[Cell, ...] = (None, "typed", "theirs", None, "2026-10", 1.0, "early", "late")
    at: dict[tuple[int, int], Cell] = {(400, JOURNAL_COLUMN + c): cell for c, cell in enumerate(titles)}
    at |= {(401, JOURNAL_COLUMN + c): cell for c, cell in enumerate(copied) if cell is not None}
    nothing = (None,) * 4
    hit = grid(("T-1", "first", None, None, *nothing), (None, "typed", "ours", None, *nothing), titles=titles)
    formulas = {place: ["a formula", None, None] for place in range(4, 8)}
    assert resolved(tab, at, replace(hit, formulas=formulas)).cell(2, 2) == "theirs"


def test_an_id_that_was_to_move_to_a_new_row_is_not_taken_from_the_row_that_gives_it_up() -> None:
    # An id stands by another row and is mended, while somebody inserts a row above both.
    mended = Planned(2, "T-9", {0: ("T-9", "T-6")}, ("T-9", "first", None, None))
    new = Planned(3, None, {0: (None, "T-9"), 2: (None, "Ben")}, (None, "title", None, None))
    tab = PlannedTab(0, 0, 0, 3, 0, (3,), TITLES, (mended, new), ((0, 0, 400), (2, 3, 401)))
    at: dict[tuple[int, int], Cell] = {}
    copied: list[tuple[Cell, ...]] = [TITLES, (None, "inserted", None, None), ("T-9", "first", None, None)]
    for place, cells in enumerate(copied, 400):
        at |= {(place, JOURNAL_COLUMN + c): cell for c, cell in enumerate(cells) if cell is not None}
    hit = grid(
        ("T-1", "one", None, None),
        ("T-6", "inserted", None, None),
        ("T-9", "first", "Ben", None),
        (None, "title", None, None),
    )
    stands = resolved(tab, at, hit)
    rows = [tuple(stands.cell(row, column) for column in range(3)) for row in range(1, 5)]
    assert rows == [
        ("T-1", "one", None), (None, "inserted", None), ("T-6", "first", None), ("T-9", "title", "Ben"),
    ]  # fmt: skip


def test_a_copy_that_was_to_get_an_id_of_its_own_is_not_taken_for_the_row_it_was_copied_from() -> None:
    # Two rows have one id. The copy is to get another, and just then somebody types a third over it.
    copy = Planned(3, "T-8", {0: ("T-8", "T-11")}, ("T-8", "a copy", "Ann", None))
    tab, at = planned(copy, ("T-549", "a copy", "Ann", None))
    hit = grid(("T-1", "one", None, None), ("T-8", "first", "Ann", None), ("T-11", "a copy", "Ann", None))
    assert not is_right([tab], at)
    assert resolved(tab, at, hit).columns[0] == ["ID", "T-1", "T-8", "T-549"]
    # Nor is the row that moved to where the copy stood.
    tab, at = planned(copy, ("T-8", "first", "Ann", None))
    hit = grid(("T-1", "one", None, None), ("T-8", "a copy", "Ann", None), ("T-11", "first", "Ann", None))
    assert resolved(tab, at, hit).columns[0] == ["ID", "T-1", "T-11", "T-8"]


def test_a_copy_in_which_somebody_just_typed_is_not_taken_for_the_row_that_is_as_it_was() -> None:
    # A row was copied whole. The copy is to get an id of its own, and just then somebody types its date.
    copy = Planned(3, "T-8", {0: ("T-8", "T-11")}, ("T-8", "first", "Ann", None))
    first, typed = ("T-8", "first", "Ann", None), ("T-8", "first", "Ann", WHEN)
    tab, at = planned(copy, typed)
    hit = grid(("T-1", "one", None, None), first, ("T-11", *typed[1:]))
    assert resolved(replace(tab, title=1, common=("first",)), at, hit).columns[0] == [
        "ID",
        "T-1",
        "T-8",
        "T-8",
    ]
    # Where the row that moved there is called otherwise, the copy is the one that is as it was.
    tab, at = planned(copy, ("T-8", "other", "Ann", None))
    hit = grid(("T-1", "one", None, None), first, ("T-11", "other", "Ann", None))
    assert resolved(replace(tab, title=1, common=("first",)), at, hit).columns[0] == [
        "ID",
        "T-1",
        "T-11",
        "T-8",
    ]


def test_a_copy_in_which_somebody_just_typed_is_told_though_a_column_came_in_before_its_title() -> None:
    copy = Planned(3, "T-8", {0: ("T-8", "T-11")}, ("T-8", "first", "Ann", None))
    titles = ("ID", "Mine", "Title", "Owner", "Due")
    tab, at = planned(copy, ("T-8", None, "first", "Bea"), header=titles[:4])
    hit = grid(
        ("T-1", None, "one", None, None),
        ("T-8", None, "first", "Ann", None),
        ("T-11", None, "first", "Bea", None),
        titles=titles,
    )
    assert resolved(replace(tab, title=1, filled=(3,), common=("first",)), at, hit).columns[0] == [
        "ID",
        "T-1",
        "T-8",
        "T-8",
    ]


def test_what_formulas_show_in_a_new_row_tells_nothing_of_it() -> None:
    titles = ("ID", "Title", "Owner", "Due", "Month", "Open")
    row = Planned(2, None, {0: (None, "T-2")}, (None, "typed", None, None, "2026-10", 1.0))
    tab = PlannedTab(0, 0, 0, 5, 0, (3,), titles, (row,), ((0, 0, 400), (2, 2, 401)), filled=(4, 5))
    at: dict[tuple[int, int], Cell] = {(400, JOURNAL_COLUMN + c): cell for c, cell in enumerate(titles)}
    at |= {(401, JOURNAL_COLUMN + 1): "typed", (401, JOURNAL_COLUMN + 4): "2026-11"}
    assert is_right([tab], at)
    assert not is_right([replace(tab, filled=())], at)


def test_a_new_row_gets_its_id_though_somebody_types_over_the_header_of_a_formula() -> None:
    titles = ("ID", "Title", "Owner", "Due", "Open")
    row = Planned(2, None, {0: (None, "T-2"), 2: (None, "Ben")}, (None, "typed", None, None, 1.0))
    tab = PlannedTab(0, 0, 0, 4, 0, (3,), titles, (row,), ((0, 0, 400), (2, 2, 401)), filled=(4,))
    then = (*titles[:4], "Still open")
    at: dict[tuple[int, int], Cell] = {(400, JOURNAL_COLUMN + c): cell for c, cell in enumerate(then)}
    at[401, JOURNAL_COLUMN + 1] = "typed"
    assert is_right([tab], at)
    # A row is inserted above it as well: it is found by what is its own.
    at[401, JOURNAL_COLUMN + 1] = "inserted"
    nothing = (None, None, None)
    hit = grid(
        ("T-1", "first", *nothing),
        ("T-2", "inserted", "Ben", None, None),
        (None, "typed", *nothing),
        titles=then,
    )
    stands = resolved(tab, at, hit)
    rows = [tuple(stands.cell(row, column) for column in range(3)) for row in (2, 3)]
    assert rows == [(None, "inserted", None), ("T-2", "typed", "Ben")]


@pytest.mark.parametrize("is_tagged", [False, True])
def test_a_row_over_whose_id_that_of_the_row_meant_was_pasted_is_not_that_row(*, is_tagged: bool) -> None:
    # Somebody moves rows and pastes an id: where T-2 was to get an owner stands another ticket, called T-2.
    row = Planned(2, "T-2", {2: (None, "Ben")}, (), "second")
    tab, at = planned(row, ("T-2", "third", None, None))
    tab = replace(tab, title=1)
    assert not is_right([tab], at)
    ours = None if is_tagged else "Ben"
    there = grid(("T-1", "first", None, None), ("T-2", "third", ours, None), ("T-2", "second", None, None))
    [hit] = hits(told_apart(tab, there), tab.copy_of(at))
    assert hit.missed == (2,)
    right = resolved(told_apart(tab, there), at, there, is_tagged=is_tagged)
    assert [right.cell(line, 2) for line in (2, 3)] == [None, "Ben"]


@pytest.mark.parametrize("other", [("T-3", "third", None, None), ("T-2", "third", None, None)])
def test_a_row_that_got_another_title_is_the_row_meant_where_no_other_is_called_so(
    other: tuple[Cell, ...],
) -> None:
    row = Planned(2, "T-2", {2: (None, "Ben")}, (), "second")
    tab, at = planned(row, ("T-2", "retold", None, None))
    there = grid(("T-1", "first", None, None), ("T-2", "retold", "Ben", None), other)
    apart = told_apart(replace(tab, title=1), there)
    assert hits(apart, apart.copy_of(at)) == []


def test_the_titles_of_rows_that_a_write_gives_none_stand_in_its_plan() -> None:
    row = Planned(2, "T-2", {2: (None, "Ben")}, (), "second")
    tab = replace(planned(row, ("T-2", "second", None, None))[0], title=1)
    assert decoded(encoded(Plan("t", (tab,)))).tabs == (tab,)


def test_a_line_that_a_tagged_write_emptied_whole_gets_back_what_stood_there() -> None:
    # Another's id is pasted over T-3's; while that is put back, and its owner cleared, somebody inserts a
    # line above. The id, known by its tag, has gone from the line again, and nothing is left in it.
    was = ("T-1", "own", "Keeper", None)
    row = Planned(2, "T-1", {0: ("T-1", "T-3"), 2: ("Keeper", None)}, was)
    tab, at = planned(row, (None, None, "Ann", None))
    found = resolved(
        tab, at, grid(("T-1", "first", None, None), (None, None, None, None), was), is_tagged=True
    )
    assert (found.cell(2, 2), found.cell(3, 0), found.cell(3, 2)) == ("Ann", "T-3", None)


@pytest.mark.parametrize("is_tagged", [False, True])
def test_a_row_that_was_sorted_away_from_its_id_gets_what_was_meant_for_it(*, is_tagged: bool) -> None:
    # Somebody sorts all columns but the ids just before the write: T-2's id stands beside T-1's row.
    row = Planned(2, "T-2", {2: (None, "Ben")}, (), "second")
    tab, at = planned(row, ("T-2", "first", "Ann", None))
    tab = replace(tab, title=1)
    there = grid(
        ("T-1", "second", None, None),
        ("T-2", "first", "Ann" if is_tagged else "Ben", None),
        ("T-3", "third", None, None),
    )
    apart = told_apart(tab, there)
    right = resolved(apart, at, there, is_tagged=is_tagged)
    assert [right.cell(line, 2) for line in (1, 2)] == ["Ben", "Ann"]
    # Where others were called so before, it may have got another title.
    assert hits(told_apart(replace(tab, common=("second",)), there), tab.copy_of(at))[0].missed == ()


def test_titles_that_several_rows_have_stand_in_the_plan() -> None:
    row = Planned(2, "T-2", {2: (None, "Ben")}, (), "second")
    tab = replace(planned(row, ("T-2", "second", None, None))[0], title=1, common=("second",))
    assert decoded(encoded(Plan("t", (tab,)))).tabs == (tab,)


@pytest.mark.parametrize(
    "now",
    [
        ("ID", "Mine", "Title", "Owner", "Due"),
        ("Mine", "ID", "Title", "Owner", "Due"),
        ("ID", "Title", "Owner", "Due", "Mine"),
        ("ID", "Title", "Owner", "Mine", "Due"),
    ],
)
def test_under_a_header_that_showed_an_error_a_column_has_moved_as_those_beside_it(
    now: tuple[str, ...],
) -> None:
    # What was to be emptied in T-2 hit T-3; then somebody inserts a column.
    row = Planned(2, "T-2", {2: ("Ann", None)}, (), "second")
    tab, at = planned(row, ("T-3", "third", "Ben", None), header=("ID", "Title", "", "Due"))
    tab = replace(tab, title=1, titles=("ID", "Title", None, "Due"))

    def line(**cells: Cell) -> tuple[Cell, ...]:
        return tuple(cells.get(title) for title in now)

    there = grid(line(ID="T-2", Title="second", Owner="Ann"), line(ID="T-3", Title="third"), titles=now)
    right = resolved(tab, at, there)
    assert right.cell(2, now.index("Owner")) == "Ben"
    assert right.cell(2, now.index("Mine")) is None


def test_titles_that_come_back_stand_in_the_plan() -> None:
    row = Planned(2, "T-2", {2: (None, "Ben")})
    tab = planned(row, ("T-2", "second", None, None))[0]
    tab = replace(tab, restored=((3, "tickets.due", "Due"), (4, "tickets.notes", None)))
    assert decoded(encoded(Plan("t", (tab,)))).tabs == (tab,)
