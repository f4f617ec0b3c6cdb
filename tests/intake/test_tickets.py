"""Which ticket a row is, what it changes, what is completed, and what is set aside."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.columns.base import blank
from sheetdesk.columns.text import whole_text
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.describe import aside_csv, describe
from sheetdesk.intake.nulls import ALWAYS_NULL
from sheetdesk.locales.locale import width
from sheetdesk.table.change import apply
from sheetdesk.table.table import empty_table

from . import CHINESE, ENGLISH, added, desk_of, matched, notes, plan_of, reasons

FILE = "Ticket ID,Subject,Status,Priority\nINC-7,printer,Open,High\nINC-8,screen,Closed,"


def test_foreign_ids_are_kept_as_typed() -> None:
    assert list(added(plan_of(FILE))) == ["INC-7", "INC-8"]


def test_the_same_file_again_changes_nothing() -> None:
    first = plan_of(FILE)
    again = plan_of(FILE, before=first)
    assert not again.changes
    assert (again.counts.unchanged, again.counts.added) == (2, 0)


def test_a_later_file_updates_what_it_says_and_a_blank_says_nothing() -> None:
    first = plan_of(FILE)
    later = plan_of("Ticket ID,Status,Priority\nINC-7,Resolved,\nINC-8,Closed,Low\nINC-9,New,", before=first)
    cells = {(cell.row, cell.column): (cell.before, cell.after) for cell in later.changes.cells}
    assert cells == {("INC-7", "status"): ("open", "resolved"), ("INC-8", "priority"): (None, "p4")}
    assert (later.counts.updated, later.counts.added) == (2, 1)


def test_an_id_that_stands_twice_keeps_its_first_row_and_names_the_way_out() -> None:
    plan = plan_of("Ticket ID,Subject\n1,a\n2,b\n1,c")
    assert [ticket["title"] for ticket in added(plan).values()] == ["a", "b"]
    assert "--history" in plan.aside[0].problems[0].expected


@pytest.mark.parametrize("ticket", ["=1+1", "@x", "'7", "-5", "a\nb", "x" * 101])
def test_an_id_that_could_not_stand_in_a_sheet_is_set_aside(ticket: str) -> None:
    grid = RawGrid("t", [["Ticket ID", "Subject"], [ticket, "a"], ["ok", "b"]])
    plan = plan_of(grid)
    assert list(added(plan)) == ["ok"]


def test_rows_without_ids_get_new_ones_of_their_month() -> None:
    plan = plan_of("标题,创建时间\n甲,2026-03-31 23:59\n乙,2026-04-01\n丙,", desk_of(CHINESE))
    assert list(added(plan)) == ["202603-0001", "202604-0001", "202605-0001"]
    assert plan.counters == {"202603": 1, "202604": 1, "202605": 1}


def test_foreign_ids_of_the_desks_own_form_move_its_counter() -> None:
    plan = plan_of("Ticket ID,Subject\nT-00041,a\n,b\nT-00007,c")
    assert list(added(plan)) == ["T-00041", "T-00042", "T-00007"]
    assert plan.counters == {"": 42}


def test_the_id_of_a_row_set_aside_is_not_given_to_another() -> None:
    plan = plan_of("Ticket ID,Subject,Status\nT-00005,a,Bananas\n,b,Open")
    assert list(added(plan)) == ["T-00006"]


def test_rows_without_ids_are_known_again_and_equal_ones_counted() -> None:
    text = "Subject,Team name\nreset,A\nreset,A\nlogin,B"
    first = plan_of(text)
    assert (first.counts.added, len(first.origins)) == (3, 3)
    again = plan_of(text + "\nreset,A\nnew,C", before=first)
    assert (again.counts.added, again.counts.unchanged) == (2, 3)


def test_another_mapping_of_the_same_file_doubles_nothing_and_fills_what_is_blank() -> None:
    text = "Subject,Words\nreset,please\nlogin,urgent"
    first = plan_of(text)
    again = plan_of(text, before=first, columns={"Words": "description"})
    assert again.counts.added == 0
    assert [(cell.column, cell.after) for cell in again.changes.cells] == [
        ("description", "please"),
        ("description", "urgent"),
    ]


def test_what_people_changed_since_stays_when_a_row_without_id_comes_again() -> None:
    desk = desk_of()
    first = plan_of("Subject,Status\nreset,Open", desk)
    tickets = apply(empty_table(desk.tickets), first.changes)
    edited = tickets.frame.assign(status=["resolved"])
    before = plan_of("Subject,Status\nreset,Open", desk, type(tickets)(tickets.spec, edited), None)
    assert before.counts.added == 1
    again = plan_of("Subject,Status\nreset,Open", desk, type(tickets)(tickets.spec, edited), first)
    assert not again.changes


def test_a_ticket_that_left_the_desk_does_not_come_back() -> None:
    desk = desk_of()
    first = plan_of("Subject\nreset\nlogin", desk)
    again = plan_of("Subject\nreset\nlogin", desk, empty_table(desk.tickets), first)
    assert (again.counts.added, again.counts.unchanged) == (0, 2)


def test_a_missing_title_is_made_from_the_best_text_and_that_is_said() -> None:
    text = f"Ticket ID,Type,Description\n1,Hardware,\n2,Software,{'long ' * 40}\n3,,"
    plan = plan_of(text + "\n4,,x")
    tickets = added(plan)
    assert tickets["1"]["title"] == "Hardware"
    assert tickets["2"]["title"].startswith("long long")
    assert len(tickets["2"]["title"]) <= 80
    assert "3" not in tickets
    assert "made from “Type”, “Description”" in notes(plan)


def test_a_missing_time_of_creation_is_the_earliest_in_the_row_else_now() -> None:
    plan = plan_of("Subject,Resolved,First response\na,2026-03-02,2026-03-01\nb,,")
    assert [str(ticket["created"]) for ticket in added(plan).values()] == [
        "2026-03-01 00:00:00+00:00",
        "2026-05-04 09:00:00+00:00",
    ]
    assert "1 tickets have no time of creation" in notes(plan)
    assert "created is the time of the import" in notes(plan)


def test_a_missing_status_follows_from_the_times() -> None:
    plan = plan_of("Subject,Resolved,Closed\na,2026-03-02,\nb,2026-03-02,2026-03-03\nc,,")
    assert [ticket["status"] for ticket in added(plan).values()] == ["resolved", "closed", "new"]
    assert "3 tickets have no status" in notes(plan)


def test_defaults_of_the_desk_fill_new_tickets_only() -> None:
    desk = desk_of(ENGLISH.replace("  - impact\n", "  - {key: impact, default: low}\n"))
    first = plan_of("Ticket ID,Subject,Impact\n1,a,\n2,b,High", desk)
    assert [t["impact"] for t in added(first).values()] == ["low", "high"]
    assert not plan_of("Ticket ID,Subject,Impact\n1,a,\n2,b,", desk, before=first).changes


def test_an_unreadable_cell_sets_its_row_aside_with_the_reason() -> None:
    good = "".join(f"\n{n},t,4,2026-03-01" for n in range(10, 14))
    plan = plan_of(f"Ticket ID,Subject,Satisfaction,Created\n1,a,9,2026-03-01\n2,b,4,soon\n3,c,x,never{good}")
    assert sorted(reasons(plan)) == [
        (2, "satisfaction", "9"),
        (3, "created", "soon"),
        (4, "created", "never"),
        (4, "satisfaction", "x"),
    ]
    assert plan.counts.added == 4


def test_keeping_the_good_cells_takes_the_ticket_and_lists_the_bad_ones() -> None:
    text = "Ticket ID,Subject,Satisfaction,Created\n1,a,4,2026-03-01\n2,b,9,2026-03-02\n3,c,4,2026-03-03"
    plan = plan_of(f"{text}\n4,d,4,soon", keep_good=True)
    assert list(added(plan)) == ["1", "2", "3"]
    assert "satisfaction" not in added(plan)["2"]
    assert [(p.row, p.ticket, p.column, p.raw) for p in plan.problems] == [(3, "2", "satisfaction", "9")]
    assert [row.number for row in plan.aside] == [5]


def test_a_row_that_says_nothing_about_a_ticket_is_set_aside() -> None:
    plan = plan_of("Ticket ID,Subject,Zodiac\n1,a,Leo\n,,Virgo\n3,,")
    assert [row.number for row in plan.aside] == [3, 4]


def test_rows_are_all_accounted_for() -> None:
    plan = plan_of("Ticket ID,Subject,Status\n1,a,Open\n1,b,Open\n2,c,Bananas\n,,\n3,d,Closed")
    counts = plan.counts
    assert counts.read == counts.added + counts.updated + counts.unchanged + counts.aside == 4


def test_rows_set_aside_are_a_table_a_spreadsheet_opens_safely() -> None:
    grid = RawGrid(
        "t.csv",
        [
            ["Ticket ID", "Subject", "=Status"],
            ["1", "=HYPERLINK(1)", "Bananas"],
            ["2", " ＝1+1", "Pears"],
            ["3", "fine", "Plums"],
        ],
    )
    desk = desk_of()
    text = aside_csv(plan_of(grid, desk, columns={"=Status": "status"}), desk)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["row", "Ticket ID", "Subject", "'=Status", "reason"]
    assert [row[2] for row in rows[1:]] == ["'=HYPERLINK(1)", "' ＝1+1", "fine"]
    assert rows[1][0] == "2"
    assert rows[1][-1].startswith("Status: “Bananas”, expected: one of")


@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_the_nastiest_texts_come_back_equal_or_are_set_aside(texts: list[str]) -> None:
    rows: list[list[Any]] = [["Ticket ID", "Subject", "Description"]]
    rows += [[f"N{number}", "a title", text] for number, text in enumerate(texts)]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    plan = plan_of(RawGrid("t.csv", list(csv.reader(io.StringIO(out.getvalue(), newline="")))))
    tickets, aside = added(plan), {row.cells[0] for row in plan.aside}
    for number, text in enumerate(texts):
        if f"N{number}" in aside:
            assert any(ord(char) < 32 or 0xFFFE <= ord(char) <= 0xFFFF for char in text)
            continue
        kept = tickets[f"N{number}"].get("description")
        if kept is None:
            assert blank(text) or text.strip().casefold() in ALWAYS_NULL or len(text) < 25
        elif "\\n" not in text:
            assert kept == whole_text(text).strip()


def test_the_preview_lines_up_wide_characters() -> None:
    desk = desk_of(CHINESE)
    lines = describe(plan_of("工单编号,标题,星座\n1,打印机卡纸了怎么办,狮子", desk), desk)
    places = {width(line[: line.index(" 1 ")]) for line in lines[1:3] if " 1 " in line}
    assert len(places) == 1
    assert any("共读取 1 行" in line for line in lines)
    assert any("星座" in line and "--map" in line for line in lines)


def test_the_preview_shows_mapping_samples_and_counts() -> None:
    desk = desk_of()
    lines = describe(plan_of(FILE, desk), desk)
    assert lines[1].split() == ["Ticket", "ID", "ID", "synonym", "2", "INC-7", "|", "INC-8"]


def test_progress_ends_at_its_total() -> None:
    from sheetdesk.intake.options import ImportOptions
    from sheetdesk.intake.plan import plan_import

    from . import NOW, grid_of

    seen: list[tuple[int, int]] = []
    desk = desk_of()
    plan_import(
        desk, empty_table(desk.tickets), {}, {}, grid_of(FILE), ImportOptions(), NOW,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen[-1] == (4, 4)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_an_import_does_not_depend_on_what_else_is_in_the_desk() -> None:
    plan = plan_of(FILE)
    assert isinstance(plan.changes.added, pd.DataFrame)
    assert matched(plan)["Subject"] == "title"
