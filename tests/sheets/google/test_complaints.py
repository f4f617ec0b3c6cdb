"""Each refusal of Google's becomes the error that says who can mend it; words alone decide seldom."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sheetdesk.errors import (
    AnswerUnreadable,
    ApiDisabled,
    CellProtected,
    CellsExhausted,
    CredentialsRefused,
    DriveFull,
    GoogleError,
    GoogleRefused,
    GridExceeded,
    SpreadsheetMissing,
    SpreadsheetNotShared,
    SpreadsheetUnfit,
    TextTooLong,
)
from sheetdesk.sheets.google.complaints import complaint, passing, redacted, said
from tests.sheets.google.scripted import EMAIL, SHEET, error_info

ENABLE = "https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project=555555555555"


def body(status: str = "", message: str = "", **more: Any) -> bytes:
    return json.dumps({"error": {"code": 0, "message": message, "status": status, **more}}).encode()


def found(status: int, answer: bytes, account: str = EMAIL) -> GoogleError:
    return complaint(status, said(answer), SHEET, account)


def errors(reason: str, domain: str = "usageLimits", **more: str) -> dict[str, Any]:
    return {"errors": [{"domain": domain, "reason": reason, "message": "", **more}]}


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (404, body("NOT_FOUND", "Requested entity was not found."), SpreadsheetMissing),
        (404, body("", "File not found: .", **errors("notFound", "global")), SpreadsheetMissing),
        (403, body("PERMISSION_DENIED", "The caller does not have permission"), SpreadsheetNotShared),
        (403, body("PERMISSION_DENIED", details=[error_info("SERVICE_DISABLED")]), ApiDisabled),
        (403, body("", **errors("accessNotConfigured")), ApiDisabled),
        (403, body("", details=[error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")]), CredentialsRefused),
        (403, body("", **errors("insufficientPermissions", "global")), CredentialsRefused),
        (403, body("", **errors("storageQuotaExceeded")), DriveFull),
        (401, body("UNAUTHENTICATED"), CredentialsRefused),
        (400, body("FAILED_PRECONDITION", "This operation is not supported for this document"),
         SpreadsheetUnfit),
        (400, body("INVALID_ARGUMENT", "Invalid JSON payload received."), GoogleRefused),
        (409, body("ABORTED"), GoogleRefused),
        (413, b"<html>", GoogleRefused),
        (400, b"<html>Bad request", AnswerUnreadable),
        (302, b"", AnswerUnreadable),
        (400, b'{"error": 7}', AnswerUnreadable),
        (400, b'{"error": "invalid_grant", "error_description": "x"}', GoogleRefused),
        (404, b'[{"error": {"status": "NOT_FOUND"}}]', SpreadsheetMissing),
    ],
)  # fmt: skip
def test_structure_decides(status: int, answer: bytes, error: type[GoogleError]) -> None:
    assert type(found(status, answer)) is error


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Invalid requests[2].updateCells: You are trying to edit a protected cell or object. Please contact "
         "the spreadsheet owner to remove protection if you need to edit.", CellProtected),
        ("Invalid requests[2].updateCells: Estás intentando modificar una celda o un objeto protegido.",
         CellProtected),
        ("Invalid requests[2].appendCells: This action would increase the number of cells in the workbook "
         "above the limit of 10000000 cells.", CellsExhausted),
        ("Invalid requests[2].appendCells: mehr als 10.000.000 Zellen", CellsExhausted),
        ("Invalid requests[2].updateCells: Your input contains more than the maximum of 50000 characters in "
         "a single cell.", TextTooLong),
        ("Invalid requests[2].updateCells: más de 50.000 caracteres", TextTooLong),
        ("Invalid requests[2].updateCells: Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max "
         "columns: 26", GridExceeded),
        ("Invalid requests[2].addSheet: A sheet with the name \"x\" already exists.", GoogleRefused),
    ],
)  # fmt: skip
def test_a_batch_that_is_turned_down_says_why_and_where(message: str, error: type[GoogleError]) -> None:
    one = found(400, body("INVALID_ARGUMENT", message))
    assert type(one) is error
    assert isinstance(one, GoogleRefused)
    assert one.request == 2
    assert one.kind in ("updateCells", "appendCells", "addSheet")


def test_a_range_of_values_is_named_by_its_place_too() -> None:
    one = found(400, body("INVALID_ARGUMENT", "Invalid data[4]: more than the maximum of 50000 characters"))
    assert isinstance(one, TextTooLong)
    assert (one.request, one.kind) == (4, "")


def test_a_sheet_that_is_not_shared_says_with_whom_to_share_it() -> None:
    assert EMAIL in found(403, body("PERMISSION_DENIED")).say("en")
    assert EMAIL in found(403, body("PERMISSION_DENIED")).say("zh")
    assert "the Google account that sheetdesk uses" in found(403, body("PERMISSION_DENIED"), "").say()


@pytest.mark.parametrize(
    "more",
    [
        {"details": [error_info("SERVICE_DISABLED", service="sheets.googleapis.com", activationUrl=ENABLE)]},
        {"details": [error_info("SERVICE_DISABLED", service="sheets.googleapis.com"),
                     {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"url": ENABLE}]}]},
        errors("accessNotConfigured", extendedHelp=ENABLE),
    ],
)  # fmt: skip
def test_an_api_that_is_not_enabled_comes_with_the_link_that_enables_it(more: dict[str, Any]) -> None:
    told = found(403, body("PERMISSION_DENIED", "", **more)).say()
    assert ENABLE in told


@pytest.mark.parametrize("link", ["https://console.example.org/x", "http://console.cloud.google.com/x", ""])
def test_a_link_elsewhere_is_not_handed_on(link: str) -> None:
    facts = error_info("SERVICE_DISABLED", service="drive.googleapis.com", activationUrl=link)
    told = found(403, body("", "", details=[facts])).say()
    assert "Google Drive API is not enabled" in told
    assert "https://console.cloud.google.com/apis/library/drive.googleapis.com," in told


@pytest.mark.parametrize(
    ("status", "answer", "is_sent"),
    [(429, b"", False), (503, b"<html>", True), (500, body("INTERNAL"), True), (408, b"", True),
     (502, b"", True), (504, b"", True), (403, body("", **errors("userRateLimitExceeded")), False),
     (403, body("", details=[error_info("RATE_LIMIT_EXCEEDED")]), False)],
)  # fmt: skip
def test_what_passes_is_no_complaint_and_says_whether_google_may_have_begun(
    status: int, answer: bytes, is_sent: bool
) -> None:
    again = passing(status, said(answer), {})
    assert again is not None
    assert again.is_sent is is_sent
    assert bool(again.quota) is not is_sent


@pytest.mark.parametrize(
    ("status", "answer"),
    [(400, body("INVALID_ARGUMENT")), (403, body("PERMISSION_DENIED")), (404, body("NOT_FOUND")), (501, b""),
     (403, body("", **errors("storageQuotaExceeded"))), (403, b"<html>")],
)  # fmt: skip
def test_what_does_not_pass_is_not_asked_again(status: int, answer: bytes) -> None:
    assert passing(status, said(answer), {}) is None


def test_the_delay_in_an_answers_details_counts_like_its_header() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "31.5s"}
    again = passing(429, said(body("RESOURCE_EXHAUSTED", details=[info])), {"Retry-After": "3"})
    assert again is not None
    assert again.retry_after_s == 31.5
    odd = passing(429, said(body("", details=[{"retryDelay": "soon"}])), {})
    assert odd is not None
    assert odd.retry_after_s is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("No grid with id: 7.", "No grid with id: 7"),
        ("Bearer abc.def and more", "… and more"),
        ("token ya29.a0-b_c!", "token …!"),
        ("refresh 1//0gabc-d ok", "refresh … ok"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n done", "… done"),
        (f"file {SHEET} and {'x' * 44}", f"file {SHEET} and …"),
        ("consumer 'project_number:123456'", "consumer 'project_number:…'"),
        ("x " * 400, "x " * 150 + "…"),
    ],
)  # fmt: skip
def test_googles_words_are_told_without_secrets_and_in_short(text: str, shown: str) -> None:
    assert redacted(text, SHEET) == shown
