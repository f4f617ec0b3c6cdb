"""What keeps sheets from being synced, from run to run: since when, how often, and whether people know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sheetdesk.store import schema
from sheetdesk.store.outbox import add_notices
from sheetdesk.table.plain import micros_of, moment_at

__all__ = ["Decide", "Trouble", "Troubles"]


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble with a sheet, "" for the whole desk: seen `count` times since it last worked, and
    what was said of it last. `is_told`: a notice of it has been made.
    """

    sheet: str
    kind: str
    since: datetime
    count: int = 0
    is_told: bool = False
    why: str = ""


Decide = Callable[[Sequence[Trouble]], tuple[Sequence[Trouble], Mapping[str, Mapping[str, Any]]]]
"""Of the troubles that there were: those that there are, and the notices that are due, by key."""


@dataclass(frozen=True)
class Troubles:
    """The troubles of a desk, read and settled in transactions of their own."""

    reading: Callable[[], AbstractContextManager[sa.Connection]]
    writing: Callable[[], AbstractContextManager[sa.Connection]]

    def known(self) -> list[Trouble]:
        """Those there are, by sheet and kind."""
        with self.reading() as connection:
            return _read(connection)

    def settle(self, decide: Decide, moment: datetime) -> None:
        """Keep what is decided and the notices of it, all in one transaction: of two who find the same
        trouble at once only one makes a notice.
        """
        with self.writing() as connection:
            kept, notices = decide(_read(connection))
            connection.execute(schema.troubles.delete())
            made = [
                {
                    "sheet": one.sheet, "kind": one.kind, "since": micros_of(one.since), "count": one.count,
                    "is_told": one.is_told, "why": one.why,
                }
                for one in kept
            ]  # fmt: skip
            if made:
                connection.execute(schema.troubles.insert(), made)
            add_notices(connection, notices, moment)


def _read(connection: sa.Connection) -> list[Trouble]:
    c = schema.troubles.c
    found = connection.execute(sa.select(schema.troubles).order_by(c.sheet, c.kind))
    return [Trouble(row.sheet, row.kind, moment_at(row.since), row[3], row.is_told, row.why) for row in found]
