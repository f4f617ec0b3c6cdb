"""Disks as tests have them: nothing waits for them, and they may be full, away or not be written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetdesk.store import engine

if TYPE_CHECKING:
    import pytest

__all__ = ["no_waiting_for_disks", "refuse"]


def no_waiting_for_disks() -> None:
    """Nothing that tests write has to outlive a power failure; a twentieth of their time went into that.

    From here on, in this process; what one has written when it is killed stays written all the same.
    """
    engine.SYNCHRONOUS = "OFF"
    vars(os)["fsync"] = lambda _: None


def refuse(patch: pytest.MonkeyPatch, call: str, where: str, code: int) -> None:
    """Let the system refuse to `make`, `fill` or `read` files whose path ends so or has such a folder."""
    opening, syncing = os.open, os.fsync
    made: set[int] = set()

    def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
        is_there = os.fspath(path).endswith(where) or where in Path(path).parts
        is_made = bool(flags & os.O_CREAT)
        if is_there and call == ("make" if is_made else "read"):
            raise OSError(code, os.strerror(code), os.fspath(path))
        handle = opening(path, flags, *more, **named)
        if is_there and is_made:
            made.add(handle)
        return handle

    def synced(handle: int) -> None:
        if call == "fill" and handle in made:
            raise OSError(code, os.strerror(code))
        syncing(handle)

    patch.setattr(os, "open", opened)
    patch.setattr(os, "fsync", synced)
