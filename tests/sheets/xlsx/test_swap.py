"""Two files trade places and nobody's save is lost, whatever the drive can do."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sheetdesk.errors import SheetBusy
from sheetdesk.sheets.xlsx import swap as swaps
from sheetdesk.sheets.xlsx.swap import move, swap, swap_by_moves, trade

Refusal = Callable[[str, Path, Path], None]


def refusing(number: int, *kinds: str) -> Refusal:
    """The system's flagged rename on a drive that refuses some kinds of it."""
    rename = swaps._rename

    def refuse(kind: str, source: Path, target: Path) -> None:
        if kind in kinds:
            raise OSError(number, os.strerror(number))
        rename(kind, source, target)

    return refuse


def no_links(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "no hard links here")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "ready").write_text("ours")
    (tmp_path / "place").write_text("theirs")
    return tmp_path / "place"


def texts(place: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in place.parent.iterdir()}


def run(place: Path, trading: Callable[[Path, Path], None] | None = None) -> bool:
    return swap(place.with_name("ready"), place, place.with_name("old"), trading)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone is tried")
def test_this_drive_trades_two_names_in_one_step(place: Path) -> None:
    trade(place, place.with_name("ready"))
    assert texts(place) == {"place": "ours", "ready": "theirs"}


def test_what_stood_in_place_stands_at_its_new_name(place: Path) -> None:
    assert run(place)
    assert texts(place) == {"place": "ours", "old": "theirs"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM])
@pytest.mark.parametrize("kinds", [("trade",), ("trade", "keep")])
@pytest.mark.parametrize("has_links", [True, False])
def test_a_drive_that_refuses_some_of_it_comes_to_the_same(
    place: Path, monkeypatch: pytest.MonkeyPatch, number: int, kinds: tuple[str, ...], has_links: bool
) -> None:
    monkeypatch.setattr(swaps, "_rename", refusing(number, *kinds))
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    assert run(place)
    assert texts(place) == {"place": "ours", "old": "theirs"}


@pytest.mark.parametrize("kinds", [(), ("trade",), ("trade", "keep")])
@pytest.mark.parametrize("has_links", [True, False])
def test_with_nothing_in_place_nothing_is_displaced(
    place: Path, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], has_links: bool
) -> None:
    monkeypatch.setattr(swaps, "_rename", refusing(errno.EINVAL, *kinds))
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    place.unlink()
    assert not run(place)
    assert texts(place) == {"place": "ours"}


@pytest.mark.parametrize("kinds", [(), ("keep",)])
@pytest.mark.parametrize("has_links", [True, False])
def test_a_save_in_the_gap_between_two_moves_stays(
    place: Path, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], has_links: bool
) -> None:
    monkeypatch.setattr(swaps, "_rename", refusing(errno.EINVAL, *kinds))
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    ready, old = place.with_name("ready"), place.with_name("old")

    def save() -> None:
        place.write_text("newer")

    with pytest.raises(SheetBusy):
        swap_by_moves(ready, place, old, between=save)
    assert texts(place) == {"place": "newer", "old": "theirs", "ready": "ours"}


def test_a_save_while_the_place_is_found_empty_is_displaced_like_any(place: Path) -> None:
    place.unlink()
    tries = []

    def late(one: Path, other: Path) -> None:
        tries.append(one)
        if len(tries) == 1:
            other.write_text("newer")
            raise FileNotFoundError
        trade(one, other)

    assert run(place, late)
    assert len(tries) == 2
    assert texts(place) == {"place": "ours", "old": "newer"}


def test_a_place_that_fills_and_empties_for_ever_is_busy(place: Path) -> None:
    def never(one: Path, other: Path) -> None:
        raise FileNotFoundError

    with pytest.raises(SheetBusy):
        run(place, never)
    assert texts(place) == {"place": "theirs", "ready": "ours"}


def test_a_failure_between_two_moves_puts_the_first_back(place: Path) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, "the drive went away")

    with pytest.raises(OSError, match="the drive went away"):
        swap_by_moves(place.with_name("ready"), place, place.with_name("old"), between=fail)
    assert texts(place) == {"place": "theirs", "ready": "ours"}


def test_another_error_of_the_system_is_told_and_changes_nothing(place: Path) -> None:
    def fail(one: Path, other: Path) -> None:
        raise OSError(errno.EROFS, "read-only")

    with pytest.raises(OSError, match="read-only"):
        run(place, fail)
    assert texts(place) == {"place": "theirs", "ready": "ours"}


def test_with_nothing_ready_nothing_happens(place: Path) -> None:
    place.with_name("ready").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        run(place)
    assert caught.value.filename == str(place.with_name("ready"))
    assert texts(place) == {"place": "theirs"}


@pytest.mark.parametrize("kinds", [(), ("keep",)])
@pytest.mark.parametrize("has_links", [True, False])
def test_a_move_never_writes_over_a_file(
    place: Path, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], has_links: bool
) -> None:
    monkeypatch.setattr(swaps, "_rename", refusing(errno.EINVAL, *kinds))
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(FileExistsError):
        move(place.with_name("ready"), place)
    with pytest.raises(FileNotFoundError):
        move(place.with_name("nothing"), place.with_name("free"))
    move(place, place.with_name("free"))
    assert texts(place) == {"free": "theirs", "ready": "ours"}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone is tried")
def test_a_c_library_without_the_name_is_asked_by_number(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = ctypes.CDLL(None, use_errno=True)

    class Older:
        """A C library before 2.28: system calls by number only."""

        syscall = library.syscall

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Older())
    if platform.machine() not in swaps.NUMBERS:
        pytest.skip("a processor whose numbers are not listed")
    trade(place, place.with_name("ready"))
    assert texts(place) == {"place": "ours", "ready": "theirs"}
    monkeypatch.setattr(platform, "machine", lambda: "unheard-of")
    assert run(place)
    assert texts(place) == {"place": "theirs", "old": "ours"}
