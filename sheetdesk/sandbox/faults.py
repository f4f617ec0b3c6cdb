"""What goes wrong on the way to Google and back, on demand: quotas, server errors, time-outs, cut lines.

`Faulty` stands before a sandbox and answers as it does. A fault strikes before the request is applied,
after it, or lets it arrive late, when the caller has long given up.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

from sheetdesk.sandbox.handle import Answer

__all__ = ["KINDS", "Cut", "Fault", "Faulty", "Handles", "Kind", "TimedOut", "exhausted"]

Kind = Literal[
    "429", "500", "503", "503_after", "request_lost", "answer_lost", "late", "cut", "cut_after"
]  # fmt: skip

KINDS: tuple[Kind, ...] = get_args(Kind)

APPLIED: tuple[Kind, ...] = ("503_after", "answer_lost", "cut_after")
"""The kinds that strike when the request has been applied."""

INTERNAL = (500, "INTERNAL", "Internal error encountered.")
UNAVAILABLE = (503, "UNAVAILABLE", "The service is currently unavailable.")


class TimedOut(Exception):
    """The caller waited in vain for an answer."""


class Cut(Exception):
    """The connection broke."""


class Handles(Protocol):
    """Whatever answers requests: a sandbox, or one with faults before it."""

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


@dataclass
class Fault:
    """When something goes wrong: every condition that is given must hold.

    `nth` counts the requests that match `method` and `endpoint` from 1; `endpoint` is a part of the URL;
    `times` is how often it may strike, 0 for ever.
    """

    kind: Kind
    nth: int | None = None
    method: str | None = None
    endpoint: str = ""
    probability: float = 1.0
    times: int = 1
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}")

    def strikes(self, method: str, url: str, rng: random.Random) -> bool:
        """Whether it strikes this request; each request is asked about once."""
        if self.method not in (None, method) or self.endpoint not in url:
            return False
        self.seen += 1
        if self.times and self.struck >= self.times:
            return False
        if self.nth is not None and self.seen != self.nth:
            return False
        if self.probability < 1 and rng.random() >= self.probability:
            return False
        self.struck += 1
        return True


@dataclass
class Faulty:
    """A sandbox behind a bad line. `faults` are asked in order; the first that strikes is the one."""

    inner: Handles
    rng: random.Random
    faults: list[Fault] = field(default_factory=list)
    late: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The inner answer, or a fault's. Raises TimedOut and Cut in place of an answer."""
        self.deliver()
        struck = next((fault for fault in self.faults if fault.strikes(method, url, self.rng)), None)
        if struck is None:
            return self.inner.handle(method, url, headers, body)
        if struck.kind in APPLIED:
            self.inner.handle(method, url, headers, body)
        if struck.kind == "late":
            self.late.append((method, url, headers, body))
        match struck.kind:
            case "429":
                return exhausted("Read" if method == "GET" else "Write", "User", 60)
            case "500":
                return _refusal(*INTERNAL)
            case "503" | "503_after":
                return _refusal(*UNAVAILABLE)
            case "cut" | "cut_after":
                raise Cut
            case _:
                raise TimedOut

    def deliver(self) -> None:
        """Apply the requests that are still on their way; nobody hears their answers."""
        on_their_way, self.late = self.late, []
        for request in on_their_way:
            self.inner.handle(*request)


def exhausted(verb: str, per: str, limit: int) -> Answer:
    """The 429 that Google sends, which names the limit and says nothing of when to come back."""
    metric = f"{verb} requests"
    reason = f"{verb}RequestsPerMinutePer{per}"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute"
        f"{' per user' if per == 'User' else ''}' of service 'sheets.googleapis.com' "
        "for consumer 'project_number:0'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": "projects/0",
            "quota_metric": f"sheets.googleapis.com/{verb.lower()}_requests",
            "quota_limit": reason,
            "quota_limit_value": str(limit),
            "quota_location": "global",
        },
    }
    links = {
        "@type": "type.googleapis.com/google.rpc.Help",
        "links": [
            {
                "description": "Request a higher quota limit.",
                "url": "https://cloud.google.com/docs/quota#requesting_higher_quota",
            }
        ],
    }
    return _refusal(429, "RESOURCE_EXHAUSTED", message, [info, links])


def _refusal(code: int, status: str, message: str, details: list[Any] | None = None) -> Answer:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        error["details"] = details
    body = json.dumps({"error": error}, indent=2) + "\n"
    return Answer(code, {"Content-Type": "application/json; charset=UTF-8"}, body.encode())
