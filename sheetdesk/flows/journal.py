"""The journal as people ask for it: what was changed, which runs there were, whether all of it holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetdesk.desk.desk import TableSpec
from sheetdesk.desk.durations import parse_duration
from sheetdesk.errors import AddresseeUnknown, HeadUnreadable, near
from sheetdesk.flows.addressing import called
from sheetdesk.flows.opening import TABLES, OpenDesk
from sheetdesk.store.audit import Audit, Head
from sheetdesk.table.change import Entry

__all__ = ["Run", "keep_head", "moment_of", "read_heads", "read_log", "read_runs", "send_head", "verify"]


@dataclass(frozen=True)
class Run:
    """One run: when it last committed, who and why, how many entries the journal has of it."""

    run: str
    moment: datetime
    by: str
    why: str
    count: int


def moment_of(text: str, now: datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The moment that `2026-03-31 14:30` in the desk's zone, a day, or an age such as `2h` names.

    A day is its beginning, or its end for `is_end`. Raises ValueError.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return now - timedelta(hours=parse_duration(text).hours)
    is_day = len(text.strip()) == len("2026-03-31")
    if is_end and is_day:
        found = datetime.combine(found, time.max)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _specs(opened: OpenDesk, table: str = "") -> list[TableSpec]:
    keys = (table,) if table else ("tickets", *TABLES)
    return [opened.desk.table(key) for key in keys]


def read_log(
    opened: OpenDesk,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    by: str = "",
    table: str = "",
    run: str = "",
    limit: int | None = None,
) -> list[Entry]:
    """The entries in order; `by` is a part of who it was, `limit` keeps the last ones.

    Of an entry whose moment is known as an interval, any part may lie between `since` and `until`.
    """
    entries = [
        entry
        for entry in opened.store.entries(_specs(opened, table), run=run)
        if _lies_between(entry.seen_from, entry.seen_to, since, until)
        and by.casefold() in entry.by.casefold()
    ]
    return entries if limit is None else entries[max(len(entries) - limit, 0) :]


def _lies_between(first: datetime, last: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or last >= since) and (until is None or first <= until)


def read_runs(
    opened: OpenDesk,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    by: str = "",
    limit: int | None = None,
) -> list[Run]:
    """The runs in the order of their first commit; those that changed no row, too."""
    with opened.store.snapshot() as store:
        commits = store.commits()
        # An old store's journal knows the runs, but not the commits.
        untold = commits[0].last_entry if commits and not commits[0].run else 0
        early = [e for e in store.entries(_specs(opened)) if e.number <= untold] if untold else []
    runs: dict[str, Run] = {}
    found = [Run(e.run, e.seen_to, e.by, e.why, 1) for e in early]
    found += [Run(c.run, c.moment, c.by, c.why, c.count) for c in commits if c.run]
    for one in found:
        before = runs.get(one.run)
        count = one.count + (before.count if before else 0)
        runs[one.run] = Run(one.run, one.moment, one.by, one.why, count)
    kept = [
        one
        for one in runs.values()
        if _lies_between(one.moment, one.moment, since, until) and by.casefold() in one.by.casefold()
    ]
    return kept if limit is None else kept[max(len(kept) - limit, 0) :]


def verify(opened: OpenDesk, heads: Sequence[Head] = ()) -> Audit:
    """Whether the journal is whole, all tables are what it says, and the heads lie on its chain."""
    return opened.store.audit(_specs(opened), heads)


def keep_head(opened: OpenDesk, path: Path, now: datetime) -> Head:
    """Append the journal's head to a file, as a line `number, digest, moment, lineage`, safe on its disk."""
    head = opened.store.head()
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(head, now) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return head


def send_head(opened: OpenDesk, whom: Sequence[str], now: datetime) -> Head:
    """Leave the journal's head in the outbox, for roles, people, channels (`channel:KEY`) and addresses; the
    same head goes to each once. Raises AddresseeUnknown.
    """
    desk, head = opened.desk, opened.store.head()
    to = called(desk, whom)
    # Who stands in the desk's file alone is in no row of the team yet.
    team = {*opened.store.table(desk.table("people")).frame.index, *(person.name for person in desk.people)}
    known = {"person": team, "channel": {one.key for one in desk.channels}}
    for kind, key in to:
        if key not in known.get(kind, (key,)):
            raise AddresseeUnknown(key, near(key, known[kind]))
    facts = {"count": str(head.number), "text": _line(head, now)}
    notices = {
        f"head|{head.number}|{head.digest}|{kind}:{key}": {
            "rule": "head", "title": desk.name, "ticket": "", "about": "head", "urgent": False,
            "to": {"kind": kind, "key": key}, "facts": facts,
        }
        for kind, key in to
    }  # fmt: skip
    opened.store.outbox.keep(notices, now)
    return head


def _line(head: Head, now: datetime) -> str:
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    return f"{head.number}, {head.digest}, {moment}, {head.lineage}"


def read_heads(path: Path) -> list[Head]:
    """The heads in a file that `keep_head` wrote, oldest first. Raises HeadUnreadable."""
    heads = []
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise HeadUnreadable(path=path, line=1) from error
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(",")]
        if len(parts) != 4 or not parts[0].isascii() or not parts[0].isdigit():
            raise HeadUnreadable(path=path, line=place)
        heads.append(Head(int(parts[0]), parts[1].lower(), parts[3]))
    if not heads:
        raise HeadUnreadable(path=path, line=1)
    return heads
