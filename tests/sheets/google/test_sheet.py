"""A Google sheet under people's hands, on a bad line, and what its calls cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.errors import GoogleError, SheetUnanswered
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sandbox import people
from sheetdesk.sandbox.faults import Fault, Kind
from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.google.journal import FIRST_COPY, JOURNAL_COLUMN
from sheetdesk.sheets.google.sheet import ECHOED_ROWS, GoogleSheet
from sheetdesk.table.edits import CellEdit, TabEdits
from tests.sheets.contract import SheetTests
from tests.sheets.google.desk import (
    DUE,
    ID,
    OWNER,
    STATUS,
    SYNC,
    TAB,
    TITLE,
    UPDATED,
    GoogleDesk,
    desk,
    grid_of,
)

NEW = {(6, ID): "T-006", (6, TITLE): "new", (6, STATUS): "New"}


def titles(found: GoogleDesk) -> dict[Any, Any]:
    """What stands in the title of each id."""
    rows = found.values()
    head = next(row for row in rows if "ID" in row)
    place, title = head.index("ID"), head.index("Title")
    return {row[place]: row[title] for row in rows if row is not head and row[place]}


PUBLISHED = {f"T-00{n}": f"ink T-00{n}" for n in range(1, 6)}

ACTS: dict[str, Callable[[GoogleDesk], None]] = {
    "sorted": lambda d: d.do(people.sort, column=ID, descending=True),
    "row inserted": lambda d: d.do(people.insert_row, row=1),
    "rows inserted above the header": lambda d: d.do(people.insert_row, row=0, count=2),
    "row moved": lambda d: d.do(people.move_row, row=4, before=1),
    "column inserted": lambda d: d.do(people.insert_column, column=1),
    "column inserted left": lambda d: d.do(people.insert_column, column=0),
    "column moved": lambda d: d.ask({"moveDimension": {"source": span(d), "destinationIndex": DUE + 1}}),
}


def span(found: GoogleDesk, column: int = TITLE) -> dict[str, Any]:
    place = {"startIndex": column, "endIndex": column + 1}
    return {"sheetId": found.tab_id(), "dimension": "COLUMNS", **place}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_whatever_people_move_in_between_each_value_goes_to_its_row(
    act: Callable[[GoogleDesk], None],
) -> None:
    found = desk()
    seen = found.fetch()
    ready = found.ready(seen, {(1, TITLE): "toner", (3, TITLE): "paper", (2, DUE): datetime(2026, 4, 1)})
    act(found)
    displaced = found.sheet.replace(ready)
    assert displaced is not None
    found.settle()
    assert titles(found) == PUBLISHED | {
        "T-001": "toner", "T-003": "paper",
    }  # fmt: skip
    rows = found.values()
    head = next(row for row in rows if "ID" in row)
    dues = {row[head.index("ID")]: row[head.index("Due")] for row in rows if row is not head}
    assert {name: due for name, due in dues.items() if due != ""} == {"T-002": serial(datetime(2026, 4, 1))}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_whatever_people_move_a_new_row_is_there_once(act: Callable[[GoogleDesk], None]) -> None:
    found = desk()
    ready = found.ready(found.fetch(), NEW, bottom=6)
    act(found)
    head = next(row for row in found.values() if "ID" in row)
    found.do(people.type_below, texts=[*[""] * head.index("Title"), "typed here"])
    found.sheet.replace(ready)
    found.settle()
    assert titles(found) == PUBLISHED | {"T-006": "new"}
    assert sum(row.count("typed here") for row in found.values()) == 1


def test_a_line_typed_where_we_append_keeps_its_place() -> None:
    found = desk()
    ready = found.ready(found.fetch(), NEW, bottom=6)
    found.do(people.edit, row=6, column=TITLE, text="theirs")
    found.do(people.edit, row=6, column=OWNER, text="Ann")
    assert found.sheet.replace(ready) is not None
    found.settle()
    assert [row[: OWNER + 1] for row in found.values()[6:]] == [
        ["", "", "theirs", "", "Ann"], ["T-006", "", "new", "New", ""],
    ]  # fmt: skip


def test_a_row_that_was_deleted_takes_its_value_along() -> None:
    found = desk()
    ready = found.ready(found.fetch(), {(2, TITLE): "gone", (4, TITLE): "stays"})
    found.do(people.delete_row, row=2)
    found.sheet.replace(ready)
    found.settle()
    wanted = PUBLISHED | {"T-004": "stays"}
    assert titles(found) == {name: title for name, title in wanted.items() if name != "T-002"}


def test_what_people_type_into_a_planned_cell_stays() -> None:
    found = desk()
    ready = found.ready(found.fetch(), {(1, TITLE): "ours"})
    found.do(people.edit, row=1, column=TITLE, text="theirs")
    displaced = found.sheet.replace(ready)
    assert displaced is not None
    assert grid_of(displaced).cell(1, TITLE) == "theirs"
    found.settle()
    assert titles(found)["T-001"] == "theirs"


@pytest.mark.parametrize("kind", ["answer_lost", "503_after", "cut_after"])
def test_a_write_whose_answer_was_lost_is_found_in_the_sheet(kind: Kind) -> None:
    found = desk()
    ready = found.ready(found.fetch(), {(1, TITLE): "ours"})
    found.fault(kind)
    displaced = found.sheet.replace(ready)
    assert displaced is not None
    assert displaced.revision == ready.revision
    assert not displaced.is_worn
    assert titles(found)["T-001"] == "ours"


def test_a_write_whose_answer_was_lost_and_that_hit_a_wrong_row_is_put_right() -> None:
    found = desk()
    ready = found.ready(found.fetch(), {(1, TITLE): "ours"})
    found.do(people.sort, column=ID, descending=True)
    found.fault("answer_lost")
    displaced = found.sheet.replace(ready)
    assert displaced is not None
    assert displaced.is_worn
    found.settle()
    assert titles(found) == PUBLISHED | {"T-001": "ours"}


@pytest.mark.parametrize("kind", ["request_lost", "cut"])
def test_a_write_that_was_lost_leaves_what_stood_there(kind: Kind) -> None:
    found = desk()
    seen = found.fetch()
    ready = found.ready(seen, {(1, TITLE): "ours"})
    found.fault(kind)
    try:
        displaced = found.sheet.replace(ready)
    except GoogleError:
        displaced = found.fetch()
    if titles(found) == PUBLISHED:
        assert displaced is not None
        assert displaced.revision == seen.revision
    else:
        assert titles(found) == PUBLISHED | {"T-001": "ours"}


def test_where_nobody_can_tell_whether_it_was_written_and_nothing_can_be_read_it_is_said() -> None:
    found = desk()
    ready = found.ready(found.fetch(), {(1, TITLE): "ours"})
    found.fault("answer_lost")
    found.line.faults.append(Fault("cut", None, "GET", times=0))
    with pytest.raises(GoogleError) as caught:
        found.sheet.replace(ready)
    assert not isinstance(caught.value, SheetUnanswered)


def test_what_is_written_next_starts_from_what_was_written() -> None:
    found = desk()
    sheet = found.sheet
    ready = found.ready(found.fetch(), {(1, TITLE): "one"} | NEW, bottom=6, sheet=sheet)
    assert sheet.replace(ready) is None
    again = found.ready(ready, {(1, TITLE): "two", (6, OWNER): "Ann"}, sheet=sheet)
    before = found.calls()
    assert sheet.replace(again) is None
    assert tuple(b - a for a, b in zip(before, found.calls(), strict=True)) == (0, 1, 0)
    assert titles(found) == PUBLISHED | {"T-001": "two", "T-006": "new"}
    assert not found.fetch().is_worn


TEXTS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "0042",
    "1/2",
    "TRUE",
    "'quoted",
    "2026-04-01",
    "50%",
    " x ",
    "😀" * 30,
]


def test_texts_stay_the_texts_they_are() -> None:
    found = desk(5)
    cells: dict[tuple[int, int], Cell] = {
        (1 + place // 3, (TITLE, STATUS, OWNER)[place % 3]): text for place, text in enumerate(TEXTS)
    }
    assert found.write(found.fetch(), cells) is None
    for (row, column), text in cells.items():
        assert found.entered(row, column)["userEnteredValue"] == {"stringValue": text}
    found.do(people.sort, column=ID, descending=True)
    grid = grid_of(found.fetch())
    shown = {grid.cell(row, column) for row in range(1, 6) for column in (TITLE, STATUS, OWNER)}
    assert shown >= set(TEXTS) - {" x "}


def test_a_date_in_a_cell_that_never_held_one_is_shown_as_one() -> None:
    found = desk()
    day = datetime(2026, 4, 1, 9, 30)
    block = {"sheetId": found.tab_id(), "startColumnIndex": TITLE, "endColumnIndex": DUE + 1}
    found.ask({"repeatCell": {"range": block, "cell": {}, "fields": "userEnteredFormat"}})
    assert found.write(found.fetch(), {(2, DUE): day, (3, TITLE): "x"}) is None
    cell = found.entered(2, DUE)
    assert cell["userEnteredValue"] == {"numberValue": serial(day)}
    assert cell["userEnteredFormat"]["numberFormat"]["type"] in ("DATE", "DATE_TIME")
    assert grid_of(found.fetch()).cell(2, DUE) == day
    assert "numberFormat" not in found.entered(3, TITLE).get("userEnteredFormat", {})


def test_more_rows_than_the_tab_has_make_it_longer() -> None:
    found = desk()
    cells: dict[tuple[int, int], Cell] = {}
    for place in range(6, 60):
        cells[place, ID], cells[place, TITLE] = f"T-{place:03}", f"new {place}"
    assert found.write(found.fetch(), cells, bottom=59) is None
    assert len(titles(found)) == 59
    now = found.fetch()
    assert not now.is_worn
    assert grid_of(now).tables[0].bottom == 59
    snapshot = found.snapshot()
    tab = snapshot.tab(TAB)
    assert tab is not None
    assert tab.ends["tickets"] >= 59


def test_what_only_rules_write_is_shown_beside_its_id_wherever_that_goes() -> None:
    found = desk()
    day = datetime(2026, 4, 1, 9, 30)
    ready = found.ready(found.fetch(), {(2, UPDATED): day})
    found.do(people.sort, column=ID, descending=True)
    assert found.sheet.replace(ready) is None
    updated = {row[ID]: row[UPDATED] for row in found.values()[1:]}
    assert updated["T-002"] == pytest.approx(serial(day))
    assert sum(value != "" for value in updated.values()) == 1
    assert found.settle().grids


def test_what_only_rules_write_goes_with_an_id_that_is_put_back() -> None:
    found = desk()
    days = {row: datetime(2026, 4, row, 9, 30) for row in (1, 2)}
    assert found.write(found.fetch(), {(row, UPDATED): day for row, day in days.items()}) is None
    found.ask({"cutPaste": {"source": cell(found, 1), "destination": grid_spot(found, 8)}})
    found.ask({"cutPaste": {"source": cell(found, 2), "destination": grid_spot(found, 1)}})
    found.ask({"cutPaste": {"source": cell(found, 8), "destination": grid_spot(found, 2)}})
    before = found.fetch()
    assert [grid_of(before).cell(row, ID) for row in (1, 2)] == ["T-002", "T-001"]
    sheet = found.sheet
    cells: dict[tuple[int, int], Cell] = {(1, ID): "T-001", (2, ID): "T-002", (2, TITLE): "two"}
    ready = found.ready(before, cells, sheet=sheet)
    assert [grid_of(ready).cell(row, UPDATED) for row in (1, 2, 3)] == [days[1], days[2], None]
    assert sheet.replace(ready) is None
    assert found.fetch().revision == ready.revision


def cell(found: GoogleDesk, row: int) -> dict[str, int]:
    """The id of a row, as a range."""
    rows = {"startRowIndex": row, "endRowIndex": row + 1}
    return {"sheetId": found.tab_id(), **rows, "startColumnIndex": ID, "endColumnIndex": ID + 1}


def grid_spot(found: GoogleDesk, row: int) -> dict[str, int]:
    return {"sheetId": found.tab_id(), "rowIndex": row, "columnIndex": ID}


def test_typing_where_rules_write_is_seen_and_taken_away_again() -> None:
    found = desk()
    day = datetime(2026, 4, 1, 9, 30)
    found.write(found.fetch(), {(2, UPDATED): day})
    found.do(people.edit, row=4, column=UPDATED, text="mine")
    now = found.fetch()
    assert now.is_worn
    grid = grid_of(now)
    assert grid.cell(0, UPDATED) == "Updated"
    assert (grid.cell(2, UPDATED), grid.cell(4, UPDATED)) == (day, "mine")
    found.write(now, {(4, UPDATED): None})
    assert found.column(UPDATED) == ["", pytest.approx(serial(day)), "", "", ""]
    assert not found.fetch().is_worn


def test_a_title_typed_over_a_header_that_fills_its_column_is_its_title() -> None:
    found = desk()
    day = datetime(2026, 4, 1, 9, 30)
    found.write(found.fetch(), {(2, UPDATED): day})
    found.do(people.edit, row=0, column=UPDATED, text='Last "touch"')
    now = found.fetch()
    assert now.is_worn
    assert grid_of(now).cell(0, UPDATED) == 'Last "touch"'
    assert grid_of(now).cell(2, UPDATED) == day
    found.settle()
    assert found.values()[0][UPDATED] == 'Last "touch"'
    assert found.column(UPDATED)[1] == pytest.approx(serial(day))


def test_what_people_typed_where_rules_write_is_copied_before_it_goes() -> None:
    found = desk()
    found.do(people.edit, row=4, column=UPDATED, text="mine")
    now = found.fetch()
    found.do(people.edit, row=4, column=UPDATED, text="mine, longer")
    found.write(now, {(4, UPDATED): None})
    assert any("mine, longer" in row for row in found.values(SYNC))


def test_without_the_sync_tab_nothing_is_written_but_that_tab() -> None:
    found = desk()
    [sync] = [tab.id for tab in found.book.tabs if tab.title == SYNC]
    found.ask({"deleteSheet": {"sheetId": sync}})
    now = found.fetch()
    assert now.is_worn
    displaced = found.write(now, {(1, TITLE): "ours"})
    assert displaced is not None
    assert titles(found) == PUBLISHED
    assert found.snapshot().sync_tab is not None
    assert found.write(displaced, {(1, TITLE): "ours"}) is None
    assert titles(found) == PUBLISHED | {"T-001": "ours"}


def test_a_spreadsheet_of_somebody_elses_has_nothing_of_ours() -> None:
    found = desk()
    found.file = found.google.create("Theirs", "en_US", "Etc/GMT")
    seen = found.fetch()
    assert seen.grids == ()
    assert not seen.is_worn
    assert [grid.title for grid in seen.rest()] == ["Sheet1"]


def test_a_spreadsheet_that_is_gone_is_not_there() -> None:
    found = desk()
    found.google.delete(found.file)
    assert found.sheet.glance() == ""
    assert found.sheet.fetch() is None


def cost(found: GoogleDesk, run: Callable[[], object]) -> tuple[int, int, int]:
    before = found.calls()
    run()
    reads, writes, drive = (b - a for a, b in zip(before, found.calls(), strict=True))
    return reads, writes, drive


def test_a_quiet_sheet_costs_one_question_to_drive() -> None:
    found = desk()
    seen = found.fetch()
    for _ in range(3):
        assert cost(found, found.sheet.glance) == (0, 0, 1)
    assert found.sheet.glance() == seen.revision
    found.do(people.edit, row=1, column=TITLE, text="theirs")
    assert found.sheet.glance() != seen.revision


@pytest.mark.parametrize("count", [1, 40, 2_000])
def test_a_write_is_one_call_however_many_cells_it_has(count: int) -> None:
    found = desk()
    sheet = found.sheet
    spots: dict[tuple[int, int], Cell] = {
        (1 + place // 2, (TITLE, STATUS)[place % 2]): f"changed {place}" for place in range(min(count, 10))
    }
    for place in range(count - len(spots)):
        spots[6 + place // 2, (ID, TITLE)[place % 2]] = f"T-{6 + place}"

    def run() -> None:
        seen = sheet.fetch()
        assert seen is not None
        assert sheet.replace(found.ready(seen, spots, sheet=sheet)) is None

    assert cost(found, run) == (1, 1, 1)
    rows = found.values()
    assert all(rows[row][column] == value for (row, column), value in spots.items())


def test_what_is_not_written_costs_nothing_but_the_read() -> None:
    found = desk()
    assert cost(found, lambda: found.ready(found.fetch(), {(1, TITLE): "ours"})) == (1, 0, 1)
    seen = found.fetch()
    assert cost(found, lambda: found.sheet.replace(seen)) == (0, 0, 0)


def test_more_copies_than_come_back_are_looked_at_by_the_next_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ECHOED_ROWS >= 1_000
    monkeypatch.setattr("sheetdesk.sheets.google.sheet.ECHOED_ROWS", 2)
    found = desk()
    ready = found.ready(found.fetch(), {(1, TITLE): "a", (2, TITLE): "b", (3, TITLE): "c"})
    found.do(people.sort, column=ID, descending=True)
    displaced = found.sheet.replace(ready)
    assert displaced is not None
    found.settle()
    assert titles(found) == PUBLISHED | {"T-001": "a", "T-002": "b", "T-003": "c"}


def test_a_write_that_was_found_right_is_not_looked_at_by_the_next_read() -> None:
    found = desk()
    assert found.write(found.fetch(), {(1, TITLE): "a", (3, TITLE): "c"}) is None
    tab = found.snapshot().sync_tab
    assert tab is not None
    # Nobody could tell any more what it hit.
    copies = {"sheetId": tab.sheet_id, "startRowIndex": FIRST_COPY, "startColumnIndex": JOURNAL_COLUMN}
    found.ask({"updateCells": {"range": copies, "fields": "userEnteredValue"}})
    whole = found.fetch()
    assert (whole.is_worn, whole.overtaken) == (False, ())
    found.noted.turn = ""
    assert found.fetch().overtaken


def test_a_cell_of_people_that_shows_an_error_is_never_a_value() -> None:
    found = desk()
    found.enter(2, OWNER, "=1/0")
    found.enter(3, OWNER, "=1+2")
    seen = grid_of(found.fetch())
    assert (2, OWNER) in seen.errors
    assert (seen.formula(3, OWNER), seen.cell(3, OWNER)) == ("1+2", 3.0)
    assert found.write(found.fetch(), {(2, TITLE): "ours"}) is None
    assert found.entered(2, OWNER)["userEnteredValue"] == {"formulaValue": "=1/0"}
    assert not found.fetch().is_worn


def test_what_a_formula_shows_is_left_to_the_formula() -> None:
    found = desk()
    found.do(people.edit, row=2, column=TITLE, text='="a"&"b"')
    seen = found.fetch()
    edits = TabEdits(
        TAB, (CellEdit(2, TITLE, "c", keeps_formula=True), CellEdit(3, TITLE, "3", formula="1+2"))
    )
    ready = found.sheet.write(seen, [edits], found.plan, None)
    assert ready.revision == seen.revision


def test_blank_ids_and_doubled_ones_get_nothing_by_chance() -> None:
    found = desk()
    found.do(people.edit, row=2, column=ID, text="T-001")
    found.do(people.clear, row=3, column=ID)
    ready = found.ready(found.fetch(), {(1, TITLE): "ours", (3, ID): "T-009"})
    found.do(people.insert_row, row=1)
    found.sheet.replace(ready)
    found.settle()
    rows = [row[: TITLE + 1 : 2] for row in found.values()[1:]]
    assert [row[1] for row in rows] == ["", *PUBLISHED.values()]
    assert [row[0] for row in rows] == ["", "T-001", "T-001", "T-009", "T-004", "T-005"]


def test_a_row_over_whose_id_that_of_the_row_meant_was_pasted_gets_nothing() -> None:
    found = desk()
    ready = found.ready(found.fetch(), {(1, OWNER): "Ann"})
    found.do(people.move_row, row=1, before=3)
    found.do(people.edit, row=1, column=ID, text="T-001")
    found.sheet.replace(ready)
    found.settle()
    rows = [[row[ID], row[TITLE], row[OWNER]] for row in found.values()[1:3]]
    assert rows == [["T-001", PUBLISHED["T-002"], ""], ["T-001", PUBLISHED["T-001"], "Ann"]]


class TestGoogleSheet(SheetTests):
    @pytest.fixture
    def sheet(self) -> Sheet:
        self.desk = desk(2, whole=True)
        self.file, self.desk.file = self.desk.file, "1" + "x" * 43
        return self.desk.sheet

    def first(self, sheet: Sheet, plan: SheetPlan) -> Fetched:
        assert isinstance(sheet, GoogleSheet)
        self.desk.file = self.file
        sheet.spreadsheet_id = self.file
        found = sheet.fetch()
        assert found is not None
        return found

    def by_hand(self, sheet: Sheet, text: str, row: int) -> None:
        self.desk.do(people.edit, row=row, column=TITLE, text=text)

    def taken_away(self, sheet: Sheet) -> Sheet:
        self.desk.google.delete(self.file)
        return self.desk.sheet
