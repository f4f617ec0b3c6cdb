"""A Google that takes everything and keeps nothing: whatever is tried on it comes out wrong."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import requests
from requests.adapters import BaseAdapter

from tests.sheets.google.scripted import SHEET

__all__ = ["Empty", "session_over"]


class Empty(BaseAdapter):
    """Answers each call with as little as it may; `refuses` names kinds of requests that it turns down."""

    def __init__(self, *refuses: str) -> None:
        super().__init__()
        self.refuses = refuses
        self.asked: list[tuple[str, str]] = []
        self.kinds: list[str] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        path = (request.url or "").split("?")[0].split("googleapis.com")[1]
        self.asked.append((request.method or "", path))
        status, facts = 200, self.facts(path, request)
        if any(kind in self.refuses for kind in self.sent(request)):
            status, facts = 400, {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "No."}}
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url or "", request
        response.raw = io.BytesIO(json.dumps(facts).encode())
        return response

    def close(self) -> None:
        return None

    def facts(self, path: str, request: requests.PreparedRequest) -> dict[str, Any]:
        if path.endswith("/spreadsheets"):
            return {"spreadsheetId": SHEET}
        if request.method == "GET":
            return {"sheets": [{"properties": {"sheetId": 910_001}, "data": [{}, {}]}]}
        return {"replies": []}

    def sent(self, request: requests.PreparedRequest) -> list[str]:
        if not (request.url or "").split("?")[0].endswith(":batchUpdate"):
            return []
        assert isinstance(request.body, bytes)
        body = request.body if request.body.startswith(b"{") else gzip.decompress(request.body)
        kinds = [kind for one in json.loads(body)["requests"] for kind in one]
        self.kinds += kinds
        return kinds


def session_over(adapter: BaseAdapter) -> requests.Session:
    session = requests.Session()
    session.mount("https://", adapter)
    return session
