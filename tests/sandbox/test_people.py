"""What people do by hand between two requests, and what a protection keeps them from."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetdesk.sandbox import people
from sheetdesk.sandbox.access import OWNER
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.people import ACTS, Crowd, Person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TAB = "Sheet1"
START: list[list[Any]] = [["ID", "Title", "Cost"], ["T3", "ink", 3], ["T1", "vpn", 1], ["T2", "lamp", 2]]


class Desk:
    """A sandbox with one small table of tickets, and an editor who has it open."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(now=lambda: NOW, rng=random.Random(1))
        self.file = self.sandbox.drive.create("Tickets", OWNER)
        self.base = f"https://sheets.googleapis.com/v4/spreadsheets/{self.file.id}"
        self.send("PUT", "/values/A1?valueInputOption=RAW", {"values": START})
        self.ann = Person(self.sandbox, self.file.id, "ann@sandbox.local")

    def send(self, method: str, rest: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.sandbox.handle(method, self.base + rest, {}, data)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def batch(self, *requests: dict[str, Any]) -> Any:
        return self.send("POST", ":batchUpdate", {"requests": requests})["replies"]

    def rows(self, tab: str = TAB) -> Any:
        render = "valueRenderOption=UNFORMATTED_VALUE"
        return self.send("GET", f"/values/{tab}?{render}").get("values", [])


@pytest.fixture
def desk() -> Desk:
    return Desk()


HEAD, T3, T1, T2 = START


@pytest.mark.parametrize(
    ("act", "facts", "rows"),
    [
        ("edit", {"row": 1, "column": 1, "text": "laser"}, [HEAD, ["T3", "laser", 3], T1, T2]),
        ("edit", {"row": 1, "column": 2, "text": "=1+4"}, [HEAD, ["T3", "ink", 5], T1, T2]),
        ("edit", {"row": 1, "column": 2, "text": ""}, [HEAD, ["T3", "ink"], T1, T2]),
        ("clear", {"row": 1, "column": 0, "rows": 2, "columns": 2}, [HEAD, ["", "", 3], ["", "", 1], T2]),
        ("type_below", {"texts": ["", "new", "7"]}, [*START, ["", "new", 7]]),
        ("insert_row", {"row": 2}, [HEAD, T3, [], T1, T2]),
        ("insert_column", {"column": 1}, [[row[0], "", *row[1:]] for row in START]),
        ("delete_row", {"row": 2}, [HEAD, T3, T2]),
        ("sort", {"column": 0}, [HEAD, T1, T2, T3]),
        ("sort", {"column": 0, "descending": True}, [HEAD, T3, T2, T1]),
        ("sort", {"column": 0, "headed": False}, [HEAD, T1, T2, T3]),
        ("sort", {"column": 1, "headed": False}, [T3, T2, HEAD, T1]),
        ("move_row", {"row": 3, "before": 1}, [HEAD, T2, T3, T1]),
        ("move_row", {"row": 1, "before": 4}, [HEAD, T1, T2, T3]),
        ("move_row", {"row": 1, "before": 2}, START),
        ("cut_and_paste", {"row": 1, "to": 5}, [HEAD, [], T1, T2, [], T3]),
        ("copy_row", {"row": 1}, [*START, T3]),
        ("copy_row", {"row": 1, "to": 2}, [HEAD, T3, T3, T2]),
        ("fill_down", {"row": 1, "column": 1, "rows": 2},
         [HEAD, T3, ["T1", "ink", 1], ["T2", "ink", 2]]),
        ("rename_header", {"column": 1, "text": "Subject"}, [["ID", "Subject", "Cost"], T3, T1, T2]),
    ],
)  # fmt: skip
def test_an_act_leaves_the_rows_as_googles_editor_would(
    desk: Desk, act: str, facts: dict[str, Any], rows: list[list[Any]]
) -> None:
    assert desk.ann.does(ACTS[act], tab=TAB, **facts)
    assert desk.rows() == rows


def test_typing_below_the_last_row_of_the_grid_adds_one(desk: Desk) -> None:
    desk.batch({"updateSheetProperties": {
        "properties": {"sheetId": 0, "gridProperties": {"rowCount": 4, "columnCount": 3}},
        "fields": "gridProperties.rowCount,gridProperties.columnCount",
    }})  # fmt: skip
    assert desk.ann.does(people.type_below, tab=TAB, texts=["T4", "desk"])
    assert desk.rows() == [*START, ["T4", "desk"]]
    assert desk.file.book.tabs[0].row_count == 5


def test_what_is_typed_is_read_by_the_locale_unless_the_cell_is_text(desk: Desk) -> None:
    desk.ann.does(people.edit, tab=TAB, row=1, column=1, text="2026-03-04")
    shown = desk.send("GET", f"/values/{TAB}!B2")["values"]
    assert (desk.rows()[1][1], shown) == (46085, [["2026-03-04"]])
    text = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    place = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 2}
    desk.batch({"repeatCell": {"range": place, "cell": text, "fields": "userEnteredFormat"}})
    desk.ann.does(people.edit, tab=TAB, row=2, column=1, text="0042")
    assert desk.rows()[2][1] == "0042"


def test_an_inserted_row_looks_like_the_one_above_it(desk: Desk) -> None:
    place = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 3}
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    desk.batch({"repeatCell": {"range": place, "cell": bold, "fields": "userEnteredFormat"}})
    assert desk.ann.does(people.insert_row, tab=TAB, row=2)
    cells = [desk.file.book.tabs[0].cell(row, 0) for row in (1, 2, 3)]
    assert [cell.get("userEnteredFormat") == bold["userEnteredFormat"] for cell in cells] == [
        True,
        True,
        False,
    ]


def test_a_tab_is_renamed_and_its_old_title_is_gone(desk: Desk) -> None:
    assert desk.ann.does(people.rename_tab, tab=TAB, title="Desk")
    assert desk.rows("Desk") == START
    with pytest.raises(KeyError, match=f"no tab {TAB}"):
        desk.ann.does(people.delete_row, tab=TAB, row=1)


def test_filters_and_hidden_rows_hide_and_leave_the_values(desk: Desk) -> None:
    assert desk.ann.does(people.filter_rows, tab=TAB, column=0, hidden=["T1"])
    assert desk.ann.does(people.hide_rows, tab=TAB, row=1)
    assert desk.rows() == START
    told = desk.send("GET", "?fields=sheets(basicFilter,data/rowMetadata(hiddenByUser,hiddenByFilter))")
    (sheet,) = told["sheets"]
    assert sheet["basicFilter"]["range"]["endRowIndex"] == 4
    metadata = sheet["data"][0]["rowMetadata"]
    assert metadata[1] == {"hiddenByUser": True}
    assert desk.ann.does(people.unfilter, tab=TAB)
    assert desk.file.book.tabs[0].basic_filter is None
    version = desk.file.version
    assert desk.ann.does(people.unfilter, tab=TAB)
    assert desk.file.version == version


def test_a_named_range_is_deleted_by_its_name(desk: Desk) -> None:
    place = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 1}
    desk.batch({"addNamedRange": {"namedRange": {"name": "ids", "range": place}}})
    assert desk.ann.does(people.delete_named_range, name="ids")
    assert desk.file.book.named_ranges == {}
    assert desk.rows() == START


def test_the_time_zone_is_changed(desk: Desk) -> None:
    assert desk.ann.does(people.set_time_zone, time_zone="Asia/Shanghai")
    assert desk.send("GET", "?fields=properties/timeZone") == {"properties": {"timeZone": "Asia/Shanghai"}}


def test_people_respect_protections_and_a_refused_act_changes_nothing(desk: Desk) -> None:
    kept = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}
    desk.batch({"addProtectedRange": {"protectedRange": {"range": kept, "editors": {"users": [OWNER]}}}})
    version = desk.file.version
    assert not desk.ann.does(people.edit, tab=TAB, row=1, column=0, text="T9")
    assert not desk.ann.does(people.sort, tab=TAB, column=1)
    assert not desk.ann.does(people.delete_row, tab=TAB, row=1)
    assert (desk.rows(), desk.file.version) == (START, version)
    assert desk.ann.does(people.edit, tab=TAB, row=1, column=1, text="toner")
    assert Person(desk.sandbox, desk.file.id, OWNER).does(people.edit, tab=TAB, row=1, column=0, text="T9")
    assert desk.rows()[1] == ["T9", "toner", 3]
    assert desk.file.version == version + 2


def test_a_named_act_is_what_its_name_says() -> None:
    assert all(getattr(people, name) is act for name, act in ACTS.items())
    assert len(ACTS) == 19


def test_a_crowd_acts_before_and_after_each_request(desk: Desk) -> None:
    heard: list[str] = []
    crowd = Crowd(desk.sandbox)
    crowd.before_request.append(lambda method, url: desk.ann.does(people.insert_row, tab=TAB, row=1))
    crowd.after_request.append(lambda method, url: heard.append(f"{method} {url.partition('?')[0]}"))
    body = json.dumps({"values": [["x"]]}).encode()
    url = f"{desk.base}/values/A2?valueInputOption=RAW"
    assert crowd.handle("PUT", url, {}, body).status == 200
    assert desk.rows() == [HEAD, ["x"], T3, T1, T2]
    assert heard == [f"PUT {desk.base}/values/A2"]
