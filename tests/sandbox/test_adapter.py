"""gspread in process over a transport adapter: no socket, requests' own errors, everything counted."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime

import gspread
import pytest
import requests

from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sandbox.faults import Fault, Faulty
from sheetdesk.sandbox.handle import Sandbox


@pytest.fixture
def line() -> Faulty:
    sandbox = Sandbox(now=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC), rng=random.Random(1))
    return Faulty(sandbox, random.Random(1))


@pytest.fixture
def adapter(line: Faulty) -> LoopAdapter:
    return LoopAdapter(line)


@pytest.fixture
def client(adapter: LoopAdapter) -> gspread.Client:
    session = requests.Session()
    session.mount("https://", adapter)
    return gspread.Client(auth=None, session=session)  # type: ignore[arg-type]


def test_gspread_works_in_process_and_its_calls_are_counted(
    client: gspread.Client, adapter: LoopAdapter
) -> None:
    book = client.create("Tickets")
    book.sheet1.update([["T1", "ink"]])
    assert book.sheet1.get_all_values() == [["T1", "ink"]]
    counts = {sort: count.calls for sort, count in adapter.counts.items()}
    # gspread reads the whole metadata for the book and again for each `sheet1`.
    assert counts == {"read": 4, "write": 1, "drive": 1}
    write = adapter.counts["write"]
    assert write.sent_bytes == len(json.dumps({"values": [["T1", "ink"]], "majorDimension": None}).encode())
    assert write.got_bytes > 50


def test_an_error_comes_as_gspreads_own(client: gspread.Client) -> None:
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client.open_by_key("nothing")
    book = client.create("Tickets")
    with pytest.raises(gspread.exceptions.APIError, match="400"):
        book.sheet1.update_title("")


@pytest.mark.parametrize(
    ("kind", "error", "rows"),
    [
        ("request_lost", requests.ReadTimeout, [[]]),
        ("answer_lost", requests.ReadTimeout, [["x"]]),
        ("cut", requests.ConnectionError, [[]]),
        ("cut_after", requests.ConnectionError, [["x"]]),
        ("late", requests.ReadTimeout, [["x"]]),
    ],
)
def test_time_outs_and_cut_lines_are_requests_own_errors(
    client: gspread.Client, line: Faulty, kind: str, error: type[Exception], rows: list[list[str]]
) -> None:
    sheet = client.create("Tickets").sheet1
    line.faults.append(Fault(kind, method="PUT"))  # type: ignore[arg-type]
    with pytest.raises(error):
        sheet.update([["x"]])
    assert sheet.get_all_values() == rows


def test_a_packed_body_is_unpacked_and_a_role_goes_with_the_token(
    client: gspread.Client, adapter: LoopAdapter
) -> None:
    book = client.create("Tickets")
    session = requests.Session()
    session.mount("https://", adapter)
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}/values/A1?valueInputOption=RAW"
    packed = gzip.compress(b'{"values": [["x"]]}')
    headers = {"Content-Encoding": "gzip", "Authorization": "Bearer role:ann"}
    assert session.put(url, data=packed, headers=headers).status_code == 403
    book.share("ann@sandbox.local", perm_type="user", role="writer")
    assert session.put(url, data=packed, headers=headers).status_code == 200
    assert book.sheet1.get_all_values() == [["x"]]
