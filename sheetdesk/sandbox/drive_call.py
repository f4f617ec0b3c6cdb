"""One request to Drive and how its answer is written: parameters, body, field masks, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sheetdesk.sandbox import fieldmask
from sheetdesk.sandbox.access import Caller
from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.drive_errors import DriveError, invalid

__all__ = ["DEFAULTS", "DELETED", "FILE_FIELDS", "Call", "Reply", "reply", "with_list"]

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers and body of an answer."""

DELETED: Reply = (204, {"Content-Type": "text/html", "Content-Length": "0"}, b"")

# What each answer holds when no `fields` are asked for.
FILE_FIELDS = "kind,id,name,mimeType"
DEFAULTS = {
    "files.list": f"kind,nextPageToken,incompleteSearch,files({FILE_FIELDS})",
    "permissions.list": "kind,nextPageToken,permissions(kind,id,type,role)",
    "permission": "kind,id,type,role",
    "changes.list": "kind,nextPageToken,newStartPageToken,"
    f"changes(kind,type,changeType,time,removed,fileId,file({FILE_FIELDS}))",
}


@dataclass(frozen=True)
class Call:
    """One request to Drive: `query` holds the last value of each parameter."""

    method: str
    steps: list[str]
    query: Mapping[str, str]
    body: bytes
    caller: Caller

    def json(self) -> Json:
        """The body as an object. Raises DriveError with 400 for anything else."""
        if not self.body.strip():
            return {}
        try:
            read = json.loads(self.body)
        except ValueError as error:
            raise DriveError(400, "parseError", "Parse Error") from error
        if not isinstance(read, dict):
            raise DriveError(400, "parseError", "Parse Error")
        return read

    def fields(self, default: str) -> Callable[[Json], Any]:
        """Keeps of an answer what `fields` asks for, or the default's."""
        try:
            return fieldmask.parse(self.query.get("fields") or default).project
        except fieldmask.BadMask as error:
            text = f"Invalid field selection {self.query.get('fields')}"
            raise DriveError(400, "invalidParameter", text, "fields") from error

    def number(self, parameter: str, default: int) -> int:
        """A parameter that counts something."""
        text = self.query.get(parameter) or str(default)
        if not text.isascii() or not text.isdigit():
            raise invalid(parameter)
        return int(text)


def with_list(shown: Json, call: Call, name: str) -> Json:
    """Drive lists nothing as `[]`, where Sheets leaves the list out."""
    asked = call.query.get("fields") or name
    return shown if name in shown or name not in asked else {**shown, name: []}


def reply(answer: Json) -> Reply:
    """200 with JSON laid out as Google lays it out."""
    body = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    return 200, {"Content-Type": "application/json; charset=UTF-8"}, body.encode()
