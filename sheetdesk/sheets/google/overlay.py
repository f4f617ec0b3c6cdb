"""What rules write, as the sync tab keeps it: by id, in rows of its own, wherever people sort theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.google.cells import as_moments
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_WIDTH
from sheetdesk.table.grid import Grid

__all__ = ["Block", "blocks_in"]


@dataclass(frozen=True)
class Block:
    """One table's values. `left` is the column of its ids, `columns` the desk's columns right of it;
    `rows` are where each id stands, `end` is the row below the last.
    """

    table: str
    left: int
    columns: tuple[str, ...]
    grid: Grid
    rows: Mapping[str, int] = field(default_factory=dict)
    end: int = 1

    def place(self, column: str) -> int:
        """The column of the sync tab that keeps this column of the desk. Raises ValueError."""
        return self.left + 1 + self.columns.index(column)

    def shown(self, column: str, ids: Sequence[Cell], *, dated: bool) -> list[Cell]:
        """What the sheet shows in this column for rows with these ids, nothing for an id that is not kept."""
        kept = self.grid.column(self.place(column))
        places = [-1 if blank(name) else self.rows.get(plain(name), -1) for name in ids]
        cells: list[Cell] = [kept[place] if place >= 0 else None for place in places]
        return as_moments(cells) if dated else cells


def blocks_in(grid: Grid | None) -> dict[str, Block]:
    """The blocks of a sync tab, by table, as their heads say."""
    found: dict[str, Block] = {}
    if grid is None or not grid.rows:
        return found
    heads = [grid.cell(0, column) for column in range(min(OVERLAY_WIDTH, len(grid.columns)))]
    starts = [column for column, head in enumerate(heads) if head == "id"]
    for start, after in pairwise([*starts, len(heads)]):
        columns = []
        for head in heads[start + 1 : after]:
            if not isinstance(head, str) or "." not in head:
                break
            columns.append(head)
        if not columns:
            continue
        names = grid.column(start)
        rows: dict[str, int] = {}
        for row, name in enumerate(names):
            if row and not blank(name):
                # Of an id that stands there twice the sheet's formulas find the first.
                rows.setdefault(plain(name), row)
        table = columns[0].split(".")[0]
        keys = tuple(column.split(".", 1)[1] for column in columns)
        end = 1 + max((row for row, name in enumerate(names) if not blank(name)), default=0)
        found[table] = Block(table, start, keys, grid, rows, end)
    return found
