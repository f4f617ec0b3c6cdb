"""A desk's sheet is made at Google, or put into a spreadsheet of somebody's; and what syncing it costs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sheetdesk.errors import GoogleError, SheetPublished
from sheetdesk.flows import open_desk
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.publishing import publish
from sheetdesk.flows.synced import Synced
from sheetdesk.flows.syncing import sync
from sheetdesk.sandbox import people
from sheetdesk.sandbox.book import Spreadsheet
from sheetdesk.sandbox.faults import Kind
from sheetdesk.store.store import Write
from sheetdesk.table.change import diff
from sheetdesk.table.table import table_of
from tests.sheets.contract import NOW, planned
from tests.sheets.google.desk import ID, SPARE, STATUS, TAB, TITLE, GoogleDesk, blank_desk

TEXT = """
name: Online
zone: Europe/London
ids: "T-{n:03}"
columns: [id, created, title, status, owner, due, updated]
people: [{name: Ann, mail: ann@example.org, role: boss}]
roles:
  boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}
sheets:
  - {key: main, file: "google:", role: boss}
"""
COUNT = 45


@dataclass
class Online:
    """A desk with tickets in its store, and the Google that its sheet is to stand at."""

    folder: Path
    desk: GoogleDesk

    @contextmanager
    def opened(self) -> Iterator[OpenDesk]:
        with open_desk(self.folder, NOW) as opened:
            yield opened

    def publish(self) -> str:
        with self.opened() as opened:
            return str(publish(opened, opened.desk.sheets[0], now=NOW, google=self.desk.google).path)

    def sync(self, *, dry_run: bool = False) -> Synced:
        with self.opened() as opened:
            found = sync(opened, now=NOW, open_sheet=lambda *_: self.desk.sheet, dry_run=dry_run)
        [sheet] = found.sheets
        assert sheet.error is None
        return found

    def cost(self, *, dry_run: bool = False) -> tuple[int, int, int]:
        before = self.desk.calls()
        self.sync(dry_run=dry_run)
        reads, writes, drive = (b - a for a, b in zip(before, self.desk.calls(), strict=True))
        return reads, writes, drive

    def changed(self, titles: Mapping[str, str]) -> None:
        """Other titles in the store, as another sheet of the desk would bring them."""
        with self.opened() as opened:
            store = opened.store
            table = store.table(opened.desk.tickets)
            frame = table.frame.copy()
            for name, title in titles.items():
                frame.loc[name, "title"] = title
            new = type(table)(table.spec, frame)
            store.commit(
                store.version, [Write(table, diff(table, new))], by="Ann", why="typed", run="r", now=NOW
            )


@pytest.fixture(scope="module", autouse=True)
def short_tabs() -> Iterator[None]:
    """Thousands of empty rows below the tickets would make every read a hundred times as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sheetdesk.plan.draw.REACH", SPARE)
        patch.setattr("sheetdesk.sheets.google.render.book.SPARE_ROWS", SPARE)
        yield


def made(folder: Path, text: str = TEXT) -> None:
    """Tickets T-001 and so on in the store of a new desk."""
    folder.mkdir(parents=True)
    (folder / "desk.yaml").write_text(text, "utf-8")
    with open_desk(folder, NOW) as opened:
        spec = opened.desk.tickets
        facts: dict[str, Any] = {
            "title": [f"ink {place}" for place in range(1, COUNT + 1)],
            "status": ["new"] * COUNT,
            "created": pd.Series([NOW] * COUNT, dtype="datetime64[us, UTC]"),
        }
        empty = opened.store.table(spec)
        tickets = table_of(spec, facts, [f"T-{place:03}" for place in range(1, COUNT + 1)])
        opened.store.commit(
            opened.store.version, [Write(empty, diff(empty, tickets))], by="demo", why="import", run="start",
            now=NOW, counters={"": COUNT},
        )  # fmt: skip


@pytest.fixture(scope="module")
def unpublished(short_tabs: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("online") / "desk"
    made(folder)
    return folder


@pytest.fixture
def online(unpublished: Path, tmp_path: Path) -> Online:
    """A desk that is nowhere yet."""
    shutil.copytree(unpublished, tmp_path / "desk")
    return Online(tmp_path / "desk", blank_desk(planned()))


@pytest.fixture(scope="module")
def once(unpublished: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Spreadsheet]:
    """A desk after it was published, its empty rows taken away, and synced until all is quiet."""
    folder = tmp_path_factory.mktemp("published") / "desk"
    shutil.copytree(unpublished, folder)
    found = Online(folder, blank_desk(planned()))
    found.publish()
    [found.desk.file] = found.desk.sandbox.drive.files
    for tab in found.desk.book.tabs:
        if tab.row_count > 150 and not tab.title.startswith("_"):
            first = 1 + (COUNT if tab.title == TAB else 10) + SPARE
            rows = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": first, "endIndex": tab.row_count}
            found.desk.ask({"deleteDimension": {"range": rows}})
    for _ in range(2):
        found.sync()
    return folder, found.desk.book


@pytest.fixture
def published(once: tuple[Path, Spreadsheet], tmp_path: Path) -> Online:
    folder, book = once
    shutil.copytree(folder, tmp_path / "desk")
    found = Online(tmp_path / "desk", blank_desk(planned()))
    file = found.desk.sandbox.drive.add(book.copy(), "owner@sandbox.local")
    found.desk.file = file.id
    # Drive counts the versions of this copy anew: it is read once before anything is counted.
    found.sync()
    return found


def test_a_spreadsheet_is_made_and_kept_in_mind(online: Online) -> None:
    link = online.publish()
    [file] = online.desk.sandbox.drive.files
    assert file in link
    with online.opened() as opened:
        [state] = opened.store.sheets()
        assert state.address == f"google:{file}"
    online.desk.file = file
    assert online.desk.column(ID)[:COUNT] == [f"T-{place:03}" for place in range(1, COUNT + 1)]
    assert online.desk.column(TITLE)[0] == "ink 1"


def test_a_spreadsheet_is_made_and_filled_by_two_writes_and_shared_with_each_person(online: Online) -> None:
    asked: list[str] = []
    crowd = people.Crowd(online.desk.sandbox, [lambda method, url: asked.append(f"{method} {url}")])
    online.desk.line.inner = crowd
    online.publish()
    [file] = online.desk.sandbox.drive.files
    sheets = "https://sheets.googleapis.com/v4/spreadsheets"
    assert [line.partition("?")[0] for line in asked] == [
        f"POST {sheets}",
        f"GET {sheets}/{file}",
        f"POST {sheets}/{file}:batchUpdate",
        f"POST https://www.googleapis.com/drive/v3/files/{file}/permissions",
    ]
    assert online.desk.calls() == (1, 2, 1)


def test_what_is_published_is_not_published_again(online: Online) -> None:
    online.publish()
    before = online.desk.calls()
    with pytest.raises(SheetPublished):
        online.publish()
    assert online.desk.calls()[1] == before[1]
    assert len(online.desk.sandbox.drive.files) == 1


def test_whose_spreadsheet_is_filled_keeps_their_own_tabs(online: Online) -> None:
    file = online.desk.google.create("Ours", "en_GB", "Europe/London")
    online.desk.file = file
    online.desk.ask({"updateCells": {
        "start": {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}, "fields": "userEnteredValue",
        "rows": [{"values": [{"userEnteredValue": {"stringValue": "notes"}}]}],
    }})  # fmt: skip
    online.folder /= "theirs"
    made(online.folder, TEXT.replace('"google:"', f'"google:{file}"'))
    online.publish()
    assert list(online.desk.sandbox.drive.files) == [file]
    assert online.desk.values("Sheet1") == [["notes"]]
    assert online.desk.column(ID)[0] == "T-001"


@pytest.mark.parametrize("kind", ["cut", "503"])
def test_what_died_halfway_is_finished_by_the_same_call(online: Online, kind: Kind) -> None:
    online.desk.fault(kind)
    online.desk.line.faults[0].times = 0
    online.desk.line.faults[0].nth = None
    with pytest.raises(GoogleError):
        online.publish()
    online.desk.line.faults = []
    online.publish()
    [file] = online.desk.sandbox.drive.files
    online.desk.file = file
    assert online.desk.column(ID)[0] == "T-001"
    assert len(online.desk.snapshot().turns) == 1


@pytest.mark.parametrize("kind", ["answer_lost"])
def test_a_first_version_whose_answer_was_lost_is_found(online: Online, kind: Kind) -> None:
    online.desk.fault(kind)
    online.publish()
    [online.desk.file] = online.desk.sandbox.drive.files
    assert len(online.desk.snapshot().turns) == 1


def test_a_quiet_run_costs_one_question_to_drive(published: Online) -> None:
    assert [published.cost() for _ in range(3)] == [(0, 0, 1)] * 3


@pytest.mark.parametrize("count", [1, 40])
def test_a_run_with_changes_costs_one_read_and_one_write(published: Online, count: int) -> None:
    published.changed({f"T-{place:03}": f"changed {place}" for place in range(1, count + 1)})
    assert published.cost()[:2] == (1, 1)
    assert published.desk.column(TITLE)[:count] == [f"changed {place}" for place in range(1, count + 1)]
    # Which version the write made is not known before the next look.
    assert [published.cost()[:2] for _ in range(2)] == [(1, 0), (0, 0)]


def test_a_run_with_peoples_changes_costs_one_read_and_one_write(published: Online) -> None:
    for row in (1, 2, 3):
        published.desk.do(people.edit, row=row, column=TITLE, text=f"theirs {row}")
    # The time of the change is ours to write.
    assert published.cost()[:2] == (1, 1)
    # Which version the write made is not known before the next look.
    assert [published.cost()[:2] for _ in range(2)] == [(1, 0), (0, 0)]


def test_a_new_row_of_peoples_costs_one_read_and_two_writes(published: Online) -> None:
    published.desk.do(people.edit, row=COUNT + 1, column=TITLE, text="new")
    published.desk.do(people.edit, row=COUNT + 1, column=STATUS, text="New")
    assert published.cost()[:2] == (1, 2)
    assert published.desk.column(ID)[COUNT] == f"T-{COUNT + 1:03}"
    # Which version the write made is not known before the next look.
    assert [published.cost()[:2] for _ in range(2)] == [(1, 0), (0, 0)]


def test_a_dry_run_writes_nothing(published: Online) -> None:
    published.changed({"T-001": "changed"})
    published.desk.do(people.edit, row=2, column=TITLE, text="theirs")
    before = published.desk.book
    assert published.cost(dry_run=True)[1] == 0
    assert published.desk.book is before
