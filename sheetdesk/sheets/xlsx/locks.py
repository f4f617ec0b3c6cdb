"""Who has a workbook open, by the lock files that office programs leave beside it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["who_has_open"]


def who_has_open(path: Path) -> str:
    """The name in a lock file of Excel, WPS or LibreOffice beside `path`; "" when there is none.

    Excel and WPS write `~$NAME` (a length byte, then the user's name in the old code page),
    LibreOffice `.~lock.NAME#` (comma-separated, the name first).
    """
    theirs = path.with_name(f"~${path.name}")
    if theirs.is_file():
        data = theirs.read_bytes()
        length = data[0] if data else 0
        name = data[1 : 1 + length].decode("utf-8", "replace").strip(" \x00")
        return name or "Excel"
    office = path.with_name(f".~lock.{path.name}#")
    if office.is_file():
        name = office.read_text("utf-8", "replace").split(",")[0].strip()
        return name or "LibreOffice"
    return ""
