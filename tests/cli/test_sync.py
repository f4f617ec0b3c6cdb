"""`sync` and its kin on the command line: every line, the sums, JSON, exit codes, both languages."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sheetdesk import flows
from sheetdesk.flows import Synced, demo, sync
from tests.cli.conftest import Shell
from tests.disks import refuse
from tests.flows.book import Book
from tests.flows.team import Team

ROWS = [{"ID": f"T-{number:03}", "Title": f"Ink {number}"} for number in range(1, 9)]
IDS = [row["ID"] for row in ROWS]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Team:
    team = Team(tmp_path_factory.mktemp("begun") / "desk")
    team.given(ROWS)
    return team


@pytest.fixture
def team(begun: Team, tmp_path: Path) -> Team:
    """Eight tickets in a workbook."""
    return begun.twin(tmp_path / "desk")


def retitle(team: Team, row: str, title: str, path: Path | None = None) -> None:
    with team.people(path) as book:
        book.tab().type(book.tab().row_of(row), "Title", title)


def delete(team: Team, *rows: str) -> None:
    with team.people() as book:
        for row in rows:
            book.tab().delete_row(book.tab().row_of(row))


def test_a_quiet_sync_says_so(team: Team, sheetdesk: Shell) -> None:
    said = sheetdesk("sync", team.folder)
    assert (said.code, said.out, said.err) == (0, "Nothing has changed.\n", "")


def test_changes_are_told_with_their_sum(team: Team, sheetdesk: Shell) -> None:
    retitle(team, "T-001", "Ink is dry")
    said = sheetdesk("sync", team.folder)
    assert said.code == 0
    assert said.out.splitlines() == [
        "~ T-001  Title  Ink 1 → Ink is dry",
        "1 change taken over, 2 cells written, 0 to settle, 0 refused, 0 not readable.",
    ]


def test_a_dry_run_says_that_nothing_was_written(team: Team, sheetdesk: Shell) -> None:
    retitle(team, "T-001", "Ink is dry")
    before = team.state()
    said = sheetdesk("sync", team.folder, "--dry-run")
    assert said.code == 0
    assert said.out.splitlines()[0] == "~ T-001  Title  Ink 1 → Ink is dry"
    assert said.out.splitlines()[-1] == "Dry run: nothing was written."
    assert team.state() == before


def test_what_people_must_see_to_is_exit_code_1(team: Team, sheetdesk: Shell) -> None:
    with team.people() as book:
        book.tab().type(2, "Due", "some day")
    said = sheetdesk("sync", team.folder)
    assert said.code == 1
    assert said.out.splitlines()[0] == (
        '? T-001  Tickets!G2  Due  "some day"  cannot be read:  a date and time such as 2026-03-31 14:30'
    )


def test_json_has_the_same_facts(team: Team, sheetdesk: Shell) -> None:
    retitle(team, "T-001", "Ink is dry")
    said = sheetdesk("sync", team.folder, "--json")
    facts = json.loads(said.out)
    (sheet,) = facts["sheets"]
    assert (sheet["key"], sheet["state"], sheet["written"]) == ("main", "synced", 2)
    assert next((e["row"], e["column"], e["after"]) for e in sheet["entries"]) == (
        "T-001",
        "title",
        "Ink is dry",
    )
    assert said.code == 0


def test_it_speaks_chinese(team: Team, sheetdesk: Shell) -> None:
    retitle(team, "T-001", "Ink is dry")
    said = sheetdesk("sync", team.folder, lang="zh")
    assert said.code == 0
    lines = said.out.splitlines()
    assert "Ink 1 → Ink is dry" in lines[0]
    assert not any("changes" in line for line in lines)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "tickets.xlsx is open by Ann Example; it will be written when it is free."),
        ("zh", "tickets.xlsx 正由 Ann Example 打开，空闲后再写入。"),
    ],
    ids=["en", "zh"],
)
def test_a_workbook_that_somebody_has_open_is_told_in_both_languages(
    team: Team, sheetdesk: Shell, lang: str, words: str
) -> None:
    retitle(team, "T-001", "Ink is dry")
    lock = team.folder / ".~lock.tickets.xlsx#"
    lock.write_text("Ann Example,ann,host,02.11.2026 09:00,file:///home/ann;", "utf-8")
    before = team.file.read_bytes()
    said = sheetdesk("sync", team.folder, lang=lang)
    assert (said.code, said.err) == (0, "")
    assert words in said.out.splitlines()
    assert team.file.read_bytes() == before


def test_a_disk_that_is_full_is_told_in_words_and_the_next_sync_carries_on(
    team: Team, sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    retitle(team, "T-001", "Ink is dry")
    with monkeypatch.context() as patch:
        refuse(patch, "make", ".part", errno.ENOSPC)
        said = sheetdesk("sync", team.folder, lang="en")
        assert (said.code, said.err) == (3, "")
        assert said.out.splitlines()[1].endswith(
            ".part cannot be read or written: No space left on device. Check the disk, then run this again."
        )
        said = sheetdesk("sync", team.folder, lang="zh")
        assert said.code == 3
        assert ".part 无法读取或写入：磁盘已满。请检查磁盘，然后重新运行。" in said.out
        facts = json.loads(sheetdesk("sync", team.folder, "--json").out)
        assert (facts["exit"], facts["sheets"][0]["error_kind"]) == (3, "SheetUnreachable")
        said = sheetdesk("watch", team.folder, "--rounds", 1, lang="en")
        assert (said.code, said.err) == (0, "")
        assert "No space left on device" in said.out
    assert sheetdesk("sync", team.folder).code == 0
    assert team.tab().value(2, team.tab().column("Title")) == "Ink is dry"


@pytest.mark.parametrize("word", ["main", "tickets.xlsx", "path"])
def test_one_sheet_is_named_by_key_file_or_path(team: Team, sheetdesk: Shell, word: str) -> None:
    copy = team.copy(role="agent")
    retitle(team, "T-001", "Here")
    retitle(team, "T-002", "There", copy)
    said = sheetdesk("sync", team.folder, str(team.file) if word == "path" else word)
    assert said.out.splitlines()[0] == "~ T-001  Title  Ink 1 → Here"
    assert "There" not in said.out


def test_inside_the_desks_folder_its_place_needs_no_name(
    team: Team, sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(team.folder)
    for line in ((), ("main",), ("tickets.xlsx",), (".",), ("desk.yaml",)):
        said = sheetdesk("sync", *line)
        assert (said.code, said.out) == (0, "Nothing has changed.\n"), line


def test_a_sheet_that_nobody_knows_is_exit_code_2(team: Team, sheetdesk: Shell) -> None:
    said = sheetdesk("sync", team.folder, "mian")
    assert said.code == 2
    assert "mian" in said.err
    assert "main" in said.err


def test_no_desk_is_exit_code_2(tmp_path: Path, sheetdesk: Shell) -> None:
    assert sheetdesk("sync", tmp_path).code == 2


def test_a_desk_without_a_workbook_says_what_to_run(tmp_path: Path, sheetdesk: Shell) -> None:
    team = Team(tmp_path)
    said = sheetdesk("sync", team.folder)
    assert (said.code, said.out) == (0, "No sheet was built yet: sheetdesk build.\n")


def test_a_foreign_file_is_told_and_left(team: Team, sheetdesk: Shell, tmp_path: Path) -> None:
    other = Team(tmp_path / "other")
    other.given(ROWS)
    shutil.copy(other.file, team.file)
    said = sheetdesk("sync", team.folder)
    assert said.code in (1, 3)
    assert said.out.startswith("tickets.xlsx carries the stamp of another desk")
    assert "Nothing has changed" not in said.out


def test_a_missing_file_is_exit_code_1(team: Team, sheetdesk: Shell) -> None:
    team.file.unlink()
    said = sheetdesk("sync", team.folder)
    assert said.code == 1
    assert said.out.startswith("tickets.xlsx is not there.")


def test_vanished_rows_are_accepted(team: Team, sheetdesk: Shell) -> None:
    assert sheetdesk("accept", team.folder).out == "No sheet waits for this.\n"
    delete(team, *IDS[:6])
    said = sheetdesk("sync", team.folder)
    assert said.code == 1
    assert said.out.splitlines()[0] == (
        "tickets.xlsx: 6 rows vanished at once. Nothing was taken over or written. If that was meant: "
        "sheetdesk accept PLACE --sheet main; if not: sheetdesk restore PLACE --vanished --sheet main"
    )
    said = sheetdesk("accept", team.folder, "--sheet", "main")
    assert (said.code, said.out) == (0, "The next sync archives what vanished from: main.\n")
    assert sheetdesk("sync", team.folder).code == 0
    assert team.ids() == IDS[6:]
    said = sheetdesk("restore", team.folder)
    assert said.out.splitlines()[-1] == "6 archived tickets."
    said = sheetdesk("restore", team.folder, "T-001", "T-009")
    assert (said.code, said.out) == (
        1, "T-009 is not archived.\n1 ticket is back; the next sync shows it.\n",
    )  # fmt: skip


def test_vanished_rows_are_put_back(team: Team, sheetdesk: Shell) -> None:
    delete(team, *IDS[:6])
    sheetdesk("sync", team.folder)
    said = sheetdesk("restore", team.folder, "--vanished")
    assert (said.code, said.out) == (0, "The next sync puts back what vanished from: main.\n")
    sheetdesk("sync", team.folder)
    assert sorted(str(team.tab().value(row, 0)) for row in range(2, 10)) == IDS


@pytest.mark.parametrize(("take", "holds", "goes"), [("sheet", "There", "Here"), ("other", "Here", "There")])
def test_a_conflict_is_told_and_settled(
    team: Team, sheetdesk: Shell, take: str, holds: str, goes: str
) -> None:
    copy = team.copy(role="agent")
    retitle(team, "T-001", "Here")
    retitle(team, "T-001", "There", copy)
    said = sheetdesk("sync", team.folder)
    assert said.code == 1
    assert '! T-001  Title  "There" in the sheet, "Here" elsewhere: settle it' in said.out.splitlines()
    said = sheetdesk("settle", team.folder, "T-001", "Title", "--take", take)
    assert (said.code, said.out) == (0, f"T-001 Title: {holds} holds, {goes} goes.\n")
    assert sheetdesk("sync", team.folder).code == 0
    for path in (team.file, copy):
        assert Book(path).tab().value(2, Book(path).tab().column("Title")) == holds
    assert sheetdesk("settle", team.folder, "T-001", "Title", "--take", take).code == 2


def test_watch_ends_after_its_rounds(team: Team, sheetdesk: Shell) -> None:
    retitle(team, "T-001", "Ink is dry")
    said = sheetdesk("watch", team.folder, "--rounds", 1)
    assert said.code == 0
    assert said.out.splitlines()[0] == f"Watching {team.folder} every 20 s; Ctrl-C ends it."
    assert "~ T-001  Title  Ink 1 → Ink is dry" in said.out.splitlines()


def test_watch_takes_a_save_that_came_while_it_synced(
    team: Team, sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs = 0

    def sync_and_be_late(*given: Any, **named: Any) -> Synced:
        nonlocal syncs
        syncs += 1
        found = sync(*given, **named)
        if syncs == 1:
            retitle(team, "T-001", "Typed meanwhile")
        return found

    monkeypatch.setattr(flows, "sync", sync_and_be_late)
    said = sheetdesk("watch", team.folder, "--rounds", 2, "--every", 1)
    assert syncs == 2
    assert "~ T-001  Title  Ink 1 → Typed meanwhile" in said.out.splitlines()


def test_watch_goes_on_where_a_file_cannot_be_looked_at(team: Team, sheetdesk: Shell) -> None:
    team.file.unlink()
    team.file.symlink_to(team.file)
    said = sheetdesk("watch", team.folder, "--rounds", 1)
    assert (said.code, said.err) == (0, "")
    assert "tickets.xlsx is not a whole .xlsx: it is no plain file." in said.out


def test_watch_syncs_what_changes_and_ends_at_sigterm(tmp_path: Path) -> None:
    built, _ = demo(
        tmp_path / "desk", template="it-service", locale="en", count=3, seed=1, now=datetime.now(UTC)
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "sheetdesk", "watch", str(tmp_path / "desk"), "--every", "1"],
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Watching")
        book = Book(built.path)
        book.tab().type(2, "Title", "Typed while it watches")
        book.save()
        until = time.monotonic() + 40
        for line in process.stdout:
            if "Typed while it watches" in line:
                break
            assert time.monotonic() < until
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
