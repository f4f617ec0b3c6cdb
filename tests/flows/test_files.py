"""What happens to the file itself: old, foreign, missing, locked, saved in between, copied by a cloud."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sheetdesk.errors import HeaderSorted, SheetForeign, SheetUnreachable, SheetUnrecognised, StoreUnreadable
from sheetdesk.flows.settling import settle
from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.xlsx.package import Package
from tests.disks import refuse
from tests.flows.book import Book
from tests.flows.folder import xlsx_at_once
from tests.flows.team import Team
from tests.sheets.xlsx.test_transplant import shown

ROWS = [
    {"ID": "T-001", "Title": "Ink", "Type": "Hardware", "Notes": "asked"},
    {"ID": "T-002", "Title": "Editor", "Type": "Software", "Notes": ""},
    {"ID": "T-003", "Title": "Cable", "Type": "Hardware", "Notes": ""},
]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Team:
    team = Team(tmp_path_factory.mktemp("begun") / "desk")
    team.given(ROWS)
    team.sync()
    return team


@pytest.fixture
def team(begun: Team, tmp_path: Path) -> Team:
    """Three tickets in a workbook that was synced."""
    return begun.twin(tmp_path / "desk")


def titles(team: Team) -> dict[str, str]:
    """What the workbook shows, by id."""
    tab = team.tab()
    id_, title = tab.column("ID"), tab.column("Title")
    return {
        str(tab.value(row, id_)): str(tab.value(row, title))
        for row in sorted(tab.rows())[1:]
        if tab.value(row, id_)
    }


def retitle(team: Team, row: str, title: str, path: Path | None = None) -> None:
    with team.people(path) as book:
        book.tab().type(book.tab().row_of(row), "Title", title)


# Old copies


def test_an_old_copy_that_returns_is_merged_against_its_own_base(team: Team) -> None:
    old = team.file.read_bytes()
    retitle(team, "T-001", "Ink is dry")
    team.sync()
    retitle(team, "T-003", "Cables")
    team.sync()
    team.file.write_bytes(old)
    retitle(team, "T-002", "The editor")
    team.sync()
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "The editor", "T-003": "Cables"}
    team.assert_at_rest()


def test_rows_that_came_after_an_old_copy_was_made_are_not_missing_from_it(team: Team) -> None:
    old = team.file.read_bytes()
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
    team.sync()
    for _ in range(2):
        team.file.write_bytes(old)
        team.sync()
    assert titles(team)["T-004"] == "Screen"
    assert team.ids() == ["T-001", "T-002", "T-003", "T-004"]
    team.assert_at_rest()


def test_a_row_typed_into_an_old_copy_gets_an_id_of_its_own(team: Team) -> None:
    old = team.file.read_bytes()
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
    team.sync()
    team.file.write_bytes(old)
    with team.people() as book:
        book.tab().type(5, "Title", "Mouse")
    team.sync()
    assert sorted(titles(team).items())[3:] == [("T-004", "Screen"), ("T-005", "Mouse")]
    team.assert_at_rest()


def test_a_new_row_saved_again_from_a_session_that_saw_no_id_is_the_same_ticket(team: Team) -> None:
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
    stale = Book(team.file)
    team.sync()
    stale.tab().type(2, "Title", "Ink is dry")
    stale.save()
    team.sync()
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "Editor", "T-003": "Cable", "T-004": "Screen"}
    team.assert_at_rest()


# Not there, not ours, not to be recognised


def test_a_missing_file_is_absent_and_nothing_is_archived(team: Team) -> None:
    aside = team.file.rename(team.folder.parent / "away.xlsx")
    for _ in range(3):
        (sheet,) = team.sync().sheets
        assert (sheet.state, sheet.entries, sheet.waiting) == ("absent", [], [])
    assert not team.file.exists()
    aside.rename(team.file)
    team.sync()
    assert len(titles(team)) == 3
    team.assert_at_rest()


def test_the_workbook_of_another_desk_is_refused_and_left_alone(team: Team, tmp_path: Path) -> None:
    other = Team(tmp_path / "other")
    other.given([{"ID": "T-001", "Title": "Theirs"}])
    shutil.copy(other.file, team.file)
    before = team.state()
    (sheet,) = team.sync().sheets
    assert sheet.state == "failed"
    assert isinstance(sheet.error, SheetForeign)
    assert team.state() == before


def test_a_sheet_without_its_id_column_is_not_written(team: Team) -> None:
    with team.people() as book:
        book.tab().delete_column("ID")
        book.tab().type(2, "Title", "Ink is dry")
    before = team.state()
    (sheet,) = team.sync().sheets
    assert sheet.state == "failed"
    assert isinstance(sheet.error, SheetUnrecognised)
    assert team.state() == before


@pytest.mark.parametrize("native", [True, False])
def test_a_sheet_whose_header_was_sorted_along_is_not_written(team: Team, *, native: bool) -> None:
    with team.people() as book:
        if not native:
            book.drop_table()
        tab = book.tab()
        tab.type(tab.row_of("T-001"), "Title", "Toner")
        title = tab.column("Title")
        tab.sort(lambda row: str(tab.value(row, title)), headed=False)
    before = team.state()
    for _ in range(3):
        (sheet,) = team.sync().sheets
        assert sheet.state == "failed"
        assert isinstance(sheet.error, HeaderSorted)
        assert "to row 1" in str(sheet.error)
    assert team.state() == before
    with team.people() as book:
        tab, at = book.tab(), book.tab().row_of("ID", "T-003")
        tab.sort(lambda row: (row != at, row), headed=False)
    team.sync()
    assert titles(team) == {"T-001": "Toner", "T-002": "Editor", "T-003": "Cable"}
    team.assert_at_rest()


def test_a_file_that_is_no_workbook_is_refused_and_left_alone(team: Team) -> None:
    team.file.write_bytes(b"PK nothing of the kind")
    before = team.state()
    (sheet,) = team.sync().sheets
    assert sheet.state == "failed"
    assert sheet.error is not None
    assert team.state() == before


def test_a_column_that_people_took_away_is_told_and_its_values_stay(team: Team) -> None:
    with team.people() as book:
        book.tab().delete_column("Notes")
    (sheet,) = team.sync().sheets
    assert [(p.kind, p.column) for p in sheet.problems] == [("lost_column", "notes")]
    assert team.value("T-001", "notes") == "asked"


# Open, busy, saved in between


def test_a_sheet_that_is_open_waits_and_is_written_when_it_is_free(team: Team) -> None:
    lock = team.folder / ".~lock.tickets.xlsx#"
    lock.write_text("Ann Example,ann,host,02.11.2026 09:00,file:///home/ann;", "utf-8")
    os.utime(lock, (team.now.timestamp(), team.now.timestamp()))
    retitle(team, "T-001", "Ink is dry")
    team.change("T-002", "title", "The editor", by="cli:ann", why="edit")
    before = team.file.read_bytes()
    (sheet,) = team.sync().sheets
    assert (sheet.state, sheet.who) == ("pending", "Ann Example")
    assert team.file.read_bytes() == before
    assert team.value("T-001", "title") == "Ink is dry"
    lock.unlink()
    (sheet,) = team.sync().sheets
    assert sheet.state == "synced"
    assert titles(team)["T-002"] == "The editor"
    team.assert_at_rest()


class Meddled:
    """A sheet into which somebody saves just before a new version is put in place, so many times."""

    def __init__(self, sheet: Sheet, save: Callable[[], None], times: int) -> None:
        self.sheet, self.save, self.times = sheet, save, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sheet, name)

    def replace(self, ready: Fetched) -> Fetched | None:
        if self.times:
            self.times -= 1
            self.save()
        return self.sheet.replace(ready)


def meddle(team: Team, save: Callable[[], None], times: int = 1) -> None:
    left = [times]

    def opening(*words: Any) -> Sheet:
        sheet = Meddled(xlsx_at_once(*words), save, left[0])
        left[0] = 0
        return sheet

    team.open_sheet = opening


@pytest.mark.parametrize("by_rename", [True, False])
def test_a_save_in_between_is_merged_and_written_upon(team: Team, *, by_rename: bool) -> None:
    retitle(team, "T-001", "Ink is dry")
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")

    def save() -> None:
        with team.people(by_rename=by_rename) as book:
            book.tab().type(book.tab().row_of("T-002"), "Title", "The editor")
            book.tab().type(book.tab().row_of("T-003"), "Notes", "long one")

    meddle(team, save)
    (sheet,) = team.sync().sheets
    assert sheet.state == "synced"
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "The editor", "T-003": "Cable", "T-004": "Screen"}
    assert team.value("T-003", "notes") == "long one"
    team.assert_at_rest()


def test_a_person_who_saves_again_and_again_loses_nothing(team: Team) -> None:
    retitle(team, "T-001", "Ink is dry")
    said = iter(range(100))

    def save() -> None:
        with team.people() as book:
            book.tab().type(book.tab().row_of("T-002"), "Title", f"Editor {next(said)}")

    meddle(team, save, times=5)
    team.sync()
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "Editor 4", "T-003": "Cable"}
    team.assert_at_rest()


def test_a_new_row_beside_a_save_in_between_is_not_doubled(team: Team) -> None:
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
    stale = Book(team.file)
    stale.tab().type(2, "Title", "Ink is dry")
    meddle(team, stale.save)
    team.sync()
    team.sync()
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "Editor", "T-003": "Cable", "T-004": "Screen"}
    team.assert_at_rest()


class _Killed(BaseException):
    pass


def die_around_the_exchange(team: Team, *, is_before: bool) -> None:
    """A sync that is killed just before it puts its file in place, or just after."""

    class Dying(Meddled):
        def replace(self, ready: Fetched) -> Fetched | None:
            if not is_before:
                self.sheet.replace(ready)
            raise _Killed

    team.open_sheet = lambda *words: Dying(xlsx_at_once(*words), lambda: None, 0)
    with pytest.raises(_Killed):
        team.sync()
    team.open_sheet = xlsx_at_once


@pytest.mark.parametrize("is_before", [True, False])
def test_a_run_that_dies_around_the_exchange_doubles_no_new_row(team: Team, *, is_before: bool) -> None:
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
        book.tab().type(2, "Title", "Ink is dry")

    die_around_the_exchange(team, is_before=is_before)
    team.sync()
    team.sync()
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "Editor", "T-003": "Cable", "T-004": "Screen"}
    added = [entry.row for entry in team.entries() if entry.kind == "added" and entry.table == "tickets"]
    assert added == ["T-001", "T-002", "T-003", "T-004"]
    team.assert_at_rest()


def test_what_a_copy_beside_the_file_fills_in_a_row_that_is_no_ticket_yet_is_not_cleared_by_the_file(
    team: Team,
) -> None:
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")

    die_around_the_exchange(team, is_before=False)
    beside = team.file.parent / "tickets (Ann's conflicted copy 2026-03-02).xlsx"
    beside.write_bytes(team.file.read_bytes())
    page = Book(beside)
    page.tab().type(page.tab().row_of("T-004"), "Type", "Software")
    page.save()
    team.sync()
    team.sync()
    assert team.value("T-004", "type") == "soft"
    team.assert_at_rest()


def test_what_a_copy_beside_the_file_has_typed_over_in_a_row_that_is_no_ticket_yet_is_in_the_journal(
    team: Team,
) -> None:
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
        book.tab().type(5, "Type", "Hardware")
    page = Book(team.file)
    die_around_the_exchange(team, is_before=False)
    page.tab().type(5, "Type", "Software")
    beside = team.file.parent / "tickets (Ann's conflicted copy 2026-03-02).xlsx"
    beside.write_bytes(page.bytes())
    team.sync()
    team.sync()
    assert team.value("T-004", "type") == "soft"
    assert [(e.after, e.why) for e in team.entries() if (e.row, e.column) == ("T-004", "type")] == [
        ("hard", "overtaken")
    ]
    team.assert_at_rest()


# Disks that are full, or may not be written


def edit_and_add(team: Team) -> None:
    with team.people() as book:
        book.tab().type(2, "Title", "Ink is dry")
        book.tab().type(5, "Title", "Screen")


def assert_all_arrived_once(team: Team) -> None:
    """What `edit_and_add` typed is in the workbook and in the journal, once, and nothing is left to do."""
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "Editor", "T-003": "Cable", "T-004": "Screen"}
    told = [(e.kind, e.row) for e in team.entries() if e.why == "sync" and e.column in ("", "title")]
    assert sorted(told) == [("added", "T-004"), ("changed", "T-001")]
    assert not list(team.folder.rglob(".*"))
    team.assert_at_rest()


@pytest.mark.parametrize(
    ("call", "where", "code"),
    [
        ("make", ".part", errno.EROFS),
        ("fill", ".part", errno.ENOSPC),
        ("make", "replaced", errno.EACCES),
    ],
)
def test_a_sync_that_may_not_write_leaves_all_whole_and_the_next_one_carries_on(
    team: Team, monkeypatch: pytest.MonkeyPatch, call: str, where: str, code: int
) -> None:
    edit_and_add(team)
    typed = team.file.read_bytes()
    with monkeypatch.context() as patch:
        refuse(patch, call, where, code)
        (sheet,) = team.sync().sheets
    assert (sheet.state, type(sheet.error)) == ("failed", SheetUnreachable)
    assert os.strerror(code) in str(sheet.error)
    beside = [path for path in team.folder.rglob(".*") if path.is_file()]
    if where == "replaced":
        # The new version is in place, and what it displaced beside it.
        assert titles(team)["T-004"] == "Screen"
        assert [path.read_bytes() for path in beside] == [typed]
    else:
        assert team.file.read_bytes() == typed
        assert beside == []
    with team.desk() as opened:
        assert [(one.sheet, one.kind) for one in opened.store.troubles.known()] == [
            ("main", "SheetUnreachable")
        ]
    team.sync()
    assert_all_arrived_once(team)


def test_a_sheet_on_a_disk_that_is_away_stops_no_other(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = team.copy(role="agent")
    retitle(team, "T-001", "Ink is dry")
    with monkeypatch.context() as patch:
        refuse(patch, "read", copy.name, errno.EIO)
        states = {sheet.key: sheet.state for sheet in team.sync().sheets}
        assert states == {"main": "synced", "copy:agent": "failed"}
        # Nor is it in the way where it is only looked at.
        assert [sheet.state for sheet in team.sync(sheets=["main"]).sheets] == ["quiet"]
    team.sync()
    assert team.tab(path=copy).value(2, team.tab(path=copy).column("Title")) == "Ink is dry"


def test_a_store_whose_disk_is_full_at_any_commit_loses_nothing_and_doubles_nothing(team: Team) -> None:
    edit_and_add(team)
    with team.people() as book:
        book.tab().type(5, "Notes", "long " * 600)
    typed = team.file.read_bytes()
    database = sqlite3.connect(team.folder / "desk.db")
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.close()
    is_typed, said = [], []
    for room in range(pages, pages + 40):

        def limit(connection: Any, _: Any, room: int = room) -> None:
            connection.execute(f"PRAGMA max_page_count={room}")

        sa.event.listen(sa.Engine, "connect", limit)
        try:
            team.sync()
            break
        except StoreUnreadable as error:
            said.append(str(error))
            is_typed.append(team.file.read_bytes() == typed)
            assert Book(team.file).tab().value(5, Book(team.file).tab().column("Title")) == "Screen"
        finally:
            sa.event.remove(sa.Engine, "connect", limit)
    assert all("full" in words for words in said)
    # It failed before the exchange, and after it.
    assert set(is_typed) == {True, False}
    assert_all_arrived_once(team)


# What stands beside


def test_what_a_dead_run_displaced_is_merged_and_kept(team: Team) -> None:
    theirs = Book(team.file)
    theirs.tab().type(3, "Title", "The editor")
    retitle(team, "T-001", "Ink is dry")
    digest = "0" * 32
    (team.folder / f".tickets.xlsx.sheetdesk-dead-{digest}.old").write_bytes(theirs.bytes())
    (sheet,) = team.sync().sheets
    assert sheet.merged_copies == 1
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "The editor", "T-003": "Cable"}
    assert not list(team.folder.glob(".tickets*"))
    kept = list((team.folder / "kept").glob("*.xlsx"))
    assert theirs.bytes() in [path.read_bytes() for path in kept]
    team.assert_at_rest()


@pytest.mark.parametrize("name", ["tickets (Ann's conflicted copy 2026-11-02).xlsx", "tickets-LAPTOP.xlsx"])
def test_a_conflicted_copy_is_merged_and_put_aside(team: Team, name: str) -> None:
    copy = team.folder / name
    shutil.copy(team.file, copy)
    retitle(team, "T-002", "The editor", copy)
    retitle(team, "T-001", "Ink is dry")
    with team.people(copy) as book:
        book.tab().delete_row(book.tab().row_of("T-003"))
    team.sync()
    assert titles(team) == {"T-001": "Ink is dry", "T-002": "The editor", "T-003": "Cable"}
    assert not copy.exists()
    assert len(list((team.folder / "kept").glob("tickets.*.xlsx"))) == 1
    team.assert_at_rest()


def test_a_file_that_only_looks_like_a_conflicted_copy_is_left_alone(team: Team, tmp_path: Path) -> None:
    other = Team(tmp_path / "other")
    other.given([{"ID": "T-001", "Title": "Theirs"}])
    foreign = team.folder / "tickets (1).xlsx"
    shutil.copy(other.file, foreign)
    plain = team.folder / "tickets (2).xlsx"
    plain.write_bytes(b"no workbook")
    before = foreign.read_bytes()
    (sheet,) = team.sync().sheets
    assert (sheet.state, sheet.merged_copies) == ("quiet", 0)
    assert foreign.read_bytes() == before
    assert plain.read_bytes() == b"no workbook"
    team.assert_at_rest()


# What is not written


def test_a_dry_run_tells_of_new_rows_too_and_gives_them_nothing(team: Team) -> None:
    with team.people() as book:
        book.tab().type(5, "Title", "Brand new")
        book.tab().type(5, "Type", "nonsense")
    before = team.state()
    for _ in range(2):
        (sheet,) = team.sync(dry_run=True).sheets
        assert [(entry.row, entry.after) for entry in sheet.entries if entry.kind == "added"] == [
            ("T-004", {"title": "Brand new"})
        ]
        assert (sheet.state, sheet.counts["taken"]) == ("synced", 1)
    assert team.state() == before
    (sheet,) = team.sync().sheets
    assert [(entry.kind, entry.row) for entry in sheet.entries if entry.why == "sync"] == [("added", "T-004")]


def test_a_dry_run_changes_nothing_anywhere(team: Team) -> None:
    retitle(team, "T-001", "Ink is dry")
    with team.people() as book:
        book.tab().type(5, "Title", "Screen")
        book.tab().delete_row(3)
    shutil.copy(team.file, team.folder / "tickets-LAPTOP.xlsx")
    (team.folder / f".tickets.xlsx.sheetdesk-dead-{'0' * 32}.old").write_bytes(team.file.read_bytes())
    before = team.state()
    (sheet,) = team.sync(dry_run=True).sheets
    assert [(entry.row, entry.column, entry.after) for entry in sheet.entries][:1] == [
        ("T-001", "title", "Ink is dry")
    ]
    assert sheet.waiting == ["T-002"]
    assert team.state() == before


def test_a_sync_where_nothing_changed_writes_nothing(team: Team) -> None:
    before, stat = team.state(), team.file.stat()
    for _ in range(3):
        (sheet,) = team.sync().sheets
        assert (sheet.state, sheet.written) == ("quiet", 0)
    after = team.state()
    assert after[0] == before[0]
    assert (team.file.stat().st_mtime_ns, team.file.stat().st_ino) == (stat.st_mtime_ns, stat.st_ino)
    team.now += timedelta(days=400)
    # Only what moves with the clock differs now, and that is no reason to write.
    assert team.sync().sheets[0].written == 0


# What is people's, and what is drawn


def own_parts(book: Book) -> dict[str, bytes]:
    """The parts that sync has no business in when a title was typed."""
    titles = book.titles()
    changing = {titles[name] for name in ("Tickets", "_sheetdesk", "Dashboard", "Pivots")}
    return {
        name: content
        for name, content in book.parts.items()
        if name not in changing
        and not name.startswith(("xl/charts/", "xl/drawings/", "xl/pivot", "docProps"))
    }


def test_peoples_columns_tabs_and_comments_stay_byte_for_byte(team: Team) -> None:
    with team.people() as book:
        tab = book.tab()
        tab.type_at(1, 14, "Mine")
        tab.type_at(2, 14, "my own")
        tab.type_at(3, 14, None, formula="1+1")
        rules = book.tab("Guide")
        rules.type_at(60, 3, "A note of mine")
    before = Book(team.file)
    retitle(team, "T-001", "Ink is dry")
    team.sync()
    after = Book(team.file)
    assert own_parts(after) == own_parts(before)
    assert (after.tab().value(2, 14), after.tab().cell(3, 14) is not None) == ("my own", True)
    assert after.tab("Guide").value(60, 3) == "A note of mine"
    team.assert_at_rest()


def texts(book: Book, title: str) -> list[str]:
    tab = book.tab(title)
    return [
        str(tab.value(row, column))
        for row in sorted(tab.rows())
        for column in range(30)
        if tab.value(row, column)
    ]


def pivots(package: Package) -> dict[str, object]:
    """What the pivots' tab says and how it looks, and every part of its pivots and their caches."""
    parts = {name: package.bytes(name) for name in package.parts if "pivot" in name}
    return {"cells": shown(package, "Pivots"), **parts}


def test_dashboard_and_pivots_are_drawn_anew_when_tickets_changed(team: Team) -> None:
    before, counted = texts(Book(team.file), "Dashboard"), pivots(Package.read(team.file))
    with team.people() as book:
        for row in range(5, 12):
            book.tab().type(row, "Title", f"Screen {row}")
            book.tab().type(row, "Type", "Hardware" if row % 3 else "Software")
        book.tab().type(2, "Status", "Resolved")
    team.sync()
    after, recounted = texts(Book(team.file), "Dashboard"), pivots(Package.read(team.file))
    assert after != before
    assert {name for name in counted if counted[name] != recounted[name]} >= {
        "cells", "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotTables/pivotTable1.xml",
    }  # fmt: skip
    fresh = team.folder / "fresh.xlsx"
    from sheetdesk.flows import build

    with team.desk() as opened:
        build(opened, now=team.now, out=fresh)
    assert after == texts(Book(fresh), "Dashboard")
    assert recounted == pivots(Package.read(fresh))


def test_a_dashboard_that_people_wrote_into_is_left_alone(team: Team) -> None:
    with team.people() as book:
        book.tab("Dashboard").type_at(3, 25, "My figure")
        for row in range(5, 12):
            book.tab().type(row, "Title", f"Screen {row}")
    part = Book(team.file).titles()["Dashboard"]
    before = Book(team.file).parts[part]
    team.sync()
    assert Book(team.file).parts[part] == before
    team.assert_at_rest()


# Conflicts, and pages that do not show them


def contested(team: Team) -> bytes:
    """Two values typed into one title, unsettled, and a page made before the second was there."""
    first = team.file.read_bytes()
    retitle(team, "T-001", "Ink is dry")
    team.sync()
    page: bytes = team.file.read_bytes()
    team.file.write_bytes(first)
    retitle(team, "T-001", "Ink is out")
    team.sync()
    assert titles(team)["T-001"] == "Ink is out"
    return page


def conflicts(team: Team) -> list[tuple[str, Any, Any]]:
    """What the next sync of one sheet says is to be settled."""
    (sheet,) = team.sync().sheets
    return [(conflict.row, conflict.ours, conflict.theirs) for conflict in sheet.conflicts]


def test_a_page_that_does_not_show_a_conflict_does_not_settle_it(team: Team) -> None:
    page = contested(team)
    team.file.write_bytes(page)
    retitle(team, "T-003", "Cables")
    team.sync()
    assert titles(team) == {"T-001": "Ink is out", "T-002": "Editor", "T-003": "Cables"}
    assert conflicts(team) == [("T-001", "Ink is dry", "Ink is out")]


def test_a_page_that_shows_an_older_value_of_a_conflict_does_not_bring_it_back(team: Team) -> None:
    contested(team)
    page = team.file.read_bytes()
    retitle(team, "T-001", "Ink is gone")
    assert conflicts(team) == [("T-001", "Ink is dry", "Ink is gone")]
    team.file.write_bytes(page)
    team.sync()
    assert titles(team)["T-001"] == "Ink is gone"
    assert conflicts(team) == [("T-001", "Ink is dry", "Ink is gone")]


def test_a_copy_beside_the_file_that_shows_an_older_value_of_a_conflict_tells_nothing(team: Team) -> None:
    contested(team)
    page = team.file.read_bytes()
    retitle(team, "T-001", "Ink is gone")
    team.sync()
    beside = team.file.parent / "tickets (Ann's conflicted copy 2026-03-02).xlsx"
    beside.write_bytes(page)
    retitle(team, "T-003", "Cables", beside)
    before = len(team.entries())
    assert conflicts(team) == [("T-001", "Ink is dry", "Ink is gone")]
    assert titles(team) == {"T-001": "Ink is gone", "T-002": "Editor", "T-003": "Cables"}
    assert not [entry for entry in team.entries()[before:] if entry.why == "conflict"]


def test_what_is_typed_into_a_conflict_where_it_shows_counts(team: Team) -> None:
    contested(team)
    for title in ("Ink is gone", "Ink is out", "Ink is dry"):
        retitle(team, "T-001", title)
        team.sync()
        assert titles(team)["T-001"] == title
    assert conflicts(team) == []


def test_a_conflict_that_was_settled_is_not_opened_again_by_an_older_page(team: Team) -> None:
    page = contested(team)
    with team.desk() as opened:
        settle(opened, "T-001", "title", "other", now=team.now, open_sheet=xlsx_at_once)
    team.sync()
    assert titles(team)["T-001"] == "Ink is dry"
    for _ in range(2):
        team.file.write_bytes(page)
        assert conflicts(team) == []
        assert titles(team)["T-001"] == "Ink is dry"


def test_what_a_copy_beside_the_file_says_against_what_was_written_there_since_is_a_conflict(
    team: Team,
) -> None:
    first = team.file.read_bytes()
    retitle(team, "T-001", "Ink is dry")
    team.sync()
    team.sync()
    beside = team.file.parent / "tickets (Ann's conflicted copy 2026-03-02).xlsx"
    beside.write_bytes(first)
    retitle(team, "T-001", "Ink is out", beside)
    for _ in range(2):
        assert conflicts(team) == [("T-001", "Ink is dry", "Ink is out")]
        assert titles(team)["T-001"] == "Ink is out"


def test_what_was_typed_below_the_table_is_spelled_as_the_desk_spells_it(team: Team) -> None:
    with team.people() as book:
        tab = book.tab()
        row = tab.bottom() + 1
        tab.type(row, "Title", "Mouse")
        tab.type(row, "Type", "HARDWARE ")
    (sheet,) = team.sync().sheets
    assert sheet.error is None
    tab = team.tab()
    assert (tab.bottom(), tab.value(row, tab.column("Type"))) == (row, "Hardware")
    assert [tab.value(row, tab.column(title)) for title in ("ID", "Title")] == ["T-004", "Mouse"]


def test_of_rows_that_nobody_can_tell_apart_none_shows_a_conflict_again(team: Team) -> None:
    page = contested(team)
    team.file.write_bytes(page)
    with team.people() as book:
        tab = book.tab()
        row, below = tab.row_of("T-001"), tab.bottom() + 1
        tab.copy_row(row, below)
        tab.type(row, "Notes", "again")
        tab.type(below, "Notes", "once more")
        tab.reach(below)
    (sheet,) = team.sync().sheets
    assert (sheet.error, {problem.kind for problem in sheet.problems}) == (None, {"duplicate"})
    tab = team.tab()
    assert [tab.value(at, tab.column("Title")) for at in (row, below)] == ["Ink is dry", "Ink is dry"]
