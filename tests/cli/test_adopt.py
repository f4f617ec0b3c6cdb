"""`adopt`: a team's own sheet becomes a desk's, and is left as it is but for ids and the stamp."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from sheetdesk.plan.machinery import KEY
from sheetdesk.sheets.xlsx.sheet import fetched_of
from tests.cli.conftest import Shell
from tests.conftest import shared_folder

SHARED = shared_folder() / "data" / "xlsx"
FILES = sorted(path.name for path in SHARED.glob("*.xls[xm]"))
# How many tickets come of each. In the log that has no room for ids another list stands right beside the last
# column, without a title.
ADOPTED = {
    "bugs_images_dv_turkish.xlsx": 17,
    "defect_log_pivot.xlsx": 9,
    "google_bug_report_dv.xlsx": 14,
    "google_bug_report_merges_cf.xlsx": 12,
    "helpdesk_tickets_table.xlsx": 129,
    "issue_tracker_vba.xlsm": 2,
    "openpyxl_it_tickets_charts.xlsx": 49,
    "qa_comments_frozen.xlsx": 13,
    "schedule_threaded_comments_extlink.xlsx": 6,
    "techsupport_slicers_14pivots.xlsx": 2330,
    "zendesk_support_dashboard.xlsx": 6445,
    "zh_bug_excel2007_dv_protected.xlsx": 1,
    "zh_plan_template_dv_cf.xlsx": 0,
    "zh_poi_workorders_inline.xlsx": 9,
    "zh_wps_bug_list.xlsx": 1,
}
REFUSED = {
    "raid_log_dv_cf.xlsx": "RAID LOG was not changed: no room for a new column: J9 is in the way.",
}

Cells = dict[tuple[str, int, int], object]


def cells_of(path: Path) -> Cells:
    """Every filled cell of every tab but ours, with its formula where it has one."""
    found = fetched_of(path.read_bytes())
    return {
        (grid.title, row, column): (grid.formula(row, column), cell)
        for grid in (*found.grids, *found.rest())
        if grid.title != KEY
        for column in range(len(grid.columns))
        for row in range(grid.rows)
        if (cell := grid.cell(row, column)) is not None
    }


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small sheet that somebody made by hand."""
    path = tmp_path / "issues.xlsx"
    made = openpyxl.Workbook()
    tab = made.active
    assert tab is not None
    tab.title = "Issues"
    for line in (
        ["Summary", "Status", "Assignee", "Opened"],
        ["Ink is dry", "Open", "Ann", "2026-10-01"],
        ["Screen is dark", "Closed", "Ben", "2026-10-02"],
        ["No sound", "Open", "Ann", "2026-10-03"],
        ["Door jams", "Open", "Ben", "2026-10-04"],
    ):
        tab.append(line)
    made.create_sheet("Notes")["B2"] = "ours"
    made.save(path)
    return path


def test_a_dry_run_prints_the_desk_file_and_touches_nothing(book: Path, sheetdesk: Shell) -> None:
    before = book.read_bytes()
    said = sheetdesk("adopt", book, "--dry-run", "--zone", "UTC")
    assert said.code == 0
    assert "columns:" in said.out
    assert said.out.splitlines()[-1] == "Dry run: nothing was written."
    assert book.read_bytes() == before
    assert [path.name for path in book.parent.iterdir()] == [book.name]


def test_a_sheet_is_adopted_with_ids_and_nothing_else_changes(book: Path, sheetdesk: Shell) -> None:
    before = cells_of(book)
    said = sheetdesk("adopt", book, "--zone", "UTC")
    folder = book.parent / "issues-desk"
    assert said.code == 0
    assert said.out.splitlines()[-2:] == [
        f"{book} is adopted: 4 tickets are in the desk {folder}.",
        f"Look through {folder}/desk.yaml, then: sheetdesk sync {folder}",
    ]
    after = cells_of(book)
    assert {place: after.get(place) for place in before} == before
    assert len(after.keys() - before.keys()) == 5
    assert sheetdesk("sync", folder).code == 0
    assert sheetdesk("sync", folder).out == "Nothing has changed.\n"


def test_a_sheet_is_not_adopted_twice_into_one_folder(book: Path, sheetdesk: Shell) -> None:
    sheetdesk("adopt", book, "--zone", "UTC")
    before = book.read_bytes()
    said = sheetdesk("adopt", book, "--zone", "UTC")
    assert said.code == 2
    assert "already holds a desk" in said.err
    assert book.read_bytes() == before


def test_json_tells_what_was_proposed(book: Path, sheetdesk: Shell) -> None:
    facts = json.loads(sheetdesk("adopt", book, "--json", "--zone", "UTC").out)
    assert (facts["tab"], facts["has_ids"], facts["tickets"]) == ("Issues", False, 4)


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared workbooks are not here")
def test_fifteen_of_sixteen_real_sheets_are_to_be_adopted() -> None:
    assert {*ADOPTED, *REFUSED} == {*FILES}
    assert (len(ADOPTED), len(REFUSED)) == (15, 1)


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared workbooks are not here")
@pytest.mark.parametrize("name", FILES)
def test_real_sheets_are_adopted_or_refused_with_a_reason(
    name: str, tmp_path: Path, sheetdesk: Shell
) -> None:
    path = tmp_path / name
    shutil.copy(SHARED / name, path)
    path.chmod(0o644)
    content = path.read_bytes()
    before = cells_of(path)
    folder = tmp_path / "desk"
    said = sheetdesk("adopt", path, folder, "--zone", "UTC", lang="en")
    if name in REFUSED:
        assert said.code == 1
        assert said.err.startswith(REFUSED[name])
        assert path.read_bytes() == content
        return
    assert (said.code, said.err) == (0, "")
    assert f" is adopted: {ADOPTED[name]} ticket" in said.out
    after = cells_of(path)
    assert {place: after.get(place) for place in before} == before
    tabs = {tab for tab, _, _ in after.keys() - before.keys()}
    assert len(tabs) <= 1
    assert len({column for _, _, column in after.keys() - before.keys()}) <= 1
    sheetdesk("sync", folder)
    settled = path.read_bytes()
    again = sheetdesk("sync", folder)
    assert again.err == ""
    assert again.out.splitlines()[-1].startswith(
        ("Nothing has changed.", "0 changes taken over, 0 cells written")
    )
    assert path.read_bytes() == settled
