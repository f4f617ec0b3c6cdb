"""Workbooks: the main one, the copies for roles, persons and views, and the demo's."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sheetdesk.columns.base import Problem
from sheetdesk.demo import make_demo
from sheetdesk.desk.desk import Desk, SheetPlace
from sheetdesk.errors import RoleUnknown, SheetHasEdits, SheetLocked
from sheetdesk.flows.opening import (
    OpenDesk,
    new_desk,
    new_run,
    open_desk,
)
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.locks import who_has_open
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.store.store import SheetState, Store, Write
from sheetdesk.table.change import diff
from sheetdesk.table.problems import find_problems
from sheetdesk.table.table import table_of

__all__ = ["Built", "audience", "build", "demo", "digest"]


@dataclass(frozen=True)
class Built:
    """A workbook that was written: where, how many tickets it shows, and what is wrong with them."""

    path: Path
    tickets: int
    problems: tuple[Problem, ...]
    backup: Path | None = None


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
