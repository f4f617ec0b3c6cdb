"""The sandbox over HTTP: whom it answers, packed bodies, faults on the wire, the routes for tests."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetdesk.sandbox import server as serving
from sheetdesk.sandbox.faults import TimedOut
from sheetdesk.sandbox.front import Clock, Front
from sheetdesk.sandbox.schema import document
from sheetdesk.sandbox.server import Server

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Line:
    """A server and how to ask it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.front = server.front
        self.port = server.server_address[1]

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by small letters, and body as it came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, data, sent)
        answer = connection.getresponse()
        told = (answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return told

    def json(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        found, _, answer = self.ask(method, path, body)
        assert found == status, answer
        return json.loads(answer)


@pytest.fixture
def line() -> Iterator[Line]:
    server = Server(Front(clock=Clock(lambda: START), seed=1), has_test_routes=True, hold_s=10)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Line(server)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def book(line: Line) -> str:
    """The id of a new spreadsheet."""
    made = line.json("POST", "/v4/spreadsheets", {"properties": {"title": "Tickets"}})
    return str(made["spreadsheetId"])


def test_it_listens_on_this_machine_alone(line: Line) -> None:
    assert line.server.server_address[0] == "127.0.0.1"
    assert line.server.address == f"http://127.0.0.1:{line.port}"


def test_sheets_and_drive_are_answered_on_googles_paths(line: Line, book: str) -> None:
    line.json("PUT", f"/v4/spreadsheets/{book}/values/A1?valueInputOption=RAW", {"values": [["x"]]})
    assert line.json("GET", f"/v4/spreadsheets/{book}/values/A1")["values"] == [["x"]]
    assert line.json("GET", f"/drive/v3/files/{book}?fields=name,version") == {
        "name": "Tickets",
        "version": "2",
    }
    status, headers, body = line.ask("DELETE", f"/drive/v3/files/{book}")
    assert (status, headers["content-type"], body) == (204, "text/html", b"")
    line.json("GET", f"/v4/spreadsheets/{book}", status=404)


@pytest.mark.skipif(document("sheets") is None, reason="no google-api-python-client")
@pytest.mark.parametrize(
    "path", ["values/A1?valueInputOption=RAW", "values/A1?valueInputOption=RAW&fields=rang"]
)
def test_what_google_does_not_know_is_refused_as_there(line: Line, book: str, path: str) -> None:
    body = {"values": [["x"]]} if "fields" in path else {"valus": [["x"]]}
    told = line.json("PUT", f"/v4/spreadsheets/{book}/{path}", body, 400)
    assert told["error"]["status"] == "INVALID_ARGUMENT"
    assert "values" not in line.json("GET", f"/v4/spreadsheets/{book}/values/A1")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST", "[::1]:{port}", "127.0.0.1"]
)
def test_a_loopback_name_is_answered(line: Line, host: str) -> None:
    assert line.ask("GET", "/page/files", headers={"Host": host.format(port=line.port)})[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "", "localhost.", "[::2]"]
)
def test_a_name_that_only_leads_here_is_refused(line: Line, host: str) -> None:
    headers = {"Host": host.format(port=line.port)}
    for path in ("/", "/page/files", "/v4/spreadsheets/x", "/_sandbox/log"):
        assert line.ask("GET", path, headers=headers)[0] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_sites_are_refused(line: Line, book: str, headers: dict[str, str]) -> None:
    act = {"file": book, "tab": 0, "act": "edit", "row": 0, "column": 0, "text": "x"}
    for path, body in (("/page/act", act), ("/v4/spreadsheets", {}), ("/_sandbox/reset", {})):
        assert line.ask("POST", path, body, headers)[0] == 403
    assert line.front.sandbox.drive.files[book].version == 1


def test_the_own_page_is_let_in(line: Line, book: str) -> None:
    act = {"file": book, "tab": 0, "act": "edit", "row": 0, "column": 0, "text": "x"}
    own = {"Origin": f"http://127.0.0.1:{line.port}", "Sec-Fetch-Site": "same-origin"}
    assert line.ask("POST", "/page/act", act, own)[0] == 200
    assert line.ask("POST", "/page/act", act, own | {"Content-Type": "text/plain"})[0] == 415
    assert line.front.sandbox.drive.files[book].version == 2


def test_the_page_may_load_and_reach_nothing_but_itself(line: Line) -> None:
    for path, kind in (("/", "text/html"), ("/page.js", "text/javascript"), ("/page.css", "text/css")):
        status, headers, body = line.ask("GET", path)
        assert (status, headers["content-type"]) == (200, f"{kind}; charset=utf-8")
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert body
    page = line.ask("GET", "/")[2].decode()
    assert "<script>" not in page
    assert " style=" not in page
    assert "http" not in page


def test_answers_are_packed_when_asked_for_and_worth_it(line: Line, book: str) -> None:
    plain = line.ask("GET", f"/v4/spreadsheets/{book}")
    packed = line.ask("GET", f"/v4/spreadsheets/{book}", headers={"Accept-Encoding": "gzip, deflate"})
    assert "content-encoding" not in plain[1]
    assert packed[1]["content-encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]
    small = line.ask("GET", "/page/files", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small[1]


def test_packed_requests_are_unpacked_and_broken_ones_refused(
    line: Line, book: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v4/spreadsheets/{book}/values/A1?valueInputOption=RAW"
    whole = gzip.compress(json.dumps({"values": [["x"]]}).encode())
    headers = {"Content-Encoding": "gzip"}
    assert line.ask("PUT", path, whole, headers)[0] == 200
    assert line.ask("PUT", path, whole[:-9], headers)[0] == 400
    assert line.ask("PUT", path, b"nothing", headers)[0] == 400
    monkeypatch.setattr(serving, "MAX_BODY", 1000)
    assert line.ask("PUT", path, gzip.compress(b" " * 100_000), headers)[0] == 413
    assert line.ask("PUT", path, b" " * 1001)[0] == 413
    assert line.ask("PUT", path, b"", {"Content-Length": "many"})[0] == 400
    assert line.ask("PUT", path, b"0\r\n\r\n", {"Transfer-Encoding": "chunked"})[0] == 411


def test_a_line_that_is_cut_or_silent_is_so_on_the_wire(line: Line, book: str) -> None:
    line.json("POST", "/_sandbox/faults", {"faults": [{"kind": "cut", "endpoint": "/v4/"}]})
    with pytest.raises(http.client.RemoteDisconnected):
        line.ask("GET", f"/v4/spreadsheets/{book}")
    line.json("POST", "/_sandbox/faults", {"faults": [{"kind": "answer_lost", "method": "PUT"}]})
    connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=0.2)
    body = json.dumps({"values": [["x"]]})
    connection.request("PUT", f"/v4/spreadsheets/{book}/values/A1?valueInputOption=RAW", body)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert line.json("GET", f"/v4/spreadsheets/{book}/values/A1")["values"] == [["x"]]


def test_many_at_once_all_come_through(line: Line, book: str) -> None:
    path = f"/v4/spreadsheets/{book}/values/A1:append?valueInputOption=RAW"
    threads = [threading.Thread(target=line.ask, args=("POST", path, {"values": [[n]]})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = line.json("GET", f"/v4/spreadsheets/{book}/values/A:A")["values"]
    assert sorted(int(row[0]) for row in rows) == list(range(20))


def test_the_clock_goes_on_when_told_and_the_reset_begins_anew(line: Line, book: str) -> None:
    told = line.json("POST", "/_sandbox/clock", {"advance_s": 90})
    assert told["now"] == "2026-03-02T09:01:30+00:00"
    line.json("POST", "/_sandbox/reset", {})
    assert line.json("GET", "/_sandbox/clock")["now"] == "2026-03-02T09:00:00+00:00"
    assert line.json("GET", "/page/files") == []


def test_quotas_are_switched_on_and_off(line: Line, book: str) -> None:
    line.json("POST", "/_sandbox/quotas", {"per_user": 2})
    asked = [line.ask("GET", f"/v4/spreadsheets/{book}")[0] for _ in range(3)]
    line.json("POST", "/_sandbox/quotas", {"on": False})
    assert [*asked, line.ask("GET", f"/v4/spreadsheets/{book}")[0]] == [200, 200, 429, 200]


def test_people_are_sent_to_work_and_late_requests_are_delivered(line: Line, book: str) -> None:
    line.json("POST", "/_sandbox/faults", {"faults": [{"kind": "late"}], "seed": 3})
    path = f"/v4/spreadsheets/{book}/values/A1?valueInputOption=RAW"
    with pytest.raises(TimedOut):
        line.front.handle("PUT", path, {}, b'{"values": [["x"]]}')
    line.json("POST", "/_sandbox/deliver", {})
    person = {"file": book, "act": "insert_row", "facts": {"tab": "Sheet1", "row": 0}}
    assert line.json("POST", "/_sandbox/people", person) == {"done": True}
    line.json("POST", "/_sandbox/faults", {"faults": []})
    assert line.json("GET", f"/v4/spreadsheets/{book}/values/A1:A2")["values"] == [[], ["x"]]


def test_the_log_tells_what_was_asked_and_answered(line: Line, book: str) -> None:
    line.ask("GET", "/v4/spreadsheets/nothing")
    log = line.json("GET", "/_sandbox/log")["log"]
    assert [(one["method"], one["status"]) for one in log] == [("POST", 200), ("GET", 404)]
    assert log[1]["url"] == "/v4/spreadsheets/nothing"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("POST", "/page/nothing", {}, 404),
        ("GET", "/page/files/nothing", None, 400),
        ("GET", "/page/files/x?from=-1", None, 400),
        ("POST", "/page/act", [1], 400),
        ("POST", "/page/act", b"{", 400),
        ("POST", "/_sandbox/nothing", {}, 400),
        ("POST", "/_sandbox/faults", {"faults": [{"kind": "418"}]}, 400),
        ("POST", "/_sandbox/faults", {"faults": [{"colour": "red"}]}, 400),
        ("POST", "/_sandbox/clock", {"advance_s": "soon"}, 400),
        ("POST", "/_sandbox/people", {"act": "dance"}, 400),
        ("GET", "/v4/nothing", None, 404),
    ],
)
def test_what_makes_no_sense_is_refused(line: Line, method: str, path: str, body: Any, status: int) -> None:
    assert line.ask(method, path, body)[0] == status


def test_the_routes_for_tests_are_not_there_unless_asked_for() -> None:
    server = Server(Front(seed=1))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        assert Line(server).ask("GET", "/_sandbox/log")[0] == 404
        assert Line(server).ask("POST", "/_sandbox/reset", {})[0] == 404
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
