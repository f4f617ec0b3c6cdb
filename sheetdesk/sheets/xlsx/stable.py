"""A file that may be being saved at this moment, read only as a version that somebody saved whole."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path

from sheetdesk.errors import Cause, PackageBroken, SheetBusy
from sheetdesk.sheets.xlsx.causes import unzipped

__all__ = ["Stable", "read_stable"]

PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""How long to wait after each attempt but the last: about three seconds in all."""

LARGEST_FILE = 256 * 2**20
LARGEST_UNPACKED = 4 * 2**30
MOST_PARTS = 20_000
# The two ways to pack that a workbook may use (ECMA-376 part 2, annex B).
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What Office files start with that are no zip: the old binary form, and every one under a password.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Stable:
    """One whole version of a file. `digest` is its SHA-256 in hex; the rest is as `stat` tells it."""

    content: bytes = field(repr=False)
    digest: str
    mtime_ns: int
    size: int
    inode: int


def read_stable(path: Path, wait: Callable[[float], None], whole: Container[str] = ()) -> Stable:
    """The file at `path`, or at the end of a link there, at a moment when it was whole.

    Whole means: nothing about it changed while it was read, and every part of the zip has the
    checksum it says, which a half-written file or a mix of two versions has not. `whole` are digests of
    what was found to be so before. Tried again while that is not so, `wait(seconds)` between the attempts.
    Raises SheetBusy when it kept changing or a program let nobody in; PackageBroken when it stands still
    and is no whole .xlsx, or is no plain file; FileNotFoundError when there was none at any attempt.
    """
    states = set[object]()
    for pause_s in (*PAUSES_S, None):
        trouble: SheetBusy | PackageBroken | FileNotFoundError | None
        try:
            content, found, is_steady = _read(path)
        except FileNotFoundError as error:
            # Some programs delete a file before they rename the new one in.
            state, trouble = None, error
        except PermissionError:
            # Only Windows keeps others out of a file while it is written.
            if sys.platform != "win32":
                raise
            state, trouble = None, SheetBusy(path=path)
        else:
            digest = hashlib.sha256(content).hexdigest()
            state, trouble = _identity(found), None if digest in whole else _not_whole(path, content)
            if is_steady and trouble is None:
                return Stable(content, digest, *state)
            if is_steady and content.startswith(COMPOUND) and trouble is not None:
                raise trouble
            trouble = trouble or SheetBusy(path=path)
        states.add(state)
        if pause_s is not None:
            wait(pause_s)
    if len(states) == 1 and trouble is not None:
        raise trouble
    raise SheetBusy(path=path)


def _read(path: Path) -> tuple[bytes, os.stat_result, bool]:
    """The bytes, what `stat` said of them before, and whether it still says so after."""
    _refuse_odd(path, os.stat(path))
    # Not blocking: a pipe that took the name since then shall not hold us.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        before = os.fstat(file.fileno())
        _refuse_odd(path, before)
        content = file.read(LARGEST_FILE + 1)
    # By the name, which may stand for another file by now: then this one is out of date.
    after = os.stat(path)
    return content, before, _identity(before) == _identity(after)


def _refuse_odd(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise PackageBroken(path=path, reason=Cause("it is no plain file", "它不是普通文件"))
    if found.st_size > LARGEST_FILE:
        raise PackageBroken(
            path=path,
            reason=Cause(
                f"it is larger than {LARGEST_FILE // 2**20} MiB", f"文件超过 {LARGEST_FILE // 2**20} MiB"
            ),
        )


def _identity(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_mtime_ns, found.st_size, found.st_ino


def _not_whole(path: Path, content: bytes) -> PackageBroken | None:
    """What is wrong with the zip; None when its directory opens and every part has its checksum."""
    if content.startswith(COMPOUND):
        return PackageBroken(
            path=path, reason=Cause("it has a password or is an old .xls", "文件已加密，或是旧版 .xls 文件")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                return PackageBroken(
                    path=path,
                    reason=Cause(
                        "it unpacks to far more than a workbook", "解压后远大于一个工作簿应有的大小"
                    ),
                )
            if any(part.compress_type not in PACKED for part in parts):
                return PackageBroken(
                    path=path, reason=Cause("it is packed as no workbook is", "其压缩方式不是工作簿所用的")
                )
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError) as error:
        return PackageBroken(path=path, reason=unzipped(error))
    return (
        None
        if broken is None
        else PackageBroken(path=path, reason=Cause(f"{broken} is damaged", f"其中的 {broken} 已损坏"))
    )
