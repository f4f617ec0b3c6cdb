"""Drive as gspread uses it: files, versions, permissions, comments, changes, CSV."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sheetdesk.sandbox.access import OWNER, Caller
from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.drive import Drive, File
from sheetdesk.sandbox.drive_errors import DriveError
from sheetdesk.sandbox.file import MIME
from sheetdesk.sandbox.schema import document

ANN = Caller("ann@sandbox.local", is_owner=False)
ME = Caller()
DOCUMENT = document("drive")
"""Google's description of Drive, against which every answer here is checked where it is installed."""


class Clock:
    """A clock that goes on by a second at each look."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def drive() -> Drive:
    return Drive(now=Clock(), rng=random.Random(1))


def ask(drive: Drive, method: str, url: str, body: Any = None, caller: Caller = ME, status: int = 200) -> Any:
    parts = urlsplit(f"/drive/v3/{url}")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answered, headers, answer = drive.handle(method, parts.path, parse_qsl(parts.query), data, caller)
    assert answered == status
    if status == 204:
        assert (headers["Content-Type"], answer) == ("text/html", b"")
        return None
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    told = json.loads(answer)
    if DOCUMENT is not None and (called := DOCUMENT.route(method, parts.path)) is not None:
        assert DOCUMENT.check_answer(called[0], told) == []
    return told


def refused(drive: Drive, method: str, url: str, body: Any = None, caller: Caller = ME) -> dict[str, Any]:
    with pytest.raises(DriveError) as caught:
        ask(drive, method, url, body, caller)
    error: dict[str, Any] = caught.value.body()["error"]
    return error


def made(drive: Drive, name: str = "Tickets") -> File:
    answer = ask(drive, "POST", "files?supportsAllDrives=True", {"name": name, "mimeType": MIME})
    return drive.files[answer["id"]]


def test_a_created_file_is_answered_in_drives_order_and_layout(drive: Drive) -> None:
    body = json.dumps({"name": "Tickets", "mimeType": MIME}).encode()
    _, _, answer = drive.handle("POST", "/drive/v3/files", [("supportsAllDrives", "True")], body, ME)
    (file,) = drive.files.values()
    assert len(file.id) == 44
    assert answer.decode() == (
        f'{{\n  "kind": "drive#file",\n  "id": "{file.id}",\n'
        f'  "name": "Tickets",\n  "mimeType": "{MIME}"\n}}\n'
    )
    assert (file.book.id, file.book.title, file.owner) == (file.id, "Tickets", OWNER)


def test_fields_choose_what_is_told_and_unknown_parameters_do_no_harm(drive: Drive) -> None:
    file = made(drive)
    url = f"files/{file.id}?includeItemsFromAllDrives=True&fields=id,name,createdTime,modifiedTime,version"
    assert ask(drive, "GET", url) == {
        "id": file.id,
        "name": "Tickets",
        "version": "1",
        "createdTime": "2026-03-02T09:00:01.000Z",
        "modifiedTime": "2026-03-02T09:00:01.000Z",
    }


def test_every_change_moves_the_version_and_the_time(drive: Drive) -> None:
    file = made(drive)
    drive.touch(file, ANN)
    ask(drive, "PATCH", f"files/{file.id}", {"name": "Desk"})
    told = ask(
        drive, "GET", f"files/{file.id}?fields=name,version,modifiedTime,lastModifyingUser/emailAddress"
    )
    assert told == {
        "name": "Desk",
        "version": "3",
        "modifiedTime": "2026-03-02T09:00:03.000Z",
        "lastModifyingUser": {"emailAddress": OWNER},
    }
    assert file.book.title == "Desk"


def test_a_deleted_file_is_gone_for_drive_and_for_sheets(drive: Drive) -> None:
    file = made(drive)
    ask(drive, "DELETE", f"files/{file.id}?supportsAllDrives=True", status=204)
    error = refused(drive, "GET", f"files/{file.id}")
    text = f"File not found: {file.id}."
    assert error == {
        "code": 404,
        "message": text,
        "errors": [
            {"message": text, "domain": "global", "reason": "notFound", "location": "fileId",
             "locationType": "parameter"}
        ],
    }  # fmt: skip
    with pytest.raises(ApiError) as caught:
        drive.open(file.id, ME)
    assert caught.value.body() == {
        "error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}
    }


def test_a_strangers_file_is_hidden_by_drive_and_forbidden_by_sheets(drive: Drive) -> None:
    file = drive.create("Theirs", "somebody@elsewhere.org")
    assert refused(drive, "GET", f"files/{file.id}")["code"] == 404
    assert ask(drive, "GET", "files")["files"] == []
    with pytest.raises(ApiError) as caught:
        drive.open(file.id, ME)
    assert caught.value.body() == {
        "error": {
            "code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"
        }
    }  # fmt: skip


def test_a_viewer_reads_and_may_not_write_rename_or_delete(drive: Drive) -> None:
    file = made(drive)
    grant = {"type": "user", "role": "reader", "emailAddress": ANN.email}
    ask(drive, "POST", f"files/{file.id}/permissions", grant)
    assert drive.open(file.id, ANN) is file
    with pytest.raises(ApiError, match="does not have permission"):
        drive.open(file.id, ANN, "writer")
    for method, url, body in [
        ("PATCH", f"files/{file.id}", {"name": "Mine"}),
        ("DELETE", f"files/{file.id}", None),
        ("GET", f"files/{file.id}/permissions", None),
        ("POST", f"files/{file.id}/comments?fields=id", {"content": "hm"}),
    ]:
        error = refused(drive, method, url, body, ANN)
        assert (error["code"], error["errors"][0]["reason"]) == (403, "insufficientFilePermissions")


@pytest.mark.parametrize(
    ("q", "names"),
    [
        (f'mimeType="{MIME}"', ["One's", "two", "Three"]),
        (f'mimeType="{MIME}" and name = "two"', ["two"]),
        ("name = 'One\\'s'", ["One's"]),
        ("name contains 'T' and not name = 'two'", ["Three"]),
        ("name = 'two' or (name = 'Three' and trashed = false)", ["two"]),
        ("'folder' in parents", ["two"]),
        ('parents in "folder"', ["two"]),
        ("trashed = true", ["Three"]),
        ("'me' in owners and modifiedTime > '2026-03-02T09:00:01'", ["One's", "two", "Three"]),
        ("sharedWithMe", []),
        ("name != 'two' and starred = false", ["One's", "Three"]),
    ],
)
def test_files_are_found_by_drives_query_language(drive: Drive, q: str, names: list[str]) -> None:
    made(drive, "One's")
    ask(drive, "POST", "files", {"name": "two", "mimeType": MIME, "parents": ["folder"]})
    ask(drive, "PATCH", f"files/{made(drive, 'Three').id}", {"trashed": True})
    _, _, answer = drive.handle("GET", "/drive/v3/files", [("q", q)], b"", ME)
    found = {file["name"] for file in json.loads(answer)["files"]}
    assert found == set(names)


@pytest.mark.parametrize(
    "q", ["name", "name = ", "'x'", "colour = 'red'", "name ~ 'x'", "(name = 'x'", "name = 'x' name"]
)
def test_an_unreadable_query_is_refused(drive: Drive, q: str) -> None:
    with pytest.raises(DriveError) as caught:
        drive.handle("GET", "/drive/v3/files", [("q", q)], b"", ME)
    error = caught.value.body()["error"]
    assert (error["code"], error["errors"][0]["location"]) == (400, "q")


def test_a_list_comes_in_pages_the_latest_first(drive: Drive) -> None:
    for name in ("one", "two", "three"):
        made(drive, name)
    first = ask(drive, "GET", "files?pageSize=2&fields=nextPageToken,files/name")
    assert [file["name"] for file in first["files"]] == ["three", "two"]
    second = ask(drive, "GET", f"files?pageSize=2&pageToken={first['nextPageToken']}&fields=files/name")
    assert second == {"files": [{"name": "one"}]}


def test_nothing_found_is_an_empty_list_even_under_a_mask(drive: Drive) -> None:
    url = "files?fields=kind,nextPageToken,files(id,name,createdTime,modifiedTime)"
    assert ask(drive, "GET", url) == {"kind": "drive#fileList", "files": []}


def test_permissions_are_granted_listed_changed_and_removed(drive: Drive) -> None:
    file = made(drive)
    base = f"files/{file.id}/permissions"
    grant = {"type": "user", "role": "reader", "emailAddress": "Ann@Sandbox.local", "withLink": False}
    first = ask(drive, "POST", f"{base}?supportsAllDrives=true&sendNotificationEmail=True", grant)
    assert first == {"kind": "drive#permission", "id": first["id"], "type": "user", "role": "reader"}
    anyone = ask(drive, "POST", base, {"type": "anyone", "role": "reader"})
    domain = ask(drive, "POST", base, {"type": "domain", "role": "writer", "domain": "example.org"})
    ask(drive, "PATCH", f"{base}/{first['id']}", {"role": "writer"})
    listed = ask(drive, "GET", f"{base}?fields=nextPageToken,permissions")["permissions"]
    assert [(one["type"], one["role"]) for one in listed] == [
        ("user", "owner"), ("user", "writer"), ("anyone", "reader"), ("domain", "writer")
    ]  # fmt: skip
    assert (listed[1]["emailAddress"], listed[1]["id"]) == (ANN.email, first["id"])
    assert (listed[3]["domain"], listed[3]["id"], anyone["id"]) == (
        "example.org", domain["id"], "anyoneWithLink"
    )  # fmt: skip
    for one in listed[1:]:
        ask(drive, "DELETE", f"{base}/{one['id']}", status=204)
    assert (
        refused(drive, "DELETE", f"{base}/{first['id']}")["message"]
        == f"Permission not found: {first['id']}."
    )
    assert refused(drive, "DELETE", f"{base}/{listed[0]['id']}")["code"] == 403
    with pytest.raises(ApiError):
        drive.open(file.id, ANN)


def test_the_same_person_has_one_permission_with_the_latest_role(drive: Drive) -> None:
    file = made(drive)
    for role in ("reader", "writer"):
        grant = {"type": "user", "role": role, "emailAddress": ANN.email}
        ask(drive, "POST", f"files/{file.id}/permissions", grant)
    assert [one["role"] for one in file.permissions.values()] == ["owner", "writer"]


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ({"type": "user", "role": "reader"}, 400),
        ({"type": "user", "role": "boss", "emailAddress": "a@b.c"}, 400),
        ({"type": "robot", "role": "reader"}, 400),
        ({"role": "reader"}, 400),
        ({"type": "anyone"}, 400),
        ({"type": "user", "role": "owner", "emailAddress": "a@b.c"}, 403),
    ],
)
def test_a_senseless_permission_is_refused(drive: Drive, grant: dict[str, str], code: int) -> None:
    file = made(drive)
    assert refused(drive, "POST", f"files/{file.id}/permissions", grant)["code"] == code
    assert len(file.permissions) == 1


def test_ownership_is_offered_and_taken(drive: Drive) -> None:
    file = made(drive)
    base = f"files/{file.id}/permissions"
    ann = ask(drive, "POST", base, {"type": "user", "role": "writer", "emailAddress": ANN.email})["id"]
    take = (f"{base}/{ann}?transferOwnership=true", {"role": "owner"}, ANN)
    assert refused(drive, "PATCH", *take)["code"] == 403
    ask(drive, "PATCH", f"{base}/{ann}", {"role": "writer", "pendingOwner": True})
    ask(drive, "PATCH", *take)
    assert file.owner == ANN.email
    assert sorted(one["role"] for one in file.permissions.values()) == ["owner", "writer"]


def test_a_copy_is_its_own_file_of_the_copier(drive: Drive) -> None:
    file = made(drive)
    ask(drive, "POST", f"files/{file.id}/permissions", {"type": "anyone", "role": "reader"})
    told = ask(drive, "POST", f"files/{file.id}/copy", {"name": None, "mimeType": MIME}, ANN)
    copied = drive.files[told["id"]]
    assert (told["name"], copied.owner, len(copied.permissions)) == ("Copy of Tickets", ANN.email, 1)
    copied.book.tabs[0].put(0, {0: {"userEnteredValue": {"stringValue": "x"}}})
    assert file.book.tabs[0].rows == []


def test_comments_are_kept_and_listed(drive: Drive) -> None:
    file = made(drive)
    base = f"files/{file.id}/comments?fields=comments/content,comments/anchor,nextPageToken"
    assert ask(drive, "GET", base) == {"comments": []}
    ask(drive, "POST", f"files/{file.id}/comments?fields=id", {"content": "late again", "anchor": None})
    assert ask(drive, "GET", base) == {"comments": [{"content": "late again"}]}
    assert refused(drive, "GET", f"files/{file.id}/comments")["errors"][0]["reason"] == "required"


def test_changes_tell_each_file_once_since_the_token(drive: Drive) -> None:
    old, gone = made(drive, "old"), made(drive, "gone")
    token = ask(drive, "GET", "changes/startPageToken")["startPageToken"]
    drive.touch(old, ME)
    drive.touch(old, ME)
    ask(drive, "DELETE", f"files/{gone.id}", status=204)
    told = ask(drive, "GET", f"changes?pageToken={token}")
    assert [(one["fileId"], one["removed"]) for one in told["changes"]] == [(old.id, False), (gone.id, True)]
    after = ask(drive, "GET", f"changes?pageToken={told['newStartPageToken']}")
    assert (after["changes"], after["newStartPageToken"]) == ([], told["newStartPageToken"])


def test_about_names_the_caller_and_wants_fields(drive: Drive) -> None:
    assert ask(drive, "GET", "about?fields=user/emailAddress", caller=ANN) == {
        "user": {"emailAddress": ANN.email}
    }
    assert refused(drive, "GET", "about")["message"] == "The 'fields' parameter is required for this method."


@pytest.mark.parametrize(
    ("method", "url", "body", "code"),
    [
        ("GET", "nothing", None, 404),
        ("PUT", "files", None, 404),
        ("POST", "files", b"{", 400),
        ("POST", "files", [1], 400),
        ("GET", "files?pageSize=many", None, 400),
        ("GET", "files?fields=files(", None, 400),
        ("GET", "changes", None, 400),
    ],
)
def test_what_drive_does_not_understand_is_refused(
    drive: Drive, method: str, url: str, body: Any, code: int
) -> None:
    assert refused(drive, method, url, body)["code"] == code


def test_what_is_not_emulated_says_so(drive: Drive) -> None:
    file = made(drive)
    with pytest.raises(ApiError, match="not emulated") as caught:
        ask(drive, "GET", f"files/{file.id}/export?mimeType=application/pdf")
    assert caught.value.code == 501
    with pytest.raises(ApiError, match="not emulated"):
        ask(drive, "POST", "files", {"name": "doc", "mimeType": "application/vnd.google-apps.document"})


def exported(drive: Drive, file: File, mime: str = "text/csv") -> str:
    path = f"/drive/v3/files/{file.id}/export"
    status, headers, body = drive.handle("GET", path, [("mimeType", mime)], b"", ME)
    assert (status, headers) == (200, {"Content-Type": mime, "Content-Disposition": "attachment"})
    return body.decode()


def uploaded(drive: Drive, file: File, text: bytes, caller: Caller = ME) -> Any:
    path = f"/upload/drive/v2/files/{file.id}"
    return json.loads(drive.handle("PUT", path, [("convert", "True")], text, caller)[2])


def test_an_uploaded_csv_takes_the_place_of_every_tab_and_changes_the_time_zone(drive: Drive) -> None:
    file = made(drive)
    told = uploaded(drive, file, b'id,due\r\nT1,2026-03-04\r\n\r\n,"a ""b""\r\nc"\r\n')
    (tab,) = file.book.tabs
    assert (told["id"], told["title"], told["version"]) == (file.id, "Tickets", "2")
    assert (tab.title, tab.row_count, tab.column_count) == ("Tickets", 1000, 26)
    assert tab.id != 0
    assert file.book.properties["timeZone"] == "America/Los_Angeles"
    assert tab.cell(1, 1)["userEnteredValue"] == {"numberValue": 46085}
    assert tab.cell(1, 1)["userEnteredFormat"]["numberFormat"]["type"] == "DATE"
    assert exported(drive, file) == 'id,due\r\nT1,2026-03-04\r\n,\r\n,"a ""b""\r\nc"'
    assert exported(drive, file, "text/tab-separated-values").startswith("id\tdue\r\nT1\t2026-03-04\r\n")


def test_an_export_shows_what_formulas_come_to_and_nothing_for_an_empty_tab(drive: Drive) -> None:
    file = made(drive)
    assert exported(drive, file) == ""
    uploaded(drive, file, b"=1+1,x")
    assert exported(drive, file) == "2,x"


def test_a_csv_that_is_none_or_comes_from_a_viewer_is_refused(drive: Drive) -> None:
    file = made(drive)
    ask(drive, "POST", f"files/{file.id}/permissions", {"type": "anyone", "role": "reader"})
    for text, caller, code in ((b"\xff\xfe", ME, 400), (b"a,b", ANN, 403)):
        with pytest.raises(DriveError) as caught:
            uploaded(drive, file, text, caller)
        assert caught.value.code == code
    assert file.book.tabs[0].title == "Sheet1"
    for mime, reason in (("", "required"), ("image/png", "badRequest")):
        with pytest.raises(DriveError) as caught:
            exported(drive, file, mime)
        assert caught.value.reason == reason
