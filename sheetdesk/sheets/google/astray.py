"""Headers' formulas that a write put into a column which was not theirs: people had just inserted or moved
one. The title that stood there was copied before, and comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.google.headers import titles_in
from sheetdesk.sheets.google.journal import Copies, Copy, PlannedTab
from sheetdesk.sheets.google.read import LiveTab
from sheetdesk.sheets.google.render.dialect import text_literal
from sheetdesk.sheets.google.render.overlay_formula import is_filling
from sheetdesk.table.grid import Grid, folded

__all__ = ["astray", "with_titles"]


def astray(tab: LiveTab, planned: PlannedTab, at: Copies) -> dict[int, Cell]:
    """The titles that a write put its formulas over, by where they stood.

    One is such a title if it stood there when the write was applied, though not when it was planned, and
    is nowhere in the header now; None for a column that people had just inserted without one. Where the
    header itself had moved, none is.
    """
    header = next((table.top for table in tab.grid.tables), planned.header)
    here = set(titles_in(tab.grid.columns, header))
    copy = planned.copy_of(at)
    then = {folded(copy(planned.header, place)) for place in range(planned.left, planned.right + 1)}
    told = [folded(title) in then for title in planned.titles if not blank(title)]
    if 2 * sum(told) <= len(told):
        return {}
    found: dict[int, Cell] = {}
    for place, was in enumerate(planned.titles, planned.left):
        text, title = tab.grid.formula(header, place), copy(planned.header, place)
        if text is None or not is_filling(text) or was is None or folded(title) == folded(was):
            continue
        if text_literal(plain(was)) not in text:
            continue
        if place not in tab.marks if blank(title) else folded(title) not in here:
            found[place] = title
    return found | _missed(tab, planned, copy, header, here)


def _missed(tab: LiveTab, planned: PlannedTab, copy: Copy, header: int, here: Set[str]) -> dict[int, Cell]:
    """What belongs into the header where a title that was to come back was put over another one, which is
    nowhere now: that other one, and in its own column the title, over the formula that stands there still.
    """
    found: dict[int, Cell] = {}
    marked = {mark: place for place, (_, mark) in tab.marks.items()}
    for place, mark, title in planned.restored:
        own, covered = marked.get(mark, place), copy(planned.header, place)
        if own == place or folded(tab.grid.cell(header, place)) != folded(title):
            continue
        if not blank(covered) and folded(covered) not in here:
            found[place] = covered
            if is_filling(tab.grid.formula(header, own) or ""):
                found[own] = title
    return found


def with_titles(tab: LiveTab, titles: Mapping[int, Cell]) -> LiveTab:
    """The tab as it is once these titles stand in its header again, in place of formulas."""
    for place, title in titles.items():
        tab = replace(tab, grid=_with_title(tab.grid, tab.grid.tables[0].top, place, title))
    return tab


def _with_title(grid: Grid, header: int, place: int, title: Cell) -> Grid:
    cells = list(grid.columns[place])
    cells[header] = title
    if grid.formula(header, place) is not None and (header, place) not in grid.errors:
        # What stands below is the formula's: where anybody had typed, it could show nothing.
        cells[header + 1 :] = [None] * (len(cells) - header - 1)
    columns = [*grid.columns[:place], cells, *grid.columns[place + 1 :]]
    texts = [None if row == header else text for row, text in enumerate(grid.formulas.get(place, ()))]
    formulas = {**grid.formulas, place: texts}
    if all(text is None for text in texts):
        del formulas[place]
    # Until it is written, the title there tells nothing of the column.
    return replace(grid, columns=columns, formulas=formulas, errors=grid.errors | {(header, place)})
