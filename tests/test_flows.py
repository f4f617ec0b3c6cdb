"""The flows, end to end on real files: desks, workbooks, copies, undo, crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetdesk import flows
from sheetdesk.desk.template import read_desk
from sheetdesk.errors import (
    DeskInvalid,
    DeskNotFound,
    FolderTaken,
    RoleUnknown,
    SheetHasEdits,
    SheetLocked,
    TemplateUnknown,
)
from sheetdesk.flows import OpenDesk, build, new_desk, open_desk, undo, upgrade
from sheetdesk.intake.options import ImportOptions
from sheetdesk.store.store import Write
from sheetdesk.table.change import ChangeSet, apply, diff
from sheetdesk.table.table import Table
from tests.table import NOW, SMALL, TICKETS, cell, tickets

SHEETS = (
    "sheets: [{key: main, file: tickets.xlsx, role: agent}, {key: ours, file: sub/ours.xlsx, role: boss}]\n"
)
VIEWS = "views: [{key: hot, title: Hot ones, tickets: is_open = 1, columns: [id, title]}]\n"
TEXT = SMALL + SHEETS + VIEWS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small desk with two tickets."""
    (tmp_path / "desk.yaml").write_text(TEXT, "utf-8")
    with open_desk(tmp_path, NOW) as opened:
        put(opened, tickets(
            T_001={"title": "ink", "status": "new", "owner": "Ann Example", "created": "2026-01-01"},
            T_002={"title": "toner", "status": "closed", "owner": "Ben Example", "created": "2026-01-02"},
        ), "first")  # fmt: skip
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> Iterator[OpenDesk]:
    with open_desk(folder, NOW) as desk:
        yield desk


def put(opened: OpenDesk, table: Table, run: str) -> None:
    store = opened.store
    before = store.table(TICKETS)
    store.commit(
        store.version, [Write(before, diff(before, table))], by="test", why="import", run=run, now=NOW
    )


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """The rows of the tab of tickets."""
    with warnings.catch_warnings():
        # What openpyxl does not know it says; it is only our reader here.
        warnings.simplefilter("ignore")
        return list(openpyxl.load_workbook(path)["Tickets"].iter_rows(values_only=True))


def spoil(path: Path) -> bytes:
    """A person changes the file; what it holds then."""
    path.write_bytes(path.read_bytes() + b"\0")
    return path.read_bytes()


# new_desk


def test_a_new_desk_is_its_template_with_a_schema_beside_it(tmp_path: Path) -> None:
    path = new_desk("it-service", tmp_path / "a" / "b")
    assert path == tmp_path / "a" / "b" / "desk.yaml"
    assert read_desk(path).name == "IT service desk"
    schema = json.loads((path.parent / "desk.schema.json").read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", ["Ink & toner", "a: b # c", "工单台", "'quoted' \"twice\"", "2026", "- x"])
def test_a_new_desk_takes_any_name_and_keeps_the_templates_comments(tmp_path: Path, name: str) -> None:
    path = new_desk("bugs", tmp_path, name=name, zone="Asia/Tokyo")
    desk = read_desk(path)
    assert (desk.name, desk.zone.key) == (name, "Asia/Tokyo")
    assert path.read_text("utf-8").startswith("# ")


def test_a_new_desk_speaks_the_language_asked_for(tmp_path: Path) -> None:
    assert read_desk(new_desk("bugs", tmp_path, locale="zh")).locale.code == "zh"


def test_a_folder_with_a_desk_is_not_written_over(folder: Path) -> None:
    with pytest.raises(FolderTaken, match="already holds a desk"):
        new_desk("bugs", folder)
    assert (folder / "desk.yaml").read_text("utf-8") == TEXT


def test_an_unknown_template_or_zone_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(TemplateUnknown, match=r"it-service\?"):
        new_desk("it-servce", tmp_path / "a")
    with pytest.raises(DeskInvalid):
        new_desk("bugs", tmp_path / "a", zone="Mars/Base")
    assert not (tmp_path / "a").exists()


# open_desk


def test_a_desk_is_opened_by_its_folder_or_its_file(folder: Path) -> None:
    for place in (folder, folder / "desk.yaml"):
        with open_desk(place, NOW) as opened:
            assert len(opened.tables()["tickets"]) == 2


def test_without_a_desk_file_there_is_no_desk_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(DeskNotFound), open_desk(tmp_path / "none"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_opening_again_changes_nothing(opened: OpenDesk, folder: Path) -> None:
    version = opened.store.version
    with open_desk(folder, NOW) as again:
        assert again.store.version == version


def test_a_changed_desk_file_adds_its_choices_and_people(folder: Path) -> None:
    text = TEXT.replace(
        "{key: soft, title: Software}", "{key: soft, title: Software}, {key: net, title: Network}"
    )
    (folder / "desk.yaml").write_text(text.replace("people:\n", "people:\n  - {name: Cy Example}\n"), "utf-8")
    assert upgrade(folder, now=NOW).is_done
    with open_desk(folder, NOW) as opened:
        assert "Cy Example" in opened.tables()["people"].frame.index
        assert [c.key for c in opened.desk.column("type").choices] == ["hard", "soft", "net"]
        [entry, *_] = opened.store.entries([opened.desk.table("people")], row="Cy Example")
        assert entry.why == "upgrade"


def test_a_changed_desk_file_respects_what_people_changed_in_the_lists(folder: Path) -> None:
    with open_desk(folder, NOW) as opened:
        choices = opened.tables()["choices"]
        change = cell("type/hard", "value", "Hardware", "Things")
        opened.store.commit(
            opened.store.version, [Write(choices, change)], by="sheet", why="sync", run="r", now=NOW
        )
    (folder / "desk.yaml").write_text(TEXT.replace("title: Hardware", "title: Machines"), "utf-8")
    assert upgrade(folder, now=NOW).is_done
    with open_desk(folder, NOW) as opened:
        assert [c.title for c in opened.desk.column("type").choices] == ["Things", "Software"]


def test_a_desk_file_that_became_invalid_changes_nothing(folder: Path) -> None:
    (folder / "desk.yaml").write_text("name: [", "utf-8")
    with pytest.raises(DeskInvalid), open_desk(folder):
        pass
    (folder / "desk.yaml").write_text(TEXT, "utf-8")
    with open_desk(folder, NOW) as opened:
        assert opened.store.version == 2


# build


def test_a_build_shows_the_tickets_in_the_desks_main_sheet(opened: OpenDesk, folder: Path) -> None:
    built = build(opened, now=NOW)
    assert (built.path, built.tickets, built.backup) == (folder / "tickets.xlsx", 2, None)
    assert [row[0] for row in rows_of(built.path)] == ["ID", "T-001", "T-002"]


def test_problems_are_counted_and_do_not_stop_a_build(opened: OpenDesk) -> None:
    put(opened, tickets(T_001={"status": "new"}), "second")
    assert [p.column for p in build(opened, now=NOW).problems] == ["created", "title"]


def test_a_sheet_that_nobody_changed_is_built_again(opened: OpenDesk) -> None:
    build(opened, now=NOW)
    put(opened, tickets(T_001={"title": "laser"}), "second")
    assert build(opened, now=NOW).tickets == 1


def test_a_changed_file_is_not_written_over(opened: OpenDesk) -> None:
    path = build(opened, now=NOW).path
    edited = spoil(path)
    with pytest.raises(SheetHasEdits, match=r"before-20260331-120000\.xlsx"):
        build(opened, now=NOW)
    assert path.read_bytes() == edited


def test_a_strange_file_in_the_sheets_place_is_not_written_over(opened: OpenDesk, folder: Path) -> None:
    (folder / "tickets.xlsx").write_bytes(b"theirs")
    with pytest.raises(SheetHasEdits):
        build(opened, now=NOW)
    with pytest.raises(SheetHasEdits):
        build(opened, now=NOW, out=folder / "tickets.xlsx")


def test_force_keeps_the_changed_file_and_every_one_before_it(opened: OpenDesk) -> None:
    path = build(opened, now=NOW).path
    kept = []
    for _ in range(2):
        edited = spoil(path)
        backup = build(opened, now=NOW, force=True).backup
        assert backup is not None
        assert backup.read_bytes() == edited
        kept.append(backup)
    assert len(set(kept)) == 2
    assert build(opened, now=NOW).backup is None


def test_force_keeps_no_copy_of_a_file_that_nobody_changed(opened: OpenDesk, folder: Path) -> None:
    build(opened, now=NOW)
    assert build(opened, now=NOW, force=True).backup is None
    assert len(list(folder.glob("*.xlsx"))) == 1


@pytest.mark.parametrize(
    ("name", "content", "who"),
    [
        ("~$tickets.xlsx", b"\x03Ann" + b" " * 50 + b"\x03\0A\0n\0n\0", "Ann"),
        ("~$tickets.xlsx", b"", "Excel"),
        (".~lock.tickets.xlsx#", b",ben,desk,01.01.2026 10:00,file:///x;", "LibreOffice"),
        (".~lock.tickets.xlsx#", "Ann Müller,ann,desk,01.01.2026 10:00,file:///x;".encode(), "Ann Müller"),
    ],
)
def test_a_sheet_that_somebody_has_open_is_left_alone_and_says_who(
    opened: OpenDesk, folder: Path, name: str, content: bytes, who: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(SheetLocked) as caught:
        build(opened, now=NOW, force=True)
    assert f"is open by {who}." in str(caught.value)
    assert build(opened, now=NOW, out=folder / "other.xlsx").tickets == 2


def test_copies_stand_beside_the_main_sheet_under_their_own_names(opened: OpenDesk) -> None:
    names = [
        build(opened, now=NOW, role="own").path.name,
        build(opened, now=NOW, person="ann example").path.name,
        build(opened, now=NOW, role="own", person="Ben Example").path.name,
        build(opened, now=NOW, view="Hot ones").path.name,
        build(opened, now=NOW, role="agent", view="hot").path.name,
    ]
    assert names == [
        "tickets-own.xlsx", "tickets-boss-Ann Example.xlsx", "tickets-own-Ben Example.xlsx",
        "tickets-hot.xlsx", "tickets-agent-hot.xlsx",
    ]  # fmt: skip


def test_a_persons_copy_has_the_tickets_that_are_theirs(opened: OpenDesk) -> None:
    assert build(opened, now=NOW, role="own", person="Ben Example").tickets == 1
    assert build(opened, now=NOW, role="own").tickets == 0


def test_a_view_has_its_tickets_and_columns(opened: OpenDesk) -> None:
    built = build(opened, now=NOW, view="hot")
    assert built.tickets == 1
    assert rows_of(built.path)[0] == ("ID", "Title", "Status", "Open")


def test_another_sheet_of_the_desk_file_goes_to_its_own_place(opened: OpenDesk, folder: Path) -> None:
    assert build(opened, now=NOW, sheet="ours").path == folder / "sub" / "ours.xlsx"
    assert build(opened, now=NOW, sheet="main").path == folder / "tickets.xlsx"
    build(opened, now=NOW, sheet="ours", out=folder / "elsewhere.xlsx")
    assert build(opened, now=NOW, sheet="ours").path == folder / "sub" / "ours.xlsx"


def test_one_desk_is_built_into_several_files_and_each_is_remembered(
    opened: OpenDesk, tmp_path: Path
) -> None:
    for _ in range(2):
        for name in ("a.xlsx", "b.xlsx"):
            build(opened, now=NOW, out=tmp_path / name)
    spoil(tmp_path / "a.xlsx")
    build(opened, now=NOW, out=tmp_path / "b.xlsx")
    with pytest.raises(SheetHasEdits):
        build(opened, now=NOW, out=tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "wish", [{"role": "agnet"}, {"person": "Anna Example"}, {"view": "hott"}, {"sheet": "our"}]
)
def test_who_or_what_is_not_in_the_desk_is_named_with_the_nearest(
    opened: OpenDesk, wish: dict[str, str]
) -> None:
    with pytest.raises(RoleUnknown, match=r"\((agent|Ann Example|hot|ours)\?\)"):
        build(opened, now=NOW, **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_rename_is_mended_by_building_again(folder: Path, moment: str) -> None:
    with open_desk(folder, NOW) as opened:
        build(opened, now=NOW)
        put(opened, tickets(T_001={"title": "laser"}), "second")
    code = """
import os, signal, sys
from pathlib import Path
from sheetdesk.flows import build, open_desk
from tests.table import NOW
rename = os.replace
def dying(source, target):
    if sys.argv[2] == "before" and Path(target).name == "tickets.xlsx":
        os.kill(os.getpid(), signal.SIGKILL)
    rename(source, target)
    if Path(target).name == "tickets.xlsx":
        os.kill(os.getpid(), signal.SIGKILL)
os.replace = dying
with open_desk(Path(sys.argv[1]), NOW) as opened:
    build(opened, now=NOW)
"""
    command = [sys.executable, "-c", code, str(folder), moment]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], check=False, timeout=50)
    assert done.returncode == -signal.SIGKILL
    with open_desk(folder, NOW) as opened:
        assert build(opened, now=NOW).tickets == 1
        spoil(opened.main_sheet)
        with pytest.raises(SheetHasEdits):
            build(opened, now=NOW)


def test_a_build_that_cannot_be_put_in_place_leaves_nothing_behind(opened: OpenDesk, folder: Path) -> None:
    target = folder / "taken.xlsx"
    target.mkdir()
    with pytest.raises(OSError, match="directory"):
        build(opened, now=NOW, out=target, force=True)
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]


# undo


def test_a_run_is_taken_back_by_a_run_of_its_own(opened: OpenDesk) -> None:
    put(opened, tickets(T_001={"title": "laser"}), "wrong")
    before = opened.tables()["tickets"]
    assert undo(opened, "wrong", now=NOW + timedelta(1)).moved == ()
    after = opened.tables()["tickets"]
    assert sorted(after.frame.index) == ["T-001", "T-002"]
    assert after.frame.at["T-001", "title"] == "ink"
    run = opened.store.entries([TICKETS])[-1].run
    assert run.startswith("undo-20260401T120000-")
    undo(opened, run, now=NOW)
    assert not diff(before, opened.tables()["tickets"])


def test_a_dry_run_counts_and_changes_nothing(opened: OpenDesk) -> None:
    version = opened.store.version
    assert undo(opened, "first", now=NOW, dry_run=True).count == 2
    assert opened.store.version == version


def test_an_unknown_run_is_nothing_to_take_back(opened: OpenDesk) -> None:
    found = undo(opened, "never", now=NOW)
    assert (found.count, found.moved) == (0, ())


def test_what_changed_since_is_left_and_named(opened: OpenDesk) -> None:
    now = opened.tables()["tickets"]
    put(opened, apply(now, cell("T-001", "title", "ink", "laser")), "later")
    found = undo(opened, "first", now=NOW)
    assert (found.count, found.moved) == (1, (("T-001", ""),))
    assert list(opened.tables()["tickets"].frame.index) == ["T-001"]


def test_a_run_of_several_tables_is_taken_back_in_all_of_them(opened: OpenDesk) -> None:
    tables = opened.tables()
    people = tables["people"].frame.iloc[:1].rename(index={"Ann Example": "Cy"})
    writes = [
        Write(tables["tickets"], cell("T-001", "owner", "Ann Example", "Cy")),
        Write(tables["people"], ChangeSet(added=people)),
    ]
    opened.store.commit(opened.store.version, writes, by="t", why="import", run="both", now=NOW)
    assert undo(opened, "both", now=NOW).count == 2
    assert "Cy" not in opened.tables()["people"].frame.index
    assert opened.tables()["tickets"].frame.at["T-001", "owner"] == "Ann Example"


def test_a_demo_is_a_desk_with_tickets_and_a_workbook(tmp_path: Path) -> None:
    built, counts = flows.demo(tmp_path / "d", template="bugs", locale="en", count=7, seed=1, now=NOW)
    assert (built.tickets, counts["tickets"], built.problems) == (7, 7, ())
    assert built.path.is_file()
    assert os.path.exists(tmp_path / "d" / "desk.db")


def test_an_import_that_was_taken_back_can_be_made_again(opened: OpenDesk, tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text("title,status\nscanner,new\nlamp,new\n", "utf-8")
    first = flows.import_tickets(opened, source, ImportOptions(), now=NOW)
    undo(opened, first.run, now=NOW)
    assert flows.import_tickets(opened, source, ImportOptions(), now=NOW).plan.counts.added == 2
