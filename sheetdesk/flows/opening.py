"""A desk and its store: made from a template, opened, brought up to a changed desk file."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.file import json_schema
from sheetdesk.desk.template import parse_desk, read_desk, read_template
from sheetdesk.desk.tree import edit_text
from sheetdesk.errors import FolderTaken
from sheetdesk.store.store import Store, Write, open_store
from sheetdesk.table.seed import reseed, seed_tables, with_tables
from sheetdesk.table.table import Table, empty_table, table_of
from sheetdesk.whole_file import write_text

__all__ = [
    "DESK_FILE",
    "TABLES",
    "OpenDesk",
    "actor",
    "desk_path",
    "new_desk",
    "new_run",
    "open_desk",
]

DESK_FILE = "desk.yaml"
STORE_FILE = "desk.db"
SCHEMA_FILE = "desk.schema.json"
TABLES = ("people", "choices", "rules", "cases")


@dataclass(frozen=True)
class OpenDesk:
    """A desk with its store. `desk` has the drop-down values that its Lists hold."""

    desk: Desk
    store: Store
    folder: Path

    def tables(self) -> dict[str, Table]:
        """All tables of the desk, by key."""
        return {key: self.store.table(self.desk.table(key)) for key in ("tickets", *TABLES)}

    @property
    def main_sheet(self) -> Path:
        return self.folder / self.desk.sheets[0].address


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
def open_desk(place: Path, now: datetime | None = None) -> Iterator[OpenDesk]:
    """The desk at `place`, its store brought up to a desk file that was changed.

    Raises DeskNotFound, DeskInvalid, StoreUnreadable.
    """
    path = desk_path(place)
    desk = read_desk(path)
    with open_store(path.parent / STORE_FILE) as store:
        _take_over(desk, store, path.read_text("utf-8-sig"), now or datetime.now(UTC))
        choices = store.table(desk.table("choices"))
        yield OpenDesk(with_tables(desk, choices), store, path.parent)


def _take_over(desk: Desk, store: Store, text: str, now: datetime) -> None:
    """Bring people, choices, rules and cases up to the desk file, where it changed."""
    known = store.desk_text
    if known == text:
        return
    version = store.version
    new = seed_tables(desk)
    old = seed_tables(parse_desk(known)) if known else {}
    writes = []
    for key in TABLES:
        spec = desk.table(key)
        table = store.table(spec)
        before = (
            table_of(spec, dict(old[key].frame), old[key].frame.index) if key in old else empty_table(spec)
        )
        writes.append(Write(table, reseed(before, new[key], table)))
    run = new_run("desk", now)
    store.commit(version, writes, by="desk file", why="seed", run=run, now=now, desk_text=text)


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
) -> Path:
    """A desk folder from a template; the desk file's path. Raises TemplateUnknown, FolderTaken."""
    text = read_template(template, locale)
    changes: list[tuple[tuple[str | int, ...], Any]] = []
    if name:
        changes.append((("name",), name))
    if zone:
        changes.append((("zone",), zone))
    if changes:
        text = edit_text(text, changes)
    path = folder / DESK_FILE
    parse_desk(text, path)
    if path.exists():
        raise FolderTaken(path=folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    # The template's first line points editors here.
    schema = json.dumps(json_schema(), ensure_ascii=False, indent=2)
    write_text(folder / SCHEMA_FILE, schema + "\n")
    return path
