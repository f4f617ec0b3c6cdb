"""What is still to be told: notices, committed with the changes that caused them and sent afterwards.

A notice's key says what it is about, so that the same one is never kept twice; it is sent at least once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sheetdesk.store import schema
from sheetdesk.table.plain import EPOCH

__all__ = ["add_notices", "mark_sent", "unsent"]


def add_notices(
    connection: sa.Connection, notices: Mapping[str, Mapping[str, Any]], moment: datetime
) -> None:
    """Keep notices by key, as JSON facts; those whose key was ever kept are left out."""
    outbox = schema.outbox
    keys = list(notices)
    known = set(connection.scalars(sa.select(outbox.c.key).where(outbox.c.key.in_(keys))))
    made = [
        {"key": key, "made_at": _micros(moment), "facts": json.dumps(facts, ensure_ascii=False)}
        for key, facts in notices.items()
        if key not in known
    ]
    if made:
        connection.execute(outbox.insert(), made)


def unsent(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """The notices that were not sent, the oldest first."""
    outbox = schema.outbox
    query = sa.select(outbox.c.key, outbox.c.facts).where(outbox.c.sent_at.is_(None))
    found = connection.execute(query.order_by(outbox.c.made_at, outbox.c.key))
    return {key: json.loads(facts) for key, facts in found}


def mark_sent(connection: sa.Connection, keys: Collection[str], moment: datetime) -> None:
    """These have been sent."""
    outbox = schema.outbox
    where = outbox.c.key.in_(list(keys)) & outbox.c.sent_at.is_(None)
    connection.execute(outbox.update().where(where).values(sent_at=_micros(moment)))


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
