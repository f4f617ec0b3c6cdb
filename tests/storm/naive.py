"""The sync that one would write first: rows by position, the last writer wins, the whole table written back.

It shows that the rules of the oracle bite: nearly every schedule breaks some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sheetdesk.columns.base import Cell
from sheetdesk.desk.desk import Desk
from sheetdesk.sheets.base import Fetched
from sheetdesk.sheets.memory import MemoryBook, MemorySheet
from sheetdesk.table.change import Entry
from sheetdesk.table.grid import Grid
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import stored
from tests.storm.ledger import NONSENSE, Ledger, meaning
from tests.storm.page import tickets_grid
from tests.storm.places import StormPlace, grids_of

__all__ = ["Naive"]

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@dataclass
class Naive:
    """Its store: the cells by id, as they stood in the sheet that was read last; and a journal of these."""

    desk: Desk
    rows: dict[str, dict[str, Cell]] = field(default_factory=dict)
    number: int = 100
    entries: list[Entry] = field(default_factory=list)

    def sync(self, ledger: Ledger, places: Mapping[str, StormPlace], pause: Callable[[str], None]) -> None:
        """Read every sheet, then write each back whole."""
        found: dict[str, Fetched] = {}
        for key, place in places.items():
            pause(f"read {key}")
            version = place.look()
            if version is None:
                continue
            found[key] = version
            ledger.seen.add((key, version.revision))
            self.read(tickets_grid(grids_of(version)))
        for key, version in found.items():
            pause(f"write {key}")
            self.write(ledger, key, places[key], version)

    def read(self, grid: Grid) -> None:
        """Take every row over, by the titles of the columns."""
        titles = [str(grid.cell(0, place) or "") for place in range(len(grid.columns))]
        keys = {column.title: column.key for column in self.desk.tickets.columns}
        for at in range(1, grid.rows):
            cells = {keys[title]: grid.cell(at, place) for place, title in enumerate(titles) if title in keys}
            if not any(value is not None for key, value in cells.items() if key in ("id", "title")):
                continue
            name = cells.pop("id", None)
            if name is None:
                self.number += 1
                name = f"T-{self.number}"
            known = self.rows.get(str(name), {})
            for key in {**known, **cells}:
                if known.get(key) != cells.get(key):
                    before, after = (meaning(self.desk, key, found.get(key)) for found in (known, cells))
                    entry = Entry(
                        "tickets", str(name), "changed", key, before, after, NOW, NOW, "naive", "sync"
                    )
                    self.entries.append(entry)
            self.rows[str(name)] = cells

    def write(self, ledger: Ledger, key: str, place: StormPlace, version: Fetched) -> None:
        """Every ticket into the row of its number, in the columns as they were read."""
        book: MemoryBook = version.content.book
        grid = tickets_grid(grids_of(version))
        tab = book.tab(grid.title)
        titles = {str(grid.cell(0, place) or ""): place for place in range(len(grid.columns))}
        cells = dict(tab.cells)
        for at, (name, row) in enumerate(self.rows.items(), 1):
            for column in self.desk.tickets.columns:
                where = titles.get(column.title)
                value = name if column.key == "id" else row.get(column.key)
                if where is not None and value is not None:
                    cells[at, where] = value
                elif where is not None:
                    cells.pop((at, where), None)
        made = MemorySheet(
            book.with_tab(type(tab)(tab.title, cells, tab.formulas, tab.tables, tab.drawn))
        ).fetch()
        if made is not None and made.revision != version.revision:
            old = ledger.versions[key, version.revision]
            ledger.add_write(key, made.revision, old, grids_of(made), 0)
            place.put(made)
            ledger.arrivals.append((key, made.revision))

    def plain(self) -> PlainRows:
        """The store as plain values."""
        keys = stored(self.desk.tickets)

        def value(column: str, cell: Cell) -> Any:
            meant = meaning(self.desk, column, cell)
            return None if meant is NONSENSE else meant

        return {name: tuple(value(key, row.get(key)) for key in keys) for name, row in self.rows.items()}
