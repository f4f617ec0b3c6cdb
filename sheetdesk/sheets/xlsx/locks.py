"""Who has a workbook open, by the lock files that office programs leave beside it.

Four forms of name: LibreOffice's `.~lock.NAME#`, Excel's `~$NAME` (WPS and, if told to, LibreOffice
write it as well), WPS' `.~NAME` on Linux, and Word's way of writing `~$` over the first letters of a
name whose stem has seven letters (one) or more (two). A foreign lock is never deleted.
Source of the forms: LibreOffice's svl/source/misc (lockfilecommon, msodocumentlockfile).
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Lock", "find_locks", "is_stale", "who_has_open"]

# Locks are below 200 bytes (Office), or a name, a host and a folder (LibreOffice).
LARGEST = 4096
LONGEST_NAME = 52
STALE_AFTER_S = 4 * 24 * 3600.0
"""From Friday morning to Tuesday morning: who leaves a workbook open over a long weekend still has it."""

FIELD = re.compile(r"(?:\\.|[^\\,;])*", re.DOTALL)
# Two bytes a character, both high: GB 2312 in the old code page of a Chinese Windows.
CHINESE = re.compile(rb"(?:[\x20-\x7e]|[\xa1-\xfe]{2})*")


@dataclass(frozen=True)
class Lock:
    """One lock file. `who` is "" when it does not say; `since` is when it was last written, aware UTC.

    `is_held`: its program keeps it open, so it lives. Only Windows tells; elsewhere always False.
    """

    who: str
    program: str
    path: Path
    since: datetime
    is_held: bool = False

    def age_s(self, now: datetime) -> float:
        """Seconds since it was written; below 0 when the drive's clock is ahead of ours."""
        return (now - self.since).total_seconds()


def find_locks(path: Path) -> list[Lock]:
    """Every lock on the workbook at `path`, or at the end of a link there. Raises OSError.

    The same person may have two: LibreOffice can write Excel's beside its own, which then comes first.
    """
    found: dict[str, Lock] = {}
    for place in (path, Path(os.path.realpath(path))):
        for file, program in _names(place):
            lock = _lock(file, program)
            if lock is not None:
                found.setdefault(os.path.realpath(file), lock)
    return list(found.values())


def is_stale(lock: Lock, now: datetime, after_s: float = STALE_AFTER_S) -> bool:
    """Whether the lock's program seems to have died without deleting it.

    A lock is written when the workbook is opened and not touched again, so on a shared drive its age
    is all there is to judge by; where the system says that it is held, that decides. To go ahead in
    spite of a stale lock is right only where what was displaced is looked at afterwards.
    """
    return not lock.is_held and lock.age_s(now) > after_s


def who_has_open(path: Path) -> str:
    """The person, or else the program, that has the workbook open; "" when nobody has. Raises OSError."""
    return next((lock.who or lock.program for lock in find_locks(path)), "")


def _names(place: Path) -> Iterator[tuple[Path, str]]:
    name = place.name
    yield place.with_name(f".~lock.{name}#"), "LibreOffice"
    yield place.with_name(f"~${name}"), "Excel"
    yield place.with_name(f".~{name}"), "WPS"
    cut = name[min(max(len(place.stem) - 6, 0), 2) :]
    # Beside a file of the shorter name it is that one's lock.
    if cut != name and not place.with_name(cut).exists():
        yield place.with_name(f"~${cut}"), "Excel"


def _lock(file: Path, program: str) -> Lock | None:
    """The lock in a file; None when there is none. One that may not be read is a lock of nobody known."""
    try:
        found = file.lstat()
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            return None
        raise
    if not stat.S_ISREG(found.st_mode):
        return None
    try:
        # Not blocking: what stands under the name may be a pipe by now.
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
            data = opened.read(LARGEST)
    except FileNotFoundError:
        return None
    except PermissionError:
        data = b""
    who = _libreoffice_name(data) if program == "LibreOffice" else _office_name(data)
    return Lock(who, program, file, datetime.fromtimestamp(found.st_mtime, UTC), _is_held(file))


def _is_held(file: Path) -> bool:
    """Whether a program has it open and lets nobody else write. Writes nothing."""
    if sys.platform != "win32":
        return False
    try:
        os.close(os.open(file, os.O_RDWR))
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    return False


def _office_name(data: bytes) -> str:
    """The user in an owner file of Office.

    A length byte and the name in the old code page, filled up to byte 54 (Word: with zeros) or 55
    (others: with spaces); there a length of 16 bits and the name in UTF-16.
    """
    for start in (54, 55):
        # A filling that reaches to byte 55 makes the length at byte 54 one that is far too large.
        length = int.from_bytes(data[start : start + 2], "little")
        name = data[start + 2 : start + 2 + 2 * length]
        if 0 < length <= LONGEST_NAME and len(name) == 2 * length:
            return _shown(name.decode("utf-16-le", "replace"))
    old = data[1 : 1 + data[0]] if data else b""
    try:
        return _shown(old.decode("utf-8"))
    except UnicodeDecodeError:
        # Which code page is not said: pairs of high bytes are Chinese, single ones Western.
        return _shown(old.decode("gb18030" if CHINESE.fullmatch(old) else "cp1252", "replace"))


def _libreoffice_name(data: bytes) -> str:
    r"""The first of the fields between commas; `\` stands before a comma, semicolon or `\` in it."""
    found = FIELD.match(data.decode("utf-8", "replace"))
    return _shown(re.sub(r"\\(.)", r"\1", found[0] if found else ""))


def _shown(name: str) -> str:
    """The name without what could not be printed, at most as long as Office lets it be."""
    return "".join(letter for letter in name if letter.isprintable()).strip()[:LONGEST_NAME]
