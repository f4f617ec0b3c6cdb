"""Why a ticket went to somebody or to nobody: a value, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

from sheetdesk.locales.locale import Locale

__all__ = ["DROPS", "SHORT_CHARS", "Candidate", "Reason", "short_reason", "tell_reason"]

DROPS: Final = ("skill", "excluded", "absence", "shift", "share", "cap")
"""Why members are not considered, in the order in which it is asked: each counts under the first."""

SHORT_CHARS: Final = 120
"""How long a short reason gets at most."""

MOST_NAMES = 8


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a ticket: `score == load - skill - sticky - backup`, and the lowest wins.

    `load` is what the member would have with the ticket, by share of time; the others are bonuses.
    """

    name: str
    score: float
    load: float
    skill: float = 0.0
    sticky: float = 0.0
    backup: float = 0.0


@dataclass(frozen=True)
class Reason:
    """How one ticket was decided; `owner` "" is nobody.

    `eligible` is how many could take it, `best` up to three of them, the best first, and `dropped` the
    names of the others by one of DROPS, without empty ones. All are as they were when its turn came.
    `moved`: it then was passed on to `owner`, so that another ticket found room. `room_by` is the ticket
    that was passed on for this one.
    """

    ticket: str
    owner: str
    eligible: int
    dropped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    best: tuple[Candidate, ...] = ()
    moved: bool = False
    room_by: str = ""


def tell_reason(reason: Reason, locale: Locale) -> list[str]:
    """The decision in a line, then a line for each of the best and each way to be dropped."""

    def text(key: str, **facts: object) -> str:
        return locale.text(f"assign.{key}", **facts)

    dropped = [
        text(f"dropped_{why}", names=_names(reason.dropped[why], locale))
        for why in DROPS
        if why in reason.dropped
    ]
    if not reason.owner:
        return [text("nobody", ticket=reason.ticket, reasons=_why_nobody(reason, locale)), *dropped]
    if reason.moved:
        first = text("moved", ticket=reason.ticket, owner=reason.owner)
    elif reason.room_by:
        first = text("room", ticket=reason.ticket, owner=reason.owner, other=reason.room_by)
    else:
        first = text("owner", ticket=reason.ticket, owner=reason.owner, count=reason.eligible)
    scores = [
        text("score", place=place, name=one.name, score=f"{one.score:.2f}", parts=_sum(one, locale))
        for place, one in enumerate(reason.best, 1)
    ]
    return [first, *scores, *dropped]


def short_reason(reason: Reason, locale: Locale) -> str:
    """The decision in one line of at most SHORT_CHARS characters, for a cell."""

    def text(key: str, **facts: object) -> str:
        return locale.text(f"assign.{key}", **facts)

    if not reason.owner:
        told = text("short_nobody", reasons=_why_nobody(reason, locale))
    elif reason.moved:
        told = text("short_moved", owner=reason.owner)
    elif reason.room_by:
        told = text("short_room", owner=reason.owner, other=reason.room_by)
    else:
        parts = _sum(reason.best[0], locale)
        told = text("short_owner", owner=reason.owner, count=reason.eligible, parts=parts)
    return told if len(told) <= SHORT_CHARS else f"{told[: SHORT_CHARS - 1]}…"


def _why_nobody(reason: Reason, locale: Locale) -> str:
    counts = {why: len(reason.dropped[why]) for why in DROPS if why in reason.dropped}
    told = [locale.text(f"assign.short_{why}", count=count) for why, count in counts.items()]
    return _listed(told, locale) or locale.text("assign.no_team")


def _sum(one: Candidate, locale: Locale) -> str:
    """The parts of a score, those that are nothing left out."""
    bonuses = {"skill": one.skill, "sticky": one.sticky, "backup": one.backup}
    told = [
        locale.text(f"assign.{part}", points=f"{points:.2f}") for part, points in bonuses.items() if points
    ]
    return " − ".join([locale.text("assign.load", points=f"{one.load:.2f}"), *told])


def _names(names: Sequence[str], locale: Locale) -> str:
    shown = _listed(names[:MOST_NAMES], locale)
    rest = len(names) - MOST_NAMES
    return locale.text("assign.more", names=shown, count=rest) if rest > 0 else shown


def _listed(words: Sequence[str], locale: Locale) -> str:
    if not words:
        return ""
    return reduce(lambda head, tail: locale.text("assign.list", head=head, tail=tail), words)
