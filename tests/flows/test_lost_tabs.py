"""The tab of one of the desk's tables that somebody deleted: told of until an upgrade has put it back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetdesk.flows import Synced
from sheetdesk.flows.journal import verify
from sheetdesk.plan import draw
from sheetdesk.sandbox.people import edit
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from tests.flows.online import DESK, ME, Online
from tests.flows.workbook_desk import AGENT_COPY, WORKBOOK_DESK, WorkbookDesk

CASES = "cases:\n  - {problem: Printer without ink, type: hard}\n"
ROWS: list[dict[str, Any]] = [{"title": "Printer", "type": "hard"}, {"title": "Login", "type": "soft"}]
FIRST = {"Lists": "type/hard", "Team": "Ann Example", "Cases": "K-001"}
TABS = {"Lists": "choices", "Team": "people", "Cases": "cases"}
REACH = 20

# What openpyxl does not know it says.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer empty rows below the tickets: the sandbox works all of them out."""
    monkeypatch.setattr(draw, "REACH", REACH)


@pytest.fixture(scope="module")
def file_begun(tmp_path_factory: pytest.TempPathFactory) -> WorkbookDesk:
    made = WorkbookDesk(tmp_path_factory.mktemp("file") / "desk", WORKBOOK_DESK + CASES)
    made.given(ROWS)
    made.sync()
    return made


@pytest.fixture(scope="module")
def online_begun(tmp_path_factory: pytest.TempPathFactory) -> Online:
    made = Online(tmp_path_factory.mktemp("online") / "desk", DESK + CASES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        made.given(ROWS)
        made.sync()
    return made


def lost(synced: Synced) -> list[str]:
    return [p.raw for sheet in synced.sheets for p in sheet.problems if p.kind == "lost_tab"]


def assert_whole(desk: WorkbookDesk | Online) -> None:
    """Nobody did anything, and the desk knows that."""
    assert [(s.entries, s.problems) for s in desk.sync().sheets if s.key != AGENT_COPY] == [([], [])]
    with desk.desk() as opened:
        assert verify(opened).is_whole


def tear(path: Path, title: str) -> None:
    """Delete a tab as Excel does: what speaks of it speaks of nothing then."""
    table = re.compile(rf"'?{title}'?!\$?[A-Z]+\$?\d*(:\$?[A-Z]+\$?\d*)?|{TABS[title]}\[[^\]]*\]")
    book = openpyxl.load_workbook(path)
    del book[title]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = table.sub("#REF!", cell.value)
    for name in book.defined_names.values():
        name.attr_text = table.sub("#REF!", name.attr_text)
    book.save(path)


@pytest.mark.parametrize("title", TABS)
def test_an_upgrade_puts_the_tab_of_a_workbook_back(
    file_begun: WorkbookDesk, tmp_path: Path, title: str
) -> None:
    desk = file_begun.twin(tmp_path / "desk")
    path = desk.folder / "tickets.xlsx"
    tear(path, title)
    for _ in range(2):
        assert lost(desk.sync()) == [title]
    would = desk.upgrade(dry_run=True)
    assert [(step.kind, step.key) for step in would.steps] == [("tab_lost", title)]
    assert desk.upgrade().is_done
    assert desk.upgrade().steps == ()
    package = Package.read(path)
    assert check_package(package) == []
    for part in ("xl/workbook.xml", desk.book().titles()["_sheetdesk"], desk.book().titles()[title]):
        assert b"#REF!" not in package.bytes(part)
    tab = desk.book().tab(title)
    assert tab.value(2, 0) == FIRST[title]
    assert_whole(desk)
    if title == "Lists":
        book = desk.book()
        book.tab(title).type(2, "Value", "Machines")
        book.save()
        desk.sync()
        assert desk.cell("T-001", "Type") == "Machines"


@pytest.mark.parametrize("title", TABS)
def test_an_upgrade_puts_the_tab_of_a_spreadsheet_back(
    online_begun: Online, tmp_path: Path, title: str
) -> None:
    desk = online_begun.twin(tmp_path / "desk")
    before = names(desk), shown(desk, "_sheetdesk"), shown(desk, title)
    sheets = desk.looking.get(desk.id, "sheets(properties)")["sheets"]
    number = next(s["properties"]["sheetId"] for s in sheets if s["properties"]["title"] == title)
    assert desk.person(ME).tries([{"deleteSheet": {"sheetId": number}}]) is None
    for _ in range(2):
        assert lost(desk.sync()) == [title]
    assert [step.kind for step in desk.upgrade(dry_run=True).steps] == ["tab_lost"]
    assert desk.upgrade().is_done
    assert desk.upgrade().steps == ()
    assert (names(desk), shown(desk, "_sheetdesk"), shown(desk, title)) == before
    assert_whole(desk)
    if title == "Lists":
        assert desk.does(edit, ME, tab=title, row=1, column=desk.place("Value", title), text="Machines")
        desk.sync()
        assert desk.cell("T-001", "Type") == "Machines"


def names(desk: Online) -> dict[str, Any]:
    """The named ranges, which the drop-downs go by, but for whose turn it is."""
    found = desk.looking.get(desk.id, "namedRanges")["namedRanges"]
    return {named["name"]: named["range"] for named in found if "turn" not in named["name"]}


def shown(desk: Online, title: str) -> list[list[Any]]:
    """What a tab shows, but for the stamp."""
    return [list(column) for place, column in enumerate(desk.tab(title).columns) if place > 1]
