"""What is seen of workbooks that teams have: small ones made here, and real ones where they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from sheetdesk.columns.base import Setting, blank
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.propose import Proposal, propose
from sheetdesk.desk.propose_seen import SeenColumn, SeenTab
from sheetdesk.desk.standard import STANDARD
from sheetdesk.desk.template import parse_desk
from sheetdesk.errors import FileBroken, FileEmpty, FileLocked, FileMissing, TabUnknown
from sheetdesk.sheets.xlsx.survey.parts import format_kind
from sheetdesk.sheets.xlsx.survey.whole import survey, ticket_tab
from sheetdesk.table.table import kind_of
from tests.conftest import shared_folder

REAL = shared_folder() / "data" / "xlsx"
TITLES = ["Ticket ID", "Title", "Category", "Subcategory", "Status", "Created"]
ROWS = [
    ["T-001", "Printer", "Hardware", "Printer", "Open", datetime(2026, 3, 1)],
    ["T-002", "Mail", "Software", "Mail", "Done", datetime(2026, 3, 2)],
    ["T-003", "Laptop", "Hardware", "Laptop", "Open", datetime(2026, 3, 3)],
]

Draw = Callable[[Any, Any], None]


def book(path: Path, draw: Draw, top: int = 0) -> Path:
    """A workbook with the tickets below row `top`, and what `draw` adds to workbook and tab."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Tickets")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(top, 0, TITLES)
        for number, row in enumerate(ROWS, top + 1):
            sheet.write_row(number, 0, row[:5])
            sheet.write_datetime(number, 5, row[5], day)
        draw(workbook, sheet)
    return path


def seen(path: Path, title: str) -> SeenColumn:
    return next(column for column in ticket_tab(survey(path)).columns if column.title == title)


def values(path: Path, title: str) -> tuple[str, ...]:
    rule = seen(path, title).rule
    assert rule is not None
    assert rule.kind == "list"
    return rule.values


def lists(workbook: Any) -> None:
    """A second tab: A has statuses with a title, C and D what belongs to what."""
    other = workbook.add_worksheet("My lists")
    other.write_column("A1", ["Status", "Open", "Waiting", "Done"])
    other.write_column("C1", ["Hardware", "Hardware", "Software"])
    other.write_column("D1", ["Laptop", "Printer", "Mail"])
    other.write_column("F1", ["Hardware", "Laptop", "Printer"])
    other.write_column("G1", ["Software", "Mail"])


def test_header_rows_and_cells_are_found(tmp_path: Path) -> None:
    tab = ticket_tab(survey(book(tmp_path / "a.xlsx", lambda workbook, sheet: None)))
    assert (tab.title, tab.header_row, tab.rows, tab.protected, tab.visible) == (
        "Tickets",
        1,
        (2, 3, 4),
        False,
        True,
    )
    assert [column.title for column in tab.columns] == TITLES
    assert tab.columns[0].cells == ("T-001", "T-002", "T-003")
    assert tab.columns[5].cells[0] == datetime(2026, 3, 1)
    assert tab.columns[5].format == "date"


@pytest.mark.parametrize(
    "source",
    [
        ["Open", "Waiting", "Done"],
        "='My lists'!$A$2:$A$4",
        "=states",
        "=INDIRECT(\"'My lists'!A2:A4\")",
        "=OFFSET('My lists'!$A$1,1,0,COUNTA('My lists'!$A:$A)-1,1)",
        "=OFFSET('My lists'!$A$2,0,0,3)",
        "=moving",
    ],
    ids=str,
)
def test_the_values_of_a_drop_down_are_found_however_it_is_made(tmp_path: Path, source: Any) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        lists(workbook)
        workbook.define_name("states", "='My lists'!$A$2:$A$4")
        workbook.define_name("moving", "=OFFSET('My lists'!$A$1,1,0,COUNTA('My lists'!$A:$A)-1)")
        sheet.data_validation("E2:E99", {"validate": "list", "source": source, "input_message": "Pick one"})

    path = book(tmp_path / "a.xlsx", draw)
    assert values(path, "Status") == ("Open", "Waiting", "Done")
    rule = seen(path, "Status").rule
    assert rule is not None
    assert (rule.prompt, rule.blocks) == ("Pick one", True)


def test_a_drop_down_over_a_table_column_is_followed(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        other = workbook.add_worksheet("Lists")
        other.add_table("B2:B5", {"name": "states", "data": [["Open"], ["Done"], ["Shut"]],
                                  "columns": [{"header": "State"}]})  # fmt: skip
        sheet.data_validation("E2:E99", {"validate": "list", "source": '=INDIRECT("states[State]")'})

    assert values(book(tmp_path / "a.xlsx", draw), "Status") == ("Open", "Done", "Shut")


@pytest.mark.parametrize(
    "source",
    [
        "=INDIRECT($C2)",
        '=INDIRECT(SUBSTITUTE(C2," ","_"))',
        "=OFFSET('My lists'!$D$1,MATCH($C2,'My lists'!$C:$C,0)-1,0,COUNTIF('My lists'!$C:$C,$C2),1)",
    ],
)
def test_a_list_below_another_column_has_values_for_each_of_that_columns(tmp_path: Path, source: str) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        lists(workbook)
        workbook.define_name("Hardware", "='My lists'!$F$2:$F$3")
        workbook.define_name("Software", "='My lists'!$G$2:$G$2")
        sheet.data_validation("C2:C99", {"validate": "list", "source": ["Hardware", "Software"]})
        sheet.data_validation("D2:D99", {"validate": "list", "source": source, "ignore_blank": False})

    path = book(tmp_path / "a.xlsx", draw)
    rule = seen(path, "Subcategory").rule
    assert rule is not None
    assert rule.below == (("Hardware", ("Laptop", "Printer")), ("Software", ("Mail",)))
    desk = parse_desk(proposed(path).text)
    assert desk.column("subtype").depends_on == "type"
    assert {c.title: c.parent for c in desk.column("subtype").choices}["Mail"] == "software"


@pytest.mark.parametrize("source", ["=[1]Other!$A$1:$A$3", "=nowhere", "=IF(A2=1,states,others)"])
def test_a_list_that_cannot_be_followed_is_told(tmp_path: Path, source: str) -> None:
    path = tmp_path / "a.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in ([*TITLES[:2], "Place"], ["T-1", "a", "x"], ["T-2", "b", "y"]):
        sheet.append(row)
    rule = DataValidation(type="list", formula1=source.removeprefix("="))
    sheet.add_data_validation(rule)
    rule.add("C2:C9")
    workbook.save(path)
    found = seen(path, "Place").rule
    assert found is not None
    assert (found.values, found.below) == ((), ())
    assert "whose values could not be found" in proposed(path).text


def test_bounds_of_numbers_and_lengths_are_inclusive(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        sheet.data_validation("C2:C9", {"validate": "integer", "criteria": ">", "value": 4})
        sheet.data_validation(
            "D2:D9", {"validate": "decimal", "criteria": "between", "minimum": 0.5, "maximum": 2}
        )
        sheet.data_validation("E2:E9", {"validate": "length", "criteria": "<", "value": 20})

    path = book(tmp_path / "a.xlsx", draw)
    bounds = [(rule.minimum, rule.maximum) for title in TITLES[2:5] if (rule := seen(path, title).rule)]
    assert bounds == [(5, None), (0.5, 2), (None, 19)]


def test_what_protection_locks_is_seen_by_column(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        free = workbook.add_format({"locked": False})
        for number, row in enumerate(ROWS, 1):
            sheet.write(number, 4, row[4], free)
        sheet.unprotect_range("B2:B4", "titles")
        sheet.protect()

    path = book(tmp_path / "a.xlsx", draw)
    tab = ticket_tab(survey(path))
    assert tab.protected
    assert [column.title for column in tab.columns if not column.locked] == ["Title", "Status"]
    edits = parse_desk(proposed(path).text).role("member").edits
    assert {"title", "status"} <= edits
    assert not {"type", "subtype", "created"} & edits


def test_titles_above_totals_below_and_blocks_beside_are_no_tickets(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        sheet.merge_range("A1:F1", "Our tickets, all of them")
        sheet.write("A2", "Updated every day by Ann")
        sheet.write_row("A10", ["Total", 3])
        sheet.write_row("J5", ["Legend", "Meaning"])
        sheet.write_row("J6", ["Open", "not done"])

    tab = ticket_tab(survey(book(tmp_path / "a.xlsx", draw, top=4)))
    assert (tab.header_row, tab.rows, tab.totals) == (5, (6, 7, 8), 1)
    assert tab.beside == ("Legend", "Meaning")


def test_a_header_of_two_lines_gives_each_column_its_own_title(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("工单")
        for place, title in ((0, "工单编号"), (1, "标题"), (4, "状态")):
            sheet.merge_range(0, place, 1, place, title)
        sheet.merge_range(0, 2, 0, 3, "时间")
        sheet.write_row(1, 2, ["提交时间", "解决时间"])
        sheet.write_row(2, 0, ["G-01", "漏水", "2026-03-01", "2026-03-02", "已完成"])
        sheet.write_row(3, 0, ["G-02", "断电", "2026-03-02", None, "处理中"])
    tab = ticket_tab(survey(path))
    assert (tab.header_row, tab.rows) == (2, (3, 4))
    assert [column.title for column in tab.columns] == ["工单编号", "标题", "提交时间", "解决时间", "状态"]
    found = proposed(path)
    assert set(found.columns.values()) == {"id", "title", "created", "resolved", "status"}
    assert found.places["status"] == 4


def test_a_native_table_says_where_it_is(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        columns = [{"header": title} for title in TITLES]
        columns[1]["total_string"] = "Total"
        sheet.add_table("A1:F5", {"name": "desk", "columns": columns, "total_row": True})
        sheet.write_row("A9", ["T-009", "not in the table"])

    tab = ticket_tab(survey(book(tmp_path / "a.xlsx", draw)))
    assert (tab.table, tab.tables, tab.rows) == ("desk", (("desk", "A1:F5"),), (2, 3, 4))


def test_colours_of_single_values_are_seen(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        red, green = (workbook.add_format({"bg_color": color}) for color in ("#FFC7CE", "#C6EFCE"))
        rule = {"type": "cell", "criteria": "==", "value": '"Open"', "format": red}
        sheet.conditional_format("E2:E9", rule)
        whole = {"type": "formula", "criteria": '=$E2="Done"', "format": green}
        sheet.conditional_format("A2:F9", whole)
        text = {"type": "text", "criteria": "containing", "value": "Printer", "format": red}
        sheet.conditional_format("D2:D9", text)

    path = book(tmp_path / "a.xlsx", draw)
    assert seen(path, "Status").colors == (("Open", "FFC7CE"), ("Done", "C6EFCE"))
    assert seen(path, "Subcategory").colors == (("Printer", "FFC7CE"),)
    choices = parse_desk(proposed(path).text).column("status").choices
    assert {choice.title: choice.color for choice in choices} == {"Open": "FFC7CE", "Done": "C6EFCE"}


def test_formulas_widths_hidden_columns_and_comments_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append([*TITLES[:2], "Twice", "Status"])
    for number in range(2, 6):
        sheet.append([f"T-{number}", f"ticket {number}", f"=ROW({number}:{number})*2", "Open"])
    # Filled down in advance: no tickets.
    for number in range(6, 60):
        sheet.cell(number, 3, f"=ROW({number}:{number})*2")
    sheet.column_dimensions["B"].width = 42
    sheet.column_dimensions["D"].hidden = True
    sheet["D1"].comment = Comment("Where it is,\nnow", "Ann")
    workbook.save(path)
    tab = ticket_tab(survey(path))
    assert tab.rows == (2, 3, 4, 5)
    assert [column.is_formula for column in tab.columns] == [False, False, True, False]
    assert tab.columns[1].width_chars == pytest.approx(42, abs=1)
    assert (tab.columns[3].hidden, tab.columns[3].comment) == (True, "Where it is, now")


def test_the_tab_that_looks_most_like_tickets_is_taken_unless_one_is_named(tmp_path: Path) -> None:
    def draw(workbook: Any, sheet: Any) -> None:
        workbook.add_worksheet("My places").write_column("A1", ["Place", "North"])
        workbook.get_worksheet_by_name("My places").write_column("B1", ["Street", "Main street"])
        workbook.add_worksheet("Empty")

    found = survey(book(tmp_path / "a.xlsx", draw))
    assert ticket_tab(found).title == "Tickets"
    assert ticket_tab(found, "my places ").title == "My places"
    with pytest.raises(TabUnknown, match="Tickets, My places, Empty"):
        ticket_tab(found, "Ticket")
    with pytest.raises(FileEmpty):
        ticket_tab(found, "Empty")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", ("general", None)), ("@", ("text", None)), ("0.00", ("number", 2)),
        ("#,##0", ("number", 0)),
        ("0.0%", ("percent", 1)), ("yyyy-mm-dd", ("date", None)), ("h:mm AM/PM", ("time", None)),
        ("yyyy/m/d h:mm", ("moment", None)), ("[h]:mm", ("number", None)),
        ('yyyy"年"m"月"d"日"', ("date", None)),
        ("[$-804]yyyy/m/d;@", ("date", None)), ('"days" 0', ("number", 0)), ('0.00" h"', ("number", 2)),
    ],
)  # fmt: skip
def test_a_number_format_says_what_it_shows(code: str, kind: tuple[str, int | None]) -> None:
    assert format_kind(code) == kind


def part_changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(info.filename, change(body) if info.filename == part else body)
    path.write_bytes(made.getvalue())
    return path


def test_a_lone_cell_in_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda workbook, sheet: sheet.write("XFD1048576", "x"))
    found = survey(path)
    assert found.too_large == ("Tickets",)
    with pytest.raises(FileEmpty):
        ticket_tab(found)


def test_a_file_that_unpacks_to_far_more_than_a_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda workbook, sheet: None)
    body = bytearray(path.read_bytes())
    # The size that the directory's first entry declares.
    entry = body.index(b"PK\x01\x02")
    body[entry + 24 : entry + 28] = (601_000_000).to_bytes(4, "little")
    path.write_bytes(body)
    with pytest.raises(FileBroken, match="600 MB"):
        survey(path)


def test_broken_locked_and_missing_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        survey(tmp_path / "none.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook")
    with pytest.raises(FileBroken):
        survey(tmp_path / "text.xlsx")
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(FileLocked):
        survey(tmp_path / "locked.xlsx")
    path = book(tmp_path / "a.xlsx", lambda workbook, sheet: None)
    with pytest.raises(FileBroken):
        survey(part_changed(path, "xl/worksheets/sheet1.xml", lambda body: body[:-40]))


def test_an_entity_in_a_part_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{secret}">]><worksheet'.encode()
    path = book(
        tmp_path / "a.xlsx",
        lambda workbook, sheet: sheet.data_validation("E2:E9", {"validate": "list", "source": ["MARK"]}),
    )
    part_changed(
        path,
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(b"<worksheet", head, 1).replace(b"MARK", b"&x;"),
    )
    assert "secret" not in repr(survey(path))


def proposed(path: Path, tab: str = "") -> Proposal:
    return propose(ticket_tab(survey(path), tab), name=path.stem, locale=None, zone="Asia/Shanghai")


def problems(tab: SeenTab, found: Proposal, desk: Desk) -> tuple[int, int]:
    """How many of the tickets' cells the proposed columns hold, and how many of them nobody can read."""
    people = frozenset(person.name for person in desk.people) or None
    setting = Setting(desk.locale, ZoneInfo("Asia/Shanghai"), day_first=found.day_first, people=people)
    filled = bad = 0
    for key, place in found.places.items():
        column, theirs = desk.column(key), tab.at(place)
        assert theirs is not None
        filled += sum(not blank(cell) for cell in theirs.cells)
        bad += len(kind_of(column.type).read(theirs.cells, column, setting).problems)
    return filled, bad


FACTS: dict[str, tuple[str, int, int, str | None, int, int, int]] = {
    # tab, header row, tickets, form of ids or None, columns taken over, of these standard, left out
    "bugs_images_dv_turkish.xlsx": ("Sheet1", 1, 17, None, 4, 1, 0),
    "defect_log_pivot.xlsx": ("Sheet1", 1, 9, "{n}", 23, 9, 0),
    "google_bug_report_dv.xlsx": ("Sheet1", 7, 14, "{n}", 9, 5, 0),
    "google_bug_report_merges_cf.xlsx": ("Sheet1", 4, 12, "{n}", 11, 5, 0),
    "helpdesk_tickets_table.xlsx": ("Sheet1", 1, 129, "TCK-{n}", 18, 9, 0),
    "issue_tracker_vba.xlsm": ("Data", 1, 2, "{n}", 11, 9, 0),
    "openpyxl_it_tickets_charts.xlsx": ("IT Service Tickets", 1, 49, None, 9, 8, 2),
    "qa_comments_frozen.xlsx": ("How to Report a Bug", 1, 13, None, 11, 2, 0),
    "raid_log_dv_cf.xlsx": ("RAID LOG", 8, 12, None, 8, 4, 0),
    "schedule_threaded_comments_extlink.xlsx": ("Project Schedule", 7, 7, None, 14, 4, 0),
    "techsupport_slicers_14pivots.xlsx": ("Technical Support Dataset", 1, 2330, "{n}", 22, 11, 4),
    "zendesk_support_dashboard.xlsx": ("Tickets", 1, 6445, "{n}", 9, 6, 2),
    "zh_bug_excel2007_dv_protected.xlsx": ("Bug", 1, 1, "{n}", 36, 11, 0),
    "zh_plan_template_dv_cf.xlsx": ("Sheet1", 1, 0, None, 12, 5, 0),
    "zh_poi_workorders_inline.xlsx": ("工单_全部", 2, 9, "WORK071590-{n:03}", 20, 8, 0),
    "zh_wps_bug_list.xlsx": ("Sheet1", 1, 1, None, 4, 2, 0),
}


def real(name: str) -> Path:
    path = REAL / name
    if not path.is_file():
        pytest.skip(f"the shared workbook {name} is not here")
    return path


@pytest.mark.parametrize("name", FACTS)
def test_a_real_workbook_is_seen_as_people_see_it_and_all_its_cells_can_be_read(name: str) -> None:
    path = real(name)
    tab = ticket_tab(survey(path))
    found = propose(tab, name=path.stem, locale=None, zone="Asia/Shanghai")
    desk = parse_desk(found.text)
    standard = sum(key in STANDARD for key in found.places)
    form = desk.ids if found.has_ids else None
    facts = (
        found.tab,
        found.header_row,
        len(tab.rows),
        form,
        len(found.places),
        standard,
        len(found.left_out),
    )
    assert facts == FACTS[name]
    assert desk.locale.code == ("zh" if name.startswith("zh") else "en")
    # Every one of about 111,000 cells.
    filled, bad = problems(tab, found, desk)
    assert bad == 0
    assert filled > 0 or not tab.rows


@pytest.mark.parametrize(
    ("name", "column", "titles"),
    [
        ("google_bug_report_dv.xlsx", "priority", ["Urgent (P0)", "High (P1)", "Medium (P2)"]),
        ("google_bug_report_dv.xlsx", "status", ["Open", "In Progress", "Resolved"]),
        ("raid_log_dv_cf.xlsx", "raid_category", ["Risk", "Assumption", "Issue", "Dependency"]),
        ("raid_log_dv_cf.xlsx", "priority", ["Critical", "High", "Moderate", "Low", "Negligible"]),
        ("openpyxl_it_tickets_charts.xlsx", "status",
         ["Closed", "Resolved", "In Progress", "Waiting for Info"]),
        ("schedule_threaded_comments_extlink.xlsx", "status",
         ["Not Started", "In Progress", "On Hold", "Completed"]),
        ("zh_bug_excel2007_dv_protected.xlsx", "priority", ["3", "1", "2", "4"]),
        ("bugs_images_dv_turkish.xlsx", "hata_önceliği", ["Kritik", "Yüksek", "Orta", "Düşük", "Önemsiz"]),
    ],
)  # fmt: skip
def test_a_real_drop_down_becomes_choices_in_its_order(name: str, column: str, titles: list[str]) -> None:
    desk = parse_desk(proposed(real(name)).text)
    assert [choice.title for choice in desk.column(column).choices] == titles


def test_real_colours_come_along() -> None:
    desk = parse_desk(proposed(real("openpyxl_it_tickets_charts.xlsx")).text)
    colors = {choice.title: choice.color for choice in desk.column("status").choices}
    assert colors == {
        "Closed": "92D050", "Resolved": "00B0F0", "In Progress": "FFC000", "Waiting for Info": "FF6B6B"
    }  # fmt: skip


def test_what_a_real_sheet_works_out_stays_its_own() -> None:
    found = proposed(real("techsupport_slicers_14pivots.xlsx"))
    assert found.left_out == ("Day", "Week", "Month", "Average Resolution Time")
    found = proposed(real("openpyxl_it_tickets_charts.xlsx"))
    assert found.left_out == ("Ticket ID", "Days Open")
    assert not found.has_ids
