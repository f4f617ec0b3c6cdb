"""What a sheet and the store agree on: kept after a reading, and before a new version is put in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.errors import StoreMoved
from sheetdesk.flows.looking import Before, look_before, read_table
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import Place
from sheetdesk.sheets.base import Fetched
from sheetdesk.store.bases import Agreement, Base, BaseWrite, next_stamp
from sheetdesk.store.store import Store
from sheetdesk.table.grid import folded
from sheetdesk.table.own_cells import OwnCells, own_changes
from sheetdesk.table.plain import PlainRows, plain_rows
from sheetdesk.table.table import Table, stored
from sheetdesk.table.taken import ReadTable, TakenOver, agreed_rows
from sheetdesk.table.titles import TITLES, titles_of

__all__ = [
    "agree_on",
    "are_retitled",
    "base_writes",
    "layout_of",
    "title_write",
    "unlanded_writes",
    "unsure_after",
]

KEPT = 20


def base_writes(
    done_by_key: Mapping[str, TakenOver],
    bases: Mapping[str, Base],
    stamp: int,
    tables: Mapping[str, Table],
    own: Mapping[str, OwnCells] | None,
) -> list[BaseWrite]:
    """The bases after a reading, by table. People's `own` columns may vanish with a row, and come back with
    it, where it is known what they held.
    """
    writes = []
    for key, done in done_by_key.items():
        ids = set(tables[key].frame.index)
        # What is to be put back may find no room: it has not come and gone meanwhile.
        missing = frozenset(name for name in (*done.waiting, *done.restored) if name in ids)
        # Whatever is not there until it is put back may come with the next save, made from an older one.
        gone = [name for name in bases[key].rows if name in ids and name not in done.table.reading.rows]
        rows = agreed_rows(done.table, bases[key].rows, done.merged.clashes, ids, gone)
        fresh = bases[key].rows.keys() - bases[key].missing
        kept = {} if own is None else own_changes(own.get(key, {}), done.table.reading, ids, fresh)
        writes.append(BaseWrite(done.table.spec, stamp, bases[key], Base(rows, missing), kept))
    return writes


def unlanded_writes(before: Before, read: Sequence[BaseWrite]) -> list[BaseWrite]:
    """The bases of a write that has not arrived yet, and may: it will show what was `read` since it was made,
    but for the cells that it changes.
    """
    made = []
    for one in read:
        key = one.spec.key
        ready, was, now = before.newest[key], before.bases[key].rows, one.now.rows
        rows = {
            name: tuple(
                n if cell == w else cell for cell, w, n in zip(cells, was[name], now[name], strict=True)
            )
            if name in was and name in now
            else cells
            for name, cells in ready.rows.items()
        }
        made.append(BaseWrite(one.spec, before.agreement.stamp, ready, Base(rows, ready.missing)))
    return made


def layout_of(agreement: Agreement, done_by_key: Mapping[str, TakenOver]) -> dict[str, Any]:
    """What the columns are called in the sheet, and numbered by the program; where a tab is gone, as they
    were.
    """
    learned = dict(agreement.learned)
    numbers = dict(agreement.numbers)
    columns = dict(agreement.columns)
    tabs = dict(agreement.tabs)
    for key, done in done_by_key.items():
        area, headers = done.table.reading.area, done.table.reading.headers
        titles = {column.key: column.title for column in done.table.spec.columns}
        learned[key] = {
            name: area.titles[place]
            for name, place in headers.places.items()
            if area.titles.get(place) and folded(area.titles[place]) != folded(titles[name])
        }
        native = area.table
        if native is not None:
            numbers[key] = {
                name: native.column_ids[place - native.left]
                for name, place in headers.places.items()
                if 0 <= place - native.left < len(native.column_ids)
            }
        known = agreement.columns.get(key, ())
        columns[key] = [c.key for c in done.table.columns if c.key in known or c.key in headers.places]
        tabs[key] = area.grid.title
    return {"learned": learned, "numbers": numbers, "columns": columns, "tabs": tabs}


def agree_on(
    opened: OpenDesk,
    place: Place,
    desk: Desk,
    known: Agreement,
    done_by_key: Mapping[str, TakenOver],
    ready: Fetched,
    *,
    sources: Sequence[str],
    stamp: int,
    version: int,
) -> Agreement:
    """Keep what a new version, drawn by `desk`, shows as the base it carries, before it is put in place.
    `sources` are the revisions that it was made from and is made to replace.

    The version is read back: what was sent is not taken for what stands there. Raises StoreMoved.
    """
    before = look_before(opened, place, ready)
    if before.agreement.serial != known.serial:
        raise StoreMoved(expected=known.serial, found=before.agreement.serial)
    titles, unsure = titles_of(desk), _unsure(done_by_key)
    agreed = replace(
        before, bases=before.newest, written=before.newest, later={}, stamp=before.agreement.stamp,
        titles=titles, titles_before={}, agreement=replace(before.agreement, unsure=unsure),
    )  # fmt: skip
    writes = [title_write(opened.store, place.key, known.stamp, stamp, titles)]
    left: dict[str, dict[str, dict[str, Any]]] = {}
    promised: dict[str, dict[str, dict[str, Any]]] = {}
    is_retitled = writes[0].before.rows != titles
    for key, done in done_by_key.items():
        if not (is_retitled or known.promised.get(key)) and _is_as_agreed(done, before.newest[key], ready):
            continue
        read = read_table(place, ready, desk, key, agreed, before.tables, done.naming.values())
        if read is None:
            continue
        ids = set(before.tables[key].frame.index)
        waiting = [name for name in done.waiting if name in ids]
        rows = agreed_rows(read, before.newest[key].rows, done.merged.clashes, ids, waiting)
        newest, keys, found = before.newest[key], stored(read.spec), read.reading.rows
        # Whoever has rows of a copy as they were typed finds them by that, when he saves them once more.
        beside = {
            name: tuple(map(cells.get, keys))
            for name, cells in known.promised.get(key, {}).items()
            if name in ids and name in found and name not in newest.rows
        }
        if beside and stamp > next_stamp(known.stamp):
            whole = Base(newest.rows | beside, newest.missing)
            writes.append(BaseWrite(read.spec, next_stamp(known.stamp), newest, whole))
        writes.append(BaseWrite(read.spec, stamp, newest, Base(rows, frozenset(waiting))))
        if place.sheet.is_live and is_retitled:
            left[key] = _left(read, rows)
        named = [name for name in done.naming.values() if name in found and name not in ids]
        if named:
            promised[key] = {name: dict(zip(keys, found[name], strict=True)) for name in named}
    made = (*(name for name in known.made if name != ready.revision), ready.revision)[-KEPT:]
    # Until it is in place, what stands there shows less than this.
    agreement = replace(
        known, stamp=stamp, made=made, drawn=version, promised=promised, begun={}, level="", left=left,
        unsure=unsure,
    )  # fmt: skip
    lineage = {**known.sources, ready.revision: list(sources)}
    agreement = replace(agreement, sources={name: lineage[name] for name in made if name in lineage})
    return opened.store.agree(agreement, writes)


def _is_as_agreed(done: TakenOver, newest: Base, ready: Fetched) -> bool:
    """Whether a new version leaves a tab as it was read, and nothing but what was agreed on stood there: it
    need not be read back, and its base holds on.
    """
    reading = done.table.reading
    open_ends = (done.naming, done.waiting, done.merged.clashes, reading.problems, reading.identified.frozen)
    if any(open_ends) or newest.missing or reading.rows != newest.rows:
        return False
    return ready.grid(reading.area.grid.title) == reading.area.grid


def are_retitled(store: Store, sheet: str, known: int, desk: Desk) -> bool:
    """Whether the sheet called any choice otherwise than the desk does. Where all work in one sheet, whoever
    picked a title while it was written may have seen the former ones: it is read at once.
    """
    titles = store.base(sheet, TITLES, known).rows
    return bool(titles) and titles != titles_of(desk)


def title_write(store: Store, sheet: str, known: int, stamp: int, titles: PlainRows) -> BaseWrite:
    """What the version with this stamp calls the choices, where the newest known is `known`."""
    return BaseWrite(TITLES, stamp, store.base(sheet, TITLES, known), Base(titles))


def _unsure(done_by_key: Mapping[str, TakenOver]) -> dict[str, dict[str, dict[str, str]]]:
    """What stands in rows that get ids now and means one choice or another."""
    made: dict[str, dict[str, dict[str, str]]] = {}
    for key, done in done_by_key.items():
        for problem in done.problems:
            if problem.kind == "retitled" and problem.row in done.naming:
                cells = made.setdefault(key, {}).setdefault(done.naming[problem.row], {})
                cells[problem.column] = problem.raw
    return made


def unsure_after(done_by_key: Mapping[str, TakenOver]) -> dict[str, dict[str, dict[str, str]]]:
    """What means one choice or another in the rows of a reading and is yet to be put back."""
    made: dict[str, dict[str, dict[str, str]]] = {}
    for key, done in done_by_key.items():
        reading, ours = done.table.reading, plain_rows(done.after or done.table.now)
        places = {name: place for place, name in enumerate(stored(done.table.spec))}
        titles = {c.key: {choice.key: choice.title for choice in c.choices} for c in reading.columns}
        for problem in reading.problems:
            if problem.kind != "retitled" or problem.ticket not in ours:
                continue
            holds = ours[problem.ticket][places[problem.column]]
            if problem.raw != titles[problem.column].get(holds):
                made.setdefault(key, {}).setdefault(problem.ticket, {})[problem.column] = problem.raw
    return made


def _left(read: ReadTable, rows: PlainRows) -> dict[str, dict[str, Any]]:
    """The choices that the sheet shows and that are not agreed on, as what people have to settle."""
    keys = stored(read.spec)
    places = [place for place, key in enumerate(keys) if read.spec.column(key).choices]
    nothing = (None,) * len(keys)
    made = {
        name: {keys[at]: cells[at] for at in places if cells[at] != rows.get(name, nothing)[at]}
        for name, cells in read.reading.rows.items()
    }
    return {name: cells for name, cells in made.items() if cells}
