"""One sync's way to Google and back: it stops before and after each request, and things go wrong there."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sheetdesk.sandbox.faults import Cut, TimedOut, exhausted
from sheetdesk.sandbox.handle import Answer
from tests.storm.google.live import Live

__all__ = ["Line", "Wind"]

Request = tuple[str, str, Mapping[str, str], bytes]


@dataclass(frozen=True)
class Wind:
    """How often a request meets with an accident of each kind, and how often Drive tells an old version."""

    spent: float = 0.0
    lost: float = 0.0
    unanswered: float = 0.0
    late: float = 0.0
    stale: float = 0.0


@dataclass
class Line:
    """Carries the requests of one run. `late` are those that are still on their way when nobody waits."""

    live: Live
    chance: random.Random
    wind: Wind
    counts: Counter[str]
    late: list[Request]
    pause: Callable[[str], None]
    read: Callable[[str], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None
    versions: list[str] = field(default_factory=list)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The sandbox's answer, or that of an accident. Raises TimedOut, Cut."""
        where = _name(method, url)
        self.pause(f"before {where}")
        lot, wind = self.chance.random(), self.wind
        bounds = (wind.spent, wind.lost, wind.unanswered, wind.late if method == "POST" else 0.0)
        struck = -1
        for kind, bound in enumerate(bounds):
            if 0 <= lot < bound and struck < 0:
                struck = kind
            lot -= bound
        if struck == 0:
            self.counts["429"] += 1
            return exhausted("Read" if method == "GET" else "Write", "User", 60)
        if struck in (1, 3):
            self.counts["late" if struck == 3 else "lost requests"] += 1
            self.tell(f"{where} {'is on its way for long' if struck == 3 else 'is lost'}")
            if struck == 3:
                self.late.append((method, url, headers, body))
            raise TimedOut
        answer = self.deliver((method, url, headers, body))
        if struck == 2:
            self.counts["lost answers"] += 1
            self.tell(f"the answer to {where} is lost")
            self.pause(f"after {where}")
            raise Cut
        self.pause(f"after {where}")
        return answer

    def deliver(self, request: Request) -> Answer:
        """Let a request arrive: what it does is in the ledger."""
        method, url, headers, body = request
        live = self.live
        answer = live.sandbox.handle(method, url, headers, body)
        if answer.status != 200:
            self.tell(f"{_name(method, url)} is refused: {answer.body[:200]!r}")
            return answer
        if method in ("POST", "PUT"):
            changed = live.written()
            self.counts["writes"] += 1
            self.tell(f"{_name(method, url)} {f'makes {live.revision}' if changed else 'changes no ticket'}")
        elif "/v4/" in url:
            self.read(live.revision)
            self.counts["reads"] += 1
        elif "/drive/" in url:
            version = str(json.loads(answer.body).get("version", ""))
            if self.live.stale and self.chance.random() < self.wind.stale:
                version = self.chance.choice(self.live.stale)
                self.counts["stale versions"] += 1
                return Answer(200, answer.headers, json.dumps({"version": version}).encode())
            self.live.stale = [*self.live.stale[-2:], version]
        return answer


def _name(method: str, url: str) -> str:
    if "/drive/" in url:
        return "the version"
    path = url.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
    return f"{method} {path[-24:]}"
