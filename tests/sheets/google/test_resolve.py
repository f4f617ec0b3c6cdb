"""What a write hit that was not its own is given back, and what it missed stands where it was meant to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell, blank
from sheetdesk.columns.moment import serial
from sheetdesk.sheets.google.hits import is_right, same
from sheetdesk.sheets.google.journal import JOURNAL_COLUMN, Planned, PlannedTab
from sheetdesk.sheets.google.resolve import resolved
from sheetdesk.sheets.moments import moment
from sheetdesk.table.grid import Grid, GridTable

Row = list[Cell]
TITLES: Row = ["ID", "Title", "Owner"]


@dataclass
class Tab:
    """A tab while people and a writer work on it; its first row is the header. Dates are day numbers."""

    rows: list[Row]
    dated: frozenset[int] = frozenset()
    copies: dict[tuple[int, int], Cell] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return max(map(len, self.rows))

    def cell(self, row: int, column: int) -> Cell:
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None

    def set(self, row: int, column: int, cell: Cell) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        line.extend([None] * (column + 1 - len(line)))
        line[column] = cell

    def sort(self, column: int, *, descending: bool = False) -> None:
        body = sorted(self.rows[1:], key=lambda row: str(self.of(row, column)), reverse=descending)
        self.rows[1:] = [row for row in body if any(row)] + [row for row in body if not any(row)]

    @staticmethod
    def of(row: Row, column: int) -> Cell:
        return row[column] if column < len(row) else None

    def insert_column(self, column: int, cells: Sequence[Cell] = ()) -> None:
        for place, row in enumerate(self.rows):
            row.extend([None] * (column - len(row)))
            row.insert(column, cells[place] if place < len(cells) else None)
        self.dated = frozenset(place + (place >= column) for place in self.dated)

    def move_column(self, column: int, to: int) -> None:
        width = self.width
        for row in self.rows:
            row.extend([None] * (width - len(row)))
            row.insert(to, row.pop(column))

    def plan(self, cells: dict[tuple[int, int], Cell]) -> PlannedTab:
        """A write of these cells, as it is planned upon what stands here now."""
        lines: dict[int, dict[int, tuple[Cell, Cell]]] = {}
        for (row, column), new in sorted(cells.items()):
            lines.setdefault(row, {})[column] = (self.shown(row, column), new)
        span = range(self.width)
        rows = []
        for row, planned in lines.items():
            name = self.cell(row, 0)
            was = tuple(self.shown(row, column) for column in span) if blank(name) else ()
            rows.append(Planned(row, name, planned, was))
        blocks = [(0, 0, 400), *((row, row, 401 + place) for place, row in enumerate(lines))]
        dated = tuple(sorted(self.dated))
        titles = tuple(self.cell(0, column) for column in span)
        return PlannedTab(7, 0, 0, span[-1], 0, dated, titles, tuple(rows), tuple(blocks))

    def shown(self, row: int, column: int) -> Cell:
        """A cell as it is read: a number in a column of dates is one."""
        found = self.cell(row, column)
        return moment(found, False) if column in self.dated and isinstance(found, float) else found

    def write(self, plan: PlannedTab) -> None:
        """Apply the batch to whatever stands here: copy, then write by place."""
        for first, last, at in plan.blocks:
            for row in range(first, last + 1):
                for column in range(plan.left, plan.right + 1):
                    spot = at + row - first, JOURNAL_COLUMN + column - plan.left
                    self.copies[spot] = self.cell(row, column)
        for planned in plan.rows:
            for column, (_, new) in planned.cells.items():
                self.set(planned.row, column, serial(new) if isinstance(new, datetime) else new)

    def grid(self, top: int = 0) -> Grid:
        columns = [[self.shown(row, column) for row in range(len(self.rows))] for column in range(self.width)]
        table = GridTable("tickets", top, 0, len(self.rows) - 1, self.width - 1)
        return Grid("Tickets", len(self.rows), columns, tables=(table,))

    def resolved(self, plan: PlannedTab, top: int = 0) -> list[Row]:
        """What people are to see, without blank cells at the ends."""
        return trimmed(resolved(plan, self.copies, self.grid(top), self.dated))


def trimmed(grid: Grid) -> list[Row]:
    rows = [[grid.cell(row, column) for column in range(len(grid.columns))] for row in range(grid.rows)]
    for row in rows:
        while row and blank(row[-1]):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def tab(count: int = 3) -> Tab:
    body: list[Row] = [[f"T-{n}", f"title {n}", f"owner {n}"] for n in range(1, count + 1)]
    return Tab([list(TITLES), *body])


def after(
    acts: Callable[[Tab], object],
    cells: dict[tuple[int, int], Cell] | None = None,
    then: Callable[[Tab], object] = lambda tab: None,
) -> list[Row]:
    """The tab after the title of T-2 was written upon what people made of it by `acts`."""
    found = tab()
    plan = found.plan(cells or {(2, 1): "ours"})
    acts(found)
    found.write(plan)
    then(found)
    return found.resolved(plan)


def by_id(rows: list[Row]) -> dict[Cell, Row]:
    return {row[0]: row[1:] for row in rows if row}


def test_a_write_that_hit_what_it_was_meant_for_leaves_the_tab_as_it_is() -> None:
    found = tab()
    plan = found.plan({(2, 1): "ours"})
    found.write(plan)
    grid = found.grid()
    assert is_right([plan], found.copies)
    assert resolved(plan, found.copies, grid) is grid


def test_a_row_of_another_id_is_not_taken_for_the_one_that_was_meant_though_the_cells_are_alike() -> None:
    found = Tab([TITLES, ["T-1", "ink", "Ann"], ["T-2", "ink", "Bob"]])
    plan = found.plan({(1, 1): "toner"})
    found.sort(0, descending=True)
    found.write(plan)
    assert not is_right([plan], found.copies)


def test_rows_that_were_sorted_keep_their_own_and_the_value_goes_to_its_row() -> None:
    assert after(lambda tab: tab.sort(0, descending=True)) == [
        TITLES, ["T-3", "title 3", "owner 3"], ["T-2", "ours", "owner 2"], ["T-1", "title 1", "owner 1"],
    ]  # fmt: skip


def test_a_row_inserted_above_moves_the_value_along() -> None:
    rows = after(lambda tab: tab.rows.insert(1, [None, "mine"]))
    assert rows[1] == [None, "mine"]
    assert by_id(rows)["T-2"] == ["ours", "owner 2"]
    assert by_id(rows)["T-1"] == ["title 1", "owner 1"]


def test_a_row_that_was_deleted_takes_its_value_along() -> None:
    rows = after(lambda tab: tab.rows.pop(2))
    assert rows == [TITLES, ["T-1", "title 1", "owner 1"], ["T-3", "title 3", "owner 3"]]


def test_what_people_typed_into_the_very_cell_stays() -> None:
    rows = after(lambda tab: tab.set(2, 1, "theirs"))
    assert by_id(rows)["T-2"] == ["theirs", "owner 2"]


def test_a_cell_that_people_emptied_stays_empty() -> None:
    assert by_id(after(lambda tab: tab.set(2, 1, None)))["T-2"] == [None, "owner 2"]


def test_what_people_type_over_our_value_afterwards_stays() -> None:
    cells: dict[tuple[int, int], Cell] = {(1, 1): "ours"}
    rows = after(lambda tab: tab.sort(0, descending=True), cells, lambda tab: tab.set(1, 1, "late"))
    assert by_id(rows)["T-3"] == ["late", "owner 3"]
    assert by_id(rows)["T-1"] == ["ours", "owner 1"]


def test_rows_sorted_again_after_the_write_are_found_again() -> None:
    rows = after(lambda tab: tab.sort(0, descending=True), {(1, 1): "ours"}, lambda tab: tab.sort(1))
    assert by_id(rows) == {
        "ID": TITLES[1:], "T-1": ["ours", "owner 1"], "T-2": ["title 2", "owner 2"],
        "T-3": ["title 3", "owner 3"],
    }  # fmt: skip


def test_a_column_that_was_inserted_gets_nothing_of_ours() -> None:
    rows = after(lambda tab: tab.insert_column(1, ["Mine", "a", "b", "c"]))
    assert rows[2] == ["T-2", "b", "ours", "owner 2"]
    assert rows[1] == ["T-1", "a", "title 1", "owner 1"]


def test_a_column_without_a_title_gets_back_what_stood_in_it() -> None:
    rows = after(lambda tab: tab.insert_column(1, [None, "a", "b", "c"]))
    assert rows[2] == ["T-2", "b", "ours", "owner 2"]


def test_columns_that_changed_places_get_their_own() -> None:
    rows = after(lambda tab: tab.move_column(1, 2))
    assert rows[0] == ["ID", "Owner", "Title"]
    assert rows[2] == ["T-2", "owner 2", "ours"]


def test_ids_that_changed_places_are_found() -> None:
    rows = after(lambda tab: tab.move_column(0, 2))
    assert rows[2] == ["ours", "owner 2", "T-2"]


def test_a_column_that_was_renamed_is_still_the_same() -> None:
    rows = after(lambda tab: tab.set(0, 1, "Subject"))
    assert rows[2] == ["T-2", "ours", "owner 2"]


def test_a_column_that_was_renamed_after_the_write_is_still_the_same() -> None:
    cells: dict[tuple[int, int], Cell] = {(1, 1): "ours"}
    rows = after(lambda tab: tab.sort(0, descending=True), cells, lambda tab: tab.set(0, 1, "Subject"))
    assert by_id(rows)["T-1"] == ["ours", "owner 1"]
    assert by_id(rows)["T-3"] == ["title 3", "owner 3"]


def test_a_column_that_is_inserted_before_the_last_is_not_the_last_renamed() -> None:
    rows = after(lambda tab: tab.insert_column(2, ["Mine", "a", "b", "c"]), {(2, 2): "ours"})
    assert rows[2] == ["T-2", "title 2", "b", "ours"]


def test_a_row_above_the_header_costs_nobody_anything() -> None:
    found = tab()
    plan = found.plan({(1, 1): "ours 1", (2, 1): "ours 2", (3, 2): "ours 3"})
    found.rows.insert(0, ["Our tickets"])
    found.write(plan)
    rows = found.resolved(plan, top=1)
    assert rows[:2] == [["Our tickets"], TITLES]
    assert by_id(rows[1:]) == {
        "ID": TITLES[1:], "T-1": ["ours 1", "owner 1"], "T-2": ["ours 2", "owner 2"],
        "T-3": ["title 3", "ours 3"],
    }  # fmt: skip


def test_a_new_row_makes_room_for_the_line_that_somebody_typed_there() -> None:
    cells: dict[tuple[int, int], Cell] = {(4, 0): "T-4", (4, 1): "ours", (4, 2): "owner 4"}
    rows = after(lambda tab: tab.rows.append([None, "theirs"]), cells)
    assert rows[4:] == [[None, "theirs"], ["T-4", "ours", "owner 4"]]


def test_a_new_row_stands_whole_where_columns_changed_places() -> None:
    cells: dict[tuple[int, int], Cell] = {(4, 0): "T-4", (4, 1): "ours", (4, 2): "owner 4"}
    rows = after(lambda tab: tab.move_column(1, 2), cells)
    assert rows[4:] == [["T-4", "owner 4", "ours"]]


def test_a_new_row_finds_its_place_below_rows_that_were_deleted() -> None:
    cells: dict[tuple[int, int], Cell] = {(4, 0): "T-4", (4, 1): "ours"}
    rows = after(lambda tab: tab.rows.pop(1), cells)
    assert by_id(rows)["T-4"] == ["ours"]
    assert len([row for row in rows if row]) == 4


def test_an_id_goes_to_the_line_that_it_was_meant_for() -> None:
    found = tab()
    found.rows.append([None, "new line", "Ann"])
    plan = found.plan({(4, 0): "T-4"})
    found.sort(1)
    assert found.rows[1][1] == "new line"
    found.rows.pop(2)
    found.write(plan)
    rows = found.resolved(plan)
    assert by_id(rows)["T-4"] == ["new line", "Ann"]
    assert by_id(rows)["T-3"] == ["title 3", "owner 3"]


def test_a_line_that_was_emptied_whole_is_there_again() -> None:
    cells: dict[tuple[int, int], Cell] = {(2, 1): None}
    rows = after(lambda tab: tab.rows.insert(2, [None, "theirs"]), cells)
    assert rows[2:4] == [[None, "theirs"], ["T-2", None, "owner 2"]]
    rows = after(lambda tab: tab.rows.insert(2, [None, "theirs"]), cells, lambda tab: tab.sort(0))
    assert [None, "theirs"] in rows
    assert by_id(rows)["T-2"] == [None, "owner 2"]


def test_of_two_lines_alike_none_gets_the_id_by_chance() -> None:
    found = tab(1)
    found.rows += [[None, "same", "Ann"], [None, "same", "Ann"]]
    plan = found.plan({(2, 0): "T-4"})
    found.rows.insert(1, [None, "other", "Bob"])
    found.write(plan)
    rows = found.resolved(plan)
    assert sorted(map(str, rows[1:])) == sorted(
        map(str, [["T-1", "title 1", "owner 1"], [None, "other", "Bob"], *[[None, "same", "Ann"]] * 2])
    )


def test_ids_with_leading_zeros_are_not_the_numbers_they_look_like() -> None:
    found = Tab([[*TITLES], ["0042", "text"], [42.0, "number"]])
    plan = found.plan({(1, 1): "ours"})
    found.sort(1)
    found.write(plan)
    assert by_id(found.resolved(plan)) == {"ID": TITLES[1:], "0042": ["ours"], 42.0: ["number"]}


def test_a_doubled_id_gets_no_value_that_may_be_the_others() -> None:
    found = Tab([[*TITLES], ["T-1", "one"], ["T-1", "two"], ["T-2", "three"]])
    plan = found.plan({(1, 1): "ours"})
    found.rows.insert(1, ["T-3", "four"])
    found.write(plan)
    rows = found.resolved(plan)
    assert rows == [TITLES, ["T-3", "four"], ["T-1", "one"], ["T-1", "two"], ["T-2", "three"]]


@pytest.mark.parametrize(("common", "expected"), [((), "T-2"), (("copied",), "T-1")])
def test_a_copy_with_a_title_of_its_own_is_itself_though_somebody_typed_in_it_before_the_write(
    common: tuple[str, ...], expected: str
) -> None:
    found = Tab([["ID", "Title", "Notes"], ["T-1", "one", "note"], ["T-1", "copied", "note"]])
    (row,) = (line := found.plan({(2, 0): "T-2"})).rows
    plan = replace(line, rows=(row._replace(was=("T-1", "copied", "note")),), title=1, common=common)
    found.set(2, 2, "more")
    found.write(plan)
    assert found.resolved(plan)[2] == [expected, "copied", "more"]


def test_a_row_whose_id_was_pasted_over_after_a_write_that_missed_gets_back_what_it_had() -> None:
    body: list[Row] = [[f"T-{n}", f"title {n}", f"owner {n}", f"due {n}"] for n in (1, 2)]
    found = Tab([[*TITLES, "Due"], *body])
    plan = found.plan({(2, 2): "ours"})
    found.move_column(1, 2)
    found.write(plan)
    found.set(2, 0, "T-1")
    assert found.resolved(plan)[2] == ["T-1", "owner 2", "title 2", "due 2"]


@pytest.mark.parametrize(
    ("title", "notes", "expected"),
    [("copied", "more", "T-2"), ("one", "more", "T-1"), ("copied", "other", "T-1"), (None, "note", "T-1")],
)
def test_a_copy_in_which_somebody_goes_on_typing_gets_the_id_that_it_was_given(
    title: Cell, notes: Cell, expected: str
) -> None:
    # Only its own title tells it from the row that it was copied from.
    found = Tab([["ID", "Title", "Notes"], ["T-1", "one", "note"], ["T-1", title, "note"]])
    (row,) = (line := found.plan({(2, 0): "T-2"})).rows
    was = tuple(found.cell(2, column) for column in range(3))
    plan = replace(line, rows=(row._replace(was=was),), title=1)
    found.rows.insert(1, [None, "mine"])
    found.write(plan)
    found.set(3, 2, notes if notes != "note" else None)
    if notes == "other":
        found.rows.append(["T-1", title, "note"])
        found.set(3, 1, title)
    assert found.resolved(plan)[3][0] == expected


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (["begun"], ["other"], "T-2"),
        (["begun", "Ann"], ["other"], None),
        (["begun"], ["other", "Ann"], None),
        (["begun"], [None, "Ann"], None),
    ],
)
def test_a_line_of_which_a_title_was_all_may_get_another_in_its_place(
    was: Row, now: Row, expected: Cell
) -> None:
    found = Tab([[*TITLES], ["T-1", "title 1", "owner 1"], [None, *was]])
    plan = replace(found.plan({(2, 0): "T-2"}), title=1)
    found.rows[2] = [None, *now]
    found.write(plan)
    assert found.resolved(plan)[2][0] == expected


def test_a_date_that_hit_a_number_gives_the_number_back() -> None:
    day = datetime(2026, 4, 1)
    found = Tab([["ID", "Due"], ["T-1", None], ["T-2", None]], frozenset({1}))
    plan = found.plan({(1, 1): day})
    found.insert_column(1, ["Hours", 12000.123456789, 7.0])
    found.write(plan)
    assert found.resolved(plan) == [["ID", "Hours", "Due"], ["T-1", 12000.123456789, day], ["T-2", 7.0]]


def test_a_text_that_hit_a_date_gives_the_date_back() -> None:
    day = datetime(2026, 4, 1, 12, 30)
    found = Tab([["ID", "Title", "Due"], ["T-1", "one", serial(day)], ["T-2", "two", None]], frozenset({2}))
    plan = found.plan({(1, 1): "ours"})
    found.move_column(1, 2)
    found.dated = frozenset({1})
    found.write(plan)
    assert found.resolved(plan)[1] == ["T-1", day, "ours"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (None, "", True), (None, "  ", True), ("", None, True), ("a", "a", True), ("a", "A", False),
        (1.0, True, False), (0.0, False, False), (0.0, None, False), ("1", 1.0, False), (False, None, False),
        (datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 0, 900), True),
        (datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 0, 9000), False),
    ],
)  # fmt: skip
def test_two_cells_are_the_same(one: Cell, other: Cell, is_same: bool) -> None:
    assert same(one, other) is is_same
    assert same(other, one) is is_same


# The law, for rows with ids of their own. What people had when the write was applied stands in `resolved`,
# in its row and column; but in cells that were planned, whose row and column were still there and in which
# the planned content stood, the planned value stands. Nothing else has changed.
#
# For lines without an id: each whole line is still there, and none has become of nothing. A new ticket
# stands in one row, whole. What stands in columns that people added stays in them.

word = st.sampled_from(["a", "b", "c", "d", "ours", ""])
ACTS = st.one_of(
    st.tuples(st.just("sort"), st.integers(0, 4), st.booleans()),
    st.tuples(st.just("insert"), st.integers(1, 6)),
    st.tuples(st.just("line"), st.integers(1, 6), word),
    st.tuples(st.just("delete"), st.integers(1, 6)),
    st.tuples(st.just("edit"), st.integers(1, 6), st.integers(1, 3), word),
    st.tuples(st.just("move"), st.integers(1, 6), st.integers(1, 6)),
    st.tuples(st.just("column"), st.integers(0, 3), st.sampled_from([None, "Mine", "x"])),
    st.tuples(st.just("swap"), st.integers(0, 3), st.integers(0, 3)),
)


def play(found: Tab, act: tuple[Any, ...]) -> None:
    """One act of people, where it can be done."""
    kind, *facts = act
    if kind == "sort":
        found.sort(min(facts[0], found.width - 1), descending=facts[1])
    elif kind == "insert":
        found.rows.insert(facts[0], [])
    elif kind == "line":
        found.rows.insert(facts[0], [])
        for column, title in enumerate(found.rows[0]):
            if title in ("Title", "Owner"):
                found.set(min(facts[0], len(found.rows) - 1), column, f"line {facts[1]} {title}")
    elif kind == "delete" and facts[0] < len(found.rows):
        found.rows.pop(facts[0])
    elif kind == "edit" and facts[0] < len(found.rows) and found.cell(facts[0], found.rows[0].index("ID")):
        if facts[1] < found.width and found.rows[0][facts[1]] != "ID":
            found.set(facts[0], facts[1], facts[2] or None)
    elif kind == "move" and facts[0] < len(found.rows):
        found.rows.insert(facts[1], found.rows.pop(facts[0]))
    elif kind == "column" and found.width < 6:
        found.insert_column(facts[0], [facts[1], *(f"m{n}" for n in range(len(found.rows) - 1))])
    elif kind == "swap" and max(facts) < found.width:
        found.move_column(facts[0], facts[1])


def meaning(rows: list[Row]) -> tuple[dict[Any, dict[str, Cell]], Counter[str], Counter[Cell]]:
    """Rows by id, each as cells by title; lines without an id, as texts; and what stands in people's own
    columns, which makes no line of a row.
    """
    titles = ["" if blank(title) else str(title) for title in rows[0]]
    place = titles.index("ID")
    named: dict[Any, dict[str, Cell]] = {}
    lines: Counter[str] = Counter()
    own: Counter[Cell] = Counter()
    for row in rows[1:]:
        cells = {title: cell for title, cell in zip(titles, row, strict=False) if not blank(cell)}
        own.update(cell for title, cell in zip(titles, row, strict=False) if title not in TITLES and cell)
        name = row[place] if place < len(row) else None
        line: dict[str, Cell] = {title: cells[title] for title in ("Title", "Owner") if title in cells}
        if not blank(name):
            named[name] = line
        elif line:
            lines[str(line)] += 1
    return named, lines, own


@settings(max_examples=200)
# All of a new line that was copied is emptied, for a column came in between, and lines are sorted then.
@example(
    count=2,
    planned={(2, 2): ""},
    acts=[("column", 0, None), ("line", 2, "a")],
    later=[("sort", 0, False)],
)
# A title that moved out of what is copied, and another in its place, are no renaming.
@example(count=1, planned={(2, 1): "a"}, acts=[("swap", 1, 2), ("column", 1, "Mine")], later=[])
@given(
    count=st.integers(1, 4),
    planned=st.dictionaries(st.tuples(st.integers(1, 5), st.integers(1, 2)), word, min_size=1, max_size=5),
    acts=st.lists(ACTS, max_size=4),
    later=st.lists(st.tuples(st.just("sort"), st.integers(0, 4), st.booleans()), max_size=1),
)
def test_nothing_of_peoples_is_lost_and_each_value_stands_in_its_row_or_nowhere(
    count: int,
    planned: dict[tuple[int, int], str],
    acts: list[tuple[Any, ...]],
    later: list[tuple[Any, ...]],
) -> None:
    found = tab(count)
    cells: dict[tuple[int, int], Cell] = {
        (min(row, count + 1), column): value or None for (row, column), value in planned.items()
    }
    if any(row == count + 1 for row, _ in cells):
        cells[count + 1, 0] = "T-new"
        cells[count + 1, 1] = "new title"
    plan = found.plan(cells)
    for act in acts:
        play(found, act)
    people = replace(found, rows=[[*row] for row in found.rows])
    found.write(plan)
    for act in later:
        play(found, act)
    named, lines, own = meaning(trimmed(people.grid()))
    for row in plan.rows:
        for column, (old, new) in row.cells.items():
            title = str(TITLES[column])
            if row.name in named and same(named[row.name].get(title), old):
                named[row.name][title] = new
    expected = {name: {t: c for t, c in row.items() if not blank(c)} for name, row in named.items()}
    got, got_lines, got_own = meaning(found.resolved(plan))
    fresh = got.pop("T-new", None)
    assert got == expected
    assert got_lines == lines
    assert got_own == own
    if (count + 1, 0) in cells:
        wanted = {TITLES[c]: v for (r, c), v in cells.items() if r == count + 1 and c and v is not None}
        assert fresh == wanted
