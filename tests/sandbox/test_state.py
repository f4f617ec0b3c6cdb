"""What a sandbox holds is written as one document and read back whole."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetdesk.sandbox.access import OWNER
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.state import StateUnreadable, dumped, restored

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def sandbox() -> Sandbox:
    return Sandbox(now=lambda: NOW, rng=random.Random(1))


def test_a_restored_sandbox_holds_just_what_was_saved() -> None:
    first = sandbox()
    file = first.drive.create("票据", OWNER, locale="zh_CN")
    requests = [
        {"updateCells": {
            "start": {"sheetId": 0, "rowIndex": 3, "columnIndex": 2}, "fields": "*",
            "rows": [{"values": [{"userEnteredValue": {"stringValue": "墨水"}, "note": "late"}]}],
        }},
        {"updateDimensionProperties": {
            "range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
            "properties": {"pixelSize": 77}, "fields": "pixelSize",
        }},
        {"createDeveloperMetadata": {"developerMetadata": {
            "metadataId": 7, "metadataKey": "t", "visibility": "DOCUMENT", "location": {"spreadsheet": True},
        }}},
    ]  # fmt: skip
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{file.id}:batchUpdate"
    assert first.handle("POST", url, {}, json.dumps({"requests": requests}).encode()).status == 200
    second = sandbox()
    restored(dumped(first.drive), second.drive)
    assert {key: asdict(one) for key, one in second.drive.files.items()} == {
        key: asdict(one) for key, one in first.drive.files.items()
    }
    assert second.drive.journal == first.drive.journal
    assert second.drive.files[file.id].book.tabs[0].cell(3, 2)["note"] == "late"
    assert dumped(second.drive) == dumped(first.drive)


def test_what_repeats_down_a_tab_is_written_once_and_shared_when_read() -> None:
    first = sandbox()
    file = first.drive.create("Tickets", OWNER)
    yellow = {"userEnteredFormat": {"backgroundColor": {"red": 1, "green": 1}}}
    whole = {
        "sheetId": 0,
        "startRowIndex": 1,
        "endRowIndex": 1000,
        "startColumnIndex": 0,
        "endColumnIndex": 9,
    }
    requests: list[dict[str, Any]] = [
        {"repeatCell": {"range": whole, "cell": yellow, "fields": "userEnteredFormat"}},
        {"updateCells": {
            "start": {"sheetId": 0, "rowIndex": 4, "columnIndex": 1}, "fields": "userEnteredValue",
            "rows": [{"values": [{"userEnteredValue": {"stringValue": "ink"}}, {}]}],
        }},
    ]  # fmt: skip
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{file.id}:batchUpdate"
    assert first.handle("POST", url, {}, json.dumps({"requests": requests}).encode()).status == 200
    text = dumped(first.drive)
    assert text.count('"backgroundColor":') == 2  # the cells' and the default format's
    second = sandbox()
    restored(text, second.drive)
    [before], [after] = first.drive.files[file.id].book.tabs, second.drive.files[file.id].book.tabs
    assert after == before
    assert after.rows[0] is None
    assert after.rows[900] is after.rows[2] is not after.rows[4]
    assert after.cell(4, 1)["userEnteredValue"] == {"stringValue": "ink"}
    assert after.cell(4, 0) is after.cell(9, 8)


def test_a_document_that_holds_every_cell_in_its_row_is_still_read() -> None:
    first = sandbox()
    file = first.drive.create("Tickets", OWNER)
    [tab] = file.book.tabs
    tab.put(2, {1: {"note": "late"}})
    document = json.loads(dumped(first.drive))
    [written] = document["files"][0]["book"]["tabs"]
    del written["looks"], written["lines"]
    written["rows"] = [None, None, {"1": {"note": "late"}}]
    second = sandbox()
    restored(json.dumps(document | {"sheetdesk_sandbox": 1}), second.drive)
    assert second.drive.files[file.id].book.tabs == [tab]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"sheetdesk_sandbox": 3}', '{"sheetdesk_sandbox": 1, "files": [{}], "journal": []}'],
)
def test_any_other_document_is_refused_and_the_drive_stays_as_it_was(text: str) -> None:
    kept = sandbox()
    kept.drive.create("Tickets", OWNER)
    with pytest.raises(StateUnreadable):
        restored(text, kept.drive)
    assert len(kept.drive.files) == 1
