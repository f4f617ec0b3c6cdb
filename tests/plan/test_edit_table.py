"""What is written into a table as people left it: only what differs, and never over what is theirs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.plan.draw_table import draw_column
from sheetdesk.plan.edit_table import TableEdits, edit_list, edit_table, formula_titles
from sheetdesk.plan.plan import ColumnPlan, TablePlan
from sheetdesk.table.derive import derive
from sheetdesk.table.edits import CellEdit, TabEdits
from sheetdesk.table.grid import Area, cell_name
from sheetdesk.table.plain import PlainRows, table_of_rows
from tests.table import DESK, NOW, TICKETS
from tests.table.drawn import SETTING, SHOWN, agreed, drawn, read_drawn

BASE = agreed(
    T_001={"title": "ink", "status": "new", "owner": "Ann Example", "due": "2026-04-01 09:00"},
    T_002={"title": "toner", "status": "open", "satisfaction": 4.0},
)
HEAD = "ID | Title | Status | Owner | Due | Satisfaction\n"
ONE = "T-001 | ink | New | Ann Example | 2026-04-01 09:00 | .\n"
TWO = "T-002 | toner | In progress | . | . | 4\n"
BOTH = HEAD + ONE + TWO


def planned(rows: PlainRows, keys: tuple[str, ...] = SHOWN) -> TablePlan:
    """The table as it shall look."""
    table = table_of_rows(TICKETS, rows)
    frame = derive(DESK, table, NOW)
    frame["id"] = frame.index
    columns = [draw_column(DESK.column(key), frame[key], SETTING) for key in keys]
    return TablePlan("tickets", tuple(columns), len(rows))


def edits(
    text: str,
    rows: PlainRows,
    *,
    base: PlainRows = BASE,
    keys: tuple[str, ...] = SHOWN,
    skip: Collection[tuple[str, str]] = (),
    without: Collection[str] = (),
    fills_gaps: bool = False,
    **drawing: Any,
) -> TableEdits:
    """What is written into the tab with this text so that it shows the rows."""
    reading = read_drawn(drawn(text, **drawing), base, keys=keys, ours=base)
    plan = planned(rows, keys)
    return edit_table(
        plan,
        reading,
        set(skip),
        lambda column: f"F({column.key})",
        without=set(without),
        fills_gaps=fills_gaps,
    )


def written(found: TableEdits | TabEdits) -> dict[str, Any]:
    """By cell what is written; a formula's text with `=`."""
    cells = found.edits.cells if isinstance(found, TableEdits) else found.cells
    names = [cell_name(cell.row, cell.column) for cell in cells]
    assert len(set(names)) == len(names)
    return {name: _content(cell) for name, cell in zip(names, cells, strict=True)}


def _content(cell: CellEdit) -> Any:
    return (
        f"={cell.formula}"
        if cell.formula is not None
        else ("keeps", cell.value)
        if cell.keeps_formula
        else cell.value
    )


def put(name: str, **cells: Any) -> PlainRows:
    keys = [column.key for column in TICKETS.columns if column.owner != "formula" and column.key != "id"]
    return BASE | {name: tuple(cells.get(key, cell) for key, cell in zip(keys, BASE[name], strict=True))}


MORE = BASE | agreed(T_003={"title": "paper", "status": "new"}, T_004={"title": "vpn", "status": "new"})


@pytest.mark.parametrize("native", [True, False])
def test_a_sheet_that_shows_it_all_gets_nothing(*, native: bool) -> None:
    found = edits(BOTH, BASE, native=native)
    assert not found.edits
    assert found.places == {"T-001": 1, "T-002": 2}
    assert (found.no_room, found.cleared) == ((), ())


def test_only_the_cells_that_differ_are_written() -> None:
    assert written(edits(BOTH, put("T-002", title="laser", satisfaction=None), native=True)) == {
        "B3": "laser",
        "F3": None,
    }


def test_rows_and_columns_are_written_where_people_moved_them() -> None:
    header = "mine | Satisfaction | Due | ID | Title\n"
    text = header + "x | 4 | . | T-002 | toner\ny | . | 2026-04-01 09:00 | T-001 | ink\n"
    found = edits(text, put("T-002", title="laser", satisfaction=5.0), native=True)
    assert written(found) == {"E2": "laser", "B2": 5.0}
    assert found.edits.tab == "Tickets"


def test_what_was_typed_as_text_becomes_what_it_means() -> None:
    text = HEAD + "T-001 | ink | new | Ann Example | '2026-04-01 09:00 | .\n" + TWO.replace("4", "'4")
    assert {name: type(cell).__name__ for name, cell in written(edits(text, BASE, native=True)).items()} == {
        "C2": "str",
        "E2": "datetime",
        "F3": "float",
    }


def test_an_erased_or_foreign_id_is_written_again() -> None:
    assert written(edits(BOTH.replace("T-002", "."), BASE, native=True)) == {"A3": "T-002"}
    assert written(edits(BOTH.replace("T-002", "what"), BASE, native=True)) == {"A3": "T-002"}


def test_what_nobody_can_read_and_what_is_to_be_settled_is_left_as_typed() -> None:
    text = HEAD + "T-001 | ink | what | Ann Example | someday | .\n" + TWO
    rows = put("T-001", title="laser", owner="Ben Example")
    found = edits(text, rows, skip=[("T-001", "title")], native=True)
    assert written(found) == {"D2": "Ben Example"}


def test_a_persons_formula_is_left() -> None:
    text = HEAD + ONE + TWO.replace("toner", "=toner")
    assert written(edits(text, put("T-002", title="laser"), native=True)) == {}


def test_rows_of_nobody_are_cleared_but_for_what_is_theirs() -> None:
    text = (
        HEAD.strip()
        + " | mine\n"
        + ONE.strip()
        + " | note\n"
        + "T-002 | =toner | In progress | . | . | 4 | note\n"
    )
    found = edits(text, {"T-001": BASE["T-001"]}, native=True)
    assert found.cleared == ("T-002",)
    assert written(found) == {"A3": None, "C3": None, "F3": None}
    assert not edits(text, {"T-001": BASE["T-001"]}, without=["T-002"], native=True).edits


# worked-out columns

AGE = ("id", "title", "age", "created")
AGED = agreed(
    T_001={"title": "ink", "created": "2026-03-30 13:00"}, T_002={"title": "toner", "created": "2026-03-31"}
)


def aged(text: str, rows: PlainRows = AGED, **more: Any) -> dict[str, Any]:
    """What is written, the moments aside from which ages are worked out."""
    moments = {"T-001": "2026-03-30 13:00", "T-002": "2026-03-31 00:00"}
    lines = [f"{line} | {moments.get(line.split(' ')[0], '.')}\n" for line in text.strip("\n").split("\n")]
    found = written(edits("ID | Title | Age | Created\n" + "".join(lines), rows, base=AGED, keys=AGE, **more))
    return {name: cell for name, cell in found.items() if name[0] != "D"}


def test_a_formula_is_not_written_where_a_column_that_it_needs_is_gone() -> None:
    rows = AGED | agreed(T_003={"title": "paper", "created": "2026-03-31"})
    text = "ID | Title | Age\nT-001 | ink low | 7\nT-002 | toner | .\n"
    found = written(edits(text, rows, base=AGED, keys=("id", "title", "age"), native=True))
    assert found == {"B2": "ink", "A4": "T-003", "B4": "paper"}


def test_what_moved_with_the_clock_alone_is_no_reason_to_write() -> None:
    assert aged("T-001 | ink | =99\nT-002 | toner | =99\n", native=True) == {}


def test_it_is_brought_up_where_its_row_is_written_anyway_and_stays_a_formula() -> None:
    found = aged("T-001 | ink low | =99\nT-002 | toner | =99\n", native=True)
    assert found["B2"] == "ink"
    assert found["C2"][0] == "keeps"
    assert "C3" not in found


def test_a_formula_that_shows_what_it_should_is_left() -> None:
    table = planned(AGED, AGE)
    ages = list(table.columns[2].cells)
    assert aged(f"T-001 | ink low | ={ages[0]}\nT-002 | toner | ={ages[1]}\n", native=True) == {"B2": "ink"}


def test_a_formula_that_was_typed_over_or_erased_is_put_back() -> None:
    assert aged("T-001 | ink | 7\nT-002 | toner | .\n", native=True) == {"C2": "=F(age)", "C3": "=F(age)"}


def test_where_there_is_no_native_table_formulas_are_left_alone() -> None:
    assert aged("T-001 | ink low | 7\nT-002 | toner | =99\n") == {"B2": "ink"}


def test_a_new_row_gets_its_formulas_or_their_values() -> None:
    rows = AGED | agreed(T_003={"title": "paper", "created": "2026-03-31"})
    text = "T-001 | ink | =99\nT-002 | toner | =99\n"
    assert aged(text, rows, native=True) == {"A4": "T-003", "B4": "paper", "C4": "=F(age)"}
    assert aged(text, rows)["C4"] == pytest.approx(0.5, abs=0.1)


def test_a_row_that_holds_formulas_alone_is_empty() -> None:
    rows = AGED | agreed(T_003={"title": "paper", "created": "2026-03-31"})
    found = aged("T-001 | ink | =99\nT-002 | toner | =99\n. | . | =0\n", rows, native=True)
    assert found == {"A4": "T-003", "B4": "paper", "C4": "=F(age)"}


def test_a_cleared_row_keeps_its_formula() -> None:
    assert aged("T-001 | ink | =99\nT-002 | toner | =99\n", {"T-001": AGED["T-001"]}, native=True) == {
        "A3": None,
        "B3": None,
    }


def test_what_was_typed_over_a_formula_goes_with_its_row() -> None:
    text, rows = "T-001 | ink | =99\nT-002 | toner | 7\n", {"T-001": AGED["T-001"]}
    assert aged(text, rows, native=True) == {"A3": None, "B3": None, "C3": "=F(age)"}
    # Without a native table, what is worked out may stand there as a value.
    assert aged(text, rows) == {"A3": None, "B3": None, "C3": None}
    assert "C3" not in aged(text.replace("7", "."), rows, native=True)


def test_formulas_name_columns_as_people_call_them() -> None:
    reading = read_drawn(drawn("ID | Betreff | Status\n" + ONE), BASE, learned={"title": "Betreff"})
    titles = [column.title for column in formula_titles(planned(BASE), reading).columns]
    assert titles == ["ID", "Betreff", "Status", "Owner", "Due", "Satisfaction"]
    assert formula_titles(planned(BASE, AGE), reading).columns[2].title == "Age"


# new rows


def where(found: TableEdits) -> dict[str, int]:
    return {name: place for name, place in found.places.items() if name not in BASE}


def test_new_tickets_are_appended_and_the_table_grows() -> None:
    found = edits(BOTH, MORE, native=True)
    assert where(found) == {"T-003": 3, "T-004": 4}
    assert found.edits.tables == {"tickets": 4}
    assert written(found) == {
        "A4": "T-003",
        "B4": "paper",
        "C4": "New",
        "A5": "T-004",
        "B5": "vpn",
        "C5": "New",
    }


def test_in_a_range_they_are_appended_too() -> None:
    found = edits(BOTH, MORE)
    assert where(found) == {"T-003": 3, "T-004": 4}
    assert found.edits.tables == {}


def test_empty_rows_at_the_end_are_used_first() -> None:
    found = edits(BOTH + ".\n", MORE, native=True)
    assert where(found) == {"T-003": 3, "T-004": 4}
    assert found.edits.tables == {"tickets": 4}
    assert edits(BOTH + ".\n.\n.\n", MORE, native=True).edits.tables == {}


@pytest.mark.parametrize(("fills_gaps", "place"), [(False, 4), (True, 2)])
def test_gaps_in_the_middle_are_used_only_where_that_is_asked_for(place: int, *, fills_gaps: bool) -> None:
    found = edits(
        HEAD + ONE + ".\n" + TWO, {**MORE, "T-004": MORE["T-004"]}, fills_gaps=fills_gaps, native=True
    )
    assert where(found)["T-003"] == place


def test_a_row_with_a_note_of_their_own_is_no_gap() -> None:
    text = HEAD.strip() + " | mine\n" + ONE + ". | . | . | . | . | . | note\n" + TWO
    assert where(edits(text, MORE, fills_gaps=True, native=True)) == {"T-003": 4, "T-004": 5}


def test_below_a_note_nothing_is_appended() -> None:
    found = edits(BOTH + ".\nnote\n", MORE, native=True, last=2)
    assert where(found) == {"T-003": 3}
    assert found.no_room == ("T-004",)
    assert found.edits.tables == {"tickets": 3}
    assert edits(BOTH + "note\n", MORE, native=True, last=2).no_room == ("T-003", "T-004")


def test_into_a_merged_block_nothing_is_written() -> None:
    found = edits(BOTH + ".\n.\n", MORE, native=True, last=2, merged=((4, 0, 4, 3),))
    assert where(found) == {"T-003": 3}
    assert found.no_room == ("T-004",)


def test_a_row_of_totals_moves_down() -> None:
    found = edits(BOTH + "Total | . | . | . | . | 4\n", MORE, native=True, totals=True)
    assert where(found) == {"T-003": 3, "T-004": 4}
    assert found.edits.tables == {"tickets": 4}
    found = edits(BOTH + "Total | . | . | . | . | 4\n.\nnote\n", MORE, native=True, last=2, totals=True)
    assert (where(found), found.no_room) == ({"T-003": 3}, ("T-004",))
    assert found.edits.tables == {"tickets": 3}


def test_a_row_typed_below_the_totals_is_not_run_over_by_them() -> None:
    text = HEAD + ONE + "Total | . | . | . | . | 4\n" + TWO + "note\n"
    found = edits(text, put("T-002", title="laser"), native=True, last=1, totals=True)
    assert written(found) == {"B4": "laser"}
    assert found.edits.tables == {}


def test_rows_typed_below_the_table_belong_to_it_then() -> None:
    found = edits(BOTH, BASE, native=True, last=1)
    assert found.edits.tables == {"tickets": 2}
    assert not found.edits.cells
    # Not with something foreign between.
    assert edits(HEAD + ONE + "note\n" + TWO, BASE, native=True, last=1).edits.tables == {}


def test_a_new_row_without_an_id_yet_is_in_nobodys_way() -> None:
    found = edits(BOTH + ". | typed | . | . | . | .\n", MORE, native=True, last=2)
    assert where(found) == {"T-003": 4, "T-004": 5}
    assert found.edits.tables == {"tickets": 5}


def test_rows_that_nobody_can_tell_apart_are_left_and_not_added_again() -> None:
    text = HEAD + ONE.replace("Ann", "Ben") + ONE.replace("New", "Closed") + TWO
    found = edits(text, MORE, native=True)
    assert found.places == {"T-002": 3, "T-003": 4, "T-004": 5}
    assert all(int(name[1:]) > 4 for name in written(found))


def test_a_row_that_waits_is_not_added_again() -> None:
    found = edits(HEAD + TWO, BASE, without=["T-001"], native=True)
    assert not found.edits
    assert edits(HEAD + TWO, BASE, native=True).places == {"T-001": 2, "T-002": 1}


def test_an_empty_table_gets_its_first_rows() -> None:
    found = edits(HEAD + ".\n", BASE, base={}, native=True)
    assert found.places == {"T-001": 1, "T-002": 2}
    assert found.edits.tables == {"tickets": 2}
    assert edits(HEAD + ".\n", {}, base={}, native=True).edits.tables == {}


@given(st.permutations(range(2)), st.integers(0, 3), st.booleans(), st.booleans())
def test_what_was_written_needs_no_writing(order: list[int], gap: int, native: bool, fills: bool) -> None:
    """The edits, carried out on the drawing, leave nothing to do."""
    lines = [HEAD, *[(ONE, TWO)[n] for n in order]]
    lines[gap:gap] = [".\n"] if 0 < gap < 3 else []
    grid = drawn("".join(lines), native=native)
    plan = planned(MORE)
    found = edit_table(plan, read_drawn(grid, BASE, ours=BASE), set(), str, fills_gaps=fills)
    columns = [list(column) + [None] * 9 for column in grid.columns]
    for cell in found.edits.cells:
        columns[cell.column][cell.row] = cell.value
    rows = max(grid.rows, *[place + 1 for place in found.places.values()])
    tables = tuple(
        type(table)(
            table.name, table.top, table.left, found.edits.tables.get(table.name, table.bottom), table.right
        )
        for table in grid.tables
    )
    again = type(grid)(grid.title, rows, [column[:rows] for column in columns], tables=tables)
    reading = read_drawn(again, MORE, ours=MORE)
    assert reading.rows == MORE
    assert not edit_table(plan, reading, set(), str, fills_gaps=fills).edits


# lists without ids


def listed(
    text: str, rows: list[list[Any]], places: dict[str, int] | None = None, **drawing: Any
) -> TabEdits:
    columns = [
        ColumnPlan(key, key, [row[place] for row in rows], plan.kind, plan.style, 9.0)
        for place, (key, plan) in enumerate(zip("ab", planned(BASE).columns, strict=False))
    ]
    grid = drawn(text, title="Problems", **drawing)
    area = Area(grid, 0, grid.rows - 1, {0: "a", 1: "b"}, grid.tables[0] if grid.tables else None)
    return edit_list(
        TablePlan("problems", tuple(columns), len(rows)), area, {"a": 0, "b": 1} if places is None else places
    )


def test_a_list_shows_its_rows_in_their_order() -> None:
    found = listed("a | b\nx | y\nz | .\n", [["x", "new"], ["w", None]], native=True)
    assert written(found) == {"A3": "w", "B2": "new"}
    assert (found.tab, found.tables) == ("Problems", {})


def test_a_list_grows_and_shrinks_to_one_row() -> None:
    assert listed("a | b\nx | y\n", [["x", "y"], ["z", None]], native=True).tables == {"tickets": 2}
    found = listed("a | b\nx | y\nz | .\n", [], native=True)
    assert written(found) == {"A2": None, "A3": None, "B2": None}
    assert found.tables == {"tickets": 1}


def test_a_list_that_is_as_it_should_be_is_left_and_a_column_that_is_gone_too() -> None:
    assert not listed("a | b\nx | y\n", [["x", "y"]], native=True)
    assert written(listed("a | b\nx | y\nold | .\n", [["z", "w"]], {"b": 1})) == {"B2": "w"}
    assert written(listed("a | b\nx | y\nold | .\n", [["x", "y"]])) == {"A3": None}
