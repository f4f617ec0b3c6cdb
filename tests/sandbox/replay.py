"""Plays recorded requests to a sandbox and compares what it answers with what Google answered.

Ids, times and people differ by nature: the first time one is seen it is bound to the sandbox's own, and
from then on it must be the same one every time. Everything else must be equal.
"""

from __future__ import annotations

import json
import random
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sheetdesk.sandbox.access import OWNER
from sheetdesk.sandbox.book import new_spreadsheet
from sheetdesk.sandbox.handle import Sandbox
from sheetdesk.sandbox.schema import document

BOUND = {
    "spreadsheetId", "id", "sheetId", "namedRangeId", "protectedRangeId", "createdTime", "modifiedTime",
    "users", "spreadsheetUrl",
}  # fmt: skip


@cache
def recordings(archive: Path) -> dict[str, list[dict[str, Any]]]:
    """The exchanges of each recording, by its name."""
    found = {}
    with tarfile.open(archive) as files:
        for member in sorted(files, key=lambda one: one.name):
            handle = files.extractfile(member) if member.name.endswith(".json") else None
            if handle is not None:
                name = Path(member.name).name.removesuffix(".json")
                found[name] = json.load(handle)["interactions"]
    return found


@dataclass
class Difference:
    """Where an answer is another: the place in the body, Google's part and ours."""

    recording: str
    exchange: int
    place: str
    google: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.recording} #{self.exchange} {self.place}: {self.google!r:.120} / {self.ours!r:.120}"


@dataclass
class Player:
    """One recording against one fresh sandbox."""

    recording: str
    bound: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.sandbox = Sandbox(
            now=self.tick, rng=random.Random(7), document=document("sheets"), checks_answers=True
        )

    def tick(self) -> datetime:
        self.moment += timedelta(milliseconds=7)
        return self.moment

    def seed(self, uri: str, status: int, answer: Any) -> None:
        """Make the files that Google knew of before the recording: those listed, and one of another's."""
        files = self.sandbox.drive.files
        for listed in answer.get("files", ()) if isinstance(answer, dict) else ():
            if listed["id"] not in files and listed["id"] not in self.bound:
                file = self.sandbox.drive.add(new_spreadsheet(listed["id"], listed["name"]), OWNER)
                file.created = datetime.fromisoformat(listed["createdTime"])
                file.modified = datetime.fromisoformat(listed["modifiedTime"])
        key = re.search(r"spreadsheets/([\w-]+)", uri) if status == 403 else None
        if key is not None:
            self.sandbox.drive.add(new_spreadsheet(key[1], "Private"), "somebody@example.org")

    def play(self, exchanges: list[dict[str, Any]]) -> Iterator[Difference]:
        for number, exchange in enumerate(exchanges):
            request, response = exchange["request"], exchange["response"]
            recorded = read(response["body"].get("string", ""))
            self.seed(request["uri"], response["status"]["code"], recorded)
            body = self.ours(request["body"] or "")
            answer = self.sandbox.handle(request["method"], self.ours(request["uri"]), {}, body.encode())
            google = response["status"]["code"]
            if answer.status != google:
                yield Difference(self.recording, number, "status", google, (answer.status, answer.body[:200]))
                continue
            yield from (
                Difference(self.recording, number, *found)
                for found in self.compared("", recorded, read(answer.body.decode()))
            )

    def ours(self, text: str) -> str:
        """A request with the sandbox's ids in the place of Google's."""
        for theirs, own in self.bound.items():
            if len(theirs) > 20:
                text = text.replace(theirs, own)
            elif theirs.isdecimal() and len(theirs) > 2:
                text = re.sub(rf"(?<!\d){theirs}(?!\d)", own, text)
        return text

    def compared(self, place: str, google: Any, ours: Any) -> Iterator[tuple[str, Any, Any]]:
        name = re.sub(r"\[\d+\]", "", place).rpartition(".")[2]
        if isinstance(google, dict) and isinstance(ours, dict):
            for key in sorted(google.keys() | ours.keys()):
                if key in google and key in ours:
                    yield from self.compared(f"{place}.{key}", google[key], ours[key])
                else:
                    yield f"{place}.{key}", google.get(key, "absent"), ours.get(key, "absent")
        elif isinstance(google, list) and isinstance(ours, list) and len(google) == len(ours):
            for at, (one, other) in enumerate(zip(google, ours, strict=True)):
                yield from self.compared(f"{place}[{at}]", one, other)
        elif name in BOUND and type(google) is type(ours) and google != 0:
            if self.bound.setdefault(str(google), str(ours)) != str(ours):
                yield place, google, ours
        elif google != ours or type(google) is not type(ours):
            yield place, google, ours


def read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
