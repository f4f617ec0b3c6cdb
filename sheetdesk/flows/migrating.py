"""What the store holds, brought from one desk to the next: keys, values of the lists, started tables.

Pure but for reading: what is to be written comes back, and is kept in one commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from sheetdesk.columns.base import Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.upgrade import renamed_choices, renamed_columns
from sheetdesk.flows.opening import TABLES
from sheetdesk.flows.places import spreadsheet_id
from sheetdesk.flows.seeding import Seeds, seeds
from sheetdesk.store.store import Store, Write
from sheetdesk.table.change import CellChange, ChangeSet, apply, diff, plain_value
from sheetdesk.table.mentioned import retold_cells
from sheetdesk.table.seed import reseed, with_tables
from sheetdesk.table.table import Table, table_of

__all__ = ["Migration", "guessed_before", "hindrances", "migrate"]


@dataclass
class Migration:
    """What becomes of the tables. `tables` and `desk` are as they then are; `lists` has the new id of each
    row of the lists that got another; `kept` are tickets whose value is none any more; `origins` are to be
    kept with it.
    """

    desk: Desk
    version: int
    tables: dict[str, Table] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    lists: dict[str, str] = field(default_factory=dict)
    kept: list[Problem] = field(default_factory=list)
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many cells and rows change."""
        return sum(
            len(write.changes.cells)
            + sum(len(rows) for rows in (write.changes.added, write.changes.removed) if rows is not None)
            for write in self.writes
        )


def hindrances(store: Store, old: Desk, new: Desk) -> list[str]:
    """What of the change cannot be carried out, by the key of its words: `kind title`."""
    found = []
    renamed = renamed_columns(old, new)
    sheets = store.sheets()
    for column in old.tickets.columns:
        key = renamed.get(column.key, column.key)
        if not new.tickets.has(key):
            continue
        now = new.tickets.column(key)
        if column.type != now.type and _has_values(store, old, column.key):
            found.append(f"retyped {now.title}")
        if (column.owner, column.formula) != (now.owner, now.formula) and (
            "formula" in (column.owner, now.owner) and sheets
        ):
            found.append(f"formula {now.title}")
    if old.locale.code != new.locale.code and sheets:
        found.append(f"locale {new.locale.code}")
    if old.zone.key != new.zone.key and any(spreadsheet_id(state.address) is not None for state in sheets):
        found.append(f"zone {new.zone.key}")
    keys = {sheet.key for sheet in new.sheets}
    addresses = {sheet.key: sheet.address for sheet in new.sheets}
    known = {sheet.key: sheet.address for sheet in old.sheets}
    for state in sheets:
        if state.key in known and state.key == old.sheets[0].key and new.sheets[0].key != state.key:
            found.append(f"main {state.key}")
        elif state.key in keys and addresses[state.key] not in (known.get(state.key, ""), state.address):
            found.append(f"moved {state.key}")
    return found


def guessed_before(store: Store, new: Desk) -> Desk:
    """What the desk was like where its file cannot be read any more: the columns that the main sheet has,
    the values that the lists hold, and nothing else that only the file said.
    """
    known = set(store.agreement(new.sheets[0].key).columns.get("tickets", ()))
    columns = []
    for column in new.tickets.columns:
        keys = [key for key in (column.key, *column.was) if key in known or not known]
        columns += [replace(column, key=keys[0], was=())] if keys else []
    tickets = replace(new.tickets, columns=tuple(columns))
    tables = tuple(tickets if table.key == "tickets" else table for table in new.tables)
    bare = replace(
        new, tables=tables, transitions=(), matrix=None, review=None, reports=(), views=(), sla=(), source=""
    )
    return with_tables(bare, store.table(bare.table("choices")))


def _has_values(store: Store, desk: Desk, key: str) -> bool:
    if desk.column(key).owner == "formula":
        return False
    tables = (store.table(desk.tickets), store.archived(desk.tickets))
    return any(bool(table.frame[key].notna().any()) for table in tables)


def migrate(store: Store, old: Desk, new: Desk) -> Migration:
    """What the change from `old` to `new` asks of the store's tables."""
    with store.snapshot() as at:
        made = Migration(new, at.version)
        now = {key: at.table(new.table(key)) for key in ("tickets", *TABLES)}
        seeded = seeds(at, old, new)
    made.origins = seeded.origins
    changes = {"choices": _choices(old, new, now["choices"], seeded, made)}
    titled = with_tables(old, now["choices"]), with_tables(new, apply(now["choices"], changes["choices"]))
    for key in ("people", "rules", "cases"):
        seed, said = _as_in(seeded.old[key], now[key]), _retold(*titled, now[key])
        changes[key] = diff(now[key], apply(said, reseed(_retold(old, new, seed), seeded.new[key], said)))
    changes["tickets"] = ChangeSet(tuple(_renamed_cells(old, new, now["tickets"])))
    renamed = _renamed_types(old, new)
    if renamed:
        changes["cases"] = diff(now["cases"], _with_types(apply(now["cases"], changes["cases"]), renamed))
    _keep_used(now["choices"], apply(now["tickets"], changes["tickets"]), changes, made)
    for key, table in now.items():
        made.tables[key] = apply(table, changes[key])
        if changes[key]:
            made.writes.append(Write(table, changes[key]))
    made.desk = with_tables(new, made.tables["choices"])
    return made


def _as_in(seed: Table, table: Table) -> Table:
    """A seed of the old desk as a table of the new one's columns."""
    return table_of(table.spec, dict(seed.frame), seed.frame.index)


def _renamed_cells(old: Desk, new: Desk, tickets: Table) -> list[CellChange]:
    """The tickets' cells whose choice has another key now."""
    cells = []
    for before, column in _pairs(old, new):
        renamed = renamed_choices(old.column(before), new.column(column))
        if column in tickets.frame.columns and renamed:
            values = tickets.frame[column]
            cells += [
                CellChange(str(row), column, value, renamed[value])
                for row, value in values.items()
                if isinstance(value, str) and value in renamed
            ]
    return cells


def _pairs(old: Desk, new: Desk) -> list[tuple[str, str]]:
    """(old key, new key) of the columns of choices that both desks have."""
    renamed = renamed_columns(old, new)
    pairs = [(column.key, renamed.get(column.key, column.key)) for column in old.tickets.columns]
    return [(a, b) for a, b in pairs if new.tickets.has(b) and old.column(a).choices]


def _renamed_types(old: Desk, new: Desk) -> dict[str, str]:
    if not (old.has("type") and new.has("type")):
        return {}
    return renamed_choices(old.column("type"), new.column("type"))


def _with_types(cases: Table, renamed: Mapping[str, str]) -> Table:
    frame = cases.frame.copy()
    frame["type"] = [renamed.get(value, value) for value in frame["type"].tolist()]
    return table_of(cases.spec, dict(frame), frame.index)


def _choices(old: Desk, new: Desk, now: Table, seeded: Seeds, made: Migration) -> ChangeSet:
    """The lists: rows under their new ids, then what the desk file changed where people did not."""
    ids: dict[str, str] = {}
    columns = {}
    for before, column in _pairs(old, new):
        columns[before] = column
        renamed = renamed_choices(old.column(before), new.column(column))
        for choice in old.column(before).choices:
            ids[f"{before}/{choice.key}"] = f"{column}/{renamed.get(choice.key, choice.key)}"
        # What people added to the lists moves with its column.
        for row in now.frame.index:
            if str(row).startswith(f"{before}/"):
                ids.setdefault(str(row), f"{column}/{str(row).partition('/')[2]}")
    taken = set(map(str, now.frame.index))
    ids = {a: b for a, b in ids.items() if a != b and not (a in taken and b in taken)}
    made.lists = {a: b for a, b in ids.items() if a in taken}
    before_seed = _renamed_rows(_as_in(seeded.old["choices"], now), ids, columns)
    now_renamed = _renamed_rows(now, ids, columns)
    after = apply(now_renamed, reseed(before_seed, seeded.new["choices"], now_renamed))
    # What stands under another names it as that will be called.
    said = _retold(with_tables(old, now), with_tables(new, after), now_renamed)
    return diff(now, apply(said, reseed(_retold(old, new, before_seed), seeded.new["choices"], said)))


def _retold(old: Desk, new: Desk, table: Table) -> Table:
    return apply(table, ChangeSet(retold_cells(old, new, table)))


def _renamed_rows(table: Table, ids: Mapping[str, str], columns: Mapping[str, str]) -> Table:
    frame = table.frame.copy()
    frame.index = pd.Index([ids.get(str(row), str(row)) for row in frame.index], dtype="object", name="id")
    frame["column"] = [columns.get(key, key) for key in frame["column"].tolist()]
    return table_of(table.spec, dict(frame), frame.index)


def _keep_used(choices: Table, tickets: Table, changes: dict[str, ChangeSet], made: Migration) -> None:
    """A value that tickets still have does not go: it is taken out of use."""
    change = changes["choices"]
    if change.removed is None:
        return
    renamed = set(made.lists)
    kept: list[str] = []
    for row in change.removed.index:
        column, _, key = str(row).partition("/")
        if str(row) in renamed or column not in tickets.frame.columns:
            continue
        using = tickets.frame.index[(tickets.frame[column] == key).fillna(False)]
        if len(using):
            kept.append(str(row))
            title = choices.frame.at[row, "value"]
            made.kept += [Problem("retired", column, str(title), "", ticket=str(name)) for name in using]
    if kept:
        removed = change.removed.drop(index=kept)
        active = choices.frame["active"]
        cells = [CellChange(row, "active", plain_value(active.at[row]), False) for row in kept]
        changes["choices"] = replace(
            change, removed=removed if len(removed) else None, cells=(*change.cells, *cells)
        )
