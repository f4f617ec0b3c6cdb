"""What the storm found, each as a short story on sheets in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.flows import Synced, sync
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.memory import MemoryBook, MemorySheet, tab_of
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.store.store import SheetState, Store, open_store
from tests.storm.desk import COPY, MAIN, START, beginning

BEGIN = beginning(4)
COLUMNS = ("id", "created", "title", "type", "status", "owner", "due", "updated", "notes")


class Team:
    """The desk of the storm with its two sheets, and people who save whole books."""

    def __init__(self, folder: Path) -> None:
        (folder / "desk.db").write_bytes(BEGIN.store)
        self.store: Store = open_store(folder / "desk.db")
        self.sheets = {key: MemorySheet(book_of(data)) for key, data in BEGIN.files.items()}
        self.now = START

    def sync(self, sheets: dict[str, Sheet] | None = None) -> Synced:
        """One sync an hour later."""
        self.now += timedelta(hours=1)
        places: dict[str, Sheet] = {**self.sheets, **(sheets or {})}

        def open_sheet(_: OpenDesk, state: SheetState, __: Sequence[SheetState]) -> Sheet:
            return places[state.key]

        opened = OpenDesk(BEGIN.desk, self.store, Path())
        return sync(opened, now=self.now, open_sheet=open_sheet, wait_s=None)

    def book(self, key: str = MAIN) -> MemoryBook:
        """What somebody opens now."""
        book = self.sheets[key].book
        assert book is not None
        return book

    def titles(self) -> list[str]:
        """The titles of the store's tickets."""
        return [str(title) for title in self.store.table(BEGIN.desk.tickets).frame["title"]]

    def journal(self, column: str) -> list[tuple[str, str, object]]:
        """Every entry of a column of the tickets: kind, row, and the value after."""
        entries = self.store.entries([BEGIN.desk.tickets])
        return [(entry.kind, entry.row, entry.after) for entry in entries if entry.column == column]


def book_of(data: bytes) -> MemoryBook:
    found = fetched_of(data)
    return MemoryBook(tuple(tab_of(grid) for grid in (*found.grids, *found.rest())))


def typed(book: MemoryBook, row: int, **cells: Cell) -> MemoryBook:
    """The book with these cells of the tickets typed; None clears one."""
    tab = book.tab("Tickets")
    new = {(row, COLUMNS.index(column)): value for column, value in cells.items()}
    kept = {place: value for place, value in {**tab.cells, **new}.items() if value is not None}
    return book.with_tab(type(tab)(tab.title, kept, tab.formulas, tab.tables))


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    team = Team(tmp_path)
    yield team
    team.store.close()


class Interrupted:
    """A sheet on which somebody saves just before the first new version is put in place."""

    def __init__(self, sheet: MemorySheet, saved: MemoryBook) -> None:
        self._sheet = sheet
        self._saved: MemoryBook | None = saved

    def __getattr__(self, name: str) -> object:
        return getattr(self._sheet, name)

    def replace(self, ready: Fetched) -> Fetched | None:
        if self._saved is not None:
            self._sheet.save(self._saved)
            self._saved = None
        return self._sheet.replace(ready)


def test_what_a_role_may_not_fill_in_a_new_row_is_in_the_journal(team: Team) -> None:
    due = datetime(2026, 12, 24, 9, 0)
    team.sheets[COPY].save(typed(team.book(COPY), 5, title="fresh", due=due))
    team.sync()
    assert team.titles().count("fresh") == 1
    moment = due.replace(tzinfo=UTC) - timedelta(hours=1)
    assert ("refused", "T-005", moment) in team.journal("due")


def test_a_save_that_was_displaced_and_merged_makes_its_new_row_once(team: Team) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 1, owner="Zoe"))
    late = Interrupted(team.sheets[MAIN], typed(opened, 5, title="fresh"))
    team.sync({MAIN: late})  # type: ignore[dict-item]
    assert list(team.sheets[MAIN].waiting()) == []
    for _ in range(2):
        team.sync()
    assert team.titles().count("fresh") == 1


def test_a_new_row_is_not_lost_to_a_save_that_does_not_have_it(team: Team) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 5, title="fresh"))
    late = Interrupted(team.sheets[MAIN], typed(opened, 1, owner="Zoe"))
    team.sync({MAIN: late})  # type: ignore[dict-item]
    team.sync()
    assert team.titles().count("fresh") == 1
    assert "fresh" in team.book().tab("Tickets").cells.values()


def test_an_old_copy_with_a_new_row_as_it_was_typed_makes_no_second_ticket(team: Team) -> None:
    before = typed(team.book(), 5, title="fresh", owner="Zoe")
    team.sheets[MAIN].save(before)
    team.sync()
    team.sheets[MAIN].save(before)
    team.sync()
    assert team.titles().count("fresh") == 1
    # Somebody goes on in what he had opened then.
    team.sheets[MAIN].save(typed(before, 5, notes="more"))
    team.sync()
    assert team.titles().count("fresh") == 1
    frame = team.store.table(BEGIN.desk.tickets).frame
    assert [frame.loc["T-005", column] for column in ("status", "owner", "notes")] == ["new", "Zoe", "more"]


def test_a_row_that_lost_its_id_and_its_title_is_still_its_ticket(team: Team) -> None:
    team.sheets[MAIN].save(typed(team.book(), 2, id=None, title=None))
    for _ in range(2):
        team.sync()
    assert list(team.store.table(BEGIN.desk.tickets).frame.index) == ["T-001", "T-002", "T-003", "T-004"]
    assert team.book().tab("Tickets").cells[2, 0] == "T-002"


def test_a_value_that_people_must_settle_is_in_the_journal_once(team: Team) -> None:
    team.sheets[COPY].save(typed(team.book(COPY), 1, owner="Yan"))
    team.sheets[MAIN].save(typed(team.book(), 1, owner="Zoe"))
    for _ in range(3):
        team.sync()
    assert [entry for entry in team.journal("owner") if entry[0] == "refused"] == [
        ("refused", "T-001", "Yan")
    ]
