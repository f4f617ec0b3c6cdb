"""A sandbox gets all traffic and needs no credentials; it has to be on this machine."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from sheetdesk.errors import CredentialsMissing, SandboxAddressInvalid
from sheetdesk.sheets.google.opening import SandboxAdapter, open_google, sandbox_session
from tests.sheets.google.scripted import SHEET

ASKED: list[tuple[str, str, dict[str, str], bytes]] = []


class Answering(BaseHTTPRequestHandler):
    """Answers in compressed pieces, as Google does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        ASKED.append((self.command, self.path, dict(self.headers), self.rfile.read(size)))
        packed = gzip.compress(json.dumps({"version": "7", "replies": ["工单"] * 5000}).encode())
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(packed), 100):
            piece = packed[start : start + 100]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def address() -> Iterator[str]:
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_all_traffic_goes_to_the_sandbox_without_credentials(address: str, tmp_path: Path) -> None:
    google = open_google({"SHEETDESK_GOOGLE_SANDBOX": address, "HOME": str(tmp_path)})
    assert google.version(SHEET) == "7"
    found = google.batch_update(SHEET, [{"x": "é" * 40_000}], once=True)
    assert len(found["replies"]) == 5000
    paths = [path.split("?")[0] for _, path, _, _ in ASKED]
    assert paths == [f"/drive/v3/files/{SHEET}", f"/v4/spreadsheets/{SHEET}:batchUpdate"]
    assert not any("authorization" in {name.lower() for name in headers} for _, _, headers, _ in ASKED)
    assert json.loads(gzip.decompress(ASKED[1][3])) == {"requests": [{"x": "é" * 40_000}]}
    assert 0 < google.calls.received_bytes < 2000
    google._http.session.close()


def test_the_sandbox_that_is_named_goes_before_the_environments(address: str, tmp_path: Path) -> None:
    elsewhere = {"SHEETDESK_GOOGLE_SANDBOX": "http://127.0.0.1:1", "HOME": str(tmp_path)}
    google = open_google(elsewhere, sandbox=address)
    assert google.version(SHEET) == "7"
    google._http.session.close()


@pytest.mark.parametrize(
    "address",
    ["http://example.org:80", "https://127.0.0.1:8765", "http://127.0.0.1", "http://127.0.0.1:x",
     "http://127.0.0.1:8765@example.org:80", "http://127.0.0.1.example.org:80", "http://0.0.0.0:80",
     "http://192.168.0.2:8765", "ftp://localhost:21", "localhost:8765", "http://u:hush@127.0.0.1:80",
     "http://127.0.0.1:8765/elsewhere", "http://127.0.0.1:99999"],
)  # fmt: skip
def test_a_sandbox_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(SandboxAddressInvalid) as caught:
        sandbox_session(address)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://localhost:8765/", "http://[::1]:8765", "http://127.0.0.1:1"])
def test_a_sandbox_on_this_machine_is_taken(address: str) -> None:
    assert SandboxAdapter(address)


def test_what_is_not_for_google_does_not_reach_a_sandbox() -> None:
    session = sandbox_session("http://127.0.0.1:1")
    with pytest.raises(requests.exceptions.InvalidURL):
        session.get("https://example.org/")


def test_without_a_sandbox_and_credentials_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(CredentialsMissing):
        open_google({"HOME": str(tmp_path)})


def test_a_key_that_others_can_read_is_told_but_used(tmp_path: Path) -> None:
    facts = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    path = tmp_path / "key.json"
    path.write_text(json.dumps(facts))
    told: list[Path] = []
    for mode in (0o600, 0o644):
        path.chmod(mode)
        assert open_google({}, named=path, warn=told.append)
    assert told == [path]
