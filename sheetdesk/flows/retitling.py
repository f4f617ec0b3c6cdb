"""Choices that are called otherwise now, in cells which a sync leaves as people typed them: each goes on to
mean what it meant.
"""

from __future__ import annotations

from collections.abc import Collection

from sheetdesk.desk.desk import Desk
from sheetdesk.flows.taking import TakenIn
from sheetdesk.table.edits import CellEdit
from sheetdesk.table.tell import cell_of
from sheetdesk.table.titles import retitled

__all__ = ["retitled_cells"]


def retitled_cells(desk: Desk, taken: TakenIn, key: str, kept: Collection[str]) -> list[CellEdit]:
    """The cells of new rows, of those that nobody can tell apart, of the `kept` that may not be added and of
    conflicts, whose titles are others in `desk` than in the sheet.
    """
    done = taken.tables[key]
    reading, spec = done.table.reading, desk.table(key)
    doubtful = {(problem.row, problem.column) for problem in reading.problems if problem.kind == "retitled"}
    rows = {row.place for row in reading.new} | {reading.places[name] for name in kept}
    rows |= {row for places in reading.identified.frozen.values() for row in places}
    made = []
    for column in reading.columns:
        place = reading.headers.places.get(column.key)
        titles = retitled(column, spec.column(column.key)) if column.choices else {}
        if place is None or not titles:
            continue
        for row in sorted(rows):
            title = titles.get(str(reading.area.grid.cell(row, place)))
            if title is not None and (row, column.key) not in doubtful:
                made.append(CellEdit(row, place, title))
        made += [
            CellEdit(reading.places[conflict.row], place, cell_of(desk, spec, column.key, conflict.theirs))
            for conflict in taken.conflicts
            if (conflict.table, conflict.column) == (key, column.key) and conflict.row in reading.places
        ]
    return made
