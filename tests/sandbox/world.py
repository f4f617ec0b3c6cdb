"""A sandbox with one spreadsheet to work in, and short ways to ask it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.schema import Document, document

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ROOT = "https://sheets.googleapis.com/v4/spreadsheets"
Json = dict[str, Any]


class World:
    """Requests to one spreadsheet; with `checked` every request and answer must fit Google's schema."""

    def __init__(self, *, checked: bool = True, **facts: Any) -> None:
        schema: Document | None = document("sheets") if checked else None
        self.logged: list[str] = []
        self.sandbox = Sandbox(
            now=lambda: NOW,
            rng=random.Random(3),
            document=schema,
            checks_answers=True,
            log=self.logged.append,
            **facts,
        )
        self.id: str = self.ask("POST", "", {"properties": {"title": "World"}})["spreadsheetId"]

    def send(self, verb: str, path: str, body: Any = None, who: str = "") -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer role:{who}"} if who else {}
        sent = b"" if body is None else json.dumps(body).encode()
        answer = self.sandbox.handle(verb, ROOT + path, headers, sent)
        return answer.status, json.loads(answer.body)

    def ask(self, verb: str, path: str, body: Any = None) -> Json:
        status, found = self.send(verb, path, body)
        assert status == 200, found
        return found

    def batch(self, *requests: Json, **more: Any) -> list[Json]:
        """Replies of a batchUpdate that must succeed."""
        found = self.ask("POST", f"/{self.id}:batchUpdate", {"requests": list(requests), **more})
        replies: list[Json] = found["replies"]
        return replies

    def refused(self, *requests: Json, who: str = "") -> str:
        """The message of a batchUpdate that must be refused."""
        status, found = self.send("POST", f"/{self.id}:batchUpdate", {"requests": list(requests)}, who)
        assert status in (400, 501), found
        message: str = found["error"]["message"]
        return message

    def write(self, where: str, values: list[list[Any]], mode: str = "USER_ENTERED") -> Json:
        return self.ask(
            "PUT", f"/{self.id}/values/{quote(where)}?valueInputOption={mode}", {"values": values}
        )

    def read(self, where: str, **options: str) -> list[list[Any]]:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        found: list[list[Any]] = self.ask("GET", f"/{self.id}/values/{quote(where)}?{query}").get(
            "values", []
        )
        return found

    def formulas(self, where: str) -> list[list[Any]]:
        return self.read(where, valueRenderOption="FORMULA")

    def get(self, fields: str = "", ranges: str = "") -> Json:
        query = (f"fields={quote(fields)}&" if fields else "") + (f"ranges={quote(ranges)}" if ranges else "")
        return self.ask("GET", f"/{self.id}?{query}")

    def sheet(self, name: str, at: int = 0) -> Any:
        """A part of a tab, as `merges`; None where it has none."""
        return self.get(f"sheets({name})")["sheets"][at].get(name)


def grid(r0: int, r1: int, c0: int, c1: int, sheet_id: int = 0) -> Json:
    """A GridRange, ends exclusive."""
    found: Json = {"startRowIndex": r0, "endRowIndex": r1, "startColumnIndex": c0, "endColumnIndex": c1}
    return found | ({"sheetId": sheet_id} if sheet_id else {})
