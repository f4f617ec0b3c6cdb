"""A desk file changes under a workbook that people have made their own."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ruamel.yaml import YAML

from sheetdesk.errors import UpgradeNeeded
from sheetdesk.flows import build, demo, open_desk, sync, undo, upgrading
from sheetdesk.flows.journal import verify
from sheetdesk.flows.upgrading import Upgraded, upgrade
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.dialect import column_letters
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet
from sheetdesk.table.grid import Grid
from tests import books
from tests.flows import lively
from tests.flows.book import Book
from tests.libreoffice import needs_libreoffice, recalculate
from tests.sheets.xlsx.test_check import is_valid, validator

__all__ = ["validator"]

NOW = datetime(2026, 11, 20, 13, 45, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
# A column of people's own is in the table and not in the pivots' cache, until a program refreshes it.
OTHER_COLUMNS = {"cache-source"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "desk"
    demo(folder, template="it-service", locale="en", count=30, seed=1, now=NOW)
    # What rules do of themselves is looked at elsewhere.
    change(folder, without_rules)
    assert upgrade(folder, now=NOW).is_done
    shutil.rmtree(folder / "kept")
    with open_desk(folder, NOW) as opened:
        tickets = opened.store.table(opened.desk.tickets)
        cells = [
            CellChange(n, "status", tickets.frame.at[n, "status"], "open") for n in tickets.frame.index[::7]
        ]
        write = Write(tickets, ChangeSet(tuple(cells)))
        opened.store.commit(opened.store.version, [write], by="test", why="sync", run="r", now=NOW)
        sync(opened, now=NOW)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "desk"))


def book(folder: Path) -> Path:
    return folder / "tickets.xlsx"


def grid(folder: Path, tab: str = "Tickets") -> Grid:
    return grids_of(book(folder).read_bytes())[tab]


@lru_cache(maxsize=4)
def grids_of(file: bytes) -> dict[str, Grid]:
    """A workbook's tabs by their titles: most tests look at many cells of one file."""
    found = fetched_of(file)
    return {grid.title: grid for grid in (*found.grids, *found.rest())}


def place(folder: Path, title: str, tab: str = "Tickets") -> int:
    cells = grid(folder, tab)
    return next(column for column in range(len(cells.columns)) if cells.cell(0, column) == title)


def parts(folder: Path, word: str) -> str:
    """The parts of the workbook in whose name the word is, one behind the other."""
    with zipfile.ZipFile(book(folder)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if word in name)


def column(folder: Path, title: str) -> dict[str, object]:
    """What a column shows, by id."""
    cells, at = grid(folder), place(folder, title)
    ids = place(folder, "ID")
    return {
        str(cells.cell(row, ids)): cells.cell(row, at) for row in range(1, cells.rows) if cells.cell(row, ids)
    }


def change(folder: Path, edit: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    path = folder / "desk.yaml"
    value = deepcopy(loaded(path.read_text("utf-8")))
    edit(value)
    # JSON is YAML too, and ten times as quickly written.
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


@lru_cache(maxsize=2)
def loaded(text: str) -> Any:
    """A desk file's settings: most tests begin with the same."""
    return YAML(typ="safe", pure=True).load(text)


def without_rules(desk: dict) -> None:  # type: ignore[type-arg]
    del desk["sla"], desk["rules"]


def with_column(**column: object) -> Callable[[dict], None]:  # type: ignore[type-arg]
    return lambda desk: desk["columns"].append(column)


def setting(desk: dict, key: str) -> dict:  # type: ignore[type-arg]
    """One column's setting, made whole."""
    for index, found in enumerate(desk["columns"]):
        if found == key:
            desk["columns"][index] = {"key": key}
        if found == key or (isinstance(found, dict) and found["key"] == key):
            return desk["columns"][index]  # type: ignore[no-any-return]
    raise KeyError(key)


def rename_status(desk: dict) -> None:  # type: ignore[type-arg]
    """`open` becomes `doing`, with another title and colour; one value comes, one gets another title."""
    choices = setting(desk, "status")["choices"]
    one = next(choice for choice in choices if choice["key"] == "open")
    one |= {"key": "doing", "title": "Being worked on", "was": ["open"], "color": "FFCC99"}
    choices.append({"key": "parked", "title": "Parked", "meaning": "on hold"})
    next(choice for choice in choices if choice["key"] == "resolved")["title"] = "Solved"
    for step in desk["lifecycle"]:
        for name in ("from", "to"):
            words = step[name] if isinstance(step[name], list) else [step[name]]
            words = ["doing" if word == "open" else word for word in words]
            step[name] = words if isinstance(step[name], list) else words[0]
    desk.pop("imports", None)


def people(folder: Path) -> int:
    """What people did before: where their own column stands."""
    path = book(folder)
    lively.swap_columns(path, place(folder, "Contact"))
    lively.swap_rows(path, 4, 7)
    lively.rename_header(path, place(folder, "Notes"), "Remarks")
    own = lively.add_own_column(path, "Mood", {1: "calm", 5: "angry"})
    lively.add_own_rules(path, own)
    lively.change_widths(path, wide=place(folder, "Title"), hidden=place(folder, "Asset no."))
    lively.add_own_sheet(path, "Our page")
    return own


def done(folder: Path, now: datetime = LATER) -> Upgraded:
    upgraded = upgrade(folder, now=now)
    assert not upgraded.is_stopped, upgraded
    assert upgraded.is_done
    assert {finding.rule for finding in check_package(Package.read(book(folder)))} <= OTHER_COLUMNS
    return upgraded


def assert_quiet(folder: Path) -> None:
    with open_desk(folder, LATER) as opened:
        synced = sync(opened, now=LATER + timedelta(minutes=1))
        assert [(sheet.state, sheet.entries, sheet.written) for sheet in synced.sheets] == [
            ("quiet", [], 0)
        ] * len(synced.sheets)
        assert verify(opened).is_whole


def test_a_changed_desk_file_stops_the_flows_and_changes_nothing(folder: Path) -> None:
    before = book(folder).read_bytes()
    change(folder, with_column(key="cost", type="number", title="Cost"))
    with pytest.raises(UpgradeNeeded) as raised, open_desk(folder, NOW):
        pass
    assert "New column: Cost (number)" in str(raised.value)
    assert "sheetdesk upgrade --dry-run" in str(raised.value)
    assert raised.value.exit_code == 1
    assert book(folder).read_bytes() == before


def test_what_only_starts_a_table_needs_no_upgrade(folder: Path) -> None:
    change(folder, lambda desk: desk["people"].append({"name": "Ada Lovelace"}))
    with open_desk(folder, NOW) as opened:
        assert "Ada Lovelace" in opened.store.table(opened.desk.table("people")).frame.index
    assert upgrade(folder, now=LATER).steps == ()


def test_a_dry_run_lists_the_steps_and_changes_nothing(folder: Path) -> None:
    change(folder, with_column(key="cost", type="number", title="Cost"))
    before = {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "desk.db" not in path.name
    }
    upgraded = upgrade(folder, now=LATER, dry_run=True)
    assert "column_added" in [step.kind for step in upgraded.steps]
    assert [sheet.state for sheet in upgraded.sheets] == ["upgraded"]
    assert not upgraded.is_done
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and "desk.db" not in p.name} == before
    with pytest.raises(UpgradeNeeded), open_desk(folder, NOW):
        pass


def test_new_columns_come_at_the_right_edge_and_everything_of_peoples_stays(folder: Path) -> None:
    own = people(folder)
    with open_desk(folder, NOW) as opened:
        sync(opened, now=NOW + timedelta(minutes=1))
    before = grid(folder)
    titles = [before.cell(0, at) for at in range(len(before.columns))]
    page = next(name for name in Package.read(book(folder)).parts if "sheet" in name and b"Our own notes" in
                Package.read(book(folder)).bytes(name))  # fmt: skip
    own_page = lively.sheet_xml(book(folder), page)

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        with_column(key="severity", choices=["Low", {"title": "Top", "color": "FF0000"}], default="Low")(desk)
        with_column(key="age", type="number", title="Age", formula="age_days(created)")(desk)
        rename_status(desk)

    change(folder, edit)
    done(folder)
    after = grid(folder)
    assert [after.cell(0, at) for at in range(len(after.columns))] == [*titles, "severity", "Age"]
    (table,) = after.tables
    assert table.right == own + 2
    status = place(folder, "Status")
    kept = [
        at
        for at in range(len(titles))
        if at not in (status, place(folder, "Overdue"), place(folder, "Days quiet"))
    ]
    for row in range(1, before.rows):
        assert [after.cell(row, at) for at in kept] == [before.cell(row, at) for at in kept]
        assert after.formula(row, place(folder, "Age")) is not None
    renamed = {"In progress": "Being worked on", "Resolved": "Solved"}
    shown = [before.cell(row, status) for row in range(1, before.rows)]
    assert "In progress" in shown
    assert [after.cell(row, status) for row in range(1, after.rows)] == [
        renamed.get(str(s), s) for s in shown
    ]
    xml = lively.sheet_xml(book(folder))
    assert lively.OWN_HIGHLIGHT in xml
    assert xml.count(lively.OWN_CHECK) == 1
    assert b'width="77"' in xml
    assert lively.sheet_xml(book(folder), page) == own_page
    assert xml.count(b"Being worked on") >= 1
    assert b"&quot;In progress&quot;" not in xml
    assert b'"In progress"' not in xml
    assert b"sd_severity" in xml
    assert_quiet(folder)
    assert upgrade(folder, now=LATER + timedelta(minutes=5)).steps == ()


def test_the_guides_are_those_of_a_fresh_workbook(folder: Path, tmp_path: Path) -> None:
    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        rename_status(desk)
        setting(desk, "contact")["required"] = True
        desk["attention"] = {"due_soon": "9h", "stale": "3d"}

    change(folder, edit)
    done(folder)
    with open_desk(folder, LATER) as opened:
        build(opened, now=LATER, out=tmp_path / "fresh.xlsx")
    live, fresh = (rules(path) for path in (book(folder), tmp_path / "fresh.xlsx"))
    assert live == fresh


def new_looks(desk: dict) -> None:  # type: ignore[type-arg]
    """Numbers get a decimal, a text grows too long for a text format, dates get a time, and the statuses the
    other order.
    """
    setting(desk, "visit")["type"] = "moment"
    setting(desk, "satisfaction")["decimals"] = 1
    setting(desk, "requester")["max_length"] = 400
    setting(desk, "status")["choices"].reverse()


def shown_formats(folder: Path, *titles: str) -> list[tuple[list[str], str]]:
    """The number formats of columns: of the cells in the table, and of those that are still empty below."""
    bare = folder.parent / "bare.xlsx"
    bare.write_bytes(books.without_pivots(book(folder).read_bytes()))
    tab = books.opened(bare)["Tickets"]
    found = []
    for at in (place(folder, title) + 1 for title in titles):
        [below] = [one for one in tab.column_dimensions.values() if one.min <= at <= one.max]
        cells = [tab.cell(row, at).number_format for row in range(2, grid(folder).rows + 1)]
        found.append((cells, below.number_format))
    return found


def offered(folder: Path, key: str) -> list[object]:
    """What the drop-down of a column offers, in its order."""
    hidden = grid(folder, "_sheetdesk")
    top, at = next(
        (row, column)
        for row in range(hidden.rows)
        for column in range(len(hidden.columns))
        if hidden.cell(row, column) == key
    )
    return [cell for cell in hidden.columns[at][top + 1 :] if cell]


def test_other_formats_and_another_order_of_choices_reach_the_workbook_that_people_have(folder: Path) -> None:
    change(folder, with_column(key="visit", type="date", title="Visit"))
    done(folder, NOW)
    own = lively.add_own_column(book(folder), "Mood", {1: "calm", 5: "angry"})
    lively.change_widths(book(folder), wide=place(folder, "Title"), hidden=place(folder, "Asset no."))
    lively.format_cell(book(folder), 4, place(folder, "Satisfaction"), 10)
    lively.format_cell(book(folder), 5, place(folder, "Requester"), 14)
    with open_desk(folder, NOW) as opened:
        sync(opened, now=NOW)
    before, statuses, lists = grid(folder), offered(folder, "status"), grid(folder, "Lists").columns
    worked_out = {place(folder, "Overdue"), place(folder, "Days quiet")}
    change(folder, new_looks)
    upgraded = done(folder)
    numbers, texts = ["0.0"] * (before.rows - 1), ["General"] * (before.rows - 1)
    numbers[3], texts[4] = "0.00%", "mm-dd-yy"
    *shown, (_, dates) = shown_formats(folder, "Satisfaction", "Requester", "Owner", "Visit")
    assert dates == "yyyy-mm-dd hh:mm"
    assert shown == [
        (numbers, "0.0"),
        (texts, "General"),
        # It stands beside the requester's and looked the same; the file told of both in one.
        (["@"] * (before.rows - 1), "@"),
    ]
    assert offered(folder, "status") == statuses[::-1] != statuses
    assert grid(folder, "Lists").columns != lists
    after = grid(folder)
    for at in {*range(len(before.columns))} - worked_out:
        assert after.columns[at] == before.columns[at]
    assert after.cell(5, own) == "angry"
    assert b'width="77"' in lively.sheet_xml(book(folder))
    assert_quiet(folder)
    with open_desk(folder, LATER) as opened:
        undo(opened, upgraded.run, now=LATER + timedelta(minutes=2))
    with open_desk(folder, LATER) as opened:
        sync(opened, now=LATER + timedelta(minutes=3))
    # The drop-downs gather their lists from there, whenever the file is opened.
    assert grid(folder, "Lists").columns == lists
    assert_quiet(folder)


def rules(path: Path) -> tuple[list[bytes], list[bytes]]:
    """A workbook's highlights in their order, and its checks, without the numbers of their looks."""
    xml = lively.sheet_xml(path)
    found = []
    for block in re.findall(rb'<conditionalFormatting sqref="([^"]*)">(.*?)</conditionalFormatting>', xml):
        for rule in re.findall(rb"<cfRule.*?(?:/>|</cfRule>)", block[1]):
            order = re.search(rb'priority="(\d+)"', rule)
            assert order is not None
            bare = re.sub(rb' (?:dxfId|priority)="\d+"', b"", rule)
            found.append((int(order[1]), block[0], bare))
    return [b"%b %b" % (area, rule) for _, area, rule in sorted(found)], sorted(
        re.findall(rb"<dataValidation .*?(?:/>|</dataValidation>)", xml)
    )


def test_a_column_with_a_new_key_keeps_its_values_without_being_rewritten(folder: Path) -> None:
    before = column(folder, "Contact")

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        index = desk["columns"].index("contact")
        desk["columns"][index] = {"key": "phone_no", "title": "Contact", "type": "text", "was": ["contact"]}
        for role in desk["roles"].values():
            for name in ("sees", "hides", "edits", "locks"):
                words = role.get(name)
                if isinstance(words, list):
                    role[name] = ["phone_no" if word == "contact" else word for word in words]
        desk.pop("imports", None)

    change(folder, edit)
    upgraded = done(folder)
    assert "column_renamed" in [step.kind for step in upgraded.steps]
    assert column(folder, "Contact") == before
    assert_quiet(folder)
    ids = [name for name, value in before.items() if value]
    lively.type_cells(book(folder), "Tickets", {(1, place(folder, "Contact")): "4711"})
    with open_desk(folder, LATER) as opened:
        (entry,) = [
            e for e in sync(opened, now=LATER + timedelta(minutes=2)).sheets[0].entries if e.why == "sync"
        ]
        assert (entry.column, entry.after) == ("phone_no", "4711")
        values = opened.store.table(opened.desk.tickets).frame["phone_no"]
        assert [values[name] for name in ids if name != entry.row] == [
            before[n] for n in ids if n != entry.row
        ]
        assert verify(opened).is_whole


def test_a_retired_column_stays_in_the_sheet_and_comes_back_with_its_values(folder: Path) -> None:
    before = column(folder, "Asset no.")
    original = (folder / "desk.yaml").read_text("utf-8")

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        desk["columns"] = [c for c in desk["columns"] if not (isinstance(c, dict) and c["key"] == "asset")]
        for role in desk["roles"].values():
            for name in ("sees", "hides", "edits", "locks"):
                if isinstance(role.get(name), list):
                    role[name] = [word for word in role[name] if word != "asset"]
        desk.pop("imports", None)

    change(folder, edit)
    done(folder)
    assert column(folder, "Asset no.") == before
    assert_quiet(folder)
    lively.type_cells(book(folder), "Tickets", {(2, place(folder, "Title")): "A title typed meanwhile"})
    with open_desk(folder, LATER) as opened:
        sync(opened, now=LATER + timedelta(minutes=2))
    (folder / "desk.yaml").write_text(original, "utf-8")
    done(folder, LATER + timedelta(minutes=3))
    with open_desk(folder, LATER) as opened:
        values = opened.store.table(opened.desk.tickets).frame["asset"]
        assert {name: value for name, value in values.items() if value} == {
            n: v for n, v in before.items() if v
        }
    assert column(folder, "Asset no.") == before


def test_a_value_that_tickets_have_is_taken_out_of_use_and_reported(folder: Path) -> None:
    counts = list(column(folder, "Type").values())

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        kind = setting(desk, "type")
        kind["choices"] = [choice for choice in kind["choices"] if choice["key"] != "hardware"]
        sub = setting(desk, "subtype")
        sub["choices"] = [choice for choice in sub["choices"] if choice["parent"] != "hardware"]
        desk["rules"], desk["sla"], desk["cases"], desk["people"] = [], [], [], desk["people"]
        for person in desk["people"]:
            person.pop("skills", None)
        desk.pop("imports", None)

    change(folder, edit)
    upgraded = done(folder)
    assert len([p for p in upgraded.kept if p.raw == "Hardware"]) == counts.count("Hardware") > 0
    assert list(column(folder, "Type").values()) == counts
    assert_quiet(folder)


def test_an_undo_gives_the_tickets_their_old_values_back(folder: Path) -> None:
    change(folder, rename_status)
    upgraded = done(folder)
    with open_desk(folder, LATER) as opened:
        doing = (opened.store.table(opened.desk.tickets).frame["status"] == "doing").sum()
        undone = undo(opened, upgraded.run, now=LATER + timedelta(minutes=2))
        statuses = opened.store.table(opened.desk.tickets).frame["status"]
        assert undone.moved == ()
        assert doing > 0
        assert (statuses == "open").sum() == doing
        assert verify(opened).is_whole


@pytest.mark.parametrize("title", ["Being worked on", "In progress"])
def test_the_sheets_follow_an_undo_though_the_desk_file_says_what_the_lists_do_not(
    folder: Path, title: str
) -> None:
    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        rename_status(desk)
        next(c for c in setting(desk, "status")["choices"] if c["key"] == "doing")["title"] = title

    change(folder, edit)
    upgraded = done(folder)
    with open_desk(folder, LATER) as opened:
        undo(opened, upgraded.run, now=LATER + timedelta(minutes=2))
    with open_desk(folder, LATER) as opened:
        synced = sync(opened, now=LATER + timedelta(minutes=3))
        assert [sheet.error for sheet in synced.sheets] == [None]
        assert verify(opened).is_whole
    assert_quiet(folder)
    assert "In progress" in column(folder, "Status").values()


@pytest.mark.parametrize("is_changed", [True, False])
def test_a_column_that_people_took_away_comes_back_with_its_values(folder: Path, *, is_changed: bool) -> None:
    before = column(folder, "Notes")
    people_have = Book(book(folder))
    people_have.tab().delete_column("Notes")
    people_have.save()
    with open_desk(folder, NOW) as opened:
        (sheet,) = sync(opened, now=NOW + timedelta(minutes=1)).sheets
        assert [problem.kind for problem in sheet.problems] == ["lost_column"]
    if is_changed:
        change(folder, with_column(key="cost", type="number", title="Cost"))
    dry = upgrade(folder, now=LATER, dry_run=True)
    assert ("column_lost", "notes") in [(step.kind, step.key) for step in dry.steps]
    done(folder)
    assert column(folder, "Notes") == before
    assert_quiet(folder)
    assert upgrade(folder, now=LATER + timedelta(minutes=5)).steps == ()


def test_a_copy_is_brought_up_in_place_and_one_for_a_role_that_is_gone_is_let_go(folder: Path) -> None:
    with open_desk(folder, NOW) as opened:
        build(opened, now=NOW, role="reviewer")
        build(opened, now=NOW, role="requester")

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        del desk["roles"]["reviewer"]
        with_column(key="cost", type="number", title="Cost")(desk)
        desk["roles"]["requester"]["hides"] = ["cost"]
        desk.pop("review", None)
        for step in desk["lifecycle"]:
            if "reviewer" in step.get("roles", []):
                step["roles"] = [role for role in step["roles"] if role != "reviewer"]
        for person in desk["people"]:
            person["role"] = "" if person.get("role") == "reviewer" else person.get("role", "")

    change(folder, edit)
    upgraded = done(folder)
    states = {sheet.key: sheet.state for sheet in upgraded.sheets}
    assert states == {"main": "upgraded", "copy:requester": "upgraded", "copy:reviewer": "forgotten"}
    assert (folder / "tickets-reviewer.xlsx").exists()
    assert_quiet(folder)


def test_a_copy_keeps_what_its_people_did_and_follows_the_rights_of_its_role(folder: Path) -> None:
    copy = folder / "tickets-service.xlsx"
    with open_desk(folder, NOW) as opened:
        build(opened, now=NOW, role="service")
    cells = copy_grid(copy)
    lively.type_cells(
        copy,
        "Tickets",
        {
            (3, place_in(cells, "Status")): "nonsense",
            (4, place_in(cells, "Title")): "typed in the copy",
        },
    )
    lively.swap_rows(copy, 7, 10)
    ids = copy_grid(copy).columns[0][:12]
    lively.change_widths(copy, wide=place_in(cells, "Title"), hidden=place_in(cells, "Contact"))

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        rename_status(desk)
        with_column(key="cost", type="number", title="Cost")(desk)
        allowed = desk["roles"]["service"]["edits"]
        desk["roles"]["service"]["edits"] = [*(key for key in allowed if key != "contact"), "cost"]

    change(folder, edit)
    states = {sheet.key: sheet.state for sheet in done(folder).sheets}
    assert states["copy:service"] == "upgraded"
    assert not [*check_package(Package.read(copy))]
    cells = copy_grid(copy)
    assert cells.columns[0][:12] == ids
    assert cells.cell(3, place_in(cells, "Status")) == "nonsense"
    assert cells.cell(4, place_in(cells, "Title")) == "typed in the copy"
    assert "Being worked on" in cells.columns[place_in(cells, "Status")]
    assert (place_in(cells, "Cost"), cells.tables[0].right) == (len(cells.columns) - 1,) * 2
    sheet = openpyxl.load_workbook(copy)["Tickets"]
    assert sheet.protection.sheet
    assert sheet.column_dimensions[column_letters(place_in(cells, "Title"))].width == 77
    for title, locked in (("Title", False), ("Contact", True), ("Cost", False)):
        letters = column_letters(place_in(cells, title))
        assert sheet.column_dimensions[letters].protection.locked == locked, title
    with open_desk(folder, LATER) as opened:
        found = {sheet.key: sheet for sheet in sync(opened, now=LATER + timedelta(minutes=1)).sheets}
        assert (found["copy:service"].written, len(found["copy:service"].problems)) == (0, 1)


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_copy_of_whose_tickets_its_role_may_see_less_is_built_anew(
    folder: Path, *, is_hidden: bool
) -> None:
    copy = folder / "tickets-requester.xlsx"
    with open_desk(folder, NOW) as opened:
        build(opened, now=NOW, role="requester")

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        role = desk["roles"]["requester"]
        if is_hidden:
            role["sees"].remove("due")
        else:
            role["tickets"] = "status = open"

    change(folder, edit)
    states = {sheet.key: sheet.state for sheet in done(folder).sheets}
    assert states["copy:requester"] == "rebuilt"
    cells = copy_grid(copy)
    assert ("Due" in [column[0] for column in cells.columns]) != is_hidden
    shown = {cell for cell in cells.columns[place_in(cells, "Status")][1:] if cell is not None}
    assert (shown == {"In progress"}) != is_hidden
    assert_quiet(folder)


def copy_grid(path: Path) -> Grid:
    return grids_of(path.read_bytes())["Tickets"]


def place_in(cells: Grid, title: str) -> int:
    return next(column for column in range(len(cells.columns)) if cells.cell(0, column) == title)


def test_a_list_is_gathered_by_what_lists_calls_it_whatever_its_column_is_called(folder: Path) -> None:
    lively.rename_header(book(folder), place(folder, "Sub-type"), "Detail")
    change(folder, with_column(key="cost", type="number", title="Cost"))
    assert done(folder).sheets[0].own_titles == ["subtype"]
    sheets = parts(folder, "worksheets/sheet").replace("&quot;", '"')
    assert 'choices[List]="Sub-type"' in sheets
    assert 'choices[List]="Detail"' not in sheets


def keep_a_title(folder: Path) -> None:
    """A column is called otherwise in the desk file, not in the sheet; a sync follows, which draws anew."""
    change(folder, lambda desk: setting(desk, "notes").update(title="Remarks"))
    done(folder)
    lively.type_cells(book(folder), "Tickets", {(3, place(folder, "Status")): "Resolved"})
    with open_desk(folder, LATER) as opened:
        assert sync(opened, now=LATER).sheets[0].entries


def test_pivots_that_a_sync_draws_anew_know_columns_by_what_they_are_called_there(folder: Path) -> None:
    keep_a_title(folder)
    assert 'cacheField name="Notes"' in parts(folder, "pivotCacheDefinition1.xml")
    assert not [*check_package(Package.read(book(folder)))]


def test_pivots_that_a_sync_draws_anew_have_the_columns_in_the_order_of_the_sheet(folder: Path) -> None:
    change(folder, with_column(key="cost", type="number", title="Cost"))
    done(folder)
    lively.swap_columns(book(folder), place(folder, "Contact"))
    lively.type_cells(book(folder), "Tickets", {(3, place(folder, "Status")): "Resolved"})
    with open_desk(folder, LATER) as opened:
        assert sync(opened, now=LATER).sheets[0].entries
    assert not [*check_package(Package.read(book(folder)))]
    assert_quiet(folder)


def test_a_guide_that_a_sync_has_left_as_it_was_is_none_that_people_have_changed(folder: Path) -> None:
    # Its header keeps its title: the guide speaks of that, and a sync would draw the desk file's.
    keep_a_title(folder)
    change(folder, with_column(key="cost", type="number", title="Cost"))
    [upgraded] = done(folder, LATER + timedelta(minutes=5)).sheets
    assert "Guide" not in upgraded.as_they_are
    assert any("Cost" in str(cell) for column in grid(folder, "Guide").columns for cell in column)


def test_what_cannot_be_done_is_refused_before_anything_is_changed(folder: Path) -> None:
    before = book(folder).read_bytes()

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        setting(desk, "asset")["type"] = "number"
        setting(desk, "asset").pop("max_length")

    change(folder, edit)
    upgraded = upgrade(folder, now=LATER)
    assert upgraded.refused == ["retyped Asset no."]
    assert upgraded.is_stopped
    assert not upgraded.is_done
    assert book(folder).read_bytes() == before


def test_what_stands_in_the_way_of_a_new_column_is_named(folder: Path) -> None:
    right = grid(folder).tables[0].right
    lively.type_cells(book(folder), "Tickets", {(6, right + 1): "our remark"})
    with open_desk(folder, NOW) as opened:
        sync(opened, now=NOW)
    before = book(folder).read_bytes()
    change(folder, with_column(key="cost", type="number", title="Cost"))
    upgraded = upgrade(folder, now=LATER)
    assert [sheet.state for sheet in upgraded.sheets] == ["stopped"]
    assert f"{column_letters(right + 1)}7" in upgraded.sheets[0].reason
    assert book(folder).read_bytes() == before
    with pytest.raises(UpgradeNeeded), open_desk(folder, LATER):
        pass


@pytest.mark.parametrize("taker", ["swapped", "own", "new"])
def test_a_title_that_another_column_has_in_the_sheet_is_named_and_nothing_is_changed(
    folder: Path, taker: str
) -> None:
    lively.add_own_column(book(folder), "Mood", {1: "calm"})
    with open_desk(folder, NOW) as opened:
        sync(opened, now=NOW)
    before = book(folder).read_bytes()

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        if taker == "swapped":
            setting(desk, "contact")["title"], setting(desk, "asset")["title"] = "Asset no.", "Contact"
        elif taker == "own":
            setting(desk, "contact")["title"] = "Mood"
        else:
            with_column(key="phone", type="text", title="Contact")(desk)
            setting(desk, "contact")["title"] = "Called"

    change(folder, edit)
    dry = upgrade(folder, now=LATER, dry_run=True)
    upgraded = upgrade(folder, now=LATER)
    title = {"swapped": "Asset no.", "own": "Mood", "new": "Contact"}[taker]
    for found in (dry, upgraded):
        assert [sheet.state for sheet in found.sheets] == ["stopped"]
        assert f"the title {title}, which another column has" in found.sheets[0].reason
    assert book(folder).read_bytes() == before


def test_what_cannot_be_read_stays_listed(folder: Path) -> None:
    lively.type_cells(book(folder), "Tickets", {(3, place(folder, "Contact")): "x" * 90})
    lively.type_cells(book(folder), "Tickets", {(3, place(folder, "Due")): "soon"})
    lively.type_cells(book(folder), "Tickets", {(4, place(folder, "Status")): "nonsense"})
    with open_desk(folder, NOW) as opened:
        sync(opened, now=NOW + timedelta(minutes=1))
    listed = grid(folder, "Problems").columns
    assert "nonsense" in str(listed)
    change(folder, with_column(key="cost", type="number", title="Cost"))
    done(folder)
    assert grid(folder, "Problems").columns == listed
    assert_quiet(folder)


def test_unsynced_edits_are_taken_in_first_under_the_old_desk(folder: Path) -> None:
    lively.type_cells(book(folder), "Tickets", {(3, place(folder, "Status")): "In progress"})
    change(folder, rename_status)
    done(folder)
    assert grid(folder).cell(3, place(folder, "Status")) == "Being worked on"
    assert_quiet(folder)


def test_a_cell_that_nobody_can_read_stays_as_typed(folder: Path) -> None:
    lively.type_cells(book(folder), "Tickets", {(3, place(folder, "Status")): "nonsense"})
    change(folder, rename_status)
    done(folder)
    assert grid(folder).cell(3, place(folder, "Status")) == "nonsense"


def test_the_file_as_it_was_and_the_old_desk_file_are_kept(folder: Path) -> None:
    before, text = book(folder).read_bytes(), (folder / "desk.yaml").read_text("utf-8")
    change(folder, with_column(key="cost", type="number", title="Cost"))
    upgraded = done(folder)
    backup = upgraded.sheets[0].backup
    assert backup is not None
    assert backup.read_bytes() == before
    assert [path.read_text("utf-8") for path in (folder / "kept" / "desks").iterdir()] == [text]


@pytest.mark.parametrize("by_sync", [False, True])
def test_an_upgrade_that_died_after_its_commit_is_finished_by_the_next_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, by_sync: bool
) -> None:
    people(folder)

    def edit(desk: dict) -> None:  # type: ignore[type-arg]
        rename_status(desk)
        with_column(key="cost", type="number", title="Cost")(desk)

    change(folder, edit)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(upgrading, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            upgrade(folder, now=LATER)
    with open_desk(folder, LATER) as opened:
        assert (opened.store.table(opened.desk.tickets).frame["status"] == "doing").any()
    assert "Cost" not in [grid(folder).cell(0, at) for at in range(len(grid(folder).columns))]
    if by_sync:
        with open_desk(folder, LATER) as opened:
            sync(opened, now=LATER + timedelta(minutes=1))
    else:
        again = upgrade(folder, now=LATER + timedelta(minutes=1))
        assert again.is_done
        assert again.steps == ()
    assert "Cost" in [grid(folder).cell(0, at) for at in range(len(grid(folder).columns))]
    assert_quiet(folder)
    assert upgrade(folder, now=LATER + timedelta(minutes=9)).steps == ()


def test_a_desk_file_that_a_later_version_cannot_read_does_not_block(folder: Path) -> None:
    with open_desk(folder, NOW) as opened:
        opened.store.commit(
            opened.store.version, [], by="test", why="seed", run="r", now=NOW, desk_text="columns: 7"
        )
    with pytest.raises(UpgradeNeeded, match="cannot be read any more"), open_desk(folder, NOW):
        pass
    change(folder, rename_status)
    assert not upgrade(folder, now=LATER, dry_run=True).is_stopped
    done(folder)
    assert_quiet(folder)


@pytest.mark.validator
def test_microsofts_validator_finds_the_upgraded_workbook_sound(
    folder: Path, tmp_path: Path, validator: str
) -> None:
    people(folder)
    change(folder, with_column(key="severity", choices=["Low", {"title": "Top", "color": "FF0000"}]))
    done(folder)
    assert is_valid(Package.read(book(folder)), validator, tmp_path)


@needs_libreoffice
def test_libreoffice_opens_the_upgraded_workbook_and_sees_the_same_values(folder: Path) -> None:
    people(folder)
    change(folder, with_column(key="age", type="number", title="Age", formula="is_open(status)"))
    done(folder)
    cells, at = grid(folder), place(folder, "Age")
    letters = column_letters(at)
    shown = recalculate(book(folder), {"Tickets": [f"{letters}2:{letters}31"]})["Tickets"][
        f"{letters}2:{letters}31"
    ]
    assert [row[0] for row in shown] == [cells.cell(row, at) for row in range(1, 31)]
