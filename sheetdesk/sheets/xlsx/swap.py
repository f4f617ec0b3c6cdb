"""Two files trade places: in one step where the system can, in two that lose nothing where it cannot.

The one step: Linux `renameat2(RENAME_EXCHANGE)`, macOS `renamex_np(RENAME_SWAP)`, Windows
`ReplaceFileW`. Network and user-space drives mostly refuse it; then what stands in the place is moved
away first, and the new file moved in only if the place is still empty.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from sheetdesk.errors import SheetBusy

__all__ = ["Swap", "move", "swap", "swap_by_moves", "trade"]

Swap = Callable[[Path, Path, Path], bool]
"""`(ready, place, old)`: `ready` stands at `place`, what stood there at `old`; False when nothing did."""

# EPERM is what an old container's filter says to a system call that it does not know.
UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}

AT_FDCWD = -100
# linux/fs.h, and sys/stdio.h of macOS.
LINUX = {"keep": 1, "trade": 2}
MACOS = {"keep": 4, "trade": 2}
# The number of renameat2, for C libraries that have no name for it.
NUMBERS = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "armv7l": 382, "i686": 353, "ppc64le": 357}
# winerror.h: nothing there to be replaced; and the first of two moves was done, the second was not.
NOT_FOUND, HALF_DONE = 2, 1177
ATTEMPTS = 100


def swap(ready: Path, place: Path, old: Path, trading: Callable[[Path, Path], None] | None = None) -> bool:
    """A Swap in one step, or by moves where that is unsupported. `trading` stands in for the system's.

    `old` must be a name that only we use, and free. Raises SheetBusy when somebody saved between two
    moves, and OSError; then every file still stands under one of the three names.
    """
    if sys.platform == "win32" and trading is None:
        return _replace(ready, place, old)
    for _ in range(ATTEMPTS):
        try:
            (trading or trade)(ready, place)
        except FileNotFoundError:
            if _move_in(ready, place):
                return False
            # Somebody saved just now: there is something to trade with after all.
            continue
        except OSError as error:
            if error.errno not in UNSUPPORTED:
                raise
            return swap_by_moves(ready, place, old)
        os.rename(ready, old)
        return True
    raise SheetBusy(path=place)


def swap_by_moves(ready: Path, place: Path, old: Path, between: Callable[[], None] = lambda: None) -> bool:
    """A Swap in two moves; the place is empty in between, when `between` is called.

    A save that lands there in that time stays, and SheetBusy is raised. When the second move fails
    otherwise, the first is taken back.
    """
    try:
        # No link and unlink here, as `move` may do: a save between the two would be what is unlinked.
        os.rename(place, old)
        is_displaced = True
    except FileNotFoundError:
        is_displaced = False
    try:
        between()
        is_in_place = _move_in(ready, place)
    except BaseException:
        if is_displaced:
            _move_in(old, place)
        raise
    if not is_in_place:
        raise SheetBusy(path=place)
    return is_displaced


def _move_in(ready: Path, place: Path) -> bool:
    try:
        move(ready, place)
    except FileExistsError:
        return False
    return True


def trade(one: Path, other: Path) -> None:
    """Exchange two names in one step. Raises OSError; its errno is UNSUPPORTED where that cannot be."""
    _rename("trade", one, other)


def move(source: Path, target: Path) -> None:
    """Rename a file of ours, never over another. Raises FileExistsError, FileNotFoundError, OSError.

    Where the drive has neither such a rename nor hard links, it is looked first and renamed then; a
    save by somebody else that falls between these two calls would be lost.
    """
    if sys.platform == "win32":
        os.rename(source, target)
        return
    try:
        _rename("keep", source, target)
        return
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(target)) from error
        os.rename(source, target)
    else:
        os.unlink(source)


def _rename(kind: str, source: Path, target: Path) -> None:
    """The system's rename with a flag. Raises OSError as the system tells it."""
    names = os.fsencode(source), os.fsencode(target)
    library = ctypes.CDLL(None, use_errno=True)
    failed: int
    if sys.platform == "darwin":
        failed = library.renamex_np(*names, ctypes.c_uint(MACOS[kind]))
    elif sys.platform == "linux":
        call = [AT_FDCWD, names[0], AT_FDCWD, names[1], ctypes.c_uint(LINUX[kind])]
        number = NUMBERS.get(platform.machine())
        if hasattr(library, "renameat2"):
            failed = library.renameat2(*call)
        elif number is not None:
            failed = library.syscall(ctypes.c_long(number), *call)
        else:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), os.fspath(source), None, os.fspath(target))


def _replace(ready: Path, place: Path, old: Path) -> bool:
    """The Swap of Windows. A file that a program holds open cannot be replaced: SheetBusy."""
    if sys.platform != "win32":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    try:
        if kernel.ReplaceFileW(str(place), str(ready), str(old), 0, None, None):
            return True
        number = ctypes.get_last_error()
        if number not in (NOT_FOUND, HALF_DONE):
            raise ctypes.WinError(number)
        if not _move_in(ready, place):
            raise SheetBusy(path=place)
    except PermissionError as error:
        raise SheetBusy(path=place) from error
    return number == HALF_DONE
