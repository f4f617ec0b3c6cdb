"""A Google spreadsheet's part in an upgrade: what its cells are to say is worked out before the commit and
kept as a list; after it one batch draws what stands there like the new desk and writes that list.

Cells that people have changed by then stay as they have them: the next sync takes them in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.upgrade import renamed_columns
from sheetdesk.flows.agreeing import title_write
from sheetdesk.flows.layouts import Layout, laid_out
from sheetdesk.flows.migrating import Migration
from sheetdesk.flows.opening import TABLES, OpenDesk, new_run
from sheetdesk.flows.places import Place, dated_columns, stamp_of
from sheetdesk.flows.taking import TakenIn, take_in
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.edit_table import edit_table
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.google.journal import as_json, from_json
from sheetdesk.sheets.google.sheet import GoogleSheet
from sheetdesk.sheets.google.upgrade import Due, Upgrade, Upgraded
from sheetdesk.store.bases import next_stamp
from sheetdesk.table.grid import folded
from sheetdesk.table.headers import Headers
from sheetdesk.table.problems import find_problems
from sheetdesk.table.table import Table
from sheetdesk.table.titles import titles_of

__all__ = ["Following", "follow", "following"]


@dataclass(frozen=True)
class Following:
    """What one spreadsheet is to say: cells, and what is to be agreed on about its columns. `upgraded` is
    what the batch would be now, `own_titles` are columns that keep people's title, `lost` those that
    they deleted.
    """

    key: str
    dues: tuple[Due, ...]
    layout: Mapping[str, Any]
    upgraded: Upgraded
    own_titles: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def as_facts(self) -> dict[str, Any]:
        """As JSON can hold it, for `follow`."""
        dues = [[due.table, due.row, due.column, as_json(due.was), as_json(due.now)] for due in self.dues]
        layout = dict(self.layout)
        return {"key": self.key, "dues": dues, "layout": layout, "lost": list(self.lost)}


def following(
    place: Place, taken: TakenIn, old: tuple[Desk, Mapping[str, Table]], made: Migration, lineage: str,
    now: datetime,
) -> Following:  # fmt: skip
    """The part of the spreadsheet at `place` (as the new desk has it), read as `taken` under the `old`.

    Raises DeskUnfit, SheetUnrecognised, GoogleError.
    """
    columns = renamed_columns(old[0], made.desk)
    _, layouts = laid_out(taken, made.desk, columns, place)
    number = next_stamp(taken.agreement.stamp)
    plan = _plan(place, made.desk, made.tables, lineage, number, made.version + 1, now)
    old_plan = draw(old[0], old[1], now, audience=taken.place.whom)
    dues = tuple(due for key, one in layouts.items() for due in _dues(plan, key, one, taken, made, columns))
    learned = {key: _learned(key, one, old[0], columns, plan) for key, one in layouts.items()}
    layout = {
        "learned": learned,
        "columns": dict(taken.agreement.columns)
        | {
            key: [column.key for column in made.desk.table(key).columns if column.key in one.places]
            for key, one in layouts.items()
        },
    }
    gone = [columns.get(key, key) for key in taken.tables["tickets"].table.reading.headers.lost]
    lost = tuple(key for key in gone if made.desk.has(key))
    upgrade = _upgrade(old_plan, plan, old[0], made.desk, place.whom, dues, lost)
    upgraded = _sheet(place).upgrade(upgrade, dry_run=True)
    return Following(place.key, dues, layout, upgraded, tuple(sorted(learned.get("tickets", ()))), lost)


def follow(
    opened: OpenDesk, before: tuple[OpenDesk, Audience], place: Place, found: Mapping[str, Any], version: int,
    now: datetime,
) -> Upgraded:  # fmt: skip
    """Bring the spreadsheet up to the desk `opened`, as the facts of its Following say; `before` is the desk
    that it still shows and for whom, with the store of today, and `version` that of the commit.

    Raises GoogleError, SheetError, StoreMoved; run it again then.
    """
    was, whom = before
    store = opened.store
    old_tables = {key: store.table_at(was.desk.table(key), version - 1) for key in ("tickets", *TABLES)}
    known = store.agreement(place.key)
    number = next_stamp(known.stamp)
    plan = _plan(place, opened.desk, opened.tables(), store.lineage, number, store.version, now)
    old_plan = draw(was.desk, old_tables, now, audience=whom)
    dues = [
        Due(table, row, column, from_json(old), from_json(new))
        for table, row, column, old, new in found["dues"]
    ]
    lost = found.get("lost", ())
    done = _sheet(place).upgrade(_upgrade(old_plan, plan, was.desk, opened.desk, place.whom, dues, lost))
    titles = title_write(store, place.key, known.stamp, number, titles_of(opened.desk))
    store.agree(replace(known, stamp=number, **found["layout"], numbers=done.numbers, level=""), [titles])
    # What the batch wrote is agreed on as it is read: else it would pass for people's edits where what asked
    # for it is taken back.
    shown = place.sheet.fetch()
    if shown is not None:
        take_in(opened, place, shown, now=now, run=new_run("sync", now))
    return done


def _sheet(place: Place) -> GoogleSheet:
    sheet = place.sheet
    assert isinstance(sheet, GoogleSheet)
    return sheet


def _upgrade(
    old_plan: SheetPlan, plan: SheetPlan, old: Desk, new: Desk, whom: Audience, dues: Any,
    lost: Sequence[str],
) -> Upgrade:  # fmt: skip
    dated = dated_columns(old) | dated_columns(new)
    renamed = renamed_columns(old, new)
    return Upgrade(old_plan, plan, old, new, whom, dated, renamed, tuple(dues), lost=tuple(lost))


def _plan(
    place: Place,
    desk: Desk,
    tables: Mapping[str, Table],
    lineage: str,
    stamp: int,
    version: int,
    now: datetime,
) -> SheetPlan:
    """The sheet as the new desk draws it, with this stamp."""
    facts = stamp_of(desk, lineage, place.state, place.whom, base=stamp, version=version, now=now)
    problems = find_problems(desk, tables["tickets"], tables["cases"].frame.index)
    return draw(desk, tables, now, audience=place.whom, problems=problems, stamp=facts)


def _learned(
    key: str, layout: Layout, old: Desk, columns: Mapping[str, str], plan: SheetPlan
) -> dict[str, str]:
    """Titles that people gave: those that were the desk's own follow it."""
    before = {columns.get(column.key, column.key) if key == "tickets" else column.key: column.title
              for column in old.table(key).columns}  # fmt: skip
    planned = plan.tab(key).table
    ours = {column.key for column in planned.columns if column.is_ours} if planned is not None else set()
    return {
        name: title
        for name, title in layout.titles.items()
        if name not in ours and folded(title) != folded(before.get(name, ""))
    }


def _dues(
    plan: SheetPlan, key: str, layout: Layout, taken: TakenIn, made: Migration, columns: Mapping[str, str]
) -> list[Due]:
    """The cells of one table that say something else than the plan, but for what people did just now."""
    done = taken.tables[key]
    reading = done.table.reading
    planned = plan.tab(key).table
    if planned is None:
        return []
    renamed = made.lists if key == "choices" else {}
    keys = {at: name for name, at in layout.places.items()}
    now = replace(
        reading,
        headers=Headers(dict(layout.places)),
        places={renamed.get(name, name): row for name, row in reading.places.items()},
        held={
            (row, keys[at]) for row, name in reading.held
            if (at := reading.headers.places.get(name, -1)) in keys
        },
    )  # fmt: skip
    skip = {(change.row, columns.get(change.column, change.column)) for change in done.people.cells}
    edits = edit_table(planned, now, skip, lambda _: "", without=done.waiting).edits
    ids = {row: name for name, row in reading.places.items()}
    grid = reading.area.grid
    return [
        Due(key, ids[edit.row], keys[edit.column], grid.cell(edit.row, edit.column), edit.value)
        for edit in edits.cells
        if edit.row in ids
        and keys[edit.column] not in layout.taken
        and edit.formula is None
        and not edit.keeps_formula
    ]
