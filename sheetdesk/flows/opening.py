"""A desk and its store: made from a template, opened, brought up to a changed desk file."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.desk.file import json_schema
from sheetdesk.desk.template import parse_desk, read_desk, read_template
from sheetdesk.desk.tree import edit_text
from sheetdesk.desk.upgrade import Step, describe, steps
from sheetdesk.errors import DeskInvalid, FolderTaken, UpgradeNeeded
from sheetdesk.flows.seeding import seeds
from sheetdesk.store.place import find_store
from sheetdesk.store.store import Store, Write, open_store
from sheetdesk.table.seed import reseed, with_tables
from sheetdesk.table.table import Table, empty_table, table_of
from sheetdesk.whole_file import write_text

__all__ = [
    "DESK_FILE",
    "TABLES",
    "OpenDesk",
    "actor",
    "desk_before",
    "desk_path",
    "new_desk",
    "new_run",
    "open_desk",
    "steps_between",
    "write_desk",
]

DESK_FILE = "desk.yaml"
SCHEMA_FILE = "desk.schema.json"
TABLES = ("people", "choices", "rules", "cases")


@dataclass(frozen=True)
class OpenDesk:
    """A desk with its store. `desk` has the drop-down values that its Lists hold."""

    desk: Desk
    store: Store
    folder: Path

    def tables(self) -> dict[str, Table]:
        """All tables of the desk, by key, as of one moment."""
        with self.store.snapshot() as at:
            return {key: at.table(self.desk.table(key)) for key in ("tickets", *TABLES)}

    @contextmanager
    def snapshot(self) -> Iterator[OpenDesk]:
        """The desk as it stands at one moment: all tables and the version belong together."""
        with self.store.snapshot() as store:
            yield replace(self, store=store)

    @property
    def main_sheet(self) -> Path:
        """The main sheet's file; of one at Google, the file that copies are named after."""
        address = self.desk.sheets[0].address
        return self.folder / ("tickets.xlsx" if address.startswith("google:") else address)


def actor() -> str:
    """Who runs this, as far as the machine can tell."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def desk_path(place: Path) -> Path:
    """The desk file for a folder or a desk file."""
    return place / DESK_FILE if place.is_dir() or place.suffix.lower() not in (".yaml", ".yml") else place


@contextmanager
def open_desk(place: Path, now: datetime | None = None, *, upgrading: bool = False) -> Iterator[OpenDesk]:
    """The desk at `place`; people, cases and rules that a changed desk file starts with are taken over.

    `upgrading`: nothing is taken over, whatever changed. Raises DeskNotFound, DeskInvalid, StoreError;
    UpgradeNeeded where tickets or sheets have to follow what changed.
    """
    path = desk_path(place)
    desk = read_desk(path)
    with open_store(find_store(desk.store, path.parent, os.environ)) as store:
        if not upgrading:
            _check_steps(desk, store, path)
            _take_over(desk, store, path.read_text("utf-8-sig"), now or datetime.now(UTC))
        choices = store.table(desk.table("choices"))
        yield OpenDesk(with_tables(desk, choices), store, path.parent)


def desk_before(store: Store) -> Desk | None:
    """The desk that was last taken over; None before the first, and where it cannot be read any more."""
    try:
        return parse_desk(store.desk_text) if store.desk_text else None
    except DeskInvalid:
        # What a version accepted, a later one may not.
        return None


def steps_between(store: Store, desk: Desk) -> tuple[Step, ...]:
    """What the store and its sheets lack of this desk; nothing where none was taken over yet."""
    text = store.desk_text
    if not text:
        return ()
    old = desk_before(store)
    return (Step("unknown", "", ""),) if old is None else steps(old, desk)


def _check_steps(desk: Desk, store: Store, path: Path) -> None:
    """Raises UpgradeNeeded where something is kept or shown that a changed desk file leaves behind."""
    if store.desk_text == path.read_text("utf-8-sig"):
        return
    needed = steps_between(store, desk)
    # By their ids alone: what the columns hold may no longer be what the new desk takes it for.
    ids = TableSpec("tickets", "", ())
    if needed and (store.sheets() or len(store.table(ids)) or len(store.archived(ids))):
        raise UpgradeNeeded(path, [describe(step, desk.locale) for step in needed])


def _take_over(desk: Desk, store: Store, text: str, now: datetime) -> None:
    """Bring people, choices, rules and cases up to the desk file, where it changed."""
    known = store.desk_text
    if known == text:
        return
    version = store.version
    found = seeds(store, desk_before(store), desk)
    old, new = found.old, found.new
    writes = []
    for key in TABLES:
        spec = desk.table(key)
        table = store.table(spec)
        before = (
            table_of(spec, dict(old[key].frame), old[key].frame.index) if key in old else empty_table(spec)
        )
        writes.append(Write(table, reseed(before, new[key], table)))
    run = new_run("desk", now)
    store.commit(
        version, writes, by="desk file", why="seed", run=run, now=now, desk_text=text, origins=found.origins
    )  # fmt: skip


def new_run(kind: str, now: datetime) -> str:
    """A name for a run that sorts by time."""
    return f"{kind}-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{os.urandom(2).hex()}"


def new_desk(
    template: str,
    folder: Path,
    *,
    locale: str | None = None,
    name: str | None = None,
    zone: str | None = None,
    address: str = "",
) -> Path:
    """A desk folder from a template; the desk file's path. `address`: where the main sheet is to stand.

    Raises TemplateUnknown, FolderTaken.
    """
    text = read_template(template, locale)
    changes: list[tuple[tuple[str | int, ...], Any]] = []
    if name:
        changes.append((("name",), name))
    if zone:
        changes.append((("zone",), zone))
    if address:
        changes.append((("sheets", 0, "file"), address))
    if changes:
        text = edit_text(text, changes)
    return write_desk(folder, text)


def write_desk(folder: Path, text: str) -> Path:
    """A desk folder with this desk file, and the schema for editors beside it.

    Raises FolderTaken, DeskInvalid.
    """
    path = folder / DESK_FILE
    parse_desk(text, path)
    if path.exists():
        raise FolderTaken(path=folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    # The desk file's first line points editors here.
    write_text(folder / SCHEMA_FILE, _schema_text())
    return path


@cache
def _schema_text() -> str:
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
