"""A new version of a shared file, put in place so that no save made in between is lost.

Copy before write, for files: `prepare` the new version beside the old one, `exchange` the two, then
look at what was displaced. If that is not the version the new one was made from, somebody saved in
between: merge it and do it again. Displaced files are kept (`archive`), never deleted: a program that
held one open may still be writing to it. A run that dies leaves files behind that `recover` and the
next run's look at `leftovers` settle. Only one run at a time may do this to a file.

The names beside `tickets.xlsx`: `.tickets.xlsx.sheetdesk-TAG.part` while it is written,
`….sheetdesk-TAG-DIGEST.new` until it is in place, `….sheetdesk-TAG-DIGEST.old` what it displaced.
DIGEST is the start of the new version's SHA-256: a `.new` file with another one is not ours but what
an exchange displaced just before its run died.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sheetdesk.errors import Cause, PackageBroken, SheetBusy
from sheetdesk.sheets.xlsx.swap import Swap, move, swap

__all__ = ["Leftovers", "archive", "displacer", "exchange", "leftovers", "prepare", "recover"]

TAG = re.compile(r"[0-9A-Za-z]{1,40}")
OURS = re.compile(
    r"(?P<pair>[0-9A-Za-z]{1,40}(?:-(?P<digest>[0-9a-f]{32}))?)(?:_\d+)?\.(?P<kind>part|new|old)"
)
# Most file systems allow names of 255 bytes; ours add up to 100.
LONGEST_NAME = 150


@dataclass(frozen=True)
class Leftovers:
    """What a run that died left beside a file, the oldest first.

    `drafts` are new versions of ours that never came into place; `displaced` are files that stood in
    place, may hold a person's save, and must be looked at before they are archived.
    """

    drafts: tuple[Path, ...] = ()
    displaced: tuple[Path, ...] = ()


def prepare(path: Path, content: Callable[[BinaryIO], object], tag: str) -> Path:
    """Write the new version whole beside the file; where it stands.

    It gets the old file's mode, attributes and, where allowed, owner; a first version follows the
    umask. `tag` names the run: letters and digits, up to 40. Raises PackageBroken when something
    else than a file stands at `path`, FileExistsError when the tag was used before, and OSError.
    """
    if not TAG.fullmatch(tag):
        raise ValueError(f"not letters and digits: {tag!r}")
    place = _place(path)
    part = place.with_name(f"{_prefix(place)}{tag}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(handle, "w+b") as file:
            content(file)
            file.flush()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
            _dress(part, place)
            os.fsync(file.fileno())
    except BaseException:
        part.unlink()
        raise
    ready = part.with_name(f"{_prefix(place)}{tag}-{digest}.new")
    move(part, ready)
    return ready


def exchange(path: Path, ready: Path, swapping: Swap = swap) -> Path | None:
    """Put `ready` in place, in one step where the drive can; where what stood there stands now.

    None when nothing stood there. Raises SheetBusy when somebody saved in the middle, where it takes
    two steps, or holds the file open, where that forbids it: `ready` is gone then, the save stays,
    and `leftovers` tells of a displaced file. Raises PackageBroken as `prepare` does, and OSError.
    """
    place = _place(path)
    old = _free(ready.with_suffix(".old"))
    try:
        is_displaced = swapping(ready, place, old)
    except SheetBusy:
        # With nothing in place it is what tells `recover` that the displaced file belongs there.
        if os.path.lexists(place):
            ready.unlink(missing_ok=True)
        raise
    finally:
        _settle(place.parent)
    return old if is_displaced else None


def leftovers(path: Path) -> Leftovers:
    """What an earlier run left beside the file when it died. Changes nothing. Raises OSError."""
    drafts: list[Path] = []
    displaced: list[Path] = []
    for found, named in _ours(_place(path)):
        is_draft = named["kind"] == "part" or (named["kind"] == "new" and _digest(found) == named["digest"])
        (drafts if is_draft else displaced).append(found)
    return Leftovers(tuple(drafts), tuple(displaced))


def recover(path: Path) -> Leftovers:
    """Settle what can be settled without looking inside; the displaced files that are left.

    A file that was moved away for a new one that never came is put back, unless somebody saved
    there since; drafts are deleted. Not while another run replaces the same file. Raises OSError.
    """
    place = _place(path)
    found = leftovers(path)
    if not os.path.lexists(place):
        # With the draft in place there is no pair: then a person took the file away, and it stays away.
        waiting = {_pair(draft) for draft in found.drafts if draft.suffix == ".new"}
        moved_away = [file for file in found.displaced if _pair(file) in waiting]
        # A save that comes first wins; the file is still listed as displaced then.
        with suppress(FileExistsError):
            for file in moved_away[-1:]:
                move(file, place)
    for draft in found.drafts:
        draft.unlink(missing_ok=True)
    _settle(place.parent)
    return leftovers(path)


def displacer(displaced: Path) -> str:
    """What the SHA-256 of the version begins with that took a displaced file's place; "" where its name does
    not say.
    """
    named = OURS.fullmatch(displaced.name.rpartition(".sheetdesk-")[2])
    return (named["digest"] or "") if named else ""


def archive(path: Path, kept: Path, now: datetime, folder: Path) -> Path:
    """Move `kept`, a displaced or conflicted version of `path`, into `folder`; its new place.

    Its name has the time in UTC; nothing there is ever written over. The folder is made if missing;
    on another drive the file is copied whole before it is deleted. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = path.stem
    while len(os.fsencode(stem)) > LONGEST_NAME:
        stem = stem[:-1]
    target = _reserve(folder, f"{stem}.{now.astimezone(UTC):%Y%m%d-%H%M%S}", path.suffix)
    try:
        try:
            os.replace(kept, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _carry(kept, target)
    except BaseException:
        if kept.exists():
            target.unlink()
        raise
    _settle(folder)
    _settle(kept.parent)
    return target


def _place(path: Path) -> Path:
    """The file itself: at the end of a link, so that the link stays one. Raises PackageBroken."""
    place = Path(os.path.realpath(path))
    if os.path.lexists(place) and not stat.S_ISREG(place.lstat().st_mode):
        raise PackageBroken(path=path, reason=Cause("it is no plain file", "它不是普通文件"))
    return place


def _prefix(place: Path) -> str:
    name = unicodedata.normalize("NFC", place.name)
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f".{name}.sheetdesk-"


def _ours(place: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    """The files beside `place` that carry its name and ours, the oldest change of name first."""
    prefix = _prefix(place)
    found = []
    for file in place.parent.iterdir():
        name = unicodedata.normalize("NFC", file.name)
        named = OURS.fullmatch(name, len(prefix)) if name.startswith(prefix) else None
        if named and stat.S_ISREG((seen := file.lstat()).st_mode):
            found.append((seen.st_ctime_ns, file, named))
    for _, file, named in sorted(found, key=lambda one: one[:2]):
        yield file, named


def _pair(file: Path) -> str:
    """The tag and digest, which a new version shares with the file it displaces."""
    return file.name.rpartition(".sheetdesk-")[2].rpartition(".")[0].partition("_")[0]


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:32]


def _free(wanted: Path) -> Path:
    """The name, or one with a number behind it that no file has."""
    free, number = wanted, 1
    while os.path.lexists(free):
        number += 1
        free = wanted.with_name(f"{wanted.stem}_{number}{wanted.suffix}")
    return free


def _reserve(folder: Path, stem: str, ending: str) -> Path:
    """An empty file under the name, or under the next number that is free."""
    target, number = folder / f"{stem}{ending}", 1
    while True:
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            return target
        except FileExistsError:
            number += 1
            target = folder / f"{stem}-{number}{ending}"


def _carry(kept: Path, target: Path) -> None:
    """Copy to another drive, then delete; again when it was written to meanwhile."""
    while True:
        before = kept.stat()
        with kept.open("rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        shutil.copystat(kept, target)
        after = kept.stat()
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
            kept.unlink()
            return


def _dress(part: Path, place: Path) -> None:
    """Give the new version the old one's owner, mode and attributes as far as we may."""
    if not place.exists():
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        return
    if sys.platform != "win32":
        old = place.stat()
        for owner in (old.st_uid, -1):
            try:
                os.chown(part, owner, old.st_gid)
                break
            except PermissionError:
                # Only root gives files away; the group alone is often allowed, and neither is an error.
                continue
    shutil.copystat(place, part)
    os.utime(part)


def _settle(folder: Path) -> None:
    """Make the names in a folder last through a power failure, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Network drives have no such call for folders.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS):
            raise
    finally:
        os.close(handle)
