"""A team: a desk in a folder, its workbook and copies, a clock the test moves, and what is journalled."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sheetdesk.cli import words
from sheetdesk.cli.sync import tell
from sheetdesk.flows import OpenDesk, build
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.store.audit import Audit
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet, Entry
from sheetdesk.table.plain import decoded_one
from tests.flows.book import Book, Tab
from tests.flows.folder import COLUMNS, LIFE, START, DeskFolder, xlsx_at_once

__all__ = ["DESK", "START", "Team"]

DESK = f"""{COLUMNS}\
  - {{key: days, title: Days, type: number, formula: "age_days(created)"}}
{LIFE}\
  own: {{title: Own tickets, hides: [notes], edits: [title, status], tickets: owner = me}}
people:
  - {{name: Ann Example, role: boss}}
  - {{name: Ben Example, role: own}}
sheets:
  - {{key: main, file: tickets.xlsx, role: boss}}
"""


class Team(DeskFolder):
    """A desk at `folder`, where a desk file and a store may already be."""

    def __init__(self, folder: Path, desk: str = DESK) -> None:
        self.folder = folder
        self.now = START
        self.file = folder / "tickets.xlsx"
        self.open_sheet = xlsx_at_once
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "desk.yaml").exists():
            (folder / "desk.yaml").write_text(desk, "utf-8")

    def twin(self, folder: Path) -> Team:
        """The same team in another folder, with all that stands in this one."""
        shutil.copytree(self.folder, folder)
        other = Team(folder)
        other.now = self.now
        return other

    def given(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Tickets, by title of column, in the store and in a workbook."""
        with self.desk() as opened:
            keys = {column.title: column.key for column in opened.desk.tickets.columns}
            cells = [{"created": "2026-11-01 08:00", "status": "new"} | _given(keys, row) for row in rows]
            typed = [{key: _typed(opened, key, text) for key, text in row.items()} for row in cells]
            self.put_in(opened, [row["ID"] for row in rows], typed)
            build(opened, now=self.now)

    def copy(self, role: str = "", person: str = "") -> Path:
        """Build the copy of a role or a person."""
        with self.desk() as opened:
            return build(opened, now=self.now, role=role or None, person=person or None).path

    def change(self, row: str, column: str, value: str, *, by: str, why: Literal["rule", "edit"]) -> None:
        """Something else than a sheet changes a cell in the store."""
        self.now += timedelta(minutes=1)
        with self.desk() as opened:
            table = opened.store.table(opened.desk.tickets)
            before = table.frame.at[row, column]
            after = _typed(opened, column, value)
            opened.store.commit(
                opened.store.version,
                [Write(table, ChangeSet((CellChange(row, column, before, after),)))],
                by=by, why=why, run=f"{why}-{self.now:%H%M}", now=self.now,
            )  # fmt: skip

    def told(self, **options: Any) -> list[str]:
        """The same, as the command line tells it."""
        synced = self.sync(**options)
        said = io.StringIO()
        with self.desk() as opened, redirect_stdout(said):
            words.speak(opened.desk.locale)
            tell(opened.desk, synced)
        return said.getvalue().splitlines()

    @contextmanager
    def people(self, path: Path | None = None, *, by_rename: bool = True) -> Iterator[Book]:
        """A person opens a file, changes it and saves."""
        book = Book(path or self.file)
        yield book
        book.save(by_rename=by_rename)

    def tab(self, title: str = "Tickets", path: Path | None = None) -> Tab:
        return Book(path or self.file).tab(title)

    def ids(self) -> list[str]:
        with self.desk() as opened:
            return [str(name) for name in opened.store.table(opened.desk.tickets).frame.index]

    def entries(self, after: int = 0) -> list[Entry]:
        with self.desk() as opened:
            tables = [opened.desk.table(key) for key in ("tickets", "people", "choices")]
            return [entry for entry in opened.store.entries(tables) if entry.number > after]

    def audit(self) -> Audit:
        with self.desk() as opened, opened.store.snapshot() as at:
            return at.audit([opened.desk.table(key) for key in ("tickets", "people", "choices")])

    def state(self) -> tuple[object, ...]:
        """All that a sync may change: every file's bytes but the database's, and the store's contents."""
        with self.desk() as opened, opened.store.snapshot() as at:
            kept = (at.version, *(at.agreement(sheet.key) for sheet in at.sheets()))
        return (self.files(), kept)

    def files(self) -> dict[str, str]:
        """The digest of every file in the folder, those of the database left out."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.startswith("desk.db")
        }

    def assert_at_rest(self) -> None:
        """The next sync is quiet, the journal whole, each id once, and the file in order."""
        before, version = self.file.read_bytes(), self._version()
        synced = self.sync()
        assert [sheet.written for sheet in synced.sheets] == [0] * len(synced.sheets), synced
        assert [sheet.entries for sheet in synced.sheets] == [[]] * len(synced.sheets), synced
        assert self.file.read_bytes() == before, "written again"
        assert self._version() == version
        assert self.audit().is_whole
        has_table = self.tab(next(iter(Book(self.file).titles()))).table is not None
        findings = [
            str(finding)
            for finding in check_package(Package.read(self.file))
            # What people type outside the known range is odd, and theirs; so is a pivot without its table.
            if finding.rule not in (("dimension",) if has_table else ("dimension", "cache-source"))
        ]
        assert not findings, findings

    def _version(self) -> int:
        with self.desk() as opened:
            return opened.store.version


def _given(keys: Mapping[str, str], row: Mapping[str, str]) -> dict[str, str]:
    """What a story says of a ticket, by key of column; a status that is not said is the first one."""
    return {
        keys[title]: text
        for title, text in row.items()
        if title != "ID" and (text or keys[title] != "status")
    }


def _typed(opened: OpenDesk, key: str, text: str) -> Any:
    """A value of the store, of what a story says: choices by title, times in the desk's zone."""
    column = opened.desk.column(key)
    if not text:
        return None
    if column.choices:
        return next(choice.key for choice in column.choices if text in (choice.key, choice.title))
    if column.type == "moment":
        local = datetime.fromisoformat(text).replace(tzinfo=opened.desk.zone)
        return decoded_one(int(local.timestamp()) * 1_000_000, "moment")
    return text
