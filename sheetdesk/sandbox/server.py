"""The sandbox over HTTP, on this machine's own address and no other.

Google's paths (`/v4/…`, `/drive/…`, `/upload/…`) are answered as Google does, `/` is the page, and
`/_sandbox/…` steers tests where that was asked for. A request whose Host is no loopback name, or that
a page of another site sends, is refused: a browser must not become a way in.
"""

from __future__ import annotations

import gzip
import json
import select
import sys
import zlib
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sheetdesk.sandbox.faults import Cut, TimedOut
from sheetdesk.sandbox.front import Front, Refused
from sheetdesk.sandbox.page import ASSETS, asset

__all__ = ["MAX_BODY", "Server"]

MAX_BODY = 64 * 1024 * 1024
"""The longest request body, packed or not; Google advises 2 MB."""

WORTH_PACKING = 500
HOSTS = ("127.0.0.1", "localhost", "[::1]")
JSON = "application/json; charset=UTF-8"

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1; port 0 takes a free one. `hold_s` is how long a lost answer is waited for."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, front: Front, port: int = 0, *, has_test_routes: bool = False, hold_s: float = 300.0
    ) -> None:
        super().__init__(("127.0.0.1", port), Asked)
        self.front = front
        self.has_test_routes = has_test_routes
        self.hold_s = hold_s

    @property
    def address(self) -> str:
        """Where to reach it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is no error; anything else is told on stderr."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Unfit(Exception):
    """A request that is refused before anybody looks at what it asks for."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Asked(BaseHTTPRequestHandler):
    """One connection; each request on it is answered in turn."""

    protocol_version = "HTTP/1.1"
    server_version = "sheetdesk-sandbox"
    sys_version = ""
    server: Server
    # Headers and body go out together: sent apart, the second waits for the first one's receipt.
    wbufsize = 65536
    disable_nagle_algorithm = True
    # A body that never comes must not hold a thread for ever.
    timeout = 60

    def answer_any(self) -> None:
        try:
            self._check()
            body = self._body()
            path = urlsplit(self.path).path
            if path.startswith(("/v4/", "/drive/", "/upload/")):
                self._api(body)
            else:
                self._own(path, body)
        except Unfit as error:
            # What is left of the request is not read, so nothing can follow it.
            self.close_connection = True
            self._send(error.status, {"Content-Type": "text/plain; charset=utf-8"}, error.text.encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer_any

    def _check(self) -> None:
        name = self.headers.get("Host", "").lower()
        host, _, port = name.rpartition(":") if not name.endswith("]") else (name, "", "")
        if (host or port) not in HOSTS:
            raise Unfit(421, "This sandbox is reached as 127.0.0.1 or localhost only.")
        origin = self.headers.get("Origin")
        site = self.headers.get("Sec-Fetch-Site", "none")
        if (origin is not None and origin.lower() != f"http://{name}") or site not in ("same-origin", "none"):
            raise Unfit(403, "Pages of other sites may not use this sandbox.")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise Unfit(411, "Send the body in one piece, with a Content-Length.")
        given = self.headers.get("Content-Length", "0")
        if not given.isascii() or not given.isdigit():
            raise Unfit(400, "Content-Length is no number.")
        if int(given) > MAX_BODY:
            raise Unfit(413, f"The body is longer than {MAX_BODY} bytes.")
        body = self.rfile.read(int(given))
        if self.headers.get("Content-Encoding", "").lower() != "gzip":
            return body
        unpacker = zlib.decompressobj(wbits=31)
        try:
            unpacked = unpacker.decompress(body, MAX_BODY)
        except zlib.error as error:
            raise Unfit(400, "The body is no gzip.") from error
        if unpacker.unconsumed_tail:
            raise Unfit(413, f"The body is longer than {MAX_BODY} bytes.")
        if not unpacker.eof:
            raise Unfit(400, "The body is no whole gzip.")
        return unpacked

    def _api(self, body: bytes) -> None:
        try:
            answer = self.server.front.handle(self.command, self.path, dict(self.headers), body)
        except Cut:
            self.close_connection = True
            return
        except TimedOut:
            # Until the caller has had enough and hangs up.
            select.select([self.connection], [], [], self.server.hold_s)
            self.close_connection = True
            return
        self._send(answer.status, answer.headers, answer.body)

    def _own(self, path: str, body: bytes) -> None:
        """The page and the routes for tests."""
        if self.command == "GET" and path in ASSETS:
            name, kind = ASSETS[path]
            self._send(200, {"Content-Type": kind, **PAGE_HEADERS}, asset(name))
            return
        front = self.server.front
        steps = [unquote(step) for step in path.strip("/").split("/")]
        query = {name: words[-1] for name, words in parse_qs(urlsplit(self.path).query).items()}
        try:
            match self.command, steps:
                case "GET", ["page", "files"]:
                    told: Any = front.files()
                case "GET", ["page", "files", file_id]:
                    tab = _whole(query, "tab") if "tab" in query else None
                    start, count = _whole(query, "from"), _whole(query, "count", 100)
                    told = front.stretch(file_id, query.get("person", ""), tab, start, count)
                case "POST", ["page", "act"]:
                    front.act(self._json(body))
                    told = {}
                case method, ["_sandbox", name] if self.server.has_test_routes:
                    told = front.test_route(method, name, self._json(body))
                case _:
                    raise Unfit(404, "There is nothing here.")
        except Refused as error:
            self._tell(400, {"error": str(error)})
            return
        self._tell(200, told)

    def _json(self, body: bytes) -> dict[str, Any]:
        if not body:
            return {}
        # Forms of other sites can send any body, but not this type, without asking first.
        if self.headers.get_content_type() != "application/json":
            raise Unfit(415, "Send JSON as application/json.")
        try:
            read = json.loads(body)
        except ValueError as error:
            raise Refused("The body is no JSON.") from error
        if not isinstance(read, dict):
            raise Refused("The body is no JSON object.")
        return read

    def _tell(self, status: int, told: Any) -> None:
        body = json.dumps(told, ensure_ascii=False, default=str).encode()
        self._send(status, {"Content-Type": JSON, **PAGE_HEADERS}, body)

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        sent = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) >= WORTH_PACKING:
            body = gzip.compress(body, compresslevel=3, mtime=0)
            sent["Content-Encoding"] = "gzip"
        self.send_response(status)
        for name, value in sent.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed; the front keeps a log."""


def _whole(query: Mapping[str, str], name: str, default: int = 0) -> int:
    text = query.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise Refused(f"`{name}` must be a whole number.")
    return int(text)
