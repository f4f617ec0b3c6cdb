"""A local Google Sheets and Drive: one request in, one answer out, no network.

`Sandbox.handle` is all there is to talk to; a server or a transport adapter only carries bytes to it.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from sheetdesk.sandbox import fieldmask, protojson
from sheetdesk.sandbox.access import Caller, who
from sheetdesk.sandbox.api import ApiError, missing
from sheetdesk.sandbox.batch import Batch
from sheetdesk.sandbox.book import Json, Spreadsheet
from sheetdesk.sandbox.calls import CALLS, PROJECTED, Call
from sheetdesk.sandbox.cell_text import dumps
from sheetdesk.sandbox.clock import wall_time
from sheetdesk.sandbox.drive import Drive, File
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.grid import written
from sheetdesk.sandbox.schema import Document
from sheetdesk.sandbox.shown import Shown

__all__ = ["Answer", "Sandbox"]

JSON_TYPE = "application/json; charset=UTF-8"
EVERYTHING = Mask(())


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Route(NamedTuple):
    verb: str
    pattern: re.Pattern[str]
    method: str


ROUTES = [
    Route(verb, re.compile(pattern), f"sheets.spreadsheets.{name}")
    for verb, pattern, name in (
        ("POST", r"", "create"),
        ("GET", r"/([^/:]+)", "get"),
        ("POST", r"/([^/:]+):batchUpdate", "batchUpdate"),
        ("POST", r"/([^/:]+):getByDataFilter", "getByDataFilter"),
        ("GET", r"/([^/:]+)/values/([^/]+)", "values.get"),
        ("PUT", r"/([^/:]+)/values/([^/]+)", "values.update"),
        ("POST", r"/([^/:]+)/values/([^/]+):append", "values.append"),
        ("POST", r"/([^/:]+)/values/([^/]+):clear", "values.clear"),
        ("GET", r"/([^/:]+)/values:batchGet", "values.batchGet"),
        ("POST", r"/([^/:]+)/values:batchUpdate", "values.batchUpdate"),
        ("POST", r"/([^/:]+)/values:batchClear", "values.batchClear"),
        ("POST", r"/([^/:]+)/values:batchGetByDataFilter", "values.batchGetByDataFilter"),
        ("POST", r"/([^/:]+)/values:batchUpdateByDataFilter", "values.batchUpdateByDataFilter"),
        ("POST", r"/([^/:]+)/values:batchClearByDataFilter", "values.batchClearByDataFilter"),
        ("GET", r"/([^/:]+)/developerMetadata/([^/]+)", "developerMetadata.get"),
        ("POST", r"/([^/:]+)/developerMetadata:search", "developerMetadata.search"),
        ("POST", r"/([^/:]+)/sheets/([^/:]+):copyTo", "sheets.copyTo"),
    )
]


class Sandbox:
    """Everything the stand-in holds. `now` and `rng` make it repeatable.

    With a `document` bodies, parameters and masks are checked against Google's schema, as there;
    without, what is unknown is ignored. `checks_answers` also checks what goes out, for tests.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        document: Document | None = None,
        metadata_follows_sort: bool = True,
        checks_answers: bool = False,
        log: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.now = now
        self.sleep = sleep
        self.rng = rng or random.Random()
        self.document = document
        self.metadata_follows_sort = metadata_follows_sort
        self.checks_answers = checks_answers
        self.log = log
        self.drive = Drive(now=now, rng=self.rng)
        self.lock = RLock()
        self.views: dict[str, tuple[Spreadsheet, str, Shown]] = {}

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one HTTP request. Never raises for what a client may send."""
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        try:
            with self.lock:
                if parts.path.startswith(("/drive/", "/upload/")):
                    caller = who(headers)
                    return Answer(*self.drive.handle(method, unquote(parts.path), query, body, caller))
                return self.sheets(method, parts.path, query, who(headers), body)
        except ApiError as error:
            return refusal(error)

    def sheets(
        self, verb: str, path: str, query: list[tuple[str, str]], caller: Caller, body: bytes
    ) -> Answer:
        method, steps = routed(verb, path)
        if self.document is not None:
            message = self.document.read_request(method, query, body)
        else:
            message = protojson.read("", body, None) if body.strip() else {}
        options: Json = dict(query)
        call = Call(self, method, steps, options, query, message, caller, self.mask(method, options))
        found = CALLS[method](call)
        if method not in PROJECTED and not call.mask.is_all:
            found = call.mask.project(found)
        body = written(found, call.texts).encode()
        if self.checks_answers and self.document is not None:
            violations = self.document.check_answer(method, json.loads(body))
            if violations:
                raise AssertionError(f"{method} answered what the schema does not know: {violations}")
        return Answer(200, {"Content-Type": JSON_TYPE}, body)

    def mask(self, method: str, options: Json) -> Mask:
        fields = options.get("fields")
        if not fields:
            return EVERYTHING
        if self.document is not None:
            return self.document.mask(method, fields)
        try:
            return fieldmask.parse(fields)
        except fieldmask.BadMask as error:
            violation = {"field": error.field, "description": error.description}
            details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
            raise ApiError(400, "INVALID_ARGUMENT", error.description, [details]) from error

    def shown(self, book: Spreadsheet) -> Shown:
        """What a book's cells show; kept as long as the book and the day in its zone stay the same."""
        now = self.now()
        day = wall_time(now, book.properties.get("timeZone", "Etc/GMT")).date().isoformat()
        known = self.views.get(book.id)
        if known is not None and known[0] is book and known[1] == day:
            return known[2]
        view = Shown(book, now, self.log)
        self.views[book.id] = (book, day, view)
        return view

    def batch(self, book: Spreadsheet, caller: Caller) -> Batch:
        """A batch on a copy of the book; `keep` puts it in place."""
        return Batch(book.copy(), caller, self.now(), self.rng, self.log, self.metadata_follows_sort)

    def keep(self, file: File, book: Spreadsheet, caller: Caller) -> None:
        """Let a changed copy be the file's book."""
        file.book = book
        self.drive.touch(file, caller)


def routed(verb: str, path: str) -> tuple[str, list[str]]:
    """The method a URL calls, and the parts of its path, decoded."""
    if not path.startswith("/v4/spreadsheets"):
        raise missing()
    rest = path[len("/v4/spreadsheets") :]
    for route in ROUTES:
        if route.verb == verb and (match := route.pattern.fullmatch(rest)):
            return route.method, [unquote(part) for part in match.groups()]
    raise missing()


def refusal(error: ApiError) -> Answer:
    """The answer to what is refused."""
    return Answer(error.code, {"Content-Type": JSON_TYPE}, dumps(error.body()).encode())
