"""Which policy a ticket falls under: of those whose condition holds, the most specific.

A condition is the more specific the more tests must hold for it at once: `and` adds, of an `or` the
easiest side counts, and a policy without a condition asks for nothing. Of equals the first in the desk
file wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Column
from sheetdesk.desk.condition import All, Any_, Condition, Not, Test
from sheetdesk.desk.desk import SlaPolicy
from sheetdesk.desk.holds import holds_all

__all__ = ["Chosen", "choose_policies", "compared", "specificity"]


@dataclass(frozen=True)
class Chosen:
    """The policy of a ticket and why: how many tests it asks for, and which others would have fitted.

    `policy` "" is none at all. `beaten` has keys with their numbers of tests, in the desk file's order.
    """

    policy: str
    tests: int = 0
    beaten: tuple[tuple[str, int], ...] = ()

    @property
    def is_tie(self) -> bool:
        """Whether only the order in the desk file decided."""
        return any(tests == self.tests for _, tests in self.beaten)


def choose_policies(
    policies: Sequence[SlaPolicy], tickets: pd.DataFrame, columns: Sequence[Column], *, zone: Any
) -> pd.Series[Any]:
    """A Chosen for each ticket, indexed as the frame is. Nobody is `me` in a condition."""
    fits = np.ones((len(tickets), len(policies)), dtype=np.bool_)
    asked = {place: policy.when for place, policy in enumerate(policies) if policy.when is not None}
    for place, mask in zip(
        asked, holds_all(list(asked.values()), tickets, columns, me=None, zone=zone), strict=True
    ):
        fits[:, place] = mask
    # Tickets that fit the same policies share one answer.
    patterns, which = np.unique(fits, axis=0, return_inverse=True)
    answers = [_choose(policies, pattern) for pattern in patterns.tolist()]
    return pd.Series(
        [answers[place] for place in which.ravel().tolist()], index=tickets.index, dtype="object"
    )


def specificity(condition: Condition | None, *, negated: bool = False) -> int:
    """How many tests must hold at once for the condition to hold."""
    if condition is None:
        return 0
    if isinstance(condition, Test):
        return 1
    if isinstance(condition, Not):
        return specificity(condition.part, negated=not negated)
    parts = [specificity(part, negated=negated) for part in condition.parts]
    # Not both is the same as either not.
    return sum(parts) if isinstance(condition, Any_) is negated else min(parts)


def compared(condition: Condition | None) -> frozenset[str]:
    """The keys of the columns that a condition compares."""
    if condition is None:
        return frozenset()
    if isinstance(condition, Test):
        return frozenset({condition.column})
    if isinstance(condition, All | Any_):
        return frozenset().union(*(compared(part) for part in condition.parts))
    return compared(condition.part)


def _choose(policies: Sequence[SlaPolicy], fits: Sequence[bool]) -> Chosen:
    fitting = [
        (policy.key, specificity(policy.when)) for policy, fit in zip(policies, fits, strict=True) if fit
    ]
    if not fitting:
        return Chosen("")
    best = max(fitting, key=lambda found: found[1])
    return Chosen(*best, tuple(found for found in fitting if found is not best))
