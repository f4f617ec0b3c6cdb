"""What a version of a sheet is read beside: the store at one moment, and what was agreed on before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.columns.base import Column, Setting
from sheetdesk.desk.desk import Desk, TableSpec
from sheetdesk.desk.ids import IdForm
from sheetdesk.errors import HeaderSorted, SheetForeign, SheetUnrecognised
from sheetdesk.flows.opening import TABLES, OpenDesk
from sheetdesk.flows.places import Place
from sheetdesk.intake.words import synonyms_of
from sheetdesk.plan.draw import shown_columns
from sheetdesk.plan.machinery import KEY, read_stamp
from sheetdesk.sheets.base import Fetched
from sheetdesk.store.bases import Agreement, Base, as_read, as_written
from sheetdesk.store.own_cells import OwnRows
from sheetdesk.table.doubts import Doubts
from sheetdesk.table.grid import find_area, folded
from sheetdesk.table.mentioned import in_texts
from sheetdesk.table.overtaken import PutOver, before_writing, typed_under
from sheetdesk.table.plain import PlainRows, plain_rows
from sheetdesk.table.reading import Known, read_grid
from sheetdesk.table.table import Table, stored
from sheetdesk.table.taken import ReadTable, with_returned
from sheetdesk.table.titles import TITLES, called, otherwise, titles_listed, titles_of

__all__ = [
    "Before",
    "begun_rows",
    "listed_in",
    "look_before",
    "origin_of",
    "promised_rows",
    "read_table",
    "table_keys",
]

SOME = 3
ORDER = ("choices", "people", "rules", "cases", "tickets")


@dataclass(frozen=True)
class Before:
    """What is known before a sheet is read, at one moment of the store.

    `stamp` is the one that the file carries; `bases` are what was last read of a file with it, `written`
    what was put into it, `newest` what was last agreed on with the sheet. `named` are the ids that rows
    of this very version got when it was read before, by `origin_of`. `titles` are what its cells call the
    choices, `titles_before` what they did before the write that nobody has read yet, where people may have
    typed on meanwhile; `own` is what people's own columns held.
    """

    version: int
    lineage: str
    agreement: Agreement
    tables: Mapping[str, Table]
    archived: Mapping[str, frozenset[str]]
    gone: Mapping[str, Table]
    counters: Mapping[str, int]
    stamp: int
    bases: Mapping[str, Base]
    written: Mapping[str, Base]
    newest: Mapping[str, Base]
    later: Mapping[str, PlainRows]
    named: Mapping[str, str]
    titles: PlainRows
    titles_before: PlainRows
    own: OwnRows

    @property
    def is_live(self) -> bool:
        """The sheet carries the newest stamp: it is no old copy."""
        return self.stamp == as_written(self.agreement.stamp)


def table_keys(place: Place) -> tuple[str, ...]:
    """The tables of a sheet that its people may change; the tickets are read by the choices before them."""
    return ("tickets",) if place.whom.is_copy else ORDER


def look_before(opened: OpenDesk, place: Place, found: Fetched) -> Before:
    """What is known before this version of the sheet is read. Raises SheetForeign."""
    with opened.store.snapshot() as at:
        lineage = at.lineage
        agreement = at.agreement(place.key)
        stamp = _stamp(place, found, lineage, agreement)
        specs = {key: opened.desk.table(key) for key in ("tickets", *TABLES)}
        keys = table_keys(place)
        gone = {key: at.archived(spec) for key, spec in specs.items()}
        is_newest = stamp == as_written(agreement.stamp)
        read = agreement.stamp if is_newest else as_read(stamp)
        bases = {key: at.base(place.key, specs[key], read) for key in keys}
        written = bases
        if read != stamp:
            written = {key: at.base(place.key, specs[key], stamp) for key in keys}
        newest = bases
        later: dict[str, PlainRows] = {}
        if not is_newest:
            later = {key: at.later(place.key, specs[key], read) for key in keys}
            newest = {key: at.base(place.key, specs[key], agreement.stamp) for key in keys}
        # A sheet that an earlier version wrote is called by what the store has.
        titles = at.base(place.key, TITLES, read).rows or titles_of(opened.desk)
        is_unread = place.sheet.is_live and agreement.stamp == stamp > 0
        titles_before = at.base(place.key, TITLES, stamp - 1).rows if is_unread else {}
        return Before(
            version=at.version,
            lineage=lineage,
            agreement=agreement,
            tables={key: at.table(spec) for key, spec in specs.items()},
            archived={key: frozenset(gone[key].frame.index) for key in specs},
            gone=gone,
            counters=at.counters(),
            stamp=stamp,
            bases=bases,
            written=written,
            newest=newest,
            later=later,
            named=at.origins(f"{found.revision}:"),
            titles=titles,
            titles_before=titles_before,
            own=at.own_cells(place.key),
        )


def origin_of(found: Fetched, key: str, place: int) -> str:
    """What tells one row of one version from all others."""
    return f"{found.revision}:{key}:{place}"


def _stamp(place: Place, found: Fetched, lineage: str, agreement: Agreement) -> int:
    """The base that the sheet was last made equal to. Raises SheetForeign."""
    grid = found.grid(KEY)
    stamp = read_stamp(grid) if grid is not None else {}
    if not stamp and found.is_sure:
        return as_written(agreement.stamp)
    if stamp.get("lineage") != lineage or stamp.get("sheet") != place.key:
        raise SheetForeign(path=place.state.address)
    number = stamp.get("base", "")
    is_number = number.isdigit() and len(number) < 10
    return as_written(min(int(number), agreement.stamp) if is_number else agreement.stamp)


def read_table(
    place: Place,
    found: Fetched,
    desk: Desk,
    key: str,
    before: Before,
    now: Mapping[str, Table],
    given: Collection[str] = (),
    listed: PlainRows | None = None,
) -> ReadTable | None:
    """One table of the sheet, read; None when its tab is gone. `given` are ids that new rows were just
    given, `listed` the titles in its own Lists. Raises SheetUnrecognised for the tickets, HeaderSorted.
    """
    spec = desk.table(key)
    columns = tuple(shown_columns(desk, place.whom) if key == "tickets" else spec.columns)
    agreement = before.agreement
    once = agreement.columns.get(key)
    learned = agreement.learned.get(key, {})
    weights = {
        folded(learned.get(column.key, column.title)): 3 if column.key == "id" else 1
        for column in columns
        if once is None or column.key in once
    }
    titles = [title for title in (agreement.tabs.get(key), spec.title) if title]
    area = find_area(found.grids, key, titles, weights)
    area = area or find_area((*found.grids, *found.rest()), key, titles, weights)
    if area is None:
        if key == "tickets":
            raise SheetUnrecognised(path=place.state.address, what=spec.title)
        return None
    ours = plain_rows(now[key])
    present = {column.key for column in columns}
    unseen = [position for position, name in enumerate(stored(spec)) if name not in present]
    # A ticket that comes back from here brings along what this sheet does not show of it.
    ever = plain_rows(before.gone[key]) | ours if unseen else ours
    base = _as_in(before.bases[key].rows, ever, unseen)
    later = {name: cells for name, cells in before.later.get(key, {}).items() if name not in base}
    # Where all work in one sheet, who deletes a row before it has its id means to: until that write is there.
    kept = _not_archived(before, spec, agreement.promised if before.is_live else {})
    kept = kept if place.sheet.is_live else promised_rows(before, spec)
    promised = {name: cells for name, cells in kept.items() if name not in base}
    form = IdForm(desk.ids)
    over = [cell for cell in found.put_over if cell.tab == area.grid.title]
    known = Known(
        base,
        ever,
        before.archived[key].union(given),
        (lambda text: form.parse(text) is not None) if key == "tickets" else bool,
        learned,
        agreement.numbers.get(key, {}),
        _as_in(later, ever, unseen) | promised,
        {} if before.written is before.bases else _as_in(before.written[key].rows, ever, unseen),
        lambda at: "" if place.sheet.is_live else before.named.get(origin_of(found, key, at), ""),
        _doubts(before, desk, columns, key, listed, over, ours),
        now[key],
    )
    earlier = columns
    if any(one and one != titles_of(desk) for one in (before.titles, before.titles_before, listed)):
        earlier = called(columns, key, before.titles_before or before.titles, before.titles)
        columns = called(columns, key, before.titles, listed or {}, before.titles_before)
    people = frozenset(str(name) for name in now["people"].frame.index)
    setting = Setting(desk.locale, desk.zone, people=people or None, synonyms=synonyms_of(desk))
    reading = read_grid(area, spec, columns, setting, known)
    headers = reading.headers.places
    if "id" not in headers:
        raise SheetUnrecognised(path=place.state.address, what=spec.column("id").title)
    if reading.above:
        row = min(reading.above.values()) + 1
        tickets = ", ".join(list(reading.above)[:SOME]) + (", …" if len(reading.above) > SOME else "")
        raise HeaderSorted(path=place.state.address, tab=area.grid.title, tickets=tickets, row=row)
    if found.overtaken:
        here = [cell for cell in found.overtaken if cell.tab == area.grid.title]
        places = _by_place(columns, headers), _by_place(earlier, headers)
        base = before_writing(base, reading.rows, here, *places, stored(spec), setting)
    put_over = typed_under(over, _by_place(earlier, headers), stored(spec), setting)
    seen = [name for name in known.later if name in reading.rows and name in ours | later]
    base = base | {name: known.later[name] for name in seen}
    if not place.sheet.is_live:
        base = with_returned(base, known.written, reading.rows, ours)
    if once is not None:
        # What was never in this sheet is not lost.
        reading.headers.lost = [name for name in reading.headers.lost if name in once]
    read, written = before.bases[key].rows, before.written[key].rows
    retyped = {name for name, cells in written.items() if read.get(name, cells) != cells}
    if not place.sheet.is_live:
        retyped |= read.keys() - written.keys()
    back = [name for name in reading.rows if name in before.archived[key]]
    archived = plain_rows(Table(spec, before.gone[key].frame.loc[back])) if back else {}
    missing = before.bases[key].missing
    return ReadTable(spec, columns, reading, base, missing, now[key], frozenset(retyped), archived, put_over)


def listed_in(before: Before, read: ReadTable) -> PlainRows:
    """The titles as the sheet's own Lists give them, once these are read."""
    return titles_listed(before.titles, read.reading.rows, (row.cells for row in read.reading.new))


def _doubts(
    before: Before, desk: Desk, columns: Sequence[Column], key: str, listed: PlainRows | None,
    over: Sequence[PutOver], ours: PlainRows,
) -> Doubts:  # fmt: skip
    """What else people may have taken the titles for: by its own Lists, or by what it showed before the last
    write. What that write left there of theirs is as it was read.
    """
    found, first = [], before.titles_before
    if listed is not None:
        found += otherwise(columns, key, before.titles, listed)
    if first:
        found += otherwise(columns, key, before.titles, first, before.agreement.left.get(key, {}))
    typed = [(cell.row, cell.place, cell.cell) for cell in over] if first else []
    titles = [before.titles, titles_of(desk), *([listed] if listed else []), *([first] if first else [])]
    return Doubts(
        found, before.agreement.unsure.get(key, {}), typed, in_texts(desk, key, titles, ours, listed)
    )


def _by_place(columns: Sequence[Column], headers: Mapping[str, int]) -> dict[int, Column]:
    return {headers[column.key]: column for column in columns if column.key in headers}


def promised_rows(before: Before, spec: TableSpec) -> PlainRows:
    """Rows that have ids which nobody has seen in the file, as they were typed."""
    return begun_rows(before, spec) | _not_archived(before, spec, before.agreement.promised)


def begun_rows(before: Before, spec: TableSpec) -> PlainRows:
    """Rows that were read without ids, as they were typed, where the file need not be made from that one: who
    saved it may not have deleted them.
    """
    agreement = before.agreement
    return _not_archived(before, spec, agreement.begun) if before.stamp != agreement.begun_at else {}


def _not_archived(
    before: Before, spec: TableSpec, rows: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> PlainRows:
    return {
        name: tuple(map(cells.get, stored(spec)))
        for name, cells in rows.get(spec.key, {}).items()
        if name not in before.archived[spec.key]
    }


def _as_in(rows: PlainRows, ours: PlainRows, unseen: Sequence[int]) -> PlainRows:
    """The rows as agreed, and as the store has them in the columns that the sheet does not show."""
    if not unseen:
        return dict(rows)
    whole: PlainRows = {}
    for name, cells in rows.items():
        mine = list(cells)
        for position in unseen:
            mine[position] = ours[name][position] if name in ours else None
        whole[name] = tuple(mine)
    return whole
