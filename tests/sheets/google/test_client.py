"""The client's promises: what is sent again and when, what is not, and what a call may cost."""

from __future__ import annotations

import gzip
import io
import json
import logging
import threading
import traceback
from typing import Any

import pytest
import requests
import urllib3
from google.auth.exceptions import RefreshError, TransportError

from sheetdesk.errors import (
    AnswerUnreadable,
    CellProtected,
    CredentialsRefused,
    GoogleError,
    GoogleRefused,
    GoogleUnreachable,
    QuotaSpent,
    SheetUnanswered,
)
from sheetdesk.sheets.google.answer import Spreadsheet
from sheetdesk.sheets.google.buckets import Buckets
from sheetdesk.sheets.google.client import Echo
from tests.sheets.google.scripted import EMAIL, RATE, SHEET, Passport, Reply, Time, google, refusal

WRITE = [{"addSheet": {"properties": {"title": "工单"}}}]
DOWN = Reply(503, b"<html>unavailable</html>", {"Content-Type": "text/html"})


def unsent() -> requests.ConnectionError:
    refused = ConnectionRefusedError(111, "refused")
    below = urllib3.exceptions.NewConnectionError(None, "x")  # type: ignore[arg-type]
    below.__cause__ = refused
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", below))  # type: ignore[arg-type]


def cut() -> requests.ConnectionError:
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("aborted", ConnectionResetError()))


@pytest.mark.parametrize(
    "trouble",
    [RATE, DOWN, Reply(408), Reply(500), Reply(502, b""), Reply(504), cut(), requests.ReadTimeout(),
     unsent(), Reply(200, b"<html>sign in</html>"), Reply(200, b'{"replies": [')],
)  # fmt: skip
def test_a_read_is_asked_again_after_whatever_passes(trouble: Reply | Exception) -> None:
    client, script, time = google(trouble, Reply(body={"spreadsheetId": SHEET}))
    assert client.get(SHEET, "spreadsheetId") == {"spreadsheetId": SHEET}
    assert len(script.asked) == 2
    assert time.slept == [1.0]
    assert (client.calls.reads, client.calls.retries, client.calls.waited_s) == (2, 1, 1.0)


@pytest.mark.parametrize(
    "trouble",
    [DOWN, Reply(408), Reply(500), Reply(502, b""), Reply(504), cut(), requests.ReadTimeout(),
     Reply(200, b"<html>sign in</html>")],
)  # fmt: skip
def test_a_change_that_must_not_be_made_twice_is_not_sent_again(trouble: Reply | Exception) -> None:
    client, script, time = google(trouble)
    with pytest.raises(SheetUnanswered, match=SHEET):
        client.batch_update(SHEET, WRITE, once=True)
    assert len(script.asked) == 1
    assert time.slept == []


@pytest.mark.parametrize(
    "trouble",
    [RATE, unsent(), requests.ConnectTimeout(),
     refusal(403, "", errors=[{"domain": "usageLimits", "reason": "userRateLimitExceeded"}])],
)  # fmt: skip
def test_a_change_that_google_did_nothing_of_is_sent_again(trouble: Reply | Exception) -> None:
    client, script, _ = google(trouble, Reply(body={"replies": [{}]}))
    assert client.batch_update(SHEET, WRITE, once=True) == {"replies": [{}]}
    assert len(script.asked) == 2


def test_a_change_that_may_be_made_twice_is_sent_again() -> None:
    client, script, _ = google(DOWN, requests.ReadTimeout(), Reply(body={"replies": []}))
    assert client.batch_update(SHEET, WRITE, once=False) == {"replies": []}
    assert script.bodies() == [{"requests": WRITE}] * 3


def test_waiting_doubles_up_to_a_ceiling_and_ends_with_the_time() -> None:
    client, _, time = google(*[RATE] * 20)
    with pytest.raises(QuotaSpent, match="ReadRequestsPerMinutePerUser"):
        client.get(SHEET, "spreadsheetId")
    assert time.slept == [1, 2, 4, 8, 16, 32, 32]
    assert sum(time.slept) <= 120


def test_chance_spreads_the_waiting_from_nothing_up() -> None:
    client, _, time = google(RATE, RATE, Reply(), random=iter([0.0, 0.25]).__next__)
    client.get(SHEET, "spreadsheetId")
    assert time.slept == [0.0, 0.5]


@pytest.mark.parametrize(
    "headers",
    [{"Retry-After": "40"},
     {"Retry-After": "Fri, 27 Nov 2026 10:00:40 GMT", "Date": "Fri, 27 Nov 2026 10:00:00 GMT"}],
)  # fmt: skip
def test_google_is_not_asked_again_before_it_wants_to_be(headers: dict[str, str]) -> None:
    client, _, time = google(Reply(429, {"error": {"code": 429}}, headers), Reply())
    client.get(SHEET, "spreadsheetId")
    assert time.slept == [40.0]


def test_who_would_have_to_wait_past_the_deadline_is_told_at_once() -> None:
    client, script, time = google(Reply(429, {"error": {"code": 429}}, {"Retry-After": "3600"}))
    with pytest.raises(QuotaSpent) as caught:
        client.get(SHEET, "spreadsheetId")
    assert caught.value.retry_after_s == 3600
    assert (len(script.asked), time.slept) == (1, [])


def test_no_network_is_told_within_seconds() -> None:
    client, script, time = google(*[unsent() for _ in range(20)])
    with pytest.raises(GoogleUnreachable, match=r"nobody listens there \(5 tries\)"):
        client.get(SHEET, "spreadsheetId")
    assert len(script.asked) == 5
    assert sum(time.slept) == 15


def test_a_sign_in_page_of_the_network_is_told_within_seconds() -> None:
    client, script, _ = google(*[Reply(200, b"<html>sign in</html>")] * 20)
    with pytest.raises(AnswerUnreadable, match="not JSON"):
        client.get(SHEET, "spreadsheetId")
    assert len(script.asked) == 3


def test_a_redirect_is_not_followed() -> None:
    client, script, _ = google(Reply(302, b"", {"Location": "https://elsewhere.example/"}))
    with pytest.raises(AnswerUnreadable, match="HTTP 302"):
        client.get(SHEET, "spreadsheetId")
    assert len(script.asked) == 1


def test_an_answer_that_drips_is_given_up() -> None:
    client, _, time = google(Reply(200, {"replies": []}, piece_s=50.0))
    with pytest.raises(SheetUnanswered, match="in time"):
        client.batch_update(SHEET, WRITE, once=True)
    assert time.now - 1000 < 200


def test_a_slow_read_gets_a_second_chance_within_the_deadline() -> None:
    client, script, _ = google(Reply(200, {"a": 1}, takes_s=70.0), Reply(200, {"a": 2}, takes_s=5.0))
    assert client.get(SHEET, "a") == {"a": 2}
    assert script.timeouts == [(10.0, 60.0), (10.0, pytest.approx(49.0))]


def test_a_refused_change_names_its_place_and_is_not_sent_again() -> None:
    words = "Invalid requests[3].deleteNamedRange: No named range with id: tok_7"
    client, script, _ = google(refusal(400, "INVALID_ARGUMENT", words))
    with pytest.raises(GoogleRefused) as caught:
        client.batch_update(SHEET, WRITE, once=False)
    found = caught.value
    assert (found.request, found.kind, found.status) == (3, "deleteNamedRange", "INVALID_ARGUMENT")
    assert not isinstance(found, CellProtected)
    assert len(script.asked) == 1


def test_a_token_that_ran_out_is_renewed_once() -> None:
    passport = Passport()
    client, script, _ = google(
        Reply(401, {"error": {"code": 401}}), Reply(body={"a": 1}), credentials=passport
    )
    assert client.batch_update(SHEET, WRITE, once=True) == {"a": 1}
    assert passport.renewals == 1
    assert [one.headers["Authorization"] for one in script.asked] == [
        "Bearer ya29.secret-0", "Bearer ya29.secret-1",
    ]  # fmt: skip


def test_credentials_that_google_refuses_twice_are_refused() -> None:
    passport = Passport()
    client, _, _ = google(*[Reply(401, {"error": {"code": 401}})] * 2, credentials=passport)
    with pytest.raises(CredentialsRefused, match=EMAIL):
        client.get(SHEET, "a")
    assert passport.renewals == 1


def test_a_sign_in_that_google_refuses_says_why_without_repeating_google() -> None:
    words = ("invalid_grant: secret ya29.x", {"error": "invalid_grant", "error_description": "ya29.x"})
    passport = Passport(RefreshError(*words), is_fresh=False)  # type: ignore[no-untyped-call]
    client, script, _ = google(credentials=passport)
    with pytest.raises(CredentialsRefused, match="withdrawn") as caught:
        client.get(SHEET, "a")
    assert "ya29" not in "".join(traceback.format_exception(caught.value))
    assert script.asked == []


def test_a_sign_in_that_does_not_come_through_is_tried_again_even_for_what_is_sent_once() -> None:
    away = TransportError("no way")  # type: ignore[no-untyped-call]
    away.__cause__ = unsent()
    later = RefreshError("later", retryable=True)  # type: ignore[no-untyped-call]
    passport = Passport(away, later, is_fresh=False)
    client, script, _ = google(Reply(body={"replies": []}), credentials=passport)
    assert client.batch_update(SHEET, WRITE, once=True) == {"replies": []}
    assert passport.renewals == 3
    assert len(script.asked) == 1


def test_a_netrc_file_does_not_sign_for_google(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / ".netrc").write_text("default login me password hush\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    client, script, _ = google(Reply(), credentials=Passport())
    client.get(SHEET, "a")
    assert script.asked[0].headers["Authorization"] == "Bearer ya29.secret-0"


def test_what_is_sent_is_short_and_says_that_it_reads_gzip() -> None:
    client, script, _ = google(Reply(body={"replies": []}))
    client.batch_update(SHEET, WRITE, once=True)
    asked = script.asked[0]
    assert asked.body == '{"requests":[{"addSheet":{"properties":{"title":"工单"}}}]}'.encode()
    assert asked.headers["Accept-Encoding"] == "gzip"
    assert "gzip" in asked.headers["User-Agent"]
    assert "Content-Encoding" not in asked.headers
    assert client.calls.sent_bytes == len(asked.body)


def test_a_large_body_is_sent_compressed_and_counted_as_it_went() -> None:
    requests_ = [{"addSheet": {"properties": {"title": "x" * 40_000}}}]
    client, script, _ = google(Reply(), Reply(), gzip_from_bytes=32_768)
    client.batch_update(SHEET, requests_, once=True)
    assert script.asked[0].headers["Content-Encoding"] == "gzip"
    assert script.bodies() == [{"requests": requests_}]
    body = script.asked[0].body
    assert isinstance(body, bytes)
    assert client.calls.sent_bytes == len(body) < 1000
    plain, asked, _ = google(Reply(), gzip_from_bytes=None)
    plain.batch_update(SHEET, requests_, once=True)
    assert "Content-Encoding" not in asked.asked[0].headers


def test_an_answer_that_is_compressed_is_read_and_counted_as_it_came() -> None:
    facts = {"a": "x" * 10_000}
    client, _, _ = google(Reply(200, facts, {"Content-Encoding": "gzip"}))
    assert client.get(SHEET, "a") == facts
    assert 0 < client.calls.received_bytes < 1000


def test_a_number_that_json_cannot_say_is_refused_before_anything_is_sent() -> None:
    client, script, _ = google()
    with pytest.raises(GoogleRefused, match="not finite"):
        client.batch_update(SHEET, [{"x": float("nan")}], once=True)
    assert script.asked == []


def test_half_a_surrogate_pair_is_sent_as_an_escape() -> None:
    client, script, _ = google(Reply())
    client.batch_update(SHEET, [{"x": "\ud83d"}], once=True)
    assert script.bodies() == [{"requests": [{"x": "\ud83d"}]}]


def test_an_answer_that_was_cut_short_is_asked_for_again() -> None:
    cut_short = Reply(200, gzip.compress(b'{"a": "b"}')[:-9], {"Content-Encoding": "x-gzip"})
    client, script, _ = google(cut_short, Reply(200, {"a": "c"}))
    assert client.get(SHEET, "a") == {"a": "c"}
    assert len(script.asked) == 2


def test_no_white_space_is_asked_for() -> None:
    client, script, _ = google(*[Reply()] * 4)
    client.get(SHEET, "a")
    client.read(SHEET, "a")
    client.batch_update(SHEET, WRITE, once=True)
    client.batch_update_echoed(SHEET, WRITE, Echo("a"))
    assert all("prettyPrint=false" in (request.url or "") for request in script.asked)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>sign in</html>", b"[]", b"", b'{"sheets": 1}', b'{"spreadsheetId": "\xff"}',
        b'{"spreadsheetId": "\\ud800"}', b'{"sheets": [{"merges": [{"startRowIndex": NaN}]}]}',
        b'{"sheets": [{"properties": {"sheetId": "1"}}]}', b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_not_read_as_one(body: bytes) -> None:
    client, script, _ = google(*[Reply(200, body)] * 3)
    with pytest.raises(AnswerUnreadable, match="not JSON"):
        client.read(SHEET, "sheets")
    assert len(script.asked) == 3
    client, script, _ = google(Reply(200, b'{"updatedSpreadsheet": ' + body + b"}"))
    with pytest.raises(SheetUnanswered):
        client.batch_update_echoed(SHEET, WRITE, Echo("sheets"))
    assert len(script.asked) == 1


def test_a_batch_asks_for_the_sheet_after_it_cut_to_what_is_wanted() -> None:
    client, script, _ = google(Reply(body={"replies": [], "updatedSpreadsheet": {}}))
    found = client.batch_update_echoed(SHEET, WRITE, Echo("sheets.data.rowData", ("Tickets!A1:B9",)))
    assert found == Spreadsheet()
    assert "fields=updatedSpreadsheet%28sheets.data.rowData%29" in (script.asked[0].url or "")
    assert script.bodies()[0] == {
        "requests": WRITE, "includeSpreadsheetInResponse": True, "responseIncludeGridData": True,
        "responseRanges": ["Tickets!A1:B9"],
    }  # fmt: skip


def test_a_spreadsheets_id_leads_nowhere_else() -> None:
    client, script, _ = google(Reply())
    client.get("../../drive/v3/files?x=", "a")
    assert (script.asked[0].url or "").startswith(
        "https://sheets.googleapis.com/v4/spreadsheets/..%2F..%2Fdrive%2Fv3%2Ffiles%3Fx%3D?"
    )


def test_files_are_made_shared_looked_at_and_thrown_away() -> None:
    page = {"permissions": [{"id": "1"}], "nextPageToken": "t"}
    client, script, _ = google(
        Reply(body={"spreadsheetId": SHEET}), Reply(body={"id": "1"}), Reply(body=page),
        Reply(body={"permissions": [{"id": "2"}]}), Reply(body={"version": "7"}), Reply(204, b""),
    )  # fmt: skip
    assert client.create("Desk", "zh_CN", "Asia/Shanghai", [{"title": "工单"}]) == SHEET
    client.share(SHEET, "a@example.org", "writer")
    assert client.permissions(SHEET) == [{"id": "1"}, {"id": "2"}]
    assert client.version(SHEET) == "7"
    client.delete(SHEET)
    assert [one.method for one in script.asked] == ["POST", "POST", "GET", "GET", "GET", "DELETE"]
    assert script.bodies()[0] == {
        "properties": {"title": "Desk", "locale": "zh_CN", "timeZone": "Asia/Shanghai"},
        "sheets": [{"properties": {"title": "工单"}}],
    }  # fmt: skip
    assert "sendNotificationEmail=false" in (script.asked[1].url or "")
    assert "pageToken=t" in (script.asked[3].url or "")
    assert (client.calls.reads, client.calls.writes, client.calls.drive) == (0, 1, 5)


def test_a_spreadsheet_that_may_have_been_made_is_not_made_again() -> None:
    client, script, _ = google(DOWN)
    with pytest.raises(SheetUnanswered, match="Desk"):
        client.create("Desk", "en_US", "Etc/UTC")
    assert len(script.asked) == 1


def test_a_letter_is_not_sent_twice_but_a_permission_without_one_is() -> None:
    client, _, _ = google(DOWN)
    with pytest.raises(SheetUnanswered):
        client.share(SHEET, "a@example.org", "reader", notify=True)
    client, script, _ = google(DOWN, Reply())
    client.share(SHEET, "a@example.org", "reader")
    assert len(script.asked) == 2


def test_an_answer_without_what_was_asked_for_is_not_googles() -> None:
    client, _, _ = google(Reply())
    with pytest.raises(AnswerUnreadable, match="version"):
        client.version(SHEET)


def test_reads_keep_to_the_quota_and_drive_has_none() -> None:
    client, _, time = google(*[Reply(body={"version": "1"})] * 70, buckets=Buckets(user=5))
    for _ in range(12):
        client.get(SHEET, "a")
    assert time.slept == [60.0, 60.0]
    for _ in range(20):
        client.version(SHEET)
    assert time.slept == [60.0, 60.0]


def test_who_would_wait_for_the_quota_past_the_deadline_is_told_at_once() -> None:
    client, script, time = google(Reply(), buckets=Buckets(user=1), deadline_s=30.0)
    client.get(SHEET, "a")
    with pytest.raises(QuotaSpent, match="reads in a minute"):
        client.get(SHEET, "a")
    assert (len(script.asked), time.slept) == (1, [])


def test_gspreads_own_calls_have_the_same_care() -> None:
    client, script, _ = google(DOWN, Reply(body={"replies": []}), DOWN)
    sender = client._http
    assert sender.spreadsheets_get(SHEET) == {"replies": []}
    with pytest.raises(SheetUnanswered, match=SHEET):
        sender.batch_update(SHEET, {"requests": WRITE})
    assert len(script.asked) == 3


class Noted:
    """A lock that says when somebody found it held."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.was_held = threading.Event()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        got = self._lock.acquire(blocking, timeout)
        if not got:
            self.was_held.set()
        return got

    def release(self) -> None:
        self._lock.release()


def test_a_spreadsheet_is_asked_one_thing_at_a_time_a_second_apart() -> None:
    client, script, time = google(*[Reply()] * 3)
    inside, go_on = threading.Event(), threading.Event()
    lock = client._http._turns._locks[SHEET] = Noted()  # type: ignore[assignment]
    usual = script.send
    at_once: list[int] = []
    busy = [0]

    def slow(request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        busy[0] += 1
        at_once.append(busy[0])
        inside.set()
        assert go_on.wait(10)
        busy[0] -= 1
        return usual(request, *args, **options)

    script.send = slow  # type: ignore[method-assign]
    first = threading.Thread(target=client.get, args=(SHEET, "a"))
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=client.get, args=(SHEET, "a"))
    second.start()
    assert lock.was_held.wait(10)
    assert at_once == [1]
    go_on.set()
    first.join(10)
    second.join(10)
    assert at_once == [1, 1]
    assert time.slept == [1.0]


SECRETS = ("ya29.secret", "PRIVATE KEY", "hush-hush", "project-1234567890", "555555555555")


@pytest.mark.parametrize(
    "step",
    [
        refusal(
            400,
            "INVALID_ARGUMENT",
            "project-1234567890 Bearer ya29.secret-0 -----BEGIN PRIVATE KEY-----\nhush-hush",
        ),
        refusal(400, "FAILED_PRECONDITION", "token ya29.secret-9 of project number 555555555555"),
        refusal(403, "PERMISSION_DENIED", "x"),
        requests.ConnectionError("https://x/?access_token=ya29.secret-0 hush-hush"),
        Reply(403, b"ya29.secret-0 hush-hush"),
        Reply(500, b"ya29.secret-0"),
    ],
)
def test_nothing_secret_is_told_logged_or_shown(step: Reply | Exception) -> None:
    seen = io.StringIO()
    handler = logging.StreamHandler(seen)
    logging.getLogger().addHandler(handler)
    try:
        client, _, _ = google(*[step] * 9, credentials=Passport())
        with pytest.raises(GoogleError) as caught:
            client.batch_update(SHEET, WRITE, once=True)
    finally:
        logging.getLogger().removeHandler(handler)
    found = caught.value
    told = [
        seen.getvalue(), repr(client), repr(client._http), repr(client._http._transport), repr(client.calls),
        found.say("en"), found.say("zh"), repr(found), json.dumps(found.facts, default=str),
        "".join(traceback.format_exception(found)),
    ]  # fmt: skip
    assert [(secret, text) for secret in SECRETS for text in told if secret in text] == []


def test_time_that_stands_still_moves_by_sleeping_alone() -> None:
    time = Time()
    time.sleep(2)
    assert time() == 1002
