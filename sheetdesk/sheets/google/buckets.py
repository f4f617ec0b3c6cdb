"""How often Google may be asked: so many calls in any minute, and one call at a time for a spreadsheet.

Google counts in minutes. A bucket that fills while it is emptied would let twice as many through in one
of them, so the last minute's calls are kept instead.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["MINUTE_S", "Bucket", "Buckets", "Turns"]

MINUTE_S = 60.0
SPACING_S = 1.0
KINDS = ("read", "write")


@dataclass
class Bucket:
    """At most `limit` calls in any `per_s` seconds."""

    limit: int
    per_s: float = MINUTE_S
    _taken: deque[float] = field(default_factory=deque, repr=False)

    def wait_s(self, now: float) -> float:
        """Seconds until one more call may be made; 0 when it may be made now."""
        while self._taken and self._taken[0] <= now - self.per_s:
            self._taken.popleft()
        if len(self._taken) < self.limit:
            return 0.0
        return self._taken[0] + self.per_s - now

    def take(self, now: float) -> None:
        self._taken.append(now)


class Buckets:
    """The quotas of reading and of writing, of one user and of its Google Cloud project.

    Those of one service account share it; those of one project share its two project buckets.
    """

    def __init__(self, *, user: int = 60, project: int = 300, beside: Buckets | None = None) -> None:
        self._lock = threading.Lock()
        self._project = {kind: Bucket(project) for kind in KINDS}
        self._user = {kind: Bucket(user) for kind in KINDS}
        if beside is not None:
            self._lock, self._project = beside._lock, beside._project

    def take(self, kind: str, now: float) -> float:
        """Take one call of a kind ("read", "write"; any other is free): 0.0, or else the seconds to wait
        before asking again, and nothing is taken.
        """
        if kind not in self._user:
            return 0.0
        with self._lock:
            both = (self._user[kind], self._project[kind])
            wait_s = max(bucket.wait_s(now) for bucket in both)
            if wait_s == 0.0:
                for bucket in both:
                    bucket.take(now)
            return wait_s


class Turns:
    """One call at a time for a spreadsheet; where several wait, they start a second apart at least."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._started: dict[str, float] = {}

    @contextmanager
    def turn(self, sheet: str, within_s: float) -> Iterator[bool]:
        """Hold a spreadsheet for one call; False when it did not come free within so many seconds."""
        if not sheet:
            yield True
            return
        with self._guard:
            lock = self._locks.setdefault(sheet, threading.Lock())
        if lock.acquire(blocking=False):
            waits_s = 0.0
        elif lock.acquire(timeout=max(within_s, 0.0)):
            waits_s = self._started[sheet] + SPACING_S - self._clock()
        else:
            yield False
            return
        try:
            if waits_s > 0:
                self._sleep(waits_s)
            self._started[sheet] = self._clock()
            yield True
        finally:
            lock.release()
