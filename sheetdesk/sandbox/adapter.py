"""A transport adapter for requests, so that gspread and its friends reach a sandbox without a socket.

session = requests.Session()
session.mount("https://", LoopAdapter(sandbox))
client = gspread.Client(auth=None, session=session)
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import responses
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from sheetdesk.sandbox.faults import Cut, Handles, TimedOut
from sheetdesk.sandbox.quota import sort_of

__all__ = ["Count", "LoopAdapter"]


@dataclass
class Count:
    """How many requests of one sort went by, with the bytes of their bodies and their answers."""

    calls: int = 0
    sent_bytes: int = 0
    got_bytes: int = 0


@dataclass
class LoopAdapter(BaseAdapter):
    """Sends every request to a sandbox, on the caller's own thread. `counts` is for tests."""

    sandbox: Handles
    counts: dict[str, Count] = field(
        default_factory=lambda: {"read": Count(), "write": Count(), "drive": Count()}
    )

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The sandbox's answer. Raises requests' own ReadTimeout and ConnectionError for faults."""
        method, url = request.method or "GET", request.url or ""
        body = _bytes(request.body)
        count = self.counts[sort_of(method, url)]
        count.calls += 1
        count.sent_bytes += len(body)
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        headers = {name: _text(value) for name, value in request.headers.items()}
        try:
            answer = self.sandbox.handle(method, url, headers, body)
        except TimedOut as error:
            raise requests.ReadTimeout(f"no answer from {url}", request=request) from error
        except Cut as error:
            raise requests.ConnectionError(f"connection to {url} broke", request=request) from error
        count.got_bytes += len(answer.body)
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        response.raw = HTTPResponse(
            io.BytesIO(answer.body), answer.headers, answer.status, preload_content=False
        )
        response.reason = responses.get(answer.status, "")
        response.url = url
        response.encoding = "utf-8"
        response.request = request
        response.elapsed = timedelta()
        return response

    def close(self) -> None:
        """Nothing is open."""


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else bytes(body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
