"""What a tab that people edited says: every oddity, row by row and cell by cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell
from sheetdesk.table.candidates import UNKNOWN
from sheetdesk.table.grid import Grid, GridTable
from sheetdesk.table.plain import PlainRows, plain_rows
from sheetdesk.table.reading import SheetReading
from sheetdesk.table.table import Table, kind_of, stored
from sheetdesk.table.touched import is_same_cell
from tests.desk import small
from tests.table import TICKETS, tables
from tests.table.drawn import SETTING, agreed, drawn, drawn_cell, read_drawn, told

BASE = agreed(
    T_001={"title": "ink", "status": "new", "owner": "Ann Example", "due": "2026-04-01 09:00"},
    T_002={"title": "toner", "status": "open", "satisfaction": 4.0},
    T_003={"title": "paper", "status": "closed", "owner": "Ben Example"},
)
HEAD = "ID | Title | Status | Owner | Due | Satisfaction\n"
ONE = "T-001 | ink | New | Ann Example | 2026-04-01 09:00 | .\n"
TWO = "T-002 | toner | In progress | . | . | 4\n"
THREE = "T-003 | paper | Closed | Ben Example | . | .\n"


def read(text: str, **more: Any) -> SheetReading:
    """The tab with this text under the header, read."""
    of_grid = {key: more.pop(key) for key in ("native", "last", "totals", "merged", "numbers") if key in more}
    header = more.pop("header", HEAD)
    return read_drawn(drawn(header + text, **of_grid), more.pop("base", BASE), **more)


def problems(reading: SheetReading) -> list[tuple[str, str, str, str, str]]:
    """Each as (kind, cell, column, what was typed, whose)."""
    return [(p.kind, p.cell, p.column, p.raw, p.ticket) for p in reading.problems]


def changed(reading: SheetReading, base: PlainRows = BASE) -> dict[tuple[str, str], Any]:
    """The cells that are not as agreed."""
    keys = stored(TICKETS)
    return {
        (name, key): cell
        for name, cells in reading.rows.items()
        for key, cell, was in zip(keys, cells, base.get(name, (None,) * len(keys)), strict=True)
        if cell != was
    }


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("text", [ONE + TWO + THREE, THREE + ONE + TWO, TWO + ".\n.\n" + THREE + ONE])
def test_untouched_rows_in_any_order_and_with_gaps_are_as_agreed(text: str, *, native: bool) -> None:
    reading = read(text, native=native)
    assert reading.rows == BASE
    assert not any((reading.new, reading.problems, reading.held))


def test_deleted_rows_are_not_there_and_the_rest_is() -> None:
    reading = read(TWO, native=True)
    assert reading.rows == {"T-002": BASE["T-002"]}
    assert reading.places == {"T-002": 1}


def test_columns_that_were_moved_renamed_added_and_deleted() -> None:
    reading = read(
        "x | ink | 2026-04-01 09:00 | T-001\ny | laser | . | T-002\n",
        header="mine | Betreff | Due | ID\n",
        learned={"title": "Betreff"},
    )
    assert reading.headers.places == {"title": 1, "due": 2, "id": 3}
    assert sorted(reading.headers.lost) == ["owner", "satisfaction", "status"]
    assert changed(reading) == {("T-002", "title"): "laser"}


def test_a_column_that_is_not_read_is_as_agreed_and_for_new_rows_unknown() -> None:
    reading = read(ONE + ". | fresh | New | . | . | .\n", keys=("id", "title"))
    assert reading.rows["T-001"] == BASE["T-001"]
    status = stored(TICKETS).index("status")
    assert [row.cells[status] for row in reading.new] == [UNKNOWN]


def test_edited_cells_are_read_and_others_are_not() -> None:
    reading = read("T-001 | ink | Closed | Ben Example | 2026-04-01 09:00 | 5\n" + TWO)
    assert changed(reading) == {
        ("T-001", "status"): "closed",
        ("T-001", "owner"): "Ben Example",
        ("T-001", "satisfaction"): 5.0,
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("'2026-04-02 10:30", "2026-04-02 10:30"),
        ("２０２６年４月２日 １０：３０", "2026-04-02 10:30"),
        ("46114", "2026-04-02"),
        ("2026-04-02", "2026-04-02"),
        (r"'2026-04-02\s\s", "2026-04-02"),
    ],
)
def test_dates_as_text_and_as_bare_numbers_are_dates(typed: str, meant: str) -> None:
    reading = read(f"T-001 | ink | New | Ann Example | {typed} | .\n")
    (due,) = agreed(T_001={"due": meant}).values()
    assert changed(reading) == {("T-001", "due"): due[stored(TICKETS).index("due")]}
    assert reading.problems == []


@pytest.mark.parametrize("typed", ["'5", "５", r"\s5\s", "'5.0"])
def test_numbers_as_text_and_full_width_digits_are_numbers(typed: str) -> None:
    reading = read(f"T-002 | toner | In progress | . | . | {typed}\n")
    assert changed(reading) == {("T-002", "satisfaction"): 5.0}


@pytest.mark.parametrize("typed", [r"\snew\s\s", "ＮＥＷ", "new"])
def test_a_choice_is_known_whatever_its_width_case_and_blanks(typed: str) -> None:
    assert changed(read(f"T-002 | toner | {typed} | . | . | 4\n")) == {("T-002", "status"): "new"}


def test_full_width_ids_and_trailing_spaces_are_the_same_ids() -> None:
    reading = read(ONE.replace("T-001", "Ｔ－００１") + TWO.replace("T-002", r"T-002\s\s"))
    assert list(reading.rows) == ["T-001", "T-002"]
    assert changed(reading) == {}


def test_whole_numbers_are_ids_too() -> None:
    desk = small("ids: '{n:04}'\n")
    base = agreed(desk=desk, **{"1001": {"title": "ink"}})
    reading = read_drawn(drawn("ID | Title\n1001 | ink\n"), base, keys=("id", "title"), desk=desk)
    assert list(reading.rows) == ["1001"]


def test_an_erased_cell_is_empty() -> None:
    assert changed(read(r"T-002 | toner | In progress | . | . | \s\s" + "\n")) == {
        ("T-002", "satisfaction"): None
    }


# cells that nobody can read


def test_a_cell_that_cannot_be_read_keeps_the_last_good_value_and_is_a_problem() -> None:
    reading = read("T-001 | ink | Nwe | Zoe | someday | many\n")
    assert changed(reading) == {}
    assert problems(reading) == [
        ("unreadable", "C2", "status", "Nwe", "T-001"),
        ("unreadable", "D2", "owner", "Zoe", "T-001"),
        ("unreadable", "E2", "due", "someday", "T-001"),
        ("unreadable", "F2", "satisfaction", "many", "T-001"),
    ]
    assert reading.problems[0].near == "New"
    assert reading.problems[0].expected.startswith("one of: ")
    assert reading.held == {(1, "status"), (1, "owner"), (1, "due"), (1, "satisfaction")}


def test_a_cell_in_error_is_a_problem_even_where_text_would_do() -> None:
    reading = read("T-001 | #N/A | New | Ann Example | 2026-04-01 09:00 | #N/A\n")
    assert changed(reading) == {}
    assert problems(reading) == [
        ("unreadable", "B2", "title", "#N/A", "T-001"),
        ("unreadable", "F2", "satisfaction", "#N/A", "T-001"),
    ]


def test_text_that_only_looks_like_an_error_is_text() -> None:
    assert changed(read("T-002 | '#N/A | In progress | . | . | 4\n")) == {("T-002", "title"): "#N/A"}


def test_a_cell_under_a_merged_one_keeps_its_value_and_nothing_is_written_there() -> None:
    reading = read(ONE + "T-002 | toner | . | . | . | 4\n", merged=((1, 2, 2, 2),))
    assert changed(reading) == {}
    assert problems(reading) == [("merged", "C3", "status", "", "T-002")]
    assert (2, "status") in reading.held
    assert (1, "status") not in reading.held


def test_ids_under_a_merged_cell_are_held_and_a_merged_title_above_the_table_is_no_matter() -> None:
    reading = read(ONE + TWO.replace("T-002", "."), merged=((1, 0, 2, 0),))
    assert reading.identified.put_back == {2: "T-002"}
    assert (2, "id") in reading.held
    above = read_drawn(drawn("Our tickets | . | .\n" + HEAD + ONE, merged=((0, 0, 0, 2),)), BASE)
    assert above.held == set()


def test_a_new_row_with_a_cell_that_cannot_be_read_has_all_its_other_cells() -> None:
    reading = read(ONE + ". | fresh | what | . | . | 3\n")
    (row,) = reading.new
    cells = dict(zip(stored(TICKETS), row.cells, strict=True))
    assert (cells["title"], cells["status"], cells["satisfaction"]) == ("fresh", UNKNOWN, 3.0)
    assert problems(reading) == [("unreadable", "C3", "status", "what", "")]


def test_a_typed_id_makes_a_row_whole_but_for_what_cannot_be_read() -> None:
    reading = read(ONE + "T-077 | fresh | what | . | . | 3\n")
    assert told(reading)["T-077"] == {"title": "fresh", "satisfaction": 3.0}
    assert reading.identified.adopted == {"T-077"}


def test_what_only_rules_write_is_not_held_however_it_was_typed_over() -> None:
    reading = read("T-001 | ink | soon\n", header="ID | Title | Updated\n", keys=("id", "title", "updated"))
    assert problems(reading) == [("unreadable", "C2", "updated", "soon", "T-001")]
    assert reading.held == set()


# formulas


def test_a_persons_formula_gives_its_value_and_is_never_written_over() -> None:
    reading = read("T-001 | =laser | New | Ann Example | 2026-04-01 09:00 | .\n" + TWO)
    assert changed(reading) == {("T-001", "title"): "laser"}
    assert reading.held == {(1, "title")}


def test_a_formula_in_a_new_row_and_one_that_gives_an_error() -> None:
    reading = read(". | =fresh | New | . | . | .\n" + TWO)
    assert (1, "title") in reading.held


def test_a_worked_out_column_is_not_read_and_not_held() -> None:
    reading = read("T-001 | ink | =5\n", header="ID | Title | Age\n", keys=("id", "title", "age"))
    assert changed(reading) == {}
    assert reading.held == set()


# what is a row


def test_inside_a_native_table_anything_makes_a_row() -> None:
    reading = read(ONE + ". | . | New | . | . | .\n.\n. | . | . | . | . | .\n", native=True)
    assert [row.place for row in reading.new] == [2]


def test_what_stands_only_in_peoples_own_columns_makes_no_row() -> None:
    reading = read(
        ONE.strip() + " | x\n. | . | . | . | . | . | note\n", header=HEAD.strip() + " | mine\n", native=True
    )
    assert reading.new == []
    assert reading.end == 2


def test_a_row_of_totals_and_notes_below_a_table_are_no_tickets() -> None:
    text = (
        ONE
        + TWO
        + "Total | sum | . | . | . | 4\n.\nlast looked at | . | . | . | . | .\n. | . | . | Ann | . | .\n"
    )
    reading = read(text, native=True, last=2, totals=True)
    assert (list(reading.rows), reading.new) == (["T-001", "T-002"], [])


@pytest.mark.parametrize("native", [True, False])
def test_rows_typed_or_moved_below_a_table_are_tickets(*, native: bool) -> None:
    text = ONE + ".\n. | fresh | . | . | . | .\nT-002 | . | In progress | . | . | 4\n"
    reading = read(text, native=native, last=1)
    assert [row.place for row in reading.new] == [3]
    assert changed(reading) == {("T-002", "title"): None}


def test_a_ticket_that_was_put_into_a_range_is_read_back_without_a_title() -> None:
    base = {name: cells for name, cells in BASE.items() if name != "T-003"}
    untitled = "T-003 | . | New | Ben Example | . | .\n"
    reading = read(ONE + TWO + untitled, base=base, ours=BASE, native=False)
    assert list(reading.rows) == ["T-001", "T-002", "T-003"]
    assert reading.new == []


def test_where_titles_are_not_shown_any_cell_makes_a_row_below_a_table() -> None:
    reading = read("T-001 | New\n. | New\n", header="ID | Status\n", keys=("id", "status"))
    assert [row.place for row in reading.new] == [2]


def test_without_an_id_column_nothing_is_read() -> None:
    reading = read("ink | New | Ann Example\n", header="Title | Status | Owner | Due\n", native=True)
    assert "id" in reading.headers.lost
    assert (reading.rows, reading.new) == ({}, [])


def test_an_id_column_that_lost_its_title_is_told_by_the_ids() -> None:
    reading = read(ONE + TWO + THREE, header=HEAD.replace("ID", "Nummer"), native=True)
    assert reading.rows == BASE
    assert reading.headers.renamed == {"id": "Nummer"}


def test_an_empty_tab_with_a_header_has_no_rows() -> None:
    reading = read(".\n.\n", native=True, base={})
    assert (reading.rows, reading.new, reading.end) == ({}, [], 0)


def test_a_table_that_says_it_is_wider_than_its_cells_is_read() -> None:
    narrow = drawn(HEAD + ONE)
    table = GridTable("tickets", 0, 0, 1, 9, tuple(range(1, 11)))
    grid = Grid(narrow.title, narrow.rows, narrow.columns[:3], tables=(table,))
    reading = read_drawn(grid, BASE, numbers={"owner": 4})
    assert reading.headers.places["owner"] == 3
    assert changed(reading) == {("T-001", "owner"): None}


# columns told by numbers and content


def test_a_column_that_was_renamed_is_told_by_its_number() -> None:
    grid = drawn("ID | Betreff\nT-001 | laser\n", native=True, numbers=(3, 4))
    reading = read_drawn(grid, BASE, keys=("id", "title"), numbers={"id": 3, "title": 4})
    assert changed(reading) == {("T-001", "title"): "laser"}


def test_a_column_that_was_renamed_in_a_range_is_told_by_what_its_rows_hold() -> None:
    reading = read(ONE + TWO + THREE, header=HEAD.replace("Title", "Betreff"))
    assert reading.headers.renamed == {"title": "Betreff"}
    assert reading.rows == BASE


@pytest.mark.parametrize(("edited", "is_lost"), [(200, True), (180, False)])
def test_a_long_range_is_judged_by_its_last_rows(edited: int, *, is_lost: bool) -> None:
    many: dict[str, Any] = {f"T_{n:03}": {"title": f"title {n}"} for n in range(1, 301)}
    lines = (f"T-{n:03} | title {n}{' edited' if n <= edited else ''} | .\n" for n in range(1, 301))
    base = agreed(**many)
    reading = read(
        "".join(lines), header="ID | Betreff | Status\n", base=base, keys=("id", "title", "status")
    )
    assert reading.headers.lost == (["title"] if is_lost else [])
    assert len(changed(reading, base)) == (0 if is_lost else edited)


def test_a_column_of_their_own_with_the_same_few_words_is_not_taken_for_a_lost_one() -> None:
    text = "T-001 | ink | Closed\nT-002 | toner | New\nT-003 | paper | In progress\n"
    reading = read(text, header="ID | Title | my view\n", native=True, keys=("id", "title", "status"))
    assert reading.headers.lost == ["status"]
    assert changed(reading) == {}


# untouched cells


@settings(max_examples=30)
@given(tables())
def test_a_sheet_as_it_was_written_is_as_agreed(table: Table) -> None:
    """Microseconds that no format shows, titles that stand twice, texts that look like numbers."""
    keys = ("id", *stored(TICKETS))
    base = plain_rows(table)
    grid = shown_grid(table, keys)
    reading = read_drawn(grid, base, keys=keys)
    assert reading.rows == base
    assert not any((reading.new, reading.problems, reading.identified.put_back))


def shown_grid(table: Table, keys: tuple[str, ...]) -> Grid:
    """A tab with the table as sheetdesk shows it."""
    columns: list[list[Cell]] = []
    for key in keys:
        column = TICKETS.column(key)
        cells: list[Cell] = list(table.frame.index)
        if key != "id":
            cells = list(kind_of(column.type).show(table.frame[key], column, SETTING))
        columns.append([column.title, *cells])
    return Grid(
        "Tickets", len(table) + 1, columns, tables=(GridTable("tickets", 0, 0, len(table), len(keys) - 1),)
    )


MICRO = agreed(T_001={"title": "ink", "status": "new", "due": "2026-04-01 09:00:00.000123"})


@pytest.mark.parametrize("name", ["T-001", "."])
def test_a_time_whose_end_the_cell_does_not_show_is_not_touched(name: str) -> None:
    """Nor is it where the row's id was erased and is put back."""
    reading = read(f"{name} | ink | New | . | 2026-04-01 09:00:00.000 | .\n", base=MICRO)
    assert reading.rows == MICRO


def test_a_row_that_gets_its_id_back_keeps_what_was_edited_in_it() -> None:
    reading = read(". | ink | New | Ben Example | 2026-04-01 09:00 | .\n" + TWO)
    assert changed(reading) == {("T-001", "owner"): "Ben Example"}


def test_a_time_that_was_typed_is_touched() -> None:
    reading = read("T-001 | ink | New | . | 2026-04-01 09:00:01 | .\n", base=MICRO)
    assert list(changed(reading, MICRO)) == [("T-001", "due")]


def test_a_ticket_of_an_old_copy_that_lost_its_id_is_read_as_new() -> None:
    later = agreed(T_009={"title": "fresh", "status": "new"})
    reading = read(". | fresh | New | . | . | .\n", base={}, ours=later, later=later)
    assert reading.rows == later


@pytest.mark.parametrize(
    ("cell", "shown", "timed", "same"),
    [
        ("a", "a", False, True), (None, None, False, True), ("  ", None, False, True),
        ("a", None, False, False),
        (5, 5.0, False, True), ("5", 5.0, False, False), (None, "a", False, False),
        # As LibreOffice and openpyxl save a number, and what is another one.
        (1.55555555555556, 1.5555555555555556, False, True),
        (1.555555555555556, 1.5555555555555556, False, True),
        (0.300000000000001, 0.1 + 0.2, False, False),
        (999_999_999_999_998.0, 999_999_999_999_999.0, False, False),
        ("2026-01-01 00:00:00.001", "2026-01-01", True, True),
        ("2026-01-01 00:00:00.002", "2026-01-01", True, False),
        ("2026-01-01 00:00:00.001", "2026-01-01", False, False),
        ("'2026-01-01", "2026-01-01", True, False),
    ],
)  # fmt: skip
def test_a_cell_is_the_same_where_it_shows_the_same(
    cell: Any, shown: Any, *, timed: bool, same: bool
) -> None:
    if timed or (isinstance(shown, str) and shown.startswith("2026")):
        cell, shown = drawn_cell(cell), drawn_cell(shown)
    assert is_same_cell(cell, shown, timed=timed) is same


# choices below others

TWICE = small("""\
  - key: part
    depends_on: type
    choices:
      - {key: hard_other, title: Other, parent: Hardware}
      - {key: soft_other, title: Other, parent: Software}
      - {key: office, title: Office, parent: Software}
""")
HARD, SOFT = (choice.key for choice in TWICE.column("type").choices)
PARTS = agreed(
    desk=TWICE,
    T_1={"title": "T-1", "type": HARD, "part": "hard_other"},
    T_2={"title": "T-2", "type": SOFT, "part": "soft_other"},
    T_3={"title": "T-3", "type": SOFT, "part": "hard_other"},
)


@pytest.mark.parametrize(
    ("name", "kind", "part", "meant"),
    [
        ("T-1", "Hardware", "Other", "hard_other"),
        ("T-2", "Software", "Other", "soft_other"),
        # Nobody touched it, wrong as it is.
        ("T-3", "Software", "Other", "hard_other"),
        # Its parent was changed, and the same title stands below the new one.
        ("T-1", "Software", "Other", "soft_other"),
        ("T-3", "Hardware", "Other", "hard_other"),
        ("T-1", "Software", "Office", "office"),
        ("T-1", ".", "Other", "hard_other"),
        ("T-9", "Software", "Other", "soft_other"),
        ("T-9", "Hardware", "Other", "hard_other"),
        ("T-9", ".", "Other", "hard_other"),
    ],
)
def test_of_equal_titles_the_one_below_its_own_parent_is_meant(
    name: str, kind: str, part: str, meant: str
) -> None:
    grid = drawn(f"ID | Title | Type | part\n{name} | {name} | {kind} | {part}\n")
    reading = read_drawn(grid, PARTS, keys=("id", "title", "type", "part"), desk=TWICE, ids=["T-9"])
    assert told(reading, TWICE)[name]["part"] == meant


def test_columns_that_depend_on_one_that_is_not_shown_are_read_by_title_alone() -> None:
    grid = drawn("ID | Title | part\nT-2 | T-2 | Other\n")
    reading = read_drawn(grid, PARTS, keys=("id", "title", "part"), desk=TWICE)
    assert reading.rows == {"T-2": PARTS["T-2"]}


def test_rows_that_nobody_can_tell_apart_are_as_agreed_and_stand_nowhere() -> None:
    reading = read(ONE.replace("Ann", "Ben") + ONE.replace("New", "Closed") + TWO)
    assert reading.identified.frozen == {"T-001": [1, 2]}
    assert (changed(reading), reading.places) == ({}, {"T-002": 3})
    ours = agreed(T_008={"title": "store"})
    reading = read("T-008 | a | . | . | . | .\nT-008 | b | . | . | . | .\n", ours=ours)
    assert reading.rows == ours
    reading = read("T-008 | a | . | . | . | .\nT-008 | b | . | . | . | .\n", ids=["T-008"])
    assert reading.rows == {}


@given(st.permutations(range(3)), st.sets(st.integers(0, 2)))
def test_sorting_and_erasing_ids_loses_no_ticket(order: list[int], erased: set[int]) -> None:
    lines = [ONE, TWO, THREE]
    text = "".join(lines[n].replace(lines[n].split(" ")[0], ".") if n in erased else lines[n] for n in order)
    assert read(text, native=True).rows == BASE


def test_what_is_kept_beside_by_id_tells_nothing_of_the_row_that_has_the_id() -> None:
    """Ids were sorted away from their rows, and such cells went with them."""
    base = agreed(
        T_001={"title": "ink", "status": "new", "owner": "Ann Example", "satisfaction": 5.0},
        T_002={"status": "new", "satisfaction": 4.0},
    )
    grid = drawn(HEAD + "T-002 | ink | New | Ann Example | . | 4\nT-001 | . | New | . | . | 5\n")
    place = grid.columns.index(next(c for c in grid.columns if c[0] == "Satisfaction"))
    reading = read_drawn(replace(grid, beside=frozenset({place})), base)
    assert reading.rows == base
    assert reading.places == {"T-001": 1, "T-002": 2}


def test_what_is_kept_beside_is_read_where_the_id_is_the_rows_own() -> None:
    grid = drawn(HEAD + ONE + TWO.replace("| 4", "| 2") + ". | new | . | . | . | 3\n")
    place = grid.columns.index(next(c for c in grid.columns if c[0] == "Satisfaction"))
    reading = read_drawn(replace(grid, beside=frozenset({place})), BASE)
    assert changed(reading) == {("T-002", "satisfaction"): 2.0}
    assert [row.cells[stored(TICKETS).index("satisfaction")] for row in reading.new] == [3.0]
