"""A workbook on a disk that people share: read whole, patched in place, exchanged."""

from __future__ import annotations

import glob
import hashlib
import io
import os
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sheetdesk.errors import PackageBroken
from sheetdesk.plan.machinery import KEY
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Drawn, Fetched
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.copies import conflicted_copies
from sheetdesk.sheets.xlsx.drawn import keep_drawn, redrawn
from sheetdesk.sheets.xlsx.locks import find_locks, is_stale
from sheetdesk.sheets.xlsx.patch.whole import patch
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.sheets.xlsx.replace import archive as move_aside
from sheetdesk.sheets.xlsx.replace import displacer, exchange, prepare, recover
from sheetdesk.sheets.xlsx.stable import Stable, read_stable
from sheetdesk.sheets.xlsx.swap import Swap, swap
from sheetdesk.sheets.xlsx.workbook import TabParts, WorkbookReader
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.grid import Grid

__all__ = ["XlsxSheet", "fetched_of"]

KEPT = 5
"""Versions that sheetdesk itself displaced and had read before: so many are kept, for a while."""


@dataclass(frozen=True)
class _Version:
    """A version of the file; `path` is where it stands, None while it is in memory only."""

    archive: Archive
    data: bytes
    path: Path | None = None


def fetched_of(data: bytes, path: Path | None = None, *, is_sure: bool = True) -> Fetched:
    """A workbook's bytes as read. Tabs without a native table are read when they are asked for, once."""
    archive = Archive.read(data)
    reader = WorkbookReader(archive)
    ours: list[TabParts] = []
    others: list[TabParts] = []
    for tab in reader.tabs():
        (ours if tab.tables or tab.title == KEY else others).append(tab)
    grids = tuple(reader.grid(tab) for tab in ours)

    @cache
    def rest() -> tuple[Grid, ...]:
        return tuple(reader.grid(tab) for tab in others)

    revision = hashlib.sha256(data).hexdigest()
    return Fetched(revision, grids, _Version(archive, data, path), rest, is_sure)


def _as_read(found: Fetched, edits: TabEdits) -> TabEdits:
    """The edits, those marked that go where another text was read."""
    grid = found.grid(edits.tab)
    if grid is None:
        return edits
    stands = ((cell, grid.cell(cell.row, cell.column)) for cell in edits.cells)
    cells = tuple(
        replace(cell, differs=True) if isinstance(text, str) and text not in ("", cell.value) else cell
        for cell, text in stands
    )
    return replace(edits, cells=cells)


def _at_once(seconds: float) -> None:
    """No waiting."""


class XlsxSheet:
    """The workbook at `path`. Displaced versions are kept in the folder `aside`; `known` are the files of
    the desk's other sheets, which are no conflicted copies of this one.
    """

    is_live = False

    def __init__(
        self,
        path: Path,
        aside: Path,
        known: Collection[Path] = (),
        *,
        wait: Callable[[float], None] = time.sleep,
        swapping: Swap = swap,
    ) -> None:
        self._path = path
        self._aside = aside
        self._known = known
        self._wait = wait
        self._swapping = swapping
        self._seen: Fetched | None = None
        self._whole: set[str] = set()
        self._gone: set[Path] = set()

    def glance(self) -> str:
        """The digest of the file as it stands. Raises SheetBusy, PackageBroken, OSError."""
        try:
            return self._read(self._path).digest
        except FileNotFoundError:
            return ""

    def _read(self, path: Path) -> Stable:
        # Of a file that nobody put back in all that time the next look is as good as ten.
        wait = _at_once if path in self._gone else self._wait
        try:
            stable = read_stable(path, wait, self._whole)
        except FileNotFoundError:
            self._gone.add(path)
            raise
        self._gone.discard(path)
        self._whole.add(stable.digest)
        return stable

    def fetch(self) -> Fetched | None:
        """The file as it stands, at a moment when it was whole. Raises SheetBusy, PackageBroken, OSError."""
        try:
            stable = self._read(self._path)
        except FileNotFoundError:
            return None
        self._seen = fetched_of(stable.content, self._path)
        return self._seen

    def waiting(self) -> Sequence[Fetched]:
        """What a run that died displaced, and copies that a cloud folder made."""
        if not self._path.parent.is_dir():
            return ()
        found = []
        left = recover(self._path).displaced
        for path in left:
            found.append(self._displaced(path))
        for copy in conflicted_copies(self._path, self._known):
            try:
                content = self._read(copy.path).content
                found.append(fetched_of(content, copy.path, is_sure=False))
            except (PackageBroken, FileNotFoundError):
                # Only its name was like ours.
                continue
        return found

    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        """The file's bytes with the edits, in memory. Raises PatchRefused."""
        version: _Version = found.content
        patched = patch(version.archive, [_as_read(found, tab) for tab in edits])
        if drawn is not None:
            fresh = render_package(plan, ())
            folder = self._aside / "drawn"
            was = folder / f"{self._path.stem}.{drawn.was}.xlsx"
            changed = redrawn(patched, plan, fresh, drawn.tabs, was)
            keep_drawn(fresh, folder, self._path.stem, drawn.now)
            patched = patched.with_parts(changed) if changed else patched
        if patched is version.archive:
            return found
        buffer = io.BytesIO()
        patched.write(buffer)
        return fetched_of(buffer.getvalue())

    def replace(self, ready: Fetched) -> Fetched | None:
        """Put the new version in place in one step where the drive can. Raises SheetBusy, OSError."""
        data: bytes = ready.content.data
        beside = prepare(self._path, lambda file: file.write(data), os.urandom(8).hex())
        displaced = exchange(self._path, beside, self._swapping)
        if displaced is None:
            return None
        return self._displaced(displaced)

    def _displaced(self, path: Path) -> Fetched:
        """A version that stood in place. One that nobody can read is kept, and told once."""
        try:
            stable = self._read(path)
            # Mostly it is what was fetched: the same bytes are not read twice.
            if self._seen is not None and self._seen.revision == stable.digest:
                seen = replace(self._seen, content=replace(self._seen.content, path=path))
                return replace(seen, displaced_by=displacer(path))
            return replace(fetched_of(stable.content, path), displaced_by=displacer(path))
        except PackageBroken as error:
            kept = move_aside(self._path, path, datetime.now(UTC), self._aside)
            raise PackageBroken(path=kept, reason=error.facts["reason"]) from error

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        """Move a version into the folder of kept ones. Raises OSError."""
        path: Path | None = seen.content.path
        if path is None or path == self._path:
            return
        folder = self._aside / "replaced" if is_known else self._aside
        move_aside(self._path, path, now, folder)
        if is_known:
            own = sorted(folder.glob(f"{glob.escape(self._path.stem)}.*{self._path.suffix}"))
            for old in own[:-KEPT]:
                old.unlink(missing_ok=True)

    def busy(self, now: datetime) -> str:
        """Who has the file open, by the lock files of office programs. Raises OSError."""
        locks = [lock for lock in find_locks(self._path) if not is_stale(lock, now)]
        return next((lock.who or lock.program for lock in locks), "")
