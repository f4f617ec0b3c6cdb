"""A shared file is replaced and every version that a person saved is still somewhere."""

from __future__ import annotations

import errno
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO

import pytest

from sheetdesk.errors import PackageBroken, SheetBusy
from sheetdesk.sheets.xlsx import swap as swaps
from sheetdesk.sheets.xlsx.replace import Leftovers, archive, exchange, leftovers, prepare, recover
from sheetdesk.sheets.xlsx.stable import read_stable
from sheetdesk.sheets.xlsx.swap import swap_by_moves, trade
from tests.sheets.xlsx.savers import book, digest, settle_ours

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 22, 12, 30, 15, tzinfo=UTC)
THEIRS, OURS = b"what a person saved", b"what we make of it"
needs_trade = pytest.mark.skipif(sys.platform != "linux", reason="the people in it trade names as Linux does")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "tickets.xlsx"
    made.write_bytes(THEIRS)
    return made


def ready(path: Path, content: bytes = OURS, tag: str = "r1") -> Path:
    return prepare(path, lambda file: file.write(content), tag)


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def test_the_new_version_is_in_place_and_the_old_one_stands_beside_it(path: Path) -> None:
    new = ready(path)
    assert (new.read_bytes(), path.read_bytes()) == (OURS, THEIRS)
    assert new.parent == path.parent
    old = exchange(path, new)
    assert old is not None
    assert (path.read_bytes(), old.read_bytes()) == (OURS, THEIRS)
    assert names(path) == [f".tickets.xlsx.sheetdesk-r1-{digest(OURS)[:32]}.old", "tickets.xlsx"]
    assert leftovers(path) == Leftovers((), (old,))


def test_a_first_version_displaces_nothing(path: Path) -> None:
    path.unlink()
    assert exchange(path, ready(path)) is None
    assert (path.read_bytes(), names(path)) == (OURS, ["tickets.xlsx"])


def test_a_save_after_preparing_is_what_is_displaced(path: Path) -> None:
    new = ready(path)
    path.write_bytes(b"newer")
    old = exchange(path, new)
    assert old is not None
    assert old.read_bytes() == b"newer"


def test_the_same_version_twice_displaces_to_two_files(path: Path) -> None:
    first = exchange(path, ready(path))
    path.write_bytes(b"newer")
    second = exchange(path, ready(path))
    assert first is not None
    assert second is not None
    assert [first.read_bytes(), second.read_bytes()] == [THEIRS, b"newer"]
    assert leftovers(path).displaced == (first, second)


def test_a_link_stays_a_link_and_its_target_is_replaced(path: Path) -> None:
    (path.parent / "links").mkdir()
    link = path.parent / "links" / "desk.xlsx"
    link.symlink_to("../tickets.xlsx")
    old = exchange(link, ready(link))
    assert link.is_symlink()
    assert path.read_bytes() == OURS
    assert old is not None
    assert old.parent == path.parent
    assert leftovers(link) == leftovers(path)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_plain_file_is_left_alone(path: Path, kind: str) -> None:
    new = ready(path)
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(PackageBroken, match="it is no plain file"):
        ready(path, tag="r2")
    with pytest.raises(PackageBroken, match="it is no plain file"):
        exchange(path, new)
    assert new.read_bytes() == OURS
    assert not stat.S_ISREG(path.lstat().st_mode)


@pytest.mark.parametrize("mode", [0o640, 0o664, 0o600, 0o755])
def test_the_new_version_has_the_mode_of_the_old(path: Path, mode: int) -> None:
    path.chmod(mode)
    exchange(path, ready(path))
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_first_version_follows_the_umask(path: Path) -> None:
    path.unlink()
    before = os.umask(0o027)
    try:
        new = ready(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


@pytest.mark.skipif(
    os.geteuid() != 0, reason="not root, which alone gives files away; root may write everywhere"
)
def test_the_new_version_has_the_owner_of_the_old(path: Path) -> None:
    os.chown(path, 1234, 2345)
    exchange(path, ready(path))
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


def test_an_owner_who_cannot_be_kept_is_no_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(file: Path, owner: int, group: int) -> None:
        asked.append((owner, group))
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr(os, "chown", refuse)
    path.chmod(0o640)
    exchange(path, ready(path))
    assert asked == [(path.stat().st_uid, path.stat().st_gid), (-1, path.stat().st_gid)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_the_new_version_is_as_young_as_it_is_and_keeps_attributes(path: Path) -> None:
    try:
        os.setxattr(path, "user.sheetdesk", b"kept")
    except OSError:
        pytest.skip("root may write everywhere, but this drive keeps no attributes")
    os.utime(path, (1, 1))
    exchange(path, ready(path))
    assert os.getxattr(path, "user.sheetdesk") == b"kept"
    assert path.stat().st_mtime > 1


def test_a_version_that_cannot_be_written_leaves_nothing(path: Path) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(OURS)
        raise OSError(errno.ENOSPC, "disk full")

    with pytest.raises(OSError, match="disk full"):
        prepare(path, fail, "r1")
    assert names(path) == ["tickets.xlsx"]


@pytest.mark.parametrize("tag", ["", "a/b", "a-b", "../x", "a.b", "a b", "x" * 41])
def test_a_tag_that_could_not_be_read_back_is_refused(path: Path, tag: str) -> None:
    with pytest.raises(ValueError, match="not letters and digits"):
        ready(path, tag=tag)


def test_a_tag_in_use_is_refused_and_the_other_run_undisturbed(path: Path) -> None:
    def twice(file: BinaryIO) -> None:
        with pytest.raises(FileExistsError):
            ready(path, b"another run")
        file.write(OURS)

    assert prepare(path, twice, "r1").read_bytes() == OURS


def test_a_name_as_long_as_names_may_be_is_replaced_too(tmp_path: Path) -> None:
    path = tmp_path / ("工" * 83 + ".xlsx")
    path.write_bytes(THEIRS)
    old = exchange(path, ready(path))
    assert old is not None
    assert leftovers(path) == Leftovers((), (old,))
    kept = archive(path, old, NOON, tmp_path / "kept")
    assert kept.read_bytes() == THEIRS
    assert kept.name.startswith("工工")


def test_a_save_in_the_gap_is_noticed_and_nothing_is_lost(path: Path) -> None:
    def save() -> None:
        path.write_bytes(b"newer")

    with pytest.raises(SheetBusy):
        exchange(path, ready(path), lambda new, place, old: swap_by_moves(new, place, old, save))
    assert path.read_bytes() == b"newer"
    [displaced] = leftovers(path).displaced
    assert displaced.read_bytes() == THEIRS
    assert recover(path) == Leftovers((), (displaced,))
    assert path.read_bytes() == b"newer"


def test_a_swap_that_is_half_done_and_busy_can_still_be_recovered(path: Path) -> None:
    def half(new: Path, place: Path, old: Path) -> bool:
        place.rename(old)
        raise SheetBusy(path=place)

    with pytest.raises(SheetBusy):
        exchange(path, ready(path), half)
    assert recover(path) == Leftovers()
    assert (path.read_bytes(), names(path)) == (THEIRS, ["tickets.xlsx"])


def die(path: Path, how: str) -> Leftovers:
    """What is left when a run dies so."""
    path.write_bytes(book("a person's"))
    run = [sys.executable, "-m", "tests.sheets.xlsx.savers", how, str(path.parent), "1"]
    assert subprocess.run(run, cwd=ROOT, check=False).returncode == -9
    return leftovers(path)


def test_a_run_that_died_before_the_exchange_left_a_draft(path: Path) -> None:
    left = die(path, "dies-before-swap")
    assert (len(left.drafts), left.displaced) == (1, ())
    assert recover(path) == Leftovers()
    assert (path.read_bytes(), names(path)) == (book("a person's"), ["tickets.xlsx"])


@needs_trade
def test_a_run_that_died_after_the_exchange_left_what_it_displaced(path: Path) -> None:
    left = die(path, "dies-after-trade")
    assert left.drafts == ()
    # Its name says that it is new; its content says that it is not ours.
    [displaced] = left.displaced
    assert displaced.suffix == ".new"
    assert displaced.read_bytes() == book("a person's")
    assert recover(path) == left
    assert read_stable(path, time.sleep).content != book("a person's")


def test_a_run_that_died_in_the_gap_is_put_right(path: Path) -> None:
    left = die(path, "dies-between-moves")
    assert (len(left.drafts), len(left.displaced)) == (1, 1)
    assert not path.exists()
    assert recover(path) == Leftovers()
    assert (path.read_bytes(), names(path)) == (book("a person's"), ["tickets.xlsx"])


def test_a_save_after_a_run_died_in_the_gap_stays_and_the_older_is_kept(path: Path) -> None:
    [displaced] = die(path, "dies-between-moves").displaced
    path.write_bytes(b"newer")
    assert recover(path) == Leftovers((), (displaced,))
    assert (path.read_bytes(), displaced.read_bytes()) == (b"newer", book("a person's"))


def test_a_save_at_the_moment_of_putting_back_wins(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [displaced] = die(path, "dies-between-moves").displaced
    rename = swaps._rename

    def late(kind: str, source: Path, target: Path) -> None:
        path.write_bytes(b"newer")
        rename(kind, source, target)

    monkeypatch.setattr(swaps, "_rename", late)
    assert recover(path) == Leftovers((), (displaced,))
    assert path.read_bytes() == b"newer"


def test_of_several_displaced_files_the_one_of_the_broken_exchange_is_put_back(path: Path) -> None:
    earlier = exchange(path, ready(path, b"first", "r1"))
    path.write_bytes(b"newer")
    new = ready(path, b"second", "r2")
    path.rename(new.with_suffix(".old"))
    assert recover(path) == Leftovers((), (earlier,) if earlier else ())
    assert path.read_bytes() == b"newer"


def test_a_file_that_a_person_took_away_stays_away(path: Path) -> None:
    old = exchange(path, ready(path))
    path.unlink()
    assert recover(path).displaced == (old,)
    assert not path.exists()


def test_files_of_others_are_no_leftovers(path: Path) -> None:
    for name in (
        ".tickets.xlsx.new", ".tickets.xlsx.sheetdesk-.new", ".tickets.xlsx.sheetdesk-a.old.bak",
        f".other.xlsx.sheetdesk-a-{'0' * 32}.old", "~$tickets.xlsx", ".tickets.xlsx.abc.tmp",
    ):  # fmt: skip
        path.with_name(name).touch()
    path.with_name(f".tickets.xlsx.sheetdesk-a-{'0' * 32}.old").mkdir()
    before = names(path)
    assert leftovers(path) == recover(path) == Leftovers()
    assert names(path) == before


def test_a_half_written_draft_is_deleted(path: Path) -> None:
    path.with_name(".tickets.xlsx.sheetdesk-a.part").write_bytes(OURS[:5])
    assert len(leftovers(path).drafts) == 1
    assert recover(path) == Leftovers()
    assert names(path) == ["tickets.xlsx"]


def test_a_kept_file_has_the_time_in_its_name_and_writes_over_none(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "desk" / "kept"
    east = NOON.astimezone(timezone(timedelta(hours=8)))
    made = []
    for content in (b"1", b"2", b"3"):
        path.write_bytes(content)
        old = exchange(path, ready(path))
        assert old is not None
        made.append(archive(path, old, east, folder))
    assert [file.name for file in made] == [
        "tickets.20261122-123015.xlsx", "tickets.20261122-123015-2.xlsx", "tickets.20261122-123015-3.xlsx",
    ]  # fmt: skip
    assert [file.read_bytes() for file in made] == [b"1", b"2", b"3"]
    assert leftovers(path) == Leftovers()


def other_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "another drive")

    monkeypatch.setattr(os, "replace", refuse)


def test_a_file_goes_whole_to_another_drive(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other_drive(monkeypatch)
    path.chmod(0o640)
    os.utime(path, (1, 1))
    made = archive(path, path, NOON, path.parent / "kept")
    assert (made.read_bytes(), made.stat().st_mtime, stat.S_IMODE(made.stat().st_mode)) == (THEIRS, 1, 0o640)
    assert not path.exists()


def test_a_file_that_is_written_to_while_it_is_copied_is_copied_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_drive(monkeypatch)
    writes = [b"newer, and longer than before"]
    settle = os.fsync

    def late(handle: int) -> None:
        if writes:
            path.write_bytes(writes.pop())
        settle(handle)

    monkeypatch.setattr(os, "fsync", late)
    made = archive(path, path, NOON, path.parent / "kept")
    assert made.read_bytes() == b"newer, and longer than before"


def test_a_file_that_cannot_be_kept_stays_and_leaves_no_empty_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_drive(monkeypatch)

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, "disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        archive(path, path, NOON, path.parent / "kept")
    assert path.read_bytes() == THEIRS
    assert list((path.parent / "kept").iterdir()) == []


@pytest.mark.parametrize(("number", "is_told"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_drive_that_cannot_settle_folders_is_used_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_told: bool
) -> None:
    new = ready(path)

    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    if is_told:
        with pytest.raises(OSError, match=os.strerror(number)):
            exchange(path, new)
    else:
        exchange(path, new)
    assert path.read_bytes() == OURS


class Storm:
    """People and our program at one file, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs: list[subprocess.Popen[bytes]] = []

    def start(self, who: str, seed: int) -> subprocess.Popen[bytes]:
        run = [sys.executable, "-m", "tests.sheets.xlsx.savers", who, str(self.folder), str(seed)]
        self.programs.append(subprocess.Popen(run, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": str(seed)}))
        return self.programs[-1]

    def lines(self, who: str) -> list[str]:
        log = self.folder / f"{who}.log"
        return log.read_text().split() if log.exists() else []

    def until(self, who: str, count: int) -> None:
        """Wait until so many lines more are in a log, never for a time."""
        deadline = time.monotonic() + 30
        enough = len(self.lines(who)) + count
        while len(self.lines(who)) < enough:
            assert time.monotonic() < deadline, f"{who} does not go on"
            time.sleep(0.002)


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    for folder in ("kept", "overwritten"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tickets.xlsx").write_bytes(book("the first"))
    made = Storm(tmp_path)
    yield made
    for program in made.programs:
        program.kill()
        program.wait()


@needs_trade
@pytest.mark.parametrize("how", ["trading", "moving"])
def test_no_save_is_lost_while_the_file_is_replaced_and_the_program_killed(storm: Storm, how: str) -> None:
    path = storm.folder / "tickets.xlsx"
    chance = random.Random(how)
    people = {who: storm.start(who, seed) for seed, who in enumerate(("renaming", "in-place"), 1)}
    for who in people:
        storm.until(who, 1)
    for kill in range(6):
        ours = storm.start(how, 10 + kill)
        storm.until(how, chance.randrange(3, 12))
        time.sleep(chance.uniform(0, 0.01))
        ours.kill()
        ours.wait()
    (storm.folder / "stop").touch()
    for person in people.values():
        assert person.wait(30) == 0
    settle_ours(path)

    somewhere = {digest(read_stable(path, time.sleep).content)}
    for folder in ("kept", "overwritten"):
        somewhere |= {digest(file.read_bytes()) for file in (storm.folder / folder).iterdir()}
    saved = {line for who in people for line in storm.lines(who)}
    assert len(saved) > 30
    # It happened that somebody saved between our look and our exchange: that is what this is about.
    assert {"newer", "busy"} & set(storm.lines(how))
    assert saved - somewhere == set()
    left = {file.name for file in storm.folder.iterdir() if file.suffix != ".log"}
    assert left <= {"tickets.xlsx", "kept", "overwritten", "stop", "renaming.tmp"}


@needs_trade
def test_the_storm_tells_when_a_save_is_lost(storm: Storm) -> None:
    """The same account, for a program that just renames its version in."""
    path = storm.folder / "tickets.xlsx"
    person = storm.start("renaming", 1)
    storm.until("renaming", 3)
    for number in range(300):
        part = storm.folder / "ours.tmp"
        part.write_bytes(book(f"ours {number}"))
        part.replace(path)
        if number % 30 == 0:
            storm.until("renaming", 1)
    (storm.folder / "stop").touch()
    assert person.wait(30) == 0
    somewhere = {digest(path.read_bytes())}
    somewhere |= {digest(file.read_bytes()) for file in (storm.folder / "overwritten").iterdir()}
    assert set(storm.lines("renaming")) - somewhere


def test_trading_in_a_test_is_what_the_system_does(path: Path) -> None:
    new = ready(path)
    old = exchange(path, new, lambda one, place, old: swaps.swap(one, place, old, trade))
    assert old is not None
    assert (path.read_bytes(), old.read_bytes()) == (OURS, THEIRS)
