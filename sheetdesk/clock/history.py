"""What a ticket went through, as far as its clocks care: statuses, policies, responses and updates.

When a change in a sheet happened is known only as an interval, from the reading before it to the one
that showed it. `Change.at` is the one place that says which moment counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sheetdesk.columns.base import Meaning

__all__ = ["Change", "TicketHistory", "in_order"]

Value = TypeVar("Value")


@dataclass(frozen=True)
class Change(Generic[Value]):
    """From some moment on the ticket has this value; `seen_from` and `seen_to` bound the moment.

    `typed` is the time that a person gave for it, where one did.
    """

    value: Value
    seen_from: datetime
    seen_to: datetime
    typed: datetime | None = None

    @property
    def at(self) -> datetime:
        """The moment that counts: what a person typed; else the later end, the first reading that showed it.

        The later end is what can be proved, and it is the same for every ticket of a reading. It favours
        neither side: a resolution counts a little late, and so does the end of a pause.
        """
        return self.seen_to if self.typed is None else self.typed


@dataclass(frozen=True)
class TicketHistory:
    """One ticket's changes, each list in order; a ticket is new from `created` to its first status.

    `policies` are keys of the desk's SlaPolicies ("" is none): the first holds from creation.
    `first_response` is None until it happens. `updates` are what counts as keeping the requester
    informed; the first response is one by itself.
    """

    id: str
    created: datetime
    statuses: tuple[Change[Meaning], ...] = ()
    policies: tuple[Change[str], ...] = ()
    first_response: datetime | None = None
    updates: tuple[datetime, ...] = ()

    def until(self, moment: datetime) -> TicketHistory:
        """What had happened by a moment."""
        return TicketHistory(
            self.id,
            self.created,
            tuple(change for change in self.statuses if change.at <= moment),
            (*self.policies[:1], *(change for change in self.policies[1:] if change.at <= moment)),
            self.first_response if self.first_response and self.first_response <= moment else None,
            tuple(update for update in self.updates if update <= moment),
        )


def in_order(changes: Iterable[Change[Value]]) -> tuple[Change[Value], ...]:
    """The changes of one ticket, given as they were seen, with moments that never run back.

    Where a person typed an earlier time for a change, what was seen before it happened by then too.
    """
    made: list[Change[Value]] = []
    for change in reversed(list(changes)):
        if made and made[-1].at < change.at:
            change = Change(change.value, change.seen_from, change.seen_to, made[-1].at)
        made.append(change)
    return tuple(reversed(made))
