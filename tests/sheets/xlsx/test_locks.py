"""A lock file says who has a workbook open, whichever program wrote it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sheets.xlsx.locks import Lock, find_locks, is_stale, who_has_open

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def owner_file(name: str, code_page: str, *, word: bool = False) -> bytes:
    """An owner file as Office writes it: 165 bytes, Word's 162."""
    old, wide = name.encode(code_page, "replace"), name.encode("utf-16-le")
    head = bytes([len(old)]) + old
    if word:
        return (head.ljust(54, b"\0") + (len(wide) // 2).to_bytes(2, "little") + wide).ljust(162, b"\0")
    tail = head.ljust(55, b" ") + (len(wide) // 2).to_bytes(2, "little") + wide
    return (tail + b" \0" * 60)[:165]


@pytest.mark.parametrize("word", [False, True])
@pytest.mark.parametrize(
    ("name", "code_page"),
    [
        ("Ann Example", "cp1252"),
        ("Jürgen Müller", "cp1252"),
        ("王芳", "gbk"),
        ("王芳", "cp1252"),
        ("x" * 32, "cp1252"),
        ("x" * 52, "cp1252"),
        ("Ann 😀", "cp1252"),
    ],
)
def test_the_name_in_an_owner_file_is_read_whole(
    tmp_path: Path, name: str, code_page: str, word: bool
) -> None:
    (tmp_path / "~$tickets.xlsx").write_bytes(owner_file(name, code_page, word=word))
    assert who_has_open(tmp_path / "tickets.xlsx") == name


@pytest.mark.parametrize(
    ("data", "who"),
    [
        (b"\x03Ann", "Ann"),
        (b"\x06" + "王芳".encode(), "王芳"),
        (b"\x04" + "王芳".encode("gbk"), "王芳"),
        (b"\x06" + "Müller".encode("cp1252"), "Müller"),
        (b"\x05A\nn\x1b\0", "An"),
        (b"", "Excel"),
        (b"\0" * 165, "Excel"),
        (b"\x03Ann".ljust(55) + b"\x34\0" + b"B\0", "Ann"),
    ],
)
def test_a_short_or_odd_owner_file_still_locks(tmp_path: Path, data: bytes, who: str) -> None:
    (tmp_path / "~$tickets.xlsx").write_bytes(data)
    assert who_has_open(tmp_path / "tickets.xlsx") == who


@given(st.binary(max_size=300))
def test_whatever_stands_in_an_owner_file_gives_a_name_that_can_be_shown(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "~$tickets.xlsx").write_bytes(data)
        found = who_has_open(Path(folder) / "tickets.xlsx")
    assert found.isprintable()
    assert 0 < len(found) <= 52


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ann Example,ann,desk,22.11.2026 10:00,file:///home/ann;", "Ann Example"),
        ("王芳,wf,desk,22.11.2026 10:00,file:///x;", "王芳"),
        (r"Example\, Ann,ann,desk,22.11.2026 10:00,file:///x;", "Example, Ann"),
        (r"A\\B\;C,ann,desk,22.11.2026 10:00,file:///x;", r"A\B;C"),
        (",ann,desk,22.11.2026 10:00,file:///x;", "LibreOffice"),
        ("", "LibreOffice"),
    ],
)
def test_the_name_in_a_lock_of_libreoffice_is_read_whole(tmp_path: Path, text: str, who: str) -> None:
    (tmp_path / ".~lock.tickets.xlsx#").write_text(text, "utf-8")
    assert who_has_open(tmp_path / "tickets.xlsx") == who


@pytest.mark.parametrize(
    ("book", "lock", "program"),
    [
        ("tickets.xlsx", "~$tickets.xlsx", "Excel"),
        ("tickets.xlsx", "~$ickets.xlsx", "Excel"),
        ("helpdesk.xlsx", "~$lpdesk.xlsx", "Excel"),
        ("tickets.xlsx", ".~tickets.xlsx", "WPS"),
        ("tickets.xlsx", ".~lock.tickets.xlsx#", "LibreOffice"),
        ("工单.xlsx", "~$工单.xlsx", "Excel"),
    ],
)
def test_every_form_of_name_is_a_lock(tmp_path: Path, book: str, lock: str, program: str) -> None:
    (tmp_path / lock).touch()
    assert [(found.program, found.path.name) for found in find_locks(tmp_path / book)] == [(program, lock)]


@pytest.mark.parametrize(
    "other", ["~$other.xlsx", "~$ckets.xlsx", "~$desk.xlsx", ".~lock.other.xlsx#", ".~lock.tickets.xlsx"]
)
def test_the_lock_of_another_file_is_none(tmp_path: Path, other: str) -> None:
    (tmp_path / other).touch()
    assert find_locks(tmp_path / "tickets.xlsx") == []
    assert who_has_open(tmp_path / "desk.xlsx") == ("Excel" if other == "~$desk.xlsx" else "")


def test_a_cut_name_that_is_another_books_whole_name_locks_that_one(tmp_path: Path) -> None:
    (tmp_path / "~$lpdesk.xlsx").touch()
    (tmp_path / "lpdesk.xlsx").touch()
    assert find_locks(tmp_path / "helpdesk.xlsx") == []
    assert who_has_open(tmp_path / "lpdesk.xlsx") == "Excel"


def test_two_locks_of_one_program_are_both_told_its_own_first(tmp_path: Path) -> None:
    (tmp_path / "~$tickets.xlsx").write_bytes(owner_file("Ann", "cp1252"))
    (tmp_path / ".~lock.tickets.xlsx#").write_text("Ann,ann,desk,,;", "utf-8")
    assert [lock.program for lock in find_locks(tmp_path / "tickets.xlsx")] == ["LibreOffice", "Excel"]


def test_a_lock_beside_the_end_of_a_link_counts_once(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "~$tickets.xlsx").touch()
    (tmp_path / "desk.xlsx").symlink_to("shared/tickets.xlsx")
    (tmp_path / "folder").symlink_to("shared")
    assert len(find_locks(tmp_path / "desk.xlsx")) == 1
    assert len(find_locks(tmp_path / "folder" / "tickets.xlsx")) == 1


def test_pipes_and_folders_and_links_are_no_locks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "~$tickets.xlsx")
    (tmp_path / ".~tickets.xlsx").mkdir()
    (tmp_path / ".~lock.tickets.xlsx#").symlink_to("elsewhere")
    assert find_locks(tmp_path / "tickets.xlsx") == []


def test_a_name_that_leaves_no_room_for_a_lock_has_none(tmp_path: Path) -> None:
    assert find_locks(tmp_path / ("x" * 250 + ".xlsx")) == []


@pytest.mark.parametrize(("error", "who"), [(PermissionError, "Excel"), (FileNotFoundError, "")])
def test_a_lock_that_may_not_be_read_counts_and_one_that_vanishes_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError], who: str
) -> None:
    (tmp_path / "~$tickets.xlsx").write_bytes(b"\x03Ann")

    def refuse(file: Path, flags: int) -> int:
        raise error

    monkeypatch.setattr(os, "open", refuse)
    assert who_has_open(tmp_path / "tickets.xlsx") == who


def test_a_lock_grows_stale_over_more_than_a_long_weekend(tmp_path: Path) -> None:
    file = tmp_path / "~$tickets.xlsx"
    file.touch()
    since = NOW - timedelta(days=4)
    os.utime(file, (since.timestamp(), since.timestamp()))
    [lock] = find_locks(tmp_path / "tickets.xlsx")
    assert lock == Lock("", "Excel", file, since)
    assert lock.age_s(NOW) == 4 * 24 * 3600
    assert not is_stale(lock, NOW)
    assert is_stale(lock, NOW + timedelta(seconds=1))
    assert is_stale(lock, NOW, after_s=3600)
    assert not is_stale(lock, since - timedelta(days=9))


def test_a_lock_that_is_held_is_never_stale() -> None:
    lock = Lock("Ann", "Excel", Path("~$tickets.xlsx"), NOW - timedelta(days=99), is_held=True)
    assert not is_stale(lock, NOW)


def test_looking_at_locks_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "~$tickets.xlsx"
    file.write_bytes(b"\x03Ann")
    before = file.stat()
    assert who_has_open(tmp_path / "tickets.xlsx") == "Ann"
    assert (file.stat().st_mtime_ns, file.read_bytes()) == (before.st_mtime_ns, b"\x03Ann")
    assert [found.name for found in tmp_path.iterdir()] == ["~$tickets.xlsx"]
