"""Quotas: 60 reads and 60 writes a minute for a user, 300 each for the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from sheetdesk.sandbox.handle import Answer
from sheetdesk.sandbox.quota import Limited, sort_of

READ = ("GET", "https://sheets.googleapis.com/v4/spreadsheets/x/values/A1")
WRITE = ("POST", "https://sheets.googleapis.com/v4/spreadsheets/x:batchUpdate")
DRIVE = ("GET", "https://www.googleapis.com/drive/v3/files")


class Always:
    """Something that answers 200."""

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return Answer(200, {}, b"{}")


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limited(clock: Clock) -> Limited:
    return Limited(Always(), clock)


def send(limited: Limited, request: tuple[str, str], times: int, user: str = "ann") -> int:
    """How many of so many requests were let through."""
    headers = {"Authorization": f"Bearer role:{user}"}
    return sum(limited.handle(*request, headers, b"").status == 200 for _ in range(times))


def test_a_user_has_sixty_reads_and_sixty_writes_a_minute(limited: Limited, clock: Clock) -> None:
    assert send(limited, READ, 70) == 60
    assert send(limited, WRITE, 70) == 60
    assert send(limited, READ, 1, "bob") == 1
    clock.time += timedelta(seconds=39)
    assert send(limited, READ, 1) == 0
    clock.time += timedelta(seconds=1)
    assert send(limited, READ, 70) == 60


def test_a_project_has_three_hundred_whoever_asks(limited: Limited) -> None:
    assert sum(send(limited, READ, 60, f"user{number}") for number in range(6)) == 300
    assert send(limited, WRITE, 1) == 1


def test_drive_is_never_used_up(limited: Limited) -> None:
    assert send(limited, DRIVE, 400) == 400


@pytest.mark.parametrize(
    ("request_", "metric", "limit", "text"),
    [
        (READ, "sheets.googleapis.com/read_requests", "ReadRequestsPerMinutePerUser",
         "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' "
         "of service 'sheets.googleapis.com' for consumer 'project_number:0'."),
        (WRITE, "sheets.googleapis.com/write_requests", "WriteRequestsPerMinutePerUser",
         "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' "
         "of service 'sheets.googleapis.com' for consumer 'project_number:0'."),
    ],
)  # fmt: skip
def test_the_refusal_is_the_recorded_one(
    limited: Limited, request_: tuple[str, str], metric: str, limit: str, text: str
) -> None:
    send(limited, request_, 60)
    answer = limited.handle(*request_, {"authorization": "Bearer role:ann"}, b"")
    error = json.loads(answer.body)["error"]
    assert answer.status == 429
    assert set(answer.headers) == {"Content-Type"}
    assert (error["code"], error["status"], error["message"]) == (429, "RESOURCE_EXHAUSTED", text)
    assert error["details"][0] == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": "projects/0",
            "quota_metric": metric,
            "quota_limit": limit,
            "quota_limit_value": "60",
            "quota_location": "global",
        },
    }


@pytest.mark.parametrize(
    ("method", "path", "sort"),
    [
        ("GET", "/v4/spreadsheets/x", "read"),
        ("POST", "/v4/spreadsheets/x:getByDataFilter", "read"),
        ("POST", "/v4/spreadsheets/x/values:batchGetByDataFilter", "read"),
        ("POST", "/v4/spreadsheets/x/developerMetadata:search", "read"),
        ("POST", "/v4/spreadsheets/x/values/A1:append", "write"),
        ("POST", "/v4/spreadsheets/x/values:batchUpdateByDataFilter", "write"),
        ("PUT", "/v4/spreadsheets/x/values/A1", "write"),
        ("PUT", "/upload/drive/v2/files/x", "drive"),
    ],
)
def test_what_counts_as_a_read_and_what_as_a_write(method: str, path: str, sort: str) -> None:
    assert sort_of(method, f"https://sheets.googleapis.com{path}?fields=x") == sort
