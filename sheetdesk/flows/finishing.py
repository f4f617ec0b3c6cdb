"""An upgrade's last part: sheets that were worked out before the commit, put in place after it.

What is to be put in place is kept on the disk first, so that a run that dies in between is finished by
the next, whatever else has changed by then.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sheetdesk.desk.template import parse_desk
from sheetdesk.errors import RoleUnknown
from sheetdesk.flows.agreeing import agree_on
from sheetdesk.flows.building import build
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import OpenSheet, file_of, place_of
from sheetdesk.flows.redrawing import Redrawn
from sheetdesk.flows.taking import take_in
from sheetdesk.sheets.xlsx.drawn import keep_drawn
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.store.store import SheetState
from sheetdesk.table.merge import Clash
from sheetdesk.table.seed import with_tables
from sheetdesk.table.table import stored
from sheetdesk.whole_file import write_text

__all__ = ["copied", "finish", "finish_left", "keep_for_later", "kept_for_later"]

LIST = "sheets.json"


def _folder(folder: Path) -> Path:
    return folder / "kept" / "upgrade"


def keep_for_later(
    folder: Path,
    redrawn: Sequence[Redrawn],
    copies: Sequence[str],
    version: int,
    online: Sequence[dict[str, Any]] = (),
    desk_text: str = "",
) -> None:
    """Keep what is to be put in place once the store has `version`: files, and of spreadsheets `online` what
    is to be done to them; they show the desk of this text. Raises OSError.
    """
    aside = _folder(folder)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    sheets = []
    for number, one in enumerate(redrawn):
        (aside / f"{number}.xlsx").write_bytes(one.ready.content.data)
        keep_drawn(one.fresh, aside, f"{number}-drawn", 0)
        sheets.append(
            {
                "key": one.place.key,
                "made_from": one.taken.found.revision,
                "stamp": one.stamp,
                "layout": one.layout,
                "waiting": {key: done.waiting for key, done in one.taken.tables.items()},
                "unsettled": one.unsettled,
            }
        )
    left = {"version": version, "sheets": sheets, "copies": list(copies)}
    left |= {"online": list(online), "desk": desk_text} if online else {}
    write_text(aside / LIST, json.dumps(left))


def kept_for_later(folder: Path) -> dict[str, Any] | None:
    """What a run kept and did not put in place, None where there is nothing."""
    try:
        found: dict[str, Any] = json.loads((_folder(folder) / LIST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found


def forget(folder: Path) -> None:
    """Let go of what was kept. Raises OSError."""
    (_folder(folder) / LIST).unlink(missing_ok=True)
    shutil.rmtree(_folder(folder), ignore_errors=True)


def finish_left(opened: OpenDesk, open_sheet: OpenSheet, now: datetime) -> None:
    """Put in place what an upgrade that died has left, where it came as far as its commit. Raises as
    `finish`; nobody else may be at work.
    """
    found = kept_for_later(opened.folder)
    if found is not None and opened.store.version >= found["version"]:
        finish(opened, found, open_sheet, now)
    elif found is not None:
        forget(opened.folder)


def finish(opened: OpenDesk, found: dict[str, Any], open_sheet: OpenSheet, now: datetime) -> dict[str, str]:
    """Put everything in place, as the desk `opened` has it; the sheets of roles that are gone, by key, and
    why a copy could not be built anew. Raises SheetBusy, SheetError, StoreMoved; run it again then.
    """
    aside = _folder(opened.folder)
    states = {state.key: state for state in opened.store.sheets()}
    for number, one in enumerate(found["sheets"]):
        if one["key"] in states:
            _put_in_place(
                opened, one, states[one["key"]], aside / str(number), found["version"], open_sheet, now
            )
    for one in found.get("online", ()):
        if one["key"] in states:
            _follow(opened, one, states[one["key"]], found, open_sheet, now)
    let_go = {}
    for key in found["copies"]:
        if key in states and not _rebuild(opened, states[key], now):
            opened.store.forget_sheet(key)
            let_go[key] = "forgotten"
    forget(opened.folder)
    return let_go


def _put_in_place(
    opened: OpenDesk,
    one: dict[str, Any],
    state: SheetState,
    kept: Path,
    version: int,
    open_sheet: OpenSheet,
    now: datetime,
) -> None:
    """One sheet: agreed on what it shows, then exchanged for what stands there."""
    store = opened.store
    place = place_of(opened, state, open_sheet)
    file = kept.with_suffix(".xlsx")
    if not file.exists():
        # An earlier run came that far.
        return
    ready = fetched_of(file.read_bytes())
    live = place.sheet.fetch()
    if live is not None and live.revision == ready.revision:
        file.unlink()
        return
    known = store.agree(replace(store.agreement(place.key), **one["layout"]))
    tables = take_in(opened, place, ready, now=now, run="", dry_run=True).tables
    for key, done in tables.items():
        keys = stored(done.table.spec)
        # What people typed into a column before it was the desk's is not agreed on yet.
        clashes = [
            Clash(row, keys.index(column), None, None, None)
            for table, row, column in one["unsettled"]
            if table == key
        ]
        tables[key] = replace(
            done, waiting=one["waiting"].get(key, []), merged=replace(done.merged, clashes=clashes)
        )
    agree_on(
        opened, place, opened.desk, known, tables, ready,
        sources=[one["made_from"]], stamp=one["stamp"], version=version,
    )  # fmt: skip
    drawn = Package.read(kept.with_name(f"{kept.name}-drawn.0.xlsx"))
    keep_drawn(drawn, opened.folder / "kept" / "drawn", Path(state.address).stem, version)
    displaced = place.sheet.replace(ready)
    file.unlink()
    # What somebody saved in between stands aside: the next sync takes it in.
    if displaced is not None and displaced.revision == one["made_from"]:
        place.sheet.put_aside(displaced, now, is_known=True)


def _follow(
    opened: OpenDesk,
    one: dict[str, Any],
    state: SheetState,
    found: dict[str, Any],
    open_sheet: OpenSheet,
    now: datetime,
) -> None:
    """One spreadsheet at Google brought up to the desk from what it shows."""
    # Only who has such a sheet waits for these libraries.
    from sheetdesk.flows.following import follow

    desk, version = parse_desk(found["desk"]), found["version"]
    choices = opened.store.table_at(desk.table("choices"), version - 1)
    was = replace(opened, desk=with_tables(desk, choices))
    before = was, place_of(was, state, open_sheet).whom
    follow(opened, before, place_of(opened, state, open_sheet), one, version, now)


def _rebuild(opened: OpenDesk, state: SheetState, now: datetime) -> bool:
    """A copy without unsynced edits, built anew; False where its role, person or view is gone."""
    try:
        if state.key in {sheet.key for sheet in opened.desk.sheets}:
            build(opened, now=now, sheet=state.key)
            return True
        out = file_of(opened, state) if "@" in state.key else None
        role, person, view = state.role or None, state.person or None, state.view or None
        build(opened, now=now, out=out, role=role, person=person, view=view)
    except RoleUnknown:
        return False
    return True


def copied(folder: Path, path: Path, now: datetime) -> Path:
    """A copy of a sheet as it was, in the folder of kept files. Raises OSError."""
    aside = folder / "kept"
    aside.mkdir(exist_ok=True)
    stem = f"{path.stem}.before-upgrade-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    number = 1
    while os.path.lexists(target := aside / f"{stem}{f'-{number}' if number > 1 else ''}{path.suffix}"):
        number += 1
    shutil.copy2(path, target)
    return target
