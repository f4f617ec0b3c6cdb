"""A desk that lives in a workbook and in a Google spreadsheet at once, and one at Google alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from sheetdesk.errors import DeskUnfit, HeaderSorted, SheetOnline, SheetPublished
from sheetdesk.flows import OpenDesk, adopt, answer, archived, build, restore, settle, undo
from sheetdesk.flows.checking import check_desk
from sheetdesk.flows.places import places
from sheetdesk.flows.publishing import publish
from sheetdesk.plan import draw
from sheetdesk.sandbox.people import (
    delete_column,
    delete_row,
    edit,
    insert_row,
    move_row,
    rename_header,
    sort,
    type_below,
)
from sheetdesk.sheets.base import Sheet
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.sheet import GoogleSheet
from sheetdesk.sheets.google.tags import tag_in
from sheetdesk.store.sheets import SheetState
from tests.flows.book import Book
from tests.flows.online import BOTH, DESK, ME, Online

ROWS = [{"title": f"Ticket {number}", "type": "hard"} for number in range(1, 13)]
REACH = 20


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer empty rows below the tickets: the sandbox works all of them out."""
    monkeypatch.setattr(draw, "REACH", REACH)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Online:
    text = DESK[: DESK.index("sheets:")] + BOTH
    made = Online(tmp_path_factory.mktemp("begun") / "desk", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        made.given(ROWS)
    return made


@pytest.fixture
def both(begun: Online, tmp_path: Path) -> Online:
    """The main sheet is a workbook, the second stands at Google."""
    return begun.twin(tmp_path / "desk")


def types_in_the_book(desk: Online, ticket: str, title: str, text: str) -> None:
    book = Book(desk.folder / "tickets.xlsx")
    tab = book.tab()
    tab.type(tab.row_of(ticket), title, text)
    book.save()


def types_a_row_in_the_book(desk: Online, title: str) -> None:
    book = Book(desk.folder / "tickets.xlsx")
    page = book.tab()
    page.reach(page.bottom() + 1)
    page.type(page.bottom(), "Title", title)
    book.save()


def in_the_book(desk: Online, ticket: str, title: str) -> object:
    tab = Book(desk.folder / "tickets.xlsx").tab()
    return tab.value(tab.row_of(ticket), tab.column(title))


def test_an_edit_in_one_arrives_in_the_other_and_a_conflict_waits_for_somebody(both: Online) -> None:
    types_in_the_book(both, "T-001", "Title", "From the book")
    assert both.types("T-002", "Title", "From online")
    both.sync()
    both.sync()
    assert both.cell("T-001", "Title") == "From the book"
    assert in_the_book(both, "T-002", "Title") == "From online"
    types_in_the_book(both, "T-003", "Title", "ink")
    assert both.types("T-003", "Title", "laser")
    synced = both.sync()
    conflicts = [(sheet.key, c.row, c.column) for sheet in synced.sheets for c in sheet.conflicts]
    assert conflicts == [("online", "T-003", "title")]
    assert (in_the_book(both, "T-003", "Title"), both.cell("T-003", "Title")) == ("ink", "laser")
    with both.desk() as opened:
        settled = settle(opened, "T-003", "Title", "sheet", now=both.now, open_sheet=both.open_sheet)
    assert (settled.sheet, settled.holds) == ("online", "laser")
    synced = both.sync()
    assert not any(sheet.conflicts for sheet in synced.sheets)
    assert (in_the_book(both, "T-003", "Title"), both.cell("T-003", "Title")) == ("laser", "laser")


def test_what_people_type_over_a_worked_out_cell_is_journalled_before_it_goes(both: Online) -> None:
    month = both.cell("T-002", "Month")
    assert month
    # Whoever owns the spreadsheet may type anywhere.
    assert both.types("T-002", "Month", "in May", ME)
    synced = both.sync()
    assert [(r.row, r.column) for sheet in synced.sheets for r in sheet.refusals] == [("T-002", "month")]
    with both.desk() as opened:
        told = opened.store.entries([opened.desk.tickets], rows=["T-002"])
    assert [entry.after for entry in told if entry.column == "month"] == ["in May"]
    assert (both.cell("T-002", "Month"), both.cell("T-001", "Month")) == (month, month)
    assert not any(sheet.refusals or sheet.entries for sheet in both.sync().sheets)


def test_a_conflict_stays_until_somebody_settles_it_though_one_side_types_back_what_was_there(
    both: Online,
) -> None:
    types_in_the_book(both, "T-003", "Title", "ink")
    assert both.types("T-003", "Title", "laser")
    both.sync()
    types_in_the_book(both, "T-003", "Title", "Ticket 3")
    for _ in range(2):
        synced = both.sync()
        assert [c.theirs for sheet in synced.sheets for c in sheet.conflicts] == ["laser"]
        assert (in_the_book(both, "T-003", "Title"), both.cell("T-003", "Title")) == ("Ticket 3", "laser")
    with both.desk() as opened:
        settle(opened, "T-003", "Title", "other", now=both.now, open_sheet=both.open_sheet)
    both.sync()
    assert both.cell("T-003", "Title") == "Ticket 3"
    # It is settled: who types the same once more changes the ticket as anybody does.
    assert both.types("T-003", "Title", "laser")
    assert not any(sheet.conflicts for sheet in both.sync().sheets)
    assert in_the_book(both, "T-003", "Title") == "laser"


def test_a_ticket_whose_id_was_put_back_may_be_deleted_right_after(both: Online) -> None:
    # Only rules write when it was updated, which is kept by its id.
    assert both.types("T-001", "Title", "changed")
    both.sync()
    both.sync()
    first, second = both.row("T-001"), both.row("T-002")
    place = both.place("ID")
    assert both.does(edit, ME, row=first, column=place, text="T-002")
    assert both.does(edit, ME, row=second, column=place, text="T-001")
    both.sync()
    assert (both.cell("T-001", "Title"), both.cell("T-002", "Title")) == ("changed", "Ticket 2")
    assert both.does(delete_row, ME, row=both.row("T-002"))
    for _ in range(3):
        both.sync()
    with both.desk() as opened:
        assert list(archived(opened).index) == ["T-002"]


def test_rows_deleted_at_once_wait_for_an_answer_come_back_and_go(both: Online) -> None:
    row = both.row("T-004")
    assert both.does(delete_row, ME, row=row, count=6)
    held = {sheet.key: (sheet.state, sheet.vanished) for sheet in both.sync().sheets}
    assert held["online"] == ("held", 6)
    with both.desk() as opened:
        assert answer(opened, "restore", open_sheet=both.open_sheet) == ["online"]
    both.sync()
    assert both.cell("T-006", "Title") == "Ticket 6"
    gone = [both.row(f"T-{number:03}") for number in range(4, 10)]
    assert max(gone) - min(gone) == 5
    assert both.does(delete_row, ME, row=min(gone), count=6)
    assert {sheet.state for sheet in both.sync().sheets if sheet.key == "online"} == {"held"}
    with both.desk() as opened:
        assert answer(opened, "accept", sheet="online", open_sheet=both.open_sheet) == ["online"]
    both.sync()
    both.sync()
    with both.desk() as opened:
        assert list(archived(opened).index) == [f"T-{number:03}" for number in range(4, 10)]
        assert restore(opened, ["T-005"], now=both.now) == (["T-005"], [])
    both.sync()
    assert (both.cell("T-005", "Title"), in_the_book(both, "T-005", "Title")) == ("Ticket 5", "Ticket 5")


def test_a_sync_is_undone_in_both(both: Online) -> None:
    assert both.types("T-001", "Title", "Wrong")
    run = both.sync().run
    assert in_the_book(both, "T-001", "Title") == "Wrong"
    with both.desk() as opened:
        assert undo(opened, run, now=both.now).count > 0
    both.sync()
    assert (in_the_book(both, "T-001", "Title"), both.cell("T-001", "Title")) == ("Ticket 1", "Ticket 1")


def test_what_is_for_files_alone_says_so(tmp_path: Path) -> None:
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:2])
    assert check_desk(desk.folder).sheets[0].address == "google:"
    with desk.desk() as opened:
        for word in ("online", f"google:{desk.id}", desk.id):
            assert [place.key for place in places(opened, [word], desk.open_sheet)] == ["online"]
        with pytest.raises(SheetPublished):
            publish(opened, opened.desk.sheets[0], now=desk.now, google=desk.google)
        copy = build(opened, now=desk.now, role="agent")
        assert copy.path == desk.folder / "tickets-agent.xlsx"
    assert {sheet.key: sheet.state for sheet in desk.sync().sheets}["online"] == "quiet"
    for name in (f"google:{desk.id}", f"https://docs.google.com/spreadsheets/d/{desk.id}/edit"):
        with pytest.raises(SheetOnline):
            adopt(Path(name), tmp_path / "adopted", now=desk.now)
    assert not (tmp_path / "adopted").exists()
    assert [path.name for path in desk.folder.iterdir() if "google" in path.name] == []


def test_a_copy_of_a_sheet_at_google_needs_a_file_name(both: Online) -> None:
    with both.desk() as opened, pytest.raises(SheetOnline):
        build(opened, now=both.now, sheet="online", role="agent")
    assert not (both.folder / "google:").exists()


def test_a_spreadsheet_that_was_deleted_is_absent(both: Online) -> None:
    both.google.delete(both.id)
    states = {sheet.key: sheet.state for sheet in both.sync().sheets}
    assert states == {"main": "quiet", "online": "absent"}


def test_what_google_has_no_word_for_is_told_before_anything_is_made(tmp_path: Path) -> None:
    many = "".join(f"  - {{key: r{n}, title: R{n}, owner: rules}}\n" for n in range(40))
    desk = Online(tmp_path / "desk", DESK.replace("  - {key: risk,", f"{many}  - {{key: risk,"))
    with pytest.raises(DeskUnfit, match="overlay has room"):
        desk.given(ROWS[:1])
    assert desk.sandbox.drive.files == {}


def test_a_header_that_lost_the_formula_of_a_worked_out_column_gets_it_back_once(tmp_path: Path) -> None:
    column = (
        '  - {key: quiet_days, title: Days quiet, type: number, decimals: 0, formula: "age_days(updated)"}\n'
    )
    made = Online(tmp_path / "desk", DESK.replace("lifecycle:", f"{column}lifecycle:"))
    made.given(ROWS[:3])
    made.sync()
    before = made.cell("T-002", "Days quiet")
    assert made.does(rename_header, ME, column=made.place("Days quiet"), text="Silence")
    made.sync()
    assert made.cell("T-002", "Silence") == before
    assert [sheet.state for sheet in made.sync().sheets] == ["quiet"]


def test_a_header_gets_its_formula_back_though_another_column_is_gone(tmp_path: Path) -> None:
    made = Online(tmp_path / "desk")
    made.given([ROWS[0], ROWS[1] | {"status": "closed"}])
    assert made.does(delete_column, ME, column=made.place("Due"))
    assert made.does(rename_header, ME, column=made.place("Open"), text="Still open")
    made.sync()
    assert (made.cell("T-001", "Still open"), made.cell("T-002", "Still open")) == (1, 0)
    assert [sheet.state for sheet in made.sync().sheets] == ["quiet"]


def test_a_formula_that_was_written_while_its_columns_were_moved_is_put_right(tmp_path: Path) -> None:
    made = Online(tmp_path / "desk")
    made.given([ROWS[0], ROWS[1] | {"status": "closed"}])
    assert made.does(rename_header, ME, column=made.place("Open"), text="Still open")
    at = made.place("Status")
    span = {"sheetId": Ids().tab("tickets"), "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    moved = [{"moveDimension": {"source": span, "destinationIndex": made.place("Notes")}}]
    made.before_batch(lambda: made.person(ME).tries(moved))
    made.sync()
    made.types("T-001", "Title", "Scanner")
    made.sync()
    assert (made.cell("T-001", "Still open"), made.cell("T-002", "Still open")) == (1, 0)
    made.sync()
    assert [sheet.state for sheet in made.sync().sheets] == ["quiet"]


def test_a_formula_of_a_persons_own_in_a_header_stays(tmp_path: Path) -> None:
    made = Online(tmp_path / "desk")
    made.given(ROWS[:2])
    own = '=ARRAYFORMULA(IF(ROW($A$1:$A)=ROW($A$1),"Open",$A$1:$A))'
    assert made.does(edit, ME, row=0, column=made.place("Open"), text=own)
    made.types("T-001", "Title", "Scanner")
    made.sync()
    assert made.cell("T-002", "Open") == "T-002"


def test_a_header_that_lost_its_formula_and_a_column_that_this_needs_is_left_alone(tmp_path: Path) -> None:
    made = Online(tmp_path / "desk")
    made.given(ROWS[:2])
    assert made.does(rename_header, ME, column=made.place("Open"), text="Still open")
    assert made.does(delete_column, ME, column=made.place("Status"))
    [sheet] = made.sync().sheets
    assert [(p.kind, p.column) for p in sheet.problems] == [("lost_column", "status")]
    assert [sheet.state for sheet in made.sync().sheets] == ["quiet"]
    assert made.cell("T-001", "Still open") is None


def test_a_new_row_that_its_person_goes_on_typing_in_while_it_gets_its_id_is_one_ticket(
    tmp_path: Path,
) -> None:
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:3])
    assert desk.does(type_below, texts=["", "", "laser", "Hardware"])
    row = desk.row_titled("laser")
    desk.before_batch(lambda: desk.does(edit, row=row, column=desk.place("Type"), text="Software"))
    desk.sync()
    desk.sync()
    with desk.desk() as opened:
        titles = list(opened.store.table(opened.desk.tickets).frame["title"])
    assert titles.count("laser") == 1
    row = desk.row_titled("laser")
    assert desk.tab().cell(row, desk.place("Type")) == "Software"


def test_a_ticket_whose_id_went_astray_twice_is_the_row_that_its_person_goes_on_typing_in(
    tmp_path: Path,
) -> None:
    """Somebody deletes a row above it, then half of it is typed over: each time just before a write."""
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:3])
    assert desk.does(type_below, texts=["", "", "laser", "Hardware"])

    def typed_over() -> None:
        row = desk.row_titled("laser")
        assert desk.tab().cell(row, desk.place("ID")) is None
        assert desk.does(edit, row=row, column=desk.place("Type"), text="Software")

    def deleted() -> None:
        assert desk.does(delete_row, ME, row=desk.row("T-001"))
        desk.before_batch(typed_over)

    desk.before_batch(deleted)
    for _ in range(3):
        desk.sync()
    assert (desk.value("T-004", "title"), desk.value("T-004", "type")) == ("laser", "soft")
    assert desk.row_titled("laser") == desk.row("T-004")
    with desk.desk() as opened:
        assert list(archived(opened).index) == ["T-001"]


def test_a_ticket_that_comes_back_by_one_sheet_has_what_was_typed_in_the_other(both: Online) -> None:
    """It was typed in at Google, then deleted there; a workbook that was open all the while is saved."""
    opened_long_ago = Book(both.folder / "tickets.xlsx")
    assert both.types("T-002", "Type", "Software")
    both.sync()
    assert both.does(delete_row, ME, row=both.row("T-002"))
    both.sync()
    both.sync()
    with both.desk() as opened:
        assert "T-002" in archived(opened).index
    tab = opened_long_ago.tab()
    tab.type(tab.row_of("T-002"), "Title", "paper jam")
    opened_long_ago.save()
    both.sync()
    both.sync()
    assert (both.value("T-002", "title"), both.value("T-002", "type")) == ("paper jam", "soft")
    assert (both.cell("T-002", "Title"), both.cell("T-002", "Type")) == ("paper jam", "Software")
    assert in_the_book(both, "T-002", "Type") == "Software"


def test_a_ticket_that_comes_back_brings_what_its_row_held_in_peoples_own_columns(both: Online) -> None:
    """At Google in a column beside the table, in the workbook too: each sheet has its own."""
    width = len(both.tab().columns)
    for row, text in ((0, "Mine"), (both.row("T-002"), "ask Ann"), (both.row("T-003"), "7")):
        assert both.does(edit, ME, row=row, column=width, text=text)
    book = Book(both.folder / "tickets.xlsx")
    tab = book.tab()
    beside = max(tab.titles().values()) + 1
    for place, value in ((1, "Room"), (tab.row_of("T-002"), 12.5), (tab.row_of("T-003"), "hall")):
        tab.type_at(place, beside, value)
    book.save()
    both.sync()
    assert both.does(delete_row, ME, row=both.row("T-002"))
    book = Book(both.folder / "tickets.xlsx")
    book.tab().delete_row(book.tab().row_of("T-002"))
    book.save()
    both.sync()
    both.sync()
    with both.desk() as opened:
        assert restore(opened, ["T-002"], now=both.now) == (["T-002"], [])
    for _ in range(2):
        both.sync()
        assert (both.cell("T-002", "Title"), both.cell("T-002", "Mine")) == ("Ticket 2", "ask Ann")
        assert (in_the_book(both, "T-002", "Room"), in_the_book(both, "T-003", "Room")) == (12.5, "hall")
    assert both.cell("T-003", "Mine") == 7
    synced = both.sync()
    assert {sheet.state for sheet in synced.sheets} == {"quiet"}


def test_what_stays_in_peoples_own_column_of_an_emptied_row_comes_to_no_other(both: Online) -> None:
    """The ticket is archived by the other sheet: its row is emptied but for what is their own."""
    width = len(both.tab().columns)
    row = both.row("T-002")
    for place, text in ((0, "Mine"), (row, "ask Ann")):
        assert both.does(edit, ME, row=place, column=width, text=text)
    both.sync()
    book = Book(both.folder / "tickets.xlsx")
    book.tab().delete_row(book.tab().row_of("T-002"))
    book.save()
    both.sync()
    both.sync()
    assert [cell for cell in both.tab().column(0) if cell == "T-002"] == []
    assert both.tab().cell(row, width) == "ask Ann"
    with both.desk() as opened:
        restore(opened, ["T-002"], now=both.now)
    both.sync()
    assert list(both.tab().column(width)).count("ask Ann") == 1


def test_a_header_that_was_sorted_along_stops_the_sync_until_it_is_back(tmp_path: Path) -> None:
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:4])
    assert desk.types("T-003", "Title", "ink")
    assert desk.does(sort, ME, column=desk.place("Title"), headed=False)
    stood = desk.tab()
    for _ in range(3):
        (sheet,) = desk.sync().sheets
        assert isinstance(sheet.error, HeaderSorted)
        assert "T-003" in str(sheet.error)
        assert (sheet.state, sheet.entries, sheet.waiting) == ("failed", [], [])
    assert desk.tab() == stood
    ids = list(stood.column(0))
    assert desk.does(move_row, ME, row=ids.index("ID"), before=0)
    desk.sync()
    assert desk.value("T-003", "title") == "ink"
    (sheet,) = desk.sync().sheets
    assert (sheet.state, sheet.problems) == ("quiet", [])
    assert sorted(map(str, desk.tab().column(0)[1:5])) == ["T-001", "T-002", "T-003", "T-004"]


def test_a_row_that_comes_to_stand_right_below_the_header_moves_no_value_of_another(tmp_path: Path) -> None:
    """A formula over `$A$2:$A` would begin a row later by then, and show each value a row too high."""
    desk = Online(tmp_path / "desk")
    older = datetime(2026, 9, 1, tzinfo=UTC)
    desk.given([ROWS[0], ROWS[1] | {"status": "closed"}, ROWS[2], ROWS[3] | {"created": older}])
    assert desk.types("T-003", "Title", "ink")
    desk.sync()

    def beside(ticket: str) -> list[object]:
        return [desk.cell(ticket, title) for title in ("Updated", "Month", "Open")]

    was = {f"T-{number:03}": beside(f"T-{number:03}") for number in range(1, 5)}
    assert len({tuple(map(str, cells)) for cells in was.values()}) == 4
    assert desk.does(insert_row, ME, row=1)
    assert desk.does(edit, ME, row=1, column=desk.place("Title"), text="the newest")
    assert {ticket: beside(ticket) for ticket in was} == was
    assert desk.does(move_row, ME, row=desk.row("T-003"), before=1)
    assert {ticket: beside(ticket) for ticket in was} == was
    desk.sync()
    assert desk.row("T-003") == 1
    assert desk.cell("T-005", "Open") == 1
    assert {ticket: beside(ticket) for ticket in was} == was
    dashboard = desk.tab("Dashboard")
    assert (dashboard.cell(3, 1), dashboard.cell(4, 1)) == ("Open", 4)


def test_a_line_that_is_typed_while_another_is_written_stands_beside_it(both: Online) -> None:
    types_in_the_book(both, "T-002", "Notes", "from the book")
    both.before_batch(lambda: both.types("T-002", "Notes", "from online"))
    both.sync()
    both.sync()
    lines = {"from the book", "from online"}
    assert set(str(both.cell("T-002", "Notes")).split("\n")) == lines
    assert set(str(in_the_book(both, "T-002", "Notes")).split("\n")) == lines


def test_a_value_that_is_typed_while_another_is_written_waits_for_somebody(both: Online) -> None:
    types_in_the_book(both, "T-002", "Title", "from the book")
    both.before_batch(lambda: both.types("T-002", "Title", "from online"))
    both.sync()
    synced = both.sync()
    conflicts = [(sheet.key, c.row, c.column) for sheet in synced.sheets for c in sheet.conflicts]
    assert conflicts == [("online", "T-002", "title")]
    assert both.cell("T-002", "Title") == "from online"
    assert in_the_book(both, "T-002", "Title") == "from the book"


def test_a_value_that_a_write_put_its_own_over_is_in_the_journal_though_somebody_typed_on(
    both: Online,
) -> None:
    asked: list[str] = []

    def types_and_dies(method: str, url: str) -> None:
        """The write dies before it has looked at what it hit."""
        if not asked and not url.partition("?")[0].endswith(":batchUpdate"):
            return
        asked.append(url)
        if len(asked) > 1:
            both.crowd.before_request.remove(types_and_dies)
            raise KeyboardInterrupt
        assert both.types("T-002", "Title", "from online")

    types_in_the_book(both, "T-002", "Title", "from the book")
    both.crowd.before_request.append(types_and_dies)
    with pytest.raises(KeyboardInterrupt):
        both.sync()
    assert both.cell("T-002", "Title") == "from the book"
    assert both.types("T-002", "Title", "typed on")
    for _ in range(3):
        both.sync()
    assert both.cell("T-002", "Title") == "typed on"
    with both.desk() as opened:
        told = [(e.kind, e.why, e.after) for e in opened.store.entries([opened.desk.tickets], row="T-002")]
    assert told.count(("refused", "overtaken", "from online")) == 1


def overtaken(desk: Online) -> list[tuple[str, Any]]:
    """The ids and the values of the journal's entries of what people changed before any ticket had it."""
    with desk.desk() as opened:
        found = list(opened.store.entries([opened.desk.tickets], whys=["overtaken"]))
    return [(entry.row, entry.after) for entry in found]


@pytest.fixture
def died(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Online:
    """A sync read a new row, and died before it wrote anything."""
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:2])
    assert desk.does(type_below, texts=["", "", "laser", "Hardware"])

    def dies(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(GoogleSheet, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.sync()
    return desk


@pytest.mark.parametrize(
    ("title", "name", "left"),
    [("laser", "T-003", ["hard"]), ("ink", "T-004", ["laser", "hard"])],
)
def test_what_a_new_row_held_when_a_sync_died_before_its_write_is_in_the_journal(
    died: Online, title: str, name: str, left: list[str]
) -> None:
    row = died.row_titled("laser")
    assert died.does(edit, row=row, column=died.place("Title"), text=title)
    assert died.does(edit, row=row, column=died.place("Type"), text="Software")
    for _ in range(2):
        died.sync()
    assert died.cell(name, "Type") == "Software"
    assert overtaken(died) == [("T-003", value) for value in left]


def test_a_new_row_that_was_deleted_after_a_sync_died_is_in_the_journal_and_no_ticket(died: Online) -> None:
    assert died.does(delete_row, ME, row=died.row_titled("laser"))
    for _ in range(2):
        died.sync()
    assert "laser" not in died.tab().column(died.place("Title"))
    assert overtaken(died) == [("T-003", "laser"), ("T-003", "hard")]


def test_a_new_row_is_no_ticket_before_the_write_is_there_that_gives_it_an_id(tmp_path: Path) -> None:
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:2])
    assert desk.does(type_below, texts=["", "", "laser", "Hardware"])

    def dies(method: str, url: str) -> None:
        if url.partition("?")[0].endswith(":batchUpdate"):
            raise KeyboardInterrupt

    desk.crowd.before_request.append(dies)
    # The first agrees on what it writes, the second reads what stands there still.
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            desk.sync()
    desk.crowd.before_request.remove(dies)
    assert desk.does(edit, row=desk.row_titled("laser"), column=desk.place("Title"), text="ink")
    for _ in range(2):
        desk.sync()
    assert [*filter(None, desk.tab().column(desk.place("Title")))] == ["Title", "Ticket 1", "Ticket 2", "ink"]
    assert ("T-003", "laser") in overtaken(desk)
    with desk.desk() as opened:
        assert len(opened.store.table(opened.desk.tickets)) == 3


def test_what_stood_in_a_new_row_is_in_the_journal_though_its_column_is_deleted(died: Online) -> None:
    assert died.does(delete_column, ME, column=died.place("Type"))
    for _ in range(2):
        died.sync()
    assert died.row_titled("laser")
    assert overtaken(died) == [("T-003", "hard")]


def test_what_a_new_ticket_gets_by_itself_gives_way_to_what_its_person_types_meanwhile(
    tmp_path: Path,
) -> None:
    desk = Online(tmp_path / "desk")
    desk.given(ROWS[:2])
    assert desk.does(type_below, texts=["", "", "laser", "Hardware"])
    row, writes = desk.row_titled("laser"), []

    def types(method: str, url: str) -> None:
        if url.partition("?")[0].endswith(":batchUpdate"):
            writes.append(url)
            if len(writes) == 2:
                assert desk.does(edit, row=row, column=desk.place("Status"), text="In progress")

    desk.crowd.before_request.append(types)
    desk.sync()
    (sheet,) = desk.sync().sheets
    assert (sheet.conflicts, len(writes) > 2) == ([], True)
    assert (desk.value("T-003", "status"), desk.cell("T-003", "Status")) == ("open", "In progress")


def test_a_deleted_row_does_not_come_back_where_a_sync_died_before_its_write(both: Online) -> None:
    assert both.does(delete_row, ME, row=both.row("T-003"))
    types_in_the_book(both, "T-002", "Title", "ink")

    def dies() -> None:
        raise KeyboardInterrupt

    both.before_batch(dies)
    with pytest.raises(KeyboardInterrupt):
        both.sync()
    for _ in range(2):
        both.sync()
        assert "T-003" not in both.tab().column(0)
    with both.desk() as opened:
        assert list(archived(opened).index) == ["T-003"]
    assert both.cell("T-002", "Title") == "ink"


def test_a_note_below_the_tickets_is_none_though_a_new_ticket_was_written_there(both: Online) -> None:
    """While it is written somebody deletes a row above: what was to be a blank row is the note's."""
    note = both.row("T-012") + 2
    assert both.does(edit, row=note, column=both.place("Type"), text="remember")
    types_a_row_in_the_book(both, "from the book")
    both.before_batch(lambda: both.does(delete_row, ME, row=both.row("T-003")))
    for _ in range(3):
        both.sync()
    with both.desk() as opened:
        assert list(opened.store.table(opened.desk.tickets).frame["title"])[-1] == "from the book"
    tab = both.tab()
    [row] = [row for row in range(tab.rows) if tab.cell(row, both.place("Type")) == "remember"]
    assert tab.cell(row, both.place("ID")) is None


@pytest.mark.parametrize("moment", ["fetch", "replace"])
def test_what_a_run_reads_of_a_sheet_is_not_undone_by_another_that_read_it_before(
    both: Online, moment: str
) -> None:
    def opened_sheet(opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
        sheet = both.opened_sheet(opened, state, states)
        step = getattr(sheet, moment)

        def overtaken(*asked: Any) -> Any:
            """Just then somebody types on, and another run takes that in."""
            done = step(*asked)
            if both.open_sheet is opened_sheet:
                both.open_sheet = both.opened_sheet
                assert both.types("T-002", "Title", "second")
                both.sync(wait_s=None)
            return done

        if isinstance(sheet, GoogleSheet):
            setattr(sheet, moment, overtaken)
        return sheet

    assert both.types("T-002", "Title", "first")
    assert both.does(type_below, texts=["", "", "new"])
    both.open_sheet = opened_sheet
    both.sync(wait_s=None)
    assert both.open_sheet is not opened_sheet
    both.sync()
    assert both.cell("T-002", "Title") == in_the_book(both, "T-002", "Title") == "second"


def test_what_was_read_while_a_write_was_on_its_way_is_what_people_type_over_once_that_arrived(
    both: Online,
) -> None:
    was = both.cell("T-002", "Title")

    def dies(method: str, url: str) -> None:
        if url.partition("?")[0].endswith(":batchUpdate"):
            both.crowd.before_request.remove(dies)
            raise KeyboardInterrupt

    def types_back(method: str, url: str) -> None:
        if not url.partition("?")[0].endswith(":batchUpdate"):
            both.crowd.before_request.remove(types_back)
            assert both.types("T-002", "Title", str(was))

    def meanwhile() -> None:
        """Another run reads what somebody types, and dies before it writes; then they take that back."""
        assert both.types("T-002", "Title", "other")
        both.crowd.before_request.append(dies)
        # A client lets one request at a time go to a spreadsheet.
        both.google = both.client(both.crowd)
        with pytest.raises(KeyboardInterrupt):
            both.sync(wait_s=None)
        both.crowd.before_request.append(types_back)

    types_in_the_book(both, "T-003", "Title", "from the book")
    both.before_batch(meanwhile)
    both.sync(wait_s=None)
    assert types_back not in both.crowd.before_request
    both.sync()
    assert both.cell("T-003", "Title") == "from the book"
    assert both.cell("T-002", "Title") == in_the_book(both, "T-002", "Title") == was


def test_a_new_ticket_whose_row_somebody_took_does_not_draw_a_note_into_the_table(both: Online) -> None:
    """It waits for room, as it would have if the line had been there before; it is not taken for deleted."""
    line = both.row("T-012") + 1
    assert both.does(edit, row=line + 1, column=both.place("Type"), text="remember")
    types_a_row_in_the_book(both, "from the book")
    both.before_batch(lambda: both.does(edit, row=line, column=both.place("Title"), text="from online"))
    for _ in range(3):
        synced = both.sync()
    [ticket] = [p.ticket for sheet in synced.sheets for p in sheet.problems if p.kind == "no_room"]
    with both.desk() as opened:
        assert opened.store.table(opened.desk.tickets).frame["title"][ticket] == "from the book"
    tab = both.tab()
    named = [tab.cell(row, both.place("ID")) for row in (line, line + 1)]
    assert named == ["T-014", None]
    assert both.does(delete_row, ME, row=line + 1)
    both.sync()
    assert both.cell(ticket, "Title") == "from the book"


def test_a_value_arrives_though_its_column_is_called_something_else_while_it_is_written(both: Online) -> None:
    types_in_the_book(both, "T-002", "Title", "ours")
    place = both.place("Title")
    both.before_batch(lambda: both.does(rename_header, ME, column=place, text="What it is about"))
    both.sync()
    both.sync()
    assert both.value("T-002", "title") == "ours"
    assert both.cell("T-002", "What it is about") == "ours"
    assert in_the_book(both, "T-002", "Title") == "ours"


def test_a_new_row_stays_whole_though_a_column_is_called_something_else_while_it_is_written(
    both: Online,
) -> None:
    """Its person goes on typing in it before the next sync reads it."""
    new = Book(both.folder / "tickets.xlsx")
    page = new.tab()
    page.reach(page.bottom() + 1)
    page.type(page.bottom(), "Title", "ours")
    page.type(page.bottom(), "Type", "Hardware")
    new.save()
    place = both.place("Type")
    both.before_batch(lambda: both.does(rename_header, ME, column=place, text="Sort"))
    both.sync()
    row = both.row_titled("ours")
    assert both.does(edit, ME, row=row, column=both.place("Title"), text="theirs")
    both.sync()
    both.sync()
    assert (both.value("T-013", "title"), both.value("T-013", "type")) == ("theirs", "hard")
    assert (both.cell("T-013", "Title"), both.cell("T-013", "Sort")) == ("theirs", "Hardware")
    assert both.row("T-013") == row


def test_a_line_that_is_typed_while_another_is_written_stands_beside_it_in_a_renamed_column(
    both: Online,
) -> None:
    types_in_the_book(both, "T-002", "Notes", "from the book")
    place = both.place("Notes")

    def meanwhile() -> None:
        assert both.types("T-002", "Notes", "from online")
        assert both.does(rename_header, ME, column=place, text="Remarks")

    both.before_batch(meanwhile)
    both.sync()
    both.sync()
    lines = {"from the book", "from online"}
    assert set(str(both.cell("T-002", "Remarks")).split("\n")) == lines
    assert set(str(in_the_book(both, "T-002", "Notes")).split("\n")) == lines


TAGGED = DESK.replace('file: "google:", role: boss', 'file: "google:", role: boss, safety: tagged')


def tags(desk: Online) -> list[str]:
    """What carries a tag of a write, in any tab."""
    formulas = (text for *_, text in desk.sandbox.drive.files[desk.id].book.formulas())
    return [text for text in formulas if tag_in(text.removeprefix("="))]


def test_values_of_a_desk_that_tags_them_end_in_their_rows_and_leave_no_tag(tmp_path: Path) -> None:
    """While a new row gets its id somebody inserts a row above; while a value is put back they sort."""
    desk = Online(tmp_path / "desk", TAGGED)
    desk.given(ROWS[:4])
    assert desk.types("T-002", "Title", "ink")
    run = desk.sync().run
    assert desk.value("T-002", "title") == "ink"
    assert desk.does(type_below, texts=["", "", "laser", "Hardware"])
    desk.before_batch(lambda: desk.does(insert_row, ME, row=desk.row("T-002")))
    desk.sync()
    assert tags(desk)
    with desk.desk() as opened:
        assert undo(opened, run, now=desk.now).count > 0
    desk.before_batch(lambda: desk.does(sort, ME, column=desk.place("Title"), descending=True))
    desk.sync()
    assert any("Ticket 2" in text for text in tags(desk))
    desk.sync()
    assert tags(desk) == []
    titles = {f"T-{n:03}": f"Ticket {n}" for n in range(1, 5)} | {"T-005": "laser"}
    assert {ticket: desk.cell(ticket, "Title") for ticket in titles} == titles
    assert {ticket: desk.value(ticket, "title") for ticket in titles} == titles
    assert [desk.cell(ticket, "Status") for ticket in titles] == ["New"] * 5
    assert [(s.state, s.written, s.problems) for s in desk.sync().sheets] == [("quiet", 0, [])]
