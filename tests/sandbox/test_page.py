"""The page: what it tells and does, and that people can use it in a browser."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.sandbox.access import OWNER
from sheetdesk.sandbox.front import Clock, Front, Refused
from sheetdesk.sandbox.page import EDITOR, VIEWER
from sheetdesk.sandbox.server import Server
from tests.sandbox.browser import Browser, chromium

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVIL = "<img src=x onerror=document.title='taken'>"
ROWS = [["ID", "Title", "Status", "Due"], ["T3", "ink", "open", "2026-03-04"], ["T1", EVIL, "done", "5"]]
STATUSES = ["open", "waiting", "done"]


def box(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {
        "sheetId": 0, "startRowIndex": top, "endRowIndex": bottom,
        "startColumnIndex": left, "endColumnIndex": right,
    }  # fmt: skip


def send(front: Front, method: str, path: str, body: Any) -> Any:
    answer = front.handle(method, f"/v4/spreadsheets{path}", {}, json.dumps(body).encode())
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def batch(front: Front, file_id: str, *requests: dict[str, Any]) -> None:
    send(front, "POST", f"/{file_id}:batchUpdate", {"requests": requests})


@pytest.fixture
def front() -> Front:
    return Front(clock=Clock(lambda: NOW), seed=1)


@pytest.fixture
def file_id(front: Front) -> str:
    """A small desk: ids protected, a drop-down of statuses, a coloured header that stays in place."""
    found: str = send(front, "POST", "", {"properties": {"title": "Tickets"}})["spreadsheetId"]
    send(front, "PUT", f"/{found}/values/A1?valueInputOption=USER_ENTERED", {"values": ROWS})
    statuses = [{"userEnteredValue": status} for status in STATUSES]
    blue = {"backgroundColor": {"blue": 0.5}, "textFormat": {"bold": True}}
    batch(
        front, found,
        {"addProtectedRange": {"protectedRange": {
            "range": box(0, 1000, 0, 1), "editors": {"users": [OWNER]}}}},
        {"setDataValidation": {"range": box(1, 1000, 2, 3), "rule": {
            "condition": {"type": "ONE_OF_LIST", "values": statuses}, "strict": True}}},
        {"repeatCell": {"range": box(0, 1, 0, 4), "cell": {"userEnteredFormat": blue},
                        "fields": "userEnteredFormat"}},
        {"updateSheetProperties": {"fields": "gridProperties.frozenRowCount",
                                   "properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}}},
    )  # fmt: skip
    return found


def cells(front: Front, file_id: str, person: str = "", start: int = 0, count: int = 3) -> dict[int, Any]:
    shown = front.stretch(file_id, person, None, start, count)
    return {line["row"]: line["cells"] for line in shown["lines"]}


def act(front: Front, file_id: str, what: str, person: str = EDITOR, **facts: Any) -> None:
    front.act({"file": file_id, "tab": 0, "act": what, "person": person, **facts})


def test_a_stretch_tells_texts_looks_choices_and_locks(front: Front, file_id: str) -> None:
    told = cells(front, file_id)
    assert told[0][0] == {"text": "ID", "fill": "#00007f", "bold": True, "locked": True}
    assert told[1][1] == {"text": "ink"}
    assert told[1][2] == {"text": "open", "options": STATUSES}
    assert told[1][3] == {"text": "2026-03-04", "align": "right"}
    assert told[2][1] == {"text": EVIL}
    assert "locked" not in cells(front, file_id, OWNER)[1][0]


def test_a_stretch_is_short_and_keeps_the_frozen_rows(front: Front, file_id: str) -> None:
    shown = front.stretch(file_id, "", None, 500, 10)
    assert [line["row"] for line in shown["lines"]] == [0, *range(500, 510)]
    assert (shown["rows"], shown["frozen"], len(shown["widths"])) == (1000, 1, 26)
    assert len(front.stretch(file_id, "", None, 0, 10**6)["lines"]) == 401
    assert [line["row"] for line in front.stretch(file_id, "", None, 999, 10)["lines"]] == [0, 999]


def test_choices_can_come_from_a_range_and_a_tick_box_has_two(front: Front, file_id: str) -> None:
    rule = {"condition": {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=Sheet1!$B$1:$B$9"}]}}
    gone = {"condition": {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=Gone!A1:A9"}]}}
    batch(
        front, file_id,
        {"setDataValidation": {"range": box(1, 2, 4, 5), "rule": rule}},
        {"setDataValidation": {"range": box(1, 2, 5, 6), "rule": {"condition": {"type": "BOOLEAN"}}}},
        {"setDataValidation": {"range": box(1, 2, 6, 7), "rule": {"condition": {"type": "TEXT_IS_EMAIL"}}}},
        {"setDataValidation": {"range": box(1, 2, 7, 8), "rule": gone}},
    )  # fmt: skip
    told = cells(front, file_id)[1]
    assert told[4]["options"] == ["Title", "ink", EVIL]
    assert told[5]["options"] == ["TRUE", "FALSE"]
    assert 6 not in told
    assert told[7]["options"] == []


def test_a_formula_is_edited_as_a_formula_and_shown_as_its_value(front: Front, file_id: str) -> None:
    act(front, file_id, "edit", row=1, column=5, text="=1+2")
    assert cells(front, file_id)[1][5] == {"text": "3", "align": "right", "entered": "=1+2"}


def test_bands_notes_and_hidden_rows_are_told(front: Front, file_id: str) -> None:
    white, grey = {"red": 1, "green": 1, "blue": 1}, {"red": 0.8, "green": 0.8, "blue": 0.8}
    bands = {"range": box(0, 9, 5, 6), "rowProperties": {
        "headerColor": grey, "firstBandColor": white, "secondBandColor": grey}}  # fmt: skip
    note = {"rows": [{"values": [{"note": "late"}]}], "fields": "note"}
    batch(
        front, file_id,
        {"addBanding": {"bandedRange": bands}},
        {"updateCells": {"start": {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}, **note}},
        {"updateDimensionProperties": {
            "range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3},
            "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}},
    )  # fmt: skip
    lines = front.stretch(file_id, "", None, 0, 3)["lines"]
    assert [line["cells"].get(5, {}).get("fill") for line in lines] == ["#cccccc", None, "#cccccc", None]
    assert lines[1]["cells"][1]["note"] == "late"
    assert [line.get("hidden", False) for line in lines] == [False, False, True, False]


def test_conditional_formats_colour_what_they_hold_for(front: Front, file_id: str) -> None:
    numbers = count()

    def rule(places: list[dict[str, int]], kind: str, text: str, look: dict[str, Any]) -> dict[str, Any]:
        condition = {"type": kind, "values": [{"userEnteredValue": text}]}
        boolean = {"condition": condition, "format": look}
        given = {"ranges": places, "booleanRule": boolean}
        return {"addConditionalFormatRule": {"rule": given, "index": next(numbers)}}

    red, green = {"backgroundColor": {"red": 1}}, {"backgroundColor": {"green": 1}}
    whole = [box(1, 1000, 1, 4)]
    batch(
        front, file_id,
        rule(whole, "CUSTOM_FORMULA", '=$C2="done"', red),
        rule(whole, "CUSTOM_FORMULA", "=B2=1", green),
        rule(whole, "CUSTOM_FORMULA", "=ROW()=2", {"textFormat": {"italic": True}}),
        rule([box(0, 9, 3, 4)], "TEXT_CONTAINS", "2026", {**green, "textFormat": {"bold": True}}),
        rule(whole, "DATE_BEFORE", "TODAY", green),
    )  # fmt: skip
    told = cells(front, file_id)
    assert [told[row].get(1, {}).get("fill") for row in range(3)] == ["#00007f", None, "#ff0000"]
    assert "fill" not in told[2][0]
    assert (told[1][3]["fill"], told[1][3]["bold"], told[1][3]["italic"]) == ("#00ff00", True, True)
    assert told[2][3]["fill"] == "#ff0000"
    assert "italic" not in told[2][3]
    act(front, file_id, "edit", row=1, column=2, text="done")
    assert cells(front, file_id)[1][3]["fill"] == "#ff0000"


def test_only_values_below_a_wrong_parent_are_coloured(front: Front, file_id: str) -> None:
    pairs = "INDIRECT(\"'_lists'!$A$2:$A$9\"),$B2,INDIRECT(\"'_lists'!$B$2:$B$9\"),$A2"
    condition = {
        "type": "CUSTOM_FORMULA",
        "values": [{"userEnteredValue": f'=AND($B2<>"",COUNTIFS({pairs})=0)'}],
    }
    red = {"condition": condition, "format": {"backgroundColor": {"red": 1}}}
    batch(
        front, file_id,
        {"addSheet": {"properties": {"title": "_lists", "sheetId": 7, "hidden": True}}},
        {"addConditionalFormatRule": {
            "index": 0, "rule": {"ranges": [box(1, 1000, 1, 2)], "booleanRule": red}}},
    )  # fmt: skip
    lists = [["Subcategory", "Category"], ["Printer", "Hardware"], ["Mail", "Software"]]
    send(front, "PUT", f"/{file_id}/values/_lists!A1?valueInputOption=RAW", {"values": lists})
    rows = [["Hardware", "Printer"], ["Software", "Printer"], ["Software", "mail"], ["Hardware", ""]]
    send(front, "PUT", f"/{file_id}/values/A2?valueInputOption=RAW", {"values": rows})
    told = cells(front, file_id, count=5)
    assert [told[row].get(1, {}).get("fill") for row in range(1, 5)] == [None, "#ff0000", None, None]


def made_up(front: Front, file_id: str) -> None:
    """A tab of figures beside the tickets, as a dashboard is: merged cells, a chart, no grid, protected."""
    batch(
        front, file_id,
        {"addSheet": {"properties": {
            "title": "Figures", "sheetId": 7, "gridProperties": {"hideGridlines": True}}}},
        {"mergeCells": {"range": {**box(3, 4, 1, 3), "sheetId": 7}, "mergeType": "MERGE_ALL"}},
        {"updateCells": {"start": {"sheetId": 7}, "fields": "*", "rows": [
            {"values": [{"userEnteredValue": {"stringValue": "Everything that is open"},
                         "userEnteredFormat": {"textFormat": {"fontSize": 20}, "wrapStrategy": "WRAP"}}]}]}},
        {"updateCells": {"start": {"sheetId": 7, "rowIndex": 3, "columnIndex": 1}, "fields": "*", "rows": [
            {"values": [{"userEnteredValue": {"numberValue": 12}}]}]}},
        {"addChart": {"chart": {
            "spec": {"title": "By week", "basicChart": {"chartType": "COLUMN"}},
            "position": {"overlayPosition": {
                "anchorCell": {"sheetId": 7, "rowIndex": 6, "columnIndex": 1},
                "widthPixels": 300, "heightPixels": 200}}}}},
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 7}, "editors": {"users": [OWNER]}}}},
    )  # fmt: skip


def test_a_tab_of_figures_tells_what_is_merged_and_where_its_charts_stand(front: Front, file_id: str) -> None:
    made_up(front, file_id)
    told = front.stretch(file_id, EDITOR, 7, 0, 5)
    assert told["bare"]
    assert told["closed"]
    assert told["charts"] == [{"row": 6, "column": 1, "size": [300, 200], "title": "By week"}]
    lines = [line["cells"] for line in told["lines"]]
    assert (lines[0][0]["size"], lines[0][0]["within"]) == (20, True)
    assert [lines[3][column].get("span") for column in (0, 1, 2)] == [None, 2, None]
    assert not front.stretch(file_id, OWNER, 7, 0, 1)["closed"]
    tickets = front.stretch(file_id, EDITOR, 0, 0, 1)
    assert (tickets["bare"], tickets["closed"], tickets["charts"]) == (False, False, [])


def test_people_edit_insert_delete_and_sort(front: Front, file_id: str) -> None:
    act(front, file_id, "edit", row=1, column=1, text="toner")
    act(front, file_id, "sort", person=OWNER, column=0)
    told = cells(front, file_id)
    assert [told[row][0]["text"] for row in (1, 2)] == ["T1", "T3"]
    act(front, file_id, "insert", person=OWNER, row=1)
    assert "text" not in cells(front, file_id)[1].get(0, {})
    act(front, file_id, "delete", person=OWNER, row=1)
    assert cells(front, file_id)[2][1] == {"text": "toner"}


@pytest.mark.parametrize(
    ("person", "facts", "reason"),
    [
        (EDITOR, {"act": "edit", "row": 1, "column": 0, "text": "T9"}, "protected cell"),
        (EDITOR, {"act": "sort", "column": 1}, "protected cell"),
        (EDITOR, {"act": "edit", "row": 1, "column": 2, "text": "lost"}, "Not one of the list: lost"),
        (VIEWER, {"act": "edit", "row": 1, "column": 1, "text": "x"}, "Viewers may not edit"),
        ("stranger@elsewhere.org", {"act": "insert", "row": 1}, "Viewers may not edit"),
        (OWNER, {"act": "dance"}, "No such act: dance"),
        (OWNER, {"act": "insert", "row": 0, "tab": 99}, "no longer there"),
        (OWNER, {"act": "insert", "row": 0, "file": "gone"}, "no longer there"),
    ],
)
def test_what_may_not_be_done_is_refused_with_its_reason(
    front: Front, file_id: str, person: str, facts: dict[str, Any], reason: str
) -> None:
    version = front.sandbox.drive.files[file_id].version
    with pytest.raises(Refused, match=reason):
        front.act({"file": file_id, "tab": 0, "person": person, **facts})
    assert front.sandbox.drive.files[file_id].version == version


def test_whom_one_may_be_comes_from_the_files_permissions(front: Front, file_id: str) -> None:
    grants = [{"type": "user", "role": "reader", "emailAddress": "ann@sandbox.local"},
              {"type": "user", "role": "reader", "emailAddress": EDITOR}]  # fmt: skip
    for grant in grants:
        front.handle("POST", f"/drive/v3/files/{file_id}/permissions", {}, json.dumps(grant).encode())
    shown = front.stretch(file_id, "", None, 0, 1)
    assert {one["email"]: one["role"] for one in shown["people"]} == {
        EDITOR: "reader", VIEWER: "reader", OWNER: "owner", "ann@sandbox.local": "reader"
    }  # fmt: skip


def test_files_in_the_bin_are_not_listed(front: Front, file_id: str) -> None:
    assert front.files() == [{"id": file_id, "title": "Tickets"}]
    front.handle("PATCH", f"/drive/v3/files/{file_id}", {}, b'{"trashed": true}')
    assert front.files() == []


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    server = Server(front)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.address
    server.shutdown()
    server.server_close()
    thread.join()


def opened(folder: Path, address: str, lang: str = "en-US") -> Browser:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium, or name one in SHEETDESK_CHROMIUM")
    browser = Browser(program, folder, lang)
    browser.go(address)
    return browser


def text_of(row: int, column: int) -> str:
    return f"(document.getElementById('r{row}c{column}') || {{}}).textContent"


def stored(front: Front, file_id: str, row: int, column: int) -> Any:
    return front.sandbox.drive.files[file_id].book.tabs[0].cell(row, column).get("userEnteredValue")


def test_a_newcomer_can_work_with_keyboard_and_mouse(
    front: Front, file_id: str, address: str, tmp_path: Path
) -> None:
    with opened(tmp_path, address) as browser:
        browser.wait(text_of(2, 1), EVIL)
        assert browser.run("document.title") == "Local Google Sheets"
        assert (
            browser.run("getComputedStyle(document.getElementById('r0c0')).backgroundColor")
            == "rgb(0, 0, 127)"
        )
        assert browser.run("document.getElementById('r1c0').className").split() == ["locked"]

        # Typing over a cell, then Enter, which moves down; Escape gives up.
        browser.click("#r1c1")
        browser.press("t")
        browser.write("oner 墨粉")
        browser.press("Enter")
        browser.wait(text_of(1, 1), "toner 墨粉")
        assert browser.run("document.getElementById('place').textContent") == "B3"
        browser.press("F2")
        browser.write("lost")
        browser.press("Escape")
        assert browser.run("document.querySelectorAll('.editor').length") == 0

        # A drop-down is a real list of choices.
        browser.press("ArrowRight")
        browser.press("Enter")
        assert browser.run("[...document.querySelector('select.editor').options].map(o => o.value)") == [
            "",
            *STATUSES,
        ]
        browser.run(
            "(() => { const s = document.querySelector('select.editor'); s.value = 'waiting';"
            " s.dispatchEvent(new Event('change')); })()"
        )
        browser.wait(text_of(2, 2), "waiting")
        assert stored(front, file_id, 2, 1) == {"stringValue": EVIL}
        assert stored(front, file_id, 2, 2) == {"stringValue": "waiting"}

        # A protected cell says why it stays as it is; the owner sorts.
        browser.click("#r1c0")
        browser.press("Delete")
        browser.wait("document.getElementById('message').className", "bad")
        assert stored(front, file_id, 1, 0) == {"stringValue": "T3"}
        browser.run(
            f"(() => {{ const p = document.getElementById('person'); p.value = '{OWNER}';"
            " p.dispatchEvent(new Event('change')); })()"
        )
        browser.wait("document.querySelectorAll('td.locked').length", 0)
        browser.click("#ascending")
        browser.wait(text_of(1, 0), "T1")
        browser.click("#insert")
        browser.wait(text_of(2, 0), "T1")
        browser.click("#delete")
        browser.wait(text_of(1, 0), "T1")
        # The refused edit is the only thing Chromium complains of.
        assert len(browser.complaints) == 1
        assert "400" in browser.complaints[0]
        assert browser.run("document.title") == "Local Google Sheets"


def test_what_is_being_typed_stays_with_its_row_while_others_work(
    front: Front, file_id: str, address: str, tmp_path: Path
) -> None:
    with opened(tmp_path, address, "zh-CN") as browser:
        browser.wait(text_of(1, 1), "ink")
        assert browser.run("document.title") == "本机 Google 表格"
        assert browser.run("document.documentElement.lang") == "zh-CN"
        browser.click("#r1c1")
        browser.press("Enter")
        browser.write(" and paper")
        act(front, file_id, "insert", person=OWNER, row=1)
        act(front, file_id, "edit", person=OWNER, row=0, column=1, text="Subject")
        browser.run("refresh()")
        browser.wait(text_of(0, 1), "Subject")
        assert browser.run("document.querySelector('.editor').value") == "ink and paper"
        assert browser.run("document.activeElement.className") == "editor"
        browser.press("Enter")
        browser.wait(text_of(2, 1), "ink and paper")
        assert stored(front, file_id, 1, 1) is None
        assert browser.complaints == []


def test_figures_look_whole_and_the_address_names_the_file(
    front: Front, file_id: str, address: str, tmp_path: Path
) -> None:
    made_up(front, file_id)
    send(front, "POST", "", {"properties": {"title": "A later one"}})
    with opened(tmp_path, f"{address}/#{file_id}") as page:
        page.wait("document.querySelectorAll('#tabs button').length", 2)
        page.click("#tabs button:last-child")
        page.wait(text_of(3, 1), "12")
        assert page.run("document.getElementById('r3c1').colSpan") == 2
        assert page.run("document.getElementById('r3c2')") is None
        wide = "document.querySelector('#r0c0 > span').getBoundingClientRect().width > 150"
        assert page.run(wide)
        assert page.run("document.querySelector('.chart').textContent").startswith("By week")
        assert page.run("document.getElementById('closed').hidden") is False
        page.click("#r3c0")
        page.run("document.getElementById('scroll').focus()")
        for place in ("B4", "D4"):
            page.press("ArrowRight")
            page.wait("document.getElementById('place').textContent", place)
        page.press("ArrowLeft")
        page.wait("document.getElementById('place').textContent", "B4")
        assert page.complaints == []


def test_frozen_columns_stay_beside_the_row_numbers(
    front: Front, file_id: str, address: str, tmp_path: Path
) -> None:
    frozen = {"sheetId": 0, "gridProperties": {"frozenColumnCount": 2}}
    fields = "gridProperties.frozenColumnCount"
    batch(front, file_id, {"updateSheetProperties": {"fields": fields, "properties": frozen}})
    assert front.stretch(file_id, "", None, 0, 3)["frozen_columns"] == 2
    with opened(tmp_path, address) as page:
        page.wait(text_of(1, 1), "ink")
        left = "Math.round(document.getElementById('{}').getBoundingClientRect().left)"
        before = {name: page.run(left.format(name)) for name in ("r1c0", "r1c1", "r1c2")}
        page.run("document.getElementById('scroll').scrollLeft = 300")
        after = {name: page.run(left.format(name)) for name in before}
        assert after == before | {"r1c2": before["r1c2"] - 300}
        # What is under it is covered, and the letters above go along.
        covering = "document.elementFromPoint({}, {}).closest('td, th').id"
        top = page.run("Math.round(document.getElementById('r1c1').getBoundingClientRect().top) + 5")
        assert page.run(covering.format(before["r1c1"] + 5, top)) == "r1c1"
        letters = "Math.round(document.querySelectorAll('thead th')[2].getBoundingClientRect().left)"
        assert page.run(letters) == before["r1c1"]
        # Typed into where it is seen, and the keys bring a covered cell into sight.
        page.click("#r1c1")
        page.press("F2")
        editor = "Math.round(document.querySelector('.editor').getBoundingClientRect().left)"
        assert page.run(editor) == before["r1c1"] - 1
        page.press("Escape")
        page.press("ArrowRight")
        page.wait("document.getElementById('place').textContent", "C2")
        assert page.run(left.format("r1c2")) == before["r1c2"]
        assert page.complaints == []


def test_a_thousand_rows_are_drawn_a_stretch_at_a_time(
    front: Front, file_id: str, address: str, tmp_path: Path
) -> None:
    rows = [[f"T{row}", f"title {row}"] for row in range(999)]
    send(front, "PUT", f"/{file_id}/values/A2?valueInputOption=RAW", {"values": rows})
    with opened(tmp_path, address) as browser:
        browser.wait(text_of(1, 0), "T0")
        assert browser.run("document.querySelectorAll('tbody tr').length") < 120
        browser.run("document.getElementById('scroll').scrollTop = 1e6")
        browser.wait(text_of(999, 1), "title 998")
        assert browser.run(text_of(0, 0)) == "ID"
        assert browser.run("document.querySelectorAll('tbody tr').length") < 120
        # The row stands where the scroll bar says it does, under the frozen header.
        assert browser.run(
            "(() => { const box = id => document.getElementById(id).getBoundingClientRect();"
            " return box('r999c0').bottom <= box('scroll').bottom && box('r0c0').top < box('r990c0').top;"
            " })()"
        )
        assert browser.complaints == []
