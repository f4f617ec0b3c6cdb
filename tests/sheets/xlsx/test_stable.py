"""A file is read only at a moment when somebody's save was whole."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from sheetdesk.errors import PackageBroken, SheetBusy
from sheetdesk.sheets.xlsx import stable
from sheetdesk.sheets.xlsx.stable import read_stable
from tests.sheets.xlsx.savers import book, digest

ONE, TWO = book("one", 5_000), book("two", 9_000)


class Clock:
    """A wait that takes no time, and does what is due at each of its calls."""

    def __init__(self, *due: Callable[[], object]) -> None:
        self.due, self.waits = list(due), list[float]()

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.due:
            self.due.pop(0)()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "tickets.xlsx"
    made.write_bytes(ONE)
    return made


def test_a_whole_file_is_read_at_once(path: Path) -> None:
    clock = Clock()
    found = read_stable(path, clock)
    told = path.stat()
    assert (found.content, found.digest) == (ONE, digest(ONE))
    assert (found.mtime_ns, found.size, found.inode) == (told.st_mtime_ns, len(ONE), told.st_ino)
    assert clock.waits == []
    assert "content" not in repr(found)


@pytest.mark.parametrize("length", [0, 1, 30, len(TWO) // 2, len(TWO) - 1])
def test_a_file_that_is_half_written_is_read_when_it_is_whole(path: Path, length: int) -> None:
    path.write_bytes(TWO[:length])
    clock = Clock(lambda: path.write_bytes(TWO[: length + 1][:-1]), lambda: path.write_bytes(TWO))
    assert read_stable(path, clock).content == TWO
    assert len(clock.waits) == 2


def test_no_cut_and_no_mix_of_two_versions_passes_for_a_whole_file(path: Path) -> None:
    chance = random.Random(7)
    cuts = [TWO[:length] for length in range(0, len(TWO), 97)]
    # A program that writes over the old bytes without emptying the file first.
    mixes = [TWO[:length] + ONE[length:] for length in range(1, len(ONE), 97)]
    mixes += [ONE[:length] + TWO[length:] for length in range(100, len(ONE), 97)]
    flips = []
    for _ in range(300):
        flipped = bytearray(ONE)
        flipped[chance.randrange(len(ONE))] ^= 1 << chance.randrange(8)
        flips.append(bytes(flipped))
    # Two versions start alike: a mix may be one of them.
    for content in {*cuts, *mixes} - {ONE, TWO}:
        path.write_bytes(content)
        with pytest.raises(PackageBroken):
            read_stable(path, Clock())
    for content in flips:
        # A flipped bit may fall where nothing is said twice, such as a time; it may not escape an error.
        path.write_bytes(content)
        with suppress(PackageBroken):
            assert read_stable(path, Clock()).content == content


def test_a_file_that_keeps_changing_is_busy(path: Path) -> None:
    path.write_bytes(b"")
    clock = Clock(*(partial(path.write_bytes, TWO[:length]) for length in range(1, 99)))
    with pytest.raises(
        SheetBusy, match=r"tickets.xlsx is being saved right now. Run this again in a moment."
    ):
        read_stable(path, clock)
    assert clock.waits == list(stable.PAUSES_S)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = [TWO]
    look = os.fstat

    def look_and_save(handle: int) -> os.stat_result:
        found = look(handle)
        if saves:
            other = path.with_name("other")
            other.write_bytes(saves.pop())
            other.rename(path)
        return found

    monkeypatch.setattr(os, "fstat", look_and_save)
    clock = Clock()
    # What was read was whole, but no longer what stands there.
    assert read_stable(path, clock).content == TWO
    assert len(clock.waits) == 1


@pytest.mark.parametrize("whole", [ONE, TWO])
def test_a_file_that_is_written_to_while_it_is_read_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, whole: bytes
) -> None:
    path.write_bytes(TWO[:40])
    looks = []
    look = os.fstat

    def look_and_write(handle: int) -> os.stat_result:
        looks.append(look(handle))
        if len(looks) == 1:
            # The same file as before, longer or shorter by the time it is read.
            path.write_bytes(whole)
        return looks[-1]

    monkeypatch.setattr(os, "fstat", look_and_write)
    clock = Clock()
    found = read_stable(path, clock)
    assert (found.content, found.size, len(clock.waits)) == (whole, len(whole), 1)


def test_a_pipe_that_takes_the_name_at_the_last_moment_does_not_hold_us(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = os.open

    def late(file: Path, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        assert flags & os.O_NONBLOCK
        return enter(file, flags)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(PackageBroken, match="it is no plain file"):
        read_stable(path, Clock())


def test_a_file_that_stands_still_and_is_broken_says_so(path: Path) -> None:
    path.write_bytes(b"no zip at all")
    clock = Clock()
    with pytest.raises(PackageBroken, match="not a zip file"):
        read_stable(path, clock)
    assert clock.waits == list(stable.PAUSES_S)


def test_a_file_that_is_deleted_and_made_again_is_read(path: Path) -> None:
    path.unlink()
    assert read_stable(path, Clock(lambda: None, lambda: path.write_bytes(TWO))).content == TWO


def test_a_file_that_comes_and_goes_is_busy(path: Path) -> None:
    path.write_bytes(TWO[:50])
    with pytest.raises(SheetBusy):
        read_stable(path, Clock(path.unlink))


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_stable(tmp_path / "tickets.xlsx", Clock())


def test_a_link_is_followed(path: Path) -> None:
    link = path.with_name("link.xlsx")
    link.symlink_to(path.name)
    assert read_stable(link, Clock()).inode == path.stat().st_ino


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_plain_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    odd = tmp_path / "tickets.xlsx"
    if kind == "folder":
        odd.mkdir()
    elif kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/dev/zero")
    clock = Clock()
    with pytest.raises(PackageBroken, match="it is no plain file"):
        read_stable(odd, clock)
    assert clock.waits == []


def test_a_workbook_with_a_password_is_refused_without_waiting(path: Path) -> None:
    path.write_bytes(stable.COMPOUND + b"\0" * 600)
    clock = Clock()
    with pytest.raises(PackageBroken, match="it has a password"):
        read_stable(path, clock)
    assert clock.waits == []


def test_a_file_that_is_too_large_is_refused_unread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stable, "LARGEST_FILE", len(ONE) - 1)
    with pytest.raises(PackageBroken, match="it is larger than"):
        read_stable(path, Clock())


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stable, "LARGEST_UNPACKED", 4_000)
    with pytest.raises(PackageBroken, match="unpacks to far more"):
        read_stable(path, Clock())
    monkeypatch.undo()
    monkeypatch.setattr(stable, "MOST_PARTS", 1)
    with pytest.raises(PackageBroken, match="unpacks to far more"):
        read_stable(path, Clock())


def test_a_part_that_says_it_is_smaller_than_it_is_does_not_pass(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 10_000_000)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 10_000_000), struct.pack("<I", 10)))
    with pytest.raises(PackageBroken):
        read_stable(path, Clock())


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_packed_as_no_workbook_is_gets_refused(path: Path, packing: int) -> None:
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("part", "text")
    with pytest.raises(PackageBroken, match="it is packed as no workbook is"):
        read_stable(path, Clock())
