"""A cloud folder's copies are found by their names, and no other file is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from sheetdesk.sheets.xlsx.copies import Copy, conflicted_copies

CLOUDS = [
    ("tickets (Ann's conflicted copy 2026-11-22).xlsx", "Dropbox"),
    ("tickets (Ann's conflicted copy 2026-11-22 (1)).xlsx", "Dropbox"),
    ("tickets (DESKTOP-1 conflict 2026-11-22).xlsx", "Dropbox"),
    ("tickets (Copie en conflit de DESKTOP-1 2026-11-22).xlsx", "Dropbox"),
    ("tickets (In Konflikt stehende Kopie von Ann 2026-11-22).xlsx", "Dropbox"),
    ("tickets (copia in conflitto di Ann 2026-11-22).xlsx", "Dropbox"),
    ("tickets (Ann の競合コピー 2026-11-22).xlsx", "Dropbox"),
    ("tickets (конфликтующая копия Ann 2026-11-22).xlsx", "Dropbox"),
    ("tickets [conflicted].xlsx", "Dropbox"),
    ("tickets (王芳的冲突副本 2026-11-22).xlsx", "Nutstore, WPS"),
    ("tickets(Cong-Windows的冲突副本1_2026-11-22 02-11-37).xlsx", "Nutstore, WPS"),
    ("tickets-DESKTOP-1A2B3C.xlsx", "OneDrive"),
    ("tickets-DESKTOP-1A2B3C-2.xlsx", "OneDrive"),
    ("tickets-Ann’s MacBook Pro.xlsx", "OneDrive"),
    ("tickets-王芳的电脑.xlsx", "OneDrive"),
    ("tickets (1).xlsx", "Google Drive"),
    ("tickets(12).xlsx", "Google Drive"),
    ("tickets（1）.xlsx", "Google Drive"),
    ("tickets (conflicted copy 2026-11-22 101112).xlsx", "Nextcloud"),
    ("tickets (conflicted copy ann 2026-11-22 101112).xlsx", "Nextcloud"),
    ("tickets_conflict-20261122-101112.xlsx", "Nextcloud"),
    ("tickets.sync-conflict-20261122-101112-ABCDEFG.xlsx", "Syncthing"),
    ("tickets.sync-conflict-20261122-101112.xlsx", "Syncthing"),
    ("tickets 2.xlsx", "iCloud"),
    ("Tickets (1).XLSX", "Google Drive"),
]

OTHERS = [
    "tickets.xlsx",
    "tickets.before-20261122-101112.xlsx",
    "tickets (1).csv",
    "tickets2.xlsx",
    "tickets-.xlsx",
    "tickets (old).xlsx",
    "tickets 2026.xlsx",
    "old tickets (1).xlsx",
    "ticket (1).xlsx",
    "~$tickets.xlsx",
    ".~lock.tickets.xlsx#",
    ".tickets.xlsx.sheetdesk-a1-00000000000000000000000000000000.old",
    "tickets.xlsx (1)",
    "tickets.xlsx.tmp",
]


@pytest.mark.parametrize(("name", "cloud"), CLOUDS)
def test_a_copy_is_found_and_says_whose_way_of_naming_it_has(tmp_path: Path, name: str, cloud: str) -> None:
    (tmp_path / name).touch()
    assert conflicted_copies(tmp_path / "tickets.xlsx") == [Copy(tmp_path / name, cloud)]


@pytest.mark.parametrize("name", OTHERS)
def test_another_file_is_no_copy(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert conflicted_copies(tmp_path / "tickets.xlsx") == []


def test_our_own_files_and_their_copies_are_left_out(tmp_path: Path) -> None:
    for name in (
        "tickets-agent.xlsx",
        "tickets-agent-HOST.xlsx",
        "tickets-agent (1).xlsx",
        "tickets-HOST.xlsx",
    ):
        (tmp_path / name).touch()
    main, role = tmp_path / "tickets.xlsx", tmp_path / "tickets-agent.xlsx"
    assert [copy.path.name for copy in conflicted_copies(main, {main, role})] == ["tickets-HOST.xlsx"]
    assert [copy.path.name for copy in conflicted_copies(role, [main, role])] == [
        "tickets-agent (1).xlsx",
        "tickets-agent-HOST.xlsx",
    ]


def test_a_known_file_of_that_name_in_another_folder_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "tickets-HOST.xlsx").touch()
    elsewhere = tmp_path / "other" / "tickets-HOST.xlsx"
    assert len(conflicted_copies(tmp_path / "tickets.xlsx", [elsewhere])) == 1


def test_folders_and_links_are_no_copies(tmp_path: Path) -> None:
    (tmp_path / "tickets (1).xlsx").mkdir()
    (tmp_path / "tickets (2).xlsx").symlink_to("tickets.xlsx")
    assert conflicted_copies(tmp_path / "tickets.xlsx") == []


def test_a_drive_that_takes_accents_apart_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "Störungen (1).xlsx")).touch()
    assert len(conflicted_copies(tmp_path / "Störungen.xlsx")) == 1


def test_a_name_without_an_ending_has_copies_too(tmp_path: Path) -> None:
    (tmp_path / "tickets (1)").touch()
    assert len(conflicted_copies(tmp_path / "tickets")) == 1


def test_the_copies_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ["tickets (1).xlsx", "tickets 2.xlsx", "tickets-HOST.xlsx"]
    for name in reversed(names):
        (tmp_path / name).touch()
    assert [copy.path.name for copy in conflicted_copies(tmp_path / "tickets.xlsx")] == names


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        conflicted_copies(tmp_path / "gone" / "tickets.xlsx")
