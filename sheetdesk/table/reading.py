"""What people did to a table of the desk: a tab's cells understood, each row known by its id.

A cell that shows what it showed when both sides last agreed is not read again: it has not been
touched, whatever a format hides. A cell nobody can read keeps the last good value and is a Problem.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheetdesk.columns.base import Column, Problem, Setting, blank, plain
from sheetdesk.desk.desk import TableSpec
from sheetdesk.table.candidates import UNKNOWN, masked
from sheetdesk.table.doubts import ColumnCells, Doubts, Rows, doubtful
from sheetdesk.table.grid import Area, cell_name, covered_cells
from sheetdesk.table.headers import Headers, find_columns
from sheetdesk.table.identified import FoundRow, Identified
from sheetdesk.table.identify import identify
from sheetdesk.table.likeness import comparable, share_of_cells, share_of_ids
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import Table, stored
from sheetdesk.table.touched import agreed_cells, mend_dependents, mend_put_back, picker, read_touched

__all__ = ["Known", "SheetReading", "read_grid"]


@dataclass(frozen=True)
class Known:
    """What is known before a tab is read.

    `base` is what was last agreed on with this sheet, and as in `ours`, the store, in the columns that
    it does not show. `ids` are all the store ever had, `is_valid` says which texts may be adopted as new
    ones. `learned` and `numbers` are what the columns were called, and numbered by the program. `later`
    are rows that this sheet got only after the version that is read, `written` those that were put into
    it, where they are not as they were read last. `named` has the id that a row of this very version got
    when it was read before, by its place, "" for none. `doubts` are choices that
    nobody can tell. `source` is the store's table, with which is kept what is worked out from it.
    """

    base: PlainRows
    ours: PlainRows
    ids: Collection[str] = frozenset()
    is_valid: Callable[[str], bool] = bool
    learned: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    later: PlainRows = field(default_factory=dict)
    written: PlainRows = field(default_factory=dict)
    named: Callable[[int], str] = lambda place: ""
    doubts: Doubts = field(default_factory=Doubts)
    source: Table | None = None


@dataclass
class SheetReading:
    """A table as the sheet has it. `rows` are whole: what the sheet does not show is as agreed.

    `places` are the rows of the tab by id; `new` rows wait for an id; `held` are (row of the tab, column
    key) that nobody may write: unreadable, merged over, or holding a person's formula. `above` are ids that
    stand only above the header or in its row, which was sorted along with them, and their rows. `end` is the
    last row of the tab in which anything stands. `columns` have the choices as they are called there.
    """

    area: Area
    headers: Headers
    identified: Identified
    rows: PlainRows = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    new: list[FoundRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    held: set[tuple[int, str]] = field(default_factory=set)
    above: dict[str, int] = field(default_factory=dict)
    end: int = 0
    columns: Sequence[Column] = ()


def read_grid(
    area: Area, spec: TableSpec, columns: Sequence[Column], setting: Setting, known: Known
) -> SheetReading:
    """Read the `columns` of the table that this sheet shows, with their choices as they are called there.
    Without an id column nothing can be read: `headers.lost` names it then, and there are no rows.
    """
    keys = stored(spec)
    agreed, shown = agreed_cells(keys, columns, setting, known.base, known.source)
    at = {name: place for place, name in enumerate(known.base)}
    ids_alone = [column for column in columns if column.key == "id"]
    likeness = share_of_ids(area, at)
    first = find_columns(area, ids_alone, known.learned, known.numbers, likeness).places
    if "id" in first:
        likeness = share_of_cells(area, first["id"], at, shown | {"id": list(at)})
    headers = find_columns(area, columns, known.learned, known.numbers, likeness)
    found = SheetReading(area, headers, Identified(), end=_last_filled(area), columns=columns)
    if "id" not in headers.places:
        return found
    rows = _rows(area, spec, headers, known)
    ids = [comparable(area.grid.cell(row, headers.places["id"])) for row in rows]
    was = [at.get(name, -1) for name in ids]
    of_rows = picker(was, len(at))
    below = set(ids)
    tops = map(comparable, area.grid.column(headers.places["id"])[: area.header + 1])
    found.above = {name: row for row, name in enumerate(tops) if name in at and name not in below}
    read: dict[str, list[Any]] = {}
    unread: dict[tuple[int, str], Problem] = {}
    covered = covered_cells(area)
    cells_of: dict[str, ColumnCells] = {}
    for column in columns:
        place = headers.places.get(column.key)
        if place is None or column.key not in keys:
            continue
        position = keys.index(column.key)
        there = area.grid.column(place)
        raw = [there[row] for row in rows]
        bad = _unreadable(area, rows, place, covered, column, setting)
        showed, old = of_rows(shown[column.key]), of_rows(agreed[position])
        cells_of[column.key] = ColumnCells(place, raw, showed, old, bad)
        values, problems = read_touched(column, raw, showed, old, bad, setting)
        read[column.key] = values
        for problem in problems:
            named = replace(problem, row=rows[problem.row], cell=cell_name(rows[problem.row], place))
            unread[rows[problem.row], column.key] = named
    mend_dependents(columns, read, known.base, was, keys)
    about = Rows(ids, was, known.base)
    for position, key in doubtful(columns, read, cells_of, known.doubts, about, keys, setting):
        read[key][position] = UNKNOWN
        row, typed = rows[position], plain(cells_of[key].raw[position])
        where = cell_name(row, headers.places[key])
        expected = setting.locale.text("expected.retitled")
        unread[row, key] = Problem("retitled", key, typed, expected, row=row, cell=where)
    blanks = [UNKNOWN] * len(rows)
    cells = list(zip(*(read.get(key, blanks) for key in keys), strict=True)) if keys else [()] * len(rows)
    told = [FoundRow(row, name, c) for row, name, c in zip(rows, ids, cells, strict=True)]
    beside = {
        keys.index(key) for key, place in headers.places.items() if key in keys and place in area.grid.beside
    }
    title, created = (keys.index(key) if key in keys else None for key in ("title", "created"))
    ever = {*known.ids, *known.ours, *known.later}
    # Cells that go with an id, wherever that was moved, tell nothing of the row.
    seen = [FoundRow(row, n, c) for row, n, c in zip(rows, ids, masked(cells, beside), strict=True)]
    machine = {column.key for column in columns if column.owner != "people"}
    identified = identify(
        seen, known.base, ever, known.is_valid, title, known.later, created, known.written, known.named,
        {place for place, key in enumerate(keys) if key in machine},
    )  # fmt: skip
    if beside:
        _take_beside(identified, {row.place: row for row in told})
    mend_put_back(area.grid, headers.places, identified, known.base, columns, shown, keys)
    _settle(found, identified, known, unread, keys, machine)
    _hold_formulas(found, columns)
    _hold_covered(found, columns, covered)
    return found


def _take_beside(identified: Identified, told: Mapping[int, FoundRow]) -> None:
    """Cells that go with the id are read again where it is the row's own."""
    for name, row in identified.rows.items():
        if row.id in ("", name):
            identified.rows[name] = told[row.place]
    identified.new = [told[row.place] if not row.id else row for row in identified.new]


def _last_filled(area: Area) -> int:
    columns = [area.grid.columns[place] for place in area.titles if place < len(area.grid.columns)]
    for row in range(area.last, area.header, -1):
        if any(not blank(column[row]) for column in columns):
            return row
    return area.header


def _rows(area: Area, spec: TableSpec, headers: Headers, known: Known) -> list[int]:
    """The rows of the tab that are rows of the table.

    Inside a native table every row with anything in a stored column is one. Below it, or where there is
    none, a row needs a title, or an id that is known: a note under the table is no ticket.
    """
    keys = [key for key in ("id", *stored(spec)) if key in headers.places]
    columns = [area.grid.column(headers.places[key]) for key in keys]
    bottom = area.table.bottom if area.table is not None else area.header
    totals = bottom + 1 if area.table is not None and area.table.totals else -1
    ids = known.base.keys() | known.ours.keys()
    telling = [column for key, column in zip(keys, columns, strict=True) if key == "title"] or columns
    rows = []
    for row in range(area.header + 1, area.last + 1):
        name = columns[0][row]
        if row == totals:
            continue
        if row <= bottom:
            counts = not blank(name) or any(not blank(column[row]) for column in columns)
        else:
            counts = (not blank(name) and comparable(name) in ids) or any(
                not blank(column[row]) for column in telling
            )
        if counts:
            rows.append(row)
    return rows


def _unreadable(
    area: Area,
    rows: Sequence[int],
    place: int,
    covered: set[tuple[int, int]],
    column: Column,
    setting: Setting,
) -> dict[int, Problem]:
    """By position in `rows`, the cells that hold nothing of their own: merged over, or in error."""
    if not covered and not area.grid.errors:
        return {}
    found = {}
    for position, row in enumerate(rows):
        if (row, place) in covered:
            expected = setting.locale.text("expected.unmerged")
            found[position] = Problem("merged", column.key, "", expected, row=position)
        elif (row, place) in area.grid.errors:
            raw = plain(area.grid.cell(row, place))
            expected = setting.locale.text("expected.no_error")
            found[position] = Problem("unreadable", column.key, raw, expected, row=position)
    return found


def _settle(
    found: SheetReading,
    identified: Identified,
    known: Known,
    unread: Mapping[tuple[int, str], Problem],
    keys: Sequence[str],
    machine: Collection[str],
) -> None:
    """Whole rows by id, and Problems that say whose they are."""
    found.identified = identified
    found.new = identified.new
    owners = {row.place: name for name, row in identified.rows.items()}
    nothing = (None,) * len(keys)
    for name, row in identified.rows.items():
        agreed = known.base.get(name) or known.later.get(name) or known.ours.get(name)
        agreed = agreed or known.written.get(name) or nothing
        cells = row.cells
        if UNKNOWN in cells:
            cells = tuple(a if c is UNKNOWN else c for c, a in zip(cells, agreed, strict=True))
        found.rows[name] = cells
        found.places[name] = row.place
    for name in identified.frozen:
        kept_row = known.base.get(name) or known.ours.get(name)
        if kept_row is not None:
            found.rows[name] = kept_row
    for (place, key), problem in unread.items():
        owner = owners.get(place, "")
        found.problems.append(replace(problem, ticket=owner))
        # What only rules write is put back, readable or not; so is what means one choice or another.
        if key not in machine and (problem.kind != "retitled" or not owner):
            found.held.add((place, key))


def _hold_formulas(found: SheetReading, columns: Sequence[Column]) -> None:
    """A person's formula in a column of values is not written over."""
    for column in columns:
        place = found.headers.places.get(column.key)
        if place is None or column.owner == "formula" or place not in found.area.grid.formulas:
            continue
        texts = found.area.grid.formulas[place]
        rows = {*found.places.values(), *(row.place for row in found.new)}
        found.held |= {(row, column.key) for row in rows if row < len(texts) and texts[row] is not None}


def _hold_covered(
    found: SheetReading, columns: Sequence[Column], covered: Collection[tuple[int, int]]
) -> None:
    """Under a merged cell nothing can be written, whatever the column."""
    keys = {
        found.headers.places[column.key]: column.key
        for column in columns
        if column.key in found.headers.places
    }
    found.held |= {(row, keys[place]) for row, place in covered if place in keys}
