"""gspread's HTTP client with our patience: in turn, within the quota, and sent again only where that does
no harm.
"""

from __future__ import annotations

import io
import json as jsonlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import requests
from google.auth.credentials import Credentials
from gspread.http_client import FileType, HTTPClient, ParamsType

from sheetdesk.errors import (
    AnswerUnreadable,
    Cause,
    GoogleRefused,
    GoogleUnreachable,
    QuotaSpent,
    SheetUnanswered,
)
from sheetdesk.sheets.google.buckets import Buckets, Turns
from sheetdesk.sheets.google.compact import compact, listed
from sheetdesk.sheets.google.complaints import complaint, passing, said
from sheetdesk.sheets.google.retry import Trouble, backoff_s
from sheetdesk.sheets.google.transport import UNPACKING_ERROR, Answer, Call, Counts, Transport

__all__ = ["Sender"]

Found = TypeVar("Found")
Reading = Callable[[Iterable[bytes]], Found]
"""What makes something of the pieces of an answer. Raises ValueError."""

UNSENT_TRIES = 5
"""So often a network that is not there is asked; a person may be waiting for the answer."""

FOREIGN_TRIES = 3

PACES = {
    "read": Cause("reads in a minute", "每分钟的读取次数"),
    "write": Cause("writes in a minute", "每分钟的写入次数"),
    "drive": Cause("Drive requests in a minute", "每分钟的云端硬盘请求数"),
}
ONE_AT_A_TIME = Cause("one call at a time for a spreadsheet", "同一电子表格一次只能有一个请求")
NOT_JSON = Cause("its answer is not JSON", "应答不是 JSON")


class Sender(HTTPClient):
    """Sends calls until each is answered, fails for good, or its time is up."""

    def __init__(
        self, credentials: Credentials | None, session: requests.Session, *, clock: Callable[[], float],
        sleep: Callable[[float], None], random: Callable[[], float], deadline_s: float, buckets: Buckets,
        gzip_from_bytes: int | None,
    ) -> None:  # fmt: skip
        # With a session of its own, gspread leaves the signing to it.
        super().__init__(credentials, session)  # type: ignore[arg-type]
        self._transport = Transport(credentials, session, clock, gzip_from_bytes)
        self._clock, self._sleep, self._random = clock, sleep, random
        self._deadline_s = deadline_s
        self._buckets = buckets
        self._turns = Turns(clock, sleep)

    def __repr__(self) -> str:
        return f"Sender({self.account or 'no account'})"

    @property
    def account(self) -> str:
        """The address that spreadsheets are shared with; "" when it is not known."""
        return self._transport.account

    @property
    def counts(self) -> Counts:
        return self._transport.counts

    def request(
        self, method: str, endpoint: str, params: ParamsType | None = None, data: bytes | None = None,
        json: Mapping[str, Any] | None = None, files: FileType = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:  # fmt: skip
        """What gspread's own methods call: a POST is taken for one that must not be sent twice."""
        parts = endpoint.split("/spreadsheets/")
        sheet = parts[1].split("/")[0].split(":")[0] if len(parts) > 1 else ""
        kind = "drive" if "/drive/" in endpoint else "read" if method.upper() == "GET" else "write"
        body = data if json is None else _packed(json, sheet)
        once = method.upper() == "POST"
        answer, _ = self._in_turn(
            Call(method.upper(), endpoint, kind, sheet, once, params or {}, body), _facts_in
        )
        response = requests.Response()
        response.status_code, response.url = answer.status, endpoint
        response.headers.update(answer.headers)
        response.raw = io.BytesIO(answer.body)
        return response

    def ask(
        self, method: str, url: str, kind: str, sheet: str, params: Mapping[str, Any],
        facts: Mapping[str, Any] | None = None, *, once: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """What an answer holds, {} when nothing. Raises GoogleError."""
        return self.read(method, url, kind, sheet, params, _facts_in, facts, once=once)

    def read(
        self, method: str, url: str, kind: str, sheet: str, params: Mapping[str, Any],
        reading: Reading[Found], facts: Mapping[str, Any] | None = None, *, once: bool = False,
    ) -> Found:  # fmt: skip
        """What `reading` makes of an answer, of {} when it is empty. Raises GoogleError."""
        body = None if facts is None else _packed(facts, sheet)
        return self._in_turn(Call(method, url, kind, sheet, once, params, body), reading)[1]

    def _in_turn(self, call: Call, reading: Reading[Found]) -> tuple[Answer, Found]:
        until = self._clock() + self._deadline_s
        with self._turns.turn(call.sheet, self._deadline_s) as has_turn:
            if not has_turn:
                raise QuotaSpent(ONE_AT_A_TIME, round(self._deadline_s))
            return self._answered(call, reading, until)

    def _answered(self, call: Call, reading: Reading[Found], until: float) -> tuple[Answer, Found]:
        tries, is_signed_anew = 0, False
        while True:
            tries += 1
            self._queue(call, until)
            outcome: Answer | Trouble | None = self._transport.sign_in()
            if outcome is None:
                outcome = self._transport.attempt(call, until)
            if isinstance(outcome, Answer) and outcome.status == 401 and not is_signed_anew:
                is_signed_anew = True
                outcome = self._transport.sign_in(anew=True)
                if outcome is None:
                    continue
            if isinstance(outcome, Answer):
                found = self._meaning(call, reading, outcome)
                if not isinstance(found, Trouble):
                    return outcome, found
                outcome = found
            self._wait_or_fail(call, outcome, tries, until)

    def _meaning(self, call: Call, reading: Reading[Found], answer: Answer) -> Found | Trouble:
        """What an answer holds, or why to ask again. Raises GoogleError."""
        try:
            if 200 <= answer.status < 300:
                return reading((b"{}",) if answer.status == 204 else answer.pieces())
            words = said(answer.body)
        except UNPACKING_ERROR:
            return Trouble(Cause("its answer is not whole", "应答不完整"), is_sent=True)
        except (ValueError, RecursionError):
            return Trouble(NOT_JSON, is_sent=True, is_foreign=True)
        again = passing(answer.status, words, answer.headers)
        if again is not None:
            return again
        raise complaint(answer.status, words, call.sheet, self.account)

    def _queue(self, call: Call, until: float) -> None:
        """Wait for the quota's own pace."""
        while wait_s := self._buckets.take(call.kind, self._clock()):
            if self._clock() + wait_s >= until:
                raise QuotaSpent(PACES[call.kind], round(self._deadline_s), wait_s)
            self._pause(wait_s)

    def _wait_or_fail(self, call: Call, found: Trouble, tries: int, until: float) -> None:
        if found.is_sent and call.once:
            raise SheetUnanswered(sheet=call.sheet, reason=found.reason)
        wait_s = max(backoff_s(tries, self._random), found.retry_after_s or 0.0)
        is_pointless = (found.is_foreign and tries >= FOREIGN_TRIES) or (
            not found.is_sent and not found.quota and tries >= UNSENT_TRIES
        )
        if is_pointless or self._clock() + wait_s >= until:
            self._fail(found, tries, until)
        self.counts.retries += 1
        self._pause(wait_s)

    def _fail(self, found: Trouble, tries: int, until: float) -> NoReturn:
        if found.quota:
            waited_s = self._deadline_s - max(until - self._clock(), 0.0)
            raise QuotaSpent(found.quota, round(waited_s), found.retry_after_s)
        if found.is_foreign:
            raise AnswerUnreadable(reason=found.reason)
        raise GoogleUnreachable(reason=found.reason, tries=tries)

    def _pause(self, wait_s: float) -> None:
        self.counts.waited_s += wait_s
        self._sleep(wait_s)


def _facts_in(pieces: Iterable[bytes]) -> dict[str, Any]:
    found = jsonlib.loads(b"".join(pieces))
    if not isinstance(found, dict):
        raise ValueError(type(found).__name__)
    return found


def _packed(facts: Mapping[str, Any], sheet: str) -> bytes:
    """Facts as JSON; of requests there may be ten thousands, which are made while they are written."""
    rest = {name: fact for name, fact in facts.items() if name != "requests"}
    try:
        if len(rest) == len(facts):
            return compact(facts)
        more = b"," + compact(rest)[1:] if rest else b"}"
        return b"".join((b'{"requests":', *listed(facts["requests"]), more))
    except ValueError:
        raise GoogleRefused(sheet, Cause("a number in it is not finite", "其中有数字不是有限数")) from None
