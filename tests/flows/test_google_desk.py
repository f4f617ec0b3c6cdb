"""A desk that lives in a workbook and in a Google spreadsheet at once, and one at Google alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.errors import DeskUnfit, SheetOnline, SheetPublished
from sheetdesk.flows import adopt, answer, archived, build, restore, settle, undo
from sheetdesk.flows.checking import check_desk
from sheetdesk.flows.places import places
from sheetdesk.flows.publishing import publish
from sheetdesk.plan import draw
from sheetdesk.sandbox.people import delete_row, rename_header
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
