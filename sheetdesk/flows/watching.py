"""Whether anything that a sync depends on has changed since the last look."""

from __future__ import annotations

from pathlib import Path

from sheetdesk.errors import SheetError
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import file_of, sheet_at, spreadsheet_id
from sheetdesk.store.sheets import SheetState

__all__ = ["look"]


def look(opened: OpenDesk) -> tuple[object, ...]:
    """What tells one state of the desk from another: its version, and each file's place, size and time.

    Files beside a sheet count too: a lock that goes, a copy that a cloud folder makes.
    """
    seen: list[object] = [opened.store.version, opened.desk.source]
    for state in opened.store.sheets():
        if spreadsheet_id(state.address) is not None:
            seen.append((state.key, _version(opened, state)))
            continue
        path = file_of(opened, state)
        seen.append((state.key, _identity(path), _beside(path)))
    return tuple(seen)


def _version(opened: OpenDesk, state: SheetState) -> str:
    """What stands online; what is wrong with it is for the sync to tell and to remember."""
    try:
        return sheet_at(opened, state, ()).glance()
    except SheetError as error:
        return type(error).__name__


def _identity(path: Path) -> tuple[int, int, int] | None:
    """None where it is not there, or its disk is away: that is for the sync to tell, too."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _beside(path: Path) -> list[str] | None:
    try:
        return sorted(name.name for name in path.parent.iterdir() if path.stem in name.name)
    except OSError:
        return None
