"""A file of Drive: a spreadsheet with its owner, permissions, version and times."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sheetdesk.sandbox.access import Caller, may, role_of
from sheetdesk.sandbox.book import Json, Spreadsheet

__all__ = ["MIME", "File", "permission_id", "stamp", "user"]

MIME = "application/vnd.google-apps.spreadsheet"


@dataclass
class File:
    """`book` is replaced as a whole by every change; `version` grows with each, `modified` follows."""

    book: Spreadsheet
    owner: str
    created: datetime
    modified: datetime
    modified_by: str
    version: int = 1
    trashed: bool = False
    parents: list[str] = field(default_factory=lambda: ["root"])
    permissions: dict[str, Json] = field(default_factory=dict)
    comments: list[Json] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.book.id

    def json(self, caller: Caller) -> Json:
        """The v3 File as this caller sees it, with every field that is kept here in Drive's order."""
        can_edit = may(self, caller, "writer")
        facts: Json = {
            "kind": "drive#file",
            "id": self.id,
            "name": self.book.title,
            "mimeType": MIME,
            "starred": False,
            "trashed": self.trashed,
            "explicitlyTrashed": self.trashed,
            "parents": self.parents,
            "spaces": ["drive"],
            "version": str(self.version),
            "webViewLink": f"https://docs.google.com/spreadsheets/d/{self.id}/edit?usp=drivesdk",
            "createdTime": stamp(self.created),
            "modifiedTime": stamp(self.modified),
            "owners": [user(self.owner, caller)],
            "lastModifyingUser": user(self.modified_by, caller),
            "shared": len(self.permissions) > 1,
            "ownedByMe": caller.email == self.owner,
            "capabilities": {
                "canEdit": can_edit,
                "canCopy": True,
                "canDelete": caller.email == self.owner,
                "canShare": can_edit,
            },
        }
        if can_edit:
            facts["permissions"] = list(self.permissions.values())
            facts["permissionIds"] = list(self.permissions)
        return facts

    def searched(self, caller: Caller) -> Json:
        """What a query of files.list may ask for, beside the file's own JSON."""
        people = [one for one in self.permissions.values() if one.get("emailAddress")]
        return self.json(caller) | {
            "owners": [self.owner, *(["me"] if caller.email == self.owner else [])],
            "writers": [one["emailAddress"] for one in people if one["role"] in ("writer", "owner")],
            "readers": [one["emailAddress"] for one in people],
            "sharedWithMe": caller.email != self.owner and role_of(self, caller) is not None,
        }


def stamp(moment: datetime) -> str:
    """RFC 3339 with milliseconds, as Drive writes times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def permission_id(name: str) -> str:
    """The digits that stand for a person or domain in permissions, the same in every file."""
    return str(int.from_bytes(hashlib.sha256(name.lower().encode()).digest()[:8], "big")).zfill(20)


def user(email: str, caller: Caller) -> Json:
    """A person as Drive shows one."""
    facts: dict[str, Any] = {
        "kind": "drive#user",
        "displayName": email.partition("@")[0],
        "me": email == caller.email,
        "permissionId": permission_id(email),
        "emailAddress": email,
    }
    return facts
