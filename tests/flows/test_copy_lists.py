"""What the drop-downs of a copy offer: the lists and the team as they are by now, which it has no tabs of."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from sheetdesk.flows import build
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.table.grid import Grid
from tests.flows import lively
from tests.flows.folder import COLUMNS, LIFE, START, DeskFolder, xlsx_at_once

BELOW = """  - {key: part, title: Part, depends_on: type, choices: [
      {key: disk, title: Disk, parent: hard}, {key: mail, title: Mail, parent: soft}]}
"""
TEAM = "people:\n  - {name: Ann Example, role: boss}\n"
TOP = 12
NAMED = re.compile(r'name="sd_(\w+)"[^>]*>[^<]*COUNTIF\([^<]*\$(\d+):\$\w+\$(\d+),')


class Lists(DeskFolder):
    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.open_sheet = folder, START, xlsx_at_once
        folder.mkdir()
        (folder / "desk.yaml").write_text(f"{COLUMNS}{BELOW}{LIFE}{TEAM}", "utf-8")
        with self.desk() as opened:
            build(opened, now=self.now)
            build(opened, now=self.now, role="agent")

    def tab(self, title: str, name: str = "tickets") -> Grid:
        found = fetched_of((self.folder / f"{name}.xlsx").read_bytes())
        return next(grid for grid in (*found.grids, *found.rest()) if grid.title == title)

    def types(self, title: str, row: int, **cells: str | None) -> None:
        """Type into a row of a table, counted from 1 below its header, or on from its last with 0."""
        grid = self.tab(title)
        at = row or grid.tables[0].bottom + 1
        places = {str(grid.cell(0, c)).replace(" ", "_"): c for c in range(len(grid.columns))}
        file = self.folder / "tickets.xlsx"
        lively.type_cells(file, title, {(at, places[name]): cell for name, cell in cells.items()})

    def offered(self) -> dict[str, list[object]]:
        """The lists in the hidden tab of the agents' copy, by their headings."""
        grid = self.tab("_sheetdesk", "tickets-agent")
        return {
            str(column[TOP - 1]): [cell for cell in column[TOP:] if cell is not None]
            for column in grid.columns
            if len(column) > TOP and column[TOP - 1] is not None
        }


@pytest.fixture
def desk(tmp_path: Path) -> Lists:
    return Lists(tmp_path / "desk")


def test_what_people_add_to_the_lists_and_the_team_is_offered_in_a_copy(desk: Lists) -> None:
    desk.types("Lists", 0, List="Type", Value="Rooms")
    desk.types("Team", 0, Name="Hana New")
    desk.sync()
    for value, parent in (("Door", "Rooms"), ("Fan", "Hardware")):
        desk.types("Lists", 0, List="Part", Value=value, Under=parent)
        desk.sync()
    found = desk.offered()
    assert found["type"] == ["Hardware", "Software", "Rooms"]
    assert found["people"] == ["Ann Example", "Hana New"]
    # Those of one parent stand together: a drop-down shows one block.
    assert dict(zip(found["part"], found["part <"], strict=True)) == {
        "Disk": "Hardware", "Fan": "Hardware", "Mail": "Software", "Door": "Rooms",
    }  # fmt: skip
    assert found["part <"] == ["Hardware", "Hardware", "Software", "Rooms"]
    assert all(sheet.state == "quiet" for sheet in desk.sync().sheets)


def test_a_value_that_goes_out_of_use_or_is_called_otherwise_is_so_in_a_copy(desk: Lists) -> None:
    lists = desk.tab("Lists")
    rows = {str(lists.cell(row, 2)): row for row in range(1, lists.rows)}
    desk.types("Lists", rows["Hardware"], In_use="no")
    desk.types("Lists", rows["Software"], Value="Programs")
    for _ in range(2):
        desk.sync()
    assert desk.offered()["type"] == ["Programs"]


def test_the_names_of_a_copys_lists_reach_as_far_as_the_room_for_more(desk: Lists) -> None:
    with zipfile.ZipFile(desk.folder / "tickets-agent.xlsx") as file:
        book = file.read("xl/workbook.xml").decode()
    reach = {
        name: int(last) - int(first) + 1
        for name, first, last in re.findall(
            r'name="sd_(\w+)"[^>]*>[^<]*COUNTIF\([^<]*\$(\d+):\$\w+\$(\d+),', book
        )
    }
    assert reach["type"] == 2 + 25
    assert reach["people"] == 1 + 25
