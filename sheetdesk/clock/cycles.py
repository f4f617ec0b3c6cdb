"""The cycles of a ticket's clocks: when each of its promises began to count, stopped, ran and stood still.

Nothing here knows business time: positions point into a list of moments that the caller reckons with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sheetdesk.columns.base import Meaning

__all__ = ["TARGETS", "Cycle", "Run", "Story", "Target", "cycles_of", "runs_of", "segments_of"]

Target = Literal["first_response", "next_update", "resolution"]
TARGETS: tuple[Target, ...] = ("first_response", "next_update", "resolution")
Run = tuple[int, int | None]
"""From which position to which a clock runs; None: it goes on."""


@dataclass(frozen=True)
class Story:
    """A ticket's history as positions in `moments` (microseconds); no moment lies before `created`.

    `now` is the position up to which it is told.
    """

    moments: Sequence[int]
    created: int
    now: int
    statuses: Sequence[tuple[int, Meaning]]
    policies: Sequence[tuple[int, str]]
    response: int | None
    updates: Sequence[int]


@dataclass(frozen=True)
class Cycle:
    """One round of one promise. `start` is where its clock began, of a resumed one the first beginning.

    `upto` is where it stopped, or now; `has_ended` tells which.
    """

    target: Target
    number: int
    start: int
    upto: int
    has_ended: bool
    is_cancelled: bool = False


@dataclass(frozen=True)
class _Period:
    """From an opening to the next resolving, closing or cancelling; to now where there is none."""

    start: int
    upto: int
    has_ended: bool
    is_cancelled: bool


def cycles_of(story: Story, restarting: Collection[str]) -> list[Cycle]:
    """All cycles of the three promises, in order. `restarting` are the policies whose clock a reopening
    starts anew; elsewhere it resumes.

    - first response: one cycle, until it happens or the ticket is done with, whichever is earlier;
    - next update: from creation, and again from each update and each reopening;
    - resolution: from creation until the ticket is done with; a new cycle at each reopening.
    """
    periods = list(_periods(story))
    first = periods[0]
    found = [_first_response(story, first)]
    number = 0
    for period in periods:
        marks = _marks(story, period)
        for start, end in zip([period.start, *marks], [*marks, None], strict=True):
            number += 1
            last = end is None
            upto = period.upto if end is None else end
            found.append(
                Cycle(
                    "next_update",
                    number,
                    start,
                    upto,
                    not last or period.has_ended,
                    last and period.is_cancelled,
                )
            )
    start = first.start
    for number, period in enumerate(periods, 1):
        if number > 1 and segments_of(story, period.start, period.start)[-1][2] in restarting:
            start = period.start
        found.append(Cycle("resolution", number, start, period.upto, period.has_ended, period.is_cancelled))
    return found


def runs_of(story: Story, cycle: Cycle, upto: int, pauses: Collection[Meaning]) -> tuple[list[Run], bool]:
    """When the cycle's clock runs up to a position, and whether it stands still there.

    It stands in statuses that pause, and while the ticket is done with. The last run goes on: where the
    clock stands, it is one that would begin at `upto`.
    """
    moments = story.moments
    begin, end = moments[cycle.start], moments[upto]
    runs: list[Run] = []
    since, is_running = cycle.start, True
    for place, meaning in story.statuses:
        at = moments[place]
        if at > end or (at == end and (cycle.has_ended or upto != cycle.upto)):
            break
        runs_on = meaning.is_open and meaning not in pauses
        if at > begin:
            if is_running and not runs_on:
                runs.append((since, place))
            elif runs_on and not is_running:
                since = place
        is_running = runs_on
    return [*runs, (since if is_running else upto, None)], not is_running


def segments_of(story: Story, start: int, upto: int) -> list[tuple[int, int, str]]:
    """Which policy was in force between two positions, as (from, to, key); at least one, the last the one
    at `upto`.
    """
    moments = story.moments
    found: list[tuple[int, int, str]] = []
    since, key = start, ""
    for place, policy in story.policies:
        if moments[place] > moments[upto]:
            break
        if moments[place] > moments[since]:
            found.append((since, place, key))
            since = place
        key = policy
    return [*found, (since, upto, key)]


def _periods(story: Story) -> list[_Period]:
    found: list[_Period] = []
    start: int | None = story.created
    for place, meaning in story.statuses:
        if start is None and meaning.is_open:
            start = place
        elif start is not None and not meaning.is_open:
            found.append(_Period(start, place, True, meaning is Meaning.CANCELLED))
            start = None
    if start is not None:
        found.append(_Period(start, story.now, False, False))
    return found


def _first_response(story: Story, first: _Period) -> Cycle:
    response = story.response
    if response is not None and (not first.has_ended or story.moments[response] <= story.moments[first.upto]):
        return Cycle("first_response", 1, first.start, response, True)
    return Cycle("first_response", 1, first.start, first.upto, first.has_ended, first.is_cancelled)


def _marks(story: Story, period: _Period) -> list[int]:
    """The updates within a period, in order, one for each moment."""
    moments = story.moments
    begin, end = moments[period.start], moments[period.upto]
    told = [*story.updates, *([] if story.response is None else [story.response])]
    # At the very end the resolving is the update.
    inside = {moments[place]: place for place in told if begin < moments[place] < end or
              (moments[place] == end and not period.has_ended and begin < end)}  # fmt: skip
    return [inside[at] for at in sorted(inside)]
