"""A workbook that another program opened and saved: nobody edited what only its spelling changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sheetdesk.plan import draw
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.table.change import Entry
from tests.flows.book import EPOCH, Book, Value, letters
from tests.flows.folder import COLUMNS, LIFE
from tests.flows.team import Team
from tests.libreoffice import Resave, needs_libreoffice, save_each
from tests.sheets.xlsx import people

DESK = f"""{COLUMNS.replace("  - created", "  - {key: created, title: Created（at）}")}\
  - {{key: count, title: 数量（件）, type: number}}
  - {{key: days, title: Days, type: number, formula: "age_days(created)"}}
  - {{key: seen, title: Seen, type: date}}
{LIFE}\
people:
  - {{name: Ann Example, role: boss}}
  - {{name: Ben Example, role: agent}}
sheets:
  - {{key: main, file: tickets.xlsx, role: boss}}
reports:
  - {{key: types, title: Types, rows: type, columns: status, values: [{{column: id, title: Tickets}}]}}
"""
ROWS = [
    {"ID": "T-001", "Title": "墨盒（黑）", "Type": "Hardware", "Due": "2026-11-05 17:20"},
    {"ID": "T-002", "Title": "007", "Type": "Software", "Created（at）": "2026-10-30 10:07", "Notes": "a\nb"},
    {"ID": "T-003", "Title": "Cable", "Type": "Hardware"},
    {"ID": "T-004", "Title": " Screen  dark", "Type": "Software", "Owner": "Ben Example"},
]
REACH = 20
MAIN, COPY = "tickets.xlsx", "tickets-agent.xlsx"
DUE = datetime(2026, 11, 9, 12, 30)
BESIDE = "ask again"

EDITS: Mapping[tuple[int, str], Value | datetime] = {
    (2, "Status"): "Open",
    (3, "Due"): DUE,
    (3, "数量（件）"): 12.5,
    (4, "Owner"): None,
    (5, "Title"): "0042",
    (5, "Type"): "Hardware",
}
"""What is typed into the workbook once the row of T-003, the fourth, is deleted; the fifth is a new one."""

ARRIVED = {
    ("T-001", "changed", "status", "open"),
    ("T-002", "changed", "due", DUE),
    ("T-002", "changed", "count", 12.5),
    ("T-004", "changed", "owner", None),
    ("T-005", "added", "", "0042"),
    ("T-003", "removed", "", None),
    ("T-002", "changed", "title", "008"),
}
"""What comes of them, and of the title that was typed in the agents' copy."""

# What openpyxl does not know it says.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Four tickets in a workbook and a role's copy that were synced."""
    team = Team(tmp_path_factory.mktemp("begun") / "desk", DESK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        team.given(ROWS)
        team.copy("agent")
    with team.people() as book:
        # No program but Excel saves all digits of this number.
        for title, number in {"数量（件）": 0.1 + 0.2, "Seen": 46_329.0}.items():
            book.tab().type(2, title, number)
    team.sync()
    return team


@pytest.fixture
def team(begun: Team, tmp_path: Path) -> Team:
    return begun.twin(tmp_path / "desk")


def by_openpyxl(team: Team, *, edited: bool) -> None:
    for name in (MAIN, COPY):
        book = openpyxl.load_workbook(team.folder / name)
        sheet = book["Tickets"]
        titles = {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}
        if edited and name == MAIN:
            sheet.delete_rows(4)
            for (row, title), value in EDITS.items():
                sheet.cell(row, titles[title]).value = value
            sheet.cell(2, len(titles) + 2).value = BESIDE
        elif edited:
            sheet.cell(3, titles["Title"]).value = "008"
        book.save(team.folder / name)


def like_excel(team: Team, *, edited: bool) -> None:
    """Texts shared, looks numbered anew, no extensions: as Excel or WPS may save."""
    for name in (MAIN, COPY):
        book = Book(team.folder / name)
        tab = book.tab()
        if edited and name == MAIN:
            tab.delete_row(4)
            for (row, title), value in EDITS.items():
                tab.type(row, title, serial(value))
            tab.type_at(2, len(tab.titles()) + 1, BESIDE)
        elif edited:
            tab.type(3, "Title", "008")
        book.save()
        package = Package.read(book.path)
        package = Package({part: package.bytes(part) for part in package.parts})
        people.shuffle_styles(package)
        people.share_texts(package)
        for part in package.parts:
            if part.startswith(("xl/worksheets/sheet", "xl/workbook")):
                xml = package.bytes(part)
                package.parts[part] = re.sub(rb"<extLst>.*?</extLst>", b"", xml, flags=re.DOTALL)
        with book.path.open("wb") as file:
            package.write(file)


SAVERS = {"openpyxl": by_openpyxl, "Excel": like_excel}


def serial(value: Value | datetime) -> Value:
    return (value - EPOCH).total_seconds() / 86_400 if isinstance(value, datetime) else value


@pytest.fixture(scope="module")
def by_office(begun: Team, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders with files as LibreOffice saves them: the workbook as it is; both files edited."""
    untouched, edited = tmp_path_factory.mktemp("untouched"), tmp_path_factory.mktemp("edited")
    titles = {name: Book(begun.folder / name).tab().titles() for name in (MAIN, COPY)}
    typed = {
        f"{letters(titles[MAIN][title])}{row}": serial(value) for (row, title), value in EDITS.items()
    } | {f"{letters(len(titles[MAIN]) + 1)}2": BESIDE}
    retitled = {f"{letters(titles[COPY]['Title'])}3": "008"}
    save_each(
        [
            Resave(begun.folder / MAIN, untouched / MAIN),
            Resave(begun.folder / MAIN, edited / MAIN, {"Tickets": typed}, {"Tickets": [4]}),
            Resave(begun.folder / COPY, edited / COPY, {"Tickets": retitled}),
        ]
    )
    return untouched, edited


def what(entry: Entry) -> tuple[object, ...]:
    after = entry.after
    if isinstance(after, Mapping):
        after = after["title"]
    if isinstance(after, datetime):
        after = after.replace(tzinfo=None)
    return entry.row, entry.kind, entry.column, after


def assert_untouched(team: Team) -> None:
    """A sync finds nothing to take in, to tell or to write."""
    files = team.files()
    synced = team.sync()
    assert [
        (s.state, s.entries, s.conflicts, s.refusals, s.problems, s.waiting, s.written) for s in synced.sheets
    ] == [("quiet", [], [], [], [], [], 0)] * 2
    assert team.files() == files


def assert_edits_arrive(team: Team) -> None:
    """Each edit is journalled once; then the sheets are at rest, sound, and show it."""
    last = team.entries()[-1].number
    for _ in range(2):
        synced = team.sync()
        assert [(s.conflicts, s.refusals, s.problems) for s in synced.sheets] == [([], [], [])] * 2
    made = [what(entry) for entry in team.entries(last) if entry.by.startswith("sheet:")]
    assert set(made) == ARRIVED
    assert len(made) == len(ARRIVED)
    assert team.ids() == ["T-001", "T-002", "T-004", "T-005"]
    tab = team.tab()
    assert [tab.value(row, 0) for row in range(2, 6)] == team.ids()
    assert tab.value(5, tab.column("Title")) == "0042"
    assert tab.value(3, tab.column("Title")) == "008"
    assert tab.value(2, len(tab.titles()) + 1) == BESIDE
    assert tab.formula(5, "Days") == tab.formula(2, "Days")
    assert tab.bottom() == 5
    team.assert_at_rest()
    assert not check_package(Package.read(team.folder / COPY))


def test_a_new_row_leaves_formulas_and_reports_naming_columns_to_the_letter(team: Team) -> None:
    with team.people() as book:
        book.tab().type(6, "Title", "Mouse")
    team.sync()
    tab = team.tab()
    assert "[Created（at）]" in str(tab.formula(6, "Days"))
    assert tab.formula(6, "Days") == tab.formula(2, "Days")
    team.assert_at_rest()


@pytest.mark.parametrize("program", SAVERS)
def test_what_another_program_only_saved_again_is_no_edit(team: Team, program: str) -> None:
    SAVERS[program](team, edited=False)
    assert_untouched(team)


@pytest.mark.parametrize("program", SAVERS)
def test_what_people_do_in_another_program_arrives_once(team: Team, program: str) -> None:
    SAVERS[program](team, edited=True)
    assert_edits_arrive(team)


@needs_libreoffice
def test_what_libreoffice_saves_again_is_no_edit_and_what_people_do_in_it_arrives_once(
    team: Team, by_office: tuple[Path, Path]
) -> None:
    untouched, edited = by_office
    shutil.copytree(untouched, team.folder, dirs_exist_ok=True)
    assert_untouched(team)
    shutil.copytree(edited, team.folder, dirs_exist_ok=True)
    assert_edits_arrive(team)
