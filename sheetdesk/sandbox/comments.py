"""Comments on a file, listed and added through Drive."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime

from sheetdesk.sandbox.access import Caller
from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.drive_errors import required
from sheetdesk.sandbox.file import File, stamp, user

__all__ = ["added", "listed"]


def listed(file: File) -> Json:
    """All comments of a file as one page."""
    return {"kind": "drive#commentList", "comments": list(file.comments)}


def added(
    file: File, caller: Caller, wanted: Mapping[str, object], now: datetime, rng: random.Random
) -> Json:
    """Add a comment; it is no change of the spreadsheet."""
    if not wanted.get("content"):
        raise required("comment.content")
    comment: Json = {
        "kind": "drive#comment",
        "id": f"AAAA{rng.getrandbits(64):x}",
        "createdTime": stamp(now),
        "modifiedTime": stamp(now),
        "author": user(caller.email, caller),
        "deleted": False,
        "content": str(wanted["content"]),
        "replies": [],
    }
    if wanted.get("anchor"):
        comment["anchor"] = str(wanted["anchor"])
    file.comments.append(comment)
    return comment
