"""Workbooks: the main one, the copies for roles, persons and views, and the demo's."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sheetdesk.columns.base import Problem
from sheetdesk.demo import make_demo
from sheetdesk.desk.desk import Desk, SheetPlace
from sheetdesk.errors import RoleUnknown, SheetHasEdits, SheetLocked, SheetOnline
from sheetdesk.flows.agreeing import title_write
from sheetdesk.flows.opening import (
    OpenDesk,
    new_desk,
    new_run,
    open_desk,
)
from sheetdesk.flows.places import audience, google_client, spreadsheet_id, stamp_of
from sheetdesk.flows.running import as_ruled
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.drawn import keep_drawn
from sheetdesk.sheets.xlsx.locks import who_has_open
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.store.bases import Agreement, Base, BaseWrite, next_stamp
from sheetdesk.store.store import SheetState, Store, Write
from sheetdesk.table.change import diff
from sheetdesk.table.plain import plain_rows
from sheetdesk.table.problems import find_problems
from sheetdesk.table.table import Table, stored, table_of
from sheetdesk.table.titles import titles_of
from sheetdesk.whole_file import whole_file

__all__ = ["Built", "FirstVersion", "address_of", "build", "demo", "digest", "first_version"]


@dataclass(frozen=True)
class Built:
    """A sheet that was written: where, how many tickets it shows, and what is wrong with them.

    `path` is a file; of a Google spreadsheet its address, and `link` where people open it.
    """

    path: Path
    tickets: int
    problems: tuple[Problem, ...]
    backup: Path | None = None
    link: str = ""


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
    """Write the workbook, or the copy that a role, person or view gets; a Google sheet is published.

    Raises SheetPublished and GoogleError for that, SheetOnline for a copy of one; SheetHasEdits when people
    changed the file after it was last written, unless `force`, which keeps the old file beside the new one;
    SheetLocked when somebody has it open.
    """
    desk = opened.desk
    asked = _sheet(desk, sheet) if sheet is not None else desk.sheets[0]
    if not (out or role or person or view) and spreadsheet_id(asked.address) is not None:
        from sheetdesk.flows.publishing import publish

        return publish(opened, asked, now=now, google=google_client())
    whom = audience(desk, role, person, view)
    key, path = _place(opened, whom, out)
    if sheet is not None and sheet != desk.sheets[0].key:
        place = _sheet(desk, sheet)
        whom = Audience(desk.role(place.role), is_copy=True)
        if out is None and spreadsheet_id(place.address) is not None:
            raise SheetOnline(sheet=place.key)
        path = out or opened.folder / place.address
        key = place.key if out is None else f"{place.key}@{path.resolve()}"
    backup = _make_way(opened, key, path, now, force=force)
    state = SheetState(
        key, address_of(opened.folder, path), whom.role.key if whom.role else "", whom.person or "",
        whom.view.key if whom.view else "",
    )  # fmt: skip
    first = first_version(opened, state, whom, now)
    path.parent.mkdir(parents=True, exist_ok=True)
    opened.store.record_sheet(state)
    _put(opened.store, opened.folder, first.plan, path, first.agreement, first.bases)
    return Built(path, first.tickets, first.problems, backup)


@dataclass(frozen=True)
class FirstVersion:
    """A sheet as it is drawn from nothing, and what the store is to agree on with it."""

    plan: SheetPlan
    agreement: Agreement
    bases: tuple[BaseWrite, ...]
    problems: tuple[Problem, ...]

    @property
    def tickets(self) -> int:
        """How many tickets it shows."""
        shown = self.plan.tab("tickets").table
        return shown.rows if shown else 0


def first_version(opened: OpenDesk, state: SheetState, whom: Audience, now: datetime) -> FirstVersion:
    """The sheet of this registration, drawn anew."""
    desk = opened.desk
    with opened.snapshot() as reading:
        tables, version, lineage = reading.tables(), reading.store.version, reading.store.lineage
        agreement = reading.store.agreement(state.key)
        newest = {name: reading.store.base(state.key, desk.table(name), agreement.stamp) for name in tables}
    problems = find_problems(desk, tables["tickets"], tables["cases"].frame.index)
    number = next_stamp(agreement.stamp)
    stamp = stamp_of(desk, lineage, state, whom, base=number, version=version, now=now)
    plan = draw(desk, tables, now, audience=whom, problems=problems, stamp=stamp)
    bases = [
        BaseWrite(desk.table(name), number, newest[name], _base(plan, desk, tables[name]))
        for name in (("tickets",) if whom.is_copy else tables)
    ]
    bases.append(title_write(opened.store, state.key, agreement.stamp, number, titles_of(desk)))
    numbers = {
        tab.table.name: {column.key: place for place, column in enumerate(tab.table.columns, 1)}
        for tab in plan.tabs
        if tab.table is not None
    }
    made = replace(
        agreement, stamp=number, seen="", learned={}, numbers=numbers, drawn=version, held="",
        columns={name: list(columns) for name, columns in numbers.items()},
        tabs={tab.table.name: tab.title for tab in plan.tabs if tab.table is not None},
        seen_at=now.astimezone(UTC),
    )  # fmt: skip
    return FirstVersion(plan, made, tuple(bases), tuple(problems))


def address_of(folder: Path, path: Path) -> str:
    """Where the sheet is, from the desk's folder where it lies below it."""
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())


def _base(plan: SheetPlan, desk: Desk, table: Table) -> Base:
    """What a new sheet shows of a table."""
    planned = plan.tab(table.spec.key).table
    if planned is None:
        return Base()
    present = {column.key for column in planned.columns}
    keys = stored(table.spec)
    ids = [str(name) for name in planned.columns[planned.index("id")].cells]
    rows = plain_rows(Table(table.spec, table.frame.loc[ids]))
    if not present.issuperset(keys):
        rows = {
            name: tuple(c if key in present else None for key, c in zip(keys, cells, strict=True))
            for name, cells in rows.items()
        }
    return Base(rows)


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
    agreement = opened.store.agreement(key)
    if digest(path) in (agreement.seen, *agreement.made):
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


def _put(
    store: Store,
    folder: Path,
    plan: SheetPlan,
    path: Path,
    agreement: Agreement,
    bases: Sequence[BaseWrite],
) -> None:
    """Write the file and keep what it shows, as the base that it carries.

    That is kept first: a crash in between leaves the old file, which has its own base.
    """
    ready = path.with_name(f".{path.name}.new")
    package = render_package(plan)
    keep_drawn(package, folder / "kept" / "drawn", path.stem, agreement.drawn)
    try:
        with whole_file(ready) as file:
            package.write(file)
        made = (*agreement.made[-1:], digest(ready))
        store.agree(replace(agreement, made=made), bases)
        os.replace(ready, path)
    except BaseException:
        ready.unlink(missing_ok=True)
        raise


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def demo(
    folder: Path, *, template: str, locale: str, count: int, seed: int, now: datetime, address: str = ""
) -> tuple[Built, Mapping[str, int]]:
    """A desk folder with made-up tickets and its main sheet, at `address` where one is given; what was
    made, by table.
    """
    path = new_desk(template, folder, locale=locale, address=address)
    with open_desk(path, now) as opened:
        made = make_demo(opened.desk, count, seed, now)
        empty = opened.store.table(opened.desk.tickets)
        tickets, states = as_ruled(
            opened, table_of(opened.desk.tickets, dict(made.tickets), made.tickets.index), now
        )
        opened.store.commit(
            opened.store.version, [Write(empty, diff(empty, tickets))], by="demo", why="import",
            run=new_run("demo", now), now=now, counters=made.counters, states=states,
        )  # fmt: skip
        built = build(opened, now=now)
        counts = {key: len(table) for key, table in opened.tables().items()}
    return built, counts
