"""Which rows and cells a write really hit, told from the rows that it copied just before: were they its own,
and as they had been when it was planned?
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sheetdesk.columns.base import Cell, blank
from sheetdesk.sheets.google.journal import Copies, Copy, Plan, Planned, PlannedTab
from sheetdesk.sheets.moments import moment
from sheetdesk.table.grid import folded
from sheetdesk.table.touched import is_same_cell

__all__ = [
    "Hit", "alike", "dated_cell", "hits", "is_half", "is_like", "is_right", "is_still", "is_whole",
    "missed_by_tags", "moved_from", "renamed", "same",
]  # fmt: skip


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same; an empty text is no content."""
    if type(one) is type(other):
        if one == other:
            return True
        if type(one) is not str:
            return (one != one and other != other) or is_same_cell(one, other, timed=True)
        # Nearly all that is asked about two different cells is this.
        return (not one or one.isspace()) and blank(other)
    return blank(one) and blank(other)


def alike(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same, a date in one of them being the number of its day in the other."""
    if isinstance(one, datetime) != isinstance(other, datetime):
        return same(dated_cell(one), dated_cell(other))
    return same(one, other)


def dated_cell(cell: Cell) -> Cell:
    return moment(cell, False) if type(cell) is float else cell


@dataclass(frozen=True)
class Hit:
    """What became of one planned row: the row that stood there, the columns whose cell was not its own or
    no longer as planned, and of these the columns of cells that did not get what they were meant to.
    """

    planned: Planned
    before: tuple[Cell, ...]
    wrong: tuple[int, ...]
    missed: tuple[int, ...]


def hits(tab: PlannedTab, copy: Copy, here: Collection[str] = ()) -> list[Hit]:
    """What became of the rows of which not everything went as it was planned. `here` are the folded titles
    that stand in the tab's header now.
    """
    span = range(tab.left, tab.right + 1)
    header = [copy(tab.header, column) for column in span]
    titles = renamed(tab.titles, header, here)
    moved = moved_from(tab, titles, header)
    dated = set(tab.dated) - moved
    # A line without an id is known by all of its cells: none may have moved out of what was copied.
    then = set(map(folded, header))
    is_whole = all(
        folded(title) in then
        for column, title in zip(span, titles, strict=True)
        if title is not None and column not in tab.filled
    )
    own = _own_positions(titles, header)
    found = []
    for planned in tab.rows:
        if tab.id_column not in moved and _is_as_planned(tab, planned, copy, dated, moved):
            continue
        # Whether a column that has moved holds dates is not known here.
        raw = {c: copy(planned.row, c) for c in span}
        before = tuple(dated_cell(raw[c]) if c in dated else raw[c] for c in span)
        is_row = tab.id_column not in moved and _is_row(tab, planned, before, moved, own, is_whole=is_whole)
        missed = tuple(c for c in planned.cells if not is_row or c in moved)
        typed = (c for c, (old, _) in planned.cells.items() if not same(before[c - tab.left], old))
        found.append(Hit(planned, before, tuple(dict.fromkeys((*missed, *typed))), missed))
    return found


def renamed(titles: Sequence[Cell], header: Sequence[Cell], here: Collection[str] = ()) -> tuple[Cell, ...]:
    """What columns that had these titles are called in a header of the same span.

    A title that was nowhere, in the place of one that is nowhere now, nor among those that stand `here`, is a
    new one for the same column. Right of it some title must stand where it stood: or a column may have been
    inserted, and another pushed out.
    """
    old, new = list(map(folded, titles)), list(map(folded, header))
    last = max((at for at, title in enumerate(old) if title and title == new[at]), default=0)
    found = list(titles)
    for at in range(last):
        is_gone = old[at] not in new and old[at] not in here
        if old[at] and new[at] and is_gone and new[at] not in old:
            found[at] = header[at]
    return tuple(found)


def _is_as_planned(tab: PlannedTab, planned: Planned, copy: Copy, dated: Set[int], moved: Set[int]) -> bool:
    """Whether a row with an id stood there with nothing changed that was written to: nearly all do."""
    if blank(planned.name) or planned.was or not moved.isdisjoint(planned.cells):
        return False
    if not same(copy(planned.row, tab.id_column), planned.name):
        return False
    if planned.called is not None and not same(copy(planned.row, tab.title), planned.called):
        return False
    for column, (old, _) in planned.cells.items():
        cell = copy(planned.row, column)
        if not same(dated_cell(cell) if column in dated else cell, old):
            return False
    return True


def _own_positions(titles: Sequence[Cell], header: Sequence[Cell]) -> list[int]:
    """At which position of a header each of these columns stands, and at its end those of all others."""
    then = list(map(folded, header))
    named = [folded(title) for title in titles]
    found = [then.index(name) if name and then.count(name) == 1 else at for at, name in enumerate(named)]
    return [*found, *(at for at in range(len(then)) if at not in found)]


def _is_row(
    tab: PlannedTab,
    planned: Planned,
    before: Sequence[Cell],
    moved: Set[int],
    own: Sequence[int],
    *,
    is_whole: bool,
) -> bool:
    name = before[tab.id_column - tab.left]
    if not same(planned.name, name):
        return False
    if planned.called is not None and tab.title not in moved:
        return alike(planned.called, before[tab.title - tab.left])
    if not blank(name) and not (planned.was and is_whole):
        return True
    # Each cell is held against that of its own column, others against nothing.
    then = [before[at] for at in own]
    stood = [*planned.was, *[None] * (len(then) - len(planned.was))]
    was, now = (
        [None if c in tab.filled else cell for c, cell in enumerate(cells, tab.left)]
        for cells in (stood, then)
    )
    if blank(name):
        return is_whole and is_still(was, now, tab.title - tab.left)
    # A row with another's id may be a copy of that, which it is all too like but for a title of its own.
    title = tab.title - tab.left
    is_own = _is_called(was, now, title) and was[title] not in tab.common and is_half(was, now)
    return is_whole and (is_own or all(map(alike, was, now)))


def is_like(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether two rows without ids are the same row: more than half of what stands in either is alike."""
    filled = [(a, b) for a, b in zip(one, other, strict=False) if not (blank(a) and blank(b))]
    return 2 * sum(alike(a, b) for a, b in filled) > len(filled) or not filled


def is_still(was: Sequence[Cell], now: Sequence[Cell], title: int) -> bool:
    """Whether a row without an id, at whose position `title` is what it is called, is one that was like this,
    whose person goes on typing or takes some back.
    """
    if is_like(was, now) or _is_left(was, now) or _is_left(now, was):
        return True
    return _is_called(was, now, title) and is_half(was, now)


def _is_left(less: Sequence[Cell], more: Sequence[Cell]) -> bool:
    """Whether all that stands in one row stands in the other."""
    stands = [(a, b) for a, b in zip(less, more, strict=True) if not blank(a)]
    return bool(stands) and all(alike(a, b) for a, b in stands)


def _is_called(was: Sequence[Cell], now: Sequence[Cell], title: int) -> bool:
    return 0 <= title < len(was) and not blank(was[title]) and alike(was[title], now[title])


def is_half(was: Sequence[Cell], now: Sequence[Cell]) -> bool:
    """Whether half of what stood in a row stands there still."""
    kept = [alike(a, b) for a, b in zip(was, now, strict=True) if not blank(a)]
    return 2 * sum(kept) >= len(kept)


def is_right(tabs: Sequence[PlannedTab], at: Copies) -> bool:
    """Whether a write hit what it was meant for, and nothing that had changed since it was planned: no row,
    and no header, in which formulas may have been written.
    """
    copies = [(tab, tab.copy_of(at)) for tab in tabs]
    for tab, copy in copies:
        header = [copy(tab.header, column) for column in range(tab.left, tab.right + 1)]
        if moved_from(tab, tab.titles, header).difference(tab.filled):
            return False
    return not any(hit.wrong for tab, copy in copies for hit in hits(tab, copy))


def is_whole(tab: PlannedTab, planned: Planned) -> bool:
    """Whether a row was to be added as a whole: nothing stood there but what formulas show."""
    stood = (cell for column, cell in enumerate(planned.was, tab.left) if column not in tab.filled)
    return blank(planned.name) and all(map(blank, stood))


def moved_from(tab: PlannedTab, titles: Sequence[Cell], header: Sequence[Cell]) -> set[int]:
    """The columns that have other titles in the header than these."""
    return {
        column
        for column, (title, found) in enumerate(zip(titles, header, strict=True), tab.left)
        if title is not None and folded(found) != folded(title)
    }


def missed_by_tags(plan: Plan, at: Copies, here: Mapping[int, Collection[str]]) -> dict[str, Cell]:
    """The tags of values that were put into cells not meant for them or changed by then, with what had
    stood there. `here` are the folded titles in the headers of tabs now, by sheet id.
    """
    wrong: dict[tuple[int, int, int], Cell] = {}
    for tab in plan.tabs:
        for hit in hits(tab, tab.copy_of(at), here.get(tab.sheet_id, ())):
            for column in hit.wrong:
                wrong[tab.sheet_id, hit.planned.row, column] = hit.before[column - tab.left]
    return {
        tag: wrong[tab.sheet_id, row.row, column]
        for tab, row, column, tag in plan.tags()
        if (tab.sheet_id, row.row, column) in wrong
    }
