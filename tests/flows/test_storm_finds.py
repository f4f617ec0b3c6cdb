"""What the storm found, each as a short story on sheets in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.errors import SheetBusy
from sheetdesk.flows import Synced, sync
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.memory import MemoryBook, MemorySheet, tab_of
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.store.store import SheetState, Store, open_store
from tests.storm.desk import COPY, MAIN, START, beginning
from tests.storm.workers import Killed

BEGIN = beginning(4)
COLUMNS = ("id", "created", "title", "type", "status", "owner", "due", "updated", "notes")
TITLE = COLUMNS.index("title")
DUE = datetime(2026, 12, 24, 9, 0)


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

    def shown(self, title: str) -> list[Cell]:
        """The ids of the rows of the main sheet that have this title."""
        cells = self.book().tab("Tickets").cells
        places = [row for (row, column), cell in cells.items() if column == TITLE and cell == title]
        return [cells.get((row, 0)) for row in places]

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
    """A sheet to which something happens once: before or after a new version is put in place, or when the
    sheet has just been fetched.
    """

    def __init__(
        self,
        sheet: MemorySheet,
        before: Callable[[], object] | None = None,
        *,
        after: Callable[[], object] | None = None,
        fetched: Callable[[], object] | None = None,
    ) -> None:
        self._sheet = sheet
        self._happens = {"before": before, "after": after, "fetched": fetched}

    def _once(self, when: str) -> None:
        happens = self._happens.pop(when, None)
        if happens is not None:
            happens()

    def __getattr__(self, name: str) -> object:
        return getattr(self._sheet, name)

    def replace(self, ready: Fetched) -> Fetched | None:
        self._once("before")
        displaced = self._sheet.replace(ready)
        self._once("after")
        return displaced

    def fetch(self) -> Fetched | None:
        found = self._sheet.fetch()
        self._once("fetched")
        return found


def die() -> None:
    raise Killed


def is_busy() -> None:
    raise SheetBusy(path="tickets.xlsx")


def test_what_a_role_may_not_fill_in_a_new_row_is_in_the_journal(team: Team) -> None:
    due = datetime(2026, 12, 24, 9, 0)
    team.sheets[COPY].save(typed(team.book(COPY), 5, title="fresh", due=due))
    team.sync()
    assert team.titles().count("fresh") == 1
    moment = due.replace(tzinfo=UTC) - timedelta(hours=1)
    assert ("refused", "T-005", moment) in team.journal("due")


def test_what_was_refused_in_a_new_row_is_in_the_journal_where_a_run_died_before_its_write(
    team: Team,
) -> None:
    due = datetime(2026, 12, 24, 9, 0)
    copy = team.sheets[COPY]
    copy.save(typed(team.book(COPY), 5, title="fresh", due=due))
    with pytest.raises(Killed):
        team.sync({COPY: Interrupted(copy, before=die)})  # type: ignore[dict-item]
    for _ in range(2):
        team.sync()
    moment = due.replace(tzinfo=UTC) - timedelta(hours=1)
    assert team.journal("due").count(("refused", "T-005", moment)) == 1


def test_a_row_that_a_role_may_not_delete_and_that_has_no_room_is_told_by_every_sync(team: Team) -> None:
    tab = team.book(COPY).tab("Tickets")
    note = 4, COLUMNS.index("owner")
    cells = {place: cell for place, cell in tab.cells.items() if place[0] < 4} | {note: "remember"}
    formulas = {place: text for place, text in tab.formulas.items() if place[0] < 4}
    shorter = replace(tab, cells=cells, formulas=formulas, tables=(replace(tab.tables[0], bottom=3),))
    team.sheets[COPY].save(team.book(COPY).with_tab(shorter))
    team.sync()
    for _ in range(3):
        [copy] = [sheet for sheet in team.sync().sheets if sheet.key == COPY]
        assert [(problem.kind, problem.ticket) for problem in copy.problems] == [("no_room", "T-004")]
        assert [(refusal.row, refusal.reason) for refusal in copy.refusals] == [("T-004", "archive")]
    team.sheets[COPY].save(typed(team.book(COPY), 4, owner=None))
    team.sync()
    assert team.book(COPY).tab("Tickets").cells[4, 0] == "T-004"


def test_a_save_that_was_displaced_and_merged_makes_its_new_row_once(team: Team) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 1, owner="Zoe"))
    late = Interrupted(team.sheets[MAIN], lambda: team.sheets[MAIN].save(typed(opened, 5, title="fresh")))
    team.sync({MAIN: late})  # type: ignore[dict-item]
    assert list(team.sheets[MAIN].waiting()) == []
    for _ in range(2):
        team.sync()
    assert team.titles().count("fresh") == 1


def test_a_new_row_is_not_lost_to_a_save_that_does_not_have_it(team: Team) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 5, title="fresh"))
    late = Interrupted(team.sheets[MAIN], lambda: team.sheets[MAIN].save(typed(opened, 1, owner="Zoe")))
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


def test_a_row_whose_file_was_saved_over_before_it_was_read_back_is_one_ticket(team: Team) -> None:
    opened = team.book()
    main = team.sheets[MAIN]
    main.save(typed(opened, 5, title="fresh"))
    with pytest.raises(Killed):
        team.sync({MAIN: Interrupted(main, after=die)})  # type: ignore[dict-item]
    assert "fresh" not in team.titles()
    main.save(typed(opened, 1, owner="Zoe"))
    for _ in range(3):
        team.sync()
        assert team.titles().count("fresh") == 1
        assert team.shown("fresh") == ["T-005"]


def test_a_row_whose_file_was_saved_over_by_one_that_has_it_without_an_id_is_one_ticket(team: Team) -> None:
    opened = typed(team.book(), 5, title="fresh")
    main = team.sheets[MAIN]
    main.save(opened)
    with pytest.raises(Killed):
        team.sync({MAIN: Interrupted(main, after=die)})  # type: ignore[dict-item]
    main.save(typed(opened, 1, owner="Zoe"))
    for _ in range(3):
        team.sync()
        assert team.titles().count("fresh") == 1
        assert team.shown("fresh") == ["T-005"]
    assert team.book().tab("Tickets").cells[5, 0] == "T-005"


def test_an_older_save_without_a_new_rows_id_does_not_undo_what_was_typed_since(team: Team) -> None:
    main = team.sheets[MAIN]
    older = typed(team.book(), 5, title="A new one", type="Network")
    main.save(older)
    put: list[MemoryBook] = []
    team.sync({MAIN: Interrupted(main, after=lambda: put.append(team.book()))})  # type: ignore[dict-item]
    # Somebody opened the very version that brought the id, and types into it.
    main.save(typed(put[0], 5, owner="Keeper1"))
    team.sync()
    main.save(typed(older, 1, title="Another word"))
    team.sync()
    tickets = team.store.table(BEGIN.desk.tickets).frame
    assert tickets.loc[tickets["title"] == "A new one", "owner"].tolist() == ["Keeper1"]


def test_a_row_with_an_id_of_its_own_is_not_deleted_by_a_save_that_never_had_it(team: Team) -> None:
    main = team.sheets[MAIN]
    opened = team.book()
    main.save(typed(opened, 5, id="T-500", title="fresh"))
    main.open_by = "Ann"
    team.sync()
    assert team.titles()[4:] == ["fresh"]
    main.save(typed(opened, 1, title="Another word"))
    team.sync()
    main.open_by = ""
    for _ in range(3):
        team.sync()
        assert team.titles()[4:] == ["fresh"]
    assert team.shown("fresh") == ["T-500"]
    # Now everybody has it: who takes it away means it.
    main.save(typed(team.book(), 5, **dict.fromkeys(COLUMNS)))
    for _ in range(3):
        team.sync()
    assert len(team.titles()) == 4


def test_a_row_of_a_sync_that_died_before_it_put_the_file_in_place_is_one_ticket(team: Team) -> None:
    main = team.sheets[MAIN]
    main.save(typed(team.book(), 5, title="fresh"))
    with pytest.raises(Killed):
        team.sync({MAIN: Interrupted(main, before=die)})  # type: ignore[dict-item]
    assert team.shown("fresh") == [None]
    for _ in range(3):
        team.sync()
        assert team.titles().count("fresh") == 1
        assert team.shown("fresh") == ["T-005"]


def test_a_row_that_is_saved_again_and_again_while_its_file_is_open_uses_up_one_id(team: Team) -> None:
    main = team.sheets[MAIN]
    opened = team.book()
    main.open_by = "Ann"
    for more in ({"owner": "Ann"}, {"owner": "Ann", "title": "fresh"}, {"owner": "Ben", "title": "fresh"}):
        main.save(typed(opened, 5, **more))
        team.sync()
    main.open_by = ""
    for _ in range(2):
        team.sync()
    assert team.titles()[4:] == ["fresh"]
    assert team.shown("fresh") == ["T-005"]


def test_a_row_that_was_read_in_an_older_page_is_a_ticket_though_a_newer_is_saved_over_it(team: Team) -> None:
    main = team.sheets[MAIN]
    older = team.book()
    main.save(typed(older, 1, title="Another word"))
    team.sync()
    newest = team.book()
    main.save(typed(older, 5, title="fresh"))
    team.sync({MAIN: Interrupted(main, before=is_busy)})  # type: ignore[dict-item]
    main.save(typed(newest, 2, title="One more"))
    for _ in range(3):
        team.sync()
        assert team.titles()[4:] == ["fresh"]
    assert team.shown("fresh") == ["T-005"]


def test_a_row_that_its_person_takes_out_of_the_same_page_before_it_has_an_id_is_none(team: Team) -> None:
    main = team.sheets[MAIN]
    opened = team.book()
    main.save(typed(opened, 5, title="fresh"))
    team.sync({MAIN: Interrupted(main, before=is_busy)})  # type: ignore[dict-item]
    main.save(opened)
    for _ in range(3):
        team.sync()
    assert len(team.titles()) == 4


@pytest.mark.parametrize("title", ["fresh", "fresher"])
def test_a_row_of_a_file_that_was_busy_stays_its_peoples_until_it_is_free(team: Team, title: str) -> None:
    opened = typed(team.book(), 5, title="fresh")
    main = team.sheets[MAIN]
    main.save(opened)
    synced = team.sync({MAIN: Interrupted(main, before=is_busy)})  # type: ignore[dict-item]
    assert [sheet.state for sheet in synced.sheets if sheet.key == MAIN] == ["pending"]
    assert len(team.titles()) == 4
    main.save(typed(opened, 5, title=title))
    for _ in range(3):
        team.sync()
        assert team.titles()[4:] == [title]
        assert len(team.shown(title)) == 1


def test_a_row_of_a_conflicted_copy_that_comes_again_without_an_id_is_one_ticket(team: Team) -> None:
    copy = typed(team.book(), 5, title="fresh")
    main = team.sheets[MAIN]
    main.save_beside(copy)
    main.open_by = "Ann"
    team.sync()
    assert team.titles().count("fresh") == 1
    assert team.shown("fresh") == []
    # Somebody goes on in the copy, and saves it as the sheet.
    main.save(typed(copy, 1, owner="Zoe"))
    main.open_by = ""
    for _ in range(3):
        team.sync()
        assert team.titles().count("fresh") == 1
        assert team.shown("fresh") == ["T-005"]


@pytest.mark.parametrize("fill", [{}, {"due": DUE, "updated": DUE}])
@pytest.mark.parametrize("is_between", [False, True])
def test_a_row_of_a_roles_conflicted_copy_that_comes_again_as_it_was_typed_is_one_ticket(
    team: Team, fill: dict[str, Cell], is_between: bool
) -> None:
    """Most of its cells may be none that the role may fill, and are not in the ticket."""
    copy = team.sheets[COPY]
    page = typed(team.book(COPY), 5, title="fresh", **fill)
    copy.save_beside(page)
    if is_between:
        # Somebody saves what he had opened before, just when the ticket is put into the sheet.
        before = typed(team.book(COPY), 1, notes="seen")
        team.sync({COPY: Interrupted(copy, lambda: copy.save(before))})  # type: ignore[dict-item]
    for _ in range(3):
        team.sync()
        copy.save(typed(page, 1, type="Network"))
        team.sync()
        assert team.titles().count("fresh") == 1
        tickets = team.store.table(BEGIN.desk.tickets).frame
        assert tickets.loc["T-005", "status"] == "new"
        assert tickets.loc["T-005", "created"] == START + timedelta(hours=1)
    refused = ("refused", "T-005", DUE.replace(tzinfo=UTC) - timedelta(hours=1))
    assert [entry for entry in team.journal("due") if entry[0] == "refused"] == [refused] * ("due" in fill)


def test_a_row_of_a_conflicted_copy_is_not_missing_from_the_sheet_that_never_had_it(team: Team) -> None:
    opened = team.book()
    main = team.sheets[MAIN]
    main.save_beside(typed(opened, 5, title="fresh"))
    main.open_by = "Ann"
    for owner in ("Xia", "Yan", "Zoe"):
        main.save(typed(opened, 1, owner=owner))
        team.sync()
        assert team.titles().count("fresh") == 1
    main.open_by = ""
    team.sync()
    assert team.shown("fresh") == ["T-005"]


def test_what_a_conflicted_copy_changed_is_not_undone_by_the_sheet_that_never_had_it(team: Team) -> None:
    opened = team.book()
    main = team.sheets[MAIN]
    main.save_beside(typed(opened, 3, owner="Zoe"))
    main.open_by = "Ann"
    for _ in range(2):
        team.sync()
        assert team.store.table(BEGIN.desk.tickets).frame.loc["T-003", "owner"] == "Zoe"
    main.open_by = ""
    team.sync()
    assert team.book().tab("Tickets").cells[3, COLUMNS.index("owner")] == "Zoe"


def test_a_row_that_is_put_back_and_comes_with_the_next_save_has_its_new_cell(team: Team) -> None:
    """The store has changed it since: while it is away, what was agreed on is not forgotten."""
    opened = team.book()
    main = team.sheets[MAIN]
    main.open_by = "Ann"
    team.sheets[COPY].save(typed(team.book(COPY), 2, owner="Yan"))
    team.sync()
    main.save(typed(opened, 2, **dict.fromkeys(COLUMNS)))
    team.sync()
    main.save(typed(opened, 2, title="second words"))
    synced = team.sync()
    assert [conflict for sheet in synced.sheets for conflict in sheet.conflicts] == []
    row = team.store.table(BEGIN.desk.tickets).frame.loc["T-002"]
    assert (row["title"], row["owner"]) == ("second words", "Yan")


def test_a_row_that_is_gone_waits_for_another_run_though_this_one_reads_the_sheet_twice(team: Team) -> None:
    gone = typed(team.book(), 2, **dict.fromkeys(COLUMNS))
    # For the new row's sake it is read again.
    team.sheets[MAIN].save(typed(gone, 5, title="fresh"))
    team.sync()
    assert "fresh" in team.titles()
    assert "First words 2" in team.titles()
    team.sync()
    assert "First words 2" not in team.titles()


def test_a_row_that_is_gone_does_not_come_back_where_runs_died_before_their_writes(team: Team) -> None:
    main = team.sheets[MAIN]
    gone = typed(team.book(), 2, **dict.fromkeys(COLUMNS))
    main.save(typed(gone, 5, title="fresh"))
    for _ in range(2):
        with pytest.raises(Killed):
            team.sync({MAIN: Interrupted(main, before=die)})  # type: ignore[dict-item]
    for _ in range(2):
        team.sync()
        assert team.shown("First words 2") == []
        assert team.titles().count("fresh") == 1
    assert "First words 2" not in team.titles()


OWN = 1, len(COLUMNS) + 2


def another_run(team: Team, opened: MemoryBook) -> None:
    """Somebody saves with a cell in a column of his own, and another sync comes and goes."""
    tab = typed(opened, 2, owner="Yan").tab("Tickets")
    cells = {**tab.cells, OWN: "mine"}
    team.sheets[MAIN].save(opened.with_tab(type(tab)(tab.title, cells, tab.formulas, tab.tables)))
    team.sync()
    assert team.book().tab("Tickets").cells[OWN] == "mine"


def test_a_run_that_displaced_a_file_which_another_put_in_place_builds_upon_that_one(team: Team) -> None:
    opened = typed(team.book(), 1, owner="Zoe")
    main = team.sheets[MAIN]
    main.save(opened)
    late = Interrupted(main, fetched=lambda: another_run(team, opened))
    team.sync({MAIN: late})  # type: ignore[dict-item]
    for _ in range(2):
        assert team.book().tab("Tickets").cells.get(OWN) == "mine"
        team.sync()


def test_a_run_that_was_overtaken_just_before_it_put_its_file_in_place_builds_upon_the_other(
    team: Team,
) -> None:
    opened = typed(team.book(), 1, owner="Zoe")
    main = team.sheets[MAIN]
    main.save(opened)
    late = Interrupted(main, before=lambda: another_run(team, opened))
    team.sync({MAIN: late})  # type: ignore[dict-item]
    for _ in range(2):
        assert team.book().tab("Tickets").cells.get(OWN) == "mine"
        team.sync()


def test_what_nobody_could_read_is_in_the_journal_once_though_a_save_writes_over_it(team: Team) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 1, type="whatever", due="soon"))
    for _ in range(2):
        team.sync()
    team.sheets[MAIN].save(typed(opened, 2, owner="Zoe"))
    for _ in range(2):
        team.sync()
    assert "whatever" not in team.book().tab("Tickets").cells.values()
    assert [entry for entry in team.journal("type") if entry[0] == "refused"] == [
        ("refused", "T-001", "whatever")
    ]
    assert [entry for entry in team.journal("due") if entry[0] == "refused"] == [("refused", "T-001", "soon")]


def test_what_nobody_could_read_in_a_new_row_of_a_version_beside_the_sheet_is_in_the_journal(
    team: Team,
) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 1, owner="Zoe"))
    beside = typed(opened, 5, title="fresh", type="whatever")
    late = Interrupted(team.sheets[MAIN], lambda: team.sheets[MAIN].save(beside), after=die)
    with pytest.raises(Killed):
        team.sync({MAIN: late})  # type: ignore[dict-item]
    team.sheets[MAIN].save(typed(opened, 2, owner="Yan"))
    for _ in range(2):
        team.sync()
    assert team.titles().count("fresh") == 1
    assert [row for kind, row, after in team.journal("type") if after == "whatever"] == ["T-005"]


def test_what_nobody_could_read_in_a_new_row_that_a_page_lacks_is_in_the_journal_once(team: Team) -> None:
    opened = team.book()
    main = team.sheets[MAIN]
    main.open_by = "Ann"
    for owner in ("Xia", "Yan"):
        main.save(typed(opened, 5, title="fresh", type="whatever", owner=owner))
        team.sync()
    main.save(typed(opened, 2, owner="Zoe"))
    main.open_by = ""
    for _ in range(2):
        team.sync()
    assert [entry for entry in team.journal("type") if entry[2] == "whatever"] == [
        ("refused", "T-005", "whatever")
    ]


def test_a_ticket_whose_id_was_typed_over_in_a_page_from_before_it_was_archived_is_itself(team: Team) -> None:
    opened = team.book()
    team.sheets[MAIN].save(typed(opened, 3, **dict.fromkeys(COLUMNS)))
    for _ in range(2):
        team.sync()
    assert "First words 3" not in team.titles()
    team.sheets[MAIN].save(typed(opened, 3, id="T-526", owner="Zoe", type="whatever"))
    team.sync()
    assert "T-526" not in team.store.table(BEGIN.desk.tickets).frame.index
    row = team.store.table(BEGIN.desk.tickets).frame.loc["T-003"]
    assert (row["title"], row["owner"], row["type"]) == ("First words 3", "Zoe", "hard")


def with_own(book: MemoryBook, **cells: Cell) -> MemoryBook:
    """The book with cells typed into the second ticket, and one in a column of somebody's own."""
    tab = typed(book, 2, **cells).tab("Tickets")
    return book.with_tab(type(tab)(tab.title, {**tab.cells, OWN: "mine"}, tab.formulas, tab.tables))


def test_a_save_that_another_run_has_read_and_not_yet_written_upon_is_built_upon(team: Team) -> None:
    main = team.sheets[MAIN]
    main.save(typed(team.book(), 1, owner="Zoe"))

    def meanwhile() -> None:
        team.sync()
        main.save(with_own(team.book(), owner="Yan"))

    # A run that was overtaken puts its file over the save, and dies before it has looked at that.
    with pytest.raises(Killed):
        team.sync({MAIN: Interrupted(main, meanwhile, after=die)})  # type: ignore[dict-item]
    assert OWN not in team.book().tab("Tickets").cells
    team.sync({MAIN: Interrupted(main, team.sync)})  # type: ignore[dict-item]
    for _ in range(2):
        assert team.book().tab("Tickets").cells.get(OWN) == "mine"
        team.sync()


class Slow(Interrupted):
    """A sheet of a run that another overtakes: it gets no further than that its file is ready."""

    def replace(self, ready: Fetched) -> Fetched | None:
        self.ready = ready
        self._once("before")
        raise Killed


def test_a_file_that_another_run_put_over_a_save_it_had_not_seen_is_not_built_upon(team: Team) -> None:
    opened = typed(team.book(), 1, owner="Zoe")
    main = team.sheets[MAIN]
    main.save(opened)

    def another() -> None:
        main.save(with_own(opened, owner="Yan"))
        team.sync({MAIN: Interrupted(main, lambda: main.replace(slow.ready))})  # type: ignore[dict-item]

    slow = Slow(main, another)
    with pytest.raises(Killed):
        team.sync({MAIN: slow})  # type: ignore[dict-item]
    for _ in range(2):
        assert team.book().tab("Tickets").cells.get(OWN) == "mine"
        team.sync()


def test_what_a_page_lacks_that_is_saved_over_a_new_row_is_in_the_journal(team: Team) -> None:
    main = team.sheets[MAIN]
    opened = typed(team.book(), 5, title="fresh")
    main.open_by = "Ann"
    main.save(typed(opened, 5, owner="Zoe"))
    team.sync()
    main.save(typed(opened, 5, type="whatever"))
    for _ in range(2):
        team.sync()
    main.open_by = ""
    team.sync()
    assert team.shown("fresh") == ["T-005"]
    assert [entry for entry in team.journal("owner") if entry[0] == "refused"] == [
        ("refused", "T-005", "Zoe")
    ]


def test_what_stood_in_a_new_row_that_a_page_does_not_have_is_in_the_journal(team: Team) -> None:
    opened = team.book()
    main = team.sheets[MAIN]
    main.open_by = "Ann"
    main.save(typed(opened, 5, title="fresh", owner="Zoe"))
    team.sync()
    main.save(typed(opened, 5, title="another", owner="Zoe"))
    for _ in range(2):
        team.sync()
    assert ("refused", "T-005", "fresh") in team.journal("title")
    assert [entry for entry in team.journal("owner") if entry[2] == "Zoe"] == []
    main.save(opened)
    for _ in range(2):
        team.sync()
    assert [row for kind, row, after in team.journal("owner") if after == "Zoe"] == ["T-006"]
    assert {kind for kind, row, _ in team.journal("title") if row in ("T-005", "T-006")} == {"refused"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_page_lacks_that_is_saved_over_a_new_row_of_a_sync_that_died_is_in_the_journal(
    team: Team, when: str
) -> None:
    main = team.sheets[MAIN]
    opened = typed(team.book(), 5, title="fresh")
    main.save(typed(opened, 5, owner="Zoe"))
    with pytest.raises(Killed):
        team.sync({MAIN: Interrupted(main, **{when: die})})  # type: ignore[dict-item]
    main.save(typed(opened, 5, type="Software"))
    for _ in range(2):
        team.sync()
    assert team.shown("fresh") == ["T-005"]
    assert team.journal("owner") == [("refused", "T-005", "Zoe")]


def test_what_a_page_from_before_says_of_a_ticket_that_was_deleted_and_came_back_is_an_edit(
    team: Team,
) -> None:
    first = team.book()
    row = dict.fromkeys(COLUMNS)
    team.sheets[MAIN].save(typed(first, 1, **row))
    team.sheets[MAIN].open_by = "Ann"
    team.sync()
    team.sheets[COPY].save(typed(team.book(COPY), 1, title="back"))
    team.sync()
    assert "back" in team.titles()
    team.sheets[MAIN].save(typed(first, 1, owner=None))
    team.sheets[MAIN].open_by = ""
    team.sync()
    tickets = team.store.table(BEGIN.desk.tickets).frame.loc["T-001"]
    assert (tickets["title"], tickets["owner"]) == ("back", None)
    assert team.shown("back") == ["T-001"]
