"""What Google answers, as a script: a transport of `requests` that plays it, and time that stands still."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from google.auth.credentials import Credentials
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from sheetdesk.sheets.google.client import Google

SHEET = "1abcDEFghiJKLmnoPQRstuVWXyz0123456789-_ABCDEF"
EMAIL = "desk@project-1.iam.gserviceaccount.com"


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, wait_s: float) -> None:
        self.slept.append(wait_s)
        self.now += wait_s


@dataclass
class Reply:
    """One answer. `takes_s` pass before it, and `piece_s` before each of its pieces."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    takes_s: float = 0.0
    piece_s: float = 0.0


def refusal(status: int, word: str, message: str = "", **more: Any) -> Reply:
    return Reply(status, {"error": {"code": status, "message": message, "status": word, **more}})


def error_info(reason: str, **metadata: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return {"@type": kind, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


RATE = refusal(
    429, "RESOURCE_EXHAUSTED", "Quota exceeded",
    details=[error_info("RATE_LIMIT_EXCEEDED", quota_limit="ReadRequestsPerMinutePerUser")],
)  # fmt: skip
"""As one was recorded."""


class _Pieces(io.RawIOBase):
    """A body that comes piece by piece, while time goes by."""

    def __init__(self, body: bytes, time: Time, piece_s: float) -> None:
        super().__init__()
        self._body, self._time, self._piece_s = body, time, piece_s

    def read(self, size: int = -1) -> bytes:
        self._time.now += self._piece_s
        size = 1 if self._piece_s else len(self._body) if size is None or size < 0 else size
        part, self._body = self._body[:size], self._body[size:]
        if not part:
            self.close()
        return part

    def read1(self, size: int = -1) -> bytes:
        return self.read(size)


class Script(BaseAdapter):
    """Plays answers and errors in their order, and keeps what was asked."""

    def __init__(self, time: Time, *steps: Reply | Exception) -> None:
        super().__init__()
        self.time, self.steps = time, list(steps)
        self.asked: list[requests.PreparedRequest] = []
        self.timeouts: list[Any] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        self.asked.append(request)
        self.timeouts.append(options.get("timeout"))
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        self.time.now += step.takes_s
        body = step.body if isinstance(step.body, bytes) else json.dumps(step.body).encode()
        if step.headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body)
        response = requests.Response()
        response.status_code = step.status
        response.headers.update(step.headers)
        response.request, response.url = request, request.url or ""
        response.raw = HTTPResponse(
            _Pieces(body, self.time, step.piece_s), headers=dict(step.headers), status=step.status,
            preload_content=False, decode_content=False,
        )  # fmt: skip
        return response

    def close(self) -> None:
        return None

    def bodies(self) -> list[Any]:
        found = []
        for request in self.asked:
            body = request.body or b"null"
            assert isinstance(body, bytes)
            is_packed = request.headers.get("Content-Encoding") == "gzip"
            found.append(json.loads(gzip.decompress(body) if is_packed else body))
        return found


class Passport(Credentials):
    """Credentials that count how often they are renewed; `errors` are raised by the next renewals."""

    def __init__(self, *errors: Exception, email: str = EMAIL, is_fresh: bool = True) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.renewals, self.errors = 0, list(errors)
        self.service_account_email = email
        self.token = "ya29.secret-0" if is_fresh else None

    def refresh(self, request: Any) -> None:
        self.renewals += 1
        if self.errors:
            raise self.errors.pop(0)
        self.token = f"ya29.secret-{self.renewals}"


def google(
    *steps: Reply | Exception, credentials: Credentials | None = None, **options: Any
) -> tuple[Google, Script, Time]:
    """A client over a script, its clock still and its chance always the most it can be."""
    time = Time()
    script = Script(time, *steps)
    session = requests.Session()
    session.mount("https://", script)
    options = {"clock": time, "sleep": time.sleep, "random": lambda: 1.0, **options}
    return Google(session, credentials, **options), script, time
