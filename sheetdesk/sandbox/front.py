"""A sandbox as a server offers it: quotas and faults before it, one request at a time, with a log."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.faults import Fault, Faulty
from sheetdesk.sandbox.handle import Answer, Sandbox
from sheetdesk.sandbox.page import EDITOR, View, listed, requests_of
from sheetdesk.sandbox.people import ACTS, Person
from sheetdesk.sandbox.quota import Limited
from sheetdesk.sandbox.schema import document

__all__ = ["Clock", "Front", "Refused"]

LOGGED = 1_000


class Refused(ValueError):
    """What was asked of the page or of a test route cannot be done."""


class Clock:
    """The machine's time, and what tests have added to it."""

    def __init__(self, machine: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.machine = machine
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return self.machine() + self.ahead


class Front:
    """Everything a server does but HTTP. `lock` is held for each request, so that they come in turn.

    Requests are checked as at Google where its discovery documents are installed.
    """

    def __init__(
        self, *, clock: Clock | None = None, seed: int | None = None, has_quotas: bool = False
    ) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.has_quotas = has_quotas
        self.lock = threading.RLock()
        self.log: deque[Json] = deque(maxlen=LOGGED)
        self.reset()

    def reset(self) -> None:
        """Begin anew: no files, no faults, the machine's time."""
        with self.lock:
            self.clock.ahead = timedelta()
            self.log.clear()
            rng = random.Random(self.seed)
            self.sandbox = Sandbox(now=self.clock, rng=rng, document=document("sheets"))
            self.limited = Limited(self.sandbox, self.clock)
            self.faulty = Faulty(self.limited if self.has_quotas else self.sandbox, random.Random(self.seed))

    @property
    def changes(self) -> int:
        """A number that differs whenever some file has been changed."""
        return len(self.sandbox.drive.journal)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request to one of Google's APIs. Raises TimedOut and Cut for faults."""
        with self.lock:
            entry: Json = {"method": method, "url": url, "status": None}
            self.log.append(entry)
            answer = self.faulty.handle(method, url, headers, body)
            entry["status"] = answer.status
            return answer

    def files(self) -> list[Json]:
        """What the page lists."""
        with self.lock:
            return listed(self.sandbox.drive)

    def stretch(self, file_id: str, person: str, tab: int | None, start: int, count: int) -> Json:
        """What the page shows of a file. Raises Refused."""
        with self.lock:
            return self._view(file_id, person).stretch(tab, start, count)

    def act(self, wanted: Json) -> None:
        """Do what a person did on the page. Raises Refused with the reason to show them."""
        with self.lock:
            view = self._view(str(wanted.get("file")), str(wanted.get("person") or ""))
            if view.role not in ("writer", "owner"):
                raise Refused("Viewers may not edit.")
            requests = requests_of(view, wanted)
            if isinstance(requests, str):
                raise Refused(requests)
            refusal = Person(self.sandbox, view.file.id, view.person).tries(requests)
            if refusal:
                raise Refused(refusal)

    def _view(self, file_id: str, person: str) -> View:
        file = self.sandbox.drive.files.get(file_id)
        if file is None:
            raise Refused("This spreadsheet is no longer there.")
        return View(file, person or EDITOR, self.sandbox.shown(file.book))

    def test_route(self, method: str, name: str, wanted: Json) -> Json:
        """Answer one of the routes for tests. Raises Refused for an unknown one or senseless facts."""
        with self.lock:
            match method, name:
                case "POST", "reset":
                    self.reset()
                case "POST", "clock":
                    self.clock.ahead += timedelta(seconds=_number(wanted, "advance_s"))
                case "POST", "faults":
                    self._set_faults(wanted)
                case "POST", "deliver":
                    self.faulty.deliver()
                case "POST", "quotas":
                    self._set_quotas(wanted)
                case "POST", "people":
                    return {"done": self._people(wanted)}
                case "GET", ("clock" | "faults" | "log"):
                    pass
                case _:
                    raise Refused(f"No such route: {method} {name}")
            return {
                "now": self.clock().isoformat(),
                "faults": [asdict(fault) for fault in self.faulty.faults],
                "log": list(self.log) if name == "log" else [],
            }

    def _set_faults(self, wanted: Json) -> None:
        try:
            self.faulty.faults = [Fault(**facts) for facts in wanted.get("faults", ())]
        except (TypeError, ValueError) as error:
            raise Refused(str(error)) from error
        if "seed" in wanted:
            self.faulty.rng = random.Random(_number(wanted, "seed"))

    def _set_quotas(self, wanted: Json) -> None:
        has_quotas = bool(wanted.get("on", True))
        self.limited.per_user = int(_number(wanted, "per_user", self.limited.per_user))
        self.limited.per_project = int(_number(wanted, "per_project", self.limited.per_project))
        self.limited.spent.clear()
        self.faulty.inner = self.limited if has_quotas else self.sandbox

    def _people(self, wanted: Json) -> bool:
        act = ACTS.get(str(wanted.get("act")))
        if act is None or wanted.get("file") not in self.sandbox.drive.files:
            raise Refused("`act` must name an act and `file` a spreadsheet.")
        person = Person(self.sandbox, str(wanted["file"]), str(wanted.get("person") or EDITOR))
        try:
            return person.does(act, **wanted.get("facts", {}))
        except (TypeError, KeyError) as error:
            raise Refused(str(error)) from error


def _number(wanted: Json, name: str, default: float = 0) -> float:
    value = wanted.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"`{name}` must be a number.")
    return value
