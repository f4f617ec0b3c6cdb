"""What a file to import is once read, and the contract that every kind of file keeps.

A kind of file is a module in this folder that defines `KIND: FileKind`; its name is the kind. `read`
only fetches cells: which row is the header, what a column means and what a cell says is found out
afterwards, alike for every kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sheetdesk.columns.base import Cell
from sheetdesk.errors import FileEmpty, FileKindUnknown, FileMissing
from sheetdesk.families import member, members

__all__ = ["BrokenRow", "FileKind", "RawGrid", "file_kinds", "read_file"]


@dataclass(frozen=True)
class BrokenRow:
    """A row that is no row, such as a line that is not JSON: its number, its text, the reason."""

    number: int
    raw: str
    reason: str


@dataclass(frozen=True)
class RawGrid:
    """A file's cells as found: rows of any length, header and noise included.

    `name` is what people call it. Row `i` is number `first + i` to whoever opens the file. `header`
    is the position of the header row where the kind of file knows it, None where it must be found.
    `how` says how the file was understood (`gb18030, “;”`).
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    first: int = 1
    header: int | None = None
    how: str = ""
    broken: tuple[BrokenRow, ...] = ()


class FileKind(Protocol):
    """The contract of a kind of file."""

    endings: tuple[str, ...]

    def read(self, path: Path, tab: str = "") -> RawGrid:
        """The cells of the file; of the tab with this name where a file has tabs.

        Raises FileUnreadable and its kin.
        """
        ...


def file_kinds() -> dict[str, FileKind]:
    """Every kind of file, by name."""
    modules = {name: member("intake", name) for name in members("intake")}
    return {name: module.KIND for name, module in modules.items() if hasattr(module, "KIND")}


def read_file(path: Path, tab: str = "") -> RawGrid:
    """The cells of a file of any kind, which its ending tells. Raises FileUnreadable and its kin."""
    if not path.is_file():
        raise FileMissing(path=path)
    name = path.name.lower()
    endings: list[str] = []
    for kind in file_kinds().values():
        if name.endswith(kind.endings):
            grid = kind.read(path, tab)
            if not any(cell not in (None, "") for row in grid.rows for cell in row) and not grid.broken:
                raise FileEmpty(path=path)
            return grid
        endings += kind.endings
    raise FileKindUnknown(path=path, known=", ".join(endings))
