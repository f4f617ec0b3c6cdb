"""Recorded exchanges with Google, which are shared files and not part of the project."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.conftest import shared_folder

PACKED = shared_folder() / "data" / "sheets-api" / "recorded-exchanges.tar.xz"


class Exchange(NamedTuple):
    """One request with its answer; `answer` is empty where it is not JSON."""

    recording: str
    verb: str
    host: str
    path: str
    query: list[tuple[str, str]]
    body: bytes
    code: int
    answer: Any


def exchanges() -> Iterator[Exchange]:
    """All exchanges of all recordings, in order."""
    with tarfile.open(PACKED) as package:
        for member in sorted(package.getmembers(), key=lambda member: member.name):
            content = package.extractfile(member)
            if content is None or not member.name.endswith(".json"):
                continue
            for pair in json.load(content)["interactions"]:
                yield exchange(member.name, pair)


def exchange(recording: str, pair: dict[str, Any]) -> Exchange:
    request, response = pair["request"], pair["response"]
    url = urlsplit(request["uri"])
    text = response["body"].get("string") or ""
    is_json = isinstance(text, str) and text.startswith("{")
    return Exchange(
        recording,
        request["method"],
        url.netloc,
        url.path,
        parse_qsl(url.query, keep_blank_values=True),
        (request["body"] or "").encode(),
        response["status"]["code"],
        json.loads(text) if is_json else {},
    )
