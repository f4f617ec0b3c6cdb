"""Two syncs that one would write first: the whole table by row number, and cells by their A1 address."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sandbox.faults import Cut, TimedOut
from sheetdesk.sheets.memory import MemoryBook, MemorySheet
from sheetdesk.table.grid import Grid, cell_name
from tests.storm.desk import COPY, HUMAN, MAIN
from tests.storm.google.line import Line
from tests.storm.google.live import Live
from tests.storm.ledger import Ledger
from tests.storm.naive import Naive
from tests.storm.page import tickets_grid
from tests.storm.places import StormPlace, grids_of

__all__ = ["OPPONENTS", "ByAddress", "ByNumber", "Opponent"]

URL = "https://sheets.googleapis.com/v4/spreadsheets"
WRITTEN = ("id", *HUMAN)
DAYS = ("created", "due")


class Refused(Exception):
    """The request came to nothing."""


@dataclass
class ByNumber(Naive):
    """Reads all values, and writes each row back whole under its number."""

    titles: list[str] = field(default_factory=list)

    def meets(
        self,
        ledger: Ledger,
        places: Mapping[str, StormPlace],
        pause: Callable[[str], None],
        line: Line,
        live: Live,
    ) -> None:
        """One whole sync of the spreadsheet and of the copy; what is lost on the way ends it."""
        try:
            self.meet(ledger, places, pause, Wire(line, live))
        except Refused:
            return

    def meet(
        self, ledger: Ledger, places: Mapping[str, StormPlace], pause: Callable[[str], None], wire: Wire
    ) -> None:
        found = wire.read()
        ledger.seen.add((MAIN, wire.revision))
        self.read(found)
        copy = places[COPY].look()
        assert copy is not None
        pause("read the copy")
        ledger.seen.add((COPY, copy.revision))
        self.read(tickets_grid(grids_of(copy)))
        keys = self.keys_of(found)
        lines = [
            [name if key == "id" else row.get(key) if key in WRITTEN else None for key in keys]
            for name, row in self.rows.items()
        ]
        wire.put("A2", lines)
        pause("write the copy")
        self.write(ledger, COPY, places[COPY], copy)

    def keys_of(self, grid: Grid) -> list[str]:
        """The desk's column under each title, "" for any other."""
        keys = {column.title: column.key for column in self.desk.tickets.columns}
        return [keys.get(str(grid.cell(0, place) or ""), "") for place in range(len(grid.columns))]


@dataclass
class ByAddress(ByNumber):
    """Merges by id, reads the ids once more, and writes what differs to the addresses where these stand."""

    base: dict[str, dict[str, dict[str, Cell]]] = field(default_factory=dict)

    def meet(
        self, ledger: Ledger, places: Mapping[str, StormPlace], pause: Callable[[str], None], wire: Wire
    ) -> None:
        found = wire.read()
        ledger.seen.add((MAIN, wire.revision))
        main = self.take(MAIN, found)
        version = places[COPY].look()
        assert version is not None
        pause("read the copy")
        ledger.seen.add((COPY, version.revision))
        copied = self.take(COPY, tickets_grid(grids_of(version)))
        again = wire.read()
        keys, ids = self.keys_of(again), self.ids(again)
        cells: dict[tuple[int, int], Cell] = {}
        for at in main:
            if at < again.rows and "id" in keys and again.cell(at, keys.index("id")) is None:
                cells[at, keys.index("id")] = main[at]
        end = max(again.rows, 1)
        for name, row in self.rows.items():
            place = ids.get(name) or next((at for at, one in main.items() if one == name), 0)
            is_new = not place
            if is_new:
                place, end = end, end + 1
            for column, key in enumerate(keys):
                value = name if key == "id" else row.get(key)
                was = self.base[MAIN].get(name, {}).get(key)
                if key in WRITTEN and (is_new or (key != "id" and value != was)):
                    cells[place, column] = value
        wire.put_cells(cells)
        self.base[MAIN] = {name: dict(row) for name, row in self.rows.items()}
        self.rewrite(ledger, places[COPY], copied)

    def take(self, sheet: str, grid: Grid) -> dict[int, str]:
        """Take over what people changed; the ids that rows without one are to get, by row."""
        keys, base = self.keys_of(grid), self.base.setdefault(sheet, {})
        given: dict[int, str] = {}
        there: dict[str, dict[str, Cell]] = {}
        for at in range(1, grid.rows):
            row = {key: grid.cell(at, place) for place, key in enumerate(keys) if key in WRITTEN}
            if not any(row.get(key) is not None for key in ("id", "title")):
                continue
            name = row.pop("id", None)
            if name is None:
                self.number += 1
                name = given[at] = f"T-{self.number}"
            there[str(name)] = row
        for name, row in there.items():
            mine = self.rows.setdefault(name, dict(row))
            was = base.get(name, row if name not in base else {})
            mine.update({key: value for key, value in row.items() if value != was.get(key)})
        for name in [name for name in base if name not in there] if sheet == MAIN else []:
            self.rows.pop(name, None)
        base.clear()
        base.update({name: dict(row) for name, row in there.items()})
        return given

    def ids(self, grid: Grid) -> dict[str, int]:
        keys = self.keys_of(grid)
        if "id" not in keys:
            return {}
        column = grid.column(keys.index("id"))
        return {str(name): at for at, name in enumerate(column) if at and name is not None}

    def rewrite(self, ledger: Ledger, place: StormPlace, given: Mapping[int, str]) -> None:
        """The copy, which nobody touches in between: what differs goes where its id stands."""
        version = place.look()
        assert version is not None
        book: MemoryBook = version.content.book
        grid = tickets_grid(grids_of(version))
        tab = book.tab(grid.title)
        keys, cells = self.keys_of(grid), dict(tab.cells)
        ids = self.ids(grid) | {name: at for at, name in given.items()}
        end = grid.rows
        for name, row in self.rows.items():
            at = ids.get(name)
            if at is None:
                at, end = end, end + 1
            for column, key in enumerate(keys):
                value = name if key == "id" else row.get(key)
                if key in WRITTEN and value is not None:
                    cells[at, column] = value
                elif key in WRITTEN:
                    cells.pop((at, column), None)
        made = MemorySheet(book.with_tab(type(tab)(tab.title, cells, tab.formulas, tab.tables, tab.drawn)))
        found = made.fetch()
        if found is not None and found.revision != version.revision:
            old = ledger.versions[COPY, version.revision]
            ledger.add_write(COPY, found.revision, old, grids_of(found), 0)
            place.put(found)
            ledger.arrivals.append((COPY, found.revision))
        self.base[COPY] = {name: dict(row) for name, row in self.rows.items()}


@dataclass
class Wire:
    """Values and addresses of the tickets' tab, over a bad line."""

    line: Line
    live: Live
    revision: str = ""

    def read(self) -> Grid:
        """All values, by values.get; dates come as their columns say."""
        self.line.read = self._is_read
        options = "valueRenderOption=UNFORMATTED_VALUE"
        self._ask("GET", f"values/{quote('Tickets')}?{options}", None)
        return self.live.grids()[0]

    def put(self, cell: str, lines: list[list[Cell]]) -> None:
        """Rows of cells from a cell on; what is None becomes empty in a column of people's own desk."""
        rows = [["" if value is None else _raw(value) for value in row] for row in lines]
        asked = {"range": f"Tickets!{cell}", "values": self._kept(rows)}
        self._ask("PUT", f"values/{quote('Tickets!' + cell)}?valueInputOption=RAW", asked)

    def put_cells(self, cells: Mapping[tuple[int, int], Cell]) -> None:
        """Cells by (row, column), all at once."""
        data = [
            {"range": f"Tickets!{cell_name(*spot)}", "values": [["" if value is None else _raw(value)]]}
            for spot, value in cells.items()
        ]
        if data:
            self._ask("POST", "values:batchUpdate", {"valueInputOption": "RAW", "data": data})

    def _kept(self, rows: list[list[Any]]) -> list[list[Any]]:
        """The rows, where null keeps columns that a formula fills or that are none of the desk's."""
        written = [name in WRITTEN for name in self.live.columns]
        return [[value if keep else None for value, keep in zip(row, written, strict=False)] for row in rows]

    def _is_read(self, revision: str) -> None:
        self.revision = revision

    def _ask(self, method: str, path: str, body: Any) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        try:
            answer = self.line.handle(method, f"{URL}/{self.live.file}/{path}", {}, text)
        except (TimedOut, Cut) as error:
            raise Refused from error
        if answer.status != 200:
            raise Refused(answer.body)


def _raw(value: Cell) -> Any:
    return serial(value) if hasattr(value, "tzinfo") else value  # type: ignore[arg-type]


Opponent = ByNumber
OPPONENTS: dict[str, type[ByNumber]] = {"naive": ByNumber, "a1": ByAddress}
"""The opponents by the word that asks for them."""
