"""What sheetdesk does, end to end: start reading here.

Each flow reads the desk, takes tables from the store, lets the pure parts work, and carries out what
they decided: in the store in one commit, in a file in one rename.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Problem
from sheetdesk.demo import make_demo
from sheetdesk.desk.desk import Desk, SheetPlace
from sheetdesk.desk.file import json_schema
from sheetdesk.desk.template import parse_desk, read_desk, read_template
from sheetdesk.desk.tree import edit_text
from sheetdesk.errors import FolderTaken, RoleUnknown, SheetHasEdits, SheetLocked
from sheetdesk.intake.base import read_file
from sheetdesk.intake.describe import aside_csv
from sheetdesk.intake.frame import grid_of_frame
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.plan import ImportPlan, plan_import
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.locks import who_has_open
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.store.store import SheetState, Store, Write, open_store
from sheetdesk.table.change import ChangeSet, diff
from sheetdesk.table.problems import find_problems, find_transition_problems
from sheetdesk.table.seed import choices_of, reseed, seed_tables, with_tables
from sheetdesk.table.table import Table, empty_table, table_of
from sheetdesk.table.undo import undo_of
from sheetdesk.whole_file import write_text

__all__ = [
    "Built",
    "Imported",
    "OpenDesk",
    "build",
    "demo",
    "import_tickets",
    "new_desk",
    "open_desk",
    "undo",
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


@dataclass(frozen=True)
class Built:
    """A workbook that was written: where, how many tickets it shows, and what is wrong with them."""

    path: Path
    tickets: int
    problems: tuple[Problem, ...]
    backup: Path | None = None


@dataclass(frozen=True)
class Imported:
    """An import that was carried out or, for a dry run, would be.

    `aside` holds unread rows; `jumps` are status changes that the desk's life cycle does not know,
    taken over all the same: they happened.
    """

    plan: ImportPlan
    run: str
    aside: Path | None = None
    jumps: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Undone:
    """A run taken back: cells and rows changed, and the (row, column) left because they moved."""

    count: int
    moved: tuple[tuple[str, str], ...]


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


def audience(desk: Desk, role: str | None, person: str | None, view: str | None) -> Audience:
    """For whom to draw; nobody named: the people of the main sheet, who have its role.

    A person's copy has the person's role. Raises RoleUnknown.
    """
    if not (role or person or view):
        return Audience(desk.role(desk.sheets[0].role))
    found = desk.role(role) if role else None
    name = None
    if person:
        member = desk.person(person)
        name = member.name
        found = found or desk.role(member.role)
    chosen = None
    if view:
        matching = [v for v in desk.views if view in (v.key, v.title)]
        if not matching:
            raise RoleUnknown(desk.locale.text("words.view"), view, [v.key for v in desk.views])
        chosen = matching[0]
    return Audience(found, name, chosen, is_copy=True)


def build(
    opened: OpenDesk,
    *,
    now: datetime,
    out: Path | None = None,
    role: str | None = None,
    person: str | None = None,
    view: str | None = None,
    sheet: str | None = None,
    force: bool = False,
) -> Built:
    """Write the workbook, or the copy that a role, person or view gets.

    Raises SheetHasEdits when people changed the file after it was last written, unless `force`, which
    keeps the old file beside the new one; SheetLocked when somebody has it open.
    """
    desk = opened.desk
    whom = audience(desk, role, person, view)
    key, path = _place(opened, whom, out)
    if sheet is not None and sheet != desk.sheets[0].key:
        place = _sheet(desk, sheet)
        whom = Audience(desk.role(place.role), is_copy=True)
        path = out or opened.folder / place.address
        key = place.key if out is None else f"{place.key}@{path.resolve()}"
    backup = _make_way(opened, key, path, now, force=force)
    tables = opened.tables()
    problems = find_problems(desk, tables["tickets"], tables["cases"].frame.index)
    version = opened.store.version
    stamp = {
        "form": 1,
        "lineage": opened.store.lineage,
        "version": version,
        "sheet": key,
        "role": whom.role.key if whom.role else "",
        "person": whom.person or "",
        "built": now.astimezone(UTC).isoformat(timespec="seconds"),
        "desk": desk.source,
    }
    plan = draw(desk, tables, now, audience=whom, problems=problems, stamp=stamp)
    path.parent.mkdir(parents=True, exist_ok=True)
    state = SheetState(key, str(path), "", version, str(stamp["role"]), str(stamp["person"]))
    _put(opened.store, plan, path, state)
    shown = plan.tab("tickets").table
    return Built(path, shown.rows if shown else 0, tuple(problems), backup)


def _sheet(desk: Desk, key: str) -> SheetPlace:
    for sheet in desk.sheets:
        if sheet.key == key:
            return sheet
    raise RoleUnknown(desk.locale.text("words.sheet"), key, [sheet.key for sheet in desk.sheets])


def _place(opened: OpenDesk, whom: Audience, out: Path | None) -> tuple[str, Path]:
    """The sheet's key and file."""
    main = opened.main_sheet
    parts = [
        part for part in (whom.role.key if whom.role else "", whom.person or "") if part and whom.is_copy
    ]
    if whom.view is not None:
        parts.append(whom.view.key)
    key = opened.desk.sheets[0].key if not whom.is_copy else "copy:" + ":".join(parts)
    name = "-".join([main.stem, *parts]).replace("/", "_").replace("\\", "_")
    path = out or main.with_name(f"{name}{main.suffix}")
    # The same desk may be built into several files: each is remembered by its place.
    return (key if out is None else f"{key}@{path.resolve()}"), path


def _make_way(opened: OpenDesk, key: str, path: Path, now: datetime, *, force: bool) -> Path | None:
    """Refuse to write over what people did; the kept old file when `force`."""
    who = who_has_open(path)
    if who:
        raise SheetLocked(path=path, who=who)
    if not path.exists():
        return None
    state = opened.store.sheet(key)
    if state is not None and digest(path) in state.digest.split():
        return None
    backup = path.with_name(f"{path.stem}.before-{now:%Y%m%d-%H%M%S}{path.suffix}")
    number = 1
    while backup.exists():
        number += 1
        backup = path.with_name(f"{path.stem}.before-{now:%Y%m%d-%H%M%S}-{number}{path.suffix}")
    if not force:
        raise SheetHasEdits(path=path, backup=backup.name)
    shutil.copy2(path, backup)
    return backup


def _put(store: Store, plan: SheetPlan, path: Path, state: SheetState) -> None:
    """Write the file and remember what was written.

    Until both are done the old file and the new one count as ours: a crash in between must not make
    either look like one that people changed.
    """
    ready = path.with_name(f".{path.name}.new")
    try:
        render(plan, ready)
        made = digest(ready)
        both = f"{digest(path)} {made}" if path.exists() else made
        store.record_sheet(replace(state, digest=both))
        os.replace(ready, path)
    except BaseException:
        ready.unlink(missing_ok=True)
        raise
    store.record_sheet(replace(state, digest=made))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def import_tickets(
    opened: OpenDesk,
    source: Path | pd.DataFrame,
    options: ImportOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    tab: str = "",
    by: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Take tickets over from a file or frame. Rows that cannot be read go into a file beside the desk.

    Raises FileUnreadable, ColumnsUnmatched, StoreMoved.
    """
    store, desk = opened.store, opened.desk
    version = store.version
    tables = opened.tables()
    grid = read_file(source, tab) if isinstance(source, Path) else grid_of_frame(source)
    options = replace(options, people=frozenset(str(name) for name in tables["people"].frame.index))
    plan = plan_import(
        desk,
        tables["tickets"],
        store.origins(),
        store.counters(),
        grid,
        options,
        now,
        known_history=_known_history(opened) if options.history else None,
        progress=progress,
    )
    run = new_run("import", now)
    jumps = tuple(find_transition_problems(desk, plan.changes.cells, None))
    if dry_run:
        return Imported(plan, run, jumps=jumps)
    aside = _write_aside(opened, plan, run)
    writes = [
        Write(tables["choices"], _new_choices(desk, tables["choices"], plan)),
        Write(tables["people"], _new_people(tables["people"], plan)),
        Write(tables["tickets"], plan.changes, plan.entries or None),
    ]
    writes = [write for write in writes if write.changes or write.entries]
    if writes:
        store.commit(
            version, writes, by=by or actor(), why="import", run=run, now=now, counters=plan.counters,
            origins=plan.origins,
        )  # fmt: skip
    return Imported(plan, run, aside, jumps)


def _known_history(opened: OpenDesk) -> dict[str, datetime]:
    """Up to when each ticket's imported history goes. What people changed since does not count."""
    known: dict[str, datetime] = {}
    for entry in opened.store.entries([opened.desk.tickets]):
        if entry.why == "import":
            known[entry.row] = max(known.get(entry.row, entry.seen_to), entry.seen_to)
    return known


def _write_aside(opened: OpenDesk, plan: ImportPlan, run: str) -> Path | None:
    if not plan.aside:
        return None
    path = opened.folder / "aside" / f"{run}.csv"
    path.parent.mkdir(exist_ok=True)
    # With a byte order mark, without which Excel takes UTF-8 for the machine's old code page.
    write_text(path, aside_csv(plan, opened.desk), "utf-8-sig")
    return path


def _new_choices(desk: Desk, choices: Table, plan: ImportPlan) -> ChangeSet:
    """The drop-down values that an import adds, behind those that are there."""
    for key, added in plan.new_choices.items():
        if added:
            desk = desk.with_choices(key, [*desk.column(key).choices, *added])
    whole = diff(choices, choices_of(desk))
    return ChangeSet(added=whole.added)


def _new_people(people: Table, plan: ImportPlan) -> ChangeSet:
    names = [name for name in plan.new_people if name not in people.frame.index]
    if not names:
        return ChangeSet()
    return ChangeSet(added=table_of(people.spec, {"share": [1.0] * len(names)}, names).frame)


def demo(
    folder: Path, *, template: str, locale: str, count: int, seed: int, now: datetime
) -> tuple[Built, Mapping[str, int]]:
    """A desk folder with made-up tickets and its workbook; what was made, by table."""
    path = new_desk(template, folder, locale=locale)
    with open_desk(path, now) as opened:
        made = make_demo(opened.desk, count, seed, now)
        empty = opened.store.table(opened.desk.tickets)
        tickets = table_of(opened.desk.tickets, dict(made.tickets), made.tickets.index)
        opened.store.commit(
            opened.store.version, [Write(empty, diff(empty, tickets))], by="demo", why="import",
            run=new_run("demo", now), now=now, counters=made.counters,
        )  # fmt: skip
        built = build(opened, now=now)
        counts = {key: len(table) for key, table in opened.tables().items()}
    return built, counts


def undo(opened: OpenDesk, run: str, *, now: datetime, dry_run: bool = False) -> Undone:
    """Take a run back by a new change; what has changed since is left alone and named."""
    store = opened.store
    version = store.version
    specs = [opened.desk.table(key) for key in ("tickets", *TABLES)]
    whole = store.entries(specs)
    own = [entry for entry in whole if entry.run == run]
    writes: list[Write] = []
    moved: list[tuple[str, str]] = []
    count = 0
    for spec in specs:
        entries = [entry for entry in own if entry.table == spec.key]
        if not entries:
            continue
        later = [e for e in whole if e.table == spec.key and e.number > entries[0].number and e.run != run]
        table = store.table(spec)
        undoing = undo_of(table, entries, later)
        moved += undoing.moved
        count += undoing.count
        writes.append(Write(table, undoing.changes))
    if count and not dry_run:
        store.commit(version, writes, by=actor(), why="undo", run=new_run("undo", now), now=now)
    return Undone(count, tuple(moved))
