"""Tickets from workbooks, JSON lines and DataFrames."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from sheetdesk.errors import FileBroken, TabUnknown
from sheetdesk.intake.base import read_file
from sheetdesk.intake.frame import grid_of_frame

from . import added, notes, plan_of, reasons


def workbook(path: Path) -> Path:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Cover"
    cover["A1"] = "Printers and screens"
    sheet = book.create_sheet("Tickets 2026")
    sheet["B2"] = "Tickets of March"
    sheet.merge_cells("B2:F2")
    for row in (
        (None, None, None, None, None, None),
        (None, "No.", "Date", "Title", "Type", "Satisfaction"),
        (None, 101, datetime(2026, 3, 2, 8, 30), "Printer jams", "Hardware", 4),
        (None, 102, "2026-03-03", "No sound", None, "５"),
        (None, 103, 46085.5, "Cannot log in", "Software", 3.0),
        (None, None, None, None, None, None),
        (None, "Total", None, None, None, 12),
    ):
        sheet.append(row)
    sheet.merge_cells("E5:E6")
    book.save(path)
    return path


def test_the_tab_with_most_cells_is_read_and_its_mess_understood(tmp_path: Path) -> None:
    plan = plan_of(read_file(workbook(tmp_path / "t.xlsx")))
    tickets = added(plan)
    assert list(tickets) == ["101", "102", "103"]
    assert tickets["101"]["created"] == pd.Timestamp("2026-03-02 08:30", tz="UTC")
    assert tickets["103"]["created"] == pd.Timestamp("2026-03-04 12:00", tz="UTC")
    assert tickets["102"]["satisfaction"] == 5
    assert (plan.counts.totals, plan.counts.read) == (1, 3)


def test_a_cell_merged_over_rows_counts_for_each(tmp_path: Path) -> None:
    tickets = added(plan_of(read_file(workbook(tmp_path / "t.xlsx"))))
    assert tickets["102"]["type"] == "Hardware"


def test_a_tab_can_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    assert read_file(path, "cover").rows == [["Printers and screens"]]
    with pytest.raises(TabUnknown, match="Tickets 2026"):
        read_file(path, "Ticket 2026")


def test_a_file_that_is_no_workbook_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_text("id,title\n1,a\n")
    with pytest.raises(FileBroken):
        read_file(path)


def test_json_lines_become_tickets_and_other_lines_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = [
        json.dumps(
            {"key": "A-1", "fields": {"summary": "Printer", "labels": ["ink", "paper"]}, "created": None}
        ),
        "",
        '{"key": "A-2", "fields":',
        "[1, 2]",
        json.dumps({"key": "A-3", "fields": {"summary": "Bildschirm", "priority": "High"}}),
    ]
    path.write_text("\n".join(lines), "utf-8")
    plan = plan_of(
        read_file(path),
        columns={"fields.summary": "title", "fields.labels": "tags", "fields.priority": "priority"},
    )
    tickets = added(plan)
    assert {key: ticket["title"] for key, ticket in tickets.items()} == {
        "A-1": "Printer",
        "A-3": "Bildschirm",
    }
    assert tickets["A-1"]["tags"] == "ink, paper"
    assert tickets["A-3"]["priority"] == "p2"
    assert [row.number for row in plan.aside] == [3, 4]
    assert plan.counts.read == plan.counts.added + plan.counts.aside == 4


def test_a_json_list_is_read_like_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"id": 12345678901234567890, "title": "a", "vip": true}, 7]')
    plan = plan_of(read_file(path))
    assert added(plan)["12345678901234567890"]["vip"] is True
    assert plan.counts.aside == 1


def test_a_frame_is_a_file_like_any_other() -> None:
    frame = pd.DataFrame(
        {
            "Ticket ID": [1, 2, 3],
            "Subject": ["a", None, "c"],
            "Created": pd.Series(pd.to_datetime(["2026-03-01 08:00", "2026-03-02 00:00", ""], utc=True)),
            "Rating": [5.0, float("nan"), 2.0],
            "VIP": pd.array([True, None, False], dtype="boolean"),
        }
    )
    plan = plan_of(grid_of_frame(frame))
    tickets = added(plan)
    assert tickets["1"]["created"] == pd.Timestamp("2026-03-01 08:00", tz="UTC")
    assert tickets["1"]["satisfaction"] == 5
    assert tickets["3"]["vip"] is False
    assert tickets["2"]["title"] == "Ticket 2"
    assert "1 tickets have no title" in notes(plan)
    assert plan_of(grid_of_frame(frame), before=plan).changes.cells == ()


def test_a_named_index_of_a_frame_comes_along() -> None:
    frame = pd.DataFrame({"Subject": ["a"]}, index=pd.Index(["X-1"], name="Ticket ID"))
    assert list(added(plan_of(grid_of_frame(frame)))) == ["X-1"]


def test_rows_of_a_frame_are_named_by_their_position() -> None:
    frame = pd.DataFrame({"id": ["A", "B"], "title": ["a", "b"], "status": ["New", "Bananas"]})
    assert reasons(plan_of(grid_of_frame(frame))) == [(1, "status", "Bananas")]
