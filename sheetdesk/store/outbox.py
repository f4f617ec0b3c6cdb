"""What is still to be told: notices, committed with the changes that caused them and sent afterwards.

A notice's key says what it is about and whom it is for, so that the same one is never kept twice. Who
sends it claims it first, for a while: of two senders one gets it, and when that one dies it is free again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from sheetdesk.store import schema
from sheetdesk.table.plain import micros_of, moment_at

__all__ = ["KeptNotice", "Outbox", "add_notices"]

IN_ONE_QUERY = 500
State = Literal["waiting", "sent", "dead"]


@dataclass(frozen=True)
class KeptNotice:
    """A notice as it stands in the outbox. `settled_at`: when it was sent, or given up."""

    key: str
    made_at: datetime
    state: State
    attempts: int
    not_before: datetime
    settled_at: datetime | None
    error: str
    facts: Mapping[str, Any]


def add_notices(
    connection: sa.Connection, notices: Mapping[str, Mapping[str, Any]], moment: datetime
) -> None:
    """Keep notices by key, as JSON facts; those whose key was ever kept are left out."""
    known = _known(connection, notices)
    made = [
        {
            "key": key, "made_at": micros_of(moment), "state": "waiting", "attempts": 0, "not_before": 0,
            "claimed_until": 0, "error": "", "facts": json.dumps(facts, ensure_ascii=False),
        }
        for key, facts in notices.items()
        if key not in known
    ]  # fmt: skip
    if made:
        connection.execute(schema.notices.insert(), made)


@dataclass(frozen=True)
class Outbox:
    """The notices of a desk, read and settled in transactions of their own."""

    reading: Callable[[], AbstractContextManager[sa.Connection]]
    writing: Callable[[], AbstractContextManager[sa.Connection]]

    def notices(
        self, *states: State, limit: int | None = None, since: datetime | None = None
    ) -> list[KeptNotice]:
        """The notices in these states, or all, the oldest first; settled `since` then where given."""
        c = schema.notices.c
        query = sa.select(schema.notices).order_by(c.made_at, c.key).limit(limit)
        if states:
            query = query.where(c.state.in_(states))
        if since is not None:
            query = query.where(c.settled_at >= micros_of(since))
        with self.reading() as connection:
            return [_kept(row) for row in connection.execute(query)]

    def keep(self, notices: Mapping[str, Mapping[str, Any]], moment: datetime) -> None:
        """Keep notices that no change has caused; those whose key was ever kept are left out."""
        with self.writing() as connection:
            add_notices(connection, notices, moment)

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of the keys that were ever kept, whatever became of them."""
        with self.reading() as connection:
            return _known(connection, keys)

    def claim(self, now: datetime, until: datetime) -> list[KeptNotice]:
        """The notices that may be sent now, the oldest first; until then nobody else gets them."""
        c = schema.notices.c
        is_due = (
            (c.state == "waiting") & (c.not_before <= micros_of(now)) & (c.claimed_until <= micros_of(now))
        )
        query = sa.select(schema.notices).where(is_due).order_by(c.made_at, c.key)
        with self.writing() as connection:
            found = connection.execute(query).all()
            _update(connection, [row.key for row in found], claimed_until=micros_of(until))
        return [_kept(row) for row in found]

    def release(self, keys: Collection[str], not_before: datetime) -> None:
        """Claimed, and left for another time, from then on."""
        with self.writing() as connection:
            _update(connection, keys, claimed_until=0, not_before=micros_of(not_before))

    def settle(self, keys: Collection[str], state: State, moment: datetime, error: str = "") -> None:
        """These were sent, or are given up."""
        with self.writing() as connection:
            _update(
                connection, keys, state=state, settled_at=micros_of(moment), error=error, claimed_until=0,
                attempts=schema.notices.c.attempts + 1,
            )  # fmt: skip

    def put_off(self, keys: Collection[str], not_before: datetime, error: str) -> None:
        """Sending these failed; they are tried again from then on."""
        with self.writing() as connection:
            _update(
                connection, keys, not_before=micros_of(not_before), error=error, claimed_until=0,
                attempts=schema.notices.c.attempts + 1,
            )  # fmt: skip

    def revive(self, keys: Collection[str]) -> None:
        """Those of these that were given up are tried anew."""
        with self.writing() as connection:
            is_dead = schema.notices.c.state == "dead"
            _update(connection, keys, is_dead, state="waiting", attempts=0, not_before=0, settled_at=None)


def _known(connection: sa.Connection, keys: Collection[str]) -> set[str]:
    names = list(keys)
    known: set[str] = set()
    for start in range(0, len(names), IN_ONE_QUERY):
        key = schema.notices.c.key
        found = sa.select(key).where(key.in_(names[start : start + IN_ONE_QUERY]))
        known |= set(connection.scalars(found))
    return known


def _update(connection: sa.Connection, keys: Collection[str], where: Any = None, **values: Any) -> None:
    names = list(keys)
    for start in range(0, len(names), IN_ONE_QUERY):
        wanted = schema.notices.c.key.in_(names[start : start + IN_ONE_QUERY])
        query = schema.notices.update().where(wanted)
        connection.execute((query if where is None else query.where(where)).values(**values))


def _kept(row: Any) -> KeptNotice:
    settled = None if row.settled_at is None else moment_at(row.settled_at)
    return KeptNotice(
        row.key, moment_at(row.made_at), row.state, row.attempts, moment_at(row.not_before), settled,
        row.error, json.loads(row.facts),
    )  # fmt: skip
