"""Google's request quotas: reads and writes a minute, for each user and for the whole project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sheetdesk.sandbox.access import who
from sheetdesk.sandbox.faults import Handles, exhausted
from sheetdesk.sandbox.handle import Answer

__all__ = ["Limited", "sort_of"]

READS = (":getByDataFilter", ":batchGetByDataFilter", "developerMetadata:search")


def sort_of(method: str, url: str) -> str:
    """Whose quota a request spends: "read" or "write" of Sheets, or "drive"."""
    path = urlsplit(url).path
    if not path.startswith("/v4/"):
        return "drive"
    return "read" if method == "GET" or path.endswith(READS) else "write"


@dataclass
class Limited:
    """A sandbox with quotas before it. They begin anew with each minute of the clock.

    A batch counts once, a refused request not at all, and Drive, whose quota is far larger, never.
    """

    inner: Handles
    now: Callable[[], datetime]
    per_user: int = 60
    per_project: int = 300
    minute: datetime | None = None
    spent: Counter[tuple[str, str]] = field(default_factory=Counter)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The inner answer, or Google's 429 where a quota is used up."""
        sort = sort_of(method, url)
        if sort == "drive":
            return self.inner.handle(method, url, headers, body)
        minute = self.now().replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute = minute
            self.spent.clear()
        user, project = (sort, who(headers).email), (sort, "")
        if self.spent[user] >= self.per_user:
            return exhausted(sort.title(), "User", self.per_user)
        if self.spent[project] >= self.per_project:
            return exhausted(sort.title(), "Project", self.per_project)
        self.spent[user] += 1
        self.spent[project] += 1
        return self.inner.handle(method, url, headers, body)
