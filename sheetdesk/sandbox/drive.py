"""Google Drive v3 as far as spreadsheets need it: files, permissions, comments, changes, about.

`Drive` keeps the files; the routes Sheets has to itself ask it for a file with `open` and tell it
with `touch` that one has changed.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from datetime import datetime

from sheetdesk.sandbox import comments, exports, permissions
from sheetdesk.sandbox.access import Caller, may, role_of
from sheetdesk.sandbox.api import ApiError, missing
from sheetdesk.sandbox.book import Json, Spreadsheet, new_spreadsheet
from sheetdesk.sandbox.drive_call import DEFAULTS, DELETED, FILE_FIELDS, Call, Reply, reply, with_list
from sheetdesk.sandbox.drive_errors import DriveError, file_not_found, forbidden, required
from sheetdesk.sandbox.drive_query import query
from sheetdesk.sandbox.file import MIME, File, stamp, user

__all__ = ["Drive", "File", "Reply"]

ID_LETTERS = string.ascii_letters + string.digits + "-_"


class Drive:
    """Every file by its id. `journal` lists changes in their order, for changes.list."""

    def __init__(self, *, now: Callable[[], datetime], rng: random.Random) -> None:
        self.files: dict[str, File] = {}
        self.journal: list[tuple[str, datetime]] = []
        self.now = now
        self.rng = rng

    def add(self, book: Spreadsheet, owner: str) -> File:
        """Keep a new spreadsheet as a file of `owner`."""
        now = self.now()
        file = File(book, owner, now, now, owner, permissions=permissions.owned(owner))
        self.files[file.id] = file
        self.journal.append((file.id, now))
        return file

    def create(self, title: str, owner: str, **properties: str) -> File:
        """Make a spreadsheet with one empty tab; `locale` and `time_zone` may be given."""
        return self.add(new_spreadsheet(self.new_id(), title, **properties), owner)

    def new_id(self) -> str:
        """An id as Google's look."""
        return "1" + "".join(self.rng.choices(ID_LETTERS, k=43))

    def open(self, file_id: str, caller: Caller, role: str = "reader") -> File:
        """The file, for Sheets: 404 where there is none, 403 where the caller lacks the role."""
        file = self.files.get(file_id)
        if file is None:
            raise missing()
        if not may(file, caller, role):
            raise ApiError(403, "PERMISSION_DENIED", "The caller does not have permission")
        return file

    def touch(self, file: File, caller: Caller) -> None:
        """Note that a file was changed."""
        file.version += 1
        file.modified = self.now()
        file.modified_by = caller.email
        self.journal.append((file.id, file.modified))

    def handle(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes, caller: Caller
    ) -> Reply:
        """Answer a request whose decoded path begins with `/drive/v3` or `/upload/drive/`.

        Raises ApiError for a refusal; `DriveError.body` has Drive's own envelope.
        """
        steps = path.strip("/").split("/")
        call = Call(method, steps, dict(query), body, caller)
        match method, steps:
            case "PUT", ["upload", "drive", "v2", "files", file_id]:
                return self._upload(call, file_id)
            case _, ["drive", "v3", "files"]:
                return self._files(call)
            case "GET", ["drive", "v3", "files", file_id, "export"]:
                return exports.export(self._seen(call, file_id), call.query.get("mimeType", ""), self.now())
            case "POST", ["drive", "v3", "files", file_id, "copy"]:
                return self._copy(call, self._seen(call, file_id))
            case _, ["drive", "v3", "files", file_id, "permissions", *rest]:
                return self._permissions(call, self._seen(call, file_id), rest)
            case (("GET" | "POST"), ["drive", "v3", "files", file_id, "comments"]):
                return self._comments(call, self._seen(call, file_id))
            case _, ["drive", "v3", "files", file_id]:
                return self._file(call, self._seen(call, file_id))
            case "GET", ["drive", "v3", "about"]:
                return self._about(call)
            case "GET", ["drive", "v3", "changes", "startPageToken"]:
                token = {"kind": "drive#startPageToken", "startPageToken": str(len(self.journal) + 1)}
                return reply(call.fields("*")(token))
            case "GET", ["drive", "v3", "changes"]:
                return self._changes(call)
        raise DriveError(404, "notFound", "Not Found")

    def _seen(self, call: Call, file_id: str) -> File:
        file = self.files.get(file_id)
        # Drive does not tell a file one may not see from one that is not there.
        if file is None or role_of(file, call.caller) is None:
            raise file_not_found(file_id)
        return file

    def _files(self, call: Call) -> Reply:
        if call.method == "GET":
            return self._list(call)
        if call.method != "POST":
            raise DriveError(404, "notFound", "Not Found")
        wanted = call.json()
        if wanted.get("mimeType", MIME) != MIME:
            kind = wanted.get("mimeType")
            raise ApiError(501, "UNIMPLEMENTED", f"A file of the type {kind} is not emulated by the sandbox.")
        file = self.create(str(wanted.get("name") or "Untitled"), call.caller.email)
        file.parents = list(wanted.get("parents") or ["root"])
        return reply(call.fields(FILE_FIELDS)(file.json(call.caller)))

    def _list(self, call: Call) -> Reply:
        test = query(call.query.get("q", ""))
        files = [file for file in self.files.values() if role_of(file, call.caller) is not None]
        files = [file for file in files if test(file.searched(call.caller))]
        files.sort(key=lambda file: file.modified, reverse=True)
        size = call.number("pageSize", 100)
        start = call.number("pageToken", 0)
        listed: Json = {"kind": "drive#fileList"}
        if start + size < len(files):
            listed["nextPageToken"] = str(start + size)
        shown = [file.json(call.caller) for file in files[start : start + size]]
        listed |= {"incompleteSearch": False, "files": shown}
        return reply(with_list(call.fields(DEFAULTS["files.list"])(listed), call, "files"))

    def _file(self, call: Call, file: File) -> Reply:
        match call.method:
            case "GET":
                return reply(call.fields(FILE_FIELDS)(file.json(call.caller)))
            case "DELETE":
                if call.caller.email != file.owner:
                    raise forbidden()
                del self.files[file.id]
                self.journal.append((file.id, self.now()))
                return DELETED
            case "PATCH":
                return self._update(call, file)
        raise DriveError(404, "notFound", "Not Found")

    def _update(self, call: Call, file: File) -> Reply:
        if not may(file, call.caller, "writer"):
            raise forbidden()
        wanted = call.json()
        if name := wanted.get("name"):
            renamed = file.book.copy()
            renamed.title = str(name)
            file.book = renamed
        if "trashed" in wanted:
            file.trashed = bool(wanted["trashed"])
        gone = call.query.get("removeParents", "").split(",")
        added = [parent for parent in call.query.get("addParents", "").split(",") if parent]
        file.parents = [parent for parent in file.parents if parent not in gone] + added
        self.touch(file, call.caller)
        return reply(call.fields(FILE_FIELDS)(file.json(call.caller)))

    def _copy(self, call: Call, file: File) -> Reply:
        wanted = call.json()
        book = file.book.copy()
        book.id = self.new_id()
        book.title = str(wanted.get("name") or f"Copy of {file.book.title}")
        copied = self.add(book, call.caller.email)
        copied.parents = list(wanted.get("parents") or file.parents)
        return reply(call.fields(FILE_FIELDS)(copied.json(call.caller)))

    def _upload(self, call: Call, file_id: str) -> Reply:
        file = self._seen(call, file_id)
        if not may(file, call.caller, "writer"):
            raise forbidden()
        file.book = exports.imported(file.book, call.body, self.rng, self.now())
        self.touch(file, call.caller)
        return reply(exports.as_v2(file, call.caller))

    def _permissions(self, call: Call, file: File, rest: list[str]) -> Reply:
        match call.method, rest:
            case "GET", []:
                listed = permissions.visible(file, call.caller)
                shown = {"kind": "drive#permissionList", "permissions": listed}
                return reply(call.fields(DEFAULTS["permissions.list"])(shown))
            case "POST", []:
                granted = permissions.grant(file, call.caller, call.json(), call.query)
            case "GET", [name]:
                granted = permissions.found(file, call.caller, name)
                return reply(call.fields(DEFAULTS["permission"])(granted))
            case "PATCH", [name]:
                granted = permissions.change(file, call.caller, name, call.json(), call.query)
            case "DELETE", [name]:
                permissions.remove(file, call.caller, name)
                self.touch(file, call.caller)
                return DELETED
            case _:
                raise DriveError(404, "notFound", "Not Found")
        self.touch(file, call.caller)
        return reply(call.fields(DEFAULTS["permission"])(granted))

    def _comments(self, call: Call, file: File) -> Reply:
        if "fields" not in call.query:
            raise required("fields")
        if call.method == "GET":
            listed = comments.listed(file)
            return reply(with_list(call.fields("*")(listed), call, "comments"))
        if not may(file, call.caller, "commenter"):
            raise forbidden()
        added = comments.added(file, call.caller, call.json(), self.now(), self.rng)
        return reply(call.fields("*")(added))

    def _about(self, call: Call) -> Reply:
        if "fields" not in call.query:
            raise required("fields")
        about = {
            "kind": "drive#about",
            "user": user(call.caller.email, call.caller),
            "importFormats": {"text/csv": [MIME]},
            "exportFormats": {MIME: list(exports.FORMATS)},
        }
        return reply(call.fields("*")(about))

    def _changes(self, call: Call) -> Reply:
        if "pageToken" not in call.query:
            raise required("pageToken")
        # Only the last change of a file is told.
        last = dict(self.journal[max(call.number("pageToken", 1) - 1, 0) :])
        changes: list[Json] = []
        for file_id, moment in last.items():
            file = self.files.get(file_id)
            change: Json = {
                "kind": "drive#change", "type": "file", "changeType": "file", "time": stamp(moment),
                "removed": file is None, "fileId": file_id,
            }  # fmt: skip
            if file is None:
                changes.append(change)
            elif role_of(file, call.caller) is not None:
                changes.append(change | {"file": file.json(call.caller)})
        listed = {
            "kind": "drive#changeList", "newStartPageToken": str(len(self.journal) + 1), "changes": changes
        }  # fmt: skip
        return reply(with_list(call.fields(DEFAULTS["changes.list"])(listed), call, "changes"))
