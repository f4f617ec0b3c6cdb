"""Which cells people have touched: only these are read, the others mean what they meant.

A cell that shows what it showed when both sides last agreed is as it was, whatever a format hides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sheetdesk.columns.base import Cell, CellKind, Column, Problem, Setting, blank
from sheetdesk.table.candidates import UNKNOWN
from sheetdesk.table.grid import Grid
from sheetdesk.table.identified import Identified
from sheetdesk.table.plain import PlainRows, encoded, typed_of
from sheetdesk.table.table import Table, kept_for, kind_of

__all__ = ["agreed_cells", "is_same_cell", "mend_dependents", "mend_put_back", "picker", "read_touched"]

# A double holds a time of day to about a microsecond, and programs save fifteen digits of it.
CLOSE = timedelta(milliseconds=1)
# Of a number LibreOffice saves fifteen digits and openpyxl sixteen; only seventeen tell any two apart.
KEPT_DIGITS = (15, 16)

FEW = 300
"""Of so many rows it is kept what they showed."""


def agreed_cells(
    keys: Sequence[str],
    columns: Sequence[Column],
    setting: Setting,
    base: PlainRows,
    source: Table | None,
) -> tuple[list[list[Any]], dict[str, list[Cell]]]:
    """The values that both sides last agreed on, by position in `keys`, and what their cells showed, by
    column; nobody changes these. They are kept with the `source`.
    """

    def made() -> tuple[list[list[Any]], dict[str, list[Cell]]]:
        agreed = [list(cells) for cells in zip(*base.values(), strict=True)] or [[] for _ in keys]
        return agreed, _shown(keys, agreed, columns, setting)

    if source is None or len(base) > FEW:
        return made()
    # Most small tables are as they were, and showing few cells costs as much as showing a hundred.
    given = (*columns, setting.locale, setting.zone, *base.values())
    return kept_for(source, "shown", given, made)


def _shown(
    keys: Sequence[str], agreed: Sequence[list[Any]], columns: Sequence[Column], setting: Setting
) -> dict[str, list[Cell]]:
    """What each stored column's cells showed when both sides last agreed on these values, by column."""
    positions = {key: position for position, key in enumerate(keys)}
    shown: dict[str, list[Cell]] = {}
    for column in columns:
        if column.key not in positions:
            continue
        values = agreed[positions[column.key]]
        if not values:
            shown[column.key] = []
            continue
        shown[column.key] = list(kind_of(column.type).show(typed_of(values, column.type), column, setting))
    return shown


def picker(places: Sequence[int], count: int) -> Callable[[Sequence[Any]], list[Any]]:
    """What takes the values at these places out of so many; at -1 there is nothing that anybody knows."""
    if places == range(count) or places == list(range(count)):
        return list
    if len(places) < 2:
        return lambda values: [values[place] if place >= 0 else UNKNOWN for place in places]
    pick = itemgetter(*places)
    return lambda values: [*pick([*values[:count], UNKNOWN])]


def read_touched(
    column: Column,
    raw: Sequence[Cell],
    showed: Sequence[Any],
    old: list[Any],
    bad: dict[int, Problem],
    setting: Setting,
) -> tuple[list[Any], list[Problem]]:
    """Plain values, UNKNOWN where a Problem is; `showed` and `old` are the cells and values last agreed
    on, UNKNOWN for new rows.
    """
    if not bad and raw == showed:
        return old, []
    kind = kind_of(column.type)
    timed = kind.cell_kind in (CellKind.MOMENT, CellKind.DATE)
    values: list[Any] = []
    touched: list[int] = []
    for position, (cell, shown) in enumerate(zip(raw, showed, strict=True)):
        if cell == shown or is_same_cell(cell, shown, timed=timed):
            values.append(old[position])
        else:
            values.append(UNKNOWN)
            if position not in bad:
                touched.append(position)
    problems = list(bad.values())
    for position in bad:
        values[position] = UNKNOWN
    if touched:
        reading = kind.read([raw[position] for position in touched], column, setting)
        failed = {problem.row for problem in reading.problems}
        for offset, value in enumerate(encoded(reading.values, column.type)):
            if offset not in failed:
                values[touched[offset]] = value
        problems += [replace(problem, row=touched[problem.row]) for problem in reading.problems]
    return values, problems


def is_same_cell(cell: Cell, shown: Cell, *, timed: bool) -> bool:
    """Whether a cell that was found shows what `shown` would, as close as programs keep times and numbers."""
    if cell == shown:
        return True
    if shown is None:
        return blank(cell)
    if timed and isinstance(cell, datetime) and isinstance(shown, datetime):
        return abs(cell - shown) <= CLOSE
    if isinstance(cell, float) and isinstance(shown, float):
        return any(cell == float(f"{shown:.{digits}g}") for digits in KEPT_DIGITS)
    return False


def mend_dependents(
    columns: Sequence[Column],
    read: dict[str, list[Any]],
    base: PlainRows,
    was: Sequence[int],
    keys: Sequence[str],
) -> None:
    """Of equal titles below different values, the one below the row's own."""
    old = list(base.values())
    for column in columns:
        if not column.depends_on or column.key not in read or column.depends_on not in read:
            continue
        titles: dict[str, list[Any]] = {}
        for choice in column.choices:
            titles.setdefault(choice.title.casefold(), []).append(choice)
        doubled = {c.key: same for same in titles.values() if len(same) > 1 for c in same}
        if not doubled:
            continue
        own, above = keys.index(column.key), keys.index(column.depends_on)
        values, parents = read[column.key], read[column.depends_on]
        for row, value in enumerate(values):
            agreed = old[was[row]] if was[row] >= 0 else None
            untouched = agreed is not None and (agreed[own], agreed[above]) == (value, parents[row])
            if value in doubled and not untouched:
                fitting = [c.key for c in doubled[value] if c.parent == parents[row]]
                values[row] = fitting[0] if fitting else value


def mend_put_back(
    grid: Grid,
    places: Mapping[str, int],
    identified: Identified,
    base: PlainRows,
    columns: Sequence[Column],
    shown: Mapping[str, Sequence[Cell]],
    keys: Sequence[str],
) -> None:
    """A row that gets its id back has been touched only where it shows something else than its ticket did."""
    at = {name: position for position, name in enumerate(base)} if identified.put_back else {}
    for place, name in identified.put_back.items():
        if name not in at:
            continue
        row, agreed = identified.rows[name], base[name]
        cells = list(row.cells)
        for column in columns:
            there = places.get(column.key)
            if there is None or column.key not in shown:
                continue
            timed = kind_of(column.type).cell_kind in (CellKind.MOMENT, CellKind.DATE)
            if is_same_cell(grid.cell(place, there), shown[column.key][at[name]], timed=timed):
                position = keys.index(column.key)
                cells[position] = agreed[position]
        identified.rows[name] = replace(row, cells=tuple(cells))
