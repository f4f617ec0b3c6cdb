"""Rows that have ids which nobody has seen in their file yet: what they held is kept until somebody has, for
a file that is put over theirs may lack them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sheetdesk.errors import StoreMoved
from sheetdesk.flows.looking import Before, origin_of
from sheetdesk.flows.opening import OpenDesk, new_run
from sheetdesk.flows.places import Place
from sheetdesk.sheets.base import Fetched
from sheetdesk.store.bases import Base, BaseWrite
from sheetdesk.table.candidates import MOST_NEAR, UNKNOWN
from sheetdesk.table.table import stored
from sheetdesk.table.taken import ReadTable, TakenOver

if TYPE_CHECKING:
    from sheetdesk.flows.taking import TakenIn

__all__ = ["Promised", "as_promised", "begun_in", "continued", "origins_of", "promised_after", "reserve"]

Promised = dict[str, dict[str, Mapping[str, Any]]]
"""Plain cells by column key, by table and id."""


def as_promised(before: Before, tables: Mapping[str, TakenOver]) -> list[BaseWrite]:
    """New rows that were read back are in the base as written, too: whoever has an older version without
    their ids typed nothing that came later.
    """
    writes = []
    for key, done in tables.items():
        spec, written = done.table.spec, before.written[key]
        promised = before.agreement.promised.get(key, {})
        came = {name: promised[name] for name in done.merged.came if name in promised}
        if came:
            rows = {name: tuple(map(cells.get, stored(spec))) for name, cells in came.items()}
            whole = Base({**written.rows, **rows}, written.missing)
            writes.append(BaseWrite(spec, before.stamp, written, whole))
    return writes


def promised_after(before: Before, tables: Mapping[str, TakenOver], *, is_replica: bool) -> Promised:
    """What is promised after a reading: rows of a copy beside the file, until it is written."""
    known = before.agreement.promised
    if not is_replica:
        kept = {
            key: {name: cells for name, cells in rows.items() if name in before.tables[key].frame.index}
            for key, rows in known.items()
        }
        return {key: rows for key, rows in kept.items() if rows}
    made: Promised = {key: dict(rows) for key, rows in known.items()}
    for key, done in tables.items():
        keys, rows, added = stored(done.table.spec), done.table.reading.rows, done.people.added
        for name in () if added is None else added.index:
            # What the file itself is to show stays what others of its versions are held against.
            made.setdefault(key, {}).setdefault(str(name), dict(zip(keys, rows[str(name)], strict=True)))
    return made


def begun_in(tables: Mapping[str, TakenOver]) -> Promised:
    """The rows that are to get ids, as they were read."""
    made: Promised = {}
    for key, done in tables.items():
        keys = stored(done.table.spec)
        for row in done.table.reading.new:
            cells = (None if cell is UNKNOWN else cell for cell in row.cells)
            if row.place in done.naming:
                made.setdefault(key, {})[done.naming[row.place]] = dict(zip(keys, cells, strict=True))
    return made


def continued(place: Place, before: Before, read: ReadTable, named: Mapping[int, str]) -> dict[int, str]:
    """The ids that rows were to get when their file was read last, where their people have typed on in them
    since: whoever saves a row again before it has its id uses up no more. By place; `named` have one.
    """
    key, agreement = read.spec.key, before.agreement
    begun = agreement.begun.get(key, {})
    if place.sheet.is_live and not before.is_live:
        # The write is not there by which they were to get them.
        begun = {**agreement.promised.get(key, {}), **begun}
    gone = {*named.values(), *read.reading.rows, *read.now.frame.index, *before.archived[read.spec.key]}
    called: dict[Any, list[str]] = {}
    for name in begun.keys() - gone:
        called.setdefault(begun[name].get("title"), []).append(name)
    untitled = called.pop(None, [])
    keys, found = stored(read.spec), dict[int, str]()
    for row in read.reading.new if begun else ():
        now = dict(zip(keys, row.cells, strict=True))
        like = called.get(now.get("title"), [])
        if not like and len(untitled) <= MOST_NEAR:
            like = [name for name in untitled if _is_left(begun[name], now)]
        if len(like) == 1 and row.place not in named:
            found[row.place] = like[0]
    claims = Counter(found.values())
    return {place: name for place, name in found.items() if claims[name] == 1}


def _is_left(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether all that stood in a row stands there still."""
    return all(now.get(key) == cell for key, cell in was.items() if cell is not None)


def origins_of(found: Fetched, tables: Mapping[str, TakenOver]) -> dict[str, str]:
    """Which rows of this version are to get which ids, by `origin_of`."""
    return {
        origin_of(found, done.table.spec.key, place): name
        for done in tables.values()
        for place, name in done.naming.items()
    }


def reserve(opened: OpenDesk, taken: TakenIn) -> None:
    """Keep that the ids chosen for new rows are used, and for which, before they are written anywhere.

    Raises StoreMoved when any id was given since they were chosen.
    """
    with opened.store.snapshot() as at:
        version, counters = at.version, at.counters()
    if counters != taken.counted:
        raise StoreMoved(expected=taken.version, found=version)
    origins = origins_of(taken.found, taken.tables)
    if taken.counters != counters:
        opened.store.commit(
            version, [], by=taken.place.actor, why="sync", run=new_run("ids", taken.now), now=taken.now,
            counters=taken.counters, origins=origins,
        )  # fmt: skip
