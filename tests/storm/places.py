"""Where a sheet of the storm stands: what people open there, and how their programs save."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from sheetdesk.sheets.base import Fetched, Sheet
from sheetdesk.sheets.memory import MemoryBook, MemorySheet, tab_of
from sheetdesk.sheets.xlsx.sheet import XlsxSheet, fetched_of
from sheetdesk.table.grid import Grid
from tests.storm.page import Page, tab_of_page, tickets_grid
from tests.storm.programs import written

__all__ = ["FilePlace", "MemoryPlace", "StormPlace", "grids_of"]

TIMES = ("created", "due", "updated")


def grids_of(fetched: Fetched) -> tuple[Grid, ...]:
    """The tabs among which the tickets are."""
    if any(table.name == "tickets" for grid in fetched.grids for table in grid.tables):
        return fetched.grids
    return (*fetched.grids, *fetched.rest())


class StormPlace(Protocol):
    """One sheet as people's programs deal with it."""

    def sheet(self) -> Sheet:
        """The same as sync deals with it."""
        ...

    def look(self) -> Fetched | None:
        """What somebody opens now; None while nothing stands there."""
        ...

    def saved(self, opened: Fetched, page: Page) -> Fetched:
        """What a program makes of what was opened, with the page as it is now."""
        ...

    def put(self, version: Fetched) -> None:
        """Save a version, over whatever stands there."""
        ...

    def put_beside(self, version: Fetched) -> None:
        """A cloud folder keeps the version as a conflicted copy."""
        ...

    def lock(self, person: str, now: datetime) -> None:
        """Somebody has it open, "" nobody."""
        ...


@cache
def _book(data: bytes) -> MemoryBook:
    """A file as it is read; the schedules of a process begin with few."""
    found = fetched_of(data)
    grids = {grid.title: grid for grid in (*found.grids, *found.rest())}
    return MemoryBook(tuple(tab_of(grid) for grid in grids.values()))


@lru_cache(maxsize=64)
def _read(data: bytes) -> Fetched:
    """A file as people see it; they look at each many times."""
    return fetched_of(data)


class MemoryPlace:
    """A sheet in memory; it starts as a file was read."""

    def __init__(self, data: bytes) -> None:
        self._sheet = MemorySheet(_book(data))

    def sheet(self) -> MemorySheet:
        return self._sheet

    def look(self) -> Fetched | None:
        return self._sheet.fetch()

    def saved(self, opened: Fetched, page: Page) -> Fetched:
        book: MemoryBook = opened.content.book
        tab = tab_of_page(page)
        old = book.tab(tickets_grid(grids_of(opened)).title)
        made = MemorySheet(book if tab.digest == old.digest else book.with_tab(tab)).fetch()
        assert made is not None
        return made

    def put(self, version: Fetched) -> None:
        self._sheet.save(version.content.book)

    def put_beside(self, version: Fetched) -> None:
        self._sheet.save_beside(version.content.book)

    def lock(self, person: str, now: datetime) -> None:
        self._sheet.open_by = person


class FilePlace:
    """A workbook on a disk. Programs save it by renaming a new file over it, or by writing into it."""

    def __init__(self, path: Path, data: bytes, known: Sequence[Path], chance: random.Random) -> None:
        self._path = path
        self._known = known
        self._chance = chance
        self._copies = 0
        path.write_bytes(data)

    def sheet(self) -> XlsxSheet:
        return XlsxSheet(self._path, self._path.parent / "kept", self._known, wait=lambda _: None)

    def look(self) -> Fetched | None:
        try:
            return _read(self._path.read_bytes())
        except FileNotFoundError:
            return None

    def saved(self, opened: Fetched, page: Page) -> Fetched:
        grid = tickets_grid(grids_of(opened))
        tab = tab_of_page(page)
        if tab.digest == tab_of(grid).digest:
            return opened
        times = [page.columns.index(name) for name in TIMES if name in page.columns]
        buffer = io.BytesIO()
        written(opened.content.archive, grid, tab, times).write(buffer)
        return _read(buffer.getvalue())

    def put(self, version: Fetched) -> None:
        data: bytes = version.content.data
        if self._chance.random() < 0.5 and self._path.exists():
            self._path.write_bytes(data)
            return
        beside = self._path.with_name(f"~{self._path.stem}.tmp")
        beside.write_bytes(data)
        os.replace(beside, self._path)

    def put_beside(self, version: Fetched) -> None:
        self._copies += 1
        name = f"{self._path.stem} ({self._copies}){self._path.suffix}"
        self._path.with_name(name).write_bytes(version.content.data)

    def lock(self, person: str, now: datetime) -> None:
        lock = self._path.with_name(f"~${self._path.name}")
        if not person:
            lock.unlink(missing_ok=True)
            return
        name = person.encode("ascii")
        lock.write_bytes((bytes([len(name)]) + name).ljust(55))
        os.utime(lock, (now.timestamp(), now.timestamp()))
